"""report.html in a real browser: accessible, silent, printable."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from privacyscan import rulebook
from privacyscan.model import Assessment, Place, Reason, Reidentification, Skipped
from privacyscan.outputs import formats, render
from privacyscan.outputs._breach import documents, incident
from privacyscan.pseudonymize._page import page
from privacyscan.pseudonymize._proof import Proof, Residue, Singled, Utility
from privacyscan.pseudonymize._result import Replaced, Result
from privacyscan.pseudonymize._subset import Part
from tests.outputs import made_up_assessment as made_up
from tests.outputs.test_html import html
from tests.servers import not_here

CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--window-size=1280,900",
)  # fmt: skip
CUT_OFF = """return [...document.querySelectorAll('.document .scroll')].filter(e => e.scrollWidth > e.clientWidth)
    .map(e => e.ariaLabel)"""  # tables of documents; those of the report are wide, and scroll
PAGES = {
    "id": (made_up.whole("id"), "id"),
    "en": (made_up.whole("en"), "en"),
}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Headless Chromium with an empty profile, which logs what pages say and ask for."""
    if not (CHROMIUM.exists() and DRIVER.exists()):
        not_here(f"needs {CHROMIUM} and {DRIVER}: apt-get install chromium chromium-driver")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    driver.set_script_timeout(240)
    yield driver
    driver.quit()


@pytest.fixture(autouse=True)
def _as_new(browser: Any) -> Iterator[None]:
    """Each test leaves screen, light and the usual width behind."""
    yield
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.set_window_size(1280, 900)
    _emulate(browser)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The pages as file addresses."""
    folder = tmp_path_factory.mktemp("pages")
    for name, (assessment, language) in PAGES.items():
        (folder / f"{name}.html").write_text(html(assessment, language), encoding="utf-8")
    return {name: (folder / f"{name}.html").as_uri() for name in PAGES}


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_is_accessible_and_fits(browser: Any, tmp_path: Path, language: str) -> None:
    """Each language meets light and dark, a desk and a telephone; together they meet all four pairs."""
    pages = _every_page(language)
    assert {"report.html", "executive.html", "dpia.html", "breach.html", "proof.html"} <= pages.keys()
    for name, data in pages.items():
        (tmp_path / name).write_bytes(data)
    for scheme, width in zip(("light", "dark"), (1280, 390) if language == "id" else (390, 1280), strict=True):
        _emulate(browser, scheme=scheme)
        _resize(browser, width)
        for name in pages:
            browser.get((tmp_path / name).as_uri())
            assert browser.execute_script(f"return matchMedia('(prefers-color-scheme: {scheme})').matches")
            browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
            assert browser.execute_script("return document.documentElement.scrollWidth") <= width, name
            assert browser.execute_script(CUT_OFF) == [], (name, width)
            assert _violations(browser, least=10) == [], (name, scheme, width)


def test_it_says_nothing_on_the_console_and_asks_for_nothing(browser: Any, files: dict[str, str]) -> None:
    browser.get("about:blank")
    browser.get_log("browser"), browser.get_log("performance")
    browser.get(files["id"])
    assert browser.get_log("browser") == []
    asked = [e["message"] for e in browser.get_log("performance") if '"Network.requestWillBeSent"' in e["message"]]
    addresses = [re.search(r'"request":\{.*?"url":"([^"]*)"', message) for message in asked]
    assert [a[1] for a in addresses if a] == [files["id"]]


@pytest.mark.parametrize("width", [360, 390, 768, 1280, 1440, 1920])
def test_it_fits_every_width(browser: Any, files: dict[str, str], width: int) -> None:
    _resize(browser, width)
    browser.get(files["id"])
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("page", ["id", "en"])
def test_it_prints_to_a4_with_the_summary_on_page_one(browser: Any, files: dict[str, str], page: str) -> None:
    browser.get(files[page])
    options = {"printBackground": True, "preferCSSPageSize": True}
    pdf = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", options)["data"])
    sheets = re.findall(rb"/Type\s*/Page[^s]", pdf)
    assert 8 <= len(sheets) <= 24
    assert re.search(rb"/MediaBox\s*\[\s*0 0 59[45][0-9.]* 84[12]", pdf)
    browser.execute_script("document.querySelectorAll('section:not(#summary)').forEach(s => s.remove())")
    cover = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", options)["data"])
    assert len(re.findall(rb"/Type\s*/Page[^s]", cover)) == 1


def test_heads_of_tables_are_repeated_on_every_sheet(browser: Any, files: dict[str, str]) -> None:
    import pypdfium2

    browser.get(files["en"])
    browser.execute_script("document.querySelectorAll('section:not(#assets)').forEach(s => s.remove())")
    browser.execute_script("const b = document.querySelector('.assets tbody'); b.append(b.cloneNode(true))")
    pdf = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"])
    with pypdfium2.PdfDocument(pdf) as sheets:
        texts = [sheet.get_textpage().get_text_range() for sheet in sheets]
    assert len(texts) >= 2
    assert [text for text in texts if "Data found" not in text] == []
    assert f"{len(texts)} / {len(texts)}" in texts[-1]


def test_findings_can_be_filtered_and_the_print_hides_none(browser: Any, files: dict[str, str]) -> None:
    from selenium.webdriver.common.by import By

    browser.get(files["en"])
    part = browser.find_element(By.CSS_SELECTOR, "#findings [data-filter]")
    part.find_element(By.CSS_SELECTOR, "input").send_keys("NIK rekam_medis")
    shown = (
        "return [...document.querySelectorAll('table.findings tbody')].filter(b => b.checkVisibility()).map(b => b.id)"
    )
    assert len(browser.execute_script(shown)) == 1
    assert part.find_element(By.CSS_SELECTOR, "[role=status]").text == "1 of 34 shown"
    _emulate(browser, media="print")
    assert len(browser.execute_script(shown)) == 34


@pytest.mark.parametrize("page", ["id", "en"])
def test_tables_are_sorted_by_figures_and_by_words(browser: Any, files: dict[str, str], page: str) -> None:
    browser.get(files[page])
    column = (
        "return [...document.querySelectorAll('.assets tbody tr')].map(r => r.cells[arguments[0]].innerText.trim())"
    )
    press = "document.querySelectorAll('.assets thead button')[arguments[0]].click()"
    browser.execute_script(press, 3)
    persons = [int(re.sub(r"[.,]", "", text)) for text in browser.execute_script(column, 3)]
    assert persons == sorted(persons, reverse=True)
    assert len(set(persons)) == 9
    browser.execute_script(press, 0)
    browser.execute_script(press, 0)
    names = browser.execute_script(column, 0)
    assert names == sorted(names, key=str.lower)
    sorts = "return [...document.querySelectorAll('.assets th[aria-sort]')].map(h => [h.cellIndex, h.ariaSort])"
    assert browser.execute_script(sorts) == [[0, "ascending"]]


def test_closed_details_are_open_on_paper(browser: Any, files: dict[str, str]) -> None:
    from selenium.webdriver.support.wait import WebDriverWait

    browser.get(files["id"])
    visible = "return document.querySelector('tr.why details ul').checkVisibility()"
    assert not browser.execute_script(visible)
    _emulate(browser, media="print")
    WebDriverWait(browser, 10).until(lambda b: b.execute_script(visible))  # the next frame shows it


def test_it_can_be_walked_by_keyboard(browser: Any, files: dict[str, str]) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    browser.get(files["id"])
    body = browser.find_element(By.TAG_NAME, "body")
    body.send_keys(Keys.TAB)
    first = browser.switch_to.active_element
    assert first.get_attribute("class") == "skip"
    assert first.rect["x"] >= 0  # it shows itself
    first.send_keys(Keys.ENTER)
    assert browser.execute_script("return document.activeElement.id") == "content"
    summary = browser.find_element(By.CSS_SELECTOR, "tr.why summary")
    summary.send_keys(Keys.ENTER)
    assert browser.execute_script("return document.querySelector('tr.why details').open")


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_executive_summary_prints_on_one_page(browser: Any, tmp_path: Path, language: str) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(render(_crowded(), "executive", language))
    browser.get(page.as_uri())
    options = {"printBackground": True, "preferCSSPageSize": True}
    pdf = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", options)["data"])
    assert len(re.findall(rb"/Type\s*/Page[^s]", pdf)) == 1


def _every_page(language: str) -> dict[str, bytes]:
    """All formats that are pages, full and of a scan that found nothing, and the pack of a breach, too late or not."""
    names = {name: made.filename for name, made in formats().items() if made.filename.endswith(".html")}
    full, clean = made_up.whole(language), made_up.clean()
    pages = {file: render(full, name, language) for name, file in names.items()}
    pages |= {f"clean-{file}": render(clean, name, language) for name, file in names.items()}
    assets = [full.scan.assets[0].id, full.scan.assets[-1].id]
    now = datetime(2026, 3, 4, tzinfo=UTC)
    pages |= documents(incident(full, assets, None, now), language)
    late = documents(incident(full, assets[:1], "2026-02-27T09:15", now), language)
    proof = page(_copied(), language, rulebook.load())
    return pages | {"late-breach.html": late["breach.html"], "proof.html": proof}


def _copied() -> Result:
    """A copy that is refused, with all that its proof may say."""
    table = Place("warga.db", ("penduduk",))
    before = Reidentification(("lahir", "jk"), ("DATE_OF_BIRTH", "SEX"), 100, 90, 1, 80, 95)
    after = replace(before, classes=9, smallest=8, unique=0, small=0)
    not_computed = Reidentification(("lahir",), ("DATE_OF_BIRTH",), reason="too_many_classes")
    return Result(
        source="warga.db",
        copy="aman.db",
        assets=2,
        rows=100,
        replaced=(Replaced(table.at("nik"), "ID_NIK", "token", 100), Replaced(table.at("catatan"), "", "drop", 9)),
        skipped=(Skipped(Place("warga.db", ("foto",)), Reason.UNSUPPORTED_TYPE, "9 cells of binary data"),),
        parts=(Part(table, 100, 90, 1_000),),
        proof=Proof(
            [Residue("ID_NIK", 100, 90, 7, 0.1), Residue("PERSON", 100, 90, 7, None)],
            [Singled(table, before, after, 3), Singled(table, not_computed, not_computed, 0)],
            [Utility(table.at("nik"), 100, 100, 0, 0, 0.0, 1.0), Utility(table.at("nama"), 90, 0, 0, 100, None, None)],
        ),
        failures=("ID_NIK: 7 values of the source stand in the copy",),
        seconds=1.0,
        policy="aman.toml",
        purpose="uji",
        key="k2m7",
        finished="2026-03-04T00:00:00Z",
    )


def _crowded() -> Assessment:
    """Long names, many kinds, every step and all duties at risk."""
    full = made_up.assessment()
    names = {a.place: replace(a.place, path=(*a.place.path[:-1], a.place.path[-1] * 6)) for a in full.scan.assets}
    scan = replace(
        full.scan,
        targets=(f"{made_up.SHARE}/{'folder/' * 30}", *full.scan.targets),
        assets=tuple(replace(a, place=names[a.place]) for a in full.scan.assets),
        findings=tuple(replace(f, place=names[f.place.asset].at(f.place.column)) for f in full.scan.findings),
    )
    duties = tuple(replace(d, status="at_risk") for d in full.duties * 3)
    return replace(full, scan=scan, duties=duties)


def _violations(browser: Any, least: int) -> list[tuple[str, str]]:
    """What axe finds wrong with the page, of which it must have tested so much at least."""
    import axe_core_python

    browser.execute_script(Path(axe_core_python.__path__[0], "axe.min.js").read_text(encoding="utf-8"))
    result = browser.execute_async_script(
        "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']}).then(done)"
    )
    assert len(result["passes"]) > least
    return [(v["id"], v["nodes"][0]["html"][:200]) for v in result["violations"]]


def _resize(browser: Any, width: int) -> None:
    size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 800}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def _emulate(browser: Any, media: str = "", scheme: str = "light") -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
