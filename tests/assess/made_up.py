"""Made-up scans: findings of a kind in an asset, without any data behind them."""

from __future__ import annotations

from collections.abc import Sequence

from privacyscan.model import Asset, Evidence, Finding, Place, Reidentification, Scan, Versions
from privacyscan.rulebook import load

BOOK = load()
SINGLED_OUT = Reidentification(("lahir", "jk"), ("DATE_OF_BIRTH", "SEX"), rows=1000, unique=620)


def place(name: str) -> Place:
    return Place("berkas", (name,))


def finding(entity: str, asset: str = "warga.csv", people: int = 100, **other: object) -> Finding:
    """A column of the asset that holds `people` different values of the entity."""
    fields: dict[str, object] = {
        "id": f"F-{asset}-{entity}",
        "place": place(asset).at(column=entity.lower()),
        "entity": entity,
        "category": BOOK.identifiers[entity].category if entity in BOOK.identifiers else "umum",
        "matched": people,
        "seen": people,
        "distinct": people,
        "confidence": 0.95,
    }
    return Finding(**{**fields, **other})  # type: ignore[arg-type]


def asset(
    name: str = "warga.csv", exposure: Sequence[str] = (), reidentification: Reidentification | None = None
) -> Asset:
    return Asset(
        id=f"A-{name}",
        place=place(name),
        kind="file",
        rows=100,
        cells=100,
        bytes=1000,
        exposure=tuple(Evidence(code) for code in exposure),
        reidentification=reidentification,
    )


def scan(findings: Sequence[Finding], assets: Sequence[Asset] = (), persons: int = 0, **settings: object) -> Scan:
    """A complete scan; assets that are not given are made from the findings' places."""
    given = {a.place for a in assets}
    others = {f.place.asset.path[0] for f in findings if f.place.asset not in given}
    return Scan(
        id="1",
        started="2026-01-01T00:00:00Z",
        finished="2026-01-01T00:00:01Z",
        status="complete",
        targets=("berkas",),
        assets=(*assets, *(asset(name) for name in sorted(others))),
        findings=tuple(findings),
        skipped=(),
        versions=Versions("1", "privacyscan", "1", "0"),
        settings=settings,
        seconds=1.0,
        persons=persons,
    )
