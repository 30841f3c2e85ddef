"""Columns of binary data: listed as not read, and still told for what they are."""

from __future__ import annotations

import json
import sqlite3
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from privacyscan.binary import kind, stand_in
from privacyscan.model import Reason, Scan
from privacyscan.scan import scan
from privacyscan.settings import Settings, load
from tests.detect.made_up import MadeUp
from tests.servers import connected, new_database

pytestmark = pytest.mark.no_cover  # other tests go the same ways; under the tracer these take twice as long

RANDOM, ROWS = Random(3), 60
SECRET = b"RAHASIA-DALAM-CITRA"  # stands in every picture; must come out nowhere


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({"workers": 1}, environ={"XDG_STATE_HOME": str(tmp_path / "state")})


def jpeg(size: int = 400) -> bytes:
    return b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" + SECRET + RANDOM.randbytes(size) + b"\xff\xd9"


def minutiae() -> bytes:
    return b"FMR\0 20\0" + RANDOM.randbytes(300)


MAKERS: dict[str, Callable[[], bytes]] = {
    "foto": jpeg,
    "foto_besar": lambda: jpeg(90_000),  # of such a cell only the ends are fetched
    "sidik_jari": minutiae,
    "iris": lambda: b"\x93\1" + RANDOM.randbytes(600),  # a maker's own format
    "citra_jari": lambda: b"\xff\xa0\xff\xa8" + RANDOM.randbytes(500),
    "lampiran": lambda: b"%PDF-1.7\n" + RANDOM.randbytes(200),
}
EXPECTED = {
    ("nik", "ID_NIK"),
    ("foto", "PHOTO"),
    ("foto_besar", "PHOTO"),
    ("sidik_jari", "BIOMETRIC"),
    ("iris", "BIOMETRIC"),
    ("citra_jari", "BIOMETRIC"),
}


def rows() -> list[tuple[str | bytes, ...]]:
    person = MadeUp(5)
    return [(person.nik(), *(make() for make in MAKERS.values())) for _ in range(ROWS)]


def in_sqlite(path: Path) -> str:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f"CREATE TABLE pegawai (nik TEXT, {', '.join(f'{n} BLOB' for n in MAKERS)})")
        database.executemany(f"INSERT INTO pegawai VALUES (?{', ?' * len(MAKERS)})", rows())
    return str(path)


def judged(result: Scan) -> dict[tuple[str | None, str], tuple[int, int]]:
    return {(f.place.column, f.entity): (f.matched, f.distinct) for f in result.findings}


def shown(result: Scan) -> str:
    return json.dumps([(f.samples, [str(e) for e in f.evidence], str(f.place)) for f in result.findings])


def check(result: Scan) -> None:
    assert judged(result) == dict.fromkeys(EXPECTED, (ROWS, ROWS))
    unread = Counter[str | None]()
    for s in result.skipped:
        unread[s.place.column] += s.cells
    assert unread == dict.fromkeys(MAKERS, ROWS)
    of_makers = {s.reason for s in result.skipped if s.place.column in ("sidik_jari", "iris", "citra_jari")}
    assert of_makers == {Reason.UNSUPPORTED_TYPE}
    assert {s.reason for s in result.skipped if s.place.column == "lampiran"} == {Reason.DAMAGED}
    assert result.status == "incomplete"
    assert SECRET.decode() not in shown(result)
    assert all(set(sample) == {"*"} for f in result.findings if f.entity != "ID_NIK" for sample in f.samples)


def test_a_file_of_sqlite(tmp_path: Path, settings: Settings) -> None:
    check(scan([in_sqlite(tmp_path / "a.db")], settings))


def test_a_url_of_sqlite(tmp_path: Path, settings: Settings) -> None:
    check(scan([f"sqlite:///{in_sqlite(tmp_path / 'a.db')}"], settings))


def test_postgresql(postgresql: str, settings: Settings) -> None:
    url = new_database(postgresql)
    with connected(url) as connection:
        connection.execute(f"CREATE TABLE pegawai (nik text, {', '.join(f'{n} bytea' for n in MAKERS)})")
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO pegawai VALUES (%s{', %s' * len(MAKERS)})", rows())
    check(scan([url], settings))


def test_the_same_in_base64_in_a_csv_file_is_read(tmp_path: Path, settings: Settings) -> None:
    lines = [",".join(("nik", *MAKERS))]
    lines += [",".join(v if isinstance(v, str) else b64encode(v).decode() for v in row) for row in rows()]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    result = scan([str(tmp_path / "a.csv")], settings)
    assert judged(result) == dict.fromkeys(EXPECTED, (ROWS, ROWS))
    # Files in base64 are opened too, so what is damaged or no picture of a document in them is listed, as in bytes.
    assert "lampiran" in {s.place.column for s in result.skipped} <= set(MAKERS)
    assert all(s.cells for s in result.skipped)


def test_pictures_of_goods_and_other_data_say_nothing(tmp_path: Path, settings: Settings) -> None:
    with closing(sqlite3.connect(tmp_path / "b.db")) as database, database:
        database.execute("CREATE TABLE barang (kode TEXT, foto BLOB, isi BLOB)")
        made = [(f"B{i}", jpeg(), RANDOM.randbytes(300)) for i in range(ROWS)]
        database.executemany("INSERT INTO barang VALUES (?, ?, ?)", made)
    result = scan([str(tmp_path / "b.db")], settings)
    assert result.findings == ()
    assert {s.place.column for s in result.skipped} == {"foto", "isi"}


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\xff\xd8\xff\xdb\0C", "jpeg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"RIFF\1\2\3\4WEBPVP8 ", "webp"),
        (b"RIFF\1\2\3\4WAVEfmt ", "other"),
        (b"\0\0\0\x18ftypheic", "heic"),
        (b"\0\0\0\x18ftypmp42", "other"),
        (b"BM\1\2\3\4\0\0\0\0\x36", "bmp"),
        (b"BM\1\2\3\4\5\0\0\0", "other"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "jp2"),
        (b"FAC\x00030\0", "fac"),
        (b"IIR\x00020\0", "iir"),
        (b"FIR\x00010\0", "fir"),
        (b"", "other"),
    ],
)
def test_a_kind_is_told_by_the_first_bytes(data: bytes, name: str) -> None:
    assert kind(data) == name


def test_a_stand_in_tells_cells_apart_and_holds_none_of_their_bytes() -> None:
    first, second = jpeg(), jpeg()
    assert stand_in(first) == stand_in(bytes(first)) != stand_in(second)
    assert not any(c.isdigit() for c in stand_in(first))
    assert len(stand_in(first)) == len("<binary jpeg >") + 16
