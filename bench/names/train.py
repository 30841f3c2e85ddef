"""The whole training of the tagger of names and addresses: corpora in, one file out, the same each time.

    .venv/bin/python bench/names/train.py CORPORA [--out rules/models/names.crf]

CORPORA holds the folders idner-news-2k, nergrit-indonlu and schools-mit (`rules/models/names.md` says where they come
from). About two minutes on one core. Needs the dependency group `train`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from random import Random
from zlib import crc32

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent.parent), str(HERE)]

import corpora  # noqa: E402
from corpora import Sentence  # noqa: E402
from invented import Invented, cased, swapped  # noqa: E402

from privacyscan.detect.names import lexicons, likeness, modelfile  # noqa: E402
from privacyscan.detect.names.features import Features  # noqa: E402
from privacyscan.detect.names.words import runs  # noqa: E402

SEED = 7
TEXTS = 15_000  # invented texts
SETTINGS = {"c1": 0.3, "c2": 0.01, "max_iterations": 90, "feature.minfreq": 2, "feature.possible_transitions": True}
FOLDS = 2
HIDDEN = 0.2  # how many of the words of a run the list of names is made to forget
HELD_OUT = 7  # every so many provinces of the schools are kept for the evaluation


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--out", type=Path, default=HERE.parent.parent / "rules" / "models" / "names.crf")
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    model = trained(asked.corpora, asked.seed)
    modelfile.write(model, asked.out)
    content = asked.out.read_bytes()
    print(f"{asked.out.name}: {len(content):,} bytes, {len(model.attributes):,} attributes")
    print(f"sha256 {sha256(content).hexdigest()}")


def trained(folder: Path, seed: int) -> modelfile.Model:
    """The model that is learnt from the corpora in `folder`."""
    known = name_words(folder)
    weights, bias = learnt_likeness(known)
    seen = Forgetful(known, seed)
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "model"
        _fit(sentences(folder, seed), seen, path)
        return _exported(path, weights, bias)


def sentences(folder: Path, seed: int) -> list[Sentence]:
    """All that is learnt from: news as it is, with other people, in capitals, in lower case; invented texts."""
    source = invented(folder, seed)
    chance = Random(seed)
    news = [
        corpora.tagged(*corpora.plain(s)) for s in (*corpora.news(folder, "train"), *corpora.nergrit(folder, "train"))
    ]
    found = list(news)
    for sentence in news:
        named = any(tag == "B-PER" for _, tag in sentence)
        if named:
            found.append(_retold(sentence, source))
        kind = chance.random()
        if kind < 0.5:
            other = _retold(sentence, source) if named and chance.random() < 0.5 else sentence
            found.append(cased(other, upper=kind < 0.25))
    found += [corpora.tagged(*source.text()) for _ in range(TEXTS)]
    chance.shuffle(found)
    return found


def _retold(sentence: Sentence, source: Invented) -> Sentence:
    return corpora.tagged(*corpora.plain(list(swapped(sentence, source))))


def invented(folder: Path, seed: int) -> Invented:
    """The source of invented texts, with the real addresses that are not held out."""
    return Invented(HERE / "templates.txt", real_addresses(folder, held_out=False), seed)


def real_addresses(folder: Path, *, held_out: bool) -> list[str]:
    """Real addresses of schools that begin like one or hold a number, alone and with district and regency."""
    found = []
    for row in corpora.schools(folder):
        street = " ".join(row["street_address"].split())
        words = street.lower().replace(".", " ").split()
        if (int(row["province_code_dapodik"]) % HELD_OUT == 0) is not held_out or len(words) < 2:
            continue
        if words[0] in lexicons.ADDRESS_STARTS or any(c.isdigit() for c in street):
            found.append(street)
        found.append(f"{street}, {row['kecamatan']}, {row['kabupaten_kota']}")
    return found


# -- how much a word looks like a name


def name_words(folder: Path) -> dict[str, tuple[bool, float]]:
    """Words -> (it is a part of a name, weight): those of the news, of places and offices, and of the lists."""
    found = _news_words(folder)
    for word, case in lexicons.word_case().items():
        if case == "lower" and len(word) > 1:
            found[word] = (False, 6)
    for word in (*lexicons.place_levels(), *lexicons.world_places()):
        if len(word) > 3:
            found.setdefault(word, (False, 1.5))
    for word in lexicons.ORGANISATION_WORDS | lexicons.ADDRESS_WORDS | lexicons.ADDRESS_STARTS | lexicons.MONTHS:
        found[word] = (False, 8)
    weight = {lexicons.USUAL: 5.0, lexicons.REGIONAL: 3.0, lexicons.FOREIGN: 0.7}
    for word, rank in lexicons.name_ranks().items():
        if word.isalpha() and len(word) > 2 and lexicons.word_case().get(word) != "lower":
            found[word] = (True, weight[rank])
    return found


def _news_words(folder: Path) -> dict[str, tuple[bool, float]]:
    """Capitalised words of the news: those that are always in a person's name, and those that never are."""
    inside, outside = set[str](), set[str]()
    for sentence in (*corpora.news(folder, "train"), *corpora.nergrit(folder, "train")):
        for word, tag in sentence:
            if word.isalpha() and word[0].isupper() and len(word) > 2:
                (inside if tag.endswith("PER") else outside).add(word.lower())
    return {word: (word in inside, 2.0) for word in inside ^ outside}


def learnt_likeness(known: Mapping[str, tuple[bool, float]]) -> tuple[bytes, int]:
    """The table of `privacyscan/detect/names/likeness.py`: a logistic regression, in sixteenths."""
    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    columns, ends = [], [0]
    for word in sorted(known):
        columns += sorted(likeness.grams(word))
        ends.append(len(columns))
    rows = csr_matrix((np.ones(len(columns), np.float32), columns, ends), (len(known), 1 << likeness.BITS))
    truth = [known[word][0] for word in sorted(known)]
    weights = [known[word][1] for word in sorted(known)]
    with threadpool_limits(1):  # the order of additions must not depend on the machine
        fitted = LogisticRegression(C=0.5, max_iter=300).fit(rows, truth, sample_weight=weights)
    table = np.clip(np.rint(fitted.coef_[0] * likeness.SCALE), -127, 127).astype(np.int8)
    return table.tobytes(), round(float(fitted.intercept_[0]) * likeness.SCALE)


class Forgetful(Features):
    """Features as they would be if some words were in no list, and the likeness of a word by a model that never saw it.

    Otherwise the tagger would learn that every name is in the lists.
    """

    def __init__(self, known: Mapping[str, tuple[bool, float]], seed: int) -> None:
        self._folds = [
            likeness.Likeness(*learnt_likeness({word: says for word, says in known.items() if _fold(word) != fold}))
            for fold in range(FOLDS)
        ]
        super().__init__(lambda word: self._folds[_fold(word)](word))
        self._chance = Random(seed)
        self._all_ranks = dict(self._ranks)

    def of_run(self, words: Sequence[str]) -> list[list[str]]:
        hidden = {word.lower().strip(".") for word in words if self._chance.random() < HIDDEN}
        keys = {word.lower().strip(".") for word in words} - hidden
        self._ranks = {key: self._all_ranks[key] for key in keys if key in self._all_ranks}
        return super().of_run(words)


def _fold(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass")) % FOLDS


# -- the tagger


def _fit(found: Sequence[Sentence], seen: Features, path: Path) -> None:
    import pycrfsuite

    trainer = pycrfsuite.Trainer("lbfgs", verbose=False)
    for sentence in found:
        for start, end in runs([word for word, _ in sentence]):
            words, tags = zip(*sentence[start:end], strict=True)
            trainer.append(seen.of_run(words), tags)
    trainer.set_params(SETTINGS)
    trainer.train(str(path))


def _exported(path: Path, weights: bytes, bias: int) -> modelfile.Model:
    import numpy as np
    import pycrfsuite

    tagger = pycrfsuite.Tagger()
    tagger.open(str(path))
    info = tagger.info()
    labels = sorted(info.labels)
    attributes = sorted({name for name, _ in info.state_features})
    places = {name: i for i, name in enumerate(attributes)}
    states = np.zeros((len(attributes), len(labels)), np.float32)
    for (name, label), weight in info.state_features.items():
        states[places[name], labels.index(label)] = weight
    moves = np.zeros((len(labels), len(labels)), np.float32)
    for (left, right), weight in info.transitions.items():
        moves[labels.index(left), labels.index(right)] = weight
    return modelfile.Model(labels, attributes, states, moves, weights, bias)


if __name__ == "__main__":
    main()
