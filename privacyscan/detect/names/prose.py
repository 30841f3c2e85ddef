"""Person names and addresses in running text, forms, letters and chats.

`is_prose` says cheaply whether a block is worth reading, `find` reads it: the tagger proposes, the grammar of addresses
and the labels of forms have their say (`hybrid.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from privacyscan.detect.names import lexicons
from privacyscan.detect.names.letters import letters
from privacyscan.detect.vectors import letters as ascii_letters
from privacyscan.resources import folder

if TYPE_CHECKING:
    from privacyscan.detect.names.tagger import Tagger
    from privacyscan.detect.vectors import Bools, Strings

PERSON, ADDRESS = "PERSON", "ADDRESS"

_WORDS_PER_LINE = 6  # of running text
_KNOWN = 0.25  # the share of words of the lists in it: not in logs, code and keys
_NAMES = 0.3  # the share of names in a list of names
LOOKED_AT = 4000  # characters
_CUES = (
    r"(?i)\b(?:nama|an?\.n\.?|a/n|atas nama|bernama|yth|bapak|bpk|ibu|sdri?|saudara|saudari|pemohon|pasien|debitur"
    r"|pemilik|alamat|domisili|absen|absensi|hadir|jemaah|mempelai|responden|pelanggan|nasabah"
    r"|penerima|pengirim|pelapor|terlapor|terdakwa|penggugat|tergugat|ketua|kepala|direktur|bendahara|sekretaris|dokter"
    r"|hormat kami|hormat saya|mengetahui|nip|pak|bu|mas|mbak|mba|kak|bang|prof|drs?|dra|ir|hj|bin|binti"
    r"|jln?|jalan|gg|rt|rw|dusun|desa|kel|kec|kelurahan|kecamatan)\b"
)
_GLUED = re.compile(r"[^\s<>\"',;|()]*[@=_/\\][^\s<>\"',;|()]*")
_WORDS = re.compile(r"[^\W\d_]{2,}(?: [^\W\d_]{2,})*")
_LINE = re.compile(r"\n\s*\S")


@dataclass(frozen=True, slots=True)
class NameSpan:
    """A name or an address and where it stands: characters, `end` exclusive. `score` is a probability, 0 to 1."""

    entity: str
    start: int
    end: int
    score: float


def find(text: str) -> list[NameSpan]:
    """The person names and addresses of a paragraph or a block of lines, in order, none over another."""
    return find_each([text])[0]


def find_each(texts: Sequence[str]) -> list[list[NameSpan]]:
    """The same for many texts that have nothing to do with each other."""
    from privacyscan.detect.names import hybrid

    return [[NameSpan(*span) for span in spans] for spans in hybrid.spans(texts, tagger())]


def is_prose(text: str) -> bool:
    """Whether a block may hold names in sentences, forms, letters or lists: so cheap that every block can be asked."""
    text = text[:LOOKED_AT].encode("utf-8", "replace").decode()  # RE2 knows no lone surrogates
    words = [word for word in letters(text).lower().split() if len(word) > 1]
    if not words:
        return False
    if _cues().search(text):
        return True
    if _names(words) >= _NAMES * len(words):
        return True
    lines = 1 + len(_LINE.findall(text.strip()))
    return len(words) >= _WORDS_PER_LINE * lines and sum(map(_known().__contains__, words)) >= _KNOWN * len(words)


def are_prose(texts: Strings) -> Bools:
    """`is_prose` for texts of one line each, all printable ASCII and not long."""
    import numpy as np

    found, of = texts.runs(ascii_letters())
    told = [_told(word) for word in found.dictionary.to_pylist()]
    each = np.array(told, np.int64).reshape(-1, 3)[found.indices.to_numpy()]
    words, names, known = (np.bincount(of, column, texts.size) for column in each.T)
    asked = (names >= _NAMES * words) | ((words >= _WORDS_PER_LINE) & (known >= _KNOWN * words))
    return np.asarray((words > 0) & (asked | texts.mask(_CUES)))


@lru_cache(maxsize=50_000)
def _told(word: str) -> tuple[bool, bool, bool]:
    """Whether letters are a word, a usual part of names, and known at all."""
    lower = word.lower()
    is_known = lower in _known()
    is_word = len(word) > 1
    return is_word, is_word and lexicons.is_usual_part(lower), is_word and is_known


def has_name(text: str) -> bool:
    """Whether a word looks like a name, not one in an e-mail address or a path: enough beside other finds."""
    return any(map(_may_be_name, _WORDS.findall(_GLUED.sub(" ", text[:LOOKED_AT]))))


def _names(words: Sequence[str]) -> int:
    return sum(map(lexicons.usual_parts().__contains__, words))


def _may_be_name(line: str) -> bool:
    """Whether words in a row hold a part of a name that is written as one: with a capital, or beside another part."""
    words = [word for word in line.split(" ") if word.lower() not in lexicons.english()]
    known = [_names([word.lower()]) > 0 for word in words]
    if any(known[i] and known[i + 1] for i in range(len(words) - 1)):
        return True
    return any(is_known and word.istitle() for word, is_known in zip(words, known, strict=True))


@cache
def _known() -> frozenset[str]:
    """Words and parts of names of the lists."""
    return frozenset({*lexicons.word_case(), *lexicons.name_ranks()})


@cache
def _cues() -> Any:
    import re2

    return re2.compile(_CUES)


@cache
def tagger() -> Tagger:
    """The tagger with the shipped model, read when it is first asked for."""
    from privacyscan.detect.names import modelfile
    from privacyscan.detect.names.tagger import Tagger

    return Tagger(modelfile.read(folder("rules") / "models" / "names.crf"))
