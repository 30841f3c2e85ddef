"""Report formats that are programs: one module per format, each ending with `plugin: Output = ...`.

A template `reports/<name>.<ext>.j2` is a report format too; `_template` renders those.
"""

from __future__ import annotations

from typing import Protocol

from privacyscan.model import Assessment


class Output(Protocol):
    """A report format. Reads only the assessment."""

    @property
    def name(self) -> str: ...

    @property
    def filename(self) -> str:
        """The file it leaves in the report folder, e.g. `scan.json`."""
        ...

    def render(self, assessment: Assessment, language: str) -> bytes: ...
