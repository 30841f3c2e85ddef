"""Smaller copies: so many rows of each table, and all that these refer to."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from privacyscan import rulebook
from privacyscan.errors import UsageError
from privacyscan.model import Sample
from privacyscan.pseudonymize import plan, pseudonymize
from privacyscan.pseudonymize._page import page
from privacyscan.pseudonymize._subset import Reference, Relation, Subset
from tests.pseudonymize.samples import KEY, TOKENS, people
from tests.pseudonymize.test_databases import engine, rows
from tests.servers import new_database

PERSONS = people(300, seed=9)
# Keys of one and two columns, one that is no primary key, to the same table, in a circle, and one without a case
TABLES = (
    "CREATE TABLE unit (kode varchar(20) PRIMARY KEY, kepala varchar(60))",
    "CREATE TABLE warga (nik varchar(60) PRIMARY KEY, nomor int UNIQUE, induk varchar(60), unit varchar(20),"
    " FOREIGN KEY (induk) REFERENCES warga (nik), FOREIGN KEY (unit) REFERENCES unit (kode))",
    "CREATE TABLE berkas (tahun int, urut int, nomor int, PRIMARY KEY (tahun, urut),"
    " FOREIGN KEY (nomor) REFERENCES warga (nomor))",
    "CREATE TABLE lampiran (id int PRIMARY KEY, tahun int, urut int,"
    " FOREIGN KEY (tahun, urut) REFERENCES berkas (tahun, urut))",
    "CREATE TABLE jejak (pesan varchar(20))",
)
CIRCLE = "ALTER TABLE unit ADD FOREIGN KEY (kepala) REFERENCES warga (nik)"
JOINS = {
    "unit": "LEFT JOIN warga p ON c.kepala = p.nik WHERE c.kepala IS NOT NULL AND p.nik IS NULL",
    "warga": "LEFT JOIN warga p ON c.induk = p.nik LEFT JOIN unit u ON c.unit = u.kode"
    " WHERE c.induk IS NOT NULL AND p.nik IS NULL OR c.unit IS NOT NULL AND u.kode IS NULL",
    "berkas": "LEFT JOIN warga p ON c.nomor = p.nomor WHERE c.nomor IS NOT NULL AND p.nomor IS NULL",
    "lampiran": "LEFT JOIN berkas p ON c.tahun = p.tahun AND c.urut = p.urut"
    " WHERE c.tahun IS NOT NULL AND c.urut IS NOT NULL AND p.urut IS NULL",
}


def filled(url: str) -> str:
    """A database with these tables: chains of ancestors of up to ten, files of every third, some without one."""
    n = len(PERSONS)
    nik = [p.nik for p in PERSONS]
    with engine(url).begin() as connection:
        metadata = sa.MetaData()
        for statement in TABLES:
            if url.startswith("sqlite"):  # which adds no keys later
                statement = statement.replace("kepala varchar(60)", "kepala varchar(60) REFERENCES Warga (NIK)")
            connection.exec_driver_sql(statement)
        metadata.reflect(connection, resolve_fks=False)
        into = {name: table.insert() for name, table in metadata.tables.items()}
        connection.execute(into["unit"], [{"kode": f"U{i}", "kepala": None} for i in range(10)])
        for level in range(10):  # who is referred to comes first
            of = [
                {"nik": nik[i], "nomor": i, "induk": nik[i - 1] if i % 10 else None, "unit": f"u{i % 10}".upper()}
                for i in range(level, n, 10)
            ]
            connection.execute(into["warga"], of)
        connection.exec_driver_sql(f"UPDATE unit SET kepala = '{nik[7]}' WHERE kode = 'U7'")
        files = [{"tahun": 2000 + i % 5, "urut": i, "nomor": i if i % 3 else None} for i in range(n)]
        connection.execute(into["berkas"], files)
        more = [{"id": i, "tahun": 2000 + i % 5 if i % 4 else None, "urut": i} for i in range(n)]
        connection.execute(into["lampiran"], more)
        connection.execute(into["jejak"], [{"pesan": "rapat"}] * n)
        if not url.startswith("sqlite"):
            connection.exec_driver_sql(CIRCLE)
    return url


@pytest.fixture(params=["sqlite", "postgresql", "mariadb", "sqlite to postgresql"])
def sides(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    kind, _, other = request.param.partition(" to ")
    urls = []
    for name, server in (("asal", kind), ("salinan", other or kind)):
        file = f"sqlite:///{tmp_path}/{name}.db"
        urls.append(file if server == "sqlite" else new_database(request.getfixturevalue(server)))
    return filled(urls[0]), urls[1]


def test_a_smaller_copy_holds_all_that_its_rows_refer_to(sides: tuple[str, str]) -> None:
    source, target = sides
    planned = plan(source, TOKENS, KEY, rows=Sample(rows=6)).parts
    result = pseudonymize(source, target, TOKENS, KEY, rows=Sample(rows=6), measuring=True)
    assert result.failures == ()
    assert [(p.place.path, p.rows) for p in result.parts] == [(p.place.path, p.rows) for p in planned]
    parts = {p.place.path[-1]: p for p in result.parts}
    assert {(p.chosen, p.of) for p in parts.values()} == {(6, 300), (6, 10)}
    for name, part in parts.items():
        assert rows(target, f"SELECT count(*) FROM {name}") == [(part.rows,)]
    for name, join in JOINS.items():
        assert rows(target, f"SELECT c.* FROM {name} c {join}") == []
    assert parts["jejak"].rows == parts["lampiran"].rows == 6  # nothing refers to them
    assert 6 < parts["berkas"].rows <= 12
    assert 20 < parts["warga"].rows < 200
    assert result.rows == sum(p.rows for p in parts.values())
    assert all(nik.startswith("NIK_") for (nik,) in rows(target, "SELECT nik FROM warga"))


def test_a_chain_is_followed_to_its_end_and_no_further() -> None:
    above = Relation("w", (Reference(("induk",), "w", ("id",)),), True)
    subset = Subset(Sample(rows=1), bytes(32))
    subset.choose([above], lambda *_: [((i,), (i - 1 if i % 100 else None, i)) for i in range(5000)])
    taken = [i for i, flag in enumerate(subset.chooser("w")((i,) for i in range(5000))) if flag]
    assert taken == list(range(taken[-1] // 100 * 100, taken[-1] + 1))
    assert subset.parts["w"] == (len(taken), 1, 5000)


@pytest.mark.parametrize(
    ("value", "other"),
    [("Budi", "budi  "), (1, 1.0), (True, 1), ("José", "JOSE"), (b"ab", "ab")],
)
def test_what_a_database_may_take_for_the_same_is_found(value: Any, other: Any) -> None:
    subset = Subset(Sample(rows=1), bytes(32))
    tables = {"anak": [((1,), (other,))], "induk": [((i,), (i,)) for i in range(99)] + [((value,), (value,))]}
    relations = [Relation("anak", (Reference(("i",), "induk", ("id",)),), True), Relation("induk", (), True)]
    subset.choose(relations, lambda name, _: tables[name])
    assert subset.chooser("induk")([(value,)]) == [True]


def test_a_share_is_taken_by_chance_and_the_same_again_under_one_key() -> None:
    def taken(seed: int) -> list[int]:
        subset = Subset(Sample(share=0.1), bytes([seed]) * 32)
        subset.choose([Relation("w", (), True)], lambda *_: [((i,), ()) for i in range(995)])
        return [i for i, flag in enumerate(subset.chooser("w")((i,) for i in range(995))) if flag]

    assert len(taken(1)) == 100
    assert taken(1) == taken(1) != taken(2)
    assert 300 < sum(taken(1)) / 100 < 700  # from everywhere


def test_the_file_of_a_smaller_copy_keeps_nothing_of_the_others(tmp_path: Path) -> None:
    source = filled(f"sqlite:///{tmp_path}/asal.db").removeprefix("sqlite:///")
    with closing(sqlite3.connect(source)) as database:
        database.execute("CREATE TABLE catatan (isi text)")
        database.executemany("INSERT INTO catatan VALUES (?)", [(f"rapat nomor-{i}-",) for i in range(200)])
        database.commit()
    result = pseudonymize(source, str(tmp_path / "salinan.db"), TOKENS, KEY, rows=Sample(rows=5))
    told = page(result, "en", rulebook.load()).decode()
    assert "catatan: 5 of 200 rows: 5 by chance, 0 because these refer to them" in told
    data = (tmp_path / "salinan.db").read_bytes()
    assert sum(f"nomor-{i}-".encode() in data for i in range(200)) == 5


def test_only_databases_are_copied_in_part(tmp_path: Path) -> None:
    (tmp_path / "warga.csv").write_text("nik\n")
    for source in (tmp_path / "warga.csv", tmp_path):
        with pytest.raises(UsageError, match="--rows makes a smaller copy of a database"):
            pseudonymize(str(source), f"{tmp_path}.salinan", TOKENS, KEY, rows=Sample(rows=5))
