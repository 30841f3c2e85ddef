"""The leaks and everyday cases of docs/risk.md as made-up scans: kinds of data and numbers of persons, no data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from privacyscan.assess import assess
from privacyscan.model import Risk
from tests.assess.made_up import BOOK, asset, finding, scan

DOC = (Path(__file__).parents[2] / "docs" / "risk.md").read_text(encoding="utf-8")
OPEN = ("world_readable", "copy_name", "export_name")  # together all points that exposure can give
_ROW = re.compile(r"\| (.+?) \| ([0-9,]+) \| ([A-Z_, ]+) \| ([0-9]+) \| ([0-9]+) \| ([a-z]+) \|")


@dataclass(frozen=True, slots=True)
class Case:
    """A row of a table in docs/risk.md."""

    name: str
    persons: int
    entities: tuple[str, ...]
    closed: int  # the score while nobody but its users can read it
    open: int  # the score of a copy that everybody can read
    level: str  # of that


def cases(section: str) -> list[Case]:
    """The rows of the table under this heading."""
    text = DOC.split(f"## {section}\n")[1].split("\n## ")[0]
    return list(_cases(text))


def _cases(text: str) -> Iterator[Case]:
    for name, persons, entities, closed, open_, level in _ROW.findall(text):
        yield Case(name, int(persons.replace(",", "")), tuple(entities.split(", ")), int(closed), int(open_), level)


def risk(case: Case, exposure: tuple[str, ...] = ()) -> Risk:
    """The risk of a scan that found just this in one file."""
    findings = [finding(e, people=case.persons) for e in case.entities]
    return assess(scan(findings, [asset(exposure=exposure)], case.persons), rulebook=BOOK).risk
