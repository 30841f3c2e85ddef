"""Running text in the cells of a table: names, addresses and what is said of persons in notes, messages and JSON.

A sample decides whether a column holds running text at all; where it does, every cell is asked that may hold a name.
The verdict falls at the end (`verdicts.py`), where the other columns say whether the table is about persons.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from privacyscan.detect.contents import column_odds
from privacyscan.detect.names.together import signs_of
from privacyscan.detect.paragraphs import CHUNK, Asked, Paragraphs, Piece, chunks, moved, size_of
from privacyscan.detect.resolve import winners
from privacyscan.detect.rules import Candidate, header_words
from privacyscan.detect.tally import Tally

if TYPE_CHECKING:
    from privacyscan.detect.contents import Contents
    from privacyscan.detect.vectors import Bools, Strings

LONG = 5  # words from which a cell is a sentence
LEAST_LONG = 0.05  # share of such cells in a column of running text
_SHORT = 3  # letters up to which a word of a name may be small: dan, di, van
LEAST_WORDS = 3  # of a cell with a name and something about it
_STRUCTURE = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?|[{}\[\],]')


@dataclass(slots=True)
class NotesTally:
    """What the running text of a column gave so far. `found[identifier, tier]` counts cells."""

    found: dict[tuple[str, int], Tally] = field(default_factory=dict)
    read: int = 0  # different texts that were searched for names, of each batch
    labels: int = 0  # of them those that read like names of things
    asked: Asked = field(default_factory=Asked)  # equal cells of a batch once

    def merge(self, other: NotesTally, most: int) -> None:
        for of, tally in other.found.items():
            self.found.setdefault(of, Tally()).merge(tally, most)
        self.read += other.read
        self.labels += other.labels
        self.asked.merge(other.asked)


class Notes:
    """The cells of one batch of a column of running text, gathered and then read together."""

    def __init__(self, paragraphs: Paragraphs, tally: NotesTally) -> None:
        self.paragraphs, self.tally = paragraphs, tally
        self._cells: dict[str, tuple[list[int], list[Candidate]]] = {}
        self._prose: set[str] = set()  # texts that are known to be prose
        self._ordinary: set[str] = set()  # those that are not asked for names for their words

    def add(self, text: str, rows: Iterable[int], found: Sequence[Candidate], is_prose: bool = False) -> None:
        """Keep the cells of these rows, all with the same text, in which the rules found this. `is_prose`: it is known
        that they are prose."""
        if is_prose:
            self._prose.add(text)
        if text in self._cells:
            self._cells[text][0].extend(rows)
        elif len(text.split(None, LEAST_WORDS)) >= LEAST_WORDS or _is_structured(text):
            self._cells[text] = ([*rows], winners(found))

    def are_silent(self, cells: Strings) -> tuple[Bools, Bools]:
        """Which plain cells (printable ASCII) in which nothing was found running text cannot say anything of; and which
        of the others are surely prose."""
        import numpy as np

        silent = self.paragraphs.are_silent(cells)
        structured = np.isin(cells.at_start(), [ord("{"), ord("[")])
        prose = ~silent & ~structured & (cells.lengths <= CHUNK)
        some = np.flatnonzero(prose & cells.are_plain)
        ordinary = some[self.paragraphs.are_ordinary(cells.take(some))]
        self._ordinary.update(cells.take(ordinary).cells.unique().to_pylist())
        prose[ordinary], silent[ordinary] = False, True
        return silent & ~structured, prose

    def finds(self) -> Iterator[tuple[str, Sequence[int], list[Candidate]]]:
        """Text, rows and what running text says, of each kept cell in which it says something; in order of rows."""
        for text in self._ordinary.difference(self._cells):
            if len(text.split(None, LEAST_WORDS)) >= LEAST_WORDS:
                self._count(text)
        cells = sorted(self._cells, key=lambda text: self._cells[text][0][0])
        pieces = [(cell, start, piece) for cell in cells for start, piece in self._pieces(cell)]
        read = zip(pieces, self.paragraphs.read(piece for _, _, piece in pieces), strict=True)
        for cell, parts in groupby(read, key=lambda part: part[0][0]):
            if told := [moved(c, start) for (_, start, _), added in parts for c in added]:
                yield cell, self._cells[cell][0], told

    def _pieces(self, cell: str) -> list[tuple[int, Piece]]:
        """The parts of a cell in which running text may say something, and where each begins."""
        _, found = self._cells[cell]
        kept, is_read = [], False
        for start, text in _parts(laid_out(cell)):
            near = [moved(c, -start) for c in found if start <= c.start and c.end <= start + len(text)]
            asked = self._asked(cell, text, near)
            is_read |= asked is not None
            if asked or self.paragraphs.has_persons(near):
                kept.append((start, Piece(text, near, asked or [])))
        if is_read:
            self._count(cell)
        return kept

    def _count(self, cell: str) -> None:
        self.tally.read += 1
        self.tally.labels += _is_label(cell)

    def _asked(self, cell: str, text: str, near: Sequence[Candidate]) -> list[tuple[int, int]] | None:
        """Where this part of a cell is asked for names; None where it is no prose, or too much was asked before."""
        if cell not in self._prose and not self.paragraphs.is_prose(text.encode("utf-8", "replace"), near):
            return None
        asked = self.paragraphs.asked(text, near)
        return asked if self.tally.asked.may_ask(size_of(text, asked)) else None


def is_running(name: str, sample: Sequence[str], contents: Contents) -> bool:
    """Whether a column reads like sentences or records, by some of its cells; not one whose cells are names or
    addresses."""
    long = sum(len(text.split(None, LONG)) >= LONG or _is_structured(text) for text in sample)
    if not long or long < LEAST_LONG * len(sample):
        return False
    if not contents:
        return True
    signs, words = signs_of(sample), header_words(name)
    return all(column_odds(rule, rule.header(words), signs) <= 0 for rule in contents.rules)


def laid_out(cell: str) -> str:
    """A cell with JSON as lines of `label : value`, any other as it is; same length."""
    return _STRUCTURE.sub(_line, cell) if _is_structured(cell) else cell


def _is_label(text: str) -> bool:
    """Whether each longer word has a capital, as in the name of a thing; not where all letters are capitals."""
    if any(len(word) > _SHORT and word[0].isalpha() and not word[0].isupper() for word in text.split()):
        return False
    return not text.isupper() and not _is_structured(text)


def _is_structured(text: str) -> bool:
    return text.lstrip()[:1] in ("{", "[") and '"' in text


def _line(match: re.Match[str]) -> str:
    if match[1] is None:
        return "\n"
    text = match[1].replace("\\n", " \n").replace("\\", " ")
    return f" {text.replace('_', ' ')} {match[2]}" if match[2] else f" {text} "


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """Where each part begins and the part: the text, or parts of it where it is long."""
    if len(text) <= CHUNK:
        yield 0, text
        return
    data, at = text.encode("utf-8", "replace"), 0
    for start, end in chunks(data):
        piece = data[start:end].decode("utf-8", "replace")
        yield at, piece
        at += len(piece)
