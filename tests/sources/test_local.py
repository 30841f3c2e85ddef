"""Files and folders: all of them, in a stable order, without leaving the target."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from privacyscan import read
from privacyscan.errors import UsageError
from privacyscan.model import Access, File, Limits, Piece, Reason, Skipped, Target, Unit
from privacyscan.settings import Scope
from privacyscan.sources.local import access, plugin


def listed(path: Path, scope: Scope | None = None) -> dict[tuple[str, ...], int | Reason | None]:
    found = plugin.units(Target(str(path), path.name), scope or Scope(), Limits())
    return {u.place.path: u.size if isinstance(u, Unit) else u.reason for u in found}


def test_every_file_in_a_stable_order_with_its_size(tmp_path: Path) -> None:
    for name in ("b/z.txt", "b/a.txt", "a.txt", ".tersembunyi", "b.txt", "c/d/e.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    found = listed(tmp_path)
    assert list(found) == [
        *((".tersembunyi",), ("a.txt",), ("b.txt",)),
        *(("b", "a.txt"), ("b", "z.txt"), ("c", "d", "e.txt")),
    ]
    assert all(size == len("/".join(path)) for path, size in found.items())


def test_our_own_state_and_cache_are_left_out_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("a.txt", "state/key", "cache/privacyscan/rules-1", "cache/lain/b.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("isi")
    (tmp_path / "tautan").symlink_to(tmp_path, target_is_directory=True)
    found = listed(tmp_path / "tautan", Scope(state=tmp_path / "tautan" / "state"))
    assert found == {
        ("a.txt",): 3,
        ("cache", "privacyscan"): Reason.EXCLUDED,
        ("cache", "lain", "b.txt"): 3,
        ("state",): Reason.EXCLUDED,
    }
    assert listed(tmp_path / "state", Scope(state=tmp_path / "state")) == {("key",): 3}  # who asks for it gets it


def test_one_file_can_be_opened_again_and_again(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("isi")
    (unit,) = plugin.units(Target(str(tmp_path / "a.txt"), "a.txt"), Scope(), Limits())
    assert isinstance(unit, Unit)
    (file,) = plugin.read(unit, Limits())
    assert isinstance(file, File)
    for _ in range(2):
        with file.open() as stream:
            assert stream.read() == b"isi"
    assert (unit.place.path, file.size, file.path) == ((), 3, str(tmp_path / "a.txt"))


def test_links_out_of_the_target_are_listed_and_not_followed(tmp_path: Path) -> None:
    folder, other = tmp_path / "berkas", tmp_path / "berkas-lain"
    for made in (folder, other):
        made.mkdir()
        (made / "a.txt").write_text("isi")
    (folder / "dalam").symlink_to(folder / "a.txt")  # is read under its own name
    (folder / "lingkar").symlink_to(folder)
    (folder / "luar").symlink_to(other)
    (folder / "putus").symlink_to(folder / "tiada")
    found = listed(folder)
    assert found == {("a.txt",): 3, ("luar",): Reason.LINK, ("putus",): Reason.LINK}


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipa")
    assert listed(tmp_path) == {("pipa",): Reason.UNKNOWN_FORMAT}
    with pytest.raises(UsageError, match="neither a file nor a folder"):
        listed(tmp_path / "pipa")


def test_a_folder_that_may_not_be_listed_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tutup").mkdir()
    (tmp_path / "a.txt").write_text("isi")
    scandir = os.scandir

    def denied(folder: str) -> Any:  # root may list everything, so permissions would not do
        if folder.endswith("tutup"):
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", denied)
    assert listed(tmp_path) == {("a.txt",): 3, ("tutup",): Reason.DENIED}


def test_a_missing_target_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        listed(tmp_path / "tiada")


def test_who_may_reach_a_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("isi")
    file.chmod(0o640)
    os.utime(file, (0, 1_000_000_000))
    for target in (tmp_path, file):
        (unit,) = plugin.units(Target(str(target), target.name), Scope(), Limits())
        assert isinstance(unit, Unit)
        assert unit.access == Access(0o640, file.owner(), file.group(), 1e9)


def test_an_owner_without_a_name_is_told_by_number(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    info = os.stat(tmp_path / "a.txt")
    found = access(os.stat_result((*info[:4], 4_000_000, 4_000_001, *info[6:])))
    assert (found.owner, found.group) == ("4000000", "4000001")


def units(path: Path) -> list[Unit]:
    return [u for u in plugin.units(Target(str(path), "berkas"), Scope(), Limits()) if isinstance(u, Unit)]


def test_followed_links_are_told_and_each_file_is_read_once(tmp_path: Path) -> None:
    folder, other = tmp_path / "berkas", tmp_path / "lain"
    (folder / "dalam").mkdir(parents=True)
    (other / "jauh").mkdir(parents=True)
    for file in (folder / "a.txt", other / "b.txt", other / "jauh" / "c.txt", tmp_path / "d.txt"):
        file.write_text(file.name)
    (other / "pulang").symlink_to(folder)  # back into the target
    (other / "berputar").symlink_to(other)
    os.mkfifo(tmp_path / "pipa")
    for name, to in {"1": other / "jauh", "2": other, "3": other, "4": tmp_path / "d.txt", "5": folder}.items():
        (folder / name).symlink_to(to)
    (folder / "dalam" / "6").symlink_to(other / "b.txt")
    (folder / "7").symlink_to(tmp_path / "pipa")
    found = plugin.units(Target(str(folder), "berkas"), Scope(follow_symlinks=True), Limits())
    lines = [("/".join(u.place.path), u) for u in found]
    assert {(path, u.size) for path, u in lines if isinstance(u, Unit)} == {
        *(("a.txt", 5), ("1/c.txt", 5), ("2/b.txt", 5), ("4", 5)),
    }
    told = {path: u.message for path, u in lines if isinstance(u, Skipped) and u.reason is Reason.LINK}
    followed, elsewhere = "a link out of the target, which is followed", "is read in another place"
    assert told == {
        **dict.fromkeys(("1", "2", "4", "7"), followed),
        **dict.fromkeys(("2/berputar", "2/jauh", "3", "dalam/6"), elsewhere),
    }
    assert dict(lines)["7"].place.path == ("7",)
    assert [path for path, u in lines if isinstance(u, Skipped) and u.reason is Reason.UNKNOWN_FORMAT] == ["7"]


def test_devices_and_sockets_are_listed_and_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(tmp_path)  # the path of a socket is short
        server.bind("soket")
        assert listed(tmp_path) == {("soket",): Reason.UNKNOWN_FORMAT}


def as_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def as_link(file: Path) -> None:
    file.unlink()
    file.symlink_to("/etc/hostname")


@pytest.mark.parametrize("change", [as_pipe, as_link])
@pytest.mark.parametrize("when", ["before it is opened", "while it is opened"])
def test_what_came_in_the_place_of_a_file_is_not_read(
    tmp_path: Path, change: Callable[[Path], None], when: str
) -> None:
    file = tmp_path / "a.txt"
    file.write_text("isi")
    (unit,) = units(tmp_path)
    parts = plugin.read(unit, Limits())
    if when == "while it is opened":
        opened = next(parts)
        assert isinstance(opened, File)
        change(file)
        found = [*read._guarded(unit.place, iter([opened]), Limits(), 0), *parts]
    else:
        change(file)
        found = list(read.parts(unit, Limits()))
    assert found
    assert {p.reason for p in found if isinstance(p, Skipped)} == {Reason.CHANGED}
    assert all(isinstance(p, Skipped) for p in found)
    assert read.is_binary(unit) is False  # and nothing is raised


def test_a_file_that_is_written_to_while_it_is_read_is_listed(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    for change in (lambda: file.write_text("lebih"), lambda: os.utime(file, (1, 1)), file.unlink):
        file.write_text("isi")
        (unit,) = units(tmp_path)
        parts = plugin.read(unit, Limits())
        next(parts)
        change()
        assert [(p.reason, p.message) for p in parts if isinstance(p, Skipped)] == [
            (Reason.CHANGED, "changed while it was read; scan again")
        ]


def test_a_file_that_was_written_to_before_is_read_whole_but_not_in_pieces(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("a\n1\n")
    (unit,) = units(tmp_path)
    file.write_text("a\n1\n2\n")
    whole, piece = (list(plugin.read(u, Limits())) for u in (unit, replace(unit, piece=Piece(1, 2))))
    assert [p.size for p in whole if isinstance(p, File)] == [6]
    assert [p.reason for p in piece if isinstance(p, Skipped)] == [Reason.CHANGED]


def test_a_very_deep_tree_is_read_to_its_bottom(tmp_path: Path) -> None:
    """1,000 folders in each other, a path of 10,000 bytes and more: no system call takes that at once."""
    before = len(os.listdir("/proc/self/fd"))
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1000):
        os.mkdir("sangatdalam", dir_fd=here)
        deeper = os.open("sangatdalam", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(os.open("a.txt", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.symlink("/etc/hostname", "luar", dir_fd=here)
    os.close(here)
    found = list(plugin.units(Target(str(tmp_path), "berkas"), Scope(), Limits()))
    assert [(len(u.place.path), isinstance(u, Unit)) for u in found] == [(1001, True), (1001, False)]
    (unit,) = (u for u in found if isinstance(u, Unit))
    assert not any(isinstance(p, Skipped) for p in read.parts(unit, Limits()))
    assert len(os.listdir("/proc/self/fd")) == before  # nothing stays open
    subprocess.run(["rm", "-r", str(tmp_path / "sangatdalam")], check=True)  # too deep for pytest


def test_a_tree_without_an_end_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("privacyscan.sources.local.DEEPEST", 2)
    (tmp_path / "a" / "b" / "c" / "d").mkdir(parents=True)
    assert listed(tmp_path) == {("a", "b", "c"): Reason.NESTED_TOO_DEEP}


def test_names_of_any_bytes_are_listed_and_read(tmp_path: Path) -> None:
    names = [b"\xff\xfe.txt", b"a\nb.txt", b"\x1b[31mmerah.txt", b" .txt", b"\xe2\x80\xaetxt.csv"]
    for name in names:
        Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name))).write_text("isi")
    found = units(tmp_path)
    assert sorted(os.fsencode(u.place.path[0]) for u in found) == sorted(names)
    assert not [p for u in found for p in read.parts(u, Limits()) if isinstance(p, Skipped)]
