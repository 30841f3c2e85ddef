"""What the proof of a copy says, and that it fails when it must."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from privacyscan import rulebook
from privacyscan.errors import UnsafeCopyError
from privacyscan.pseudonymize import _originals, cells, pseudonymize
from privacyscan.pseudonymize._originals import Originals
from privacyscan.pseudonymize._page import page
from privacyscan.pseudonymize._proof import Residue, residues
from privacyscan.pseudonymize._result import Result
from privacyscan.pseudonymize.policy import Choice, Limits, Policy
from privacyscan.registry import plugins
from tests.pseudonymize.samples import KEY, TOKENS, people, rows_of, write_csv

PERSONS = people(60, seed=9)


def copied(tmp_path: Path, policy: Policy, rows: Sequence[Sequence[str]], measuring: bool = False) -> Result:
    source = write_csv(tmp_path / "warga.csv", rows)
    return pseudonymize(str(source), str(tmp_path / "copy.csv"), policy, KEY, measuring=measuring)


def stand_in(monkeypatch: pytest.MonkeyPatch, replace: Any) -> None:
    """Put an operator in the place of `redact` whose replacements look real."""

    def bind(identifier: Any, key: Any, parameters: Any) -> Any:
        return lambda values, canonical, persons: [replace(v) for v in values]

    operator = SimpleNamespace(
        name="redact", needs_key=False, by_person=False, looks_real=True, parameters={}, bind=bind
    )
    both = {**plugins("operators"), "redact": operator}
    monkeypatch.setattr(cells, "plugins", lambda kind: both)


def test_stand_ins_that_are_no_originals_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    others = dict(zip((p.nik for p in PERSONS), (p.nik for p in people(60, seed=10)), strict=True))
    stand_in(monkeypatch, others.__getitem__)
    result = copied(tmp_path, Policy({"ID_NIK": Choice("redact")}, Choice("token")), rows_of(PERSONS))
    nik = next(r for r in result.proof.residues if r.entity == "ID_NIK")
    assert (nik.originals, nik.found, nik.same) == (60, 80, 0)  # 20 in notes
    assert result.exit_code == 0


def test_a_copy_in_which_people_only_changed_places_is_not_handed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    niks = [p.nik for p in PERSONS]
    stand_in(monkeypatch, dict(zip(niks, niks[1:] + niks[:1], strict=True)).__getitem__)
    result = copied(tmp_path, Policy({"ID_NIK": Choice("redact")}, Choice("token")), rows_of(PERSONS))
    assert result.exit_code == 1
    assert result.failures == ("ID_NIK: 80 values of the source stand in the copy",)
    assert not (tmp_path / "copy.csv").exists()


def test_an_operator_that_changes_nothing_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, lambda value: value)
    with pytest.raises(UnsafeCopyError, match="ID_NIK gave a value back"):
        copied(tmp_path, Policy({"ID_NIK": Choice("redact")}, Choice("token")), rows_of(PERSONS))
    assert [p.name for p in tmp_path.iterdir()] == ["warga.csv"]


def test_a_few_numbers_that_meet_by_chance_are_no_leak() -> None:
    assert Residue("PHONE_NUMBER", 10**6, 10**6, 100_300, expected=100_000).holds
    assert not Residue("PHONE_NUMBER", 10**6, 10**6, 102_000, expected=100_000).holds
    assert not Residue("ID_NIK", 1000, 1000, 1, expected=1e-4).holds
    assert Residue("ID_MEDICAL_RECORD", 750, 750, 3, expected=0.56).holds
    assert Residue("PHONE_NUMBER", 200, 200, 1, expected=0.004).holds
    assert not Residue("PHONE_NUMBER", 200, 200, 2, expected=0.004).holds
    assert Residue("PERSON", 1000, 1000, 500, expected=None).holds


def test_the_fewer_digits_a_number_has_of_its_own_the_more_meet_by_chance() -> None:
    found = dict.fromkeys(("ID_MEDICAL_RECORD", "ID_NISN", "ID_NIK", "EMAIL_ADDRESS"), (1000, 0))
    told = residues(dict.fromkeys(found, 1000), found, rulebook.load().identifiers)
    assert {r.entity: r.expected for r in told} == {
        "ID_MEDICAL_RECORD": pytest.approx(1.0),  # six digits
        "ID_NISN": pytest.approx(0.1),  # ten, of which three tell the year
        "ID_NIK": pytest.approx(10**6 / 10**10),
        "EMAIL_ADDRESS": pytest.approx(10**6 / 10**10),
    }


def table() -> list[list[str]]:
    """Persons of three towns, born in two years, of whom one is alone."""
    chance = random.Random(3)
    rows = [
        [p.nik, f"{chance.randint(1, 28):02}-0{chance.randint(1, 9)}-19{chance.choice((80, 81))}", "L", "Islam"]
        for p in PERSONS
    ]
    return [["nik", "tanggal_lahir", "jenis_kelamin", "agama"], *rows]


def test_rows_that_are_alone_fail_the_policy_and_the_figures_are_told(tmp_path: Path) -> None:
    keep = {e: Choice("keep") for e in ("DATE_OF_BIRTH", "SEX", "RELIGION")}
    result = copied(tmp_path, Policy(keep, Choice("token"), limits=Limits(5)), table())
    (singled,) = result.proof.singled
    assert singled.before.smallest == singled.after.smallest == 1
    assert singled.relinked == singled.before.unique > 0  # nothing changed what they are alone with
    assert result.exit_code == 1
    assert result.failures[0].endswith("k-anonymity is 1, the policy asks for 5")
    for language, refused in (("en", "There is no copy"), ("id", "Tidak ada salinan")):
        told = page(result, language, rulebook.load()).decode()
        assert refused in told
        assert f">{singled.before.unique} → <b>{singled.after.unique}</b><" in told
    drop = keep | {"DATE_OF_BIRTH": Choice("drop")}
    result = copied(tmp_path, Policy(drop, Choice("token"), limits=Limits(5, 0.0)), table())
    assert result.proof.singled[0].after.smallest == 60
    assert result.proof.singled[0].relinked == 0
    assert result.exit_code == 0
    by_column = {u.place.column: u for u in result.proof.utility}
    assert (by_column["nik"].same_values, by_column["nik"].same_shape) == (0, 1)
    assert (by_column["agama"].same_values, by_column["agama"].distinct_after) == (1, 1)
    assert (by_column["tanggal_lahir"].empty_before, by_column["tanggal_lahir"].empty_after) == (0, 60)
    assert (by_column["tanggal_lahir"].same_values, by_column["tanggal_lahir"].same_shape) == (0, 0)


def test_nothing_is_compared_that_nobody_asks_for(tmp_path: Path) -> None:
    assert not copied(tmp_path, TOKENS, table()).proof.singled
    (tmp_path / "copy.csv").unlink()
    assert copied(tmp_path, TOKENS, table(), measuring=True).proof.singled


def test_no_value_is_in_the_proof(tmp_path: Path) -> None:
    result = copied(tmp_path, TOKENS, rows_of(PERSONS), measuring=True)
    assert not any(value in repr(result) for p in PERSONS for value in p.values)


def test_more_originals_than_memory_should_hold_are_all_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_originals, "WAITING", 100)
    originals = Originals()
    originals.folder = tmp_path
    values = [str(n) for n in range(1000)]
    for i in (*range(0, 1000, 50), 0, 50):
        originals.add("ID_NIK", values[i : i + 50])
    assert list(tmp_path.iterdir())
    assert originals.count() == {"ID_NIK": 1000}
    same = originals.meet("ID_NIK", ["7", "999", "1000"], [], None)
    assert same is not None
    assert same.cells == 2
    assert originals.meet("ID_KK", ["7"], [], None) is None
