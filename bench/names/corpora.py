"""The corpora that the tagger learns from, as sentences of (token, tag); tags are B-/I- PER, LOC, ORG, and O."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from privacyscan.detect.names.tokens import tokens

Sentence = list[tuple[str, str]]
_TAGS = {
    "PERSON": "PER", "PER": "PER", "LOC": "LOC", "LOCATION": "LOC", "PLACE": "LOC",
    "ORG": "ORG", "ORGANISATION": "ORG", "ORGANIZATION": "ORG",
}  # fmt: skip


def news(folder: Path, part: str) -> Iterator[Sentence]:
    """idner-news-2k: `part` is "train" or "dev"."""
    return _read(folder / "idner-news-2k" / f"{part}.txt", " ")


def nergrit(folder: Path, part: str) -> Iterator[Sentence]:
    """NERGRIT as in IndoNLU: `part` is "train" or "valid"."""
    return _read(folder / "nergrit-indonlu" / f"{part}.txt", "\t")


def schools(folder: Path) -> list[dict[str, str]]:
    """Real addresses of schools: province_code_dapodik, school, street_address, kecamatan, kabupaten_kota."""
    with (folder / "schools-mit" / "schools_train.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _read(path: Path, separator: str) -> Iterator[Sentence]:
    found: Sentence = []
    for line in [*path.read_text(encoding="utf-8").splitlines(), ""]:
        columns = line.strip().split(separator)
        if len(columns) > 1:
            found.append((columns[0].strip(), _tag(columns[-1])))
        elif found:
            yield repaired(found)
            found = []


def _tag(tag: str) -> str:
    begin, _, name = tag.strip().partition("-")
    known = _TAGS.get(name.upper())
    return f"{begin}-{known}" if known else "O"


def repaired(sentence: Sentence) -> Sentence:
    """The sentence with a B- wherever a span begins."""
    out, last = [], "O"
    for word, tag in sentence:
        out.append((word, f"B{tag[1:]}" if tag[0] == "I" and last[2:] != tag[2:] else tag))
        last = tag
    return out


def plain(sentence: Sentence) -> tuple[str, list[tuple[int, int, str]]]:
    """The sentence as text, its words parted by blanks, and its spans as (start, end, name)."""
    text, spans = "", []
    for word, tag in sentence:
        start = len(text) + bool(text)
        text += f" {word}" if text else word
        if tag[0] == "B":
            spans.append((start, len(text), tag[2:]))
        elif tag[0] == "I":
            spans[-1] = (spans[-1][0], len(text), tag[2:])
    return text, spans


def tagged(text: str, spans: list[tuple[int, int, str]]) -> Sentence:
    """The text in the tokens of the product, tagged."""
    found = tokens(text)
    tags = ["O"] * len(found)
    for start, end, name in spans:
        inside = [i for i, token in enumerate(found) if token.start < end and token.end > start]
        for i in inside:
            tags[i] = f"{'B' if i == inside[0] else 'I'}-{name}"
    return [(token.text, tag) for token, tag in zip(found, tags, strict=True)]
