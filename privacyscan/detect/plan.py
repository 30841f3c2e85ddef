"""The fast path's first look: which cells and lines can hold anything at all.

All shapes of all rules become one RE2 alternation (where?) and one RE2 set (which rules?). A cell or line it
does not stop at costs some nanoseconds a byte; only the others reach the rules. Logs are full of numbers of eight to
eleven digits, so a text is not stopped at for shapes that say nothing alone: there their context words are looked for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

from privacyscan.detect.rows import Headers
from privacyscan.detect.rules import Rule, Shape, phrase
from privacyscan.detect.wraps import Wraps

REACH = 2  # lines after a label in which it may count: the next, or the one after a blank
Claims = Mapping[Rule, Sequence[Shape]]  # what is tried on a text, the shapes in the order of their rule
_SMALL = 64 << 10  # bytes up to which importing pyarrow costs more than it saves
_MEMORY = 16 << 20  # bytes for RE2's automaton; enough for thousands of shapes


class Plan:
    """The prefilter for some rules. Works on UTF-8 bytes as Latin-1: rules are ASCII by the rulebook's linter."""

    vectors = True  # columns of digits are decided by the vector twins of the checks

    def __init__(self, rules: Sequence[Rule]) -> None:
        import re2

        self.rules = tuple(rules)
        options = _options()
        shapes = [(rule, s) for rule in rules for s in rule.shapes if not s.cell]
        self.alternation = "(?m)" + "|".join(f"(?:{s.consuming})" for _, s in shapes if not s.text)
        self.search_cell: Any = re2.compile(self.alternation.encode(), options).search
        every = "(?m)" + "|".join(f"(?:{s.consuming})" for _, s in shapes)
        self._search: Any = re2.compile(every.encode(), options).search
        strong = [f"(?:{s.consuming})" for rule, s in shapes if rule.may_stand_alone(s)]
        words = sorted({w for rule, s in shapes if not rule.may_stand_alone(s) for w in rule.identifier.context})
        spoken = [_whole(words)] if words else []
        self._strong_or_words: Any = re2.compile(("(?m)" + "|".join(strong + spoken)).encode(), options).search
        self._words: Any = re2.compile(("(?m)" + "".join(spoken)).encode(), options).search if words else None
        self._shapes = shapes
        self._set = _set([f"(?m){s.consuming}" for _, s in shapes], options)
        self._speakers = [rule for rule in rules if rule.identifier.context]
        self._spoken = _set([_whole(rule.identifier.context) for rule in self._speakers], options)
        self.luck = Luck(rules)
        self.headers = Headers(rules)
        self.wraps = Wraps(rules)

    def rules_for(self, data: bytes) -> Iterable[Rule]:
        """The rules that may match. RE2's set answers nothing both for "no match" and for a full automaton,
        so nothing means: all of them."""
        hits = self._set.Match(data)
        return dict.fromkeys(self._shapes[i][0] for i in hits) if hits else self.rules

    def shapes_for(self, data: bytes, labels: Sequence[str] = ()) -> Claims:
        """The shapes that may count in a line of text, `data` with the labels before it: those of rules that count
        alone or whose words or columns stand there; `labels` are those of the fields."""
        hits = self._set.Match(data)
        spoken = {*self._spoken_in(data), *(r for r in self.rules for label in labels if r.is_meant(label))}
        claims: dict[Rule, list[Shape]] = {}
        for rule, shape in (self._shapes[i] for i in sorted(hits)) if hits else self._shapes:
            if rule.identifier.alone is not None or rule in spoken:
                claims.setdefault(rule, []).append(shape)
        return claims

    def _spoken_in(self, data: bytes) -> Collection[Rule]:
        """The rules whose words stand there; all of them where the set gave up."""
        if self._words is None or not self._words(data):
            return ()
        hits = self._spoken.Match(data)
        return {self._speakers[i] for i in hits} if hits else self.rules

    def lines(self, data: bytes, label: bool, rows: Sequence[tuple[int, int]] = ()) -> Iterator[tuple[int, int]]:
        """Start and end of the lines to look at. `label`: whether the line before the first may hold words for it.
        `rows`: where labels above the lines may speak for any shape."""
        at, left = 0, REACH if label else 0
        for begun, ended in rows:  # to whole lines: a statement begins and ends anywhere
            start, _ = _line(data, begun, at)
            stop = min(len(data), _line(data, max(start, ended - 1), at)[1] + 1)
            yield from self._lines(data, at, start, left)
            at = max(at, start)
            while at < stop and (hit := self._search(data, at, stop)) is not None:
                first, end = _line(data, hit.start() + (data[hit.start()] == 10), at)
                yield first, end
                at = end + 1
            at, left = max(at, stop), REACH
        yield from self._lines(data, at, len(data), left)

    def _lines(self, data: bytes, at: int, stop: int, eager: int) -> Iterator[tuple[int, int]]:
        """The lines that begin between two places; `eager` lines at the start are looked at in any case."""
        while at < stop:
            start = at
            if not eager:
                hit = self._strong_or_words(data, at)
                if hit is None:
                    return
                start, _ = _line(data, hit.start() + (data[hit.start()] == 10), at)  # the border may eat a line end
                if start >= stop:
                    return
            start, end = _line(data, start, at)
            eager = REACH if self._words is not None and self._words(data, start, end) else max(0, eager - 1)
            if self._search(data, start, end):
                yield start, end
            at = end + 1


def _line(data: bytes, within: int, least: int) -> tuple[int, int]:
    """Start and end of the line around a byte; it begins at `least` at the earliest."""
    end = data.find(b"\n", within)
    return max(least, data.rfind(b"\n", 0, within) + 1), len(data) if end < 0 else end


class Luck:
    """Counts the numbers of a text that might pass by chance, where the shape alone makes a value (`alone: []`): those
    of its weaker shapes, which nobody looks at one by one. The same for both engines."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        import re2

        options = _options()
        self._counted: list[tuple[str, str, Any]] = []
        for rule in rules:
            weak = [s.consuming for s in rule.shapes if not s.cell and not rule.may_stand_alone(s)]
            if weak and rule.identifier.chance and rule.identifier.alone == ():
                regex = "(?m)" + "|".join(f"(?:{w})" for w in weak)
                self._counted.append((rule.id, regex, re2.compile(regex.encode(), options)))

    def count(self, data: bytes, found: Container[str]) -> Iterator[tuple[str, int]]:
        """Identifier and how many, of those that were found in the data."""
        for name, regex, compiled in self._counted:
            if name not in found:
                continue
            if len(data) < _SMALL:
                yield name, len(compiled.findall(data))
                continue
            import pyarrow as pa
            import pyarrow.compute as pc

            yield name, pc.count_substring_regex(pa.array([data], pa.binary()), regex)[0].as_py()


class Everything:
    """No shortcut: every cell and line goes through every rule (`--engine reference`), for doubters and for tests."""

    vectors = False
    alternation = "(?s)."

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self.search_cell: Any = re.compile(rb"[^\n]").search
        self.luck = Luck(rules)
        self.headers = Headers(rules)
        self.wraps = Wraps(rules)

    def rules_for(self, data: bytes) -> Iterable[Rule]:
        return self.rules

    def shapes_for(self, data: bytes, labels: Sequence[str] = ()) -> Claims:
        return {rule: [s for s in rule.shapes if not s.cell] for rule in self.rules}

    def lines(self, data: bytes, label: bool, rows: Sequence[tuple[int, int]] = ()) -> Iterator[tuple[int, int]]:
        """Start and end of every line that holds something."""
        position = 0
        while (hit := self.search_cell(data, position)) is not None:
            end = data.find(b"\n", hit.start())
            end = len(data) if end < 0 else end
            yield data.rfind(b"\n", 0, hit.start()) + 1, end
            position = end + 1


def _options() -> Any:
    import re2

    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    options.encoding = re2.Options.Encoding.LATIN1
    return options


def _whole(words: Sequence[str]) -> str:
    """`rules.phrases` for RE2; a number may follow at once (NIK3171...), for that is where the text before it ends."""
    return f"(?i:(?:^|[^a-z0-9])(?:{phrase(words)})(?:[^a-z]|$))"


def _set(shapes: Sequence[str], options: Any) -> Any:
    """All of these at once: which occur?"""
    import re2

    found = re2.Set.SearchSet(options)
    for regex in shapes:
        found.Add(regex.encode())
    found.Compile()
    return found
