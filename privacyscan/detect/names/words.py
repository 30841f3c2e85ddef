"""Texts as rows of numbers: each word is looked at once, then whole texts go through numpy."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

from privacyscan.detect.names import features, marks
from privacyscan.detect.names.tokens import GAP, Tokens, pieces, token

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.integer[Any]]

LONGEST = 120  # tokens labelled together
_LONG_ENOUGH = 40  # a blank line ends a run of so many tokens, so that a signature keeps the line above it


class Rows:
    """An array that grows: rows of numbers, all of one shape."""

    def __init__(self, shape: tuple[int, ...], kind: type[np.generic], empty: float = 0) -> None:
        import numpy as np

        self._empty = empty
        self.rows: npt.NDArray[Any] = np.full((256, *shape), empty, kind)

    def put(self, first: int, values: Any) -> None:
        """Keep these rows, from `first` on."""
        self.reserve(first + len(values))
        self.rows[first : first + len(values)] = values

    def reserve(self, size: int) -> None:
        """Have room for so many rows."""
        import numpy as np

        while size > len(self.rows):
            self.rows = np.concatenate([self.rows, np.full_like(self.rows, self._empty)])


class Numbers:
    """Whole numbers that are added one by one and asked for many at once."""

    def __init__(self) -> None:
        self._numbers = array("i")
        self.add = self._numbers.append

    def at(self, places: Ints) -> Ints:
        import numpy as np

        return np.frombuffer(self._numbers, np.int32)[places]


class Words:
    """Words in the form that features see (`features.normal`), numbered; and their marks."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self.list: list[str] = []
        self.marks = Numbers()

    def place(self, word: str) -> int:
        """The number of a word."""
        key = features.normal(word)
        place = self.places.get(key)
        if place is None:
            place = self.places[key] = len(self.list)
            self.list.append(key)
            self.marks.add(marks.of(word))
        return place


class Pieces(dict[str, int]):
    """Pieces of texts (`tokens.pieces`), numbered; a new one is looked at when it is first asked for."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self.tokens: list[str] = []
        self.lower: list[str] = []
        self.lengths, self.leads, self.words = Numbers(), Numbers(), Numbers()

    def __missing__(self, piece: str) -> int:
        place = len(self.tokens)
        word = token(piece)
        self.lengths.add(len(piece))
        self.leads.add(piece[0] == " " and word != GAP)  # the blank before the token
        self.words.add(self._words.place(word) if word else -1)
        self.tokens.append(word)
        self.lower.append(word.lower())
        self[piece] = place
        return place


@dataclass(frozen=True, slots=True)
class Reading:
    """Texts one behind another. Each token has a word, marks and its start and end in its text; `bounds` are the
    places where the texts begin, and the end of the last."""

    words: Ints
    marks: Ints
    bounds: Ints
    written: Sequence[str]
    lower: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]
    tongues: bytes

    def of_text(self, i: int) -> Tokens:
        """The tokens of one of the texts."""
        first, last = int(self.bounds[i]), int(self.bounds[i + 1])
        part = slice(first, last)
        lists = (self.written[part], self.lower[part], self.starts[part], self.ends[part])
        return Tokens(last - first, *lists, self.tongues[part])

    def text_at(self, place: int) -> tuple[int, int]:
        """The text that holds this token, and the place of its first token."""
        import numpy as np

        text = int(np.searchsorted(self.bounds, place, "right")) - 1
        return text, int(self.bounds[text])

    def marked(self, wanted: int) -> dict[int, list[int]]:
        """For each text that has some the places of its tokens with one of these marks."""
        import numpy as np

        places = np.flatnonzero(self.marks & wanted)
        texts = np.searchsorted(self.bounds, places, "right") - 1
        found: dict[int, list[int]] = {}
        for text, place in zip(texts.tolist(), (places - self.bounds[texts]).tolist(), strict=True):
            found.setdefault(text, []).append(place)
        return found


def read(texts: Sequence[str], known: Pieces, words: Words) -> Reading:
    """The tokens of the texts."""
    import numpy as np

    found = [pieces(text) for text in texts]
    sizes = np.cumsum([0, *map(len, found)])
    of = np.fromiter(map(known.__getitem__, chain.from_iterable(found)), np.int64, int(sizes[-1]))
    lengths, words_of = known.lengths.at(of), known.words.at(of)
    ends = np.cumsum(lengths) - np.repeat(np.cumsum([0, *map(len, texts)])[:-1], np.diff(sizes))
    is_token = words_of >= 0
    bounds = np.concatenate([[0], np.cumsum(is_token)])[sizes]
    starts = (ends - lengths + known.leads.at(of))[is_token]
    places = words_of[is_token]
    of_words = words.marks.at(places)
    kept = of[is_token].tolist()
    return Reading(
        words=places,
        marks=of_words,
        bounds=bounds,
        written=[*map(known.tokens.__getitem__, kept)],
        lower=[*map(known.lower.__getitem__, kept)],
        starts=starts.tolist(),
        ends=ends[is_token].tolist(),
        tongues=(of_words & marks.TONGUES).astype(np.uint8).tobytes(),
    )


def run_ends(found: Ints, bounds: Ints) -> Ints:
    """Where runs of tokens with these marks end: at the ends of sentences and texts and at blank lines, and when they
    get too long. A full stop ends a sentence after a word of four letters or more, before a capital."""
    import numpy as np

    stops = (found & marks.STOP) != 0
    stops[1:] &= (found[:-1] & marks.LONGER) != 0
    stops[:-1] &= (found[1:] & marks.CAPITAL) != 0
    stops[:1] = False
    last = np.zeros(len(found), np.bool_)
    last[bounds[1:][np.diff(bounds) > 0] - 1] = True
    stops[1:] &= ~last[:-1]  # nor does the first token of a text
    ends, start = [], 0
    places = np.flatnonzero(stops | last | ((found & marks.BLANK_LINE) != 0))
    for place, cuts in zip((places + 1).tolist(), (stops | last)[places].tolist(), strict=True):
        while place - start > LONGEST:
            start += LONGEST
            ends.append(start)
        if cuts or place - start >= _LONG_ENOUGH:
            start = place
            ends.append(start)
    return np.array(ends, np.int64)


def runs(tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Start and end of each run of the tokens of one text: what is labelled together, and learnt together."""
    import numpy as np

    found = np.array([*map(marks.of, tokens)], np.int64)
    yield from pairwise([0, *run_ends(found, np.array([0, len(tokens)])).tolist()])
