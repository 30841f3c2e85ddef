"""Made-up files with planted people, and what was planted in them."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from privacyscan.pseudonymize.policy import Choice, Policy
from tests.detect.made_up import MadeUp

KEY = bytes(range(32))
TOKENS = Policy({}, Choice("token"))  # every entity
MIXED = Policy(
    {"ID_NIK": Choice("token"), "PHONE_NUMBER": Choice("mask"), "PERSON": Choice("redact")},
    Choice("token"),
    file="policy.toml",
)
GIVEN = ("Siti", "Budi", "Dewi", "Agus", "Sri", "Wahyu", "Rina", "Joko")
FAMILY = ("Aminah", "Santoso", "Lestari", "Wijaya", "Rahayu", "Hidayat", "Kusuma", "Susanto")


@dataclass(frozen=True, slots=True)
class Person:
    nik: str
    name: str
    phone: str
    email: str

    @property
    def values(self) -> tuple[str, ...]:
        return (self.nik, self.name, self.phone, self.email)


def people(count: int, seed: int = 1) -> list[Person]:
    made = MadeUp(seed)
    choose = made.random.choice
    return [Person(made.nik(), f"{choose(GIVEN)} {choose(FAMILY)}", made.phone(), made.email()) for _ in range(count)]


def write_csv(path: Path, rows: Sequence[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return path


def read_csv(path: Path, delimiter: str = ",", encoding: str = "utf-8") -> list[list[str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


def rows_of(persons: Sequence[Person]) -> list[list[str]]:
    """A table with a header, its personal columns, a note that sometimes names a NIK, and a column of nobody."""
    header = ["id", "nik", "nama", "hp", "email", "catatan", "kota"]
    note = "sudah diperiksa oleh petugas, {}, berkas lengkap"
    return [header] + [
        [str(i), p.nik, p.name, p.phone, p.email, note.format(f"NIK {p.nik}" if i % 3 == 0 else "ya"), "Bandung"]
        for i, p in enumerate(persons)
    ]


def write_database(path: Path, persons: Sequence[Person]) -> Path:
    """Two tables joined by NIK, with everything a schema may hold, and deleted rows in its free pages."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            """
            PRAGMA secure_delete = OFF;
            CREATE TABLE warga (nik TEXT PRIMARY KEY, nama TEXT NOT NULL, hp INTEGER, email TEXT COLLATE NOCASE);
            CREATE TABLE kunjungan (
                id INTEGER PRIMARY KEY AUTOINCREMENT, nik TEXT REFERENCES warga (nik), catatan TEXT, biaya REAL
            );
            CREATE TABLE jejak (nama_lama TEXT);
            CREATE TABLE kunci (nik TEXT PRIMARY KEY, urut INTEGER) WITHOUT ROWID;
            CREATE INDEX menurut_nama ON warga (nama);
            CREATE VIEW riwayat AS SELECT nama, biaya FROM warga JOIN kunjungan USING (nik);
            """
        )
        database.executemany(
            "INSERT INTO warga VALUES (?, ?, ?, ?)",
            [(p.nik, p.name, int(p.phone.lstrip("+0")), p.email) for p in persons],
        )
        database.executemany(
            "INSERT INTO kunjungan (nik, catatan, biaya) VALUES (?, ?, ?)",
            [(p.nik, f"NIK {p.nik} datang sendiri ke loket", i * 1.5) for i, p in enumerate(persons)],
        )
        database.executemany("INSERT INTO kunci VALUES (?, ?)", [(p.nik, i) for i, p in enumerate(persons)])
        database.execute("CREATE TRIGGER catat AFTER UPDATE ON warga BEGIN INSERT INTO jejak VALUES (old.nama); END")
        database.execute("CREATE TABLE lama AS SELECT * FROM warga")
        database.execute("DROP TABLE lama")  # leaves values in free pages
        database.execute("ANALYZE")
        database.commit()
    return path
