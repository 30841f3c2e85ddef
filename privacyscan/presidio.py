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
    from presidio_anonymizer.operators import Operator


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


def anonymizers() -> list[type[Operator]]:
    """Our operators as Presidio's, each named `privacyscan_` and what policies call it. They take `key` (32 bytes, as
    `privacyscan.keys.read_key` gives them) and `purpose` beside the parameters that policies take.

    engine = AnonymizerEngine()
    for operator in anonymizers():
        engine.add_anonymizer(operator)
    engine.anonymize(text, found, {"ID_NIK": OperatorConfig("privacyscan_twin", {"key": key, "purpose": "testing"})})
    """
    from privacyscan._anonymizers import anonymizer
    from privacyscan.registry import plugins

    return [anonymizer(operator) for operator in plugins("operators").values()]


def deanonymizers() -> list[type[Operator]]:
    """Those that can be turned back, for a DeanonymizeEngine."""
    from privacyscan._anonymizers import deanonymizer
    from privacyscan.operators.encrypt import Encrypt

    return [deanonymizer(Encrypt())]
