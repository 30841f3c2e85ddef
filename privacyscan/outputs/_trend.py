"""The trend: how risk, findings and persons went over the scans of the same targets, drawn as a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from privacyscan.model import Assessment, TrendPoint

MOST = 24  # scans shown, the latest
LEFT, RIGHT, TOP, BOTTOM = 110, 740, 10, 160  # of the drawing: where the first and the last scan, 100 and 0 lie


@dataclass(frozen=True, slots=True)
class Mark:
    """One scan with its place in the drawing."""

    point: TrendPoint
    x: float
    y: float


def marks(assessment: Assessment) -> tuple[Mark, ...]:
    """The earlier scans and this one, the oldest first; empty without earlier ones."""
    points = [*assessment.trend, _this(assessment)][-MOST:]
    if len(points) < 2:
        return ()
    times = [datetime.fromisoformat(p.started).timestamp() for p in points]
    return tuple(Mark(p, x, height(p.risk)) for p, x in zip(points, _across(times), strict=True))


def height(score: int) -> float:
    """Where a score lies in the drawing."""
    return round(BOTTOM - score * (BOTTOM - TOP) / 100, 1)


def _across(times: Sequence[float]) -> list[float]:
    first, span = times[0], max(1.0, times[-1] - times[0])
    return [round(LEFT + (t - first) / span * (RIGHT - LEFT), 1) for t in times]


def _this(assessment: Assessment) -> TrendPoint:
    scan, risk = assessment.scan, assessment.risk
    counted = sum(f.status != "suppressed" for f in scan.findings)
    return TrendPoint(scan.id, scan.started, scan.status, risk.score, risk.level, counted, scan.persons)
