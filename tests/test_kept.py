"""What is kept in the user's cache folder makes starting faster and nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from privacyscan import kept


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "privacyscan"


def kept_file(folder: Path) -> Path:
    kept.save("x", kept.key("a"), b"made")
    (file,) = folder.iterdir()
    return file


def test_what_is_kept_is_given_back_for_the_same_key_alone(folder: Path) -> None:
    assert kept.load("x", kept.key("a")) is None
    kept.save("x", kept.key("a"), b"made")
    assert kept.load("x", kept.key("a")) == b"made"
    assert kept.load("y", kept.key("a")) is None
    assert kept.load("x", kept.key("a", "")) is None
    assert kept.load("x", kept.key(b"b")) is None


def test_parts_of_a_key_do_not_run_together() -> None:
    assert kept.key("ab", "c") != kept.key("a", "bc")


def test_only_the_user_may_read_it(folder: Path) -> None:
    file = kept_file(folder)
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def change(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1] + b"X")


def empty(file: Path) -> None:
    file.write_bytes(b"")


def open_to_all(file: Path) -> None:
    file.chmod(0o666)


def open_folder(file: Path) -> None:
    file.parent.chmod(0o777)


def link(file: Path) -> None:
    file.rename(file.with_suffix(".other"))
    file.symlink_to(file.with_suffix(".other"))


def linked_folder(file: Path) -> None:
    file.parent.rename(file.parent.with_name("other"))
    file.parent.symlink_to(file.parent.with_name("other"))


def folder_instead(file: Path) -> None:
    file.unlink()
    file.mkdir()


def pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def of_another(file: Path) -> None:
    os.chown(file, 12345, 12345)


def folder_of_another(file: Path) -> None:
    os.chown(file.parent, 12345, 12345)


OWNER = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


@pytest.mark.parametrize(
    "spoil",
    [
        cut,
        change,
        empty,
        open_to_all,
        open_folder,
        link,
        linked_folder,
        folder_instead,
        pipe,
        pytest.param(of_another, marks=OWNER),
        pytest.param(folder_of_another, marks=OWNER),
    ],
)
def test_what_cannot_be_trusted_is_passed_over(folder: Path, spoil: Callable[[Path], None]) -> None:
    spoil(kept_file(folder))
    assert kept.load("x", kept.key("a")) is None
    assert kept.value("x", kept.key("a"), lambda: ["again"]) == ["again"]


@pytest.mark.parametrize("spoil", [cut, change, empty, open_to_all, link])
def test_it_is_made_good_by_the_next_that_makes_it(folder: Path, spoil: Callable[[Path], None]) -> None:
    spoil(kept_file(folder))
    kept.save("x", kept.key("a"), b"made again")
    assert kept.load("x", kept.key("a")) == b"made again"


@pytest.mark.parametrize("base", ["/proc/none", "/dev/null/x", "relative"])
def test_where_nothing_can_be_written_nothing_is_kept(
    base: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", base)
    monkeypatch.delenv("HOME", raising=False)
    assert kept.value("x", kept.key("a"), lambda: {"a": 1}) == {"a": 1}
    assert kept.load("x", kept.key("a")) is None
    assert list(tmp_path.iterdir()) == []


@OWNER
def test_nothing_is_left_in_the_home_of_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "siti"
    home.mkdir()
    os.chown(home, 12345, 12345)
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(home))
    kept.save("x", kept.key("a"), b"made")
    assert list(home.iterdir()) == []


def test_values_come_back_as_they_were_made(folder: Path) -> None:
    made: list[int] = []

    def make() -> dict[str, list[object]]:
        made.append(1)
        return {"a": [1, 1.5, None, True, "é"]}

    assert [kept.value("x", kept.key("a"), make) for _ in range(3)] == [make()] * 3
    assert len(made) == 2  # once, and once for the comparison


@pytest.mark.parametrize("strange", [{1: "a"}, (1, 2), {"a": {1, 2}}, float("nan")])
def test_what_json_would_change_is_not_kept(folder: Path, strange: object) -> None:
    assert kept.value("x", kept.key("a"), lambda: strange) is strange
    assert kept.load("x", kept.key("a")) is None


def test_the_oldest_make_room(folder: Path) -> None:
    for n in range(kept.MOST + 3):
        kept.save("x", kept.key(str(n)), b"made")
        os.utime(folder / f"x-{kept.key(str(n))[:32]}", ns=(n, n))
    kept.save("y", kept.key("a"), b"made")
    assert len(list(folder.glob("x-*"))) == kept.MOST
    assert kept.load("x", kept.key(str(kept.MOST + 2))) == b"made"
    assert kept.load("y", kept.key("a")) == b"made"
