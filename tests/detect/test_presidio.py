"""The fast path and stock Presidio over the same rules find the same."""

from __future__ import annotations

import pytest

from privacyscan import rulebook
from privacyscan.detect import Detector
from privacyscan.model import Confidence
from tests.detect.made_up import MadeUp, lines


@pytest.mark.parametrize("seed", range(3))
def test_fast_path_equals_presidio(seed: int) -> None:
    from privacyscan.presidio import analyzer

    engine, detector = analyzer(), Detector(rulebook.load().identifiers.values(), b"", names="on")
    for line in lines(seed, 1000):
        found = engine.analyze(line, language="id", score_threshold=0)  # strange names too
        reference = {(r.entity_type, r.start, r.end, r.score) for r in found}
        fast = {(s.entity, s.start, s.end, s.score) for s in detector.spans(line, running=True)}
        assert fast == reference, line


def test_analyzer_serves_any_presidio_user() -> None:
    from privacyscan.presidio import analyzer

    p = MadeUp(20)
    text = f"NIK {p.nik()}"
    for language in ("id", "en"):
        (result,) = analyzer().analyze(text, language=language)
        assert (result.entity_type, text[result.start : result.end]) == ("ID_NIK", text[4:])
        assert result.score == Confidence.CONTEXT.score
