"""Kill scans at random moments, resume them, and hold the results against an undisturbed one: `python bench/resume.py`.

Made-up data: small files, a large CSV that is read in pieces, and an SQLite database. Each scan is the real program and
dies by SIGKILL. After that the cost of the journal: CPU seconds of scans with and without it, in turn.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.detect.made_up import MadeUp

PROGRAM = [sys.executable, "-m", "privacyscan"]
LARGE = 180_000  # rows of the large table: two pieces of 8 MB beside the first
WITHOUT = """
import sys
from privacyscan import journal, store
from privacyscan.settings import load
from privacyscan.scan import scan
settings = load({"workers": 1})
log = journal.begin(settings.state, store.key(settings.state), {}) if sys.argv[1] == "with" else None
scan(sys.argv[2:], settings, journal=log)
"""


def build(folder: Path, files: int, large: int) -> list[str]:
    """The targets."""
    p, share = MadeUp(1), folder / "berkas"
    share.mkdir()
    rows = [(p.nik(), p.phone(), p.email()) for _ in range(2000)]
    lines = [",".join(row) for row in rows]
    for i in range(files):
        few = [lines[(7 * i + j) % len(lines)] for j in range(40)]
        (share / f"{i:05}.csv").write_text("\n".join(["nik,hp,surel", *few]) + "\n")
    if large:
        (share / "besar.csv").write_text(
            "\n".join(["nik,hp,surel", *(lines[i % len(lines)] for i in range(large))]) + "\n"
        )
    with sqlite3.connect(folder / "layanan.db") as database:
        for table in ("pemohon", "petugas", "tamu"):
            database.execute(f"CREATE TABLE {table} (nik TEXT, hp TEXT, surel TEXT)")
            database.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", rows)
    return ["berkas", "sqlite:///layanan.db"]


def stored(folder: Path) -> Any:
    """scan.json without ids, times and earlier runs."""
    found = json.loads((folder / "scan.json").read_text())
    for name in ("id", "started", "finished", "settings"):
        del found["run"][name]
    del found["summary"]["seconds"]
    found.pop("trend", None)
    return found


def killed(arguments: list[str], seconds: float, folder: Path) -> bool:
    """Start a scan and kill it after so many seconds; False: it was done by then."""
    running = subprocess.Popen([*PROGRAM, *arguments], cwd=folder, stderr=subprocess.DEVNULL)
    try:
        running.wait(seconds)
    except subprocess.TimeoutExpired:
        running.send_signal(signal.SIGKILL)
        running.wait()
        return True
    return False


def kill_and_resume(kills: int, files: int, folder: Path) -> None:
    given = ["scan", *build(folder, files, LARGE), "--format", "json", "--quiet"]
    begun = time.monotonic()
    subprocess.run([*PROGRAM, *given, "--output", "utuh"], cwd=folder, check=False)
    whole, took = stored(folder / "utuh"), time.monotonic() - begun
    state = Path(os.environ["XDG_STATE_HOME"]) / "privacyscan"
    done = 0
    while done < kills:
        workers, seconds = str(1 + done % 2), random.uniform(0, took)
        if not killed([*given, "--workers", workers, "--output", f"k{done}"], seconds, folder):
            continue
        left = list(state.glob("*.journal"))
        again = [*PROGRAM, "scan", "--resume", "last", "--quiet", "--workers", workers] if left else [*PROGRAM, *given]
        if not left:  # it died before it had read anything
            again += ["--output", f"k{done}"]
        size = left[0].stat().st_size if left else 0
        subprocess.run(again, cwd=folder, check=False)
        same = stored(folder / f"k{done}") == whole
        print(
            f"{done:2} {workers} workers, killed after {seconds:5.1f} s, journal {size:9,} bytes: same {same}",
            flush=True,
        )
        assert same
        assert not list(state.glob("*.journal"))
        done += 1


def cost(files: int, rounds: int, folder: Path) -> None:
    targets = build(folder, files, 0)
    seconds: dict[str, list[float]] = {"with": [], "without": []}
    for _ in range(rounds):
        for how, took in seconds.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, "-c", WITHOUT, how, *targets], cwd=folder, check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    least = {how: min(took) for how, took in seconds.items()}
    print(f"{files} files: {least['with']:.2f} CPU s with a journal, {least['without']:.2f} without: "
          f"{least['with'] / least['without']:.3f}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--files", type=int, default=60)
    parser.add_argument("--tree", type=int, default=3000, help="files of the tree by which the cost is measured")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    for what, arguments in ((kill_and_resume, (given.kills, given.files)), (cost, (given.tree, given.rounds))):
        with tempfile.TemporaryDirectory() as folder:
            os.environ["XDG_STATE_HOME"] = str(Path(folder) / "state")
            if arguments[0]:
                what(*arguments, Path(folder))


if __name__ == "__main__":
    main()
