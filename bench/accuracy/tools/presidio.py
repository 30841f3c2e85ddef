"""Stock Presidio: its English recognisers; the header is context. Without a model its engine only cuts words.

With the name of a spaCy package as argument, that package finds names as well.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import Any

import spacy
from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine
from presidio_analyzer.nlp_engine import NlpEngine, SpacyNlpEngine

NAMES = {
    "PHONE_NUMBER": "PHONE_NUMBER", "EMAIL_ADDRESS": "EMAIL_ADDRESS", "CREDIT_CARD": "CREDIT_CARD",
    "IP_ADDRESS": "IP_ADDRESS", "MAC_ADDRESS": "MAC_ADDRESS", "PERSON": "PERSON|MOTHER_MAIDEN_NAME",
    "US_BANK_NUMBER": "BANK_ACCOUNT",
    "US_PASSPORT": "ID_PASSPORT", "US_DRIVER_LICENSE": "ID_SIM",
}  # fmt: skip


class Blank(SpacyNlpEngine):
    """Words of spaCy's blank English pipeline; no model, no names."""

    def __init__(self, package: str | None) -> None:
        super().__init__(models=[{"lang_code": "en", "model_name": package or "blank"}])
        self.nlp = {"en": spacy.load(package) if package else spacy.blank("en")}

    def load(self) -> None:
        """Nothing is fetched."""


def analyzer(package: str | None) -> AnalyzerEngine:
    """Presidio as installed, except that it loads no model by itself."""
    engine: NlpEngine = Blank(package)
    return AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])


def columns(engine: BatchAnalyzerEngine, table: dict[str, Any]) -> list[Any]:
    """[column, entity, {score: cells}], each cell with its header as context."""
    counts: dict[tuple[int, str], Counter[str]] = {}
    for at, header in enumerate(table["header"]):
        context = header.lower().replace("_", " ").split()
        cells = [row[at] for row in table["rows"] if row[at].strip()]
        for found in engine.analyze_iterator(cells, language="en", context=context):
            best: dict[str, float] = {}
            for r in found:
                if r.entity_type in NAMES:
                    entity = NAMES[r.entity_type]
                    best[entity] = max(best.get(entity, 0), r.score)
            for entity, score in best.items():
                counts.setdefault((at, entity), Counter())[f"{score:.2f}"] += 1
    return [[column, entity, dict(levels)] for (column, entity), levels in counts.items()]


def spans(engine: AnalyzerEngine, text: str) -> list[Any]:
    """[start, end, entity, score] of a text."""
    found = engine.analyze(text, language="en")
    return [[r.start, r.end, NAMES[r.entity_type], r.score] for r in found if r.entity_type in NAMES]


def main() -> None:
    """Cases on stdin, answer on stdout."""
    cases = json.load(sys.stdin)
    engine = analyzer(sys.argv[1] if len(sys.argv) > 1 else None)
    tables = {t["name"]: columns(BatchAnalyzerEngine(engine), t) for t in cases["tables"]}
    json.dump({"tables": tables, "texts": {t["name"]: spans(engine, t["text"]) for t in cases["texts"]}}, sys.stdout)


if __name__ == "__main__":
    main()
