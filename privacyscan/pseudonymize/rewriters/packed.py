"""Files that are packed as a whole: the file inside is copied as the file that it is, and packed again."""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from privacyscan.errors import TargetError
from privacyscan.model import File, Skipped
from privacyscan.pseudonymize._work import Work
from privacyscan.pseudonymize.rewriters import Rewriter
from privacyscan.registry import plugins

_OPEN: Mapping[str, Callable[..., Any]] = {"gzip": gzip.open, "bzip2": bz2.open, "xz": lzma.open}


class Packed:
    name = "packed"
    formats = tuple(_OPEN)
    part = ""
    as_text = False
    holds_files = True

    def rewrite(self, file: File, copy: Path, work: Work) -> None:
        with file.open() as stream:
            head = stream.read(16)
        packing = next(f for f in map(plugins("formats").__getitem__, _OPEN) if f.matches(head, file.name.lower()))
        for part in packing.read(file, work.limits):
            if isinstance(part, Skipped):  # half a file is none
                raise TargetError(part.message, part.reason.value)
            copied = work.member(part) if isinstance(part, File) else None
            if copied is None:
                raise TargetError("what is packed in it was not copied", "unsupported_type")
            with copied.open("rb") as source, _OPEN[packing.name](copy, "wb") as target:
                shutil.copyfileobj(source, target)
            copied.unlink()


plugin: Rewriter = Packed()
