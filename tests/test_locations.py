"""`locations.parquet`: every place of every finding that stands, beside the report, and nothing else."""

from __future__ import annotations

import io
import json
import pickle
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from privacyscan import locations, rulebook
from privacyscan.detect import AssetTally, Detector, drafts
from privacyscan.detect.drafts import Drafts
from privacyscan.model import Finding, Limits, Location, Place, Scan, Table
from privacyscan.outputs import write
from privacyscan.scan import scan
from privacyscan.settings import Settings, load
from tests.detect.made_up import MadeUp
from tests.formats import samples
from tests.test_pieces import people, written

pytestmark = pytest.mark.no_cover  # other tests go the same ways; under the tracer these take twice as long

NIKS = [people.nik() for people in [MadeUp(4)] for _ in range(60)]
PROGRAM = Path(sys.executable).parent / "privacyscan"
REPORTS = ["locations.parquet", "manifest.json", "report.html", "scan.json"]
IN_PLACE = ("row", "line", "start", "end", "offset_start", "offset_end", "page", "cell")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Tables, texts and archives of made-up people, one of them with running text in its cells."""
    folder = tmp_path / "berkas"
    folder.mkdir()
    written(folder / "besar.csv", people(3_000))
    written(folder / "kecil.csv", people(50, seed=2))
    written(folder / "ragam.csv", [*people(1_500, seed=3), ["x"] * 8, *people(1_500, seed=4)[1:]])
    (folder / "surat.txt").write_bytes(samples.text_file() + "Bapak Budi Santoso – 0812 3456 7890\n".encode() * 40)
    (folder / "lembar.xlsx").write_bytes(printed_sheet())
    (folder / "surat.pdf").write_bytes(samples.pdf_file([[f"NIK {nik}" for nik in NIKS[i : i + 2]] for i in (0, 2, 4)]))
    (folder / "warga.db").write_bytes(samples.sqlite_file())
    inner = samples.zip_file({"a.csv": samples.csv_file(), "b.txt": samples.text_file()})
    (folder / "arsip.zip").write_bytes(samples.zip_file({"dalam.zip": inner, "warga.db": samples.sqlite_file()}))
    return folder


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Settings, "limits", property(lambda self: Limits(piece_bytes=50_000)))


def scanned(targets: Sequence[Path], report: Path | None, workers: int = 1, asked: str = "all") -> Scan:
    environ = {"XDG_STATE_HOME": str(targets[0].parent / "state")}
    if report is not None:
        report.mkdir(exist_ok=True)
    return scan(
        [str(t) for t in targets], load({"workers": workers, "locations": asked}, environ=environ), folder=report
    )


def rows(report: Path) -> list[dict[str, Any]]:
    return list(pq.read_table(report / "locations.parquet").to_pylist())


def printed_sheet() -> bytes:
    """A table of a title and two printed pages that begins in C4, and a second one below it."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active["C2"] = "Daftar warga"
    lines = [["nama", "nik"], *(["Budi", nik] for nik in NIKS[:20]), [], ["nama", "nik"]]
    lines += [*(["Budi", nik] for nik in NIKS[20:40]), [], ["Pegawai"], ["kode", "no ktp"]]
    for row, cells in enumerate([*lines, *(["A", nik] for nik in NIKS[40:])], 4):
        for column, value in enumerate(cells, 3):
            book.active.cell(row, column, value)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def by_finding(report: Path) -> dict[str, list[Location]]:
    found = defaultdict(list)
    for row in rows(report):
        found[row["finding"]].append(Location(*(row[name] for name in IN_PLACE)))
    return dict(found)


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("PRIVACYSCAN_LANG", "en")


def command(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=120, check=False, **options)


@pytest.mark.parametrize("waiting", [drafts.MOST, 500], ids=["at once", "bit by bit"])
@pytest.mark.usefixtures("small_pieces")
def test_it_holds_what_findings_in_memory_hold(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, waiting: int
) -> None:
    monkeypatch.setattr(drafts, "MOST", waiting)  # in this process, that reads the small files
    monkeypatch.setattr(locations, "ROW_GROUP", 1_000)
    in_memory, beside = scanned([folder], None), scanned([folder], tmp_path / "hasil")
    found = by_finding(tmp_path / "hasil")
    assert found == {f.id: list(f.locations) for f in in_memory.findings}
    assert list(found) == [f.id for f in beside.findings]
    assert {f.entity for f in beside.findings} >= {"ID_NIK", "PERSON", "PHONE_NUMBER", "DATE_OF_BIRTH"}
    assert beside.locations is not None
    assert beside.locations.rows == sum(map(len, found.values())) > 15_000
    assert pq.ParquetFile(tmp_path / "hasil" / "locations.parquet").metadata.num_row_groups > 15


def test_each_place_says_of_which_finding_it_is(folder: Path, tmp_path: Path) -> None:
    findings = {f.id: f for f in scanned([folder], tmp_path / "hasil").findings}
    for row in rows(tmp_path / "hasil"):
        f = findings[row["finding"]]
        said = (row["target"], row["path"], row["column"], row["entity"], row["confidence"])
        assert said == (f.place.target, "/".join(f.place.path), f.place.column, f.entity, f.confidence)
        assert row["asset"].startswith("A-")


def test_a_place_is_told_by_its_page_or_cell(folder: Path, tmp_path: Path) -> None:
    import openpyxl

    scanned([folder / "lembar.xlsx", folder / "surat.pdf"], tmp_path / "hasil")
    told = [row for row in rows(tmp_path / "hasil") if row["entity"] == "ID_NIK"]
    sheet = openpyxl.load_workbook(folder / "lembar.xlsx").active
    assert [sheet[row["cell"]].value for row in told if row["cell"]] == NIKS
    assert [row["page"] for row in told if not row["cell"]] == [1, 1, 2, 2, 3, 3]


@pytest.mark.usefixtures("small_pieces")
def test_it_is_the_same_whatever_the_number_of_workers(folder: Path, tmp_path: Path) -> None:
    one, *others = (
        (report / "locations.parquet").read_bytes()
        for n in (1, 2, 3)
        if scanned([folder], report := tmp_path / f"hasil{n}", workers=n)
    )
    assert len(others) == 2
    for other in others:
        assert other == one


def test_findings_hold_what_they_hold_with_first(folder: Path, tmp_path: Path) -> None:
    def shown(result: Scan) -> list[Finding]:
        return list(result.findings)

    assert shown(scanned([folder], tmp_path / "hasil")) == shown(scanned([folder], None, asked="first"))
    for asked in ("none", "first"):
        assert scanned([folder], tmp_path / asked, asked=asked).locations is None
        assert list((tmp_path / asked).iterdir()) == []


def test_a_column_that_is_judged_away_has_no_places(tmp_path: Path) -> None:
    r, p = random.Random(5), MadeUp(5)
    table = [["nik", "nomor"], *([p.nik(), str(r.randrange(10**15, 10**16))] for _ in range(5_000))]
    file = tmp_path / "a.csv"
    written(file, table)
    result = scanned([file], tmp_path / "hasil")
    assert {f.place.column for f in result.findings if f.entity == "ID_NIK"} == {"nik"}
    assert {row["column"] for row in rows(tmp_path / "hasil")} == {f.place.column for f in result.findings}

    kept, tally = tmp_path / "kept", AssetTally(Place("t"), "file")
    kept.mkdir()
    detector = Detector(rulebook.load().identifiers.values(), b"k" * 32, drafts=Drafts(kept))
    batch = pa.record_batch({"nomor": [row[1] for row in table[1:]]})
    detector.table(Table(tally.place, batch), tally)
    assert detector.drafts is not None
    detector.drafts.write()
    assert any(t.drafts for t in tally.columns["nomor"].tallies())  # places that were written, and are of no finding


def test_rows_whose_number_nobody_knows_are_there_without_it(tmp_path: Path) -> None:
    kept, tally = tmp_path / "kept", AssetTally(Place("t"), "file")
    kept.mkdir()
    writing = Drafts(kept)
    detector = Detector(rulebook.load().identifiers.values(), b"k" * 32, drafts=writing)
    p = MadeUp(3)
    detector.table(Table(tally.place, pa.record_batch({"nik": [p.nik() for _ in range(30)]})), tally)
    writing.write()
    tally.move(None)
    tally.move(7)
    of: list[list[drafts.Draft]] = []
    assert [f.entity for f in detector.findings(tally, drafts=of)] == ["ID_NIK"]
    assert [row for places in drafts.read(of[0]) for row in places.tolist()] == [-1] * 30


def test_no_value_is_in_it(folder: Path, tmp_path: Path) -> None:
    table = people(3_000)
    scanned([folder], tmp_path / "hasil")
    shown = repr(rows(tmp_path / "hasil")).encode() + (tmp_path / "hasil" / "locations.parquet").read_bytes()
    for row in table[1:50]:
        for value in row[:3]:
            assert value.encode() not in shown


def test_a_million_hits_leave_a_small_tally(tmp_path: Path) -> None:
    p = MadeUp(1)
    batch = pa.record_batch({"nik": [p.nik() for _ in range(50_000)]})
    writing = Drafts(tmp_path)
    detector = Detector(rulebook.load().identifiers.values(), b"k" * 32, "all", drafts=writing)
    tally = AssetTally(Place("t"), "table")
    for i in range(20):
        detector.table(Table(tally.place, batch, i * len(batch)), tally)
        writing.rest()
    writing.write()
    tallies = list(tally.columns["nik"].tallies())
    assert max(len(t.places) for t in tallies) <= 10
    assert max(len(t.drafts) for t in tallies) <= 20
    assert len(pickle.dumps(tally)) < 300_000
    of: list[list[drafts.Draft]] = []
    list(detector.findings(tally, drafts=of))
    read = list(drafts.read(of[0]))
    assert len(read) > 1
    assert [row for places in read for row in places.tolist()] == list(range(20 * len(batch)))


def test_report_and_explain_name_the_file_and_do_without_it(folder: Path, tmp_path: Path) -> None:
    report = tmp_path / "hasil"
    assert command("scan", folder, "--locations", "all", "--output", report).returncode == 0
    stored = json.loads((report / "scan.json").read_text())
    assert stored["run"]["locations"] == {"file": "locations.parquet", "rows": len(rows(report))}
    assert sorted(p.name for p in report.iterdir()) == REPORTS
    assert all((p.stat().st_mode & 0o777) == 0o600 for p in report.iterdir())
    assert "locations.parquet" in (report / "report.html").read_text()
    (report / "locations.parquet").unlink()
    again = command("report", report / "scan.json", "--format", "json", "--output", tmp_path / "lagi")
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "lagi" / "scan.json").read_bytes() == (report / "scan.json").read_bytes()
    told = command("explain", report / "scan.json", stored["findings"][0]["id"])
    assert "locations.parquet" in told.stdout


def test_it_needs_a_folder(folder: Path) -> None:
    done = command("scan", folder, "--locations", "all", "--format", "json", "--output", "-")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--locations all writes a file beside the report: give --output a folder, not -" in done.stderr
    assert command("scan", folder, "--locations", "all", "--output", "/proc/hasil").returncode == 2


def bounded() -> None:
    """In a new process: no file may have more than 20 kB, as if the disk were full then."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


@pytest.mark.parametrize("kind", ["a file that is read here", "a database that a worker reads"])
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, kind: str) -> None:
    table, report = people(5_000), tmp_path / "hasil"
    file = tmp_path / "a.csv"
    if kind.startswith("a database"):
        file = tmp_path / "a.db"
        with sqlite3.connect(file) as database:
            database.execute("CREATE TABLE warga (c1, hp, lahir, catatan, saksi)")
            database.executemany("INSERT INTO warga VALUES (?, ?, ?, ?, ?)", table[1:])
    else:
        written(file, table)
    done = command("scan", file, "--locations", "all", "--output", report, preexec_fn=bounded)
    assert done.returncode == 2, done.stderr
    assert "cannot be written (File too large); free space or choose another folder" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(report.iterdir()) == []


def test_a_scan_that_is_killed_leaves_nothing_that_looks_finished(tmp_path: Path) -> None:
    file, report = tmp_path / "a.csv", tmp_path / "hasil"
    written(file, people(60_000))
    arguments = ["scan", file, "--locations", "all", "--output", report, "--quiet"]
    process = subprocess.Popen([PROGRAM, *arguments])
    end = time.monotonic() + 60
    while not list(report.glob(".locations-*")) and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGKILL)
    process.wait()
    (left,) = report.iterdir()
    assert left.name.startswith(".locations-")
    small = tmp_path / "b.csv"
    written(small, people(50))
    assert command("scan", small, *arguments[2:]).returncode == 0
    assert sorted(p.name for p in report.iterdir()) == REPORTS


def test_drafts_of_a_scan_that_still_runs_stay(tmp_path: Path) -> None:
    first = locations.LocationsFolder(tmp_path)
    second = locations.LocationsFolder(tmp_path)
    assert first.drafts.exists()
    second.close()
    first.close()
    assert list(tmp_path.iterdir()) == []


def test_what_an_earlier_scan_left_in_the_target_is_not_read(folder: Path) -> None:
    arguments = ["scan", folder, "--locations", "all", "--output", folder / "hasil", "--quiet"]
    for _ in range(2):
        assert command(*arguments).returncode == 0
    read = json.loads((folder / "hasil" / "scan.json").read_text())["assets"]
    assert not [a for a in read if "hasil" in a["path"]]


def test_a_written_report_says_how_many_places_there_are(folder: Path, tmp_path: Path) -> None:
    from privacyscan.assess import assess

    result = scanned([folder], tmp_path / "hasil")
    assert result.locations is not None
    write(assess(result), "json", tmp_path / "hasil" / "scan.json")
    stored = json.loads((tmp_path / "hasil" / "scan.json").read_text())
    assert stored["run"]["locations"]["rows"] == sum(f["matched"] for f in stored["findings"])
