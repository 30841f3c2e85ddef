"""Finds the personal data an agency holds, and says how bad a leak of it would be.

scan = privacyscan.scan(["sqlite:///layanan.db", "berkas/"])
assessment = privacyscan.assess(scan, regulation="uu-pdp")
privacyscan.write(assessment, "html", "report.html", lang="id")

`scan`, `assess` and `pseudonymize` are functions and modules of one name. They are imported here at once, so that the
function is what the package shows from then on; those modules import nothing heavy.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacyscan._version import __version__
from privacyscan.assess import assess
from privacyscan.errors import PrivacyScanError
from privacyscan.model import Assessment, Asset, Duty, Evidence, Finding, Place, Risk, Scan, Skipped
from privacyscan.outputs import write
from privacyscan.pseudonymize import load_policy, pseudonymize
from privacyscan.scan import Progress, scan

if TYPE_CHECKING:
    from privacyscan.settings import Settings


def load(path: str | Path) -> Assessment:
    """The assessment that a scan.json holds; raises StoredScanError."""
    from privacyscan.errors import StoredScanError
    from privacyscan.outputs.json import loads

    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise StoredScanError(f"{path}: cannot be read ({error.strerror}); give the scan.json of a report") from None
    return loads(data, str(path))


def __getattr__(name: str) -> Any:
    """`Settings`, whose import takes time, when somebody asks for it."""
    if name == "Settings":
        from privacyscan.settings import Settings

        return Settings
    raise AttributeError(f"module 'privacyscan' has no attribute '{name}'")


__all__ = [
    "Assessment",
    "Asset",
    "Duty",
    "Evidence",
    "Finding",
    "Place",
    "PrivacyScanError",
    "Progress",
    "Risk",
    "Scan",
    "Settings",
    "Skipped",
    "__version__",
    "assess",
    "load",
    "load_policy",
    "pseudonymize",
    "scan",
    "write",
]
