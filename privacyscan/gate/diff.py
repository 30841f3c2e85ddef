"""Two scans beside each other: what is new, gone and grown, how the risk changed, and what is no longer read.

Findings are the same by their fingerprints. Where the scans share none (another key, another database of the same
tables) they are the same by place, below the target where each scan has one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from privacyscan.model import Assessment, Asset, Finding, Place, Reason, Risk, Scan, Skipped

Key = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Grown:
    """A finding of both scans that has more matching or more different values now."""

    before: Finding
    now: Finding


@dataclass(frozen=True, slots=True)
class AssetChange:
    """An asset whose risk changed. None: it was not in that scan."""

    place: Place
    before: Risk | None
    now: Risk | None


@dataclass(frozen=True, slots=True)
class Diff:
    """What changed. `gone` was looked for and not found; `unknown` is what was found before in what is not read now."""

    old: Assessment
    now: Assessment
    new: tuple[Finding, ...]
    new_columns: tuple[Finding, ...]  # those of `new` in columns that held nothing before
    grown: tuple[Grown, ...]
    gone: tuple[Finding, ...]
    unknown: tuple[Finding, ...]
    assets: tuple[AssetChange, ...]  # the largest rise first
    unread: tuple[Skipped, ...]  # of what was read before
    same_rules: bool


def compare(old: Assessment, now: Assessment) -> Diff:
    """What changed from the old scan to the other. What is suppressed now is not new."""
    keys = _Keys(old.scan, now.scan)
    before, after = keys.findings(old.scan), keys.findings(now.scan)
    new = [f for k, f in after.items() if k not in before and f.status != "suppressed"]
    lost = [f for k, f in before.items() if k not in after]
    both = [Grown(before[k], f) for k, f in after.items() if k in before]
    columns = {keys.place(f.place) for f in before.values()}
    unread = _Unread(now.scan, keys)
    is_unknown = [unread.covers(f.place) for f in lost]
    return Diff(
        old=old,
        now=now,
        new=tuple(new),
        new_columns=tuple(f for f in new if f.place.column is not None and keys.place(f.place) not in columns),
        grown=tuple(g for g in both if g.now.matched > g.before.matched or g.now.distinct > g.before.distinct),
        gone=tuple(f for f, unknown in zip(lost, is_unknown, strict=True) if not unknown),
        unknown=tuple(f for f, unknown in zip(lost, is_unknown, strict=True) if unknown),
        assets=tuple(_assets(old, now, keys)),
        unread=tuple(_no_longer_read(old.scan, now.scan, keys)),
        same_rules=old.scan.versions.rulebook_sha256 == now.scan.versions.rulebook_sha256,
    )


class _Keys:
    """What makes a finding or place of one scan that of the other."""

    def __init__(self, old: Scan, now: Scan) -> None:
        shared = {f.fingerprint for f in old.findings} & {f.fingerprint for f in now.findings}
        self._by_fingerprint = bool(shared)
        self._below = len(old.targets) == len(now.targets) == 1 and old.targets != now.targets

    def asset(self, place: Place) -> Key:
        return (None if self._below else place.target, *place.path)

    def place(self, place: Place) -> Key:
        return (*self.asset(place), "\0", place.column)

    def findings(self, scan: Scan) -> Mapping[Key, Finding]:
        """The findings by their keys. Two columns whose masked names are alike stay two."""
        found: dict[Key, Finding] = {}
        for finding in scan.findings:
            key: Key = (finding.fingerprint,)
            if not self._by_fingerprint:
                key = (finding.entity, *self.place(finding.place))
            while key in found:
                key = (*key, "\0")
            found[key] = finding
        return found


class _Unread:
    """Of what the scan cannot say that it holds nothing."""

    def __init__(self, scan: Scan, keys: _Keys) -> None:
        self._keys, self._interrupted = keys, scan.status == "interrupted"
        self._targets = {keys.asset(Place(t)) for t in scan.targets}
        self._whole = {keys.asset(a.place) for a in scan.assets if a.complete and a.mode == "full"}
        self._assets = {keys.asset(a.place) for a in scan.assets}
        self._at: dict[Key, set[str | None]] = defaultdict(set)  # asset -> its columns; None: all of it
        self._around: set[Key] = set()  # of which a part was not read
        for skipped in scan.skipped:
            if skipped.reason is not Reason.IGNORE_FILE:
                key = keys.asset(skipped.place)
                self._at[key].add(skipped.place.column)
                self._around |= set(_above(key))

    def covers(self, place: Place) -> bool:
        key = self._keys.asset(place)
        if key in self._around or any(None in self._at.get(above, ()) for above in (*_above(key), key)):
            return True
        if place.column in self._at.get(key, ()):
            return True
        if key in self._assets:
            return key not in self._whole
        return self._interrupted or key[:1] not in self._targets


def _above(key: Key) -> Iterator[Key]:
    """What a place lies in."""
    return (key[:end] for end in range(1, len(key)))


def _no_longer_read(old: Scan, now: Scan, keys: _Keys) -> Iterator[Skipped]:
    """What was left out now, of what was read before."""
    assets = {keys.asset(a.place) for a in old.assets}
    holding = assets | {above for key in assets for above in _above(key)}
    known = {(keys.place(s.place), s.reason) for s in old.skipped}
    for skipped in now.skipped:
        key = keys.asset(skipped.place)
        touches = key in holding or any(above in assets for above in _above(key))
        if (
            touches
            and skipped.reason is not Reason.IGNORE_FILE
            and (keys.place(skipped.place), skipped.reason) not in known
        ):
            yield skipped


def _assets(old: Assessment, now: Assessment, keys: _Keys) -> Sequence[AssetChange]:
    before, after = _risks(old, keys), _risks(now, keys)
    changes = [
        AssetChange((after.get(key) or before[key])[0].place, _risk(before.get(key)), _risk(after.get(key)))
        for key in {**before, **after}
    ]
    changed = [c for c in changes if _score(c.before) != _score(c.now)]
    return sorted(changed, key=lambda c: (_score(c.before) - _score(c.now), c.place))


def _risks(assessment: Assessment, keys: _Keys) -> dict[Key, tuple[Asset, Risk]]:
    holding = {f.place.asset for f in assessment.scan.findings}
    held = ((a, assessment.asset_risks.get(a.id)) for a in assessment.scan.assets if a.place in holding)
    return {keys.asset(a.place): (a, risk) for a, risk in held if risk is not None}


def _risk(held: tuple[Asset, Risk] | None) -> Risk | None:
    return None if held is None else held[1]


def _score(risk: Risk | None) -> int:
    return 0 if risk is None else risk.score


__all__: Sequence[str] = ("AssetChange", "Diff", "Grown", "compare")
