"""A process that reads foreign files needs no network: from here on it, and whatever it starts, can open no socket.

A seccomp filter of the Linux kernel (seccomp(2)) refuses the calls that make one, in C as in Python. Where there is no
such kernel, nothing changes: the filter is a second lock, behind the audit hook of `work.py`.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys

_NO_NEW_PRIVS, _SECCOMP, _FILTER = 38, 22, 2  # of prctl(2)
_LOAD, _IF_EQUAL, _IF_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # instructions of a filter, linux/bpf_common.h
_CALL, _ARCHITECTURE = 0, 4  # where both stand in struct seccomp_data
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
_X32 = 0x40000000  # calls of another kind on x86_64
_RING = 425  # io_uring_setup, everywhere: a ring opens sockets too
_MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}  # AUDIT_ARCH_* and the number of socket(2)


def leave() -> bool:
    """Let this process and its children open no more sockets; False where the kernel cannot refuse them."""
    if sys.platform != "linux" or platform.machine() not in _MACHINES or sys.maxsize < 2**32:
        return False
    architecture, socket = _MACHINES[platform.machine()]
    # A jump counts the instructions that are left out: the last two allow and refuse.
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_IF_EQUAL, 0, 5, architecture),
        (_LOAD, 0, 0, _CALL),
        (_IF_LEAST, 3, 0, _X32),
        (_IF_EQUAL, 2, 0, socket),
        (_IF_EQUAL, 1, 0, _RING),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    code = b"".join(struct.pack("=HBBI", *step) for step in steps)
    held = ctypes.create_string_buffer(code, len(code))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(held)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    if prctl(_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    return not prctl(_SECCOMP, _FILTER, ctypes.addressof(program), 0, 0)
