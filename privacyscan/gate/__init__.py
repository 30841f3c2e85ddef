"""The gate of a pipeline: which findings are known or suppressed, and which limits a scan does not keep.

`diff` compares two scans.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from privacyscan.errors import UsageError
from privacyscan.model import Failure

if TYPE_CHECKING:
    from privacyscan.gate.baseline import Baseline
    from privacyscan.gate.policy import Policy
    from privacyscan.gate.suppressions import Suppressions
    from privacyscan.model import Assessment, Identifier, Scan
    from privacyscan.rulebook import Rulebook
    from privacyscan.settings import Settings


@dataclass(frozen=True)
class Gate:
    """What the settings say of findings that are known or judged, and of limits. None: nothing."""

    fail_on: str | None
    growth: float | None
    baseline: Baseline | None
    suppressions: Suppressions | None
    policy: Policy | None
    identifiers: Mapping[str, Identifier]

    def marked(self, scan: Scan) -> Scan:
        """The scan with the status of its findings. What is suppressed counts no persons any more."""
        if self.baseline is not None:
            scan = self.baseline.marked(scan, self.growth)
        return scan if self.suppressions is None else self.suppressions.marked(scan, self.identifiers)

    def judged(self, assessment: Assessment) -> Assessment:
        """The assessment with all limits that are not kept; as it was where none was set."""
        if self.fail_on is None and self.policy is None:
            return assessment
        return replace(assessment, failures=tuple(self._failures(assessment)))

    def _failures(self, assessment: Assessment) -> Iterator[Failure]:
        from privacyscan.gate.policy import broken

        if self.fail_on == "new":
            new = tuple(f.id for f in assessment.scan.findings if f.status == "new")
            if new:
                yield Failure("new", {"count": len(new)}, new)
        elif self.fail_on is not None and _reaches(assessment, self.fail_on):
            yield Failure("level", {"level": self.fail_on})
        if self.policy is not None:
            yield from broken(self.policy, assessment)


def load(settings: Settings, rulebook: Rulebook, today: date | None = None) -> Gate:
    """The gate that the settings name. Raises PrivacyScanError for a file with a mistake, before anything is read."""
    from privacyscan import store
    from privacyscan.gate import baseline, policy, suppressions

    if settings.fail_on == "new" and settings.baseline is None:
        raise UsageError("--fail-on new compares with a baseline: give one with --baseline FILE")
    if settings.baseline_growth is not None and settings.baseline is None:
        raise UsageError("--baseline-growth compares with a baseline: give one with --baseline FILE")
    known = None
    if settings.baseline is not None:
        known = baseline.load(settings.baseline, store.name_of(store.key(settings.state)))
    judged = None if settings.suppressions is None else suppressions.load(settings.suppressions, rulebook, today)
    limits = None if settings.policy is None else policy.load(settings.policy, rulebook)
    return Gate(settings.fail_on, settings.baseline_growth, known, judged, limits, rulebook.identifiers)


def _reaches(assessment: Assessment, level: str) -> bool:
    """Whether the risk of the whole scan, or of an asset with findings that count, is so high or higher."""
    from privacyscan.outputs._figures import Figures
    from privacyscan.settings import LEVELS

    counting = tuple(f for f in assessment.scan.findings if f.status != "suppressed")
    figures = Figures(replace(assessment, scan=replace(assessment.scan, findings=counting)))
    levels = [assessment.risk.level, *(figures.risk(a).level for a in figures.with_findings)]
    return bool(counting) and max(map(LEVELS.index, levels)) >= LEVELS.index(level)
