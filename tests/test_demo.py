"""The made-up agency: a scan finds all that is planted, in exact numbers, and nothing else."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from privacyscan import demo, rulebook
from privacyscan.demo.records import Planted
from privacyscan.errors import UsageError
from privacyscan.model import Reason, Scan
from privacyscan.scan import scan
from privacyscan.settings import Settings

pytestmark = pytest.mark.no_cover  # other tests go the same ways; under the tracer these take twice as long

PEOPLE = 6_000
NOT_IN_PROSE = frozenset(
    {"PERSON", "DATE_OF_BIRTH", "ADDRESS"}
)  # exact where they fill a cell; sentences have tests of their own
EXACT = NOT_IN_PROSE | {"ID_NIK", "ID_KK", "ID_NPWP", "ID_NIP", "PHONE_NUMBER", "EMAIL_ADDRESS", "CREDIT_CARD"}
EXACT |= {"PLACE_OF_BIRTH", "SEX", "RELIGION", "OCCUPATION", "INCOME", "HEALTH"}

Counts = dict[tuple[str, str | None, str], int]


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> demo.Agency:
    return demo.make(tmp_path_factory.mktemp("agency"), PEOPLE)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(state=tmp_path_factory.mktemp("state"), workers=2)


@pytest.fixture(scope="module")
def of_folder(agency: demo.Agency, settings: Settings) -> Scan:
    return scan([agency.folder], settings)


@pytest.fixture(scope="module")
def of_database(agency: demo.Agency, settings: Settings) -> Scan:
    return scan([agency.database], settings)


def asset(path: Iterable[str]) -> str:
    return "/".join(path)


def difference(result: Scan, truth: Iterable[Planted]) -> dict[str, Counts]:
    """What is missing or counted wrong, and what should not be there, of the entities planted in exact numbers."""
    loose = {(p.asset, p.column, p.entity) for p in truth if p.prose and p.entity in NOT_IN_PROSE}
    is_planted = {(p.asset, p.column, p.entity): p.matched for p in truth if p.entity in EXACT}
    is_found = {
        (asset(f.place.path), f.place.column, f.entity): f.matched for f in result.findings if f.entity in EXACT
    }
    for place in loose:
        is_planted.pop(place)
        is_found.pop(place, None)
    return {
        "planted": {k: n for k, n in is_planted.items() if is_found.get(k) != n},
        "found": {k: n for k, n in is_found.items() if is_planted.get(k) != n},
    }


def test_the_folder_holds_what_is_planted_and_nothing_else(agency: demo.Agency, of_folder: Scan) -> None:
    assert difference(of_folder, agency.in_folder) == {"planted": {}, "found": {}}


def test_the_database_holds_what_is_planted_and_nothing_else(agency: demo.Agency, of_database: Scan) -> None:
    assert difference(of_database, agency.in_database) == {"planted": {}, "found": {}}


def test_no_finding_of_any_kind_where_nothing_is_planted(
    agency: demo.Agency, of_folder: Scan, of_database: Scan
) -> None:
    for result, truth in ((of_folder, agency.in_folder), (of_database, agency.in_database)):
        personal = {p.asset for p in truth}
        assert {asset(f.place.path) for f in result.findings} - personal == set()
        assert {asset(a.place.path) for a in result.assets} - personal  # there are such assets, and they were read


def test_only_the_broken_and_the_unknown_file_are_not_read(
    agency: demo.Agency, of_folder: Scan, of_database: Scan
) -> None:
    unread = {asset(s.place.path): s.reason for s in of_folder.skipped}
    assert set(unread) == set(agency.unreadable)
    assert unread == {"arsip/lama.dat": Reason.UNKNOWN_FORMAT, "laporan/rekap_rusak.xlsx": Reason.DAMAGED}
    assert of_database.skipped == ()


def test_every_planted_entity_has_a_name_of_the_contract(agency: demo.Agency) -> None:
    known = set(rulebook.load().identifiers)
    assert known >= EXACT
    assert {p.entity for p in (*agency.in_folder, *agency.in_database)} >= EXACT


def test_the_export_lies_open_and_the_letters_do_not(agency: demo.Agency) -> None:
    mode = {p.name: p.stat().st_mode & 0o777 for p in Path(agency.folder).rglob("*") if p.is_file()}
    assert mode["ekspor_warga_2023.csv"] == 0o644
    assert mode["surat-001.txt"] == 0o600


def test_a_seed_gives_the_same_agency_again(tmp_path: Path) -> None:
    one, two = (demo.make(tmp_path / name, 300, seed=7) for name in "ab")
    other = demo.make(tmp_path / "c", 300, seed=8)
    files = [p.relative_to(tmp_path / "a") for p in sorted((tmp_path / "a").rglob("*")) if p.is_file()]
    assert (one.in_folder, one.in_database) == (two.in_folder, two.in_database)
    assert [p for p in files if (tmp_path / "a" / p).read_bytes() != (tmp_path / "b" / p).read_bytes()] == []
    assert other.in_folder != one.in_folder


def test_build_gives_targets_and_may_be_repeated(tmp_path: Path) -> None:
    targets = demo.build(tmp_path / "demo", people=200)
    assert targets == [str(tmp_path / "demo" / "berkas"), f"sqlite:///{tmp_path / 'demo' / 'layanan.db'}"]
    assert demo.build(tmp_path / "demo", people=200) == targets


def test_nobodys_own_files_are_touched(tmp_path: Path) -> None:
    (tmp_path / "layanan.db").write_text("milik orang lain")
    with pytest.raises(UsageError, match="not empty"):
        demo.build(tmp_path, people=200)
    assert os.listdir(tmp_path) == ["layanan.db"]


def test_a_small_agency_is_whole_and_a_smaller_one_refused(tmp_path: Path) -> None:
    for seed in range(5):
        agency = demo.make(tmp_path / str(seed), demo.FEWEST, seed)
        assert {p.entity for p in (*agency.in_folder, *agency.in_database)} >= EXACT
    with pytest.raises(UsageError, match="too small"):
        demo.build(tmp_path / "small", people=demo.FEWEST - 1)


def test_the_usual_size_is_made_in_seconds(tmp_path: Path) -> None:
    begun = time.monotonic()
    agency = demo.make(tmp_path / "demo")
    assert time.monotonic() - begun < 20  # 1.2 s when nothing else runs
    everybody = next(p for p in agency.in_database if p.asset == "penduduk_test_copy" and p.entity == "ID_NIK")
    assert everybody.matched == 20_000
