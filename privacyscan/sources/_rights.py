"""Which accounts that stand for everybody may read a file of Windows, by its security descriptor [MS-DTYP] 2.4."""

from __future__ import annotations

import re
import struct

from privacyscan.model import Evidence

CODE = "granted_to_everyone"
_READ, _WRITE = 0x90000001, 0x50000002  # rights to do it: to data, or generic ones, of all or of this
_MAY_READ, _MAY_WRITE = 1, 2
_HAS_LIST, _ONLY_INHERITED = 0x4, 0x8
_ALLOW, _DENY = 0, 1
# The widest first. The last two are of a domain: all who have an account there.
_EVERYBODY = {
    "Everyone": "S-1-1-0",
    "Anonymous Logon": "S-1-5-7",
    "Network": "S-1-5-2",
    "Authenticated Users": "S-1-5-11",
    "Guests": "S-1-5-32-546",
    "Users": "S-1-5-32-545",
    "Domain Guests": r"S-1-5-21-[0-9-]+-514",
    "Domain Users": r"S-1-5-21-[0-9-]+-513",
}


def granted(descriptor: bytes) -> tuple[Evidence, ...]:
    """The widest of these accounts that may read the file, and whether it may write. Raises struct.error for what is no
    descriptor."""
    control, at = struct.unpack_from("<2xH12xI", descriptor)
    if not control & _HAS_LIST or not at:
        return (Evidence(CODE, {"account": "Everyone", "write": 1}),)  # no list of rights: nothing is forbidden
    denied = dict.fromkeys(_EVERYBODY, 0)
    allowed = dict.fromkeys(_EVERYBODY, 0)
    for kind, rights, sid in _entries(descriptor, at):
        name = next((name for name, form in _EVERYBODY.items() if re.fullmatch(form, sid)), None)
        if name is not None and kind == _DENY:
            for each in denied if name == "Everyone" else (name,):
                denied[each] |= rights
        elif name is not None and kind == _ALLOW:
            allowed[name] |= rights & ~denied[name]
    for name, rights in allowed.items():
        if rights & _MAY_READ:
            return (Evidence(CODE, {"account": name, **({"write": 1} if rights & _MAY_WRITE else {})}),)
    return ()


def _entries(descriptor: bytes, at: int) -> list[tuple[int, int, str]]:
    """What the list says of the file itself: kind, whether to read and write, and the number of the account."""
    (count,) = struct.unpack_from("<4xH", descriptor, at)
    at += 8
    found = []
    for _ in range(count):
        kind, flags, size, rights = struct.unpack_from("<BBHI", descriptor, at)
        if kind in (_ALLOW, _DENY) and not flags & _ONLY_INHERITED:
            may = (_MAY_READ if rights & _READ else 0) | (_MAY_WRITE if rights & _WRITE else 0)
            found.append((kind, may, _sid(descriptor, at + 8)))
        at += size
    return found


def _sid(descriptor: bytes, at: int) -> str:
    revision, parts = struct.unpack_from("<BB", descriptor, at)
    authority = int.from_bytes(descriptor[at + 2 : at + 8], "big")
    return "-".join(map(str, ("S", revision, authority, *struct.unpack_from(f"<{parts}I", descriptor, at + 8))))
