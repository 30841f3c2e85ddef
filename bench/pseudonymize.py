"""A million made-up people from one PostgreSQL database into another, with twins: how fast, in how much memory?

    .venv/bin/python bench/pseudonymize.py [ROWS]

Starts a private server (Debian's package postgresql), fills one table of 12 columns, copies it with the policy
`testing` in a process of its own, prints CPU seconds of its passes and its peak of memory; then the operators alone.
Ends with 1 when the copy is refused.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.postgresql_million import fill, server

KEY = bytes(range(32))
VALUES = 100_000


def copied(source: str, target: str) -> None:
    """The copy itself; prints CPU seconds by pass, the peak of memory in MB, and what failed as JSON."""
    from privacyscan.pseudonymize import load_policy, pseudonymize
    from privacyscan.pseudonymize.databases._copy import Databases

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
    result = pseudonymize(source, target, load_policy(Path("testing")), KEY)
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


def main() -> int:
    if sys.argv[1:2] == ["copy"]:
        copied(*sys.argv[2:4])
        return 0
    rows = int(sys.argv[1]) if sys.argv[1:] else 1_000_000
    from tests.servers import new_database

    with server() as url:
        source, target = new_database(url), new_database(url)
        fill(source, rows)
        run = [sys.executable, __file__, "copy", source, target]
        passes, peak, done, failures = json.loads(subprocess.run(run, capture_output=True, check=True).stdout)
    print(f"{done:,} rows of 12 columns, peak {peak} MB, failures: {failures}\n")
    print("| pass | CPU s | rows a CPU second |\n|---|--:|--:|")
    for name, seconds in [*passes.items(), ("all", sum(passes.values()))]:
        print(f"| {name} | {seconds:.1f} | {done / seconds:,.0f} |")
    operators()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
