"""What the tests of all kinds share: a key in a file, and the words of a command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from privacyscan.pseudonymize import new_key
from tests.cli.conftest import Outcome, command, here

__all__ = ["command", "here"]

Command = Callable[..., Outcome]
NIK = "3171014107900001"


@pytest.fixture
def key(here: Path) -> bytes:
    """A key, in the file `kunci` too."""
    new_key(Path("kunci"))
    return Path("kunci").read_bytes()


def refused(command: Command, address: str) -> str:
    """What is said when the address gives no key; the exit code is that of a wrong configuration."""
    done = command("reveal", "NIK_x_y", "--key-from", address, "--reason", "uji", "--audit", "catatan")
    assert (done.code, done.out) == (2, "")
    assert not Path("catatan").exists()
    return " ".join(done.err.split())


def check_copies(command: Command, address: str) -> None:
    """The key of the address plans and makes the same copy as that in the file `kunci`, and turns it back."""
    Path("warga.csv").write_text("nik\n" + f"{NIK}\n" * 3, encoding="utf-8")
    Path("kebijakan.toml").write_text('default = "encrypt"\n', encoding="utf-8")
    line = ("pseudonymize", "warga.csv", "--policy", "kebijakan.toml")
    assert command(*line, "--key", "kunci", "--to", "a.csv").code == 0
    done = command(*line, "--key-from", address, "--to", "b.csv")
    assert done.code == 0, done.err
    assert Path("a.csv").read_bytes() == Path("b.csv").read_bytes()
    assert command(*line, "--key-from", address, "--plan").code == 0
    token = Path("b.csv").read_text(encoding="utf-8").split()[1]
    done = command("reveal", token, "--key-from", address, "--reason", "uji", "--audit", "catatan")
    assert done.out == f"{NIK}\n"
    assert "give one of them" in command(*line, "--key-from", address, "--key", "kunci", "--to", "c.csv").err
