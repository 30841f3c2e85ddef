"""The one permutation of districts that serves NIK, family cards and addresses, and one of regencies for places.

Districts that the table knows stand for each other, and so do codes that it does not know. A regency is no sum of
whole districts after that: the districts of one go to many.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache, lru_cache

import numpy as np

from privacyscan.checks.region import codes
from privacyscan.keys import PurposeKey
from privacyscan.resources import folder
from privacyscan.twins._permuted import Numbers, cycles

DIGITS = {"country": 0, "province": 2, "regency": 4}  # of a code, that stay
_KIND = re.compile(r"^(?:KABUPATEN|KAB|KOTA|PROVINSI|PROV)[ .]+(?:ADM(?:INISTRASI)?[ .]+)?", re.IGNORECASE)


class Regions:
    """`table` leads from the code of each district (six digits, a number) to that of its twin; 0: no region."""

    def __init__(self, key: PurposeKey, region: str) -> None:
        code = np.arange(10**6)
        known = np.zeros(10**6, np.bool_)
        known[[int(c) for c in codes("district")]] = True
        provinces = np.zeros(100, np.bool_)
        provinces[[int(c) for c in codes("province")]] = True
        code = code[provinces[code // 10_000] & (code // 100 % 100 > 0) & (code % 100 > 0)]
        classes = 2 * (code // 10 ** (6 - DIGITS[region])) + known[code]
        self.table: Numbers = np.zeros(10**6, np.int64)
        self.table[code] = code[cycles(key, "districts", classes)]
        self._regencies = _cycle(key, 10 ** (4 - min(DIGITS[region], 2)))

    def district(self, code: str) -> str:
        """The twin of a district; empty for what is none."""
        return f"{self.table[int(code)]:06d}" if self.table[int(code)] else ""

    def regency(self, code: str) -> str:
        """The twin of a regency, another name within its province or the country; a town for a town if it can be."""
        kind = names()[code][:4]
        twins = self._regencies[code]
        return next((t for t in twins if names()[t][:4] == kind), twins[0])


def _cycle(key: PurposeKey, divisor: int) -> Mapping[str, list[str]]:
    """The regencies that follow each by name, among those with the same first digits."""
    named: dict[tuple[str, str], list[str]] = {}
    for code in sorted(codes("regency")):
        named.setdefault((code[:2], plain(names()[code])), []).append(code)
    groups = list(named.values())
    following = cycles(key, "regencies", np.array([int(group[0]) // divisor for group in groups])).tolist()
    return {code: groups[i] for group, i in zip(groups, following, strict=True) for code in group}


@lru_cache(4)
def regions(key: PurposeKey, region: str) -> Regions:
    """The permutations under this key."""
    return Regions(key, region)


@cache
def names() -> Mapping[str, str]:
    """The name of each region by its code."""
    with (folder("rules") / "tables" / "wilayah.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


@cache
def by_name() -> Mapping[tuple[int, str], list[str]]:
    """The codes of a level (2, 4 or 6 digits) that have a name, as `plain` writes it."""
    found: dict[tuple[int, str], list[str]] = {}
    for code, name in names().items():
        found.setdefault((len(code), plain(name)), []).append(code)
    return found


def plain(name: str) -> str:
    """The name of a region without its kind, in lower case."""
    return " ".join(_KIND.sub("", name.strip()).lower().split())
