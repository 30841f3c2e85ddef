"""`privacyscan breach`: from a saved scan to a folder with the pack."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from privacyscan.outputs import write
from tests.cli.conftest import Outcome
from tests.outputs import made_up_assessment as made_up

Command = Callable[..., Outcome]


@pytest.fixture
def scan(here: Path) -> Path:
    write(made_up.assessment(), "json", here / "laporan" / "scan.json")
    return Path("laporan/scan.json")


def worst(scan: Path) -> str:
    assets = json.loads(scan.read_text())["assets"]
    return str(max(assets, key=lambda a: a["risk"]["score"])["id"])


def test_it_writes_a_private_folder_and_leaves_the_report_folder_as_it_is(command: Command, scan: Path) -> None:
    done = command("breach", scan, "--asset", worst(scan), "--known-at", "2026-03-03T09:00", "--lang", "en")
    assert (done.code, done.err) == (0, "privacyscan-breach/breach.html\n")
    folder = Path("privacyscan-breach")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert len(list(folder.iterdir())) == 6
    assert {p.stat().st_mode & 0o777 for p in folder.iterdir()} == {0o600}
    assert "Pack for handling" in (folder / "breach.html").read_text()
    assert [p.name for p in folder.absolute().parent.iterdir() if p.name.startswith(".")] == []
    assert [p.name for p in scan.parent.iterdir()] == ["scan.json"]


def test_verify_passes_until_a_byte_changes(command: Command, scan: Path) -> None:
    command("breach", scan, "--asset", worst(scan))
    assert command("verify", "privacyscan-breach").code == 0
    pack = Path("privacyscan-breach/breach.html")
    pack.write_bytes(pack.read_bytes()[:-1] + b" ")
    done = command("verify", "privacyscan-breach", "--lang", "en")
    assert done.code == 1
    assert "breach.html: CHANGED" in done.out
    assert "letter-agency.id.html: as it was written" in done.out


def test_a_pack_that_is_signed(command: Command, scan: Path, here: Path) -> None:
    key = Ed25519PrivateKey.generate()
    private, public = here / "auditor.pem", here / "auditor.pub"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    private.chmod(0o644)
    assert command("breach", scan, "--asset", worst(scan), "--sign-key", private).code == 2
    assert not Path("privacyscan-breach").exists()
    private.chmod(0o600)
    assert command("breach", scan, "--asset", worst(scan), "--sign-key", private).code == 0
    assert command("verify", "privacyscan-breach", "--public-key", public).code == 0


def test_letters_that_somebody_has_filled_in_stay_as_they_are(command: Command, scan: Path) -> None:
    command("breach", scan, "--asset", worst(scan))
    letter = Path("privacyscan-breach/letter-agency.id.html")
    letter.write_text("diisi")
    done = command("breach", scan, "--asset", worst(scan))
    assert done.code == 2
    assert "privacyscan-breach: is not empty; the pack is written into a new or empty folder" in done.err
    assert letter.read_text() == "diisi"


def test_an_empty_folder_is_taken_and_a_file_is_not(command: Command, scan: Path) -> None:
    Path("kosong").mkdir()
    assert command("breach", scan, "--asset", worst(scan), "--output", "kosong").code == 0
    Path("berkas").write_text("x")
    assert command("breach", scan, "--asset", worst(scan), "--output", "berkas").code == 2
    assert Path("berkas").read_text() == "x"


def test_wrong_use_writes_nothing(command: Command, scan: Path) -> None:
    for wrong in ((), ("--asset", "A-nobody"), ("--asset", worst(scan), "--known-at", "kemarin")):
        done = command("breach", scan, *wrong)
        assert done.code == 2
    assert not Path("privacyscan-breach").exists()


@pytest.mark.usefixtures("indonesian")
def test_a_mistake_is_told_in_indonesian(command: Command, scan: Path) -> None:
    done = command("breach", scan)
    assert done.err.startswith("privacyscan: breach memerlukan --asset ID")
    done = command("breach", scan, "--asset", "A-nobody")
    assert "bukan aset dari pemindaian ini" in done.err
