"""A million made-up people from one PostgreSQL database into another, with twins: how fast, in how much memory?

    .venv/bin/python bench/pseudonymize.py [ROWS]

Starts a private server (Debian's package postgresql), fills one table of 12 columns, copies it with the policy
`testing` by one process and prints CPU seconds of its passes and its peak of memory; then by two workers beside it, and
what each of these took; then the operators alone. Ends with 1 when the copy is refused or the two are not the same.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.postgresql_million import fill, measured, server

KEY = bytes(range(32))
VALUES = 100_000


def copied(source: str, target: str, workers: str) -> None:
    """The copy itself; prints CPU seconds by pass, the peak of memory in MB, and what failed as JSON."""
    from privacyscan.pseudonymize import load_policy, pseudonymize
    from privacyscan.pseudonymize.databases._copy import Databases
    from privacyscan.settings import load

    passes: dict[str, float] = {}

    def timed(name: str, of: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(of)
        def run(*arguments: Any) -> Any:
            start = time.process_time()
            try:
                return of(*arguments)
            finally:
                passes[name] = passes.get(name, 0) + time.process_time() - start

        return run

    for name, method in {"judging": "_judged", "rewriting": "_fill", "checking": "_prove"}.items():
        setattr(Databases, method, timed(name, getattr(Databases, method)))
    result = pseudonymize(source, target, load_policy(Path("testing")), KEY, load({"workers": int(workers)}))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(json.dumps([passes, peak, result.rows, result.failures]))


def operators() -> None:
    """Values a CPU second of operators with a key."""
    from random import Random

    from privacyscan import rulebook
    from privacyscan.demo.people import population
    from privacyscan.keys import PurposeKey
    from privacyscan.registry import plugins

    nik = [p.nik for p in population(VALUES // 10, Random(1))] * 10
    identifier = rulebook.load().identifiers["ID_NIK"]
    print("\n| operator on NIK | values a CPU second |\n|---|--:|")
    for name in ("token", "encrypt", "fpe", "twin"):
        replace = plugins("operators")[name].bind(identifier, PurposeKey(KEY, "bench"), {})
        start = time.process_time()
        replace(nik, nik, [None] * len(nik))
        print(f"| {name} | {len(nik) / (time.process_time() - start):,.0f} |")


def content(url: str) -> str:
    """A hash of all rows of a copy."""
    from tests.servers import connected

    rows = "SELECT md5(string_agg(md5(p::text), '' ORDER BY id)) FROM penduduk p"
    with connected(url) as connection, connection.cursor() as cursor:
        return str(cursor.execute(rows).fetchone())


def main() -> int:
    if sys.argv[1:2] == ["copy"]:
        copied(*sys.argv[2:5])
        return 0
    rows = int(sys.argv[1]) if sys.argv[1:] else 1_000_000
    from tests.servers import new_database

    with server() as url:
        source, one, two = (new_database(url) for _ in range(3))
        fill(source, rows)
        run = [sys.executable, __file__, "copy", source]
        output, _, alone = measured([*run, one, "1"])
        passes, peak, done, failures = json.loads(output)
        _, peaks, shared = measured([*run, two, "2"])
        same = content(one) == content(two)
    print(f"{done:,} rows of 12 columns, peak {peak} MB, failures: {failures}\n")
    print("| pass | CPU s | rows a CPU second |\n|---|--:|--:|")
    for name, seconds in [*passes.items(), ("all", sum(passes.values()))]:
        print(f"| {name} | {seconds:.1f} | {done / seconds:,.0f} |")
    print(f"\none process: {sum(alone.values()):.1f} CPU s. Two workers, the same copy: {same}")
    for pid, seconds in shared.items():
        print(f"  {seconds:6.1f} CPU s, peak {peaks[pid] >> 20} MB")
    longest = max(*shared.values(), sum(shared.values()) / 2)
    print(f"on two idle cores {sum(alone.values()) / longest:.2f} times as fast as by one process")
    operators()
    return 0 if same and not failures else 1


if __name__ == "__main__":
    sys.exit(main())
