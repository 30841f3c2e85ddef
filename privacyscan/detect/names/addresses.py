"""Addresses by their grammar: parts that begin with a word such as `Jl.`, `RT` or `Kec.`, in a row.

A row of parts is an address when it holds three different kinds of parts, or two and a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from privacyscan.detect.names import lexicons
from privacyscan.detect.names.lexicons import NAME_PARTICLES
from privacyscan.detect.names.tokens import BREAK, Tokens

STREET, ESTATE, HAMLET, BLOCK, NEIGHBOURS = "street", "estate", "hamlet", "block", "neighbours"
VILLAGE, DISTRICT, REGENCY, PROVINCE = "village", "district", "regency", "province"
POSTCODE, NUMBER = "postcode", "number"

_KINDS = {
    STREET: "jl jln jalan gg gang lorong lrg jlan",
    ESTATE: "perum perumahan perumnas komplek kompleks komp apartemen apartment rusun rusunawa cluster ruko asrama btn",
    HAMLET: "dusun dsn dukuh kp kampung kmp lingkungan lingk link banjar jorong padukuhan huta lembang pekon rk",
    BLOCK: "blok blk kav kavling tower unit lt lantai km",
    VILLAGE: "kel kelurahan desa ds nagari gampong ohoi",
    DISTRICT: "kec kecamatan distrik kapanewon kemantren",
    REGENCY: "kab kabupaten kota kodya kotamadya",
    PROVINCE: "prov provinsi propinsi",
}
_BEGINS = {word: kind for kind, line in _KINDS.items() for word in line.split()}
STARTS = frozenset(_BEGINS) | {"rt", "rw"}
# Each address holds one of these: a village counts beside a district alone.
PRECISE_STARTS = STARTS.difference(*(_KINDS[kind].split() for kind in (VILLAGE, REGENCY, PROVINCE)))
_NUMBER_WORDS = frozenset({"no", "nomor", "nmr"})
_NEIGHBOURS = frozenset({"rt", "rw"})
# What may begin a row; a row of nothing but regions is a place, not where somebody lives.
_OPENERS = frozenset({STREET, ESTATE, HAMLET, BLOCK, NEIGHBOURS, VILLAGE})
_PRECISE = frozenset({STREET, ESTATE, HAMLET, BLOCK, NEIGHBOURS})
# Words that end the name of a street or a place in texts without capitals to tell it.
_ENDS = frozenset(
    word
    for line in (
        "yang dan ke dari untuk dengan telah sudah akan adalah pada ditutup sebelah ya dong selama oleh karena",
        "menerima tersebut ini itu atau di sejak yg dgn sampai hingga kak min mas mbak bang bu pak paling besok",
        "kemarin tadi macet rusak telp telepon hp fax email tlp seluas nomor no rt rw sebagai serta agar bila jika",
        "saya kami kita dia ia nik nip agama pekerjaan umur lahir untk lalu ttd",
    )
    for word in line.split()
)
_LONGEST_NAME = 5  # words
_ROMAN = re.compile(r"[IVX]{1,5}")
_CODE = re.compile(r"[A-Z]{1,2}|[A-Za-z]{0,2}[0-9]{1,4}[A-Za-z]?|[0-9]+[.,][0-9]+")


@dataclass(frozen=True, slots=True)
class _Part:
    kind: str
    start: int  # places of tokens, `end` exclusive
    end: int
    digits: bool = False


def find(found: Tokens, starts: Iterable[int]) -> list[tuple[int, int]]:
    """The addresses among the tokens, as places of tokens, end exclusive. `starts` are the places of all STARTS."""
    spans, behind = [], 0
    for i in starts:
        row = list(_row(found, i)) if i >= behind else []
        if row and _is_address(row):
            behind = row[-1].end
            spans.append((row[0].start, behind))
    return spans


def _is_address(row: Sequence[_Part]) -> bool:
    kinds = {part.kind for part in row}
    if row[0].kind not in _OPENERS:
        return False
    if not kinds & _PRECISE:  # a village is where somebody lives if district and regency are named too
        return {VILLAGE, DISTRICT, REGENCY} <= kinds
    return len(kinds) >= 3 or (len(kinds) == 2 and any(part.digits for part in row))


def _row(found: Tokens, start: int) -> Iterator[_Part]:
    """The parts that follow each other from `start` on."""
    part = _part(found, start)
    while part:
        yield part
        last = part
        after = _behind_separator(found, last.end)
        part = _part(found, after) or _bare(found, after, last)


def _behind_separator(found: Tokens, i: int) -> int:
    """The place behind a comma, a dash or a line break between parts; never in the next line of a form."""
    while i < found.size and found.words[i] in ",-.":
        i += 1
    if i < found.size and found.words[i] == BREAK and all(word not in ":=" for word in found.words[i : i + 5]):
        i += 1
    return i


def _part(found: Tokens, i: int) -> _Part | None:
    if i >= found.size:
        return None
    key = _key(found, i)
    if key in _NEIGHBOURS:
        return _neighbours(found, i)
    if key in _NUMBER_WORDS:
        begin = _behind_signs(found, i + 1)
        end = _code_end(found, begin)
        return _Part(NUMBER, i, end, True) if end and _ordinal(found.words[begin]) else None
    kind = _BEGINS.get(key)
    if kind is None:
        return _postcode(found, i)
    begin = _behind_signs(found, i + 1)
    if kind == BLOCK:
        end = _code_end(found, begin)
        return _Part(kind, i, end, True) if end else None
    end = _region_end(found, begin, kind) or _name_end(found, begin, kind)
    if not end:
        return None
    # the number of a house may follow its street without `No.`
    if kind in (STREET, HAMLET, ESTATE) and end < found.size and found.words[end][0] in "0123456789":
        number = _code_end(found, end)
        if number and not _is_postcode(found.words[end]):
            return _Part(kind, i, number, True)
    return _Part(kind, i, end)


def _bare(found: Tokens, i: int, last: _Part) -> _Part | None:
    """A region without a word before it, as in `..., Sleman, DIY 55281` or `No. 7 Cibinong`."""
    parted = last.end != i or last.digits or last.kind in (DISTRICT, REGENCY, PROVINCE, VILLAGE)
    if i >= found.size or not parted or found.lower[i] not in lexicons.place_beginnings():
        return None
    names = lexicons.place_names()
    for size in (4, 3, 2, 1):
        if i + size > found.size:
            continue
        words = found.lower[i : i + size]
        level = names.get(" ".join(words))
        if level and "\n" not in "".join(words):
            return _Part((PROVINCE, REGENCY, DISTRICT)[level - 1], i, i + size)
    return None


def _neighbours(found: Tokens, i: int) -> _Part | None:
    """`RT 03 RW 05`, `RT. 03/05`, `RT/RW 003/005`."""
    end, digits = i, 0
    while end < found.size:
        word = found.words[end]
        if word.isdigit() and len(word) <= 3 and digits < 2:
            digits += 1
            last = end + 1
        elif not _between_neighbours(found.lower[end], digits):
            break
        end += 1
    return _Part(NEIGHBOURS, i, last, True) if digits else None


def _between_neighbours(word: str, digits: int) -> bool:
    """Whether a word may stand between the numbers of RT and RW, or before the first."""
    if digits == 2:
        return False
    return word.rstrip(".") in _NEIGHBOURS or word in "./:-" or (word == "," and digits == 1)


def _postcode(found: Tokens, i: int) -> _Part | None:
    if _is_postcode(found.words[i]):
        return _Part(POSTCODE, i, i + 1, True)
    if _key(found, i) in ("kode", "kodepos", "pos"):
        j = i + 1
        while j < found.size and (_key(found, j) == "pos" or found.words[j] in ".:"):
            j += 1
        if j < found.size and _is_postcode(found.words[j]):
            return _Part(POSTCODE, i, j + 1, True)
    return None


def _is_postcode(word: str) -> bool:
    return len(word) == 5 and word.isdigit() and word[0] != "0"


def _code_end(found: Tokens, i: int) -> int:
    """The end of a number such as `12A`, `C3/14`, `12-14`, or 0."""
    end = 0
    while i < found.size and (_CODE.fullmatch(found.words[i]) or _ROMAN.fullmatch(found.words[i])):
        end = i + 1
        touching = end < found.size and found.starts[end] == found.ends[i]
        if touching and (found.words[end] in "/-" or _CODE.fullmatch(found.words[end])):
            i = end + (found.words[end] in "/-")
        else:
            break
    return end


def _region_end(found: Tokens, i: int, kind: str) -> int:
    """The end of a region's name that stands in the table, or 0."""
    if kind not in (DISTRICT, REGENCY, PROVINCE) or i >= found.size:
        return 0
    if found.lower[i] not in lexicons.place_beginnings():
        return 0
    names = lexicons.place_names()
    words = found.lower[i : i + 4]
    return next((i + n for n in range(len(words), 0, -1) if " ".join(words[:n]) in names), 0)


def _ordinal(word: str) -> bool:
    """Whether a word can be the number of a house: `12`, `C3`, `IV`."""
    return any(sign.isdigit() for sign in word) or _ROMAN.fullmatch(word) is not None


def _name_end(found: Tokens, i: int, kind: str) -> int:
    """The end of the name of a street or a place that begins at `i`, or 0."""
    end, words, start = 0, 0, i
    while i < found.size and words < _LONGEST_NAME:
        word, key = found.words[i], _key(found, i)
        if word == "." and end == i and i and len(found.words[i - 1]) <= 5:
            i += 1
            continue
        if not _names(word, key, first=not end, kind=kind):
            break
        if end and word[0].islower() and found.words[start][0].isupper():
            break
        i += 1
        end = i
        words += 1
    return end


def _names(word: str, key: str, *, first: bool, kind: str) -> bool:
    """Whether a word may stand in the name of a street or a place."""
    if key in _ENDS or (not first and (key in _BEGINS or key in _NEIGHBOURS or key in _NUMBER_WORDS)):
        return False
    if word[0].isdigit():
        return first and kind in (STREET, HAMLET, BLOCK) and len(word) <= 2
    return word[0].isalpha() or key in NAME_PARTICLES


def _behind_signs(found: Tokens, i: int) -> int:
    while i < found.size and found.words[i] in ".:/":
        i += 1
    return i


def _key(found: Tokens, i: int) -> str:
    return found.lower[i].rstrip(".")
