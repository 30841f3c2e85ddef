"""`manifest.json` beside the reports: the SHA-256 of each of them, so that a report that was changed is told.

It is written last, whole or not at all. With a key `manifest.sig` is the Ed25519 signature (RFC 8032) of its bytes,
which OpenSSL verifies too.
"""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacyscan.errors import ConfigurationError, UsageError
from privacyscan.model import Assessment
from privacyscan.store import write_private
from privacyscan.times import now

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

NAME, SIGNATURE = "manifest.json", "manifest.sig"
FAMILY, EDITION = "privacyscan-manifest/", "1"
SCAN = "scan.json"
Files = Mapping[str, Any]  # name -> what a manifest says of the file
MAKE = "openssl genpkey -algorithm ed25519 -out FILE"


@dataclass(frozen=True, slots=True)
class Verified:
    """What became of a report folder. `files`: name and ok | changed | missing | unlisted | other_scan (made from
    another scan.json than the listed one). `signature`: ok | wrong | other_key | unchecked (no key given) | absent."""

    run: str
    files: tuple[tuple[str, str], ...]
    signature: str
    signed_by: str | None  # the id of the key; None: by none

    @property
    def is_sound(self) -> bool:
        return all(state == "ok" for _, state in self.files) and self.signature in ("ok", "unchecked", "absent")


def listed(folder: Path, run: str, key: Path | None) -> Files:
    """What the manifest in the folder lists of the same run, to be kept when reports are added. Raises UsageError where
    it is damaged, or signed and there is no key to sign it again."""
    path = folder / NAME
    said = _parsed(path, path.read_bytes()) if path.exists() else None
    if said is None or said["run"]["id"] != run:
        return {}
    if said["signed_by"] is not None and key is None:
        raise UsageError(
            f"{folder}: the reports there are signed; give --sign-key, so that they stay so, or another --output"
        )
    return {f["name"]: f for f in said["files"]}


def of_the_former(before: Files, scan: Path) -> Files:
    """The same, where a scan.json was written anew: what is of the scan itself was made with the one before."""
    former = before.get(SCAN, {}).get("sha256")
    if former in (None, sha256(scan)):
        return before
    reports = {
        n: f for n, f in before.items() if not n.endswith(".parquet")
    }  # places are of every scan.json of the scan
    return {**before, **{n: {**f, "made_from": f["made_from"] or former} for n, f in reports.items()}}


def write(
    folder: Path,
    assessment: Assessment,
    files: Sequence[Path],
    key: Path | None,
    before: Files | None = None,
    made_from: str | None = None,
) -> None:
    """List these files of the folder, which were written just now, beside those that were listed `before`.

    `made_from` is the SHA-256 of the scan.json that they were made from; None: they are of the scan itself. Raises
    PrivacyScanError.
    """
    signer = read_key(key) if key is not None else None
    new = {p.name: {"bytes": p.stat().st_size, "sha256": sha256(p)} for p in files}
    data = _data(assessment, new, signer, before or {}, made_from)
    (folder / SIGNATURE).unlink(missing_ok=True)  # of what the manifest was before
    write_private(folder / NAME, data)
    if signer is not None:
        write_private(folder / SIGNATURE, signer.sign(data))


def with_manifest(
    files: Mapping[str, bytes], assessment: Assessment, key: Path | None, made_from: str
) -> Mapping[str, bytes]:
    """The files of a folder that is still to be written, with their manifest. Raises PrivacyScanError."""
    signer = read_key(key) if key is not None else None
    new = {name: {"bytes": len(d), "sha256": hashlib.sha256(d).hexdigest()} for name, d in files.items()}
    data = _data(assessment, new, signer, {}, made_from)
    return {**files, NAME: data, **({} if signer is None else {SIGNATURE: signer.sign(data)})}


def _data(
    assessment: Assessment, new: Files, signer: Ed25519PrivateKey | None, before: Files, made_from: str | None
) -> bytes:
    scan, versions = assessment.scan, assessment.scan.versions
    made = {"written": now(), "made_from": made_from}
    entries = {**before, **{name: {"name": name, **figures, **made} for name, figures in new.items()}}
    said = {
        "format": FAMILY + EDITION,
        "run": {"id": scan.id, "started": scan.started, "finished": scan.finished, "status": scan.status},
        "tool_version": versions.tool,
        "rulebook": {
            "name": versions.rulebook,
            "version": versions.rulebook_version,
            "sha256": versions.rulebook_sha256,
        },
        "settings": dict(scan.settings),
        "signed_by": key_id(signer.public_key()) if signer is not None else None,
        "files": [entries[name] for name in sorted(entries)],
    }
    return json.dumps(said, ensure_ascii=True, indent=2).encode() + b"\n"


def verify(folder: Path, public_key: Path | None) -> Verified:
    """Hold the reports in the folder against its manifest, and that against the key; folders in it are no reports.
    Raises PrivacyScanError where there is no manifest, or it or the key cannot be read."""
    verifier = _read_public_key(public_key) if public_key is not None else None
    data = _read(folder / NAME)
    said = _parsed(folder / NAME, data)
    files = {f["name"]: f for f in said["files"]}
    there = {p.name for p in folder.iterdir() if p.is_file() and not p.name.startswith(".")} - {NAME, SIGNATURE}
    scanned = files.get(SCAN, {}).get("sha256")
    states = [(name, _state(folder / name, files.get(name), scanned)) for name in sorted(files.keys() | there)]
    return Verified(said["run"]["id"], tuple(states), _signature(folder, data, said, verifier), said["signed_by"])


def read_key(path: Path) -> Ed25519PrivateKey:
    """The key that signs. Raises ConfigurationError when it is not there, open to others, or no such key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    data = _key_data(path, "--sign-key")
    mode = path.stat().st_mode
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        shown = oct(stat.S_IMODE(mode))[2:]
        raise ConfigurationError(f"{path}: others may read or change it (mode {shown}); run chmod 600 {path}")
    try:
        key = load_pem_private_key(data, None)
    except TypeError:
        raise ConfigurationError(f"{path}: the key has a password; give one without, as {MAKE} makes it") from None
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigurationError(f"{path}: is no private Ed25519 key in PEM; make one with {MAKE}")
    return key


def key_id(key: Ed25519PublicKey) -> str:
    """What names a public key: the SHA-256 of its 32 bytes."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _state(path: Path, listed: Any, scanned: str | None) -> str:
    if listed is None:
        return "unlisted"
    if not path.is_file():
        return "missing"
    if path.stat().st_size != listed["bytes"] or sha256(path) != listed["sha256"]:
        return "changed"
    is_of_scan = path.name == SCAN or scanned is None or listed["made_from"] in (None, scanned)
    return "ok" if is_of_scan else "other_scan"


def _signature(folder: Path, data: bytes, said: Any, verifier: Ed25519PublicKey | None) -> str:
    """Whether it is that of the manifest. Where a key is given, or the manifest names one, it must be there."""
    from cryptography.exceptions import InvalidSignature

    if not (folder / SIGNATURE).exists():
        return "absent" if verifier is None and said["signed_by"] is None else "wrong"
    if verifier is None:
        return "unchecked"
    if said["signed_by"] != key_id(verifier):
        return "other_key"
    try:
        verifier.verify(_read(folder / SIGNATURE), data)
    except InvalidSignature:
        return "wrong"
    return "ok"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such file; give the report folder of a scan") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); check the path") from None


def _parsed(path: Path, data: bytes) -> Any:
    """The manifest, with all that is asked of it."""
    try:
        said = json.loads(data)
        if said["format"] != FAMILY + EDITION:
            raise UsageError(f"{path}: is no manifest that this version reads; update privacyscan")
        for file in said["files"]:
            if Path(file["name"]).name != file["name"]:
                raise ValueError
            str(file["sha256"]), int(file["bytes"]), file["made_from"]
        str(said["run"]["id"]), said["signed_by"]
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"{path}: is damaged or no manifest; use an undamaged copy, or scan again") from None
    return said


def _read_public_key(path: Path) -> Ed25519PublicKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(_key_data(path, "--public-key"))
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise ConfigurationError(f"{path}: is no public Ed25519 key in PEM; check --public-key")
    return key


def _key_data(path: Path, option: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path}: the key cannot be read ({error.strerror}); check {option}") from None
