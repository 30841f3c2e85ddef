"""Cells as the rules see them: strings, without what spreadsheets and word processors make of numbers and signs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import category, normalize

from privacyscan.batches import column
from privacyscan.detect.rules import INVISIBLE, PERCENT, visible
from privacyscan.detect.vectors import BLANK, LETTER, UNPLAIN, Strings

if TYPE_CHECKING:
    import pyarrow as pa

    from privacyscan.detect.vectors import Bools

NO_VALUE = frozenset({"", "-", "--", "n/a", "na", "null", "none", "nan", "nil", "#n/a", "?", "."})
_LONGEST_NO_VALUE = max(map(len, NO_VALUE))
# 3171014107900001.0 and 3.171014107900001E+15
_NUMBERS = ((r"(\+?[0-9]{8,22})\.0+", r"\1"), (r"([0-9])[.,]([0-9]{15})[Ee]\+?15", r"\1\2"))
_DASHES = (*range(0x2010, 0x2015), 0x2212)
_SIGNS = dict.fromkeys(_DASHES, "-")


def as_strings(array: pa.Array, fractions: bool = False) -> pa.Array | None:
    """The column as strings; None for types that cannot hold an identifier. Fractions and short numbers with a decimal
    point become null unless `fractions` asks for them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = array.type
    if pa.types.is_dictionary(kind):
        array, kind = array.dictionary_decode(), kind.value_type
    if pa.types.is_string(kind):
        return array
    if pa.types.is_boolean(kind) or pa.types.is_null(kind) or pa.types.is_time(kind):
        return None
    if pa.types.is_duration(kind) or pa.types.is_interval(kind):
        return None
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return column(array.to_pylist())[0]  # readers count binary cells as not read before they come here
    if pa.types.is_decimal(kind) and kind.scale > 0:
        text = pc.cast(array, pa.string())
        kept = text if fractions else pc.if_else(pc.match_substring_regex(text, r"\.0+$"), text, None)
        return pc.replace_substring_regex(kept, r"\.0+$", "")
    if pa.types.is_floating(kind):
        whole = pc.and_(pc.equal(pc.floor(array), array), pc.less(pc.abs(array), 9.1e18))
        if not fractions and not pc.any(pc.and_(whole, pc.greater_equal(pc.abs(array), 1e8))).as_py():
            return None
        numbers = pc.cast(pc.cast(pc.if_else(whole, array, None), pa.int64(), safe=False), pa.string())
        return pc.coalesce(numbers, pc.cast(array, pa.string())) if fractions else numbers
    return pc.cast(array, pa.string())


def clean(text: str | None) -> str:
    """One cell without look-alikes: URL codes and look-alike signs made plain, numbers written out."""
    if not text:
        return ""
    if "%" in text:
        text = PERCENT.sub("   ", text)
    for written, number in _NUMBERS if text[-1] in "05" else ():
        if match := re.fullmatch(written, text):
            text = match.expand(number)
    if text.isascii():
        return text
    text = normalize("NFKD", visible(text)).translate(_SIGNS)
    return "".join(c for c in text if c.isascii() or category(c) != "Mn")


def cleaned(cells: pa.Array) -> pa.Array:
    """The same for many cells."""
    import numpy as np
    import pyarrow.compute as pc

    strings = Strings(cells)
    if not len(strings.data):
        return strings.cells
    data, last = strings.data.tobytes(), strings.at_end()
    if b"%" in data:
        cells = pc.replace_substring_regex(cells, PERCENT.pattern, "   ")
    if b".0" in data and np.any((last == ord("0")) & (strings.lengths > 9)):
        cells = pc.replace_substring_regex(cells, f"^{_NUMBERS[0][0]}$", _NUMBERS[0][1])
    if b"15" in data and np.any((last == ord("5")) & (strings.traits & LETTER > 0) & (strings.lengths > 18)):
        cells = pc.replace_substring_regex(cells, f"^{_NUMBERS[1][0]}$", _NUMBERS[1][1])
    if strings.data.max() >= 0x80:
        dashes = "".join(f"\\x{{{c:X}}}" for c in _DASHES)
        cells = pc.utf8_normalize(cells, form="NFKD")
        cells = pc.replace_substring_regex(cells, rf"\p{{Mn}}+|{INVISIBLE.pattern}", "")
        cells = pc.replace_substring_regex(cells, f"[{dashes}]", "-")
    return cells


def is_nothing(text: str) -> bool:
    """Whether a cell holds blanks alone or a sign for "no value"."""
    return text.strip().lower() in NO_VALUE


def are_nothing(cells: Strings) -> Bools:
    """The same for many cells."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    nothing: Bools = np.asarray(cells.lengths == 0)
    padded = (cells.traits & (UNPLAIN | BLANK) > 0) & ((cells.at_start() <= 32) | (cells.at_start() > 126))
    maybe = np.flatnonzero(~nothing & ((cells.lengths <= _LONGEST_NO_VALUE) | padded))
    words = pc.utf8_lower(pc.utf8_trim_whitespace(cells.take(maybe).cells))
    nothing[maybe] = pc.is_in(words, pa.array(sorted(NO_VALUE), pa.string())).to_numpy(zero_copy_only=False)
    return nothing
