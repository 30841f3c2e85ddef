"""A fixed part of the benchmark's dev split as a gate, and that the benchmark itself tells the truth."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import combinations, islice
from pathlib import Path

import pytest

from bench.accuracy import cases, people, run
from bench.accuracy.cases import Column, Split, Table, Text, split
from bench.accuracy.score import STRUCTURED, Floor, Scores, score


@pytest.fixture(scope="module")
def dev() -> Split:
    return split("dev", run.SEED["dev"])


@pytest.fixture(scope="module")
def scores(dev: Split) -> Scores:
    some = run.part(dev, every=5)
    return score(some, run.ask(run.TOOLS["privacyscan"], some, Path()), Floor())


def test_columns_are_named_rightly(scores: Scores) -> None:
    columns = scores.sum(scores.columns)
    assert columns.right + columns.missed > 100
    assert columns.f1 >= 0.94, scores.misses


def test_every_column_of_nik_is_found(scores: Scores) -> None:
    assert scores.columns["ID_NIK"].right >= 14
    assert scores.columns["ID_NIK"].missed == 0, scores.misses


@pytest.mark.parametrize("entity", ["PERSON", "ADDRESS"])
def test_columns_of_names_and_addresses_are_found(scores: Scores, entity: str) -> None:
    assert scores.columns[entity].f1 >= 0.85, scores.misses


@pytest.mark.parametrize("entity", ["ID_NIK", "ID_KK", "PHONE_NUMBER", "EMAIL_ADDRESS"])
def test_cells_are_counted(scores: Scores, entity: str) -> None:
    assert scores.held[entity] > 100
    assert scores.count_error(entity) <= 0.01, scores.misses


def test_identifiers_in_texts_have_their_span(scores: Scores) -> None:
    texts = scores.sum(scores.spans, STRUCTURED.__contains__)
    assert texts.right > 90
    assert texts.f1 >= 0.88, scores.misses


def test_decoys_stay_silent(scores: Scores) -> None:
    assert scores.decoys > 100
    assert len(scores.flagged) <= 1, scores.flagged


def test_the_truth_is_where_it_says(dev: Split) -> None:
    for text in dev.texts:
        for start, end, entity in text.spans:
            value = text.text[start:end]
            assert value.strip() == value != "", (text.name, entity)
            assert entity != "ID_NIK" or sum(c.isdigit() for c in value) == 16, text.name
    for table in dev.tables:
        for at, column in enumerate(table.columns):
            assert max(column.holds.values(), default=0) <= sum(bool(row[at].strip()) for row in table.rows)


def test_splits_share_no_case(dev: Split, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the others one row of each table is made: only names of tables are compared."""
    for kind in ("table", "decoy_table"):
        monkeypatch.setattr(cases, kind, one_row(getattr(cases, kind)))
    for one, two in combinations((dev, *(split(name, 1) for name in run.SEED if name != "dev")), 2):
        assert not {t.name for t in one.tables} & {t.name for t in two.tables}
        assert not {t.text for t in one.texts} & {t.text for t in two.texts}
        assert not {t.name for t in one.decoy_tables} & {t.name for t in two.decoy_tables}


def one_row(maker: Callable[..., Table]) -> Callable[..., Table]:
    return lambda *parts: maker(*parts[:-1], 1)


def vocabulary(name: str) -> set[str]:
    pools = (
        people.MEN, people.WOMEN, people.LAST, people.STREETS, people.VILLAGES, people.ESTATES, people.HAMLETS,
        people.BANJARS, people.JORONGS, people.GAMPONGS, people.TOWERS,
    )  # fmt: skip
    regional = [text.replace(";", " ") for names in people.PEOPLES.get(name, {}).values() for text in names[:3]]
    return {word for text in (*(p[name] for p in pools if name in p), *regional) for word in people.words(text)}


@pytest.mark.parametrize(("one", "two"), [*combinations(run.SEED, 2)])
def test_splits_share_no_word_of_people(one: str, two: str) -> None:
    assert len(vocabulary(one)) > 150
    assert not vocabulary(one) & vocabulary(two)


@pytest.mark.parametrize("name", run.SEED)
def test_people_are_the_same_each_time(name: str) -> None:
    first = [list(islice(people.Population(name, seed).households(), 30)) for seed in (7, 7, 8)]
    assert first[0] == first[1] != first[2]


def small() -> Split:
    table = Table("t", [Column("nik", {"ID_NIK": 2}), Column("kota", {}, {"ADDRESS"})], [["1", "a"], ["2", "b"]])
    text = Text("x", "hp 0812-3 a.n. Ani", [(3, 9, "PHONE_NUMBER"), (15, 18, "PERSON")], [])
    return Split([table], [text], [Table("d", [Column("trx")], [["5"]])], [])


def test_a_perfect_answer_scores_one() -> None:
    answer = {
        "tables": {"t": [[0, "ID_NIK", {"0.95": 2}], [1, "ADDRESS", {"0.85": 2}]]},
        "texts": {"x": [[3, 9, "PHONE_NUMBER", 0.9], [15, 18, "PERSON", 0.8]]},
    }
    result = score(small(), answer, Floor())
    assert result.misses == []
    assert (result.sum(result.columns).f1, result.sum(result.spans).f1, result.count_error("ID_NIK")) == (1, 1, 0)


def test_a_poor_answer_is_blamed_for_each_mistake() -> None:
    answer = {
        "tables": {
            "t": [[0, "ID_NIK", {"0.95": 1}], [1, "PERSON", {"0.85": 2}]],
            "d": [[0, "CREDIT_CARD", {"0.6": 1}]],
        },
        "texts": {"x": [[3, 7, "PHONE_NUMBER", 0.9]]},
    }
    result = score(small(), answer, Floor())
    assert (result.sum(result.columns).f1, result.sum(result.spans).right) == (2 / 3, 0)
    assert (result.count_error("ID_NIK"), result.flagged) == (0.5, ["d"])


@pytest.mark.parametrize("option", ["--tune", "--misses=x"])
def test_the_test_split_is_not_for_tuning(monkeypatch: pytest.MonkeyPatch, option: str) -> None:
    monkeypatch.setattr(sys, "argv", ["run.py", "--split", "test", option])
    with pytest.raises(SystemExit, match="2"):
        run.main()
