"""Seeded corpora on which both engines must find the same: registers, ledgers, logs, prose, JSON, dumps, and fuzz made
of what the rules speak of: their examples, good and damaged, their words, and signs that engines read differently."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

import pyarrow as pa

from bench.performance import data
from privacyscan import rulebook
from tests.detect.made_up import MadeUp, lines

# Signs that two engines for regular expressions may take for different things, and line ends that are none.
ODD = [
    "é",
    "ñ",
    "—",
    "\u00a0",
    "\u0663\u0661",
    "３１７１",
    "\U0001f600",
    "\x00",
    "\u2028",
    "\x85",
    "\x0b",
    "\x0c",
    "İ",
    "ſ",
    "K",
]
SIGNS = [
    " ",
    " ",
    " ",
    ",",
    ";",
    ".",
    "-",
    "\t",
    "\r",
    "@",
    "+",
    "'",
    '"',
    "/",
    ":",
    "=",
    "_",
    "|",
    "(",
    ")",
    "%20",
    "%3A",
    "&",
    "",
]
PLAIN = ["transaksi", "faktur", "kata", "order", "id", "kode", "no.", "Rp", "tanggal", "x" * 118, "saya", "bin"]


class Fuzz:
    """Nasty units from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = r = random.Random(f"fuzz-{seed}")
        self.made = p = MadeUp(seed)
        rules = list(rulebook.load().identifiers.values())
        self.examples = [e for i in rules for e in (*i.examples_match, *i.examples_no_match)]
        self.words = [w for i in rules for w in (*i.context, *i.not_context, *i.columns, *i.touching_context)]
        numbers = [p.nik, p.kk, p.card, p.npwp, p.nip, p.phone, p.email]
        self.makers: list[Callable[[], str]] = [
            *numbers, *numbers, lambda: self.grouped(r.choice(numbers)()), lambda: self.damaged(r.choice(numbers)()),
            lambda: p.digits(r.randint(5, 20)), *[lambda: r.choice(self.examples)] * 4, *[self.word] * 4,
            lambda: self.damaged(r.choice(self.examples)), lambda: r.choice(ODD), lambda: r.choice(PLAIN),
        ]  # fmt: skip

    def word(self) -> str:
        """A word of a rule, in any writing."""
        word = self.random.choice(self.words)
        return self.random.choice([word, word.upper(), word.title(), word.replace(" ", "_"), word.replace(" ", ". ")])

    def grouped(self, value: str) -> str:
        """The value with a sign between some of its characters."""
        sign, step = self.random.choice(" .-"), self.random.choice([2, 4, 6])
        return sign.join(value[i : i + step] for i in range(0, len(value), step))

    def damaged(self, value: str) -> str:
        """The value with a character changed, doubled or lost."""
        at = self.random.randrange(max(1, len(value)))
        return value[:at] + self.random.choice(["", "0", "7", "A", value[at : at + 1] * 2]) + value[at + 1 :]

    def unit(self, most: int = 10) -> str:
        """Up to `most` pieces in any order, without a line end."""
        r = self.random
        pieces = (r.choice(self.makers)() + r.choice(SIGNS) for _ in range(r.randint(0, most)))
        return "".join(pieces).replace("\n", " ")

    def header(self) -> str:
        """The header of a column: a word of some rule, nothing, or any other."""
        r = self.random
        return r.choice([self.word(), self.word(), f"{self.word()} {self.word()}", "", "c1", "kode", "nilai"])


def _unique(names: Sequence[str]) -> list[str]:
    return [name if names.index(name) == i else f"{name}_{i}" for i, name in enumerate(names)]


def fuzz_table(seed: int, rows: int) -> pa.RecordBatch:
    """Columns of one kind each under any header, with a share of nasty cells, some with line ends and without value."""
    fuzz, r = Fuzz(seed), random.Random(seed)
    names, columns = [], []
    for _ in range(8):
        maker, dirt = r.choice([*fuzz.makers, fuzz.unit]), r.choice([0.0, 0.02, 0.3, 1.0])
        cells = [
            maker() if r.random() >= dirt else fuzz.unit() + r.choice(["", "", "\n" + fuzz.unit(2)])
            for _ in range(rows)
        ]
        names.append(fuzz.header())
        columns.append(
            pa.array([None if r.random() < 0.02 else c for c in cells], r.choice([pa.string(), pa.large_string()]))
        )
    return pa.record_batch([*columns, *_typed(fuzz, rows)], _unique([*names, *(fuzz.header() for _ in range(5))]))


def _typed(fuzz: Fuzz, rows: int) -> list[pa.Array]:
    """Columns that are no text: whole numbers, fractions, decimals, dates, times."""
    r = fuzz.random
    numbers = [
        int(r.choice([fuzz.made.nik, fuzz.made.kk, lambda: fuzz.made.digits(r.randint(5, 18))])()) for _ in range(rows)
    ]
    days = [date(1950, 1, 1) + timedelta(r.randrange(27_000)) for _ in range(rows)]
    return [
        pa.array(numbers, pa.int64()), pa.array([float(n) for n in numbers]),
        pa.array([Decimal(n) for n in numbers], pa.decimal128(38)),
        pa.array(days, pa.date32()), pa.array([datetime(d.year, d.month, d.day) for d in days], pa.timestamp("us")),
    ]  # fmt: skip


def register(seed: int, rows: int) -> pa.RecordBatch:
    """A register with damaged rows, its columns under their own headers, none, or a neighbour's."""
    return _spoilt(seed, data.CITIZENS, islice(data.citizens(rows, seed), rows))


def ledger(seed: int, rows: int) -> pa.RecordBatch:
    """A ledger in which some cells hold what does not belong there."""
    return _spoilt(seed, data.SPARSE, islice(data.sparse(rows, seed), rows))


def _spoilt(seed: int, header: Sequence[str], rows: Iterator[Sequence[str]]) -> pa.RecordBatch:
    fuzz, r = Fuzz(seed), random.Random(seed)
    dirt = [r.choice([0.0, 0.01, 0.1]) for _ in header]
    spoilt = [[fuzz.unit() if r.random() < d else cell for cell, d in zip(row, dirt, strict=True)] for row in rows]
    names = [name if r.random() < 0.6 else r.choice([*header, fuzz.header()]) for name in header]
    return pa.record_batch([pa.array(c) for c in zip(*spoilt, strict=True)], _unique(names))


def records(seed: int, rows: int) -> list[dict[str, Any]]:
    """People and nasty units as JSON has them: nested, in lists, with numbers and nothing."""
    fuzz, r = Fuzz(seed), random.Random(seed)
    made, headers = [], [fuzz.header() or "x" for _ in range(3)]
    for row in islice(data.citizens(rows, seed), rows):
        person = dict(zip(data.CITIZENS, row, strict=True))
        contact = {"telepon": person.pop("telepon"), "email": [person.pop("email"), fuzz.made.email()]}
        made.append({
            **person, "nik": int(person["nik"]) if r.random() < 0.3 else person["nik"], "kontak": contact,
            r.choice(headers): fuzz.unit(), "nilai": r.choice([None, True, r.random(), r.randrange(10**16)]),
        })  # fmt: skip
    return made


def json_lines(seed: int, n: int) -> str:
    """The records as text: one a line, or all on one line."""
    r = random.Random(seed)
    found = records(seed, n)
    if r.random() < 0.2:
        return json.dumps(found[: n // 10], ensure_ascii=r.random() < 0.5)
    return "\n".join(json.dumps(record, ensure_ascii=r.random() < 0.5) for record in found)


def dump(seed: int, n: int) -> str:
    """Rows in a text: INSERT and COPY statements, tables between bars, forms."""
    r = random.Random(seed)
    batch = register(seed, n)
    names = [name.replace(" ", "_").replace("(", "") or "k" for name in batch.schema.names]
    rows = [[str(cell or "") for cell in row.values()] for row in batch.to_pylist()]
    out: list[str] = []
    while rows:
        some, rows = rows[: r.randint(1, 30)], rows[30:]
        kind = r.randrange(4)
        if kind == 0:
            cells = (", ".join("'" + c.replace("'", "''") + "'" for c in row) for row in some)
            out.append(
                f"INSERT INTO t ({', '.join(names)}) VALUES "
                + r.choice([", ", ",\n"]).join(f"({c})" for c in cells)
                + ";"
            )
        elif kind == 1:
            out += [f"COPY t ({', '.join(names)}) FROM stdin;", *("\t".join(row) for row in some), "\\."]
        elif kind == 2:
            out += [" | ".join(row) for row in (names, *some)]
        else:
            out += [f"{name}: {cell}" for row in some for name, cell in zip(names, row, strict=True)]
        out.append("")
    return "\n".join(out)


def text_of(make: Callable[[int], Iterator[str]]) -> Callable[[int, int], str]:
    """So many lines of that kind, one in twenty spoilt, some of them very long."""

    def made(seed: int, n: int) -> str:
        fuzz, r = Fuzz(seed), random.Random(seed)
        found = []
        for line in islice(make(seed), n):
            found.append(line)
            if r.random() < 0.05:
                found.append(fuzz.unit(r.choice([3, 10, 10, 10, 300])))
        return "\n".join(found)

    return made


def nasty(seed: int, n: int) -> str:
    """Nothing but nasty lines."""
    fuzz = Fuzz(seed)
    return "\n".join([*(fuzz.unit(fuzz.random.choice([4, 10, 40])) for _ in range(n // 2)), *lines(seed, n // 2)])


def units(seed: int, n: int) -> list[str]:
    """Texts of a line or two, each for itself."""
    fuzz = Fuzz(seed)
    return [fuzz.unit() + fuzz.random.choice(["", "", "", "\n" + fuzz.unit(3)]) for _ in range(n)]


TABLES: dict[str, Callable[[int, int], pa.RecordBatch]] = {
    "register": register,
    "ledger": ledger,
    "fuzz table": fuzz_table,
}
TEXTS: dict[str, Callable[[int, int], str]] = {
    "log": text_of(data.log), "dense": text_of(data.dense), "prose": text_of(data.prose), "json": json_lines,
    "dump": dump, "nasty": nasty,
}  # fmt: skip
