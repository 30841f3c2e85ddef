"""Two hundred made-up values, every form in which one could leak, and the search for them."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import io
import json
import random
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from privacyscan.demo import people

EACH = 25  # of every kind
SECRETS = ("Kutilang#77:Zurgelbas@x", "qulvarbek zimtoran 78/9")  # passwords
_SYLLABLES = ("za", "qo", "rim", "vel", "xu", "jor", "wag", "fyn")
GROUPS = ((6, 6, 4), (4, 4, 4, 4), (8, 6, 1, 3), (4, 4, 4))  # as people write NIK and KK, cards, NIP, phones


@dataclass(frozen=True, slots=True)
class Canary:
    """One planted value. `kind` is what it is, for the message of a failed search."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Person:
    """A made-up person with all kinds of values, none of which anybody else has."""

    nik: str
    kk: str
    npwp: str
    nip: str
    phone: str
    email: str
    card: str
    name: str
    born: str

    def canaries(self) -> Iterator[Canary]:
        return (Canary(kind, getattr(self, kind)) for kind in self.__slots__)


def persons(seed: int = 77) -> list[Person]:
    """Twenty-five made-up people."""
    chance = random.Random(seed)
    able = [p for p in people.population(4000, chance) if p.phone and p.email and p.npwp and p.age > 40]
    one_of_each_household = {p.kk: p for p in able}.values()
    return [_person(p, i, chance) for i, p in enumerate(list(one_of_each_household)[:EACH])]


def _person(p: people.Person, number: int, chance: random.Random) -> Person:
    surname = "".join(chance.choices(_SYLLABLES, k=3)) + f"{_SYLLABLES[number % 8]}{_SYLLABLES[number // 8]}"
    first = "D'Siti" if number % 8 == 3 else "José" if number % 8 == 5 else "Dewi"
    return Person(
        nik=p.nik,
        kk=p.kk,
        npwp=p.npwp,
        nip=people.nip(p, chance),
        phone=p.phone,
        email=f"{surname[::-1]}@example.com",
        card=people.card(chance),
        name=f"{first} {surname.title()}",
        born=f"{p.born:%d}-{p.born:%m}-19{number + 31}",
    )


def forms(canary: Canary) -> Iterator[tuple[str, bytes]]:
    """(name of the form, bytes) of everything that would give the value away."""
    value = canary.value
    digits = "".join(c for c in value if c.isdigit())
    yield from _spellings("plain", value)
    if canary.kind == "name":
        yield from _spellings("surname", value.split()[-1])
    if canary.kind == "email":
        yield from _spellings("local part", value.split("@")[0])
    if len(digits) >= 10:
        yield "digits", digits.encode()
        yield "first digits", digits[:-3].encode()  # cut short in a message is no mask
        yield "last digits", digits[3:].encode()
        yield from (
            ("in groups", grouped(digits, lengths, sign).encode())
            for lengths in GROUPS
            for sign in " -._"
            if sum(lengths) == len(digits)
        )
    if canary.kind == "password":
        yield from ((f"part {part!r}", part.encode()) for part in re.split(r"\W+", value) if len(part) > 5)
    for text in {value, digits} if len(digits) >= 10 else {value}:
        yield from _encoded(text)


def grouped(digits: str, lengths: Sequence[int], separator: str = " ") -> str:
    """The digits in groups of these lengths."""
    ends = [sum(lengths[: i + 1]) for i in range(len(lengths))]
    return separator.join(digits[end - length : end] for end, length in zip(ends, lengths, strict=True))


def _spellings(name: str, text: str) -> Iterator[tuple[str, bytes]]:
    yield name, text.encode()
    yield f"{name}, JSON", json.dumps(text)[1:-1].encode()
    yield f"{name}, HTML", html.escape(text).encode()
    yield f"{name}, HTML", html.escape(text).replace("&#x27;", "&#39;").encode()
    yield f"{name}, URL", quote(text, safe="").encode()
    yield f"{name}, URL", quote_plus(text).encode()
    yield f"{name}, Python", repr(text)[1:-1].encode()


def _encoded(text: str) -> Iterator[tuple[str, bytes]]:
    data = text.encode()
    for shift in range(3):  # base64 of a longer text that holds the value looks different at each shift
        whole = base64.b64encode(b"\0" * shift + data)
        cut = (shift * 8 + 5) // 6
        yield "base64", whole[cut : len(whole) - len(whole) % 4 - 4 if (shift + len(data)) % 3 else None]
    yield "UTF-16", text.encode("utf-16-le")
    yield "hex", data.hex().encode()
    for algorithm in ("md5", "sha1", "sha256"):  # numbers are few enough to try them all
        yield f"plain {algorithm}", hashlib.new(algorithm, data).hexdigest().encode()


class Search:
    """Looks for all forms of some canaries at once, inside archives too."""

    def __init__(self, canaries: list[Canary], secrets: tuple[str, ...] = SECRETS) -> None:
        import re2

        wanted = [*canaries, *(Canary("password", s) for s in secrets)]
        self.owner = {
            form.lower(): f"{name} of {canary.kind} {canary.value}" for canary in wanted for name, form in forms(canary)
        }
        options = re2.Options()
        options.max_mem, options.encoding = 256 << 20, re2.Options.Encoding.LATIN1
        options.case_sensitive = False
        self.pattern: Any = re2.compile(b"|".join(map(re2.escape, sorted(self.owner, key=len, reverse=True))), options)

    def data(self, data: bytes) -> set[str]:
        """What leaks from these bytes, in words."""
        found = {self.owner[m.lower()] for m in self.pattern.findall(data)}
        if data.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for name in archive.namelist():
                    found |= self.data(name.encode()) | self.data(archive.read(name))
        if data.startswith(b"\x1f\x8b"):
            found |= self.data(gzip.decompress(data))
        if data.startswith(b"%PDF"):
            import pypdfium2

            pages = pypdfium2.PdfDocument(data)
            found |= self.data("\n".join(page.get_textpage().get_text_range() for page in pages).encode())
        return found

    def folder(self, folder: Path) -> dict[str, set[str]]:
        """File name -> what leaks from its name or content; files that leak nothing are left out."""
        leaks = {}
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(folder))
            found = self.data(name.encode()) | (self.data(path.read_bytes()) if path.is_file() else set())
            if found:
                leaks[name] = found
        return leaks
