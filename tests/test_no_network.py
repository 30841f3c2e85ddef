"""Workers that read files of this machine alone open no socket, in C or in Python, and neither does what they start."""

from __future__ import annotations

import subprocess
import sys

import pytest

from privacyscan import _no_network

PROGRAM = """
import ctypes, errno, os, socket, subprocess, sys
from privacyscan import _no_network

with socket.socket():
    pass
assert _no_network.leave()
libc = ctypes.CDLL(None, use_errno=True)
assert (libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0), ctypes.get_errno()) == (-1, errno.EACCES)
assert (libc.syscall(425, 1, 0), ctypes.get_errno()) == (-1, errno.EACCES)
for family in (socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK):
    try:
        socket.socket(family)
    except PermissionError:
        continue
    raise SystemExit("a socket")
for one in socket.socketpair():
    one.close()
child = subprocess.run([sys.executable, "-c", "import socket; socket.socket()"], capture_output=True, text=True)
assert "PermissionError" in child.stderr, child.stderr
assert not open(os.devnull, "rb").read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the filter is one of the Linux kernel")
def test_no_socket_is_opened() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_other_machines_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_no_network.platform, "machine", lambda: "riscv64")
    assert not _no_network.leave()
