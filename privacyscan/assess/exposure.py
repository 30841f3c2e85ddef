"""How exposed an asset lies, from what can be seen without touching it: its names and permissions, and what source and
formats tell of it.

Which words, endings, folders and permissions count stands in the scoring file (`rules/scoring/`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from privacyscan.model import Access, Asset, Copy, Evidence, Exposure, Finding, Lacking, Place, Scan, Scoring

Folder = tuple[str, tuple[str, ...]]  # target, and the names below it

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[a-z]+")


def exposure(
    place: Place,
    access: Access | None,
    scoring: Scoring,
    folders: Sequence[str] = (),
    told: Iterable[Evidence] = (),
    findings: Sequence[Finding] = (),
) -> tuple[Evidence, ...]:
    """The exposures of an asset. `access` is what is known of the file or table it lies in, `folders` are
    those that the file lies in, `told` is what its format says, `findings` are those in it.

    A member of an archive has the permissions of the archive, which is what others can open. Whether the folders
    above bar the way is not asked: a share may be served from any of them.
    """
    names = _names(place)
    path = "/".join(("", *folders, "")).lower()
    found = _permissions(access.mode if access is not None else None, scoring.exposures)
    found += (*(access.flags if access is not None else ()), *told)
    for way in scoring.exposures:
        sign = _sign(way, names) or next((f for f in way.folders if f"/{f}/" in path), "")
        if sign:
            found.append(Evidence(way.code, {"sign": sign}))
        if access is not None and access.owner is not None and access.owner.lower() in way.owners:
            found.append(Evidence(way.code, {"sign": access.owner.lower()}))
        if way.lacking is not None:
            found += _lack(way.code, way.lacking, findings)
    order = [way.code for way in scoring.exposures]
    return tuple(sorted(found, key=lambda e: order.index(e.code) if e.code in order else 0))


def beside(assets: Iterable[Asset], folders: Mapping[Folder, Evidence]) -> Iterator[Asset]:
    """The assets, those below one of the folders with its exposure too, unless they show it already."""
    for asset in assets:
        path = asset.place.path
        near = (folders.get((asset.place.target, path[:i])) for i in range(len(path)))
        known = {e.code for e in asset.exposure}
        more = next((e for e in near if e is not None and e.code not in known), None)
        yield asset if more is None else replace(asset, exposure=(more, *asset.exposure))


def of_copies(scan: Scan, copies: Iterable[Copy], scoring: Scoring) -> Scan:
    """The scan, in which an asset that holds the persons of another shows by which of its exposures it should not: the
    people of an agency in what its name says are test data. The scan itself where none does."""
    codes = {asset.id: {e.code for e in asset.exposure} for asset in scan.assets}
    more: dict[str, Evidence] = {}
    for copy in copies:  # the largest shares first
        for way in scoring.exposures:
            here, there = codes.get(copy.asset, set()), codes.get(copy.other, set())
            if way.copy_in and way.copy_in in here - there and way.code not in here:
                more.setdefault(copy.asset, Evidence(way.code, {"persons": copy.persons}))
    if not more:
        return scan
    shown = (replace(a, exposure=(more[a.id], *a.exposure)) if a.id in more else a for a in scan.assets)
    return replace(scan, assets=tuple(shown))


def signs_beside(scoring: Scoring) -> Mapping[str, Evidence]:
    """Names of files that tell how open all that lies in their folder, and below it, is."""
    return {name: Evidence(way.code, {"sign": name}) for way in scoring.exposures for name in way.beside}


def _names(place: Place) -> Sequence[str]:
    """The names that say something of an asset: those below the target, and the database's in a URL."""
    database = Place(place.target).name if "://" in place.target else ""
    return (database, *place.path)


def _sign(way: Exposure, names: Sequence[str]) -> str:
    """The word or ending of the scoring file that shows in the names; empty for none."""
    words = {word for name in names for word in _WORD.findall(_CAMEL.sub(" ", name).lower())}
    shown = [w for w in way.words if w in words]
    shown += [s for s in way.suffixes if any(name.lower().endswith(s) for name in names)]
    return shown[0] if shown else ""


def _permissions(mode: int | None, ways: Sequence[Exposure]) -> list[Evidence]:
    """The first of the ways whose permission bits are set; the file lists the widest first."""
    return [Evidence(way.code, {"mode": f"{mode:04o}"}) for way in ways if mode is not None and way.mode & mode][:1]


def _lack(code: str, lacking: Lacking, findings: Iterable[Finding]) -> list[Evidence]:
    """How many of the values in columns do not show the trait, if any do not."""
    found = [f for f in findings if f.entity == lacking.entity and f.place.column is not None]
    seen = sum(f.matched for f in found)
    showing = sum(
        int(e.params["matched"])
        for f in found
        for e in f.evidence
        if e.code == "flag" and e.params["name"] == lacking.evidence
    )
    return [Evidence(code, {"values": seen - showing, "seen": seen})] if seen > showing else []
