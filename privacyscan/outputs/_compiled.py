"""Templates of ours that were compiled once are kept, for compiling one takes ten times as long as filling it."""

from __future__ import annotations

import marshal
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from jinja2 import BytecodeCache

from privacyscan import kept

if TYPE_CHECKING:
    from jinja2.bccache import Bucket


class Compiled(BytecodeCache):
    """The code of templates, good for the same template, Python and Jinja2."""

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return f"{name}\0{filename}"

    def get_source_checksum(self, source: str) -> str:
        return kept.key(source, MAGIC_NUMBER, kept.stamps(Path(jinja2.__file__).parent))

    def load_bytecode(self, bucket: Bucket) -> None:
        data = kept.load("template", kept.key(bucket.key, bucket.checksum))
        bucket.code = None if data is None else marshal.loads(data)

    def dump_bytecode(self, bucket: Bucket) -> None:
        kept.save("template", kept.key(bucket.key, bucket.checksum), marshal.dumps(bucket.code))
