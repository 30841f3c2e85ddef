"""k-anonymity, l-diversity and single rows by hashes: as counting the values themselves gives them."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations

import pyarrow as pa
import pytest

from privacyscan.detect import classes
from privacyscan.detect.classes import SMALL, Classes, alike
from privacyscan.detect.classes import Counter as ClassCounter
from privacyscan.detect.quasi import MOST_COLUMNS, Quasi, quasi
from privacyscan.model import Finding, Reidentification
from tests.assess.made_up import BOOK, finding, place

KEY = bytes(range(32))
VALUES = {
    "tgl_lahir": [f"{y}-{m:02}-{d:02}" for y in range(1960, 2000) for m in (1, 7, 12) for d in (3, 17)],
    "jk": ["L", "P"],
    "agama": ["Islam", "Kristen", "Katolik", "Hindu", None],
    "pekerjaan": ["petani", "guru", "pedagang", "nelayan", "perawat"],
}
ENTITIES = {"tgl_lahir": "DATE_OF_BIRTH", "jk": "SEX", "agama": "RELIGION", "pekerjaan": "OCCUPATION"}
Rows = list[tuple[str | None, ...]]


def table(seed: int) -> tuple[Quasi, Rows]:
    """A table of some quasi-identifiers with a column of diagnoses; small and large ones, crowded and sparse."""
    draw = random.Random(seed)
    columns = sorted(draw.sample(sorted(VALUES), draw.randint(1, 4)))
    kinds = {c: draw.sample(VALUES[c], draw.randint(1, len(VALUES[c]))) for c in columns}
    rows = draw.choice([3, 40, 500, 3000])
    ill = [f"J{i}" for i in range(draw.randint(1, 6))]
    made = [(*(draw.choice(kinds[c]) for c in columns), draw.choice(ill)) for _ in range(rows)]
    return Quasi(tuple(columns), tuple(ENTITIES[c] for c in columns), ("diagnosis",)), made


def counted(of: Quasi, rows: Rows, batch: int = 700) -> Classes:
    names = [*of.columns, *of.sensitive]
    counter = ClassCounter(of, BOOK.identifiers, KEY)
    for start in range(0, len(rows), batch):
        columns = zip(*rows[start : start + batch], strict=True)
        counter.add(pa.record_batch([pa.array(c, pa.string()) for c in columns], names))
    return counter.classes


def brute(of: Quasi, rows: Rows) -> Reidentification:
    """The same by counting tuples of values."""
    by_class = Counter(row[:-1] for row in rows)
    held = defaultdict(set)
    for row in rows:
        held[row[:-1]].add(row[-1])
    unique = {
        tuple(of.columns[i] for i in chosen): sum(
            1 for n in Counter(tuple(row[i] for i in chosen) for row in rows).values() if n == 1
        )
        for size in (2, 3)
        for chosen in combinations(range(len(of.columns)), size)
    }
    worst = sorted(unique.items(), key=lambda u: (-u[1], len(u[0])))[: classes.WORST]
    return Reidentification(
        of.columns,
        of.entities,
        rows=len(rows),
        classes=len(by_class),
        smallest=min(by_class.values()),
        unique=sum(n == 1 for n in by_class.values()),
        small=sum(n for n in by_class.values() if n < SMALL),
        worst=tuple(classes.Combination(*w) for w in worst),
        diversity={"diagnosis": min(map(len, held.values()))},
    )


@pytest.mark.parametrize("seed", range(20))
def test_figures_are_those_of_counting_the_values(seed: int) -> None:
    of, rows = table(seed)
    assert counted(of, rows).figures() == brute(of, rows)


def test_tables_of_all_sorts_are_among_them() -> None:
    found = [brute(*table(seed)) for seed in range(20)]
    assert {f.smallest == 1 for f in found} == {len(f.columns) > 2 for f in found} == {True, False}
    assert any(f.diversity["diagnosis"] > 1 for f in found)


def test_pieces_add_up_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classes, "_WAITING", 100)  # so that adding up happens on the way
    of, rows = max(map(table, range(20)), key=lambda t: brute(*t).classes)
    assert brute(of, rows).classes > 500
    pieces = [counted(of, rows[i::7], 60) for i in range(7)]
    random.Random(1).shuffle(pieces)
    whole = Classes(of)
    for piece in pieces:
        whole.merge(piece)
    assert whole.figures() == brute(of, rows)


def test_beyond_the_budget_nothing_is_computed_whatever_the_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    of = Quasi(("tgl_lahir",), ("DATE_OF_BIRTH",), ("diagnosis",))
    rows: Rows = [(f"19{i:02}-01-01", "J1") for i in range(60)]
    monkeypatch.setattr(classes, "MOST_CLASSES", 59)
    pieces = [counted(of, rows[:30]), counted(of, rows[30:])]
    whole = Classes(of)
    for piece in pieces:
        whole.merge(piece)
    for found in (whole.figures(), counted(of, rows).figures()):
        assert found == Reidentification(of.columns, of.entities, reason="too_many_classes")
        assert found.unique_share is None
    monkeypatch.setattr(classes, "MOST_CLASSES", 60)
    assert counted(of, rows).figures().unique_share == 1.0


@pytest.mark.parametrize(
    ("entity", "same", "other"),
    [
        ("DATE_OF_BIRTH", ["17-08-1990", "1990-08-17", "17 Agustus 1990", "17/8/90", "17-Aug-1990"], "1990-08-18"),
        ("DATE_OF_BIRTH", ["Bandung, 17-08-1990", "BANDUNG, 17 Agustus 1990"], "Sleman, 17-08-1990"),
        ("DATE_OF_BIRTH", ["tidak tahu", " TIDAK  TAHU "], "1990-08-17"),
        ("SEX", ["L", "l", "Laki-laki", "LAKI LAKI", "1", "pria"], "P"),
        ("RELIGION", ["Islam", "ISLAM", " islam"], "Kristen"),
        ("RELIGION", ["", "-", " ", "N/A"], "Hindu"),
        ("PLACE_OF_BIRTH", ["Kota  Bandung", "KOTA BANDUNG"], "Kab Bandung"),
    ],
)  # fmt: skip
def test_what_is_written_in_different_ways_is_alike(entity: str, same: Sequence[str], other: str) -> None:
    found = alike(pa.array([*same, other]), BOOK.identifiers[entity]).to_pylist()
    assert len(set(found[:-1])) == 1
    assert found[-1] != found[0]


def columns_of(*found: Finding, columns: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    of = quasi(columns, found, BOOK.identifiers)
    return ((), (), ()) if of is None else (of.columns, of.entities, of.sensitive)


def column(name: str, entity: str, distinct: int = 10, matched: int = 100, seen: int = 100) -> Finding:
    at = place("warga.csv").at(column=name)
    return finding(entity, place=at, distinct=distinct, matched=matched, seen=seen)


def test_quasi_identifiers_are_those_of_the_rules() -> None:
    found = [column("nik", "ID_NIK", 100), column("lahir", "DATE_OF_BIRTH"), column("sakit", "HEALTH")]
    columns = ["sakit", "lahir", "nik", "nama_kecamatan", "jumlah_desa", "usia"]
    assert columns_of(*found, columns=columns) == (
        ("lahir", "nama_kecamatan", "usia"),
        ("DATE_OF_BIRTH", "ADDRESS", "DATE_OF_BIRTH"),
        ("sakit",),
    )


def test_columns_are_left_out_that_single_out_by_themselves_or_hold_something_else() -> None:
    street, few = column("alamat", "ADDRESS", 90), column("catatan", "SEX", matched=10)
    assert columns_of(street, few, columns=["alamat", "catatan"]) == ((), (), ())
    assert columns_of(column("alamat", "ADDRESS", 40), columns=["alamat"])[0] == ("alamat",)


def test_headers_alone_make_no_table_one_of_persons() -> None:
    assert columns_of(columns=["kecamatan", "umur"]) == ((), (), ())
    assert columns_of(column("nama", "PERSON", 90), columns=["kecamatan", "nama"])[0] == ("kecamatan",)


def test_of_many_columns_those_with_most_values_are_compared() -> None:
    found = [column(f"k{i}", "OCCUPATION", distinct=i) for i in range(12)]
    names = [f"k{i}" for i in range(12)]
    assert columns_of(*found, columns=names)[0] == tuple(names[-MOST_COLUMNS:])
