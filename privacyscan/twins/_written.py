"""A new number in the way the old one was written."""

from __future__ import annotations

from privacyscan.checks.luhn import DOUBLED


def rewritten(value: str, new: str) -> str:
    """The value with the letters and digits of `new` in place of its last ones; case and separators stay.

    Zeros that a value lost at its beginning stay lost.
    """
    tail = value[len(value) - len(new) :]
    if tail.isascii() and tail.isdigit() and len(value) >= len(new):
        return value[: len(value) - len(new)] + new
    places = [i for i, c in enumerate(value) if c.isalnum()]
    if len(places) > len(new) and value.endswith(".0"):  # kept as a number once
        places.pop()
    if len(places) < len(new.lstrip("0")):
        return new.lstrip("0")
    written = list(value)
    for i, c in zip(reversed(places), reversed(new), strict=False):
        written[i] = c.lower() if value[i].islower() else c
    return "".join(written)


def upright(text: str) -> str:
    """The letters and digits of a text alone, letters as capitals; empty where some are not of ASCII."""
    found = text if text.isalnum() else "".join(c for c in text if c.isalnum())
    return found.upper() if found.isascii() else ""


def check_digit(digits: str) -> str:
    """The Luhn check digit that follows these."""
    numbers = [int(c) for c in reversed(digits)]
    return str(-(sum(DOUBLED[n] for n in numbers[::2]) + sum(numbers[1::2])) % 10)
