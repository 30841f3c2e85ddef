"""`assess`: regulation, language and rules come from the scan unless the caller names them; importing is cheap."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from privacyscan.assess import assess
from privacyscan.errors import UsageError
from privacyscan.outputs import render
from tests.assess.made_up import finding, scan
from tests.rulebook.test_regulations import SOUND as OTHER_LAW


def pack(tmp_path: Path) -> str:
    """A folder of rules with a law called uji."""
    (tmp_path / "regulations").mkdir()
    (tmp_path / "regulations" / "uji.yaml").write_text(OTHER_LAW)
    return str(tmp_path)


@pytest.mark.parametrize(
    ("settings", "asked", "expected"),
    [({}, None, "uu-pdp"), ({"regulation": "uu-pdp"}, None, "uu-pdp"), ({"regulation": "uji"}, None, "uji"),
     ({"regulation": "uji"}, "uu-pdp", "uu-pdp"), ({"regulation": "uu-pdp"}, "uji", "uji")],
)  # fmt: skip
def test_the_regulation_is_the_caller_s_else_the_scan_s(
    tmp_path: Path, settings: dict[str, str], asked: str | None, expected: str
) -> None:
    result = assess(scan([finding("ID_NIK")], rules=[pack(tmp_path)], **settings), asked)
    assert result.regulation == expected
    assert {d.regulation for d in result.duties} == {expected}


def test_an_unknown_regulation_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no regulation 'gdpr'; known are: .*, uu-pdp"):
        assess(scan([]), "gdpr")


def test_several_regulations_are_judged_in_their_order(tmp_path: Path) -> None:
    """Findings name the articles of the first; one is added by a rule file alone."""
    made = scan([finding("ID_NIK")], rules=[pack(tmp_path)], regulation=["uu-pdp", "uji", "uu-24-2013"])
    result = assess(made)
    assert result.regulation == "uu-pdp"
    assert list(dict.fromkeys(d.regulation for d in result.duties)) == ["uu-pdp", "uji", "uu-24-2013"]
    assert result.articles == assess(made, "uu-pdp").articles
    assert next(d.article for d in assess(made, ["uji", "uu-pdp"]).duties) == "35"
    shown = {language: render(result, "html", language).decode() for language in ("id", "en")}
    assert "Aturan uji, Pasal 35" in shown["id"]
    assert "Law 24/2013 with Law 23/2006 on population administration" in shown["en"]
    assert "Article  ·" not in shown["en"]


@pytest.mark.parametrize(("settings", "language"), [({}, "id"), ({"lang": "en"}, "en")])
def test_language_of_the_scan(settings: dict[str, str], language: str) -> None:
    assert assess(scan([], **settings)).language == language


def test_every_asset_and_finding_has_a_risk_and_articles() -> None:
    made = scan([finding("ID_NIK", "a.csv"), finding("OLD_KIND", "b.csv"), finding("ID_KK", status="suppressed")])
    result = assess(made)
    assert set(result.asset_risks) == {a.id for a in made.assets}
    assert set(result.finding_risks) == set(result.articles) == {f.id for f in made.findings}


def test_the_same_scan_gives_the_same_assessment_in_any_order() -> None:
    findings = [finding("ID_NIK", "a.csv"), finding("ID_KK", "b.csv"), finding("ID_NPWP", "c.csv")]
    one, other = assess(scan(findings)), assess(scan(findings[::-1]))
    assert (one.risk, one.asset_risks, one.finding_risks) == (other.risk, other.asset_risks, other.finding_risks)
    assert [(d.article, d.status, d.reasons) for d in one.duties] == [
        (d.article, d.status, d.reasons) for d in other.duties
    ]


def test_importing_is_cheap() -> None:
    script = (
        "import sys, privacyscan.assess, privacyscan.assess.score, privacyscan.assess.duties\n"
        "print(sorted({'pydantic', 'pyarrow', 'numpy', 'yaml', 'presidio_analyzer'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
