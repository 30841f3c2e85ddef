"""Generalise: less exact, so that many persons have it in common (Sweeney 2002).

Birth dates become a year, a month or a band of years; a NIK, family card or address the regency or province in it;
amounts a band; IP addresses their network; coordinates whole or tenth degrees. What cannot be read so is emptied.
"""

from __future__ import annotations

import csv
import ipaddress
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from privacyscan.checks import birth_date
from privacyscan.errors import ConfigurationError
from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.operators import Operator, Parameter, Replacement, each
from privacyscan.resources import folder

DATES, REGIONS = ("year", "month", "years"), ("regency", "province")
WIDTHS = {"years": 5, "amount": 1_000_000}  # unless the policy says another
_KIND = re.compile(r"^(?:kab\.|kabupaten|kota|provinsi)\s+")
_WORDS = re.compile(r"[a-z]+(?:[ -][a-z]+)*")
_AMOUNT = re.compile(r"\D*?([0-9]{1,3}(?:([.,])[0-9]{3})(?:\2[0-9]{3})*|[0-9]+)(?:[.,][0-9]{1,2})?\D*")
_COORDINATE = re.compile(r"-?[0-9]{1,3}[.][0-9]+")

Step = Callable[[str], str | None]


class Generalise:
    name = "generalise"
    needs_key = False
    by_person = False
    looks_real = True
    parameters: Mapping[str, Parameter] = {
        "to": Parameter(f"one of {', '.join((*DATES, *REGIONS))}", lambda value: value in (*DATES, *REGIONS)),
        "width": Parameter(
            "a whole number from 1 on",
            lambda value: isinstance(value, int) and not isinstance(value, bool) and value > 0,
        ),
    }

    def bind(self, identifier: Identifier, key: PurposeKey | None, parameters: Mapping[str, Any]) -> Replacement:
        step = _step(identifier, parameters.get("to"), parameters.get("width"))

        def replaced(value: str, canonical: str) -> str | None:
            new = step(canonical)
            return None if new == value else new

        return each(replaced)


def _step(identifier: Identifier, to: str | None, width: int | None) -> Step:
    name = identifier.id
    if identifier.born is not None and identifier.born.format == "date" and to in (*DATES, None):
        return lambda text: _date(text, to or "year", width or WIDTHS["years"])
    if name in ("ID_NIK", "ID_KK") and to in (*REGIONS, None):
        digits = 4 if to == "regency" else 2
        return lambda text: _names().get(text[:digits])
    if name in ("ADDRESS", "PLACE_OF_BIRTH") and to in (*REGIONS, None):
        return lambda text: _region(text, to or "regency")
    if to is None and name in _OTHERS:
        return _OTHERS[name] if name != "INCOME" else lambda text: _amount(text, width or WIDTHS["amount"])
    raise ConfigurationError(f"the operator generalise cannot make {name} {to or 'less exact'}; use drop or token")


def _date(text: str, to: str, width: int) -> str | None:
    born = birth_date.parse(text)
    if born is None:
        return None
    if to == "years":
        first = born.year - born.year % width
        return f"{first}-{first + width - 1}"
    return f"{born:%Y-%m}" if to == "month" else f"{born:%Y}"


def _region(text: str, to: str) -> str | None:
    """The last regency or province that an address names."""
    names = _by_name()
    found = None
    words = re.findall(r"[a-z]+", text.lower())
    for start in range(len(words)):
        for end in range(min(len(words), start + 4), start, -1):
            code = names.get(" ".join(words[start:end]))
            if code is not None and (to == "province" or len(code) == 4):
                found = code
                break
    return None if found is None else _names()[found[:2] if to == "province" else found]


def _amount(text: str, width: int) -> str | None:
    match = _AMOUNT.fullmatch(text)
    if match is None:
        return None
    amount = int(re.sub(r"\D", "", match[1]))
    first = amount - amount % width
    return f"{first}-{first + width - 1}"


def _network(text: str) -> str | None:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    return str(ipaddress.ip_network(f"{address}/{24 if address.version == 4 else 48}", strict=False))


def _coordinates(text: str) -> str | None:
    found = _COORDINATE.findall(text)
    return ", ".join(f"{float(number):.1f}" for number in found) if found else None


_OTHERS: Mapping[str, Step] = {
    "INCOME": lambda text: _amount(text, WIDTHS["amount"]),
    "IP_ADDRESS": _network,
    "GEO_COORDINATE": _coordinates,
}


@cache
def _names() -> Mapping[str, str]:
    """The name of each province and regency by its code."""
    with (folder("rules") / "tables" / "wilayah.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file) if len(row["code"]) <= 4}


@cache
def _by_name() -> Mapping[str, str]:
    """The code of each by its name in lower case without its kind; a name of two regencies means the first."""
    found: dict[str, str] = {}
    for code, name in sorted(_names().items(), key=lambda pair: (-len(pair[0]), pair[0])):
        found.setdefault(" ".join(re.findall("[a-z]+", _KIND.sub("", name.lower()))), code)
    return found


plugin: Operator = Generalise()
