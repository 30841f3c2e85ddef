"""Texts as numbers: pieces are the whole text, and what numpy finds is what a loop over the words finds."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
import pytest

from privacyscan.detect.names import cues, features, marks, tagger
from privacyscan.detect.names.tokens import BREAK, GAP, PARAGRAPH, pieces, tokens
from privacyscan.detect.names.words import LONGEST, Pieces, Words, read, run_ends

PARTS = (
    *"aAbnZ.,:=/-_'’éßİ٣0\t\n\r\x0b\xa0\u2003",
    *("\n\n", "  ", "    ", " \n", " ", " ", " ", "S.Kom.", "a.n. ", "an. ", "a. n. ", "Jl.KH.", "M.Kom", "rt."),
    *("nama ", "NAMA", "Nama saya ", "atas nama ", "bernama ", "saya ", "pemilik : ", "ahli waris ", "milik pak "),
    *("alamat: ", "Alamatnya ", "Almt : ", "rumah di ", "Jatimulyo 01/07", "alamat surat : Mawar 12 Bogor\n"),
    *("d'saya ", "19", "2.5"),
    *("a.b.pemilik ", "pemilıK ", "Penerima kuasa : ", "ketua :", "Budi", "SITI", "pergi", "barang", "Kelurahan"),
)  # fmt: skip


def _made_up(count: int, most: int) -> list[str]:
    chance = Random(4)
    return ["".join(chance.choice(PARTS) for _ in range(chance.randint(0, most))) for _ in range(count)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("dr. Siti, S.Kom. a.n. Budi", ["dr", ".", "Siti", ",", "S.Kom.", "a.n.", "Budi"]),
        ("Jl.KH. Mas'ud 3.000/12", ["Jl", ".", "KH", ".", "Mas'ud", "3.000", "/", "12"]),
        ("a  b   c\td \n e\n \n\tf", ["a", "b", GAP, "c", GAP, "d", BREAK, "e", PARAGRAPH, "f"]),
        ("nama_ku Ph.D. x1", ["nama", "_", "ku", "Ph.D.", "x", "1"]),
    ],
)
def test_tokens(text: str, words: list[str]) -> None:
    found = tokens(text)
    assert [token.text for token in found] == words
    assert all(text[token.start : token.end] == token.text for token in found if token.text.strip())


def test_pieces_are_the_whole_text_and_its_tokens_stand_where_they_are_said_to() -> None:
    texts = _made_up(2000, 30)
    words = Words()
    reading = read(texts, Pieces(words), words)
    for i, text in enumerate(texts):
        found = reading.of_text(i)
        assert "".join(pieces(text)) == text
        assert [*zip(found.words, found.starts, found.ends, strict=True)] == tokens(text)
        assert list(found.lower) == [word.lower() for word in found.words]


@pytest.mark.parametrize("cue", cues.CUES, ids=["label", "inside", "known", "home"])
def test_no_cue_is_overlooked(cue: cues.Cue) -> None:
    texts = _made_up(20_000, 12)
    words = Words()
    reading = read(texts, Pieces(words), words)
    begins = reading.marked(marks.OF_CUES[cues.CUES.index(cue)])
    met = 0
    for i, text in enumerate(texts):
        expected = [match.span() for match in cue.pattern.finditer(text)]
        met += len(expected)
        assert [match.span() for match in cue.matches(text, begins.get(i, ()), reading.of_text(i))] == expected, text
    assert met > 200


def test_lines_are_seen_as_by_the_features() -> None:
    texts = [text for text in _made_up(1000, 60) if text.strip()]
    words = Words()
    reading = read(texts, Pieces(words), words)
    ends = run_ends(reading.marks, reading.bounds)
    lines = tagger._Lines(reading.marks, ends)
    hints = dict(zip(*(found.tolist() for found in lines.hints()), strict=True))
    cases = lines.cases()
    for start, end in pairwise([0, *ends.tolist()]):
        run = reading.written[start:end]
        assert "".join(tagger._CASES[i] for i in cases[start:end]) == "".join(features.line_cases(run))
        labels = [tagger._ANNOUNCED[hints[i]] if i in hints else "" for i in range(start, end)]
        assert labels == list(features.line_labels(run))
    assert len(hints) > 100


def test_runs_end_with_sentences_and_texts_and_when_they_get_too_long() -> None:
    texts = ["Budi pergi. Siti dr. Ani juga. Di", "x", "", "kata " * (LONGEST + 5), "kata " * 50 + "\n\nkata\n\nkata"]
    words = Words()
    reading = read(texts, Pieces(words), words)
    ends = run_ends(reading.marks, reading.bounds)
    expected = [3, 9, 10, 11, 11 + LONGEST, 16 + LONGEST, 67 + LONGEST, 70 + LONGEST]
    assert ends.tolist() == expected
    assert run_ends(np.zeros(0, np.int64), np.array([0, 0])).tolist() == []
