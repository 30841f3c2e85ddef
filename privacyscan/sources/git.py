"""What git repositories hold: staged files, the commits of a range, or the whole history, each content once.

The program `git` reads the objects, by commands that heed no hook, filter or program of the repository's settings.
"""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import IO, Any, BinaryIO

from privacyscan.errors import TargetError, UsageError
from privacyscan.model import Access, Evidence, File, Limits, Part, Place, Reason, Skipped, Target, Unit
from privacyscan.settings import Scope
from privacyscan.sources import Source
from privacyscan.sources._ignored import IGNORE_FILE, LARGEST, Ignored, left_out

SHOWN = 9  # digits of the id of a commit or object; a run of ten may be a number of a person, and is masked
PATHS = 5  # at which one content lies, told in a report
IN_MEMORY = 8 << 20  # bytes of an object; a larger one goes to a file without a name
STEP = 1 << 20  # bytes read of it at once
POINTER = b"version https://git-lfs.github.com/spec/"  # https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
_PASSED_ON = ("PATH", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES")  # as hooks of a server get them
_SETTINGS = (  # all by which git would start a program or fetch what is missing; the owner may be anybody
    *("-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"),
    *("-c", "core.attributesFile=/dev/null", "-c", "protocol.allow=never", "-c", "i18n.logOutputEncoding=UTF-8"),
    *("-c", "core.packedGitWindowSize=64m", "-c", "core.packedGitLimit=1g"),  # memory of workers is bounded
)
_LIST = (
    "--raw",
    "-r",
    "-z",
    "--no-abbrev",
    "--no-renames",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=none",
)
_NO_FILE = {"160000": "a submodule, which is another repository; scan it as a target of its own"}
_NO_FILE["120000"] = "a link; what it leads to is read where it lies"


@dataclass(frozen=True, slots=True)
class Aim:
    """What a target names: the folder of a repository, and `revisions` as git takes them; none: what is staged."""

    folder: str
    revisions: tuple[str, ...] = ()
    tip: str = ""  # whose ignore files count; empty: the staged ones


@dataclass(slots=True)
class _Held:
    """Which commits brought a content in, and where it lies in them."""

    path: tuple[str, ...]
    first: str
    last: str
    commits: int = 0
    paths: dict[str, None] = field(default_factory=dict)


class Git:
    name = "git"
    schemes = ("git",)

    def check(self, target: Target) -> None:
        try:
            aim = _aim(target.url)
            _line(
                aim, *(("rev-list", "--max-count=1", *aim.revisions) if aim.revisions else ("rev-parse", "--git-dir"))
            )
        except FileNotFoundError:
            raise UsageError(f"{target.label}: git is not installed; run apt install git") from None
        except UsageError as error:
            raise UsageError(f"{target.label}: {error}") from None
        except subprocess.CalledProcessError:
            message = "is no git repository with such commits; check the folder and the range"
            raise UsageError(f"{target.label}: {message}") from None

    def units(self, target: Target, scope: Scope, limits: Limits) -> Iterator[Unit | Skipped]:
        aim = _aim(target.url)
        try:
            ignored = _Tree(target)
            if scope.ignore_file:
                yield from ignored.begin(aim)
            yield from (
                _history(target, aim, ignored, limits) if aim.revisions else _staged(target, aim, ignored, limits)
            )
        except (OSError, ValueError, subprocess.CalledProcessError):
            message = "git could not list it to its end; git fsck says what is damaged"
            raise TargetError(f"{target.label}: {message}", Reason.DAMAGED) from None

    def read(self, unit: Unit, limits: Limits) -> Iterator[Part]:
        folder = unit.locator["folder"]
        if "revisions" in unit.locator:
            with _messages(Aim(folder, unit.locator["revisions"])) as file:
                yield File(unit.place, partial(_again, file), os.fstat(file.fileno()).st_size)
            return
        with _objects(folder).content(unit.locator["object"]) as (opened, size):
            with opened() as stream:
                if stream.read(len(POINTER)) == POINTER:
                    message = "a pointer of Git LFS, whose file is elsewhere; run git lfs pull and scan the folder"
                    yield Skipped(unit.place, Reason.ELSEWHERE, message)
            yield File(unit.place, opened, size)


def _aim(url: str) -> Aim:
    """What `git:FOLDER`, `git:FOLDER?range=A..B` and `git:FOLDER?history` name. Raises UsageError."""
    folder, mark, query = url.removeprefix("git:").rpartition("?")
    if not mark:
        folder, query = query, ""
    revisions = query.removeprefix("range=")
    if folder.startswith("//"):
        raise UsageError("is on a server; clone it and scan git:FOLDER")
    if not os.path.isdir(folder):
        raise UsageError("there is no such folder; write git:FOLDER, git:FOLDER?range=A..B or git:FOLDER?history")
    folder = os.path.abspath(folder)
    if query == "history":
        return Aim(folder, ("--all",), "HEAD")
    if mark and (revisions == query or ".." not in revisions):
        raise UsageError("write git:FOLDER?range=A..B for commits, or git:FOLDER?history for all of them")
    return Aim(folder, ("--end-of-options", revisions), _tip(revisions)) if mark else Aim(folder)


def _tip(revisions: str) -> str:
    return revisions.rpartition("..")[2] or "HEAD"


def _staged(target: Target, aim: Aim, ignored: _Tree, limits: Limits) -> Iterator[Unit | Skipped]:
    """The files that the next commit would add or change."""
    try:
        base = _line(aim, "rev-parse", "--verify", "-q", "HEAD^{tree}")
    except subprocess.CalledProcessError:  # no commit yet
        base = _line(aim, "hash-object", "-t", "tree", "--stdin")
    with _started(aim, "diff-index", "--cached", *_LIST, base) as output:
        found = list(_changes(_fields(output)))
    for _, mode, name, path in found:
        place = Place(target.label, path)
        if not int(name, 16):
            yield Skipped(place, Reason.ERROR, "has a merge conflict; resolve it, stage it, and scan again", "list")
        else:
            yield from _listed(target, aim, place, mode, name, ignored, limits)
    if not found:
        yield Skipped(target.place, Reason.EXCLUDED, "nothing is staged", "list")


def _history(target: Target, aim: Aim, ignored: _Tree, limits: Limits) -> Iterator[Unit | Skipped]:
    """Each content that the commits brought in, by the first of them."""
    if _line(aim, "rev-parse", "--is-shallow-repository") == "true":
        message = "a shallow clone, whose earlier history is not here; run git fetch --unshallow"
        yield Skipped(target.place, Reason.ELSEWHERE, message, "list")
    held: dict[tuple[str, str], _Held] = {}
    for commit, mode, name, path in _brought_in(aim):
        kind = mode if mode in _NO_FILE else "100644"  # or 100755, of a program
        one = held.setdefault((name, kind), _Held(path, commit, commit))
        one.commits += one.last != commit or not one.commits
        one.last = commit
        if len(one.paths) < PATHS:
            one.paths["/".join(path)] = None
    for (name, mode), one in held.items():
        place = Place(target.label, (one.first[:SHOWN], *one.path))
        paths, first, last = ", ".join(one.paths), one.first[:SHOWN], one.last[:SHOWN]
        flag = Evidence("git_history", {"first": first, "last": last, "commits": one.commits, "paths": paths})
        access = Access(flags=(flag,))
        yield from _listed(target, aim, place, mode, name, ignored, limits, access)
    if aim.revisions == ("--all",):  # tags may name contents that lie in no commit
        known = {name for name, _ in held}
        for name in _all_contents(aim):
            if name not in known:
                place = Place(target.label, ("objects", name[:SHOWN]))
                yield from _listed(target, aim, place, "100644", name, ignored, limits)
    locator = {"folder": aim.folder, "revisions": aim.revisions}
    yield Unit(Git.name, target, target.place.child("commit messages"), "file", locator)


def _listed(
    target: Target,
    aim: Aim,
    place: Place,
    mode: str,
    name: str,
    ignored: _Tree,
    limits: Limits,
    access: Access | None = None,
) -> Iterator[Unit | Skipped]:
    path = place.path[1:] if aim.revisions else place.path
    if (out := ignored.leaves_out(place, path)) is not None:
        yield from out
    elif mode in _NO_FILE:
        yield Skipped(place, Reason.LINK, _NO_FILE[mode], "list")
    elif (size := _objects(aim.folder).size(name)) is None:
        message = "its content is not in this clone; fetch it and scan again"
        yield Skipped(place, Reason.ELSEWHERE, message, "list")
    else:
        locator = {"folder": aim.folder, "object": name}
        known = size if size <= limits.piece_bytes else None  # pieces would each unpack the whole of it
        yield Unit(Git.name, target, place, "file", locator, known, access=access)


def _brought_in(aim: Aim) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Commit, mode, object and path of each content that a commit holds and none of its parents."""
    with tempfile.TemporaryFile() as commits:
        with _started(aim, "rev-list", "--reverse", *aim.revisions) as output:
            for chunk in iter(partial(output.read, STEP), b""):
                commits.write(chunk)
        commits.seek(0)
        with _started(aim, "diff-tree", "--stdin", "--root", "-c", *_LIST, given=commits) as output:
            yield from _changes(_fields(output))


def _all_contents(aim: Aim) -> Iterator[str]:
    wanted = ("--no-object-names", "--filter=object:type=blob", "--filter-provided-objects")
    with _started(aim, "rev-list", "--all", "--objects", *wanted) as output:
        for line in output:
            yield line.decode("ascii").strip()


def _changes(fields: Iterable[bytes]) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Commit (empty before the first), new mode, object and path of each raw line of git-diff-tree(1)."""
    commit, rest = "", iter(fields)
    for entry in rest:
        if not entry.startswith(b":"):
            commit = entry.decode("ascii")
            continue
        parents = len(entry) - len(entry.lstrip(b":"))
        words = entry.decode("ascii").lstrip(":").split(" ")
        mode, name, path = words[parents], words[2 * parents + 1], os.fsdecode(next(rest))
        if mode != "000000" or words[-1] == "U":  # else it was deleted
            yield commit, mode, name, tuple(path.split("/"))


def _fields(output: IO[bytes]) -> Iterator[bytes]:
    """What stands between the zero bytes."""
    rest = b""
    while chunk := output.read(64 << 10):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole


class _Tree:
    """Which files of a repository its ignore files leave out."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._files: dict[tuple[str, ...], bytes] = {}
        self._known: dict[tuple[str, ...], Ignored] = {}
        self._told: set[tuple[str, ...]] = set()

    def begin(self, aim: Aim) -> Iterator[Skipped]:
        """Find the ignore files, and tell of them."""
        arguments: Sequence[str] = ("ls-files", "-s", "-z", "--", f":(top,glob)**/{IGNORE_FILE}")
        if aim.tip:
            arguments = ("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", aim.tip)
        names: dict[tuple[str, ...], str] = {}
        with suppress(subprocess.CalledProcessError), _started(aim, *arguments) as output:  # there may be no commit
            for entry in _fields(output):
                about, _, path = os.fsdecode(entry).partition("\t")
                *folder, last = path.split("/")
                if last == IGNORE_FILE and about.startswith("100"):
                    names[tuple(folder)] = about.split(" ")[2 if aim.tip else 1]
        for parts, name in sorted(names.items()):
            with _objects(aim.folder).content(name) as (opened, _), opened() as stream:
                self._files[parts] = stream.read(LARGEST + 1)
            yield Ignored().with_file(Place(self._target.label, parts), self._files[parts])[1]

    def leaves_out(self, place: Place, path: tuple[str, ...]) -> Sequence[Skipped] | None:
        """Why the file at a path is left out, for a folder once; None: it stays."""
        if not self._files:
            return None
        for end in range(1, len(path) + 1):
            by = self._of(path[: end - 1]).leaves_out(path[:end], end < len(path))
            if by is not None and end == len(path):
                return [left_out(place, by, is_folder=False)]
            if by is not None:
                folder = Place(place.target, path[:end])
                told = folder.path in self._told
                self._told.add(folder.path)
                return [] if told else [left_out(folder, by, is_folder=True)]
        return None

    def _of(self, folder: tuple[str, ...]) -> Ignored:
        if folder not in self._known:
            above = self._of(folder[:-1]) if folder else Ignored()
            text = self._files.get(folder)
            place = Place(self._target.label, folder)
            self._known[folder] = above if text is None else above.with_file(place, text)[0]
        return self._known[folder]


class Unchanged:
    """Which files of a folder, or which file, are byte by byte as a commit has them."""

    def __init__(self, target: Target, revision: str) -> None:
        path = os.path.realpath(target.url)
        self._folder = path if os.path.isdir(path) else os.path.dirname(path)
        self._names: dict[str, str] = {}
        try:
            with _started(Aim(self._folder), "ls-tree", "-r", "-z", "--end-of-options", revision) as output:
                for entry in _fields(output):
                    about, _, name = os.fsdecode(entry).partition("\t")
                    if about.startswith("100"):
                        self._names[name] = about.split(" ")[2]
        except FileNotFoundError:
            raise UsageError(f"{target.label}: git is not installed; run apt install git") from None
        except subprocess.CalledProcessError:
            raise UsageError(
                f"{target.label}: lies in no git work tree with the commit that --changed-since names; check the name, "
                "or fetch it (git fetch --unshallow)"
            ) from None

    def has(self, path: str) -> bool:
        """Whether the file at the path is among them."""
        name = self._names.get(os.path.relpath(path, self._folder))
        return name is not None and _name_of(path, len(name)) == name


def _name_of(path: str, digits: int) -> str | None:
    """The name that git gives the content of a file; None: it cannot be read."""
    made = hashlib.sha1(usedforsecurity=False) if digits == 40 else hashlib.sha256()
    try:
        with open(path, "rb", opener=_regular) as file:
            made.update(b"blob %d\0" % os.fstat(file.fileno()).st_size)
            while chunk := file.read(STEP):
                made.update(chunk)
    except OSError:
        return None
    return made.hexdigest()


def _regular(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


class _Objects:
    """The contents of a repository, one by one from a process of git that stays."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._last: tuple[str, bytes] = ("", b"")  # a small one is asked for again and again

    def size(self, name: str) -> int | None:
        """Of an object, in bytes; None: it is not here."""
        return self._asked("--batch-check", name)[1]

    @contextmanager
    def content(self, name: str) -> Iterator[tuple[Any, int]]:
        """How to open it, and its size."""
        if self._last[0] == name:
            yield partial(io.BytesIO, self._last[1]), len(self._last[1])
            return
        process, size = self._asked("--batch", name)
        if size is None:
            raise TargetError("its content is not in this clone; fetch it and scan again", Reason.ELSEWHERE)
        assert process.stdout is not None
        if size <= IN_MEMORY:
            self._last = (name, _exactly(process.stdout, size))
            process.stdout.read(1)
            yield partial(io.BytesIO, self._last[1]), size
            return
        with tempfile.TemporaryFile() as file:
            for start in range(0, size, STEP):
                file.write(_exactly(process.stdout, min(STEP, size - start)))
            process.stdout.read(1)
            file.flush()
            yield partial(_again, file), size

    def _asked(self, how: str, name: str) -> tuple[subprocess.Popen[bytes], int | None]:
        process = self._running.get(how)
        if process is None or process.poll() is not None:
            process = self._running[how] = _popen(Aim(self._folder), "cat-file", how, given=subprocess.PIPE)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(name.encode() + b"\n")
        process.stdin.flush()
        answer = process.stdout.readline().split()
        if not answer:
            raise TargetError("git could not read it; git fsck says what is damaged", Reason.DAMAGED)
        return process, int(answer[2]) if len(answer) == 3 else None

    def close(self) -> None:
        for process in self._running.values():
            _end(process)


_kept = threading.local()  # a process of git reads one repository


def _objects(folder: str) -> _Objects:
    """The contents of a repository; the process stays for the next unit."""
    if getattr(_kept, "folder", None) != folder:
        if hasattr(_kept, "objects"):
            _kept.objects.close()
        _kept.objects, _kept.folder = _Objects(folder), folder
    objects: _Objects = _kept.objects
    return objects


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise TargetError("git could not read it; git fsck says what is damaged", Reason.DAMAGED)
    return data


def _again(file: IO[bytes]) -> BinaryIO:
    """A new stream over a file that may have no name."""
    return open(f"/proc/self/fd/{file.fileno()}", "rb")


@contextmanager
def _messages(aim: Aim) -> Iterator[IO[bytes]]:
    """The messages of commits and tags as one text, without the names of authors, which each repository holds."""
    of_tags = "%(if:equals=tag)%(objecttype)%(then)%(contents)%(end)"
    with tempfile.TemporaryFile() as file:
        commands = [("rev-list", "--format=%B", *aim.revisions)]
        if aim.revisions == ("--all",):
            commands.append(("for-each-ref", f"--format={of_tags}", "refs/tags"))
        for command in commands:
            with _started(aim, *command) as output:
                for chunk in iter(partial(output.read, STEP), b""):
                    file.write(chunk)
        file.flush()
        yield file


def _popen(aim: Aim, *arguments: str, given: Any = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | {
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",  # a replacement would hide what it replaces
        "GIT_GRAFT_FILE": "/dev/null",
    }
    if os.path.realpath(aim.folder) == os.getcwd() and "GIT_INDEX_FILE" in os.environ:
        environment["GIT_INDEX_FILE"] = os.environ["GIT_INDEX_FILE"]  # of `git commit FILE`, for hooks
    command = ["git", "--no-pager", *_SETTINGS, "-C", aim.folder, *arguments]
    return subprocess.Popen(
        command, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, bufsize=STEP
    )


@contextmanager
def _started(aim: Aim, *arguments: str, given: Any = subprocess.DEVNULL) -> Iterator[IO[bytes]]:
    """What git writes. Raises CalledProcessError at the end if git failed."""
    process = _popen(aim, *arguments, given=given)
    assert process.stdout is not None
    try:
        yield process.stdout
        if process.wait() != 0:
            raise subprocess.CalledProcessError(process.returncode, "git")
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    with suppress(OSError):
        process.communicate()


def _line(aim: Aim, *arguments: str) -> str:
    """The line that git answers."""
    with _started(aim, *arguments) as output:
        return output.read().decode("utf-8", "surrogateescape").strip()


plugin: Source = Git()
