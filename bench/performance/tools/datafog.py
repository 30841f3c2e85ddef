"""datafog-core over blocks of whole lines; it has few kinds, and no NIK."""

from __future__ import annotations

import sys
from pathlib import Path

from datafog_core import scan

BLOCK = 1 << 20  # characters


def main(file: Path) -> None:
    """Prints how much was found."""
    found = 0
    with file.open(encoding="utf-8") as stream:
        while lines := stream.readlines(BLOCK):
            found += len(scan("".join(lines)))
    print(found)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
