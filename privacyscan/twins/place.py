"""Places of birth: another regency of the same province, or of the country where provinces are not kept.

What is no regency by its name gives way to one that a keyed choice takes, the same for the same name.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from functools import lru_cache

from privacyscan.keys import PurposeKey
from privacyscan.model import Identifier
from privacyscan.twins import Kept, Kind, Twins
from privacyscan.twins._regions import by_name, names, plain, regions
from privacyscan.twins._words import cased


class Places:
    """Twins of names of places."""

    def __init__(self, key: PurposeKey, kept: Kept) -> None:
        self._regions, self._secret = regions(key, kept.region), key.derive("twin places")
        self._length = kept.length
        self._all = sorted(code for code in names() if len(code) == 4)
        self.one = lru_cache(16_384)(self._one)

    def _one(self, name: str) -> str | None:
        bare = plain(name)
        code = next(iter(by_name().get((4, bare), ())), None)
        if code is None:
            drawn = int.from_bytes(hmac.digest(self._secret, bare.encode("utf-8", "surrogatepass"), "sha256")[:8])
            twin = self._all[drawn % len(self._all)]
        else:
            twin = self._regions.regency(code)
        new = names()[twin]
        bare_new = new if plain(name) != " ".join(name.lower().split()) else plain(new)
        made = cased(bare_new, name)
        made = made[: self._length].rstrip() if self._length else made
        return made if made != name else None


class Place:
    name = "place"

    def __call__(self, key: PurposeKey, kept: Kept, identifier: Identifier, /) -> Twins:
        places = Places(key, kept)

        def twins(values: Sequence[str], canonical: Sequence[str]) -> list[str | None]:
            return [places.one(v.strip()) for v in values]

        return twins


plugin: Kind = Place()
