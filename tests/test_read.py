"""From a target to parts: what is in scope, which format reads it, and what becomes of failures."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from privacyscan import read
from privacyscan.errors import MissingExtra, TargetError, UsageError
from privacyscan.model import File, Limits, Part, Place, Reason, Skipped, Text, Unit
from privacyscan.settings import Scope

NAMES = ("a.csv", "b.txt", "arsip/a.csv", "arsip/lama/a.csv", "arsip/lama/b [1].txt", "foto/x.png")


def folder(path: Path) -> Path:
    for name in NAMES:
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text("nik,nama\n1,Budi\n2,Ani\n")
    return path


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        ((), (), NAMES),
        (("*.csv",), (), ("a.csv", "arsip/a.csv", "arsip/lama/a.csv")),
        (("arsip",), (), ("arsip/a.csv", "arsip/lama/a.csv", "arsip/lama/b [1].txt")),
        (("arsip/",), ("lama",), ("arsip/a.csv",)),
        (("arsip/*.csv",), (), ("arsip/a.csv",)),
        (("arsip/**/*.csv",), (), ("arsip/a.csv", "arsip/lama/a.csv")),
        (("**/lama/*",), (), ("arsip/lama/a.csv", "arsip/lama/b [1].txt")),
        (("?.txt",), (), ("b.txt",)),
        (("[!a].*",), (), ("b.txt", "foto/x.png")),
        (("[ab].csv",), (), ("a.csv", "arsip/a.csv", "arsip/lama/a.csv")),
        (("*.CSV",), (), ()),
        ((), ("*",), ()),
        ((), ("arsip", "*.png"), ("a.csv", "b.txt")),
    ],
)
def test_include_and_exclude(
    tmp_path: Path, include: tuple[str, ...], exclude: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    found = list(read.units(read.target(str(folder(tmp_path))), Scope(include=include, exclude=exclude), Limits()))
    inside = {"/".join(u.place.path) for u in found if isinstance(u, Unit)}
    outside = {"/".join(s.place.path) for s in found if isinstance(s, Skipped) and s.reason is Reason.EXCLUDED}
    assert inside == set(expected)
    assert outside == set(NAMES) - set(expected)


def test_a_glob_with_a_mistake_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="glob"):
        list(read.units(read.target(str(folder(tmp_path))), Scope(include=("[z-a]",)), Limits()))


def unit(path: Path) -> Unit:
    return Unit("local", read.target(str(path.parent)), Place("x", (path.name,)), "file", {"path": str(path)}, None)


def test_a_file_that_vanished_is_listed(tmp_path: Path) -> None:
    assert [p.reason for p in read.parts(unit(tmp_path / "x.csv"), Limits()) if isinstance(p, Skipped)] == [
        Reason.VANISHED
    ]
    assert read.is_binary(unit(tmp_path / "x.csv")) is False


@pytest.mark.parametrize(
    ("name", "data", "binary"),
    [
        ("a.csv", b"a,b\n1,2\n", False),
        ("a.zip", b"PK\x03\x04", True),
        ("a.csv", b"\x1f\x8b", True),
        ("a", b"\x00\xff", False),
    ],
)
def test_only_files_for_foreign_parsers_are_binary(tmp_path: Path, name: str, data: bytes, binary: bool) -> None:
    (tmp_path / name).write_bytes(data)
    assert read.is_binary(unit(tmp_path / name)) is binary


@pytest.mark.parametrize("name", ["x", "x.csv", "x.json", "x.zip", "x.xlsx", "x.db"])
def test_an_empty_file_is_an_empty_text(name: str) -> None:
    place = Place("x", (name,))
    assert list(read.expand(File(place, lambda: io.BytesIO(b""), 0), Limits())) == [Text(place, b"")]


def test_a_file_over_the_limit_is_listed_and_not_opened() -> None:
    def opened() -> BinaryIO:
        raise AssertionError

    found = list(read.expand(File(Place("x"), opened, 11), Limits(max_file_size=10)))
    assert [p.reason for p in found if isinstance(p, Skipped)] == [Reason.TOO_LARGE]


class Broken:
    """A format that gives a text and then fails."""

    name, suffixes, binary = "broken", (".x",), False

    def __init__(self, error: Exception) -> None:
        self.error = error

    def matches(self, head: bytes, name: str) -> int:
        return 1

    def read(self, file: File, limits: Limits) -> Iterator[Part]:
        yield Text(file.place, b"isi")
        raise self.error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionError(13, "x"), Reason.DENIED),
        (FileNotFoundError(2, "x"), Reason.VANISHED),
        (TimeoutError(), Reason.TIMEOUT),
        (MemoryError(), Reason.MEMORY),
        (EOFError(), Reason.DAMAGED),
        (ValueError("3171014107900001"), Reason.DAMAGED),
        (UnicodeDecodeError("utf-8", b"3171014107900001", 0, 1, "3171014107900001"), Reason.DAMAGED),
        (OSError(5, "x"), Reason.ERROR),
        (RuntimeError("3171014107900001"), Reason.ERROR),
        (RecursionError(), Reason.ERROR),
        (MissingExtra("x", "y"), Reason.MISSING_EXTRA),
        (TargetError("x", "unreachable"), Reason.UNREACHABLE),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, Exception) else "",
)
def test_a_failure_is_a_reason_without_a_value_and_what_was_read_counts(error: Exception, reason: Reason) -> None:
    file = File(Place("x"), lambda: io.BytesIO(b"x"), 1)
    text, skipped = read.read_as(Broken(error), file, Limits())
    assert isinstance(text, Text)
    assert isinstance(skipped, Skipped)
    assert skipped.reason is reason
    assert "3171" not in skipped.message


def test_one_scan_of_every_kind_of_file_counts_the_same(tmp_path: Path) -> None:
    from privacyscan.scan import scan
    from privacyscan.settings import load
    from tests.formats.samples import PEOPLE, SAMPLES

    (tmp_path / "berkas").mkdir()
    names = [s.name for samples in SAMPLES.values() for s in samples]
    for samples in SAMPLES.values():
        for sample in samples:
            (tmp_path / "berkas" / sample.name).write_bytes(sample.data)
    environment = {"XDG_STATE_HOME": str(tmp_path / "state"), "HOME": str(tmp_path)}
    result = scan([str(tmp_path / "berkas")], load({"workers": 1}, environ=environment))
    counted = {f.place.path[0]: f.matched for f in result.findings if f.entity == "ID_NIK"}
    assert counted == dict.fromkeys(names, PEOPLE)
    assert result.skipped == ()
