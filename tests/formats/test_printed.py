"""Tables printed in texts: read as tables where the layout is certain, and then no longer part of the text."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import privacyscan
from privacyscan.formats._printed import Printed
from privacyscan.model import Limits, Place, Table
from privacyscan.settings import load
from tests.formats.reading import parts, tables, texts

A, B, C = "3171014107900001", "3171014107900002", "3171014107900003"
PLACE = "berkas/x.txt"

PSQL = f""" nik              | nama lengkap  | umur
------------------+---------------+------
 {A} | Budi Santoso  |   12
 {B} |               |    3
(2 rows)
"""
MYSQL = f"""mysql> select nik, alamat from warga;
+------------------+--------+
| nik              | alamat |
+------------------+--------+
| {A} | Jalan
Mawar |
| {B} | Jalan  |
+------------------+--------+
2 rows in set
"""
MARKDOWN = f"""| NIK | Nama |
|:----|-----:|
| {A} | Budi \\| Ani |
| {B} |  |
Bukan baris
"""
GRID = f"""+------------------+------+
| NIK              | Nama |
+==================+======+
| {A} | Budi |
+------------------+------+
| {B} |      |
+------------------+------+
"""
SIMPLE = f"""====  ================
No    NIK
====  ================
1     {A}
2     {B}
====  ================
"""
PAGES = f"""NIK              NAMA       TELEPON
---------------- ---------- ------------
{A} José       081234567890
{B} 田中       081234567891

NIK              NAMA       TELEPON
---------------- ---------- ------------
{C} MARÍA     081234567892
"""
WIDTHS = f"""Nama Lengkap      NIK               Jumlah  Kota
Budi Santoso      {A}      12  Jakarta
Ani               {B}   1.200
José Sanjaya      {C}       3  Kota Bekasi
"""


@pytest.mark.parametrize(
    ("printed", "rows"),
    [
        (PSQL, [{"nik": A, "nama lengkap": "Budi Santoso", "umur": "12"}, {"nik": B, "nama lengkap": "", "umur": "3"}]),
        (MYSQL, [{"nik": A, "alamat": "Jalan"}, {"nik": B, "alamat": "Jalan"}]),
        (MARKDOWN, [{"NIK": A, "Nama": "Budi \\| Ani"}, {"NIK": B, "Nama": ""}]),
        (GRID, [{"NIK": A, "Nama": "Budi"}, {"NIK": B, "Nama": ""}]),
        (GRID.translate(str.maketrans("-=|+", "─═│┼")), [{"NIK": A, "Nama": "Budi"}, {"NIK": B, "Nama": ""}]),
        (SIMPLE, [{"No": "1", "NIK": A}, {"No": "2", "NIK": B}]),
        (
            PAGES,  # in characters, by the width on the screen, in bytes
            [
                {"NIK": A, "NAMA": "José", "TELEPON": "081234567890"},
                {"NIK": B, "NAMA": "田中", "TELEPON": "081234567891"},
                {"NIK": C, "NAMA": "MARÍA", "TELEPON": "081234567892"},
            ],
        ),
        (
            WIDTHS,
            [
                {"Nama Lengkap": "Budi Santoso", "NIK": A, "Jumlah": "12", "Kota": "Jakarta"},
                {"Nama Lengkap": "Ani", "NIK": B, "Jumlah": "1.200", "Kota": ""},
                {"Nama Lengkap": "José Sanjaya", "NIK": C, "Jumlah": "3", "Kota": "Kota Bekasi"},
            ],
        ),
    ],
    ids=["psql", "mysql", "markdown", "grid", "frame", "simple", "pages", "widths"],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_printed_table_is_a_table_and_the_rest_is_text(printed: str, rows: list[dict[str, str]], end: str) -> None:
    text = f"Surat untuk {C}\n\n{printed}\nHormat kami, {C}\n".replace("\n", end)
    found = parts(text.encode(), "x.txt")
    assert tables(found) == {f"{PLACE}/table 1": rows}
    left, given = texts(found)[PLACE].split(end), text.split(end)
    assert [len(line) for line in left] == [len(line) for line in given]
    assert A not in "".join(left)
    assert (left[0], left[-2]) == (given[0], given[-2])


@pytest.mark.parametrize(
    "text",
    [
        f"| NIK | {A} |\n|---|---|\n| Nama | Budi |\n",  # a form
        f"| Isian | Nilai |\n|---|---|\n| NIK | {A} |\n| Nama | Budi |\n",
        f"Nama Lengkap  :  Budi\nNIK           :  {A}\nAlamat        :  Jalan\n",
        f"Judul\n-----\nNIK {A}\n",
        f"----- -----\n----- -----\nNIK {A}\n",
        f"Kepada  Yang  Terhormat\nWarga   kami  NIK {A} di\ntempat  yang  jauh dan tidak\n",  # prose set in columns
        f"Nama   NIK   Kota\nBudi   {A}   Bekasi\n",  # two lines tell nothing
        f"a | b\nc | d {A}\n",  # no ruler
        "NIK  | Nama\n-----+-----\n",  # no row
        "NIK   Nama\n---- ----\n",
    ],
)
def test_what_is_no_table_for_certain_stays_text(text: str) -> None:
    found = parts(text.encode(), "x.txt")
    assert tables(found) == {}
    assert texts(found) == {PLACE: text}


def test_values_are_found_as_in_a_table_and_prose_keeps_its_lines(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text(f"# Laporan\n\n{WIDTHS}\nNIK {A}\n")
    scan = privacyscan.scan([str(tmp_path)], load({"state": tmp_path / "state"}))
    found = [(f.place.path, f.place.column, f.matched, f.locations[0].line) for f in scan.findings]
    assert (("x.md", "table 1"), "NIK", 3, None) in found
    assert (("x.md",), None, 1, 7) in found


LINES = [
    *PSQL.splitlines(),
    *MYSQL.splitlines(),
    *PAGES.splitlines(),
    *WIDTHS.splitlines(),
    "",
    "a  b  c",
    "kata " * 40,
]


@given(st.lists(st.sampled_from(LINES), max_size=60), st.booleans())
@settings(max_examples=50, deadline=None)
def test_no_word_is_lost_however_the_lines_arrive(lines: list[str], at_once: bool) -> None:
    printed, written = Printed(Place("x"), Limits(batch_rows=3)), [f"{line}\n".encode() for line in lines]
    out = [p for some in ([b"".join(written)] if at_once else written) for p in printed.take(some)]
    out += printed.take(b"", last=True)
    text = b"".join(p for p in out if isinstance(p, bytes)).decode()
    held = [p.batch for p in out if isinstance(p, Table)]
    cells = [str(cell) for b in held for row in b.to_pylist() for cell in row.values()]
    names = [name for b in held for name in b.schema.names]
    assert [len(line) for line in text.split("\n")] == [len(line) for line in [*lines, ""]]
    told = set(" ".join([text, *cells, *names]).replace("|", " ").split())
    assert {w for line in lines for w in line.replace("|", " ").split()} <= told


@pytest.mark.no_cover  # a tracer's time is not the code's
@pytest.mark.parametrize(
    "line", [b"|---|---|\n", b"----- -----\n", b"INFO  utama  permintaan selesai 1\n", b"a  " * 300 + b"\n", b"a | b\n"]
)
def test_lines_that_begin_no_table_take_no_time(line: bytes) -> None:
    begin = process_time()
    printed = Printed(Place("x"), Limits())
    assert all(isinstance(p, bytes) for p in printed.take(line * ((1 << 19) // len(line))))
    assert process_time() - begin < 2
