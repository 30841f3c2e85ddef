"""Leak risk: sums that can be recomputed by hand, levels at their thresholds, and never lower for more."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacyscan.assess import assess, score
from privacyscan.model import Assessment, Asset, Evidence, Factor, Finding, Place, Reidentification, Risk, Scan
from tests.assess.made_up import BOOK, SINGLED_OUT, asset, finding, place, scan

SCORING = BOOK.scoring_in_force
FACTORS = ["sensitivity", "kinds", "persons", "identifiability", "exposure"]


def test_a_score_is_worked_out_by_hand() -> None:
    """10,000 NIK with their telephone numbers in an export that everybody can read."""
    findings = [finding("ID_NIK", people=10_000), finding("PHONE_NUMBER", people=9_000)]
    risk = assess(scan(findings, [asset(exposure=["world_readable", "export_name"])])).risk
    assert [(f.code, f.value, f.points, f.most) for f in risk.factors] == [
        ("sensitivity", 0.8, 38.4, 48),
        ("kinds", 2, 2.0, 8),  # 2 of 8
        ("persons", 10_000, 12.0, 24),  # log10(10,000) / log10(100 million) = 4 / 8
        ("identifiability", 1.0, 0, 0),  # multiplies these three
        ("exposure", 0.8, 16.0, 20),  # 0.6 + 0.2
    ]
    assert (risk.score, risk.level) == (68, "high")  # 68.4
    assert [dict(f.params) for f in risk.factors] == [
        {"share": 0.8, "ease": 1.0, "entities": "ID_NIK"},
        {"share": 0.25, "ease": 1.0, "full": 8},
        {"share": 0.5, "ease": 1.0, "full": 100_000_000},
        {"share": 1.0, "entities": "ID_NIK"},
        {"share": 0.8, "asset": "A-warga.csv", "codes": "export_name, world_readable"},
    ]


def test_how_easily_persons_are_identified_multiplies_what_the_data_is() -> None:
    """10,000 telephone numbers identify persons less than as many NIK; how open they lie is added."""
    risk = assess(scan([finding("PHONE_NUMBER", people=10_000)], [asset(exposure=["world_readable"])])).risk
    assert [f.points for f in risk.factors] == [9.0, 0.8, 9.0, 0, 12]  # 0.75 x (12, 1, 12), and 12
    assert risk.score == 31


@pytest.mark.parametrize(
    ("entities", "measured", "ease"),
    [
        pytest.param(["DATE_OF_BIRTH", "SEX"], None, 0.25, id="not measured"),
        pytest.param(["DATE_OF_BIRTH", "SEX"], SINGLED_OUT, 0.62, id="measured"),
        pytest.param(["SEX"], replace(SINGLED_OUT, unique=3), 0.25, id="nearly nobody is singled out"),
        pytest.param(["PERSON", "SEX"], replace(SINGLED_OUT, unique=300), 0.5, id="the name says more"),
        pytest.param(["PERSON", "SEX"], SINGLED_OUT, 0.62, id="the name says less"),
        pytest.param(["ID_NIK", "SEX"], SINGLED_OUT, 1, id="a NIK says all"),
        pytest.param(["SEX"], replace(SINGLED_OUT, reason="budget"), 0.25, id="given up"),
        pytest.param(["SEX"], replace(SINGLED_OUT, rows=99, unique=99), 0.25, id="too small a table"),
        pytest.param(["SEX"], replace(SINGLED_OUT, rows=100, unique=100), 1, id="just large enough"),
    ],
)
def test_identifiability_is_measured_where_it_can_be(
    entities: list[str], measured: Reidentification | None, ease: float
) -> None:
    findings = [finding(e, people=1000) for e in entities]
    result = assess(scan(findings, [asset(reidentification=measured)]))
    assert result.risk.factors[3].value == result.asset_risks["A-warga.csv"].factors[3].value == ease
    assert result.risk.factors[0].params["ease"] == ease


def test_a_measured_factor_tells_the_rows_it_rests_on() -> None:
    result = assess(scan([finding("SEX")], [asset(reidentification=SINGLED_OUT)]))
    told = {"share": 0.62, "entities": "DATE_OF_BIRTH, SEX", "unique": 620, "rows": 1000}
    assert result.risk.factors[3].params == told
    assert result.finding_risks["F-warga.csv-SEX"].factors[3].params == told


def test_a_finding_identifies_as_easily_as_what_lies_beside_it() -> None:
    beside, alone = finding("HEALTH", "a.csv"), finding("HEALTH", "b.csv")
    risks = assess(scan([beside, finding("ID_NIK", "a.csv"), alone])).finding_risks
    assert [risks[f.id].factors[3].value for f in (beside, alone)] == [1, 0.25]


@pytest.mark.parametrize(
    ("persons", "points"),
    [(0, 0), (1, 0), (100, 6), (10_000, 12), (1_000_000, 18), (100_000_000, 24), (300_000_000, 24)],
)
def test_persons_enter_on_a_logarithmic_scale(persons: int, points: float) -> None:
    risk = assess(scan([finding("ID_NIK", people=persons)])).risk
    assert risk.factors[2].points == points


@pytest.mark.parametrize(
    ("entity", "sensitivity", "identifiability"),
    [("ID_NIK", 0.8, 1), ("ID_KK", 0.8, 0.75), ("ID_NIP", 0.5, 1), ("ID_NPWP", 0.85, 1), ("CREDIT_CARD", 0.85, 0.75),
     ("EMAIL_ADDRESS", 0.25, 0.75), ("PERSON", 0.25, 0.5), ("DATE_OF_BIRTH", 0.25, 0.25),
     ("CHILD", 1, 0.25), ("HEALTH", 1, 0.25), ("DISABILITY", 1, 0.25), ("RELIGION", 0.85, 0.25),
     ("ETHNICITY", 0.85, 0.25)],
)  # fmt: skip
def test_weight_of_a_kind_of_data(entity: str, sensitivity: float, identifiability: float) -> None:
    factors = assess(scan([finding(entity)])).risk.factors
    assert (factors[0].value, factors[3].value) == (sensitivity, identifiability)


def test_a_kind_that_no_rule_describes_any_more_is_weighed_by_its_class() -> None:
    risk = assess(scan([finding("OLD_KIND", category="spesifik")])).risk
    assert risk.factors[0].value == 0.85


@pytest.mark.parametrize(
    ("points", "level"),
    [(0, "low"), (39, "low"), (40, "medium"), (59, "medium"), (60, "high"), (79, "high"), (80, "critical"),
     (100, "critical")],
)  # fmt: skip
def test_levels_at_their_thresholds(points: int, level: str) -> None:
    assert score.level(points, SCORING) == level


@pytest.mark.parametrize(
    ("points", "expected"), [((0.1, 0.2), 0), ((20.0, 9.5), 30), ((20.0, 9.4), 29), ((0.1, 0.1, 0.3), 1)]
)
def test_halves_of_a_sum_are_rounded_up(points: tuple[float, ...], expected: int) -> None:
    assert score.total([Factor("x", 0, p, 100) for p in points]) == expected


def test_what_holds_nothing_has_no_risk_however_open_it_lies() -> None:
    result = assess(scan([], [asset(exposure=["world_readable", "backup_name"])]))
    assert result.risk == Risk(0, "low", ())
    assert result.asset_risks == {"A-warga.csv": Risk(0, "low", ())}


def test_the_worst_that_can_be_counts_a_hundred() -> None:
    kinds = [finding(e, people=10**8) for e in (*BOOK.identifiers, *(f"OTHER_{n}" for n in range(8)))]
    kinds.append(finding("ID_NIK", id="F-health", category="spesifik", people=10**8))  # sensitive like health data
    risk = assess(scan(kinds, [asset(exposure=["world_readable", "backup_name", "copy_name"])])).risk
    assert (risk.score, risk.level) == (100, "critical")


def test_a_trait_concerns_the_persons_of_its_asset() -> None:
    """Birth dates repeat; how many persons they belong to is told by the NIK beside them."""
    findings = [finding("ID_NIK", people=5_000), finding("DATE_OF_BIRTH", people=900, matched=4_800)]
    result = assess(scan(findings))
    assert result.finding_risks["F-warga.csv-DATE_OF_BIRTH"].factors[2].value == 4_800


def test_an_exposure_that_no_rule_lists_counts_too() -> None:
    risk = assess(scan([finding("ID_NIK")], [asset(exposure=["granted_to_all"])])).risk
    assert risk.factors[4].value == SCORING.other_exposure


def test_of_several_assets_the_most_open_with_findings_counts() -> None:
    assets = [asset("a.csv", ["group_readable"]), asset("b.csv", ["world_readable"]), asset("c.csv", ["archive"])]
    open_but_empty = asset("d.csv", ["world_readable", "backup_name", "copy_name"])
    findings = [finding("ID_NIK", name) for name in ("a.csv", "b.csv", "c.csv")]
    worst = assess(scan(findings, [*assets, open_but_empty])).risk.factors[4]
    assert (worst.value, worst.params["asset"]) == (0.6, "A-b.csv")


def test_the_whole_is_its_worst_asset_with_the_persons_of_all() -> None:
    """Facts of nobody and numbers of persons that lie apart are not taken for one collection."""
    diagnoses, phones = finding("HEALTH", "a.csv", 10), finding("PHONE_NUMBER", "b.csv", 100)
    result = assess(scan([diagnoses, phones], [asset("a.csv", ["world_readable"]), asset("b.csv")], persons=100))
    worst = result.asset_risks["A-a.csv"]
    assert [f.value for f in result.risk.factors] == [1, 1, 100, 0.25, 0.6]
    assert result.risk.score > worst.score > result.asset_risks["A-b.csv"].score


def test_each_target_has_a_risk_of_its_own() -> None:
    other = replace(asset("x.csv"), id="A-x", place=Place("lain", ("x.csv",)))
    bare = replace(asset("y.csv"), id="A-y", place=Place("kosong", ("y.csv",)))
    lain = replace(finding("ID_NIK", id="F-x", people=50), place=other.place.at(column="nik"))
    result = assess(scan([finding("HEALTH", "a.csv"), finding("ID_NIK", "b.csv"), lain], [other, bare]))
    assert {target: r.score for target, r in result.target_risks.items()} == {
        "berkas": max(result.asset_risks[a].score for a in ("A-a.csv", "A-b.csv")),
        "kosong": 0,
        "lain": result.asset_risks["A-x"].score,
    }
    assert result.risk.score == max(r.score for r in result.target_risks.values())


def test_suppressed_findings_are_scored_alone_but_do_not_count() -> None:
    result = assess(scan([finding("ID_NIK", status="suppressed")]))
    assert result.finding_risks["F-warga.csv-ID_NIK"].score > 0
    assert result.risk.score == result.asset_risks["A-warga.csv"].score == 0
    assert result.duties == ()


NAMES = ["a.csv", "b.csv", "c.csv"]
CODES = [e.code for e in SCORING.exposures] + ["granted_to_all"]
# Numbers of patients may be new at each visit: they count persons only where nothing else does, so a NIK beside them
# may tell of fewer persons than there seemed to be.
VISITS = {i.id for i in BOOK.identifiers.values() if i.person and i.group == "health"}
ENTITIES = [*(e for e in BOOK.identifiers if e not in VISITS), "OLD_KIND"]


@st.composite
def some_findings(draw: st.DrawFn, least: int = 0) -> list[Finding]:
    """Findings in three assets, at most one for each kind and asset."""
    where = st.tuples(st.sampled_from(ENTITIES), st.sampled_from(NAMES))
    made = []
    for entity, name in draw(st.lists(where, min_size=least, max_size=8, unique=True)):
        people = draw(st.integers(1, 3 * 10**8))
        more = draw(st.integers(0, 10**6))
        made.append(finding(entity, name, people, matched=people + more, seen=people + more))
    return made


@st.composite
def some_assets(draw: st.DrawFn) -> list[Asset]:
    made = []
    for name in NAMES:
        unique = draw(st.none() | st.integers(0, 1000))
        measured = None if unique is None else replace(SINGLED_OUT, unique=unique)
        made.append(asset(name, draw(st.lists(st.sampled_from(CODES), unique=True)), measured))
    return made


def all_risks(result: Assessment) -> dict[str, Risk]:
    targets = {f"target {target}": risk for target, risk in result.target_risks.items()}
    return {"": result.risk, **targets, **result.asset_risks, **result.finding_risks}


def assert_not_lower(less: Scan, more: Scan) -> None:
    """Every score of `less`, and every factor of its assets and findings, is at least as high in `more`. Of the whole
    another asset may become the worst."""
    before_, after_ = assess(less, rulebook=BOOK), assess(more, rulebook=BOOK)
    after = all_risks(after_)
    assert all(after[key].score >= risk.score for key, risk in all_risks(before_).items())
    for key, risk in {**before_.asset_risks, **before_.finding_risks}.items():
        for before, now in zip(risk.factors, after[key].factors, strict=False):
            assert now.points >= before.points


@given(some_findings(), some_assets(), st.integers(0, 3 * 10**8))
@settings(deadline=None, max_examples=40)
def test_every_score_is_the_sum_of_its_factors(findings: list[Finding], assets: list[Asset], persons: int) -> None:
    for risk in all_risks(assess(scan(findings, assets, persons), rulebook=BOOK)).values():
        terms = [Decimal(str(f.points)) for f in risk.factors]
        assert risk.score == int(sum(terms, Decimal(0)).quantize(Decimal(1), ROUND_HALF_UP))
        assert 0 <= risk.score <= 100
        assert risk.level == score.level(risk.score, SCORING)
        assert [f.code for f in risk.factors] in ([], FACTORS)
        ease = {str(f.value) for f in risk.factors if f.code == "identifiability"}
        assert {str(f.params["ease"]) for f in risk.factors if "ease" in f.params} == ease
        for f in risk.factors:
            points = Decimal(str(f.params["share"])) * Decimal(str(f.params.get("ease", 1))) * Decimal(f.most)
            assert Decimal(str(f.points)) == points.quantize(Decimal("0.1"), ROUND_HALF_UP)


@given(some_findings(least=1), some_assets(), st.integers(0, 3 * 10**8))
@settings(deadline=None, max_examples=40)
def test_the_whole_is_no_lower_than_an_asset_nor_an_asset_than_its_findings(
    findings: list[Finding], assets: list[Asset], persons: int
) -> None:
    result = assess(scan(findings, assets, persons), rulebook=BOOK)
    assert result.risk.score >= max(r.score for r in result.target_risks.values())
    assert result.target_risks["berkas"].score >= max(r.score for r in result.asset_risks.values())
    for f in findings:
        assert result.asset_risks[f"A-{f.place.path[0]}"].score >= result.finding_risks[f.id].score


@given(some_findings(least=1), some_assets(), st.data())
@settings(deadline=None, max_examples=40)
def test_one_more_finding_never_lowers_a_score(
    findings: list[Finding], assets: list[Asset], data: st.DataObject
) -> None:
    kept = data.draw(st.lists(st.sampled_from(findings), unique_by=lambda f: f.id))
    assert_not_lower(scan(kept, assets), scan(findings, assets))


@given(some_findings(least=1), some_assets(), st.data())
@settings(deadline=None, max_examples=40)
def test_one_more_asset_never_lowers_a_score(findings: list[Finding], assets: list[Asset], data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(NAMES))
    rest = [a for a in assets if a.place != place(gone)]
    assert_not_lower(scan([f for f in findings if f.place.asset != place(gone)], rest), scan(findings, assets))


@given(some_findings(least=1), some_assets(), st.integers(0, 10**8), st.data())
@settings(deadline=None, max_examples=40)
def test_more_persons_never_lower_a_score(
    findings: list[Finding], assets: list[Asset], persons: int, data: st.DataObject
) -> None:
    grown = data.draw(st.sampled_from(findings))
    by = data.draw(st.integers(1, 10**8))
    more = replace(grown, distinct=grown.distinct + by, matched=grown.matched + by)
    after = [more if f is grown else f for f in findings]
    assert_not_lower(scan(findings, assets, persons), scan(after, assets, persons + by))


@given(some_findings(least=1), some_assets(), st.sampled_from(CODES), st.sampled_from(NAMES))
@settings(deadline=None, max_examples=40)
def test_more_exposure_never_lowers_a_score(findings: list[Finding], assets: list[Asset], code: str, name: str) -> None:
    more = (Evidence(code),)
    after = [replace(a, exposure=a.exposure + more) if a.place == place(name) else a for a in assets]
    assert_not_lower(scan(findings, assets), scan(findings, after))


@given(some_findings(least=1), some_assets(), st.sampled_from(NAMES), st.integers(0, 1000))
@settings(deadline=None, max_examples=40)
def test_rows_that_single_out_more_never_lower_a_score(
    findings: list[Finding], assets: list[Asset], name: str, by: int
) -> None:
    def grown(a: Asset) -> Asset:
        unique = a.reidentification.unique if a.reidentification is not None else 0
        return replace(a, reidentification=replace(SINGLED_OUT, unique=min(1000, unique + by)))

    after = [grown(a) if a.place == place(name) else a for a in assets]
    assert_not_lower(scan(findings, assets), scan(findings, after))


@given(some_findings(least=1), some_assets(), st.data())
@settings(deadline=None, max_examples=40)
def test_more_sensitive_data_never_lowers_a_score(
    findings: list[Finding], assets: list[Asset], data: st.DataObject
) -> None:
    """Data that turns out to be of the specific class."""
    one = data.draw(st.sampled_from(findings))
    after = [replace(f, category="spesifik") if f is one else f for f in findings]
    assert_not_lower(scan(findings, assets), scan(after, assets))


def test_params_name_kinds_and_codes_and_figures_only() -> None:
    result = assess(scan([finding("ID_NIK", samples=("3171**********01",))], [asset(exposure=["archive"])]))
    for risk in all_risks(result).values():
        assert {k for f in risk.factors for k in f.params} <= {"share", "ease", "full", "entities", "codes", "asset"}
        assert "3171" not in repr(risk)
