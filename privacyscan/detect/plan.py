"""The fast path's first look: which cells and lines can hold anything at all.

All shapes of all rules become one RE2 alternation (where?) and one RE2 set (which rules?). A cell or line it
does not stop at costs some nanoseconds a byte; only the others reach the rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from privacyscan.detect.rules import Rule

_MEMORY = 16 << 20  # bytes for RE2's automaton; enough for thousands of shapes


class Plan:
    """The prefilter for some rules. Works on UTF-8 bytes as Latin-1: rules are ASCII by the rulebook's linter."""

    vectors = True  # columns of digits are decided by the vector twins of the checks

    def __init__(self, rules: Sequence[Rule]) -> None:
        import re2

        self.rules = tuple(rules)
        shapes = [(rule, s.consuming) for rule in rules for s in rule.shapes if not s.cell]
        self.alternation = "(?m)" + "|".join(f"(?:{regex})" for _, regex in shapes)
        options = re2.Options()
        options.max_mem = _MEMORY
        options.log_errors = False
        options.encoding = re2.Options.Encoding.LATIN1
        self.search: Any = re2.compile(self.alternation.encode(), options).search
        self._set: Any = re2.Set.SearchSet(options)
        self._owner: list[Rule] = []
        for rule, regex in shapes:
            self._set.Add(f"(?m){regex}".encode())
            self._owner.append(rule)
        self._set.Compile()

    def rules_for(self, data: bytes) -> Iterable[Rule]:
        """The rules that may match. RE2's set answers nothing both for "no match" and for a full automaton,
        so nothing means: all of them."""
        hits = self._set.Match(data)
        return dict.fromkeys(self._owner[i] for i in hits) if hits else self.rules


class Everything:
    """No shortcut: every cell and line goes through every rule (`--engine reference`), for doubters and for tests."""

    vectors = False
    alternation = "(?s)."

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self.search: Any = re.compile(rb"[^\n]").search

    def rules_for(self, data: bytes) -> Iterable[Rule]:
        return self.rules
