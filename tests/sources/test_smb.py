"""SMB: what a Samba server refuses, and who is let in as what."""

from __future__ import annotations

import sys
from urllib.parse import urlsplit

import pytest

from privacyscan import read
from privacyscan.errors import MissingExtra, TargetError, UsageError
from privacyscan.model import Evidence, Reason
from privacyscan.sources import smb
from privacyscan.sources._remote import Entry, EntryKind
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
