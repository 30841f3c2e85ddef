"""Numbers, shares, sizes, times and names as a reader of the report's language writes them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

WIB = timezone(timedelta(hours=7), "WIB")  # Western Indonesian Time: the clock of the capital
_SEPARATORS = {"id": (".", ","), "en": (",", ".")}
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # Unicode categories: control, format, lone surrogate, separators
_SIZES = ("B", "kB", "MB", "GB", "TB", "PB")


def number(value: float, language: str, decimals: int | None = None) -> str:
    """1.234.567 or 0,95 in Indonesian, 1,234,567 or 0.95 in English; `decimals` None: as many as it has, at most 4."""
    if decimals is None:
        decimals = 0 if float(value).is_integer() else min(4, max(1, len(f"{value:.4f}".rstrip("0").split(".")[1])))
    thousands, point = _SEPARATORS.get(language, _SEPARATORS["en"])
    whole, _, fraction = f"{value:,.{decimals}f}".partition(".")
    return whole.replace(",", thousands) + (point + fraction if fraction else "")


def percent(share: float, language: str) -> str:
    """A share of 0-1; a little is never shown as nothing, nearly all never as all."""
    value = share * 100
    decimals = 0 if value == round(value) else 1
    if 0 < value < 0.1:
        value, sign = 0.1, "< "
    elif 99.9 < value < 100:
        value, sign = 99.9, "> "
    else:
        sign = ""
    return f"{sign}{number(value, language, decimals)}" + ("\N{NO-BREAK SPACE}%" if language == "id" else "%")


def size(value: float, language: str) -> str:
    """Bytes, in the largest decimal unit that leaves at least 1."""
    unit = 0
    while value >= 1000 and unit < len(_SIZES) - 1:
        value, unit = value / 1000, unit + 1
    decimals = 0 if unit == 0 or value >= 100 else 1
    return f"{number(value, language, decimals)}\N{NO-BREAK SPACE}{_SIZES[unit]}"


def moment(iso: str, months: Sequence[str], language: str) -> str:
    """An ISO 8601 time as date and clock time in Western Indonesian Time."""
    when = _in_wib(iso)
    clock = f"{when:%H.%M}" if language == "id" else f"{when:%H:%M}"
    return f"{day(iso, months)}, {clock} WIB (UTC+7)"


def day(iso: str, months: Sequence[str]) -> str:
    """The date of an ISO 8601 time in Western Indonesian Time."""
    when = _in_wib(iso)
    return f"{when.day} {months[when.month - 1]} {when.year}"


def _in_wib(iso: str) -> datetime:
    return datetime.fromisoformat(iso).astimezone(WIB)


def visible(name: str) -> str:
    """A name that may hold anything, safe to show: bytes that are no text, control and direction signs written out,
    and what XML does not take."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(f"\\u{ord(c):04x}" if _is_unseen(c) else c for c in text)


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) in _UNSEEN or ord(sign) & 0xFFFE == 0xFFFE  # the last two are no characters


def shorten(name: str, most: int) -> str:
    """The name, or its two ends with an ellipsis between, in at most `most` characters."""
    if len(name) <= most:
        return name
    tail = (most - 1) * 2 // 3
    return name[: most - 1 - tail] + "…" + name[-tail:]
