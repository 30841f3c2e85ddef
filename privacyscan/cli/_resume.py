"""What a run is begun with, and a run that goes on: with the same, or a refusal that says what differs."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from privacyscan import journal, read, store
from privacyscan.cli import _options
from privacyscan.errors import UsageError

if TYPE_CHECKING:
    from privacyscan.journal import Journal
    from privacyscan.model import Target
    from privacyscan.rulebook import Rulebook
    from privacyscan.settings import Settings

# What decides how units are read: two halves of one scan must agree on it.
DECISIVE = (
    "include",
    "exclude",
    "ignore_file",
    "follow_symlinks",
    "changed_since",
    "names",
    "locations",
    "engine",
    "rules",
    "max_file_size",
    "sample",
    "reidentification",
    "known",
    "known_key",
)
# Kept too, and may be given anew.
OF_GATE = ("fail_on", "baseline", "baseline_growth", "suppressions", "policy")
OF_REPORTS = ("output", "format", "lang", "regulation", "retention_years", "sign_key", "metrics", *OF_GATE)


def begin(settings: Settings, targets: Sequence[Target], rulebook: Rulebook) -> Journal:
    """The journal of a new run with these settings."""
    said = {
        "folder": os.getcwd(),
        "targets": [{"label": t.label, "secret": read.holds_secret(t.url)} for t in targets],
        "settings": {k: v for k, v in settings.as_json().items() if k in DECISIVE + OF_REPORTS},
        **_made_by(settings, rulebook),
    }
    return journal.begin(settings.state, store.key(settings.state), said)


def resumed(run: str, given: Mapping[str, Any], texts: list[str]) -> tuple[Journal, Settings, list[str]]:
    """The journal of an unfinished run, its settings with what was given now, and its targets as texts. Raises
    UsageError, ConfigurationError or RulebookError where it cannot go on as it was begun."""
    from privacyscan import rulebook

    state = _options.settings_of(given).state
    now = {name: value for name, value in given.items() if value not in (None, [], ())}
    left = journal.resume(state, store.key(state), run)
    try:
        settings = _options.settings_of({**left.said["settings"], **now})
        _check(left, settings)
        made_by = _made_by(settings, rulebook.load(settings.rules))
        if any(left.said[k] != v for k, v in made_by.items()):
            raise UsageError(
                f"--resume {run}: the version of privacyscan, the rules or the list of known persons are others now "
                "than when the run was begun; start a new scan"
            )
        return left, settings, _targets(left, run, texts)
    except BaseException:
        left.close()
        raise


def _check(left: Journal, settings: Settings) -> None:
    """Raise where the run was begun with other settings, or elsewhere."""
    if left.said["folder"] != os.getcwd():
        raise UsageError(f"--resume {left.id}: the run was begun in the folder {left.said['folder']}; go there first")
    before, now = left.said["settings"], settings.as_json()
    changed = [f"--{name.replace('_', '-')}" for name in DECISIVE if before[name] != now[name]]
    if changed:
        raise UsageError(
            f"--resume {left.id}: the run was begun with another {', '.join(changed)}; leave that as it was, or start "
            "a new scan"
        )


def _targets(left: Journal, run: str, texts: list[str]) -> list[str]:
    """The targets of the run. They need not be given again unless their addresses hold what is stored nowhere."""
    labels = [t["label"] for t in left.said["targets"]]
    if texts and [read.without_password(t) for t in texts] != labels:
        raise UsageError(f"--resume {run}: the run has other targets; leave them out, or start a new scan")
    if not texts and any(t["secret"] for t in left.said["targets"]):
        raise UsageError(
            f"--resume {run}: an address of the run holds a secret, which is kept nowhere; give all targets"
        )
    return texts or labels


def _made_by(settings: Settings, rulebook: Rulebook) -> dict[str, Any]:
    """What else must be the same in both halves: program, rules, list of known persons."""
    from privacyscan import __version__

    info = os.stat(settings.known) if settings.known is not None and settings.known.exists() else None
    known = [info.st_size, info.st_mtime_ns] if info is not None else None
    return {"tool": __version__, "rules_sha256": rulebook.sha256, "known_list": known}
