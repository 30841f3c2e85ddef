"""CSV: what was written is read back, whoever wrote it; what cannot be read is said."""

from __future__ import annotations

import csv
import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacyscan.formats.csv import dialect_of
from tests.formats.reading import parts, skipped, tables, texts

HEADER = ["alfa", "beta", "gama", "delta", "eta"]
LETTERS = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters=',;\t|\ufeff"')


def written(rows: list[list[str]], **dialect: str) -> str:
    text = io.StringIO()
    csv.writer(text, **dialect).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()


@st.composite
def random_tables(draw: st.DrawFn, ragged: bool = False) -> tuple[str, list[list[str]], str]:
    delimiter = draw(st.sampled_from(",;\t|"))
    end = draw(st.sampled_from(["\r\n", "\n"]))
    cell = st.text(st.one_of(LETTERS, st.sampled_from(list('"\n' + delimiter))), max_size=8)
    width = draw(st.integers(3, 5))
    one = st.lists(cell, min_size=1 if ragged else width, max_size=width + 2 if ragged else width)
    rows = [HEADER[:width], *draw(st.lists(one, min_size=1, max_size=30))]
    charset = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    return delimiter, rows, written(rows, delimiter=delimiter, lineterminator=end).encode(charset).decode("latin-1")


@given(random_tables())
@settings(max_examples=100, deadline=None)
def test_a_table_is_read_back_as_it_was_written(case: tuple[str, list[list[str]], str]) -> None:
    _, rows, data = case
    found = parts(data.encode("latin-1"), "x.csv")
    assert [list(r.values()) for r in tables(found)["berkas/x.csv"]] == rows[1:]
    assert list(tables(found)["berkas/x.csv"][0]) == rows[0]
    assert not skipped(found)


@given(random_tables(ragged=True))
@settings(max_examples=100, deadline=None)
def test_a_ragged_table_loses_no_cell(case: tuple[str, list[list[str]], str]) -> None:
    _, rows, data = case
    read = [list(r.values()) for r in tables(parts(data.encode("latin-1"), "x.csv"))["berkas/x.csv"]]
    width = max(map(len, read))
    assert read == [row + [""] * (width - len(row)) for row in rows[1:]]


@pytest.mark.parametrize("odd", [["x"], ["x"] * 9, ['a "quoted"\nvalue', "y", "z"]], ids=["short", "long", "fits"])
@pytest.mark.parametrize("at", [0, 1, 29_999, 30_000, 59_999])
def test_row_numbers_are_right_when_the_parser_changes(odd: list[str], at: int) -> None:
    rows = [[f"{i}", f"Warga {i}\nRT {i}" if i % 7 == 0 else f"Warga {i}", "Jalan Melati"] for i in range(60_000)]
    rows[at] = odd
    found = parts(written([["no", "nama", "alamat"], *rows]).encode(), "x.csv")
    read = tables(found)["berkas/x.csv"]  # also holds first_row to the number of rows before
    assert [r["no"] for r in read] == [r[0] for r in rows]
    assert not skipped(found)


@pytest.mark.parametrize(
    ("data", "names", "why"),
    [
        (b"nik;nama\n1;Budi, S.H.\n", ["nik", "nama"], "semicolons, a comma in a value"),
        (b"sep=;\nnik;nama\n1;B\n", ["nik", "nama"], "the hint that Excel writes"),
        (b"nik,nama,\n1,B,x\n", ["nik", "nama", "column_3"], "an empty title"),
        (b"nik,nik\n1,2\n", ["nik", "nik_2"], "a title twice"),
        (b"3171014107900001,Budi\n3171014107900002,Ani\n", ["c1", "c2"], "no header: the first row is data"),
        (b"\n\nnik,nama\n1,B\n", ["nik", "nama"], "empty lines before the header"),
        (b'"nama\nlengkap",nik\nB,1\n', ["nama\nlengkap", "nik"], "a line end in the header"),
        (b"nik,nama\r1,B\r2,C\r", ["nik", "nama"], "line ends of old Macs"),
        (b"DAFTAR WARGA\n\nno,nik,nama\n1,2,B\n", ["no", "nik", "nama"], "a title above the header"),
        ("nik,nama\n1,José\n".encode("cp1252"), ["nik", "nama"], "a Windows charset"),
        ("nik,nama\n1,B\n".encode("utf-16-le"), ["nik", "nama"], "UTF-16 without a mark"),
        ("nik,nama\n1,B\n".encode("utf-16"), ["nik", "nama"], "UTF-16"),
        (b"\xef\xbb\xbfnik,nama\n1,B\n", ["nik", "nama"], "UTF-8 with a mark"),
        (b"nik\n1\n2\n", ["nik"], "one column"),
        (b"nik,nama\n", ["nik", "nama"], "a header and no rows"),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_header(data: bytes, names: list[str], why: str) -> None:
    assert list(dialect_of(data).names) == names
    found = parts(data, "x.csv")
    assert not skipped(found)
    assert list(found[-1].batch.schema.names) == names  # type: ignore[union-attr]


def test_a_title_above_the_header_is_read_as_text() -> None:
    found = parts(b"Data NIK 3171014107900001\nno,nik,nama\n1,2,Budi\n2,3,Ani\n", "x.csv")
    assert texts(found) == {"berkas/x.csv/lines above the table": "Data NIK 3171014107900001\n"}
    assert [r["nama"] for r in tables(found)["berkas/x.csv"]] == ["Budi", "Ani"]


def test_nul_characters_do_not_hide_a_value() -> None:
    found = parts(b"nik,nama\n31710141079\x0000001,Budi\n", "x.csv")
    assert tables(found)["berkas/x.csv"] == [{"nik": "3171014107900001", "nama": "Budi"}]


def test_broken_utf8_after_the_beginning_loses_nothing() -> None:
    rows = b"3171014107900001,Budi\n" * 20_000
    found = parts(b"nik,nama\n" + rows + b"3171014107900002,Jos\xe9\n" + rows, "x.csv")
    read = tables(found)["berkas/x.csv"]
    assert len(read) == 40_001
    assert read[20_000] == {"nik": "3171014107900002", "nama": "Jos\ufffd"}


def test_two_thousand_columns() -> None:
    names = [f"kolom_{i}_x" for i in range(2_000)]
    found = parts(written([names, *([["3171014107900001"] * 2_000] * 50)]).encode(), "x.csv")
    assert [len(r) for r in tables(found)["berkas/x.csv"]] == [2_000] * 50


@pytest.mark.no_cover  # the same lines thousands of times
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'nik,nama\n1,B\n2,"' + b"x\n" * (9 << 20) + b'"\n', "damaged"),  # one field
        (b"nik,nama\n1,B\n" + b"xx," * (7 << 20) + b"\n", "too_large"),  # one line
    ],
    ids=["field", "line"],
)
def test_what_is_too_long_is_listed_and_what_stands_before_it_read(data: bytes, reason: str) -> None:
    found = parts(data, "x.csv")
    assert tables(found)["berkas/x.csv"] == [{"nik": "1", "nama": "B"}]
    assert skipped(found) == {"berkas/x.csv": reason}


@pytest.mark.parametrize("end", ["", '"'], ids=["to the end of the file", "to the next quote"])
@pytest.mark.parametrize("at", [3, 20_000])
def test_a_quote_that_is_never_closed_hides_no_row(at: int, end: str) -> None:
    rows = [f"{i},Warga {i},Jalan Melati Nomor {i}" for i in range(40_000)]
    rows[at] = f'{at},"Warga {at},Jalan Melati Nomor {at}'
    rows[at + 2_000] += f",{end}"
    found = parts(("no,nama,alamat\n" + "\n".join(rows) + "\n").encode(), "x.csv")
    assert [r["no"] for r in tables(found)["berkas/x.csv"]] == [str(i) for i in range(40_000)]


def test_a_long_note_of_many_lines_stays_one_cell() -> None:
    note = "\n".join(f"Catatan ke-{i}, panjang sekali" for i in range(100))
    found = parts(written([["no", "nama", "catatan"], *[["1", "Budi", note]] * 3]).encode(), "x.csv")
    assert [r["catatan"] for r in tables(found)["berkas/x.csv"]] == [note] * 3


def test_prose_with_commas_is_a_text() -> None:
    assert texts(parts(b"Yth. Bapak, di tempat\nSalam, kami\nHormat, Budi\nDari, Ani\n", "x.txt"))


def test_an_exported_table_is_known_without_its_suffix() -> None:
    assert tables(parts(b"nik\tnama\n1\tBudi\n2\tAni\n", "laporan.xls"))


@pytest.mark.no_cover  # a tracer's time is not the code's
def test_a_million_cells_in_about_a_second() -> None:
    data = b"nik,a,b,c,d,e,f,g,h,i\n" + b"3171014107900001,Warga,Jalan,1990-01-01,x,,y,z,0812345678,q\n" * 100_000
    begun = time.process_time()
    cells = sum(p.batch.num_rows * p.batch.num_columns for p in parts(data, "x.csv"))  # type: ignore[union-attr]
    assert cells == 1_000_000
    assert time.process_time() - begun < 2
