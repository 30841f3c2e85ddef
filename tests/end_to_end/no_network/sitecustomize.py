"""Forbids this process the network. Python imports it at start where its folder is on PYTHONPATH, in workers too.

What is tried is written to NETWORK_LOG as well, because a library may swallow the error.
"""

import os
import socket
import sys

SENDING = ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname")
LOCAL = (socket.AF_UNIX, -1)  # -1: a socket made from a file descriptor


def log(line: str) -> None:
    handle = os.open(os.environ["NETWORK_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(handle, f"{line}\n".encode())
    os.close(handle)


def forbid(event: str, arguments: tuple) -> None:
    if event == "socket.__new__" and arguments[1] not in LOCAL:
        # Refused but not held against it: urllib3 makes a socket when imported to see whether there is IPv6.
        raise PermissionError("no network in this test")
    if event in SENDING and not (isinstance(arguments[0], socket.socket) and arguments[0].family == socket.AF_UNIX):
        log(f"tried {event}")
        raise PermissionError("no network in this test")


log(f"guarded {os.getpid()}")
sys.addaudithook(forbid)
