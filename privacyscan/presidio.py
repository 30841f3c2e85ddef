"""Indonesian recognisers for any Presidio pipeline.

from privacyscan.presidio import analyzer
analyzer().analyze("NIK 3171014107900001", language="id")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from privacyscan import rulebook
from privacyscan.detect.rules import Rule

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry


def _rules() -> list[Rule]:
    return [Rule(i) for i in rulebook.load().identifiers.values()]


def registry() -> RecognizerRegistry:
    """A registry with the Indonesian recognisers, to add your own to."""
    from privacyscan.detect.presidio import registry as build

    return build(_rules())


def analyzer() -> AnalyzerEngine:
    """A ready engine, `language="id"` or `"en"`; downloads nothing."""
    from privacyscan.detect.presidio import analyzer as build

    return build(_rules())
