"""Tables of regions: public, and not personal data however much their codes look like the start of a NIK."""

from __future__ import annotations

import csv
from random import Random

from privacyscan.demo.records import Records, column
from privacyscan.resources import folder


def regions(name: str) -> Records:
    """All regions of Indonesia with their codes."""
    rows = _regions()
    return Records(name, [column("kode", [r["code"] for r in rows]), column("nama", [r["name"] for r in rows])])


def statistics(name: str, random: Random) -> Records:
    """Made-up head counts per district of one province."""
    rows = [r for r in _regions() if r["level"] == "district" and r["code"].startswith("32")]
    men = [random.randint(8_000, 60_000) for _ in rows]
    women = [random.randint(8_000, 60_000) for _ in rows]
    return Records(
        name,
        [
            column("kode_kecamatan", [r["code"] for r in rows]),
            column("kecamatan", [r["name"] for r in rows]),
            column("laki_laki", men),
            column("perempuan", women),
            column("jumlah", [m + w for m, w in zip(men, women, strict=True)]),
        ],
    )


def _regions() -> list[dict[str, str]]:
    with (folder("rules") / "tables" / "wilayah.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
