"""The fast path's first look: which cells and lines can hold anything at all.

All shapes of all rules become one RE2 alternation (where?) and one RE2 set (which rules?). A cell or line it
does not stop at costs some nanoseconds a byte; only the others reach the rules. Logs are full of numbers of eight to
eleven digits, so a text is not stopped at for shapes that say nothing alone: there their context words are looked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from privacyscan.detect.borders import relaxed
from privacyscan.detect.rows import JOINED, LABELLED, Headers
from privacyscan.detect.rules import Rule, Shape, Tried, phrase
from privacyscan.detect.runs import Runs, Seen
from privacyscan.detect.wraps import Wraps

REACH = 2  # lines after a label in which it may count: the next, or the one after a blank
_SMALL = 64 << 10  # bytes up to which importing pyarrow costs more than it saves
_MANY = 64 << 10  # bytes from which numbers are judged together
NOTHING = r"[^\s\S]"
_MEMORY = 32 << 20  # bytes for RE2's automaton; enough for thousands of shapes
_RECENT = 4096  # cells: a small column is sampled, then read, and the same words stand in many tables
_LONGEST = 256  # characters of a cell that is remembered
_MOST_KNOWN = 10_000  # combinations of shapes and words whose claims are remembered


class Line(NamedTuple):
    """A line to look at, its first and last byte, and the numbers of the shapes and of the words that it may hold."""

    start: int
    end: int
    shapes: Sequence[int] = ()
    words: Sequence[int] = ()
    pairs: bool = True  # whether numbers may stand there that are joined


class Plan:
    """The prefilter for some rules. Works on UTF-8 bytes as Latin-1: rules are ASCII by the rulebook's linter."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        import re2

        self.rules = tuple(rules)
        options = _options()
        shapes = [(rule, s) for rule in rules for s in rule.shapes if not s.cell]
        self.search_cell, self.alternation = self.search_for(s for _, s in shapes if not s.text)
        every = [relaxed(s.consuming) for _, s in shapes]
        self._search: Any = re2.compile(("(?m)" + _any(every)).encode(), options).search
        words = sorted({w for rule, s in shapes if not rule.may_stand_alone(s) for w in rule.identifier.context})
        self._spoken = [_whole(words)] if words else []
        self._runs = Runs(rules)
        self.shapes = shapes
        self._strong = frozenset(i for i, (rule, s) in enumerate(shapes) if rule.may_stand_alone(s))
        self._shapes_in = _Which([*(f"(?m){regex}" for regex in every), JOINED], options)
        # The words of the rules, then those that speak against the rules whose shapes may stand alone.
        self._speakers = [rule for rule in rules if rule.identifier.context]
        against = [r for r in rules if r.identifier.not_context and any(r.may_stand_alone(s) for s in r.shapes)]
        self._words_in = _Which(
            [
                *(_whole(rule.identifier.context) for rule in self._speakers),
                *(_whole(rule.identifier.not_context) for rule in against),
            ],
            options,
        )
        self._spoken_of = [*self._speakers, *against]
        weak = {rule for rule, s in shapes if not rule.may_stand_alone(s)}
        self._reaching = frozenset(i for i, rule in enumerate(self._speakers) if rule in weak)
        self._whole = [(rule, s) for rule in rules for s in rule.shapes if s.cell]
        self._every = {rule: rule.shapes for rule in self.rules}
        self._known_cells: dict[object, Mapping[Rule, Sequence[Shape]]] = {}
        self._in_cells = frozenset(i for i, (_, s) in enumerate(shapes) if not s.text)
        self._shapes_again = lru_cache(_RECENT)(self._shapes_of)
        self._rules_again = lru_cache(_RECENT)(self._rules_of)
        self._known: dict[tuple[object, ...], Sequence[Tried]] = {}
        self.luck = Luck(rules)
        self.headers = Headers(rules)
        self.wraps = Wraps(rules)

    @cached_property
    def _texts(self) -> Any:
        """Finds the shapes that may stand alone and are no numbers. Asked apart, because one automaton for these
        and the numbers and words has as many states as theirs multiplied, and takes long to get them all."""
        return _search(relaxed(s.consuming) for rule, s in self._alone if not rule.digits)

    @cached_property
    def _whole_in(self) -> _Which:
        """Which shapes of whole cells may a cell have? Asked apart from `shapes`, as `_texts` is."""
        return _Which([s.bare for _, s in self._whole], _options())

    @cached_property
    def _numbers(self) -> Any:
        """Finds the numbers that may stand alone, and words."""
        return _search([*(relaxed(s.consuming) for rule, s in self._alone if rule.digits), *self._spoken])

    @cached_property
    def _other_numbers(self) -> Any:
        """The same without those that are judged together; what numbers with labels might be instead."""
        mine = (relaxed(s.consuming) for rule, s in self._alone if rule.digits and s not in self._runs.shapes)
        return _search([*mine, LABELLED, *self._spoken])

    @property
    def _alone(self) -> Iterator[tuple[Rule, Shape]]:
        return ((rule, s) for rule, s in self.shapes if rule.may_stand_alone(s))

    def search_for(self, shapes: Iterable[Shape]) -> tuple[Any, str]:
        """What finds the first of these shapes in bytes, and its pattern."""
        import re2

        pattern = "(?m)" + _any(relaxed(s.consuming) for s in shapes)
        return re2.compile(pattern.encode(), _options()).search, pattern

    def shapes_in(self, data: bytes) -> Sequence[int]:
        """The places in `shapes` of those that may match."""
        return self._asked(data, 0, len(data)).shapes

    def stops_at(self, text: str) -> bool:
        """Whether `search_cell` finds anything in a cell."""
        if len(text) <= _LONGEST and text.isascii():
            return not self._in_cells.isdisjoint(self._shapes_again(text))
        return self.search_cell(text.encode("utf-8", "replace")) is not None

    def rules_of_cell(self, text: str) -> Mapping[Rule, Sequence[Shape]]:
        """The rules that may match in a cell, or match it whole, in order, with the shapes that may."""
        return self._rules_again(text) if len(text) <= _LONGEST else self._rules_of(text)

    def _shapes_of(self, text: str) -> Sequence[int]:
        return tuple(self._shapes_in(text.encode()))

    def _rules_of(self, text: str) -> Mapping[Rule, Sequence[Shape]]:
        if not text.isascii():
            return self._every
        shapes_of = self._shapes_again if len(text) <= _LONGEST else self._shapes_of
        found = (shapes_of(text), tuple(self._whole_in(text.encode())))
        if found not in self._known_cells:
            if len(self._known_cells) >= _MOST_KNOWN:
                self._known_cells.clear()
            within, whole = found
            may = {*(self.shapes[i][1] for i in within if i < len(self.shapes)), *(self._whole[i][1] for i in whole)}
            shapes = {rule: [s for s in rule.shapes if s in may] for rule in self.rules}
            self._known_cells[found] = {rule: some for rule, some in shapes.items() if some}
        return self._known_cells[found]

    def shapes_for(self, data: bytes, labels: Sequence[str] = ()) -> Sequence[Tried]:
        """What may count in a text; `labels` are those of its fields."""
        return self.claims(self._asked(data, 0, len(data)), labels=labels)

    def claims(self, line: Line, before: Sequence[bytes] = (), labels: Sequence[str] = ()) -> Sequence[Tried]:
        """What may count in a line: the shapes of rules that count alone or whose words or columns stand there or
        `before` it; `labels` are those of its fields."""
        words = tuple({*line.words, *(i for text in before for i in self._words_in(text))} if before else line.words)
        asked = (tuple(line.shapes), words, *labels)
        claims = self._known.get(asked)
        if claims is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            claims = self._known[asked] = self._claims(line.shapes, words, labels)
        return claims

    def _claims(self, shapes: Sequence[int], words: Sequence[int], labels: Sequence[str]) -> Sequence[Tried]:
        meant = {r for r in self.rules for label in labels if r.is_meant(label)}
        spoken = {*meant, *(self._speakers[i] for i in words if i < len(self._speakers))}
        heard = {*spoken, *(self._spoken_of[i] for i in words)}
        tried: dict[Rule, list[Shape]] = {}
        for rule, shape in (self.shapes[i] for i in shapes):
            if rule.identifier.alone is not None or rule in spoken:
                tried.setdefault(rule, []).append(shape)
        return [Tried(rule, mine, rule.telling(mine), rule in heard) for rule, mine in tried.items()]

    def seen(self, data: bytes) -> Seen | None:
        """What the plain numbers of a block are; None where it is too small to ask."""
        return self._runs.look(data) if self._runs.shapes and len(data) >= _MANY else None

    def lines(
        self, data: bytes, label: bool, rows: Sequence[tuple[int, int]] = (), seen: Seen | None = None
    ) -> Iterator[Line]:
        """The lines to look at. `label`: whether the line before the first may hold words for it.
        `rows`: where labels above the lines may speak for any shape. Lines that hold nothing but numbers that were
        `seen` and fail are left out."""
        at, left = 0, REACH if label else 0
        for begun, ended in rows:  # to whole lines: a statement begins and ends anywhere
            start, _ = _line(data, begun, at)
            stop = min(len(data), _line(data, max(start, ended - 1), at)[1] + 1)
            yield from self._lines(data, at, start, left, seen)
            at = max(at, start)
            while at < stop and (hit := self._search(data, at, stop)) is not None:
                first, end = _line(data, hit.start() + (data[hit.start()] == 10), at)
                yield self._asked(data, first, end)
                at = end + 1
            at, left = max(at, stop), REACH
        yield from self._lines(data, at, len(data), left, seen)

    def _lines(self, data: bytes, at: int, stop: int, eager: int, seen: Seen | None) -> Iterator[Line]:
        """The lines that begin between two places; `eager` lines at the start are looked at in any case. After one that
        holds something the next is asked at once, because asking costs less than searching."""
        near, next_hit = False, self._next_hit(data, seen)
        while at < stop:
            start = at
            if not eager and not near:
                within = next_hit(at)
                if within is None:
                    return
                start, _ = _line(data, within, at)
                if start >= stop:
                    return
            start, end = _line(data, start, at)
            line = self._asked(data, start, end)
            speaks = not self._reaching.isdisjoint(line.words)
            near = speaks or not self._strong.isdisjoint(line.shapes)
            if line.shapes and (near or eager):
                yield line
            eager = REACH if speaks else max(0, eager - 1)
            at = end + 1
            if near and not eager and seen is not None and seen.fails_in(at, _line(data, at, at)[1]):
                near = False

    def _next_hit(self, data: bytes, seen: Seen | None) -> Callable[[int], int | None]:
        """What finds a byte of the next line that may count, from some byte on. It is asked for bytes in order."""
        searches = [self._numbers if seen is None else self._other_numbers, self._texts]
        found = [-1] * len(searches)  # the last hit of each

        def next_hit(at: int) -> int | None:
            for i, search in enumerate(searches):
                if found[i] < at:
                    hit = search(data, at)
                    # The border may eat a line end.
                    found[i] = len(data) if hit is None else hit.start() + (data[hit.start()] == 10)
            passing = seen.passes_from(at) if seen is not None else None
            within = min(*found, len(data) if passing is None else passing)
            return within if within < len(data) else None

        return next_hit

    def _asked(self, data: bytes, start: int, end: int) -> Line:
        line = data[start:end]
        shapes = self._shapes_in(line)
        pairs = bool(shapes) and shapes[-1] == len(self.shapes)
        return Line(start, end, shapes[:-1] if pairs else shapes, self._words_in(line), pairs)


class _Which:
    """Which of some patterns occur in a text?"""

    def __init__(self, patterns: Sequence[str], options: Any) -> None:
        import re2

        self._all = range(len(patterns))
        found = re2.Set.SearchSet(options)
        for regex in (*patterns, ""):  # the last always does, so that nothing at all means: RE2 gave up
            found.Add(regex.encode())
        found.Compile()
        self._match: Any = found.Match

    def __call__(self, data: bytes) -> Sequence[int]:
        """Their numbers, in order; all of them where RE2's automaton is full."""
        hits: list[int] = self._match(data)
        if not hits:
            return self._all
        hits.sort()
        del hits[-1]
        return hits


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

    alternation = "(?s)."

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self.search_cell: Any = re.compile(rb"[^\n]").search
        self.luck = Luck(rules)
        self.headers = Headers(rules)
        self.wraps = Wraps(rules)

    def stops_at(self, text: str) -> bool:
        return self.search_cell(text.encode("utf-8", "replace")) is not None

    def rules_of_cell(self, text: str) -> Mapping[Rule, Sequence[Shape]]:
        return {rule: rule.shapes for rule in self.rules}

    def shapes_for(self, data: bytes, labels: Sequence[str] = ()) -> Sequence[Tried]:
        shapes = ((rule, [s for s in rule.shapes if not s.cell]) for rule in self.rules)
        return [Tried(rule, mine, mine) for rule, mine in shapes]

    def claims(self, line: Line, before: Sequence[bytes] = (), labels: Sequence[str] = ()) -> Sequence[Tried]:
        return self.shapes_for(b"")

    def seen(self, data: bytes) -> Seen | None:
        return None

    def lines(
        self, data: bytes, label: bool, rows: Sequence[tuple[int, int]] = (), seen: Seen | None = None
    ) -> Iterator[Line]:
        """Every line that holds something."""
        position = 0
        while (hit := self.search_cell(data, position)) is not None:
            end = data.find(b"\n", hit.start())
            end = len(data) if end < 0 else end
            yield Line(data.rfind(b"\n", 0, hit.start()) + 1, end)
            position = end + 1


def _options() -> Any:
    import re2

    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    options.encoding = re2.Options.Encoding.LATIN1
    return options


def _search(patterns: Iterable[str]) -> Any:
    """What finds the first of some patterns in bytes; never anything where there are none."""
    import re2

    return re2.compile(("(?m)" + (_any(patterns) or NOTHING)).encode(), _options()).search


def _whole(words: Sequence[str]) -> str:
    """`rules.phrases` for RE2; a number may follow at once (NIK3171...), for that is where the text before it ends."""
    return f"(?i:(?:^|[^a-z0-9])(?:{phrase(words)})(?:[^a-z]|$))"


def _any(patterns: Iterable[str]) -> str:
    return "|".join(f"(?:{regex})" for regex in patterns)
