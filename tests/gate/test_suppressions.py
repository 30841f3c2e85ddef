"""Suppressions: whom they speak of, and every mistake told with its entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from privacyscan import rulebook
from privacyscan.assess import assess
from privacyscan.errors import ConfigurationError
from privacyscan.gate import suppressions
from privacyscan.model import Finding, Suppression
from tests.outputs import made_up_assessment as made_up

RULES = rulebook.load()
SCAN = made_up.assessment().scan
TODAY = date(2026, 12, 1)
WORDS = 'reason = "uji"\nowner = "tim"\nexpires = 2026-12-01\n'
FINGERPRINT = "0123456789abcdef" * 2


def loaded(folder: Path, text: str) -> suppressions.Suppressions:
    path = folder / "s.toml"
    path.write_text(text, encoding="utf-8")
    return suppressions.load(path, RULES, TODAY)


def suppressed(folder: Path, text: str) -> list[Finding]:
    marked = loaded(folder, text).marked(SCAN, RULES.identifiers)
    return [f for f in marked.findings if f.status == "suppressed"]


def test_a_finding_by_its_fingerprint(tmp_path: Path) -> None:
    first = replace(SCAN.findings[0], fingerprint=FINGERPRINT)
    entries = loaded(tmp_path, f'[[suppression]]\nfinding = "{FINGERPRINT}"\n{WORDS}')
    marked = entries.marked(replace(SCAN, findings=(first, *SCAN.findings[1:])), RULES.identifiers)
    assert [f.status for f in marked.findings].count("suppressed") == 1
    assert marked.findings[0].suppression == Suppression("uji", "tim", "2026-12-01")


@pytest.mark.parametrize(
    ("glob", "some"), [("publik/**", True), ("penduduk", True), ("publik", True), ("lain/*", False)]
)
def test_findings_by_path_and_kind(tmp_path: Path, glob: str, some: bool) -> None:
    found = suppressed(tmp_path, f'[[suppression]]\npath = "{glob}"\nentity = "ID_NIK"\n{WORDS}')
    assert bool(found) == some
    assert {f.entity for f in found} <= {"ID_NIK"}
    assert {f.place.path[0] for f in found} <= {"publik"}


def test_what_is_suppressed_counts_in_no_score(tmp_path: Path) -> None:
    kinds = {f.entity for f in SCAN.findings}
    text = "".join(f'[[suppression]]\npath = "**"\nentity = "{kind}"\n{WORDS}' for kind in kinds)
    marked = loaded(tmp_path, text).marked(SCAN, RULES.identifiers)
    assert (marked.persons, marked.persons_by_asset) == (0, {})
    assert assess(marked, rulebook=RULES).risk.score == 0
    assert assess(SCAN, rulebook=RULES).risk.score > 50
    assert len(marked.findings) == len(SCAN.findings)


MISTAKES = {
    f'finding = "{FINGERPRINT}"\nreason = "x"\nowner = "y"\nexpires = 2026-11-30': "expired on 2026-11-30",
    f'finding = "{FINGERPRINT}"\nowner = "y"\nexpires = 2027-01-01': "has no reason",
    f'finding = "{FINGERPRINT}"\nreason = " "\nowner = "y"\nexpires = 2027-01-01': "has no reason",
    f'finding = "{FINGERPRINT}"\nreason = "x"\nexpires = 2027-01-01': "has no owner",
    f'finding = "{FINGERPRINT}"\nreason = "x"\nowner = "y"': "has no day on which it expires",
    f'finding = "{FINGERPRINT}"\nreason = "x"\nowner = "y"\nexpires = "2027-01-01"': "without quotation marks",
    f'finding = "{FINGERPRINT}"\nuntil = 1\n{WORDS}': "until: unknown key",
    f'finding = "F-0123456789ab"\n{WORDS}': "is no fingerprint",
    f'finding = "{FINGERPRINT}"\npath = "a"\n{WORDS}': "names a finding and a path",
    WORDS: "names neither",
    f'path = "a"\n{WORDS}': "names neither",
    f'path = "a"\nentity = "ID_X"\n{WORDS}': "ID_X: unknown entity",
    f'path = "[z-a]"\nentity = "ID_NIK"\n{WORDS}': "is no glob",
}


@pytest.mark.parametrize("entry", MISTAKES)
def test_a_mistake_is_told_with_its_entry(tmp_path: Path, entry: str) -> None:
    sound = f'[[suppression]]\npath = "a"\nentity = "ID_NIK"\n{WORDS}'
    with pytest.raises(ConfigurationError) as told:
        loaded(tmp_path, f"{sound}[[suppression]]\n{entry}")
    assert str(told.value).startswith(f"{tmp_path}/s.toml: suppression 2 (")
    assert MISTAKES[entry] in str(told.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [("x = [", "not valid TOML"), ("suppression = 1", r"each under \[\[suppression\]\]"), ("x = 1", "x: unknown key")],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        loaded(tmp_path, text)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as told:
        loaded(tmp_path, "[[suppression]]\n[[suppression]]\n")
    assert str(told.value).count("has no reason") == 2


def test_one_more_keeps_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    first, second = (replace(SCAN.findings[i], fingerprint=c * 32) for i, c in enumerate("ab"))
    words = Suppression('tanda "kutip" \\ dan\nbaris', "tim", "2099-01-01")
    path.write_bytes(suppressions.with_one_more(path, first, words, RULES))
    path.write_text(f"# catatan\n{path.read_text()}")
    path.write_bytes(suppressions.with_one_more(path, second, words, RULES))
    entries = suppressions.load(path, RULES).entries
    assert [e.finding[0] for e in entries] == ["a", "b"]
    assert entries[1].words == words
    assert path.read_text().startswith("# catatan\n")
    with pytest.raises(ConfigurationError, match="already"):
        suppressions.with_one_more(path, second, words, RULES)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (Suppression("", "tim", "2099-01-01"), "has no reason"),
        (Suppression("x", "tim", "31-01-2099"), "is no date"),
        (Suppression("x", "tim", "2020-01-31"), "expired on"),
    ],
)
def test_one_more_that_would_be_a_mistake_is_refused(tmp_path: Path, words: Suppression, says: str) -> None:
    found = replace(SCAN.findings[0], fingerprint=FINGERPRINT)
    with pytest.raises(ConfigurationError, match=says):
        suppressions.with_one_more(tmp_path / "s.toml", found, words, RULES)
