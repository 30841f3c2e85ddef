"""Files packed with gzip."""

from __future__ import annotations

import gzip
import re
import zlib

from privacyscan.formats import Format
from privacyscan.formats._packed import Packed

plugin: Format = Packed(
    "gzip",
    re.compile(rb"\x1f\x8b"),
    {".tgz": ".tar", ".gz": "", ".svgz": ".svg"},
    lambda stream: gzip.GzipFile(fileobj=stream),
    (EOFError, gzip.BadGzipFile, zlib.error),
)
