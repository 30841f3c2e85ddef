"""Texts: from blocks of bytes to tallies per identifier. The unit is the line; a short label line before it
(`NIK:` alone) counts as context."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from privacyscan.detect.plan import Claims, Everything, Plan
from privacyscan.detect.resolve import winners
from privacyscan.detect.rules import CHECKED, LOOKALIKES, Candidate, Rule, plain
from privacyscan.detect.tally import Tally, keyed, masked
from privacyscan.model import Location, Text

LABEL = 60  # characters a label line has at most
_TAIL = 8 * LABEL
_SIGNS = tuple({chr(c).encode()[:2] for c in LOOKALIKES})


@dataclass(slots=True)
class TextTally:
    """All that is known of a text so far. `by_tier[identifier, tier]` counts winning occurrences."""

    lines: int = 0
    by_tier: dict[tuple[str, int], Tally] = field(default_factory=dict)
    shapes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    lucky: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # weaker shapes: `plan.Luck`

    def merge(self, other: TextTally, most: int) -> None:
        self.lines += other.lines
        for name, tally in other.by_tier.items():
            self.by_tier.setdefault(name, Tally()).merge(tally, most)
        for rule, count in other.shapes.items():
            self.shapes[rule] += count
        for rule, count in other.lucky.items():
            self.lucky[rule] += count


def line_candidates(text: str, lead: str, claims: Claims) -> tuple[list[Candidate], dict[str, int]]:
    """All claims on one line, and how often each identifier's shape was there and could have counted."""
    found: list[Candidate] = []
    shapes: dict[str, int] = defaultdict(int)
    for rule, tried in claims.items():
        for candidate in rule.candidates(text, lead, shapes=tried):
            shapes[rule.id] += 1
            if candidate is not None:
                found.append(candidate)
    return found, shapes


def label(line: str) -> str:
    """The line if it can be a label for the next one, else nothing."""
    short = line.strip()
    return short if 0 < len(short) <= LABEL and not any("0" <= c <= "9" for c in short) else ""


def _line_before(data: bytes, start: int | None = None) -> str:
    """The line that ends before `start` (or the end), or the one before it where only a blank line stands between."""
    start = len(data) if start is None else start
    for _ in range(2):
        end = start - 1
        start = data.rfind(b"\n", 0, max(0, end)) + 1
        if line := data[start:end][-4 * LABEL :].strip():
            return line.decode("utf-8", "replace")
        if start == 0:
            break
    return ""


class TextScanner:
    """Scans the blocks of one text in order. Keeps one block back, because only the next block tells whether
    the last line goes on."""

    def __init__(self, plan: Plan | Everything, key: bytes, most_places: int) -> None:
        self.plan, self.key, self.most = plan, key, most_places
        self.tally = TextTally()
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
            data = plain(data.decode("utf-8", "replace")).encode()
        first = len(data[: block.overlap // 2].decode("utf-8", "ignore")) if block.overlap else 0
        stop = len(data) - next_overlap // 2
        text_stop = (
            None if not next_overlap else len(data[data.rfind(b"\n", 0, stop) + 1 : stop].decode("utf-8", "ignore"))
        )
        values: dict[tuple[Rule, int], tuple[list[str], list[Location]]] = defaultdict(lambda: ([], []))
        line, character, at = block.first_line, block.first_char, 0
        for start, end in self.plan.lines(data, label=bool(self._tail)):
            line += data.count(b"\n", at, start)
            character += len(data[at:start].decode("utf-8", "ignore"))
            at = start
            text = data[start:end].decode("utf-8", "replace")
            lead = label(_line_before(data, start) if start > _TAIL else _line_before(self._tail + data[:start]))
            claims = self.plan.shapes_for(lead.encode() + b"\n" + data[start:end] if lead else data[start:end])
            found, shapes = line_candidates(text, lead, claims)
            last = end == len(data) and text_stop is not None
            for name, count in shapes.items():
                self.tally.shapes[name] += count
            for c in winners(found):
                if (start == 0 and c.start < first) or (last and text_stop is not None and c.start >= text_stop):
                    continue
                mine, places = values[c.rule, c.tier]
                mine.append(c.rule.canonical(text[c.start : c.end]))
                places.append(Location(None, line, c.start, c.end, character + c.start, character + c.end))
        self._add(values)
        for name, count in self.plan.luck.count(data, {rule.id for rule, tier in values if tier == CHECKED}):
            self.tally.lucky[name] += count
        self.tally.lines += data.count(b"\n") + (not data.endswith(b"\n") and not next_overlap and bool(data))
        self._tail = data[-_TAIL:] if data.endswith(b"\n") else b""

    def _add(self, values: dict[tuple[Rule, int], tuple[list[str], list[Location]]]) -> None:
        for (rule, tier), (mine, places) in values.items():
            identifier = rule.identifier
            self.tally.by_tier.setdefault((rule.id, tier), Tally()).add(
                mine,
                keyed(mine, self.key),
                places,
                lambda v, i=identifier: masked(v, i.mask_head, i.mask_tail),  # type: ignore[misc]
                self.most,
            )
