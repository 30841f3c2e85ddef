"""Shift-date: a date becomes another some days before, written the same way; all dates of a person move alike.

So order and gaps stay, in all tables where the same number tells whose row it is, and past days stay past. A date that
no person is known for moves by itself. What cannot be read as a date is emptied.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from privacyscan import dates
from privacyscan.errors import ConfigurationError
from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.operators import Operator, Parameter, Replacement

DAYS = 365


class ShiftDate:
    name = "shift-date"
    needs_key = True
    by_person = True
    looks_real = True
    parameters: Mapping[str, Parameter] = {
        "days": Parameter(
            "a whole number from 2 to 36500",
            lambda value: isinstance(value, int) and not isinstance(value, bool) and 2 <= value <= 36_500,
        )
    }

    def bind(self, identifier: Identifier, key: PurposeKey | None, parameters: Mapping[str, Any]) -> Replacement:
        if identifier.born is None or identifier.born.format != "date":
            raise ConfigurationError(f"the operator shift-date moves dates, and {identifier.id} is none; use token")
        if key is None:
            raise ValueError("shift-date needs a key")
        secret, days = key.derive("shift-date"), parameters.get("days", DAYS)

        def replaced(
            values: Sequence[str], canonical: Sequence[str], persons: Sequence[str | None]
        ) -> Sequence[str | None]:
            whose = (c if p is None else f"\0{p}" for c, p in zip(canonical, persons, strict=True))
            return [_earlier(v, _shift(secret, w, days)) for v, w in zip(values, whose, strict=True)]

        return replaced


def _shift(secret: bytes, whose: str, days: int) -> timedelta:
    """1 to `days` days."""
    random = hmac.digest(secret, whose.encode("utf-8", "surrogatepass"), "sha256")
    return timedelta(1 + int.from_bytes(random[:8], "big") % days)


def _earlier(value: str, shift: timedelta) -> str | None:
    """The date alone: a place before it is left out."""

    def move(day: date) -> date:
        return day - shift

    try:
        return dates.moved(dates.apart(value)[2], move)
    except OverflowError:  # before the year 1
        return None


plugin: Operator = ShiftDate()
