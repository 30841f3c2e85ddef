"""docs/formats.md names what every format reads."""

from __future__ import annotations

from pathlib import Path

from privacyscan.registry import plugins

DOCS = Path(__file__, "../../../docs/formats.md").resolve()


def test_every_suffix_stands_in_the_table() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert [s for p in plugins("formats").values() for s in p.suffixes if f"`{s}`" not in text] == []
