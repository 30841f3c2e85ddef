"""Texts: nothing lost between blocks, line and character numbers true, no block longer than asked."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacyscan.formats._blocks import OVERLAP
from privacyscan.formats._charset import charset
from privacyscan.model import Limits, Text
from tests.formats.reading import parts, skipped, texts

LINES = st.lists(st.text("aé€😀 7", max_size=60) | st.integers(0, 5_000).map("ab€7".__mul__), max_size=20)


@given(LINES, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.booleans())
@settings(max_examples=100, deadline=None)
def test_blocks_put_together_are_the_text(lines: list[str], kind: str, ends: bool) -> None:
    text = "\n".join(lines) + "\n" * ends
    blocks = [p for p in parts(text.encode(kind), "x.md", Limits(block_bytes=2_000)) if isinstance(p, Text)]
    assert "".join(b.data[b.overlap :].decode() for b in blocks) == text
    for block in blocks:
        assert len(block.data) <= 2_000
        assert block.first_line == text.count("\n", 0, block.first_char)
        assert text[block.first_char :].encode().startswith(block.data)
    for a, b in pairwise(blocks):
        assert b.overlap in (0, *range(OVERLAP, OVERLAP + 4))
        assert a.data.endswith(b.data[: b.overlap])


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "utf-8"),
        ("Surat é".encode(), "utf-8"),
        ("Surat é".encode()[:-1], "utf-8"),  # cut inside a character
        (b"\xef\xbb\xbfSurat", "utf-8-sig"),
        ("Surat keterangan".encode("utf-16"), "utf-16"),
        ("Surat keterangan".encode("utf-16-le"), "utf-16-le"),
        ("Surat keterangan".encode("utf-16-be"), "utf-16-be"),
        ("Surat".encode("utf-32"), "utf-32"),
        (b"\x7fELF" + bytes(50), None),
        (b"%PDF-1.4", None),
        (b"{\\rtf1 3171", None),
        (bytes(range(256)) * 4, None),
        (b"x" * 257 + b"ustar", None),
    ],
)
def test_charset(data: bytes, kind: str | None) -> None:
    assert charset(data) == kind


def test_a_windows_charset_keeps_digits_and_letters() -> None:
    assert (
        "NIK 3171014107900001 José"
        in texts(parts("NIK 3171014107900001 José\n".encode("cp1252"), "x.txt"))["berkas/x.txt"]
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"MZ" + bytes(100), "a program"),
        (b"\x7fELF" + bytes(100), "a program"),
        (b"!BDN" + bytes(100), "a data file of Outlook"),
        (bytes(range(256)), "no format of this version reads it"),
    ],
)
@pytest.mark.parametrize("name", ["x.csv", "x.txt", "x.json", "x"])
def test_what_no_format_reads_is_named_whatever_its_suffix(data: bytes, words: str, name: str) -> None:
    found = parts(data, name)
    assert skipped(found) == {f"berkas/{name}": "unknown_format"}
    assert words in found[0].message  # type: ignore[union-attr]
