"""Values that a text writes otherwise: in URLs, in JSON, in base64. Lines and the places of all else stay true."""

from __future__ import annotations

import json
from base64 import b64encode, encodebytes, urlsafe_b64encode
from itertools import pairwise
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import privacyscan
from privacyscan.formats._encoded import Base64, unescaped, whole_lines
from privacyscan.formats.spreadsheet import Spreadsheet
from privacyscan.model import Limits, Text
from privacyscan.settings import load
from tests.formats.reading import parts, skipped, tables, texts
from tests.formats.samples import xlsx_file, zip_file

NIK = "3171014107900001"
PLACE = "berkas/x.log"


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("GET /?nik=%33171014107900001 x", "GET /?nik=3171014107900001 x"),
        ("q=nik%3D3171&m=budi%40contoh.go.id", "q=nik=3171&m=budi@contoh.go.id"),
        ("nama=Budi+Santoso&kota=Bekasi", "nama=Budi Santoso&kota=Bekasi"),
        (r'{"nik":"\u0033171"}', '{"nik":"3171"}'),
        ("nama=Jos%C3%A9+Sanjaya%0A", "nama=José Sanjaya "),
        ("x=%41%FF", "x=%41%FF"),  # no text
        ("kunci=aGVs+bG8=", "kunci=aGVs+bG8="),  # a plus of base64
        ("10:00:00 +0700 beban 100%", "10:00:00 +0700 beban 100%"),
        (r"C:\\u0033", r"C:\\u0033"),
    ],
)
def test_escapes_are_read_as_what_they_mean(line: str, meant: str) -> None:
    before, after = "sebelum %\n", "\nsesudah é\r\n"
    (text,) = texts(parts((before + line + after).encode(), "x.log")).values()
    assert text == before + meant.ljust(len(line)) + after


def in_base64(text: str) -> str:
    return b64encode(text.encode()).decode()


JWT = ".".join(
    urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
    for part in ({"alg": "HS256"}, {"nik": NIK, "nama": "Budi"}, {"tanda": "tangan-yang-panjang"})
)


@pytest.mark.parametrize(
    "line",
    [
        f"token={JWT}",
        f"Authorization: Basic {in_base64(f'budi:{NIK}')}",
        f"data:text/plain;base64,{in_base64(f'Surat keterangan untuk NIK {NIK}')}",
        encodebytes(f"Surat keterangan yang agak panjang, lebih dari satu baris, untuk NIK {NIK}".encode()).decode(),
        encodebytes(f"Surat keterangan untuk warga dengan nama Ali NIK {NIK}".encode()).decode().replace("\n", "\r\n"),
        "basic " + in_base64("budi:" + JWT),
    ],
    ids=["jwt", "basic", "data", "mime", "mime-crlf", "twice"],
)
def test_base64_is_a_text_on_the_same_lines(line: str) -> None:
    found = texts(parts(f"satu\ndua\n{line}\nempat\n".encode() * 2, "x.log"))
    lines = found[f"{PLACE}/base64"].split("\n")
    length = f"satu\ndua\n{line}\nempat\n".count("\n")
    assert [i for i, said in enumerate(lines) if NIK in said] == [2, 2 + length]


def test_a_text_without_base64_has_no_second_text() -> None:
    plain = f"nama /var/lib/aplikasi/dokumen/kependudukan/unggahan {'ab' * 32} {'A' * 80}\n" * 9
    assert list(texts(parts(plain.encode(), "x.log"))) == [PLACE]


BOOK = xlsx_file([["nik", "nama"], [NIK, "Budi"]])
BASE64 = b64encode(BOOK).decode()


@pytest.mark.parametrize(
    ("name", "data", "place"),
    [
        ("x.log", f"satu\ndua data:application/x;base64,{BASE64}\n", "base64/1 (line 2)"),
        ("x.log", f'satu\n{{"isi": "{BASE64}"}} tiga\n', "base64/1 (line 2)"),
        ("x.log", f"satu\n\n{encodebytes(BOOK).decode()}\ntiga\n", "base64/1 (line 3)"),
        ("x.html", f"<html><p>satu<a href='data:application/x;base64,{BASE64}'>dua</a>", "base64/1 (line 2)"),
        ("x.json", json.dumps([{"berkas": BASE64, "nama": "Budi"}]), "berkas"),
        ("x.json", json.dumps([{"berkas": [encodebytes(BOOK).decode(), "lain"]}]), "berkas[]"),
        ("x.csv", f'id,berkas\n1,\n2,"data:application/x;base64,{BASE64}"\n', "berkas"),
        ("x.csv", f"id,berkas\n1,{BASE64.rstrip('=').translate(str.maketrans('+/', '-_'))}\n", "berkas"),
        ("x.xml", f"<a><b><berkas>{BASE64}</berkas></b><b><berkas/></b></a>", "b.berkas"),
    ],
)
def test_a_file_in_base64_is_read(name: str, data: str, place: str) -> None:
    found = parts(data.encode(), name)
    sheets = {at: rows for at, rows in tables(found).items() if at.endswith("/Sheet")}
    assert [rows[0]["nik"] for rows in sheets.values()] == [NIK]
    assert f"/{place}/" in next(iter(sheets))
    assert skipped(found) == {}


def test_a_cell_shows_what_kind_of_file_it_holds() -> None:
    (rows,) = tables(
        parts(json.dumps([{"foto": b64encode(b"\xff\xd8\xff" + bytes(200)).decode()}]).encode(), "x.json")
    ).values()
    assert rows[0]["foto"].startswith("<binary jpeg ")


def test_what_cannot_be_read_of_it_is_listed() -> None:
    cut = b64encode(BOOK[: len(BOOK) // 2]).decode()
    assert skipped(parts(f"base64,{cut}\n".encode(), "x.log")) == {f"{PLACE}/base64/1 (line 1)": "damaged"}
    assert skipped(parts(f"berkas,id\n{cut},1\n".encode(), "x.csv")) == {"berkas/x.csv[berkas]": "damaged"}


def test_files_over_the_limit_are_listed() -> None:
    small = Limits(cell_bytes=100)
    assert skipped(parts(f"base64,{BASE64}\n".encode(), "x.log", small)) == {f"{PLACE}/base64": "unsupported_type"}
    assert skipped(parts(f"berkas,id\n{BASE64},1\n".encode(), "x.csv", small)) == {
        "berkas/x.csv[berkas]": "unsupported_type"
    }
    long = "UEsDBBQA" + "A" * (1 << 20)  # a line that is cut
    assert skipped(parts(long.encode(), "x.log")) == {f"{PLACE}/base64": "unsupported_type"}


def test_files_in_files_in_base64_are_bounded() -> None:
    data = BOOK
    for _ in range(4):
        data = f"base64,{b64encode(zip_file({'x.log': data})).decode()}\n".encode()
    assert "nested_too_deep" in skipped(parts(data, "x.log")).values()


def test_files_in_base64_are_read_by_a_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    share = tmp_path / "share"
    share.mkdir()
    (share / "x.json").write_text(json.dumps([{"berkas": BASE64, "id": str(i)} for i in range(3)]))
    here: list[str] = []
    monkeypatch.setattr(Spreadsheet, "read", lambda _, file, limits: iter(here.append(file.name) or ()))
    scan = privacyscan.scan([str(share)], load({"state": tmp_path / "state", "workers": 1}))
    (nik,) = [f for f in scan.findings if f.entity == "ID_NIK"]
    assert (nik.place.path, nik.place.column, nik.matched) == (("x.json", "berkas"), "nik", 3)
    assert (here, scan.skipped) == ([], ())


def test_values_are_found_once_on_their_lines(tmp_path: Path) -> None:
    lines = [f"GET /?nik=%33{NIK[1:]}&nama=Budi", "", f"token={JWT}"]
    (tmp_path / "x.log").write_text("\n".join(lines))
    scan = privacyscan.scan([str(tmp_path)], load({"state": tmp_path / "state"}))
    found = {(f.place.path, f.matched, f.locations[0].line) for f in scan.findings if f.entity == "ID_NIK"}
    assert found == {(("x.log",), 1, 0), (("x.log", "base64"), 1, 2)}


@given(st.lists(st.sampled_from(["%41", "nama=a+b", "é", r"\u0041", "\n", " ", "x" * 700, JWT]), max_size=30))
@settings(max_examples=25, deadline=None)
def test_lines_and_characters_keep_their_places(pieces: list[str]) -> None:
    text = "".join(pieces)
    blocks = [p for p in parts(text.encode(), "x.log", Limits(block_bytes=2_000)) if isinstance(p, Text)]
    plain = [b for b in blocks if b.place.path == ("x.log",)]
    read = "".join(b.data[b.overlap :].decode() for b in plain)
    assert [len(line) for line in read.split("\n")] == [len(line) for line in text.split("\n")]
    for a, b in pairwise(b for b in blocks if b not in plain):
        assert b.first_line == a.first_line + a.data[: len(a.data) - b.overlap].count(b"\n")


@pytest.mark.no_cover  # a tracer's time is not the code's
def test_plain_lines_cost_hardly_more_than_their_copy() -> None:
    lines = b"2026-01-02 10:00:00 +0700 INFO permintaan ke-17 selesai dalam 12 ms, status 200, ukuran 1234\n" * 100_000
    begin = process_time()
    base64 = Base64()
    for some in whole_lines([lines]):
        assert unescaped(some) is some
        assert not base64.text(some)
    assert process_time() - begin < 1  # 9 MB


@pytest.mark.no_cover  # a tracer's time is not the code's
@pytest.mark.parametrize("hostile", ["A" * 76 + "\n", "=a+a", "%41", "eyJ" + "a" * 20 + ".", "%4"])
def test_hostile_lines_take_no_time(hostile: str) -> None:
    begin = process_time()
    parts((hostile * (300_000 // len(hostile))).encode(), "x.log")
    assert process_time() - begin < 2
