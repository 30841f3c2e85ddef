"""No detected value and no password in anything that any command prints, writes or leaves behind."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest

from privacyscan.demo.people import population
from tests.end_to_end.canaries import EACH, SECRETS, Canary, Person, Search, persons
from tests.end_to_end.planting import plant
from tests.formats.samples import pdf_file

PROGRAM = [sys.executable, "-c", "from privacyscan.cli import main; main()"]
PASSWORD = SECRETS[0]


class Box:
    """Private folders in which commands run; keeps all that they print."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.work, self.streams = folder / "work", folder / "streams"
        for name in ("work", "streams", "home", "state", "temporary"):
            (folder / name).mkdir()

    def environ(self, more: Mapping[str, str]) -> dict[str, str]:
        own = {"HOME": "home", "XDG_STATE_HOME": "state", "TMPDIR": "temporary"}
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PRIVACYSCAN_", "XDG_"))}
        return kept | {k: str(self.folder / v) for k, v in own.items()} | dict(more)

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[bytes]:
        number = len(list(self.streams.iterdir()))
        with (self.streams / f"{number:03d}.txt").open("wb") as stream:
            stream.write(f"[{arguments[0]}]\n".encode())
            stream.flush()
            return subprocess.Popen(
                [*PROGRAM, *arguments],
                env=self.environ(more),
                cwd=self.work,
                stdin=subprocess.PIPE,
                stdout=stream,
                stderr=subprocess.STDOUT,
                preexec_fn=hears_ctrl_c,
            )

    def run(self, *arguments: str, text: str = "", **more: str) -> int:
        """Run to the end; gives the exit code."""
        process = self.start(*arguments, **more)
        process.communicate(text.encode(), timeout=300)
        return process.returncode

    def last(self) -> str:
        """What the last command printed."""
        return max(self.streams.iterdir()).read_text("utf-8", "replace").split("\n", 1)[1]


@pytest.fixture(scope="module")
def people() -> list[Person]:
    return persons()


@pytest.fixture(scope="module")
def search(people: list[Person]) -> Search:
    return Search([c for p in people for c in p.canaries()])


@pytest.fixture(scope="module")
def targets(people: list[Person], tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return plant(tmp_path_factory.mktemp("planted"), people)


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory, targets: list[str]) -> Box:
    """A box with a finished scan in `work/hasil`, for commands that need one."""
    box = Box(tmp_path_factory.mktemp("scanned"))
    assert box.run("scan", *targets, "--output", "hasil", "--locations", "all", "--quiet") == 3, box.last()
    return box


def stored(box: Box) -> dict[str, list[dict[str, object]]]:
    return dict(json.loads((box.work / "hasil" / "scan.json").read_text()))


def formats() -> list[str]:
    from privacyscan.outputs import formats as known

    return sorted(known())


def commands(box: Box) -> set[str]:
    """The commands that the program's help lists."""
    assert box.run("--help") == 0
    below = re.split(r"(?m)^Commands:$|Commands", box.last())[-1]
    return set(re.findall(r"(?m)^\W*([a-z]+)  ", below))


def test_there_are_enough_canaries(people: list[Person]) -> None:
    values = [c.value for p in people for c in p.canaries()]
    assert len(set(values)) == len(values) >= 200
    assert len(people) == EACH


def test_the_search_finds_every_form(people: list[Person]) -> None:
    import base64
    import hashlib

    nik, name = Canary("nik", people[0].nik), Canary("name", next(p.name for p in people if "é" in p.name))
    search = Search([nik, name])
    for data in (
        f"NIK {nik.value}.".encode(),
        f"{nik.value[:-2]}…".encode(),
        base64.b64encode(f"NIK: {nik.value}\n".encode()),
        base64.b64encode(f'{{"nik": "{nik.value}"}}'.encode()),
        nik.value.encode("utf-16"),
        hashlib.sha256(nik.value.encode()).hexdigest().encode(),
        quote(name.value).encode(),
        json.dumps(name.value).encode(),
        name.value.upper().encode(),
        pdf_file([[nik.value]]),
    ):
        assert search.data(data), data
    assert search.data(PASSWORD.encode())
    assert not search.data(b"3171**********01 D*** Z*****, 2024-01-01, 1700000000000")


@pytest.mark.parametrize(("lang", "log"), [("id", "json"), ("en", "text")])
def test_scan_with_every_format(box: Box, targets: list[str], search: Search, lang: str, log: str) -> None:
    chosen = [x for name in formats() if name != "pdf" for x in ("--format", name)]  # see below
    options = ["--lang", lang, "--log-format", log, "--log-level", "debug", "--locations", "all", "--output", "hasil"]
    assert box.run("scan", *targets, *chosen, *options) == 3, box.last()
    assert len(list((box.work / "hasil").iterdir())) >= len(formats()) - 1
    assert search.folder(box.folder) == {}


def test_the_planted_values_were_found(scanned: Box, people: list[Person]) -> None:
    """Silence would prove nothing if the scan had not seen the values."""
    found = {str(f["entity"]) for f in stored(scanned)["findings"]}
    assert found >= {"ID_NIK", "ID_KK", "ID_NPWP", "ID_NIP", "PHONE_NUMBER", "EMAIL_ADDRESS", "CREDIT_CARD", "PERSON"}
    most = max(int(str(f["matched"])) for f in stored(scanned)["findings"] if f["entity"] == "ID_NIK")
    assert most >= EACH


def test_nothing_is_written_to_temporary_files(
    box: Box, targets: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    log = tmp_path_factory.mktemp("log") / "written"
    watched = {"PYTHONPATH": str(Path(__file__).parent / "no_temporary"), "WRITTEN_LOG": str(log)}
    assert box.run("scan", *targets, "--output", "hasil", **watched) == 3, box.last()
    assert not log.exists(), log.read_text()
    code = "import tempfile; tempfile.TemporaryFile().write(b'x')"  # the watch sees what has no name
    subprocess.run([sys.executable, "-c", code], env=box.environ(watched), check=True)
    assert log.exists()


@pytest.mark.parametrize("log", ["json", "text"])
def test_a_target_that_is_named_after_somebody(
    box: Box, people: list[Person], search: Search, log: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("named") / f"KTP {people[0].nik}_{people[1].npwp}"
    folder.mkdir()
    (folder / "surat.txt").write_text(f"NIK {people[2].nik}\n")
    gone = f"sqlite:///{folder}/{people[3].phone}.db"
    for target in (folder, folder / "surat.txt", gone):
        box.run("scan", str(target), "--log-format", log, "--log-level", "debug", "--output", "hasil")
    assert search.folder(box.folder) == {}


def test_reports_of_a_saved_scan(scanned: Box, search: Search) -> None:
    chosen = [x for name in formats() for x in ("--format", name)]
    for lang in ("id", "en"):
        code = scanned.run("report", "hasil/scan.json", *chosen, "--lang", lang, "--output", f"r-{lang}")
        assert code == 0, scanned.last()
        assert len(list((scanned.work / f"r-{lang}").iterdir())) == len(formats()) + 1  # and the manifest
    assert search.folder(scanned.folder) == {}


def test_the_breach_pack(scanned: Box, search: Search) -> None:
    chosen = [x for asset in stored(scanned)["assets"] for x in ("--asset", str(asset["id"]))]
    assert scanned.run("breach", "hasil/scan.json", *chosen, "--known-at", "2026-03-02T09:15") == 0, scanned.last()
    assert search.folder(scanned.folder) == {}


def test_the_history_holds_no_value(scanned: Box, search: Search) -> None:
    """What is kept is packed, so it is looked at as it comes out."""
    for command in (("runs", "list"), ("runs", "show", "last"), ("runs", "show", "last", "--output", "-")):
        assert scanned.run(*command) == 0, scanned.last()
    assert '"findings"' in scanned.last()
    assert search.folder(scanned.folder) == {}


def test_verify(box: Box, scanned: Box, search: Search) -> None:
    shutil.copytree(scanned.work / "hasil", box.work / "hasil")
    assert box.run("verify", "hasil") == 0, box.last()
    (box.work / "hasil" / "scan.json").write_text("{}")
    assert box.run("verify", "hasil") == 1, box.last()
    assert search.folder(box.folder) == {}


def test_the_gate(scanned: Box, search: Search) -> None:
    assert scanned.run("baseline", "hasil/scan.json", "--output", "acuan.json") == 0, scanned.last()
    finding = str(stored(scanned)["findings"][0]["id"])
    words = ("--reason", "uji", "--owner", "tim", "--expires", "2099-01-31", "--output", "kecuali.toml")
    assert scanned.run("suppress", "hasil/scan.json", finding, *words) == 0, scanned.last()
    (scanned.work / "kosong.json").write_text(json.dumps({**stored(scanned), "findings": []}))
    for format in ("text", "markdown", "json"):
        found = ("diff", "kosong.json", "hasil/scan.json", "--format", format, "--fail-on-new-columns")
        assert scanned.run(*found) == 1, scanned.last()
    assert search.folder(scanned.folder) == {}


def test_explain(scanned: Box, search: Search) -> None:
    findings = {str(f["entity"]): str(f["id"]) for f in stored(scanned)["findings"]}
    for identity in findings.values():
        assert scanned.run("explain", "hasil/scan.json", identity) == 0, scanned.last()
    assert search.folder(scanned.folder) == {}


def test_detect_prints_places_and_no_values(box: Box, people: list[Person], search: Search) -> None:
    p = people[0]
    text = f"{p.name} NIK {p.nik} HP {p.phone} surel {p.email} NPWP {p.npwp}\n"
    assert box.run("detect", text) == 0
    assert '"ID_NIK"' in box.last()
    assert box.run("detect", "-", text=text) == 0
    assert '"ID_NIK"' in box.last()
    assert search.folder(box.folder) == {}


def test_rules_and_doctor(box: Box, search: Search, targets: list[str]) -> None:
    assert box.run("rules", "list") == 0
    assert box.run("rules", "show", "ID_NIK") == 0
    assert box.run("rules", "check", targets[0]) in (0, 2)
    assert box.run("doctor") == 0
    assert search.folder(box.folder) == {}


POLICY = ("nik", "kk", "npwp", "nip", "phone", "email", "card")  # kinds of which no copy may hold one


def copies() -> list[tuple[str, str]]:
    """What is copied, and with which operator; the others keep values on purpose, or serve a few kinds alone."""
    from privacyscan.registry import plugins

    some = sorted({*plugins("operators")} - {"keep", "replace", "generalise", "noise", "shift-date"})
    return [("warga.csv", o) for o in some] + [("a database", "token"), ("the folder", "mask"), ("the folder", "token")]


@pytest.mark.parametrize(("source", "operator"), copies())
def test_copies_hold_nobody(
    box: Box, targets: list[str], people: list[Person], search: Search, source: str, operator: str
) -> None:
    policy, key, copy = (box.folder / name for name in ("policy.toml", "key", "copy"))
    policy.write_text(f'default = "{operator}"\n')
    assert box.run("pseudonymize", "--new-key", str(key)) == 0, box.last()
    files = Path(targets[0])
    path = {"a database": files.parent / "data.db", "the folder": files}.get(source, files / source)
    code = box.run("pseudonymize", str(path), "--to", str(copy), "--policy", str(policy), "--key", str(key))
    if path.suffix == ".csv":
        assert code == 0, box.last()
        assert copy.stat().st_size > (100 if operator == "drop" else 1000)
    else:  # they hold what cannot be copied; then there is a copy of the rest, or none
        assert code in (1, 2, 3), box.last()
    kept = Search([c for p in people for c in p.canaries() if c.kind in POLICY])
    assert kept.folder(box.folder) == {}
    shutil.rmtree(copy) if copy.is_dir() else copy.unlink(missing_ok=True)
    assert search.folder(box.folder) == {}


def test_every_command_is_searched(box: Box) -> None:
    searched = {"scan", "report", "explain", "detect", "rules", "doctor", "pseudonymize", "demo"}
    searched |= {"known"}  # by test_canary_known.py
    searched |= {"runs", "diff", "baseline", "suppress", "breach", "verify"}
    searched |= {"reveal"}  # which shows values on purpose; its record is searched by tests/cli/test_reveal.py
    assert commands(box) == searched


def test_the_demonstration_shows_nobody(box: Box) -> None:
    assert box.run("demo", "contoh", "--people", "200", "--lang", "en") == 0, box.last()
    (box.work / "contoh").rename(box.folder.parent / f"{box.folder.name}-contoh")
    (box.folder.parent / f"{box.folder.name}-contoh" / "privacyscan-report").rename(box.work / "report")
    assert (box.work / "report" / "scan.json").is_file()
    made_up = population(200, random.Random(1))
    search = Search([Canary(k, v) for p in made_up for k in ("nik", "kk", "phone", "email") if (v := getattr(p, k))])
    assert search.folder(box.folder) == {}


WRONG = {
    "output is a file": ("scan", "{files}", "--output", "{files}/warga.csv"),
    "output below a file": ("scan", "{files}", "--output", "{files}/warga.csv/hasil"),
    "rules are data": ("scan", "{files}", "--rules", "{rules}"),
    "settings are data": ("scan", "{files}", "--config", "{files}/warga.csv"),
    "settings are text": ("scan", "{files}", "--config", "{files}/surat.txt"),
    "saved scan is data": ("report", "{files}/warga.json"),
    "saved scan is broken": ("report", "{files}/rusak.json"),
    "saved scan is a table": ("explain", "{files}/warga.csv", "F-000000000000"),
    "policy is data": ("pseudonymize", "{files}", "--to", "salinan", "--policy", "{files}/warga.json"),
    "policy is text": ("pseudonymize", "{files}", "--to", "salinan", "--policy", "{files}/surat.txt"),
    "password in an unknown scheme": ("scan", "cassandra://budi:{password}@127.0.0.1/x"),
    "password and a wrong option": ("scan", "postgresql://budi:{password}@127.0.0.1:1/x", "--nothing-such"),
    "password and a wrong format": ("scan", "postgresql://budi:{password}@127.0.0.1:1/x", "--format", "nothing"),
    "password, port is no number": ("scan", "postgresql://budi:{password}@127.0.0.1:abc/x"),
    "password, nobody listens": ("scan", "postgresql://budi:{password}@127.0.0.1:1/x", "--connect-timeout", "2"),
    "password, nobody listens (MySQL)": ("scan", "mysql://budi:{password}@127.0.0.1:1/x", "--connect-timeout", "2"),
    "password, nobody listens (MongoDB)": ("scan", "mongodb://budi:{password}@127.0.0.1:1/x", "--connect-timeout", "2"),
    "password as a parameter": ("scan", "postgresql://127.0.0.1:1/x?user=budi&password={password}"),
    "password, no such file": ("scan", "sqlite://budi:{password}@/tidak/ada.db"),
}


SPELLINGS = {  # how a password stands in a URL, and the log to try it with
    "plain": ("Kutilang77Zurgelbas", "json"),
    "special signs": (PASSWORD, "text"),
    "percent signs": (quote(PASSWORD, safe=""), "json"),
}
CASES = [(case, "plain") for case in WRONG if "password" not in case] + [
    (case, spelling) for case in WRONG if "password" in case for spelling in SPELLINGS
]


@pytest.mark.parametrize(("case", "spelling"), CASES)
def test_mistakes_of_the_user(
    box: Box,
    targets: list[str],
    people: list[Person],
    case: str,
    spelling: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    rules = tmp_path_factory.mktemp("rules")
    (rules / "warga.yaml").write_text(f"id: ID_WARGA\nnik: '{people[0].nik}'\n{people[1].name}: [{people[2].nik}\n")
    secret, log = SPELLINGS[spelling]
    arguments = [a.format(files=targets[0], rules=rules, password=secret) for a in WRONG[case]]
    more = ("--log-format", log, "--log-level", "debug") if arguments[0] == "scan" else ()
    assert box.run(*arguments, *more) in (2, 3), box.last()
    search = Search([c for p in people for c in p.canaries()], (*SECRETS, secret))
    assert search.folder(box.folder) == {}


@pytest.mark.parametrize("way", ["env", "file"])
def test_passwords_given_apart(box: Box, search: Search, tmp_path_factory: pytest.TempPathFactory, way: str) -> None:
    file = tmp_path_factory.mktemp("secret") / "password"
    file.write_text(f"{PASSWORD}\n")
    option = ("--password-env", "SECRET_WORD") if way == "env" else ("--password-file", str(file))
    wanted = ("scan", "postgresql://budi@127.0.0.1:1/x", "--connect-timeout", "2", "--log-level", "debug")
    assert box.run(*wanted, *option, SECRET_WORD=PASSWORD) == 3, box.last()
    assert search.folder(box.folder) == {}


def big(folder: Path, people: Sequence[Person], rows: int) -> Path:
    """A table whose reading takes some seconds."""
    file = folder / "besar.csv"
    with file.open("w") as stream:
        stream.write("nik,nama,no_hp,catatan\n")
        for i in range(rows):
            p = people[i % len(people)]
            stream.write(f"{p.nik},{p.name},{p.phone},baris {i} surel {p.email}\n")
    return file


def descendants(parent: int) -> Iterator[int]:
    """Processes below `parent`, nearest first."""
    waiting = [parent]
    while waiting:
        above = waiting.pop(0)
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                number, _, rest = status.read_text().partition(" ")
            except OSError:  # ended meanwhile
                continue
            if rest.rpartition(")")[2].split()[1] == str(above):
                yield int(number)
                waiting.append(int(number))


def hears_ctrl_c() -> None:
    """In a process before its program: what a shell starts in the background hears no Ctrl-C, nor what that starts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def wait_for_worker(process: subprocess.Popen[bytes]) -> int | None:
    """The process below it that is most at work on the file; None when the scan has ended. It has worked for longer
    than starting takes, of the server that forks the workers and of workers that find nothing to do."""
    for _ in range(1200):
        used = sorted((_seconds(n), n) for n in descendants(process.pid) if not any(descendants(n)))
        if used and used[-1][0] > 4:
            return used[-1][1]
        if process.poll() is not None:
            return None
        time.sleep(0.05)
    raise TimeoutError("no worker was at work for a minute")


def _seconds(number: int) -> float:
    try:
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_worker_that_is_killed(
    box: Box, people: list[Person], search: Search, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = big(tmp_path_factory.mktemp("big"), people, 800_000)
    process = box.start("scan", str(file), "--workers", "2", "--log-format", "json", "--log-level", "debug")
    killed = set()
    while (worker := wait_for_worker(process)) is not None:  # a second one tries once more
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
        killed.add(worker)
        time.sleep(0.2)
    process.communicate(timeout=300)
    assert process.returncode == 3, box.last()
    assert len(killed) > 1
    assert "crashed" in (box.work / "privacyscan-report" / "scan.json").read_text()
    assert search.folder(box.folder) == {}


def test_a_scan_that_is_stopped(
    box: Box, people: list[Person], search: Search, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = big(tmp_path_factory.mktemp("big"), people, 1_000_000)
    process = box.start("scan", str(file), "--workers", "2", "--log-level", "debug")
    assert wait_for_worker(process) is not None
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=300)
    assert process.returncode == 130, box.last()
    assert search.folder(box.folder) == {}


DEFECTS = {
    "in a check": "from privacyscan.checks.luhn import Luhn as Broken\nname = '__call__'",
    "in a worker's columns": "from privacyscan.detect.columns import ColumnScanner as Broken\nname = 'scan'",
    "in a text": "from privacyscan.detect.texts import TextScanner as Broken\nname = '_scan'",
    "in a hash": "from privacyscan.detect.tally import Tally as Broken\nname = 'add'",
}


@pytest.mark.parametrize("where", DEFECTS)
@pytest.mark.parametrize("log", ["text", "json"])
def test_a_defect_of_ours_tells_no_value(box: Box, targets: list[str], search: Search, where: str, log: str) -> None:
    """A traceback may name lines, but neither variables nor the error's text, which may quote a value."""
    (box.folder / "home" / "sitecustomize.py").write_text(
        f"{DEFECTS[where]}\n"
        "def broken(self, *values, **more):\n"
        "    raise ValueError(' '.join(str(getattr(v, 'data', v)) for v in values) + ' is wrong')\n"
        "setattr(Broken, name, broken)\n"
    )
    code = box.run("scan", *targets, "--log-format", log, PYTHONPATH=str(box.folder / "home"))
    assert code not in (0, 1), box.last()  # neither "clean" nor "the policy failed"
    assert search.folder(box.folder) == {}
