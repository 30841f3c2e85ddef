"""A large CSV file in pieces: together they give what the whole gives, and none begins inside a quoted field."""

from __future__ import annotations

import csv
import io
import random
from itertools import pairwise

import pytest

from privacyscan.formats import _borders
from privacyscan.formats.csv import Csv
from privacyscan.model import File, Limits, Place
from tests.formats.reading import in_pieces, parts, skipped, tables, texts

NAMES = ["no", "nama", "catatan"]


def rows(count: int, seed: int = 1) -> list[list[str]]:
    r = random.Random(seed)
    notes = ["", "lunas", 'Jl. "Mawar" 5', "baris satu\nbaris dua, lagi\r\ntiga", '"', '""', "a;b,c"]
    return [[str(i), f"Warga {i}", r.choice(notes)] for i in range(count)]


def written(table: list[list[str]], **dialect: object) -> str:
    text = io.StringIO()
    csv.writer(text, **dialect).writerows(table)  # type: ignore[arg-type]
    return text.getvalue()


def same(data: bytes, size: int = 4_000) -> int:
    """Into how many pieces the file is cut, after comparing what they give with what the whole gives."""
    whole = parts(data, "x.csv")
    found, pieces = in_pieces(data, "x.csv", size)
    assert tables(found) == tables(whole)
    assert texts(found) == texts(whole)
    assert skipped(found) == skipped(whole)
    return pieces


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_pieces_give_what_the_whole_gives(
    quoting: int, end: str, delimiter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_borders, "_BLOCK", 777)
    text = written([NAMES, *rows(2_000)], quoting=quoting, lineterminator=end, delimiter=delimiter)
    assert same(text.encode()) >= len(text) // 4_000


@pytest.mark.parametrize("lines", [900, 1_000, 5_000])
def test_all_pieces_but_the_first_are_alike(lines: int) -> None:
    data = written([NAMES, *rows(lines)]).encode()
    limits = Limits(piece_bytes=8_000)
    pieces = Csv().cut(File(Place("berkas", ("t.csv",)), lambda: io.BytesIO(data), len(data)), limits)
    first, *others = [(piece.end or len(data)) - piece.start for piece in pieces]
    assert 2_000 <= first <= 2_100
    assert all(size <= 8_100 for size in others)
    assert len(others) == -(-(len(data) - 2_000) // 8_000)
    assert max(others) - min(others) <= 100 * len(others)  # each ends with a line


@pytest.mark.parametrize("seed", range(40))
def test_no_piece_begins_inside_a_field_wherever_quotes_stand(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells of quotes, delimiters and line ends, often with one quote too many or too few somewhere."""
    r = random.Random(seed)
    monkeypatch.setattr(_borders, "_BLOCK", r.choice([7, 16, 64]))
    table = [["".join(r.choices('ab",\n\r ', k=r.randrange(6))) for _ in NAMES] for _ in range(60)]
    text = written([NAMES, *table], quoting=r.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    if seed % 2:
        at = r.randrange(len(text))
        text = text[:at] + '"' + text[at + r.randrange(2) :]
    data = text.encode()
    borders = list(_borders.borders(io.BytesIO(data), ",", 20, 60))
    ends = [0, *borders, len(data)]
    assert ends == sorted(set(ends))
    pieces = (io.StringIO(text[start:end], "") for start, end in pairwise(ends))
    assert [row for piece in pieces for row in csv.reader(piece)] == list(csv.reader(io.StringIO(text, "")))


@pytest.mark.parametrize(
    ("data", "cut", "why"),
    [
        (b"Daftar Warga\nKecamatan Sukamaju\n" + written([NAMES, *rows(900)]).encode(), True, "title rows"),
        (b"\xef\xbb\xbf" + written([NAMES, *rows(900)]).encode(), True, "a mark of UTF-8"),
        (written([NAMES, *([str(i), "Jos\xe9", ""] for i in range(900))]).encode("cp1252"), True, "an old charset"),
        (written([NAMES, *rows(900)]).encode("utf-16"), False, "two bytes a character"),
        (written([NAMES, *rows(900)], lineterminator="\r").encode(), False, "no line ends that are certain"),
        (b'no,nama\n1,"x' + b"y\n" * 9_000, False, "one field"),
        (written([NAMES, *rows(2_000)]).encode() + b'1,5" pipa,x\n' * 900, True, "a sign for inches behind many rows"),
        (b'1, "x", y\n' * 2_000, False, "blanks before the quotes"),
        (written([NAMES, *rows(900)]).encode() + b"\n\n\n" * 900, True, "empty lines"),
        (b"no,nama,catatan\n" + b"1,Budi\n" * 900 + b"1,2,3\n" * 900, True, "rows that are too short"),
        (b"\n".join(b"%d,Budi\xc3,\xff" % i for i in range(900)), True, "broken UTF-8"),
    ],
)
def test_what_is_odd_makes_no_difference(data: bytes, cut: bool, why: str) -> None:
    assert (same(data) > 1) is cut, why


@pytest.mark.parametrize("end", ["", '"'], ids=["to the end of the file", "to the next quote"])
def test_a_quote_that_is_never_closed_hides_no_row(end: str) -> None:
    lines = [f"{i},Warga {i},Jalan Melati Nomor {i}" for i in range(4_000)]
    lines[1_000] = '1000,"Warga 1000,Jalan Melati Nomor 1000'
    lines[3_000] += f",{end}"
    data = ("no,nama,alamat\n" + "\n".join(lines) + "\n").encode()
    found, pieces = in_pieces(data, "x.csv", 10_000)
    assert pieces > 2
    assert [r["no"] for r in tables(found)["berkas/x.csv"]] == [str(i) for i in range(4_000)]


def test_a_row_that_is_too_long_is_listed_with_the_piece_that_holds_it() -> None:
    data = written([NAMES, *rows(900)]).encode() + b"xx," * (7 << 20) + b"\n"
    found, _ = in_pieces(data, "x.csv", 4_000)
    (unread,) = (p.message for p in found if p.place.path == ("x.csv",) and hasattr(p, "reason"))
    assert unread.startswith("row ")
    assert " after byte " in unread
