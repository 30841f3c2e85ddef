"""Labels for runs of words by a linear-chain CRF: the best path, and how sure the model is of it.

The model adds up weights of features (`features.py`). Sums are kept per word and per pair of kinds, so a word that
was seen before costs next to nothing: whole texts go through numpy at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING

from privacyscan.detect.names import features, marks
from privacyscan.detect.names.features import EDGE, Features, Kind, Word
from privacyscan.detect.names.likeness import Likeness
from privacyscan.detect.names.modelfile import Model
from privacyscan.detect.names.words import Pieces, Reading, Rows, Words, read, run_ends

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from privacyscan.detect.names.words import Ints

    Floats = npt.NDArray[np.float32]
    Truths = npt.NDArray[np.bool_]

# What was seen is kept up to here, then it starts anew: memory stays flat.
_MOST_KEPT = 50_000  # words, looks, pairs
_MOST_PIECES = 100_000
_MOST_KINDS = 2_000  # as pairs see them; each two have a place

_EDGES = 2  # between two runs: as far as a word's window reaches
_BEYOND_DOUBT = 12.0  # so far above all other labels that no neighbour changes it
_NEVER = -1e4
_ASKED = ("PER", "ADR")  # labels whose probability somebody asks for
_CASES = "mUl"  # of lines: `features.line_cases`
_ANNOUNCED = ("o", "n", "t", "a", "o1", "n1", "t1", "a1")  # by labels: `features.line_labels`


@dataclass(frozen=True, slots=True)
class Labelled:
    """The labels of a run and, for each word, the probability of its label."""

    labels: Sequence[str]
    probabilities: Sequence[float]


class Tagger:
    """A model, ready to label. One thread at a time: it keeps sums of what it has seen."""

    def __init__(self, model: Model) -> None:
        import numpy as np

        self.labels = model.labels
        self._transitions = model.transitions
        self._nothing = len(model.attributes)  # the row of a feature without weight
        self._weights = np.vstack([model.weights, np.zeros((1, len(model.labels)), np.float32)])
        # rows of features by what stands before and behind the `=` of their names
        self._places: dict[str, dict[str, int]] = defaultdict(dict)
        for place, name in enumerate(model.attributes):
            what, _, value = name.partition("=")
            self._places[what][value] = place
        self._shapes = _shapes_of_pairs(self._places)
        self._likeness = Likeness(model.likeness, model.likeness_bias)
        self._likely: dict[str, int] = {}  # of the words that are learnt just now
        self._features = Features(self._likely.__getitem__)
        self._forget()

    def _forget(self) -> None:
        import numpy as np

        size = len(self.labels)
        self._words = Words()
        self._pieces = Pieces(self._words)
        self._rows = Rows((len(_CASES),), np.int32, -1)  # of each word in a line of each case: the place of its sums
        self._sums = Rows((5, size), np.float32)
        self._kinds = Rows((2,), np.int32)  # of the same: its kind, and its kind as pairs see it
        self._kept = 0
        self._looks = dict[tuple[Kind, str], int]()
        self._look_sums = Rows((5, size), np.float32)  # what words of one kind and likeness have in common
        self._numbers = dict[Kind, tuple[int, int]]()  # of kinds: the place in each of the two lists
        self._kind_list, self._paired_list = list[Kind](), list[Kind]()
        self._paired_places = dict[Kind, int]()
        self._pairs = np.full((256, 256), -1, np.int32)
        self._pair_sums, self._pairs_kept = Rows((2, size), np.float32), 0
        self._hints, self._hint_sums = dict[tuple[int, int], int](), Rows((size,), np.float32)
        self._edge = int(self._rows_of(np.array([self._words.place(EDGE)]), np.array([_CASES.index("m")]))[0])

    def read(self, texts: Sequence[str]) -> tuple[Reading, list[tuple[str, int, int, float]]]:
        """The tokens of texts that have nothing to do with each other, and the people and addresses in them: name of
        the label, first token, token behind the last, and the smallest probability of a token."""
        self._make_room()
        reading = read(texts, self._pieces, self._words)
        ends = run_ends(reading.marks, reading.bounds)
        return reading, list(self._spans(*self._labelled(reading.words, reading.marks, ends), ends))

    def _spans(self, found: Ints, chances: Floats, ends: Ints) -> Iterator[tuple[str, int, int, float]]:
        """Spans of words that are labelled alike: B- and I- of one name, never beyond a run."""
        import numpy as np

        names = [label[2:] for label in self.labels]
        number = np.array([names.index(name) for name in names])[found]
        begins = np.array([label[0] == "B" for label in self.labels])[found]
        begins[1:] |= number[1:] != number[:-1]
        begins[ends[:-1]] = True
        places = np.flatnonzero(found != self.labels.index("O"))
        if not len(places):
            return
        firsts = np.flatnonzero(begins[places] | (places == 0))
        lasts = places[np.append(firsts[1:], len(places)) - 1]
        least = np.minimum.reduceat(chances[places], firsts)
        for name, start, last, chance in zip(
            number[places[firsts]].tolist(), places[firsts].tolist(), lasts.tolist(), least.tolist(), strict=True
        ):
            if names[name] in _ASKED:
                yield names[name], start, last + 1, chance

    def label(self, runs: Sequence[Sequence[str]]) -> list[Labelled]:
        """The labels of each run of tokens, in order."""
        import numpy as np

        self._make_room()
        words = np.array([*map(self._words.place, chain.from_iterable(runs))], np.int64)
        ends = np.cumsum([len(run) for run in runs], dtype=np.int64)
        found, chances = self._labelled(words, self._words.marks.at(words), ends[np.diff(ends, prepend=0) > 0])
        labels = [self.labels[y] for y in found.tolist()]
        return [
            Labelled(labels[end - len(run) : end], chances[end - len(run) : end].tolist())
            for run, end in zip(runs, ends.tolist(), strict=True)
        ]

    def _make_room(self) -> None:
        many = max(self._kept, len(self._looks), self._pairs_kept, len(self._hints)) > _MOST_KEPT
        if many or len(self._paired_list) > _MOST_KINDS:
            self._forget()
        elif len(self._pieces) > _MOST_PIECES:
            self._pieces = Pieces(self._words)

    def _labelled(self, words: Ints, found: Ints, ends: Ints) -> tuple[Ints, Floats]:
        """The label of each word and its probability. `found` are their marks, `ends` where the runs end.

        The runs stand behind one another with edges between them, so no window sees two runs.
        """
        import numpy as np

        lengths = np.diff(ends, prepend=0)
        places = np.arange(len(words)) + np.repeat(np.arange(1, len(ends) + 1) * _EDGES, lengths)
        inside = np.zeros(len(words) + (len(ends) + 1) * _EDGES, np.bool_)
        inside[places] = True
        lines = _Lines(found, ends)
        rows = np.full(len(inside), self._edge, np.int64)
        rows[places] = self._rows_of(words, lines.cases())
        scores = self._scores(rows)
        hinted, hints = lines.hints()
        hinted = places[hinted]
        of_hints = self._hint_places(hints, self._kinds.rows[rows[hinted], 0])  # first: it may add rows
        scores[hinted] += self._hint_sums.rows[of_hints]
        found_labels, chances = self._decided(scores, inside)
        return found_labels[places], chances[places]

    # -- scores of single words

    def _scores(self, rows: Ints) -> Floats:
        """For each place and label the sum of weights."""
        import numpy as np

        size = len(self.labels)
        sums = self._sums.rows.reshape(-1, size)
        scores = np.zeros((len(rows), size), np.float32)
        scores[2:-2] = sums[rows[2:-2] * 5]
        for part, distance in enumerate(features.NEIGHBOURS, 1):
            scores[2:-2] += sums[rows[2 + distance : len(rows) - 2 + distance] * 5 + part]
        kinds = self._kinds.rows[rows, 1]
        pairs = self._pair_places(kinds[:-1], kinds[1:]) * 2
        sums = self._pair_sums.rows.reshape(-1, size)
        scores[1:] += sums[pairs]
        scores[:-1] += sums[pairs + 1]
        return scores

    def _rows_of(self, words: Ints, cases: Ints) -> Ints:
        """For each word in a line of that case the place of its sums."""
        import numpy as np

        self._rows.reserve(len(self._words.list))
        keys = words * len(_CASES) + cases
        known = self._rows.rows.reshape(-1)
        found: Ints = known[keys]
        if (found >= 0).all():
            return found
        new = _distinct(keys[found < 0])
        self._learn([(self._words.list[key // len(_CASES)], _CASES[key % len(_CASES)]) for key in new.tolist()])
        known[new] = np.arange(self._kept - len(new), self._kept)
        return self._rows_of(words, cases)

    def _learn(self, keys: Sequence[tuple[str, str]]) -> None:
        """Keep the sums of words in lines of a case that were not seen before."""
        words = {features.word_key(word) for word, _ in keys}
        self._likely.update(self._likeness.of_each([word for word in words if word.isalpha()]))
        seen = [features.edge() if word == EDGE else self._features.word(word, line) for word, line in keys]
        self._likely.clear()
        looks = self._look_places(seen)  # first: it may add rows
        self._sums.put(self._kept, self._letter_sums([word.lower for word in seen]) + self._look_sums.rows[looks])
        self._kinds.put(self._kept, [self._numbers.get(word.kind) or self._number(word.kind) for word in seen])
        self._kept += len(keys)

    def _letter_sums(self, words: Sequence[str]) -> Floats:
        """For each word in lower case the sums of its letters, for itself and for its neighbours."""
        import numpy as np

        sums = np.empty((len(words), 1 + len(features.NEIGHBOURS), len(self.labels)), np.float32)
        sums[:, 0] = self._sums_of(features.letters(words)) + self._gram_sums(words)
        for part, distance in enumerate(features.NEIGHBOURS, 1):
            sums[:, part] = self._sums_of(features.letters_beside(distance, words))
        return sums

    def _sums_of(self, found: Iterable[tuple[str, Sequence[str]]]) -> Floats:
        """For each word the sum of features that each word has one of: their names and, for each word, values."""
        import numpy as np

        rows = [[*map(self._places[name].get, values, repeat(self._nothing))] for name, values in found]
        sums: Floats = self._weights[np.array(rows)].sum(0)
        return sums

    def _gram_sums(self, words: Sequence[str]) -> Floats:
        """For each word the sum of what is left: its grams, its length, and what all words share."""
        import numpy as np

        shared, lengths = self._place("b"), [self._place(f"L{n}") for n in range(features.LONGEST + 1)]
        known = self._places["g"]
        rows: list[int] = []
        starts = []
        for word in words:
            starts.append(len(rows))
            rows += [known[gram] for gram in features.grams(word) if gram in known]
            rows += (shared, lengths[features.length(word)])
        return np.add.reduceat(self._weights[rows], starts)

    def _look_places(self, seen: Sequence[Word]) -> list[int]:
        """For each word the place of the sums of its kind and likeness."""
        looks = [(word.kind, word.likeness) for word in seen]
        places = self._looks
        new = [look for look in dict.fromkeys(looks) if look not in places]
        names = []
        for kind, likeness in new:
            names.append(features.of_look(kind, likeness))
            names += [features.of_look_beside(distance, kind, likeness) for distance in features.NEIGHBOURS]
        self._look_sums.put(len(places), self._sum(names).reshape(-1, 1 + len(features.NEIGHBOURS), len(self.labels)))
        places |= zip(new, range(len(places), len(places) + len(new)), strict=True)
        return [places[look] for look in looks]

    def _number(self, kind: Kind) -> tuple[int, int]:
        """Number a new kind, and all that pairs see of it: not the line, nor a shape without weight."""
        paired = Kind("", kind.shape if kind.shape in self._shapes else "", kind.classes)
        place = self._paired_places.setdefault(paired, len(self._paired_list))
        if place == len(self._paired_list):
            self._paired_list.append(paired)
        self._kind_list.append(kind)
        numbers = self._numbers[kind] = len(self._kind_list) - 1, place
        return numbers

    def _pair_places(self, left: Ints, right: Ints) -> Ints:
        """For each two neighbours the place of the sums of their pair."""
        import numpy as np

        while len(self._paired_list) > len(self._pairs):
            self._pairs = np.pad(self._pairs, (0, len(self._pairs)), constant_values=-1)
        found = self._pairs[left, right]
        if (found >= 0).all():
            return found
        new = _distinct(left[found < 0].astype(np.int64) << 32 | right[found < 0])
        lefts, rights = new >> 32, new & 0xFFFFFFFF
        names = []
        for a, b in zip(lefts.tolist(), rights.tolist(), strict=True):
            one, other = self._paired_list[a], self._paired_list[b]
            names += [features.of_pair(-1, other, one), features.of_pair(1, one, other)]
        self._pair_sums.put(self._pairs_kept, self._sum(names).reshape(-1, 2, len(self.labels)))
        self._pairs[lefts, rights] = np.arange(self._pairs_kept, self._pairs_kept + len(new))
        self._pairs_kept += len(new)
        return self._pairs[left, right]

    def _hint_places(self, announced: Ints, kinds: Ints) -> Ints:
        """For each word under a label the place of the sums of what is announced and its kind."""
        import numpy as np

        keys, places = np.unique(kinds * len(_ANNOUNCED) + announced, return_inverse=True)
        pairs = [divmod(key, len(_ANNOUNCED)) for key in keys.tolist()]
        known = self._hints
        new = [pair for pair in pairs if pair not in known]
        sums = self._sum([features.of_label(_ANNOUNCED[hint], self._kind_list[kind]) for kind, hint in new])
        self._hint_sums.put(len(known), sums)
        known |= zip(new, range(len(known), len(known) + len(new)), strict=True)
        return np.array([known[pair] for pair in pairs], np.int64)[places]

    def _sum(self, names: Sequence[Sequence[str]]) -> Floats:
        """For each list of features the sum of their weights."""
        import numpy as np

        if not names:
            return np.zeros((0, len(self.labels)), np.float32)
        starts = np.cumsum([0] + [len(some) for some in names[:-1]])
        return np.add.reduceat(self._weights[[*map(self._place, chain.from_iterable(names))]], starts)

    def _place(self, name: str) -> int:
        what, _, value = name.partition("=")
        return self._places[what].get(value, self._nothing)

    # -- paths

    def _decided(self, scores: Floats, inside: Truths) -> tuple[Ints, Floats]:
        """The best label of each place and its probability.

        Most words are outside any name beyond doubt; they part a text into short stretches, decided side by side.
        """
        import numpy as np

        outside = self.labels.index("O")
        others = np.delete(scores, outside, 1).max(1)
        open_ = inside & (scores[:, outside] - others < _BEYOND_DOUBT)
        labels = np.full(len(scores), outside, np.int64)
        chances = np.ones(len(scores), np.float32)
        starts, lengths = _stretches(open_, inside)
        if not len(starts):
            return labels, chances
        side = _SideBySide(lengths)
        places = starts[side.runs] + side.steps
        local = np.ascontiguousarray(scores[places].T)
        local[np.ix_(np.arange(len(local)) != outside, ~open_[places])] = _NEVER
        found = self._paths(local, side)
        labels[places] = found
        asked = np.isin(found, [i for i, label in enumerate(self.labels) if label[2:] in _ASKED])
        named = np.bincount(side.runs[asked], minlength=len(starts)) > 0
        some = named[side.runs]  # nobody asks how sure the others are
        if some.any():
            chances[places[some]] = self._chances(local[:, some], found[some], _SideBySide(lengths[named]))
        return labels, chances

    def _paths(self, scores: Floats, side: _SideBySide) -> Ints:
        """The best labels of each stretch (Viterbi)."""
        import numpy as np

        best, steps = scores.copy(), self._transitions[:, :, None]
        for before, now in side.pairs():
            best[:, now] += (best[:, None, before] + steps).max(0)
        found = np.zeros(scores.shape[1], np.int64)
        label = best[:, side.lasts].argmax(0)
        for before, now in reversed([*side.pairs()]):
            n = now.stop - now.start
            found[now] = label[:n]
            label[:n] = (best[:, before] + self._transitions[:, label[:n]]).argmax(0)
        found[: len(label)] = label
        return found

    def _chances(self, scores: Floats, found: Ints, side: _SideBySide) -> Floats:
        """The probability of each label found: forward and backward sums, scaled at each step."""
        import numpy as np

        local = np.exp(scores - scores.max(0))
        step = np.exp(self._transitions - self._transitions.max())
        ahead, behind = local.copy(), np.ones_like(local)
        ahead[:, side.first] /= ahead[:, side.first].sum(0)
        for before, now in side.pairs():
            sums = ahead[:, now] * (step.T @ ahead[:, before])
            ahead[:, now] = sums / sums.sum(0)
        for before, now in reversed([*side.pairs()]):
            sums = step @ (behind[:, now] * local[:, now])
            behind[:, before] = sums / sums.sum(0)
        both = ahead * behind
        chances: Floats = both[found, np.arange(len(found))] / both.sum(0)
        return chances


class _SideBySide:
    """Stretches of words, the longest first, as one row: the first words of all, the second words of those that have
    one, and so on. So no place is lost, and each step is one slice."""

    def __init__(self, lengths: Ints) -> None:
        import numpy as np

        reaching = np.searchsorted(-lengths, -np.arange(lengths[0]))  # stretches longer than each step
        begins = np.cumsum(reaching) - reaching
        self._reaching, self._begins = reaching.tolist(), begins.tolist()
        self.first = slice(0, len(lengths))
        self.steps = np.repeat(np.arange(lengths[0]), reaching)  # of each place
        self.runs = np.arange(len(self.steps)) - begins[self.steps]  # the stretch of each place
        self.lasts = begins[lengths - 1] + np.arange(len(lengths))  # the last place of each stretch

    def pairs(self) -> Iterator[tuple[slice, slice]]:
        """For each step but the first the places of the words before it, and of its own."""
        sizes = zip(self._begins, self._begins[1:], self._reaching[1:], strict=False)
        return ((slice(before, before + n), slice(now, now + n)) for before, now, n in sizes)


class _Lines:
    """The lines of runs of words, by the marks of the words: how they are written and what their labels announce."""

    def __init__(self, found: Ints, ends: Ints) -> None:
        import numpy as np

        is_last = (found & marks.LINE_END) != 0
        is_last[ends - 1] = True
        self._marks, self._ends = found, np.flatnonzero(is_last) + 1
        self._lengths = np.diff(self._ends, prepend=0)
        self._starts = self._ends - self._lengths

    def cases(self) -> Ints:
        """For each word the place in _CASES of how its line is written (`features.line_cases`)."""
        import numpy as np

        letters = self._count(marks.LETTERS)
        in_capitals = self._count(marks.LETTERS | marks.CAPITALS) > 0.7 * letters
        is_lower = (letters > 0) & (self._count(marks.LETTERS | marks.CAPITAL) == 0)
        return np.repeat(np.where(in_capitals, 1, np.where(is_lower, 2, 0)), self._lengths)

    def _count(self, wanted: int) -> Ints:
        import numpy as np

        if not len(self._starts):
            return self._starts
        return np.add.reduceat(((self._marks & wanted) == wanted).astype(np.int64), self._starts)

    def hints(self) -> tuple[Ints, Ints]:
        """Words behind a label and a colon, and places in _ANNOUNCED of what it announces (`features.line_labels`)."""
        import numpy as np

        colons = np.flatnonzero(self._marks & marks.COLON)
        lines = np.searchsorted(self._ends, colons, "right")
        is_first = np.diff(lines, prepend=-1) > 0
        colons, lines = colons[is_first], lines[is_first]
        before, behind = colons - self._starts[lines], self._ends[lines] - colons - 1
        is_label = (before > 0) & (before < features.LABEL) & (behind > 0)
        colons, behind, starts = colons[is_label], behind[is_label], self._starts[lines[is_label]]
        if not len(colons):
            return colons, colons
        words = np.bitwise_or.reduceat(self._marks, np.stack([starts, colons], 1).reshape(-1))[::2]
        what = np.where(words & marks.OF_NAME, 1, 0)
        what[(words & marks.OF_THING) != 0] = 2
        what[(words & marks.OF_ADDRESS) != 0] = 3
        firsts = np.cumsum(behind) - behind
        places = np.arange(behind.sum()) + np.repeat(colons + 1 - firsts, behind)
        announced = np.repeat(what, behind)
        announced[firsts] += 4
        return places, announced


def _distinct(numbers: Ints) -> Ints:
    """Each number once, in order. `np.unique` takes ten times as long."""
    import numpy as np

    numbers = np.sort(numbers)
    return numbers[np.diff(numbers, prepend=-1) > 0]


def _shapes_of_pairs(places: dict[str, dict[str, int]]) -> frozenset[str]:
    """All shapes that a feature of a pair may speak of; the names hold two, one behind the other."""
    names = [*places["-1s"], *places["1s"]]
    return frozenset(part for name in names for i in range(1, len(name)) for part in (name[:i], name[i:]))


def _stretches(open_: Truths, inside: Truths) -> tuple[Ints, Ints]:
    """Starts and lengths of stretches of open places with the decided words beside them, the longest first."""
    import numpy as np

    steps = np.flatnonzero(np.diff(open_.astype(np.int8)))  # edges stand at both ends, so steps come in pairs
    starts, ends = steps[::2] + 1, steps[1::2] + 1
    starts, ends = starts - inside[starts - 1], ends + inside[ends]
    order = np.argsort(starts - ends, kind="stable")
    return starts[order], (ends - starts)[order]
