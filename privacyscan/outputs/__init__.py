"""Report formats: one module per format that is a program, each ending with `plugin: Output = ...`, and one template
per format that is a page of text.

`reports/<name>.<ext>.j2` is the format `<name>` and leaves the file `<name>.<ext>`; a template called `report` is named
by its extension, so `reports/report.html.j2` is what `--format html` takes and leaves `report.html`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from privacyscan.errors import ConfigurationError, UsageError
from privacyscan.model import Assessment


class Output(Protocol):
    """A report format. Reads only the assessment."""

    @property
    def name(self) -> str:
        """What `--format` takes."""
        ...

    @property
    def filename(self) -> str:
        """The file it leaves in the report folder, e.g. `scan.json`."""
        ...

    def render(self, assessment: Assessment, language: str) -> bytes:
        """The whole report."""
        ...


def formats() -> Mapping[str, Output]:
    """All report formats by the name that `--format` takes; raises ConfigurationError when two carry one name."""
    from privacyscan.outputs import _template
    from privacyscan.registry import plugins

    found: dict[str, Output] = dict(plugins("outputs"))
    for template in _template.templates():
        if template.name in found:
            raise ConfigurationError(
                f"Two report formats are called '{template.name}': {template.path.name} and a plugin; rename one."
            )
        found[template.name] = template
    return MappingProxyType(dict(sorted(found.items())))


def output(format: str) -> Output:
    """The report format of this name; raises UsageError naming those there are, or what it lacks."""
    from privacyscan.registry import Lacking

    known = formats()
    if format not in known:
        raise UsageError(f"--format {format}: there is no such report format; choose from {', '.join(known)}")
    found = known[format]
    if isinstance(found, Lacking) and (lacking := found.lacks()):
        how = ", ".join(lacking.values())
        raise UsageError(f"--format {format}: a program that it needs is not installed; run {how}")
    return found


def render(assessment: Assessment, format: str, lang: str | None = None) -> bytes:
    """The report in this format, in the language `lang` or else that of the assessment."""
    from privacyscan.outputs._text import texts

    language = lang or assessment.language
    texts(language)  # a language there is not is an error in every format
    return output(format).render(assessment, language)


def write(assessment: Assessment, format: str, path: Path, lang: str | None = None) -> None:
    """Write the report to the file `path` (0600), whole or not at all."""
    from privacyscan.store import write_private

    write_private(Path(path), render(assessment, format, lang))
