"""The history of runs: what is kept, for how long, in which database, and what happens when it fails."""

from __future__ import annotations

import sqlite3
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from privacyscan import history, keys
from privacyscan.errors import HistoryError, UsageError
from privacyscan.model import Assessment
from privacyscan.outputs import render
from privacyscan.settings import Settings, load
from tests import servers
from tests.outputs import made_up_assessment as made_up


def settings(folder: Path, **given: Any) -> Settings:
    return load(given, environ={"HOME": str(folder), "XDG_STATE_HOME": str(folder / "state")})


def run(number: int, targets: tuple[str, ...] = ("a",)) -> Assessment:
    """The made-up scan as the run of that day."""
    full = made_up.assessment()
    day = f"{number:02d}"
    scan = replace(full.scan, id=f"202601{day}T000000.000000Z", started=f"2026-01-{day}T00:00:00Z", targets=targets)
    return replace(full, scan=scan)


def file_of(chosen: Settings) -> Path:
    return chosen.state / history.FILE


def test_a_run_comes_back_as_it_was(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    history.keep(run(1), chosen)
    assert render(history.load("last", chosen), "json") == render(run(1), "json")
    assert file_of(chosen).stat().st_mode & 0o777 == 0o600


def test_the_trend_is_of_the_same_targets_the_oldest_first(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    assert history.keep(run(1), chosen) == ()
    history.keep(run(2, ("b",)), chosen)
    assert [p.run[:8] for p in history.keep(run(3), chosen)] == ["20260101"]
    trend = history.keep(run(4), chosen)
    assert [p.run[:8] for p in trend] == ["20260101", "20260103"]
    full = made_up.assessment()
    figures = (full.risk.score, full.risk.level, len(full.scan.findings), full.scan.persons)
    assert (trend[0].risk, trend[0].level, trend[0].findings, trend[0].persons) == figures


def test_a_run_that_went_on_takes_the_place_of_itself(tmp_path: Path) -> None:
    chosen, whole = settings(tmp_path), run(1)
    history.keep(replace(whole, scan=replace(whole.scan, status="interrupted")), chosen)
    assert history.keep(whole, chosen) == ()
    with history.opened(chosen) as opened:
        assert [r.point.status for r in opened.runs()] == [whole.scan.status]


def test_only_so_many_runs_of_the_same_targets_are_kept(tmp_path: Path) -> None:
    chosen = settings(tmp_path, history_keep=2)
    for number in range(1, 6):
        history.keep(run(number), chosen)
    history.keep(run(6, ("b",)), chosen)
    with history.opened(chosen) as opened:
        assert [r.point.run[6:8] for r in opened.runs()] == ["06", "05", "04"]


def test_nothing_is_kept_where_the_history_is_off(tmp_path: Path) -> None:
    chosen = settings(tmp_path, history="off")
    assert history.keep(run(1), chosen) == ()
    assert not chosen.state.exists()
    with pytest.raises(UsageError, match="is off"), history.opened(chosen):
        pass


def test_looking_makes_no_file(tmp_path: Path) -> None:
    with history.opened(settings(tmp_path)) as opened:
        assert opened.runs() == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wanted", ["", "2026", "20260109"])
def test_a_name_that_fits_no_run_or_several_is_refused(tmp_path: Path, wanted: str) -> None:
    chosen = settings(tmp_path)
    history.keep(run(1), chosen)
    history.keep(run(2), chosen)
    with pytest.raises(UsageError, match="privacyscan runs list"):
        history.load(wanted, chosen)
    assert history.load("20260102", chosen).scan.id == run(2).scan.id


def test_an_encrypted_history_opens_with_its_key_alone(tmp_path: Path) -> None:
    for name in ("kunci", "lain"):
        keys.new_key(tmp_path / name)
    chosen = settings(tmp_path, history_key=tmp_path / "kunci")
    history.keep(run(1), chosen)
    with sqlite3.connect(file_of(chosen)) as connection:
        ((data,),) = connection.execute("SELECT data FROM privacyscan_runs")
    with pytest.raises(zlib.error):
        zlib.decompress(data[1:])
    assert made_up.SHARE.encode() not in file_of(chosen).read_bytes()
    assert history.load("last", chosen).scan.id == run(1).scan.id
    for other, says in ((None, "is encrypted"), (tmp_path / "lain", "another key")):
        with pytest.raises(HistoryError, match=says):
            history.load("last", settings(tmp_path, history_key=other))


def test_a_run_cannot_be_put_in_the_place_of_another(tmp_path: Path) -> None:
    keys.new_key(tmp_path / "kunci")
    chosen = settings(tmp_path, history_key=tmp_path / "kunci")
    history.keep(run(1), chosen)
    with sqlite3.connect(file_of(chosen)) as connection:
        connection.execute("UPDATE privacyscan_runs SET id = '20260131T000000.000000Z'")
    with pytest.raises(HistoryError, match="or changed"):
        history.load("last", chosen)


def test_an_older_file_is_brought_to_this_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = settings(tmp_path)
    history.keep(run(1), chosen)
    added = "ALTER TABLE privacyscan_runs ADD COLUMN note VARCHAR(20) DEFAULT 'none'"
    monkeypatch.setattr(history, "STEPS", (*history.STEPS, lambda database: database.run(added)))
    history.keep(run(2), chosen)
    assert history.load("20260101", chosen).scan.id == run(1).scan.id
    with sqlite3.connect(file_of(chosen)) as connection:
        assert connection.execute("SELECT version FROM privacyscan_history").fetchall() == [(2,)]
        assert connection.execute("SELECT note FROM privacyscan_runs").fetchall() == [("none",)] * 2


def test_an_upgrade_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = settings(tmp_path)
    history.keep(run(1), chosen)
    before = file_of(chosen).read_bytes()

    def broken(database: history.Database) -> None:
        database.run("ALTER TABLE privacyscan_runs ADD COLUMN note INTEGER")
        database.run("no statement")

    monkeypatch.setattr(history, "STEPS", (*history.STEPS, broken))
    with pytest.raises(HistoryError):
        history.keep(run(2), chosen)
    assert file_of(chosen).read_bytes() == before


def newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE privacyscan_history SET version = 9")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def foreign(path: Path) -> None:
    path.write_bytes(b"nama,nik\n" * 200)


@pytest.mark.parametrize(
    ("harm", "says"),
    [(newer, "newer version"), (cut, "is damaged"), (foreign, "is damaged or no history")],
)
def test_a_file_that_cannot_be_used_is_told_and_not_touched(tmp_path: Path, harm: Any, says: str) -> None:
    chosen = settings(tmp_path)
    history.keep(run(1), chosen)
    harm(file_of(chosen))
    before = file_of(chosen).read_bytes()
    with pytest.raises(HistoryError, match=says):
        history.keep(run(2), chosen)
    assert file_of(chosen).read_bytes() == before


def test_a_file_that_another_program_holds_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "WAIT", 0.01)
    chosen = settings(tmp_path)
    history.keep(run(1), chosen)
    with sqlite3.connect(file_of(chosen), isolation_level=None) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(HistoryError, match="another program holds it"):
            history.keep(run(2), chosen)
        holder.execute("ROLLBACK")
    assert len(history.keep(run(3), chosen)) == 1


def test_a_file_that_may_only_be_read_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen, connect = settings(tmp_path), sqlite3.connect
    history.keep(run(1), chosen)
    monkeypatch.setattr(
        sqlite3, "connect", lambda path, **options: connect(f"file:{path}?mode=ro", uri=True, **options)
    )
    with pytest.raises(HistoryError, match="may only be read"):
        history.keep(run(2), chosen)
    assert history.load("last", chosen).scan.id == run(1).scan.id


def test_a_full_disk_leaves_the_runs_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = settings(tmp_path)
    history.keep(run(1), chosen)
    connect = sqlite3.connect

    def full(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.execute("PRAGMA max_page_count = 1")  # SQLite raises it to what the file has
        return connection

    def fill() -> None:
        for number in range(2, 9):
            history.keep(run(number), chosen)

    monkeypatch.setattr(sqlite3, "connect", full)
    with pytest.raises(HistoryError, match="disk is full"):
        fill()
    monkeypatch.undo()
    assert render(history.load("20260101", chosen), "json") == render(run(1), "json")


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_server_keeps_them_too(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = servers.new_database(request.getfixturevalue(kind))
    chosen = settings(tmp_path, history=url, history_keep=2)
    for number in (1, 2, 3):
        history.keep(run(number), chosen)
    assert render(history.load("last", chosen), "json") == render(run(3), "json")
    with history.opened(chosen) as opened:
        assert len(opened.runs()) == 2


def test_a_server_that_refuses_is_told_without_the_password(tmp_path: Path) -> None:
    url = f"postgresql://budi:r4hasia@127.0.0.1:{servers.free_port()}/x"
    chosen = settings(tmp_path, history=url)
    with pytest.raises(HistoryError, match="check address, account and rights") as told:
        history.keep(run(1), chosen)
    assert "r4hasia" not in str(told.value)
    assert "r4hasia" not in str(chosen.as_json())


def test_the_password_of_a_server_may_stand_in_a_variable(
    tmp_path: Path, mariadb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = servers.new_database(mariadb)
    name = database.rsplit("/", 1)[-1]
    servers.execute(
        mariadb, f"CREATE USER '{name}'@'%' IDENTIFIED BY 'r4hasia'", f"GRANT ALL ON {name}.* TO '{name}'@'%'"
    )
    monkeypatch.setenv("RIWAYAT", "r4hasia")
    url = servers.as_user(database, name, "").replace(f"{name}:@", f"{name}@")
    assert history.keep(run(1), settings(tmp_path, history=url, history_password_env="RIWAYAT")) == ()
    with pytest.raises(HistoryError):
        history.keep(run(2), settings(tmp_path, history=url))
