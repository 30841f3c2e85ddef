"""Contacts and calendars: folded lines, old encodings, pictures."""

from __future__ import annotations

from base64 import b64encode

import pytest

from privacyscan.model import Limits
from tests.formats.reading import parts, skipped, tables, texts

NIK = "3171014107900001"


def cards(text: str, name: str = "kontak.vcf") -> list[dict[str, object]]:
    (rows,) = tables(parts(text.encode(), name)).values()
    return rows


def test_a_card_is_a_row_with_names_that_rules_know() -> None:
    (row,) = cards(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Aminah;Siti;Nur;Hj.;S.Pd.\r\nFN:Hj. Siti Nur Aminah\r\n"
        'item1.TEL;TYPE=CELL:0812-3456-7890\r\nTEL;TYPE="home,voice":021 555\r\nEMAIL:siti@contoh.id\r\n'
        "ADR;TYPE=HOME:;;Jl. Mawar 5\\, RT 03;Garut;Jawa Barat;44151;Indonesia\r\nBDAY:1990-01-02\r\n"
        f"NOTE:baris satu\\nNIK {NIK[:6]}\r\n {NIK[6:]}\r\nEND:VCARD\r\n"
    )
    assert row == {
        "name": "Hj. Siti Nur Aminah S.Pd.",
        "full name": "Hj. Siti Nur Aminah",
        "phone": "0812-3456-7890",
        "phone 2": "021 555",
        "email": "siti@contoh.id",
        "address": "Jl. Mawar 5, RT 03, Garut, Jawa Barat, 44151, Indonesia",
        "birth date": "1990-01-02",
        "note": f"baris satu NIK {NIK}",
    }


def test_quoted_printable_of_old_telephones() -> None:
    (row,) = cards(
        "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;=53=C3=A9=77=75=\n=20=42=75=64=69;;;\n"
        "TEL;CELL:081234567890\nEND:VCARD\n"
    )
    assert row == {"name": "Séwu Budi", "phone": "081234567890"}


def test_pictures_are_listed_as_not_read() -> None:
    picture = b64encode(b"\xff\xd8\xff" + bytes(200)).decode()
    found = parts(
        f"BEGIN:VCARD\nFN:Budi\nPHOTO;ENCODING=b;TYPE=JPEG:{picture[:60]}\n {picture[60:]}\nEND:VCARD\n"
        f"BEGIN:VCARD\nFN:Ani\nPHOTO:data:image/jpeg;base64,{picture}\nEND:VCARD\n".encode(),
        "x.vcf",
    )
    assert skipped(found) == {"berkas/x.vcf[photo]": "unsupported_type"}
    assert all(str(row["photo"]).startswith("<binary jpeg ") for row in tables(found)["berkas/x.vcf"])


def test_cards_with_different_properties_keep_their_rows() -> None:
    text = "".join(f"BEGIN:VCARD\nFN:Warga {i}\nX-{i % 3}:{i}\nEND:VCARD\n" for i in range(10))
    found = tables(parts(text.encode(), "x.vcf", Limits(batch_rows=4)))["berkas/x.vcf"]
    assert [row["full name"] for row in found] == [f"Warga {i}" for i in range(10)]
    assert [row[f"x-{i % 3}"] for i, row in enumerate(found)] == [str(i) for i in range(10)]


def test_no_property_is_lost_among_many() -> None:
    (row,) = cards("BEGIN:VCARD\n" + "".join(f"X-{i}:nilai {i}\n" for i in range(300)) + "bukan baris\nEND:VCARD\n")
    said = "\n".join(map(str, row.values()))
    assert all(f"nilai {i}" in said for i in range(300))
    assert "bukan baris" in said


def test_a_card_that_is_cut_off_is_read_and_listed() -> None:
    found = parts(b"BEGIN:VCARD\nFN:Budi\nEND:VCARD\nBEGIN:VCARD\nFN:Ani\nTEL:0812", "x.vcf")
    assert [row["full name"] for row in tables(found)["berkas/x.vcf"]] == ["Budi", "Ani"]
    assert skipped(found) == {"berkas/x.vcf": "damaged"}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_of_calendars_are_unfolded(end: str) -> None:
    lines = ("BEGIN:VCALENDAR", "ATTENDEE;CN=Siti Aminah:mailto:siti@con", "\ttoh.id", f"SUMMARY:NIK\\, {NIK[:8]}")
    found = texts(parts(end.join([*lines, f" {NIK[8:]}", "END:VCALENDAR", ""]).encode(), "rapat.ics"))
    assert found == {
        "berkas/rapat.ics": "BEGIN:VCALENDAR\nATTENDEE;CN=Siti Aminah:mailto:siti@contoh.id\n"
        f"SUMMARY:NIK, {NIK}\nEND:VCALENDAR\n"
    }
