"""What every share is held to: it gives what the same files give when they lie here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from privacyscan import read
from privacyscan.model import File, Limits, Reason, Skipped, Table, Text, Unit
from privacyscan.settings import Scope
from tests.formats.samples import SAMPLES, csv_file, text_file, zip_file

TREE = {
    **{sample.name: sample.data for samples in SAMPLES.values() for sample in samples},
    "kosong.csv": b"",
    "data warga/Kecamatan é 100%/warga #1;+.csv": csv_file(),
    "data warga/arsip.zip": zip_file({"dalam.zip": zip_file({"surat.txt": text_file()})}),
    ".tersembunyi/surat.txt": text_file(),
}


def everything(url: str, limits: Limits | None = None) -> dict[str, list[Any]]:
    """All that is read of a target, by the path below it; a large file is read in its pieces."""
    limits = limits or Limits()
    found: dict[str, list[Any]] = {}
    for unit in read.units(read.target(url), Scope(), limits):
        pieces = [unit] if isinstance(unit, Skipped) else read.cut(unit, limits) or [unit]
        for piece in pieces:
            for part in [piece] if isinstance(piece, Skipped) else read.parts(piece, limits):
                found.setdefault("/".join(part.place.path), []).append(_told(part))
    return found


def _told(part: Table | Text | Skipped) -> Any:
    if isinstance(part, Table):
        return part.first_row, part.batch.to_pylist()
    return (part.first_line, part.data) if isinstance(part, Text) else (part.reason, part.message)


def listed(url: str) -> dict[str, int | Reason | None]:
    """The size of each file, or why it is none."""
    found = read.units(read.target(url), Scope(), Limits())
    return {"/".join(u.place.path): u.size if isinstance(u, Unit) else u.reason for u in found}


def opened(url: str) -> tuple[Unit, File, Iterator[Any]]:
    """The first file of a target while it is being read, and what comes after it."""
    unit = next(u for u in read.units(read.target(url), Scope(), Limits()) if isinstance(u, Unit))
    reading = read.source_of(unit.target).read(unit, Limits())
    file = next(reading)
    assert isinstance(file, File)
    return unit, file, reading


def reasons(url: str, unit: Unit) -> list[tuple[str, Reason]]:
    """What cannot be read of a unit."""
    found = read.parts(unit, Limits())
    return [("/".join(part.place.path), part.reason) for part in found if isinstance(part, Skipped)]
