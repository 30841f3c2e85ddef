"""The pipeline: what was read, what was not, and that one hostile file never ends a scan."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from privacyscan import read
from privacyscan.detect import AssetTally, Detector
from privacyscan.errors import TargetError, UsageError
from privacyscan.model import Reason, Scan, Table, Target, Unit
from privacyscan.scan import Progress, scan
from privacyscan.settings import Settings, load
from tests.detect.made_up import MadeUp


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({"workers": 2}, environ={"XDG_STATE_HOME": str(tmp_path / "state")})


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "berkas"
    folder.mkdir()
    return folder


def table(path: Path, rows: int, seed: int = 1) -> None:
    p = MadeUp(seed)
    lines = ["nik,no_hp,surel", *(f"{p.nik()},{p.phone()},{p.email()}" for _ in range(rows))]
    path.write_text("\n".join(lines) + "\n")


def reasons(result: Scan) -> dict[str, Reason]:
    return {"/".join(s.place.path): s.reason for s in result.skipped}


def test_a_clean_folder_is_complete_and_silent(files: Path, settings: Settings) -> None:
    (files / "catatan.txt").write_text("rapat hari Senin\n")
    result = scan([str(files)], settings)
    assert (result.status, result.findings, result.skipped) == ("complete", (), ())
    assert [a.rows for a in result.assets] == [1]


def test_what_lies_in_the_folder_of_a_web_site_is_open_to_all(files: Path, settings: Settings) -> None:
    for folder in ("situs/unggahan", "lain", "public_html"):
        (files / folder).mkdir(parents=True)
        table(files / folder / "a.csv", 10)
    (files / "situs" / "Index.php").write_text("<?php\n")
    result = scan([str(files)], settings)
    shown = {a.place.path: [e.params["sign"] for e in a.exposure if e.code == "web_root"] for a in result.assets}
    assert shown[("situs", "unggahan", "a.csv")] == ["index.php"]
    assert shown[("public_html", "a.csv")] == ["public_html"]
    assert shown[("lain", "a.csv")] == []
    assert "public_html" in read.folders(read.target(str(files / "public_html" / "a.csv")))  # below a target too


def test_counts_and_persons(files: Path, settings: Settings) -> None:
    table(files / "a.csv", 500, seed=1)
    table(files / "b.csv", 500, seed=1)
    table(files / "c.csv", 500, seed=2)
    result = scan([str(files)], settings)
    assert [f.matched for f in result.findings if f.entity == "ID_NIK"] == [500] * 3
    assert result.persons == pytest.approx(1000, rel=0.03)
    assert set(result.persons_by_asset) == {a.id for a in result.assets}


def test_workers_make_no_difference(files: Path, settings: Settings) -> None:
    for i in range(6):
        table(files / f"{i}.csv", 30_000 if i == 3 else 300, seed=i)
    one, two = (scan([str(files)], replace(settings, workers=n)) for n in (1, 2))
    assert len(one.findings) == 18
    assert (one.findings, one.assets, one.persons) == (two.findings, two.assets, two.persons)


def test_an_empty_folder_is_not_clean(files: Path, settings: Settings) -> None:
    result = scan([str(files)], settings)
    assert result.status == "incomplete"
    assert [s.reason for s in result.skipped] == [Reason.EMPTY_TARGET]


def test_a_missing_target_is_refused_before_anything_is_read(files: Path, settings: Settings) -> None:
    table(files / "a.csv", 5)
    with pytest.raises(UsageError, match="no such file"):
        scan([str(files), str(files / "tiada")], settings)


def test_identifiers_in_names_are_masked_and_keep_their_identity(files: Path, settings: Settings) -> None:
    p = MadeUp(3)
    nik, other, phone = p.nik(), p.nik(), p.phone().replace("+", "")
    (files / f"KTP_{nik}.txt").write_text(f"NIK {other}\n")
    (files / "lebar.json").write_text(json.dumps([{"barang": "meja", phone: "kayu"}] * 3))
    result = scan([str(files)], settings)
    assert not any(v in repr(result) for v in (nik, other, phone))
    assert [f.entity for f in result.findings] == ["ID_NIK"]
    assert result.findings == scan([str(files)], settings).findings


def test_what_is_excluded_is_listed_and_still_complete(files: Path, settings: Settings) -> None:
    table(files / "a.csv", 30)
    table(files / "b.csv", 30)
    result = scan([str(files)], replace(settings, exclude=("b.*",)))
    assert result.status == "complete"
    assert reasons(result) == {"b.csv": Reason.EXCLUDED}
    assert {f.place.path for f in result.findings} == {("a.csv",)}


def test_an_include_that_leaves_nothing_is_not_clean(files: Path, settings: Settings) -> None:
    table(files / "a.csv", 30)
    result = scan([str(files)], replace(settings, include=("*.xlsx",)))
    assert result.status == "incomplete"
    assert Reason.EMPTY_TARGET in {s.reason for s in result.skipped}


def test_a_link_out_of_the_target_is_listed_and_not_followed(files: Path, tmp_path: Path, settings: Settings) -> None:
    table(tmp_path / "luar.csv", 30)
    table(files / "a.csv", 30)
    (files / "tautan.csv").symlink_to(tmp_path / "luar.csv")
    result = scan([str(files)], settings)
    assert (result.status, reasons(result)) == ("complete", {"tautan.csv": Reason.LINK})
    assert {f.place.path for f in result.findings} == {("a.csv",)}


def test_a_single_file_is_its_own_place(files: Path, settings: Settings) -> None:
    table(files / "a.csv", 30)
    (asset,) = scan([str(files / "a.csv")], settings).assets
    assert str(asset.place) == str(files / "a.csv")


def test_names_off_looks_for_no_names(files: Path, settings: Settings) -> None:
    (files / "a.csv").write_text("nama,nik\n" + "".join(f"Siti Aminah,{MadeUp(i).nik()}\n" for i in range(30)))
    found = {f.entity for f in scan([str(files)], replace(settings, names="off")).findings}
    assert found == {"ID_NIK"}


def test_ctrl_c_keeps_what_is_done(files: Path, settings: Settings) -> None:
    for i in range(20):
        table(files / f"{i:02}.csv", 40, seed=i)

    def stop(progress: Progress) -> None:
        if progress.units_done == 5:
            raise KeyboardInterrupt

    result = scan([str(files)], settings, progress=stop)
    assert result.status == "interrupted"
    assert Reason.INTERRUPTED in {s.reason for s in result.skipped}
    assert {f.place.path[0] for f in result.findings} >= {f"{i:02}.csv" for i in range(4)}


def test_progress_tells_how_far_it_is(files: Path, settings: Settings) -> None:
    for i in range(5):
        table(files / f"{i}.csv", 40, seed=i)
    told: list[Progress] = []
    result = scan([str(files)], settings, progress=told.append)
    assert [p.units_done for p in told] == sorted(p.units_done for p in told)
    last = told[-1]
    assert (last.units_done, last.rows, last.findings) == (5, 200, len(result.findings))


def test_progress_tells_the_share_that_is_read_while_a_file_is_read(files: Path, settings: Settings) -> None:
    table(files / "besar.csv", 100_000)
    told: list[Progress] = []
    scan([str(files)], settings, progress=told.append)
    shares = [p.share for p in told if p.share is not None]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert [s for s in shares if 0.1 < s < 0.9]


def test_how_much_there_is_is_known_before_the_first_file_is_read(files: Path, settings: Settings) -> None:
    for i in range(20):
        table(files / f"{i:02}.csv", 40, seed=i)
    told: list[Progress] = []
    scan([str(files)], replace(settings, workers=1), progress=told.append)
    assert {p.units_total for p in told} == {20}
    assert [p.share for p in told] == pytest.approx([p.units_done / 20 for p in told], abs=0.02)


HOSTILE = '''
import os, sys, tempfile, time
from privacyscan.model import Text


class Hostile:
    """A format whose files do to the worker what their content says."""

    name, suffixes, binary = "hostile", (".hostile",), True

    def matches(self, head, name):
        return 3 if name.endswith(".hostile") else 0

    def read(self, file, limits):
        with file.open() as stream:
            order = stream.read().decode().strip()
        yield Text(file.place, b"mulai\\n")
        with tempfile.NamedTemporaryFile(delete=False) as left:
            left.write(b"3171014107900001")
        if order == "hang":
            time.sleep(600)
        if order == "die" or (order == "die once" and not os.path.exists(file.path + ".died")):
            open(file.path + ".died", "w").close()
            os._exit(9)
        if order == "eat":
            [bytes(1 << 28) for _ in range(100)]
        print("3171014107900001", file=sys.stderr)
        if order == "dial":
            import resource, socket

            bounds = [resource.getrlimit(kind) for kind in (resource.RLIMIT_CORE, resource.RLIMIT_CPU)]
            assert bounds[0] == (0, 0)
            assert 60 < bounds[1][0] < 100_000
            assert "Seccomp:\\t2" in open("/proc/self/status").read()  # no socket in C either
            socket.getaddrinfo("127.0.0.1", 9)
        if order == "raise":
            raise RuntimeError("3171014107900001")


plugin = Hostile()
'''

RUN = """
import json, sys
from privacyscan.scan import scan
from privacyscan.settings import load
result = scan([sys.argv[1]], load({"workers": 2, "timeout_per_file": 8.0}))
print(json.dumps({
    "status": result.status,
    "skipped": {s.place.path[-1]: s.reason for s in result.skipped},
    "text": repr(result),
    "messages": {s.place.path[-1]: s.message for s in result.skipped},
    "found": sorted(f.place.path[-1] for f in result.findings if f.entity == "ID_NIK"),
}))
"""


@pytest.mark.parametrize("folder", ["t", "t" * 90], ids=["fork server", "spawn"])
def test_a_hostile_file_costs_only_itself(files: Path, tmp_path: Path, folder: str) -> None:
    """An outsider's format, installed as a package with an entry point, that leaves a temporary file and then hangs,
    dies (one file only the first time), eats memory or raises. The script has no `if __name__ == "__main__"`: workers
    do not run it again. A long path of the temporary folder leaves no room for a fork server's socket."""
    (tmp_path / folder).mkdir()
    site = tmp_path / "site"
    (site / "hostile-1.dist-info").mkdir(parents=True)
    (site / "hostile.py").write_text(HOSTILE)
    (site / "hostile-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: hostile\nVersion: 1\n")
    (site / "hostile-1.dist-info" / "entry_points.txt").write_text("[privacyscan.formats]\nhostile = hostile:plugin\n")
    (tmp_path / "run.py").write_text(RUN)
    for order in ("hang", "die", "die once", "eat", "raise", "dial"):
        (files / f"{order}.hostile").write_text(order)
    table(files / "a.csv", 50)
    table(files / "z.csv", 50)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "run.py"), str(files)],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(site), os.environ.get("PYTHONPATH", ""))),
            "XDG_STATE_HOME": str(tmp_path / "state"),
            "TMPDIR": str(tmp_path / folder),
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["status"] == "incomplete"
    expected = {"hang": "timeout", "die": "crashed", "eat": "memory", "raise": "error", "dial": "error"}
    assert {n.removesuffix(".hostile"): r for n, r in told["skipped"].items()} == expected
    assert "NoNetwork" in told["messages"]["dial.hostile"]
    assert told["found"] == ["a.csv", "z.csv"]
    assert "3171014107900001" not in told["text"]
    assert done.stderr == ""
    assert not list((tmp_path / folder).iterdir())  # nothing that a killed worker wrote stays


def test_a_file_deleted_during_the_scan_is_listed(files: Path, settings: Settings) -> None:
    table(files / "a.csv", 50)
    table(files / "b.csv", 50)

    def delete(progress: Progress) -> None:
        if progress.units_done == 1:
            (files / "b.csv").unlink(missing_ok=True)

    result = scan([str(files)], settings, progress=delete)
    assert reasons(result) == {"b.csv": Reason.VANISHED}
    assert result.status == "incomplete"


class BreaksOff:
    """A source whose list breaks off after one file."""

    name, schemes = "breaks-off", ("breaks-off",)

    def __init__(self, file: Path) -> None:
        self.file = file

    def check(self, target: Target) -> None:
        pass

    def units(self, target: Target, scope: object, limits: object) -> Iterator[Unit]:
        yield Unit("local", target, target.place.child("a.csv"), "file", {"path": str(self.file)}, 100)
        raise TargetError("the connection was lost; scan again")


def test_what_was_listed_before_the_list_broke_off_is_read(
    files: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    table(files / "a.csv", 30)
    monkeypatch.setattr("privacyscan.read.source_of", lambda target: BreaksOff(files / "a.csv"))
    result = scan([Target("breaks-off://x", "breaks-off://x")], settings)
    assert (result.status, [s.reason for s in result.skipped]) == ("incomplete", [Reason.UNREACHABLE])
    assert "ID_NIK" in {f.entity for f in result.findings}


def test_a_defect_of_ours_costs_one_file_and_tells_its_line(
    files: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    table(files / "a.csv", 50)
    (files / "b.csv").write_text("rusak,nik\nx,3171014107900001\n")
    whole = Detector.table

    def broken(self: Detector, part: Table, tally: AssetTally) -> None:
        if "rusak" in part.batch.schema.names:
            raise ValueError("3171014107900001")
        whole(self, part, tally)

    monkeypatch.setattr(Detector, "table", broken)
    result = scan([str(files)], settings)
    assert {f.place.path[-1] for f in result.findings} == {"a.csv"}
    assert reasons(result) == {"b.csv": Reason.ERROR}
    assert result.status == "incomplete"
    assert re.fullmatch(
        r"a defect of privacyscan; please report it \(ValueError, test_scan\.py, [0-9]+\)", result.skipped[0].message
    )


def test_who_may_reach_an_asset_is_kept_with_it(files: Path, settings: Settings) -> None:
    file = files / "warga.csv"
    table(file, 1)
    file.chmod(0o604)
    with zipfile.ZipFile(files / "a.zip", "w") as archive:
        archive.writestr("isi.txt", "NIK 3171014107900001")
    (files / "a.zip").chmod(0o600)
    assets = {"/".join(a.place.path): a.access for a in scan([str(files)], settings).assets}
    of_file, of_member = assets["warga.csv"], assets["a.zip/isi.txt"]
    assert of_file is not None
    assert of_member is not None
    assert (of_file.mode, of_file.owner, of_file.modified) == (0o604, file.owner(), file.stat().st_mtime)
    assert of_member.mode == 0o600  # a member lies as open as its archive


def test_what_is_not_reached_in_time_is_listed(
    files: Path, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for i in range(6):
        table(files / f"{i}.csv", 40, seed=i)
    (tmp_path / "lain").mkdir()
    table(tmp_path / "lain" / "a.csv", 40)
    begun = time.monotonic()

    def late(progress: Progress) -> None:
        if progress.units_done == 2:
            monkeypatch.setattr("time.monotonic", lambda: begun + 1000.0)

    result = scan([str(files), str(tmp_path / "lain")], replace(settings, timeout=900.0), progress=late)
    assert result.status == "incomplete"
    assert {f.place.path[0] for f in result.findings} == {"0.csv", "1.csv"}
    whole = [(s.place.path, s.message) for s in result.skipped if s.reason is Reason.TIMEOUT and not s.place.path]
    assert [message for _, message in whole] == [
        f"the whole scan took too long, {n} units were read; see --timeout" for n in (2, 0)
    ]
