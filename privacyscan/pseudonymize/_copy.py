"""A copy under way: judge, copy, check the copy, one file after the other."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from privacyscan import read
from privacyscan._version import __version__
from privacyscan.detect import Detector
from privacyscan.detect.cells import is_nothing
from privacyscan.errors import ConfigurationError, PrivacyScanError, TargetError, UnsafeCopyError, UsageError
from privacyscan.formats._archive import Bomb
from privacyscan.formats._container import Container
from privacyscan.model import File, Limits, Place, Reason, Skipped, Table, Text
from privacyscan.pseudonymize import _sqlite
from privacyscan.pseudonymize._originals import Handed, Originals
from privacyscan.pseudonymize._plan import Plan, steps
from privacyscan.pseudonymize._proof import Measure, Proof, Residue, compared, residues
from privacyscan.pseudonymize._result import Given, Replaced, Result
from privacyscan.pseudonymize._subset import Part, Subset
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize._workers import Workers, detector_of
from privacyscan.pseudonymize.cells import Done
from privacyscan.pseudonymize.judge import Parts, Verdicts, verdicts
from privacyscan.pseudonymize.rewriters import Rewriter
from privacyscan.registry import plugins
from privacyscan.times import now

if TYPE_CHECKING:
    from privacyscan.settings import Settings


SHORTEST = 4  # characters of a cell that may be sought in the whole text
LARGEST_TEXT = 256 << 20  # bytes of a text with tables, whose cells are held against those of its copy in memory
_NO_REWRITER = "files of this format are not copied by this version"


@dataclass(slots=True)
class Copied:
    """What copying a file or table by itself gave: also the values that gave way, the patterns of the policy that met a
    column, and the hash of the copy; none if there is no copy."""

    given: Given
    originals: Handed = field(default_factory=lambda: Handed({}, {}))
    used: set[str] = field(default_factory=set)
    digest: bytes = b""

    @property
    def rows(self) -> int:
        """How many rows of tables it has."""
        return self.given.rows

    @property
    def skipped(self) -> list[Skipped]:
        """What of it was not copied."""
        return self.given.skipped


class Copying:
    """A copy under way. With `planning` files are judged and nothing is written; with `measuring` the proof compares
    tables even where the policy sets no limits. `subset`: a database is copied in part."""

    def __init__(
        self,
        settings: Settings,
        workers: Workers,
        progress: Callable[[str, int], None] | None,
        planning: bool = False,
        measuring: bool = False,
        subset: Subset | None = None,
        rules: str = "",
    ) -> None:
        """`rules`: the hash of the rules in force."""
        self.settings, self.progress, self.rules = settings, progress, rules
        self.workers, self.replacer = workers, workers.replacer
        self.limits, self.planning, self.measuring = settings.limits, planning, measuring
        self.subset, self.parts = subset, list[Part]()
        self.given = Given()
        self._known: Mapping[str, str] = {}  # values, and what the file around says they are
        self.private = Path()  # a folder that only we can open, for files in files

    def check_name(self, destination: Path) -> None:
        if self.replacer.names_somebody(destination.name):
            raise UsageError(f"{self.replacer.shown(str(destination))}: the name holds personal data; choose another")

    def mark(self, source: str) -> str:
        """What must be the same for a copy into files to go on."""
        wanted = self.subset.wanted if self.subset is not None else None
        made_by = self.rules, __version__
        of = self.replacer.policy, self.replacer.key_id, source, wanted, self.limits, self.measuring, made_by
        return hashlib.sha256(repr(of).encode("utf-8", "surrogateescape")).hexdigest()

    def check_columns(self) -> None:
        """Refuse a policy that names a column which was not there: it may be a slip of the pen."""
        if left := self.replacer.unmatched():
            raise ConfigurationError(
                f"{self.replacer.policy.file or 'policy'}: no column is called {', '.join(left)}; see which there are "
                "with --plan"
            )

    def only(self, source: Path, copy: Path) -> None:
        """Copy the one file that was asked for, and check the copy."""
        file = opened_file(source, Place(str(source)))
        if self.rewriter(file) is None:
            raise UsageError(f"{self.replacer.shown(str(source))}: {_NO_REWRITER}; see docs/pseudonymize.md")
        self.file(file, copy)
        if not self.planning:
            self.check_file(opened_file(copy, file.place))

    def listed(self, file: File, copy: Path) -> bool:
        """Copy one file of a folder or archive; whether that was possible. If not, it is listed, and nothing of it
        stays."""
        try:
            if any(self.replacer.names_somebody(name) for name in file.place.path):
                raise TargetError("its name holds personal data; give it another name", "unsupported_type")
            if self.rewriter(file) is None:
                raise TargetError(_NO_REWRITER, "unknown_format")
            self.file(file, copy)
        except (TargetError, UnsafeCopyError) as error:
            self.leave_out(file.place, error, copy)
            return False
        return True

    def leave_out(self, place: Place, error: TargetError | UnsafeCopyError, copy: Path) -> None:
        """List a file that is not copied; nothing of it stays."""
        self.given.skipped.append(left_out(place, error))
        if not self.planning:
            copy.unlink(missing_ok=True)

    def file(self, file: File, copy: Path) -> None:
        """Judge and copy."""
        rewriter = self.rewriter(file)
        if self.planning:
            self._planned(file, rewriter)
            return
        try:
            copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            if isinstance(rewriter, str):
                self._database(file, copy)
            elif rewriter is not None:
                self._rewrite(file, copy, rewriter)
        except OSError as error:
            shown = self.replacer.shown(str(file.place))
            raise UsageError(f"{shown}: copying it failed ({error.strerror}); check rights and free space") from None

    def rewriter(self, file: File) -> Rewriter | str | None:
        """What copies a file: a rewriter, or `sqlite`; None: nothing. Raises TargetError when it cannot be opened."""
        try:
            chosen = read.format_of(file)
        except OSError as error:
            reason = Reason.DENIED if isinstance(error, PermissionError) else Reason.VANISHED
            shown = self.replacer.shown(str(file.place))
            raise TargetError(
                f"{shown}: cannot be opened ({error.strerror}); check the permissions", reason.value
            ) from None
        if chosen is None or chosen.name == "sqlite":
            return None if chosen is None else "sqlite"
        rewriters: Iterable[Rewriter] = plugins("pseudonymize.rewriters").values()
        mine = (r for r in rewriters if chosen.name in r.formats)
        return next((r for r in mine if not r.part or _has_part(file, r.part, self.limits)), None)

    def _planned(self, file: File, rewriter: Rewriter | str | None) -> None:
        if isinstance(rewriter, str) and file.path is not None:
            with _sqlite.opened(Path(file.path), self.replacer.shown(str(file.place))) as connection:
                _sqlite.check_schema(connection, file.place, self.replacer)
                self.chosen(_sqlite.choose(connection, file.place, self.subset))
                judged = self.judged(_sqlite.tables(connection, file.place, self.limits))
        else:
            judged = self.judged(read.expand(file, self.limits))
        self.planned(judged)

    def planned(self, judged: Verdicts) -> None:
        """Add to the plan what these verdicts lead to."""
        self.given.skipped += judged.skipped
        self.given.steps += steps(self.replacer, judged)

    def _rewrite(self, file: File, copy: Path, rewriter: Rewriter) -> None:
        judged: list[Verdicts] = []

        def judge(file: File) -> Verdicts:
            found = self.judged(read.expand(file, self.limits))
            for lost in found.skipped:
                raise TargetError(
                    f"{self.replacer.shown(str(lost.place))}: not copied: {lost.message}", lost.reason.value
                )
            judged.append(found)
            return found

        again, left = file, dict[str, str]()
        for _ in range(2):
            work = Work(self.workers, self.limits, judge, self._inside, self.count, left, self._known)
            try:
                with self.apart() as inside:
                    rewriter.rewrite(file, copy, work)
            except PrivacyScanError:
                raise
            except Exception as error:  # of a file that a reader may have taken for sound
                if isinstance(error, OSError) and error.errno is not None:  # else of a library, not of the system
                    raise
                reason, says = read.fault(error)
                shown = self.replacer.shown(str(file.place))
                raise TargetError(f"{shown}: not copied: {says}", reason.value) from None
            again = opened_file(copy, file.place)
            left = self._left(file, again) if rewriter.as_text else {}
            if not left or min(map(len, left)) < SHORTEST:
                break
        if left:
            shown = self.replacer.shown(str(file.place))
            raise UnsafeCopyError(f"{shown}: {len(left)} cells of tables were not replaced in the text")
        self.given.add(inside)
        self.given.skipped += work.skipped
        if rewriter.holds_files:
            return
        for found in judged:
            before, after = read.expand(file, self.limits), read.expand(again, self.limits)
            self.measure(found, before, after)
        self.given.assets += sum(v.tables for v in judged) or 1
        self.given.rows += sum(v.rows for v in judged)
        self.done(work.counts)

    def _left(self, file: File, again: File) -> dict[str, str]:
        """The cells of columns that give way as a whole which are in the copy as they were, with their replacements."""
        columns = self.judged(read.expand(file, self.limits)).columns
        if any(_is_encoded(place, file.place) for place in columns):
            self._check_encoded(file, again)
        owners = {
            place: next((v.entity for v in found if v.strict and self.replacer.stands_in(place, v.entity)), "")
            for place, found in columns.items()
            if place.column is not None
        }
        whole = {place for place, entity in owners.items() if entity}
        if not whole:
            return {}
        if (file.size or 0) > LARGEST_TEXT:
            shown = self.replacer.shown(str(file.place))
            raise TargetError(f"{shown}: tables in a text of more than {LARGEST_TEXT >> 20} MB", "too_large")
        before, after = (_cells(read.expand(f, self.limits), whole) for f in (file, again))
        left: dict[str, str] = {}
        for place, cells in before.items():
            if len(cells) != len(after.get(place, ())):
                shown = self.replacer.shown(str(place))
                raise UnsafeCopyError(f"{shown}: the copy has other rows than the source")
            same = {
                old for old, new in zip(cells, after[place], strict=True) if old == new and not is_nothing(old.strip())
            }
            left |= {cell: self.replacer.replacement(owners[place], cell) for cell in same}
        return left

    def _check_encoded(self, file: File, again: File) -> None:
        """Raises UnsafeCopyError where what base64 holds came along as it was, with a value in it."""
        before, after = (
            {
                line
                for part in read.expand(f, self.limits)
                if isinstance(part, Text) and _is_encoded(part.place, f.place)
                for line in part.data.decode("utf-8", "replace").splitlines()
            }
            for f in (file, again)
        )
        if any(self.replacer.document(line, {})[0] for line in before & after if not line.isspace()):
            shown = self.replacer.shown(str(file.place))
            raise UnsafeCopyError(f"{shown}: base64 in it holds personal data, which cannot be replaced there")

    def _inside(self, file: File, known: Mapping[str, str]) -> Path | None:
        """The copy of a file in another, in the private folder; None when it could not be copied and was listed."""
        copy, before = self._scratch(), self._known
        self._known = known
        try:
            with self.apart() as given:
                copied = self.listed(file, copy)
                if copied and not self.planning:
                    self._check_inside(file, copy)
        except (TargetError, UnsafeCopyError) as error:
            self.leave_out(file.place, error, copy)
            return None
        finally:
            self._known = before
        self.given.add(given)
        return copy if copied else None

    def _check_inside(self, file: File, copy: Path) -> None:
        """Scan the copy of a file in another. What of it are originals is told when the file around it is scanned."""
        rewriter = self.rewriter(file)
        if isinstance(rewriter, str) or rewriter is None or not rewriter.holds_files:  # each file in it was scanned
            with self._parts_of(opened_file(copy, file.place)) as parts:
                self._free_of_data(parts, self.replacer.detector)

    @contextmanager
    def by_itself(self, hashes: Path | None) -> Iterator[Copied]:
        """What is copied meanwhile, by itself; many of its originals lie in the folder `hashes`."""
        replacer = self.replacer
        before = replacer.originals, replacer.used
        replacer.originals, replacer.used = Originals(replacer.originals.key, hashes), set()
        try:
            with self.apart() as given:
                copied = Copied(given)
                yield copied
            copied.originals, copied.used = replacer.originals.handed(), replacer.used
        finally:
            replacer.originals, replacer.used = before

    def take(self, copied: Copied) -> None:
        """Take in which values gave way in what was copied by itself, and which columns the policy met."""
        self.replacer.originals.take(copied.originals)
        self.replacer.used |= copied.used

    @contextmanager
    def apart(self) -> Iterator[Given]:
        """What is given meanwhile, by itself."""
        before, self.given = self.given, Given()
        try:
            yield self.given
        finally:
            self.given = before

    def check_file(self, copy: File, checker: Detector | None = None) -> None:
        """`check` of the copy of a file."""
        with self._parts_of(copy) as parts:
            self.check(parts, checker)

    @contextmanager
    def _parts_of(self, file: File) -> Iterator[Parts]:
        """What is read of a copy, which has the time that its size needs."""
        if self.rewriter(file) == "sqlite" and file.path is not None:
            with _sqlite.opened(Path(file.path), self.replacer.shown(str(file.place))) as connection:
                yield _sqlite.tables(connection, file.place, self.limits)
        else:
            yield read.expand(file, replace(self.limits, timeout_per_file=self.limits.seconds(file.size or 0)))

    def _scratch(self) -> Path:
        """A name in the private folder."""
        return self.private / secrets.token_hex(16)

    def _database(self, file: File, copy: Path) -> None:
        shown = self.replacer.shown(str(file.place))
        with self._on_disk(file) as source:
            with _sqlite.opened(source, shown) as connection:
                _sqlite.check_schema(connection, file.place, self.replacer)
                judged = self.judged(_sqlite.tables(connection, file.place, self.limits))
                self.chosen(_sqlite.choose(connection, file.place, self.subset))
                counts, emptied = _sqlite.copy_sqlite(
                    connection, copy, file.place, judged.columns, self.workers, self.limits, self.count, self.subset
                )
            with _sqlite.opened(copy, shown) as after, _sqlite.opened(source, shown) as before:
                rows = _sqlite.tables(before, file.place, self.limits, self.subset)
                self.measure(judged, rows, _sqlite.tables(after, file.place, self.limits))
        self.copied(judged)
        self.done(counts)
        self.given.skipped += emptied

    @contextmanager
    def _on_disk(self, file: File) -> Iterator[Path]:
        """Where the file lies; one that lies in another is written to the private folder meanwhile."""
        if file.path is not None:
            yield Path(file.path)
            return
        path = self._scratch()
        try:
            with file.open() as source, path.open("xb") as out:
                shutil.copyfileobj(source, out)
            yield path
        finally:
            path.unlink(missing_ok=True)

    def judged(self, parts: Parts) -> Verdicts:
        return verdicts(self.workers, self.replacer.detector, parts, self.count)

    def chosen(self, places: Mapping[str, Place]) -> None:
        """Remember how many rows of each table the smaller copy holds."""
        for name, counts in self.subset.parts.items() if self.subset is not None else ():
            self.parts.append(Part(places[name], *counts))

    def copied(self, judged: Verdicts) -> None:
        """A database was copied, whole or as the subset that was chosen."""
        self.given.assets += judged.tables
        self.given.rows += judged.rows if self.subset is None else sum(part.rows for part in self.parts)

    def measure(self, judged: Verdicts, before: Iterable[object], after: Iterable[object]) -> None:
        """Compare the tables of a file with those of its copy, where the policy or the user asks for it."""
        limits = self.replacer.policy.limits
        if not self.measuring and limits.k_anonymity is None and limits.unique_rows is None:
            return
        of, detector = judged.quasi, self.replacer.detector
        measures = [Measure(of, detector.identifiers, detector.key) for _ in range(2)]
        for measure, parts in zip(measures, (before, after), strict=True):
            measure.read(parts)
        singled, utility = compared(*measures)
        self.given.singled += [replace(s, place=self._shown(s.place)) for s in singled]
        self.given.utility += [replace(u, place=self._shown(u.place)) for u in utility]

    def check(self, parts: Parts, checker: Detector | None = None) -> None:
        """Scan the copy; what the policy covers must not be found in it. `checker` knows which values gave way."""
        again = self._free_of_data(parts, checker or self._checker)
        for place, found in again.columns.items():
            for v in found:
                if self.replacer.stands_in(place, v.entity):
                    self.given.found[v.entity] += v.finding.matched
                    self.given.same[v.entity] += again.same.get((place, v.entity), 0)

    def _free_of_data(self, parts: Parts, checker: Detector) -> Verdicts:
        again = verdicts(self.workers, checker, parts, self.count)
        left = [
            f"{self.replacer.shown(str(place))}: {v.entity} {v.finding.matched}/{v.finding.seen}"
            for place, found in again.columns.items()
            for v in found
            if not self.replacer.may_be_found(place, v.entity)
        ]
        left += [f"{self.replacer.shown(str(s.place))}: could not be read again" for s in again.skipped]
        if left:
            raise UnsafeCopyError(
                "The copy still held personal data and was removed: "
                + "; ".join(left)
                + ". Use token or redact for these entities, or leave the column out of the source"
            )
        return again

    @cached_property
    def _checker(self) -> Detector:
        """What reads the copy again: it knows which values gave way."""
        detector = self.replacer.detector
        return detector_of(detector.identifiers.values(), detector.key, self.replacer.originals)

    def done(self, counts: Mapping[Place, Counter[Done]]) -> None:
        self.given.replaced += [
            Replaced(self._shown(place), entity, operator, cells)
            for place, done in counts.items()
            for (entity, operator), cells in done.items()
        ]

    def count(self, place: Place, rows: int) -> None:
        if self.progress is not None:
            self.progress(self.replacer.shown(str(place)), rows)

    def _shown(self, place: Place) -> Place:
        shown = self.replacer.shown
        column = shown(place.column) if place.column is not None else None
        return Place(shown(place.target), tuple(map(shown, place.path)), column, place.row)

    def refused(self) -> tuple[str, ...]:
        """The limits of the policy that are not kept, once everything was copied and read again."""
        return tuple(self._proof().failures(self.replacer.policy.limits))

    def _proof(self) -> Proof:
        told = self.residues(self.given, self.replacer.originals.count())
        return Proof(told, self.given.singled, self.given.utility)

    def residues(self, given: Given, originals: Mapping[str, int]) -> list[Residue]:
        """What stands in copies, beside how many different values of each entity gave way."""
        found = {entity: (count, given.same[entity]) for entity, count in given.found.items()}
        return residues(originals, found, self.replacer.detector.identifiers)

    def plan(self) -> Plan:
        """What would be done."""
        planned = tuple(replace(s, place=self._shown(s.place)) for s in self.given.steps)
        skipped = tuple(replace(s, place=self._shown(s.place)) for s in self.given.skipped)
        return Plan(planned, tuple(self.replacer.unmatched()), skipped, self._parts())

    def _parts(self) -> tuple[Part, ...]:
        return tuple(replace(p, place=self._shown(p.place)) for p in sorted(self.parts, key=lambda p: p.place.path))

    def result(self, source: str, destination: str, seconds: float) -> Result:
        """What was done, in a stable order."""
        proof = self._proof()
        return Result(
            source=self.replacer.shown(source),
            copy=destination,
            assets=self.given.assets,
            rows=self.given.rows,
            replaced=tuple(sorted(self.given.replaced, key=lambda r: (r.place.asset, r.place.column or "", r.entity))),
            skipped=tuple(replace(s, place=self._shown(s.place)) for s in self.given.skipped),
            parts=self._parts(),
            proof=proof,
            failures=tuple(proof.failures(self.replacer.policy.limits)),
            seconds=round(seconds, 3),
            policy=self.replacer.policy.file,
            purpose=self.replacer.policy.purpose,
            key=self.replacer.key_id,
            finished=now(),
        )


def digest_of(copy: Path) -> bytes:
    """What tells whether a copy is as it was."""
    with copy.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").digest()


def left_out(place: Place, error: TargetError | UnsafeCopyError) -> Skipped:
    """A file that is not copied for such an error."""
    reason = error.reason if isinstance(error, TargetError) else "unsupported_type"
    return Skipped(place, Reason(reason), str(error))


def opened_file(path: Path, place: Place) -> File:
    """A file on this machine, as it is read."""

    def opened() -> BinaryIO:
        return path.open("rb")

    return File(place, opened, path.stat().st_size, str(path))


def _has_part(file: File, part: str, limits: Limits) -> bool:
    """Whether a package has this part; one that cannot be opened may have it, and its rewriter says what is wrong."""
    with file.open() as stream:
        try:
            return part in Container(file, stream, limits)
        except (Bomb, zipfile.BadZipFile):
            return True


def _cells(parts: Iterable[object], columns: Set[Place]) -> dict[Place, list[str]]:
    """The cells of these columns, in order."""
    found: dict[Place, list[str]] = {}
    for part in parts:
        if isinstance(part, Table):
            for name, cells in zip(part.batch.schema.names, part.batch.columns, strict=True):
                if part.place.at(name) in columns:
                    found.setdefault(part.place.at(name), []).extend(str(c or "") for c in cells.to_pylist())
    return found


def _is_encoded(place: Place, of: Place) -> bool:
    """Whether a place is in the base64 of a text."""
    return "base64" in place.path[len(of.path) :]


def belongs_to_database(path: Path) -> bool:
    """Whether the file is the log or journal of a database beside it, which is read with it."""
    for ending in _sqlite.BESIDE:
        base = Path(str(path).removesuffix(ending))
        if base != path and base.is_file() and _sqlite.is_sqlite(base):
            return True
    return False
