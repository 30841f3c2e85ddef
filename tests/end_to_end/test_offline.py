"""Nothing is sent anywhere: everything works in processes that are forbidden the network."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from privacyscan import demo

GUARD = Path(__file__).parent / "no_network"

SCAN = """
import json, sys
from pathlib import Path
from privacyscan.scan import scan
from privacyscan.settings import Settings

result = scan(sys.argv[2:], Settings(state=Path(sys.argv[1]), workers=2))
print(json.dumps({"skipped": sorted("/".join(s.place.path) for s in result.skipped), "findings": len(result.findings)}))
"""
ANALYSE = """
import json
from privacyscan.presidio import analyzer

found = analyzer().analyze("NIK 3171014107900001, surel siti@example.com", language="id")
print(json.dumps(sorted({r.entity_type for r in found})))
"""
CONNECT = """
import json, socket

def tried(reach):
    try:
        reach()
    except PermissionError:
        return True
    return False

left, right = socket.socketpair()  # AF_UNIX is allowed
left.send(b"x")
right.recv(1)
print(json.dumps([
    tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)),
    tried(lambda: socket.getaddrinfo("example.com", 443)),
    tried(lambda: socket.socket(fileno=int(__import__("sys").argv[1])).connect(("127.0.0.1", 9))),
]))
"""


class Guarded:
    """Runs Python code without network and tells what it printed and tried."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / "network.log"

    def run(self, code: str, *arguments: str, descriptors: Sequence[int] = ()) -> object:
        environ = {
            **os.environ,
            "PYTHONPATH": str(GUARD),
            "NETWORK_LOG": str(self.log),
            "HOME": str(self.folder),
            "XDG_STATE_HOME": str(self.folder / "state"),
        }
        command = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(
            command, env=environ, cwd=self.folder, pass_fds=descriptors, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def lines(self, begin: str) -> list[str]:
        return [line for line in self.log.read_text(encoding="utf-8").splitlines() if line.startswith(begin)]


@pytest.fixture
def guarded(tmp_path: Path) -> Guarded:
    return Guarded(tmp_path)


def test_the_guard_refuses_and_remembers(guarded: Guarded) -> None:
    with socket.socket(socket.AF_INET) as inherited:
        assert guarded.run(CONNECT, str(inherited.fileno()), descriptors=[inherited.fileno()]) == [True, True, True]
    assert guarded.lines("tried") == ["tried socket.getaddrinfo", "tried socket.connect"]


def test_a_scan_of_files_and_a_database_needs_no_network(guarded: Guarded, tmp_path: Path) -> None:
    agency = demo.make(tmp_path / "demo", 600)
    answer = guarded.run(SCAN, str(tmp_path / "state"), agency.folder, agency.database)
    assert isinstance(answer, dict)
    assert answer["skipped"] == sorted(agency.unreadable)
    assert answer["findings"] > 100
    assert guarded.lines("tried") == []
    assert len(guarded.lines("guarded")) >= 2  # the workers' parent was guarded as well


def test_presidio_needs_no_network(guarded: Guarded) -> None:
    assert guarded.run(ANALYSE) == ["EMAIL_ADDRESS", "ID_NIK"]
    assert guarded.lines("tried") == []
