"""Servers quote values in their errors and notices, and know passwords; none of it may come through."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.end_to_end.canaries import SECRETS, Person, Search, persons
from tests.end_to_end.planting import records
from tests.end_to_end.test_canary import Box
from tests.servers import PASSWORD, FileServer, as_user, execute, new_database

POSTGRESQL = (
    "CREATE VIEW v_angka AS SELECT nama::bigint AS x FROM warga",  # invalid input syntax: "Dewi ..."
    "CREATE VIEW v_tanggal AS SELECT (nik || '-' || no_hp)::date AS x FROM warga",
    """CREATE FUNCTION bocor() RETURNS text LANGUAGE plpgsql AS $$ BEGIN
         RAISE NOTICE 'NIK {a.nik}'; RAISE WARNING 'HP {a.phone}';
         RAISE EXCEPTION 'NIK {b.nik}' USING DETAIL = 'HP {b.phone}', HINT = 'surel {b.email}'; END $$""",
    "CREATE VIEW v_bocor AS SELECT bocor() AS x",
    'CREATE TABLE "arsip {c.nik}" ("HP {c.phone}" text)',
    "INSERT INTO \"arsip {c.nik}\" VALUES ('{c.email}')",
    'CREATE SCHEMA "{d.nik}"',
    'CREATE TABLE "{d.nik}".surat AS SELECT * FROM warga',
)
MARIADB = (
    """CREATE FUNCTION bocor() RETURNS text DETERMINISTIC BEGIN
         SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'NIK {b.nik} HP {b.phone}'; RETURN ''; END""",
    "CREATE VIEW v_bocor AS SELECT bocor() AS x",
    "CREATE TABLE `arsip {c.nik}` (`HP {c.phone}` text)",
    "INSERT INTO `arsip {c.nik}` VALUES ('{c.email}')",
)


def fill(url: str, people: Sequence[Person], more: Sequence[str]) -> None:
    table = records(people)
    columns = ", ".join(f"{name} varchar(200)" for name in table.names)
    rows = ", ".join("(" + ", ".join("'" + str(v).replace("'", "''") + "'" for v in row) + ")" for row in table.rows())
    a, b, c, d, *_ = people
    execute(url, f"CREATE TABLE warga ({columns})", f"INSERT INTO warga VALUES {rows}")
    execute(url, *(statement.format(a=a, b=b, c=c, d=d) for statement in more))


@pytest.mark.parametrize("log", ["json", "text"])
@pytest.mark.parametrize(("server", "more"), [("postgresql", POSTGRESQL), ("mariadb", MARIADB)])
def test_errors_of_a_server_are_not_passed_on(
    request: pytest.FixtureRequest, tmp_path: Path, server: str, more: Sequence[str], log: str
) -> None:
    people, box = persons(), Box(tmp_path)
    url = new_database(request.getfixturevalue(server))
    fill(url, people, more)
    options = ("--log-format", log, "--log-level", "debug", "--locations", "all", "--output", "hasil")
    assert box.run("scan", url, *options) == 3, box.last()
    stored = json.loads((box.work / "hasil" / "scan.json").read_text())
    assert max(f["matched"] for f in stored["findings"] if f["entity"] == "ID_NIK") == len(people)
    assert "v_bocor" in json.dumps(stored["skipped"])
    search = Search([c for p in people for c in p.canaries()], (*SECRETS, PASSWORD))
    assert search.folder(box.folder) == {}


@pytest.mark.parametrize("server", ["postgresql", "mariadb", "samba", "sshd"])
def test_a_refused_login_tells_neither_password_nor_user(
    request: pytest.FixtureRequest, tmp_path: Path, server: str
) -> None:
    people, box = persons(), Box(tmp_path)
    serving = request.getfixturevalue(server)
    if server == "sshd":
        shutil.copytree(serving.home / ".ssh", box.folder / "home" / ".ssh")
    url = as_user(serving.url if isinstance(serving, FileServer) else serving, people[0].nik, SECRETS[0])
    assert box.run("scan", url, "--log-level", "debug") == 3, box.last()
    assert box.run("scan", url, "--log-format", "json", "--log-level", "debug") == 3, box.last()
    search = Search([c for p in people for c in p.canaries()], (*SECRETS, PASSWORD))
    assert search.folder(box.folder) == {}
