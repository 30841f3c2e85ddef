"""What a policy says of columns: by name, of unknown ones, and whose row it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from privacyscan.errors import ConfigurationError
from privacyscan.pseudonymize import cells, plan, pseudonymize
from privacyscan.pseudonymize.policy import Choice, Policy
from privacyscan.registry import plugins
from tests.pseudonymize.samples import KEY, people, read_csv, rows_of, write_csv

PERSONS = people(40)


def copied(
    tmp_path: Path, policy: Policy, rows: Sequence[Sequence[str]] = ()
) -> tuple[list[list[str]], list[list[str]]]:
    """The rows of the source and those of the copy, without the header."""
    source = write_csv(tmp_path / "warga.csv", rows or rows_of(PERSONS))
    pseudonymize(str(source), str(tmp_path / "copy.csv"), policy, KEY)
    return read_csv(source)[1:], read_csv(tmp_path / "copy.csv")[1:]


def test_a_name_beside_a_number_in_a_note_gives_way_too(tmp_path: Path) -> None:
    persons = people(30)
    notes = [["catatan"], *([f"Bapak {p.name}; NIK {p.nik} selesai"] for p in persons)]
    source = write_csv(tmp_path / "catatan.csv", notes)
    pseudonymize(str(source), str(tmp_path / "salinan.csv"), Policy({}, Choice("token")), KEY)
    copy = (tmp_path / "salinan.csv").read_text()
    assert not any(value in copy for p in persons for value in (p.nik, p.name))
    assert copy.count("selesai") == 30


def test_a_named_column_gets_its_operator_and_the_others_those_of_their_entities(tmp_path: Path) -> None:
    columns = {"warga.csv.hp": Choice("redact"), "*.kota": Choice("mask", {"head": 2}, "PLACE_OF_BIRTH")}
    before, after = copied(tmp_path, Policy({}, Choice("token"), columns))
    for old, new in zip(before, after, strict=True):
        assert new[1].startswith("NIK_")
        assert new[3] == "[PHONE_NUMBER]"
        assert (old[6], new[6]) == ("Bandung", "Ba*****")
        assert new[0] == old[0]


def test_a_column_is_dropped_kept_or_rewritten_as_the_policy_says(tmp_path: Path) -> None:
    columns = {"*.hp": Choice("drop"), "*.email": Choice("keep"), "*.catatan": Choice("rewrite")}
    before, after = copied(tmp_path, Policy({}, Choice("token"), columns, unknown="drop"))
    for old, new in zip(before, after, strict=True):
        assert new[3] == ""
        assert new[4] == old[4]
        assert new[5].replace(new[1], old[1]) == old[5]
        assert (new[0], new[6]) == ("", "")  # nothing is known of them


def test_a_column_that_is_not_there_and_one_of_no_known_kind_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no column is called \*\.nik_ibu"):
        copied(tmp_path, Policy({}, Choice("token"), {"*.nik_ibu": Choice("drop")}))
    with pytest.raises(ConfigurationError, match=r"columns\.\*\.kota: nothing was found in .* give the entity"):
        copied(tmp_path, Policy({}, Choice("token"), {"*.kota": Choice("mask")}))
    assert [p.name for p in tmp_path.iterdir()] == ["warga.csv"]


def test_an_operator_by_person_is_told_whose_row_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, set[str | None]] = {}

    def bind(identifier: Any, key: Any, parameters: Any) -> Any:
        def replaced(values: Sequence[str], canonical: Sequence[str], persons: Sequence[str | None]) -> list[str]:
            for value, person in zip(values, persons, strict=True):
                told.setdefault(value, set()).add(person)
            return [f"x{len(v)}" for v in values]

        return replaced

    operator = SimpleNamespace(
        name="redact", needs_key=False, by_person=True, looks_real=False, parameters={}, bind=bind
    )
    both = {**plugins("operators"), "redact": operator}
    monkeypatch.setattr(cells, "plugins", lambda kind: both)
    rows = rows_of(PERSONS)
    rows[2][3] = rows[1][3]  # two persons share a telephone
    policy = Policy({"PHONE_NUMBER": Choice("redact")}, Choice("token"))
    copied(tmp_path, policy, rows)
    assert told[rows[1][3]] == {rows[1][1], rows[2][1]}
    told.clear()
    (tmp_path / "copy.csv").unlink()
    copied(tmp_path, Policy(policy.entities, policy.default, persons=("*.email",)), rows)
    assert told[rows[1][3]] == {rows[1][4], rows[2][4]}


def test_the_plan_says_what_the_copy_then_does(tmp_path: Path) -> None:
    columns = {"*.kota": Choice("mask", {"head": 2}, "PLACE_OF_BIRTH"), "*.hp": Choice("keep"), "*.id": Choice("drop")}
    policy = Policy({"PERSON": Choice("redact")}, Choice("token"), {**columns, "*.tiada": Choice("drop")})
    source = write_csv(tmp_path / "warga.csv", rows_of(PERSONS))
    planned = plan(str(source), policy, KEY)
    assert [(s.place.column, s.entity, s.operator, s.cells, s.matched) for s in planned.steps] == [
        ("id", "", "drop", "all", 0),
        ("nik", "ID_NIK", "token", "all", 40),
        ("nama", "PERSON", "redact", "all", 40),
        ("hp", "PHONE_NUMBER", "", "none", 40),
        ("email", "EMAIL_ADDRESS", "token", "all", 40),
        ("catatan", "ID_NIK", "token", "some", 14),
        ("kota", "PLACE_OF_BIRTH", "mask", "all", 0),
    ]
    assert planned.unmatched == ("*.tiada",)
    assert not any(value in repr(planned) for p in PERSONS for value in (p.nik, p.email))
    before, after = copied(tmp_path, Policy(policy.entities, policy.default, columns))
    changed = [old != new for old, new in zip(before[0], after[0], strict=True)]
    assert changed == [True, True, True, False, True, True, True]
    example = next(s for s in planned.steps if s.operator == "mask")
    assert example.after == example.before[:2] + "*" * (len(example.before) - 2)
