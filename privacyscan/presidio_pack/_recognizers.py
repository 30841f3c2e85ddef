"""The recognisers of a pack; `privacyscan.detect.presidio` has those for pipelines that hold this package.

Presidio shows a recogniser nothing of the others, but identifiers compete. So each asks the same `Judge`, which lets
all rules compete once per text, and gives back what its own identifier won: any engine may use them, with any enhancer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from presidio_analyzer import AnalysisExplanation, AnalyzerEngine, LocalRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NoOpNlpEngine

from privacyscan.detect.resolve import winners
from privacyscan.detect.rules import CHECKED, CONTEXT, Candidate, Rule, plain
from privacyscan.model import Confidence

LANGUAGES = ("id", "en")
SCORES = {CHECKED: Confidence.CHECKED.score, CONTEXT: Confidence.CONTEXT.score}


class Judge:
    """Lets all rules compete for the parts of a text."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rule for rule in rules if any(not shape.cell for shape in rule.shapes))
        self._last: tuple[str, str, list[Candidate]] = ("", "", [])

    def winners(self, text: str, lead: str) -> list[Candidate]:
        """The claims that win; the answer for the last text is kept, because every recogniser asks for it."""
        last = self._last
        if last[:2] != (text, lead):
            shown = plain(text)
            found = [c for rule in self.rules for c in rule.candidates(shown, lead, text_shapes=True) if c is not None]
            last = self._last = (text, lead, winners(found))
        return last[2]


class RuleRecognizer(LocalRecognizer):  # type: ignore[misc]
    """One identifier as a Presidio recogniser. Scores are the documented tiers."""

    def __init__(self, entity: str, language: str, judge: Judge, name: str = "") -> None:
        super().__init__([entity], name=name or f"{entity}_{language}", supported_language=language)
        self.entity, self.judge = entity, judge

    def load(self) -> None:
        """Nothing: the rules are here."""

    def analyze(self, text: str, entities: Sequence[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        return self._found(text, "")

    def enhance_using_context(
        self,
        text: str,
        raw_recognizer_results: list[RecognizerResult],
        other_raw_recognizer_results: list[RecognizerResult],
        nlp_artifacts: Any,
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        """The same with the words that the caller gives as context: they may let another identifier win."""
        return self._found(text, " ".join(context)) if context else raw_recognizer_results

    def _found(self, text: str, lead: str) -> list[RecognizerResult]:
        return [self._result(c) for c in self.judge.winners(text, lead) if c.entity == self.entity]

    def _result(self, candidate: Candidate) -> RecognizerResult:
        score = SCORES[candidate.tier]
        return RecognizerResult(
            self.entity,
            candidate.start,
            candidate.end,
            score,
            AnalysisExplanation(self.name, score, textual_explanation=f"tier {candidate.tier}"),
            {
                RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                RecognizerResult.IS_SCORE_ENHANCED_BY_CONTEXT_KEY: True,  # no enhancer adds to a tier
            },
        )


def engine(recognizers: RecognizerRegistry) -> AnalyzerEngine:
    """A Presidio engine over a registry for these languages; downloads nothing, reads no other file."""
    nlp = NoOpNlpEngine(models=[{"lang_code": language, "model_name": ""} for language in LANGUAGES])
    nlp.load()
    return AnalyzerEngine(registry=recognizers, nlp_engine=nlp, supported_languages=list(LANGUAGES))
