"""Large tables of PostgreSQL in pieces: all of them read one state of the table, and what was not read is listed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from privacyscan import read, rulebook
from privacyscan.detect import Detector
from privacyscan.model import Limits, Reason, Skipped, Table, Unit
from privacyscan.pieces import Pieces
from privacyscan.settings import Scope, Settings
from privacyscan.sources import Cut
from privacyscan.work import Job, read_job
from tests.servers import as_user, connected, execute, new_database
from tests.test_pieces import KEY, people, same_as_whole, stored

pytestmark = pytest.mark.no_cover  # other tests go the same ways; under the tracer these take twice as long

SMALL = Limits(piece_bytes=64 << 10)


@pytest.fixture
def pg(postgresql: str) -> str:
    """A database with a table of 3,000 rows, some of which were deleted."""
    url = new_database(postgresql)
    header, *rows = people(3_000)
    execute(url, f"CREATE TABLE warga ({', '.join(f'{name} text' for name in header)}, aktif boolean)")
    with connected(url) as connection, connection.cursor() as cursor:
        cursor.executemany("INSERT INTO warga VALUES (%s, %s, %s, %s, %s, true)", rows)
        cursor.execute("DELETE FROM warga WHERE hp LIKE '%7'")
        connection.commit()
    return url


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector(rulebook.load().identifiers.values(), KEY, "all", "fast", "auto")


def listed(url: str, limits: Limits = SMALL) -> Unit:
    (unit,) = read.units(read.target(url), Scope(), limits)
    assert isinstance(unit, Unit)
    return unit


@pytest.fixture
def cut(pg: str) -> Iterator[Cut]:
    found = read.cut_at_source(listed(pg), SMALL)
    assert found is not None
    yield found
    found.close()


def rows(units: Sequence[Unit]) -> list[dict[str, object]]:
    found = []
    for unit in units:
        for part in read.parts(unit, SMALL):
            assert isinstance(part, Table)
            found += part.batch.to_pylist()
    return found


def reasons(unit: Unit) -> list[Reason]:
    return [p.reason for p in read.parts(unit, SMALL) if isinstance(p, Skipped)]


def sessions(url: str) -> int:
    with connected(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'privacyscan'")
        return int(cursor.fetchone()[0])


def test_pieces_give_the_rows_of_the_whole_in_its_order(pg: str, cut: Cut) -> None:
    assert len(cut.units) >= 4
    whole = rows([listed(pg)])
    assert 1_000 < len(whole) < 3_000
    assert rows(cut.units) == whole


def test_rows_that_change_between_two_pieces_are_read_as_they_were(pg: str, cut: Cut) -> None:
    before = rows([listed(pg)])
    first = rows(cut.units[:2])
    execute(pg, "UPDATE warga SET hp = 'x' || hp", "DELETE FROM warga WHERE c1 LIKE '%1'")
    assert first + rows(cut.units[2:]) == before
    assert rows([listed(pg)]) != before


def test_the_table_is_not_rewritten_while_it_is_read(pg: str, cut: Cut) -> None:
    with connected(pg) as connection, connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
        with pytest.raises(Exception, match="lock timeout"):
            cursor.execute("TRUNCATE warga")


def test_pieces_are_listed_as_not_read_when_their_snapshot_is_lost(pg: str, cut: Cut, detector: Detector) -> None:
    unit = listed(pg)
    first = read_job(Job(unit, cut=cut.units), detector, SMALL)
    cut.close()
    pieces = Pieces(unit, first, detector.most)
    for job in pieces.jobs:
        pieces.take(job, read_job(job, detector, SMALL))
    (lost,) = pieces.result().skipped
    assert (lost.place, lost.reason) == (unit.place, Reason.UNREACHABLE)
    assert "snapshot" in lost.message


def test_a_table_dropped_before_its_pieces_are_read(pg: str) -> None:
    unit = listed(pg)
    execute(pg, "DROP TABLE warga")
    assert read.cut_at_source(unit, SMALL) is None
    assert reasons(unit) == [Reason.VANISHED]
    assert sessions(pg) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW x AS SELECT * FROM warga",
        "CREATE MATERIALIZED VIEW x AS SELECT * FROM warga",
        "CREATE TABLE x (LIKE warga) PARTITION BY RANGE (c1)",
        "CREATE TABLE x AS SELECT * FROM warga LIMIT 10",
    ],
)
def test_what_is_no_large_table_is_read_whole(pg: str, statement: str) -> None:
    execute(pg, statement)
    for unit in read.units(read.target(pg), Scope(), SMALL):
        assert isinstance(unit, Unit)
        if unit.place.path[-1] == "x":
            assert read.cut_at_source(unit, SMALL) is None
    assert sessions(pg) == 0


def test_servers_that_cannot_find_a_range_of_pages_are_read_whole(pg: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("privacyscan.sources._postgresql._RANGES", 990_000)
    assert read.cut_at_source(listed(pg), SMALL) is None


def test_findings_of_pieces_are_those_of_the_whole(pg: str, cut: Cut, detector: Detector) -> None:
    same_as_whole(listed(pg), cut.units, detector, SMALL)


def test_scans_are_the_same_whatever_the_number_of_workers(
    pg: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Settings, "limits", property(lambda self: SMALL))

    one, two, three = (stored([pg], n, tmp_path) for n in (1, 2, 3))
    assert len(json.loads(one)["findings"]) > 3
    assert one == two == three
    assert sessions(pg) == 0


def test_the_server_ends_the_session_that_holds_the_snapshot(pg: str, cut: Cut) -> None:
    rows(cut.units[:1])
    execute(
        pg,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'privacyscan'",
    )
    for unit in cut.units[1:]:
        assert list(map(type, read.parts(unit, SMALL))) == [Skipped]
        assert reasons(unit) == [Reason.UNREACHABLE]
    cut.close()  # which the lost session does not make fail


def test_a_user_who_may_see_some_columns_alone_reads_the_table_whole(pg: str) -> None:
    execute(pg, "CREATE ROLE sebagian LOGIN PASSWORD 'r4hasia'", "GRANT SELECT (c1, hp) ON warga TO sebagian")
    unit = listed(as_user(pg, "sebagian", "r4hasia"))
    assert read.cut_at_source(unit, SMALL) is None
    assert set(reasons(unit)) == {Reason.DENIED}
    assert len(rows_of(unit)) == len(rows([listed(pg)]))


def rows_of(unit: Unit) -> list[dict[str, object]]:
    """Its rows, whatever else could not be read."""
    return [row for p in read.parts(unit, SMALL) if isinstance(p, Table) for row in p.batch.to_pylist()]
