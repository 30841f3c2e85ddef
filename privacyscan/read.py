"""From a target to tables and texts: picks source and format, opens nested files, and turns every failure of
foreign data into a `Skipped` with a reason."""

from __future__ import annotations

import faulthandler
import os
import re
import struct
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlsplit, urlunsplit

from privacyscan import encoded, formats, sources
from privacyscan.batches import binary_cells
from privacyscan.errors import MissingExtra, PrivacyScanError, TargetError, UsageError
from privacyscan.formats._charset import kind_of
from privacyscan.formats._dumped import dumped_table
from privacyscan.formats._dumps import dump_program
from privacyscan.formats._suffixes import wrong_suffix
from privacyscan.globs import globs, matches
from privacyscan.model import Evidence, File, Limits, Part, Piece, Place, Reason, Skipped, Table, Target, Text, Unit
from privacyscan.registry import plugin, plugins
from privacyscan.settings import without_password as without_password
from privacyscan.settings import without_password_of_user

if TYPE_CHECKING:
    from privacyscan.formats import Format
    from privacyscan.settings import Scope
    from privacyscan.sources import Cut, Source
    from privacyscan.sources.git import Unchanged

T = TypeVar("T")
HEAD = 64 << 10
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
Told = dict[Place, list[Evidence]]  # file -> how open its content shows that it lies
_URL = re.compile(r"([A-Za-z][A-Za-z0-9]*)(?:\+[A-Za-z0-9]+)?://|(git):")


def target(text: str, password: str | None = None) -> Target:
    """What the user pointed at. Raises UsageError for a URL scheme that no source reads and for a path
    where nothing is."""
    scheme = _scheme(text)
    if scheme and scheme not in _sources():
        known = ", ".join("git:" if s == "git" else f"{s}://" for s in sorted(_sources()) if s)
        shown = without_password(text)
        raise UsageError(f"{shown}: the scheme {scheme}:// is unknown; give a folder, a file, or {known}")
    if scheme and password is not None:
        parts = urlsplit(text)
        user = parts.username or ""
        host = parts.netloc.rsplit("@", 1)[-1]
        text = urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}"))
    aim = Target(text, without_password(text) if scheme else text)
    source_of(aim).check(aim)
    return aim


def holds_secret(url: str) -> bool:
    """Whether the printed form lacks more than the password of its user, so that it leads nowhere."""
    return without_password(url) != without_password_of_user(url)


def folders(aim: Target) -> Sequence[str]:
    """The names of the folders that a target lies in, its own at the end."""
    if _scheme(aim.url):
        return urlsplit(aim.url).path.split("/")
    return os.path.realpath(aim.url).split(os.sep)


def source_of(aim: Target) -> Source:
    """The source that reads the target."""
    scheme = _scheme(aim.url)
    return _sources()[scheme] if scheme else plugin("sources", "local")


def units(aim: Target, scope: Scope, limits: Limits) -> Iterator[Unit | Skipped]:
    """Everything below the target that is in scope, and what is listed but out of it."""
    inside, outside = _globs(scope.include), _globs(scope.exclude)
    unchanged = unchanged_files(aim, scope.changed_since) if scope.changed_since else None
    listed = kept = same = 0
    for unit in source_of(aim).units(aim, scope, limits):
        listed += 1
        if (inside or outside) and isinstance(unit, Unit):
            path = "/".join(unit.place.path) or aim.place.name
            if (inside and not matches(inside, path)) or matches(outside, path):
                yield Skipped(unit.place, Reason.EXCLUDED, "by --include or --exclude", "list")
                continue
        if unchanged is not None and isinstance(unit, Unit) and unchanged.has(unit.locator["path"]):
            same += 1
            continue
        kept += 1
        yield unit
    if same:
        yield Skipped(aim.place, Reason.EXCLUDED, f"{same} files are as they were at {scope.changed_since}", "list")
    if not kept and not same:
        message = "--include and --exclude leave nothing of it" if listed else "nothing is in it"
        yield Skipped(aim.place, Reason.EMPTY_TARGET, message, "list")


def unchanged_files(aim: Target, revision: str) -> Unchanged:
    """Those of a target that are as a commit has them. Raises UsageError for a target of which nobody can say."""
    from privacyscan.sources.git import Unchanged

    if _scheme(aim.url):
        message = (
            "--changed-since compares folders and files of a git work tree; for commits scan git:FOLDER?range=A..B"
        )
        raise UsageError(f"{aim.label}: {message}")
    return Unchanged(aim, revision)


def parts(unit: Unit, limits: Limits, told: Told | None = None) -> Iterator[Table | Text | Skipped]:
    """The tables and texts of a unit, nested files included, and what could not be read. Exposures that the
    content of files shows are put into `told`."""
    source: Source = plugin("sources", unit.source)
    last: Part | None = None
    unread: Counter[tuple[Place, Reason]] = Counter()  # cells, by column
    for part in _guarded(unit.place, source.read(unit, limits), limits, 0, told):
        if isinstance(part, Skipped) and part == binary_cells(part.place, part.cells, part.reason):
            unread[part.place, part.reason] += part.cells
        elif not isinstance(part, Skipped) or part != last:  # the format and the source may say the same
            yield part
        last = part
    for (place, reason), count in unread.items():
        yield binary_cells(place, count, reason)


def narrow(unit: Unit, columns: Sequence[str], limits: Limits) -> Iterator[Table | Text | Skipped]:
    """The parts of a unit that was read before, where only these columns of its tables are asked for: equal rows may
    come as one (`sources.ROWS`), and pictures are not read again."""
    source: Source = plugin("sources", unit.source)
    again = replace(limits, cell_bytes=0, pictures=False)
    given = source.grouped(unit, columns, again) if isinstance(source, sources.Groups) else source.read(unit, again)
    yield from _guarded(unit.place, given, again, 0)


def cut(unit: Unit, limits: Limits) -> Sequence[Unit]:
    """The pieces that a large unit can be read in, which depend on it alone; less than two: it is read whole."""
    try:
        if unit.kind != "file" or not limits.piece_bytes < (unit.size or 0) <= limits.max_file_size:
            return ()
        for part in plugin("sources", unit.source).read(unit, limits):
            if isinstance(part, File):
                chosen = format_of(part)
                return _cut(unit, chosen.cut(part, limits)) if isinstance(chosen, formats.Cuts) else ()
    except Exception:  # reading it whole will say what is wrong
        pass
    return ()


def cut_at_source(unit: Unit, limits: Limits) -> Cut | None:
    """The pieces of a large table, to be closed when they are read; None: it is read whole, or cut by `cut`."""
    try:
        source = plugin("sources", unit.source)
        return source.cut(unit, limits) if isinstance(source, sources.Cuts) else None
    except Exception:  # reading it whole will say what is wrong
        return None


def _cut(unit: Unit, pieces: Sequence[Piece]) -> Sequence[Unit]:
    size = unit.size or 0
    return [replace(unit, piece=p, size=(size if p.end is None else p.end) - p.start) for p in pieces]


def is_far(unit: Unit) -> bool:
    """Whether it comes over a network."""
    return isinstance(plugin("sources", unit.source), sources.Far)


def is_binary(unit: Unit) -> bool:
    """Whether a file must be read in a worker: it comes over a network, or a foreign parser will see its bytes."""
    source = plugin("sources", unit.source)
    if unit.kind != "file" or is_far(unit):
        return unit.kind == "file"
    try:
        for part in source.read(unit, Limits()):
            if isinstance(part, File):
                chosen = format_of(part)
                return chosen is not None and chosen.binary
    except (OSError, TargetError):  # reading it will say why
        pass
    return False


def expand(file: File, limits: Limits, depth: int = 0, told: Told | None = None) -> Iterator[Table | Text | Skipped]:
    """The parts of one file, by the format that is most certain of it."""
    if file.size is not None and file.size > limits.max_file_size:
        yield Skipped(file.place, Reason.TOO_LARGE, f"{file.size} bytes; see --max-file-size")
        return
    if depth > limits.max_depth:
        yield Skipped(file.place, Reason.NESTED_TOO_DEEP, f"more than {limits.max_depth} archives in each other")
        return
    head = _head(file)
    # Keys and hashes are no texts, whatever they begin with: a cell must say what it is.
    least = 1 if file.cell is None or head.startswith(_UTF16) else 2
    chosen = dumped_table(file) or _chosen(head, file.name, least)
    if chosen is None:
        what = kind_of(head)
        message = f"{what}, which this version does not read" if what else "no format of this version reads it"
        yield Skipped(file.place, Reason.UNKNOWN_FORMAT, message, "open")
        return
    if told is not None and head and (shown := [*file.exposures(), *_shown(file.name, head, chosen)]):
        told[file.place] = shown
    yield from read_as(chosen, file, limits, depth, told)


def format_of(file: File) -> Format | None:
    """The format that reads a file; None when none does."""
    return dumped_table(file) or _chosen(_head(file), file.name)


def _shown(name: str, head: bytes, chosen: Format) -> list[Evidence]:
    """That the name hides what the file is, and that it is the dump of a database."""
    signs = {
        "wrong_suffix": wrong_suffix(name, chosen, plugins("formats").values()),
        "dump_content": dump_program(head),
    }
    return [Evidence(code, {"sign": sign}) for code, sign in signs.items() if sign]


def read_as(
    chosen: Format, file: File, limits: Limits, depth: int = 0, told: Told | None = None
) -> Iterator[Table | Text | Skipped]:
    """The parts of one file, read by a given format."""
    anything = False
    for part in _guarded(file.place, chosen.read(file, limits), limits, depth + 1, told):
        anything = True
        yield part
    if not anything:  # an empty file was read, and nothing is in it
        yield Text(file.place, b"")


def _guarded(
    place: Place, given: Iterator[Part], limits: Limits, depth: int, told: Told | None = None
) -> Iterator[Table | Text | Skipped]:
    """Whatever foreign data does to a parser ends here."""
    try:
        for part in _with_files(given, limits):
            if isinstance(part, File):
                inner = _guarded(part.place, expand(part, limits, depth, told), limits, depth)
                if part.cell is None:
                    yield from inner
                else:  # below a file the time is bounded already
                    yield from _of_cell(part, part.cell, inner if depth else _in_time(inner, limits.timeout_per_file))
            else:
                yield part
    except TargetError as error:
        yield Skipped(place, Reason(error.reason), str(error))
    except MissingExtra as error:
        yield Skipped(place, Reason.MISSING_EXTRA, str(error))
    except PrivacyScanError:
        raise
    except Exception as error:
        yield Skipped(place, *fault(error))


def _with_files(given: Iterator[Part], limits: Limits) -> Iterator[Part]:
    """The parts, and the files that stand in base64 in cells of tables."""
    for part in given:
        if isinstance(part, Table):
            yield from encoded.files(part, limits)
        else:
            yield part


def _of_cell(file: File, cell: Place, given: Iterator[Table | Text | Skipped]) -> Iterator[Table | Text | Skipped]:
    """The parts of a file in a cell, told of that cell; what was not read of it counts as one cell for each reason."""
    unread = set()
    for part in given:
        if not isinstance(part, Skipped):
            yield replace(part, cell=cell)
        elif part.reason.in_scope:
            unknown = part.place == file.place and part.reason is Reason.UNKNOWN_FORMAT
            unread.add(Reason.UNSUPPORTED_TYPE if unknown else part.reason)
    for reason in sorted(unread):
        yield binary_cells(cell.at(cell.column), 1, reason)


def _in_time(given: Iterator[T], seconds: float) -> Iterator[T]:
    """The same, by a parser that ends this process, a worker, if it takes longer: nothing else stops one that hangs.
    Then the table is read again without the files in its cells."""
    faulthandler.dump_traceback_later(seconds, exit=True, file=_nowhere())
    try:
        yield from given
    finally:
        faulthandler.cancel_dump_traceback_later()


@cache
def _nowhere() -> Any:
    return open(os.devnull, "w")


_SAYS = {
    Reason.DENIED: "may not be read",
    Reason.VANISHED: "is gone",
    Reason.MEMORY: "needs more memory than there is",
    Reason.TIMEOUT: "was not finished in time",
    Reason.DAMAGED: "cannot be read to its end",
    Reason.ENCRYPTED: "needs a password",
}  # of an unforeseen error only its name helps whoever looks for the cause; its text may quote values


def fault(error: Exception) -> tuple[Reason, str]:
    """What foreign data did to a parser, in words without a value."""
    reason = _reason(error)
    return reason, _SAYS.get(reason, f"an unexpected error while reading ({type(error).__name__})")


def _reason(error: Exception) -> Reason:
    from zipfile import BadZipFile

    table: tuple[tuple[tuple[type[BaseException], ...], Reason], ...] = (
        ((PermissionError,), Reason.DENIED),
        ((FileNotFoundError,), Reason.VANISHED),
        ((MemoryError,), Reason.MEMORY),
        ((TimeoutError,), Reason.TIMEOUT),
        ((BadZipFile, zlib.error, struct.error, EOFError, ValueError, KeyError, IndexError), Reason.DAMAGED),
        ((NotImplementedError,), Reason.DAMAGED),  # a way to pack that nobody uses
    )
    named = {
        "CalamineError": Reason.DAMAGED,
        "ParseError": Reason.DAMAGED,
        "PasswordError": Reason.ENCRYPTED,
        "DatabaseError": Reason.DAMAGED,
    }
    found = next((reason for kinds, reason in table if isinstance(error, kinds)), None)
    if type(error) is OSError and error.errno is None:  # not the system: Arrow says so of what it cannot decode
        return Reason.DAMAGED
    return found or named.get(type(error).__name__, Reason.ERROR)


def _head(file: File) -> bytes:
    with file.open() as stream:
        return stream.read(HEAD)


def _chosen(head: bytes, name: str, least: int = 1) -> Format | None:
    """The format that is most certain of a file; None when no format is as certain as `least`."""
    sure = [(f.matches(head, name.lower()), f) for f in plugins("formats").values()]
    most, best = max(sure, key=lambda pair: pair[0])
    return best if most >= least else None


def _scheme(text: str) -> str:
    match = _URL.match(text)
    return (match[1] or match[2]).lower() if match else ""


@cache
def _sources() -> Mapping[str, Source]:
    return {scheme: source for source in plugins("sources").values() for scheme in source.schemes}


def _globs(patterns: tuple[str, ...]) -> list[re.Pattern[str]]:
    try:
        return globs(patterns)
    except re.error:
        raise UsageError(f"{', '.join(patterns)}: not a glob; check the brackets in --include and --exclude") from None
