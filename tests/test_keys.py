"""Key files."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from privacyscan.errors import ConfigurationError, UsageError
from privacyscan.pseudonymize import new_key, read_key


def test_a_new_key_is_private_random_and_read_back(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    new_key(one)
    new_key(other)
    assert stat.S_IMODE(one.stat().st_mode) == 0o600
    assert read_key(one) == one.read_bytes()
    assert len(read_key(one)) == 32
    assert read_key(one) != read_key(other)


def test_a_new_key_is_never_written_over_a_file(tmp_path: Path) -> None:
    path = tmp_path / "key"
    new_key(path)
    before = path.read_bytes()
    with pytest.raises(UsageError, match="exists"):
        new_key(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("size", "mode", "what"),
    [
        (31, 0o600, "31 bytes, expected 32"),
        (33, 0o600, "more than 32 bytes"),
        (0, 0o600, "0 bytes"),
        (32, 0o640, "chmod 600"),  # the group reads it
        (32, 0o604, "chmod 600"),  # everybody reads it
        (32, 0o620, "chmod 600"),  # the group may exchange it
    ],
)
def test_a_bad_key_file_is_refused_with_what_to_do(tmp_path: Path, size: int, mode: int, what: str) -> None:
    path = tmp_path / "key"
    path.write_bytes(bytes(size))
    path.chmod(mode)
    with pytest.raises(ConfigurationError, match=what):
        read_key(path)


def test_a_missing_key_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="make one with"):
        read_key(tmp_path / "none")
