"""Addresses: another street, number and RT/RW, and regions that agree with one another. All else is left out.

A district is the one that the twins of NIK have, the regency and province are those it lies in. The first digit of a
postal code stays (the first three where regencies are kept), house numbers stay in their range.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

import numpy as np

from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.rulebook import words
from privacyscan.twins import Kept, Kind, Twins
from privacyscan.twins._permuted import cycles
from privacyscan.twins._regions import by_name, names, plain, regions
from privacyscan.twins._words import cased, name_words

LEVELS = {"kec": 6, "dis": 6, "kab": 4, "kot": 4, "pro": 2}  # digits of a code, by how the label begins
_STREET = "jl|jln|jalan|gg|gang|lorong|lrg"
_VILLAGE = (
    "dusun|dsn|dukuh|kp|kampung|kmp|lingkungan|lingk|banjar|jorong|kompleks?|komp|perum|perumahan|kelurahan|kel|desa|ds"
    "|nagari"
)
_REGION = "kecamatan|kec|distrik|kabupaten|kab|kotamadya|kota|provinsi|propinsi|prov"
_COUNTED = "no|nomor|nmr|rt|rw"
_NAME = rf"[^\W\d_](?:(?!\b(?:{_STREET}|{_VILLAGE}|{_REGION}|{_COUNTED})\b)[^,;()0-9/])*"
_PARTS = re.compile(
    rf"\b(?P<what>{_COUNTED})\b(?P<between>[. :/]*)(?P<number>[0-9]{{1,4}})(?![0-9])"
    rf"|\b(?P<label>{_STREET}|{_VILLAGE}|{_REGION})\b(?P<gap>[. ]+)(?P<name>{_NAME})"
    r"|(?<=[0-9])/(?P<rw>[0-9]{1,3})(?![0-9])"  # RT 001/002
    r"|(?<![0-9])(?P<post>[1-9][0-9]{4})(?![0-9])"
    r"|(?P<house>(?<![0-9/])[0-9]{1,4}(?![0-9]))"
    rf"|(?P<bare>{_NAME})",
    re.IGNORECASE,
)
_LEFT_OUT = re.compile(r"[^\s,;./-]+")
_RANGES = np.searchsorted([1, 21, 100, 250, 1000], np.arange(10_000), side="right")  # that numbers stay in


class Addresses:
    """Twins of addresses."""

    def __init__(self, key: PurposeKey, kept: Kept) -> None:
        self._kept, self._regions = kept, regions(key, kept.region)
        self._number = name_words(key).number
        self._counted = {w: cycles(key, f"addresses {w}", _RANGES).tolist() for w in ("no", "rt", "rw")}
        digits = np.arange(100_000)
        self._post = cycles(key, "postal codes", digits // (100 if kept.region == "regency" else 10_000)).tolist()

    def one(self, address: str) -> str | None:
        """The twin of an address."""
        parts = list(_PARTS.finditer(address))
        codes = self._codes(parts)
        made, end = [], 0
        for part in parts:
            made += [_LEFT_OUT.sub("", address[end : part.start()]), self._part(part, codes)]
            end = part.end()
        text = re.sub(r"(?:\s*[,;]\s*)+", ", ", " ".join("".join(made).split())).strip(" ,;-")
        text = text[: self._kept.length].rstrip(" ,") if self._kept.length else text
        return text if text.lower() != address.strip().lower() and any(c.isalnum() for c in text) else None

    def _codes(self, parts: list[re.Match[str]]) -> Mapping[int, str]:
        """The codes of the twin's regions, by how many digits they have."""
        said: dict[int, list[str]] = {}
        for part in parts:
            named = LEVELS.get((part["label"] or "").lower()[:3])
            for level in (2, 4, 6) if part["bare"] else (named,) if named else ():
                if found := by_name().get((level, plain(part["name"] or part["bare"]))):
                    said.setdefault(level, found)
        province = said.get(2, [""])
        regency = [c for c in said.get(4, [""]) if c.startswith(tuple(province))] or [""]
        district = next((c for c in said.get(6, ()) if c.startswith(tuple(regency))), "")
        if twin := self._regions.district(district) if district else "":
            return {6: twin, 4: twin[:4], 2: twin[:2]}
        if regency[0]:
            twin = self._regions.regency(regency[0])
            return {4: twin, 2: twin[:2]}
        return {2: province[0]} if province[0] and self._kept.region != "country" else {}

    def _part(self, part: re.Match[str], codes: Mapping[int, str]) -> str:
        if part["number"] or part["house"] or part["rw"]:
            digits = part["number"] or part["house"] or part["rw"]
            what = "rw" if part["rw"] else (part["what"] or "no").lower()[:2]
            width = len(digits) if digits[0] == "0" or what != "no" else 1
            number = f"{self._counted[what][int(digits)]:0{width}d}"
            return f"{part['what']}{part['between']}{number}" if part["what"] else ("/" if part["rw"] else "") + number
        if part["post"]:
            return f"{self._post[int(part['post'])]:05d}"
        if part["bare"]:
            level = next((n for n in (6, 4, 2) if (n, plain(part["bare"])) in by_name() and n in codes), 0)
            return cased(plain(names()[codes[level]]), part["bare"]) + " " if level else ""
        label, name = part["label"], part["name"]
        if level := LEVELS.get(label.lower()[:3], 0):
            full = names().get(codes.get(level, ""), "")
            new = plain(full)
            if level == 4 and full.startswith("KOTA") != label.lower().startswith("kot"):
                label = cased("Kota" if full.startswith("KOTA") else "Kabupaten", label)
        else:
            streets = re.fullmatch(_STREET, label, re.IGNORECASE)
            new = self._drawn(name, "street_names" if streets else "village_names")
        return f"{label}{part['gap']}{cased(new, name)}{' ' * (name != name.rstrip())}" if new else ""

    def _drawn(self, name: str, word_list: str) -> str:
        """One of a list, another than this."""
        bare = " ".join(name.lower().split()).rstrip(".-")
        choices = _listed(word_list)
        at = self._number(bare) % len(choices)
        return (choices[at] if choices[at] != bare else choices[at - 1]).title()


@cache
def _listed(word_list: str) -> Sequence[str]:
    return sorted(words(word_list))


class Address:
    name = "address"

    def __call__(self, key: PurposeKey, kept: Kept, identifier: Identifier, /) -> Twins:
        one = lru_cache(65_536)(Addresses(key, kept).one)
        return lambda values, canonical: [one(v) for v in values]


plugin: Kind = Address()
