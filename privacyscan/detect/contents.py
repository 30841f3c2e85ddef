"""Columns that a rule knows by their content: names of persons and addresses, whatever the header is.

While reading, a sample decides whether a rule is in question for a column at all; where it is, every cell is read.
The verdict falls at the end, on the counts over all cells (`detect/verdicts.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from privacyscan.detect.names import together
from privacyscan.detect.names.cells import Signs, part, read
from privacyscan.detect.names.lexicons import ADDRESS_STARTS, ADDRESS_WORDS, HONORIFICS, ROLES
from privacyscan.detect.rules import CHECKED, Candidate, Rule, header_words

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from privacyscan.detect.vectors import Bools, Strings

SAMPLE = 200  # cells that decide whether a column is worth reading
DOUBT = 1.0  # log-odds that the whole column may add to what its sample says
ALIKE, ALIKE_LEAST = 0.8, 10  # share and number of cells with one first word that are names of things
BEGINNINGS = HONORIFICS | ROLES | ADDRESS_STARTS | ADDRESS_WORDS | {"apt", "rumah"}  # of names and addresses
FEW_DOUBT = 25.0  # the same for a smaller sample: few cells cost little and may mislead


@dataclass(slots=True)
class ContentTally:
    """What is known of a column's content so far."""

    signs: Signs = field(default_factory=Signs)
    out: set[str] = field(default_factory=set)  # rules that are no longer in question
    things: bool = False  # the cells begin alike, as names of things do
    least: dict[str, float] = field(default_factory=dict)  # rule -> log-odds from which a cell counts
    decided: bool = False  # by an earlier piece of the table

    @property
    def is_decided(self) -> bool:
        return self.decided or self.signs.cells >= SAMPLE

    def opened(self) -> ContentTally:
        """What another piece of the table begins with: what is decided, and nothing counted."""
        return ContentTally(out=set(self.out), things=self.things, least=dict(self.least), decided=self.is_decided)

    def merge(self, other: ContentTally) -> None:
        self.signs.merge(other.signs)
        self.out |= other.out
        self.things |= other.things


def header_odds(rule: Rule, header: str | None) -> float:
    """What the header adds to the log-odds of a rule that goes by content; `header` as `Rule.header` gives it."""
    content = rule.identifier.content
    if content is None or header is None:
        return 0.0
    if header == "-":
        return content.against
    return content.weakly if header in rule.identifier.weak_columns else content.named


def column_odds(rule: Rule, header: str | None, signs: Signs) -> float:
    """Log-odds that the column is of the rule's kind, by its content and its header."""
    return signs.log_odds(_kind(rule)) + header_odds(rule, header)


class Contents:
    """The rules that are in question for one column, while a batch of it is read."""

    def __init__(self, rules: Sequence[Rule], tally: ContentTally) -> None:
        self.rules, self.tally = rules, tally

    def __bool__(self) -> bool:
        return bool(self.rules)

    def read_together(self, texts: Strings, times: npt.NDArray[np.int64]) -> tuple[Bools, Bools, dict[Rule, Bools]]:
        """Of plain texts, each of which stands in so many cells: those that must be read one by one; those that say
        something; and for each rule those it claims."""
        reading = together.read(texts, times, self.tally.signs)
        claimed = {rule: reading.says & (reading.odds(_kind(rule)) >= self.tally.least[rule.id]) for rule in self.rules}
        return reading.left, reading.says, claimed

    def read(self, text: str, cells: int) -> list[tuple[Rule, Candidate | None]]:
        """Each rule with its claim on a cell of this text, which stands in so many cells; nothing without letters."""
        cell = read(text)
        if cell is None:
            return []
        self.tally.signs.add(cell, cells)
        start, end = part(text)
        return [
            (
                rule,
                Candidate(rule, start, end, CHECKED) if cell.odds(_kind(rule)) >= self.tally.least[rule.id] else None,
            )
            for rule in self.rules
        ]


def in_question(rules: Iterable[Rule], name: str, sample: Sequence[str], tally: ContentTally) -> Contents:
    """The rules worth reading the cells of a batch for; `sample` holds some of them, in the order of the batch."""
    left = [rule for rule in rules if rule.id not in tally.out]
    if left and not tally.is_decided:
        signs = together.signs_of(sample)
        signs.merge(tally.signs)
        if len(sample) >= SAMPLE and not signs.cells:
            return Contents([], tally)  # e-mail addresses, codes: too few others for a verdict
        words = header_words(name)
        doubt = DOUBT if signs.cells >= SAMPLE else FEW_DOUBT
        alike = _begin_alike(sample)
        tally.things |= alike
        for rule in left:
            against = signs.possible(_kind(rule)) + header_odds(rule, rule.header(words)) < -doubt
            if signs.cells and (against or alike):
                tally.out.add(rule.id)
            else:
                tally.least[rule.id] = signs.least(_kind(rule))
    return Contents([rule for rule in left if rule.id not in tally.out], tally)


def _begin_alike(cells: Sequence[str]) -> bool:
    """Whether most of the different cells begin with one word, as names of things do: `Tari Serimpi`, `Dapil Sleman 2`;
    not with what is said before names or begins an address."""
    several = [text for text in set(cells) if " " in text.strip()]
    firsts = Counter(text.split(None, 1)[0].lower().strip(".") for text in several)
    word, times = firsts.most_common(1)[0] if firsts else ("", 0)
    return times >= max(ALIKE_LEAST, ALIKE * len(set(cells))) and len(word) > 2 and word not in BEGINNINGS


def _kind(rule: Rule) -> str:
    assert rule.identifier.content is not None
    return rule.identifier.content.kind
