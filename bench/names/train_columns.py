"""Fit the weights of the column model: rules/models/columns.json.

    .venv/bin/python bench/names/train_columns.py CORPORA [--seed N] [--output FILE]

CORPORA is the folder with `idner-news-2k`, `nergrit-indonlu` and `schools-mit`. The same corpora, seed and versions of
scikit-learn and Faker give the same file. How it works and what it may be used for stands in rules/models/columns.md.
"""

# ruff: noqa: E402 - the checkout comes before what is installed

from __future__ import annotations

import argparse
import json
import sys
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from training_cells import STYLES, Cells, corpora

from privacyscan.detect.names import cells as product

SIZE = 1 << 15  # hashed runs of letters
PER_KIND = 14_000  # cells of each kind and fold
HIDDEN = 35  # of a hundred listed names that a fold does not know: names will come that no list holds
COLUMNS = 9000
LENGTHS = (12, 25, 60, 150)


def letters_matrix(texts: Sequence[str]) -> csr_matrix:
    """One row a text: its runs of letters, each 1/sqrt(all of them)."""
    indices: list[int] = []
    values: list[float] = []
    ends = [0]
    for text in texts:
        runs = [h for w in product.WORD.findall(text) for h in product.runs(product.plain_word(w), SIZE)]
        indices += runs
        values += [1 / max(1, len(runs)) ** 0.5] * len(runs)
        ends.append(len(indices))
    matrix = csr_matrix((np.array(values, np.float32), indices, ends), (len(texts), SIZE))
    matrix.sum_duplicates()
    return matrix


def fit_letters(texts: Sequence[str], kinds: Sequence[int]) -> np.ndarray:
    """Weights (SIZE, kinds) of runs of letters."""
    fitted = LogisticRegression(C=3.0, max_iter=120).fit(letters_matrix(texts), kinds)
    return np.asarray(fitted.coef_.T)


def quantised(weights: np.ndarray) -> tuple[str, float]:
    scale = float(np.quantile(np.abs(weights), 0.9995)) / 127
    return b64encode(np.clip(np.rint(weights / scale), -127, 127).astype(np.int8).tobytes()).decode(), scale


def weights(letters: np.ndarray, cell: Any = None, bias: Any = None, column: Any = ()) -> dict[str, Any]:
    """The contents of the model file."""
    text, scale = quantised(letters)
    cell = np.zeros((len(product.KINDS), len(product.FEATURES))) if cell is None else cell
    bias = np.zeros(len(product.KINDS)) if bias is None else bias
    return {
        "kinds": product.KINDS,
        "features": product.FEATURES,
        "signs": product.SIGNS,
        "runs": SIZE,
        "scale": round(scale, 8),
        "cell_bias": [round(float(x), 4) for x in bias],
        "cell": [[round(float(x), 4) for x in row] for row in cell],
        "column": column,
        "letters": text,
    }


class Learner(product.Model):
    """A model that does not know some of the listed names, as the product will not know some that it meets."""

    def __init__(self, contents: dict[str, Any], salt: str) -> None:
        super().__init__(contents)
        self.salt = salt

    def classes(self, written: str, key: str) -> list[int]:
        found = super().classes(written, key)
        if found[0] < product._NAMES and crc32((self.salt + key).encode()) % 100 < HIDDEN:
            found = [c for c in found if c >= product._NAMES] or [product.CLASSES.index("unknown")]
        return found


def sampled(makers: Cells, n: int, r: Random) -> Iterator[tuple[str, int]]:
    """Cells of every kind, in all ways of writing."""
    for number, kind in enumerate(product.KINDS):
        of_kind = makers.kinds()[kind]
        for maker, _ in r.choices(of_kind, [w for _, w in of_kind], k=n):
            yield r.choice(STYLES)(maker()), number


def columns(makers: Cells, n: int, r: Random) -> Iterator[tuple[list[str], int]]:
    """Columns with their decision, pure ones and mixed ones."""
    kinds = makers.kinds()
    pick = lambda kind: r.choices([m for m, _ in kinds[kind]], [w for _, w in kinds[kind]])[0]  # noqa: E731
    for _ in range(n):
        length, style, x = r.choice(LENGTHS), r.choice(STYLES), r.random()
        decision = r.choices((0, 1, 2), (3, 3, 7))[0]
        if decision == 2:
            makers_here = [pick(r.choice(("place", "organisation", "other", "other")))]
            if x < 0.2:
                makers_here.append(pick(r.choice(("place", "organisation", "other"))))
            share = 1.0 if len(makers_here) == 1 else r.random()
        else:
            makers_here = [pick("person" if decision == 0 else "address")]
            share = 1.0
            if x < (0.35 if decision == 0 else 0.5):
                share = r.uniform(0.35, 0.95)
                other = pick(r.choice(("place", "organisation", "other"))) if decision == 0 else makers.bare_village
                makers_here.append(other)
        cells = [style((makers_here[0] if r.random() < share else makers_here[-1])()) for _ in range(length)]
        if r.random() < 0.25:
            few = r.sample(cells, min(len(cells), r.choice((5, 8, 15))))
            cells = r.choices(few, k=length)
        yield cells, decision


def features(learner: product.Model, texts: Sequence[str]) -> tuple[csr_matrix, list[int]]:
    """A row for each text that holds letters, and which texts those are."""
    indices: list[int] = []
    values: list[float] = []
    ends, rows = [0], []
    for i, text in enumerate(texts):
        read = product.features(text, learner)
        if read is not None:
            numbers, amounts = read.sparse()
            indices += numbers
            values += amounts
            ends.append(len(indices))
            rows.append(i)
    return csr_matrix((values, indices, ends), (len(rows), len(product.FEATURES))), rows


def train(root: Path, seed: int) -> dict[str, Any]:
    data = corpora(root)
    makers = [Cells(data, fold, seed) for fold in (0, 1)]
    random = Random(seed)
    samples = [list(sampled(m, PER_KIND, random)) for m in makers]
    letters = [fit_letters([t for t, _ in s], [k for _, k in s]) for s in samples]
    say(f"letters of each fold: {[len(s) for s in samples]} cells")
    learners = [Learner(weights(letters[1 - fold]), f"{seed}{fold}") for fold in (0, 1)]
    parts, kinds = [], []
    for learner, sample in zip(learners, samples, strict=True):
        matrix, rows = features(learner, [t for t, _ in sample])
        parts.append(matrix)
        kinds += [sample[i][1] for i in rows]
    both = csr_matrix(np.vstack([p.toarray() for p in parts]))
    cell = LogisticRegression(C=1.0, max_iter=2000).fit(both, kinds)
    say(f"cells: {both.shape}, right {cell.score(both, kinds):.3f}")
    learners = [Learner(weights(letters[1 - fold], cell.coef_, cell.intercept_), f"{seed}{fold}") for fold in (0, 1)]
    shares, decisions = [], []
    for learner, maker in zip(learners, makers, strict=True):
        for column, decision in columns(maker, COLUMNS // 2, random):
            signs = product.Signs()
            for text in column:
                read = product.features(text, learner)
                if read is not None:
                    signs.add(learner.cell(read))
            shares.append(signs.shares())
            decisions.append(decision)
    fitted = LogisticRegression(C=3.0, max_iter=5000).fit(shares, decisions)
    say(f"columns: {len(shares)}, right {fitted.score(shares, decisions):.4f}")
    column = [
        [name, round(float(b), 4), [round(float(x), 4) for x in w]]
        for name, b, w in zip(product.DECISIONS, fitted.intercept_, fitted.coef_, strict=True)
    ]
    final = fit_letters([t for s in samples for t, _ in s], [k for s in samples for _, k in s])
    return weights(final, cell.coef_, cell.intercept_, column)


def say(text: str) -> None:
    print(f"{time.process_time():6.0f} s  {text}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("corpora", type=Path)
    arguments.add_argument("--seed", type=int, default=7)
    arguments.add_argument("--output", type=Path, default=ROOT / "rules" / "models" / "columns.json")
    options = arguments.parse_args()
    contents = json.dumps(train(options.corpora, options.seed), separators=(",", ":")).encode() + b"\n"
    options.output.write_bytes(contents)
    say(f"{options.output.name}: {len(contents)} bytes, SHA-256 {sha256(contents).hexdigest()}")


if __name__ == "__main__":
    main()
