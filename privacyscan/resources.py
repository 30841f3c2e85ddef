"""Where `rules/` and `reports/` lie: inside an installed wheel, or in the checkout beside the package."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def folder(name: str) -> Path:
    """The folder `name` ("rules" or "reports").

    A wheel carries it at `privacyscan/_data/<name>`; a checkout has it beside the package. The search
    path is never asked: an editable install may leave an outdated copy there.
    """
    package = Path(__file__).resolve().parent
    shipped = package / "_data" / name
    return shipped if shipped.is_dir() else package.parent / name
