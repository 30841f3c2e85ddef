"""The fields of identity cards and the rows of family cards, by their labels, among the words of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from privacyscan.formats._ocr import Line, Word

# What stands on a KTP, as it is printed.
_OF_CARD = (
    "NIK", "Nama", "Tempat/Tgl Lahir", "Jenis Kelamin", "Gol. Darah", "Alamat", "RT/RW", "Kel/Desa", "Kecamatan",
    "Agama", "Status Perkawinan", "Pekerjaan", "Kewarganegaraan", "Berlaku Hingga",
)  # fmt: skip
# The columns of a KK.
_OF_FAMILY = (
    "No", "Nama Lengkap", "NIK", "Jenis Kelamin", "Tempat Lahir", "Tanggal Lahir", "Agama", "Pendidikan",
    "Jenis Pekerjaan", "Golongan Darah", "Status Perkawinan", "Tanggal Perkawinan", "Status Hubungan Dalam Keluarga",
    "Kewarganegaraan", "No. Paspor", "No. KITAP", "Ayah", "Ibu",
)  # fmt: skip
_LEAST = 3  # labels that make a card, headings that make a table
_LONGEST = 4  # words of a label
_LONG = 5  # letters of a label that may stand behind others, and may have one in five wrong
_MARKS = ":;.,=-_—–'\"“”‘’|*~<>"

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """Cards and rows of tables, and the lines that are left."""

    cards: Sequence[Row] = field(repr=False)
    members: Sequence[Row] = field(repr=False)
    rest: Sequence[Line] = field(repr=False)

    @property
    def is_card(self) -> bool:
        """Whether it shows an identity card, which carries a photograph, and not a form with the same labels."""
        heads = any(_distance(_letters(line[0].text), "provinsi") <= 1 for line in self.rest if line)
        return any(heads or "Berlaku Hingga" in card for card in self.cards)


def laid_out(lines: Sequence[Line]) -> Layout:
    """What of the lines is a card or a table; each word goes either there or to the lines that are left."""
    members, lines = _members(lines)
    cards, lines = _cards(lines)
    return Layout(cards, members, lines)


def _cards(lines: Sequence[Line]) -> tuple[list[Row], list[Line]]:
    card: dict[str, str] = {}
    cards, rest = list[Row](), list[Line]()
    taken: list[tuple[Line, Line]] = []  # lines of the card, and what of each belongs to no label

    def close() -> None:
        if len(card) >= _LEAST:
            cards.append(dict(card))
            rest.extend(left for _, left in taken if left)
        else:
            rest.extend(line for line, _ in taken)
        card.clear()
        taken.clear()

    for line in lines:
        found, left = _labelled(line)
        if any(label in card for label in found):
            close()
        card.update(found)
        taken.append((line, left))
    close()
    return cards, rest


def _labelled(line: Line) -> tuple[dict[str, str], Line]:
    """The values of a line by their labels, and its other words."""
    found: dict[str, str] = {}
    left: list[Word] = []
    at = 0
    while at < len(line):
        label, size = _label(line[at:], _OF_CARD)
        if not label or label in found or (at and len(_letters(label)) < _LONG):
            left.append(line[at])
            at += 1
            continue
        named, value = line[at : at + size], list[Word]()
        at += size
        while at < len(line) and not (value and (_is_apart(value[-1], line[at]) or _is_label(line[at:]))):
            if line[at].text.strip(_MARKS):
                value.append(line[at])
            at += 1
        if value:
            found[label] = " ".join(w.text for w in value).strip(_MARKS + " ")
        else:
            left += named
    return found, left


def _is_label(words: Line) -> bool:
    label, _ = _label(words, _OF_CARD)
    return len(_letters(label)) > _LONG


def _label(words: Line, labels: Sequence[str]) -> tuple[str, int]:
    """The label that the words begin with, and how many words it takes: the one with the fewest wrong letters."""
    best = (1.0, 0, "")  # more than may be wrong, words, label
    for size in range(min(_LONGEST, len(words)), 0, -1):
        said = _letters("".join(w.text for w in words[:size]))
        for label in labels:
            meant, needed = _meant(label)
            most = len(meant) // _LONG
            if abs(len(said) - len(meant)) > most or len(needed.difference(said)) > most:
                continue  # each letter that is lacking is one wrong
            if (wrong := _distance(said, meant)) <= most:
                best = min(best, (wrong / len(meant), -size, label))
    return best[2], -best[1]


def _members(lines: Sequence[Line]) -> tuple[list[Row], list[Line]]:
    """The rows below lines of headings, and the other lines."""
    members, rest = list[Row](), list[Line]()
    heads: Sequence[tuple[str, int, int]] = ()
    for line in lines:
        found, left = _headings(line)
        if len(found) >= _LEAST:
            heads = found
            rest += [left] if left else []
            continue
        row = _row(line, heads) if heads else {}
        if len(row) >= _LEAST:
            members.append(row)
        else:
            heads = ()
            rest.append(line)
    return members, rest


def _headings(line: Line) -> tuple[list[tuple[str, int, int]], Line]:
    """The headings in a line, each with its left and right, and the other words."""
    found, left = list[tuple[str, int, int]](), list[Word]()
    at = 0
    while at < len(line):
        label, size = _label(line[at:], _OF_FAMILY)
        if label:
            found.append((label, line[at].box[0], line[at + size - 1].box[2]))
        elif line[at].text.strip(_MARKS):
            left.append(line[at])
        at += size or 1
    return found, left


def _row(line: Line, heads: Sequence[tuple[str, int, int]]) -> dict[str, str]:
    """The cells of a line, each under the heading that it is nearest to."""
    cells: list[list[Word]] = []
    for word in line:
        if not word.text.strip(_MARKS):
            continue
        if cells and word.box[0] - cells[-1][-1].box[2] < word.height * 0.6:
            cells[-1].append(word)
        else:
            cells.append([word])
    row: dict[str, str] = {}
    for cell in cells:
        left, right = cell[0].box[0], cell[-1].box[2]
        name, _, _ = min(heads, key=lambda h: min(abs(h[1] - left), abs(h[1] + h[2] - left - right) / 2))
        text = " ".join(w.text for w in cell).strip(_MARKS + " ")
        row[name] = f"{row[name]} {text}" if name in row else text
    return row


def _is_apart(word: Word, following: Word) -> bool:
    """Whether so wide a gap is between two words that they belong to different columns."""
    return following.box[0] - word.box[2] > 2.5 * max(word.height, following.height)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()


@cache
def _meant(label: str) -> tuple[str, frozenset[str]]:
    """The letters of a label in their order, and each once."""
    letters = _letters(label)
    return letters, frozenset(letters)


def _distance(a: str, b: str) -> int:
    """How many letters to change, add or leave out to make one of the other (Levenshtein)."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row = row, [i]
        for j, y in enumerate(b, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (x != y)))
    return row[-1]
