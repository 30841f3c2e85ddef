"""Large tables of MySQL and MariaDB in pieces: together they hold every row once, in the order of the primary key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from privacyscan import read, rulebook
from privacyscan.detect import Detector
from privacyscan.model import Limits, Piece, Table, Unit
from privacyscan.settings import Scope, Settings
from privacyscan.sources import Cut
from tests.servers import connected, execute, new_database
from tests.test_pieces import KEY, people, same_as_whole, stored

pytestmark = pytest.mark.no_cover  # other tests go the same ways; under the tracer these take twice as long

SMALL = Limits(piece_bytes=64 << 10)


@pytest.fixture
def my(mariadb: str) -> str:
    """A database with a table of 3,000 rows whose numbers begin below zero and have gaps."""
    url = new_database(mariadb)
    header, *rows = people(3_000)
    columns = ", ".join(f"{name} text" for name in header)
    execute(url, f"CREATE TABLE warga (`no %` int PRIMARY KEY, {columns}) ENGINE = InnoDB")
    with connected(url) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO warga VALUES (%s, %s, %s, %s, %s, %s)", [(7 * i - 500, *row) for i, row in enumerate(rows)]
        )
        cursor.execute("DELETE FROM warga WHERE hp LIKE '%%7'")
        connection.commit()
    execute(url, "ANALYZE TABLE warga")
    return url


def listed(url: str, table: str = "warga") -> Unit:
    units = [unit for unit in read.units(read.target(url), Scope(), SMALL) if isinstance(unit, Unit)]
    return next(unit for unit in units if unit.place.path[-1] == table)


def cut_of(url: str, table: str = "warga") -> Cut | None:
    found = read.cut_at_source(listed(url, table), SMALL)
    if found is not None:
        found.close()
    return found


def rows(units: Sequence[Unit]) -> list[dict[str, object]]:
    found = []
    for unit in units:
        for part in read.parts(unit, SMALL):
            assert isinstance(part, Table)
            found += part.batch.to_pylist()
    return found


def test_pieces_give_the_rows_of_the_whole_in_its_order(my: str) -> None:
    cut = cut_of(my)
    assert cut is not None
    assert len(cut.units) >= 4
    whole = rows([listed(my)])
    assert 1_000 < len(whole) < 3_000
    assert rows(cut.units) == whole
    counts = [len(rows([unit])) for unit in cut.units]
    assert counts[0] < counts[1]  # it is read before the others
    assert max(counts[1:]) - min(counts[1:]) < 0.2 * max(counts)


def test_rows_beyond_the_first_and_last_number_belong_to_the_pieces_at_the_ends(my: str) -> None:
    cut = cut_of(my)
    assert cut is not None
    execute(my, "INSERT INTO warga VALUES (-9999, '', '', '', '', ''), (99999, '', '', '', '', '')")
    numbers = [row["no %"] for row in rows(cut.units)]
    assert (numbers[0], numbers[-1]) == ("-9999", "99999")


def test_nothing_is_held_while_pieces_are_read(my: str) -> None:
    cut = read.cut_at_source(listed(my), SMALL)
    assert cut is not None
    rows(cut.units[:1])
    execute(my, "SET lock_wait_timeout = 1", "ALTER TABLE warga ADD COLUMN lain text")
    assert len(rows(cut.units)) == len(rows([listed(my)]))
    cut.close()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW x AS SELECT * FROM warga",
        "CREATE TABLE x AS SELECT * FROM warga",
        "CREATE TABLE x (PRIMARY KEY (c1(20))) AS SELECT * FROM warga",
        "CREATE TABLE x (PRIMARY KEY (`no %`)) ENGINE = MyISAM AS SELECT * FROM warga",
        "CREATE TABLE x (PRIMARY KEY (`no %`)) AS SELECT * FROM warga LIMIT 10",
        "CREATE TABLE x (n int PRIMARY KEY)",
    ],
)
def test_what_is_no_large_table_with_a_number_is_read_whole(my: str, statement: str) -> None:
    execute(my, statement)
    assert cut_of(my, "x") is None


@pytest.mark.parametrize("kind", ["bigint unsigned", "smallint"])
def test_any_whole_number_first_in_the_key_will_do(my: str, kind: str) -> None:
    least = {"smallint": -32768, "bigint unsigned": 18446744073709548000}[kind]
    execute(my, f"CREATE TABLE x (n {kind}, t int, isi text, PRIMARY KEY (n, t))")
    with connected(my) as connection, connection.cursor() as cursor:
        cursor.executemany("INSERT INTO x VALUES (%s, %s, %s)", [(least + i // 2, i, "x" * 300) for i in range(3_000)])
        connection.commit()
    execute(my, "ANALYZE TABLE x")
    cut = cut_of(my, "x")
    assert cut is not None
    assert len(cut.units) > 3
    assert rows(cut.units) == rows([listed(my, "x")])


def test_numbers_far_apart_are_no_loss(my: str) -> None:
    execute(
        my, "ALTER TABLE warga MODIFY `no %` bigint", "INSERT INTO warga VALUES (9223372036854775807,'','','','','')"
    )
    cut = cut_of(my)
    assert cut is not None
    assert rows(cut.units) == rows([listed(my)])


def test_findings_of_pieces_are_those_of_the_whole(my: str) -> None:
    detector = Detector(rulebook.load().identifiers.values(), KEY, "all", "fast", "auto")
    cut = cut_of(my)
    assert cut is not None
    same_as_whole(listed(my), cut.units, detector, SMALL)


def test_scans_are_the_same_whatever_the_number_of_workers(
    my: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Settings, "limits", property(lambda self: SMALL))

    one, two, three = (stored([my], n, tmp_path) for n in (1, 2, 3))
    assert one == two == three


def test_pieces_cover_all_numbers() -> None:
    from privacyscan.sources._mysql import _within

    target = read.target("mysql://h/x")
    unit = Unit("database", target, target.place, "table", {"cut": "a`b"}, None)
    pieces = [Piece(0, -5, 3), Piece(1, 3, 9), Piece(2, 9)]
    assert [_within(replace(unit, piece=piece)) for piece in pieces] == [
        " FORCE INDEX (PRIMARY) WHERE `a``b` < 3",
        " FORCE INDEX (PRIMARY) WHERE `a``b` >= 3 AND `a``b` < 9",
        " FORCE INDEX (PRIMARY) WHERE `a``b` >= 9",
    ]
