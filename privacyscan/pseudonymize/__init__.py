"""A copy of data in which personal data is replaced: scan, read again, replace, scan the copy.

policy = load_policy(Path("policy.toml"))
result = pseudonymize("layanan.csv", "copy.csv", policy, read_key(Path("key")))
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hmac import digest
from pathlib import Path
from typing import TYPE_CHECKING

from privacyscan import store
from privacyscan.errors import ConfigurationError, UnsafeCopyError, UsageError
from privacyscan.keys import KEY_BYTES, PurposeKey, new_key, read_key
from privacyscan.pseudonymize._result import Replaced, Result
from privacyscan.pseudonymize.policy import Policy, load_policy

if TYPE_CHECKING:
    from privacyscan.journal import Journal
    from privacyscan.model import Sample, Target
    from privacyscan.pseudonymize._copy import Copying
    from privacyscan.pseudonymize._plan import Plan
    from privacyscan.rulebook import Rulebook
    from privacyscan.settings import Settings


def pseudonymize(
    target: str,
    to: str,
    policy: Policy,
    key: bytes | None = None,
    settings: Settings | None = None,
    *,
    rulebook: Rulebook | None = None,
    progress: Callable[[str, int], None] | None = None,
    measuring: bool = False,
    resume: bool = False,
    overwrite: bool = False,
    rows: Sample | None = None,
    to_format: str | None = None,
) -> Result:
    """Copy `target` to `to` with all values of the policy's entities replaced; the source is only read.

    `target` is a file of a format that can be written again, an SQLite database (path or `sqlite:///` URL), a folder of
    such files, or a database on a server; `to` the same kind, not there yet. `key` is what `read_key` gave; None is
    enough for policies whose `needs_key` is False.
    `progress(place, rows)` is told of each batch of each of the three passes: judging, copying, checking the copy.
    `measuring` lets the proof compare tables before and after, which reads both once more; limits of the policy do so
    anyway. Where one is not kept there is no copy, and `failures` of the result says why. `resume` goes on where a run
    with the same policy and key was killed, of a folder, into files, or into a database on a server. That must be
    empty: `overwrite` replaces the tables in it. `rows` makes a smaller copy of a database: so many of each table, and
    all that they refer to. `to_format` copies a database into files: `csv` or `parquet` into a folder, one of each
    table, or `sql` into a script; `overwrite` replaces such files.
    Raises UsageError (target, destination), ConfigurationError (key), TargetError (source cannot be read or
    copied), UnsafeCopyError (the copy still held personal data); whatever is raised, no part of a copy stays.
    """
    from privacyscan.pseudonymize.staging import check_destination, local_path, move, staging

    clock = time.monotonic()
    _check_key(policy, key)
    if to_format is not None:
        if resume and to_format == "sql":
            raise UsageError("--resume: a script of SQL is written anew; leave the option out")
        with _copying(policy, key, settings, rulebook, progress, measuring=measuring, rows=rows) as run:
            return _into_files(run, target, to, to_format, overwrite, resume, clock)
    if _is_server(target) or _is_server(to):
        from privacyscan.pseudonymize.databases._copy import Databases

        with (
            _copying(policy, key, settings, rulebook, progress, measuring=measuring, rows=rows) as run,
            _databases(target, to) as sides,
            tempfile.TemporaryDirectory(prefix="privacyscan-") as private,
        ):
            run.replacer.originals.folder = Path(private)
            Databases(run, *sides, resume, overwrite).copy()
            return run.result(sides[0].label, sides[1].label, time.monotonic() - clock)
    source, destination = local_path(target, "TARGET"), local_path(to, "--to")
    if overwrite or (resume and not source.is_dir()):
        raise UsageError(
            "--overwrite is for copies into a database on a server, or of one into files; --resume for these and for "
            "folders"
        )
    check_destination(source, destination)
    _check_rows(source, rows)
    if source.is_dir():
        with _copying(policy, key, settings, rulebook, progress, measuring=measuring) as run:
            return _of_folder(run, source, destination, resume, clock)
    with (
        _copying(policy, key, settings, rulebook, progress, measuring=measuring, rows=rows) as run,
        staging(destination) as folder,
    ):
        run.check_name(destination)
        copy, run.private = folder / "copy", folder
        run.replacer.originals.folder = folder
        run.only(source, copy)
        run.check_columns()
        result = run.result(str(source), str(destination), time.monotonic() - clock)
        if not result.failures:
            move(copy, destination)
    return result


def _of_folder(run: Copying, source: Path, destination: Path, resume: bool, clock: float) -> Result:
    """The copy of a folder."""
    from privacyscan.pseudonymize._folder import Folder
    from privacyscan.pseudonymize.staging import move

    run.check_name(destination)
    with _resumable(run, destination, os.path.realpath(source), resume) as (copy, journal):
        copy.mkdir(mode=0o700, exist_ok=True)
        Folder(run, source, copy, journal).copy()
        run.check_columns()
        result = run.result(str(source), str(destination), time.monotonic() - clock)
        if not result.failures:
            move(copy, destination)
    return result


@contextmanager
def _resumable(run: Copying, destination: Path, source: str, resume: bool) -> Iterator[tuple[Path, Journal]]:
    """Where the copy is made, and the journal of what is done. What is done stays where the run is killed."""
    from privacyscan.pseudonymize._originals import Originals
    from privacyscan.pseudonymize.staging import resumable

    key = _installation_key(run.settings)
    with resumable(destination, key, run.mark(source), resume) as (folder, journal):
        hashes, run.private = folder / "hashes", folder / "scratch"
        shutil.rmtree(run.private, ignore_errors=True)
        for new in (hashes, run.private):
            new.mkdir(mode=0o700, exist_ok=True)
        # Hashes of a run that is killed stay, and only who has the key of the installation can tell of what they are.
        run.replacer.originals = Originals(digest(key, f"originals {journal.id}".encode(), "sha256"), hashes)
        try:
            yield folder / "copy", journal
        finally:
            shutil.rmtree(run.private)


def _installation_key(settings: Settings) -> bytes:
    """The key of this installation; another where there is no place for one, and then no run can go on."""
    try:
        return store.key(settings.state)
    except (ConfigurationError, UsageError):
        return secrets.token_bytes(KEY_BYTES)


def _into_files(
    run: Copying, target: str, to: str, to_format: str, overwrite: bool, resume: bool, clock: float
) -> Result:
    """The copy of a database as files."""
    from privacyscan import read
    from privacyscan.pseudonymize.databases._files import FORMATS, Files
    from privacyscan.pseudonymize.staging import check_files, local_path, local_source, move

    if to_format not in FORMATS:
        raise UsageError(f"--to-format {to_format}: should be one of {', '.join(FORMATS)}")
    of, destination = read.target(_as_database(target, "TARGET")), local_path(to, "--to")
    check_files(local_source(target), destination, to_format, overwrite)
    run.check_name(destination)
    with _resumable(run, destination, f"{of.label} {to_format}", resume) as (copy, journal):
        Files(run, of, to_format, journal).copy(copy)
        result = run.result(of.label, str(destination), time.monotonic() - clock)
        if not result.failures:
            move(copy, destination)
    return result


def plan(
    target: str,
    policy: Policy,
    key: bytes | None = None,
    settings: Settings | None = None,
    *,
    rulebook: Rulebook | None = None,
    progress: Callable[[str, int], None] | None = None,
    rows: Sample | None = None,
) -> Plan:
    """What `pseudonymize` would do to each column of `target`; nothing is written. Without a key the made-up examples
    are made with one that nobody keeps. Raises as `pseudonymize` does.
    """
    from privacyscan import read
    from privacyscan.pseudonymize._folder import Folder
    from privacyscan.pseudonymize.staging import check_source, local_path

    if _is_server(target):
        from privacyscan.pseudonymize.databases._source import Source

        with _copying(policy, key, settings, rulebook, progress, planning=True, rows=rows) as run:
            run.planned(Source(run, read.target(target)).plan())
            return run.plan()
    source = local_path(target, "TARGET")
    check_source(source)
    _check_rows(source, rows)
    with _copying(policy, key, settings, rulebook, progress, planning=True, rows=rows) as run:
        if source.is_dir():
            Folder(run, source, NOWHERE).copy()
        else:
            run.only(source, NOWHERE)
        return run.plan()


@contextmanager
def _copying(
    policy: Policy,
    key: bytes | None,
    settings: Settings | None,
    rulebook: Rulebook | None,
    progress: Callable[[str, int], None] | None,
    *,
    planning: bool = False,
    measuring: bool = False,
    rows: Sample | None = None,
) -> Iterator[Copying]:
    # `import privacyscan` imports this module: detection, pydantic and their patterns wait until they are needed
    from privacyscan import rulebook as rulebooks
    from privacyscan.pseudonymize._copy import Copying
    from privacyscan.pseudonymize._subset import Subset
    from privacyscan.pseudonymize._workers import Workers, detector_of
    from privacyscan.pseudonymize.cells import Replacer
    from privacyscan.settings import load

    settings = settings or load({})
    rules = rulebook or rulebooks.load(settings.rules)
    detector = detector_of(rules.identifiers.values(), secrets.token_bytes(KEY_BYTES))
    seed = PurposeKey(key or bytes(KEY_BYTES), policy.purpose).derive("subset")  # the same rows in every run
    subset = None if rows is None else Subset(rows, seed)
    if planning and key is None:
        key = secrets.token_bytes(KEY_BYTES)
    workers = Workers(settings, Replacer(detector, policy, key))
    try:
        yield Copying(settings, workers, progress, planning, measuring, subset, rules.sha256)
    finally:
        workers.close()


NOWHERE = Path(os.devnull, "plan")  # where a plan writes: nothing can be made or removed there
SQLITE_SUFFIXES = (".db", ".sqlite", ".sqlite3")


def _is_server(target: str) -> bool:
    return "://" in target and not target.startswith("sqlite:///")


def _as_database(text: str, option: str) -> str:
    """The URL of a database on a server or of an SQLite file."""
    from privacyscan.pseudonymize._sqlite import is_sqlite

    path = Path(text.removeprefix("sqlite:///"))
    if not _is_server(text) and path.suffix.lower() not in SQLITE_SUFFIXES and not (path.is_file() and is_sqlite(path)):
        raise UsageError(
            f"{path}: {option} takes a database here, or an SQLite file ({', '.join(SQLITE_SUFFIXES)}); files are "
            "written with --to-format"
        )
    return text if "://" in text else f"sqlite:///{path}"


@contextmanager
def _databases(target: str, to: str) -> Iterator[tuple[Target, Target]]:
    """Source and target where one of them is a database on a server; the other may be an SQLite file. One that is made
    for the copy is gone when there is none."""
    from privacyscan import read

    sides = [_as_database(target, "TARGET"), _as_database(to, "--to")]
    new = Path(sides[1].removeprefix("sqlite:///"))
    if _is_server(to) or new.exists():
        yield read.target(sides[0]), read.target(sides[1])
        return
    store.write_private(new, b"")
    try:
        yield read.target(sides[0]), read.target(sides[1])
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _check_rows(source: Path, rows: Sample | None) -> None:
    from privacyscan.pseudonymize._sqlite import is_sqlite

    if rows is not None and not (source.is_file() and is_sqlite(source)):
        raise UsageError(f"{source}: --rows makes a smaller copy of a database, and this is none; leave it out")


def _check_key(policy: Policy, key: bytes | None) -> None:
    if policy.needs_key and key is None:
        raise ConfigurationError(f"{policy.file or 'policy'}: the operator token needs a key; give one with --key FILE")
    if key is not None and len(key) != KEY_BYTES:
        raise ConfigurationError(f"the key has {len(key)} bytes, expected {KEY_BYTES}; read it with read_key")


__all__: Sequence[str] = (
    "Policy",
    "Replaced",
    "Result",
    "UnsafeCopyError",
    "load_policy",
    "new_key",
    "plan",
    "pseudonymize",
    "read_key",
)
