"""What the tagger proposes, the grammar of addresses and the labels of forms -> one list of spans."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from privacyscan.detect.names import addresses, cues, doubts, lexicons, marks
from privacyscan.detect.names.prose import ADDRESS, PERSON
from privacyscan.detect.names.tagger import Tagger
from privacyscan.detect.names.tokens import BREAK, GAP, PARAGRAPH, Tokens

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
_BREAKS = frozenset((BREAK, PARAGRAPH, GAP))
_ENTITIES = {"PER": PERSON, "ADR": ADDRESS}


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
    reading, told = tagger.read(texts)
    proposed: dict[int, list[_Found]] = {}
    for name, start, end, score in told:
        text, first = reading.text_at(start)
        proposed.setdefault(text, []).append(_Found(_ENTITIES[name], start - first, end - first, score))
    marked = [reading.marked(mark) for mark in (marks.ADDRESS_START, *marks.OF_CUES)]
    found: list[list[Span]] = [[] for _ in texts]
    for i in {*proposed, *(i for each in marked for i in each)}:
        starts, *begins = [each.get(i, ()) for each in marked]
        found[i] = _spans(texts[i], reading.of_text(i), proposed.get(i, ()), starts, begins)
    return found


def _spans(
    text: str, found: Tokens, told: Sequence[_Found], starts: Sequence[int], begins: Sequence[Sequence[int]]
) -> list[Span]:
    """The spans of one text: of what the tagger told, of addresses that may start at tokens, and of cues that may begin
    at tokens (for each of `cues.CUES`)."""
    proposed = [part for span in told for part in _on_lines(found, span)]
    labels, inside, known, homes = begins
    taken = _Taken(found.size)
    kept = [span for span in _addresses(found, proposed, starts) if taken.takes(span)]
    if homes:
        kept += [span for span in _homes(text, found, homes) if taken.takes(span)]
    people = [
        _completed(found, _trimmed(found, span)) for span in proposed if span.entity == PERSON and span.score >= _LEAST
    ]
    for span in _joined(found, people):
        if doubts.is_person(found, *span[1:]) and taken.takes(span):
            is_strange = doubts.is_strange(found, span.start, span.end)
            kept.append(span._replace(score=min(span.score, _UNKNOWN)) if is_strange else span)
    for cue, places in ((cues.LABEL, labels), (cues.INSIDE, inside)):
        if places:
            kept += [span for span in _labelled(cue, text, found, places) if taken.takes(span)]
    if known:
        kept += [span for span in _after_known(text, found, known) if taken.takes(span)]
    return [
        Span(span.entity, found.starts[span.start], found.ends[span.end - 1], round(span.score, 4))
        for span in sorted(kept, key=lambda span: span.start)
    ]


class _Taken:
    """The tokens that belong to a span already."""

    def __init__(self, size: int) -> None:
        self._tokens = bytearray(size)

    def takes(self, span: _Found) -> bool:
        """Whether none of the span's tokens was taken; then they are."""
        free = span.start < span.end and 1 not in self._tokens[span.start : span.end]
        if free:
            self._tokens[span.start : span.end] = b"\x01" * (span.end - span.start)
        return free


# -- what the tagger says


def _on_lines(found: Tokens, span: _Found) -> Iterator[_Found]:
    """The span, cut at blank lines and gaps, without breaks at its ends; a name may go on over a line break."""
    if _BREAKS.isdisjoint(found.words[span.start : span.end]):
        yield span
        return
    start = span.start
    for i in range(span.start, span.end + 1):
        if i == span.end or found.words[i] in (PARAGRAPH, GAP):
            end = i
            while start < end and found.words[start] == BREAK:
                start += 1
            while end > start and found.words[end - 1] == BREAK:
                end -= 1
            if end > start:
                yield _Found(span.entity, start, end, span.score)
            start = i + 1


def _trimmed(found: Tokens, span: _Found) -> _Found:
    """The bare name: no honorifics before it, no titles and signs behind it."""
    start, end = span.start, span.end
    while start < end - 1 and _leads(found.words[start]):
        start += 1
    while end > start and not found.words[end - 1][-1].isalnum():
        end -= 1
    while end - 1 > start and "." in found.words[end - 1] and lexicons.is_title(found.words[end - 1]):
        end -= 1
        while end > start and not found.words[end - 1][-1].isalnum():
            end -= 1
    while end - 1 > start and _is_ordinary(found.words[end - 1]):
        end -= 1
    return _Found(span.entity, start, end, span.score)


def _completed(found: Tokens, span: _Found) -> _Found:
    """The name without labels at its ends, with the known parts that the tagger left out beside it."""
    start, end = span.start, span.end
    while start < end and (found.lower[start] in _BESIDE or found.words[start] in ".:"):
        start += 1
    while end > start and (found.lower[end - 1] in _BESIDE or found.words[end - 1] == "-"):
        end -= 1
    if start == end:
        return _Found(span.entity, start, end, span.score)
    while end < found.size and end - start < _MOST_WORDS and _continues(found.words[end], found.words[start]):
        end += 1
    if end - start > 1 and end < found.size and len(found.words[end - 1]) == 1 and found.words[end] == ".":
        end += 1
    return _Found(span.entity, start, end, span.score)


def _continues(word: str, first: str) -> bool:
    """Whether a word behind a name that begins so is one more known part of it, written alike."""
    style, key = _style(first), word.lower()
    if not style or _style(word) != style or lexicons.place_names().get(key, 3) < 3 or key in lexicons.MONTHS:
        return False
    return _is_part(word) and lexicons.is_usual_part(key)


def _joined(found: Tokens, people: Sequence[_Found]) -> Iterator[_Found]:
    """People with the known part of a name between them and an honorific; father and child by `bin` are one name."""
    last: _Found | None = None
    for span in people:
        before = found.words[span.start - 1] if span.start else ""
        if span.start > 1 and _is_part(before) and found.lower[span.start - 2] in lexicons.HONORIFICS:
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


def _is_family_first(found: Tokens, family: _Found, given: _Found) -> bool:
    """Whether two names are one as passports write it: `TANJUNG, Nugroho`."""
    return all(word.isupper() and len(word) > 1 for word in found.words[family.start : family.end]) and all(
        word.istitle() for word in found.words[given.start : given.end]
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


def _addresses(found: Tokens, proposed: Sequence[_Found], starts: Sequence[int]) -> Iterator[_Found]:
    """By the grammar, from where the tagger sees the start; and what the tagger alone sees."""
    seen = [_stripped(found, span) for span in proposed if span.entity == ADDRESS]
    earlier = {i: span.start for span in seen for i in range(span.start, span.end)}
    for start, end in addresses.find(found, starts):
        yield _Found(ADDRESS, min(start, earlier.get(start, start)), end, _BY_GRAMMAR)
    for span in seen:
        if doubts.is_address(found, span.start, span.end):
            yield span


def _stripped(found: Tokens, span: _Found) -> _Found:
    start, end = span.start, span.end
    while start < end and not found.words[start][0].isalnum():
        start += 1
    while end > start and not found.words[end - 1][-1].isalnum():
        end -= 1
    return _Found(span.entity, start, end, span.score)


# -- labels of forms


def _labelled(cue: cues.Cue, text: str, found: Tokens, begins: Sequence[int]) -> Iterator[_Found]:
    """Names that only a label announces."""
    for match in cue.matches(text, begins, found):
        i = _token_at(found, match.end())
        words = re.findall(r"\w+", match[0].lower())
        if i is not None and not lexicons.THING_LABELS.intersection(words):
            yield from _value(found, i)


def _homes(text: str, found: Tokens, begins: Sequence[int]) -> Iterator[_Found]:
    """Addresses that only a label announces."""
    for match in cues.HOME.matches(text, begins, found):
        part = "home" if match["home"] else "line"
        end = match.start(part) + len(match[part].rstrip(" .,\t\r"))
        is_place = any(sign.isdigit() for sign in match[part]) and "@" not in match[part] and "//" not in match[part]
        first = _token_at(found, match.start(part))
        if is_place and first is not None:
            yield _Found(ADDRESS, first, bisect_left(found.ends, end) + 1, _BY_LABEL)


def _token_at(found: Tokens, at: int) -> int | None:
    """The place of the token that begins at this character, if one does."""
    i = bisect_left(found.starts, at)
    return i if i < found.size and found.starts[i] == at else None


def _after_known(text: str, found: Tokens, begins: Sequence[int]) -> Iterator[_Found]:
    """Known parts of names behind a word that speaks of a person."""
    for match in cues.KNOWN.matches(text, begins, found):
        i = _token_at(found, match.end())
        if i is None:
            continue
        while i < found.size and (_leads(found.words[i]) or found.lower[i] == "ns"):
            i += 1
        end = i
        while end < found.size and end - i < _MOST_WORDS and _is_known(found.words[end]):
            end += 1
        if end > i:
            end = _grown(found, i, end)
        if end > i and doubts.is_person(found, i, end, _BY_LABEL):
            yield _Found(PERSON, i, end, _BY_LABEL)


def _is_known(word: str) -> bool:
    return len(word) > 1 and lexicons.is_usual_part(word.lower())


def _grown(found: Tokens, start: int, end: int) -> int:
    """The end of a name that goes on in words written as it is: all with a capital, or all capitals."""
    style = _style(found.words[start])
    while style and end < found.size and end - start < _MOST_WORDS and _style(found.words[end]) == style:
        key = found.lower[end]
        if not _may_be_name(found.words[end]) or key in lexicons.place_levels() or len(key) < 3:
            break
        end += 1
    return end


def _style(word: str) -> str:
    """How a word is written: with a capital or all capitals; nothing for the rest."""
    return "title" if word.istitle() else "upper" if word.isupper() else ""


def _value(found: Tokens, i: int) -> Iterator[_Found]:
    """The name that begins at `i`: up to six words that are no ordinary ones."""
    while i < found.size and (found.lower[i].strip(".") in lexicons.HONORIFICS or found.words[i] == "."):
        i += 1
    if i < found.size and found.lower[i] in lexicons.ROLES:
        return
    end = i
    while end < found.size and end - i < _MOST_WORDS and _may_be_name(found.words[end]):
        end += 1
    has_english = not lexicons.english().isdisjoint(found.lower[i:end])
    if end > i and not has_english and any(len(word) > 2 for word in found.words[i:end]):
        yield _Found(PERSON, i, end, _BY_LABEL)


def _may_be_name(word: str) -> bool:
    key = word.lower().strip(".")
    if not word[0].isalpha() or lexicons.is_title(word) or key in lexicons.ORGANISATION_WORDS or key in lexicons.MONTHS:
        return False
    case = lexicons.word_case().get(key)
    return case not in ("lower", "mixed") or key in lexicons.NAME_PARTICLES or key in lexicons.name_ranks()
