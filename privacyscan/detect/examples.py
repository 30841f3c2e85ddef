"""The examples of rule files as tests: what a rule says it matches, and what it says it must not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from privacyscan.detect.rules import Rule, plain
from privacyscan.model import Identifier
from privacyscan.resources import folder

if TYPE_CHECKING:
    from privacyscan.rulebook import Rulebook
    from privacyscan.rulebook._yaml import Document


def mistakes(rulebook: Rulebook) -> list[str]:
    """The examples that their own rule judges otherwise, each as `file:line: what is wrong`; empty when
    all hold. The example itself is not repeated: somebody may have put in a real number."""
    return [mistake for identifier in rulebook.identifiers.values() for mistake in _of(identifier)]


def matches(rule: Rule, text: str) -> bool:
    """Whether the whole text is a value of the rule by shape and checks."""
    cell = plain(text).strip()
    found = rule.candidates(cell, whole_cell=True)
    return any(c is not None and c.start == 0 and c.end == len(cell) for c in found)


def _of(identifier: Identifier) -> list[str]:
    wrong = list(_failing(identifier))
    if not wrong:
        return []
    document = _document(identifier)
    return [document.mistake(path, what) for path, what in wrong]


def _failing(identifier: Identifier) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Where in the file each failing example stands, and what is wrong with it."""
    rule = Rule(identifier)
    for i, example in enumerate(identifier.examples_match):
        if not matches(rule, example):
            yield ("examples", "match", i), "is not matched by the patterns and checks of this file"
    for i, example in enumerate(identifier.examples_no_match):
        if matches(rule, example):
            yield ("examples", "no_match", i), "must not match, but passes the patterns and checks of this file"


def _document(identifier: Identifier) -> Document:
    """The rule file again, for its lines; of shipped rules `file` is relative to their folder."""
    from privacyscan.rulebook import _yaml

    shipped = folder("rules") / identifier.file
    path = shipped if shipped.is_file() else Path(identifier.file)
    try:
        document, _ = _yaml.read(path.read_bytes(), identifier.file)
    except OSError:  # it went away in between
        document = None
    return document if document is not None else _yaml.Document(identifier.file, None, {})
