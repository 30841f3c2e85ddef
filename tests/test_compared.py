"""How far rows single out persons, through real scans: files, pieces of them, and databases that group the rows."""

from __future__ import annotations

import csv
import gzip
import random
import sqlite3
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from privacyscan import journal, read, store
from privacyscan.model import Asset, Limits, Reidentification
from privacyscan.scan import scan
from privacyscan.settings import Settings, load
from tests.detect.made_up import MadeUp
from tests.servers import connected, execute, new_database

pytestmark = pytest.mark.no_cover  # other tests go the same ways; under the tracer these take twice as long

HEADER = ["nik", "tgl_lahir", "jk", "agama", "diagnosis"]


def patients(count: int, seed: int = 4) -> list[list[str]]:
    """Rows of which some agree in birth date, sex and religion, written in two ways."""
    people, draw = MadeUp(seed), random.Random(seed)
    rows = []
    for i in range(count):
        year, month, day = draw.randint(1960, 1975), draw.randint(1, 12), draw.choice([5, 20])
        born = f"{day:02}-{month:02}-{year}" if i % 2 else f"{year}-{month:02}-{day:02}"
        sex = draw.choice(["L", "P"] if i % 3 else ["l", "p"])
        illness = draw.choice(["A15.0", "J45", "I10", "E11", "B20"])
        rows.append([people.nik(), born, sex, draw.choice(["Islam", "Kristen", "ISLAM"]), illness])
    return rows


def expected(rows: Sequence[Sequence[str]]) -> tuple[int, int, int, int, int]:
    """Rows, classes, k, rows alone, rows in small classes."""
    days = ["-".join(reversed(r[1].split("-"))) if r[1][2] == "-" else r[1] for r in rows]
    sizes = Counter((d, r[2].lower(), r[3].lower()) for d, r in zip(days, rows, strict=True)).values()
    return len(rows), len(sizes), min(sizes), sum(n == 1 for n in sizes), sum(n for n in sizes if n < 5)


def told(found: Reidentification | None) -> tuple[int, int, int, int, int]:
    assert found is not None
    assert found.reason == ""
    assert found.columns == ("tgl_lahir", "jk", "agama")
    assert found.entities == ("DATE_OF_BIRTH", "SEX", "RELIGION")
    assert dict(found.diversity) == {"diagnosis": 1}
    assert found.worst[0].unique == found.unique
    return found.rows, found.classes, found.smallest, found.unique, found.small


def settings(folder: Path, **given: object) -> Settings:
    return load({"workers": 1, "names": "off", **given}, environ={"XDG_STATE_HOME": str(folder / "state")})


def written(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def asset(target: str, using: Settings) -> Asset:
    (found,) = scan([target], using).assets
    return found


@pytest.fixture
def rows() -> list[list[str]]:
    return patients(400)


def test_a_file_is_compared_whole_and_in_pieces_alike(
    tmp_path: Path, rows: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(written(tmp_path / "berkas" / "pasien.csv", rows))
    whole = asset(path, settings(tmp_path))
    assert told(whole.reidentification) == expected(rows)
    monkeypatch.setattr(Settings, "limits", property(lambda self: Limits(piece_bytes=6_000)))
    cut = asset(path, settings(tmp_path, workers=2))
    assert cut.reidentification == whole.reidentification


def test_sqlite_is_compared_like_a_file(tmp_path: Path, rows: list[list[str]]) -> None:
    with sqlite3.connect(tmp_path / "klinik.db") as database:
        database.execute(f"CREATE TABLE pasien ({', '.join(HEADER)}, foto blob)")
        database.executemany("INSERT INTO pasien VALUES (?, ?, ?, ?, ?, x'00ff')", rows)
    found = asset(f"sqlite:///{tmp_path / 'klinik.db'}", settings(tmp_path))
    assert told(found.reidentification) == expected(rows)
    assert not found.complete  # because of the pictures; of the compared columns every row was read


def test_postgresql_groups_the_rows(tmp_path: Path, rows: list[list[str]], postgresql: str) -> None:
    url = new_database(postgresql)
    execute(url, f"CREATE TABLE pasien ({', '.join(f'{name} text' for name in HEADER)}, data json)")
    with connected(url) as connection, connection.cursor() as cursor:
        cursor.executemany("INSERT INTO pasien VALUES (%s, %s, %s, %s, %s)", rows)
        connection.commit()
    assert told(asset(url, settings(tmp_path)).reidentification) == expected(rows)
    # What lies in JSON is no column of the server's: then the table is read again.
    execute(
        url,
        "UPDATE pasien SET data = json_build_object('lahir', tgl_lahir)",
        "ALTER TABLE pasien DROP COLUMN tgl_lahir",
    )
    found = asset(url, settings(tmp_path)).reidentification
    assert found is not None
    assert found.columns == ("jk", "agama", "data.lahir")
    assert (found.rows, found.classes) == expected(rows)[:2]


def test_mariadb_groups_the_rows(tmp_path: Path, rows: list[list[str]], mariadb: str) -> None:
    url = new_database(mariadb)
    execute(url, f"CREATE TABLE pasien ({', '.join(f'{name} varchar(40)' for name in HEADER)})")
    with connected(url) as connection, connection.cursor() as cursor:
        cursor.executemany("INSERT INTO pasien VALUES (%s, %s, %s, %s, %s)", rows)
        connection.commit()
    assert told(asset(url, settings(tmp_path)).reidentification) == expected(rows)


def test_only_tables_with_such_columns_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people, again = MadeUp(2), []
    (tmp_path / "berkas").mkdir()
    numbers = "".join(f"{people.nik()},{people.phone()}\n" for _ in range(50))
    (tmp_path / "berkas" / "nomor.csv").write_text("nik,hp\n" + numbers)
    monkeypatch.setattr(read, "narrow", lambda unit, *_: again.append(unit) or iter(()))
    assert asset(str(tmp_path / "berkas"), settings(tmp_path)).reidentification is None
    assert again == []
    written(tmp_path / "lain" / "pasien.csv", patients(50))
    found = asset(str(tmp_path / "lain"), settings(tmp_path)).reidentification
    assert found is not None
    assert len(again) == 1
    assert found.reason == "not_read_again"


def test_why_nothing_was_computed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = patients(60)
    path = written(tmp_path / "berkas" / "pasien.csv", rows)
    with sqlite3.connect(tmp_path / "klinik.db") as database:
        database.execute(f"CREATE TABLE pasien ({', '.join(HEADER)})")
        database.executemany("INSERT INTO pasien VALUES (?, ?, ?, ?, ?)", rows)

    def reason(target: Path | str, **given: object) -> str:
        found = asset(str(target), settings(tmp_path, **given)).reidentification
        assert found is not None
        assert (found.rows, found.unique_share) == (0, None)
        return found.reason

    assert reason(path, reidentification="off") == "off"
    assert reason(f"sqlite:///{tmp_path / 'klinik.db'}", sample="50%") == "sample"
    broken = tmp_path / "rusak" / "pasien.csv.gz"
    broken.parent.mkdir()
    broken.write_bytes(gzip.compress(path.read_bytes())[:-8])
    assert reason(broken) == "incomplete"
    narrow = read.narrow

    def grown(unit: read.Unit, columns: Sequence[str], limits: Limits) -> object:
        path.write_text(path.read_text() + ",".join(rows[0]) + "\n")
        return narrow(unit, columns, limits)

    monkeypatch.setattr(read, "narrow", grown)
    assert reason(path) == "changed"


def test_one_row_is_alone_without_being_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "narrow", None)
    found = asset(str(written(tmp_path / "berkas" / "pasien.csv", patients(1))), settings(tmp_path)).reidentification
    assert found is not None
    assert (found.rows, found.smallest, found.unique, found.unique_share) == (1, 1, 1, 1.0)


def test_a_resumed_run_does_not_compare_again(
    tmp_path: Path, rows: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, using = str(written(tmp_path / "berkas" / "pasien.csv", rows[:100])), settings(tmp_path)
    key = store.key(using.state)
    begun = journal.begin(using.state, key, {})
    whole = scan([path], using, journal=begun)
    begun.close()
    monkeypatch.setattr(read, "narrow", None)
    left = journal.resume(using.state, key, journal.LAST)
    again = scan([path], using, journal=left)
    left.close()
    assert told(again.assets[0].reidentification) == expected(rows[:100])
    assert again.assets == whole.assets
