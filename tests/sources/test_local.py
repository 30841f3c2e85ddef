"""Files and folders: all of them, in a stable order, without leaving the target."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from privacyscan.errors import UsageError
from privacyscan.model import Access, File, Limits, Reason, Target, Unit
from privacyscan.settings import Scope
from privacyscan.sources.local import access, plugin


def listed(path: Path) -> dict[tuple[str, ...], int | Reason | None]:
    found = plugin.units(Target(str(path), path.name), Scope(), Limits())
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
