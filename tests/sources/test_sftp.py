"""SFTP: host keys, logins, and what an SSH server refuses."""

from __future__ import annotations

import shutil
import stat
import sys
from pathlib import Path
from urllib.parse import urlsplit

import asyncssh
import pytest

from privacyscan import read
from privacyscan.errors import MissingExtra, TargetError, UsageError
from privacyscan.model import Access, Reason
from privacyscan.sources import sftp
from tests.servers import FileServer, as_user, free_port
from tests.sources.shares import everything, listed, opened


@pytest.fixture(autouse=True)
def home(sshd: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder whose keys the server knows, and which knows the server's."""
    home = tmp_path / "rumah"
    shutil.copytree(sshd.home / ".ssh", home / ".ssh")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    return home


def refusal(url: str) -> tuple[str, str]:
    with pytest.raises(TargetError) as caught:
        listed(url)
    return caught.value.reason, str(caught.value).removeprefix(f"{read.without_password(url)}: ")


def fingerprint(sshd: FileServer) -> str:
    return asyncssh.read_public_key(sshd.home / "host_key.pub").get_fingerprint()


def test_an_unknown_host_key_is_refused_with_its_fingerprint(sshd: FileServer, home: Path) -> None:
    (home / ".ssh" / "known_hosts").unlink()
    reason, message = refusal(f"{sshd.url}?1")
    assert reason == Reason.UNREACHABLE
    assert message.startswith(f"its host key is not known: {fingerprint(sshd)}; compare it")


def test_a_host_key_that_has_changed_is_refused(sshd: FileServer, home: Path) -> None:
    known = home / ".ssh" / "known_hosts"
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    known.write_text(f"{known.read_text().split()[0]} {other}")
    reason, message = refusal(f"{sshd.url}?2")
    assert reason == Reason.UNREACHABLE
    assert message.startswith(f"its host key is another than before, {fingerprint(sshd)}: somebody may be in between")


def test_a_wrong_password_is_tried_once_and_no_key_after_it(sshd: FileServer) -> None:
    url = as_user(sshd.url, sshd.user, "salah")
    output = sshd.home / "output"
    before = output.read_text().count("Failed password")
    for _ in range(2):
        assert refusal(url) == (
            Reason.LOGIN_FAILED,
            "the server refused the login; check the user, and the password or key",
        )
    assert output.read_text().count("Failed password") == before + 1


def test_without_a_key_that_the_server_knows_the_login_is_refused(sshd: FileServer, home: Path) -> None:
    (home / ".ssh" / "id_ed25519").unlink()
    assert refusal(f"{sshd.url}?3")[0] == Reason.LOGIN_FAILED


def test_the_settings_of_ssh_count(sshd: FileServer, home: Path) -> None:
    (home / ".ssh" / "id_ed25519").rename(home / "kunci")
    url = urlsplit(sshd.url)
    (home / ".ssh" / "config").write_text(
        f"Host gudang\n HostName 127.0.0.1\n Port {url.port}\n User {sshd.user}\n IdentityFile {home}/kunci\n"
    )
    with sshd.holding({"a.txt": b"isi"}) as folder:
        assert everything(f"sftp://gudang{urlsplit(folder).path}") == {"a.txt": [(0, b"isi")]}


def test_the_owner_the_mode_and_the_time_are_kept(sshd: FileServer) -> None:
    with sshd.holding({"a.txt": b"isi"}) as url:
        path = sshd.folder / url.rpartition("/")[2] / "a.txt"
        path.chmod(0o640 if path.owner() == sshd.user else 0o644)
        info = path.stat()
        unit, *_ = opened(url)
        wanted = Access(stat.S_IMODE(info.st_mode), str(info.st_uid), str(info.st_gid), int(info.st_mtime))
        assert unit.access == wanted


def test_links_are_listed_and_not_followed(sshd: FileServer) -> None:
    with sshd.holding({"a.txt": b"isi"}) as url:
        folder = sshd.folder / url.rpartition("/")[2]
        (folder / "lingkar").symlink_to(folder)
        (folder / "luar").symlink_to("/etc/hostname")
        assert listed(url) == {"a.txt": 3, "lingkar": Reason.LINK, "luar": Reason.LINK}


def test_names_that_are_no_utf_8_are_read(sshd: FileServer) -> None:
    with sshd.holding({"a.txt": b"isi"}) as url:
        folder = sshd.folder / url.rpartition("/")[2]
        (folder / "a.txt").rename(folder / "a\udcff.txt")
        assert everything(url) == {"a\udcff.txt": [(0, b"isi")]}


@pytest.mark.parametrize(("path", "root"), [((), ""), (("a", "b"), "/a/b"), (("~",), "."), (("~", "a"), "./a")])
def test_where_a_url_begins(path: tuple[str, ...], root: str) -> None:
    assert sftp._root(path) == root


def test_a_server_that_is_away_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("privacyscan.sources._remote.WAITS", ())
    reason, message = refusal(f"sftp://u@127.0.0.1:{free_port()}/")
    assert reason == Reason.UNREACHABLE
    assert message.startswith("no connection; check host and port")


def test_a_home_within_a_folder_is_refused() -> None:
    with pytest.raises(UsageError, match="right after the host"):
        read.target("sftp://h/a/~")


def test_the_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncssh", None)
    with pytest.raises(MissingExtra, match=r"privacyscan\[sftp\]"):
        listed("sftp://lain@127.0.0.1/berkas")
