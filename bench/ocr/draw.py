"""Pictures of made-up documents, drawn with the font of Pillow: letters, identity cards, family cards, portraits."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import cache

from PIL import Image, ImageDraw, ImageFilter, ImageFont
from PIL.Image import Resampling

from privacyscan.checks.region import codes

A4 = (1654, 2339)  # at 200 dpi
CARD = (1011, 638)  # 85.6 x 54 mm at 300 dpi, ISO/IEC 7810 ID-1
INK = (30, 30, 40)
Color = tuple[int, int, int]
MEN = ("BUDI SANTOSO", "AGUS WIBOWO", "JOKO PRASETYO", "HENDRA SIREGAR", "MADE SUARTA", "ANDI KURNIAWAN")
WOMEN = ("SITI AMINAH", "DEWI LESTARI", "RATNA SARI", "WULAN HANDAYANI", "KADEK AYU", "MARIA ULFA")
TOWNS = ("BANDUNG", "SURABAYA", "MEDAN", "MAKASSAR", "SEMARANG", "PALEMBANG")


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    made = ImageFont.load_default(size)
    assert isinstance(made, ImageFont.FreeTypeFont)
    return made


class People:
    """Made-up persons and their numbers, from a seed."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.districts = sorted(codes("district"))

    def nik(self, woman: bool = False) -> str:
        r = self.random
        day = r.randint(1, 28) + 40 * woman
        return f"{r.choice(self.districts)}{day:02d}{r.randint(1, 12):02d}{r.randint(60, 99)}{r.randint(9000, 9999)}"

    def kk(self) -> str:
        r = self.random
        date = f"{r.randint(1, 28):02d}{r.randint(1, 12):02d}{r.randint(10, 20)}"
        return f"{r.choice(self.districts)}{date}{r.randint(9000, 9999)}"

    def person(self) -> dict[str, str]:
        """What stands on an identity card."""
        r = self.random
        woman = r.random() < 0.5
        nik = self.nik(woman)
        day = int(nik[6:8]) - 40 * woman
        town = r.choice(TOWNS)
        return {
            "NIK": nik,
            "Nama": r.choice(WOMEN if woman else MEN),
            "Tempat/Tgl Lahir": f"{town}, {day:02d}-{nik[8:10]}-19{nik[10:12]}",
            "Jenis kelamin": "PEREMPUAN" if woman else "LAKI-LAKI",
            "Gol. Darah": r.choice(("A", "B", "AB", "O")),
            "Alamat": f"JL. MERPATI NO. {r.randint(1, 99)}",
            "RT/RW": f"{r.randint(1, 9):03d}/{r.randint(1, 9):03d}",
            "Kel/Desa": "SUKAMAJU",
            "Kecamatan": "CIBEUNYING",
            "Agama": r.choice(("ISLAM", "KRISTEN", "KATHOLIK", "HINDU")),
            "Status Perkawinan": r.choice(("KAWIN", "BELUM KAWIN")),
            "Pekerjaan": r.choice(("KARYAWAN SWASTA", "PETANI", "WIRASWASTA")),
            "Kewarganegaraan": "WNI",
            "Berlaku Hingga": "SEUMUR HIDUP",
        }


def letter(niks: Sequence[str], size: tuple[int, int] = A4) -> Image.Image:
    """A page of a letter with a numbered line for each NIK."""
    page = Image.new("L", size, 255)
    draw = ImageDraw.Draw(page)
    unit = size[0] / 1654
    for i, nik in enumerate(niks):
        line = f"{i + 1}. Surat keterangan NIK {nik} atas nama Warga Satu"
        draw.text((160 * unit, (180 + i * 54) * unit), line, fill=20, font=font(round(31 * unit)))
    return page


def identity_card(person: Mapping[str, str], scale: float = 1.0, seed: int = 1) -> Image.Image:
    """A card like a KTP: a bluish ground, labels and values, a portrait at the right."""
    card = Image.new("RGB", CARD, (176, 209, 226))
    draw = ImageDraw.Draw(card)
    chance = random.Random(seed)
    for _ in range(120):  # the pattern of its ground
        x, y, r = chance.randrange(CARD[0]), chance.randrange(CARD[1]), chance.randrange(30, 160)
        draw.ellipse((x - r, y - r, x + r, y + r), outline=(160, 197, 216))
    draw.text((505, 18), "PROVINSI JAWA BARAT", fill=INK, font=font(34), anchor="ma")
    draw.text((505, 58), "KOTA BANDUNG", fill=INK, font=font(34), anchor="ma")
    draw.text((30, 108), f"NIK : {person['NIK']}", fill=INK, font=font(44))
    y = 172
    for label, value in list(person.items())[1:]:
        if label == "Gol. Darah":
            draw.text((520, y - 33), f"Gol. Darah : {value}", fill=INK, font=font(25))
            continue
        indent = 30 if label in ("RT/RW", "Kel/Desa", "Kecamatan") else 0
        draw.text((30 + indent, y), label, fill=INK, font=font(25))
        draw.text((270, y), f": {value}", fill=INK, font=font(25))
        y += 33
    card.paste(portrait((240, 300), seed=seed), (745, 150))
    draw.text((865, 470), "BANDUNG", fill=INK, font=font(22), anchor="ma")
    draw.text((865, 500), "17-08-2012", fill=INK, font=font(22), anchor="ma")
    return card.resize((round(CARD[0] * scale), round(CARD[1] * scale)), Resampling.LANCZOS)


def family_card(number: str, members: Sequence[Mapping[str, str]]) -> Image.Image:
    """A page like a KK: its number on top, a ruled table of its members."""
    page = Image.new("RGB", (2339, 1654), "white")
    draw = ImageDraw.Draw(page)
    draw.text((1170, 80), "KARTU KELUARGA", fill=INK, font=font(52), anchor="ma")
    draw.text((1170, 150), f"No. {number}", fill=INK, font=font(40), anchor="ma")
    draw.text((120, 240), f"Nama Kepala Keluarga : {members[0]['Nama']}", fill=INK, font=font(28))
    draw.text((120, 285), "Alamat : JL. MERPATI NO. 7", fill=INK, font=font(28))
    columns = (
        ("No", 60),
        ("Nama Lengkap", 420),
        ("NIK", 340),
        ("Jenis Kelamin", 240),
        ("Tempat Lahir", 240),
        ("Tanggal Lahir", 240),
        ("Agama", 180),
        ("Jenis Pekerjaan", 340),
    )
    rows = [[title for title, _ in columns]]
    for i, m in enumerate(members):
        town, born = m["Tempat/Tgl Lahir"].split(", ")
        rows.append([str(i + 1), m["Nama"], m["NIK"], m["Jenis kelamin"], town, born, m["Agama"], m["Pekerjaan"]])
    top = 380
    for r, row in enumerate(rows):
        left = 120
        for (_, width), value in zip(columns, row, strict=True):
            draw.rectangle((left, top + 60 * r, left + width, top + 60 * r + 60), outline=INK, width=2)
            draw.text((left + 12, top + 60 * r + 14), value, fill=INK, font=font(26))
            left += width
    return page


def portrait(size: tuple[int, int] = (472, 708), backdrop: Color = (190, 20, 30), seed: int = 1) -> Image.Image:
    """A print for documents (pas foto): head and shoulders before a plain backdrop."""
    chance = random.Random(seed)
    skin = chance.choice(((224, 172, 138), (198, 142, 106), (150, 100, 72)))
    w, h = size
    photo = Image.new("RGB", size, backdrop)
    draw = ImageDraw.Draw(photo)
    draw.ellipse((0.08 * w, 0.68 * h, 0.92 * w, 1.4 * h), fill=(236, 236, 240))  # a shirt
    draw.rectangle((0.41 * w, 0.55 * h, 0.59 * w, 0.74 * h), fill=tuple(round(0.9 * c) for c in skin))
    draw.ellipse((0.25 * w, 0.14 * h, 0.75 * w, 0.55 * h), fill=(28, 22, 20))  # hair
    draw.ellipse((0.28 * w, 0.2 * h, 0.72 * w, 0.64 * h), fill=skin)
    for x in (0.41, 0.59):
        draw.ellipse(((x - 0.05) * w, 0.375 * h, (x + 0.05) * w, 0.4 * h), fill=(250, 250, 250))
        draw.ellipse(((x - 0.02) * w, 0.375 * h, (x + 0.02) * w, 0.4 * h), fill=(30, 20, 15))
    draw.line((0.5 * w, 0.4 * h, 0.48 * w, 0.48 * h), fill=tuple(round(0.8 * c) for c in skin), width=max(1, w // 100))
    draw.ellipse((0.42 * w, 0.53 * h, 0.58 * w, 0.56 * h), fill=(170, 80, 80))
    noise = Image.effect_noise(size, 12).convert("RGB")
    return Image.blend(photo.filter(ImageFilter.GaussianBlur(w / 250)), noise, 0.08)
