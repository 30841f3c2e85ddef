"""SQL dumps: rows are tables under their names, whoever wrote the dump; what is no row stays text."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable
from pathlib import Path
from time import process_time
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import make_url

from privacyscan.model import Limits, Skipped, Table, Text, Unit
from privacyscan.read import Told, expand, target, units
from privacyscan.read import parts as read_parts
from privacyscan.settings import Scope
from tests.formats.reading import parts, skipped, tables, texts
from tests.formats.samples import SAMPLES, niks, rows
from tests.servers import PASSWORD, connected, execute, new_database, not_here

ROWS = [  # what dumps write otherwise than it is
    {"nik": "3171014107900001", "nama": "Warga D'Arc", "catatan": "dua\nbaris; (dan, kurung)"},
    {"nik": "3171014107900002", "nama": 'Warga "Dua"', "catatan": None},
    {"nik": "3171014107900003", "nama": "Warga\tTiga \\ é", "catatan": "'),('"},
]
CREATE = "CREATE TABLE warga (nik varchar(16), nama varchar(99), catatan text)"


def read(dump: str | bytes, name: str = "x.sql", limits: Limits | None = None) -> dict[str, list[dict[str, Any]]]:
    found = parts(dump.encode() if isinstance(dump, str) else dump, name, limits)
    assert not skipped(found)
    return {place.removeprefix(f"berkas/{name}/"): held for place, held in tables(found).items()}


def filled(url: str) -> str:
    """A new database with a table of the rows."""
    url = new_database(url)
    with connected(url) as connection, connection.cursor() as cursor:
        cursor.execute(CREATE)
        cursor.executemany("INSERT INTO warga VALUES (%s, %s, %s)", [tuple(row.values()) for row in ROWS])
    return url


def written(program: str, package: str, url: str, *options: str) -> bytes:
    """What a server's own program dumps."""
    if shutil.which(program) is None:
        not_here(f"{program} is not installed: apt-get install {package}")
    place = make_url(url)
    user = "--username" if program == "pg_dump" else "--user"
    login = [f"--host={place.host}", f"--port={place.port}", f"{user}={place.username}"]
    secret = os.environ | {"PGPASSWORD": PASSWORD, "MYSQL_PWD": PASSWORD}
    command = [program, *options, *login, str(place.database)]
    return subprocess.run(command, env=secret, capture_output=True, check=True).stdout


@pytest.mark.parametrize(
    "options", [(), ("--inserts",), ("--column-inserts", "--rows-per-insert=2"), ("-Fc",), ("-Ft",)], ids=str
)
def test_dumps_of_postgresql(postgresql: str, options: tuple[str, ...]) -> None:
    dump = written("pg_dump", "postgresql-client", filled(postgresql), *options)
    assert read(dump, "warga.dump") == {"public/warga": ROWS}


@pytest.mark.parametrize("options", [(), ("--complete-insert", "--extended-insert=false"), ("--compact",)], ids=str)
def test_dumps_of_mariadb(mariadb: str, options: tuple[str, ...]) -> None:
    dump = written("mariadb-dump", "mariadb-client", filled(mariadb), "--no-defaults", *options)
    assert read(dump) == {"warga": ROWS}


def test_dump_of_sqlite() -> None:
    database = sqlite3.connect(":memory:")
    database.execute(CREATE)
    database.executemany("INSERT INTO warga VALUES (?, ?, ?)", [tuple(row.values()) for row in ROWS])
    assert read("\n".join(database.iterdump())) == {"warga": ROWS}


@pytest.mark.parametrize(
    ("dump", "expected"),
    [
        ("INSERT [dbo].[Warga] ([Nik], [Lahir]) VALUES (N'3171', CAST(N'1990-01-02' AS Date))\nGO\n",
         {"dbo/Warga": [{"Nik": "3171", "Lahir": "1990-01-02"}]}),
        ("Insert into SIAK.WARGA (NIK,LAHIR) values ('3171',to_date('02-01-90','DD-MM-RR'));\n",
         {"SIAK/WARGA": [{"NIK": "3171", "LAHIR": "02-01-90"}]}),
        ("USE `layanan`;\nREPLACE INTO `warga` (`nik`) VALUES ('a\\'b\\nc'),(NULL),(-1.5e3);\n",
         {"layanan/warga": [{"nik": "a'b\nc"}, {"nik": None}, {"nik": "-1.5e3"}]}),
        ("\\connect layanan\nSET search_path = desa, public;\nCOPY warga (nik) FROM stdin;\na\\tb\n\\.\n",
         {"layanan/desa/warga": [{"nik": "a\tb"}]}),
        ("INSERT INTO t VALUES (1, 'dua');\n", {"t": [{"c1": "1", "c2": "dua"}]}),  # nobody says the names
        ("CREATE TABLE t (a int -- isn't (it\n, b text, PRIMARY KEY (a));\nINSERT INTO t VALUES (1, 'x', 'more');\n",
         {"t": [{"a": "1", "b": "x", "column_3": "more"}]}),
        ("INSERT INTO t (a) VALUES (E'it\\'s');\nINSERT INTO t (a) VALUES ('C:\\');\n",
         {"t": [{"a": "it's"}, {"a": "C:\\"}]}),
        ("INSERT INTO t (a) VALUES (x'4e494b');\n", {"t": [{"a": "NIK"}]}),  # bytes that are text
        ("COPY t (a, b) FROM stdin;\n1\n1\t2\t3\n\\.\n",  # rows that do not fit
         {"t": [{"a": "1", "b": None, "column_3": None}, {"a": "1", "b": "2", "column_3": "3"}]}),
    ],
)  # fmt: skip
def test_the_ways_of_writing_rows(dump: str, expected: dict[str, Any]) -> None:
    assert read(dump) == expected


def test_many_rows_are_the_same_as_few() -> None:
    people = [{"id": str(i), "nik": nik, "nama": None} for i, nik in enumerate(niks(3_000))]
    people[1_500]["nama"] = "D'Arc),("
    values = ",".join(f"({p['id']},'{p['nik']}',{_literal(p['nama'])})" for p in people)
    assert read(f"INSERT INTO `w` (`id`,`nik`,`nama`) VALUES {values};\n") == {"w": people}


def _literal(value: str | None) -> str:
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def test_a_value_that_looks_like_the_end_of_a_row_is_one_value() -> None:
    values = ",".join(["('a),(b')"] * 9_000)
    assert read(f"INSERT INTO t (a) VALUES {values},('c');\n")["t"][::9_000] == [{"a": "a),(b"}, {"a": "c"}]


def test_what_is_no_row_is_text_on_its_own_line() -> None:
    dump = (
        "-- NIK 3171014107900001\nINSERT INTO t (a) VALUES\n(1),\n(2);\n"
        "CREATE VIEW v AS SELECT '3171014107900002';\nINSERT INTO t SELECT 3171014107900003;\n"
        "INSERT INTO t VALUES (3171014107900004, 'unbalanced);\n; SELECT 3171014107900005;\n"
    )
    lines = texts(parts(dump.encode(), "x.sql"))["berkas/x.sql"].split("\n")
    where = {i: n for n, line in enumerate(lines) for i in range(1, 6) if f"317101410790000{i}" in line}
    assert where == {1: 0, 2: 4, 3: 5, 4: 6, 5: 7}


@pytest.mark.parametrize(
    "dump",
    [
        "COPY t (a) FROM stdin;\n3171\n",
        "INSERT INTO t VALUES (1, 'tw",
        "--\n-- PostgreSQL database dump\n--\n\nSELECT 1;\n",  # its last line is missing
        "-- MySQL dump 10.13\nSELECT 1;\n",
    ],
)
def test_a_dump_that_breaks_off_is_listed(dump: str) -> None:
    assert skipped(parts(dump.encode(), "x.sql")) == {"berkas/x.sql": "damaged"}


@pytest.mark.no_cover  # a tracer's time is not the code's
@pytest.mark.parametrize(
    "hostile",
    [
        b"INSERT INTO t VALUES ('\n" * 40_001,
        b"CREATE TABLE t (\n" * 50_000,
        b"/*" * 30_000 + b"\nINSERT INTO t VALUES (1);\n",
        b" " * 65_000 + b"x",
    ],
)
def test_what_only_begins_like_a_dump_takes_no_time(hostile: bytes) -> None:
    begin = process_time()
    parts(hostile, "x.sql")
    parts(hostile, "x")
    assert process_time() - begin < 5


def test_binary_cells_are_told_by_kind_and_listed() -> None:
    dump = b"-- MySQL dump\nINSERT INTO `t` VALUES (0xFFD8FFE000),(_binary '\xff\xd8\xff\xe0\\0');\n-- Dump completed\n"
    found = parts(dump, "x.sql")
    assert skipped(found) == {"berkas/x.sql/t[c1]": "unsupported_type"}
    assert all(row["c1"].startswith("<binary jpeg ") for row in tables(found)["berkas/x.sql/t"])


@pytest.mark.parametrize("name", ["cadangan.txt", "cadangan", "cadangan.bak"])
def test_a_dump_is_known_under_any_name(name: str) -> None:
    assert read("-- dump\nINSERT INTO t (a) VALUES (1);\n", name) == {"t": [{"a": "1"}]}


def test_a_text_that_speaks_of_sql_is_a_text() -> None:
    assert not tables(parts(b"Begini caranya:\n\nINSERT INTO t VALUES (1);\n", "catatan.txt"))


def test_a_dump_that_unpacks_to_too_much_is_listed() -> None:
    found = list(expand(SAMPLES["pgdump"][0].file, Limits(max_unpacked=1_000)))
    assert [p.reason.value for p in found if isinstance(p, Skipped)] == ["bomb"]


def test_without_the_program_a_packed_dump_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    found = parts(SAMPLES["pgdump"][0].data, "warga.dump")
    assert skipped(found) == {"berkas/warga.dump": "missing_extra"}
    assert "postgresql-client" in found[0].message  # type: ignore[union-attr]


def test_the_dump_in_the_samples_is_of_the_people_in_the_samples() -> None:
    assert [list(r.values()) for r in read(SAMPLES["pgdump"][0].data, "x")["public/warga"]] == rows()[1:]


@pytest.fixture(scope="module")
def dumped_folder(postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `pg_dump -Fd` writes, not packed."""
    url, folder = filled(postgresql), tmp_path_factory.mktemp("dump") / "cadangan"
    execute(url, "CREATE TABLE kosong (id int)")
    written("pg_dump", "postgresql-client", url, "-Fd", "-Z0", f"--file={folder}")
    return folder


def read_folder(folder: Path) -> list[Table | Text | Skipped]:
    return [p for unit in units(target(str(folder)), Scope(), Limits()) for p in _parts(unit)]


def _parts(unit: Unit | Skipped) -> Iterable[Table | Text | Skipped]:
    told: Told = {}
    yield from [unit] if isinstance(unit, Skipped) else read_parts(unit, Limits(), told)
    assert not any(sign.code == "wrong_suffix" for signs in told.values() for sign in signs)


@pytest.mark.parametrize("codec", [None, "gzip", "zstd", "lz4"])
def test_a_dump_in_a_folder_is_read_under_the_names_of_its_list(
    dumped_folder: Path, tmp_path: Path, codec: str | None
) -> None:
    folder = shutil.copytree(dumped_folder, tmp_path / "cadangan")
    for path in folder.glob("[0-9]*.dat"):
        if codec is not None:
            with pa.CompressedOutputStream(f"{path}.{codec.replace('ip', '').replace('td', 't')}", codec) as packed:
                packed.write(path.read_bytes())
            path.unlink()
    found = read_folder(folder)
    assert [held for place, held in tables(found).items() if place.endswith("/public/warga")] == [ROWS]
    assert any("CREATE TABLE public.warga" in text for text in texts(found).values())
    assert skipped(found) == {}


def test_rows_of_a_dump_in_a_folder_that_are_cut_off_are_listed(dumped_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(dumped_folder, tmp_path / "cadangan")
    (rows,) = (path for path in folder.glob("[0-9]*.dat") if path.stat().st_size > 100)
    rows.write_bytes(rows.read_bytes()[:-5])
    assert list(skipped(read_folder(folder)).values()) == ["damaged"]
    (folder / "toc.dat").write_bytes((folder / "toc.dat").read_bytes()[:-9])
    assert "damaged" in skipped(read_folder(folder)).values()


def test_a_dump_in_a_folder_without_its_program_or_list_is_read_as_far_as_can_be(
    dumped_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(dumped_folder, tmp_path / "cadangan")
    monkeypatch.setenv("PATH", "/nowhere")
    found = read_folder(folder)
    assert [held for place, held in tables(found).items() if place.endswith("/public/warga")] == [ROWS]
    assert list(skipped(found).values()) == ["missing_extra"]
    (folder / "toc.dat").unlink()
    said = [*texts(read_folder(folder)).values(), *map(str, tables(read_folder(folder)).values())]
    assert all(any(row["nik"] in text for text in said) for row in ROWS)
