"""findings.csv, report.xlsx, and the record of processing: what they hold, and that no cell is a formula."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import openpyxl
import pytest

from privacyscan.model import Assessment
from privacyscan.outputs import render
from privacyscan.outputs._sheets import Sheet, as_csv, as_xlsx
from privacyscan.outputs._text import texts
from tests.outputs import made_up_assessment as made_up

LANGUAGES = ("id", "en")
FORMULA = ("=", "+", "-", "@")


def rows(assessment: Assessment, format: str, language: str = "id") -> list[dict[str, str]]:
    data = render(assessment, format, language).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(data, newline="")))


def book(assessment: Assessment, format: str, language: str = "id") -> dict[str, list[tuple[Any, ...]]]:
    opened = openpyxl.load_workbook(io.BytesIO(render(assessment, format, language)))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in opened}


@pytest.mark.parametrize("language", LANGUAGES)
def test_csv_has_a_row_for_each_finding_and_for_each_place_not_read(language: str) -> None:
    assessment, t = made_up.assessment(), texts(language)
    found = rows(assessment, "csv", language)
    ids = [row[t("sheets.columns.finding")] for row in found]
    assert {i for i in ids if i} == {f.id for f in assessment.scan.findings}
    records = [row[t("sheets.columns.record")] for row in found]
    assert records.count(t("sheets.not_read")) == 7
    assert records.count(t("sheets.left_out")) == 1
    unread = next(row for row in found if row[t("sheets.columns.path")] == "Arsip/gaji_terkunci.xlsx")
    assert t("reasons.encrypted.do") in unread[t("sheets.columns.note")]


def test_csv_tells_a_finding_as_scan_json_does() -> None:
    assessment = made_up.assessment()
    row = next(r for r in rows(assessment, "csv") if r["Kolom"] == "nik_pasien")
    finding = next(f for f in assessment.scan.findings if f.place.column == "nik_pasien")
    assert row["Tempat"] == "publik/rekam_medis"
    assert (row["Cocok"], row["Diperiksa"]) == (str(finding.matched), str(finding.seen))
    assert row["Contoh (disamarkan)"] == "3171**********01; 3171**********07"
    assert row["Risiko"] == str(assessment.finding_risks[finding.id].score)
    assert row["Sidik temuan"] == finding.fingerprint


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_workbook_has_a_sheet_for_each_kind_of_thing(language: str) -> None:
    assessment, t = made_up.assessment(), texts(language)
    found = book(assessment, "xlsx", language)
    assert list(found) == [t(f"sheets.{name}") for name in ("summary", "findings", "assets", "unread", "duties")]
    assert len(found[t("sheets.findings")]) == 1 + len(assessment.scan.findings)
    assert len(found[t("sheets.assets")]) == 1 + len(assessment.scan.assets)
    assert len(found[t("sheets.unread")]) == 1 + len(assessment.scan.skipped)
    assert len(found[t("sheets.duties")]) == 1 + len(assessment.duties)
    summary = [cell for row in found[t("sheets.summary")] for cell in row]
    assert t("banner.incomplete", count=7) in summary
    assert assessment.risk.score in summary


def test_what_was_cut_short_is_told_as_a_part() -> None:
    assets = book(made_up.assessment(), "xlsx")["Aset"]
    log = next(row for row in assets if row[2] == "log/aplikasi.log")
    assert "sebagian" in log


def test_nothing_read_is_no_risk_of_zero() -> None:
    clean = made_up.nothing_read()
    summary = dict(row for row in book(clean, "xlsx")["Ringkasan"])
    assert summary["Risiko kebocoran keseluruhan"] == "tidak diketahui"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_record_of_processing_has_what_the_scan_knows_and_marks_what_it_does_not(language: str) -> None:
    assessment, t = made_up.assessment(), texts(language)
    found = rows(assessment, "ropa-csv", language)
    name = {c: t(f"record.columns.{c}") for c in ("purpose", "basis", "retention", "specific", "place", "assessment")}
    assert len(found) == 9 + 7  # assets with findings, and places not read
    assert {row[name[c]] for row in found for c in ("purpose", "basis", "retention")} == {t("record.blank")}
    medical = next(row for row in found if row[name["place"]].endswith("rekam_medis"))
    titles = {"id": "Data kesehatan", "en": "Health data"}  # of the rule file
    assert medical[name["specific"]] == titles[language]
    assert t("record.signs.specific") in medical[name["assessment"]]
    assert t("record.signs.large") in medical[name["assessment"]]
    unread = next(row for row in found if "gaji_terkunci.xlsx" in row[name["place"]])
    assert unread[name["specific"]] == unread[name["assessment"]] == t("record.unknown")


def test_the_record_as_a_workbook_is_the_same_with_blanks_in_colour() -> None:
    assessment = made_up.assessment()
    opened = openpyxl.load_workbook(io.BytesIO(render(assessment, "ropa")))
    assert opened.sheetnames == ["Rekaman", "Tidak terbaca", "Petunjuk"]
    page = opened["Rekaman"]
    assert [[str(c or "") for c in row] for row in page.iter_rows(values_only=True)] == [
        list(row) for row in csv.reader(io.StringIO(render(assessment, "ropa-csv").decode("utf-8-sig"), newline=""))
    ]
    assert page["A2"].fill.fgColor.rgb == "FFFAEEC9"  # of the activity
    assert page["I2"].fill.fgColor.rgb != "FFFAEEC9"  # of the place


@pytest.mark.parametrize("format", ["csv", "ropa-csv"])
def test_no_cell_of_csv_begins_a_formula_or_breaks_the_line(format: str) -> None:
    data = render(made_up.hostile(), format).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(data, newline="")) for cell in row]
    assert [c for c in cells if c.lstrip().startswith(FORMULA)] == []
    assert [c for c in cells if not c.isprintable()] == []
    assert any("=cmd|' /C calc'!A0" in c for c in cells)


@pytest.mark.parametrize("format", ["xlsx", "ropa"])
def test_no_cell_of_a_workbook_is_a_formula(format: str) -> None:
    opened = openpyxl.load_workbook(io.BytesIO(render(made_up.hostile(), format)))
    cells = [cell for page in opened for row in page.iter_rows() for cell in row]
    assert [c.value for c in cells if c.data_type == "f"] == []
    risky = [c for c in cells if isinstance(c.value, str) and c.value.startswith(FORMULA)]
    assert risky
    assert all(c.quotePrefix for c in risky)


@pytest.mark.parametrize("cell", ["=1", " =1", "+62811", "-1", "@x", "＝1"])
def test_a_cell_that_would_be_a_formula_stays_text(cell: str) -> None:
    sheet = Sheet("x", ("a",), [(cell,)])
    assert as_csv(sheet).decode("utf-8-sig") == f"a\r\n'{cell}\r\n"
    page = openpyxl.load_workbook(io.BytesIO(as_xlsx([sheet], "t", "2026-03-02T02:41:12Z"))).active
    assert page is not None
    assert (page["A2"].value, page["A2"].data_type, page["A2"].quotePrefix) == (cell, "s", True)


def test_a_cell_longer_than_a_spreadsheet_takes_is_shortened_not_lost() -> None:
    data = as_xlsx([Sheet("x", ("a",), [("b" * 40_000,)])], "t", "2026-03-02T02:41:12Z")
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    assert page is not None
    assert len(str(page["A2"].value)) == 32_767


def test_numbers_are_numbers_and_paper_is_a4() -> None:
    data = render(made_up.assessment(), "xlsx")
    opened = openpyxl.load_workbook(io.BytesIO(data))
    assert opened["Temuan"]["H2"].data_type == "n"
    assert {page.page_setup.paperSize for page in opened} == {9}
    for page in openpyxl.load_workbook(io.BytesIO(render(made_up.assessment(), "ropa"))):
        width = sum(c.width * (c.max - c.min + 1) for c in page.column_dimensions.values())
        assert width / (page.page_setup.fitToWidth or 1) <= 220  # characters beside each other that can be read
    assert not [n for n in zipfile.ZipFile(io.BytesIO(data)).namelist() if "externalLink" in n or "vba" in n.lower()]
