"""Where the keys of tokens come from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def given(
    files: Iterable[Path | None],
    variables: Iterable[str | None],
    commands: Iterable[str | None],
    addresses: Iterable[str | None],
) -> list[bytes]:
    """The keys in these files, environment variables, outputs of programs and stores of keys; None is left out."""
    from privacyscan.keys import key_in, key_of, read_key
    from privacyscan.keystores import key_from

    return [
        *(read_key(file) for file in files if file is not None),
        *(key_in(variable) for variable in variables if variable is not None),
        *(key_of(command) for command in commands if command is not None),
        *(key_from(address) for address in addresses if address is not None),
    ]
