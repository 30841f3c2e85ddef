"""The schema of `rules/identifiers/**.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field

from privacyscan.model import Born, CheckCall, Content, Derived, Expectation, Identifier, Pattern, Shared, Twin
from privacyscan.rulebook import _backtracking, _parameters, word_lists
from privacyscan.rulebook._schema import SourceEntry, Strict, Words
from privacyscan.rulebook._yaml import Document

# What may not stand beside a shape. digits: letters, digits, or the whole part of a decimal number. lone: nor a longer
# row of numbers with dots and dashes. apart: nor one with spaces. glued: letters may stand before it.
BORDERS = {
    "digits": (r"(?<![0-9]\.)(?<![0][,])(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"),
    "lone": (r"(?<![0-9][.-])(?<![0][,])(?<![TU][-])(?<![0-9A-Za-z+])", r"(?![0-9A-Za-z])(?![.-][0-9])"),
    "apart": (r"(?<![0-9][ .-])(?<![0][,])(?<![0-9A-Za-z+])", r"(?![0-9A-Za-z])(?![ .-][0-9])"),
    "glued": (r"(?<![0-9]\.)(?<![0-9])", r"(?![0-9A-Za-z])"),
    "word": (r"(?<![0-9A-Za-z_])", r"(?![0-9A-Za-z_])"),
    "none": ("", ""),
}
SUBSETS = {
    "weak_columns": "columns", "beside_columns": "columns", "apart_columns": "columns", "touching_context": "context",
}  # fmt: skip
LOOK_AROUND = re.compile(r"\(\?<?!(?:\[(?:[^\]\\]|\\.)+\]|\\\.){1,2}\)")


class CheckEntry(Strict):
    """A check by name, with its parameters."""

    check: str
    name: str = ""
    parameters: dict[str, Any] = Field(default_factory=dict, alias="with")

    def build(self) -> CheckCall:
        return CheckCall(self.name or self.check, self.check, self.parameters)


class PatternEntry(Strict):
    """One shape."""

    name: str
    regex: str
    borders: Literal["digits", "lone", "apart", "glued", "word", "none"] = "none"
    scope: Literal["anywhere", "cell", "text", "sentence"] = "anywhere"
    checks: list[CheckEntry] = Field(default=[])
    alone: bool = True
    damaged: bool = False

    @property
    def full(self) -> str:
        before, after = BORDERS[self.borders]
        return f"{before}(?:{self.regex}){after}" if before else self.regex

    def build(self) -> Pattern:
        return Pattern(
            self.name, self.full, self.scope, tuple(c.build() for c in self.checks), self.alone, self.damaged
        )


class ExpectEntry(Strict):
    """What a whole column must show."""

    flag: str
    least: float = 0.0
    most: float = 1.0
    apart: bool = False


class BornEntry(Strict):
    """Where a value says when its holder was born."""

    format: str = Field(pattern=r"^(date|(D{2}|M{2}|Y{2,4})+)$")
    at: int = Field(default=0, ge=0)
    woman: int = Field(default=0, ge=0)
    length: int = Field(default=0, ge=0)

    def build(self) -> Born:
        return Born(self.format, self.at, self.woman, self.length)


class DerivedEntry(Strict):
    """Which values of other identifiers tell it."""

    sources: list[str] = Field(min_length=1, alias="from")
    under: int = Field(ge=1, le=120)

    def build(self) -> Derived:
        return Derived(tuple(self.sources), self.under)


class ContentEntry(Strict):
    """A column is this by what its cells read like; log-odds that a header adds."""

    kind: Literal["person", "address"]
    named: float = 5.0
    weakly: float = 1.0
    against: float = -6.0

    def build(self) -> Content:
        return Content(self.kind, self.named, self.weakly, self.against)


class SharedEntry(Strict):
    """When a column of it is a quasi-identifier, and under which headers one is that no value shows."""

    most_distinct: float = Field(default=1.0, gt=0, le=1)
    columns: list[str] = Field(default=[])

    def build(self) -> Shared:
        return Shared(self.most_distinct, tuple(self.columns))


class TwinEntry(Strict):
    """A kind of twin, with its parameters."""

    kind: str
    parameters: dict[str, Any] = Field(default_factory=dict, alias="with")

    def build(self) -> Twin:
        return Twin(self.kind, self.parameters)


class Mask(Strict):
    """How many characters a masked sample may show."""

    head: int = Field(default=0, ge=0, le=4)
    tail: int = Field(default=0, ge=0, le=2)


class Examples(Strict):
    """Made-up values: each is a test."""

    match: list[str] = Field(min_length=1)
    no_match: list[str] = Field(min_length=1)


class IdentifierFile(Strict):
    """A whole rule file."""

    id: str = Field(pattern=r"^[A-Z][A-Z0-9_]+$")
    title: Words
    meaning: Words
    sources: list[SourceEntry] = Field(min_length=1)
    category: Literal["umum", "spesifik"] = Field(alias="class")
    group: Literal["identity", "contact", "financial", "health", "biography", "location", "security"]
    person: bool = False
    patterns: list[PatternEntry] = Field(default=[])
    normalise: Literal["digits", "text"] = "digits"
    same_prefix: dict[str, str] = Field(default={})
    checks: list[CheckEntry] = Field(default=[])
    evidence: list[CheckEntry] = Field(default=[])
    alone: list[str] | None = Field(default=[])
    chance: float = Field(default=0.0, ge=0, lt=1)
    check_chance: float = Field(default=1.0, ge=0, le=1)
    context: list[str] = Field(default=[])
    context_reach: Literal["all", "first", "next"] = "all"
    touching_context: list[str] = Field(default=[])
    not_context: list[str] = Field(default=[])
    columns: list[str] = Field(default=[])
    weak_columns: list[str] = Field(default=[])
    not_columns: list[str] = Field(default=[])
    header_required: bool = False
    least_share: float = Field(default=0.0, ge=0, le=1)
    expect: list[ExpectEntry] = Field(default=[])
    content: ContentEntry | None = None
    rank: int
    mask: Mask = Mask()
    examples: Examples | None = None
    part: Literal["", "names"] = ""
    beside: Literal["", "person"] = ""
    named_or_beside: bool = False
    beside_columns: list[str] = Field(default=[])
    apart_columns: list[str] = Field(default=[])
    beside_entity: str = ""
    shared_by: str = ""
    born: BornEntry | None = None
    men: list[str] = Field(default=[])
    women: list[str] = Field(default=[])
    derived: DerivedEntry | None = None
    quasi: SharedEntry | None = None
    twin: TwinEntry | None = None

    def calls(self) -> Iterator[tuple[tuple[str | int, ...], CheckEntry]]:
        """Every use of a check with the path it stands at."""
        for i, pattern in enumerate(self.patterns):
            yield from ((("patterns", i, "checks", j), call) for j, call in enumerate(pattern.checks))
        yield from ((("checks", i), call) for i, call in enumerate(self.checks))
        yield from ((("evidence", i), call) for i, call in enumerate(self.evidence))

    def build(self, file: str) -> Identifier:
        """The loaded rule."""
        return Identifier(
            id=self.id,
            title=self.title.model_dump(),
            meaning=self.meaning.model_dump(),
            sources=tuple(s.model_dump() for s in self.sources),
            category=self.category,
            group=self.group,
            person=self.person,
            patterns=tuple(p.build() for p in self.patterns),
            normalise=self.normalise,
            same_prefix=self.same_prefix,
            checks=tuple(c.build() for c in self.checks),
            evidence=tuple(c.build() for c in self.evidence),
            alone=None if self.alone is None else tuple(self.alone),
            chance=self.chance,
            check_chance=self.check_chance,
            context=tuple(self.context),
            context_reach=self.context_reach,
            touching_context=tuple(self.touching_context),
            not_context=tuple(self.not_context),
            columns=tuple(self.columns),
            weak_columns=tuple(self.weak_columns),
            not_columns=tuple(self.not_columns),
            header_required=self.header_required,
            least_share=self.least_share,
            expect=tuple(Expectation(e.flag, e.least, e.most, e.apart) for e in self.expect),
            content=None if self.content is None else self.content.build(),
            rank=self.rank,
            mask_head=self.mask.head,
            mask_tail=self.mask.tail,
            examples_match=tuple(self.examples.match) if self.examples else (),
            examples_no_match=tuple(self.examples.no_match) if self.examples else (),
            part=self.part,
            beside=self.beside,
            named_or_beside=self.named_or_beside,
            beside_columns=tuple(self.beside_columns),
            apart_columns=tuple(self.apart_columns),
            beside_entity=self.beside_entity,
            shared_by=self.shared_by,
            born=None if self.born is None else self.born.build(),
            men=tuple(self.men),
            women=tuple(self.women),
            derived=None if self.derived is None else self.derived.build(),
            quasi=None if self.quasi is None else self.quasi.build(),
            twin=None if self.twin is None else self.twin.build(),
            file=file,
        )


def lint(rule: IdentifierFile, document: Document) -> list[str]:
    """What a schema cannot say: both engines must read the shapes alike, and every name must exist."""
    mistakes = []

    def wrong(path: tuple[str | int, ...], what: str) -> None:
        mistakes.append(document.mistake(path, what))

    for part in ("patterns", "examples"):
        if rule.derived is None and not getattr(rule, part):
            wrong((part,), "is missing")
        if rule.derived is not None and getattr(rule, part):
            wrong((part,), "belongs to an identifier that is not `derived` from others")
    for i, pattern in enumerate(rule.patterns):
        if pattern.damaged and (pattern.alone or pattern.scope not in ("cell", "text")):
            wrong(
                ("patterns", i, "damaged"),
                "what lost its digits needs a header or a word: write `scope: cell` or `text`, and `alone: false`",
            )
        if pattern.scope == "sentence" and re.search("[A-Z]", pattern.regex):
            wrong(("patterns", i, "regex"), "must be lower-case: a sentence is looked at in lower case")
    for path, call in rule.calls():
        if call.check not in checks():
            wrong(path, f"there is no check '{call.check}'; there are: {', '.join(sorted(checks()))}")
            continue
        for name, what in _parameters.mistakes(checks()[call.check], call.parameters, word_lists()):
            wrong((*path, "with", name) if name else path, what)
    if rule.twin is not None:
        if (kind := twins().get(rule.twin.kind)) is None:
            wrong(("twin", "kind"), f"there is no twin '{rule.twin.kind}'; there are: {', '.join(sorted(twins()))}")
        else:
            for name, what in _parameters.mistakes(kind, rule.twin.parameters, word_lists(), is_twin=True):
                wrong(("twin", "with", name) if name else ("twin",), what)
    flags = [c.name or c.check for c in rule.evidence]
    if len(set(flags)) < len(flags):
        wrong(("evidence",), "two have the same name; give each its own `name`")
    for name in rule.alone or ():
        if name not in flags:
            wrong(("alone",), f"'{name}' is not a name under evidence; there are: {', '.join(flags) or 'none'}")
    for i, expectation in enumerate(rule.expect):
        if expectation.flag not in (*flags, "distinct"):
            wrong(("expect", i), f"'{expectation.flag}' is neither 'distinct' nor a name under evidence")
        if expectation.least > expectation.most:
            wrong(("expect", i), "`least` is above `most`")
    for part in ("context", "not_context", "columns", "weak_columns", "not_columns"):
        for i, word in enumerate(getattr(rule, part)):
            if not re.fullmatch(r"[a-z0-9]+( [a-z0-9]+)*", word):
                wrong((part, i), f"'{word}' must be lower-case words with single spaces between them")
    for part, whole in SUBSETS.items():
        for i, word in enumerate(getattr(rule, part)):
            if word not in getattr(rule, whole):
                wrong((part, i), f"'{word}' is not among `{whole}`")
    for part in ("context", "columns"):
        against = getattr(rule, f"not_{part}")
        for i, word in enumerate(getattr(rule, part)):
            if word in against:
                wrong((part, i), f"'{word}' also stands under `not_{part}`; keep one")
    for i, word in enumerate(rule.quasi.columns if rule.quasi is not None else ()):
        if not re.fullmatch(r"[a-z0-9]+( [a-z0-9]+)*", word):
            wrong(("quasi", "columns", i), f"'{word}' must be lower-case words with single spaces between them")
    if bool(rule.men) != bool(rule.women):
        wrong(("men" if rule.men else "women",), "needs both `men` and `women`")
    if rule.weak_columns and not rule.expect and rule.content is None:
        wrong(("weak_columns",), "needs `expect`: what the column must show beside such a header")
    return mistakes


def lint_shapes(rule: IdentifierFile, document: Document) -> list[str]:
    """Shapes that the two engines would not read alike."""
    found = ((i, what) for i, pattern in enumerate(rule.patterns) for what in regex_mistakes(pattern.full))
    return [document.mistake(("patterns", i, "regex"), what) for i, what in found]


def references(rule: IdentifierFile) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """The names that the file takes from others, as (path, kind, name)."""
    for i, name in enumerate(rule.derived.sources if rule.derived else ()):
        yield ("derived", "from", i), "identifier", name
    if rule.beside_entity:
        yield ("beside_entity",), "identifier", rule.beside_entity
    if rule.shared_by:
        yield ("shared_by",), "identifier", rule.shared_by


def measure(rule: IdentifierFile, document: Document) -> list[str]:
    """Shapes by which a text could stop the scan. Takes tenths of a second: not for rules that were tested."""
    found = ((i, _backtracking.mistake(p.full, p.scope == "cell")) for i, p in enumerate(rule.patterns))
    return [document.mistake(("patterns", i, "regex"), what) for i, what in found if what is not None]


def checks() -> Mapping[str, Any]:
    """The checks of `privacyscan/checks/` and of outsiders, by name."""
    from privacyscan.registry import plugins

    return plugins("checks")


def twins() -> Mapping[str, Any]:
    """The kinds of `privacyscan/twins/` and of outsiders, by name."""
    from privacyscan.registry import plugins

    return plugins("twins")


def regex_mistakes(regex: str) -> list[str]:
    """What in a shape the two engines would not read alike."""
    import re2

    mistakes = []
    if not regex.isascii():
        mistakes.append("must be ASCII; look-alike characters are folded before matching")
    if found := re.findall(r"\\[dDwWsSbB]", regex):
        mistakes.append(f"{found[0]} means something else in each engine; write [0-9], [A-Za-z] or ASCII look-arounds")
    if "(?i" in regex:
        mistakes.append("(?i) folds differently in each engine; write [Aa]")
    rest = LOOK_AROUND.sub("", regex)
    if re.search(r"\(\?(?:<?[=!]|P|<)", rest):
        mistakes.append("only (?<![...]) and (?![...]) of one or two character classes are allowed as look-arounds")
    try:
        if re.compile(regex).search(""):
            mistakes.append("matches an empty text; write {1,64} or another bound instead of * or ?")
        options = re2.Options()
        options.log_errors = False
        re2.compile(rest.encode(), options)
    except (re.error, re2.error) as error:
        mistakes.append(f"does not compile: {error.args[0] if isinstance(error, re.error) else 'not RE2 syntax'}")
    return mistakes
