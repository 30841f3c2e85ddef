"""Borders that RE2 eats stop at the same lines as the look-arounds of Python's `re`."""

from __future__ import annotations

import random
import re

import pyarrow as pa
import pyarrow.compute as pc
import pytest
import re2

from privacyscan import rulebook
from privacyscan.detect.borders import consuming, parts

SHAPES = sorted({p.regex for i in rulebook.load().identifiers.values() for p in i.patterns if p.scope != "sentence"})
SIGNS = [*".,-+0123456789 aTU/é\uff11"]
OF_NUMBERS = [
    s for s in SHAPES if re.search(r"\[0-9\]\{[0-9,]+\}\)?(?:\(|$)", s) and not re.search(r"\(\?<?!", parts(s)[1])
]


@pytest.mark.parametrize("regex", OF_NUMBERS)
def test_a_line_has_a_shape_for_both_or_for_none(regex: str) -> None:
    chance = random.Random(regex)
    body = re.compile(parts(regex)[1])
    values = [v for v in (digits(chance) for _ in range(3000)) if body.fullmatch(v)][:40] or ["3171014107900001"]
    lines = [around(chance) + chance.choice(values) + around(chance) for _ in range(600)]
    expected = [re.search(regex, line) is not None for line in lines]
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    search = re2.compile(f"(?m){consuming(regex)}".encode(), options).search
    assert [search(line.encode()) is not None for line in lines] == expected
    assert pc.match_substring_regex(pa.array(lines), f"(?m){consuming(regex)}").to_pylist() == expected
    text = "\n".join(lines)
    starts = [text.count("\n", 0, match.start()) for match in re.finditer(regex, text)]
    assert starts == [i for i, line in enumerate(lines) for _ in re.finditer(regex, line)]


def digits(chance: random.Random) -> str:
    return "".join(chance.choices("0123456789", k=chance.choice([6, 7, 8, 10, 11, 12, 13, 15, 16, 18])))


def around(chance: random.Random) -> str:
    return "".join(chance.choices(SIGNS, k=chance.randrange(4)))
