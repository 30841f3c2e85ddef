"""Keys and what refers to them: one choice for all, or joins would break."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from privacyscan.model import Place
from privacyscan.pseudonymize.databases._schema import references
from privacyscan.pseudonymize.judge import Judged
from privacyscan.pseudonymize.policy import Policy

if TYPE_CHECKING:
    import sqlalchemy as sa


def representatives(
    tables: Sequence[sa.Table], places: Mapping[str, Place], found: Mapping[Place, Sequence[Judged]], policy: Policy
) -> dict[Place, Place]:
    """For each column that refers to another, or is referred to, the one whose choice holds for all of them: one that
    the policy names, else one that is there for an identifier, else one in which something was found."""
    of: dict[Place, Place] = {}

    def root(place: Place) -> Place:
        while of.get(place, place) != place:
            place = of[place]
        return place

    for table in tables:
        for key in references(table, tables):
            for mine, column in zip(key.columns, key.referred, strict=True):
                of[root(places[table.fullname].at(mine))] = root(places[key.table].at(column))
    groups: dict[Place, list[Place]] = defaultdict(list)
    for place in {*of, *of.values()}:
        groups[root(place)].append(place)

    def rank(place: Place) -> tuple[bool, bool, bool, Place]:
        judged = found.get(place, ())
        return policy.column(place) is None, not any(v.strict for v in judged), not judged, place

    return {place: min(group, key=rank) for group in groups.values() for place in group}
