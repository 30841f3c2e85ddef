"""Made-up numbers of every kind, from a seed; nobody real."""

from __future__ import annotations

import csv
import random

from privacyscan.resources import folder

with (folder("rules") / "tables" / "wilayah.csv").open(encoding="utf-8") as file:
    DISTRICTS = [row["code"] for row in csv.DictReader(file) if row["level"] == "district"]


class MadeUp:
    """A seeded source of made-up values."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)

    def digits(self, n: int) -> str:
        return "".join(self.random.choices("0123456789", k=n))

    def nik(self, woman: bool | None = None) -> str:
        r = self.random
        woman = r.random() < 0.5 if woman is None else woman
        day = r.randint(1, 28) + 40 * woman
        return f"{r.choice(DISTRICTS)}{day:02d}{r.randint(1, 12):02d}{r.randint(50, 99)}{r.randint(1, 9999):04d}"

    def kk(self) -> str:
        r = self.random
        return (
            f"{r.choice(DISTRICTS)}{r.randint(1, 28):02d}{r.randint(1, 12):02d}"
            f"{r.randint(5, 23):02d}{r.randint(1, 9999):04d}"
        )

    def households(self, n: int) -> list[str]:
        """n KK numbers, three members each."""
        return [kk for kk in (self.kk() for _ in range(n // 3 + 1)) for _ in range(3)][:n]

    def luhn(self, body: str) -> str:
        total = 0
        for i, c in enumerate(reversed(body)):
            x = int(c) * (2 if i % 2 == 0 else 1)
            total += x - 9 if x > 9 else x
        return body + str(-total % 10)

    def card(self) -> str:
        return self.luhn("4" + self.digits(14))

    def npwp(self) -> str:
        d = self.luhn("0" + self.digits(7)) + self.digits(3) + "000"
        return f"{d[:2]}.{d[2:5]}.{d[5:8]}.{d[8]}-{d[9:12]}.{d[12:15]}"

    def nip(self) -> str:
        r = self.random
        born = r.randint(1965, 1995)
        return (
            f"{born}{r.randint(1, 12):02d}{r.randint(1, 28):02d}{born + r.randint(20, 28)}"
            f"{r.randint(1, 12):02d}{r.randint(1, 2)}{r.randint(1, 999):03d}"
        )

    def phone(self) -> str:
        r = self.random
        return r.choice(["08", "+628", "628"]) + r.choice(["12", "13", "21", "52", "77", "96"]) + self.digits(8)

    def email(self) -> str:
        return f"{self.random.choice(['siti', 'budi', 'dewi', 'agus'])}.{self.digits(4)}@contoh.go.id"


PIECES = [
    "NIK",
    "No. KK:",
    "nomor",
    "transaksi",
    "faktur",
    "hp",
    "\u00a0",
    "(",
    ")",
    ",",
    "x",
    "npwp",
    "2024-01-01",
    "é",
    ".",
]


def lines(seed: int, n: int) -> list[str]:
    """Lines of identifiers, broken identifiers and words in any order."""
    p, r = MadeUp(seed), random.Random(seed)
    makers = [p.nik, p.kk, p.card, p.npwp, p.nip, p.phone, p.email, lambda: p.digits(r.randint(8, 20))]
    out = []
    for _ in range(n):
        parts = [r.choice(PIECES) if r.random() < 0.5 else r.choice(makers)() for _ in range(r.randint(1, 8))]
        out.append(r.choice([" ", "", ":", " - "]).join(parts))
    return out
