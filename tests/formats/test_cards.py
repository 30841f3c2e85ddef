"""Identity cards and family cards in pictures become tables; nothing that was read is left out."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFilter

from bench.ocr.draw import CARD, People, family_card, font, identity_card, portrait
from privacyscan.formats import _portrait
from privacyscan.formats._cards import laid_out
from privacyscan.formats._ocr import Word
from tests.formats.pictures import encoded
from tests.formats.reading import parts, skipped, tables, texts


def line(text: str, top: int = 0) -> list[Word]:
    """Words as wide as they are long; each blank is a gap."""
    words, at = [], 0
    for word in text.split(" "):
        if word:
            words.append(Word(word, (10 * at, top, 10 * (at + len(word)), top + 12), 0.9))
        at += len(word) + 1
    return words


def lines(text: str) -> list[list[Word]]:
    return [line(one, 20 * i) for i, one in enumerate(text.strip().split("\n"))]


def said(left: list[list[Word]]) -> list[str]:
    return [" ".join(w.text for w in one) for one in left]


def test_an_identity_card_is_read_by_its_labels() -> None:
    person = People(4).person()
    found = parts(encoded(identity_card(person)), "x.png")
    assert not skipped(found)
    ((card,), ((header, photo),)) = (
        tables(found)["berkas/x.png/page 1/cards"],
        [row.popitem() for row in tables(found)["berkas/x.png/page 1/photo"]],
    )
    assert (header, photo[:11]) == ("foto ktp", "<binary png")
    assert card.keys() >= {"NIK", "Nama", "Tempat/Tgl Lahir", "Agama", "Gol. Darah", "Pekerjaan", "Kewarganegaraan"}
    assert card["NIK"] == person["NIK"]
    assert card["Agama"] == person["Agama"]
    assert "PROVINSI JAWA BARAT" in texts(found)["berkas/x.png"]


def test_the_rows_of_a_family_card() -> None:
    people = People(5)
    members = [people.person() for _ in range(4)]
    found = parts(encoded(family_card(people.kk(), members)), "x.png")
    rows = tables(found)["berkas/x.png/page 1/members"]
    assert [row["NIK"] for row in rows] == [m["NIK"] for m in members]
    assert [row["Agama"] for row in rows] == [m["Agama"] for m in members]


def test_labels_may_be_misread_and_values_stay_where_they_belong() -> None:
    layout = laid_out(
        lines(
            """
PROVINSI BANTEN
NIK : 3171014107900001
Nama : SITI AMINAH
Tempat/Tgi Lahlr : BANDUNG, 01-07-1990
Jenls kelamin : PEREMPUAN Gol. Darah : A
Aqama : ISLAM     SERANG
"""
        )
    )
    (card,) = layout.cards
    assert card == {
        "NIK": "3171014107900001",
        "Nama": "SITI AMINAH",
        "Tempat/Tgl Lahir": "BANDUNG, 01-07-1990",
        "Jenis Kelamin": "PEREMPUAN",
        "Gol. Darah": "A",
        "Agama": "ISLAM",
    }
    assert said(layout.rest) == ["PROVINSI BANTEN", "SERANG"]
    assert layout.is_card


def test_two_labels_make_no_card_and_a_form_is_none() -> None:
    letter = lines("Nama : Siti Aminah\nAlamat : Jalan Mawar\nDengan ini kami sampaikan")
    assert laid_out(letter).cards == []
    assert said(laid_out(letter).rest) == said(letter)
    form = laid_out(lines("Nama : Siti Aminah\nAlamat : Jalan Mawar\nAgama : Islam"))
    assert len(form.cards) == 1
    assert not form.is_card


@pytest.mark.parametrize("ground", [(190, 20, 30), (40, 70, 180)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_portrait_for_documents_is_a_photograph(ground: tuple[int, int, int], seed: int) -> None:
    assert _portrait.shows(portrait((240, 320), ground, seed)) == "pas foto"


def test_the_name_of_a_file_speaks_for_a_portrait_before_another_ground() -> None:
    picture = portrait((240, 320), (240, 240, 240))
    assert _portrait.shows(picture) == ""
    assert _portrait.shows(picture, "pasfoto_siti.jpg") == "pas foto"


def test_a_card_that_cannot_be_read_shows_a_photograph() -> None:
    blurred = identity_card(People(4).person()).filter(ImageFilter.GaussianBlur(6))
    found = parts(encoded(blurred), "x.png")
    assert skipped(found) == {"berkas/x.png": "illegible"}
    assert [[*row] for row in tables(found)["berkas/x.png/page 1/photo"]] == [["foto ktp"]]


def decoys() -> dict[str, Image.Image]:
    """Pictures of things that have one trait or another of a portrait."""
    made = {name: Image.new("RGB", (300, 400), (190, 20, 30)) for name in ("ball", "box", "poster", "logo", "thing")}
    made["balls on a card"] = Image.new("RGB", CARD, (190, 20, 30))
    draw = {name: ImageDraw.Draw(picture) for name, picture in made.items()}
    draw["ball"].ellipse((75, 80, 225, 260), fill=(224, 172, 138))
    draw["box"].rectangle((90, 80, 210, 320), fill=(210, 160, 120))
    draw["poster"].rectangle((60, 40, 240, 360), fill="white")
    draw["poster"].text((80, 80), "SENAM", fill="black", font=font(40))
    draw["logo"].polygon([(150, 40), (270, 360), (30, 360)], fill=(230, 180, 140))
    draw["thing"].rectangle((75, 80, 225, 280), fill=(180, 120, 80))
    draw["thing"].ellipse((105, 140, 135, 168), fill="black")
    for i in range(12):
        draw["balls on a card"].ellipse((80 * i, 50 * i, 80 * i + 80, 50 * i + 80), fill=(224, 172, 138))
    return made


@pytest.mark.parametrize("name", ["ball", "box", "poster", "logo", "thing", "balls on a card"])
def test_other_pictures_are_none(name: str) -> None:
    assert _portrait.shows(decoys()[name]) == ""
    assert _portrait.shows(decoys()[name], "foto.jpg") == ""
