"""The word lists behind names and addresses."""

from __future__ import annotations

import pytest

from privacyscan.detect.names import lexicons


@pytest.mark.parametrize(
    "token", ["S.H.", "S.Kom", "M.Si.", "Sp.PD", "A.Md.Kep", "SE", "MPd", "Ph.D.", "S.KEP.", "Ns."]
)
def test_a_title_is_known_however_it_is_written(token: str) -> None:
    assert lexicons.is_title(token)


@pytest.mark.parametrize("token", ["Siti", "Ma", "ma", "se", "SMP", "IX", "Mahfud", "Hasan", "Spesial", "RSUD", "."])
def test_words_that_begin_as_a_title_does_are_none(token: str) -> None:
    assert not lexicons.is_title(token)


@pytest.mark.parametrize(
    ("part", "rank"),
    [
        ("slamet", lexicons.USUAL),
        ("siringoringo", lexicons.REGIONAL),  # Batak
        ("rumkabu", lexicons.REGIONAL),  # Papua
        ("adnyana", lexicons.REGIONAL),  # Bali
        ("ratuperwira", None),
        ("schumacher", lexicons.FOREIGN),
    ],
)
def test_parts_of_names_are_known_by_rank(part: str, rank: int | None) -> None:
    assert lexicons.name_ranks().get(part) == rank


def test_regions_are_known_without_the_word_for_their_kind() -> None:
    assert lexicons.place_names()["bandung barat"] == lexicons.LEVELS["regency"]
    assert lexicons.place_levels()["sleman"] == lexicons.LEVELS["regency"]


@pytest.mark.parametrize(("word", "case"), [("dengan", "lower"), ("jakarta", "capital"), ("zzyzx", None)])
def test_how_text_writes_a_word(word: str, case: str | None) -> None:
    assert lexicons.word_case().get(word) == case


def test_every_section_of_name_parts_says_region_and_kind() -> None:
    kinds = {title.split()[-1] for title in lexicons.name_parts()}
    assert kinds == {"given", "family", "order", "syllable", "particle", "prefix"}
    assert all(
        len(parts) >= 10 and all(part == part.lower() for part in parts) for parts in lexicons.name_parts().values()
    )
