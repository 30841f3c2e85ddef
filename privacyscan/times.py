"""Moments as every file of ours has them."""

from __future__ import annotations

from datetime import UTC, datetime


def written(moment: datetime) -> str:
    """ISO 8601 in UTC, to the second: 2026-01-31T08:15:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def now() -> str:
    """This moment, written so."""
    return written(datetime.now(UTC))
