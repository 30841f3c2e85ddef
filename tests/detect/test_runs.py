"""Numbers of a block that are judged together say what they say one by one."""

from __future__ import annotations

import random

import pytest

from privacyscan import rulebook
from privacyscan.detect import Detector
from privacyscan.detect import plan as plans
from privacyscan.detect.rules import Rule
from privacyscan.detect.runs import Runs
from privacyscan.detect.texts import TextTally
from privacyscan.model import Place, Text

IDENTIFIERS = rulebook.load().identifiers.values()
GLUE = (" ", "  ", ", ", ".", "-", "\n", "\n\n", "/", "+", "a", "T-", "0.", "0,", ":", "\u00e9", "\t", ",3", "(", ")")
WORDS = ("NIK", "kartu kredit", "rekening", "resi", "NIK/KK:", "surel ani@contoh.go.id", "trx", "No. HP", "bukan NIP")
STARTS = ("", "", "3171", "4", "5", "1990010120", "62812", "08", "2221", "000", "37")


def _text(random_: random.Random, size: int, words: float) -> bytes:
    """Lines of numbers of all lengths, some of them values of rules, between signs that borders forbid or allow."""
    made: list[str] = []
    length = 0
    while length < size:
        start = random_.choice(STARTS)
        number = start + "".join(random_.choices("0123456789", k=random_.randrange(1, 20)))
        if random_.random() < 0.2:
            number = random_.choice(("3171014107900001", "4532015112830366", "199001012015011001", "3174054508850002"))
        word = f" {random_.choice(WORDS)} " if random_.random() < words else ""
        made.append(word + number + random_.choice(GLUE) * (random_.random() < 0.9))
        length += len(made[-1])
    return "".join(made).encode()


def _read(detector: Detector, blocks: list[bytes]) -> TextTally:
    scanner = detector.text_scanner()
    line = character = 0
    for data in blocks:
        scanner.add(Text(Place("t", ("f",)), data, line, character))
        line, character = line + data.count(b"\n"), character + len(data.decode())
    return scanner.finish()


@pytest.mark.parametrize("words", [0.0, 0.01, 0.2])
@pytest.mark.parametrize("seed", range(4))
def test_a_text_is_told_the_same_with_and_without(monkeypatch: pytest.MonkeyPatch, seed: int, words: float) -> None:
    blocks = [_text(random.Random(100 * seed + i), 40_000, words) + b"\n" for i in range(2)]
    detector = Detector(IDENTIFIERS, b"k" * 32, "all")
    alone = _read(detector, blocks)
    monkeypatch.setattr(plans, "_MANY", 1)
    together = _read(detector, blocks)
    assert together == alone
    assert together.shapes["CREDIT_CARD"]
    assert together.shapes["ID_NIP"]


def test_numbers_that_pass_and_those_that_fail_are_told_apart() -> None:
    runs = Runs([Rule(i) for i in IDENTIFIERS])
    seen = runs.look(b"x 3171014107900001\n9971014107900001, 5\n(4532015112830366)")
    assert seen.passing == [2, 40]
    assert seen.failing == [19]
    assert dict(seen.failed([])) == {"ID_NIK": 1}
    assert dict(seen.failed([(19, 38)])) == {}


def test_most_lines_of_numbers_are_not_looked_at() -> None:
    plan = plans.Plan([Rule(i) for i in IDENTIFIERS if i.derived is None])
    data = b"9971014107900001 4532015112830367\n" * 3_000
    seen = plan.seen(data)
    assert seen is not None
    assert list(plan.lines(data, False, (), seen)) == []
    assert len(list(plan.lines(data, False))) == 3_000
