"""Ignore files: what git would ignore is left out, and whatever is left out is said."""

from __future__ import annotations

import os
import random
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from privacyscan.model import Limits, Place, Reason, Skipped, Target, Unit
from privacyscan.settings import Scope
from privacyscan.sources._ignored import IGNORE_FILE, LARGEST, Ignored
from privacyscan.sources.local import plugin

# gitignore(5), and what its words leave open
PATTERNS = """
*.log|/a|a/|!a|!*.txt|a/b|a/**|**/b|a/**/b|**/a/|b*|?|[ab]|[!a]*|[^b]|[a-]|[]a]|\\#x|#x|\\!x|!\\!x|a\\*|*|**|/*|/**|
!/a|!/a/b|a/*|!a/|  a|a  |a\\ |\\ a|a\\|[|[]|[a|[b-a]|[[:alpha:]]|[[:digit:]].txt|[![:alpha:]]|[[:punct:]]|[![:alnum:]]|
[[:nothing:]]a|a**b|**a|
a/**/|a//b|//a|./a|b/./a|***|*/a|*/b/*|x.[lt]*|[a-c].txt|/x.log|A|é|[é]|?.txt|a/?|[/]a|a[/]b|[\\]]|[a\\]]*|\\a|\\|/|!|**/|***/b
""".replace("\n", "").split("|")
NAMES = (
    "a",
    "b",
    "x.log",
    "1.txt",
    "a.txt",
    "#x",
    "!x",
    " a",
    "a ",
    "a*",
    "[",
    "]",
    "a-b",
    "ab",
    "é",
    "\\",
    "-",
    "B",
    "[a",
)


def oracle(folder: Path, paths: list[str]) -> set[str]:
    """The paths that git ignores."""
    done = subprocess.run(
        ["git", "check-ignore", "--no-index", "--stdin", "-z"],
        cwd=folder,
        input="\0".join(paths).encode(),
        capture_output=True,
        env={"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(folder)},
    )
    assert done.returncode in (0, 1), done.stderr
    return set(done.stdout.decode().split("\0")) - {""}


def ours(tree: Path, files: dict[tuple[str, ...], bytes], path: str) -> bool:
    """Whether a path, or a folder above it, is left out."""
    parts, ignored = tuple(path.split("/")), Ignored()
    for end in range(1, len(parts) + 1):
        if (text := files.get(parts[: end - 1])) is not None:
            ignored, _ = ignored.with_file(Place("t", parts[: end - 1]), text)
        if ignored.leaves_out(parts[:end], tree.joinpath(*parts[:end]).is_dir()) is not None:
            return True
    return False


@pytest.mark.parametrize("ends", ["files", "folders"])
def test_what_git_ignores_is_left_out_and_nothing_else(tmp_path: Path, ends: str) -> None:
    chance = random.Random(5)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    paths = [*NAMES, *(f"{a}/{b}" for a in ("a", "b", "é") for b in NAMES), "a/b/a", "a/b/x.log", "b/x/a/b", "a/a/a"]
    for path in sorted(paths, reverse=True):  # folders first
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        if ends == "folders":
            (tmp_path / path).mkdir(exist_ok=True)
        elif not (tmp_path / path).is_dir():
            (tmp_path / path).touch()
    sets = [[p] for p in PATTERNS] + [chance.sample(PATTERNS, 4) for _ in range(25)]
    for lines, inner in pairwise([*sets, []]):
        files = {(): "\n".join(lines).encode(), ("a",): "\r\n".join(inner).encode() if len(lines) > 1 else b""}
        for folder, text in files.items():
            tmp_path.joinpath(*folder, ".gitignore").write_bytes(text)
        assert {p for p in paths if ours(tmp_path, files, p)} == oracle(tmp_path, paths), (lines, inner)


def listed(path: Path, scope: Scope | None = None) -> dict[str, str]:
    found = plugin.units(Target(str(path), "berkas"), scope or Scope(), Limits())
    return {"/".join(u.place.path): "read" if isinstance(u, Unit) else f"{u.reason}: {u.message}" for u in found}


def test_an_ignore_file_is_told_and_so_is_what_it_leaves_out(tmp_path: Path) -> None:
    for name in ("a.log", "b.txt", "dalam/c.log", "dalam/d.txt", "dalam/tetap.log", "luar/e.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("isi")
    (tmp_path / IGNORE_FILE).write_text("*.log\nluar/\n")
    (tmp_path / "dalam" / IGNORE_FILE).write_text("# catatan\n!tetap.log\n")
    found = plugin.units(Target(str(tmp_path), "berkas"), Scope(), Limits())
    lines = [(u, "/".join(u.place.path)) for u in found]
    assert [path for u, path in lines if isinstance(u, Unit)] == [
        *(IGNORE_FILE, "b.txt", f"dalam/{IGNORE_FILE}", "dalam/d.txt", "dalam/tetap.log"),
    ]
    assert [(path, u.reason, u.message) for u, path in lines if isinstance(u, Skipped)] == [
        (IGNORE_FILE, Reason.IGNORE_FILE, "2 patterns leave files out; --no-ignore-file reads them"),
        ("a.log", Reason.EXCLUDED, f"by {IGNORE_FILE}, line 1"),
        ("luar", Reason.EXCLUDED, f"folder, not listed, by {IGNORE_FILE}, line 2"),
        (f"dalam/{IGNORE_FILE}", Reason.IGNORE_FILE, "1 patterns leave files out; --no-ignore-file reads them"),
        ("dalam/c.log", Reason.EXCLUDED, f"by {IGNORE_FILE}, line 1"),
    ]
    assert set(listed(tmp_path, Scope(ignore_file=False)).values()) == {"read"}


def test_an_ignore_file_that_cannot_be_read_leaves_nothing_out(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("isi")
    (tmp_path / "besar").mkdir()
    (tmp_path / "besar" / IGNORE_FILE).write_bytes(b"*\n" * LARGEST)
    (tmp_path / "besar" / "b.txt").write_text("isi")
    (tmp_path / IGNORE_FILE).symlink_to("/dev/zero")
    found = plugin.units(Target(str(tmp_path), "berkas"), Scope(), Limits())
    by = [("/".join(u.place.path), u.reason) for u in found if isinstance(u, Skipped)]
    assert by[0] == (IGNORE_FILE, Reason.DENIED)
    assert (f"besar/{IGNORE_FILE}", Reason.TOO_LARGE) in by
    assert {"a.txt", "besar/b.txt"} <= {path for path, what in listed(tmp_path).items() if what == "read"}


def test_no_pattern_keeps_the_listing_busy() -> None:
    ignored, _ = Ignored().with_file(Place("t"), b"*a" * 60 + b"*b\n")
    assert ignored.leaves_out(("a" * 250,), is_folder=False) is None
    assert ignored.leaves_out(("a" * 249 + "b",), is_folder=False) == (IGNORE_FILE, 1)
