"""What vectors say of many cells is what is said of each."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import islice

import numpy as np
import pyarrow as pa
import pytest

from bench.performance import data
from privacyscan.detect.names import cells, together
from privacyscan.detect.names.cells import Signs
from privacyscan.detect.names.prose import are_prose, is_prose
from privacyscan.detect.vectors import Strings

ODD = [
    "-", "..", ".", "A.", "a b", "S.Pd", "H. M. Nur", "K'oto", "6b825f94a9ebc8857cffb503831da51b", "A/B", "RT/RW",
    "Perda Nomor 12 Tahun 2019", "v2 rilis", "v2", "12/2019", "Wijaya, Budi", "Budi, S.Kom.", "berkas.pdf", "a_b c",
    "Jl.Merdeka12", "No. 5", "5", "55 a", "é", "Bandar  Lampung", "(Budi)", "O'Neil-Sari", "x" * 239, "x y" * 100,
    "R.A. Kartini", "SMAN 1 Garut", "085712345678", "a@b.id", "3171014107900001 Budi", "2-3", "Tari/Joget", "#1 b",
    "<b>", "%20", "a1b2c3d4", "a1b2@c3d4.id", "a1b2c3" * 40, "a1b2c3" * 41, "Blok3A/12", "RT01RW02",
]  # fmt: skip
READ = {"nama", "tempat_lahir", "alamat", "pekerjaan", "keterangan", "status", "uuid", "kota", "catatan"}


def texts(seed: int, n: int) -> list[str]:
    """Cells of registers and ledgers, some of them spoilt, and odd ones."""
    r = random.Random(seed)
    spoil: list[Callable[[str], str]] = [
        str.upper,
        str.lower,
        lambda t: r.choice(["H. ", "dr. ", "S.", "No. ", "v2 ", "Perda 12 ", "(", "'"]) + t,
        lambda t: t + r.choice([", S.Pd", " M.Kom.", ".", "...", ")", "'", " 2019", "/3", " R.A. K'oto"]),
        lambda t: t.replace(" ", "  ", 1),
        lambda t: t.replace("a", "á", 1),
        lambda t: t.replace(" ", r.choice(".'-_/`"), 1),
    ]
    columns = ((data.CITIZENS, data.citizens(n)), (data.SPARSE, data.sparse(n)))
    rows = (zip(header, row, strict=True) for header, rows in columns for row in islice(rows, n))
    found = {text for row in rows for name, text in row if name in READ}
    return [*ODD, *(r.choice(spoil)(t) if r.random() < 0.5 else t for t in sorted(found) if t.strip())]


@pytest.mark.parametrize("seed", range(2))
def test_a_cell_reads_the_same_alone_and_among_many(seed: int) -> None:
    some = list(dict.fromkeys(text.strip() for text in texts(seed, 300)))
    times = np.random.default_rng(seed).integers(1, 5, len(some))
    signs, single = Signs(), Signs()
    reading = together.read(Strings(pa.array(some)), times, signs)
    assert reading.left.mean() < 0.5
    for i in np.flatnonzero(~reading.left):
        cell = cells.read(some[i])
        assert reading.says[i] == (cell is not None), some[i]
        if cell is not None:
            single.add(cell, int(times[i]))
            assert (reading.person[i], reading.located[i]) == pytest.approx((cell.person, cell.located)), some[i]
    assert signs == single


@pytest.mark.parametrize("seed", range(2))
def test_many_texts_are_prose_where_each_is(seed: int) -> None:
    cues = [
        "hubungi bapak itu segera",
        "Budi Santoso",
        "a.n. siapa",
        "laporan kegiatan dinas",
        "rapat hari ini di aula",
    ]
    some = [t for t in [*cues, *texts(seed, 300)] if t.isascii() and t.isprintable()]
    said = are_prose(Strings(pa.array(some))).tolist()
    assert said == [is_prose(text) for text in some]
    assert {True, False} == set(said)


def test_keys_say_nothing_however_they_are_written() -> None:
    assert not any(map(cells.read, ["5741fed9a48c8d98d6746f11941cce54", "BPKB-a1b2c3d4", "x9f2k1.m3"]))
    assert cells.read("budi.a1b2c3@contoh.id Budi Santoso") is not None
