"""Numbers, times and names as readers of each language write them."""

from __future__ import annotations

import pytest

from privacyscan.outputs import _numbers
from privacyscan.outputs._text import texts


@pytest.mark.parametrize(
    ("value", "indonesian", "english"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (1_234_567, "1.234.567", "1,234,567"),
        (0.95, "0,95", "0.95"),
        (20.0, "20", "20"),
        (12.5, "12,5", "12.5"),
        (0.59834, "0,5983", "0.5983"),
    ],
)
def test_numbers(value: float, indonesian: str, english: str) -> None:
    assert _numbers.number(value, "id") == indonesian
    assert _numbers.number(value, "en") == english


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0, "0%"), (1, "100%"), (0.5, "50%"), (0.0001, "< 0.1%"), (0.99999, "> 99.9%"), (0.123, "12.3%")],
)
def test_a_little_is_never_shown_as_nothing(share: float, shown: str) -> None:
    assert _numbers.percent(share, "en") == shown


@pytest.mark.parametrize(("size", "shown"), [(0, "0 B"), (999, "999 B"), (1500, "1,5 kB"), (250e9, "250 GB")])
def test_sizes(size: float, shown: str) -> None:
    assert _numbers.size(size, "id").replace("\N{NO-BREAK SPACE}", " ") == shown


def test_a_time_is_shown_in_western_indonesian_time() -> None:
    shown = _numbers.moment("2026-08-16T18:05:00Z", texts("id").get("months"), "id")
    assert shown == "17 Agustus 2026, 01.05 WIB (UTC+7)"
    shown = _numbers.moment("2026-08-16T18:05:00Z", texts("en").get("months"), "en")
    assert shown == "17 August 2026, 01:05 WIB (UTC+7)"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("warga.csv", "warga.csv"),
        ("a\nb", r"a\u000ab"),
        ("gpj.\u202evsc", r"gpj.\u202evsc"),
        ("\udcff.csv", r"\xff.csv"),
        ("\x1b[31m", r"\u001b[31m"),
        ("a\ufffe\U0001ffffb", r"a\ufffe\u1ffffb"),  # no characters, and no XML
        ("Jalan Mawar ½ – é", "Jalan Mawar ½ – é"),
    ],
)
def test_names_show_what_is_hidden_in_them(name: str, shown: str) -> None:
    assert _numbers.visible(name) == shown


def test_long_names_keep_both_ends() -> None:
    short = _numbers.shorten("penerima_bantuan_final_REVISI(3)_kirim_ke_provinsi.xlsx", 30)
    assert len(short) == 30
    assert short.startswith("penerima_")
    assert short.endswith("_provinsi.xlsx")
    assert _numbers.shorten("a" * 30, 30) == "a" * 30
