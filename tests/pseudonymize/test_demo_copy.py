"""The made-up agency copied for tests: nobody of it is left, and everything still works."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from privacyscan.checks import birth_date
from privacyscan.demo import database
from privacyscan.demo.people import population
from privacyscan.detect.rules import Rule
from privacyscan.pseudonymize import load_policy, pseudonymize
from privacyscan.pseudonymize.cells import value_in
from privacyscan.pseudonymize.policy import Choice, Policy
from privacyscan.rulebook import load
from tests.pseudonymize.samples import KEY
from tests.pseudonymize.test_databases import engine
from tests.servers import new_database

Pair = tuple[sa.Engine, sa.Engine]
PEOPLE = population(150, random.Random(5))
COUNTS = (  # what statistics ask for: the same in the copy
    "SELECT jenis_kelamin, count(*) FROM penduduk_test_copy GROUP BY 1 ORDER BY 1",
    "SELECT substr(nik, 1, 2), count(*) FROM penduduk_test_copy GROUP BY 1 ORDER BY 1",
    "SELECT count(*), count(DISTINCT nik), count(DISTINCT no_kk) FROM penduduk_test_copy",
    "SELECT CAST(substr(tanggal_lahir, 1, 4) AS int) / 5, count(*) FROM penduduk_test_copy GROUP BY 1 ORDER BY 1",
    "SELECT count(*) FROM antrean a JOIN penduduk_test_copy p ON p.nik = a.nik",
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[sa.Engine, sa.Engine]]:
    """The agency's database and its copy with twins."""
    folder = tmp_path_factory.mktemp("agensi")
    database.write(folder / "layanan.db", PEOPLE, random.Random(5))
    if request.param == "sqlite":
        source, target = str(folder / "layanan.db"), str(folder / "aman.db")
        engines = sa.create_engine(f"sqlite:///{source}"), sa.create_engine(f"sqlite:///{target}")
    else:
        server = request.getfixturevalue("postgresql")
        source, target = new_database(server), new_database(server)
        pseudonymize(str(folder / "layanan.db"), source, Policy({}, Choice("keep")), KEY)
        engines = engine(source), engine(target)
    result = pseudonymize(source, target, load_policy(Path("testing")), KEY)
    assert result.failures == ()
    assert {r.entity: r.same for r in result.proof.residues if r.expected is not None and r.same > r.expected + 1} == {}
    yield engines
    for side in engines:
        side.dispose()


def rows(side: sa.Engine, query: str) -> list[tuple[object, ...]]:
    with side.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def test_counts_and_joins_stay(pair: Pair) -> None:
    before, after = pair
    for query in COUNTS:
        assert rows(after, query) == rows(before, query), query


def test_every_nik_passes_all_checks_and_agrees_with_the_birth_date(pair: Pair) -> None:
    rule = Rule(load().identifiers["ID_NIK"])
    told = rows(pair[1], "SELECT nik, tanggal_lahir, jenis_kelamin FROM penduduk_test_copy")
    assert len(told) == len(PEOPLE)
    for nik, born, sex in told:
        assert value_in(rule, str(nik)) == nik
        day = birth_date.parse(str(born))
        assert day is not None
        assert int(str(nik)[6:8]) == day.day + 40 * (sex == "P")
        assert str(nik)[8:12] == f"{day:%m%y}"


def test_nobody_of_the_source_is_left(pair: Pair) -> None:
    before, after = pair
    tables = [t for t in sa.inspect(after).get_table_names() if not t.startswith("sqlite")]
    everything = "\n".join(str(rows(after, f'SELECT * FROM "{table}"')) for table in tables)
    for person in PEOPLE:
        for value in (person.nik, person.kk, person.email):
            assert not value or value not in everything
    assert any(person.nik in str(rows(before, "SELECT * FROM penduduk_test_copy")) for person in PEOPLE)
