"""Files into files of the same format: one module per format, each ending with `plugin: Rewriter = ...`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from privacyscan.model import File

if TYPE_CHECKING:
    from privacyscan.pseudonymize._work import Work


class Rewriter(Protocol):
    """How files of one format are copied. What it overlooks is found when the copy is scanned, and not handed over."""

    @property
    def name(self) -> str:
        """Its name in the registry."""
        ...

    @property
    def formats(self) -> tuple[str, ...]:
        """The names of the formats (`privacyscan/formats/`) whose files it copies."""
        ...

    @property
    def part(self) -> str:
        """The member that tells the packages it copies from others of their format; empty where it copies all."""
        ...

    @property
    def holds_files(self) -> bool:
        """Whether all it holds are files, each of which is copied and scanned by itself."""
        ...

    @property
    def as_text(self) -> bool:
        """Whether tables in it are written again as the text that they stand in: then each cell of the copy is held
        against that of the source."""
        ...

    def rewrite(self, file: File, copy: Path, work: Work) -> None:
        """Write the copy. Raises TargetError for a file that cannot be copied; `work` takes what was left out."""
        ...
