"""Where the keys of tokens come from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def given(files: Iterable[Path | None], variables: Iterable[str | None], commands: Iterable[str | None]) -> list[bytes]:
    """The keys in these files, environment variables and outputs of programs; None is left out."""
    from privacyscan.keys import key_in, key_of, read_key

    read = [read_key(file) for file in files if file is not None]
    return [*read, *(key_in(v) for v in variables if v is not None), *(key_of(c) for c in commands if c is not None)]
