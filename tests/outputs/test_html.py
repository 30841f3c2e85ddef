"""report.html: what it says, and that nothing foreign gets in or out."""

from __future__ import annotations

import io
import os
import re
import zipfile
from base64 import b64encode
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markupsafe import escape

from privacyscan.model import Assessment, Asset, Duty, Failure, Place, Reason, Skipped
from privacyscan.outputs import formats, render
from privacyscan.outputs._explain import explain
from privacyscan.outputs._figures import Figures
from privacyscan.outputs._numbers import number
from privacyscan.outputs._template import Template, templates
from privacyscan.outputs._text import texts
from privacyscan.outputs._titles import for_assessment
from privacyscan.outputs._view import View
from tests.detect.made_up import MadeUp
from tests.outputs import made_up_assessment as made_up
from tests.outputs.test_json import real

GOLDEN = Path(__file__).parents[1] / "golden"
LANGUAGES = ("id", "en")
HOSTILE = "<script>alert(1)</script>\"onload='x'{{7*7}}.csv"


def html(assessment: Assessment, language: str = "id") -> str:
    """The page, with the made-up titles, so that rule files may change."""
    return template().page(assessment, language, made_up.titles()).decode("utf-8")


def template() -> Template:
    return next(t for t in templates() if t.name == "html")


class Page(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words))

    def ids(self) -> list[str]:
        return [value for _, name, value in self.attributes if name == "id"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_the_page_it_was(language: str) -> None:
    golden, page = GOLDEN / f"report.{language}.html", html(made_up.whole(language), language)
    if os.environ.get("REFRESH_GOLDEN"):
        golden.write_text(page, encoding="utf-8")
    assert page == golden.read_text(encoding="utf-8"), "see tests/golden/README.md"


def test_it_is_the_same_from_a_saved_scan() -> None:
    from privacyscan.outputs.json import loads

    assessment = made_up.assessment()
    assert html(loads(render(assessment, "json"), "scan.json")) == html(assessment)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_stands_alone(language: str) -> None:
    page = Page(html(made_up.whole(language), language))
    assert not {"link", "img", "iframe", "object", "embed", "form", "base"} & set(page.tags)
    sources = [value for tag, name, value in page.attributes if name in {"src", "href"} and tag != "a"]
    assert sources == []
    assert not [a for a in page.attributes if a[1].startswith("on") or a[1] == "style"]
    style = (Path(template().path).parent / "_report.css").read_text(encoding="utf-8")
    assert "url(" not in style
    assert "@import" not in style


def test_its_one_script_is_the_one_that_its_own_policy_allows() -> None:
    page = html(made_up.whole())
    [script] = re.findall(r"<script[^>]*>(.*?)</script>", page, re.S)
    assert script == (template().path.parent / "_report.js").read_text(encoding="utf-8")
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    allowed = b64encode(sha256(script.encode()).digest()).decode()
    assert policy.split("; ")[:3] == [
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        f"script-src 'sha256-{allowed}'",
    ]


def test_every_jump_lands_and_every_id_is_one() -> None:
    page = Page(html(made_up.whole()))
    ids = page.ids()
    assert len(ids) == len(set(ids))
    jumps = [value[1:] for tag, name, value in page.attributes if tag == "a" and name == "href" and value[0] == "#"]
    assert len(jumps) > 20
    assert set(jumps) <= set(ids)
    labels = [v for _, name, value in page.attributes if name == "aria-labelledby" for v in value.split()]
    assert set(labels) <= set(ids)


def test_every_asset_finding_and_unread_place_is_on_it() -> None:
    assessment = made_up.assessment()
    text = Page(html(assessment)).text
    missing = [f.id for f in assessment.scan.findings if f.id not in text]
    missing += [str(s.place) for s in assessment.scan.skipped if str(s.place) not in text]
    missing += [a.place.path[-1] for a in assessment.scan.assets if a.place.path[-1] not in text]
    missing += [d.article for d in assessment.duties if f"Pasal {d.article}" not in text]
    assert missing == []


def test_the_points_of_every_factor_table_add_up() -> None:
    page = html(made_up.assessment(), "en")
    tables = re.findall(r'<table class="factors">.*?</table>', page, re.S)
    sums = 0
    for table in tables:
        points = [float(p) for p in re.findall(r'<td class="n">([0-9.]+)</td><td class="n">[0-9]+</td></tr>\n', table)]
        total = re.search(r"<tfoot>.*?<td class=\"n\" colspan=\"3\">([0-9.]+)(?:, rounded to [0-9]+)?</td>", table)
        if total:
            sums += 1
            assert sum(points) == pytest.approx(float(total[1]), abs=0.05)
    assert sums == 10  # the whole, and nine assets


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_weight_that_a_factor_may_take_is_on_the_page(language: str) -> None:
    titles = for_assessment(made_up.assessment())
    view = View(made_up.assessment(), texts(language), titles)
    page = template().page(made_up.assessment(), language, titles).decode("utf-8")
    rows = re.findall(r'<tr><th scope="row">([^<]*)</th><td class="n">([0-9.,]+)</td></tr>', page)
    for factor in ("sensitivity", "identifiability"):
        weights = titles.heaviest[factor]
        assert len(weights) > 3
        assert view.condition(weights[-1].when) == texts(language)("method.any_other")
        told = [(escape(view.condition(w.when)), number(w.share, language)) for w in weights]
        assert [t for t in told if t not in rows] == []


def test_a_hostile_name_stays_text() -> None:
    full = made_up.assessment()
    place = Place(made_up.SHARE, (HOSTILE,))
    asset = replace(full.scan.assets[0], id='A-"><script>', place=place, columns=(HOSTILE,))
    finding = replace(full.scan.findings[0], place=place.at(column=HOSTILE), entity=HOSTILE, samples=(HOSTILE,))
    skipped = Skipped(place, Reason.ERROR, HOSTILE, HOSTILE)
    duty = replace(full.duties[0], source="javascript:alert(1)", title={"id": HOSTILE})
    scan = replace(
        full.scan,
        assets=(asset,),
        findings=(finding,),
        skipped=(skipped,),
        targets=(HOSTILE,),
        settings={HOSTILE: HOSTILE},
        id=HOSTILE,
    )
    page = Page(html(replace(full, scan=scan, duties=(duty,), asset_risks={asset.id: full.risk})))
    assert page.tags.count("script") == 1  # ours
    assert HOSTILE not in template().path.with_name("_report.js").read_text(encoding="utf-8")
    assert HOSTILE in page.text
    assert not [value for _, name, value in page.attributes if name == "href" and "javascript" in value]
    assert not [a for a in page.attributes if a[1].startswith("on")]


def test_the_map_shows_the_worst_of_each_group_and_whom_it_concerns() -> None:
    assessment = made_up.assessment()
    page = html(assessment, "en")
    table = page[page.index('<table class="map') :]
    heads = re.findall(r'<th scope="col">([^<]+)</th>', table[: table.index("</thead>")])
    assert heads == [
        "Asset", "Identity numbers", "Contact", "Biography", "Finances", "Health and body", "Location",
        "Passwords and keys", "Whole asset",
    ]  # fmt: skip
    row = table[table.index("rekam_medis") :]
    cells = re.findall(r'<td class="heat ?(\w*)">(.*?)</td>', row[: row.index("</tr>")])
    [patients] = (a for a in assessment.scan.assets if a.place.name == "rekam_medis")
    health = next(f for f in assessment.scan.findings if f.place.asset == patients.place and f.entity == "HEALTH")
    worst = assessment.finding_risks[health.id]
    assert cells[4] == (worst.level, f'<b>{worst.score}</b> <abbr title="{_specific()}">S</abbr><span>61,204</span>')
    assert cells[1] == ("", "–")  # no telephone, no mail address
    assert len(cells) == len(heads) - 1


def _specific() -> str:
    return texts("en")("map.specific")


def test_persons_of_a_class_are_told_between_what_is_sure_and_what_can_be() -> None:
    view = View(made_up.assessment(), texts("en"), made_up.titles())
    [general, specific] = sorted(view.persons_by_category, key=lambda p: p.code, reverse=True)
    assert (specific.least, specific.most) == (61_204, 61_204 + 14_426 + 4_084 + 400)  # each asset's own, in sum
    assert (general.least, general.most) == (1_246_023, 1_281_004)  # no more than all persons
    assert "61,204–80,114" in Page(html(made_up.assessment(), "en")).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_history_copies_and_groups_nothing_is_said_of_them(language: str) -> None:
    t = texts(language)
    bare, whole = (Page(html(a, language)) for a in (made_up.assessment(language), made_up.whole(language)))
    for key in ("trend.title", "copies.title", "reidentification.title"):
        assert t(key) not in bare.text
        assert t(key) in whole.text
    assert "trend" in whole.ids()
    assert "trend" not in bare.ids()


def test_what_singles_out_nobody_was_computed_and_what_was_not_says_so() -> None:
    text = Page(html(made_up.whole(), "en")).text
    assert "1,120,004 of 1,284,560" in text
    assert "Not computed: more different combinations than are kept apart. Whether its rows" in text


def test_the_change_since_the_last_scan_stands_in_the_summary() -> None:
    whole = made_up.whole()
    now = whole.risk.score
    for before, said in (
        (now + 4, "Risiko turun 4 poin"),
        (now - 1, "Risiko naik 1 poin"),
        (now, "Risiko sama dengan"),
    ):
        last = replace(whole.trend[-1], risk=before)
        text = Page(html(replace(whole, trend=(*whole.trend[:-1], last)))).text
        assert text.index(said) < text.index(texts("id")("summary.why"))


def test_it_says_what_closing_the_exposures_would_leave() -> None:
    assessment = made_up.assessment()
    view = View(assessment, texts("en"), made_up.titles())
    for asset in assessment.scan.assets:
        points = {f.code: Decimal(str(f.points)) for f in assessment.asset_risks[asset.id].factors}
        left = sum(points.values()) - points.get("exposure", Decimal(0))
        expected = int(left.quantize(Decimal(1), ROUND_HALF_UP)) if points.get("exposure") else None
        assert view.when_closed(assessment.asset_risks[asset.id]) == expected
    assert Page(html(assessment, "en")).text.count("Risk if none of this showed") == 6


def test_every_target_and_every_reason_is_counted() -> None:
    assessment = made_up.assessment()
    reach = {r.target: r for r in Figures(assessment).reach}
    assert (reach[made_up.DATABASE].assets, reach[made_up.DATABASE].unread) == (5, 1)
    assert (reach[made_up.SHARE].assets, reach[made_up.SHARE].unread, reach[made_up.SHARE].left_out) == (7, 6, 1)
    known = replace(assessment, target_risks={made_up.DATABASE: assessment.risk})
    listed = html(known, "en").partition("What became of each target</caption>")[2].partition("</table>")[0]
    risks = re.findall(r'<td class="risk">(?:<span class="score"><b>([0-9]+)|–)', listed)
    assert risks == [str(assessment.risk.score), ""]  # not known of the share
    states = dict(Figures(assessment).coverage)
    assert states == {"found": 8, "clean": 3, "partial": 1, "sampled": 0, "unread": 7, "excluded": 1}


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_can_be_signed(language: str) -> None:
    t = texts(language)
    text = Page(html(made_up.assessment(language), language)).text
    signed = text[text.rindex(t("sign.title")) :]
    fields = ("place", "date", "signature", "name", "nip")
    assert [f for f in fields if signed.count(t(f"sign.{f}")) < 2] == []  # auditor and agency
    assert made_up.assessment().scan.id in signed


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_names_the_scan_json_it_was_made_from_and_how_to_check_it(language: str) -> None:
    full, t = made_up.assessment(), texts(language)
    hashed = Page(html(replace(full, scan_sha256="5d" * 32), language)).text
    assert hashed.count("5d" * 32) == 2  # about the scan, and where it is signed
    assert t("about.check") in hashed
    assert t("about.check") not in Page(html(full, language)).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_limits_that_are_not_kept_are_said_first(language: str) -> None:
    full, t = made_up.assessment(), texts(language)
    said = t("gate.persons", persons=9, most=5)
    broken = replace(full, failures=(Failure("persons", {"persons": 9, "most": 5}),))
    for format in ("html", "executive"):
        text = Page(render(broken, format, language).decode()).text
        assert text.index(t("gate.title")) < text.index(said) < text.index(t("summary.risk"))
    kept = Page(html(replace(full, failures=()), language)).text
    assert t("gate.kept") in kept
    assert t("gate.title") not in kept


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_incomplete_scan_says_so_first(language: str) -> None:
    t = texts(language)
    text = Page(html(made_up.assessment(), language)).text
    assert text.index(t("banner.incomplete_title")) < text.index(t("summary.risk"))
    assert t("banner.nothing_title") not in text


def test_an_interrupted_scan_says_so_first_and_asks_to_be_finished_first() -> None:
    full = made_up.assessment()
    cut = replace(full, scan=replace(full.scan, status="interrupted"))
    text = Page(html(cut)).text
    assert text.index(texts("id")("banner.interrupted_title")) < text.index(texts("id")("summary.risk"))
    steps = text[text.index(texts("id")("summary.first")) :]
    assert steps.strip().startswith(f"{texts('id')('summary.first')} {texts('id')('actions.finish.title')}")


def test_nothing_found_is_said_of_what_was_read_only() -> None:
    text = Page(html(made_up.clean())).text
    assert texts("id")("banner.nothing", assets=12) in text
    assert texts("id")("banner.incomplete_title") not in text
    assert texts("id")("coverage.unread_none") in text


def test_nothing_found_in_an_incomplete_scan_says_both() -> None:
    clean = made_up.clean()
    unread = replace(clean.scan, status="incomplete", skipped=made_up.SKIPPED, assets=clean.scan.assets[:1])
    text = Page(html(replace(clean, scan=unread))).text
    t = texts("id")
    assert text.index(t("banner.incomplete_title")) < text.index(t("banner.nothing_title"))
    assert t("coverage.unread_none") not in text
    assert t("summary.lower_bound") in text


def test_nothing_read_never_reads_as_nothing_found() -> None:
    clean = made_up.clean()
    scan = replace(clean.scan, status="incomplete", assets=(), skipped=made_up.SKIPPED[:1])
    text = Page(html(replace(clean, scan=scan, asset_risks={}))).text
    assert texts("id")("banner.nothing_read_title") in text
    assert texts("id")("summary.gauge_unknown") in text
    assert texts("id")("level_meanings.low") not in text[: text.index(texts("id")("summary.worst"))]
    assert texts("id")("banner.nothing_title") not in text


def test_what_was_cut_short_is_not_listed_as_clean() -> None:
    clean = made_up.clean()
    cut: Asset = replace(clean.scan.assets[0], complete=False, total=None)
    scan = replace(clean.scan, assets=(cut, *clean.scan.assets[1:]), status="incomplete", skipped=made_up.SKIPPED)
    page = html(replace(clean, scan=scan))
    caption = texts("id")("coverage.clean_caption")
    listed = page[page.index(f">{caption}</caption>") :]
    listed = listed[: listed.index("</table>")]
    assert f'"name">{cut.place.path[-1]}<' not in listed
    assert f'"name">{clean.scan.assets[1].place.path[-1]}<' in listed
    assert texts("id")("coverage.partial_caption") in page


def test_a_sample_says_so_at_the_top_with_its_bound_below() -> None:
    full = made_up.clean()
    sample = replace(full.scan.assets[0], mode="sample", rows=300, total=10_000)
    text = Page(html(replace(full, scan=replace(full.scan, assets=(sample, *full.scan.assets[1:]))))).text
    assert text.index(texts("id")("banner.sample_title")) < text.index(texts("id")("summary.risk"))
    assert "300 dari 10.000 baris" in text
    assert "300 dari 10.000 baris1 %" in text
    page = html(replace(full, scan=replace(full.scan, assets=(sample,))))
    assert texts("id")("coverage.clean_none") in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_duties_are_an_indication_and_unsure_numbers_say_so(language: str) -> None:
    full = made_up.assessment()
    sure = replace(full.duties[0], confirmed=True)
    unsure: Duty = replace(full.duties[0], confirmed=False)
    t = texts(language)
    for duty, said in ((sure, False), (unsure, True)):
        text = Page(html(replace(full, duties=(duty,)), language)).text
        duties = text[text.rindex(t("duties.notice")) : text.rindex(t("coverage.title"))]
        assert (t("duties.not_confirmed") in duties) is said


@pytest.mark.no_cover  # the same lines thousands of times
def test_thousands_of_findings_stay_a_page_that_opens() -> None:
    many = made_up.large(20_000)
    page = html(many)
    assert len(page) < 3_000_000
    text = Page(page).text
    assert "20.000" in text
    assert "25 temuan lain di aset ini ada di daftar di bawah." in text
    assert "5.000 temuan selebihnya, satu per baris" in text
    assert "14.700 temuan lain ada di scan.json." in text


@pytest.mark.no_cover  # the same lines thousands of times
def test_five_thousand_findings_are_all_on_it() -> None:
    many = made_up.large(5_000)
    page = html(many)
    assert len(page) < 3_000_000
    assert [f.id for f in many.scan.findings if f.id not in page] == []


def test_no_planted_value_is_in_any_output(tmp_path: Path) -> None:
    people = MadeUp(7)  # the same people as in the scan
    planted = [value for _ in range(60) for value in (people.nik(), people.phone())]
    planted.append(people.nik())
    assessment = real(tmp_path)
    assert len(assessment.scan.findings) >= 3
    names = [name for name in formats() if name != "pdf"]  # printed from the HTML; test_canary.py looks into it
    pages = [unpacked(render(assessment, name, language)) for name in names for language in LANGUAGES]
    pages += [explain(assessment, f.id, language) for f in assessment.scan.findings for language in LANGUAGES]
    hits = [value for value in planted for page in pages if value in page or value[2:-2] in page]
    assert hits == []


def unpacked(report: bytes) -> str:
    """What the report holds, as text."""
    if not report.startswith(b"PK"):
        return report.decode("latin-1")
    with zipfile.ZipFile(io.BytesIO(report)) as book:
        return "".join(book.read(name).decode("latin-1") for name in book.namelist())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_have_contrast(scheme: str) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 for text. Charts too, which axe cannot judge."""
    colours = _colours(scheme)
    on_paper = ("ink", "muted", "link", "accent", "low", "medium", "high", "critical")
    pairs = [(text, ground) for text in on_paper for ground in ("paper", "raised")]
    pairs += [(level, f"{level}-soft") for level in ("low", "medium", "high", "critical", "accent")]
    pairs += [("ink", f"{level}-soft") for level in ("low", "high", "accent")]
    pairs += [(f"heat-{level}-ink", f"heat-{level}") for level in ("low", "medium", "high", "critical")]
    pairs += [("accent-ink", "accent"), ("ink", "ground"), ("muted", "ground"), ("link", "ground")]
    weak = {pair: _contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}
    shapes = ("fill-low", "fill-medium", "fill-high", "fill-critical", "umum", "spesifik", "focus")
    faint = {shape: _contrast(colours[shape], colours["paper"]) for shape in shapes}
    assert {shape: ratio for shape, ratio in faint.items() if ratio < 2.4} == {}  # each bar also carries its number


def _colours(scheme: str) -> dict[str, str]:
    style = (template().path.parent / "_report.css").read_text(encoding="utf-8")
    light, dark = re.findall(r":root \{(.*?)\}", style, re.S)
    named = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", light))
    return named | dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", dark)) if scheme == "dark" else named


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
