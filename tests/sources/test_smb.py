"""SMB: what a Samba server refuses, and who is let in as what."""

from __future__ import annotations

import shutil
import struct
import sys
from urllib.parse import urlsplit

import pytest

from privacyscan import read
from privacyscan.errors import MissingExtra, TargetError, UsageError
from privacyscan.model import Evidence, Limits, Reason, Skipped, Unit
from privacyscan.settings import Scope
from privacyscan.sources import smb
from privacyscan.sources._remote import Entry, EntryKind
from privacyscan.sources._rights import granted
from tests.servers import PASSWORD, FileServer, as_user
from tests.sources.shares import everything, listed, opened


def refusal(url: str) -> tuple[str, str]:
    with pytest.raises(TargetError) as caught:
        listed(url)
    label = read.without_password(url)
    assert str(caught.value).startswith(f"{label}: ")
    return caught.value.reason, str(caught.value).removeprefix(f"{label}: ")


def share(samba: FileServer, name: str) -> str:
    return urlsplit(samba.url)._replace(path=f"/{name}").geturl()


def test_a_wrong_password_is_tried_once(samba: FileServer) -> None:
    log = samba.home / "output"
    before = log.read_text().count("FAILED with error")
    for _ in range(2):
        reason, message = refusal(as_user(samba.url, "pemilik", "salah"))
        assert (reason, message) == (
            Reason.LOGIN_FAILED,
            "the server refused the login; check the user and the password",
        )
    assert log.read_text().count("FAILED with error") == before + 1


@pytest.mark.parametrize(
    ("name", "reason", "message"),
    [
        ("tiada", Reason.UNREACHABLE, "no such share"),
        ("berkas/tiada", Reason.VANISHED, "is not there"),
    ],
)
def test_a_target_that_is_not_there_is_told(samba: FileServer, name: str, reason: Reason, message: str) -> None:
    found = refusal(share(samba, name))
    assert found[0] == reason
    assert message in found[1]


def test_a_domain_stands_before_the_user(samba: FileServer) -> None:
    assert listed(as_user(samba.url, "WORKGROUP;pemilik", PASSWORD)) == {"": Reason.EMPTY_TARGET}


def test_without_a_user_it_reads_as_a_guest(samba: FileServer) -> None:
    with samba.holding({"a.txt": b"isi"}) as url:
        parts = urlsplit(url)
        guest = parts._replace(netloc=parts.netloc.rpartition("@")[2], path=parts.path.replace("berkas", "umum"))
        assert everything(guest.geturl()) == {"a.txt": [(0, b"isi")]}
        for way, flags in ((guest.geturl(), (Evidence("guest"),)), (url, ())):
            unit, *_ = opened(way)
            assert unit.access is not None
            assert unit.access.flags == flags
    assert refusal(guest._replace(path="/berkas").geturl())[0] == Reason.DENIED


def test_a_user_who_is_let_in_as_a_guest_is_told(samba: FileServer) -> None:
    reason, message = refusal(as_user(share(samba, "umum"), "tiada", PASSWORD))
    assert reason == Reason.LOGIN_FAILED
    assert "does not know the user" in message


@pytest.mark.parametrize("url", ["smb://server", "smb://u@server/", "smb://server/a%5Cb"])
def test_a_url_without_a_share_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match=f"{url}: "):
        read.target(url)


@pytest.mark.parametrize("count", [1, 2])
def test_a_piece_of_a_listing_ends_with_its_last_entry(count: int) -> None:
    name = "surat.txt".encode("utf-16-le")
    length = smb._ENTRY.size + len(name)
    data = b"".join(
        smb._ENTRY.pack(length * (i + 1 < count), 0, 0, 0, smb._1601 + 10**7, 0, 5, 0, 0x20, len(name), 0, 0, 7) + name
        for i in range(count)
    )
    assert list(smb._entries(data)) == [Entry("surat.txt", EntryKind.FILE, 5, 1.0, (7, 0))] * count


def test_an_answer_that_is_no_smb_is_no_defect() -> None:
    for error in (KeyError(), TypeError(), ValueError()):
        assert isinstance(error, smb.Smb().errors())
        assert smb.Smb().fault(error).reason is Reason.UNREACHABLE


def test_the_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "smbprotocol.exceptions", None)
    with pytest.raises(MissingExtra, match=r"privacyscan\[smb\]"):
        listed("smb://lain@127.0.0.1/berkas")


def test_who_else_may_read_a_file_is_told(samba: FileServer) -> None:
    with samba.holding({"semua.txt": b"isi", "tulis.txt": b"isi", "sendiri.txt": b"isi", "kosong.txt": b""}) as url:
        folder = samba.folder / urlsplit(url).path.rpartition("/")[2]
        (folder / "tulis.txt").chmod(0o666)
        (folder / "sendiri.txt").chmod(0o600)
        shutil.chown(folder / "sendiri.txt", samba.user)
        told: read.Told = {}
        for unit in read.units(read.target(url), Scope(), Limits()):
            assert isinstance(unit, Unit)
            assert not [part for part in read.parts(unit, Limits(), told) if isinstance(part, Skipped)]
    found = {place.name: shown for place, shown in told.items()}
    assert found == {
        "semua.txt": [Evidence("granted_to_everyone", {"account": "Everyone"})],
        "tulis.txt": [Evidence("granted_to_everyone", {"account": "Everyone", "write": 1})],
    }


ALLOW, DENY = 0, 1
EVERYONE, LOGGED_IN, DOMAIN_USERS, SOMEBODY = (
    (1, 0),
    (5, 11),
    (5, 21, 1, 2, 3, 513),
    (5, 21, 1, 2, 3, 1104),
)


def descriptor(*entries: tuple[int, int, int, tuple[int, ...]]) -> bytes:
    """A security descriptor with these entries: kind, flags, rights, account."""
    rights = b""
    for kind, flags, mask, (authority, *parts) in entries:
        sid = struct.pack(f"<BB6s{len(parts)}I", 1, len(parts), authority.to_bytes(6, "big"), *parts)
        rights += struct.pack("<BBHI", kind, flags, 8 + len(sid), mask) + sid
    return struct.pack("<BBH4I", 1, 0, 0x8004, 0, 0, 0, 20) + struct.pack(
        "<BBHHH", 2, 0, 8 + len(rights), len(entries), 0
    ) + rights  # fmt: skip


@pytest.mark.parametrize(
    ("entries", "account", "write"),
    [
        ([(ALLOW, 0, 0x1F01FF, SOMEBODY)], None, False),
        ([(ALLOW, 0, 0x1200A9, DOMAIN_USERS), (ALLOW, 0, 0x1301BF, LOGGED_IN)], "Authenticated Users", True),
        ([(ALLOW, 0, 0x10000000, DOMAIN_USERS)], "Domain Users", True),  # generic: all
        ([(ALLOW, 0x10, 0x80000000, EVERYONE)], "Everyone", False),  # inherited; generic: to read
        ([(ALLOW, 0, 0x120116, EVERYONE)], None, False),  # to write alone
        ([(ALLOW, 0x9, 0x1200A9, EVERYONE)], None, False),  # for what will lie in it
        ([(DENY, 0, 0x1, EVERYONE), (ALLOW, 0, 0x1200A9, LOGGED_IN)], None, False),
        ([(DENY, 0, 0x2, SOMEBODY), (ALLOW, 0, 0x1F01FF, EVERYONE)], "Everyone", True),
    ],
)
def test_a_list_of_rights_tells_the_widest_account(
    entries: list[tuple[int, int, int, tuple[int, ...]]], account: str | None, write: bool
) -> None:
    found = [(e.params["account"], "write" in e.params) for e in granted(descriptor(*entries))]
    assert found == ([] if account is None else [(account, write)])


def test_no_list_of_rights_forbids_nothing() -> None:
    (found,) = granted(struct.pack("<BBH4I", 1, 0, 0x8000, 0, 0, 0, 0))
    assert found.params["account"] == "Everyone"
    with pytest.raises(struct.error):
        granted(descriptor((ALLOW, 0, 1, EVERYONE))[:-3])
