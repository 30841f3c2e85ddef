"""The made-up agency's file share: letters, exports, spreadsheets, logs, archives, and files without people."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import uuid
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from privacyscan.demo import letters
from privacyscan.demo.database import SERVICES, register
from privacyscan.demo.people import TODAY, Person, card, digits, nip
from privacyscan.demo.places import regions, statistics
from privacyscan.demo.records import Planted, Records, as_csv, column

OPEN_TO_ALL, PRIVATE = 0o644, 0o600
STAMP = (2019, 12, 31, 17, 0, 0)  # of archive members
SOURCE = '''"""Ubah nomor antrean menjadi teks."""

VERSION = "2.14.0"
LIMIT = 1_000_000_000_000_000


def label(number: int) -> str:
    return f"A-{number % 1000:03d}"  # 5.1.02.01.01.0024 is an account, not a person
'''
NOTICE = """PENGUMUMAN

Pelayanan tutup pada hari libur nasional. Pendaftaran daring dibuka kembali pukul 08.00.
Dasar: Peraturan Nomor 27 Tahun 2022, berita acara 470/112/2024, anggaran 5.1.02.01.01.0024.
"""


class Share:
    """Writes files below a folder and keeps account of what is planted in them."""

    def __init__(self, root: Path, people: Sequence[Person], random: Random) -> None:
        self.root, self.people, self.random = root, people, random
        self.callable = [p for p in people if p.phone and p.email and p.npwp]
        self.planted: list[Planted] = []

    def write(self) -> list[Planted]:
        """Make all files; an asset is its path below the folder, members and sheets included."""
        self._letters()
        self._exports()
        self._spreadsheet()
        self._applications()
        self._archives()
        self._impersonal()
        return self.planted

    def _put(self, path: str, data: bytes, mode: int = PRIVATE) -> None:
        file = self.root / path
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.write_bytes(data)
        file.chmod(mode)

    def _text(self, path: str, text: str, held: Mapping[str, int] | None = None) -> None:
        self._put(path, text.encode())
        self.planted += [Planted(path, None, entity, n, prose=True) for entity, n in (held or {}).items()]

    def _table(
        self, path: str, records: Records, delimiter: str = ",", charset: str = "utf-8", mode: int = PRIVATE
    ) -> None:
        self._put(path, as_csv(records, delimiter).encode(charset), mode)
        self.planted += records.planted(path)

    def _letters(self) -> None:
        for folder, suffix, templates, count in (
            ("surat", "txt", letters.LETTERS, 60),
            ("pengaduan", "md", letters.COMPLAINTS, 20),
        ):
            for i in range(count):
                template = templates[i % len(templates)]
                text = letters.fill(template, self.random.choice(self.callable), self.random)
                self._text(f"{folder}/{folder}-{i + 1:03d}.{suffix}", text, letters.holds(template))

    def _exports(self) -> None:
        people = self.people
        self._table("ekspor/ekspor_warga_2023.csv", register("warga", people[: len(people) // 4]), mode=OPEN_TO_ALL)
        self._table("ekspor/unggahan.csv", self._nameless(people[: len(people) // 10]))
        self._table("ekspor/bantuan_sosial.csv", self._aid(people[: len(people) // 8]), ";", "cp1252")
        self._table("ekspor/vaksinasi.csv", self._vaccinations(people[len(people) // 2 :][:1500]), ";", "utf-16")

    def _nameless(self, people: Sequence[Person]) -> Records:
        """An upload whose columns are called c1 to c9."""
        return Records(
            "unggahan",
            [
                column("c1", [p.nik for p in people], "ID_NIK"),
                column("c2", [p.name for p in people], "PERSON"),
                column("c3", [p.kk for p in people], "ID_KK"),
                column("c4", [p.phone for p in people], "PHONE_NUMBER"),
                column("c5", [p.email for p in people], "EMAIL_ADDRESS"),
                column("c6", [p.address for p in people], "ADDRESS"),
                column("c7", [digits(self.random, 16) for _ in people]),
                column("c8", self.random.choices(SERVICES, k=len(people))),
                column("c9", [self.random.randint(1, 5) for _ in people]),
            ],
        )

    def _aid(self, people: Sequence[Person]) -> Records:
        return Records(
            "bantuan",
            [
                column("No KK", [p.kk for p in people], "ID_KK"),
                column("NIK Penerima", [f"'{p.nik}" for p in people], "ID_NIK"),
                column("Nama Penerima", [p.name for p in people], "PERSON"),
                column("No. HP", [p.phone.replace("0", "+62 ", 1) for p in people], "PHONE_NUMBER"),
                column("Titik Antar", self.random.choices(("Café Merdeka", "Balai Kota", "Kantor Pos"), k=len(people))),
                column("Nilai", [f"{self.random.randint(2, 9)}00.000,00" for _ in people]),
            ],
        )

    def _vaccinations(self, people: Sequence[Person]) -> Records:
        return Records(
            "vaksinasi",
            [
                column("NIK", [p.nik for p in people], "ID_NIK"),
                column("Nama", [p.name for p in people], "PERSON"),
                column("Tanggal Lahir", [f"{p.born:%d/%m/%Y}" for p in people], "DATE_OF_BIRTH"),
                column("Vaksin", self.random.choices(("Dosis 1", "Dosis 2", "Penguat"), k=len(people)), "HEALTH"),
            ],
        )

    def _spreadsheet(self) -> None:
        path, people = "laporan/rekap_pemohon.xlsx", self.callable[:800]
        sheets = [
            (
                self._applicants(people),
                ["REKAPITULASI PEMOHON TAHUN 2024", "Dinas Kependudukan Kota Contoh", ""],
                False,
            ),
            (statistics("Statistik", self.random), [], False),
            (self._signers(people[:40]), [], True),
        ]
        data = _workbook(sheets)
        self._put(path, data)
        self._put("laporan/rekap_rusak.xlsx", data[: len(data) // 2])
        for records, _, _ in sheets:
            self.planted += records.planted(f"{path}/{records.name}")

    def _applicants(self, people: Sequence[Person]) -> Records:
        return Records(
            "Pemohon",
            [
                column("No", range(1, len(people) + 1)),
                column(
                    "Nomor Induk Kependudukan", [f"{p.nik[:6]} {p.nik[6:12]} {p.nik[12:]}" for p in people], "ID_NIK"
                ),
                column("Nama Pemohon", [p.name for p in people], "PERSON"),
                column("NPWP", [p.npwp for p in people], "ID_NPWP"),
                column("Telepon", [p.phone.replace("0", "62", 1) for p in people], "PHONE_NUMBER"),
                column("Layanan", self.random.choices(SERVICES, k=len(people))),
            ],
        )

    def _signers(self, people: Sequence[Person]) -> Records:
        numbers = [nip(p, self.random) for p in people]
        return Records(
            "Penanda tangan",
            [
                column("NIP", [f"{n[:8]} {n[8:14]} {n[14]} {n[15:]}" for n in numbers], "ID_NIP"),
                column("Nama", [p.name for p in people], "PERSON"),
            ],
        )

    def _applications(self) -> None:
        self._chat("aplikasi/chatbot.json", 400)
        self._requests("aplikasi/permohonan.jsonl", self.callable[:1200])
        self._log("aplikasi/layanan.log", 4000)

    def _chat(self, path: str, count: int) -> None:
        templates = self.random.choices(letters.CHATS, k=count)
        messages = [
            {
                "id": str(uuid.UUID(int=self.random.getrandbits(128), version=4)),
                "waktu": 1_700_000_000_000 + self.random.randrange(10**10),
                "teks": letters.fill(template, self.random.choice(self.callable), self.random),
            }
            for template in templates
        ]
        self._put(path, json.dumps(messages, ensure_ascii=False, indent=1).encode())
        held = sum((letters.holds(t) for t in templates), Counter[str]())
        self.planted += [Planted(path, "teks", entity, n, prose=True) for entity, n in held.items()]

    def _requests(self, path: str, people: Sequence[Person]) -> None:
        records = Records(
            "permohonan",
            [
                column("id", [str(uuid.UUID(int=self.random.getrandbits(128), version=4)) for _ in people]),
                column("nik", [p.nik for p in people], "ID_NIK"),
                column("nama", [p.name for p in people], "PERSON"),
                column("email", [p.email for p in people], "EMAIL_ADDRESS"),
                column("nomor_kartu", [card(self.random) for _ in people], "CREDIT_CARD"),
                column("layanan", self.random.choices(SERVICES, k=len(people))),
            ],
        )
        lines = [json.dumps(dict(zip(records.names, row, strict=True))) for row in records.rows()]
        self._put(path, "\n".join(lines).encode())
        self.planted += records.planted(path)

    def _log(self, path: str, count: int) -> None:
        lines, held = [], Counter[str]()
        clock = datetime(TODAY.year, 3, 1, 8)
        for _ in range(count):
            clock += timedelta(seconds=self.random.randint(1, 40))
            person, reference = self.random.choice(self.callable), digits(self.random, 16)
            kind = self.random.choices(("ok", "nik", "sms"), (80, 12, 8))[0]
            shown = {"ok": "status=200", "nik": f"nik={person.nik} status=404", "sms": f"sms ke {person.phone}"}[kind]
            held.update({"nik": ["ID_NIK"], "sms": ["PHONE_NUMBER"]}.get(kind, []))
            lines.append(f"{clock:%Y-%m-%d %H:%M:%S} INFO ref={reference} {shown} ms={self.random.randint(2, 900)}")
        self._text(path, "\n".join(lines) + "\n", held)

    def _archives(self) -> None:
        old = register("penduduk_2019", self.people[: len(self.people) // 5])
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in (("penduduk_2019.csv", as_csv(old)), ("catatan.txt", "Cadangan sebelum migrasi.\n")):
                archive.writestr(zipfile.ZipInfo(name, STAMP), text, zipfile.ZIP_DEFLATED)
        self._put("arsip/backup_2019.zip", packed.getvalue(), OPEN_TO_ALL)
        self.planted += old.planted("arsip/backup_2019.zip/penduduk_2019.csv")
        queue = self._vaccinations(self.people[:600])
        self._put("arsip/vaksinasi_2021.csv.gz", gzip.compress(as_csv(queue).encode(), mtime=0))
        self.planted += queue.planted("arsip/vaksinasi_2021.csv.gz/vaksinasi_2021.csv")
        self._put("arsip/lama.dat", b"\x00\x01BASISDATA" + self.random.randbytes(4000))

    def _impersonal(self) -> None:
        self._text("umum/pengumuman.txt", NOTICE)
        self._text("umum/antrean.py", SOURCE)
        self._text("umum/kosong.txt", "")
        self._text("umum/judul_saja.csv", "nik,nama,no_hp\n")
        self._text("umum/jejak.txt", "".join(f"{h}  cadangan-{i}.tar\n" for i, h in enumerate(self._hashes(300))))
        self._text("umum/perangkat.json", json.dumps([*self._devices(200)], indent=1))
        self._table("umum/kode_wilayah.csv", regions("wilayah"))
        self._table("umum/statistik_kecamatan.csv", statistics("statistik", self.random))
        self._table("umum/faktur_2024.csv", self._invoices(3000), ";")

    def _hashes(self, count: int) -> Iterator[str]:
        return (hashlib.sha256(self.random.randbytes(8)).hexdigest() for _ in range(count))

    def _devices(self, count: int) -> Iterator[dict[str, object]]:
        for _ in range(count):
            yield {
                "uuid": str(uuid.UUID(int=self.random.getrandbits(128), version=4)),
                "seen_ns": 1_700_000_000_000_000_000 + self.random.randrange(10**16),
                "version": f"{self.random.randint(1, 9)}.{self.random.randint(0, 40)}.{self.random.randint(0, 9)}",
            }

    def _invoices(self, count: int) -> Records:
        return Records(
            "faktur",
            [
                column("Nomor Faktur", [digits(self.random, 16) for _ in range(count)]),
                column("Nomor Seri", [f"INV-{digits(self.random, 16)}" for _ in range(count)]),
                column(
                    "Tanggal", [f"2024-0{self.random.randint(1, 9)}-1{digits(self.random, 1)}" for _ in range(count)]
                ),
                column("Nama Barang", self.random.choices(("Kertas A4", "Tinta Printer", "Meja Kerja"), k=count)),
                column("Harga", [self.random.randrange(10_000, 10**8, 500) for _ in range(count)]),
            ],
        )


def _workbook(sheets: Sequence[tuple[Records, Sequence[str], bool]]) -> bytes:
    """A spreadsheet of (table, title rows above its header, hidden)."""
    import xlsxwriter

    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True})
    book.set_properties({"created": datetime(*STAMP)})
    for records, title, hidden in sheets:
        sheet = book.add_worksheet(records.name)
        for row, line in enumerate((*((t,) for t in title), records.names, *records.rows())):
            sheet.write_row(row, 0, line)
        if hidden:
            sheet.hide()
    book.close()
    return data.getvalue()
