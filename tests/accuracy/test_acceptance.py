"""What must never go wrong, each with five hundred values: the right name and the exact count, or nothing at all."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from itertools import islice

import pytest

from bench.accuracy.people import Person, Population, regions
from bench.accuracy.values import groups
from privacyscan.model import Finding
from privacyscan.scan import scan
from privacyscan.settings import load

N = 500
Tables = dict[str, list[Sequence[str]]]


def people() -> list[Person]:
    return list(islice(Population("dev", 5).households(), N))


def tables() -> Tables:
    chance = random.Random(16)
    crowd = people()
    places = chance.sample(regions(), N)
    dashed = [groups(p.nik, (6, 6, 4), "-") if i % 5 < 3 else "" for i, p in enumerate(crowd)]
    return {
        "transactions": [["trx_id"], *([f"{chance.randrange(10**15, 10**16)}"] for _ in range(N))],
        "households": [["no_kk", "hubungan"], *([p.kk, "Anggota"] for p in crowd)],
        "families": [["no_kk", "nik", "nama"], *([p.kk, p.nik, p.name] for p in crowd)],
        "vehicles": [["nopol"], *([p.facts["plate"]] for p in crowd)],
        "districts": [["kode", "nama", "kabupaten"], *([r.code, r.district, r.regency] for r in places)],
        "dashes": [["c1", "no"], *([nik, str(i)] for i, nik in enumerate(dashed))],
    }


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Finding]:
    folder = tmp_path_factory.mktemp("acceptance")
    for name, rows in tables().items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    state = str(tmp_path_factory.mktemp("state"))
    return scan([str(folder)], load({"workers": 1}, environ={"XDG_STATE_HOME": state})).findings


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("transactions", []),  # 16 random digits are no NIK, no card
        ("households", [("no_kk", "ID_KK", N)]),  # the day of the card is a birthday to a careless eye
        ("families", [("nama", "PERSON", N), ("nik", "ID_NIK", N), ("no_kk", "ID_KK", N)]),
        ("vehicles", [("nopol", "ID_VEHICLE_PLATE", N)]),
        ("districts", []),  # codes and names of places are nobody's data
        ("dashes", [("c1", "ID_NIK", 300)]),  # no header that helps, two cells of five empty
    ],
)
def test_five_hundred_values_are_what_they_are(
    findings: Sequence[Finding], table: str, expected: list[tuple[str, str, int]]
) -> None:
    here = [f for f in findings if f.place.path[-1] == f"{table}.csv"]
    assert sorted((f.place.column or "", f.entity, f.matched) for f in here) == expected
