"""Whatever the cells and texts hold, both engines come to an end without an exception, and agree.

PRIVACYSCAN_FUZZ sets how many cells and texts are made up; a night's run takes 10000000.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pyarrow as pa
import pytest

from privacyscan import rulebook
from privacyscan.detect import AssetTally, Detector
from privacyscan.model import Place, Table, Text
from tests.detect.made_up import MadeUp

MANY = int(os.environ.get("PRIVACYSCAN_FUZZ", "50000"))
BATCH = 1000  # texts of one table or file
BOTH = 10  # each so many-th batch also goes through the reference engine, which is thirty times slower
PLACE = Place("berkas", ("t",))
HEADERS = ["nik", "nama", "tgl_lahir", "alamat", "c1", "hp", "diagnosa", "password", "\u202enik", "\x00", "", "🙂"]
ODD = [
    *"\x00\x01\x1b\x7f\x85\u200b\u200e\u202e\u2028\u2066\ufeff\ufffd\u0300\u0e33\u3000\xa0\u2212–％＠．",
    *"٣١०१𝟛①½²é́ßıſK🙂👨‍👩‍👧🏳️‍🌈\U000e0041\U0010ffff\ue000",
    "%3A",
    "%",
    "%%20",
    "\\x00",
    "\r",
    "\t",
    "\n",
    "\n\n",
]
WORDS = [
    "NIK",
    "No. KK:",
    "nama",
    "a.n.",
    "Jl. ",
    "RT 01/02",
    "tgl lahir ",
    "faktur",
    "@",
    "://",
    "::",
    "E+15",
    "-----BEGIN",
]
LONE = [chr(0xD800), chr(0xDFFF), "\udc80"]


def made_up(seed: int, n: int) -> Iterator[str]:
    """Texts of values, broken values, words, signs and any character, most of them short."""
    people, chance = MadeUp(seed), random.Random(seed)
    makers = [people.nik, people.kk, people.card, people.npwp, people.nip, people.phone, people.email]
    kinds = [
        lambda: chance.choice(makers)(),
        lambda: wide(chance.choice(makers)()),
        lambda: people.digits(chance.choice((1, 3, 8, 16, 17, 40))),
        lambda: chance.choice(ODD),
        lambda: chance.choice(WORDS),
        lambda: anything(chance),
        lambda: "  .,:;'\"()[]{}<>/\\|-_=+*&^$#!~`"[chance.randrange(31)],
    ]
    for _ in range(n):
        length = chance.choice((0, 1, 1, 2, 2, 3, 4, 6)) if chance.random() < 0.999 else chance.randint(100, 2000)
        yield "".join(chance.choice(kinds)() for _ in range(length))


def wide(text: str) -> str:
    """The text in full-width digits."""
    return text.translate({ord("0") + i: 0xFF10 + i for i in range(10)})


def anything(chance: random.Random) -> str:
    """A character of any kind but surrogates."""
    code = chance.choice((chance.randrange(0x300), chance.randrange(0xD800), chance.randrange(0xE000, 0x110000)))
    return chr(code)


@pytest.fixture(scope="module")
def engines() -> tuple[Detector, Detector]:
    rules = rulebook.load().identifiers.values()
    return Detector(rules, b"k" * 32), Detector(rules, b"k" * 32, engine="reference")


def found_in_table(detector: Detector, cells: list[str], header: str) -> object:
    tally = AssetTally(PLACE, "table")
    detector.table(Table(PLACE, pa.record_batch([pa.array(cells)], [header])), tally)
    return list(detector.findings(tally))


def found_in_text(detector: Detector, data: bytes) -> object:
    scanner = detector.text_scanner()
    scanner.add(Text(PLACE, data))
    return list(detector.findings(AssetTally(PLACE, "file", text=scanner.finish())))


def test_cells(engines: tuple[Detector, Detector]) -> None:
    for seed in range(MANY // 2 // BATCH):
        cells, header = list(made_up(seed, BATCH)), HEADERS[seed % len(HEADERS)]
        found = found_in_table(engines[0], cells, header)
        if seed % BOTH == 0:
            assert found == found_in_table(engines[1], cells, header), seed


def test_texts(engines: tuple[Detector, Detector]) -> None:
    for seed in range(MANY // 2 // BATCH):
        data = "\n".join(made_up(1000 + seed, BATCH)).encode()
        broken = bytearray(data)
        for at in random.Random(seed).sample(range(len(data)), 200):
            broken[at] = 0x80 + at % 0x80  # bytes that are no UTF-8
        found_in_text(engines[0], bytes(broken))
        if seed % BOTH == 0:
            assert found_in_text(engines[0], data) == found_in_text(engines[1], data), seed


def test_single_texts_with_lone_surrogates(engines: tuple[Detector, Detector]) -> None:
    """What Python programs may hand over, which no file holds."""
    chance = random.Random(5)
    for text in made_up(5000, MANY // 100):
        odd = text[: len(text) // 2] + chance.choice(LONE) + text[len(text) // 2 :]
        assert engines[0].spans(odd) == engines[1].spans(odd)
        engines[0].spans(odd, header=chance.choice(HEADERS))
