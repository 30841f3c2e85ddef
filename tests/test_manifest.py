"""The manifest tells what became of each report, and the signature whose manifest it is."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

import privacyscan
from privacyscan import manifest
from privacyscan.cli import run
from privacyscan.errors import ConfigurationError, UsageError
from privacyscan.manifest import NAME, SIGNATURE, verify
from privacyscan.model import Assessment
from privacyscan.outputs import write
from tests.outputs import made_up_assessment

PEM, PKCS8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8


def key_pair(folder: Path, name: str) -> tuple[Path, Path]:
    """Files with a new private key and its public key."""
    folder.mkdir(exist_ok=True)
    key = Ed25519PrivateKey.generate()
    private, public = folder / f"{name}.pem", folder / f"{name}.pub"
    private.touch(0o600)
    private.write_bytes(key.private_bytes(PEM, PKCS8, serialization.NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    return private, public


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    return key_pair(tmp_path / "kunci", "auditor")


@pytest.fixture
def assessment() -> Assessment:
    return made_up_assessment.assessment()


@pytest.fixture
def reports(tmp_path: Path, assessment: Assessment, keys: tuple[Path, Path]) -> Path:
    """A signed folder with two reports."""
    folder = tmp_path / "laporan"
    paths = [folder / "scan.json", folder / "report.html"]
    write(assessment, "json", paths[0])
    paths[1].write_bytes(b"<!doctype html>")
    manifest.write(folder, assessment, paths, keys[0])
    return folder


def test_reports_as_they_were_written_are_sound(reports: Path, assessment: Assessment, keys: tuple[Path, Path]) -> None:
    (reports / "breach").mkdir()
    found = verify(reports, keys[1])
    assert found.files == (("report.html", "ok"), ("scan.json", "ok"))
    assert (found.signature, found.run, found.is_sound) == ("ok", assessment.scan.id, True)
    assert (reports / NAME).stat().st_mode & 0o777 == (reports / SIGNATURE).stat().st_mode & 0o777 == 0o600
    said = json.loads((reports / NAME).read_text())
    assert said["rulebook"]["sha256"] == assessment.scan.versions.rulebook_sha256
    assert said["settings"] == dict(assessment.scan.settings)


def test_openssl_verifies_the_signature_too(reports: Path, keys: tuple[Path, Path]) -> None:
    program = shutil.which("openssl")
    assert program, "CI installs openssl"
    given = [program, "pkeyutl", "-verify", "-pubin", "-inkey", keys[1], "-rawin", "-in", reports / NAME]
    assert subprocess.run([*given, "-sigfile", reports / SIGNATURE], capture_output=True).returncode == 0


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


TAMPERED: list[tuple[Callable[[Path], object], str, str]] = [
    (
        lambda f: (f / "scan.json").write_bytes((f / "scan.json").read_bytes().replace(b"1", b"2")),
        "scan.json",
        "changed",
    ),
    (lambda f: append(f / "scan.json", " "), "scan.json", "changed"),
    (lambda f: (f / "report.html").unlink(), "report.html", "missing"),
    (lambda f: (f / "report.pdf").write_bytes(b"%PDF"), "report.pdf", "unlisted"),
]


@pytest.mark.parametrize(("tamper", "name", "state"), TAMPERED)
def test_what_was_tampered_with_is_told(
    reports: Path, keys: tuple[Path, Path], tamper: Callable[[Path], object], name: str, state: str
) -> None:
    tamper(reports)
    found = verify(reports, keys[1])
    assert dict(found.files)[name] == state
    assert not found.is_sound


def test_a_signature_is_of_one_key_and_one_manifest(reports: Path, keys: tuple[Path, Path], tmp_path: Path) -> None:
    assert verify(reports, None).signature == "unchecked"
    other = verify(reports, key_pair(tmp_path / "kunci", "lain")[1])
    assert (other.signature, other.is_sound) == ("other_key", False)
    append(reports / NAME, "\n")
    assert verify(reports, keys[1]).signature == "wrong"
    (reports / SIGNATURE).unlink()
    for key in (keys[1], None):  # the manifest says that it is signed
        assert (verify(reports, key).signature, verify(reports, key).is_sound) == ("wrong", False)


def test_whoever_writes_a_manifest_anew_has_no_signature(
    reports: Path, assessment: Assessment, keys: tuple[Path, Path]
) -> None:
    append(reports / "scan.json", " ")
    manifest.write(reports, assessment, [reports / "scan.json", reports / "report.html"], None)
    assert verify(reports, None).is_sound  # of itself it says nothing of who wrote it
    assert not verify(reports, keys[1]).is_sound


def test_reports_that_come_later_are_listed_with_what_they_were_made_from(
    reports: Path, keys: tuple[Path, Path]
) -> None:
    scan = str(reports / "scan.json")
    before = (reports / NAME).read_bytes()
    assert run(["report", scan, "--format", "html", "--lang", "en"]) == 2  # it would end the signature
    assert (reports / NAME).read_bytes() == before
    assert run(["report", scan, "--format", "html", "--lang", "en", "--sign-key", str(keys[0])]) == 0
    assert verify(reports, keys[1]).is_sound
    append(reports / "scan.json", "\n")
    assert run(["report", scan, "--format", "html", "--sign-key", str(keys[0])]) == 0
    found = verify(reports, keys[1])
    assert found.files == (("report.html", "other_scan"), ("scan.json", "changed"))
    assert found.signature == "ok"


def test_a_report_names_the_scan_json_that_was_written_with_it(reports: Path, keys: tuple[Path, Path]) -> None:
    scan, key = reports / "scan.json", ["--sign-key", str(keys[0])]
    before = sha256(scan.read_bytes()).hexdigest()
    assert run(["report", str(scan), "--format", "json", "--lang", "en", *key]) == 0
    assert verify(reports, keys[1]).files == (("report.html", "other_scan"), ("scan.json", "ok"))
    assert run(["report", str(scan), "--format", "html", "--format", "json", "--lang", "id", *key]) == 0
    assert verify(reports, keys[1]).is_sound
    assert sha256(scan.read_bytes()).hexdigest() == before
    assert run(["report", str(scan), "--format", "html", "--format", "json", "--lang", "en", *key]) == 0
    after = sha256(scan.read_bytes()).hexdigest()
    page = (reports / "report.html").read_text()
    assert verify(reports, keys[1]).is_sound
    assert (after in page, before in page) == (True, False)


def test_reports_in_another_folder_get_a_manifest_of_their_own(reports: Path, tmp_path: Path) -> None:
    assert run(["report", str(reports / "scan.json"), "--output", str(tmp_path / "lain")]) == 0
    assert verify(tmp_path / "lain", None).files == (("report.html", "ok"),)
    assert verify(reports, None).is_sound


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{", b'{"format": "privacyscan-manifest/1", "files": [{"name": "../a"}]}']
)
def test_a_manifest_that_is_none_is_refused(
    reports: Path, assessment: Assessment, data: bytes, keys: tuple[Path, Path]
) -> None:
    (reports / NAME).write_bytes(data)
    with pytest.raises(UsageError, match="damaged or no manifest"):
        verify(reports, None)
    html = (reports / "report.html").read_bytes()
    assert run(["report", str(reports / "scan.json"), "--lang", "en", "--sign-key", str(keys[0])]) == 2
    assert (reports / "report.html").read_bytes() == html


def test_a_newer_manifest_is_told_as_such(reports: Path) -> None:
    (reports / NAME).write_text((reports / NAME).read_text().replace("manifest/1", "manifest/2"))
    with pytest.raises(UsageError, match="update privacyscan"):
        verify(reports, None)


def test_keys_that_are_none_are_refused(tmp_path: Path, keys: tuple[Path, Path], reports: Path) -> None:
    private = keys[0]
    locked, other, open_ = tmp_path / "terkunci.pem", tmp_path / "lain.pem", tmp_path / "terbuka.pem"
    signer = manifest.read_key(private)
    locked.write_bytes(signer.private_bytes(PEM, PKCS8, serialization.BestAvailableEncryption(b"sandi")))
    other.write_bytes(X25519PrivateKey.generate().private_bytes(PEM, PKCS8, serialization.NoEncryption()))
    open_.write_bytes(private.read_bytes())
    locked.chmod(0o600), other.chmod(0o600), open_.chmod(0o644)
    for path, says in [(locked, "has a password"), (other, "no private Ed25519"), (open_, "chmod 600")]:
        with pytest.raises(ConfigurationError, match=says):
            manifest.read_key(path)
    with pytest.raises(ConfigurationError, match="check --sign-key"):
        manifest.read_key(tmp_path / "tiada.pem")
    with pytest.raises(ConfigurationError, match="no public Ed25519 key"):
        verify(reports, private)


def test_verify_tells_each_file_and_ends_with_its_code(
    reports: Path, keys: tuple[Path, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    given = ["verify", str(reports), "--public-key", str(keys[1]), "--lang", "en"]
    assert run(given) == 0
    assert capsys.readouterr().out.startswith("report.html: as it was written\nscan.json: as it was written\n")
    append(reports / "scan.json", " ")
    assert run(given) == 1
    assert "scan.json: CHANGED" in capsys.readouterr().out
    assert run(["verify", str(tmp_path / "tiada"), "--lang", "en"]) == 2
    assert "there is no such file" in capsys.readouterr().err


def test_a_scan_signs_what_it_leaves(tmp_path: Path, keys: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "a.txt").write_text("rapat ditunda\n")
    assert run(["scan", "a.txt", "--format", "json", "--sign-key", "tiada.pem"]) == 2
    assert not Path("privacyscan-report").exists()
    assert run(["scan", "a.txt", "--format", "html", "--format", "json", "--sign-key", str(keys[0]), "--quiet"]) == 0
    found = verify(Path("privacyscan-report"), keys[1])
    assert (found.is_sound, found.signature) == (True, "ok")
    assert found.run == privacyscan.load("privacyscan-report/scan.json").scan.id
    hashed = sha256(Path("privacyscan-report/scan.json").read_bytes()).hexdigest()
    assert hashed in Path("privacyscan-report/report.html").read_text(encoding="utf-8")
