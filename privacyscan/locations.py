"""`locations.parquet`: where every match of every finding lies, beside the reports of a scan with `--locations all`.

While the scan reads, the places lie as drafts in a hidden folder there. When all verdicts have fallen, those of the
findings are copied to the file, one row group after the other, in the order of the findings in scan.json.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from privacyscan.detect.drafts import IN_TEXT, Draft, read
from privacyscan.detect.whereabouts import Whereabouts, together
from privacyscan.errors import UsageError
from privacyscan.model import Finding, LocationsFile

if TYPE_CHECKING:
    import pyarrow as pa

    from privacyscan.detect.drafts import Numbers

FILENAME = "locations.parquet"
DRAFTS = ".locations-"  # what the name of a folder of drafts begins with
ROW_GROUP = 1 << 18
_ODD = re.compile("[\ud800-\udfff]")  # a byte of a name that is no text
# A finding as it is shown, the id of its asset, its places, where these are, and the column as its table calls it.
Found = tuple[Finding, str, Sequence[Draft], Whereabouts, str | None]

# What each place repeats of its finding, and the name of its column.
_OF_FINDING: dict[str, Callable[[Finding, str], str | float | None]] = {
    "finding": lambda finding, asset: finding.id,
    "asset": lambda finding, asset: asset,
    "target": lambda finding, asset: finding.place.target,
    "path": lambda finding, asset: "/".join(finding.place.path),
    "column": lambda finding, asset: finding.place.column,
    "entity": lambda finding, asset: finding.entity,
    "confidence": lambda finding, asset: finding.confidence,
}
_NUMBERS = ("row", *IN_TEXT)


class _Some(NamedTuple):
    """Some places of a finding."""

    finding: Finding
    asset: str
    places: Numbers
    where: Whereabouts
    column: str | None


class LocationsFolder:
    """The drafts of one scan, in a folder of their own beside the reports; what killed scans left there is removed.

    Those of the run `run` are taken over, and then the folder is not `is_new`.
    """

    def __init__(self, folder: Path, run: str | None = None) -> None:
        self.path = folder / FILENAME
        try:
            self.drafts = (folder / f"{DRAFTS}{run}").absolute()
            self.is_new = run is None or not self.drafts.is_dir()
            if run is None:
                self.drafts = Path(tempfile.mkdtemp(dir=folder, prefix=DRAFTS)).absolute()
            elif self.is_new:
                self.drafts.mkdir(mode=0o700)
            self._lock = _locked(self.drafts)
            _remove_left(folder)
        except OSError as error:
            raise self._unwritable(error) from None

    def write(self, found: Iterable[Found]) -> LocationsFile:
        """The places of the findings as one file (0600), whole or not at all. Raises UsageError."""
        draft = self.drafts / FILENAME
        try:
            with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as file:
                rows = _write(file, found)
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, self.path)
        except OSError as error:
            raise self._unwritable(error) from None
        return LocationsFile(FILENAME, rows)

    def close(self, keep: bool = False) -> None:
        """Remove the drafts, unless the run is to go on with them."""
        if not keep:
            shutil.rmtree(self.drafts, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)

    def _unwritable(self, error: OSError) -> UsageError:
        reason = error.strerror or type(error).__name__
        return UsageError(f"{self.path}: cannot be written ({reason}); free space or choose another folder")


def _locked(folder: Path) -> int | None:
    """A hold on the folder for as long as this process lives; None where another one has it, or on shares without."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def _remove_left(folder: Path) -> None:
    """Remove the drafts of scans that are no more."""
    for left in folder.glob(f"{DRAFTS}*"):
        lock = _locked(left) if left.is_dir() and not left.is_symlink() else None
        if lock is not None:
            shutil.rmtree(left, ignore_errors=True)
            os.close(lock)


def _write(file: Any, found: Iterable[Found]) -> int:
    """Write the file; gives back how many places it holds."""
    import pyarrow.parquet as pq

    rows = 0
    with pq.ParquetWriter(
        file,
        _schema(),
        compression="zstd",
        use_dictionary=list(_OF_FINDING),
        column_encoding=dict.fromkeys(_NUMBERS, "DELTA_BINARY_PACKED"),
        write_statistics=["row"],
    ) as writer:
        for group in _groups(found):
            batch = _batch(group)
            writer.write_batch(batch)
            rows += batch.num_rows
    return rows


def _groups(found: Iterable[Found]) -> Iterator[list[_Some]]:
    """The places in row groups, each with its findings."""
    group: list[_Some] = []
    left = ROW_GROUP
    for finding, asset, drafts, where, column in found:
        for places in read(drafts):
            while len(places):
                group.append(_Some(finding, asset, places[:left], where, column))
                taken = len(group[-1].places)
                places, left = places[taken:], left - taken
                if not left:
                    yield group
                    group, left = [], ROW_GROUP
    if group:
        yield group


def _schema() -> pa.Schema:
    import pyarrow as pa

    of_finding = {name: pa.dictionary(pa.int32(), pa.string()) for name in _OF_FINDING} | {"confidence": pa.float64()}
    return pa.schema(of_finding | {name: pa.int64() for name in (*_NUMBERS, "page")} | {"cell": pa.string()})


def _batch(group: Sequence[_Some]) -> pa.RecordBatch:
    import numpy as np
    import pyarrow as pa

    schema, counts = _schema(), [len(some.places) for some in group]
    columns = []
    for name, said in _OF_FINDING.items():
        values = [_text(said(some.finding, some.asset)) for some in group]
        different = list(dict.fromkeys(v for v in values if v is not None))
        code = {value: i for i, value in enumerate(different)}
        codes = np.repeat(np.array([-1 if v is None else code[v] for v in values], np.int32), counts)
        kind = schema.field(name).type
        if pa.types.is_dictionary(kind):
            indices = pa.array(codes, mask=codes < 0 if None in values else None)
            columns.append(pa.DictionaryArray.from_arrays(indices, pa.array(different, kind.value_type)))
        else:
            columns.append(pa.array(np.array(different)[codes], kind))
    columns += [
        pa.chunked_array([_number(some.places, i) for some in group]).combine_chunks() for i in range(len(_NUMBERS))
    ]
    columns += [c.combine_chunks() for c in together([(some.where, some.places, some.column) for some in group])]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _number(places: Numbers, i: int) -> pa.Array:
    """One number of each place: in tables the row, if it is known, in texts all others."""
    import pyarrow as pa

    if i and places.ndim > 1:
        return pa.array(places[:, i - 1])
    if i or places.ndim > 1 or places[0] < 0:
        return pa.nulls(len(places), pa.int64())
    return pa.array(places)


def _text(value: str | float | None) -> str | float | None:
    """As scan.json has it: odd bytes of names written out."""
    return _ODD.sub(lambda m: f"\\x{ord(m[0]) & 0xFF:02x}", value) if isinstance(value, str) else value
