"""Files packed with Zstandard."""

from __future__ import annotations

import re
from typing import Any, BinaryIO

from privacyscan.formats import Format
from privacyscan.formats._packed import Packed


def _opened(stream: BinaryIO) -> Any:
    import pyarrow as pa

    return pa.CompressedInputStream(stream, "zstd")


plugin: Format = Packed(
    "zstd", re.compile(rb"\x28\xb5\x2f\xfd"), {".tzst": ".tar", ".zst": "", ".zstd": ""}, _opened, (OSError,)
)
