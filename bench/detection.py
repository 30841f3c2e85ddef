"""Made-up exports, texts and decoys as agencies keep them: what is found, what is missed, what is a false alarm?

    .venv/bin/python bench/detection.py [-v] [--seed N] [WORD]

Prints every case that differs from its truth (-v: every case; WORD: only cases whose name holds it) and a table of
scores beside their floors. The truth is planted: a value is written as `planted(entity, value)` and the marks are
taken out before the detector sees it. Ends with 1 when a score is below its floor.
"""

# ruff: noqa: E501, E731 - a case is a row of a table, however long; its maker is a lambda

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

if TYPE_CHECKING:
    import pyarrow as pa

    from privacyscan.detect import Detector

N = 600
COUNTED = ("ID_NIK", "ID_KK", "PHONE_NUMBER", "EMAIL_ADDRESS")  # whose cell counts have a floor
FLOORS = {
    "columns F1": 0.93,
    "ID_NIK columns found": 0.99,
    "texts span F1": 0.95,
    "count error": 0.02,
    "count error where found": 0.02,
    "false per 100 decoys": 1.0,
}
_MARK = re.compile("\x01([A-Z_]+)\x02(.*?)\x03", re.DOTALL)


def planted(entity: str, value: str) -> str:
    """The value, marked as one of this entity."""
    return f"\x01{entity}\x02{value}\x03"


def unmarked(text: str) -> tuple[str, list[tuple[str, int, int]]]:
    """The text as the detector sees it, and its true spans."""
    out, spans, last = "", [], 0
    for match in _MARK.finditer(text):
        out += text[last : match.start()]
        spans.append((match[1], len(out), len(out) + len(match[2])))
        out += match[2]
        last = match.end()
    return out + text[last:], spans


def dirty(marked: str, change: Callable[[str], str]) -> str:
    """A planted value with its writing changed inside the marks."""
    return _MARK.sub(lambda m: planted(m[1], change(m[2])), marked)


# --- made-up people ----------------------------------------------------------------------------------------------

GIVEN = [
    "Siti",
    "Aminah",
    "Budi",
    "Santoso",
    "Dewi",
    "Lestari",
    "Agus",
    "Wijaya",
    "Sri",
    "Wahyuni",
    "Ahmad",
    "Fauzi",
    "Nurhayati",
    "Joko",
    "Susilo",
    "Rina",
    "Marlina",
    "Hendra",
    "Gunawan",
    "Ratna",
    "Sari",
    "Slamet",
    "Riyadi",
    "Yuliana",
    "Kartika",
    "Bambang",
    "Suprapto",
    "Endang",
    "Sulastri",
    "Muhammad",
    "Rizki",
    "Fitriani",
    "Eko",
    "Prasetyo",
    "Indah",
    "Permata",
    "Dedi",
    "Kurniawan",
    "Sumiati",
    "Tuti",
    "Herawati",
    "Rudi",
    "Hartono",
    "Maya",
    "Anggraini",
    "Asep",
    "Saepudin",
    "Neneng",
    "Iis",
    "Ujang",
    "Wayan",
    "Made",
    "Nyoman",
    "Ketut",
    "Putu",
    "Komang",
    "Gede",
    "Luh",
    "Suryadi",
    "Wirawan",
    "Togar",
    "Parlindungan",
    "Maruli",
    "Tiurma",
    "Daniel",
    "Yohanes",
    "Maria",
    "Yosephina",
    "Petrus",
    "Markus",
    "Theresia",
    "Andi",
    "Baso",
    "Tenri",
    "Daeng",
    "Besse",
    "Syamsul",
    "Bahri",
    "Zulkifli",
    "Yusuf",
    "Ibrahim",
    "Khadijah",
    "Aisyah",
    "Umar",
    "Hasan",
    "Husain",
    "Abdullah",
    "Rahman",
    "Lina",
    "Mega",
    "Novita",
    "Puspita",
    "Rahayu",
    "Suparman",
    "Tukiman",
    "Paijo",
    "Ngatinem",
    "Wagiman",
    "Sutrisno",
    "Supriyadi",
    "Teguh",
    "Imam",
    "Arif",
    "Hidayat",
    "Nurul",
    "Huda",
    "Farida",
    "Laila",
    "Zainal",
    "Abidin",
    "Irwan",
    "Setiawan",
    "Yanti",
    "Wulandari",
    "Dian",
    "Ayu",
    "Fajar",
    "Bagus",
    "Intan",
    "Galih",
    "Citra",
    "Ananda",
    "Rizal",
    "Reza",
    "Dimas",
    "Adi",
    "Nugroho",
    "Anisa",
    "Putri",
    "Melati",
    "Kusuma",
]
FAMILY = [
    "Simanjuntak",
    "Hutapea",
    "Nasution",
    "Siregar",
    "Sitorus",
    "Harahap",
    "Lubis",
    "Ginting",
    "Tarigan",
    "Manurung",
    "Wenda",
    "Kogoya",
    "Rumbiak",
    "Mandacan",
    "Tabuni",
    "Pattiasina",
    "Latuconsina",
    "Tuhumury",
    "Rumagit",
    "Wowor",
    "Mokoginta",
    "Tanjung",
    "Chaniago",
    "Koto",
    "Halim",
    "Wibowo",
    "Hartanto",
    "Tanoto",
    "Kusnadi",
    "Sudirman",
    "Pangestu",
    "Mahendra",
    "Saputra",
    "Utami",
    "Handayani",
    "Maharani",
    "Firmansyah",
    "Ramadhan",
    "Maulana",
]
TITLES = ("dr. {}", "Drs. {}", "Ir. {}, M.T.", "{}, S.Pd.", "{}, S.H., M.Hum.", "H. {}", "Hj. {}", "Dra. Hj. {}, M.Si",
          "Prof. Dr. {}", "{}, A.Md.Keb", "{}, S.STP", "drg. {}", "Kol. Inf. {}", "Tn. {}", "Ny. {}", "An. {}")  # fmt: skip
MONTHS = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]
SPLIT_OLD = ("647301", "647302", "640401", "640503", "640602")  # Tarakan, Bulungan, Nunukan, Malinau before Kaltara
RENUMBERED = ("6473", "6404", "6405", "6406")  # tested apart from the others
SPLIT_NEW = ("930101", "940101", "940401", "950101", "950402", "960101", "967101")  # the provinces of 2022


def _regions() -> list[dict[str, str]]:
    table = Path(__file__).resolve().parent.parent / "rules" / "tables" / "wilayah.csv"
    with table.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


class People:
    """Made-up values of every kind, each already planted unless its name ends in `_raw`."""

    def __init__(self, seed: int) -> None:
        self.r = Random(seed)
        self.names: dict[str, list[str]] = defaultdict(list)  # level -> names of places
        self.districts = []
        for row in _regions():
            self.names[row["level"]].append(row["name"])
            if row["level"] == "district" and row["code"][:4] not in RENUMBERED:
                self.districts.append(row["code"])

    def digits(self, n: int, first: str = "0123456789") -> str:
        return self.r.choice(first) + "".join(self.r.choices("0123456789", k=n - 1))

    def born(self, first: int = 1945, last: int = 2018) -> date:
        return date(first, 1, 1) + timedelta(self.r.randrange((last - first + 1) * 365))

    def nik_raw(self, district: str = "", years: tuple[int, int] = (1945, 2018), woman: bool | None = None) -> str:
        born = self.born(*years)
        female = self.r.random() < 0.5 if woman is None else woman
        # Serials count births of one day in one district: mostly small.
        serial = self.r.choices((self.r.randint(1, 9), self.r.randint(10, 99), self.r.randint(1000, 9999)), (8, 3, 1))[
            0
        ]
        return f"{district or self.r.choice(self.districts)}{born.day + 40 * female:02d}{born:%m%y}{serial:04d}"

    def nik(self, **how: Any) -> str:
        return planted("ID_NIK", self.nik_raw(**how))

    def kk_raw(self, district: str = "") -> str:
        issued = date(2006, 1, 1) + timedelta(self.r.randrange(19 * 365))
        return f"{district or self.r.choice(self.districts)}{issued:%d%m%y}{self.r.randint(1, 60):04d}"

    def kk(self, district: str = "") -> str:
        return planted("ID_KK", self.kk_raw(district))

    def households(self, n: int, district: str = "") -> list[str]:
        cells: list[str] = []
        while len(cells) < n:
            cells += [self.kk(district)] * self.r.choice((1, 2, 3, 3, 4, 4, 5, 6))
        return cells[:n]

    def luhn(self, body: str) -> str:
        doubled = [int(c) * (2 - i % 2) for i, c in enumerate(reversed(body))]
        return body + str(-sum(d // 10 + d % 10 for d in doubled) % 10)

    def card(self) -> str:
        head = self.r.choice(("4214", "4363", "5264", "5426", "4097", "5520", "3562"))
        return planted("CREDIT_CARD", self.luhn(head + self.digits(11)))

    def npwp15_raw(self) -> str:
        return self.luhn(self.r.choice(("0", "0", "4", "6", "7", "8", "9")) + self.digits(7)) + self.r.choice(
            ("091", "011", "427", "541", "609", "732", "805", "952")
        ) + self.r.choice(("000", "000", "000", "001"))  # fmt: skip

    def npwp(self) -> str:
        d = self.npwp15_raw()
        return planted("ID_NPWP", f"{d[:2]}.{d[2:5]}.{d[5:8]}.{d[8]}-{d[9:12]}.{d[12:]}")

    def npwp15(self) -> str:
        return planted("ID_NPWP", self.npwp15_raw())

    def nip(self) -> str:
        born = self.born(1964, 2000)
        hired = min(born.year + self.r.randint(20, 34), 2024)
        month = "21" if hired >= 2021 and self.r.random() < 0.5 else f"{self.r.choice((1, 3, 4, 12)):02d}"
        value = f"{born:%Y%m%d}{hired}{month}{self.r.randint(1, 2)}{self.r.randint(1, 40):03d}"
        return planted("ID_NIP", value)

    def phone_raw(self) -> str:
        head = self.r.choice(
            ("0811", "0812", "0813", "0821", "0852", "0857", "0858", "0878", "0877", "0896", "0838", "0881")
        )
        return head + self.digits(self.r.choice((6, 7, 7, 8, 8, 8)), "23456789") if head == "0811" else head + self.digits(
            self.r.choice((7, 8, 8, 8))
        )  # fmt: skip

    def phone(self) -> str:
        return planted("PHONE_NUMBER", self.phone_raw())

    def landline(self) -> str:
        area = self.r.choice(("021", "022", "024", "031", "061", "0274", "0361", "0411", "0711", "0751"))
        return planted("PHONE_NUMBER", f"({area}) {self.digits(7 if len(area) == 3 else 6, '34567')}")

    def email(self) -> str:
        name, domain = self.r.choice(GIVEN).lower(), self.r.choice(
            ("gmail.com", "yahoo.co.id", "contoh.go.id", "dinkes.contohkab.go.id", "mail.ugm.ac.id", "contoh.co.id",
             "outlook.com", "rocketmail.com", "polri.go.id", "contoh.desa.id")
        )  # fmt: skip
        local = self.r.choice(
            (f"{name}{self.digits(2)}", f"{name}.{self.r.choice(FAMILY).lower()}", f"{name}_{self.digits(4)}")
        )
        return planted("EMAIL_ADDRESS", f"{local}@{domain}")

    def name_raw(self) -> str:
        r = self.r
        given = " ".join(r.sample(GIVEN, r.choice((1, 2, 2, 2, 3))))
        return f"{given} {r.choice(FAMILY)}" if r.random() < 0.4 else given

    def name(self, write: Callable[[str], str] = str) -> str:
        return planted("PERSON", write(self.name_raw()))

    def birth(self, form: str = "%d-%m-%Y") -> str:
        return planted("DATE_OF_BIRTH", long_date(self.born(), form))


def long_date(day: date, form: str) -> str:
    """The date by a strftime form; %B and %b in Indonesian."""
    month = MONTHS[day.month - 1]
    return day.strftime(form.replace("%B", month).replace("%b", month[:3]))


# --- cases -------------------------------------------------------------------------------------------------------


@dataclass
class Case:
    """A column with its header. Truth lies in the marks; `also` are entities that may be found as well or instead."""

    group: str
    header: str
    cells: list[str | None]
    typed: Callable[[list[str | None]], pa.Array] | None = None
    also: tuple[str, ...] = ()
    decoy: bool = False
    note: str = ""
    truth: Counter[str] = field(default_factory=Counter)


def column(group: str, header: str, make: Callable[[], str | None], n: int = N, **more: Any) -> Case:
    return Case(group, header, [make() for _ in range(n)], **more)


def as_type(kind: str) -> Callable[[list[str | None]], pa.Array]:
    def convert(cells: list[str | None]) -> pa.Array:
        import pyarrow as pa

        kinds = {
            "int64": pa.int64(), "uint64": pa.uint64(), "float64": pa.float64(), "decimal(38,0)": pa.decimal128(38),
            "decimal(38,2)": pa.decimal128(38, 2), "large_string": pa.large_string(), "date32": pa.date32(),
            "timestamp": pa.timestamp("us"), "string_view": pa.string_view(),
        }  # fmt: skip
        if kind == "dictionary":
            return pa.array(cells).dictionary_encode()
        if kind in ("date32", "timestamp"):
            return pa.array([None if c is None else datetime.fromisoformat(c) for c in cells]).cast(kinds[kind])
        if kind in ("large_string", "string_view"):
            return pa.array(cells, kinds[kind])
        return pa.array([None if not c else int(c) for c in cells], pa.int64()).cast(kinds[kind], safe=False)

    return convert


NIK_HEADERS = ("nik", "NIK", "no_nik", "NoNIK", "No. KTP", "noktp", "NO_KTP", "nik_ktp", "no_identitas", "no_id", "id_penduduk",
               "NIK Pemohon", "nik_ayah", "NIK IBU KANDUNG", "No. Induk Kependudukan", "nikPasien", "national_id",
               "KTP/NIK", "nomor identitas (KTP)", "nik_suami", "ktp_no")  # fmt: skip
EMPTY_HEADERS = ("c1", "kode", "ID", "no", "nomor", "field_7", "Unnamed: 3", "", "Column5", "KOLOM D", "data", "1")
MISLEADING = ("no_transaksi", "referensi", "no_kk", "no_tiket", "serial", "ref_no", "kode_pelanggan", "no_rekening", "barcode",
              "no_hp", "npwp", "nip", "no_kartu", "nisn", "username", "invoice_to", "order_by_ktp", "nama", "tgl_lahir", "email")  # fmt: skip


def nik_columns(p: People) -> Iterator[Case]:
    for header in (*NIK_HEADERS, *EMPTY_HEADERS):
        yield column("nik header", header, p.nik)
    for header in MISLEADING:
        also = ("ID_NPWP",) if header == "npwp" else ()
        yield column("nik misleading header", header, p.nik, also=also)
    for n in (1, 3, 10, 30, 20_000):
        yield column("nik size", "nik", p.nik, n, note=f"{n} rows")
        yield column("nik size", "c1", p.nik, n, note=f"{n} rows")
    some: dict[str, Callable[[], str]] = {
        "one village": lambda: p.nik(district="330115"),
        "old people": lambda: p.nik(years=(1925, 1945)),
        "newborns": lambda: p.nik(years=(2023, 2025)),
        "women": lambda: p.nik(woman=True),
        "men": lambda: p.nik(woman=False, years=(1950, 1999)),
        "mothers of one village": lambda: p.nik(district="520304", woman=True, years=(1970, 2003)),
        "before Kaltara": lambda: p.nik(district=p.r.choice(SPLIT_OLD)),
        "provinces of 2022": lambda: p.nik(district=p.r.choice(SPLIT_NEW), years=(1950, 2024)),
        "Tangerang of West Java": lambda: p.nik(district="3219" + p.r.choice(("01", "07", "12")), years=(1940, 1995)),
        "one new district": lambda: p.nik(district="940401"),
        "1 in 5 of unknown districts": lambda: p.nik(district=p.r.choice(SPLIT_NEW) if p.r.random() < 0.2 else ""),
    }
    for note, make in some.items():
        for header in ("nik", "c1"):
            yield column("nik people", header, make, note=note)
    yield column("nik people", "nik", lambda: p.nik(district="940401"), 5, note="one new district, 5 rows")


def nik_writings() -> dict[str, Callable[[str], str]]:
    return {
        "apostrophe": lambda n: f"'{n}",
        "apostrophe curly": lambda n: f"’{n}",
        "back tick": lambda n: f"`{n}",
        "quoted": lambda n: f'"{n}"',
        "excel formula": lambda n: f'="{n}"',
        "6-6-4": lambda n: f"{n[:6]} {n[6:12]} {n[12:]}",
        "6.6.4": lambda n: f"{n[:6]}.{n[6:12]}.{n[12:]}",
        "6-6-4 en dash": lambda n: f"{n[:6]}–{n[6:12]}–{n[12:]}",
        "6-6-4 dash": lambda n: f"{n[:6]}-{n[6:12]}-{n[12:]}",
        "fours space": lambda n: " ".join((n[:4], n[4:8], n[8:12], n[12:])),
        "fours dots": lambda n: ".".join((n[:4], n[4:8], n[8:12], n[12:])),
        "fours dash": lambda n: "-".join((n[:4], n[4:8], n[8:12], n[12:])),
        "fours two spaces": lambda n: "  ".join((n[:4], n[4:8], n[8:12], n[12:])),
        "2.2.2.6.4": lambda n: ".".join((n[:2], n[2:4], n[4:6], n[6:12], n[12:])),
        "2.2.2.2.2.2.4": lambda n: ".".join((*(n[i : i + 2] for i in range(0, 12, 2)), n[12:])),
        "no-break spaces": lambda n: "\u00a0".join((n[:6], n[6:12], n[12:])),
        "padded": lambda n: f"   {n}  ",
        "tab": lambda n: f"\t{n}",
        "carriage return": lambda n: f"{n}\r",
        "full-width": lambda n: n.translate({ord("0") + i: 0xFF10 + i for i in range(10)}),
        "trailing .0": lambda n: f"{n}.0",
        "trailing ,00": lambda n: f"{n},00",
        "trailing comma": lambda n: f"{n},",
        "label": lambda n: f"NIK: {n}",
        "label glued": lambda n: f"NIK{n}",
        "ktp dash": lambda n: f"KTP-{n}",
        "bracket": lambda n: f"({n})",
        "zero width start": lambda n: f"\u200b{n}",
        "zero width inside": lambda n: f"{n[:6]}\u200b{n[6:]}",
        "byte order mark": lambda n: f"\ufeff{n}",
        "json": lambda n: json.dumps({"nik": n, "x": 1}),
        "json escaped": lambda n: json.dumps(json.dumps({"nik": n})),
        "file name": lambda n: f"KTP_{n}_siti.pdf",
        "url": lambda n: f"https://contoh.go.id/cek?nik={n}&x=1",
        "url encoded": lambda n: "q=" + quote(f"NIK {n}"),
        "url encoded colon": lambda n: quote(f"nik:{n}", safe=""),
        "with a name": lambda n: f"{n} - Siti Aminah",
        "html": lambda n: f"<td>{n}</td>",
        "scientific": lambda n: f"{int(n):.5E}",
        "scientific comma": lambda n: f"{int(n):.5E}".replace(".", ","),
        "scientific full": lambda n: f"{int(n):.15E}",
        "thousands": lambda n: f"{int(n):,}".replace(",", "."),
    }


def dirty_columns(p: People) -> Iterator[Case]:
    for note, change in nik_writings().items():
        for header in ("nik", "c1"):
            if note in ("scientific", "scientific comma", "thousands") and header == "c1":
                continue  # nobody can know what these were
            yield column(
                "nik dirty",
                header,
                lambda c=change: planted("ID_NIK", c(p.nik_raw())),
                note=note,
                also=with_a_name(note),
            )
    kinds = (
        "int64",
        "uint64",
        "float64",
        "decimal(38,0)",
        "decimal(38,2)",
        "dictionary",
        "large_string",
        "string_view",
    )
    for kind in kinds:
        for header in ("nik", "c1"):
            yield column("nik typed", header, p.nik, typed=as_type(kind), note=kind)
    half = lambda: (
        p.nik() if p.r.random() < 0.5 else p.r.choice((None, "", "-", "NULL", "n/a", "0", "belum ada", "TIDAK ADA"))
    )
    for header in ("nik", "c1"):
        yield column("nik mixed", header, half, note="half empty")
        yield column("nik mixed", header, lambda: p.nik() if p.r.random() < 0.05 else None, 2000, note="5 % filled")
        yield column(
            "nik mixed",
            header,
            lambda: p.nik() if p.r.random() < 0.95 else p.digits(15, "123"),
            note="5 % of 15 digits",
        )
        yield column("nik mixed", header, lambda: p.nik() if p.r.random() < 0.8 else p.phone(), note="1 in 5 a phone")
        yield column("nik mixed", header, lambda: p.nik() if p.r.random() < 0.5 else p.nip(), note="half NIP")
        for joint in (", ", ",", "/", ";", "\n", " dan ", "|", " "):
            yield column("nik mixed", header, lambda j=joint: j.join((p.nik(), p.nik())), note=f"two by {joint!r}")
        mixed = lambda: dirty(p.nik(), p.r.choice([c for n, c in nik_writings().items() if n in
                    ("apostrophe", "6-6-4", "fours dash", "padded", "trailing .0", "label", "no-break spaces", "quoted")]))  # fmt: skip
        yield column("nik mixed", header, mixed, note="every row another way")
    yield column(
        "nik float",
        "nik",
        half,
        typed=lambda cells: as_type("float64")([c if c and c.isdigit() and len(c) == 16 else None for c in cells]),
    )
    words = (
        "menunggu berkas",
        "sudah diserahkan di loket 4",
        "kurang materai",
        "ybs tidak hadir",
        "arsip 2019/12",
        "",
        None,
    )
    kinds_in_notes: dict[str, Callable[[], str]] = {
        "nik": lambda: f"NIK {p.nik()} salah ketik",
        "nik bare": lambda: f"{p.nik()} ganda, mohon dicek",
        "kk": lambda: f"pindah dari KK {p.kk()}",
        "phone": lambda: f"hub. {p.phone()} (anaknya)",
        "email": lambda: f"kirim ke {p.email()} saja",
        "npwp": lambda: f"NPWP {p.npwp()}",
        "nip": lambda: f"diterima oleh NIP. {p.nip()}",
        "two": lambda: f"No. KK {p.kk()} an NIK {p.nik()}, hp {p.phone()}",
    }
    for note, make in kinds_in_notes.items():
        for header in ("catatan", "keterangan", "c9"):
            say = lambda m=make: m() if p.r.random() < 0.01 else p.r.choice(words)
            yield column("notes 1 %", header, say, 5000, note=note)


def with_a_name(note: str) -> tuple[str, ...]:
    """A cell that holds a person's name beside the planted value holds two finds."""
    return ("PERSON",) if note in ("with a name", "name first", "name") else ()


def kk_columns(p: People) -> Iterator[Case]:
    for header in (
        "no_kk",
        "NoKK",
        "NOKK",
        "nomor_kk",
        "No. Kartu Keluarga",
        "kk",
        "no_kartu_keluarga",
        "NO KK",
        "nkk",
        "no_kel",
        "family_card_no",
        "c2",
        "kode",
        "ID",
        "nomor",
    ):
        also = ("ID_NIK",) if header == "ID" else ()
        yield Case("kk", header, list(p.households(N)), also=also)
        if header not in ("kode", "nomor"):
            yield column("kk heads only", header, p.kk)
    yield column("kk heads only", "c2", p.kk, 40, note="40 rows")
    for n in (3, 10, 30):
        yield Case("kk size", "no_kk", list(p.households(n)), note=f"{n} rows")
        yield column("kk size", "no_kk", p.kk, n, note=f"{n} heads")
    yield Case("kk village", "no_kk", list(p.households(N, "330115")))
    yield Case("kk village", "c3", list(p.households(N, "330115")))
    yield Case("kk new district", "no_kk", list(p.households(N, "940401")))
    yield Case("kk old Kaltara", "no_kk", list(p.households(N, "647301")))
    for kind in ("int64", "float64", "decimal(38,0)"):
        yield Case("kk typed", "no_kk", list(p.households(N)), typed=as_type(kind), note=kind)
        yield Case("kk typed", "c4", list(p.households(N)), typed=as_type(kind), note=kind)
    for note in (
        "apostrophe",
        "6-6-4",
        "fours space",
        "fours dash",
        "padded",
        "trailing .0",
        "2.2.2.6.4",
        "full-width",
    ):
        change = nik_writings()[note]
        yield Case("kk dirty", "no_kk", [dirty(c, change) for c in p.households(N)], note=note)
    for n in (3, 10):
        yield Case(
            "kk small and dirty", "no_kk", [dirty(c, lambda v: f"'{v}") for c in p.households(n)], note=f"{n} rows"
        )
    yield column(
        "id of any kind", "no_identitas", lambda: p.r.choice((p.nik, p.nik, p.nip, p.npwp))(), note="NIK, NIP or NPWP"
    )
    yield column("names and numbers", "peserta", lambda: f"{p.name_raw()} / {p.nik()} / {p.phone()}", also=("PERSON",))
    yield column(
        "names and numbers", "c5", lambda: f"{p.name_raw()} ({p.kk()}) {p.email()}", also=("ID_NIK", "ID_KK", "PERSON")
    )
    yield column("kk wrong header", "nik", p.kk, note="KK under nik", also=("ID_NIK",))
    mixed = lambda: p.r.choice((p.nik, p.kk))()
    yield column("kk or nik", "nik/no_kk", mixed, also=("ID_NIK", "ID_KK"))


def number_columns(p: People) -> Iterator[Case]:
    for header in (
        "npwp",
        "NPWP",
        "no_npwp",
        "NPWP Perusahaan",
        "npwp_badan",
        "NoNPWP",
        "nomor pokok wajib pajak",
        "c1",
        "kode",
    ):
        yield column("npwp formatted", header, p.npwp)
        yield column("npwp 15 bare", header, p.npwp15)
        yield column("npwp 16 of 0 + 15", header, lambda: planted("ID_NPWP", "0" + p.npwp15_raw()))
    for n in (3, 10, 30):
        yield column("npwp size", "npwp", p.npwp, n, note=f"{n} rows")
        yield column("npwp size", "npwp", p.npwp15, n, note=f"{n} rows bare")
    yield column("npwp as NIK", "npwp16", lambda: planted("ID_NPWP", p.nik_raw()), also=("ID_NIK",))
    yield column(
        "npwp as NIK", "npwp", lambda: p.r.choice((p.npwp(), planted("ID_NPWP", p.nik_raw()))), also=("ID_NIK",)
    )
    yield column("npwp lost zero", "npwp", lambda: planted("ID_NPWP", p.npwp15_raw().lstrip("0")))
    yield column("npwp typed", "npwp", p.npwp15, typed=as_type("int64"))
    yield column("npwp typed", "npwp", p.npwp15, typed=as_type("float64"))
    writings: dict[str, Callable[[str], str]] = {
        "spaces": lambda v: v.replace(".", " ").replace("-", " "),
        "dots only": lambda v: v.replace("-", "."),
        "apostrophe": lambda v: f"'{v}",
        "label": lambda v: f"NPWP : {v}",
        "no dash": lambda v: v.replace("-", ""),
    }
    for note, change in writings.items():
        yield column("npwp dirty", "npwp", lambda c=change: dirty(p.npwp(), c), note=note)
    for header in (
        "nip",
        "NIP",
        "NIP Baru",
        "nip_pegawai",
        "nip_atasan",
        "NIPBaru",
        "nip_18",
        "nip/nrp",
        "c1",
        "kode",
        "id",
    ):
        yield column("nip", header, p.nip)
    for n in (3, 10):
        yield column("nip size", "nip", p.nip, n, note=f"{n} rows")
        yield column("nip size", "c1", p.nip, n, note=f"{n} rows")
    yield column("nip typed", "nip", p.nip, typed=as_type("int64"))
    nip_writings: dict[str, Callable[[str], str]] = {
        "8 6 1 3": lambda v: f"{v[:8]} {v[8:14]} {v[14]} {v[15:]}",
        "8-6-1-3": lambda v: f"{v[:8]}-{v[8:14]}-{v[14]}-{v[15:]}",
        "8.6.1.3": lambda v: f"{v[:8]}.{v[8:14]}.{v[14]}.{v[15:]}",
        "apostrophe": lambda v: f"'{v}",
        "label": lambda v: f"NIP. {v}",
        "padded": lambda v: f" {v} ",
        "no-break": lambda v: f"{v[:8]}\u00a0{v[8:14]}\u00a0{v[14]}\u00a0{v[15:]}",
    }
    for note, change in nip_writings.items():
        yield column("nip dirty", "nip", lambda c=change: dirty(p.nip(), c), note=note)
    for header in ("no_kartu", "credit_card", "No Kartu Kredit", "card_number", "cc", "pan", "c1", "nomor"):
        yield column("card", header, p.card)
        yield column(
            "card grouped", header, lambda: dirty(p.card(), lambda v: " ".join((v[:4], v[4:8], v[8:12], v[12:])))
        )
    yield column("card size", "no_kartu_kredit", p.card, 3, note="3 rows")
    yield column("card size", "c1", p.card, 10, note="10 rows")
    yield column("card typed", "card_number", p.card, typed=as_type("int64"))


def phone_columns(p: People) -> Iterator[Case]:
    headers = ("no_hp", "telp", "No. Telp/HP", "NoHP", "kontak", "wa", "nomor wa", "phone_number", "hp_ayah", "no_telepon_rumah", "Telepon",
               "HP/WA", "mobile_phone", "no_tlp", "no_telpon", "nomor_handphone", "cp", "contact_person", "c1", "kode", "field_7", "nomor")  # fmt: skip
    for header in headers:
        yield column("phone header", header, p.phone)
    for n in (3, 10, 30):
        yield column("phone size", "no_hp", p.phone, n, note=f"{n} rows")
        yield column("phone size", "c1", p.phone, n, note=f"{n} rows")
    writings: dict[str, Callable[[str], str]] = {
        "+62": lambda v: "+62" + v[1:],
        "62": lambda v: "62" + v[1:],
        "+62 space": lambda v: "+62 " + v[1:],
        "+62 groups": lambda v: f"+62 {v[1:4]}-{v[4:8]}-{v[8:]}",
        "62-groups": lambda v: f"62-{v[1:4]}-{v[4:8]}-{v[8:]}",
        "dashes 4-4": lambda v: f"{v[:4]}-{v[4:8]}-{v[8:]}",
        "spaces 4-4": lambda v: f"{v[:4]} {v[4:8]} {v[8:]}",
        "dots 4-4": lambda v: f"{v[:4]}.{v[4:8]}.{v[8:]}",
        "dashes 4-3": lambda v: f"{v[:4]}-{v[4:7]}-{v[7:]}",
        "one dash": lambda v: f"{v[:4]}-{v[4:]}",
        "bracket": lambda v: f"({v[:4]}) {v[4:]}",
        "+62 bracket": lambda v: f"(+62) {v[1:4]} {v[4:]}",
        "+62(0)": lambda v: f"+62(0){v[1:]}",
        "+62 0": lambda v: f"+62 {v}",
        "+620": lambda v: f"+62{v}",
        "0062": lambda v: f"0062{v[1:]}",
        "apostrophe": lambda v: f"'{v}",
        "tel": lambda v: f"tel:+62{v[1:]}",
        "wa.me": lambda v: f"https://wa.me/62{v[1:]}",
        "api whatsapp": lambda v: f"https://api.whatsapp.com/send?phone=62{v[1:]}&text=halo",
        "with a name": lambda v: f"{v} (Bu Siti)",
        "name first": lambda v: f"Budi - {v}",
        "wide dash": lambda v: f"{v[:4]} - {v[4:8]} - {v[8:]}",
        "en dash": lambda v: f"{v[:4]}–{v[4:8]}–{v[8:]}",
        "no-break": lambda v: f"{v[:4]}\u00a0{v[4:8]}\u00a0{v[8:]}",
        "trailing .0": lambda v: f"62{v[1:]}.0",
        "plus apostrophe": lambda v: f"'+62{v[1:]}",
        "padded": lambda v: f" {v}\t",
        "full-width": lambda v: v.translate({ord("0") + i: 0xFF10 + i for i in range(10)}),
    }
    for note, change in writings.items():
        for header in ("no_hp", "c1"):
            yield column("phone dirty", header, lambda c=change: dirty(p.phone(), c), note=note, also=with_a_name(note))
    for joint in (" / ", "/", ", ", ";", "\n", " & "):
        yield column("phone two", "telp", lambda j=joint: p.phone() + j + p.phone(), note=repr(joint))
    lost = lambda: planted("PHONE_NUMBER", p.phone_raw()[1:])
    for header in ("no_hp", "telp", "phone", "kontak"):
        yield column("phone lost zero", header, lost)
        yield column("phone lost zero typed", header, lost, typed=as_type("int64"))
        yield column("phone lost zero typed", header, lost, typed=as_type("float64"), note="float")
    yield column("phone lost zero mixed", "no_hp", lambda: p.r.choice((lost, p.phone))())
    for header in ("telp", "no_telepon", "Telp. Rumah", "phone"):
        yield column("landline", header, p.landline)
        yield column("landline dash", header, lambda: dirty(p.landline(), lambda v: v[1:].replace(") ", "-")))
        yield column("landline bare", header, lambda: dirty(p.landline(), lambda v: v[1:].replace(") ", "")))
        yield column("landline or mobile", header, lambda: p.r.choice((p.landline, p.phone))())
    yield column(
        "phone half",
        "no_hp",
        lambda: p.phone() if p.r.random() < 0.4 else p.r.choice((None, "-", "0", "tidak ada", "")),
    )
    for header in (
        "email",
        "E-mail",
        "surel",
        "alamat_email",
        "user_email",
        "EMAIL PIC",
        "c1",
        "kode",
        "username",
        "kontak",
    ):
        yield column("email", header, p.email)
    mails: dict[str, Callable[[str], str]] = {
        "name": lambda v: f"Siti Aminah <{v}>",
        "mailto": lambda v: f"mailto:{v}",
        "upper": str.upper,
        "dot": lambda v: f"{v}.",
        "spaces": lambda v: f"  {v} ",
        "quotes": lambda v: f"'{v}'",
        "semicolon": lambda v: f"{v};",
        "plus": lambda v: v.replace("@", "+arsip@"),
        "encoded": lambda v: "to=" + v.replace("@", "%40"),
        "json": lambda v: json.dumps({"to": v}),
        "comma space": lambda v: f"cc: {v}, arsip",
    }
    for note, change in mails.items():
        for header in ("email", "c1"):
            yield column("email dirty", header, lambda c=change: dirty(p.email(), c), note=note, also=with_a_name(note))
    yield column("email two", "email", lambda: f"{p.email()}; {p.email()}")
    yield column("email size", "email", p.email, 3, note="3 rows")
    yield column("email size", "c1", p.email, 3, note="3 rows")


def people_columns(p: People) -> Iterator[Case]:
    headers = ("nama", "NAMA", "Nama Lengkap", "nama_pegawai", "nm_peg", "nama ibu", "nm_ibu", "NamaPasien", "nama_wp", "nama_pemohon",
               "nm_lengkap", "full_name", "customer_name", "nama_kk", "nama kepala keluarga", "nama_ayah", "NAMA_LGKP", "nama_siswa", "nama anak",
               "nama_penerima_bantuan", "petugas", "dokter", "atas_nama", "nama_pasangan", "penerima", "ahli_waris", "name", "c1", "kolom3")  # fmt: skip
    for header in headers:
        yield column("names", header, p.name)
    writings: dict[str, Callable[[str], str]] = {
        "upper": str.upper,
        "lower": str.lower,
        "titles": lambda v: p.r.choice(TITLES).format(v),
        "one word": lambda v: v.split()[0],
        "one word upper": lambda v: v.split()[0].upper(),
        "family first": lambda v: ", ".join(reversed(v.rsplit(" ", 1))),
        "late": lambda v: f"{v} (Alm)",
        "bin": lambda v: f"{v} bin {p.name_raw().split()[0]}",
        "initials": lambda v: f"M. {v}",
        "apostrophe": lambda v: f"Nur'aini {v}",
        "balinese": lambda v: f"I Gst. Ngr. {v}",
        "padded": lambda v: f" {v}  ",
    }
    for note, change in writings.items():
        for header in ("nama", "nama_pegawai", "c1"):
            if header == "c1" and note.startswith("one word"):
                continue  # single words without header are anybody's guess
            yield column("names written", header, lambda c=change: p.name(c), note=note)
    for n in (3, 10, 30):
        yield column("names size", "nama_lengkap", p.name, n, note=f"{n} rows")
        yield column("names size", "nama", p.name, n, note=f"{n} rows")
    forms = ("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%Y%m%d", "%d%m%Y", "%d.%m.%Y", "%d-%m-%y", "%d/%m/%y",
             "%Y-%m-%d 00:00:00", "%Y-%m-%dT00:00:00Z", "%Y/%m/%d", "%d-%b-%y", "%d %B %Y ")  # fmt: skip
    for form in forms:
        yield column("birth form", "tgl_lahir", lambda f=form: p.birth(f), note=form)
    for header in ("tanggal_lahir", "TGL_LHR", "tgllhr", "Tgl Lahir", "TglLahir", "dob", "birth_date", "birthdate", "date_of_birth", "tanggal lahir anak",
                   "tgl_lahir_ibu", "lahir", "DATE BIRTH", "tg_lahir", "TANGGAL_LHR", "tgl. lahir", "birthday"):  # fmt: skip
        yield column("birth header", header, p.birth)
    yield column("birth typed", "tgl_lahir", lambda: p.birth("%Y-%m-%d"), typed=as_type("date32"), note="date32")
    yield column("birth typed", "tgl_lahir", lambda: p.birth("%Y-%m-%d"), typed=as_type("timestamp"), note="timestamp")
    yield column(
        "birth half",
        "tgl_lahir",
        lambda: p.birth() if p.r.random() < 0.6 else p.r.choice(("", "00-00-0000", "-", None)),
    )
    yield column(
        "birth with place",
        "ttl",
        lambda: f"{p.r.choice(('Bandung', 'Kab. Sleman', 'Ujung Pandang'))}, {p.birth('%d %B %Y')}",
    )
    yield column("birth with place", "tempat/tgl lahir", lambda: f"{p.r.choice(('BANDUNG', 'SLEMAN'))}, {p.birth()}")
    yield column("birth size", "tgl_lahir", p.birth, 3, note="3 rows")


def neighbours(p: People) -> Iterator[Case]:
    """Sixteen digits of every kind side by side; the detector sees each column on its own."""
    yield Case("side by side", "no_kk", list(p.households(N)))
    yield column("side by side", "nik_kepala", p.nik)
    yield column("side by side", "no_kartu_debit", p.card)
    yield column("side by side", "no_referensi", lambda: p.digits(16), 5000, decoy=True)
    yield column("side by side", "npwp16", lambda: planted("ID_NPWP", "0" + p.npwp15_raw()))
    yield column(
        "nik among references",
        "keterangan_16",
        lambda: p.nik() if p.r.random() < 0.5 else p.digits(16),
        note="half random",
    )
    # One in 33 of the others passes too: no count to judge.
    yield column(
        "nik among references",
        "nik",
        lambda: p.nik() if p.r.random() < 0.5 else p.digits(16),
        note="half random",
        also=("ID_NIK",),
    )
    for header in ("c1", "no_transaksi"):
        some = lambda: p.nik() if p.r.random() < 0.08 else p.digits(16)
        yield column("nik among references", header, some, 4000, note="8 % NIK")
    yield column("phones as accounts", "no_rekening", p.phone, note="wallets")
    yield column("cards that are NIK", "nik", lambda: planted("ID_NIK", _luhn_nik(p)))
    yield column("cards that are NIK", "c1", lambda: planted("ID_NIK", _luhn_nik(p)))


def _luhn_nik(p: People) -> str:
    while True:
        nik = p.nik_raw()
        if nik[0] in "35" and p.luhn(nik[:15]) == nik:
            return nik


def decoys(p: People) -> Iterator[Case]:
    r, d = p.r, p.digits
    day = lambda: date(2019, 1, 1) + timedelta(r.randrange(2200))
    hexes = lambda n: "".join(r.choices("0123456789abcdef", k=n))
    uuid = lambda: str(UUID(int=r.getrandbits(128)))
    towns = (
        "Sleman",
        "Bantul",
        "Cibadak",
        "Sukamaju",
        "Tanjung Raja",
        "Sri Rahayu",
        "Suka Maju",
        "Wonosari",
        "Kartika Jaya",
        "Mekar Sari",
    )
    shops = (
        "Toko Sumber Rejeki",
        "CV Budi Jaya",
        "PT Sinar Mas",
        "UD Slamet",
        "Apotek Kartika",
        "RS Siti Khadijah",
        "SDN Sukamaju 2",
        "Warung Bu Sri",
    )
    goods = (
        "Kertas A4 70 gr",
        "Tinta Printer",
        "Meja Kerja",
        "Laptop 14 inci",
        "Kursi Rapat",
        "Beras Premium",
        "Semen 50 kg",
        "Obat Paracetamol",
    )
    plain: dict[str, tuple[tuple[str, ...], Callable[[], str | None]]] = {
        "16 digits": (("no_transaksi", "trx_id", "c1", "ref", "nomor", "kode_booking", "virtual_account", "id"), lambda: d(16)),
        "16 digits from one": (("c1", "no_urut", "id_pesanan"), lambda: "1" + d(15)),
        "16 digits with a date": (("no_faktur", "kode_bayar", "nomor"), lambda: f"{day():%Y%m%d}{d(8)}"),
        "16 digits ddmmyy first": (("no_reg", "nomor_tiket"), lambda: f"{day():%d%m%y}{d(10)}"),
        "18 digits with a date": (("no_sp2d", "kode", "c1"), lambda: f"{day():%Y%m%d}{d(10)}"),
        "18 digits": (("ref_18", "c1"), lambda: d(18)),
        "15 digits": (("no_resi", "c1", "kode_billing", "imei"), lambda: d(15, "123456789")),
        "tax serial": (("no_faktur_pajak", "nsfp"), lambda: f"010.{d(3)}-{r.randint(18, 24)}.{d(8)}"),
        "13 digits": (("no_kartu_jkn", "ean13", "barcode", "c1"), lambda: d(13)),
        "EAN": (("ean", "kode_barang", "c1"), lambda: "899" + d(10)),
        "ISBN": (("isbn", "c1"), lambda: f"978-602-{d(3)}-{d(3)}-{d(1)}"),
        "NPSN": (("npsn", "c1"), lambda: d(8, "1256")),
        "unit codes": (("kode_satker", "kdsatker"), lambda: d(6)),
        "letters": (("nomor_surat", "no_surat"), lambda: f"470/{d(3)}/DS/{r.randint(2018, 2024)}"),
        "letters 2": (("no_sk",), lambda: f"{d(3)}.{d(1)}/{d(4)}-Dikbud/{r.randint(2018, 2024)}"),
        "budget codes": (("kode_rekening", "c1"), lambda: f"5.1.02.{d(2)}.{d(2)}.{d(4)}"),
        "budget codes long": (("mak",), lambda: f"{d(4)}.{d(3)}.{d(3)}.051.A.{d(6)}"),
        "invoices": (("invoice", "c1"), lambda: f"INV/{day():%Y%m%d}/{d(6)}"),
        "purchase numbers": (("no_po",), lambda: f"PO-{day():%Y}-{d(10)}"),
        "epoch s": (("ts", "created", "c1"), lambda: str(1_600_000_000 + r.randrange(10**8))),
        "epoch ms": (("waktu", "c1"), lambda: str(1_600_000_000_000 + r.randrange(10**11))),
        "epoch us": (("waktu_us", "c1"), lambda: str(1_600_000_000_000_000 + r.randrange(10**14))),
        "epoch ns": (("waktu_ns", "c1"), lambda: str(1_600_000_000_000_000_000 + r.randrange(10**17))),
        "UUID": (("id", "uuid", "nik_uuid"), uuid),
        "UUID of digits": (("guid",), lambda: f"{d(8)}-{d(4)}-4{d(3)}-8{d(3)}-{d(12)}"),
        "sha256": (("hash", "c1"), lambda: hexes(64)),
        "md5": (("nik_hash", "c1"), lambda: hexes(32)),
        "git": (("commit",), lambda: hexes(40)),
        "latitude": (("lat", "c1"), lambda: f"-{r.random() * 8:.14f}"),
        "longitude": (("lon", "c1"), lambda: f"{95 + r.random() * 40:.15f}"),
        "point": (("koordinat",), lambda: f"-{r.random() * 8:.7f}, {95 + r.random() * 40:.7f}"),
        "prices": (("harga", "c1", "total"), lambda: f"{r.randrange(10**7, 10**9):,}".replace(",", ".")),
        "prices Rp": (("harga", "pagu"), lambda: f"Rp {r.randrange(10**9, 10**12):,},00".replace(",", ".", 3)),
        "amounts": (("pagu", "saldo", "nilai", "c1"), lambda: str(r.randrange(10**9, 10**12))),
        "amounts 08": (("nilai_kontrak", "realisasi"), lambda: f"8{r.randrange(10**8, 10**10)}"),
        "amounts millions": (("anggaran", "c1"), lambda: str(r.randrange(810, 899) * 10**7)),
        "decimal comma": (("skor", "nilai", "c1", "lintang"), lambda: f"{r.choice(('0', '6', '12', '106'))},{d(r.choice((10, 12, 15, 16)))}"),
        "health cards": (("c1", "no_kontrak"), lambda: "000" + d(10)),
        "school numbers": (("c1", "npsn_lama"), lambda: f"00{r.randint(50, 99)}{d(6)}"),
        "teacher numbers": (("c1",), lambda: d(16)),
        "hours": (("jam",), lambda: f"08.{r.randint(10, 59)} - 09.{r.randint(10, 59)}"),
        "times with zone": (("waktu", "c1"), lambda: f"2024-03-12T08:{r.randint(10, 59)}:12.{d(6)}+07:00"),
        "offices": (("nama_lengkap_instansi", "pelapor", "penanggung_jawab"), lambda: r.choice(("Dinas Sosial", "Polsek Depok", "Bagian Umum", "Bidang Aset", "Dinas Kesehatan Kab. Sleman"))),
        "software": (("name", "nama"), lambda: r.choice(("Windows Server", "Ubuntu Linux", "Oracle Java", "Microsoft Office"))),
        "percent": (("persen", "capaian"), lambda: f"{r.random() * 100:.2f}"),
        "fractions": (("skor", "c1"), lambda: f"0.{d(16)}"),
        "tracking": (("no_resi", "awb", "c1"), lambda: r.choice((f"JP{d(10)}", f"TLJR{d(12)}", f"01{d(11)}", f"CGK{d(13)}"))),
        "tracking zeros": (("awb",), lambda: "000" + d(9)),
        "tracking that begins 08": (("no_resi", "resi"), lambda: "08" + d(10)),
        "SIM serials": (("iccid",), lambda: "8962" + d(15)),
        "meters": (("id_pelanggan_pln", "no_meter"), lambda: r.choice(("52", "53", "32")) + d(10)),
        "accounts": (("no_kontrak", "c1", "kode_rekening"), lambda: r.choice((d(10), d(13), d(15)))),
        "versions": (("versi", "firmware"), lambda: f"{d(1)}.{r.randint(0, 30)}.{d(3)}.{d(4)}"),
        "IPv4 of private nets": (("ip", "c1"), lambda: f"{r.choice(('10.1', '192.168', '172.20'))}.{r.randrange(256)}.{r.randrange(256)}"),
        "call centres": (("call_center", "telp_bank", "layanan"), lambda: r.choice(("1500046", "14045", "1500888", "112", "119", "1500-300", "110"))),
        "village codes": (("kode_desa", "c1", "kode_kemendagri"), lambda: r.choice(p.districts) + r.choice("12") + d(3)),
        "village codes dots": (("kode",), lambda: re.sub("(..)", r"\1.", r.choice(p.districts)) + f"2{d(3)}"),
        "district codes": (("kode_kec", "c1"), lambda: r.choice(p.districts)),
        "land numbers": (("nop", "nop_pbb"), lambda: r.choice(p.districts) + "0" + d(11)),
        "land numbers dots": (("nop",), lambda: f"{(c := r.choice(p.districts))[:2]}.{c[2:4]}.{c[4:]}0.{d(3)}.{d(3)}.{d(4)}.0"),
        "dates": (("tgl_daftar", "tgl", "tanggal_surat", "tmt", "c1", "tgl_kirim"), lambda: f"{day():%d-%m-%Y}"),
        "dates iso": (("created_at", "updated", "tgl_masuk", "tanggal"), lambda: f"{day()} 08:12:{r.randint(10, 59)}"),
        "date numbers": (("periode", "tgl_trx"), lambda: f"{day():%Y%m%d}"),
        "times with ms": (("timestamp",), lambda: f"{day():%Y%m%d}{d(6)}{d(3)}"),
        "towns": (("nama_desa", "nama", "kelurahan", "c1", "nama_kecamatan", "kota"), lambda: r.choice(towns)),
        "shops": (("nama_toko", "nama", "nama_instansi", "vendor", "c1", "name"), lambda: r.choice(shops)),
        "goods": (("nama_barang", "nama", "uraian", "item", "name", "c1"), lambda: r.choice(goods)),
        "districts": (("nama", "nama_kecamatan", "kecamatan", "wilayah", "name", "c1"), lambda: r.choice(p.names["district"])),
        "districts upper": (("NAMA", "KEC", "c1"), lambda: r.choice(p.names["district"]).upper()),
        "regencies": (("nama", "kab_kota", "c1"), lambda: r.choice(p.names["regency"])),
        "provinces": (("provinsi", "nama_prov", "c1"), lambda: r.choice(p.names["province"])),
        "posts": (("c1", "nama_jabatan"), lambda: r.choice(("Kepala Dinas", "Sekretaris", "Analis Kepegawaian", "Camat", "Bendahara", "Staf Ahli Bupati"))),
        "trades": (("c1", "nama_pekerjaan"), lambda: r.choice(("Petani", "Wiraswasta", "Karyawan Swasta", "Guru", "Ibu Rumah Tangga", "Nelayan", "Pelajar/Mahasiswa"))),
        "streets": (("nama_jalan", "jalan", "c1", "ruas"), lambda: f"Jl. {r.choice(('Ahmad Yani', 'Sudirman', 'Gatot Subroto', 'Kartini', 'Diponegoro', 'Cut Nyak Dien'))}"),
        "schools": (("nama_sekolah", "nama", "c1"), lambda: f"{r.choice(('SMP', 'SMA', 'SD'))} {r.choice(('Santa Maria', 'Muhammadiyah', 'Al Hidayah', 'Kartika', 'Kristen Petra'))}"),
        "hospitals": (("nama", "faskes", "c1"), lambda: r.choice(("RSUD Dr. Soetomo", "RSUP Dr. Sardjito", "Puskesmas Kartasura", "Klinik Siti Hajar", "RS Hasan Sadikin"))),
        "medicines": (("nama_obat", "nama", "c1"), lambda: r.choice(("Amoksisilin", "Parasetamol", "Metformin", "Amlodipin", "Captopril", "Salbutamol", "Antasida Doen"))),
        "faiths": (("c1",), lambda: r.choice(("Islam", "Kristen", "Katolik", "Hindu", "Buddha"))),
        "months": (("bulan", "c1"), lambda: r.choice(MONTHS)),
        "services": (("nama_layanan", "nama", "layanan"), lambda: r.choice(("Pembuatan KTP", "Akta Kelahiran", "Kartu Keluarga", "Surat Pindah", "Legalisir"))),
        "columns": (("nama_kolom", "field", "name"), lambda: r.choice(("nik", "no_kk", "nama", "tgl_lahir", "alamat", "no_hp"))),
        "words": (("kata", "c1", "tag"), lambda: r.choice(["merah", "putih", "besar", "kecil", "rumah", "jalan", "indah", "bagus", "mulia", "bunga", "melati", "mawar", "intan", "permata", "cahaya", "fajar", "surya", "bintang"])),
        "work": (("nama_kegiatan", "nama", "program"), lambda: r.choice(("Rapat Koordinasi", "Pembangunan Jalan Desa", "Pelatihan Kader Posyandu", "Belanja Modal"))),
        "statuses": (("status", "nama_status", "c1"), lambda: r.choice(("Selesai", "Menunggu", "Ditolak", "Baru"))),
        "files": (("nama_file", "file"), lambda: f"IMG_{day():%Y%m%d}_{d(6)}.jpg"),
        "files WA": (("lampiran",), lambda: f"WhatsApp Image {day()} at 10.{d(2)}.{d(2)}.jpeg"),
        "paths": (("path",), lambda: f"/srv/data/{day():%Y/%m/%d}/{hexes(12)}.pdf"),
        "handles": (("akun", "twitter"), lambda: f"@{r.choice(GIVEN).lower()}_{d(2)}"),
        "packages": (("paket", "npm"), lambda: f"react@{d(1)}.{d(2)}.{d(1)}"),
        "repositories": (("repo",), lambda: f"git@github.com:contoh/{hexes(5)}.git"),
        "retina": (("gambar",), lambda: f"ikon{d(2)}@2x.png"),
        "base64": (("isi", "c1"), lambda: "".join(r.choices("ABCDEFGHabcdefgh0123456789+/", k=60)) + "=="),
        "short ids": (("nik", "no_ktp", "nip", "npwp"), lambda: d(8)),
        "short kk": (("no_kk", "kk"), lambda: f"KK-{d(4)}"),
        "masked": (("nik", "no_kk"), lambda: p.nik_raw()[:6] + "**********"),
        "masked phones": (("no_hp",), lambda: p.phone_raw()[:4] + "****" + d(3)),
        "false NIK": (("nik", "no_ktp"), lambda: "9" * 16),
        "zeros": (("nik", "npwp", "no_hp"), lambda: "0" * 16),
        "questions": (("nik_valid", "punya_ktp", "ada_email"), lambda: r.choice(("Ya", "Tidak"))),
        "counts": (("jumlah_kk", "jumlah_ktp", "jml_hp"), lambda: str(r.randrange(20_000))),
        "years": (("tahun_lahir_rata", "tahun"), lambda: str(r.randint(1960, 2024))),
        "birth weights": (("berat_lahir",), lambda: str(r.randint(2100, 4200))),
        "tables of fares": (("tarif_telepon",), lambda: str(r.randint(100, 90000))),
        "log lines": (("pesan",), lambda: f"req={hexes(8)}-{d(4)} id={d(16)} took {d(4)}ms"),
        "containers": (("kontainer",), lambda: f"TEMU{d(7)}"),
        "MSISDN like 16": (("imsi",), lambda: "51010" + d(10)),
        "IMEI": (("serial",), lambda: p.luhn("35" + d(12))),
        "QR": (("qris",), lambda: f"00020101021126{d(2)}0016ID.CO.CONTOH.WWW0118{d(18)}"),
    }  # fmt: skip
    for note, (headers, make) in plain.items():
        for header in headers:
            n = 3000 if note.startswith(("1", "epoch", "EAN", "amounts", "accounts", "land")) else N
            yield column("decoy", header, make, n, decoy=True, note=note)
    for kind, note, make in (
        ("int64", "16 digits", lambda: d(16, "123456789")), ("float64", "16 digits", lambda: d(16, "123456789")),
        ("float64", "amounts", lambda: str(r.randrange(10**8, 10**12))), ("int64", "epoch ms", lambda: str(1_600_000_000_000 + r.randrange(10**11))),
        ("int64", "8 and 9 digits", lambda: "8" + d(9)),
    ):  # fmt: skip
        yield column("decoy", "c1", make, 3000, typed=as_type(kind), decoy=True, note=f"{note} {kind}")
    for header, make in (
        ("no_transaksi", lambda: d(16)),
        ("c1", lambda: d(16)),
        ("invoice", lambda: f"INV{d(13)}"),
        ("c2", lambda: d(13)),
        ("kode", lambda: d(18)),
    ):
        for n in (3, 10, 30):
            yield column("decoy small", header, make, n, decoy=True, note=f"{n} rows")
    yield Case(
        "decoy",
        "c1",
        [str(3_171_000_000_000_000 + i) for i in range(5000)],
        decoy=True,
        note="running number of 16 digits",
    )
    yield Case(
        "decoy",
        "id",
        [str(81_200_000_000 + 37 * i) for i in range(5000)],
        typed=as_type("int64"),
        decoy=True,
        note="running number beginning 812",
    )
    yield Case(
        "decoy",
        "kode",
        [f"0812{i:08d}" for i in range(5)] * 1 + ["A"] * 595,
        also=("PHONE_NUMBER",),
        note="five phone-like among letters",
    )


# --- texts -------------------------------------------------------------------------------------------------------


def list_columns(p: People) -> Iterator[Case]:
    """Columns of closed lists, health, income, addresses and secrets."""
    r, d = p.r, p.digits
    hexes = lambda n: "".join(r.choices("0123456789abcdef", k=n))
    letters = lambda n: "".join(r.choices("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=n))
    choice = lambda *values: lambda: r.choice(values)
    street = lambda: f"Jl. {r.choice(('Melati', 'Ahmad Yani', 'Sudirman'))} No. {r.randint(1, 200)}"
    kinds: dict[str, list[tuple[tuple[str, ...], Callable[[], str]]]] = {
        "RELIGION": [
            (("agama", "AGAMA", "Agama Ibu"), choice("Islam", "Kristen", "Katolik", "Hindu", "Buddha", "Konghucu")),
            (("agama",), choice("ISLAM", "KRISTEN PROTESTAN", "KATHOLIK", "Penghayat Kepercayaan")),
            (("kode_agama", "id_agama"), choice("1", "2", "3", "4")),
        ],
        "SEX": [
            (("jenis_kelamin", "JK", "Jns Kelamin", "L/P", "sex", "kelamin"), choice("L", "P")),
            (("jenis_kelamin", "gender", "JenisKelamin"), choice("Laki-laki", "PEREMPUAN", "laki - laki", "Pria")),
            (("jenis_kelamin",), choice("1", "2")),
        ],
        "MARITAL_STATUS": [
            (("status_perkawinan", "STATUS KAWIN", "status_nikah"), choice("Belum Kawin", "KAWIN", "Cerai Hidup", "Cerai Mati", "Kawin Tercatat")),
            (("status_ptkp", "marital_status"), choice("K/0", "K/1", "TK/0", "TK/1", "K2")),
        ],
        "BLOOD_TYPE": [(("golongan_darah", "Gol. Darah", "goldar", "GOL_DARAH"), choice("A", "B", "AB", "O", "O+", "Tidak Tahu"))],
        "EDUCATION": [(("pendidikan", "Pendidikan Terakhir", "PDDK_AKHIR", "pendidikan_ayah"), choice("SD", "SLTP/Sederajat", "SMA", "D-III", "S1", "S2", "DIPLOMA IV/STRATA I"))],
        "OCCUPATION": [
            (("pekerjaan", "PEKERJAAN", "profesi", "jenis_pekerjaan"), choice("Petani", "Wiraswasta", "Karyawan Swasta", "Guru", "Ibu Rumah Tangga", "Nelayan", "Pelajar/Mahasiswa", "BELUM/TIDAK BEKERJA")),
            (("jabatan", "Jabatan"), choice("Kepala Dinas", "Sekretaris", "Analis Kepegawaian", "Camat", "Bendahara", "Staf Ahli Bupati")),
        ],
        "NATIONALITY": [(("kewarganegaraan", "Warga Negara"), choice("WNI", "WNA")), (("kewarganegaraan",), choice("Indonesia", "Jepang", "MALAYSIA"))],
        "DISABILITY": [(("disabilitas", "ragam_disabilitas", "Kebutuhan Khusus"), choice("Tuna Netra", "Tunarungu", "Disabilitas Fisik", "Tidak"))],
        "PLACE_OF_BIRTH": [
            (("tempat_lahir", "TMPT_LHR", "Tempat Lahir", "birth_place"), lambda: r.choice(p.names["regency"])),
            (("tempat_lahir",), choice("Jakarta", "BANDUNG", "Surabaya", "Medan", "Ujung Pandang", "Sleman")),
        ],
        "MOTHER_MAIDEN_NAME": [(("nama_ibu_kandung", "NAMA IBU KANDUNG", "mother_maiden_name"), lambda: r.choice((p.name_raw(), p.name_raw().upper())))],
        "INCOME": [
            (("gaji", "gaji_pokok", "penghasilan"), lambda: str(r.randrange(2_000_000, 25_000_000, 50_000))),
            (("tunjangan", "Gaji Bersih"), lambda: f"Rp {r.randint(1, 20)}.{r.choice(('500', '250', '000'))}.000"),
            (("penghasilan_ayah",), choice("Rp. 1.000.000 - Rp. 1.999.999", "Kurang dari Rp. 500.000", "Rp. 2.000.000 - Rp. 4.999.999")),
        ],
        "HEALTH": [
            (("diagnosa", "kode_icd", "ICD-10", "kode_diagnosa"), choice("J06.9", "I10", "E11.9", "A09", "K29.7", "B20")),
            (("diagnosa", "riwayat_penyakit", "penyakit"), choice("Hipertensi", "DIABETES MELITUS", "Demam berdarah", "TBC paru", "Asma")),
            (("tekanan_darah", "tensi"), lambda: f"{r.randint(100, 180)}/{r.randint(60, 110)}"),
            (("status_hiv", "hasil_swab"), choice("Negatif", "Positif", "Non Reaktif")),
        ],
        "ADDRESS": [
            (("alamat", "ALAMAT", "Alamat Lengkap", "domisili", "address"), street),
            (("alamat", "c1"), lambda: f"{street()} RT {r.randint(1, 20):03d}/RW {r.randint(1, 9):02d}"),
            (("alamat_ktp",), lambda: f"Dsn. Krajan RT.{r.randint(1, 9):02d}/{r.randint(1, 9):02d} Ds. Sukamaju Kec. Cimanggis"),
        ],
        "CREDENTIAL": [
            (("password", "passwd", "c1"), lambda: f"$2y$10${letters(53)}"),
            (("password", "kata_sandi", "user_password"), lambda: hexes(32)),
            (("password",), lambda: hexes(64)),
            (("password", "sandi"), lambda: f"{r.choice(GIVEN).lower()}{d(3)}"),
            (("api_key", "token", "secret_key"), lambda: letters(40)),
            (("pin",), lambda: d(6)),
            (("konfigurasi", "nilai"), lambda: f"postgresql://app:{letters(12)}@db.contoh.go.id/layanan"),
        ],
    }  # fmt: skip
    for entity, columns in kinds.items():
        for headers, make in columns:
            for header in headers:
                yield column(f"list {entity}", header, lambda e=entity, m=make: planted(e, m()))
                yield column(f"list {entity}", header, lambda e=entity, m=make: planted(e, m()), 12, note="12 rows")
    yield column("list half filled", "agama", lambda: r.choice((planted("RELIGION", "Islam"), "", None, "-")))
    yield column("decoy list", "agama", lambda: r.choice(("Islam", "Upacara", "Ceramah")), decoy=True)


def list_decoys(p: People) -> Iterator[Case]:
    """Columns that look like those of `list_columns` and say nothing of a person."""
    r, d = p.r, p.digits
    choice = lambda *values: lambda: r.choice(values)
    kinds: dict[str, tuple[tuple[str, ...], Callable[[], str]]] = {
        "ranks": (("golongan", "gol", "pangkat_golongan"), choice("III/a", "III/b", "IV/a", "II/c")),
        "classes": (("kelas", "kelas_rawat", "kelas_jabatan"), choice("1", "2", "3", "VIP", "A", "B")),
        "sizes": (("ukuran", "size", "c1"), choice("S", "M", "L", "XL", "P")),
        "orders": (("status", "status_pesanan", "status_pembayaran", "status_pegawai"), choice("selesai", "menunggu", "batal", "aktif", "lunas")),
        "kinds of goods": (("jenis", "jenis_barang", "kategori"), choice("Kertas", "Tinta", "Meja", "L", "P")),
        "letters": (("layanan", "kode", "tipe", "sesi"), choice("L", "P", "1", "2", "A", "B", "O")),
        "countries": (("negara", "negara_tujuan", "asal_barang"), choice("Indonesia", "Jepang", "Malaysia")),
        "work": (("pekerjaan", "nama_pekerjaan", "paket_pekerjaan"), choice("Pembangunan Jembatan Cimanuk", "Pengadaan Komputer", "Rehabilitasi Gedung Kantor", "Pemeliharaan Jalan Desa")),
        "school levels": (("jenjang", "jenjang_pendidikan", "bentuk_pendidikan"), choice("SD", "SMP", "SMA", "SMK")),
        "lessons": (("mata_pelajaran", "mapel", "nilai_agama"), choice("Agama", "85", "90", "Matematika", "IPA")),
        "budgets": (("gaji", "belanja_gaji", "tunjangan"), lambda: str(r.randrange(10**10, 10**12))),
        "salary budgets": (("anggaran_gaji", "total_gaji", "belanja_tunjangan_jabatan"), lambda: str(r.randrange(10**8, 10**9))),
        "prices": (("harga", "nilai", "jumlah", "saldo", "pagu"), lambda: str(r.randrange(10**5, 10**8))),
        "offices": (("alamat_kantor", "alamat_sekolah", "lokasi", "alamat_instansi"), lambda: f"Jl. Merdeka No. {d(2)} Bandung"),
        "addresses of machines": (("alamat_ip", "mac_address", "alamat_web"), lambda: f"srv-{d(3)}.contoh.go.id/jalan"),
        "stock": (("nama_vaksin", "jenis_vaksin", "stok_vaksin"), choice("Sinovac", "Pfizer", "Moderna", "120")),
        "repairs": (("diagnosa", "keluhan"), choice("Printer rusak", "Layar mati total", "Kabel putus", "Toner habis")),
        "defects": (("cacat", "jenis_cacat"), choice("Goresan", "Retak", "Penyok", "Warna pudar")),
        "codes of shelves": (("rak", "kode_rak", "lokasi_rak"), lambda: f"{r.choice('ABCDJK')}{d(2)}.{d(1)}"),
        "states of passwords": (("password_changed_at", "password_expired", "token_type"), choice("true", "false", "2024-01-02", "Bearer")),
        "tokens of words": (("token", "pin", "secret"), choice("ada", "dipasang", "lepas", "baru")),
        "digests": (("checksum", "md5", "sha1", "etag"), lambda: "".join(r.choices("0123456789abcdef", k=32))),
        "addresses without passwords": (("url", "dsn"), lambda: f"postgresql://db{d(2)}.contoh.go.id:5432/layanan"),
        "placeholders": (("contoh", "c1"), lambda: f"postgresql://app:${{PASSWORD}}@db{d(2)}.contoh.go.id/layanan"),
    }  # fmt: skip
    for name, (headers, make) in kinds.items():
        for header in headers:
            yield column("decoy list", header, make, decoy=True, note=name)
    tables = {
        "agama": ("Islam", "Kristen", "Katolik", "Hindu", "Buddha", "Konghucu"),
        "jenis_kelamin": ("L", "P"),
        "pendidikan": ("SD", "SMP", "SMA", "D3", "S1", "S2", "S3"),
        "pekerjaan": ("Petani", "Nelayan", "Guru", "Buruh", "Dokter", "Bidan"),
        "penyakit": ("Hipertensi", "Diabetes", "Asma", "Malaria", "Demam berdarah"),
        "golongan_darah": ("A", "B", "AB", "O"),
    }  # fmt: skip
    for header, values in tables.items():  # each value once: a table of the values
        yield Case("decoy list table", header, list(values), decoy=True)


@dataclass(frozen=True)
class Words:
    """A text. Truth lies in the marks."""

    name: str
    text: str
    decoy: bool = False


def texts(p: People) -> Iterator[Words]:
    nik, kk, phone, email, npwp, nip, card = p.nik, p.kk, p.phone, p.email, p.npwp, p.nip, p.card
    fours = lambda v: " ".join((v[:4], v[4:8], v[8:12], v[12:]))
    six = lambda v: f"{v[:6]} {v[6:12]} {v[12:]}"
    every = {
        "form": lambda: f"Nama    : Siti\nNIK     : {nik()}\nNo. KK  : {kk()}\nNo. HP  : {phone()}\nE-mail  : {email()}\nNPWP    : {npwp()}\n",
        "form dots": lambda: f"NIK ..................... {nik()}\nNomor KK ................ {kk()}\nTelp/HP ................. {phone()}\n",
        "form slash": lambda: f"NIK/No. KTP : {nik()}\nNo.KTP/NIK: {nik()}\nNIK / No. KITAS: {nik()}\n",
        "form tabs": lambda: f"NIK\t:\t{nik()}\r\nNo KK\t:\t{kk()}\r\nHP\t:\t{phone()}\r\n",
        "label above": lambda: f"Nomor Induk Kependudukan\n{nik()}\nNomor Kartu Keluarga\n{kk()}\nTelepon\n{phone()}\nNPWP\n{planted('ID_NPWP', p.npwp15_raw())}\n",
        "label two above": lambda: f"NIK :\n\n{nik()}\n\nNo. KK :\n\n{kk()}\n",
        "letter": lambda: (
            f"Yang bertanda tangan di bawah ini, Budi Santoso, pemegang KTP nomor {nik()}, beralamat di Jalan Melati 4, "
            f"dengan ini menerangkan bahwa sdr. Agus (NIK {nik()}) tercatat dalam Kartu Keluarga nomor {kk()}.\n"
            f"Hubungi {phone()} atau surel {email()}.\n\nKepala Dinas,\n\nDrs. Suparman\nNIP. {nip()}\n"
        ),
        "letter nip spaced": lambda: f"Camat,\n\n\nSri Wahyuni, S.Sos\nPembina Tk. I\nNIP {dirty(nip(), lambda v: f'{v[:8]} {v[8:14]} {v[14]} {v[15:]}')}\n",
        "sentence both": lambda: f"Pemohon dengan No. KK {kk()} dan NIK {nik()} telah pindah.\nNIK {nik()}, KK {kk()}\n",
        "labels paired": lambda: f"KK/NIK: {kk()} / {nik()}\n",
        "nik then kk": lambda: f"NIK: {nik()} No KK: {kk()}\n(NIK {nik()}; KK {kk()})\n",
        "several": lambda: f"NIK anggota: {nik()}, {nik()}, {nik()} dan {nik()}.\n",
        "commas": lambda: f"{nik()},{nik()},{nik()}\n1,{nik()},Siti,{phone()}\nVALUES (12,{nik()},'A',3)\n[{nik()},{nik()}]\n",
        "phones by comma": lambda: f"{phone()},{phone()};{phone()}|{phone()}\n",
        "file names": lambda: f"KTP_{nik()}_siti.pdf\nscan-{nik()}.jpg\n/berkas/{nik()}/foto.jpg\n",
        "members": lambda: f"No. KK {kk()}, anggota: {nik()}, {nik(woman=True)}, {nik()}\n",
        "members below": lambda: f"Nomor KK: {kk()}\nKepala keluarga\n1. Budi {nik()}\n2. Siti {nik(woman=True)}\n",
        "woman called KK": lambda: f"KK: {nik(woman=True)}\n",
        "far word against": lambda: f"Pesanan nomor 20240312-77 sudah diterima oleh Siti Aminah ({nik()}), terima kasih.\n",
        "report": lambda: f"Tiket #4412: login gagal, user {email()} / {phone()}, ktp terlampir {nik()}\nRef 8812: a.n. Budi {nik()}\n",
        "wrapped": lambda: f"... dengan Nomor Induk Kependudukan\n    {nik(district='940401')} dan nomor telepon\n    {p.landline()}\n",
        "numbers in a row": lambda: f"Budi {nik()} {phone()} {npwp()} {nip()}\n1 {nik()} Siti 34 {phone()} 2\n",
        "phone after a date": lambda: f"2024-03-12 09:15 {phone()} masuk\n12/03/2024 {phone()}\n",
        "phones after another": lambda: "hp " + " ".join(dirty(phone(), lambda v: f"{v[:4]} {v[4:8]} {v[8:]}") for _ in range(2)) + "\n",
        "phones abroad": lambda: " ".join(dirty(phone(), lambda v: f"+62 {v[1:4]} {v[4:8]} {v[8:]}") for _ in range(2)) + "\n",
        "phone and a figure": lambda: f"Telp {dirty(phone(), lambda v: f'{v[:4]} {v[4:8]} {v[8:]}')} 3 orang\n",
        "phones with signs": lambda: f"({phone()}) [{phone()}] {phone()}. {phone()}, {phone()}; <{phone()}> \"{phone()}\" wa:{phone()}/ HP.{phone()} WA-{phone()}\n",
        "list bare": lambda: "".join(f"{i}. {nik()}\n" for i in range(1, 8)),
        "chat": lambda: (
            f"[12/03/24 09.15.22] Bu RT: pak minta nik sama no hp ya\n[12/03/24 09.16.01] Agus: {nik()}\n"
            f"[12/03/24 09.16.10] Agus: wa saya {phone()}\n[12/03/24 09.17.44] Bu RT: kk nya juga\n[12/03/24 09.18.02] Agus: no kk {kk()}\n"
        ),
        "chat android": lambda: f"12/03/24 09.15 - +62 812-3456-{p.digits(4)}: halo\n".replace("+62 812", "\x01PHONE_NUMBER\x02+62 812").replace(": halo", "\x03: halo"),
        "chat phones": lambda: f"hub {phone()}/{phone()} ya, atau wa.me/{planted('PHONE_NUMBER', '62' + p.phone_raw()[1:])}\nhttps://wa.me/{planted('PHONE_NUMBER', '62' + p.phone_raw()[1:])}?text=halo\n",
        "phones written": lambda: (
            f"HP: {planted('PHONE_NUMBER', '+62 ' + (v := p.phone_raw())[1:4] + '-' + v[4:8] + '-' + v[8:])}\n"
            f"Telp. {planted('PHONE_NUMBER', '(021) ' + p.digits(7, '35'))} ext. 12, Fax {planted('PHONE_NUMBER', '021-' + p.digits(7, '35'))}\n"
            f"Telepon: {planted('PHONE_NUMBER', '0274-' + p.digits(6, '35'))}\nCall center 1500046 atau 14045\n"
            f"CP: {planted('PHONE_NUMBER', (v := p.phone_raw())[:4] + ' ' + v[4:8] + ' ' + v[8:])} (Rina)\n"
        ),
        "phones grouped": lambda: "".join(
            f"{planted('PHONE_NUMBER', s.join((v[:4], v[4:8], v[8:])))} {w}\n" for s in "-. " for w in ("Budi", "(WA)", "- Siti") for v in [p.phone_raw()]
        ),
        "mails": lambda: f"From: Siti Aminah <{email()}>\nTo: {email()}, {email()};{email()}\nCc: \"Budi\" <{email()}>\nhubungi {email()}.\n",
        "mailto": lambda: f'<a href="mailto:{email()}">surel</a> email={email()}&x=1 ({email()}) [{email()}]\n',
        "url": lambda: f"GET /api/warga?nik={nik()}&kk={kk()}&hp={phone()} HTTP/1.1\nhttps://contoh.go.id/warga/{nik()}/cetak\n",
        "url encoded": lambda: f"q=NIK%20{nik()}&to={planted('EMAIL_ADDRESS', 'siti.aminah%40contoh.go.id')}\n",
        "json log": lambda: f'2024-03-12 09:15:22,123 INFO {{"nik":"{nik()}","no_kk":"{kk()}","telp":"{phone()}","email":"{email()}","id":{p.digits(16)}}}\n',
        "json numbers": lambda: f'{{"nik": {nik()}, "noKK": {kk()}, "nip": {nip()}}}\n',
        "json escaped": lambda: f'payload="{{\\"nik\\":\\"{nik()}\\",\\"hp\\":\\"{phone()}\\"}}"\n',
        "xml": lambda: f"<nik>{nik()}</nik><no_kk>{kk()}</no_kk><telepon>{phone()}</telepon>\n",
        "sql": lambda: f"INSERT INTO warga (nik, no_kk, hp) VALUES ('{nik()}','{kk()}','{phone()}');\nUPDATE warga SET hp='{phone()}' WHERE nik='{nik()}';\n",
        "table": lambda: "| No | NIK | Nama | HP |\n|---|---|---|---|\n" + "".join(f"| {i} | {nik()} | Budi | {phone()} |\n" for i in range(1, 6)),
        "table kk": lambda: "No  No. KK            NIK               Nama\n" + "".join(f"{i}   {kk()}  {nik()}  Siti\n" for i in range(1, 6)),
        "table csv": lambda: "no;nik;no_kk;hp\n" + "".join(f"{i};{nik()};{kk()};{phone()}\n" for i in range(1, 4)),
        "edges": lambda: f"{nik()}\n{phone()}\n{email()}\n{npwp()}\n{nip()}\n",
        "no line end": lambda: f"NIK {nik()}",
        "brackets": lambda: f"[{nik()}] ({nik()}) <{nik()}> '{nik()}' \"{nik()}\" {{{nik()}}} “{nik()}” ‘{nik()}’ ={nik()}; {nik()}: {nik()}/ *{nik()}* _{nik()}_\n",
        "dots": lambda: f"NIK {nik()}. Selesai.\nNIK {nik()}, lalu\nNIK {nik()}! NIK {nik()}?\nNIK={nik()}\nnik#{nik()}\nNIK.{nik()}\nNIK-{nik()}\n",
        "glued": lambda: f"NIK{nik()}\nnik:{nik()}\nNo.KTP:{nik()}\nHP{phone()}\nHP.{phone()}\n",
        "ocr": lambda: f"N I K : {dirty(nik(), lambda v: fours(v))}\nNIK : {dirty(nik(), six)}\nNo. KK {dirty(kk(), six)}\nNo. Kartu Keluarga : {dirty(kk(), fours)}\n",
        "ocr 2": lambda: f"NIK : {dirty(nik(), lambda v: v[:8] + ' ' + v[8:])}\nNIK: {dirty(nik(), lambda v: ' '.join(v))}\n",
        "old ktp": lambda: f"No. KTP : {dirty(nik(), lambda v: '.'.join((v[:2], v[2:4], v[4:6], v[6:12], v[12:])))}\n",
        "dashes": lambda: f"KTP {dirty(nik(), lambda v: '-'.join((v[:6], v[6:12], v[12:])))} NIK {dirty(nik(), lambda v: '.'.join((v[:4], v[4:8], v[8:12], v[12:])))}\n",
        "full-width": lambda: f"NIK：{dirty(nik(), lambda v: v.translate({ord('0') + i: 0xFF10 + i for i in range(10)}))}\nNIK {dirty(nik(), lambda v: v[:6] + chr(0xA0) + v[6:12] + chr(0xA0) + v[12:])}\n",
        "npwp": lambda: f"NPWP: {npwp()}\nNPWP {planted('ID_NPWP', p.npwp15_raw())}\nNPWP16: {planted('ID_NPWP', '0' + p.npwp15_raw())}\nNomor Pokok Wajib Pajak : {npwp()}\n({npwp()})\n",
        "npwp spaced": lambda: f"NPWP : {dirty(npwp(), lambda v: v.replace('.', ' ').replace('-', ' '))}\nNPWP: {dirty(npwp(), lambda v: v.replace('-', '.'))}\nN.P.W.P : {npwp()}\n",
        "cards": lambda: f"Kartu kredit {card()} exp 12/26\nkartu: {dirty(card(), fours)}\nVisa {dirty(card(), lambda v: '-'.join((v[:4], v[4:8], v[8:12], v[12:])))}\n",
        "card and nik": lambda: f"NIK {nik()} bayar dengan kartu kredit {card()} ref 1{p.digits(15)}\nno transaksi 9{p.digits(15)} NIK {nik()}\n",
        "luhn nik": lambda: f"NIK {planted('ID_NIK', _luhn_nik(p))}\nKTP: {planted('ID_NIK', _luhn_nik(p))}\n{planted('ID_NIK', _luhn_nik(p))}\n",
        "split region": lambda: f"NIK {nik(district='940401')}\nNIK: {nik(district='647301')}\nKK {kk('930101')}\n",
        "far label": lambda: f"NIK untuk keperluan pendaftaran peserta bantuan sosial tahap kedua pada kelurahan tersebut adalah {nik(district='940401')}\n",
        "python": lambda: f'nik = "{nik()}"  # contoh\nassert valid("{nik()}")\nPHONE = "{phone()}"\n',
        "npwp alone": lambda: f"PT Contoh, {npwp()}, Jakarta\n",
        "phones in a contact list": lambda: "".join(f"Telp {phone()}\n" for _ in range(20)) + f"Budi {phone()}\n",
        "signature": lambda: f"--\nRina | {phone()} | {email()}\nDinas Kesehatan\n",
        "invoice with phone": lambda: f"Faktur INV/2024/0012 total Rp 1.250.000 hub. {phone()}\nresi JP1234567890, penerima {phone()}\n",
        "invoice with nik": lambda: f"Pesanan 2024031200012345 atas nama Siti NIK {nik()}\nTransaksi gagal untuk {nik()} NIK tidak ditemukan\n",
        "kk words": lambda: f"Fotokopi KK No {kk()}\nKartu Keluarga (KK) No. {kk()}\nnomor KK: {kk()}\nNo. K.K : {kk()}\nKepala Keluarga KK={kk()}\nNO KK:{kk()}\n",
        "nip words": lambda: f"NIP : {nip()}\nNIP.{nip()}\nNip {nip()}\n{nip()}\nNIP/NIPPPK {nip()}\n",
        "vcard": lambda: f"BEGIN:VCARD\nTEL;TYPE=CELL:{phone()}\nTEL;CELL:{planted('PHONE_NUMBER', '+62' + p.phone_raw()[1:])}\nEMAIL:{email()}\nitem1.EMAIL;type=INTERNET:{email()}\nEND:VCARD\n",
        "english": lambda: f"Identity number (NIK) {nik()}, phone {phone()}, family card number {kk()}, tax ID {npwp()}\n",
    }  # fmt: skip
    for name, make in every.items():
        for i in range(10):
            yield Words(f"{name} {i}" if i else name, make())


def decoy_texts(p: People) -> Iterator[Words]:
    r, d = p.r, p.digits
    hexes = lambda n: "".join(r.choices("0123456789abcdef", k=n))
    many = lambda make, n=2000: "\n".join(make() for _ in range(n)) + "\n"
    files: dict[str, str] = {
        "log": many(lambda: f"2024-03-12T09:15:{d(2)}.{d(3)}Z INFO [req-{hexes(8)}] id={d(16)} dur={d(3)}ms span={hexes(16)}"),
        "log small": many(lambda: f"2024-03-12 09:15 trx {d(16)} sukses ref {d(12)}", 20),
        "payments": many(lambda: f"{d(16)};{r.randrange(10**9)};SUKSES"),
        "payments small": many(lambda: f"No. Transaksi: {d(16)}\nVA: 8808{d(12)}", 10),
        "access log": many(lambda: f'10.2.{r.randrange(256)}.7 - - [12/Mar/2024:09:15:22 +0700] "GET /s/{d(8)}?t=17{d(11)} HTTP/1.1" 200 {d(5)}'),
        "nano": many(lambda: f"17{d(17)} cpu=0.{d(16)} mem=0.{d(17)}"),
        "source": many(lambda: f"const X{d(3)} = 0x{hexes(16)}; // v{d(1)}.{d(2)}.{d(1)} issue #{d(5)}", 300) + "import x from 'a@1.2.3'\nfoo@bar\n",
        "sql": many(lambda: f"INSERT INTO barang VALUES ({d(5)}, '899{d(10)}', {r.randrange(10**7)}, '2024-03-{r.randint(10, 28)}');"),
        "base64": many(lambda: "".join(r.choices("ABCDEFGHIJKLMNOPabcdefghijklmnop0123456789+/", k=76))),
        "hex dump": many(lambda: f"{hexes(8)}  " + " ".join(hexes(4) for _ in range(8))),
        "hex dump digits": many(lambda: " ".join(d(4) for _ in range(8))),
        "matrix": many(lambda: " ".join(d(r.choice((2, 4, 6))) for _ in range(12))),
        "statistics": many(lambda: f"Kecamatan {r.choice(FAMILY)}\t{r.randrange(90000)}\t{r.randrange(90000)}\t{r.random() * 100:.2f}%"),
        "prices": many(lambda: f"Belanja modal Rp {r.randrange(10**9, 10**13):,}".replace(",", ".")),
        "budget": many(lambda: f"5.1.02.{d(2)}.{d(2)}.{d(4)} Belanja {r.randrange(10**9):,}".replace(",", ".")),
        "lorem": many(lambda: "Lorem ipsum dolor sit amet, consectetur 1234 adipiscing elit 2024, sed do eiusmod tempor", 500),
        "regulation": many(lambda: f"Pasal {r.randint(1, 99)} ayat ({r.randint(1, 5)}) UU Nomor {r.randint(1, 40)} Tahun {r.randint(1999, 2024)}, LN 2022/{d(3)}, TLN {d(4)}", 300),
        "about NIK": "NIK terdiri atas 16 digit. Isi kolom NIK dengan benar. Contoh: 0000000000000000 atau 1234567890123456.\nNo. KK wajib diisi. Format: xxxxxxxxxxxxxxxx\nNomor telepon layanan: 1500-046, 14045, 112. Email: nama@contoh\n" * 5,
        "letter": many(lambda: f"Nomor : 470/{d(3)}/DS/2024\nLampiran : 1 (satu) berkas\nTanggal 12 Maret 2024\n", 200),
        "letter numbers": many(lambda: f"SP2D No. 24{d(13)}/{d(4)} tanggal 12-03-2024 sebesar Rp{r.randrange(10**9)}", 300),
        "sensor": many(lambda: f"-6.{d(15)},106.{d(14)},{r.random() * 50:.6f}"),
        "geojson": many(lambda: f"[ 106.{d(13)}, -6.{d(14)} ], [ 110.{d(12)}, -7.{d(15)} ],"),
        "uuid": many(lambda: str(UUID(int=r.getrandbits(128)))),
        "git log": many(lambda: f"commit {hexes(40)}\nindex {hexes(7)}..{hexes(7)} 100644"),
        "diff": many(lambda: f"@@ -{d(2)},7 +{d(2)},{d(2)} @@ def f{d(3)}(self):"),
        "lock file": many(lambda: f'"lodash@^4.{d(2)}.21", "@types/node@18.{d(1)}.{d(2)}" sha512-{"".join(r.choices("ABCdef0123456789", k=40))}', 500),
        "isbn": many(lambda: f"ISBN 978-602-{d(3)}-{d(3)}-{d(1)} cetakan {d(1)}, 20{d(2)}", 300),
        "private nets in a log": many(lambda: f"{d(4)} 10.0.{r.randrange(256)}.{r.randrange(256)} v{d(1)}.{d(2)}.{d(4)}"),
        "barcodes": many(lambda: f"899{d(10)} Mi Instan {r.randrange(10000)}"),
        "meter readings": many(lambda: f"ID Pel 5{d(11)} stand {d(6)} tagihan {r.randrange(10**6)}"),
        "tax serials": many(lambda: f"Faktur Pajak 010.{d(3)}-24.{d(8)} DPP {r.randrange(10**9)}"),
        "schedule": many(lambda: f"08.{d(2)}-09.{d(2)} Rapat; 0{r.randint(8, 9)}.00-10.30 Kelas {d(1)}A", 200),
        "contract numbers": many(lambda: f"No. Kontrak {d(10)} Bank Contoh; kode rekening: {d(13)}; saldo 8{d(10)}", 300),
        "tracking": many(lambda: f"resi: 0{d(11)} JNE; AWB 00{d(10)}; JX{d(10)}", 300),
        "dates": many(lambda: f"{r.randint(10, 28)}-0{r.randint(1, 9)}-2024 {r.randint(10, 23)}:{d(1)}0 {d(8)} 2024{d(10)}", 500),
    }  # fmt: skip
    for name, text in files.items():
        yield Words(name, text, decoy=True)


def other_numbers(p: People) -> dict[str, Callable[[], str]]:
    """Made-up identifiers that are told by words, by entity."""
    r, d = p.r, p.digits
    letters = lambda n: "".join(r.choices("ABCDEFGHJKLMNPRSTUVWXYZ", k=n))
    plates = ("B", "D", "L", "AB", "AD", "BK", "KT", "DK", "DD", "H", "F", "T", "BM", "Z", "N")
    sep = lambda: r.choice((" ", " ", ""))
    return {
        "ID_VEHICLE_PLATE": lambda: f"{r.choice(plates)}{(s := sep())}{r.randint(1000, 9999)}{s}{letters(r.choice((2, 2, 3)))}",
        "ID_PASSPORT": lambda: f"{r.choice('ABCEX')}{d(7)}",
        "ID_SIM": lambda: f"{r.randint(60, 99)}{r.randint(1, 12):02d}{d(r.choice((8, 10)))}",
        "ID_BPJS_KESEHATAN": lambda: "000" + d(10, "123"),
        "ID_BPJS_KETENAGAKERJAAN": lambda: d(11),
        "BANK_ACCOUNT": lambda: d(r.choice((10, 10, 13, 15)), "123456789"),
        "IMEI": lambda: p.luhn("35" + d(12)),
        "ID_VIN": lambda: f"MH{r.choice('FKMR1')}{letters(3)}{d(1)}{letters(2)}{d(1)}{letters(1)}{d(6)}",
        "ID_BIRTH_CERTIFICATE": lambda: f"{r.choice(p.districts)[:4]}-L{r.choice('TU')}-{r.randint(1, 28):02d}{r.randint(1, 12):02d}{r.randint(2008, 2024)}-{d(4)}",
        "ID_MEDICAL_RECORD": lambda: f"{d(2)}-{d(2)}-{d(2)}",
        "ID_NISN": lambda: f"00{r.randint(50, 99)}{d(6)}",
        "ID_NUPTK": lambda: d(16),
        "ID_NIDN": lambda: f"00{p.born(1955, 1995):%d%m%y}{d(2)}",
        "ID_NRP": lambda: f"{p.born(1965, 2003):%y%m}{d(4)}",
        "ID_NITKU": lambda: f"0{p.npwp15_raw()}{r.randint(0, 12):06d}",
        "ID_KITAS": lambda: f"2C{r.randint(11, 24)}{letters(2)}{d(4)}-{letters(1)}",
        "IP_ADDRESS": lambda: f"{r.choice((36, 103, 110, 114, 125, 139, 180, 182, 202))}.{r.randint(1, 254)}.{r.randint(0, 255)}.{r.randint(1, 254)}",
        "MAC_ADDRESS": lambda: ":".join(f"{2 * r.randrange(128):02x}" if not i else f"{r.randrange(256):02x}" for i in range(6)),
    }  # fmt: skip


# Entity -> headers and, in texts, the words before the value.
NAMED = {
    "ID_VEHICLE_PLATE": (("nopol", "No. Polisi", "plat_nomor", "c1", "kolom", "nomor"), ("Nopol: ", "kendaraan dengan plat ", "No. Polisi ")),
    "ID_PASSPORT": (("no_paspor", "Passport No", "NoPaspor"), ("No. Paspor : ", "Passport number ")),
    "ID_SIM": (("no_sim", "SIM", "nomor SIM"), ("No. SIM: ", "SIM C ", "Nomor SIM ")),
    "ID_BPJS_KESEHATAN": (("no_bpjs", "No Kartu JKN", "bpjs_kesehatan", "noBPJS"), ("No. BPJS: ", "Kartu JKN-KIS ")),
    "ID_BPJS_KETENAGAKERJAAN": (("no_bpjs_tk", "kpj", "No. BPJS Ketenagakerjaan"), ("KPJ: ", "BPJS Ketenagakerjaan ")),
    "BANK_ACCOUNT": (("no_rekening", "rekening_tujuan", "norek", "No. Rek", "bank_account"), ("No. Rek ", "rekening: ", "Nomor Rekening BNI ")),
    "IMEI": (("imei", "IMEI 1", "c1"), ("IMEI: ", "imei=")),
    "ID_VIN": (("no_rangka", "VIN", "Nomor Rangka"), ("No. Rangka: ", "nomor rangka ")),
    "ID_BIRTH_CERTIFICATE": (("no_akta", "akta_lahir", "c1"), ("Akta kelahiran No. ", "lampiran ")),
    "ID_MEDICAL_RECORD": (("no_rm", "NoRM", "norm", "No. Rekam Medis"), ("No. RM : ", "rekam medis ")),
    "ID_NISN": (("nisn", "NISN"), ("NISN: ", "NISN ")),
    "ID_NUPTK": (("nuptk", "NUPTK"), ("NUPTK: ", "NUPTK. ")),
    "ID_NIDN": (("nidn", "NIDN"), ("NIDN: ", "NIDN ")),
    "ID_NRP": (("nrp", "NRP"), ("NRP ", "NRP. ")),
    "ID_NITKU": (("nitku",), ("NITKU: ",)),
    "ID_KITAS": (("no_kitas", "KITAS/KITAP"), ("No. KITAS ", "izin tinggal: ")),
    "IP_ADDRESS": (("ip", "ip_address", "c1", "last_login_ip"), ("IP: ", "ip_address=", "dari alamat IP ")),
    "MAC_ADDRESS": (("mac", "mac_address", "c1"), ("MAC: ", "mac_address=", "")),
}  # fmt: skip


def other_columns(p: People) -> Iterator[Case]:
    makers = other_numbers(p)
    for entity, (headers, _) in NAMED.items():
        make = lambda m=makers[entity], e=entity: planted(e, m())
        for header in headers:
            yield column("other numbers", header, make, note=entity)
        yield column("other numbers", headers[0], make, 5, note=f"{entity}, 5 rows")
        half = lambda m=make: m() if p.r.random() < 0.5 else p.r.choice((None, "-", "", "belum ada"))
        yield column("other numbers", headers[0], half, note=f"{entity}, half empty")
        yield column("other numbers", headers[0], lambda m=make: dirty(m(), lambda v: f"'{v}"), note=f"{entity}, '")
    r, d = p.r, p.digits
    decoy: dict[str, tuple[tuple[str, ...], Callable[[], str | None]]] = {
        "budget codes bare": (("kode_rekening", "kd_rekening"), lambda: f"5102{d(8)}"),
        "names under an account": (("no_rekening", "nama_rekening"), lambda: f"Kas Umum Daerah {r.randint(1, 99)}"),
        "rooms": (("ruang", "c1", "kode_ruang"), lambda: f"{r.choice('ABCD')}{r.randint(1, 9)}{r.choice('ABC')}"),
        "products": (("kode", "c1", "sku"), lambda: f"{r.choice(('BX', 'CQ', 'QT', 'IP'))}{d(3)}{r.choice('ABC')}"),
        "classes": (("kelas", "c1"), lambda: f"{r.choice(('X', 'XI', 'XII'))} IPA {r.randint(1, 6)}"),
        "letter and seven digits": (("kode_aset", "c1", "no_dokumen"), lambda: f"C{d(7)}"),
        "versions of four": (("versi", "c1"), lambda: f"{r.randint(1, 12)}.{r.randint(0, 20)}.{r.randint(0, 9)}.{r.randint(1, 90)}"),
        "eleven and twelve digits": (("kode", "c1", "no_pesanan"), lambda: d(r.choice((11, 12)), "1234567")),
        "pairs": (("kode", "c1", "klasifikasi"), lambda: f"{d(2)}.{d(2)}.{d(2)}"),
        "masks": (("netmask", "ip"), lambda: r.choice(("255.255.255.0", "0.0.0.0", "127.0.0.1", "192.168.1.1"))),
        "tower points": (("latitude", "longitude"), lambda: f"{r.random() * 100:.6f}"),
        "SIM cards": (("serial_sim_card", "imsi"), lambda: f"51010{d(10)}"),
    }  # fmt: skip
    for note, (headers, make) in decoy.items():
        for header in headers:
            yield column("other decoy", header, make, decoy=True, note=note)


def other_texts(p: People) -> Iterator[Words]:
    makers = other_numbers(p)
    for entity, (_, leads) in NAMED.items():
        for i, lead in enumerate(leads * 3):
            yield Words(f"other {entity} {i}", f"Data warga\n{lead}{planted(entity, makers[entity]())}\nselesai\n")
    r, d = p.r, p.digits
    nik, phone = p.nik, p.phone
    every = {
        "transfer": lambda: f"Transfer ke No. Rek {planted('BANK_ACCOUNT', d(10, '123'))} a.n. Siti, konfirmasi {phone()}\n",
        "accounts of two banks": lambda: f"No. Rek {planted('BANK_ACCOUNT', d(10, '123'))} Bank Contoh; rekening: {planted('BANK_ACCOUNT', d(13, '123'))}; saldo 8{d(10)}\n",
        "patient": lambda: f"No. RM {planted('ID_MEDICAL_RECORD', '0' + d(7))} NIK {nik()} No. BPJS {planted('ID_BPJS_KESEHATAN', makers['ID_BPJS_KESEHATAN']())} HP {phone()}\n",
        "teacher": lambda: f"NIP {p.nip()} NUPTK {planted('ID_NUPTK', d(16))} NIK {nik()}\n",
        "vehicle": lambda: f"Nopol {planted('ID_VEHICLE_PLATE', 'B 1234 XYZ')} no rangka {planted('ID_VIN', makers['ID_VIN']())} pemilik NIK {nik()}\n",
    }  # fmt: skip
    for name, make in every.items():
        for i in range(5):
            yield Words(f"other {name} {i}", make())
    files = {
        "log of addresses": "".join(f"{planted('IP_ADDRESS', makers['IP_ADDRESS']())} - - \"GET / HTTP/1.1\" 200\n" for _ in range(200)),
    }  # fmt: skip
    for name, text in files.items():
        yield Words(f"other {name}", text)
    quiet = {
        "releases": "".join(f"* {r.randint(1, 9)}.{r.randint(0, 9)}.{r.randint(0, 20)}.{r.randint(0, 90)} perbaikan\n" for _ in range(300)),
        "part numbers": "".join(f"suku cadang B{r.randint(10, 999)}AB no C{d(7)} kode {d(11)} {d(2)}.{d(2)}.{d(2)}\n" for _ in range(300)),
        "private nets": "".join(f"IP 10.0.{r.randrange(9)}.{r.randrange(250)} gateway 192.168.1.1 mac ff:ff:ff:ff:ff:ff\n" for _ in range(50)),
    }  # fmt: skip
    for name, text in quiet.items():
        yield Words(f"other {name}", text, decoy=True)


# --- running -----------------------------------------------------------------------------------------------------


def found_in_column(detector: Detector, case: Case) -> dict[str, int]:
    """Entity -> cells; and fills the case's truth."""
    import pyarrow as pa

    from privacyscan.detect import AssetTally
    from privacyscan.model import Place, Table

    plain: list[str | None] = []
    for cell in case.cells:
        text, spans = unmarked(cell) if cell is not None else (None, [])
        plain.append(text)
        case.truth.update({entity for entity, _, _ in spans})
    array = case.typed(plain) if case.typed else pa.array(plain, pa.string())
    tally = AssetTally(Place("bench", ("t.csv",)), "file")
    for first in range(0, len(array), 10_000):
        batch = pa.record_batch([array.slice(first, 10_000)], [case.header])
        detector.table(Table(tally.place, batch, first), tally)
    return {f.entity: f.matched for f in detector.findings(tally) if f.confidence >= 0.6 and f.place.column is not None}


def found_in_text(detector: Detector, text: str) -> set[tuple[str, int, int]]:
    from privacyscan.detect import AssetTally
    from privacyscan.model import Place, Text

    place = Place("bench", ("t.txt",))
    scanner = detector.text_scanner()
    scanner.add(Text(place, text.encode()))
    findings = detector.findings(AssetTally(place, "file", text=scanner.finish()))
    return {
        (f.entity, x.offset_start or 0, x.offset_end or 0)
        for f in findings
        for x in f.locations
        if f.confidence >= 0.6 and f.entity != "CHILD"  # told by values that count already
    }


class Score:
    """Counts over all cases."""

    def __init__(self) -> None:
        self.hits: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])  # hit, missed, false, per entity
        self.spans: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        self.cells: dict[str, list[int]] = defaultdict(lambda: [0, 0])  # true cells, sum of deviations
        self.found_cells = self.found_off = 0  # the same, in columns whose entity was found
        self.decoys = self.alarms = 0

    def column(self, case: Case, found: dict[str, int]) -> str:
        true = case.truth
        verdict = []
        if case.decoy:
            self.decoys += 1
            self.alarms += bool(found)
        excused = bool(set(case.also) & set(found))
        for entity in sorted({*true, *found}):
            if entity in true and entity in found:
                self.hits[entity][0] += 1
                if abs(found[entity] - true[entity]) > 0.005 * true[entity]:
                    verdict.append("count")
            elif entity in true and not excused:
                self.hits[entity][1] += 1
                verdict.append("MISSED")
            elif entity in found and entity not in true and entity not in case.also:
                self.hits[entity][2] += 1
                verdict.append("FALSE")
        if not case.also:
            for entity in COUNTED:
                self.cells[entity][0] += true[entity]
                self.cells[entity][1] += abs(true[entity] - found.get(entity, 0))
                if true[entity] and entity in found:
                    self.found_cells += true[entity]
                    self.found_off += abs(true[entity] - found[entity])
        return " ".join(dict.fromkeys(verdict)) or "ok"

    def text(self, words: Words, true: set[tuple[str, int, int]], found: set[tuple[str, int, int]]) -> str:
        if words.decoy:
            self.decoys += 1
            self.alarms += bool(found)
        for entity, _, _ in true & found:
            self.spans[entity][0] += 1
        for entity, _, _ in true - found:
            self.spans[entity][1] += 1
        for entity, _, _ in found - true:
            self.spans[entity][2] += 1
        return " ".join(w for w, s in (("MISSED", true - found), ("FALSE", found - true)) if s) or "ok"

    def figures(self) -> dict[str, float]:
        nik = self.hits["ID_NIK"]
        true, off = (sum(c[i] for c in self.cells.values()) for i in (0, 1))
        return {
            "columns F1": f1(self.hits.values()),
            "ID_NIK columns found": nik[0] / max(1, nik[0] + nik[1]),
            "texts span F1": f1(self.spans.values()),
            "count error": off / max(1, true),
            "count error where found": self.found_off / max(1, self.found_cells),
            "false per 100 decoys": 100 * self.alarms / max(1, self.decoys),
        }


def f1(counts: Any) -> float:
    hit, missed, false = (sum(column) for column in zip((0, 0, 0), *counts, strict=True))
    return 2 * hit / max(1, 2 * hit + missed + false)


def show_scores(score: Score) -> bool:
    """Print the tables; True when every floor holds."""
    print(
        f"\n{'entity':24}{'column hit':>11}{'missed':>8}{'false':>7}{'F1':>8}   {'span hit':>9}{'missed':>8}{'false':>7}{'F1':>8}   cell count error"
    )
    for entity in sorted({*score.hits, *score.spans}):
        c, s = score.hits[entity], score.spans[entity]
        true, off = score.cells.get(entity, (0, 0))
        error = f"{off / true:.2%}" if true else ""
        print(
            f"{entity:24}{c[0]:>11}{c[1]:>8}{c[2]:>7}{f1([c]):>8.3f}   {s[0]:>9}{s[1]:>8}{s[2]:>7}{f1([s]):>8.3f}   {error}"
        )
    print()
    good = True
    for name, value in score.figures().items():
        floor = FLOORS[name]
        fine = value <= floor if name.startswith(("count error", "false")) else value >= floor
        good &= fine
        print(f"{name:24}{value:>9.4f}   floor {floor:<6} {'ok' if fine else 'BELOW THE FLOOR'}")
    print(f"{'decoys with a finding':24}{score.alarms:>9} of {score.decoys}")
    return good


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("-v", action="store_true", help="print every case, not only those that differ")
    arguments.add_argument("--seed", type=int, default=7)
    arguments.add_argument("word", nargs="?", default="")
    options = arguments.parse_args()
    from privacyscan import rulebook
    from privacyscan.detect import Detector

    planted_ones = [i for i in rulebook.load().identifiers.values() if i.derived is None]  # a child is in its NIK
    detector, score, people = Detector(planted_ones, b"b" * 32, "all"), Score(), People(options.seed)
    makers = (
        nik_columns,
        dirty_columns,
        kk_columns,
        number_columns,
        phone_columns,
        people_columns,
        neighbours,
        decoys,
        other_columns,
        list_columns,
        list_decoys,
    )
    for case in (case for make in makers for case in make(people)):
        if options.word not in case.group:
            continue
        found = found_in_column(detector, case)
        verdict = score.column(case, found)
        if options.v or verdict != "ok":
            name = f"{case.group} | {case.header} | {case.note}"
            print(f"{verdict:14} {name:70} expected {dict(case.truth)} found {found}")
    for words in (w for make in (texts, decoy_texts, other_texts) for w in make(people)):
        if options.word not in words.name:
            continue
        text, spans = unmarked(words.text)
        true, found_spans = set(spans), found_in_text(detector, text)
        verdict = score.text(words, true, found_spans)
        if options.v or verdict != "ok":
            missed = [(e, text[s:t]) for e, s, t in sorted(true - found_spans, key=lambda x: x[1])]
            false = [(e, text[s:t]) for e, s, t in sorted(found_spans - true, key=lambda x: x[1])]
            print(f"{verdict:14} text | {words.name:30} missed {missed[:4]} false {len(false)} {false[:4]}")
    return 0 if show_scores(score) else 1


if __name__ == "__main__":
    sys.exit(main())
