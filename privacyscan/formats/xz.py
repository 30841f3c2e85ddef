"""Files packed with xz."""

from __future__ import annotations

import lzma
import re

from privacyscan.formats import Format
from privacyscan.formats._packed import Packed

plugin: Format = Packed(
    "xz",
    re.compile(rb"\xfd7zXZ\x00"),
    {".txz": ".tar", ".xz": ""},
    lzma.LZMAFile,
    (EOFError, lzma.LZMAError),
)
