"""Suppressions: findings that somebody has judged, with reason, owner and the day until which that holds.

[[suppression]]
finding = "3f2a..."              # the fingerprint of one finding, as scan.json has it
reason = "Made-up people of the test suite"
owner = "tim-aplikasi"
expires = 2027-06-30

[[suppression]]
path = "contoh/**"               # or a glob of paths below the target, and one kind of data
entity = "ID_NIK"
...
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacyscan.errors import ConfigurationError
from privacyscan.globs import globs, matches
from privacyscan.model import Finding, Identifier, Scan, Suppression, UnusedSuppression
from privacyscan.outputs._numbers import visible

if TYPE_CHECKING:
    from privacyscan.rulebook import Rulebook

KEYS = ("finding", "path", "entity", "reason", "owner", "expires")
_FINGERPRINT = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Entry:
    """What one suppression speaks of, and its words."""

    finding: str  # a fingerprint; empty: it speaks of a path and an entity
    glob: str
    path: Sequence[re.Pattern[str]]
    entity: str
    words: Suppression

    def fits(self, finding: Finding) -> bool:
        if self.finding:
            return finding.fingerprint == self.finding
        path = "/".join(finding.place.path) or finding.place.name
        return finding.entity == self.entity and matches(self.path, path)


@dataclass(frozen=True, slots=True)
class Suppressions:
    """All entries of a file; the first that fits a finding holds."""

    entries: tuple[Entry, ...]

    def marked(self, scan: Scan, identifiers: Mapping[str, Identifier]) -> Scan:
        """The scan with what is suppressed, and its persons without it."""
        from privacyscan.assess import persons

        findings = tuple(self._marked(f) for f in scan.findings)
        scan = replace(scan, unused_suppressions=self._unused(scan, identifiers))
        counting = [f for f in findings if f.status != "suppressed"]
        if len(counting) == len(findings):
            return scan
        ids = {a.place: a.id for a in scan.assets}
        by_asset = {ids[p]: n for p, n in persons.by_asset(counting, identifiers).items() if p in ids}
        return replace(scan, findings=findings, persons=persons.total(counting, identifiers), persons_by_asset=by_asset)

    def _unused(self, scan: Scan, identifiers: Mapping[str, Identifier]) -> tuple[UnusedSuppression, ...]:
        """The entries that fit nothing; none where the scan left out by intent what may hold their findings."""
        if scan.status == "interrupted" or scan.settings.get("changed_since"):
            return ()
        unused = [e for e in self.entries if not any(map(e.fits, scan.findings))]
        return tuple(UnusedSuppression(_shown(e, identifiers), e.words) for e in unused)

    def _marked(self, finding: Finding) -> Finding:
        words = next((e.words for e in self.entries if e.fits(finding)), None)
        return finding if words is None else replace(finding, status="suppressed", suppression=words)


def load(path: Path, rulebook: Rulebook, today: date | None = None) -> Suppressions:
    """The suppressions in a TOML file. Raises ConfigurationError with all its mistakes, each with its entry."""
    return Suppressions(tuple(map(_entry, _read(path, set(rulebook.identifiers), today or date.today()))))


def with_one_more(path: Path, finding: Finding, words: Suppression, rulebook: Rulebook) -> bytes:
    """The text of the file, which may not be there yet, with a suppression of the finding behind all others.

    Raises ConfigurationError for a mistake in the file or in the new entry.
    """
    known, today = set(rulebook.identifiers), date.today()
    entries = _read(path, known, today) if path.exists() else []
    if any(e.get("finding") == finding.fingerprint for e in entries):
        raise ConfigurationError(f"{path}: suppresses {finding.id} already; change that entry")
    try:
        expires = date.fromisoformat(words.expires)
    except ValueError:
        raise ConfigurationError(f"--expires {words.expires}: is no date; write it as 2027-06-30") from None
    added = {"finding": finding.fingerprint, "reason": words.reason, "owner": words.owner, "expires": expires}
    if mistakes := list(_mistakes(added, known, today)):
        raise ConfigurationError("\n".join(f"{finding.id}: {m}" for m in mistakes))
    before = path.read_text(encoding="utf-8").rstrip("\n") + "\n\n" if path.exists() else ""
    shown = visible(str(finding.place))
    lines = [
        "[[suppression]]",
        f"finding = {_toml(finding.fingerprint)}  # {finding.id}, {finding.entity}: {shown}",
        f"reason = {_toml(words.reason)}",
        f"owner = {_toml(words.owner)}",
        f"expires = {expires.isoformat()}",
    ]
    return (before + "\n".join(lines) + "\n").encode("utf-8", "replace")


def _toml(text: str) -> str:
    """A text as TOML writes it: its escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _entry(entry: Mapping[str, Any]) -> Entry:
    words = Suppression(entry["reason"], entry["owner"], entry["expires"].isoformat())
    patterns = globs([entry["path"]]) if "path" in entry else ()
    return Entry(entry.get("finding", ""), entry.get("path", ""), patterns, entry.get("entity", ""), words)


def _shown(entry: Entry, identifiers: Mapping[str, Identifier]) -> str:
    """What the entry speaks of, for reports: a path may hold somebody's number."""
    from privacyscan.detect import Detector
    from privacyscan.detect.shown import shown_name

    if entry.finding:
        return f"F-{entry.finding[:12]}"
    return f"{shown_name(entry.glob, Detector(identifiers.values(), b''))}, {entry.entity}"


def _read(path: Path, known: set[str], today: date) -> list[dict[str, Any]]:
    """The entries of the file, which have no mistake."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(
            f"{path}: the suppressions cannot be read ({error.strerror}); check --suppressions"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: not valid TOML: {error}") from None
    entries = document.get("suppression", [])
    mistakes = [f"{path}: {key}: unknown key; known is suppression" for key in document.keys() - {"suppression"}]
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        mistakes.append(f"{path}: suppression: expected entries, each under [[suppression]]")
        entries = []
    for number, entry in enumerate(entries, 1):
        named = f"{path}: suppression {number} ({_named(entry)})"
        mistakes += [f"{named}: {m}" for m in _mistakes(entry, known, today)]
    if mistakes:
        raise ConfigurationError("\n".join(mistakes))
    return list(entries)


def _named(entry: Mapping[str, Any]) -> str:
    """What the entry speaks of, for messages."""
    given = [str(entry[key])[:40] for key in ("finding", "path", "entity") if key in entry]
    return ", ".join(given) or "names nothing"


def _mistakes(entry: Mapping[str, Any], known: set[str], today: date) -> Iterator[str]:
    for key in entry.keys() - set(KEYS):
        yield f"{key}: unknown key; known are {', '.join(KEYS)}"
    for key in ("reason", "owner"):
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            yield f"has no {key}; say it in a text"
    yield from _date_mistakes(entry.get("expires"), today)
    if "finding" in entry:
        if "path" in entry or "entity" in entry:
            yield "names a finding and a path; give one of the two"
        if not isinstance(entry["finding"], str) or not _FINGERPRINT.fullmatch(entry["finding"]):
            yield "finding is no fingerprint; copy it from findings[].fingerprint in scan.json"
    elif not isinstance(entry.get("path"), str) or not isinstance(entry.get("entity"), str):
        yield "names neither a finding nor a path with an entity"
    else:
        if entry["entity"] not in known:
            yield f"{entry['entity']}: unknown entity; see privacyscan rules list"
        try:
            globs([entry["path"]])
        except re.error:
            yield "path is no glob; check its brackets"


def _date_mistakes(expires: Any, today: date) -> Iterator[str]:
    if not isinstance(expires, date) or isinstance(expires, datetime):
        yield "has no day on which it expires; write expires = 2027-06-30, without quotation marks"
    elif expires < today:
        yield f"expired on {expires.isoformat()}; judge the finding again, then renew the entry or delete it"
