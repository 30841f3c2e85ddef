"""Running text: person names, addresses, and what a sentence says of a person.

Lines are enough for numbers; this looks at some paragraphs at once. The tagger of names costs seconds a megabyte, so
`--names auto` asks it only where a text reads like sentences, forms or lists of names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from privacyscan.detect import birthdays
from privacyscan.detect.rules import CHECKED, CONTEXT, STRUCTURE, Candidate, Rule, plain
from privacyscan.detect.sentences import facts

if TYPE_CHECKING:
    from privacyscan.detect.names.prose import NameSpan
    from privacyscan.detect.vectors import Bools, Strings

CHUNK = 4000  # bytes of text that are looked at together
TOGETHER = 128 << 10  # characters that are asked for names at once: piece by piece takes several times as long
MOST_PROSE = 8 << 20  # bytes of one text or column in which names are looked for; half a minute of work
# Probabilities of a name from which it counts as certain (context), by itself (checked), or beside other persons alone.
SURE, LIKELY, DOUBTFUL = 0.9, 0.6, 0.45
_MAY_BE_PROSE = "|".join(
    (
        r"(?m)[A-Za-z]{2,}(?:,? (?:[A-Za-z]{2,}[,.]?)){4}",  # five words in a row
        r"^[ \t0-9.)*-]{0,8}[A-Za-z.'`-]{2,}(?: [A-Za-z.,'`-]+){1,5}[ \t\r]*$",  # two to six words and nothing else
        # in a list
        r"^[ \t]{0,8}(?:[0-9]{1,3}[.)]|[*-])[ \t]{1,3}(?:[^:\n]{1,30}: ?)?[A-Z][A-Za-z'.]+(?: [A-Z][A-Za-z'.]+){1,5}",
        # before a name
        r"(?i:(?:^|[^a-z0-9])(?:nama|a\.?n\.?|a/n|atas nama|bernama|yth|bapak|bpk|ibu|sdri?|saudara|saudari|pemohon"
        r"|pasien|pemilik|guru|wali|ketua|sekretaris|bendahara|kades|lurah|petugas|piket|peserta|siswa|santri|khatib"
        r"|imam|muazin|ust|ustadz|ustadzah|kh|drs?|dra|drg|hj|mbak|pak|bu|absen|absensi|hadir|jemaah|mempelai|responden"
        r"|pelanggan|nasabah|alamat|domisili|jln?|jalan|gg|rt|dusun|desa|kelurahan|kecamatan)(?:[^a-z0-9]|$))",
    )
)


@dataclass(slots=True)
class Asked:
    """How many bytes of the prose of one text or column were asked for names, and how many more were not."""

    prose: int = 0
    unread: int = 0

    def may_ask(self, size: int) -> bool:
        """Whether so many bytes more are asked; what is left out is counted."""
        if self.prose + size > MOST_PROSE:
            self.unread += size
            return False
        self.prose += size
        return True

    def merge(self, other: Asked) -> None:
        self.prose += other.prose
        self.unread += other.unread


class Piece(NamedTuple):
    """A piece of running text, what the rules found in it, and start and end of the parts that are asked for names."""

    text: str
    found: Sequence[Candidate]
    asked: Sequence[tuple[int, int]]


class Paragraphs:
    """Reads pieces of running text. `names` is on, auto or off, as in the settings."""

    def __init__(self, rules: Sequence[Rule], names: str) -> None:
        self.rules = {rule.id: rule for rule in rules}
        self.names = names
        self._facts = [rule for rule in rules if rule.facts]
        self._dates = birthdays.of(self.rules)

    def is_prose(self, data: bytes, found: Sequence[Candidate] = ()) -> bool:
        """Whether names are to be looked for in the piece, in which the lines gave these finds."""
        if self.names != "auto":
            return self.names == "on"
        is_likely = _may_be_prose().search(data) is not None
        if not is_likely and not found:
            return False
        from privacyscan.detect.names.prose import has_name, is_prose

        text = data.decode("utf-8", "replace")
        return (is_likely and is_prose(text)) or (bool(found) and has_name(text))

    def asked(self, text: str, found: Sequence[Candidate]) -> list[tuple[int, int]]:
        """Start and end of the parts of a piece of prose that are asked for names, given its finds."""
        if self.names == "on":
            return [(0, len(text))]
        from privacyscan.detect.names.lines import parts

        return parts(text, sorted(c.start for c in found))

    def are_silent(self, texts: Strings) -> Bools:
        """Which plain texts (printable ASCII) in which nothing was found are not to be asked for names."""
        import numpy as np

        silent = np.full(texts.size, self.names == "off")
        if self.names != "auto":
            return silent
        from privacyscan.detect.names.prose import LOOKED_AT, are_prose

        asked = texts.hits(_may_be_prose().search, _MAY_BE_PROSE) | (texts.lengths > LOOKED_AT)
        silent[~asked] = True
        maybe = np.flatnonzero(asked & (texts.lengths <= LOOKED_AT))
        silent[maybe] = ~are_prose(texts.take(maybe))
        return silent

    def are_ordinary(self, texts: Strings) -> Bools:
        """Which plain texts of prose in which nothing was found are not asked for names for their words."""
        import numpy as np

        if self.names != "auto":
            return np.zeros(texts.size, np.bool_)
        from privacyscan.detect.names.lines import are_ordinary

        return are_ordinary(texts)

    def has_persons(self, found: Sequence[Candidate]) -> bool:
        """Whether facts about the finds of the lines can be read."""
        return bool(self._facts or self._dates) and any(c.rule.identifier.identifies for c in found)

    def read(self, pieces: Iterable[Piece]) -> Iterator[list[Candidate]]:
        """For each piece what is to be added to its finds: names and addresses, and facts about the persons."""
        for group in _groups(pieces):
            named = iter(self.names_in([piece.text[slice(*part)] for piece in group for part in piece.asked]))
            for piece in group:
                told = [moved(c, start) for start, _ in piece.asked for c in next(named)]
                yield self.beside(piece.text, piece.found, told)

    def beside(self, text: str, found: Sequence[Candidate], named: Sequence[Candidate]) -> list[Candidate]:
        """The same for one text whose names are known. Inside an identifier (siti.aminah@...) is none."""
        added = [c for c in named if not _overlaps(c, found)]
        persons = [c for c in (*found, *added) if c.rule.identifier.identifies and c.tier > STRUCTURE]
        if not persons:
            return added
        shown = plain(text)
        if self._facts:
            taken = [*found, *added]
            added += [c for c in facts(shown, persons, self._facts) if not _overlaps(c, taken)]
        if self._dates is not None:
            added += birthdays.in_rows(shown, persons, [*found, *added], self._dates)
        return added

    def names_in(self, texts: Sequence[str]) -> list[list[Candidate]]:
        """The names and addresses in each text."""
        from privacyscan.detect.names.prose import find_each

        return [[c for s in spans if (c := self._candidate(s)) is not None] for spans in find_each(texts)]

    def _candidate(self, span: NameSpan) -> Candidate | None:
        rule = self.rules.get(span.entity)
        if rule is None or span.score < DOUBTFUL:
            return None
        tier = CONTEXT if span.score >= SURE else CHECKED if span.score >= LIKELY else STRUCTURE
        return Candidate(rule, span.start, span.end, tier)


def chunks(data: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of pieces of about `CHUNK` bytes that end at a blank line, else at a line end, else anywhere."""
    start = 0
    while start < len(data):
        end = min(len(data), start + CHUNK)
        if end < len(data):
            cut = data.rfind(b"\n\n", start, end) + 2
            cut = cut if cut > start + CHUNK // 2 else data.rfind(b"\n", start, end) + 1
            end = cut if cut > start else _boundary(data, end)
        yield start, end
        start = end


def _groups(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Pieces that are asked together."""
    group: list[Piece] = []
    size = 0
    for piece in pieces:
        group.append(piece)
        size += sum(end - start for start, end in piece.asked)
        if size >= TOGETHER:
            yield group
            group, size = [], 0
    if group:
        yield group


def _boundary(data: bytes, at: int) -> int:
    """The next place at or after `at` where a character begins."""
    while at < len(data) and data[at] & 0xC0 == 0x80:
        at += 1
    return at


def size_of(text: str, asked: Iterable[tuple[int, int]]) -> int:
    """How many bytes of a text these parts are."""
    return sum(len(text[start:end].encode("utf-8", "replace")) for start, end in asked)


def moved(candidate: Candidate, by: int) -> Candidate:
    """The same, so many characters further."""
    return replace(candidate, start=candidate.start + by, end=candidate.end + by) if by else candidate


def _overlaps(candidate: Candidate, others: Sequence[Candidate]) -> bool:
    return any(o.start < candidate.end and candidate.start < o.end for o in others)


@cache
def _may_be_prose() -> Any:
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(_MAY_BE_PROSE.encode(), options)
