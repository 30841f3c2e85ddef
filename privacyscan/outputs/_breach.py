"""The breach pack: what is known when assets of a scan have leaked, and letters to send, with blanks for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from privacyscan.errors import UsageError
from privacyscan.model import Assessment, Asset, Copy, Place, Skipped
from privacyscan.outputs._figures import NO_RISK, Figures
from privacyscan.outputs._numbers import WIB, moment, number, visible
from privacyscan.outputs._template import rendered
from privacyscan.outputs._text import languages
from privacyscan.outputs._view import View, view
from privacyscan.resources import folder

TIME = timedelta(hours=72)  # 3x24 hours, Pasal 46 (1) UU 27/2022
LETTERS = ("letter-subjects", "letter-agency")
_SHOWN = 5  # ids of assets in a message


@dataclass(frozen=True)
class Incident:
    """A breach of some assets: `assessment` holds these alone. `known_at` None: nobody has said when it was known."""

    assessment: Assessment
    whole: Assessment
    known_at: datetime | None
    now: datetime

    @property
    def persons(self) -> tuple[int, int]:
        """How many persons at least and at most: the same person may be in several assets."""
        scan, chosen = self.whole.scan, {a.id for a in self.assessment.scan.assets}
        counts = [scan.persons_by_asset.get(i, 0) for i in chosen]
        everything = scan.persons_by_asset.keys() <= chosen
        least = max([*counts, scan.persons] if everything else counts, default=0)
        return least, max(least, min(sum(counts), scan.persons))

    @property
    def deadline(self) -> datetime | None:
        return None if self.known_at is None else self.known_at + TIME

    @property
    def late(self) -> bool:
        return self.deadline is not None and self.deadline < self.now

    @property
    def hours_left(self) -> int:
        """Whole hours to the deadline, or since it."""
        return 0 if self.deadline is None else int(abs(self.deadline - self.now).total_seconds() // 3600)

    @cached_property
    def copies(self) -> tuple[tuple[Copy, Asset], ...]:
        """Further assets that hold the same persons."""
        inside = {a.id for a in self.assessment.scan.assets}
        assets = {a.id: a for a in self.whole.scan.assets}
        return tuple(
            (c, assets[c.other]) for c in self.whole.copies if c.asset in inside and c.other in assets.keys() - inside
        )

    @property
    def unread_elsewhere(self) -> int:
        return len(Figures(self.whole).unread) - len(Figures(self.assessment).unread)


def incident(whole: Assessment, ids: Sequence[str], known_at: str | None, now: datetime) -> Incident:
    """The breach of the assets with these ids, or the beginnings of ids; raises UsageError."""
    assets = {a.id: a for i in ids for a in [_asset(whole, i)]}
    if not assets:
        raise UsageError(f"breach needs --asset ID, which may be repeated; at most risk: {_worst(whole)}")
    return Incident(_only(whole, assets), whole, None if known_at is None else _time(known_at, now), now)


def documents(incident: Incident, language: str) -> Mapping[str, bytes]:
    """The files of the pack: the overview in the language, and both letters in all languages."""
    made = {"breach.html": _page("_breach.html.j2", incident, language)}
    for name in LETTERS:
        for each in languages():
            made[f"{name}.{each}.html"] = _page(f"_{name}.html.j2", incident, each)
    return made


def _page(template: str, incident: Incident, language: str) -> bytes:
    shown = view(incident.assessment, language)
    least, most = (number(count, language) for count in incident.persons)
    told = {
        "persons": least if least == most else f"{least}–{most}",
        "known_at": _moment(incident.known_at, shown),
        "deadline": _moment(incident.deadline, shown),
        "written_at": _moment(incident.now, shown),
    }
    return rendered(folder("reports") / template, shown, incident=incident, letters=_letters(), **told)


def _letters() -> list[str]:
    return [f"{name}.{language}.html" for name in LETTERS for language in languages()]


def _moment(time: datetime | None, view: View) -> str | None:
    return None if time is None else moment(time.isoformat(), view.texts.get("months"), view.language)


def _asset(assessment: Assessment, wanted: str) -> Asset:
    assets = assessment.scan.assets
    named = [a for a in assets if a.id == wanted] or [a for a in assets if wanted and a.id.startswith(wanted)]
    if len(named) == 1:
        return named[0]
    what = "fits more than one asset" if named else "is no asset of this scan"
    raise UsageError(
        f"--asset {visible(wanted)}: {what}; ids stand under assets[].id in scan.json: {_worst(assessment)}"
    )


def _worst(assessment: Assessment) -> str:
    """Ids of the assets at most risk, with what they are called."""
    worst = Figures(assessment).with_findings[:_SHOWN]
    return ", ".join(f"{a.id} ({visible(a.place.name)})" for a in worst) or "none has findings"


def _only(whole: Assessment, chosen: Mapping[str, Asset]) -> Assessment:
    """The assessment of the chosen assets alone. Its risk is that of the one at most risk."""
    places = {a.place for a in chosen.values()}
    skipped = tuple(s for s in whole.scan.skipped if s.reason.in_scope and _touches(s, places))
    complete = not skipped and all(a.complete for a in chosen.values())
    scan = replace(
        whole.scan,
        status="complete" if complete else "incomplete",
        targets=tuple(dict.fromkeys(a.place.target for a in chosen.values())),
        assets=tuple(chosen.values()),
        findings=tuple(f for f in whole.scan.findings if f.place.asset in places),
        skipped=skipped,
    )
    risks = [whole.asset_risks.get(i, NO_RISK) for i in chosen]
    return replace(whole, scan=scan, risk=max(risks, key=lambda r: r.score), duties=(), copies=())


def _touches(skipped: Skipped, places: Iterable[Place]) -> bool:
    """Whether what was not read lies in one of the places, or one of them in it."""
    path = skipped.place.path
    return any(
        skipped.place.target == place.target and path[: len(place.path)] == place.path[: len(path)] for place in places
    )


def _time(text: str, now: datetime) -> datetime:
    """The time a user means; without a zone it is Western Indonesian Time."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"--known-at {text}: is no time such as 2026-03-02T09:15 (Western Indonesian Time) or with +08:00 behind it"
        ) from None
    time = time if time.tzinfo else time.replace(tzinfo=WIB)
    if time > now:
        raise UsageError(f"--known-at {text}: lies in the future; check date and time zone")
    return time
