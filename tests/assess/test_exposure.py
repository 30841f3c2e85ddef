"""What file modes, names, sources and formats say of an asset, as the scoring file lists it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from privacyscan.assess import assess
from privacyscan.assess.exposure import beside, exposure, of_copies, signs_beside
from privacyscan.model import Access, Copy, Evidence, Exposure, Finding, Place
from tests.assess.made_up import BOOK, asset, finding, scan

SCORING = BOOK.scoring_in_force
PRODUCTION = Evidence("production_in_test", {"persons": 90})


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (0o600, []),
        (0o640, [("group_readable", "0640")]),
        (0o644, [("world_readable", "0644")]),  # the wider of the two, once
        (0o604, [("world_readable", "0604")]),
        (0o620, []),  # may be written, not read
    ],
)
def test_permissions_of_a_file(mode: int, expected: list[tuple[str, str]]) -> None:
    found = exposure(Place("berkas", ("warga.csv",)), Access(mode=mode), SCORING)
    assert [(e.code, e.params["mode"]) for e in found] == expected


def test_a_member_has_the_permissions_of_its_archive() -> None:
    found = exposure(Place("berkas", ("data.zip", "warga.csv")), Access(mode=0o644), SCORING)
    assert [e.code for e in found] == ["world_readable", "archive"]


@pytest.mark.parametrize("access", [None, Access(owner="pemilik", modified=0.0)])
def test_no_permissions_where_none_are_known(access: Access | None) -> None:
    assert exposure(Place("postgresql://db/layanan", ("public", "warga")), access, SCORING) == ()


@pytest.mark.parametrize(
    ("target", "path", "expected"),
    [
        ("berkas", ("warga.csv",), []),
        ("berkas", ("cadangan", "2019", "a", "warga.csv"), ["backup_name"]),  # a folder above
        ("berkas", ("warga_BACKUP2019.csv",), ["backup_name"]),
        ("berkas", ("DataBackup.csv",), ["backup_name"]),
        ("berkas", ("warga.csv.bak",), ["backup_name"]),
        ("berkas", ("salinan warga.xlsx",), ["copy_name"]),
        ("berkas", ("warga-lama.csv",), ["copy_name"]),
        ("berkas", ("warga.csv~",), ["copy_name"]),
        ("berkas", ("arsip", "warga.csv"), ["copy_name"]),
        ("berkas", ("ekspor_pasien.csv",), ["export_name"]),
        ("berkas", ("unduhan", "pasien.csv"), ["export_name"]),
        ("berkas", ("data-uji.csv",), ["test_name"]),
        ("berkas", ("test.zip", "dump.sql"), ["backup_name", "test_name", "archive"]),
        ("berkas", ("warga.csv.gz",), ["archive"]),
        ("berkas", ("pengujian_kolam.csv",), []),  # holds the letters, not the word
        ("berkas", ("contest_oldtown.csv",), []),
        ("postgresql://db.contoh.go.id/layanan_test", ("public", "warga"), ["test_name"]),  # the database's name
        ("postgresql://db.contoh.go.id/layanan", ("public", "warga_backup"), ["backup_name"]),
        ("/srv/test", ("warga.csv",), []),  # where the scan was pointed at: the user's own choice of words
    ],
)
def test_names(target: str, path: tuple[str, ...], expected: list[str]) -> None:
    assert [e.code for e in exposure(Place(target, path), None, SCORING)] == expected


@pytest.mark.parametrize(
    ("folders", "sign"),
    [
        (("", "srv", "situs", "public_html", "data"), "public_html"),
        (("", "var", "WWW"), "www"),
        (("usr", "share", "nginx", "html"), "nginx/html"),
        (("etc", "nginx", "conf"), ""),
        (("home", "html"), ""),  # a manual has such a folder too
    ],
)
def test_folders_that_a_web_server_serves(folders: tuple[str, ...], sign: str) -> None:
    found = exposure(Place("x", ("warga.csv",)), None, SCORING, folders)
    assert [e.params["sign"] for e in found if e.code == "web_root"] == ([sign] if sign else [])


def test_what_lies_beside_a_page_of_a_site_is_served_with_it() -> None:
    folders = {("berkas", ("situs",)): signs_beside(SCORING)["index.php"]}
    paths = [("situs", "warga.csv"), ("situs", "unggahan", "data.zip", "ktp.csv"), ("lain", "warga.csv"), ("situs",)]
    assets = [replace(asset(exposure=["archive"]), place=Place("berkas", path)) for path in paths]
    shown = [[e.code for e in a.exposure] for a in beside(assets, folders)]
    assert shown == [["web_root", "archive"], ["web_root", "archive"], ["archive"], ["archive"]]


def test_ways_in_that_the_source_tells() -> None:
    access = Access(mode=0o600, owner="Nobody", flags=(Evidence("superuser"), Evidence("guest"), Evidence("lain")))
    found = exposure(Place("share", ("a.csv",)), access, SCORING, told=[Evidence("dump_content", {"sign": "pg_dump"})])
    assert [e.code for e in found] == ["lain", "guest", "owned_by_nobody", "superuser", "dump_content"]


def credentials(modern: int, matched: int, column: str | None = "sandi") -> Finding:
    flag = Evidence("flag", {"name": "modern_hash", "matched": modern, "share": modern / matched})
    found = finding("CREDENTIAL", matched=matched)
    return replace(found, place=found.place.at(column=column), evidence=(flag,))


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([credentials(300, 300)], []),
        ([credentials(200, 300)], [{"values": 100, "seen": 300}]),
        ([credentials(200, 300), credentials(0, 10)], [{"values": 110, "seen": 310}]),
        ([replace(credentials(0, 10), evidence=())], [{"values": 10, "seen": 10}]),
        ([credentials(0, 1, column=None)], []),  # a password in a text is no column of them
        ([finding("ID_NIK")], []),
    ],
)
def test_columns_of_passwords_without_a_modern_hash(findings: list[Finding], expected: list[object]) -> None:
    found = exposure(Place("x", ("akun.csv",)), None, SCORING, findings=findings)
    assert [e.params for e in found if e.code == "weak_password"] == expected


def test_the_persons_of_another_asset_in_test_data_are_called_so() -> None:
    assets = [asset("data_uji.csv", ["test_name", "archive"]), asset("warga.csv"), asset("lain_uji.csv", ["test_name"])]
    uji, warga, lain = (a.id for a in assets)
    pairs = [(uji, warga, 90), (warga, uji, 90), (uji, lain, 80), (lain, uji, 80)]
    copies = [Copy(a, b, "ID_NIK", 0.9, 0.8, 1.0, persons) for a, b, persons in pairs]
    shown = of_copies(scan([], assets), copies, SCORING)
    expected = [(a.exposure if a.id != uji else (PRODUCTION, *a.exposure)) for a in assets]
    assert [a.exposure for a in shown.assets] == expected
    assert of_copies(shown, copies, SCORING) is shown  # a saved scan shows it once


def test_production_data_in_test_data_raises_the_risk() -> None:
    found = [finding("ID_NIK", name, sketch=range(1, 101)) for name in ("data_uji.csv", "warga.csv")]
    assets = [asset("data_uji.csv", ["test_name"]), asset("warga.csv")]
    result = assess(scan(found, assets))
    assert [[e.code for e in a.exposure] for a in result.scan.assets] == [["production_in_test", "test_name"], []]
    alone = assess(scan(found[:1], assets[:1]))
    assert result.asset_risks[assets[0].id].score > alone.asset_risks[assets[0].id].score


def test_each_exposure_says_what_to_do_and_stands_in_the_documents() -> None:
    assert [e.code for e in SCORING.exposures if set(e.advice) != {"id", "en"}] == []
    told = re.findall(r"^\| `([a-z_]+)` ", (Path(__file__).parents[2] / "docs/exposure.md").read_text(), re.M)
    assert told == [e.code for e in SCORING.exposures]


def test_the_scoring_file_alone_says_what_counts() -> None:
    ways = (Exposure("rahasia", 0.5, {}, words=("rahasia",)), Exposure("lampiran", 0.1, {}, suffixes=(".eml",)))
    found = exposure(Place("berkas", ("backup", "Rahasia.EML")), None, replace(SCORING, exposures=ways))
    assert [(e.code, e.params["sign"]) for e in found] == [("rahasia", "rahasia"), ("lampiran", ".eml")]


def test_params_repeat_the_rule_and_not_the_name() -> None:
    found = exposure(Place("berkas", ("backup_3171014107900001.csv",)), None, SCORING)
    assert "3171" not in repr(found)
