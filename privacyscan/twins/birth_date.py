"""Birth dates, in the way they were written: 1990-05-03, 03/05/90, 3 Mei 1990, 03-MAY-90, Bandung, 3 Mei 1990.

The day is that which the twins of NIK and NIP hold. A time of day becomes midnight, a place before the date its twin.
"""

from __future__ import annotations

from functools import lru_cache

from privacyscan import dates
from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.twins import Kept, Kind, Twins
from privacyscan.twins._days import days
from privacyscan.twins.place import Places


class BirthDate:
    name = "birth_date"

    def __call__(self, key: PurposeKey, kept: Kept, identifier: Identifier, /) -> Twins:
        born, places = days(key, kept), Places(key, kept)

        @lru_cache(65_536)  # as many days as people are born on, in two ways of writing
        def twin(value: str) -> str | None:
            place, between, date = dates.apart(value)
            new = dates.moved(date, born.of, midnight=True)
            if new is not None and place:
                new = (places.one(place) or "") + between + new
            return None if new == value else new

        return lambda values, canonical: [twin(v) for v in values]


plugin: Kind = BirthDate()
