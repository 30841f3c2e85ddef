"""The baseline: findings that are known, by fingerprints that survive edits of the data and another order of rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from privacyscan.errors import ConfigurationError
from privacyscan.model import Assessment, Evidence, Finding, Scan
from privacyscan.outputs._numbers import visible

FORMAT = "privacyscan-baseline/1"


@dataclass(frozen=True, slots=True)
class Baseline:
    """Fingerprint -> how many values matched when the baseline was written."""

    matched: Mapping[str, int]

    def marked(self, scan: Scan, growth: float | None) -> Scan:
        """The scan with what the baseline holds as known. What has grown beyond `growth` times as many is new."""
        return replace(scan, findings=tuple(self._marked(f, growth) for f in scan.findings))

    def _marked(self, finding: Finding, growth: float | None) -> Finding:
        before = self.matched.get(finding.fingerprint)
        if before is None:
            return finding
        if growth is not None and finding.matched > growth * before:
            grown = Evidence("grown", {"before": before, "matched": finding.matched})
            return replace(finding, evidence=(*finding.evidence, grown))
        return replace(finding, status="known")


def document(assessment: Assessment) -> bytes:
    """The baseline of a scan, one finding a line in the order of fingerprints, so that changes can be read in git."""
    scan = assessment.scan
    known = sorted((f for f in scan.findings if f.status != "suppressed"), key=lambda f: f.fingerprint)
    lines = [
        json.dumps(
            {
                "fingerprint": f.fingerprint,
                "entity": f.entity,
                "place": visible(str(f.place)),
                "matched": f.matched,
            },
            ensure_ascii=False,
        )
        for f in known
    ]
    head = f'{{"format": "{FORMAT}", "key": {json.dumps(scan.key)}, "run": {json.dumps(scan.id)}, "findings": ['
    return "\n".join([head, ",\n".join(lines), "]}"]).encode() + b"\n"


def load(path: Path, key: str) -> Baseline:
    """The baseline in a file, for scans under the key of this name. Raises ConfigurationError."""
    try:
        made_under, matched = _read(json.loads(path.read_bytes()))
    except OSError as error:
        raise ConfigurationError(f"{path}: the baseline cannot be read ({error.strerror}); check --baseline") from None
    except (ValueError, KeyError, TypeError):
        raise ConfigurationError(
            f"{path}: is damaged, of a newer version or no baseline; make one with privacyscan baseline SCAN.json"
        ) from None
    if matched and made_under != key:
        raise ConfigurationError(
            f"{path}: the baseline was made under another key, so no finding could be recognised; scan with the state "
            "folder whose key made it, or make a new one with privacyscan baseline SCAN.json"
        )
    return Baseline(matched)


def _read(stored: Any) -> tuple[str, dict[str, int]]:
    """The name of the key, and what matched by fingerprint."""
    matched = {f["fingerprint"]: f["matched"] for f in stored["findings"]}
    if stored["format"] != FORMAT or not all(isinstance(k, str) and type(n) is int for k, n in matched.items()):
        raise ValueError
    return stored["key"], matched
