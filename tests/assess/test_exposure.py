"""What file modes and names say of an asset, as the scoring file lists it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from privacyscan.assess.exposure import exposure
from privacyscan.model import Access, Exposure, Place
from tests.assess.made_up import BOOK

SCORING = BOOK.scoring_in_force


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


def test_the_scoring_file_alone_says_what_counts() -> None:
    ways = (Exposure("rahasia", 0.5, {}, words=("rahasia",)), Exposure("lampiran", 0.1, {}, suffixes=(".eml",)))
    found = exposure(Place("berkas", ("backup", "Rahasia.EML")), None, replace(SCORING, exposures=ways))
    assert [(e.code, e.params["sign"]) for e in found] == [("rahasia", "rahasia"), ("lampiran", ".eml")]


def test_params_repeat_the_rule_and_not_the_name() -> None:
    found = exposure(Place("berkas", ("backup_3171014107900001.csv",)), None, SCORING)
    assert "3171" not in repr(found)
