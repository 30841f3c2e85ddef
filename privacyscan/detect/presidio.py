"""The same rules as Presidio recognisers, and Presidio's engine over them: the reference for the fast path.

Three pitfalls are avoided on purpose: the default NLP engine downloads a model (ours does nothing), the default
context enhancer needs lemmas that a blank pipeline leaves empty (ours looks at whole words in the text), and the
predefined e-mail recogniser fetches a domain list (none of the predefined ones is loaded).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from presidio_analyzer import (
    AnalysisExplanation,
    AnalyzerEngine,
    Pattern,
    PatternRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NoOpNlpEngine

from privacyscan.detect.resolve import winners
from privacyscan.detect.rules import CHECKED, CONTEXT, FAR, STRUCTURE, Candidate, Rule, plain
from privacyscan.model import Confidence

LANGUAGES = ("id", "en")
SCORES = {
    STRUCTURE: Confidence.STRUCTURE.score,
    CHECKED: Confidence.CHECKED.score,
    CONTEXT: Confidence.CONTEXT.score,
}


class RuleRecognizer(PatternRecognizer):  # type: ignore[misc]
    """One rule file as a Presidio recogniser. Scores are the documented tiers."""

    def __init__(self, rule: Rule, language: str) -> None:
        self.rule = rule
        shapes = [s for s in rule.shapes if not s.cell]
        super().__init__(
            supported_entity=rule.id,
            name=f"{rule.id}_{language}",
            patterns=[Pattern(s.pattern.name, s.pattern.regex, SCORES[STRUCTURE]) for s in shapes],
            context=list(rule.identifier.context),
            supported_language=language,
        )

    def analyze(
        self, text: str, entities: Sequence[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        return [self._result(c) for c in self.rule.candidates(plain(text)) if c is not None]

    def _result(self, candidate: Candidate) -> RecognizerResult:
        tier = candidate.tier
        return RecognizerResult(
            self.rule.id,
            candidate.start,
            candidate.end,
            SCORES[tier],
            AnalysisExplanation(self.name, SCORES[tier], textual_explanation=f"tier {tier}"),
            {
                RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                "candidate": candidate,
            },
        )


class ContextAndResolve(ContextAwareEnhancer):  # type: ignore[misc]
    """Where Presidio shows all results of a text at once: lets the words given as `context` count, then lets
    the candidates for each span compete. Results of foreign recognisers pass untouched."""

    def __init__(self) -> None:
        super().__init__(0.0, 0.0, 0, 0)

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: Any,
        recognizers: list[Any],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        lead = " ".join(context or ())
        results, foreign = {}, []
        for result in raw_results:
            candidate = (result.recognition_metadata or {}).pop("candidate", None)
            if candidate is None:
                foreign.append(result)
                continue
            if lead and candidate.distance == FAR:
                tier, distance = candidate.rule.in_context(plain(text), candidate.start, lead, candidate.tier)
                candidate = Candidate(candidate.rule, candidate.start, candidate.end, tier, distance, candidate.flags)
                result.score = SCORES[tier]
            results[id(candidate)] = (candidate, result)
        return foreign + [results[id(c)][1] for c in winners([c for c, _ in results.values()])]


def recognizers(rules: Iterable[Rule]) -> list[RuleRecognizer]:
    """The recognisers of the rules that can be found in texts, for every language of `LANGUAGES`."""
    return [RuleRecognizer(r, lang) for r in rules for lang in LANGUAGES if any(not s.cell for s in r.shapes)]


def registry(rules: Iterable[Rule]) -> RecognizerRegistry:
    """A Presidio registry that holds these recognisers and no others."""
    return RecognizerRegistry(recognizers=recognizers(rules), supported_languages=list(LANGUAGES))


def analyzer(rules: Iterable[Rule]) -> AnalyzerEngine:
    """A Presidio engine over the rules; downloads nothing, reads no other file."""
    nlp = NoOpNlpEngine(models=[{"lang_code": lang, "model_name": ""} for lang in LANGUAGES])
    nlp.load()
    return AnalyzerEngine(
        registry=registry(rules),
        nlp_engine=nlp,
        supported_languages=list(LANGUAGES),
        context_aware_enhancer=ContextAndResolve(),
        default_score_threshold=Confidence.CHECKED.score,
    )
