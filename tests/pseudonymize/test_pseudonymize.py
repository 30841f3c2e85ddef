"""The run as a whole: targets and destinations, folders, the check of the copy, and that no value stays."""

from __future__ import annotations

import os
import sqlite3
import traceback
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from privacyscan.errors import ConfigurationError, PrivacyScanError, UnsafeCopyError, UsageError
from privacyscan.model import Reason
from privacyscan.pseudonymize import pseudonymize
from privacyscan.pseudonymize.policy import Choice, Policy
from privacyscan.pseudonymize.rewriters import csv
from privacyscan.settings import load
from tests.pseudonymize.samples import KEY, MIXED, TOKENS, people, read_csv, rows_of, write_csv, write_database

PERSONS = people(50, seed=3)


def share(tmp_path: Path) -> Path:
    """A folder with a CSV file, a database with its log, a document that is not copied, and a deeper folder."""
    folder = tmp_path / "berkas"
    (folder / "lama").mkdir(parents=True)
    write_csv(folder / "warga.csv", rows_of(PERSONS))
    write_csv(folder / "lama" / "warga.tsv", rows_of(PERSONS), "\t")
    write_database(folder / "layanan.db", PERSONS)
    (folder / "surat.7z").write_bytes(b"7z\xbc\xaf\x27\x1c")
    return folder


def test_a_folder_is_copied_file_by_file_and_the_rest_is_listed(tmp_path: Path) -> None:
    folder, copy = share(tmp_path), tmp_path / "salinan"
    result = pseudonymize(str(folder), str(copy), TOKENS, KEY)
    files = sorted(p.relative_to(copy).as_posix() for p in copy.rglob("*") if p.is_file())
    assert files == ["lama/warga.tsv", "layanan.db", "warga.csv"]
    assert [(s.place.path, s.reason) for s in result.skipped] == [(("surat.7z",), Reason.UNKNOWN_FORMAT)]
    assert (result.assets, result.exit_code) == (6, 3)
    in_file = {row[1] for row in read_csv(copy / "warga.csv")[1:]}
    with closing(sqlite3.connect(copy / "layanan.db")) as database:
        assert {nik for (nik,) in database.execute("SELECT nik FROM warga")} == in_file


def test_an_empty_folder_may_be_the_destination(tmp_path: Path) -> None:
    folder, copy = share(tmp_path), tmp_path / "salinan"
    copy.mkdir()
    pseudonymize(str(folder), str(copy), TOKENS, KEY)
    assert (copy / "warga.csv").is_file()


def test_a_file_whose_name_is_a_number_of_somebody_is_listed_not_copied(tmp_path: Path) -> None:
    folder, copy = share(tmp_path), tmp_path / "salinan"
    nik = PERSONS[0].nik
    write_csv(folder / f"ktp_{nik}.csv", rows_of(PERSONS))
    result = pseudonymize(str(folder), str(copy), TOKENS, KEY)
    assert not any(nik in name for name in os.listdir(copy))
    assert nik not in repr(result)
    assert any("name holds personal data" in s.message for s in result.skipped)


def test_what_is_excluded_is_no_gap(tmp_path: Path) -> None:
    folder, copy = share(tmp_path), tmp_path / "salinan"
    settings = load({"exclude": ("*.7z", "lama")}, environ={})
    result = pseudonymize(str(folder), str(copy), TOKENS, KEY, settings)
    assert result.exit_code == 0
    assert not (copy / "lama").exists()


@pytest.mark.parametrize(
    ("target", "to", "what"),
    [
        ("none.csv", "copy.csv", "no such file"),
        ("warga.csv", "warga.csv", "is the source"),
        ("warga.csv", "taken.csv", "exists"),
        ("warga.csv", "full", "exists"),  # a folder is not the place of a file
        ("full", "full/inner", "lies in it"),
        ("full", "link", "is the source"),  # by another name
        ("warga.csv", "none/copy.csv", "make it first"),
        ("warga.csv", "stale.db", "left of another database"),
        ("surat.7z", "copy.7z", "files of this format are not copied"),
        ("warga.csv", "081234567890.csv", "name holds personal data"),
        ("postgresql://u:rahasia@host/db", "copy.csv", "--to takes a database here"),
        ("warga.csv", "postgresql://u:rahasia@host/db", "TARGET takes a database here"),
    ],
)
def test_a_wrong_target_or_destination_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, to: str, what: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write_csv(tmp_path / "warga.csv", rows_of(PERSONS))
    (tmp_path / "surat.7z").write_bytes(b"7z\xbc\xaf\x27\x1c")
    (tmp_path / "taken.csv").touch()
    (tmp_path / "stale.db-wal").touch()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.csv").touch()
    (tmp_path / "link").symlink_to("full")
    before = sorted(p.name for p in tmp_path.rglob("*"))
    with pytest.raises(UsageError, match=what) as raised:
        pseudonymize(target, to, TOKENS, KEY)
    assert "rahasia" not in str(raised.value)
    assert sorted(p.name for p in tmp_path.rglob("*")) == before


def test_tokens_need_a_key_and_masks_do_not(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "warga.csv", rows_of(PERSONS))
    with pytest.raises(ConfigurationError, match="--key"):
        pseudonymize(str(source), str(tmp_path / "copy.csv"), TOKENS)
    with pytest.raises(ConfigurationError, match="expected 32"):
        pseudonymize(str(source), str(tmp_path / "copy.csv"), TOKENS, b"short")
    pseudonymize(str(source), str(tmp_path / "copy.csv"), Policy({}, Choice("mask")))


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "warga.csv", rows_of(PERSONS))
    for name in ("satu.csv", "dua.csv"):
        pseudonymize(str(source), str(tmp_path / name), MIXED, KEY)
    assert (tmp_path / "satu.csv").read_bytes() == (tmp_path / "dua.csv").read_bytes()


def test_progress_is_told_of_all_rows_in_three_passes(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "warga.csv", rows_of(PERSONS))
    told: list[tuple[str, int]] = []
    pseudonymize(
        str(source), str(tmp_path / "copy.csv"), MIXED, KEY, progress=lambda place, rows: told.append((place, rows))
    )
    assert sum(rows for _, rows in told) == 3 * 50


def test_a_copy_that_still_holds_data_is_removed_and_told_by_place_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_csv(tmp_path / "warga.csv", rows_of(PERSONS))
    monkeypatch.setattr(csv, "_replace", lambda batch, columns: None)  # a defect: nothing is replaced
    with pytest.raises(UnsafeCopyError, match=r"\[nik\]: ID_NIK 50/50") as raised:
        pseudonymize(str(source), str(tmp_path / "copy.csv"), TOKENS, KEY)
    assert not any(value in str(raised.value) for p in PERSONS for value in p.values)
    assert os.listdir(tmp_path) == ["warga.csv"]


def _digits(value: str) -> str:
    return "".join(c for c in value if c.isdigit())


@pytest.mark.parametrize("policy", [TOKENS, MIXED, Policy({}, Choice("redact"))])
def test_no_planted_value_is_in_any_byte_of_the_copy(tmp_path: Path, policy: Policy) -> None:
    folder, copy = share(tmp_path), tmp_path / "salinan"
    (folder / "layanan.db").unlink()
    if policy.default != Choice("redact"):  # whose one label does not fit into a primary key
        write_database(folder / "layanan.db", PERSONS)
    result = pseudonymize(str(folder), str(copy), policy, KEY)
    for path in copy.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            for person in PERSONS:
                for value in (*person.values, person.phone.lstrip("+0"), _digits(person.phone)):
                    assert value.encode() not in data, path.name
    shown = repr(result)
    assert not any(value in shown for p in PERSONS for value in p.values)
    assert sorted(os.listdir(tmp_path)) == ["berkas", "salinan"]


def _unclosed(folder: Path) -> None:
    with (folder / "warga.csv").open("a", encoding="utf-8") as file:
        file.write(f'{PERSONS[0].nik},"{PERSONS[0].name}' + "x" * (17 << 20))


def _unique(folder: Path) -> None:
    (folder / "warga.csv").unlink()
    write_database(folder / "warga.csv", PERSONS)


@pytest.mark.parametrize("damage", [_unclosed, _unique])
def test_no_planted_value_is_in_an_error_or_its_causes(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    folder = share(tmp_path)
    damage(folder)
    with pytest.raises(PrivacyScanError) as raised:
        pseudonymize(str(folder / "warga.csv"), str(tmp_path / "copy"), Policy({}, Choice("redact")))
    told = "".join(traceback.format_exception_only(raised.type, raised.value))
    assert raised.value.__cause__ is None
    assert not any(value in told for p in PERSONS for value in p.values)
