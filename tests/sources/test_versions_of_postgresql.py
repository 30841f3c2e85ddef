"""The oldest and the newest PostgreSQL at hand list, cut, refuse and send alike."""

from __future__ import annotations

from typing import Any

import pytest

from privacyscan import read
from privacyscan.model import Limits, Reason, Table, Unit
from privacyscan.settings import Scope
from tests.servers import as_user, execute, new_database
from tests.sources.test_database import Found, everything

READ = {"bagian": 20, "biasa": 3_000, "isi": 1, "lihat": 3_000, "rangkuman": 1}


@pytest.fixture(params=["postgresql", "newest_postgresql"])
def pg(request: pytest.FixtureRequest) -> str:
    return new_database(request.getfixturevalue(request.param))


def count(found: Found) -> dict[str, int]:
    return {path[-1]: sum(0 if t.again else t.batch.num_rows for t in tables) for path, tables in found.tables.items()}


def rows(units: Any, limits: Limits) -> list[Any]:
    parts = [part for unit in units for part in read.parts(unit, limits)]
    assert all(isinstance(part, Table) for part in parts)
    return [row for part in parts if isinstance(part, Table) for row in part.batch.to_pylist()]


def test_a_database_with_some_of_everything(pg: str) -> None:
    role = f"separuh_{pg.rpartition('_')[2]}"
    execute(
        pg,
        "CREATE TABLE biasa (x int, y text GENERATED ALWAYS AS ('n' || x) STORED)",
        "INSERT INTO biasa SELECT generate_series(1, 3000)",
        "CREATE VIEW lihat AS SELECT * FROM biasa",
        "CREATE MATERIALIZED VIEW rangkuman AS SELECT count(*) AS banyak FROM biasa",
        "CREATE TABLE bagian (x int) PARTITION BY RANGE (x)",
        "CREATE TABLE bagian_1 PARTITION OF bagian FOR VALUES FROM (0) TO (10)",
        "CREATE TABLE bagian_2 PARTITION OF bagian FOR VALUES FROM (10) TO (20)",
        "INSERT INTO bagian SELECT generate_series(0, 19)",
        "CREATE TYPE orang AS (nik text)",
        "CREATE TABLE isi (j jsonb, l text[], o orang, b bytea, r numrange, d date)",
        "INSERT INTO isi VALUES ('{\"nik\": 1}', '{a,b}', ROW('2'), '\\x00', '[1,2)', '1990-07-01')",
        "CREATE TABLE tertutup (x int)",
        "CREATE TABLE setengah (x int, y int)",
        "CREATE TEMPORARY TABLE sementara (x int)",
        f"CREATE ROLE {role} LOGIN PASSWORD 'x'",
        f"GRANT SELECT ON biasa, lihat, rangkuman, bagian, isi TO {role}",
        f"GRANT SELECT (x) ON setengah TO {role}",
        "ANALYZE",
    )
    found = everything(as_user(pg, role, "x"))
    assert count(found) == READ | {"setengah": 0}
    assert found.reasons == {
        ("public", "tertutup"): Reason.DENIED,
        ("public", "setengah", "y"): Reason.DENIED,
        ("public", "isi", "b"): Reason.UNSUPPORTED_TYPE,
    }
    first, second = found.rows("public", "isi")
    shown = ("j.nik", "l", "o.nik", "r", "d")
    assert [first[name] for name in shown] == ["1", "a", "2", "[1,2)", "1990-07-01"]
    assert second == {"l": "b"}

    small = Limits(piece_bytes=32 << 10)
    whole = next(u for u in read.units(read.target(pg), Scope(), small) if u.place.path[-1] == "biasa")
    assert isinstance(whole, Unit)
    cut = read.cut_at_source(whole, small)
    assert cut is not None
    try:
        assert len(cut.units) > 2
        assert rows(cut.units, small) == rows([whole], small)
    finally:
        cut.close()


def test_a_generated_column_that_is_not_stored(newest_postgresql: str) -> None:
    pg = new_database(newest_postgresql)
    execute(pg, "CREATE TABLE a (x int, y text GENERATED ALWAYS AS ('nik') VIRTUAL)", "INSERT INTO a VALUES (1)")
    assert everything(pg).rows("public", "a") == [{"x": "1", "y": "nik"}]
