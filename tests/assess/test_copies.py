"""Which assets hold the same persons: containment within the stated error, and bounded work."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Sequence
from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacyscan.assess import assess
from privacyscan.assess.copies import LEAST_PERSONS, TOLD, bounds, copies
from privacyscan.assess.persons import K
from privacyscan.model import Copy, Finding
from privacyscan.scan import scan
from privacyscan.settings import load
from privacyscan.store import KEY_BYTES, write_private
from tests.assess.made_up import BOOK, finding, place
from tests.detect.made_up import MadeUp

PAIRS = 20


def holding(asset: str, people: Iterable[int], entity: str = "ID_NIK") -> Finding:
    """A column with these persons."""
    hashes = {int.from_bytes(blake2b(b"%d" % p, digest_size=8).digest(), "big") for p in people}
    return finding(entity, asset, len(hashes), sketch=sorted(hashes)[:K])


def told(findings: Sequence[Finding]) -> dict[tuple[str, str], Copy]:
    ids = {f.place.asset: f.place.asset.path[0] for f in findings}
    return {(c.asset, c.other): c for c in copies(findings, BOOK.identifiers, ids)}


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[tuple[str, str], Copy], dict[str, set[str]]]:
    """What a scan says of 20 pairs of files that share more or less persons, and who is in each file."""
    folder = tmp_path_factory.mktemp("pairs")
    people, draw, held = MadeUp(11), random.Random(11), dict[str, set[str]]()
    for pair in range(PAIRS):
        size, share = draw.choice([100, 400, 1000, 1500, 2500]), draw.uniform(0.15, 1)
        numbers = list(dict.fromkeys(people.nik() for _ in range(2 * size)))
        own = numbers[:size]
        both = own[: round(share * size)]
        others = both + numbers[size : size + draw.choice([0, 50, 600])]
        for name, rows in ((f"a{pair:02}.csv", own), (f"b{pair:02}.csv", others)):
            (folder / name).write_text("nik\n" + "\n".join(rows) + "\n")
            held[name] = set(rows)
    state = tmp_path_factory.mktemp("state")
    write_private(state / "privacyscan" / "key", bytes(range(KEY_BYTES)))  # the same sketches each time
    found = scan([str(folder)], load({"workers": 1, "names": "off"}, environ={"XDG_STATE_HOME": str(state)}))
    names = {a.id: a.place.name for a in found.assets}
    return {(names[c.asset], names[c.other]): c for c in assess(found).copies if c.entity == "ID_NIK"}, held


def test_containment_lies_within_the_stated_bounds(
    scanned: tuple[dict[tuple[str, str], Copy], dict[str, set[str]]],
) -> None:
    found, held = scanned
    assert len(found) == 2 * PAIRS
    outside = 0
    for (asset, other), copy in found.items():
        assert asset[1:] == other[1:]
        both = len(held[asset] & held[other])
        outside += not copy.least - 1e-4 <= both / len(held[asset]) <= copy.most + 1e-4
        assert copy.share == pytest.approx(both / len(held[asset]), abs=0.06)
        assert copy.persons == pytest.approx(both, rel=0.15)
        assert copy.most - copy.least < 0.15
    assert outside <= 0.05 * len(found)


def test_19_of_20_bounds_hold_the_true_share() -> None:
    draw, outside = random.Random(5), 0
    for pair in range(60):
        size, both = draw.randint(1500, 6000), draw.uniform(0.3, 0.9)
        start = 20_000 * pair
        own = range(start, start + size)
        found = told([holding("a", own), holding("b", range(start + round((1 - both) * size), start + 9000))])["a", "b"]
        outside += not found.least <= 1 - round((1 - both) * size) / size <= found.most
    assert outside <= 3


def test_small_assets_are_compared_exactly(
    scanned: tuple[dict[tuple[str, str], Copy], dict[str, set[str]]],
) -> None:
    found, held = scanned
    small = [(a, o) for a, o in found if max(len(held[a]), len(held[o])) < K]
    assert len(small) > 5
    for asset, other in small:
        copy, both = found[asset, other], len(held[asset] & held[other])
        assert (copy.least, copy.most, copy.persons) == (copy.share, copy.share, both)
        assert copy.share == round(both / len(held[asset]), 4)


def test_the_larger_asset_holds_the_smaller_one() -> None:
    found = told([holding("ekspor.csv", range(5000)), holding("penduduk", range(100_000))])
    assert found["ekspor.csv", "penduduk"].share == 1.0
    assert found["ekspor.csv", "penduduk"].least > 0.85
    assert ("penduduk", "ekspor.csv") not in found  # 5 % of it


def test_strangers_are_no_copies_and_names_are_not_compared() -> None:
    assert not told([holding("a", range(3000)), holding("b", range(3000, 6000))])
    assert not told([holding("a", range(500), "PERSON"), holding("b", range(500), "PERSON")])


def test_a_few_persons_in_both_are_not_told() -> None:
    assert not told([holding("a", range(LEAST_PERSONS - 1)), holding("b", range(500))])
    assert told([holding("a", range(LEAST_PERSONS)), holding("b", range(500))])


def test_columns_of_an_asset_count_together() -> None:
    mother = holding("b", range(500, 1000))
    columns = [holding("b", range(500)), Finding(**{**_fields(mother), "place": place("b").at(column="nik_ibu")})]
    assert told([holding("a", range(1000)), *columns])["a", "b"].share == 1.0


def _fields(of: Finding) -> dict[str, object]:
    return {name: getattr(of, name) for name in Finding.__slots__}


def test_the_kind_of_data_that_says_most_of_persons_is_told() -> None:
    findings = [holding(a, range(300), e) for a in ("a", "b") for e in ("PHONE_NUMBER", "ID_NIK")]
    assert [c.entity for c in told(findings).values()] == ["ID_NIK", "ID_NIK"]


@given(st.sets(st.integers(0, 400), min_size=1), st.sets(st.integers(0, 400), min_size=1))
def test_of_few_persons_every_figure_is_exact(one: set[int], other: set[int]) -> None:
    found = told([holding("a", one), holding("b", other)])
    for name, own in (("a", one), ("b", other)):
        both = len(one & other)
        is_told = both >= LEAST_PERSONS and both / len(own) >= 0.1
        copy = found.get((name, "b" if name == "a" else "a"))
        assert (copy is not None) == is_told
        assert copy is None or (copy.persons, copy.share) == (both, round(both / len(own), 4))


@given(st.integers(1, 1024), st.data())
def test_bounds_hold_the_estimate_and_narrow_with_the_sample(of: int, data: st.DataObject) -> None:
    found = data.draw(st.integers(0, of))
    least, most = bounds(found, of)
    assert 0 <= least <= found / of <= most <= 1
    wider = bounds(found * 4, of * 4)
    assert wider[1] - wider[0] <= most - least
    mirrored = bounds(of - found, of)
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((least, most))


def test_bounds_are_those_of_the_literature() -> None:
    """Newcombe 1998, table I, method 4: 81 of 263, 15 of 148, 0 of 20 and 1 of 29."""
    for found, of, least, most in ((81, 263, 0.2535, 0.3682), (15, 148, 0.0598, 0.1644), (1, 29, 0.0018, 0.1963)):
        assert bounds(found, of) == pytest.approx((least, most), abs=1e-4)
    assert bounds(0, 20) == pytest.approx((0, 0.2005), abs=1e-4)


def test_thousands_of_copies_take_bounded_time() -> None:
    everybody = holding("0", range(4000))
    sketch = everybody.sketch
    findings = [finding("ID_NIK", f"{i}", 4000, sketch=sketch) for i in range(600)]
    begun = time.process_time()
    found = told(findings)
    assert time.process_time() - begun < 5  # all pairs take ten times as long
    assert len(found) == 600 * TOLD
    assert {c.share for c in found.values()} == {1.0}
