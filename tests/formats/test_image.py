"""Pictures: what they say of themselves, their words, and what is listed where these cannot be read."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter

from privacyscan.formats import _ocr
from privacyscan.model import Limits
from privacyscan.registry import plugins
from tests.formats.pictures import encoded, lines
from tests.formats.reading import parts, skipped, tables, texts
from tests.formats.samples import pdf_file

NIK = "3171014107900001"
LETTER = lines("Surat keterangan nomor 12", f"NIK {NIK}", "atas nama Warga Satu")


def words(data: bytes, name: str = "x.png") -> str:
    found = parts(data, name)
    assert not skipped(found)
    return "".join(texts(found).values())


def test_the_place_where_a_picture_was_taken() -> None:
    about = Image.Exif()
    about[0x8825] = {1: "S", 2: (6.0, 12.0, 31.7), 3: "E", 4: (106.0, 50.0, 44.2)}
    about[315] = "Siti Aminah"
    found = tables(parts(encoded(Image.new("L", (30, 30), 9), "jpeg", exif=about, comment=b"di rumah"), "x.jpg"))
    ((row,),) = found.values()
    assert row == {"photo GPS": "-6.208806, 106.845611", "full name": "Siti Aminah", "comment": "di rumah"}


def test_the_place_of_a_picture_is_of_a_person(tmp_path: Path) -> None:
    from privacyscan.scan import scan
    from privacyscan.settings import load

    about = Image.Exif()
    about[0x8825] = {1: "S", 2: (6.0, 12.0, 31.7), 3: "E", 4: (106.0, 50.0, 44.2)}
    (tmp_path / "x.jpg").write_bytes(encoded(Image.new("L", (30, 30), 9), "jpeg", exif=about))
    environment = {"XDG_STATE_HOME": str(tmp_path / "state"), "HOME": str(tmp_path)}
    result = scan([str(tmp_path / "x.jpg")], load({"workers": 1}, environ=environment))
    assert [f.entity for f in result.findings] == ["GEO_COORDINATE"]


def test_the_place_in_xmp() -> None:
    xmp = b'<x exif:GPSLatitude="6,12.528S" exif:GPSLongitude="106,50.737E"/>'
    ((row,),) = tables(parts(encoded(Image.new("L", (30, 30)), "jpeg", xmp=xmp), "x.jpg")).values()
    assert row["XMP photo GPS"] == "-6.208800, 106.845617"


def test_words_of_a_picture() -> None:
    assert f"NIK {NIK}" in words(encoded(LETTER))


@pytest.mark.parametrize("degrees", [90, 180, 3])
def test_words_of_a_picture_that_lies_otherwise(degrees: int) -> None:
    assert NIK in words(encoded(LETTER.rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)))


def test_words_on_a_card_on_paper() -> None:
    page = Image.new("L", (1000, 1400), 255)
    page.paste(LETTER.point(lambda v: v * 0.7), (200, 300))
    assert NIK in words(encoded(page))


def test_words_of_all_pages() -> None:
    data = encoded(LETTER, "tiff", save_all=True, append_images=[lines("Halaman dua"), lines("Halaman tiga")])
    assert [line for line in words(data, "x.tif").splitlines() if "Hal" in line] == ["Halaman dua", "Halaman tiga"]


def test_a_picture_without_words_is_read() -> None:
    sky = Image.linear_gradient("L").resize((300, 200))
    ImageDraw.Draw(sky).ellipse((90, 60, 150, 120), fill=250)
    assert words(encoded(sky)) == ""


def test_words_that_cannot_be_recognised_are_listed() -> None:
    blurred = lines(*["Warga Satu tinggal di Jalan Mawar Nomor Dua"] * 5).filter(ImageFilter.GaussianBlur(6))
    assert skipped(parts(encoded(blurred), "x.png")) == {"berkas/x.png": "illegible"}


def test_pages_of_a_document_that_are_pictures() -> None:
    data = encoded(LETTER.convert("RGB"), "pdf", resolution=150)
    assert NIK in words(data, "x.pdf")


def test_a_picture_beside_text_is_read_too() -> None:
    first, others = pdf_file([["isi surat yang panjang " * 3] * 6], picture=0.9).split(b" /I1 Do Q", 1)
    page = first + b" /I1 Do Q" + others.replace(b" /I1 Do Q", b" Q")
    small = b"/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>\nstream\nx"
    strip = lines(f"Surat nomor 12, NIK {NIK}").resize((1070, 168))
    size = b"/Width 1070/Height 168/ColorSpace/DeviceGray/BitsPerComponent 8/Length %d" % len(strip.tobytes())
    assert small in page
    found = parts(page.replace(small, size + b">>\nstream\n" + strip.tobytes()), "x.pdf")
    assert NIK in texts(found)["berkas/x.pdf"]


@pytest.mark.parametrize("missing", ["library", "data"])
def test_without_what_it_takes_pictures_are_listed(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if missing == "library":
        monkeypatch.setitem(sys.modules, "tesserocr", None)
    else:
        monkeypatch.setattr(_ocr, "_data", lambda language: "")
    (part,) = (p for p in parts(encoded(LETTER), "x.png") if hasattr(p, "reason"))
    assert part.reason == "needs_ocr"
    assert ("privacyscan[ocr]" if missing == "library" else "tesseract-ocr-ind") in part.message
    assert list(plugins("formats")["image"].lacks().values()) == [part.message.rpartition("run ")[2]]
    assert not skipped(parts(encoded(Image.new("L", (300, 300), 255)), "x.png"))


def test_pages_for_which_no_time_is_left_are_listed() -> None:
    assert skipped(parts(encoded(LETTER), "x.png", Limits(timeout_per_file=0))) == {"berkas/x.png": "timeout"}


def test_pictures_that_are_not_read_are_listed() -> None:
    assert skipped(parts(b"\0\0\0\x18ftypheic" + bytes(80), "x.heic")) == {"berkas/x.heic": "unknown_format"}
    whole = encoded(LETTER.convert("RGB"), "jpeg")
    assert skipped(parts(whole[: len(whole) // 2], "x.jpg")) == {"berkas/x.jpg": "damaged"}
    huge = encoded(LETTER, "bmp")
    huge = huge[:18] + (60_000).to_bytes(4, "little") * 2 + huge[26:]
    assert skipped(parts(huge, "x.bmp")) == {"berkas/x.bmp": "bomb"}
