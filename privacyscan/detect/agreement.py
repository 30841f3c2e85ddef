"""Whether the cells of one row agree: a NIK says when its holder was born, and the column beside it says so too.

Such agreement is no luck: two dates agree once in twenty thousand rows. It tells a birth date under a header that says
nothing, and a NIK from a family card. Counted over some rows of a table, chosen by their number, so it does not matter
in which batches they are read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from privacyscan import batches
from privacyscan.detect.births import Teller, Told
from privacyscan.detect.cells import as_strings, clean
from privacyscan.detect.rules import Rule, core, header_words, plain
from privacyscan.model import Table

if TYPE_CHECKING:
    import pyarrow as pa

FIRST, EVERY = 500, 499  # rows that are compared: the first ones, and one in so many
DECIDED = 30  # rows after which a column of dates that agree with nothing is left alone
MOST = 16  # columns of a table that are compared
Pair = tuple[str, str, str, str]  # column and rule of a number, column and rule of what is compared with it
Said = tuple[str, Teller, Sequence[Told | None]]  # column, rule, what the rows say


@dataclass(slots=True)
class Agreement:
    """Rows in which two columns say something of a person, and how often they say the same."""

    both: int = 0
    same: int = 0
    women: int = 0  # of the same ones
    about: str = "birth"  # birth | year | sex

    def add(self, other: Agreement) -> None:
        self.both += other.both
        self.same += other.same
        self.women += other.women
        self.about = other.about if other.both else self.about

    def subtract(self, other: Agreement) -> None:
        self.both -= other.both
        self.same -= other.same
        self.women -= other.women

    @property
    def proves(self) -> bool:
        """Whether the rows agree too often for chance. Of a family the head's NIK may stand beside each member's birth
        date, so few are enough for whole dates; a year or a sex is shared by many."""
        share = self.same / max(1, self.both)
        if self.about == "birth":
            return share >= 0.5 or (share >= 0.1 and self.same >= 3)
        if self.about == "year":
            return share >= 0.8 and self.both >= 10
        return share >= 0.9 and self.both >= 20 and min(self.women, self.same - self.women) >= 3


class Comparer:
    """Counts agreement while a table is read. Built once per process; holds no data between calls."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        tellers = [Teller(rule) for rule in rules if rule.identifier.born is not None or rule.identifier.women]
        self.numbers = [t for t in tellers if t.is_number]
        self.others = [t for t in tellers if not t.is_number]

    def add(self, part: Table, agreements: dict[Pair, Agreement]) -> Mapping[str, frozenset[str]]:
        """Compare some rows of a batch. Gives back column -> the rules to count there whatever its header says,
        because its cells agree with a number or may yet do so."""
        last = part.first_row + part.batch.num_rows
        rows = [*range(part.first_row, min(FIRST, last))]
        start = max(FIRST, part.first_row)
        rows += range(start + -start % EVERY, last, EVERY)
        if rows and self.numbers:
            self._compare(part, [row - part.first_row for row in rows], agreements)
        open_ = defaultdict(set)
        for (_, _, column, rule), agreement in agreements.items():
            if agreement.proves or agreement.both < DECIDED:
                open_[column].add(rule)
        return {column: frozenset(rules) for column, rules in open_.items()}

    def _compare(self, part: Table, rows: Sequence[int], agreements: dict[Pair, Agreement]) -> None:
        texts = _texts(part, rows)
        numbers = list(_said(texts, self.numbers))[:MOST]
        if not numbers:
            return
        others = [*numbers, *list(_said(texts, self.others))[:MOST]]
        for i, (column, teller, said) in enumerate(numbers):
            for other_column, other, other_said in others[i + 1 :]:
                if column != other_column and teller is not other:
                    pair = (column, teller.rule.id, other_column, other.rule.id)
                    counted = _counted(said, other_said)
                    if counted is not None:
                        agreements.setdefault(pair, Agreement()).add(counted)


def _texts(part: Table, rows: Sequence[int]) -> dict[str, list[str]]:
    import pyarrow as pa

    texts, chosen = {}, pa.array(rows, pa.int64())
    for name, array in zip(part.batch.schema.names, part.batch.columns, strict=True):
        cells = as_strings(_chosen(array, chosen))
        if cells is not None and name not in texts:
            shown = (plain(clean(text)).strip() for text in cells.to_pylist())
            texts[name] = [text[slice(*core(text))] for text in shown]
    return texts


def _chosen(array: pa.Array, rows: pa.Array) -> pa.Array:
    import pyarrow as pa

    try:
        return array.take(rows)
    except pa.ArrowNotImplementedError:  # not for every type: views, runs
        return batches.column([array[row].as_py() for row in rows.to_pylist()])[0]


def _said(texts: Mapping[str, Sequence[str]], tellers: Sequence[Teller]) -> Iterable[Said]:
    """What the cells of the columns say; columns that say nothing are left out."""
    today = date.today()
    for column, cells in texts.items():
        words = header_words(column)
        for teller in tellers:
            if teller.rule.needs_words and teller.is_number and teller.rule.header(words) in (None, "-"):
                continue
            said = [teller.whole(cell, today) if cell else None for cell in cells]
            if any(said):
                yield column, teller, said


def _counted(said: Sequence[Told | None], other: Sequence[Told | None]) -> Agreement | None:
    """How often they say the same; None where they speak of different things."""
    both = [(a, b) for a, b in zip(said, other, strict=True) if a is not None and b is not None]
    if not both:
        return Agreement()
    a, b = both[0]
    if not b.year:
        if a.woman is None:
            return None
        same = [bool(a.woman) for a, b in both if a.woman is b.woman]
        return Agreement(len(both), len(same), sum(map(bool, same)), "sex")
    if not (a.day and b.day):
        return Agreement(len(both), sum(a.year % 100 == b.year % 100 for a, b in both), 0, "year")
    same = [bool(a.woman) for a, b in both if (a.day, a.month, a.year % 100) == (b.day, b.month, b.year % 100)]
    return Agreement(len(both), len(same), sum(same), "birth")
