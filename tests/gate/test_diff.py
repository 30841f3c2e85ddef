"""What changed between two scans: nothing is called gone that was not read."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from privacyscan.gate.diff import Diff, compare
from privacyscan.gate.told import document, told
from privacyscan.model import Assessment, Finding, Place, Reason, Scan, Skipped
from tests.outputs import made_up_assessment as made_up

OLD = made_up.assessment()
AT = next(f for f in OLD.scan.findings if f.place.column is not None and len(f.place.path) > 1)


def changed(**given: object) -> Assessment:
    return replace(OLD, scan=replace(OLD.scan, id="later", **given))  # type: ignore[arg-type]


def without(finding: Finding) -> tuple[Finding, ...]:
    return tuple(f for f in OLD.scan.findings if f != finding)


def elsewhere(finding: Finding) -> Finding:
    return replace(finding, id="F-new", fingerprint="f" * 32, place=finding.place.at(column="kolom_baru"))


def test_a_scan_is_as_itself() -> None:
    diff = compare(OLD, OLD)
    assert [diff.new, diff.grown, diff.gone, diff.unknown, diff.assets, diff.unread] == [()] * 6
    assert diff.same_rules


def test_what_is_new_and_whether_its_column_is() -> None:
    other = replace(AT, id="F-2", fingerprint="e" * 32, entity="ID_KK" if AT.entity != "ID_KK" else "ID_NIK")
    new = elsewhere(AT)
    diff = compare(OLD, changed(findings=(*OLD.scan.findings, new, other)))
    assert diff.new == (new, other)
    assert diff.new_columns == (new,)  # the other is a second kind of data in a column that held one


def test_what_is_suppressed_is_not_new() -> None:
    judged = replace(elsewhere(AT), status="suppressed")
    assert compare(OLD, changed(findings=(*OLD.scan.findings, judged))).new == ()


@pytest.mark.parametrize(("matched", "distinct", "grown"), [(1, 0, True), (0, 1, True), (0, 0, False), (-1, 0, False)])
def test_what_has_grown(matched: int, distinct: int, grown: bool) -> None:
    more = replace(AT, matched=AT.matched + matched, distinct=AT.distinct + distinct)
    diff = compare(OLD, changed(findings=(*without(AT), more)))
    assert [g.now for g in diff.grown] == [more] * grown
    assert diff.new == ()


def nothing(scan: Scan) -> Scan:
    return scan


def skipped(place: Place, reason: Reason = Reason.DENIED) -> Callable[[Scan], Scan]:
    return lambda scan: replace(scan, skipped=(*scan.skipped, Skipped(place, reason)))


def no_asset(scan: Scan) -> Scan:
    return replace(scan, assets=tuple(a for a in scan.assets if a.place != AT.place.asset))


def as_asset(**given: object) -> Callable[[Scan], Scan]:
    def apply(scan: Scan) -> Scan:
        assets = (replace(a, **given) if a.place == AT.place.asset else a for a in scan.assets)  # type: ignore[arg-type]
        return replace(scan, assets=tuple(assets))

    return apply


ABOVE = Place(AT.place.target, AT.place.path[:-1])
HARM = [
    pytest.param(nothing, True, id="read to its end"),
    pytest.param(no_asset, True, id="the file is gone"),
    pytest.param(as_asset(complete=False), False, id="read in part"),
    pytest.param(as_asset(mode="sample"), False, id="a sample"),
    pytest.param(skipped(AT.place.asset), False, id="denied"),
    pytest.param(skipped(ABOVE), False, id="its folder denied"),
    pytest.param(skipped(Place(AT.place.target)), False, id="its target denied"),
    pytest.param(skipped(AT.place.asset.child("dalam")), False, id="a part of it damaged"),
    pytest.param(skipped(AT.place), False, id="its column not read"),
    pytest.param(skipped(AT.place.at(column="lain")), True, id="another column not read"),
    pytest.param(skipped(AT.place.asset, Reason.EXCLUDED), False, id="left out by the user"),
    pytest.param(skipped(Place(AT.place.target), Reason.NAMES), False, id="names not looked for"),
    pytest.param(skipped(Place(AT.place.target, (".privacyscanignore",)), Reason.IGNORE_FILE), True, id="a note"),
    pytest.param(lambda scan: replace(no_asset(scan), status="interrupted"), False, id="stopped before"),
    pytest.param(lambda scan: replace(no_asset(scan), targets=("lain",)), False, id="another target"),
]


@pytest.mark.parametrize(("harm", "is_gone"), HARM)
def test_only_what_was_looked_for_is_gone(harm: Callable[[Scan], Scan], is_gone: bool) -> None:
    now = replace(OLD, scan=harm(replace(OLD.scan, findings=without(AT))))
    diff = compare(OLD, now)
    assert (diff.gone, diff.unknown) == (((AT,), ()) if is_gone else ((), (AT,)))


def test_what_is_no_longer_read_is_listed_once_it_was() -> None:
    new, before = Skipped(AT.place.asset, Reason.ENCRYPTED), OLD.scan.skipped[0]
    unheard = Skipped(Place(made_up.SHARE, ("baru", "x.zip")), Reason.ENCRYPTED)
    diff = compare(OLD, changed(skipped=(before, new, unheard)))
    assert diff.unread == (new,)


def test_two_databases_of_the_same_tables_are_compared_below_their_targets() -> None:
    def moved(scan: Scan, target: str) -> Scan:
        mine = [a for a in scan.assets if a.place.target == made_up.DATABASE]
        found = [f for f in scan.findings if f.place.target == made_up.DATABASE]
        return replace(
            scan,
            targets=(target,),
            assets=tuple(replace(a, place=replace(a.place, target=target)) for a in mine),
            findings=tuple(
                replace(f, place=replace(f.place, target=target), fingerprint=f"{target}{f.fingerprint}") for f in found
            ),
            skipped=(),
        )

    before = replace(OLD, scan=moved(OLD.scan, "sqlite:///sebelum.db"))
    after = replace(OLD, scan=moved(OLD.scan, "sqlite:///sesudah.db"))
    diff = compare(before, after)
    assert [diff.new, diff.gone, diff.grown, diff.unknown] == [()] * 4
    more = elsewhere(after.scan.findings[0])
    after = replace(after, scan=replace(after.scan, findings=(*after.scan.findings, more)))
    assert compare(before, after).new_columns == (more,)


def test_risks_that_changed_the_largest_rise_first() -> None:
    held = [a.id for a in OLD.scan.assets if any(f.place.asset == a.place for f in OLD.scan.findings)][:2]
    up = {i: replace(OLD.asset_risks[i], score=OLD.asset_risks[i].score + n) for i, n in zip(held, (2, 5), strict=True)}
    now = replace(OLD, scan=replace(OLD.scan, id="later"), asset_risks={**OLD.asset_risks, **up})
    rises = [(c.now.score - c.before.score) for c in compare(OLD, now).assets if c.now and c.before]
    assert rises == [5, 2]


def hostile() -> Diff:
    name = "a|b`<img src=x>](http://x)\n# c"
    odd = replace(elsewhere(AT), place=Place(AT.place.target, (name,), "kolom"))
    return compare(OLD, changed(findings=(*OLD.scan.findings, odd), skipped=()))


@pytest.mark.parametrize("language", ["id", "en"])
def test_names_stay_text_in_markdown(language: str) -> None:
    shown = told(hostile(), "markdown", language)
    (line,) = [x for x in shown.splitlines() if "F-new" in x]
    assert "<img" not in line.replace("\\<img", "")
    assert "](http" not in line.replace("\\]\\(http", "")
    assert "a\\|b\\`" in line


def test_text_and_json_tell_the_same() -> None:
    diff = hostile()
    text, stored = told(diff, "text", "en"), json.loads(told(diff, "json", "en"))
    assert "New findings: 1" in text
    assert stored == json.loads(json.dumps(document(diff)))
    assert [f["id"] for f in stored["findings"]["new"]] == ["F-new"] == stored["new_columns"]
    assert all(sample not in text for f in OLD.scan.findings for sample in f.samples if len(sample) > 6)
