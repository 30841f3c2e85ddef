"""Columns by the content of their cells: names of persons, addresses, or neither.

Two small logistic models whose weights are data (rules/models/columns.json, made by bench/names/train_columns.py).
The first reads one cell: how its words stand in the word lists, its shape, and its letters (hashed runs of two to four
characters). Its answer and some traits of the cell, its *signs*, are counted over the column; the second model reads
the shares of the signs. So a column is judged from counts: they add up in any order and hold no value.
"""

from __future__ import annotations

import json
import re
from array import array
from base64 import b64decode
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from math import exp, inf, log, sqrt
from typing import Any, NamedTuple
from zlib import crc32

from privacyscan.detect.names import lexicons
from privacyscan.resources import folder
from privacyscan.rulebook import words

KINDS = ("person", "address", "place", "organisation", "other")  # of cells
DECISIONS = ("person", "address", "")  # on columns; the last is neither
PROSE = 6.0  # words a cell from which a column holds sentences or addresses, no names
LEAST = 0.3  # share of cells that must be a name by themselves
NAMESAKES = 0.2  # share of cells from which on a column lists what is called after people
PRIOR = {"person": -3.0, "address": -1.5}  # log-odds before anything was read
UNNUMBERED = (
    -7.0
)  # what it adds for addresses that hardly a cell holds a number or a comma: so are lists of places, roads
POSSIBLE = -5.0  # log-odds below which no cell is of a kind, whatever the rest of the column is
TRAINED = 0.2  # share of each kind among the cells of training
SHORTEST = 4  # characters of a name beside a number
LONGEST = 240  # characters of a cell that are read
REMEMBERED = 50_000  # words
RECENT = 2_000  # cells

WORD = re.compile(r"(?:[^\W\d_]{1,5}\.)+(?:[^\W\d_]{1,4}(?![^\W\d_]))?|[^\W\d_]+(?:['’`][^\W\d_]+)*")
_LETTERS = re.compile(r"[^\W\d_].*?[^\W\d_]", re.DOTALL)
STRANGE = r"[@_]|[0-9]{6}|[0-9][-. ][0-9]"
TRIMMED = "-–/,;:|([\"'"  # around words
# Numbers of persons and phones with their labels, and e-mail addresses, beside a name in one cell.
_BESIDE = re.compile(
    r"[(\[/,;:|-]*\s*(?:\b(?:NIK|NIP|NIS|NISN|KTP|KK|NPWP|HP|WA|Hp|hp|nik|wa|Telp|telp|Tlp|Tel|No|no)\b[\s.:/-]*)*"
    r"\+?[0-9](?:[-. ()]{0,2}[0-9]){7,}[)\]]?|\S+@\S+"
)
ADDRESS_PART = r"\b(?:no|rt|rw|km|blok|blk|nomor)\b[ .:/]{0,2}[a-z]?[ .]?[0-9]|[0-9]/[0-9]"
_ADDRESS_PART = re.compile(ADDRESS_PART, re.IGNORECASE)
_SIGN = re.compile(r"[^\w\s'’`)-]")
_DIGIT = re.compile(r"[0-9]")
_FAMILY_FIRST = re.compile(
    r"([^\W\d_][^\W\d_'-]+(?: [^\W\d_][^\W\d_'-]+)?), ([^\W\d_][^\W\d_'-]+(?: [^\W\d_][^\W\d_'-]+){0,2})"
)
# Digits and letters in turn without a blank: keys, hashes, serial numbers; e-mail addresses hold names all the same.
KEY = r"^[^ @]*[0-9][A-Za-z]+[0-9]+[A-Za-z]+[0-9][^ @]*$"
_KEY = re.compile(KEY)
CODE = r"[\\_=@#]|[0-9]-[0-9]|/[^\W\d_]"
# What numbers a rule, a letter, a document or a version; with a street in it, it may be an address.
DOCUMENTS = (
    r"peraturan|(?:ra)?perda|perbup|perwali|perwal|pergub|permen\w*|perpres|keputusan|kepmen\w*|kepres|keppres"
    r"|kepgub|kepbup|inpres|instruksi|surat|sk|se|uu|uud|undang|pp|pasal|ayat|bab|lampiran|kontrak|spk|spm|sp2d|bast|berita"
    r"|nota|faktur|kwitansi|kuitansi|invoice|tiket|nomor|no|pojk|putusan|akta|buku|jilid|edisi|vol|volume|versi|version|ver"
    r"|rilis|release|build|seri|tipe|type|model|kode|tahun"
)
_DOCUMENT = re.compile(rf"(?:v(?=[0-9])|(?:{DOCUMENTS})(?![^\W\d_]))[^\n]*[0-9]", re.IGNORECASE)
_STREET = re.compile(
    r"\b(?:jl|jln|jalan|gg|gang|rt|rw|kel|kec|desa|dusun|kampung|blok|perum\w*|komplek\w*)\b", re.IGNORECASE
)
CODE_STARTS = frozenset("/\\#<{[%&$")
FILE = r"[.][A-Za-z][A-Za-z0-9]{1,4}$"
_ROMAN = frozenset(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"])
_MARKS = str.maketrans(dict.fromkeys(".'’`"))

_PARTS = frozenset(["rt", "rw", "blok", "blk", "kav", "kavling"])  # of an address, beside a name of a place
_GROUND = (lexicons.ADDRESS_STARTS - _PARTS - {"link", "gedung", "bumi"}) | {
    "kec",
    "kecamatan",
    "kab",
    "kabupaten",
    "kota",
    "apt",
    "tower",
    "ds",
    "lingk",
    "lk",
    "dk",
}

CLASSES = ("usual name", "regional name", "foreign name", "lower", "either", "capital", "organisation", "address start",
           "address word", "place word", "regency", "district", "honorific", "role", "title", "particle", "month",
           "initial", "roman", "unknown")  # fmt: skip
_NAMES = 3  # the first classes are those of names
FLAGS = ("one word", "two words", "three words", "four words", "to 8 words", "to 15 words", "more words", "number",
         "mostly numbers", "number at end", "address part", "comma", "slash", "line", "bracket", "place", "upper",
         "lower", "title", "mixed", "file",
         "begins with number", "strange sign", "dot", "all names", "no name")  # fmt: skip
FEATURES = (
    *(f"share {c}" for c in CLASSES),
    *(f"first {c}" for c in CLASSES),
    *(f"last {c}" for c in CLASSES),
    *FLAGS,
    *(f"letters {k}" for k in KINDS),
    "least name",
)
_F = {name: i for i, name in enumerate(FLAGS)}
_Z = len(FEATURES) - len(KINDS) - 1
COUNT_FLAG = [0, 0, 1, 2, 3, *[_F["to 8 words"]] * 4, *[_F["to 15 words"]] * 7]
_SIGN_FLAG = {",": _F["comma"], "/": _F["slash"], "_": _F["line"], "(": _F["bracket"], ".": _F["dot"]}
BINS = (-6.0, -4.0, -2.0, 0.0, 2.0, 4.0, 6.0)  # edges of log-odds
EVEN = len(BINS) // 2 + 1  # number of the first bin above even odds
MIDDLES = (-8.0, -5.0, -3.0, -1.0, 1.0, 3.0, 5.0, 8.0)
SIGNS = (
    *(f"person {i}" for i in range(len(BINS) + 1)),
    *(f"address {i}" for i in range(len(BINS) + 1)),
    *(f"most {k}" for k in KINDS),
    *(f"first {c}" for c in CLASSES),
    *(f"last {c}" for c in CLASSES),
    *FLAGS,
)
_LOWER = CLASSES.index("lower")
PLACES = {CLASSES.index("regency"), CLASSES.index("district")}
_MOST = 2 * (len(BINS) + 1)
_FIRST = _MOST + len(KINDS)
_LAST = _FIRST + len(CLASSES)
_FLAGGED = _LAST + len(CLASSES)


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its classes (numbers of `CLASSES`), its runs of letters, and what they add for each kind."""

    classes: tuple[int, ...]
    named: bool  # in the list of names
    ground: str  # of an address: street (and such), part, filler (no, single letters), or other
    runs: int
    scores: tuple[float, ...] = field(repr=False)
    likeness: float  # of its letters to a name's
    share: tuple[float, ...]  # what its classes add to the logits; as the first word; as the last
    first: tuple[float, ...]
    last: tuple[float, ...]


class Cell(NamedTuple):  # made for each cell: a frozen dataclass takes three times as long
    """What the model reads from one cell: log-odds of a person's name, of an address, of an address or the name of a
    place; and its signs."""

    person: float
    address: float
    located: float
    signs: list[int]
    words: int
    grounded: bool  # names a street, a settlement or a district
    namesake: bool  # is the name of somebody after whom things are called

    def odds(self, kind: str) -> float:
        """Log-odds that a cell of a column of this kind belongs to it: among addresses the name of a place is one."""
        return self.person if kind == "person" else self.located


@dataclass(frozen=True, slots=True)
class Kind:
    """What a column is by its content. `decision` is "person", "address" or "" for neither, `probability` that of the
    decision; `persons` and `addresses` are shares of the cells that hold letters."""

    decision: str
    probability: float
    persons: float
    addresses: float


@dataclass(slots=True)
class Signs:
    """Counts over the cells of a column: all that its judgement needs."""

    cells: int = 0
    words: int = 0
    grounded: int = 0
    namesakes: int = 0
    counts: list[int] = field(default_factory=lambda: [0] * len(SIGNS))

    def add(self, cell: Cell, times: int = 1) -> None:
        self.cells += times
        self.words += times * cell.words
        self.grounded += times * cell.grounded
        self.namesakes += times * cell.namesake
        for sign in cell.signs:
            self.counts[sign] += times

    def merge(self, other: Signs) -> None:
        if not other.cells:
            return
        self.cells += other.cells
        self.words += other.words
        self.grounded += other.grounded
        self.namesakes += other.namesakes
        self.counts = [a + b for a, b in zip(self.counts, other.counts, strict=True)]

    def shares(self) -> tuple[float, ...]:
        return tuple(c / max(1, self.cells) for c in self.counts)

    def share(self, kind: str) -> float:
        """The share of cells that are of this kind, whatever the others are."""
        first = 0 if kind == "person" else len(BINS) + 1
        return sum(self.counts[first + EVEN : first + len(BINS) + 1]) / max(1, self.cells)

    @property
    def nowhere(self) -> bool:
        """Whether few cells name a street, a settlement or a district: without a header, no addresses."""
        return self.grounded < LEAST * self.cells

    @property
    def vague(self) -> bool:
        """Whether few cells hold a number, as homes have: regions, beaches, roads."""
        return self.counts[_FLAGGED + _F["number"]] < LEAST * self.cells

    @property
    def nameless(self) -> bool:
        """Whether hardly a cell holds a word of the lists of names: without a header, no persons."""
        return self.counts[_FLAGGED + _F["no name"]] > 0.9 * self.cells

    @property
    def called_after(self) -> bool:
        """Whether so many cells are names of heroes and the like that these are rooms, streets or surahs."""
        return self.namesakes >= 3 and self.namesakes >= NAMESAKES * self.cells

    @property
    def institutions(self) -> bool:
        """Whether most cells name institutions: schools, offices, companies."""
        return self.counts[_MOST + KINDS.index("organisation")] > 0.6 * self.cells > 0

    def log_odds(self, kind: str) -> float:
        """How much more likely it is than not that the column is of this kind: 0 is even. A column of names is rare,
        and one in which few cells are a name by themselves is none."""
        if kind == "person" and self.share(kind) < LEAST:
            return -inf
        return self.possible(kind)

    def possible(self, kind: str) -> float:
        """The same where more cells are to come, which may be names."""
        if not self.cells or (kind == "person" and self.words > PROSE * self.cells):
            return -inf
        number, comma = (self.counts[_FLAGGED + _F[flag]] / self.cells for flag in ("number", "comma"))
        places = kind == "address" and number < 0.1 and comma < 0.3
        return _column(self.shares())[kind] + PRIOR[kind] + UNNUMBERED * places

    def least(self, kind: str) -> float:
        """The log-odds from which a cell of this column counts as one of the kind: the more of its cells are, the less
        it takes. The share is estimated as in Saerens et al. 2002, from the bins."""
        first = 0 if kind == "person" else len(BINS) + 1
        bins = self.counts[first : first + len(BINS) + 1]
        held = [(n, odds) for n, odds in zip(bins, MIDDLES, strict=True) if n]
        share = 0.5
        for _ in range(30):
            prior = _logit(share) - _logit(TRAINED)
            before = share
            share = sum([n / (1 + exp(-(odds + prior))) for n, odds in held]) / max(1, sum(bins))
            share = min(0.999, max(0.001, share))
            if share == before:
                break
        return max(POSSIBLE, min(0.0, _logit(TRAINED) - _logit(share)))

    def kind(self) -> Kind:
        """The judgement without a header."""
        odds = {k: self.log_odds(k) for k in DECISIONS if k}
        for kind, barred in (("address", self.nowhere), ("person", self.nameless)):
            odds[kind] = -inf if barred else odds[kind]
        best = max(odds, key=lambda k: odds[k])
        sure = probability(odds[best])
        return Kind(best if sure > 0.5 else "", max(sure, 1 - sure), self.share("person"), self.share("address"))


@lru_cache(maxsize=RECENT)  # asked for each kind while a column is read, and again for each verdict
def _column(shares: tuple[float, ...]) -> Mapping[str, float]:
    return model().column(shares)


def probability(log_odds: float) -> float:
    return 1 / (1 + exp(-max(-50.0, min(50.0, log_odds))))


def _logit(share: float) -> float:
    return log(share / (1 - share))


def judge(cells: Iterable[str]) -> Kind:
    """What a column with these cells is. Cells without two letters, such as "-", say nothing."""
    signs = Signs()
    for text in cells:
        if cell := read(text):
            signs.add(cell)
    return signs.kind()


def part(text: str) -> tuple[int, int]:
    """Where in a cell its words stand, without numbers of persons, phones and e-mail addresses beside them."""
    text = text[:LONGEST]  # a file in a cell would take minutes
    if not re.search(STRANGE, text):
        return _trimmed(text, 0, len(text))
    ends = [(0, 0), *(m.span() for m in _BESIDE.finditer(text)), (len(text), len(text))]
    gaps = [_trimmed(text, a[1], b[0]) for a, b in pairwise(ends)]
    return max(gaps, key=lambda gap: gap[1] - gap[0])


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and (text[start].isspace() or text[start] in TRIMMED):
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] in TRIMMED):
        end -= 1
    return start, end


def read(text: str) -> Cell | None:
    """One cell; None where it holds no two letters or is a code."""
    if _LETTERS.search(text) is None:
        return None
    return _again(text) if len(text) <= LONGEST else _read(text)


def _read(text: str) -> Cell | None:
    found = features(text, model())
    return None if found is None else model().cell(found)


_again = lru_cache(maxsize=RECENT)(_read)  # a small column is read for its kind, then for its cells


def features(text: str, lexicon: Model) -> Features | None:
    """What the model sees of a cell."""
    if len(text) <= LONGEST and _KEY.match(text):
        return None
    start, end = part(text)
    written = text[start:end]
    if _is_code(written) or (end - start < len(text.strip()) and end - start < SHORTEST):
        return None
    return Features.of(written, lexicon)


def _is_code(text: str) -> bool:
    """Whether a text is a number with some letters, a path, or what numbers a document: 470/123/DS/2019, /srv/data,
    Perda Nomor 12 Tahun 2019."""
    if text.replace(" ", "").isalpha():
        return False
    if text[:1] in CODE_STARTS or 4 * sum(map(str.isalpha, text)) < len(text):
        return True
    if _DOCUMENT.match(text) and not _STREET.search(text):
        return True
    return " " not in text and re.search(CODE, text) is not None


class Features(NamedTuple):
    """The features of one cell: its words, the flags that hold, and what its letters say of each kind."""

    words: list[Word]
    flags: tuple[int, ...]  # numbers of `FLAGS`
    letters: tuple[float, ...]  # and, last, the least of the words for a name
    namesake: bool

    @classmethod
    def of(cls, text: str, lexicon: Model) -> Features | None:
        if "," in text and (turned := _FAMILY_FIRST.fullmatch(text)) and not lexicons.is_title(turned[2]):
            text = f"{turned[2]} {turned[1]}".title()
        found = WORD.findall(text)
        if not found or _LETTERS.search(text) is None:
            return None
        known = lexicon.known
        read = [known.get(w) or lexicon.word(w) for w in found]
        n, runs, named, least = len(read), 0, 0, 9.0
        p = a = c = o = x = 0.0
        for word in read:
            s0, s1, s2, s3, s4 = word.scores
            p, a, c, o, x = p + s0, a + s1, c + s2, o + s3, x + s4
            runs += word.runs
            named += word.named
            if word.likeness < least:
                least = word.likeness
        root = sqrt(runs)
        middle = (p + a + c + o + x) / 5
        z = [(s - middle) / root for s in (p, a, c, o, x)]
        if max(z) > 6.0 or min(z) < -6.0:
            z = [max(-6.0, min(6.0, s)) for s in z]
        flags = _flags(text, n, named, lexicon.places)
        namesake = text.lower() in lexicon.namesakes
        return cls(read, tuple(flags), (*z, max(-6.0, min(6.0, least))), namesake)

    def sparse(self) -> tuple[list[int], list[float]]:
        """The same as numbers of `FEATURES` and their values, for training."""
        n = len(self.words)
        values: dict[int, float] = {}
        for word in self.words:
            for c in word.classes:
                values[c] = values.get(c, 0.0) + 1 / n
        one = [len(CLASSES) + c for c in self.words[0].classes] + [2 * len(CLASSES) + c for c in self.words[-1].classes]
        values |= dict.fromkeys([*one, *(3 * len(CLASSES) + f for f in self.flags)], 1.0)
        values |= dict(enumerate(self.letters, _Z))
        return list(values), list(values.values())


def _flags(text: str, n: int, named: int, places: frozenset[str]) -> list[int]:
    """The numbers of the flags that hold for a text of `n` words, `named` of them in the list of names."""
    found = [COUNT_FLAG[n] if n < len(COUNT_FLAG) else _F["more words"]]
    if not text.isalpha():
        if _DIGIT.search(text):
            digits = sum(map(str.isdigit, text))
            found.append(_F["number"])
            if 2 * digits > len(text):
                found.append(_F["mostly numbers"])
            if text[-1].isdigit():
                found.append(_F["number at end"])
            if text[0].isdigit():
                found.append(_F["begins with number"])
            if _ADDRESS_PART.search(text):
                found.append(_F["address part"])
        if signs := _SIGN.findall(text):
            found += {_SIGN_FLAG.get(sign, _F["strange sign"]) for sign in signs}
            if "." in signs and re.search(FILE, text):
                found.append(_F["file"])
    if text.lower() in places:
        found.append(_F["place"])
    if text.istitle():
        found.append(_F["title"])
    elif text.isupper():
        found.append(_F["upper"])
    elif text.islower():
        found.append(_F["lower"])
    else:
        found.append(_F["mixed"])
    if named == n:
        found.append(_F["all names"])
    elif not named:
        found.append(_F["no name"])
    return found


class Model:
    """The weights and the word lists, read once."""

    def __init__(self, weights: Mapping[str, Any]) -> None:
        self._lists = [(CLASSES.index(name), listed) for name, listed in _lists()]
        self.places = frozenset(lexicons.place_names())
        self.namesakes = lexicons.namesakes()
        self.known: dict[str, Word] = {}
        self.size = int(weights["runs"])
        self._runs = array("b", b64decode(weights["letters"]))
        self._scale = float(weights["scale"])
        rows = [tuple(map(float, row)) for row in zip(*weights["cell"], strict=True)]
        n = len(CLASSES)
        self._share, self._first, self._last = rows[:n], rows[n : 2 * n], rows[2 * n : 3 * n]
        self.flag, self.letters = rows[3 * n : _Z], rows[_Z:]
        self._flags: dict[tuple[int, ...], tuple[float, ...]] = {}  # sums of flags that were seen together
        self.bias: tuple[float, ...] = tuple(weights["cell_bias"])
        self._column: dict[str, tuple[float, list[float]]] = {k: (b, w) for k, b, w in weights["column"]}

    def word(self, written: str) -> Word:
        if len(self.known) >= REMEMBERED:
            self.known.clear()
        word = self.known[written] = self._read(written)
        return word

    def _read(self, written: str) -> Word:
        key = plain_word(written)
        classes = self.classes(written, key)
        sums = [0] * len(KINDS)
        hashes = runs(key, self.size)
        for h in hashes:
            at = h * len(KINDS)
            sums = [a + b for a, b in zip(sums, self._runs[at : at + len(KINDS)], strict=True)]
        scores = tuple(s * self._scale for s in sums)
        likeness = (scores[0] - max(scores[1:])) / sqrt(len(hashes))
        share, first, last = (_sums([part[c] for c in classes]) for part in (self._share, self._first, self._last))
        return Word(
            tuple(classes),
            classes[0] < _NAMES and _LOWER not in classes,
            _ground(key),
            len(hashes),
            scores,
            likeness,
            share,
            first,
            last,
        )

    def classes(self, written: str, key: str) -> list[int]:
        """The numbers of the word's classes, ascending."""
        found = [number for number, listed in self._lists if key in listed]
        if lexicons.is_title(written):
            found.append(CLASSES.index("title"))
        if len(key) == 1:
            found.append(CLASSES.index("initial"))
        return sorted(found) or [CLASSES.index("unknown")]

    def cell(self, features: Features) -> Cell:
        """Log-odds and signs of one cell."""
        read, n = features.words, len(features.words)
        start, end = read[0], read[-1]
        flags = self._flags.get(features.flags)
        if flags is None:
            flags = self._flags[features.flags] = _sums([self.bias, *(self.flag[f] for f in features.flags)])
        f, g = start.first, end.last
        p, a, c, o, x = (
            flags[0] + f[0] + g[0],
            flags[1] + f[1] + g[1],
            flags[2] + f[2] + g[2],
            flags[3] + f[3] + g[3],
            flags[4] + f[4] + g[4],
        )
        for word in read:
            s0, s1, s2, s3, s4 = word.share
            p, a, c, o, x = p + s0 / n, a + s1 / n, c + s2 / n, o + s3 / n, x + s4 / n
        for value, (s0, s1, s2, s3, s4) in zip(features.letters, self.letters, strict=True):
            p, a, c, o, x = p + value * s0, a + value * s1, c + value * s2, o + value * s3, x + value * s4
        logits = (p, a, c, o, x)
        top = max(logits)
        ep, ea, el, eo, ex = exp(p - top), exp(a - top), exp(c - top), exp(o - top), exp(x - top)
        person = log((ep + 1e-12) / (ea + el + eo + ex + 1e-12))
        address = log((ea + 1e-12) / (ep + el + eo + ex + 1e-12))
        located = log((ea + el + 1e-12) / (ep + eo + ex + 1e-12))
        signs = [bisect(BINS, person), len(BINS) + 1 + bisect(BINS, address), _MOST + logits.index(top)]
        signs += [_FIRST + c for c in start.classes]
        signs += [_LAST + c for c in end.classes]
        signs += [_FLAGGED + f for f in features.flags]
        return Cell(person, address, located, signs, n, _grounded(features), features.namesake)

    def column(self, shares: Sequence[float]) -> dict[str, float]:
        """Log-odds of each decision against all others, from shares of signs."""
        logits = {k: b + sum(x * y for x, y in zip(w, shares, strict=True)) for k, (b, w) in self._column.items()}
        top = max(logits.values())
        parts = {k: exp(max(-60.0, x - top)) for k, x in logits.items()}
        whole = sum(parts.values())
        return {k: log(p / max(1e-12, whole - p)) for k, p in parts.items()}


def _ground(key: str) -> str:
    if key in _GROUND:
        return "street"
    return "part" if key in _PARTS else "filler" if len(key) == 1 or key in lexicons.ADDRESS_WORDS else "other"


def _grounded(features: Features) -> bool:
    grounds = {word.ground for word in features.words}
    if "street" in grounds or {"part", "other"} <= grounds:
        return True
    return _F["comma"] in features.flags and any(PLACES & {*word.classes} for word in features.words)


def _sums(rows: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    return tuple(map(sum, zip(*rows, strict=True)))


def plain_word(written: str) -> str:
    """A word as the lists have it: lower case, without dots and apostrophes."""
    return written.lower().translate(_MARKS)


def runs(key: str, size: int) -> list[int]:
    """The hashed runs of two to four letters of a word with its borders."""
    text = f"^{key}$"
    return [
        crc32(text[i : i + n].encode("utf-8", "replace")) % size for n in (2, 3, 4) for i in range(len(text) - n + 1)
    ]


def _lists() -> Iterator[tuple[str, frozenset[str]]]:
    """The classes that a word list makes."""
    ranks, cases, levels = lexicons.name_ranks(), lexicons.word_case(), lexicons.place_levels()
    for name, rank in (
        ("usual name", lexicons.USUAL),
        ("regional name", lexicons.REGIONAL),
        ("foreign name", lexicons.FOREIGN),
    ):
        yield name, frozenset(word for word, known in ranks.items() if known == rank)
    for name, case in (("lower", "lower"), ("either", "mixed"), ("capital", "capital")):
        yield name, frozenset(word for word, known in cases.items() if known == case)
    for name, highest in (("regency", 2), ("district", 3)):
        yield name, frozenset(word for word, level in levels.items() if level == highest or level == highest - 1 == 1)
    yield "organisation", lexicons.ORGANISATION_WORDS | words("institutions")
    yield "address start", lexicons.ADDRESS_STARTS
    yield "address word", lexicons.ADDRESS_WORDS
    yield "place word", lexicons.PLACE_WORDS
    yield "honorific", lexicons.HONORIFICS
    yield "role", lexicons.ROLES
    yield "particle", lexicons.NAME_PARTICLES
    yield "month", lexicons.MONTHS
    yield "roman", _ROMAN


@cache
def model() -> Model:
    """The shipped model."""
    return Model(json.loads((folder("rules") / "models" / "columns.json").read_text(encoding="utf-8")))
