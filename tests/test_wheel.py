"""The wheel carries all it needs: unpacked elsewhere, without the checkout, it scans and writes its report."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from the checkout and unpacked into an empty folder."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("privacyscan-*.whl")
    with ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(site: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`privacyscan ...` from the unpacked wheel, with a home of its own."""
    environment = {**os.environ, "PYTHONPATH": str(site), "HOME": str(folder), "XDG_STATE_HOME": str(folder / "state")}
    command = [sys.executable, "-P", "-m", "privacyscan", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_rules_and_templates_are_inside(unpacked: Path) -> None:
    data = unpacked / "privacyscan" / "_data"
    for kind in ("rules", "reports"):
        inside = {p.relative_to(data / kind) for p in (data / kind).rglob("*") if p.is_file()}
        assert inside == {p.relative_to(ROOT / kind) for p in (ROOT / kind).rglob("*") if p.is_file()}


def test_it_scans_without_the_checkout(unpacked: Path, tmp_path: Path) -> None:
    (tmp_path / "berkas").mkdir()
    (tmp_path / "berkas" / "surat.txt").write_text("NIK 3171014107900001 atas nama Siti\n")
    where = subprocess.run(
        [sys.executable, "-P", "-c", "import privacyscan; print(privacyscan.__file__)"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(unpacked)
    done = run(unpacked, tmp_path, "scan", "berkas", "--output", "laporan", "--quiet")
    assert done.returncode == 0, done.stderr
    scan = json.loads((tmp_path / "laporan" / "scan.json").read_text())
    assert [(f["entity"], f["matched"]) for f in scan["findings"]] == [("ID_NIK", 1), ("PERSON", 1)]
    assert (tmp_path / "laporan" / "report.html").is_file()
