"""Many cells read by the model of `cells.py` at once: the same answers with vectors.

Runs of letters, dots and apostrophes are looked up once each; what their words add to a cell is kept in tables. Cells
that need more than that (numbers beside names, letters beyond ASCII, documents) are left to `cells.read`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from string import ascii_letters
from typing import TYPE_CHECKING

from privacyscan.detect.names import cells as single
from privacyscan.detect.names.cells import CLASSES, FLAGS, KINDS, Model, Signs
from privacyscan.detect.vectors import ALL, BLANK, COMMA, DIGIT, DOT, LETTER, Strings, table_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from privacyscan.detect.vectors import Bools, Rows

    Floats = npt.NDArray[np.float64]

_STREET, _PART, _OTHER, _PLACE = 1, 2, 4, 8  # what grounds an address, one bit each
_GROUNDS = {"street": _STREET, "part": _PART, "other": _OTHER, "filler": 0}
_SLASH, _BRACKET, _STRANGE_SIGN = 1, 2, 4  # kinds of bytes, beside those of `vectors.py`
FEW = 100  # cells up to which one by one is faster
_SUMS = 4 + 2 * len(KINDS)  # words, names, runs of letters, least likeness; scores and shares of each kind
_WORDS, _NAMED, _RUNS, _LEAST = range(4)
_SCORES, _SHARES = slice(4, 4 + len(KINDS)), slice(4 + len(KINDS), _SUMS)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model says of some texts: which it could not read here; which say something; log-odds of those."""

    left: Bools
    says: Bools
    person: Floats
    located: Floats

    def odds(self, kind: str) -> Floats:
        """Log-odds that a text of a column of this kind belongs to it; minus infinity where it says nothing."""
        return self.person if kind == "person" else self.located


def read(texts: Strings, times: npt.NDArray[np.int64], signs: Signs) -> Reading:
    """Read plain texts, each of which stands in so many cells; their signs are added."""
    import numpy as np

    is_key = (texts.traits & (LETTER | DIGIT | BLANK) == LETTER | DIGIT) & (texts.lengths <= single.LONGEST)
    unbroken = np.flatnonzero(is_key)
    is_key[unbroken] = texts.take(unbroken).mask(single.KEY)
    left = _left(texts) & ~is_key
    person, located = np.full((2, texts.size), -np.inf)
    letters = texts.count(LETTER)
    is_code = (4 * letters < texts.lengths) & (texts.traits & (ALL ^ (LETTER | BLANK)) > 0)
    unbroken = np.flatnonzero(~left & ~is_key & (texts.traits & BLANK == 0) & (texts.traits != LETTER))
    is_code[unbroken] |= texts.take(unbroken).mask(single.CODE)
    mine = np.flatnonzero(~left & (letters >= 2) & ~is_code & ~is_key)
    held, person_odds, located_odds = _words().read(texts.take(mine), times[mine], signs)
    mine = mine[held]
    person[mine], located[mine] = person_odds, located_odds
    says = np.zeros(texts.size, np.bool_)
    says[mine] = True
    return Reading(left, says, person, located)


def signs_of(texts: Sequence[str]) -> Signs:
    """The signs of these cells, each by itself."""
    import numpy as np
    import pyarrow as pa

    signs = Signs()
    if len(texts) <= FEW:
        for text in texts:
            if cell := single.read(text):
                signs.add(cell)
        return signs
    strings = Strings(pa.array(texts, pa.string()))
    for text in strings.take(np.flatnonzero(read(strings, np.ones(strings.size, np.int64), signs).left)).to_list():
        if cell := single.read(text):
            signs.add(cell)
    return signs


def _left(texts: Strings) -> Bools:
    """The texts that are to be read one by one."""
    import numpy as np

    trimmed = np.frombuffer(single.TRIMMED.encode(), np.uint8)  # of bytes beyond ASCII are no plain texts
    ends = np.isin(np.stack([texts.at_start(), texts.at_end()]), trimmed).any(0)
    starts = np.isin(texts.at_start(), np.frombuffer("".join(single.CODE_STARTS).encode(), np.uint8))
    has = {kind: texts.traits & kind > 0 for kind in (DIGIT, COMMA, DOT)}
    left = ends | starts | ~texts.are_plain | (texts.lengths > single.LONGEST)
    left |= has[COMMA] & ~has[DIGIT] & ~has[DOT]  # Wijaya, Budi
    odd = np.flatnonzero(~left & (texts.traits & (ALL ^ (LETTER | BLANK | DOT | COMMA)) > 0))
    some = texts.take(odd)
    left[odd] = some.mask(rf"{single.STRANGE}|(?i)^(?:v[0-9]|(?:{single.DOCUMENTS})(?:[^a-z]|$))")
    return left


class _Words:
    """What runs of letters, dots and apostrophes add to a cell, and the words at their ends. Starts anew when full."""

    def __init__(self, model: Model) -> None:
        import numpy as np

        self.model = model
        self._flag, self._letters, self._bias = map(np.array, (model.flag, model.letters, model.bias))
        self._forget()

    def _forget(self) -> None:
        import numpy as np

        self._runs: dict[str, int] = {}
        self._words: dict[str, int] = {}
        self._sums = np.zeros((0, _SUMS))  # of each run
        self._grounds = np.zeros(0, np.uint8)
        self._ends = np.zeros((0, 2), np.intp)  # its first and last word
        self._as_first, self._as_last = np.zeros((2, 0, len(KINDS)))  # what a word adds there
        self._classes = np.zeros((0, len(CLASSES)), np.int64)

    def read(self, texts: Strings, times: npt.NDArray[np.int64], signs: Signs) -> tuple[Bools, Floats, Floats]:
        """Which texts hold a word, and log-odds of these: person, address or place. Their signs are added."""
        import numpy as np

        runs, of = self._in(texts)
        counts = np.bincount(of, minlength=texts.size)
        held = counts > 0
        if not held.any():
            return held, np.zeros(0), np.zeros(0)
        texts, times, counts = texts.take(np.flatnonzero(held)), times[held], counts[held]
        starts = np.cumsum(counts) - counts
        each = self._sums[runs]
        sums, least = np.add.reduceat(each, starts), np.minimum.reduceat(each[:, _LEAST], starts)
        first, last = self._ends[runs[starts], 0], self._ends[runs[starts + counts - 1], 1]
        n, scores = sums[:, _WORDS], sums[:, _SCORES]
        z = (scores - scores.mean(1, keepdims=True)) / np.sqrt(sums[:, _RUNS])[:, None]
        letters = np.clip(np.column_stack([z, least]), -6.0, 6.0)
        flags = _flags(texts, n, sums[:, _NAMED], self.model)
        logits = self._bias + flags @ self._flag + self._as_first[first] + self._as_last[last]
        logits += sums[:, _SHARES] / n[:, None] + letters @ self._letters
        powers = np.exp(logits - logits.max(1, keepdims=True))
        person, address, located = (_log_odds(powers, kinds) for kinds in ([0], [1], [1, 2]))
        grounds = np.bitwise_or.reduceat(self._grounds[runs], starts)
        bins = len(single.BINS) + 1
        counted = [
            np.bincount(np.searchsorted(single.BINS, person, "right"), times, bins),
            np.bincount(np.searchsorted(single.BINS, address, "right"), times, bins),
            np.bincount(logits.argmax(1), times, len(KINDS)),
            np.bincount(first, times, len(self._classes)) @ self._classes,
            np.bincount(last, times, len(self._classes)) @ self._classes,
            times @ flags,
        ]
        signs.merge(
            Signs(
                int(times.sum()),
                int(times @ n),
                int(times[_is_grounded(grounds, flags)].sum()),
                int(times[_lower(texts).is_in(self.model.namesakes)].sum()),
                np.concatenate(counted).round().astype(np.int64).tolist(),
            )
        )
        return held, person, located

    def _in(self, texts: Strings) -> tuple[Rows, Rows]:
        """The runs that hold a word, in order, and of which text each is."""
        encoded, of = texts.runs(_in_run())
        ids = self._ids(encoded.dictionary.to_pylist())[encoded.indices.to_numpy()]
        wordy = self._sums[ids, _WORDS] > 0
        return ids[wordy], of[wordy]

    def _ids(self, runs: list[str]) -> Rows:
        import numpy as np

        if len(self._runs) > single.REMEMBERED:
            self._forget()
        new = [run for run in runs if run not in self._runs]
        if new:
            self._learn(new)
        return np.array([self._runs[run] for run in runs], np.intp)

    def _learn(self, runs: list[str]) -> None:
        """Keep what these runs and their words add."""
        import numpy as np

        rows, grounds, ends = [], [], []
        new: list[single.Word] = []
        for run in runs:
            found = single.WORD.findall(run)
            words = [self.model.known.get(w) or self.model.word(w) for w in found]
            self._runs[run] = len(self._runs)
            places = []
            for written, word in zip(found, words, strict=True):
                if written not in self._words:
                    self._words[written] = len(self._words)
                    new.append(word)
                places.append(self._words[written])
            ends.append((places[0], places[-1]) if places else (0, 0))
            grounds.append(_ground(words))
            rows.append(
                [
                    len(words),
                    sum(w.named for w in words),
                    sum(w.runs for w in words),
                    min((w.likeness for w in words), default=0.0),
                    *np.sum([w.scores for w in words], 0),
                    *np.sum([w.share for w in words], 0),
                ]
                if words
                else [0.0] * _SUMS
            )
        self._sums = np.concatenate([self._sums, np.array(rows)])
        self._grounds = np.concatenate([self._grounds, np.array(grounds, np.uint8)])
        self._ends = np.concatenate([self._ends, np.array(ends, np.intp)])
        if new:
            self._as_first = np.concatenate([self._as_first, np.array([w.first for w in new])])
            self._as_last = np.concatenate([self._as_last, np.array([w.last for w in new])])
            classes = np.zeros((len(new), len(CLASSES)), np.int64)
            for row, word in zip(classes, new, strict=True):
                row[list(word.classes)] = 1
            self._classes = np.concatenate([self._classes, classes])


def _ground(words: list[single.Word]) -> int:
    found = 0
    for word in words:
        found |= _GROUNDS[word.ground] | (_PLACE if single.PLACES & {*word.classes} else 0)
    return found


def _is_grounded(grounds: npt.NDArray[np.uint8], flags: Floats) -> Bools:
    import numpy as np

    both = _PART | _OTHER
    comma = flags[:, FLAGS.index("comma")] > 0
    return np.asarray((grounds & _STREET > 0) | (grounds & both == both) | (comma & (grounds & _PLACE > 0)))


def _log_odds(powers: Floats, kinds: list[int]) -> Floats:
    import numpy as np

    others = [k for k in range(len(KINDS)) if k not in kinds]
    return np.asarray(np.log((powers[:, kinds].sum(1) + 1e-12) / (powers[:, others].sum(1) + 1e-12)))


def _flags(texts: Strings, words: Floats, named: Floats, model: Model) -> Floats:
    """Which of `FLAGS` hold for each text: one row each, 0 or 1."""
    import numpy as np
    import pyarrow.compute as pc

    found = np.zeros((texts.size, len(FLAGS)))
    columns = {name: found[:, i] for i, name in enumerate(FLAGS)}
    most = len(single.COUNT_FLAG)
    by_count = np.array([*single.COUNT_FLAG, FLAGS.index("more words")])
    found[np.arange(texts.size), by_count[np.minimum(words, most).astype(np.intp)]] = 1
    numbered = np.flatnonzero(texts.traits & DIGIT > 0)
    if len(numbered):
        some = texts.take(numbered)
        columns["number"][numbered] = 1
        columns["mostly numbers"][numbered] = 2 * some.count(DIGIT) > some.lengths
        columns["number at end"][numbered] = _is_digit(some.at_end())
        columns["begins with number"][numbered] = _is_digit(some.at_start())
        columns["address part"][numbered] = some.mask(f"(?i){single.ADDRESS_PART}")
    signed = np.flatnonzero(texts.traits & (ALL ^ (LETTER | BLANK | DIGIT)) > 0)
    if len(signed):
        some = texts.take(signed)
        signs = np.bitwise_or.reduceat(_signs()[some.data], some.starts)
        columns["comma"][signed] = some.traits & COMMA > 0
        columns["dot"][signed] = some.traits & DOT > 0
        columns["slash"][signed] = signs & _SLASH > 0
        columns["bracket"][signed] = signs & _BRACKET > 0
        columns["strange sign"][signed] = signs & _STRANGE_SIGN > 0
        columns["file"][signed] = some.mask(single.FILE)
    columns["place"][:] = _lower(texts).is_in(model.places)
    title, upper, lower = (
        f(texts.cells).to_numpy(zero_copy_only=False) for f in (pc.ascii_is_title, pc.ascii_is_upper, pc.ascii_is_lower)
    )
    columns["title"][:], columns["upper"][:], columns["lower"][:] = title, upper & ~title, lower
    columns["mixed"][:] = ~(title | upper | lower)
    columns["all names"][:] = named == words
    columns["no name"][:] = (named == 0) & (words > 0)
    return found


def _lower(texts: Strings) -> Strings:
    import pyarrow.compute as pc

    return Strings(pc.ascii_lower(texts.cells))


def _is_digit(signs: npt.NDArray[np.uint8]) -> Bools:
    return (signs >= 48) & (signs <= 57)


@cache
def _in_run() -> npt.NDArray[np.int8]:
    return table_of(ascii_letters + ".'`")


@cache
def _signs() -> npt.NDArray[np.uint8]:
    """The signs that `cells.py` looks for; letters, digits, blanks and what stands inside names say nothing."""
    import numpy as np

    table = np.full(256, _STRANGE_SIGN, np.uint8)
    table[[c for c in range(128) if chr(c).isalnum() or chr(c) in "_ '`)-.,"]] = 0
    table[ord("/")], table[ord("(")] = _SLASH, _BRACKET
    return table


@cache
def _words() -> _Words:
    return _Words(single.model())
