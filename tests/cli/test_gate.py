"""The gate of a scan: baseline, suppressions, policy, files changed since a commit, and their exit codes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Outcome
from tests.detect.made_up import MadeUp
from tests.servers import execute, new_database

Command = Callable[..., Outcome]
SCAN = Path("privacyscan-report/scan.json")


@pytest.fixture
def scan(command: Command) -> Callable[..., Outcome]:
    return lambda *more: command("scan", "warga", "--format", "json", "--lang", "en", *more)


def stored() -> dict[str, Any]:
    return dict(json.loads(SCAN.read_text()))


def statuses() -> dict[str, str]:
    return {str(f["field"]): f["status"] for f in stored()["findings"]}


def test_a_baseline_outlives_other_rows_and_fails_on_another_column(
    command: Command, scan: Callable[..., Outcome], citizens: Path
) -> None:
    scan()
    assert command("baseline", SCAN, "-o", "acuan.json").code == 0
    table, people = citizens / "warga.csv", MadeUp(8)
    lines = table.read_text().splitlines()
    more = [f"{people.nik()},{people.phone()},{people.email()}" for _ in range(20)]
    table.write_text("\n".join([lines[0], *more, *reversed(lines[1:])]) + "\n")
    assert scan("--baseline", "acuan.json", "--fail-on", "new").code == 0
    assert set(statuses().values()) == {"known"}
    table.write_text("".join(f"{line},{column}\n" for line, column in zip(lines, ["nik_ibu", *_niks()], strict=False)))
    done = scan("--baseline", "acuan.json", "--fail-on", "new", "--quiet")
    assert done.code == 1
    (new,) = [f for f in stored()["findings"] if f["status"] == "new"]
    assert new["field"] == "nik_ibu"
    assert (
        done.err == f"1 finding is not in the baseline.\n  {new['id']}\nFailed, 1 limit was not kept. (exit code 1)\n"
    )


def _niks() -> list[str]:
    people = MadeUp(9)
    return [people.nik() for _ in range(300)]


def test_growth_beyond_the_factor_is_new(command: Command, scan: Callable[..., Outcome], citizens: Path) -> None:
    table = citizens / "warga.csv"
    whole = table.read_text()
    table.write_text("".join(line + "\n" for line in whole.splitlines()[:100]))
    scan()
    command("baseline", SCAN)
    table.write_text(whole)
    known = ("--baseline", "privacyscan-baseline.json", "--fail-on", "new")
    assert scan(*known).code == 0
    assert scan(*known, "--baseline-growth", "4").code == 0
    assert scan(*known, "--baseline-growth", "2").code == 1


def test_a_suppressed_finding_stays_in_the_report_and_counts_no_more(
    command: Command, scan: Callable[..., Outcome], citizens: Path
) -> None:
    scan()
    before = stored()
    words = ("--reason", "Data contoh", "--owner", "tim-aplikasi", "--expires", "2099-01-31")
    for finding in before["findings"]:
        assert command("suppress", SCAN, finding["id"], *words, "-o", "kecuali.toml").code == 0
    done = scan("--suppressions", "kecuali.toml", "--fail-on", "low", "--format", "html")
    assert done.code == 0
    assert "3 findings are suppressed" in done.err
    after = stored()
    assert after["summary"]["risk"]["score"] == after["summary"]["persons_estimate"] == 0
    judged = {"reason": "Data contoh", "owner": "tim-aplikasi", "expires": "2099-01-31"}
    assert [f["suppression"] for f in after["findings"]] == [judged] * 3
    told = "Does not count: Data contoh (tim-aplikasi, until 2099-01-31)"
    assert told in command("explain", SCAN, after["findings"][0]["id"], "--lang", "en").out
    assert told in Path("privacyscan-report/report.html").read_text()


def test_a_suppression_that_fits_nothing_is_told_without_numbers_in_its_path(
    command: Command, scan: Callable[..., Outcome], citizens: Path
) -> None:
    scan()
    words = 'reason = "x"\nowner = "tim"\nexpires = 2099-01-31\n'
    gone = f'[[suppression]]\npath = "KTP_3171014107900001.csv"\nentity = "ID_NIK"\n{words}'
    there = f'[[suppression]]\nfinding = "{stored()["findings"][0]["fingerprint"]}"\n{words}'
    Path("kecuali.toml").write_text(gone + there)
    done = scan("--suppressions", "kecuali.toml", "--quiet", "--format", "html")
    assert done.code == 0
    assert done.err.count("fits no finding of this scan") == 1
    (told,) = stored()["unused_suppressions"]
    assert told == {"names": told["names"], "reason": "x", "owner": "tim", "expires": "2099-01-31"}
    page = Path("privacyscan-report/report.html").read_text()
    assert told["names"] in page
    assert "3171014107900001" not in page + SCAN.read_text() + done.err
    assert command("report", SCAN, "--format", "json", "--output", "lagi").code == 0
    assert json.loads(Path("lagi/scan.json").read_text())["unused_suppressions"] == [told]


def test_an_expired_suppression_ends_the_scan_before_it_begins(scan: Callable[..., Outcome], citizens: Path) -> None:
    entry = 'path = "**"\nentity = "ID_NIK"\nreason = "x"\nowner = "y"\nexpires = 2020-01-31\n'
    Path("kecuali.toml").write_text(f"[[suppression]]\n{entry}")
    done = scan("--suppressions", "kecuali.toml")
    assert done.code == 2
    assert "kecuali.toml: suppression 1 (**, ID_NIK): expired on 2020-01-31" in done.err
    assert not SCAN.exists()


def test_each_limit_of_a_policy_is_told(scan: Callable[..., Outcome], citizens: Path) -> None:
    limit = '[[limit]]\nentity = "ID_NIK"\nmatched = 10\nbecause = "NIK tidak boleh ada di sini"\n'
    Path("batas.toml").write_text(f"persons = 5\n{limit}")
    done = scan("--policy", "batas.toml", "--quiet")
    assert done.code == 1
    nik = next(f["id"] for f in stored()["findings"] if f["entity"] == "ID_NIK")
    assert done.err.splitlines() == [
        "About 300 persons were found, at most 5 are allowed.",
        "Limit 1 of the policy: 300 matching values, at most 10 allowed.",
        "  NIK tidak boleh ada di sini",
        f"  {nik}",
        "Failed, 2 limits were not kept. (exit code 1)",
    ]
    told = scan("--policy", "batas.toml", "--log-format", "json").err.splitlines()
    failed = [line for line in map(json.loads, told) if line["event"] == "failed"]
    assert [(f["limit"], f["findings"]) for f in failed] == [("persons", []), ("limit_matched", [nik])]
    assert [f["limit"] for f in stored()["failures"]] == ["persons", "limit_matched"]
    Path("batas.toml").write_text(limit.replace("10", "300"))
    assert scan("--policy", "batas.toml").code == 0
    assert stored()["failures"] == []


def test_a_limit_that_is_broken_wins_over_what_was_not_read(
    command: Command, scan: Callable[..., Outcome], citizens: Path, broken: Path
) -> None:
    Path("batas.toml").write_text('[coverage]\nread = 1\nnot_skipped = ["damaged"]\n')
    done = scan("rusak", "--policy", "batas.toml", "--quiet")
    assert done.code == 1
    assert "66.7% of what is in scope was read to its end, at least 100% is asked for." in done.err
    assert "1 place was not read for a reason that the policy forbids: Damaged." in done.err


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("scan warga --baseline tiada.json", "tiada.json: the baseline cannot be read (No such file or directory)"),
        ("scan warga --suppressions tiada.toml", "tiada.toml: the suppressions cannot be read"),
        ("scan warga --policy tiada.toml", "tiada.toml: the policy cannot be read"),
        ("scan warga --baseline-growth 2", "--baseline-growth compares with a baseline"),
        ("scan warga --baseline x --baseline-growth 0.5", "--baseline-growth: should be a number from 1 on"),
        ("scan warga --changed-since HEAD", "warga: lies in no git work tree with the commit"),
        ("scan sqlite:///x.db --changed-since HEAD", "for commits scan git:FOLDER?range=A..B"),
        ("diff a.json b.json", "a.json: cannot be read (No such file or directory)"),
        ("diff a b --format x", "--format x: choose from text, markdown, json"),
        ("diff last last", "'last' is no run of the history; see privacyscan runs list"),
        ("baseline warga/warga.csv", "warga/warga.csv: is damaged or no scan.json"),
    ],
)
def test_a_mistake_is_told_before_anything_is_read(command: Command, citizens: Path, line: str, says: str) -> None:
    Path("x.db").touch()
    done = command(*line.split())
    assert done.code == 2
    assert says in done.err
    assert not SCAN.exists()


def test_diff_fails_on_what_it_is_asked_for(command: Command, scan: Callable[..., Outcome], citizens: Path) -> None:
    lines = (citizens / "warga.csv").read_text().splitlines()
    (citizens / "warga.csv").write_text("".join(line.partition(",")[0] + "\n" for line in lines))
    scan()
    SCAN.rename("lama.json")
    (citizens / "warga.csv").write_text("\n".join(lines) + "\n")
    scan()
    assert command("diff", "lama.json", SCAN, "--lang", "en").out.count("column without personal data before") == 2
    assert command("diff", "lama.json", "last", "--fail-on-new").code == 1
    assert command("diff", "lama.json", "last", "--fail-on-new-columns").code == 1
    assert command("diff", "last", "lama.json", "--fail-on-new", "--fail-on-new-columns").code == 0


def test_diff_does_not_pass_where_the_later_scan_is_incomplete(
    command: Command, scan: Callable[..., Outcome], citizens: Path, broken: Path
) -> None:
    scan()
    SCAN.rename("lama.json")
    scan("rusak")
    done = command("diff", "lama.json", SCAN, "--fail-on-new", "--lang", "en")
    assert done.code == 3
    assert "The later scan did not read everything" in done.out


def git(*arguments: str) -> None:
    who = ("-c", "user.name=uji", "-c", "user.email=uji@contoh.invalid")
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)


def test_only_files_that_changed_since_a_commit_are_read(scan: Callable[..., Outcome], citizens: Path) -> None:
    (citizens / "dalam").mkdir()
    for name in ("a.txt", "dalam/b.txt", "hapus.txt"):
        (citizens / name).write_text("rapat ditunda\n")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "awal")
    assert scan("--changed-since", "HEAD").code == 0
    assert stored()["assets"] == []
    assert [(s["reason"], s["message"]) for s in stored()["skipped"]] == [
        ("excluded", "4 files are as they were at HEAD")
    ]
    (citizens / "hapus.txt").unlink()
    (citizens / "dalam" / "b.txt").write_text(f"NIK {MadeUp(3).nik()}\n")
    (citizens / "baru.txt").write_text(f"NIK {MadeUp(4).nik()}\n")
    (citizens / ".gitignore").write_text("diabaikan.txt\n")
    (citizens / "diabaikan.txt").write_text("git does not know it\n")
    assert scan("--changed-since", "HEAD", "--fail-on", "low").code == 1
    assert [a["path"] for a in stored()["assets"]] == [
        [".gitignore"],
        ["baru.txt"],
        ["dalam", "b.txt"],
        ["diabaikan.txt"],
    ]
    assert [s["message"] for s in stored()["skipped"]] == ["2 files are as they were at HEAD"]


def test_a_file_that_git_believes_unchanged_is_read(scan: Callable[..., Outcome], citizens: Path) -> None:
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "awal")
    git("update-index", "--assume-unchanged", "warga/warga.csv")
    table = citizens / "warga.csv"
    table.write_text(table.read_text().replace("nik,hp", "NIK,hp"))
    scan("--changed-since", "HEAD")
    assert [a["path"] for a in stored()["assets"]] == [["warga.csv"]]


def test_a_migration_of_a_postgresql_schema_is_held_up_by_a_new_personal_column(
    command: Command, here: Path, postgresql: str
) -> None:
    before, after = new_database(postgresql), new_database(postgresql)
    people = MadeUp(3)
    rows = ", ".join(f"({i}, '{people.nik()}')" for i in range(40))
    for url in (before, after):
        execute(url, "CREATE TABLE pemohon (nomor int, nik text)", f"INSERT INTO pemohon VALUES {rows}")

    def scanned(url: str, folder: str) -> Path:
        command("scan", url, "--format", "json", "--quiet", "--workers", "1", "--output", folder)
        return Path(folder, "scan.json")

    old = scanned(before, "a")
    execute(after, "ALTER TABLE pemohon ADD COLUMN catatan text")
    assert command("diff", old, scanned(after, "b"), "--fail-on-new-columns").code == 0
    execute(after, "ALTER TABLE pemohon ADD COLUMN c7 text", "UPDATE pemohon SET c7 = nik")
    done = command("diff", old, scanned(after, "c"), "--fail-on-new-columns", "--lang", "en")
    assert done.code == 1
    assert "public/pemohon[c7]" in done.out
    assert "column without personal data before" in done.out
    assert "pemohon[nik]" not in done.out
