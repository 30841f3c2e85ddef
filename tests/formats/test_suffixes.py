"""A name that says something else than the content is told, one that is merely unusual is not."""

from __future__ import annotations

from pathlib import Path

import pytest

import privacyscan
from privacyscan.formats._suffixes import wrong_suffix
from privacyscan.registry import plugins
from privacyscan.settings import load
from tests.formats.samples import csv_file, text_file, xlsx_file, zip_file


@pytest.mark.parametrize(
    ("name", "chosen", "told"),
    [
        ("foto.jpg", "zip", ".jpg → zip"),
        ("catatan.TXT", "spreadsheet", ".txt → spreadsheet"),
        ("surat.pdf", "text", ".pdf → text"),
        ("lagu.mp3", "sqlite", ".mp3 → sqlite"),
        ("foto.png", "image", ""),
        ("data.txt", "csv", ""),
        ("data.log", "json", ""),
        ("laporan.xls", "html", ""),  # what programs write for Excel
        ("laporan.doc", "office", ""),
        ("surat.zip", "office", ""),
        ("cadangan.dump", "sql", ""),
        ("data", "zip", ""),
        ("data.2026", "zip", ""),
    ],
)
def test_names_that_hide_what_a_file_is(name: str, chosen: str, told: str) -> None:
    formats = plugins("formats")
    assert wrong_suffix(name, formats[chosen], formats.values()) == told


def test_it_is_told_of_the_asset_and_changes_no_exit_code(tmp_path: Path) -> None:
    (tmp_path / "berkas").mkdir()
    (tmp_path / "berkas" / "foto.jpg").write_bytes(zip_file({"a.csv": csv_file(), "b.pdf": text_file()}))
    (tmp_path / "berkas" / "catatan.txt").write_bytes(xlsx_file())
    (tmp_path / "berkas" / "warga.csv").write_bytes(csv_file())
    scan = privacyscan.scan([str(tmp_path / "berkas")], load({"state": tmp_path / "state"}))
    told = {a.place.path: [e.params["sign"] for e in a.exposure if e.code == "wrong_suffix"] for a in scan.assets}
    assert told == {
        ("foto.jpg", "a.csv"): [".jpg → zip"],
        ("foto.jpg", "b.pdf"): [".jpg → zip", ".pdf → text"],
        ("catatan.txt", "Sheet"): [".txt → spreadsheet"],
        ("catatan.txt", "properties"): [".txt → spreadsheet"],
        ("warga.csv",): [],
    }
    assert scan.status == "complete"
