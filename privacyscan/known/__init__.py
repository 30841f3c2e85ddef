"""Lists of an agency's own people, made from its own register: keyed hashes that a scan holds against what it finds.

    build([target("penduduk.csv")], Path("warga.known"), Path("warga.key"), {}, rulebook, settings)
    known = load(Path("warga.known"), Path("warga.key"), rulebook)

Whoever has the list alone learns how many persons and kinds of identifiers it holds, and nothing else.
"""

from __future__ import annotations

from privacyscan.known._build import Built, build
from privacyscan.known._file import load

__all__ = ("Built", "build", "load")
