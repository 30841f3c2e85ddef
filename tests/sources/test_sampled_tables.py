"""Samples of tables: chosen by chance, the same each time, and never taken for the whole."""

# ruff: noqa: F401, F811 - fixtures

from __future__ import annotations

import random
from itertools import pairwise
from math import comb
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacyscan import read
from privacyscan.assess import assess
from privacyscan.cli._run import exit_code
from privacyscan.errors import ConfigurationError
from privacyscan.model import Asset, Limits, Place, Reason, Sample, Table, Unit
from privacyscan.outputs._figures import Figures, bound, bound_rows
from privacyscan.scan import scan
from privacyscan.settings import Scope, load
from tests.detect.made_up import MadeUp
from tests.servers import Server, execute
from tests.sources.test_database import Found, everything, in_schema, pg, run, url

ROWS = 2_000
NUMBERS = "INSERT INTO a VALUES " + ",".join(f"({i})" for i in range(ROWS))


def numbers(found: Found, path: tuple[str, ...]) -> list[int]:
    return [int(row["x"]) for row in found.rows(*path)]


def told(found: Found) -> dict[tuple[str, ...], Reason]:
    return {s.place.path: s.reason for s in found.skipped}


@pytest.mark.parametrize("kind", ["TABLE", "VIEW"])
def test_rows_are_chosen_by_chance_and_each_time_alike(url: str, kind: str) -> None:
    run(url, "CREATE TABLE a (x int)", NUMBERS, "CREATE VIEW v AS SELECT p.x FROM a p JOIN a q ON p.x = q.x")
    path = in_schema(url, "a" if kind == "TABLE" else "v")
    found, again = (everything(url, Limits(sample=Sample(rows=400))) for _ in range(2))
    chosen = numbers(found, path)
    assert chosen == numbers(again, path)
    assert len(chosen) == len(set(chosen)) == pytest.approx(400, abs=80)
    for part in range(4):  # from everywhere, not a page here and there
        assert sum(part * 500 <= x < part * 500 + 500 for x in chosen) == pytest.approx(100, abs=45)
    assert sum(b == a + 1 for a, b in pairwise(chosen)) < 150  # each by itself: 80 are due
    assert told(found)[path] is Reason.SAMPLED
    assert {table.total for table in found.tables[path]} == {ROWS}


def test_a_share_of_the_rows(url: str) -> None:
    run(url, "CREATE TABLE a (x int)", NUMBERS)
    assert len(numbers(everything(url, Limits(sample=Sample(share=0.1))), in_schema(url, "a"))) == pytest.approx(
        200, abs=60
    )


def test_a_table_of_fewer_rows_is_read_whole(url: str) -> None:
    run(url, "CREATE TABLE a (x int)", "INSERT INTO a VALUES (1), (2), (3)", "CREATE TABLE kosong (x int)")
    found = everything(url, Limits(sample=Sample(rows=3)))
    assert (numbers(found, in_schema(url, "a")), found.skipped) == ([1, 2, 3], [])


def test_partitions_and_materialised_views_of_postgresql(pg: str) -> None:
    execute(
        pg,
        "CREATE TABLE a (x int) PARTITION BY RANGE (x)",
        "CREATE TABLE a_1 PARTITION OF a FOR VALUES FROM (0) TO (1000)",
        "CREATE TABLE a_2 PARTITION OF a FOR VALUES FROM (1000) TO (2000)",
        NUMBERS,
        "CREATE MATERIALIZED VIEW m AS SELECT * FROM a",
    )
    found = everything(pg, Limits(sample=Sample(rows=400)))
    for name in ("a", "m"):
        chosen = numbers(found, ("public", name))
        assert sum(x < 1000 for x in chosen) == pytest.approx(200, abs=60)
        assert sum(x >= 1000 for x in chosen) == pytest.approx(200, abs=60)


def test_postgresql_chooses_where_the_rows_lie(pg: str, postgresql_server: Server) -> None:
    execute(pg, "CREATE TABLE a (x int)", NUMBERS)
    before = postgresql_server.log.stat().st_size
    everything(pg, Limits(sample=Sample(share=0.01)))
    with postgresql_server.log.open(encoding="utf-8") as stream:
        stream.seek(before)
        assert "TABLESAMPLE pg_catalog.bernoulli (1.0) REPEATABLE" in stream.read()


def test_a_sample_makes_no_scan_complete(tmp_path: Path) -> None:
    people = MadeUp(3)
    values = ",".join(f"('{people.nik()}', {i})" for i in range(600))
    run(f"sqlite:///{tmp_path}/uji.db", "CREATE TABLE warga (nik, x)", f"INSERT INTO warga VALUES {values}")
    settings = load({"workers": 1, "sample": "50%"}, environ={"XDG_STATE_HOME": str(tmp_path / "state")})
    result = scan([f"sqlite:///{tmp_path}/uji.db"], settings)
    (asset,), (finding,) = result.assets, result.findings
    assert (asset.mode, asset.complete, asset.total) == ("sample", False, 600)
    assert finding.matched == finding.seen == asset.rows == pytest.approx(300, abs=60)
    assert result.status == "incomplete"
    assessment = assess(result)
    assert exit_code(assessment, ()) == 3
    figures = Figures(assessment)
    assert (figures.sampled, figures.cut_short, figures.without_findings) == ((asset,), (), ())


def test_what_breaks_off_is_no_sample(tmp_path: Path) -> None:
    """What came before is the beginning of the table, of which no bound holds."""
    run(
        f"sqlite:///{tmp_path}/uji.db",
        "CREATE VIEW v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 40000) "
        "SELECT CASE WHEN i < 39990 THEN i ELSE abs(-9223372036854775808) END AS x FROM n",
    )
    settings = load({"workers": 1, "sample": "30000"}, environ={"XDG_STATE_HOME": str(tmp_path / "state")})
    result = scan([f"sqlite:///{tmp_path}/uji.db"], settings)
    assert [s.reason for s in result.skipped] == [Reason.ERROR]
    assert [(a.mode, a.complete) for a in result.assets if a.rows] == [("full", False)]


def test_files_are_read_whole(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x\n" + "1\n" * 50)
    unit = next(read.units(read.target(str(tmp_path)), Scope(), Limits()))
    assert isinstance(unit, Unit)
    (part,) = read.parts(unit, Limits(sample=Sample(rows=5)))
    assert isinstance(part, Table)
    assert part.batch.num_rows == 50


# The bound


def asset(rows: int, total: int) -> Asset:
    return Asset("A-1", Place("t"), "table", rows, rows, rows, mode="sample", total=total, complete=False)


@given(st.integers(1, 400), st.integers(0, 3_000))
def test_so_many_rows_would_have_been_seen(rows: int, more: int) -> None:
    """With as many rows of a kind as the bound excludes, a sample misses all of them in less than 5 of 100 cases."""
    total = rows + more
    hidden = bound_rows(asset(rows, total))
    assert hidden is not None
    if hidden <= total:
        assert comb(total - hidden, rows) / comb(total, rows) < 0.05


@pytest.mark.parametrize(("rows", "total"), [(30, 100), (60, 2_000), (200, 1_000)])
def test_the_bound_holds_in_a_simulation(rows: int, total: int) -> None:
    hidden = bound_rows(asset(rows, total))
    assert hidden is not None
    draw = random.Random(rows)
    missed = sum(min(draw.sample(range(total), rows)) >= hidden for _ in range(2_000))
    assert missed / 2_000 < 0.05


def test_a_sample_of_nothing_excludes_nothing() -> None:
    assert (bound(asset(0, 100)), bound_rows(asset(0, 100))) == (1.0, 101)


# What can be asked for


@pytest.mark.parametrize(
    ("given", "sample"),
    [("1000", Sample(rows=1000)), (1000, Sample(rows=1000)), ("5%", Sample(share=0.05)), ("0.5%", Sample(share=0.005))],
)
def test_rows_or_a_share(given: str | int, sample: Sample) -> None:
    assert load({"sample": given}, environ={}).limits.sample == sample


@pytest.mark.parametrize("wrong", ["0", "0%", "-5", "101%", "0.5", "5 %", "", "semua", "1e3", True, 0])
def test_no_sample(wrong: object) -> None:
    with pytest.raises(ConfigurationError, match=r"--sample: should be a number of rows such as 10000, or a share"):
        load({"sample": wrong}, environ={})
