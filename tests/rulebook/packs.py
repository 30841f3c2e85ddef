"""Rule packs of one kind for tests, and tables of mistakes in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

Mistake = tuple[str, str, str, int, str]  # reason, what is replaced, by what, line, words of the message


def packs(kind: str) -> Callable[..., Path]:
    """What makes a folder of rules of this kind: `pack(folder, name=text, ...)`."""

    def pack(folder: Path, **files: str) -> Path:
        (folder / kind).mkdir(exist_ok=True)
        for name, text in files.items():
            (folder / kind / f"{name}.yaml").write_text(text, encoding="utf-8")
        return folder

    return pack


def each(mistakes: Sequence[Mistake]) -> Any:
    """The test once per mistake, under its reason."""
    rows = [pytest.param(*row[1:], id=row[0].replace(" ", "-")) for row in mistakes]
    return pytest.mark.parametrize(("old", "new", "line", "message"), rows)
