"""A rule file compiled: from a text to the candidates of one identifier, each with its local tier.

Both engines share these objects: the fast plan calls them on the cells and lines that the prefilter lets
through, Presidio's recognisers (`privacyscan.detect.presidio`) wrap them for every text.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, Protocol
from unicodedata import normalize

from privacyscan.checks import Bound, Check, bound
from privacyscan.detect.borders import bare, consuming, parts
from privacyscan.model import CheckCall, Confidence, Identifier, Pattern
from privacyscan.registry import plugins

if TYPE_CHECKING:
    from privacyscan.detect.vectors import Strings

STRUCTURE, CHECKED, CONTEXT = 0, 1, 2  # local tiers
SCORES = tuple(tier.score for tier in (Confidence.STRUCTURE, Confidence.CHECKED, Confidence.CONTEXT))
WINDOW = 120  # characters before a match in which a context word counts
STRONG = 0.001  # a chance at which words that speak against an identifier do not matter
SURELY = 0.9  # the least share of an evidence that nearly every value shows
LUCKY = 0.1  # a share of random values that pass, up to which a whole column of passing ones is no luck
MOST_HEADERS = 1000  # headers, and labels of rows, whose meaning is remembered
FAR = 1 << 20  # distance of a context word that is not there

# One character for one character, so offsets stay true: full-width digits, no-break and thin spaces, dashes.
LOOKALIKES = {0xFF10 + i: ord("0") + i for i in range(10)} | dict.fromkeys((0x00A0, 0x2007, 0x2009, 0x202F), ord(" "))
LOOKALIKES |= dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212, 0xFF0D), ord("-"))
ACCENTS = {c: base for c in range(0xC0, 0x180) if (base := normalize("NFD", chr(c))[0]).isascii()}
# Blanks, quotes, brackets, : ; = , / and such; not %40, which stands in an address.
PERCENT = re.compile("%(?:0[9ADad]|2[0-9A-Fa-f]|3[A-Fa-f]|5[BDbd]|7[BCDbcd])")
# Signs that nobody sees, which web pages and programs put into long words: soft hyphens, joiners, directions.
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_PLAIN = LOOKALIKES | ACCENTS
_BEYOND = re.compile(r"[^\x00-\x7f]+")  # ASCII
# How clerks and old registers (SIAK, Dapodik, SIMPEG) shorten the words of a header.
SHORT_FORMS = {
    "agm": "agama",
    "akh": "akhir",
    "almt": "alamat",
    "dsn": "dusun",
    "gol": "golongan",
    "jns": "jenis",
    "kab": "kabupaten",
    "kec": "kecamatan",
    "klm": "kelamin",
    "klmin": "kelamin",
    "klmn": "kelamin",
    "knd": "kandung",
    "krj": "pekerjaan",
    "kwn": "kawin",
    "kwrg": "warga",
    "lgkp": "lengkap",
    "lhr": "lahir",
    "lngkp": "lengkap",
    "lok": "lokasi",
    "nm": "nama",
    "nmr": "nomor",
    "nomer": "nomor",
    "pddk": "pendidikan",
    "pddkn": "pendidikan",
    "pek": "pekerjaan",
    "pend": "pendidikan",
    "pkj": "pekerjaan",
    "pkrjn": "pekerjaan",
    "prov": "provinsi",
    "rek": "rekening",
    "stat": "status",
    "sts": "status",
    "telp": "telepon",
    "tgl": "tanggal",
    "tlp": "telepon",
    "tmp": "tempat",
    "tmpt": "tempat",
    "tpt": "tempat",
}

_NOT_DIGITS = {c: None for c in range(0x250) if not chr(c).isascii() or not chr(c).isdigit()}
_NO_DIGITS = bytes(c for c in range(256) if not 48 <= c <= 57)
_CORE = re.compile(r"""[\s'"`=]*(?:[A-Za-z][A-Za-z. ]{0,20}[:=]\s*)?(.*?)(?:\.0+)?[\s'"`;,]*""", re.DOTALL)
_NUMBER = re.compile("[0-9]{3}")
_COMPARED = re.compile(" [<>]=? |(?<![A-Za-z])BETWEEN(?![A-Za-z])")
_STOPS = {
    "first": re.compile("[0-9]{10}"),
    "next": re.compile("[0-9](?![0-9]{0,2} ?(?:tahun|thn|th)(?![a-z]))"),
}  # what ends the reach of a context word
_WORD = re.compile(r"[a-z]+|[0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def plain(text: str) -> str:
    """The text with look-alike digits, spaces, dashes and accented letters made ASCII, and signs that a URL encodes
    made blank; same length."""
    if "%" in text:
        text = PERCENT.sub("   ", text)
    return text if text.isascii() else _BEYOND.sub(lambda match: match[0].translate(_PLAIN), text)


def visible(text: str) -> str:
    """The text without signs that nobody sees."""
    return text if text.isascii() else INVISIBLE.sub("", text)


@lru_cache(maxsize=MOST_HEADERS)
def header_words(header: str) -> str:
    """A column's header as ` word word `, lower case: `NoKTP_Ibu` gives ` no ktp ibu `. Short forms of registers are
    there in full too: `JNS_KLMIN` gives ` jns klmin | jenis kelamin `."""
    words = _WORD.findall(_CAMEL.sub(" ", header).lower())
    full = [SHORT_FORMS.get(w, w) for w in words]
    return f" {' '.join(words)} " + (f"| {' '.join(full)} " if full != words else "")


def core(cell: str) -> tuple[int, int]:
    """Where the value of a cell begins and ends, without what exports put around it: blanks, quotes, a label, `.0`."""
    match = _CORE.fullmatch(cell)
    return match.span(1) if match else (0, len(cell))


@dataclass(slots=True)  # not frozen: a text of numbers makes millions, and each would take four times as long
class Candidate:
    """A place in a text that one identifier claims. `tier` is local: structure, checked or context."""

    rule: Rule
    start: int
    end: int
    tier: int
    distance: int = FAR  # characters between the nearest context word and the match
    flags: int = 0  # bit i: evidence i of the rule holds
    damaged: bool = False  # its digits were lost: it tells no person

    @property
    def entity(self) -> str:
        return self.rule.id


@dataclass(frozen=True, slots=True)
class Field:
    """A part of a text that has a label of its own, as `header_words` writes it: the cell of a row."""

    start: int
    end: int
    label: str


class Places(Protocol):
    """Knows where shapes stand in one text, as `re.finditer` would tell."""

    def of(self, regex: str) -> Iterable[tuple[int, int]]: ...


class Tried(NamedTuple):
    """What is tried on a text: the shapes of one rule, in its order.

    `heard`: whether a word for or against the rule may stand there. Where none does, and no label either, the `telling`
    shapes are enough: those behind the last that may stand alone count nowhere.
    """

    rule: Rule
    shapes: Sequence[Shape]
    telling: Sequence[Shape]
    heard: bool = True


class Rule:
    """One identifier, ready to run."""

    def __init__(self, identifier: Identifier, checks: Mapping[str, Check] | None = None) -> None:
        checks = plugins("checks") if checks is None else checks
        self.identifier = identifier
        self.id = identifier.id
        shapes = [Shape(p, self._bind(p.checks, checks)) for p in identifier.patterns]
        self.shapes = [s for s in shapes if s.pattern.scope != "sentence"]
        self.facts = [s for s in shapes if s.pattern.scope == "sentence"]  # for `sentences.facts`, on lower-case text
        self.checks = self._bind(identifier.checks, checks)
        self.evidence = self._bind(identifier.evidence, checks)
        self.flag_names = tuple(e.name for e in identifier.evidence)
        self.alone_mask = sum(1 << self.flag_names.index(n) for n in identifier.alone or ())
        self.digits = identifier.normalise == "digits"
        self.whole_cells = all(s.cell or s.text for s in self.shapes)
        self._can_stand_alone = identifier.alone is not None
        self._stop = _STOPS.get(identifier.context_reach)
        self._headers: dict[str, str | None] = {}
        self.needs_words = identifier.alone is None and identifier.check_chance > LUCKY

    @staticmethod
    def _bind(calls: tuple[CheckCall, ...], checks: Mapping[str, Check]) -> list[tuple[Check, dict[str, object]]]:
        return [(checks[c.check], dict(c.parameters)) for c in calls]

    def value(self, text: str) -> str:
        """What the checks and the keyed hash see: digits alone, or the text trimmed and lower-case."""
        if not self.digits:
            return " ".join(text.lower().split())
        if not text.isascii():
            return text.translate(_NOT_DIGITS)
        return text if text.isdigit() else text.encode().translate(None, _NO_DIGITS).decode()

    def canonical(self, text: str) -> str:
        """What tells two values apart: `value` with its start written one way (62812... as 0812...)."""
        value = self.value(text)
        for start, same in self.identifier.same_prefix.items():
            if value.startswith(start):
                return same + value[len(start) :]
        return value

    def canonical_of(self, texts: Strings) -> Strings:
        """The same of many plain texts, each wholly a value."""
        return (texts.digits if self.digits else texts.lower).begun(self.identifier.same_prefix)

    def passes(self, shape: Shape, text: str) -> bool:
        value = self.value(text) if self.digits else text
        return _hold(shape.tests, value) and (shape.damaged or _hold(self._tests, value))

    def flags(self, text: str) -> int:
        if not self.evidence:
            return 0
        value = self.value(text) if self.digits else text
        return sum(1 << i for i, holds in enumerate(self._shown) if holds(value))

    @cached_property
    def _tests(self) -> list[Bound]:
        return [bound(*call) for call in self.checks]

    @cached_property
    def _shown(self) -> list[Bound]:
        return [bound(*call) for call in self.evidence]

    def may_stand_alone(self, shape: Shape) -> bool:
        """Whether a value of this shape can count without a word, header or column that speaks for it."""
        return self._can_stand_alone and shape.alone

    def telling(self, shapes: Sequence[Shape]) -> Sequence[Shape]:
        """The shapes without the last ones that tell nothing where no word stands."""
        last = max((i for i, s in enumerate(shapes) if not s.apart or self.may_stand_alone(s)), default=-1)
        return shapes[: last + 1]

    def tier(self, shape: Shape, flags: int) -> int:
        """The tier without context: checked if this shape may stand alone and its evidence holds."""
        may = self.may_stand_alone(shape)
        return CHECKED if may and flags & self.alone_mask == self.alone_mask else STRUCTURE

    def candidates(
        self,
        text: str,
        lead: str = "",
        whole_cell: bool = False,
        shapes: Sequence[Shape] | None = None,
        text_shapes: bool = False,
        fields: Sequence[Field] = (),
        heard: bool = True,
        places: Places | None = None,
        among: Sequence[Shape] | None = None,
    ) -> Iterator[Candidate | None]:
        """The claims on `text` (already `plain`), None for a place where a shape failed its checks.

        `lead` is text before it that may hold context words (a label on the line before). `whole_cell`
        also tries the shapes that only a whole cell can have. `shapes` are those to try in a text; they are passed over
        where they need a word and there is none, for a text has no column that could speak for them. `text_shapes`
        tries all that a text can have. A value in one of the `fields` (in order, apart) is judged by the label of the
        field alone. `heard`: whether a word of the rule may stand in `lead` or `text`. `places` are those of the text.
        `among` are the only shapes of a cell that may match, where that is known.
        """
        taken: list[tuple[int, int]] = []  # sorted, apart from each other
        failed: set[tuple[int, int]] = set()  # each counts once, whatever its shapes
        in_text = shapes is not None
        for shape in shapes if shapes is not None else among if among is not None else self.shapes:
            if (shape.cell and not whole_cell) or (shape.text and not (in_text or text_shapes)):
                continue
            may_stand_alone = self.may_stand_alone(shape)
            for start, end in shape.spans(text, places):
                at = bisect(taken, (start, end)) if taken else 0
                if (at and taken[at - 1][1] > start) or (at < len(taken) and taken[at][0] < end):
                    continue
                value = text[start:end]
                passed = self.passes(shape, value)
                flags = self.flags(value) if passed and self.evidence and not shape.damaged else 0
                tier = CHECKED if may_stand_alone and flags & self.alone_mask == self.alone_mask else STRUCTURE
                distance = FAR
                if fields and (own := _field_at(fields, start)):
                    tier, distance = self.in_field(text, start, own, tier, flags)
                elif heard or _goes_on(text, start):
                    tier, distance = self.in_context(text, start, lead, tier)
                if passed:
                    taken.insert(at, (start, end))
                if in_text and tier != CONTEXT and not may_stand_alone:
                    continue
                if passed:
                    yield Candidate(self, start, end, tier, distance, flags, shape.damaged)
                elif (start, end) not in failed:
                    failed.add((start, end))
                    yield None

    def is_mute(self, text: str, lead: str = "") -> bool:
        """Whether nothing in the text can win without a header: the rule needs words and there are none."""
        words = self._words
        return self.needs_words and not (words is not None and (words.search(text) or words.search(lead)))

    def in_context(self, text: str, start: int, lead: str, tier: int) -> tuple[int, int]:
        """The tier after looking at the words before the match; a nearer word that speaks against it lowers it."""
        if lead and start < WINDOW:
            text, start = lead + "\n" + text[:start], len(lead) + 1 + start
        first = max(0, start - WINDOW)
        found_at, found = _last(self._context, text, first, start)
        if self._touching is not None and (touching := self._touching.search(text, first, start)):
            found_at, found = touching.span(1)
        if found >= 0 and self._stop is not None and self._stop.search(text, found, start):
            found = -1  # a number stands between: that one was meant
        if found >= 0 and _COMPARED.search(text, found, start):
            found = -1  # a bound of a query: tgl_lahir < '2008-01-01'
        if found < 0 and self.identifier.chance <= STRONG:
            return tier, FAR  # whatever speaks against it
        against_at, against = _last(self._not_context, text, first, start)
        if against >= 0 and _NUMBER.search(text, against, start):
            against = -1
        # The nearer one counts; of two that end together the longer: "kode rekening" is no "rekening".
        if found >= 0 and (found > against or (found == against and found_at <= against_at)):
            return CONTEXT, start - found
        doubtful = against >= 0 and self.identifier.chance > STRONG
        return (STRUCTURE if doubtful else tier), FAR

    def shows(self, flags: int) -> bool:
        """Whether a value shows what nearly every value of a column must show."""
        sure = [e.flag for e in self.identifier.expect if e.least >= SURELY and e.flag in self.flag_names]
        return bool(sure) and all(flags >> self.flag_names.index(flag) & 1 for flag in sure)

    def in_field(self, text: str, start: int, own: Field, tier: int, flags: int) -> tuple[int, int]:
        """The same in a field: its label is what a header is to a column."""
        header = self.header(f" {own.label} ")
        if header == "-":
            return (STRUCTURE if self.identifier.chance > STRONG else tier), FAR
        if header is not None and (header not in self.identifier.weak_columns or self.shows(flags)):
            return CONTEXT, 1 + start - own.start
        return self.in_context(text[own.start : start], start - own.start, own.label, tier)

    @cached_property
    def _words(self) -> re.Pattern[str] | None:
        return phrases(self.identifier.context)

    @cached_property
    def _context(self) -> re.Pattern[str] | None:
        """The words that count from further off, too."""
        touching = self.identifier.touching_context
        return phrases(tuple(w for w in self.identifier.context if w not in touching))

    @cached_property
    def _touching(self) -> re.Pattern[str] | None:
        if not (words := self.identifier.touching_context):
            return None
        return re.compile(rf"(?<![A-Za-z0-9])({phrase(words)})[ .:/#-]{{0,3}}\Z", re.IGNORECASE | re.ASCII)

    @cached_property
    def _not_context(self) -> re.Pattern[str] | None:
        return phrases(self.identifier.not_context)

    def speaks_against(self, text: str) -> bool:
        """Whether a word that speaks against the identifier stands in the text."""
        return self._not_context is not None and self._not_context.search(text) is not None

    def is_meant(self, label: str) -> bool:
        """Whether the label of a field speaks for the identifier."""
        return self.header(f" {label} ") not in (None, "-")

    def header(self, words: str) -> str | None:
        """The longest column phrase in the header (as `header_words` gives it), "-" if a word speaks against
        it more strongly, None if the header says nothing. Remembered: a dump has few labels and many rows."""
        if words not in self._headers:
            if len(self._headers) > MOST_HEADERS:
                self._headers.clear()
            self._headers[words] = self._said_by(words)
        return self._headers[words]

    def _said_by(self, words: str) -> str | None:
        yes = max((p for p in self.identifier.columns if f" {p} " in words), key=len, default="")
        no = max((p for p in self.identifier.not_columns if f" {p} " in words), key=len, default="")
        stronger = len(yes) > len(no) or (len(yes) == len(no) and yes not in self.identifier.weak_columns)
        return (yes if stronger else "-") if yes or no else None


class Shape:
    """One pattern of a rule, compiled when it is first asked: few files hold what more than some rules look for."""

    @cached_property
    def regex(self) -> re.Pattern[str]:
        return re.compile(self.pattern.regex)

    @cached_property
    def tests(self) -> list[Bound]:
        """Its own checks, with their parameters."""
        return [bound(*call) for call in self.checks]

    @cached_property
    def consuming(self) -> str:
        """The shape for RE2."""
        return consuming(self.pattern.regex)

    def __init__(self, pattern: Pattern, checks: list[tuple[Check, dict[str, object]]]) -> None:
        self.pattern = pattern
        self.checks = checks
        self.cell = pattern.scope == "cell"
        self.text = pattern.scope == "text"
        self.alone = pattern.alone
        self.damaged = pattern.damaged
        self.bare = f"^(?:{bare(pattern.regex)})$"
        self.apart = any(len(b) == 1 and "A-Za-z" in b[0] for b in parts(pattern.regex)[0])  # no letter runs into it

    def spans(self, text: str, places: Places | None = None) -> Iterable[tuple[int, int]]:
        """Start and end of each match; the one that is all of the text where only whole cells have the shape."""
        if self.cell:
            return ((0, len(text)),) if self.regex.fullmatch(text) else ()
        return places.of(self.pattern.regex) if places is not None else (m.span() for m in self.regex.finditer(text))


def phrases(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """Whole words and phrases, whatever stands between the words of a phrase; None for no words."""
    if not words:
        return None
    return re.compile(rf"(?<![a-z0-9])(?:{phrase(words)})(?![a-z0-9])", re.IGNORECASE | re.ASCII)


def phrase(words: Iterable[str]) -> str:
    """One of the words and phrases, longer ones first, in a syntax that both engines read alike."""
    gap = r"[ _./:\-]+"
    return "|".join(gap.join(map(re.escape, w.split())) for w in sorted(words, key=len, reverse=True))


_start = attrgetter("start")


def _hold(tests: Iterable[Bound], value: str) -> bool:
    """Whether all of them hold."""
    for holds in tests:  # noqa: SIM110 - this runs for every number of a text, and all() takes twice as long
        if not holds(value):
            return False
    return True


def _goes_on(text: str, start: int) -> bool:
    """Whether letters run into a match: a word may end where it begins."""
    return start > 0 and text[start].isalpha() and text[start - 1].isalpha()


def _field_at(fields: Sequence[Field], start: int) -> Field | None:
    """The field in which a character lies."""
    if not fields:
        return None
    at = bisect(fields, start, key=_start) - 1
    return fields[at] if at >= 0 and start < fields[at].end else None


def _last(pattern: re.Pattern[str] | None, text: str, first: int, end: int) -> tuple[int, int]:
    """Start and end of the last hit between `first` and `end`, -1 for none."""
    span = (-1, -1)
    if pattern is not None:
        for match in pattern.finditer(text, first, end):
            span = match.span()
    return span
