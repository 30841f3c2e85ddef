"""Texts: from blocks of bytes to tallies per identifier. The unit is the line; a short label line before it
(`NIK:` alone) counts as context."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from privacyscan.detect.plan import Everything, Plan
from privacyscan.detect.resolve import winners
from privacyscan.detect.rules import LOOKALIKES, Candidate, Rule, plain
from privacyscan.detect.tally import Tally, keyed, masked
from privacyscan.model import Location, Text

LABEL = 60  # characters a label line has at most
_SIGNS = tuple({chr(c).encode()[:2] for c in LOOKALIKES})


@dataclass(slots=True)
class TextTally:
    """All that is known of a text so far. `by_tier[identifier, tier]` counts winning occurrences."""

    lines: int = 0
    by_tier: dict[tuple[str, int], Tally] = field(default_factory=dict)
    shapes: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def merge(self, other: TextTally, most: int) -> None:
        self.lines += other.lines
        for name, tally in other.by_tier.items():
            self.by_tier.setdefault(name, Tally()).merge(tally, most)
        for rule, count in other.shapes.items():
            self.shapes[rule] += count


def line_candidates(text: str, lead: str, rules: Iterator[Rule] | list[Rule]) -> tuple[list[Candidate], dict[str, int]]:
    """All claims on one line, and how often each identifier's shape was there at all."""
    found: list[Candidate] = []
    shapes: dict[str, int] = defaultdict(int)
    for rule in rules:
        if rule.is_mute(text, lead):
            continue
        for candidate in rule.candidates(text, lead):
            shapes[rule.id] += 1
            if candidate is not None:
                found.append(candidate)
    return found, shapes


def label(line: str) -> str:
    """The line if it can be a label for the next one, else nothing."""
    short = line.strip()
    return short if 0 < len(short) <= LABEL and not any("0" <= c <= "9" for c in short) else ""


def _line_before(data: bytes, start: int) -> str:
    """The line that ends before `start`, or the one before it where only a blank line stands between."""
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
        self._skip = 0  # characters at the start of the waiting block that the block before has decided
        self._lead = ""

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
        if b"%" in data or any(s in data for s in _SIGNS):
            data = plain(data.decode("utf-8", "replace")).encode()
        first = len(data[: block.overlap // 2].decode("utf-8", "ignore")) if block.overlap else 0
        stop = len(data) - next_overlap // 2
        text_stop = (
            None if not next_overlap else len(data[data.rfind(b"\n", 0, stop) + 1 : stop].decode("utf-8", "ignore"))
        )
        values: dict[tuple[Rule, int], tuple[list[str], list[Location]]] = defaultdict(lambda: ([], []))
        search, position, line, character, at = self.plan.search, 0, block.first_line, block.first_char, 0
        while (hit := search(data, position)) is not None:
            where = hit.start() + (data[hit.start()] == 10)  # the border may have eaten the line end before
            start = data.rfind(b"\n", 0, where) + 1
            end = data.find(b"\n", where)
            end = len(data) if end < 0 else end
            line += data.count(b"\n", at, start)
            character += len(data[at:start].decode("utf-8", "ignore"))
            at = start
            text = data[start:end].decode("utf-8", "replace")
            lead = label(_line_before(data, start)) if start else self._lead
            found, shapes = line_candidates(text, lead, list(self.plan.rules_for(data[start:end])))
            last = end == len(data) and text_stop is not None
            for name, count in shapes.items():
                self.tally.shapes[name] += count
            for c in winners(found):
                if (start == 0 and c.start < first) or (last and text_stop is not None and c.start >= text_stop):
                    continue
                mine, places = values[c.rule, c.tier]
                mine.append(c.rule.canonical(text[c.start : c.end]))
                places.append(Location(None, line, c.start, c.end, character + c.start, character + c.end))
            if end + 1 >= len(data):
                break
            position = end + 1
        self._add(values)
        self.tally.lines += data.count(b"\n") + (not data.endswith(b"\n") and not next_overlap and bool(data))
        self._lead = label(_line_before(data, len(data))) if data.endswith(b"\n") else ""

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
