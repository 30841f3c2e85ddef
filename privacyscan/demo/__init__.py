"""A made-up agency to try privacyscan on: a database and a file share with people who do not exist.

The same seed gives the same agency, byte for byte.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from privacyscan.demo import database, people, records, share
from privacyscan.errors import UsageError

FEWEST = 100  # people; fewer would leave some of the files without anybody to write about
README = """DATA KARANGAN / MADE-UP DATA

Instansi ini tidak ada. Semua orang di dalamnya dibuat oleh program; nomornya hanya berbentuk benar.
This agency does not exist. A program made up everybody in it; their numbers merely have the right shape.
"""


@dataclass(frozen=True, slots=True)
class Agency:
    """What was made: the targets to scan, and what is planted in each."""

    database: str
    folder: str
    in_database: tuple[records.Planted, ...]
    in_folder: tuple[records.Planted, ...]
    unreadable: tuple[str, ...] = ("arsip/lama.dat", "laporan/rekap_rusak.xlsx")


def build(folder: Path, people: int = 20_000, seed: int = 1) -> list[str]:
    """Make the agency in `folder` and give back the targets to scan."""
    agency = make(folder, people, seed)
    return [agency.folder, agency.database]


def make(folder: Path, count: int = 20_000, seed: int = 1) -> Agency:
    """Make the agency in `folder`: a new or empty one, or one that holds an agency made earlier."""
    if count < FEWEST:
        raise UsageError(f"a demonstration with {count} people is too small; give {FEWEST} or more")
    _prepare(folder)
    chance = random.Random(seed)
    everybody = people.population(count, chance)
    file, files = folder / "layanan.db", folder / "berkas"
    return Agency(
        database=f"sqlite:///{file.resolve()}",
        folder=str(files),
        in_database=tuple(database.write(file, everybody, chance)),
        in_folder=tuple(share.Share(files, everybody, chance).write()),
    )


def _prepare(folder: Path) -> None:
    """Leave the folder ready to write to; somebody's own files are never touched."""
    readme = folder / "BACA-SAYA.txt"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()) and not readme.is_file():
            raise UsageError(f"{folder}: is not empty, and no demonstration was built there; choose another folder")
        readme.write_text(README, encoding="utf-8")
        (folder / "layanan.db").unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror}); choose another folder") from None
