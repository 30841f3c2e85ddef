"""Values that look like personal data and are none, from short patterns.

`#` is a digit, `%` a digit from 1, `@` a capital, `~` a hexadecimal digit; `{a|b}` one of them; `{word}` or
`{word:argument:...}` what the methods below name.
"""

from __future__ import annotations

import base64
import datetime as dt
import random
import re
import uuid
from collections.abc import Sequence

from bench.accuracy.people import MONTHS, luhn, regions

SIGN = re.compile(r"\{([^{}]+)\}|([#%@~])")
SIGNS = {"#": "0123456789", "%": "123456789", "@": "ABCDEFGHJKLMNPRSTUVWXYZ", "~": "0123456789abcdef"}
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
EPOCH = 1_577_836_800


class Filler:
    """Fills patterns, row by row."""

    def __init__(self, r: random.Random) -> None:
        self.r = r
        self.start()

    def start(self) -> None:
        """A new table: counting begins again, and so do rising clocks."""
        self.count = self.r.randint(1, 4000)
        self.clock = EPOCH + self.r.randint(0, 150_000_000)
        self.base = self.r.randrange(10**6, 10**7)

    def row(self, patterns: Sequence[str]) -> list[str]:
        """The next row of a table."""
        self.count += 1
        self.clock += self.r.randint(1, 90_000)
        self.region = self.r.choice(regions())
        return [self.text(p) for p in patterns]

    def text(self, pattern: str) -> str:
        """The pattern with everything in it filled."""
        if not hasattr(self, "region"):
            self.region = self.r.choice(regions())
        return SIGN.sub(self._one, pattern)

    def _one(self, found: re.Match[str]) -> str:
        word, sign = found.groups()
        r = self.r
        if sign:
            return r.choice(SIGNS[sign])
        if "|" in word:
            return self.text(r.choice(word.split("|")))
        name, *arguments = word.split(":")
        make = getattr(self, f"_{name}", None)
        return make(*arguments) if make else f"{{{word}}}"

    def _seq(self, width: str = "1", start: str = "0") -> str:
        return f"{self.count + int(start):0{width}d}"

    def _n(self, low: str, high: str) -> str:
        return str(self.r.randint(int(low), int(high)))

    def _f(self, low: str, high: str, places: str) -> str:
        return f"{self.r.uniform(float(low), float(high)):.{places}f}"

    def _rp(self, low: str = "1000", high: str = "90000000") -> str:
        return f"{self.r.randint(int(low), int(high)) // 100 * 100:,}".replace(",", ".")

    def _date(self, form: str = "%d-%m-%Y") -> str:
        return dt.datetime.fromtimestamp(self.clock, dt.UTC).strftime(form.replace("_", ":"))

    def _day(self) -> str:
        day = dt.date(2025, 1, 1) + dt.timedelta(days=self.r.randrange(360))
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"

    def _Y(self) -> str:
        return str(self.r.randint(2018, 2025))

    def _roman(self) -> str:
        return self.r.choice(ROMAN)

    def _s(self) -> str:
        return str(self.clock)

    def _ms(self) -> str:
        return f"{self.clock}{self.r.randrange(1000):03d}"

    def _us(self) -> str:
        return f"{self.clock}{self.r.randrange(10**6):06d}"

    def _ns(self) -> str:
        return f"{self.clock}{self.r.randrange(10**9):09d}"

    def _uuid(self) -> str:
        return str(uuid.UUID(int=self.r.getrandbits(128), version=4))

    def _hex(self, n: str) -> str:
        return f"{self.r.getrandbits(4 * int(n)):0{n}x}"

    def _b64(self, n: str) -> str:
        return base64.b64encode(self.r.randbytes(int(n))).decode()

    def _luhn(self, n: str, start: str = "") -> str:
        body = start + "".join(self.r.choices("0123456789", k=int(n) - 1 - len(start)))
        return body + luhn(body)

    def _ean(self, start: str = "899") -> str:
        body = start + "".join(self.r.choices("0123456789", k=12 - len(start)))
        return body + str(-sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(body)) % 10)

    def _isbn(self) -> str:
        body = self._ean("978602")
        return f"{body[:3]}-{body[3:6]}-{body[6:9]}-{body[9:12]}-{body[12]}"

    def _rising(self, width: str) -> str:
        self.base += self.r.randint(1, 40)
        return f"{self.base:0{width}d}"

    def _dcode(self) -> str:
        return self.region.code

    def _dotcode(self) -> str:
        c = self.region.code
        return f"{c[:2]}.{c[2:4]}.{c[4:]}"

    def _rcode(self) -> str:
        return self.region.code[:4]

    def _vcode(self) -> str:
        return f"{self.region.code}{self.r.choice('12')}{self.r.randint(1, 30):03d}"

    def _district(self) -> str:
        return self.region.district

    def _regency(self) -> str:
        return self.region.regency

    def _province(self) -> str:
        return self.region.province
