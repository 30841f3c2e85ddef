"""Copies of databases that end where nobody wants them to: killed, cut off, without room."""

from __future__ import annotations

import os
import resource
import secrets
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from privacyscan.errors import TargetError, UsageError
from privacyscan.pseudonymize import pseudonymize
from tests.pseudonymize.samples import KEY, TOKENS, people
from tests.pseudonymize.test_databases import engine, made, made_file, rows
from tests.servers import execute, new_database

PERSONS = people(60, seed=21)
TABLES = (
    "CREATE TABLE a_warga (nik varchar(60) PRIMARY KEY, nama text)",
    "CREATE TABLE b_kunjungan (id int PRIMARY KEY, pemohon varchar(60) REFERENCES a_warga, catatan text)",
    "CREATE TABLE c_catatan (id int PRIMARY KEY, isi text)",
    "CREATE INDEX menurut_pemohon ON b_kunjungan (pemohon)",
    "CREATE VIEW riwayat AS SELECT id FROM b_kunjungan",
    "INSERT INTO a_warga VALUES " + ", ".join(f"('{p.nik}', '{p.name}')" for p in PERSONS),
    "INSERT INTO b_kunjungan VALUES "
    + ", ".join(f"({i}, '{p.nik}', 'NIK {p.nik} datang')" for i, p in enumerate(PERSONS)),
    "INSERT INTO c_catatan SELECT id, catatan FROM b_kunjungan",
)
# It waits to be killed where a table comes up for the given time: 1 is judging, 2 copying, 3 the check of the copy.
DYING = """
import sys, time
from collections import Counter
from privacyscan.pseudonymize import pseudonymize
from tests.pseudonymize.samples import KEY, TOKENS

seen = Counter()
source, target, table, times = sys.argv[1:]

def told(place, rows):
    seen[place] += 1
    if place.endswith(table) and seen[place] == int(times):
        print("here", flush=True)
        time.sleep(600)

pseudonymize(source, target, TOKENS, KEY, progress=told)
"""


@pytest.fixture(scope="module")
def source(postgresql: str) -> str:
    return made(postgresql, *TABLES)


def killed(source: str, target: str, table: str, times: int) -> None:
    """Copy, and be killed while this table is judged, copied or checked."""
    command = [sys.executable, "-c", DYING, source, target, table, str(times)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
    assert process.stdout is not None
    assert process.stdout.readline() == b"here\n"
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    process.stdout.close()


@pytest.fixture
def target(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """Two of the kind: one for the run that is killed, one for another that is not."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/satu.db", f"sqlite:///{tmp_path}/dua.db"
    server = request.getfixturevalue(request.param)
    return new_database(server), new_database(server)


@pytest.mark.parametrize(
    ("target", "table", "times", "done"),
    [
        ("postgresql", "b_kunjungan", 2, {"public.a_warga"}),
        ("postgresql", "a_warga", 3, {"public.a_warga", "public.b_kunjungan", "public.c_catatan", " keys"}),
        ("sqlite", "b_kunjungan", 2, {"a_warga"}),
        ("mariadb", "a_warga", 3, {"a_warga", "b_kunjungan", "c_catatan", " keys"}),
    ],
    indirect=["target"],
)
def test_a_run_that_was_killed_goes_on_and_ends_as_one_that_was_not(
    source: str, target: tuple[str, str], table: str, times: int, done: set[str]
) -> None:
    one, other = target
    killed(source, one, table, times)
    assert {name for (name,) in rows(one, "SELECT name FROM privacyscan_copy")} == done | {""}
    for policy, key in ((TOKENS, bytes(32)), (replace(TOKENS, purpose="lain"), KEY)):
        with pytest.raises(UsageError, match="another policy, key, source, --rows"):
            pseudonymize(source, one, policy, key, resume=True)
    with pytest.raises(UsageError, match="go on with --resume"):
        pseudonymize(source, one, TOKENS, KEY)
    resumed, undisturbed = pseudonymize(source, one, TOKENS, KEY, resume=True), pseudonymize(source, other, TOKENS, KEY)
    for name in ("a_warga", "b_kunjungan", "c_catatan"):
        query = f"SELECT * FROM {name} ORDER BY 1, 2"
        assert rows(one, query) == rows(other, query)
    assert len(rows(one, "SELECT * FROM b_kunjungan JOIN a_warga ON pemohon = nik")) == len(PERSONS)
    assert resumed.replaced == undisturbed.replaced
    assert resumed.skipped == undisturbed.skipped
    assert resumed.proof.residues == undisturbed.proof.residues
    with pytest.raises(Exception, match="privacyscan_copy"):
        rows(one, "SELECT * FROM privacyscan_copy")


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_files_of_tables_go_on_and_end_as_those_that_nobody_stopped(tmp_path: Path, form: str) -> None:
    source, target, calls = made_file(tmp_path / "asal.db", *TABLES), tmp_path / "salinan", Counter[str]()

    def stop(place: str, rows: int) -> None:
        calls[place] += 1
        if place.endswith("c_catatan") and calls[place] == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pseudonymize(source, str(target), TOKENS, KEY, to_format=form, progress=stop)
    (left,) = tmp_path.glob(".salinan.*/copy")
    done = {p.name: p.stat().st_ino for p in left.iterdir() if not p.name.startswith("c_")}
    assert len(done) == 2
    with pytest.raises(UsageError, match="another policy, key, source, rules or version"):
        pseudonymize(source, str(target), TOKENS, bytes(32), to_format=form, resume=True)
    resumed = pseudonymize(source, str(target), TOKENS, KEY, to_format=form, resume=True)
    other = pseudonymize(source, str(tmp_path / "lain"), TOKENS, KEY, to_format=form)
    assert (resumed.replaced, resumed.rows, resumed.proof) == (other.replaced, other.rows, other.proof)
    assert [p.read_bytes() for p in sorted(target.iterdir())] == [
        p.read_bytes() for p in sorted((tmp_path / "lain").iterdir())
    ]
    assert done.items() <= {p.name: p.stat().st_ino for p in target.iterdir()}.items()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["asal.db", "lain", "salinan"]


def test_a_script_is_written_anew(tmp_path: Path) -> None:
    source, target = made_file(tmp_path / "asal.db", *TABLES), tmp_path / "salinan.sql"

    def stop(place: str, rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pseudonymize(source, str(target), TOKENS, KEY, to_format="sql", progress=stop)
    assert [p.name for p in tmp_path.iterdir()] == ["asal.db"]
    with pytest.raises(UsageError, match="written anew"):
        pseudonymize(source, str(target), TOKENS, KEY, to_format="sql", resume=True)


def test_a_file_that_was_being_written_when_the_run_was_killed_is_not_there(tmp_path: Path) -> None:
    source, target = made_file(tmp_path / "asal.db", *TABLES), tmp_path / "salinan.db"
    killed(source, str(target), "c_catatan", 2)
    assert not target.exists()
    assert pseudonymize(source, str(target), TOKENS, KEY).rows == 3 * len(PERSONS)


def cutting_off(server: str, database: str, times: int) -> Callable[[str, int], None]:
    """Ends all connections to a database when `b_kunjungan` comes up for the given time."""
    seen = 0

    def told(place: str, count: int) -> None:
        nonlocal seen
        seen += place.endswith("b_kunjungan")
        if place.endswith("b_kunjungan") and seen == times:
            name = urlsplit(database).path[1:]
            execute(server, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")

    return told


@pytest.mark.parametrize("lost", ["source", "target"])
def test_a_connection_that_is_lost_is_told_and_the_run_goes_on(postgresql: str, source: str, lost: str) -> None:
    target = new_database(postgresql)
    side = source if lost == "source" else target
    label = f"@127.0.0.1:{urlsplit(side).port}{urlsplit(side).path}: the connection was lost"
    with pytest.raises(TargetError, match=label) as raised:
        pseudonymize(source, target, TOKENS, KEY, progress=cutting_off(postgresql, side, 2))
    assert not any(value in str(raised.value) for p in PERSONS for value in p.values)
    done = {name for (name,) in rows(target, "SELECT name FROM privacyscan_copy")}
    assert {"", "public.a_warga"} <= done
    assert "public.c_catatan" not in done
    assert rows(target, "SELECT count(*) FROM c_catatan") == [(0,)]
    assert pseudonymize(source, target, TOKENS, KEY, resume=True).rows == 3 * len(PERSONS)
    assert rows(target, "SELECT count(*) FROM riwayat") == [(len(PERSONS),)]


@contextmanager
def small_files() -> Iterator[None]:
    """No file may grow beyond 50 kB, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(("to", "format_"), [("a.db", None), ("a", "csv"), ("a", "parquet"), ("a", "sql")])
@pytest.mark.parametrize("kind", ["postgresql", "sqlite"])
def test_a_full_disk_leaves_nothing(postgresql: str, tmp_path: Path, kind: str, to: str, format_: str | None) -> None:
    values = ", ".join(f"({i}, '{secrets.token_hex(40)}')" for i in range(2000))
    table = "CREATE TABLE w (id int, isi text)", f"INSERT INTO w VALUES {values}"
    source = made(postgresql, *table) if kind == "postgresql" else made_file(tmp_path / "asal.db", *table)
    folder = tmp_path / "ke"
    folder.mkdir()
    with small_files(), pytest.raises((TargetError, UsageError), match="free space"):
        pseudonymize(source, str(folder / to), TOKENS, KEY, to_format=format_)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("kind", ["postgresql", "sqlite"])
def test_one_value_in_two_spellings_breaks_its_key_and_says_so(postgresql: str, tmp_path: Path, kind: str) -> None:
    nik = PERSONS[0].nik
    spelled = [f"('{n}')" for n in (f"{nik[:6]} {nik[6:12]} {nik[12:]}", *(p.nik for p in PERSONS))]
    table = "CREATE TABLE w (nik varchar(60) PRIMARY KEY)", f"INSERT INTO w VALUES {', '.join(spelled)}"
    if kind == "sqlite":
        source, target = made_file(tmp_path / "asal.db", *table), str(tmp_path / "salinan.db")
    else:
        source, target = made(postgresql, *table), new_database(postgresql)
    with pytest.raises(TargetError, match="a unique column needs") as raised:
        pseudonymize(source, target, TOKENS, KEY)
    assert nik not in str(raised.value)
    if kind == "sqlite":
        assert [p.name for p in tmp_path.iterdir()] == ["asal.db"]
    else:
        assert sa.inspect(engine(target)).get_table_names() == []
