"""Twin: a stand-in that passes all checks of its kind, the same for a value in every file and table.

The rule file of an entity names the kind of twin (`privacyscan/twins/`). An entity without one, as a religion or a
diagnosis, is a fact and no number: its cells are emptied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.operators import Operator, Parameter, Replacement, each
from privacyscan.registry import plugin as plugin_named

REGIONS = ("country", "province", "regency")
YEARS = (1, 2, 5, 10)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


class Twin:
    name = "twin"
    needs_key = True
    by_person = False
    looks_real = True
    parameters: Mapping[str, Parameter] = {
        "keep-region": Parameter("one of country, province, regency", lambda value: value in REGIONS),
        "keep-years": Parameter("one of 1, 2, 5, 10", lambda value: _is_number(value) and value in YEARS),
        "until": Parameter("a day, such as 2026-12-31", lambda value: type(value) is date),
        "length": Parameter("a whole number from 1 on", lambda value: _is_number(value) and value >= 1),
    }

    def bind(self, identifier: Identifier, key: PurposeKey | None, parameters: Mapping[str, Any]) -> Replacement:
        from privacyscan.twins import Kept

        if key is None:
            raise ValueError("a twin needs a key")
        if identifier.twin is None:
            return each(lambda value, _: None)
        kept = Kept(
            parameters.get("keep-region", "province"),
            parameters.get("keep-years", 5),
            parameters.get("until") or date.today(),
            parameters.get("length", 0),
        )
        twins = plugin_named("twins", identifier.twin.kind)(key, kept, identifier, **identifier.twin.parameters)

        def replaced(
            values: Sequence[str], canonical: Sequence[str], persons: Sequence[str | None]
        ) -> Sequence[str | None]:
            return [t if t != v else None for t, v in zip(twins(values, canonical), values, strict=True)]

        return replaced


plugin: Operator = Twin()
