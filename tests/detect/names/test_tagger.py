"""The tagger adds up the same sums as the library that learnt them, and its file gives back what was written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pycrfsuite
import pytest

from privacyscan.detect.names import modelfile, tagger
from privacyscan.detect.names.features import Features
from privacyscan.detect.names.likeness import BITS, Likeness
from privacyscan.detect.names.modelfile import Model

TEXTS = [
    ("Nama : Budi Santoso", "O O B I"),
    ("NAMA : SITI AMINAH", "O O B I"),
    ("Pak Budi datang ke Jakarta kemarin .", "O B O O O O O"),
    ("Nama Barang : Kertas", "O O O O"),
    ("hormat kami , \n\n Wayan Sudana , S.H.", "O O O O B I O O"),
    ("rapat di kantor ditunda", "O O O O"),
]
UNSEEN = [
    "Nama : Wayan Aminah \n Alamat : Jl. Mawar 12",
    "BU SITI",
    "Pak",
    "kemarin Siti ke Bandung , Sudana juga .",
    "Budi",
]
LIKENESS, BIAS = bytes(range(256)) * (1 << (BITS - 8)), 3


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> tuple[pycrfsuite.Tagger, Model]:
    trainer = pycrfsuite.Trainer("lbfgs", verbose=False)
    seen = Features(Likeness(LIKENESS, BIAS))
    for text, tags in TEXTS:
        trainer.append(seen.of_run(_words(text)), [tag if tag == "O" else f"{tag}-PER" for tag in tags.split()])
    trainer.set_params({"c1": 0.01, "c2": 0.01, "max_iterations": 60, "feature.possible_transitions": True})
    path = tmp_path_factory.mktemp("learnt") / "model"
    trainer.train(str(path))
    library = pycrfsuite.Tagger()
    library.open(str(path))
    return library, _exported(library)


def _words(text: str) -> list[str]:
    return [word.replace("\\n", "\n") for word in text.replace("\n\n", "\\n\\n").replace("\n", "\\n").split()]


def _exported(library: pycrfsuite.Tagger) -> Model:
    info = library.info()
    labels, attributes = sorted(info.labels), sorted({name for name, _ in info.state_features})
    weights = np.zeros((len(attributes), len(labels)), np.float32)
    for (name, label), weight in info.state_features.items():
        weights[attributes.index(name), labels.index(label)] = weight
    moves = np.zeros((len(labels), len(labels)), np.float32)
    for (left, right), weight in info.transitions.items():
        moves[labels.index(left), labels.index(right)] = weight
    return Model(labels, attributes, weights, moves, LIKENESS, BIAS)


def test_labels_and_probabilities_are_those_of_the_library(learnt: tuple[pycrfsuite.Tagger, Model]) -> None:
    library, model = learnt
    ours = tagger.Tagger(model)
    texts = [_words(text) for text in [text for text, _ in TEXTS] + UNSEEN]
    for words, found in zip(texts, ours.label(texts), strict=True):
        expected = library.tag(Features(Likeness(LIKENESS, BIAS)).of_run(words))
        assert list(found.labels) == expected, words
        if set(expected) != {"O"}:
            chances = [library.marginal(label, i) for i, label in enumerate(expected)]
            assert found.probabilities == pytest.approx(chances, abs=1e-3)


def test_a_run_is_labelled_alike_alone_and_among_others(learnt: tuple[pycrfsuite.Tagger, Model]) -> None:
    texts = [_words(text) for text in UNSEEN] * 3
    together = tagger.Tagger(learnt[1]).label(texts)
    alone = [tagger.Tagger(learnt[1]).label([text])[0].labels for text in texts]
    assert [found.labels for found in together] == alone


def test_what_it_keeps_is_bounded(learnt: tuple[pycrfsuite.Tagger, Model], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tagger, "_MOST_KEPT", 50)
    ours = tagger.Tagger(learnt[1])
    for i in range(60):
        ours.label([[f"kata{'abcdefghij'[i % 10]}{'klmnopqrst'[i // 10]}", "Budi"]])
    assert len(ours._words.places) <= 54
    assert ours.label([["Pak", "Budi", "datang"]])[0].labels[1] == "B-PER"


def test_no_runs_and_empty_runs(learnt: tuple[pycrfsuite.Tagger, Model]) -> None:
    ours = tagger.Tagger(learnt[1])
    assert ours.label([]) == []
    assert ours.label([[], ["Pak"]])[0].labels == []


def test_the_file_gives_back_the_model(learnt: tuple[pycrfsuite.Tagger, Model], tmp_path: Path) -> None:
    path = tmp_path / "model"
    modelfile.write(learnt[1], path)
    read = modelfile.read(path)
    assert (read.labels, read.attributes) == (learnt[1].labels, learnt[1].attributes)
    assert (read.likeness, read.likeness_bias) == (LIKENESS, BIAS)
    assert np.abs(read.weights - learnt[1].weights).max() <= 1 / 2000
    assert np.abs(read.transitions - learnt[1].transitions).max() <= 1 / 2000
    again = tmp_path / "again"
    modelfile.write(read, again)
    assert again.read_bytes() == path.read_bytes()


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model"
    path.write_bytes(b'{"format": "something else"}\n')
    with pytest.raises(ValueError, match="not a model"):
        modelfile.read(path)
