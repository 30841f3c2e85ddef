"""Labels for runs of words by a linear-chain CRF: the best path, and how sure the model is of it.

The model adds up weights of features (`features.py`). Sums are kept per word and per pair of kinds, so a word that
was seen before costs one look-up; then whole texts go through numpy at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from privacyscan.detect.names import features
from privacyscan.detect.names.features import EDGE, Features, Kind, Word
from privacyscan.detect.names.likeness import Likeness
from privacyscan.detect.names.modelfile import Model

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

_MOST_KEPT = 50_000  # sums kept per table; when there are more, it starts anew: memory stays flat


_EDGES = 2  # between two runs: as far as a word's window reaches
_BEYOND_DOUBT = 12.0  # so far above all other labels that no neighbour changes it
_NEVER = -1e4
_ASKED = ("PER", "ADR")  # labels whose probability somebody asks for


@dataclass(frozen=True, slots=True)
class Labelled:
    """The labels of a run and, for each word, the probability of its label."""

    labels: Sequence[str]
    probabilities: Sequence[float]


class _Sums:
    """Rows of summed weights, by key; grows by doubling."""

    def __init__(self, parts: int, labels: int) -> None:
        import numpy as np

        self._shape = (parts, labels)
        self.rows = np.zeros((256, *self._shape), np.float32)
        self.places: dict[Any, int] = {}

    def add(self, keys: Sequence[Any], sums: Floats) -> None:
        """Keep `parts` rows of sums for each of the keys, none of which is known."""
        import numpy as np

        first = len(self.places)
        while first + len(keys) > len(self.rows):
            self.rows = np.concatenate([self.rows, np.zeros_like(self.rows)])
        self.rows[first : first + len(keys)] = sums.reshape(-1, *self._shape)
        self.places |= zip(keys, range(first, first + len(keys)), strict=True)


class Tagger:
    """A model, ready to label. One thread at a time: it keeps sums of what it has seen."""

    def __init__(self, model: Model) -> None:
        import numpy as np

        self.labels = model.labels
        self._transitions = model.transitions
        self._nothing = len(model.attributes)  # the row of a feature without weight
        self._weights = np.vstack([model.weights, np.zeros((1, len(model.labels)), np.float32)])
        self._places = {name: place for place, name in enumerate(model.attributes)}
        self._features = Features(Likeness(model.likeness, model.likeness_bias))
        self._forget()

    def _forget(self) -> None:
        size = len(self.labels)
        self._words, self._pairs, self._hints = _Sums(5, size), _Sums(2, size), _Sums(1, size)
        self._looks = _Sums(5, size)  # the share of a word's sums that words of its kind and likeness have in common
        self._kinds: dict[Kind, int] = {}
        self._kind_list: list[Kind] = []
        self._kind_of_word: list[int] = []
        self._learn([(EDGE, "m")])

    def label(self, runs: Sequence[Sequence[str]]) -> list[Labelled]:
        """The labels of each run, in order."""
        import numpy as np

        if max(map(len, (self._words.places, self._pairs.places, self._hints.places))) > _MOST_KEPT:
            self._forget()
        starts = np.cumsum([_EDGES] + [len(run) + _EDGES for run in runs]).tolist()
        scores, inside = self._scores(runs, starts)
        paths, chances = self._decided(scores, inside)
        return [
            Labelled([self.labels[y] for y in paths[start : start + len(run)]], chances[start : start + len(run)])
            for run, start in zip(runs, starts, strict=False)
        ]

    # -- scores of single words

    def _scores(self, runs: Sequence[Sequence[str]], starts: Sequence[int]) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """For each place and label the sum of weights, and which places hold a word.

        The runs stand behind one another with two edges between them, so no window sees two runs.
        """
        import numpy as np

        ids = np.full(starts[-1], self._words.places[EDGE, "m"], np.int64)
        inside = np.zeros(starts[-1], np.bool_)
        hints: list[tuple[int, int]] = []
        for run, found, start in zip(runs, self._word_ids(runs), starts, strict=False):
            ids[start : start + len(run)] = found
            inside[start : start + len(run)] = True
            for i, label in enumerate(features.line_labels(run)):
                if label:
                    hints.append((start + i, self._hint(label, found[i])))
        rows = self._words.rows
        scores = np.zeros((len(ids), len(self.labels)), np.float32)
        scores[2:-2] = rows[ids[2:-2], 0]
        for part, distance in enumerate(features.NEIGHBOURS, 1):
            scores[2:-2] += rows[ids[2 + distance : len(ids) - 2 + distance], part]
        pairs = self._pair_ids(ids)
        scores[1:] += self._pairs.rows[pairs, 0]
        scores[:-1] += self._pairs.rows[pairs, 1]
        if hints:
            places, sums = zip(*hints, strict=True)
            scores[list(places)] += self._hints.rows[list(sums), 0]
        return scores, inside

    def _word_ids(self, runs: Sequence[Sequence[str]]) -> list[list[int]]:
        """For each word of each run the place of its sums."""
        keys = [[*zip(map(features.normal, run), features.line_cases(run), strict=True)] for run in runs]
        places = self._words.places
        self._learn([key for key in dict.fromkeys(chain.from_iterable(keys)) if key not in places])
        return [[places[key] for key in run] for run in keys]

    def _learn(self, keys: Sequence[tuple[str, str]]) -> None:
        """Keep the sums of words that were not seen before."""
        seen = [features.edge() if key[0] == EDGE else self._features.word(*key) for key in keys]
        names = []
        for word in seen:
            names.append(features.of_letters(word.lower))
            names += [features.of_letters_beside(distance, word.lower) for distance in features.NEIGHBOURS]
            if word.kind not in self._kinds:
                self._kinds[word.kind] = len(self._kind_list)
                self._kind_list.append(word.kind)
            self._kind_of_word.append(self._kinds[word.kind])
        places = self._look_ids(seen)  # first: it may add rows
        looks = self._looks.rows[places]
        self._words.add(keys, self._sums(names).reshape(looks.shape) + looks)

    def _look_ids(self, seen: Sequence[Word]) -> list[int]:
        """For each word the place of the sums of its kind and likeness."""
        looks = [(word.kind, word.likeness) for word in seen]
        places = self._looks.places
        new = [look for look in dict.fromkeys(looks) if look not in places]
        names = []
        for kind, likeness in new:
            names.append(features.of_look(kind, likeness))
            names += [features.of_look_beside(distance, kind, likeness) for distance in features.NEIGHBOURS]
        self._looks.add(new, self._sums(names))
        return [places[look] for look in looks]

    def _pair_ids(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """For each two neighbours the place of the sums of their pair."""
        import numpy as np

        kinds = np.array([self._kind_of_word[i] for i in ids.tolist()], np.int64)
        keys, places = np.unique((kinds[:-1] << 32) | kinds[1:], return_inverse=True)
        pairs = keys.tolist()
        known = self._pairs.places
        new = [key for key in pairs if key not in known]
        names = []
        for key in new:
            left, right = self._kind_list[key >> 32], self._kind_list[key & 0xFFFFFFFF]
            names += [features.of_pair(-1, right, left), features.of_pair(1, left, right)]
        self._pairs.add(new, self._sums(names))
        return np.array([known[key] for key in pairs], np.int64)[places]

    def _hint(self, label: str, word: int) -> int:
        key = (label, self._kind_of_word[word])
        if key not in self._hints.places:
            self._hints.add([key], self._sums([features.of_label(label, self._kind_list[key[1]])]))
        return self._hints.places[key]

    def _sums(self, names: Sequence[Sequence[str]]) -> Floats:
        """For each list of features the sum of their weights."""
        import numpy as np

        if not names:
            return np.zeros((0, len(self.labels)), np.float32)
        starts = np.cumsum([0] + [len(some) for some in names[:-1]])
        nothing = repeat(self._nothing)
        rows = list(map(self._places.get, chain.from_iterable(names), nothing))
        return np.add.reduceat(self._weights[rows], starts)

    # -- paths

    def _decided(self, scores: Floats, inside: npt.NDArray[np.bool_]) -> tuple[list[int], list[float]]:
        """The best label of each place and its probability.

        Most words are outside any name beyond doubt; they part a text into short stretches, decided side by side.
        """
        import numpy as np

        outside = self.labels.index("O")
        others = np.delete(scores, outside, 1).max(1)
        open_ = inside & (scores[:, outside] - others < _BEYOND_DOUBT)
        paths = np.full(len(scores), outside, np.int64)
        chances = np.ones(len(scores), np.float32)
        stretches = _stretches(open_, inside)
        if not stretches:
            return paths.tolist(), chances.tolist()
        lengths = [end - start for start, end in stretches]
        places = np.array([start for start, _ in stretches])[:, None] + np.arange(lengths[0])
        held = np.arange(lengths[0]) < np.array(lengths)[:, None]
        places[~held] = 0
        local = scores[places]
        local[~open_[places], :outside] = local[~open_[places], outside + 1 :] = _NEVER
        found = self._paths(local, lengths)
        paths[places[held]] = found[held]
        chances[places[held]] = self._chances(local, found, lengths)[held]
        return paths.tolist(), chances.tolist()

    def _paths(self, scores: Floats, lengths: Sequence[int]) -> npt.NDArray[np.int64]:
        """The best labels of each run (Viterbi)."""
        import numpy as np

        count, width, _ = scores.shape
        going = _still_going(lengths, width)
        best, into = scores[:, 0].copy(), np.ascontiguousarray(self._transitions.T)
        back = np.zeros(scores.shape, np.int8)
        for t in range(1, width):
            n = going[t]
            ways = best[:n, None, :] + into
            back[:n, t] = ways.argmax(2)
            best[:n] = ways.max(2) + scores[:n, t]
        paths = np.zeros((count, width), np.int64)
        last = best.argmax(1)
        every = np.arange(count)
        paths[every, np.array(lengths) - 1] = last
        for t in range(width - 1, 0, -1):
            n = going[t]
            paths[:n, t - 1] = back[every[:n], t, paths[:n, t]]
        return paths

    def _chances(self, scores: Floats, paths: npt.NDArray[np.int64], lengths: Sequence[int]) -> Floats:
        """The probability of the label of each word; 1 where there is no name (nobody asks there)."""
        import numpy as np

        chances = np.ones(paths.shape, np.float32)
        asked = np.isin(paths, [i for i, label in enumerate(self.labels) if label[2:] in _ASKED])
        named = [i for i, length in enumerate(lengths) if asked[i, :length].any()]
        if named:
            some = [lengths[i] for i in named]
            chances[named] = self._marginals(scores[named], paths[named], some)
        return chances

    def _marginals(self, scores: Floats, paths: npt.NDArray[np.int64], lengths: Sequence[int]) -> Floats:
        """Forward and backward sums, scaled at each step."""
        import numpy as np

        width = scores.shape[1]
        going = _still_going(lengths, width)
        local = np.exp(scores - scores.max(2, keepdims=True))
        step = np.exp(self._transitions - self._transitions.max())
        ahead, behind = local.copy(), np.ones_like(local)
        ahead[:, 0] /= ahead[:, 0].sum(1, keepdims=True)
        for t in range(1, width):
            n = going[t]
            ahead[:n, t] *= ahead[:n, t - 1] @ step
            ahead[:n, t] /= ahead[:n, t].sum(1, keepdims=True)
        for t in range(width - 1, 0, -1):
            n = going[t]
            behind[:n, t - 1] = (behind[:n, t] * local[:n, t]) @ step.T
            behind[:n, t - 1] /= behind[:n, t - 1].sum(1, keepdims=True)
        both = ahead * behind
        both /= both.sum(2, keepdims=True)
        return np.take_along_axis(both, paths[:, :, None], 2)[:, :, 0]


def _still_going(lengths: Sequence[int], width: int) -> list[int]:
    """For each place the number of runs that reach it; the longest runs come first."""
    going, n = [], len(lengths)
    for t in range(width):
        while n and lengths[n - 1] <= t:
            n -= 1
        going.append(n)
    return going


def _stretches(open_: npt.NDArray[np.bool_], inside: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Stretches of open places with the decided words beside them, the longest first."""
    import numpy as np

    steps = np.flatnonzero(np.diff(open_.astype(np.int8)))  # edges stand at both ends, so steps come in pairs
    starts, ends = steps[::2] + 1, steps[1::2] + 1
    found = zip((starts - inside[starts - 1]).tolist(), (ends + inside[ends]).tolist(), strict=True)
    return sorted(found, key=lambda stretch: stretch[0] - stretch[1])
