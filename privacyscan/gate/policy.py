"""The policy of a gate: limits that a scan must keep, from a TOML file.

Not the policy of `pseudonymize`, which says how values are replaced.

risk = 60                        # the most that the whole scan may score, or the highest level: "medium"
asset_risk = 50                  # and each asset with findings
persons = 1000                   # the most persons in all

[[limit]]                        # of the findings that fit all of entity, category and path
entity = "ID_NIK"                # or a list
path = "publik/**"
findings = 0                     # the most findings, matching values, persons in an asset
because = "NIK do not belong into the build"

[coverage]
read = 1.0                       # the least share of what is in scope that was read to its end
not_skipped = ["encrypted"]      # reasons that may not occur
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacyscan.errors import ConfigurationError
from privacyscan.globs import globs, matches
from privacyscan.model import Assessment, Failure, Finding, Reason, Scoring
from privacyscan.settings import LEVELS

if TYPE_CHECKING:
    from privacyscan.rulebook import Rulebook

WHOLE = ("risk", "asset_risk", "persons")  # of the scan
SCORES = ("risk", "asset_risk")  # which may be a level too
FITS = ("entity", "category", "path")  # which findings a limit speaks of
BOUNDS = ("findings", "matched", "persons")  # what it bounds
COVERAGE = ("read", "not_skipped")
_KEYS = (*WHOLE, "limit", "coverage")


@dataclass(frozen=True, slots=True)
class Limit:
    """The most of some findings. Empty: of any entity, category, path. `number` is its place in the file."""

    number: int
    entities: tuple[str, ...]
    categories: tuple[str, ...]
    paths: Sequence[re.Pattern[str]]
    most: Mapping[str, int]
    because: str

    def fits(self, finding: Finding) -> bool:
        path = "/".join(finding.place.path) or finding.place.name
        return (
            (not self.entities or finding.entity in self.entities)
            and (not self.categories or finding.category in self.categories)
            and (not self.paths or matches(self.paths, path))
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """`most` of the scan as a whole, limits of findings, and what must have been read."""

    most: Mapping[str, int]
    limits: tuple[Limit, ...]
    read: float | None
    not_skipped: tuple[Reason, ...]


def broken(policy: Policy, assessment: Assessment) -> Iterator[Failure]:
    """Every line of the policy that the scan does not keep. What is suppressed does not count."""
    findings = [f for f in assessment.scan.findings if f.status != "suppressed"]
    yield from _whole(policy, assessment, findings)
    for limit in policy.limits:
        yield from _of_limit(limit, assessment, [f for f in findings if limit.fits(f)])
    yield from _coverage(policy, assessment)


def _whole(policy: Policy, assessment: Assessment, findings: Sequence[Finding]) -> Iterator[Failure]:
    scan, most = assessment.scan, policy.most
    if assessment.risk.score > most.get("risk", 100):
        yield Failure("risk", {"score": assessment.risk.score, "most": most["risk"]})
    if "asset_risk" in most:
        ids = {a.place: a.id for a in scan.assets}
        by_asset: dict[str, list[str]] = {}
        for finding in findings:
            by_asset.setdefault(ids.get(finding.place.asset, ""), []).append(finding.id)
        places = {a.id: str(a.place) for a in scan.assets}
        for asset, held in by_asset.items():
            risk = assessment.asset_risks.get(asset)
            if risk is not None and risk.score > most["asset_risk"]:
                params: dict[str, str | int] = {"score": risk.score, "most": most["asset_risk"], "place": places[asset]}
                yield Failure("asset_risk", params, tuple(held))
    if "persons" in most and scan.persons > most["persons"]:
        yield Failure("persons", {"persons": scan.persons, "most": most["persons"]})


def _of_limit(limit: Limit, assessment: Assessment, findings: Sequence[Finding]) -> Iterator[Failure]:
    scan = assessment.scan
    ids = {a.place: a.id for a in scan.assets}
    persons = (scan.persons_by_asset.get(ids.get(f.place.asset, ""), 0) for f in findings)
    counts = {
        "findings": len(findings),
        "matched": sum(f.matched for f in findings),
        "persons": max(persons, default=0),
    }
    for bound, most in limit.most.items():
        if counts[bound] > most:
            params: dict[str, str | int] = {
                "number": limit.number,
                "count": counts[bound],
                "most": most,
                "because": limit.because,
            }
            yield Failure(f"limit_{bound}", params, tuple(f.id for f in findings))


def _coverage(policy: Policy, assessment: Assessment) -> Iterator[Failure]:
    scan = assessment.scan
    if policy.read is not None:
        whole = {a.place for a in scan.assets if a.complete and a.mode == "full"}
        unread = {s.place.asset for s in scan.skipped if s.reason.in_scope} | {a.place for a in scan.assets} - whole
        share = len(whole - unread) / len(whole | unread) if whole or unread else 0.0
        if share < policy.read:
            yield Failure("read", {"share": share, "least": policy.read})
    for reason in policy.not_skipped:
        count = sum(s.reason is reason for s in scan.skipped)
        if count:
            yield Failure("skipped", {"reason": reason.value, "count": count})


def load(path: Path, rulebook: Rulebook) -> Policy:
    """The policy in a TOML file. Raises ConfigurationError with all its mistakes."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: the policy cannot be read ({error.strerror}); check --policy") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: not valid TOML: {error}") from None
    if mistakes := list(_mistakes(document, set(rulebook.identifiers))):
        raise ConfigurationError("\n".join(f"{path}: {m}" for m in mistakes))
    coverage = document.get("coverage", {})
    return Policy(
        most={key: _score(document[key], rulebook.scoring_in_force) for key in WHOLE if key in document},
        limits=tuple(_limit(i, entry) for i, entry in enumerate(document.get("limit", ()), 1)),
        read=coverage.get("read"),
        not_skipped=tuple(Reason(r) for r in coverage.get("not_skipped", ())),
    )


def _score(value: Any, scoring: Scoring) -> int:
    """The number, or the highest score of the level."""
    if not isinstance(value, str):
        return int(value)
    above = [least for _, least in scoring.levels[[name for name, _ in scoring.levels].index(value) + 1 :]]
    return above[0] - 1 if above else 100


def _limit(number: int, entry: Mapping[str, Any]) -> Limit:
    entities, categories, paths = (_several(entry.get(key, [])) for key in FITS)
    most = {key: entry[key] for key in BOUNDS if key in entry}
    return Limit(number, entities, categories, globs(paths), most, entry.get("because", ""))


def _several(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _mistakes(document: Mapping[str, Any], known: set[str]) -> Iterator[str]:
    """Everything wrong with the document, in its order."""
    if {"default", "entities"} & document.keys():
        yield "is a policy of pseudonymize; a gate takes limits, see docs/gate.md"
        return
    if not document:
        yield f"is empty; a policy holds {', '.join(_KEYS)}"
    for key, value in document.items():
        if key in SCORES and isinstance(value, str):
            if value not in LEVELS:
                yield f"{key}: unknown level; known are {', '.join(LEVELS)}"
        elif key in WHOLE:
            yield from _number_mistakes(key, value)
        elif key == "limit":
            if not isinstance(value, list) or not all(isinstance(e, dict) for e in value):
                yield "limit: expected entries, each under [[limit]]"
                continue
            for number, entry in enumerate(value, 1):
                yield from (f"limit {number}: {m}" for m in _limit_mistakes(entry, known))
        elif key == "coverage":
            yield from _coverage_mistakes(value)
        else:
            yield f"{key}: unknown key; known are {', '.join(_KEYS)}"


def _number_mistakes(key: str, value: Any) -> Iterator[str]:
    if type(value) is not int or value < 0:
        yield f"{key}: expected a whole number from 0 on"


def _limit_mistakes(entry: Mapping[str, Any], known: set[str]) -> Iterator[str]:
    taken = (*FITS, *BOUNDS, "because")
    for key in entry.keys() - set(taken):
        yield f"{key}: unknown key; known are {', '.join(taken)}"
    if not entry.keys() & set(BOUNDS):
        yield f"bounds nothing; give one of {', '.join(BOUNDS)}"
    for key in entry.keys() & set(BOUNDS):
        yield from _number_mistakes(key, entry[key])
    for key in entry.keys() & set(FITS):
        value = entry[key]
        if not isinstance(value, str) and not (isinstance(value, list) and all(isinstance(v, str) for v in value)):
            yield f"{key}: expected a text or a list of texts"
        elif key == "path":
            try:
                globs(_several(value))
            except re.error:
                yield "path is no glob; check its brackets"
        else:
            choice = known if key == "entity" else {"umum", "spesifik"}
            yield from (f"{v}: unknown {key}; see privacyscan rules list" for v in _several(value) if v not in choice)
    if not isinstance(entry.get("because", ""), str):
        yield "because: expected a text"


def _coverage_mistakes(value: Any) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"coverage: expected a table with {', '.join(COVERAGE)}"
        return
    for key in value.keys() - set(COVERAGE):
        yield f"coverage.{key}: unknown key; known are {', '.join(COVERAGE)}"
    read = value.get("read", 1.0)
    if isinstance(read, bool) or not isinstance(read, int | float) or not 0 <= read <= 1:
        yield "coverage.read: expected a share from 0 to 1"
    reasons = value.get("not_skipped", [])
    choice = [r.value for r in Reason]
    if not isinstance(reasons, list) or any(r not in choice for r in reasons):
        yield f"coverage.not_skipped: expected a list of reasons; known are {', '.join(choice)}"
