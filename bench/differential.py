"""Does the fast plan find what going through every cell and line finds? `python bench/differential.py --units 5000000`

Both engines read seeded corpora (`tests/detect/corpora.py`): tables in batches, texts in blocks of several sizes, JSON
files, and single nasty units under headers. Whole findings are compared: counts, tiers, places, samples, evidence,
sketches. A unit is a cell, a line, or a nasty unit. Prints what was compared; ends with 1 at any difference.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pyarrow as pa

from privacyscan import rulebook
from privacyscan.detect import AssetTally, Detector
from privacyscan.formats._blocks import text_blocks
from privacyscan.formats.json import Json
from privacyscan.model import File, Finding, Limits, Place, Table
from privacyscan.work import tallied
from tests.detect import corpora

PLACE = Place("berkas", ("t",))
BLOCKS = (1 << 10, 4 << 10, 64 << 10, 1 << 20)  # bytes of a block of text
STEPS = (37, 200, 10_000)  # rows of a batch: one by one below 257, with vectors above
SIZE = 600  # lines of a case
ROWS = 2_000  # of a table
KINDS = [*corpora.TABLES, *corpora.TEXTS, "records", "units"]
NAMED = 8  # one case in so many is asked for names, which takes both engines long


@dataclass
class Compared:
    """What a case gave: units, findings of the reference, and each difference in words."""

    kind: str
    seed: int
    units: int = 0
    findings: int = 0
    differences: list[str] = field(default_factory=list)


@cache
def engines(names: str, locations: str) -> tuple[Detector, Detector]:
    """The fast engine and the reference."""
    rules = list(rulebook.load().identifiers.values())
    return (
        Detector(rules, b"k" * 32, locations, "fast", names),
        Detector(rules, b"k" * 32, locations, "reference", names),
    )


def compared(kind: str, seed: int, size: int | None = None) -> Compared:
    """One case of that kind."""
    case, r = Compared(kind, seed), random.Random(f"{kind}-{seed}")
    size = size or (ROWS if kind in corpora.TABLES else SIZE)
    names, locations = "auto" if r.randrange(NAMED) == 0 else "off", r.choice(("first", "first", "all"))
    if kind == "units":
        _units(case, names, size)
        return case
    if kind in corpora.TABLES:
        batch, step = corpora.TABLES[kind](seed, size), r.choice(STEPS)
        case.units = _filled(batch)
        parts = [Table(PLACE, batch.slice(first, step), first) for first in range(0, size, step)]
        how = f"{step} rows at a time"
    elif kind == "records":
        content = "\n".join(map(json.dumps, corpora.records(seed, size))).encode()
        limits = Limits(batch_rows=r.choice(STEPS))
        parts = list(Json().read(File(PLACE.child("t.jsonl"), lambda: io.BytesIO(content)), limits))
        case.units = sum(_filled(part.batch) for part in parts if isinstance(part, Table))
        how = f"{limits.batch_rows} rows at a time"
    else:
        content, limits = corpora.TEXTS[kind](seed, size).encode(), Limits(block_bytes=r.choice(BLOCKS))
        parts = list(text_blocks(PLACE, [content], limits))
        case.units = content.count(b"\n") + 1
        how = f"blocks of {limits.block_bytes}"
    fast, reference = (_findings(parts, engine) for engine in engines(names, locations))
    case.findings = len(reference)
    case.differences = [f"{how}, names {names}: {d}" for d in differences(fast, reference)]
    return case


def _filled(batch: pa.RecordBatch) -> int:
    return sum(len(cells) - cells.null_count for cells in batch.columns)


def _findings(parts: list, detector: Detector) -> list[Finding]:  # type: ignore[type-arg]
    tallies: list[AssetTally] = tallied(parts, detector).assets
    return [finding for tally in tallies for finding in detector.findings(tally)]


def differences(fast: list[Finding], reference: list[Finding]) -> Iterator[str]:
    """What only one engine found, or both unlike each other, and in what."""
    if [(f.place, f.entity) for f in fast] != [(f.place, f.entity) for f in reference]:
        yield f"{len(fast)} findings fast, {len(reference)} reference"
    ours, theirs = ({(f.place, f.entity): f for f in found} for found in (fast, reference))
    for place, entity in sorted(ours.keys() | theirs.keys(), key=str):
        mine, other = ours.get((place, entity)), theirs.get((place, entity))
        if mine == other:
            continue
        if mine is None or other is None:
            yield f"{entity} in {place} only by {'the reference' if mine is None else 'the fast engine'}"
            continue
        unlike = [name for name in Finding.__dataclass_fields__ if getattr(mine, name) != getattr(other, name)]
        yield f"{entity} in {place}: {', '.join(unlike)}; {mine.matched} fast, {other.matched} reference"


def _units(case: Compared, names: str, size: int) -> None:
    """Each unit for itself, bare and under a header: every span, of whatever tier."""
    fuzz = corpora.Fuzz(case.seed)
    fast, reference = engines(names, "all")
    for unit in corpora.units(case.seed, size):
        header = fuzz.header() if fuzz.random.random() < 0.5 else ""
        mine, other = (e.spans(unit, header, running=not header and names != "off") for e in (fast, reference))
        case.units += 1
        case.findings += len(other)
        if mine != other:
            case.differences.append(f"names {names}, header {header!r}, unit {unit!r}: {mine} fast, {other} reference")


def _case(case: tuple[str, int]) -> Compared:
    return compared(*case)


def cases(kinds: Sequence[str], first_seed: int, workers: int) -> Iterator[Compared]:
    """Cases of all kinds without end."""
    with get_context("forkserver").Pool(workers) as pool:
        for seed in count(first_seed, 2 * workers):
            yield from pool.imap(_case, [(kind, s) for s in range(seed, seed + 2 * workers) for kind in kinds])


def report(totals: Mapping[str, Counter[str]]) -> int:
    """Print the table; 1 if anything differed."""
    columns = ("cases", "units", "findings", "differences")
    print(f"{'':<12}" + "".join(f"{c:>14}" for c in columns))
    for kind, total in (*totals.items(), ("all", sum(totals.values(), Counter()))):
        print(f"{kind:<12}" + "".join(f"{total[c]:>14,}" for c in columns))
    return int(any(total["differences"] for total in totals.values()))


def main() -> int:
    """Compare until so many units are done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=100_000, help="stop after so many")
    parser.add_argument("--minutes", type=float, default=1e6, help="stop after so many at the latest")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--only", action="append", choices=KINDS, help="may be repeated")
    options = parser.parse_args()
    begun, done, shown = time.monotonic(), 0, 0
    totals: dict[str, Counter[str]] = {kind: Counter() for kind in options.only or KINDS}
    for case in cases(list(totals), options.seed, options.workers):
        totals[case.kind].update(cases=1, units=case.units, findings=case.findings, differences=len(case.differences))
        for difference in case.differences:
            print(f"DIFFERENCE {case.kind}, seed {case.seed}: {difference}", flush=True)
        done += case.units
        if done // 100_000 > shown:
            shown = done // 100_000
            wrong = sum(t["differences"] for t in totals.values())
            print(f"{done:,} units, {wrong} differences, {time.monotonic() - begun:.0f} s", flush=True)
        if done >= options.units or time.monotonic() - begun > 60 * options.minutes:
            break
    return report(totals)


if __name__ == "__main__":
    sys.exit(main())
