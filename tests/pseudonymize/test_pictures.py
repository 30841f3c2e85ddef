"""PDF and pictures of pages: bars stand over what is found, and nothing else of the file comes along."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from bench.ocr.draw import People, identity_card, letter, portrait
from privacyscan import pseudonymize as copies
from privacyscan import read
from privacyscan.formats import _ocr
from privacyscan.model import File, Limits, Place, Text
from privacyscan.pseudonymize import pseudonymize
from privacyscan.pseudonymize.policy import Choice, Policy
from privacyscan.settings import load
from tests.formats.samples import niks, pdf_file, picture_file
from tests.pseudonymize.samples import KEY, people

REDACT = Policy({}, Choice("redact"))
ANNA, BENI, CICI = people(3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "berkas"
    made.mkdir()
    return made


def words(path: Path) -> str:
    """What a scan reads in a file."""
    file = File(Place(str(path)), lambda: path.open("rb"), path.stat().st_size, str(path))
    return "".join(p.data.decode() for p in read.expand(file, Limits()) if isinstance(p, Text))


def test_a_pdf_becomes_pictures_with_bars(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = [f"Surat untuk {ANNA.name}", f"NIK {ANNA.nik}", f"Nomor HP {ANNA.phone}", "Keperluan: melamar pekerjaan"]
    second = ["Halaman kedua tentang pekerjaan di kantor dinas", f"sekali lagi {ANNA.nik}, selesai"]
    data = pdf_file(
        [first, second], comment=f"NIK {BENI.nik}", title=f"NIK {CICI.nik}", attached={"x.txt": b"x"}, picture=0.02
    )
    (folder / "surat.pdf").write_bytes(data)
    assert Limits(timeout_per_file=10, piece_bytes=100).seconds(250) == 25  # a document of many pages is large
    monkeypatch.setattr(Limits, "seconds", lambda self, size: 100_000 * self.timeout_per_file)
    short = load({"workers": 1, "timeout_per_file": 0.001})
    done = pseudonymize(str(folder), str(folder.parent / "aman"), REDACT, KEY, short)
    assert [s.message for s in done.skipped] == [
        "10 pictures are blank in the copy",
        "1 files inside do not come along",
    ]
    assert {(r.entity, r.operator) for r in done.replaced} >= {("ID_NIK", "redact"), ("PHONE_NUMBER", "redact")}
    copy = folder.parent / "aman" / "surat.pdf"
    said = words(copy)
    assert "melamar pekerjaan" in said
    assert "Halaman kedua" in said
    assert not any(value in said for p in (ANNA, BENI, CICI) for value in (p.nik, p.name, p.phone))
    document = pypdfium2.PdfDocument(copy)
    assert [document[i].get_textpage().get_text_range() for i in range(len(document))] == ["", ""]
    assert (document.count_attachments(), document.get_metadata_value("Title")) == (0, "")
    document.close()


@pytest.mark.parametrize("name", ["surat.pdf", "surat.jpg"])
def test_a_copy_is_read_as_it_will_be_read(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []

    def told(picture: Image.Image) -> _ocr.Reading:
        seen.append(picture.convert("L").tobytes())
        return recognised(picture)

    recognised = _ocr.read
    monkeypatch.setattr(_ocr, "read", told)
    letter([ANNA.nik], (900, 500)).convert("RGB").save(folder / name)
    assert not pseudonymize(str(folder), str(folder.parent / "aman"), REDACT, KEY, load({"workers": 1})).skipped
    assert seen[-1] == seen[-2]  # by the proof, and before


def test_what_nobody_has_read_is_white(folder: Path) -> None:
    page = letter([ANNA.nik, BENI.nik], (1200, 1000)).convert("RGB")
    page.paste(portrait((236, 354)), (200, 500))
    code = Image.effect_noise((33, 33), 90).point(lambda shade: 255 * (shade > 128))
    page.paste(code.resize((264, 264), Image.Resampling.NEAREST), (700, 500))
    ImageDraw.Draw(page).rectangle((100, 400, 1100, 950), outline="black", width=3)
    page.save(folder / "surat.png")
    done = pseudonymize(str(folder), str(folder.parent / "aman"), REDACT, KEY)
    assert not done.skipped
    copy = Image.open(folder.parent / "aman" / "surat.png").convert("L")
    width, height = copy.size
    assert words(folder.parent / "aman" / "surat.png").count("Surat keterangan NIK") == 2
    assert sum(copy.crop((width // 8, height * 45 // 100, width * 7 // 8, height * 9 // 10)).histogram()[:250]) == 0
    frame = copy.crop((0, height * 39 // 100, width, height * 41 // 100))
    assert min(frame.tobytes()) < 60  # a line that is long and straight


def test_pictures_of_pages_are_upright_and_show_no_number(folder: Path) -> None:
    page = letter([p.nik for p in people(6)], (1200, 600))
    page.rotate(180).convert("RGB").save(folder / "terbalik.tif", save_all=True, append_images=[page.convert("RGB")])
    page.convert("RGB").save(folder / "pindaian.pdf")
    identity_card(People(1).person()).save(folder / "kartu.png")
    Image.effect_noise((300, 200), 90).save(folder / "pemandangan.png")
    done = pseudonymize(str(folder), str(folder.parent / "aman"), REDACT, KEY)
    assert {s.place.path[0]: s.message for s in done.skipped} == {
        "kartu.png": "shows a person; pictures of persons are not copied",
        "pemandangan.png": "shows no text; whom or what it shows is not known",
    }
    copied = sorted((folder.parent / "aman").iterdir())
    assert [c.name for c in copied] == ["pindaian.pdf", "terbalik.tif"]
    for copy in copied:
        said = words(copy)
        assert said.count("Surat keterangan NIK") >= 6
        assert not any(p.nik in said for p in people(6))
    assert Image.open(copied[1]).n_frames == 2  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["jpeg", "png", "tiff", "webp"])
def test_what_a_picture_says_of_itself_stays_behind(folder: Path, kind: str) -> None:
    data = picture_file(kind)
    assert any(nik.encode() in data for nik in niks())
    (folder / f"kosong.{kind}").write_bytes(data)
    assert copied(folder).skipped == ()
    copy = (folder.parent / "aman" / f"kosong.{kind}").read_bytes()
    assert not any(nik.encode() in copy for nik in niks())


def test_without_recognition_they_are_listed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "surat.pdf").write_bytes(pdf_file([["Surat"]]))
    (folder / "kunci.pdf").write_bytes(pdf_file([["Surat"]], encrypted=True))
    assert {s.place.path[0]: s.reason for s in copied(folder).skipped} == {"kunci.pdf": "encrypted"}
    monkeypatch.setattr(_ocr, "unavailable", lambda: "pip install 'privacyscan[ocr]'")
    assert {s.reason for s in copied(folder).skipped} == {"needs_ocr"}


def copied(folder: Path) -> copies.Result:
    """Its copy, made in this process."""
    to = folder.parent / "aman"
    for left in to.glob("*"):
        left.unlink()
    if to.exists():
        to.rmdir()
    return pseudonymize(str(folder), str(to), REDACT, KEY, load({"workers": 1}))
