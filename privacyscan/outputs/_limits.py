"""Limits of the gate that a scan does not keep, in the reader's words."""

from __future__ import annotations

from privacyscan.model import Failure
from privacyscan.outputs._numbers import visible
from privacyscan.outputs._text import Texts


def said(failure: Failure, say: Texts) -> str:
    """Which limit was not kept, and by how much."""
    params = {k: visible(v) if isinstance(v, str) else v for k, v in failure.params.items()}
    if "level" in params:
        params["level"] = say(f"levels.{params['level']}")
    if "reason" in params:
        params["reason"] = say(f"reasons.{params['reason']}.title")
    return say.say(f"gate.{failure.code}", params)


def because(failure: Failure) -> str:
    """Why there is such a limit, in the words of its policy; empty where these say nothing."""
    return visible(str(failure.params.get("because", "")))
