"""Bad input through the real program: a clear sentence, the right exit code, nothing half-written, no traceback.

What fails before anything is read stands in test_mistakes.py (unknown schemes, targets, options, settings, formats,
rules, scans), and again here where a file is at fault. Empty folders and Ctrl-C stand in test_exit_codes.py.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import PROGRAM, Outcome
from tests.detect.made_up import MadeUp
from tests.servers import as_user, free_port

pytestmark = pytest.mark.no_cover  # other tests go the same ways; under the tracer these take twice as long

Command = Callable[..., Outcome]
REPORT = Path("privacyscan-report")
PASSWORD = "r4hasia-sekali"
BOUND = ["setpriv", *(f"--{kind}=-dac_override,-dac_read_search" for kind in ("bounding-set", "inh-caps"))]


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files, in which nothing may be left."""
    folder = tmp_path / "sementara"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def stored() -> dict[str, Any]:
    """The saved scan, which must be all that lies in the report folder beside its manifest."""
    assert sorted(p.name for p in REPORT.iterdir()) == ["manifest.json", "scan.json"]
    return dict(json.loads((REPORT / "scan.json").read_text(encoding="utf-8")))


def told(done: Outcome) -> str:
    """What was said, as one line; never a traceback."""
    assert "Traceback" not in done.err
    assert done.out == ""
    return " ".join(done.err.split())


def members(name: str, data: bytes) -> bytes:
    """A ZIP archive with one member."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


def with_password() -> bytes:
    """An archive that says of its member that it is encrypted."""
    data = bytearray(members("a.csv", b"nik\n"))
    data[data.index(b"PK\x03\x04") + 6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def cut_off() -> bytes:
    openpyxl = pytest.importorskip("openpyxl")
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    for row in range(500):
        book.active.append([row, "meja", "kursi"])
    book.save(buffer)
    return buffer.getvalue()[:-2000]


UNREAD = [
    pytest.param("rekap.xlsx", cut_off, "damaged", "Fetch an undamaged copy", id="cut-off workbook"),
    pytest.param("x.zip", lambda: members("a.txt", bytes(64 << 20)), "bomb", "Check where it comes from", id="bomb"),
    pytest.param("x.zip", with_password, "encrypted", "Have its owner open a copy", id="zip with a password"),
    pytest.param(
        "a.csv", lambda: b"nik,nama\n" + b"1,a\0b\0\n" * 90, "unknown_format", "Convert it", id="many NUL bytes"
    ),
    pytest.param("a.json", lambda: b'[{"nik": 1}, {"ni', "damaged", "Fetch an undamaged", id="cut-off JSON"),
    pytest.param("a.db", lambda: b"SQLite format 3\0" + bytes(84), "damaged", "Fetch an undamaged", id="no database"),
]


@pytest.mark.parametrize(("name", "made", "reason", "do"), UNREAD)
def test_what_cannot_be_read_is_told_with_what_to_do_and_the_rest_is_read(
    program: Command, clean: Path, name: str, made: Callable[[], bytes], reason: str, do: str
) -> None:
    (clean / name).write_bytes(made())
    done = program("scan", "bersih", "--format", "json", "--lang", "en")
    assert done.code == 3
    assert f"bersih/{name}" in told(done)
    assert do in told(done)
    assert {(s["path"][0], s["reason"]) for s in stored()["skipped"]} == {(name, reason)}
    assert ["catatan.txt"] in [a["path"] for a in stored()["assets"]]


def test_a_table_with_2000_columns_is_read(program: Command, clean: Path) -> None:
    people = MadeUp(5)
    rows = [[f"k{i}" for i in range(1999)] + ["nik"], *([*["x"] * 1999, people.nik()] for _ in range(50))]
    (clean / "lebar.csv").write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    assert program("scan", "bersih", "--format", "json").code == 0
    assert [(f["field"], f["entity"], f["matched"]) for f in stored()["findings"]] == [("nik", "ID_NIK", 50)]


def test_a_few_nul_bytes_hide_nothing(program: Command, clean: Path) -> None:
    (clean / "surat.txt").write_bytes(b"Kepada\0 Yth.\0\0 warga, NIK " + MadeUp(5).nik().encode() + b"\n")
    assert program("scan", "bersih", "--format", "json").code == 0
    assert [(f["path"], f["entity"]) for f in stored()["findings"]] == [(["surat.txt"], "ID_NIK")]


def test_a_line_of_400_megabytes_is_read_to_its_end_in_little_memory(clean: Path) -> None:
    """The file has holes, so that it takes no room on the disk."""
    with (clean / "satu-baris.txt").open("wb") as file:
        file.write(b"kepada yth. " * 100_000)
        file.seek((400 << 20) - 100)
        file.write(b" NIK " + MadeUp(5).nik().encode())
    command = [PROGRAM, "scan", "bersih", "--format", "json", "--quiet"]
    running = subprocess.Popen(command, env=os.environ, start_new_session=True)
    most = 0
    while running.poll() is None:
        most = max([most, *map(memory, session(running.pid))])
        time.sleep(0.1)
    assert running.returncode == 0
    assert [f["path"] for f in stored()["findings"]] == [["satu-baris.txt"]]
    assert 10 << 20 < most < 200 << 20


def memory(process: int) -> int:
    """The most that a process has held, in bytes; 0 when it is gone."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(x.split()[1]) << 10 for x in status.splitlines() if x.startswith("VmHWM:")), 0)


def session(leader: int) -> Iterator[int]:
    """The processes that a command has started, and itself."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(process.name)) == leader:
                yield int(process.name)
        except ProcessLookupError:
            pass


def test_a_file_that_is_deleted_during_the_scan_is_listed(here: Path) -> None:
    people, folder = MadeUp(5), here / "besar"
    folder.mkdir()
    rows = "".join(f"{people.nik()},{people.phone()}\n" for _ in range(5_000))
    (folder / "00.csv").write_text("nik,hp\n" + rows, encoding="utf-8")
    for number in (1, 2, 3):
        (folder / f"{number:02}.csv").write_text("nik,hp\n" + rows * 15, encoding="utf-8")
    options = ("--format", "json", "--log-format", "json", "--log-level", "debug", "--workers", "1")
    running = subprocess.Popen([PROGRAM, "scan", folder, *options], stderr=subprocess.PIPE, text=True, env=os.environ)
    assert running.stderr is not None
    next(line for line in running.stderr if '"progress"' in line and json.loads(line)["units_done"])
    (folder / "03.csv").unlink()
    rest = running.stderr.read()
    assert running.wait(60) == 3
    assert "Traceback" not in rest
    assert [(s["path"], s["reason"]) for s in stored()["skipped"]] == [(["03.csv"], "vanished")]
    assert len(stored()["assets"]) == 3


@pytest.fixture
def stranger() -> Iterator[Callable[..., Outcome]]:
    """Run the real program as somebody to whom permissions apply: root loses its right to read everything."""
    folder = Path(tempfile.mkdtemp(prefix="privacyscan-uji-", dir="/tmp"))
    become = BOUND if os.geteuid() == 0 else []
    for name in ("kerja", "state", "sementara"):
        (folder / name).mkdir()
    environ = {**os.environ, "HOME": str(folder), "XDG_STATE_HOME": str(folder / "state")}
    environ["TMPDIR"] = str(folder / "sementara")

    def stranger(*arguments: str | Path) -> Outcome:
        command = [*become, str(PROGRAM), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environ, cwd=folder / "kerja")
        assert list((folder / "sementara").iterdir()) == []
        return Outcome(done.returncode, done.stdout, done.stderr)

    stranger.folder = folder / "kerja"  # type: ignore[attr-defined]
    try:
        assert stranger("--help").code == 0
        yield stranger
    finally:
        subprocess.run(["chmod", "-R", "u+rwX", folder], check=True)
        shutil.rmtree(folder)


@pytest.fixture
def private(stranger: Any) -> Path:
    """A folder with something to read, a file and a folder that nobody but their owner may open."""
    folder: Path = stranger.folder / "sasaran"
    (folder / "tertutup").mkdir(parents=True)
    for name in ("baik.txt", "rahasia.csv", "tertutup/a.txt"):
        (folder / name).write_text("rapat ditunda\n", encoding="utf-8")
    (folder / "rahasia.csv").chmod(0)
    (folder / "tertutup").chmod(0)
    return folder


@pytest.mark.parametrize("target", ["sasaran", "sasaran/tertutup", "sasaran/rahasia.csv"])
def test_what_may_not_be_read_is_listed_as_denied(stranger: Any, private: Path, target: str) -> None:
    done = stranger("scan", target, "--format", "json", "--lang", "en")
    assert done.code == 3
    assert "Access denied" in told(done)
    assert "Grant the scanning account read access only" in told(done)
    skipped = json.loads((stranger.folder / REPORT / "scan.json").read_text())["skipped"]
    denied = {"/".join((s["target"], *s["path"])): s["reason"] for s in skipped}
    both = ("sasaran/tertutup", "sasaran/rahasia.csv")
    assert denied == dict.fromkeys(both if target == "sasaran" else (target,), "denied")


@pytest.mark.parametrize(
    "arguments",
    [
        ("scan", "sasaran", "--output", "terkunci"),
        ("scan", "sasaran", "--output", "terkunci/laporan"),
        ("pseudonymize", "--new-key", "terkunci/kunci"),
        ("demo", "terkunci/demo"),
    ],
)
def test_a_folder_that_may_not_be_written_is_refused_before_anything_is_read(
    stranger: Any, private: Path, arguments: tuple[str, ...]
) -> None:
    locked = stranger.folder / "terkunci"
    locked.mkdir()
    locked.chmod(0o555)
    done = stranger(*arguments)
    assert done.code == 2
    assert f"{arguments[-1]}: cannot be written (Permission denied); choose another folder" in told(done)
    assert list(locked.iterdir()) == []


@pytest.mark.parametrize("server", ["postgresql", "mariadb"])
def test_a_wrong_password_is_told_and_not_repeated(
    program: Command, server: str, request: pytest.FixtureRequest
) -> None:
    url = as_user(request.getfixturevalue(server), "pemilik", PASSWORD)
    done = program("scan", url, "--format", "json", "--lang", "en")
    assert done.code == 3
    assert "Login failed" in told(done)
    assert "--password-env, --password-file" in told(done)
    assert [s["reason"] for s in stored()["skipped"]] == ["login_failed"]
    assert PASSWORD not in done.err + (REPORT / "scan.json").read_text()


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "tiada.invalid"], ids=["closed port", "no such host"])
@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_a_host_that_does_not_answer_is_told(program: Command, scheme: str, host: str) -> None:
    url = f"{scheme}://siti:{PASSWORD}@{host.format(port=free_port())}/warga"
    done = program("scan", url, "--format", "json", "--lang", "en")
    assert done.code == 3
    assert "Unreachable (no connection; check host and port" in told(done)
    assert [s["reason"] for s in stored()["skipped"]] == ["unreachable"]
    assert PASSWORD not in done.err + (REPORT / "scan.json").read_text()


@pytest.mark.parametrize(
    ("scheme", "driver", "install"),
    [("postgresql", "psycopg", "psycopg[binary]"), ("mysql", "pymysql", "pymysql"), ("mariadb", "pymysql", "pymysql")],
)
def test_a_driver_that_is_not_there_is_named_as_pip_calls_it(
    program: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, driver: str, install: str
) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / f"{driver}.py").write_text("raise ImportError\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "lib"))
    done = program("scan", f"{scheme}://siti:{PASSWORD}@127.0.0.1/warga")
    assert done.code == 2
    assert told(done).endswith(f"needs a library that is not installed; run pip install '{install}'")
    assert not REPORT.exists()


POLICY = 'default = {operator = "token"}\n[entities]\nID_KTP = "mask"\n'
FILES = [
    pytest.param("aturan/x.yaml", "id: [\n", "scan bersih --rules aturan", "aturan/x.yaml:2: not valid", id="rules"),
    pytest.param("privacyscan.toml", "colour = 1\n", "scan bersih", "colour: unknown setting; known are", id="setting"),
    pytest.param("privacyscan.toml", "lang = [\n", "scan bersih", "privacyscan.toml: is not valid TOML", id="settings"),
    pytest.param(
        "kebijakan.toml",
        POLICY,
        "pseudonymize bersih --to salinan --policy kebijakan.toml",
        "kebijakan.toml: entities.ID_KTP: unknown entity; known are",
        id="policy",
    ),
    pytest.param(
        "kunci",
        "pendek",
        "pseudonymize bersih --to salinan --policy kebijakan.toml --key kunci",
        "kebijakan.toml: the policy cannot be read (No such file or directory); give a file with --policy, or one of",
        id="no policy",
    ),
    pytest.param("scan.json", '{"format": "privacyscan/1', "report scan.json", "is damaged or no scan.json", id="scan"),
]


@pytest.mark.parametrize(("name", "text", "line", "says"), FILES)
def test_a_file_with_a_mistake_is_named_and_nothing_is_written(
    program: Command, clean: Path, name: str, text: str, line: str, says: str
) -> None:
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text(text, encoding="utf-8")
    before = sorted(Path().rglob("*"))
    done = program(*line.split())
    assert done.code == 2
    assert done.err.startswith("privacyscan: ")
    assert says in told(done)
    assert sorted(Path().rglob("*")) == before


def test_an_empty_target_is_named(program: Command) -> None:
    done = program("scan", "")
    assert (done.code, done.err) == (2, "privacyscan: '': there is no such file or folder; check the path\n")
