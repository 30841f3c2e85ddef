"""Texts: from blocks of bytes to tallies per identifier. The unit is the line; a short label line before it
(`NIK:` alone) counts as context."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from privacyscan.detect.births import Young
from privacyscan.detect.drafts import Drafts
from privacyscan.detect.known import Meets
from privacyscan.detect.pairs import shared
from privacyscan.detect.paragraphs import Asked, Paragraphs, Piece, chunks, size_of
from privacyscan.detect.places import Places
from privacyscan.detect.plan import Everything, Plan
from privacyscan.detect.resolve import winners
from privacyscan.detect.rows import Region, Rows, first_row, paired
from privacyscan.detect.rules import CHECKED, INVISIBLE, LOOKALIKES, Candidate, Field, Rule, Tried, plain
from privacyscan.detect.sketch import keyed
from privacyscan.detect.tally import Tally, masked
from privacyscan.model import Location, Text

LABEL = 60  # characters a label line has at most
_TAIL = 8 * LABEL
_DIGIT = re.compile(rb"[0-9]")
MOST_ROWS = 1000  # statements of one line whose labels are used
_SIGNS = tuple({chr(c).encode()[:2] for c in (*LOOKALIKES, 0xAD, 0x200B, 0x2060, 0xFEFF)})


@dataclass(slots=True)
class TextTally:
    """All that is known of a text so far. `by_tier[identifier, tier]` counts winning occurrences."""

    lines: int = 0
    by_tier: dict[tuple[str, int], Tally] = field(default_factory=dict)
    # (identifier, derived one that its values tell, tier)
    derived: dict[tuple[str, str, int], Tally] = field(default_factory=dict)
    # (identifier, tier, number of an evidence) -> how often it held
    flags: dict[tuple[str, int, int], int] = field(default_factory=lambda: defaultdict(int))
    shapes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    lucky: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # weaker shapes: `plan.Luck`
    read: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # found in running text: `paragraphs`
    asked: Asked = field(default_factory=Asked)  # for names

    def merge(self, other: TextTally, most: int) -> None:
        self.lines += other.lines
        for name, tally in other.by_tier.items():
            self.by_tier.setdefault(name, Tally()).merge(tally, most)
        for told, tally in other.derived.items():
            self.derived.setdefault(told, Tally()).merge(tally, most)
        for mine, others in ((self.shapes, other.shapes), (self.lucky, other.lucky), (self.read, other.read)):
            for rule, count in others.items():
                mine[rule] += count
        for flag, count in other.flags.items():
            self.flags[flag] += count
        self.asked.merge(other.asked)


def line_candidates(
    text: str, lead: str, claims: Sequence[Tried], fields: Sequence[Field]
) -> tuple[list[Candidate], dict[str, int]]:
    """All claims on one line, and how often each identifier's shape was there and could have counted."""
    found: list[Candidate] = []
    shapes: dict[str, int] = defaultdict(int)
    places = Places(text)
    for rule, mine, telling, heard in claims:
        mine = mine if heard or fields else telling
        if not mine:
            continue
        for candidate in rule.candidates(text, lead, shapes=mine, fields=fields, heard=heard, places=places):
            shapes[rule.id] += 1
            if candidate is not None:
                found.append(candidate)
    return found, shapes


def label(line: str) -> str:
    """The line if it can be a label for the next one, else nothing."""
    short = line.strip()
    return short if 0 < len(short) <= LABEL and not any("0" <= c <= "9" for c in short) else ""


def _label_before(data: bytes, start: int | None = None) -> str:
    """The label in the line that ends before `start` (or the end), or in the one before it where only a blank line
    stands between."""
    start = len(data) if start is None else start
    for _ in range(2):
        end = start - 1
        start = data.rfind(b"\n", 0, max(0, end)) + 1
        if line := data[start:end][-4 * LABEL :].strip():
            return "" if _DIGIT.search(line) else label(line.decode("utf-8", "replace"))
        if start == 0:
            break
    return ""


def _fields(regions: Sequence[Region], data: bytes, start: int, end: int, is_cut: bool) -> list[Field]:
    """The fields of the rows in a line. A window of a long line (`is_cut`) begins within a row."""
    found: list[Field] = []
    for region in regions:
        first, last = max(start, region.start), min(end, region.end)
        if is_cut and first == 0 and region.separator == b"(":
            first = first_row(data)
        offset = len(data[start:first].decode("utf-8", "ignore"))
        cells = region.fields(data[first:last].decode("utf-8", "replace").rstrip("\r"))
        found += [Field(offset + f.start, offset + f.end, f.label) for f in cells]
    return found


def _joined(text: str) -> str:
    """The text with signs that nobody sees at the ends of their lines, so that the places of all other lines hold."""
    if INVISIBLE.search(text) is None:
        return text
    lines = ("".join([INVISIBLE.sub("", line), *INVISIBLE.findall(line)]) for line in text.split("\n"))
    return "\n".join(lines)


@dataclass(slots=True)
class _Find:
    """One winner: the byte of the block where it stands, its value in one way of writing, and where it is: line,
    character of the line, character of the text, how many characters."""

    candidate: Candidate
    at: int
    value: str = field(repr=False)
    line: int
    column: int
    character: int
    length: int

    def numbers(self) -> tuple[int, int, int, int, int]:
        """Line, start and end in it, start and end in the text."""
        end, last = self.column + self.length, self.character + self.length
        return self.line, self.column, end, self.character, last

    def place(self) -> Location:
        return Location(None, *self.numbers())

    def within(self, character: int) -> Candidate:
        """The same in a piece of the text that begins at this character."""
        c, start = self.candidate, self.character - character
        return Candidate(c.rule, start, start + self.length, c.tier, c.distance, c.flags, c.damaged)


class _Begin(NamedTuple):
    """Where a piece of a block begins: byte of the block; line, character of the text, character of the line."""

    at: int
    line: int
    character: int
    column: int


class TextScanner:
    """Scans the blocks of one text in order. Keeps one block back, because only the next block tells whether
    the last line goes on."""

    def __init__(
        self,
        plan: Plan | Everything,
        young: Young,
        key: bytes,
        most_places: int,
        paragraphs: Paragraphs | None = None,
        known: Meets | None = None,
        drafts: Drafts | None = None,
    ) -> None:
        self.young = young
        self.plan, self.key, self.most, self.paragraphs = plan, key, most_places, paragraphs
        self.known, self.drafts = known, drafts
        self.tally = TextTally()
        self._rows = Rows(plan.headers)
        self._sharers = {r.identifier.shared_by: r for r in plan.rules if r.identifier.shared_by}
        self._waiting: Text | None = None
        self._tail = b""  # of the block before, where it ends at a line end: its last lines may hold a label

    def add(self, block: Text) -> None:
        if self._waiting is not None:
            self._scan(self._waiting, block.overlap)
        self._waiting = block

    def finish(self) -> TextTally:
        if self._waiting is not None:
            self._scan(self._waiting, 0)
            self._waiting = None
        return self.tally

    def _scan(self, block: Text, next_overlap: int) -> None:
        """Half of an overlap belongs to this block and half to the next, so every match is seen with both borders."""
        data = block.data
        if b"%" in data or (not data.isascii() and any(s in data for s in _SIGNS)):
            data = plain(_joined(data.decode("utf-8", "replace"))).encode()
        first, stop = block.overlap // 2, len(data) - next_overlap // 2
        finds = [f for f in self._lines(block, data) if first <= f.at < stop]
        across = [f for f in self._wrapped(block, data, finds) if first <= f.at < stop]
        finds = sorted([*finds, *across], key=lambda f: f.at) if across else finds
        if self.paragraphs is not None:
            finds += [f for f in self._paragraphs(block, data, finds, self.paragraphs) if first <= f.at < stop]
        self._add(finds)
        for name, count in self.plan.luck.count(
            data, {f.candidate.rule.id for f in finds if f.candidate.tier == CHECKED}
        ):
            self.tally.lucky[name] += count
        self.tally.lines += data.count(b"\n") + (not data.endswith(b"\n") and not next_overlap and bool(data))
        self._tail = data[-_TAIL:] if data.endswith(b"\n") else b""

    def _lines(self, block: Text, data: bytes) -> Iterator[_Find]:
        """What the lines hold, in order."""
        line, character, at, is_ascii = block.first_line, block.first_char, 0, data.isascii()
        regions, passed = self._rows.regions(data), 0
        seen, looked_at = self.plan.seen(data), []
        for hit in self.plan.lines(data, bool(self._tail), [(r.start, r.end) for r in regions], seen):
            start, end = hit.start, hit.end
            looked_at.append((start, end))
            while passed < len(regions) and regions[passed].end <= start:
                passed += 1
            own = [r for r in regions[passed : passed + MOST_ROWS] if r.start < end]
            labels = list(dict.fromkeys(label for r in own for label in r.labels))
            lead = _label_before(data, start) if start > _TAIL else _label_before(self._tail + data[:start])
            text = data[start:end].decode("utf-8", "replace")
            pairs = paired(text) if hit.pairs else []
            labels += [field.label for field in pairs]
            claims = self.plan.claims(hit, [words.encode() for words in (lead, *labels) if words], labels)
            if not claims:
                continue
            line += data.count(b"\n", at, start)
            character += start - at if is_ascii else len(data[at:start].decode("utf-8", "ignore"))
            at = start
            fields = _fields(own, data, start, end, block.overlap > 0) if own else []
            found, shapes = line_candidates(text, lead, claims, fields or pairs)
            for name, count in shapes.items():
                self.tally.shapes[name] += count
            if not found:
                continue
            found += shared(text, found, self._sharers)
            for c in winners(found):
                where = start + (c.start if is_ascii or text.isascii() else len(text[: c.start].encode()))
                value = "" if c.damaged else c.rule.canonical(text[c.start : c.end])
                yield _Find(c, where, value, line, c.start, character + c.start, c.end - c.start)
        for name, count in seen.failed(looked_at) if seen is not None else ():
            self.tally.shapes[name] += count

    def _wrapped(self, block: Text, data: bytes, finds: Sequence[_Find]) -> Iterator[_Find]:
        """Numbers that a line break cuts, where the lines by themselves hold nothing."""
        line, character, at = block.first_line, block.first_char, 0
        for cut in self.plan.wraps.find(data, self.plan.shapes_for):
            line += data.count(b"\n", at, cut.start)
            character += len(data[at : cut.start].decode("utf-8", "ignore"))
            at = cut.start
            near = (
                bisect_left(finds, cut.start - LABEL, key=lambda f: f.at),
                bisect_left(finds, cut.end, key=lambda f: f.at),
            )
            if all(f.character + f.length <= character for f in finds[slice(*near)]):
                column = len(data[data.rfind(b"\n", 0, at) + 1 : at].decode("utf-8", "ignore"))
                value = cut.candidate.rule.canonical(cut.value)
                yield _Find(cut.candidate, at, value, line, column, character, cut.end - cut.start)  # signs of ASCII

    def _paragraphs(self, block: Text, data: bytes, finds: Sequence[_Find], reader: Paragraphs) -> Iterator[_Find]:
        """What running text says beyond the lines: names, addresses, facts about the persons in it."""
        pieces = [*self._pieces(block, data, finds, reader)]
        for (begin, piece), told in zip(pieces, reader.read(piece for _, piece in pieces), strict=True):
            text = piece.text
            for c in told:
                self.tally.read[c.entity] += 1
                row = text.count("\n", 0, c.start)
                from_line = text.rfind("\n", 0, c.start) + 1
                column = (0 if row else begin.column) - from_line
                at = begin.at + len(text[: c.start].encode())
                value = c.rule.canonical(text[c.start : c.end])
                where = begin.character + c.start
                yield _Find(c, at, value, begin.line + row, column + c.start, where, c.end - c.start)

    def _pieces(
        self, block: Text, data: bytes, finds: Sequence[_Find], reader: Paragraphs
    ) -> Iterator[tuple[_Begin, Piece]]:
        """The pieces of a block in which running text may say something, and where each begins."""
        line, character, at, last = block.first_line, block.first_char, 0, 0
        for start, end in chunks(data):
            first, last = last, bisect_left(finds, end, last, key=lambda f: f.at)
            piece = data[start:end]
            by_lines = [f.candidate for f in finds[first:last]]
            is_prose = reader.is_prose(piece, by_lines)
            if not is_prose and not reader.has_persons(by_lines):
                continue
            line += data.count(b"\n", at, start)
            character += len(data[at:start].decode("utf-8", "ignore"))
            at = start
            column = len(data[data.rfind(b"\n", 0, start) + 1 : start].decode("utf-8", "ignore"))
            near = [f.within(character) for f in finds[first:last]]
            text = piece.decode("utf-8", "replace")
            asked = reader.asked(text, near) if is_prose else []
            if not self.tally.asked.may_ask(size_of(text, asked)):
                asked = []
            yield _Begin(start, line, character, column), Piece(text, near, asked)

    def _add(self, finds: Iterable[_Find]) -> None:
        grouped: dict[tuple[Rule, int], list[_Find]] = defaultdict(list)
        for find in finds:
            grouped[find.candidate.rule, find.candidate.tier].append(find)
        for (rule, tier), mine in grouped.items():
            for i in range(len(rule.flag_names)):
                if held := sum(f.candidate.flags >> i & 1 for f in mine):
                    self.tally.flags[rule.id, tier, i] += held
            values = [f.value for f in mine]
            hashes = keyed(values, self.key)
            self._count(self.tally.by_tier.setdefault((rule.id, tier), Tally()), rule, mine, values, hashes)
            for derived, at in self.young.of(rule.id, values):
                told = self.tally.derived.setdefault((rule.id, derived.id, tier), Tally())
                self._count(told, rule, [mine[i] for i in at], [values[i] for i in at], [hashes[i] for i in at])

    def _count(self, tally: Tally, rule: Rule, finds: list[_Find], values: list[str], hashes: list[int]) -> None:
        identifier = rule.identifier
        places = [f.place() for f in finds[: max(0, self.most - len(tally.places))]]
        tally.add(values, hashes, places, lambda v: masked(v, identifier.mask_head, identifier.mask_tail), self.most)
        if self.drafts is not None:
            import numpy as np

            self.drafts.add(tally, np.array([f.numbers() for f in finds], np.int64))
        if self.known is not None:
            tally.met = self.known.meet(rule.id, values, (), tally.met)
