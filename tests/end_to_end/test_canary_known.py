"""No value of a register in its list, nor in anything that a scan with the list leaves or says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from privacyscan.demo.records import as_csv
from tests.end_to_end.canaries import Search, persons
from tests.end_to_end.planting import plant, records
from tests.end_to_end.test_canary import Box


@pytest.mark.parametrize("log", ["json", "text"])
def test_neither_the_list_nor_a_scan_with_it_holds_a_value(tmp_path: Path, log: str) -> None:
    people, box = persons(), Box(tmp_path)
    (tmp_path / "register").mkdir()
    (tmp_path / "register" / "warga.csv").write_text(as_csv(records(people)))
    targets = plant(tmp_path / "sumber", people[:20])
    build = ("known", "build", str(tmp_path / "register" / "warga.csv"), "--to", "warga.known")
    assert box.run(*build, "--known-key", "warga.key") == 0, box.last()
    options = ("--known", "warga.known", "--known-key", "warga.key", "--output", "hasil", "--log-format", log)
    assert box.run("scan", *targets, *options, "--locations", "all", "--log-level", "debug") == 3, box.last()
    stored = json.loads((box.work / "hasil" / "scan.json").read_text())
    assert stored["summary"]["known_persons"] == {"found": 20, "persons": 25}
    for finding in stored["findings"][:2]:
        assert box.run("explain", "hasil/scan.json", finding["id"]) == 0, box.last()
    # Mistakes speak of columns and files, never of what is in them.
    header = as_csv(records(people), header=[p.nik for p in people[:9]])
    (tmp_path / "register" / "judul.csv").write_text(header)
    wrong = ("known", "build", str(tmp_path / "register" / "judul.csv"), "--to", "lain", "--known-key", "warga.key")
    assert box.run(*wrong, "--column", "nik=ID_NIK", log=log) == 2, box.last()
    key = (box.work / "warga.key").read_bytes()
    search = Search([c for p in people for c in p.canaries()], ())
    for folder in (box.work, box.streams, box.folder / "state", box.folder / "temporary", box.folder / "home"):
        assert search.folder(folder) == {}
        assert not [f for f in folder.rglob("*") if f.is_file() and f.name != "warga.key" and key in f.read_bytes()]
        assert not [f for f in folder.rglob("*") if f.is_file() and key.hex().encode() in f.read_bytes()]
