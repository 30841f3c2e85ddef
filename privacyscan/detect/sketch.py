"""Keyed hashes, as sketches take them: the k smallest of all tell how many different values there were, and which
values two columns share.

HMAC-SHA256 costs a microsecond a value, and all but the few smallest hashes are thrown away. So the number of leading
zero bits of a value's hash comes from a quick keyed hash of many values at once, and only the bits behind them from the
HMAC, for the values that can be among the smallest. Quick hashes are never kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hmac import digest as hmac_digest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from privacyscan.detect.vectors import Strings

SKETCH = 1024  # k of the k-minimum-values sketch: standard error of the distinct count is 1/sqrt(k), 3 %
NOBODY = 1 << 64  # no hash: above all of them
_ALL = NOBODY - 1
_LENGTH, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB  # of splitmix64
_LONGEST = 1024  # bytes of a value that the quick hash sees; the HMAC sees all
_MANY = 4 * SKETCH
_FEW = 32  # values up to which starting vectors costs more


def keyed(values: Sequence[str], key: bytes) -> list[int]:
    """The 64-bit keyed hash of each value. An empty value (of a damaged number nothing tells a person) gives what no
    sketch takes."""
    different = sorted({v for v in values if v})
    data = [v.encode("utf-8", "replace") for v in different]
    hashes = {"": NOBODY}
    hashes |= {v: _whole(q, d, key) for v, d, q in zip(different, data, _quick(data, key), strict=True)}
    return [hashes[v] for v in values]


def smallest(values: Strings, key: bytes, limit: int = NOBODY) -> dict[int, str]:
    """The hashes of values below `limit` that can be among the `SKETCH` smallest of them, with their values. The empty
    value has none."""
    import numpy as np
    import pyarrow as pa

    quick = quick_of(values, key)
    bound = (1 << min(64, (limit - 1).bit_length())) - 1  # a hash has as many leading zeros as its quick hash
    mine = np.flatnonzero((quick <= np.uint64(bound)) & (values.lengths > 0))
    if len(mine) > SKETCH:
        least = quick[mine]
        if len(least) > _MANY:  # of so many of the smallest, enough are different, unless values repeat
            least = np.partition(least, _MANY)[:_MANY]
        different = np.unique(least)
        if len(different) > SKETCH:
            most = (1 << int(different[SKETCH - 1]).bit_length()) - 1
            mine = mine[quick[mine] <= np.uint64(most)]
    _, first = np.unique(quick[mine], return_index=True)  # equal values once; two of one quick hash are no loss
    kept = mine[first]
    texts = values.cells.take(pa.array(kept)).to_pylist()
    hashes = (_whole(q, t.encode(), key) for q, t in zip(quick[kept].tolist(), texts, strict=True))
    return {h: t for h, t in zip(hashes, texts, strict=True) if h < limit}


def _whole(quick: int, value: bytes, key: bytes) -> int:
    """The leading zeros of the quick hash, a one, and bits of the HMAC."""
    bits = quick.bit_length()
    if not bits:
        return 0
    return 1 << (bits - 1) | int.from_bytes(hmac_digest(key, value, "sha256")[:8], "big") & ((1 << (bits - 1)) - 1)


def _quick(values: Sequence[bytes], key: bytes) -> list[int]:
    if len(values) <= _FEW:
        return [_quick_one(v, _seed(key)) for v in values]
    import pyarrow as pa

    from privacyscan.detect.vectors import Strings

    return list(map(int, quick_of(Strings(pa.array(values, pa.binary())), key)))


def _quick_one(value: bytes, seed: int) -> int:
    """The twin of `quick_of` for one value."""
    quick = seed ^ (len(value) * _LENGTH & _ALL)
    for at in range(0, min(len(value), _LONGEST), 8):
        quick = _mixed(quick ^ int.from_bytes(value[at : at + 8], "little"))
    return quick


def _mixed(word: int) -> int:
    word = word * _FIRST & _ALL
    word = (word ^ word >> 32) * _SECOND & _ALL
    return word ^ word >> 29


def quick_of(values: Strings, key: bytes) -> npt.NDArray[np.uint64]:
    """A keyed hash of each value, eight bytes at a time: spreads well, hides nothing by itself."""
    import numpy as np

    data = np.concatenate([values.data, np.zeros(8, np.uint8)])
    words = np.ndarray((len(data) - 7,), np.dtype("<u8"), data, strides=(1,))
    quick = np.uint64(_seed(key)) ^ values.lengths.astype(np.uint64) * np.uint64(_LENGTH)
    rows = np.arange(values.size)
    for at in range(0, min(int(values.lengths.max(initial=0)), _LONGEST), 8):
        rows = rows[values.lengths[rows] > at]
        left = np.minimum(values.lengths[rows] - at, 8)
        word = words[values.starts[rows] + at] & _masks()[left]
        mixed = (quick[rows] ^ word) * np.uint64(_FIRST)
        mixed = (mixed ^ mixed >> np.uint64(32)) * np.uint64(_SECOND)
        quick[rows] = mixed ^ mixed >> np.uint64(29)
    return quick


@lru_cache(maxsize=8)
def _seed(key: bytes) -> int:
    return int.from_bytes(hmac_digest(key, b"\0quick hashes of sketches", "sha256")[:8], "big")


@lru_cache(maxsize=1)
def _masks() -> npt.NDArray[np.uint64]:
    """Of the last word: as many bytes as are left of the value."""
    import numpy as np

    return np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)
