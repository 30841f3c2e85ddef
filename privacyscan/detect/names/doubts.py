"""Which proposals of the tagger are worth believing: a name needs a known part, a title or somebody who announces it.

The tagger learnt news, letters and forms. Programs, settings, hashes, tables of places and English are strange to it,
and there it guesses; what stands around a span tells them apart.
"""

from __future__ import annotations

import re

from privacyscan.detect.names import lexicons
from privacyscan.detect.names.tokens import BREAK, ENGLISH, GAP, INDONESIAN, PARAGRAPH, Tokens

_GLUE = frozenset("_@=#$\\{}[]<>|*^~+%")  # of programs and addresses of machines; none stands within a name
_BEFORE = frozenset("_@\\$./#*-")  # touching the first letter: the span is the rest of something longer
_AFTER = frozenset("_@\\=(/[")
_EMPHASIS = frozenset("*_")  # in Markdown and chats, as pairs around words: `**Siti Aminah**`, `_Siti Aminah_`
_AROUND = 30  # tokens on each side that tell the language
_FULL = 3  # letters of a word that counts
_ACRONYM = 4  # letters up to which one word in capitals may be an abbreviation: PIN, KIA
_ALONE = 0.8  # probability from which one known word is believed without a sign of a person
_STRANGE = 0.9  # and two or more words with capitals of which none is known
_HEX = re.compile(r"(?=[A-Za-z]*[0-9])[0-9A-Za-z+/]{16,}")
_NOBODY = frozenset(
    ("admin", "operator", "warga", "pasien", "amin", "aamiin", "ayo", "buddha", "budha", "allah", "yesus", "tuhan")
)
SPEAKS = frozenset(
    word
    for line in (
        "kata ujar tutur ungkap jelas sebut tegas tambah ucap imbuh papar terang menurut bernama oleh kepada dari saya",
        "hormat ttd mengetahui nip nik hp telp umur usia lahir warga alias author by copyright",
    )
    for word in line.split()
)
_WIDE = frozenset(
    word
    for line in (
        "kota kab kabupaten kec kecamatan distrik prov provinsi propinsi dki kotamadya kodya pulau negeri pos kode",
    )
    for word in line.split()
)
# What is called after people: a name that follows is the institution's.
_CALLED_AFTER = frozenset(
    word
    for line in (
        "rs rsu rsud rsup rsia rumkit klinik universitas univ institut politeknik yayasan sd sdn smp smpn sma sman smk",
        "smkn tk mts kampus bandara terminal stasiun halte pelabuhan stadion gor lapangan simpang perempatan tugu",
        "patung masjid mesjid musala mushola surau gereja pura vihara klenteng kelenteng pesantren gedung aula ruang",
        "auditorium panti posyandu taman museum monumen jembatan waduk benteng candi makam penerbit hotel wisma toko",
        "warung apotek apotik pasar piala festival turnamen beasiswa siklon pt cv ud kri km kmp kapal jalan jl jln",
        "rsj rspad rspal rsupn rsud rsab rslkt rumkital rumkitad rs slb mts madrasah tpq tpa paud ponpes",
        "salon bengkel penjahit kios depot rm restoran resto kafe cafe kedai lapak laundry percetakan fotokopi studio",
        "batik butik gudeg sate bakso soto ayam bebek mie nasi teler martabak rujak pempek catering katering counter",
        "konter kwt poktan gapoktan tani sanggar padepokan pabrik perguruan kereta argo biografi novel",
        "legenda dongeng hikayat babad",
    )
    for word in line.split()
)
# The last word of the names of clubs and shops.
_THINGS = frozenset(("united", "fc", "club", "cup", "fest", "mart", "store", "cell", "tailor", "motor", "bakery"))
_BETWEEN = lexicons.HONORIFICS | {
    "agung",
    "raya",
    "besar",
    "budaya",
    "bergilir",
    "sultan",
    "pangeran",
    "raden",
    "i",
    "ki",
    "moh",
    "muh",
    "abd",
    "uduk",
    "islam",
    "kristen",
    "katolik",
    "umum",
    "daerah",
    "pusat",
    "negeri",
    "swasta",
    "jiwa",
    "muhammadiyah",
    "aisyiyah",
}
# Words said in prayers, laws and greetings that are names elsewhere: by the word behind them.
_SAID_BEFORE = {
    "rahmat": frozenset(("tuhan", "allah")),
    "sugeng": frozenset(("enjing", "siang", "sonten", "dalu", "ndalu", "rawuh", "tindak", "ambal")),
    "sri": frozenset(("sultan", "paduka", "baginda")),
}
_VILLAGES = frozenset(("desa", "ds", "kel", "kelurahan", "nagari", "gampong"))
_PRECISE = (lexicons.ADDRESS_STARTS | lexicons.ADDRESS_WORDS) - _WIDE - _VILLAGES


def is_person(found: Tokens, start: int, end: int, score: float) -> bool:
    """Whether the tokens from `start` to `end` are a name, by their words and by what stands around them."""
    words = [word for word in found.words[start:end] if word[0].isalpha()]
    keys = [word.lower() for word in words]
    if (
        not any(len(word) > 1 for word in words)
        or is_glued(found, start, end)
        or not lexicons.english().isdisjoint(keys)
    ):
        return False
    if keys[0] in _CALLED_AFTER or keys[-1] in _THINGS or _is_called_after(found, start):
        return False
    is_announced = _is_announced(found, start, end)
    name = " ".join(keys)
    if not is_announced and (name in lexicons.place_names() or name in _NOBODY or name in lexicons.namesakes()):
        return False
    if end < found.size and found.lower[end] in _SAID_BEFORE.get(name, ()):
        return False
    if _is_indonesian(found, start, end):
        return True
    if not all(word[0].isupper() for word in words if len(word) >= _FULL):
        usual = sum(map(lexicons.is_usual_part, keys))
        return 2 * usual >= len(words) and (is_announced or (len(words) > 1 and score >= _ALONE))
    known = sum(map(_is_known, keys))
    if len(words) == 1:
        return known > 0 and (is_announced or score >= _ALONE)
    return is_announced or known > 0 or score >= _STRANGE


def is_strange(found: Tokens, start: int, end: int) -> bool:
    """Whether no word is a known part of names and nobody announces one: a name from abroad, or the first word of a
    sentence, a dish, a club."""
    words = [word for word in found.words[start:end] if word[0].isalpha()]
    if len(words) == 1 and words[0].isupper() and len(words[0]) <= _ACRONYM:
        return not _is_announced(found, start, end)
    return not any(lexicons.is_usual_part(word.lower()) for word in words) and not _is_announced(found, start, end)


def is_address(found: Tokens, start: int, end: int) -> bool:
    """Whether what the tagger alone took for an address holds a word of addresses and is more than a region."""
    texts = found.words[start:end]
    if not any(text[0].isalpha() for text in texts):
        return False
    if any(word in _GLUE or _HEX.fullmatch(word) for word in texts) or _touches(found, start, end):
        return False
    keys = [word.lower().rstrip(".") for word in texts]
    is_strange = not _is_indonesian(found, start, end) and not any(word[0].isdigit() for word in texts)
    if not is_strange and any(key in _PRECISE for key in keys):
        return True
    if keys[0] not in _WIDE and any(key in _WIDE for key in keys):
        return True
    return not lexicons.ADDRESS_LABELS.isdisjoint(found.lower[max(0, start - 4) : start])


def _is_indonesian(found: Tokens, start: int, end: int) -> bool:
    """Whether the words around are Indonesian, which the tagger has learnt."""
    around = found.tongues[max(0, start - _AROUND) : start] + found.tongues[end : end + _AROUND]
    return around.count(INDONESIAN) > max(1, 2 * around.count(ENGLISH))


def is_glued(found: Tokens, start: int, end: int) -> bool:
    """Whether signs of programs stand in the span or touch it: `os.path`, `self_name`, `user@host`."""
    if _touches(found, start, end):
        return True
    for i in range(start, end):
        word = found.words[i]
        if word in _GLUE or (not word.isalpha() and any(sign.isdigit() for sign in word)):
            return True
        dotted = word == "." and start < i < end - 1 and found.starts[i + 1] == found.ends[i]
        if dotted and found.words[i + 1][0].islower():
            return True
    return False


def _touches(found: Tokens, start: int, end: int) -> bool:
    """Whether a sign that belongs to the span touches it, as in `user@host`; `-Budi` of a list is no such sign."""
    if _is_emphasised(found, start, end):
        return False
    if end < found.size and found.starts[end] == found.ends[end - 1] and found.words[end] in _AFTER:
        return True
    if not start or found.ends[start - 1] != found.starts[start] or found.words[start - 1] not in _BEFORE:
        return False
    if found.words[start - 1] not in ".-/":
        return True
    return start > 1 and found.ends[start - 2] == found.starts[start - 1] and found.words[start - 2].islower()


def _is_emphasised(found: Tokens, start: int, end: int) -> bool:
    """Whether the words stand in emphasis, which opens behind a blank or a sign and closes in their line."""
    i, sign = start - 1, found.words[start - 1] if start else ""
    if sign not in _EMPHASIS or found.ends[i] != found.starts[start]:
        return False
    while i and found.words[i - 1] in _EMPHASIS and found.ends[i - 1] == found.starts[i]:
        i -= 1
    if i and found.ends[i - 1] == found.starts[i] and found.words[i - 1][-1].isalnum():
        return False
    while end < found.size and found.words[end] not in (BREAK, PARAGRAPH):
        if found.words[end] == sign and found.ends[end - 1] == found.starts[end]:
            after = end + 1
            return after == found.size or found.ends[end] != found.starts[after] or not found.words[after][0].isalnum()
        end += 1
    return False


def _is_known(key: str) -> bool:
    rank = lexicons.name_ranks().get(key, 0)
    return rank > 0 and (rank > lexicons.FOREIGN or lexicons.word_case().get(key) != "lower")


def _is_initial(word: str) -> bool:
    return word.isupper() and (len(word) == 1 or "." in word)


def _is_called_after(found: Tokens, start: int) -> bool:
    """Whether the name belongs to an institution or a street: `RSUD dr. Soetomo`."""
    i = start - 1
    while (
        i >= 0
        and start - i <= 8
        and (found.words[i] in ".:" or _is_initial(found.words[i]) or found.lower[i] in _BETWEEN)
    ):
        i -= 1
    return i >= 0 and found.lower[i] in _CALLED_AFTER


def _is_announced(found: Tokens, start: int, end: int) -> bool:
    """Whether an honorific, a label or a verb of speech stands before the name, or a title behind it."""
    i, passed = start - 1, 0
    while i >= 0 and passed < 4 and found.words[i] not in (PARAGRAPH, GAP):
        if found.words[i] in _EMPHASIS:
            i -= 1
            continue
        key = found.lower[i].strip(".")
        if key in lexicons.HONORIFICS or key in lexicons.NAME_LABELS or key in lexicons.ROLES or key in SPEAKS:
            return True
        if key in ("a.n", "a/n", "an"):
            return True
        if found.words[i] not in ".:,-(" and found.words[i] != BREAK:
            passed += 2
        passed += 1
        i -= 1
    for word in found.words[end : end + 2]:
        if word[0].isalpha():
            return lexicons.is_title(word) or word.lower() in SPEAKS
    return False
