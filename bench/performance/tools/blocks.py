"""Tools that are given a text, over blocks of whole lines: their faster way. A CSV file is a text to them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path


def datafog() -> tuple[Callable[[str], list[object]], int]:
    """datafog-core, and how many characters it is given at once; it has few kinds, and no NIK."""
    from datafog_core import scan

    return scan, 1 << 20


def lokal_id() -> tuple[Callable[[str], list[object]], int]:
    """lokal-id, and how many characters it is given at once."""
    from lokal import detect_pii

    return detect_pii, 64 << 10


def main(tool: str, file: Path) -> None:
    """Prints how much was found."""
    find, size = {"datafog": datafog, "lokal-id": lokal_id}[tool]()
    found = 0
    with file.open(encoding="utf-8") as stream:
        while lines := stream.readlines(size):
            found += len(find("".join(lines)))
    print(found)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
