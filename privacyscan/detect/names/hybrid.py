"""What the tagger proposes, the grammar of addresses and the labels of forms -> one list of spans."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from privacyscan.detect.names import addresses, doubts, lexicons
from privacyscan.detect.names.prose import ADDRESS, PERSON
from privacyscan.detect.names.tagger import Labelled, Tagger
from privacyscan.detect.names.tokens import BREAK, GAP, PARAGRAPH, Token, runs, tokens

_BY_GRAMMAR = 0.9  # the score of what the grammar alone finds
_BY_LABEL = 0.6  # and of what a form's label alone says
_UNKNOWN = 0.45  # and the most of words that are no known parts of names and that nobody announces
_LEAST = 0.45  # of the model's people: below it more of them are wrong than right
_MOST_WORDS = 6
# What forms write beside a name without a sign between: `Budi Santoso NIM 120140012`, `WNA TANJUNG`.
_BESIDE = frozenset(
    word
    for line in (
        "nik nip nim nidn nidk nuptk nrp nis nisn npwp ktp kk hp wa telp tlp sim stnk bpkb kitas kitap paspor wna wni",
        "ns apt mahram email surel emailnya umur usia tgl lahir sy saya laki perempuan",
    )
    for word in line.split()
)

# `Nama Lengkap : ...`, `a.n. ...`: what follows is a name even where the tagger is silent.
_LABEL = re.compile(
    r"^[ \t]*(?:(?:nama|pemohon|pelapor|terlapor|ahli waris|penanggung ?jawab|ketua|sekretaris|bendahara|pemilik"
    r"|penerima(?: kuasa)?|pasien|wali|ibu kandung)\b[^:\n]{0,30})[ \t]*[:=][ \t]*",
    re.IGNORECASE | re.MULTILINE,
)
# `sy tiurma halim mau tanya`, `pemilik Bambang Anggraini`: after these, known parts of names are one.
_CUE = re.compile(
    r"(?<!\w)(?:saya|sy|kula|aku|nama(?:ku)?|pemilik|nasabah|responden|ahli waris|jemaah|jamaah|pelapor|terlapor"
    r"|pemohon|cp|pic|bu|pak|milik(?= (?:h|hj|bapak|bpk|ibu|sdri?|pak|bu)\b))[ \t]*:?[ \t]+",
    re.IGNORECASE,
)
# `Almt : Jatimulyo 01/07`, `rumah duka di Tegalrejo 12/1`: behind these a neighbourhood alone is an address; behind a
# colon the whole line is one that holds a number.
_HOME = re.compile(
    r"(?<!\w)(?:alamat(?:nya)?|almt|alm|domisili|rumah duka di|tinggal di|beralamat di|rumah di)[ \t]*:?[ \t]+"
    r"(?P<home>[^\W\d_][^\n:;,]{2,40}? ?[0-9]{1,3} ?/ ?[0-9]{1,3})(?![0-9/])"
    r"|^[ \t]*(?:alamat|almt|address)(?! (?:email|surel|ip|mac|web|url|situs))[^:\n]{0,30}:[ \t]+"
    r"(?P<line>[^\W\d_][^\n]{8,120})$",
    re.IGNORECASE | re.MULTILINE,
)
_INSIDE = re.compile(r"(?:\ba(?:\.|/|\. ?)n\.?|\ban\.|\batas nama|\bbernama|\bnama saya)[ \t]+", re.IGNORECASE)


class Span(NamedTuple):
    """A span of characters."""

    entity: str
    start: int
    end: int
    score: float


class _Found(NamedTuple):
    """A span of tokens, `end` exclusive."""

    entity: str
    start: int
    end: int
    score: float


def spans(texts: Sequence[str], tagger: Tagger) -> list[list[Span]]:
    """The names and addresses of each text, in order, none over another. Asking for many short texts at once is
    several times as fast; no text has a say in another."""
    found = [tokens(text) for text in texts]
    pieces = [list(runs(each)) for each in found]
    labelled = iter(tagger.label([[token.text for token in piece] for each in pieces for piece in each]))
    return [
        _spans(text, each, list(_proposed(each, own, labelled)))
        for text, each, own in zip(texts, found, pieces, strict=True)
    ]


def _spans(text: str, found: Sequence[Token], proposed: Sequence[_Found]) -> list[Span]:
    taken = _Taken(len(found))
    kept = [span for span in _addresses(found, proposed) if taken.takes(span)]
    starts = {token.start: i for i, token in enumerate(found)}
    kept += [span for span in _homes(text, found, starts) if taken.takes(span)]
    people = [
        _completed(found, _trimmed(found, span)) for span in proposed if span.entity == PERSON and span.score >= _LEAST
    ]
    for span in _joined(found, people):
        if doubts.is_person(found, *span[1:]) and taken.takes(span):
            is_strange = doubts.is_strange(found, span.start, span.end)
            kept.append(span._replace(score=min(span.score, _UNKNOWN)) if is_strange else span)
    kept += [span for span in _labelled(text, found, starts) if taken.takes(span)]
    kept += [span for span in _after_cues(text, found, starts) if taken.takes(span)]
    return [
        Span(span.entity, found[span.start].start, found[span.end - 1].end, round(span.score, 4))
        for span in sorted(kept, key=lambda span: span.start)
    ]


class _Taken:
    """The tokens that belong to a span already."""

    def __init__(self, size: int) -> None:
        self._tokens = bytearray(size)

    def takes(self, span: _Found) -> bool:
        """Whether none of the span's tokens was taken; then they are."""
        free = span.start < span.end and not any(self._tokens[span.start : span.end])
        if free:
            self._tokens[span.start : span.end] = b"\x01" * (span.end - span.start)
        return free


# -- what the tagger says


def _proposed(
    found: Sequence[Token], pieces: Sequence[Sequence[Token]], labelled: Iterator[Labelled]
) -> Iterator[_Found]:
    """The spans of one text; takes the labels of its pieces."""
    start = 0
    for piece in pieces:
        labels = next(labelled)
        for entity, begin, end, score in _of_labels(labels.labels, labels.probabilities):
            yield from _on_lines(found, _Found(entity, start + begin, start + end, score))
        start += len(piece)


def _of_labels(labels: Sequence[str], chances: Sequence[float]) -> Iterator[_Found]:
    if labels.count("O") == len(labels):
        return
    begin, name = 0, ""
    for i, label in enumerate((*labels, "O")):
        if name and label != f"I-{name}":
            entity = {"PER": PERSON, "ADR": ADDRESS}.get(name)
            if entity:
                yield _Found(entity, begin, i, min(chances[begin:i]))
            name = ""
        if label[0] == "B" or (label[0] == "I" and not name):
            begin, name = i, label[2:]


def _on_lines(found: Sequence[Token], span: _Found) -> Iterator[_Found]:
    """The span, cut at blank lines and gaps, without breaks at its ends; a name may go on over a line break."""
    start = span.start
    for i in range(span.start, span.end + 1):
        if i == span.end or found[i].text in (PARAGRAPH, GAP):
            end = i
            while start < end and found[start].text == BREAK:
                start += 1
            while end > start and found[end - 1].text == BREAK:
                end -= 1
            if end > start:
                yield span._replace(start=start, end=end)
            start = i + 1


def _trimmed(found: Sequence[Token], span: _Found) -> _Found:
    """The bare name: no honorifics before it, no titles and signs behind it."""
    start, end = span.start, span.end
    while start < end - 1 and _leads(found[start].text):
        start += 1
    while end > start and not found[end - 1].text[-1].isalnum():
        end -= 1
    while end - 1 > start and "." in found[end - 1].text and lexicons.is_title(found[end - 1].text):
        end -= 1
        while end > start and not found[end - 1].text[-1].isalnum():
            end -= 1
    while end - 1 > start and _is_ordinary(found[end - 1].text):
        end -= 1
    return span._replace(start=start, end=end)


def _completed(found: Sequence[Token], span: _Found) -> _Found:
    """The name without labels at its ends, with the known parts that the tagger left out beside it."""
    start, end = span.start, span.end
    while start < end and (found[start].text.lower() in _BESIDE or found[start].text in ".:"):
        start += 1
    while end > start and (found[end - 1].text.lower() in _BESIDE or found[end - 1].text == "-"):
        end -= 1
    if start == end:
        return span._replace(start=start, end=end)
    while end < len(found) and end - start < _MOST_WORDS and _continues(found[end].text, found[start].text):
        end += 1
    if end - start > 1 and end < len(found) and len(found[end - 1].text) == 1 and found[end].text == ".":
        end += 1
    return span._replace(start=start, end=end)


def _continues(word: str, first: str) -> bool:
    """Whether a word behind a name that begins so is one more known part of it, written alike."""
    style, key = _style(first), word.lower()
    if not style or _style(word) != style or lexicons.place_names().get(key, 3) < 3 or key in lexicons.MONTHS:
        return False
    return _is_part(word) and lexicons.is_usual_part(key)


def _joined(found: Sequence[Token], people: Sequence[_Found]) -> Iterator[_Found]:
    """People with the known part of a name between them and an honorific; father and child by `bin` are one name."""
    last: _Found | None = None
    for span in people:
        before = found[span.start - 1].text if span.start else ""
        if span.start > 1 and _is_part(before) and found[span.start - 2].text.lower() in lexicons.HONORIFICS:
            span = span._replace(start=span.start - 1)
        if last and last.end == span.start - 1 and before.lower() in ("bin", "binti", "alias"):
            last = last._replace(end=span.end, score=min(last.score, span.score))
            continue
        if last and last.end == span.start - 1 and before == "," and _is_family_first(found, last, span):
            last = last._replace(end=span.end, score=min(last.score, span.score))
            continue
        if last:
            yield last
        last = span
    if last:
        yield last


def _is_family_first(found: Sequence[Token], family: _Found, given: _Found) -> bool:
    """Whether two names are one as passports write it: `TANJUNG, Nugroho`."""
    return all(t.text.isupper() and len(t.text) > 1 for t in found[family.start : family.end]) and all(
        t.text.istitle() for t in found[given.start : given.end]
    )


def _is_part(word: str) -> bool:
    """Whether a capitalised word is a known part of Indonesian names, and neither an honorific nor a post."""
    key = word.lower()
    rank = lexicons.name_ranks().get(key, 0)
    return (
        word[0].isupper() and rank > lexicons.FOREIGN and key not in lexicons.HONORIFICS and key not in lexicons.ROLES
    )


def _leads(word: str) -> bool:
    """Whether a word stands before a name without being a part of it: `Bapak`, `Pengusaha`."""
    key = word.lower().strip(".")
    return key in lexicons.HONORIFICS or word in ".,:-" or (key in lexicons.ROLES and key not in lexicons.name_ranks())


def _is_ordinary(word: str) -> bool:
    key = word.lower()
    return lexicons.word_case().get(key) == "lower" and key not in lexicons.name_ranks()


# -- addresses


def _addresses(found: Sequence[Token], proposed: Sequence[_Found]) -> Iterator[_Found]:
    """By the grammar, from where the tagger sees the start; and what the tagger alone sees."""
    seen = [_stripped(found, span) for span in proposed if span.entity == ADDRESS]
    starts = {i: span.start for span in seen for i in range(span.start, span.end)}
    for start, end in addresses.find(found):
        yield _Found(ADDRESS, min(start, starts.get(start, start)), end, _BY_GRAMMAR)
    for span in seen:
        if doubts.is_address(found, span.start, span.end):
            yield span


def _stripped(found: Sequence[Token], span: _Found) -> _Found:
    start, end = span.start, span.end
    while start < end and not found[start].text[0].isalnum():
        start += 1
    while end > start and not found[end - 1].text[-1].isalnum():
        end -= 1
    return span._replace(start=start, end=end)


# -- labels of forms


def _labelled(text: str, found: Sequence[Token], starts: Mapping[int, int]) -> Iterator[_Found]:
    """Names that only a label announces."""
    for pattern in (_LABEL, _INSIDE):
        for match in pattern.finditer(text):
            i = starts.get(match.end())
            words = re.findall(r"\w+", match[0].lower())
            if i is not None and not lexicons.THING_LABELS.intersection(words):
                yield from _value(found, i)


def _homes(text: str, found: Sequence[Token], starts: Mapping[int, int]) -> Iterator[_Found]:
    """Addresses that only a label announces."""
    for match in _HOME.finditer(text):
        part = "home" if match["home"] else "line"
        start, end = match.span(part)
        end = start + len(match[part].rstrip(" .,\t\r"))
        is_place = any(sign.isdigit() for sign in match[part]) and "@" not in match[part] and "//" not in match[part]
        if is_place and start in starts:
            last = next(i for i in range(starts[start], len(found)) if found[i].end >= end)
            yield _Found(ADDRESS, starts[start], last + 1, _BY_LABEL)


def _after_cues(text: str, found: Sequence[Token], starts: Mapping[int, int]) -> Iterator[_Found]:
    """Known parts of names behind a word that speaks of a person."""
    for match in _CUE.finditer(text):
        i = starts.get(match.end())
        if i is None:
            continue
        while i < len(found) and (_leads(found[i].text) or found[i].text.lower() == "ns"):
            i += 1
        end = i
        while end < len(found) and end - i < _MOST_WORDS and _is_known(found[end].text):
            end += 1
        if end > i:
            end = _grown(found, i, end)
        if end > i and doubts.is_person(found, i, end, _BY_LABEL):
            yield _Found(PERSON, i, end, _BY_LABEL)


def _is_known(word: str) -> bool:
    return len(word) > 1 and lexicons.is_usual_part(word.lower())


def _grown(found: Sequence[Token], start: int, end: int) -> int:
    """The end of a name that goes on in words written as it is: all with a capital, or all capitals."""
    style = _style(found[start].text)
    while style and end < len(found) and end - start < _MOST_WORDS and _style(found[end].text) == style:
        key = found[end].text.lower()
        if not _may_be_name(found[end].text) or key in lexicons.place_levels() or len(key) < 3:
            break
        end += 1
    return end


def _style(word: str) -> str:
    """How a word is written: with a capital or all capitals; nothing for the rest."""
    return "title" if word.istitle() else "upper" if word.isupper() else ""


def _value(found: Sequence[Token], i: int) -> Iterator[_Found]:
    """The name that begins at `i`: up to six words that are no ordinary ones."""
    while i < len(found) and (found[i].text.lower().strip(".") in lexicons.HONORIFICS or found[i].text == "."):
        i += 1
    if i < len(found) and found[i].text.lower() in lexicons.ROLES:
        return
    end = i
    while end < len(found) and end - i < _MOST_WORDS and _may_be_name(found[end].text):
        end += 1
    has_english = any(token.text.lower() in lexicons.english() for token in found[i:end])
    if end > i and not has_english and any(len(token.text) > 2 for token in found[i:end]):
        yield _Found(PERSON, i, end, _BY_LABEL)


def _may_be_name(word: str) -> bool:
    key = word.lower().strip(".")
    if not word[0].isalpha() or lexicons.is_title(word) or key in lexicons.ORGANISATION_WORDS or key in lexicons.MONTHS:
        return False
    case = lexicons.word_case().get(key)
    return case not in ("lower", "mixed") or key in lexicons.NAME_PARTICLES or key in lexicons.name_ranks()
