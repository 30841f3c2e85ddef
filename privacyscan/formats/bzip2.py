"""Files packed with bzip2."""

from __future__ import annotations

import bz2
import re

from privacyscan.formats import Format
from privacyscan.formats._packed import Packed

plugin: Format = Packed(
    "bzip2",
    re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"),  # a first block, or the end of an empty file
    {".tbz2": ".tar", ".tbz": ".tar", ".bz2": ""},
    bz2.BZ2File,
    (EOFError, OSError),
)
