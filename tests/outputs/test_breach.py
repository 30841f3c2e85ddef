"""The breach pack: who, which data, how grave, until when, and letters with what Pasal 46 (2) demands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from privacyscan.errors import UsageError
from privacyscan.model import Assessment, Asset, Copy, Reason, Skipped
from privacyscan.outputs._breach import Incident, documents, incident
from privacyscan.outputs._text import texts
from tests.outputs import made_up_assessment as made_up
from tests.outputs.test_html import Page

LANGUAGES = ("id", "en")
NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)  # 09.00 WIB
KNOWN = "2026-03-03T09:00"


def asset(name: str, assessment: Assessment | None = None) -> Asset:
    assets = (assessment or made_up.assessment()).scan.assets
    return next(a for a in assets if name in a.place.path)


def breach(*names: str, known_at: str | None = KNOWN, assessment: Assessment | None = None) -> Incident:
    full = assessment or made_up.assessment()
    return incident(full, [asset(name, full).id for name in names], known_at, NOW)


def text(found: Incident, file: str = "breach.html", language: str = "id") -> str:
    return Page(documents(found, language)[file].decode("utf-8")).text


def test_the_pack_is_an_overview_and_two_letters_in_both_languages() -> None:
    made = documents(breach("rekam_medis"), "id")
    letters = {f"letter-{to}.{language}.html" for to in ("subjects", "agency") for language in LANGUAGES}
    assert made.keys() == {"breach.html", *letters}
    for name, data in made.items():
        page = Page(data.decode("utf-8"))
        assert not {"script", "link", "img", "iframe", "form", "base"} & set(page.tags), name
        hrefs = {value for _, attribute, value in page.attributes if attribute == "href"}
        assert hrefs == (letters if name == "breach.html" else set())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_overview_is_of_the_chosen_assets_alone(language: str) -> None:
    t, found = texts(language), breach("rekam_medis")
    shown, risk = text(found, language=language), found.whole.asset_risks[asset("rekam_medis").id]
    assert "61.204" in shown or "61,204" in shown
    assert f"{risk.score} {t(f'levels.{risk.level}')}" in shown
    for kind in ("Data kesehatan", "Tanggal lahir") if language == "id" else ("Health data", "Date of birth"):
        assert kind in shown
    assert "penerima_bantuan" not in shown
    assert t("breach.unread_elsewhere", count=7) in shown
    assert t("run_status.incomplete") in shown  # of the scan, of which the chosen asset was read whole


@pytest.mark.parametrize(
    ("names", "persons"),
    [
        (("rekam_medis",), (61_204, 61_204)),
        (("rekam_medis", "pegawai.csv"), (61_204, 65_402)),  # the same persons, or all different ones
        (("penduduk", "rekam_medis"), (1_270_333, 1_281_004)),  # never more than the scan found in all
        (("transaksi",), (0, 0)),
    ],
)
def test_persons_are_at_least_those_of_one_asset_and_at_most_all_together(
    names: tuple[str, ...], persons: tuple[int, int]
) -> None:
    assert breach(*names).persons == persons


def test_all_assets_together_concern_the_persons_of_the_scan() -> None:
    full = made_up.assessment()
    every = incident(full, [a.id for a in full.scan.assets], KNOWN, NOW)
    assert every.persons == (1_281_004, 1_281_004)


@pytest.mark.parametrize(
    ("known_at", "deadline", "late", "hours"),
    [
        ("2026-03-03T09:00", "2026-03-06T02:00", False, 48),  # Western Indonesian Time where no zone is named
        ("2026-03-03T11:00+09:00", "2026-03-06T02:00", False, 48),
        ("2026-03-01 09:00", "2026-03-04T02:00", False, 0),  # the last moment is still in time
        ("2026-03-01T07:59", "2026-03-04T00:59", True, 1),
    ],
)
def test_the_clock_runs_for_72_hours(known_at: str, deadline: str, late: bool, hours: int) -> None:
    found = breach("rekam_medis", known_at=known_at)
    assert found.deadline is not None
    assert found.deadline.astimezone(UTC).isoformat().startswith(deadline)
    assert (found.late, found.hours_left) == (late, hours)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_deadline_is_told_and_so_is_that_it_has_passed(language: str) -> None:
    t = texts(language)
    assert "6 Maret 2026, 09.00 WIB" in text(breach("rekam_medis"))
    passed = breach("rekam_medis", known_at="2026-03-01T01:00")
    assert t("breach.late", hours=8) in text(passed, language=language)
    late = t("letter.late", time="x").split("x")[0]
    assert late in text(passed, f"letter-agency.{language}.html")
    assert late not in text(breach("rekam_medis"), f"letter-agency.{language}.html")


def test_without_the_time_it_stays_blank() -> None:
    shown = documents(breach("rekam_medis", known_at=None), "id")
    assert f"<mark>{texts('id')('breach.blank_deadline')}</mark>" in shown["breach.html"].decode()
    assert "<mark>[tanggal dan jam]</mark>" in shown["letter-subjects.id.html"].decode()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("to", ["subjects", "agency"])
def test_a_letter_holds_what_the_law_demands_and_marks_what_people_fill_in(to: str, language: str) -> None:
    """Pasal 46 (2) UU 27/2022: the data exposed, when and how, handling and recovery."""
    t = texts(language)
    data = documents(breach("rekam_medis"), "id")[f"letter-{to}.{language}.html"].decode("utf-8")
    shown = Page(data).text
    parts = [shown.index(t(f"letter.{part}")) for part in ("data", "when_how", "handling")]
    assert parts == sorted(parts)
    assert ("Data kesehatan" if language == "id" else "Health data") in shown
    assert "46" in shown
    assert "2026" in shown
    assert data.count("<mark>") > 10
    assert "[" not in "".join(piece.split("</mark>")[-1] for piece in data.split("<body>")[1].split("<mark>"))
    assert ("61.204" in shown or "61,204" in shown) == (to == "agency")


def test_a_letter_to_a_person_names_no_place_and_no_level() -> None:
    shown = text(breach("rekam_medis"), "letter-subjects.id.html")
    for inner in ("rekam_medis", made_up.DATABASE, "dari 100", "3171"):
        assert inner not in shown


def test_no_sample_is_in_the_pack() -> None:
    made = documents(breach("rekam_medis", "pegawai.csv"), "id")
    masks = {sample for f in made_up.assessment().scan.findings for sample in f.samples}
    assert [m for m in masks for data in made.values() if m in data.decode("utf-8")] == []


def test_what_was_not_read_in_a_chosen_asset_makes_figures_lower_bounds() -> None:
    found = breach("aplikasi.log")
    t = texts("id")
    shown = text(found)
    assert t("banner.incomplete", count=1) in shown
    assert t("breach.unread_elsewhere", count=6) in shown
    assert t("letter.lower_bound") in text(found, "letter-agency.id.html")


def test_an_asset_in_which_nothing_was_found_is_not_told_as_harmless() -> None:
    shown = text(breach("transaksi"))
    assert texts("id")("breach.lead_nothing", count=1) in shown


def test_other_assets_with_the_same_persons_are_named() -> None:
    full = made_up.assessment()
    here, there = asset("rekam_medis"), asset("penduduk")
    copy = Copy(here.id, there.id, "ID_NIK", 0.91, 0.88, 0.94, 55_000)
    found = breach("rekam_medis", assessment=replace(full, copies=(copy,)))
    assert "memuat 91 % dari orang yang sama" in text(found)
    assert there.id in text(found)
    both = breach("rekam_medis", "penduduk", assessment=replace(full, copies=(copy,)))
    assert texts("id")("breach.copies") not in text(both)


def test_what_lies_around_a_chosen_asset_and_was_not_read_counts() -> None:
    full = made_up.assessment()
    archive = asset("pegawai.csv").place
    cut = Skipped(replace(archive, path=archive.path[:2]), Reason.DAMAGED, "cut off")
    scan = replace(full.scan, skipped=(*full.scan.skipped, cut))
    found = breach("pegawai.csv", assessment=replace(full, scan=scan))
    assert found.assessment.scan.skipped == (cut,)


def test_a_hostile_name_stays_text() -> None:
    full = made_up.hostile()
    found = incident(full, ["A-1"], KNOWN, NOW)
    for name, data in documents(found, "id").items():
        page = Page(data.decode("utf-8"))
        assert "b" not in page.tags or name == "breach.html"  # which has headings of its own in it
        assert "<b>&[x](y)" in page.text or "subjects" in name
        assert "\u202e" not in page.text


@pytest.mark.parametrize(
    ("ids", "known_at", "says"),
    [
        ([], None, r"breach needs --asset ID.*at most risk: A-"),
        (["A-nobody"], None, r"--asset A-nobody: is no asset of this scan; ids stand under assets\[\]\.id"),
        (["A-"], None, r"--asset A-: fits more than one asset"),
        ([""], None, r"--asset : is no asset"),
        (["rekam"], None, "is no asset of this scan"),
    ],
)
def test_a_wrong_asset_is_refused_with_those_there_are(ids: list[str], known_at: str | None, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        incident(made_up.assessment(), ids, known_at, NOW)


@pytest.mark.parametrize("known_at", ["kemarin", "2026", "03/03/2026", ""])
def test_a_wrong_time_is_refused(known_at: str) -> None:
    with pytest.raises(UsageError, match="is no time such as"):
        breach("rekam_medis", known_at=known_at)


def test_a_time_in_the_future_is_refused() -> None:
    with pytest.raises(UsageError, match="lies in the future"):
        breach("rekam_medis", known_at=(NOW + timedelta(minutes=1)).isoformat())
