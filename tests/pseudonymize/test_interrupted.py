"""Copies of databases that end where nobody wants them to: killed, cut off, without room."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from privacyscan.errors import UsageError
from privacyscan.pseudonymize import pseudonymize
from tests.pseudonymize.samples import KEY, TOKENS, people
from tests.pseudonymize.test_databases import made, rows
from tests.servers import new_database

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
    for key, match in ((bytes(32), "another policy, key, source or --rows"), (KEY, "--resume goes on")):
        with pytest.raises(UsageError, match=match):
            pseudonymize(source, one, TOKENS, key, resume=key != KEY)
    resumed, undisturbed = pseudonymize(source, one, TOKENS, KEY, resume=True), pseudonymize(source, other, TOKENS, KEY)
    for name in ("a_warga", "b_kunjungan", "c_catatan"):
        query = f"SELECT * FROM {name} ORDER BY 1, 2"
        assert rows(one, query) == rows(other, query)
    assert len(rows(one, "SELECT * FROM b_kunjungan JOIN a_warga ON pemohon = nik")) == len(PERSONS)
    assert resumed.replaced == undisturbed.replaced
    assert resumed.proof.residues == undisturbed.proof.residues
    with pytest.raises(Exception, match="privacyscan_copy"):
        rows(one, "SELECT * FROM privacyscan_copy")
