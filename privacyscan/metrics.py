"""Figures of a run for Prometheus: a file for the textfile collector of its node exporter, without names or places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from privacyscan.model import Assessment
from privacyscan.outputs._figures import Figures
from privacyscan.store import write_whole


def write(path: Path, assessment: Assessment, code: int) -> None:
    """Write the file whole or not at all, so that others may read it. Raises UsageError.

    Each figure carries the name of the file as the label `scan`: the collector refuses one that two files have.
    """
    text = "\n".join((*lines(assessment, code, path.stem), ""))
    write_whole(path, [text.encode()], mode=0o644)


def lines(assessment: Assessment, code: int, name: str) -> Iterator[str]:
    """The lines of the text format, version 0.0.4."""
    scan, figures = assessment.scan, Figures(assessment)
    finished = datetime.fromisoformat(scan.finished).timestamp()
    by_reason = Counter(s.reason.value for s in figures.unread)
    versions = {"tool": scan.versions.tool, "rulebook": scan.versions.rulebook_version}
    for metric, meaning, values in (
        ("last_run_timestamp_seconds", "When the run ended.", [({}, finished)]),
        ("duration_seconds", "How long the run took.", [({}, scan.seconds)]),
        ("exit_code", "0 passed, 1 policy failed, 3 incomplete, 130 interrupted.", [({}, code)]),
        ("risk_score", "Leak risk of everything that was read, 0 to 100.", [({}, assessment.risk.score)]),
        ("persons_estimate", "Different persons, estimated.", [({}, scan.persons)]),
        ("assets", "Tables, files and members that were read.", [({}, len(scan.assets))]),
        ("assets_with_findings", "Those of them that hold personal data.", [({}, len(figures.with_findings))]),
        ("rows_read", "Rows and lines that were read.", [({}, sum(a.rows for a in scan.assets))]),
        ("bytes_read", "Bytes that were read.", [({}, sum(a.bytes for a in scan.assets))]),
        ("matched", "Values found, by kind of data.", [({"entity": c.code}, c.matched) for c in figures.by_entity]),
        ("findings", "Findings.", [({}, len(scan.findings))]),
        ("not_read", "Places in scope that were not read.", [({}, len(figures.unread))]),
        ("not_read_by_reason", "The same by reason.", [({"reason": r}, n) for r, n in sorted(by_reason.items())]),
        ("build_info", "Versions of the tool and its rules.", [(versions, 1)]),
    ):
        yield f"# HELP privacyscan_{metric} {meaning}"
        yield f"# TYPE privacyscan_{metric} gauge"
        for labels, value in values:
            told = ",".join(f'{k}="{_escaped(v)}"' for k, v in ({"scan": name} | labels).items())
            yield f"privacyscan_{metric}{{{told}}} {value}"


def _escaped(value: str) -> str:
    plain = value.encode("utf-8", "backslashreplace").decode()
    return plain.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
