"""The same rules as Presidio recognisers, and Presidio's engine over them: the reference for the fast path.

Three pitfalls are avoided on purpose: the default NLP engine downloads a model (ours does nothing), the default
context enhancer needs lemmas that a blank pipeline leaves empty (ours looks at whole words in the text), and the
predefined e-mail recogniser fetches a domain list (none of the predefined ones is loaded).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from presidio_analyzer import (
    AnalysisExplanation,
    AnalyzerEngine,
    EntityRecognizer,
    Pattern,
    PatternRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NoOpNlpEngine

from privacyscan.detect.names.prose import ADDRESS, PERSON
from privacyscan.detect.paragraphs import Paragraphs
from privacyscan.detect.resolve import winners
from privacyscan.detect.rows import paired
from privacyscan.detect.rules import FAR, SCORES, STRUCTURE, Candidate, Rule, plain
from privacyscan.model import Confidence

LANGUAGES = ("id", "en")


class RuleRecognizer(PatternRecognizer):  # type: ignore[misc]
    """One rule file as a Presidio recogniser. Scores are the documented tiers."""

    def __init__(self, rule: Rule, language: str) -> None:
        self.rule = rule
        shapes = [s for s in rule.shapes if not s.cell]
        super().__init__(
            supported_entity=rule.id,
            name=f"{rule.id}_{language}",
            patterns=[Pattern(s.pattern.name, s.pattern.regex, SCORES[STRUCTURE]) for s in (*shapes, *rule.facts)],
            context=list(rule.identifier.context),
            supported_language=language,
        )

    def analyze(
        self, text: str, entities: Sequence[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        shown = plain(text)
        found = self.rule.candidates(shown, text_shapes=True, fields=paired(shown))
        return [_result(c, self) for c in found if c is not None]


class IdNer(EntityRecognizer):  # type: ignore[misc]
    """Person names and addresses in running text; the model is read when it is first asked."""

    def __init__(self, paragraphs: Paragraphs, language: str) -> None:
        self.paragraphs = paragraphs
        named = [entity for entity in (PERSON, ADDRESS) if entity in paragraphs.rules]
        super().__init__(supported_entities=named, name="IdNer", supported_language=language)

    def load(self) -> None:
        """Nothing: most pipelines never need the model."""

    def analyze(self, text: str, entities: Sequence[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:
        return [_result(c, self, named=True) for c in self.paragraphs.names_in([text])[0] if c.entity in entities]


def _result(candidate: Candidate, recognizer: EntityRecognizer, named: bool = False) -> RecognizerResult:
    tier = candidate.tier
    return RecognizerResult(
        candidate.entity,
        candidate.start,
        candidate.end,
        SCORES[tier],
        AnalysisExplanation(recognizer.name, SCORES[tier], textual_explanation=f"tier {tier}"),
        {
            RecognizerResult.RECOGNIZER_NAME_KEY: recognizer.name,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: recognizer.id,
            "candidate": candidate,
            "named": named,
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
        claims: list[Candidate] = []
        names: list[Candidate] = []
        results, foreign = {}, []
        for result in raw_results:
            metadata = result.recognition_metadata or {}
            candidate = metadata.pop("candidate", None)
            if candidate is None:
                foreign.append(result)
                continue
            if lead and candidate.distance == FAR and not metadata.get("named"):
                tier, distance = candidate.rule.in_context(plain(text), candidate.start, lead, candidate.tier)
                candidate = replace(candidate, tier=tier, distance=distance)
                result.score = SCORES[tier]
            (names if metadata.pop("named", False) else claims).append(candidate)
            results[id(candidate)] = result
        won = winners(claims)
        asked = {r.rule: r for r in recognizers if isinstance(r, RuleRecognizer)}
        added = Paragraphs(list(asked), "off").beside(text, won, names)
        return foreign + [results.get(id(c)) or _result(c, asked[c.rule]) for c in (*won, *added)]


def recognizers(rules: Iterable[Rule]) -> list[EntityRecognizer]:
    """The recognisers of the rules that can be found in texts, and of names, for every language of `LANGUAGES`."""
    rules = list(rules)
    in_texts = [r for r in rules if r.facts or any(not s.cell for s in r.shapes)]
    ner = [IdNer(Paragraphs(rules, "on"), lang) for lang in LANGUAGES]
    return [RuleRecognizer(r, lang) for r in in_texts for lang in LANGUAGES] + [n for n in ner if n.supported_entities]


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
