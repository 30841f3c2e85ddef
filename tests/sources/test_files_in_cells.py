"""Files in the cells of databases: read as files are, and told of their column, however many there are."""

from __future__ import annotations

import io
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from privacyscan import read, rulebook
from privacyscan.detect import Detector
from privacyscan.model import Limits, Location, Reason, Scan, Unit
from privacyscan.scan import scan
from privacyscan.settings import Scope, Settings, load
from privacyscan.work import Job, read_job
from tests.detect.made_up import MadeUp
from tests.servers import connected, new_database

TEXTS = 30
Holding = Callable[[list[bytes]], str]
PEOPLE = MadeUp(9)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({"workers": 1}, environ={"XDG_STATE_HOME": str(tmp_path / "state")})


@pytest.fixture(params=("postgresql", "mariadb", "sqlite", "file"))
def holding(request: pytest.FixtureRequest, tmp_path: Path) -> Holding:
    """Makes a table `surat` of these cells and gives back the target."""
    kind = {"postgresql": "bytea", "mariadb": "longblob"}.get(request.param, "blob")
    create = f"CREATE TABLE surat (no integer, isi {kind})"

    def held(cells: list[bytes]) -> str:
        if request.param in ("sqlite", "file"):
            path = tmp_path / "a.db"
            with closing(sqlite3.connect(path)) as database, database:
                database.execute(create)
                database.executemany("INSERT INTO surat VALUES (?, ?)", enumerate(cells))
            return f"sqlite:///{path}" if request.param == "sqlite" else str(path)
        url = new_database(request.getfixturevalue(request.param))
        with connected(url) as connection, connection.cursor() as cursor:
            cursor.execute(create)
            cursor.executemany("INSERT INTO surat VALUES (%s, %s)", list(enumerate(cells)))
        return url

    return held


def zipped(name: str, data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, data)
    return stream.getvalue()


def letter(padding: int = 0) -> bytes:
    """A text in UTF-16 in an archive, of about so many bytes."""
    line = f"Yth. Bapak, NIK {PEOPLE.nik()}, kami sampaikan hal berikut.\n"
    return zipped("surat.txt", (line + "- \n" * (padding // 6)).encode("utf-16"))


def sheet(rows: int) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["NIK", "Keterangan"])
    for _ in range(rows):
        book.active.append([PEOPLE.nik(), "ada"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def found(result: Scan) -> dict[tuple[str, str | None, str], int]:
    return {(f.place.path[-1], f.place.column, f.entity): f.matched for f in result.findings}


def test_all_files_of_a_column_give_one_finding_for_each_kind(holding: Holding, settings: Settings) -> None:
    cells = [letter() for _ in range(TEXTS)] + [letter(150_000), sheet(25), sheet(15)]
    assert len(cells[TEXTS]) > 64 << 10  # large cells are fetched too
    result = scan([holding(cells)], settings)
    assert found(result) == {("isi", None, "ID_NIK"): TEXTS + 1, ("isi", "NIK", "ID_NIK"): 40}
    assert result.status == "complete"
    in_texts, in_sheets = sorted(result.findings, key=lambda f: f.place.column or "")
    assert in_texts.locations == tuple(Location(row) for row in range(10))
    assert {p.row for p in in_sheets.locations} == {TEXTS + 1}
    rows, inside = sorted(result.assets, key=lambda a: a.place)
    assert (rows.rows, inside.place, inside.kind) == (len(cells), rows.place.child("isi"), "member")


def test_what_is_not_read_is_counted_by_reason(holding: Holding, settings: Settings) -> None:
    whole = letter()
    noise = bytes(range(256))
    cells = [whole, whole[:-30], whole[:-40], zipped("x.bin", noise), noise, b"\0" * 70_000, b"%PDF-1.7\n" + noise]
    result = scan([holding(cells)], settings)
    unread = {(s.reason, s.cells) for s in result.skipped if s.place.column == "isi"}
    assert unread == {(Reason.DAMAGED, 3), (Reason.UNKNOWN_FORMAT, 1), (Reason.UNSUPPORTED_TYPE, 2)}
    assert not any(a.complete for a in result.assets)


@pytest.mark.parametrize(("limit", "tries", "unread"), [(100_000, 0, 1), (16 << 20, 0, 0), (16 << 20, 1, 2)])
def test_cells_that_are_too_large_or_ended_a_worker_are_counted(
    holding: Holding, limit: int, tries: int, unread: int
) -> None:
    limits = Limits(cell_bytes=limit)
    (unit,) = read.units(read.target(holding([letter(150_000), letter()])), Scope(), limits)
    assert isinstance(unit, Unit)
    detector = Detector(rulebook.load().identifiers.values(), b"key")
    result = read_job(Job(unit, tries=tries), detector, limits)
    assert sum(s.cells for s in result.skipped) == unread
    assert {a.rows for a in result.assets if not a.of_cells} == {2}
    assert any(a.of_cells for a in result.assets) == (unread < 2)


HANGS = """
import io, time
from privacyscan import read
from privacyscan.model import File, Limits, Place
read.read_as = lambda *_: iter(lambda: time.sleep(60), 0)
place = Place("t", ("surat",))
file = File(place.child("isi"), lambda: io.BytesIO(b"SQLite format 3" + bytes(85)), 100, cell=place.at("isi", 0))
list(read._guarded(place, iter([file]), Limits(timeout_per_file=0.2), 0))
"""


def test_a_file_in_a_cell_that_hangs_ends_the_worker() -> None:
    ended = subprocess.run([sys.executable, "-c", HANGS], capture_output=True, timeout=60)
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, b"", b"")
