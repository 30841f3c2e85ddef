"""Operators that the key can turn back: encrypt and fpe."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacyscan import rulebook
from privacyscan.errors import ConfigurationError
from privacyscan.keys import PurposeKey
from privacyscan.operators import encrypt, fpe

NIK = rulebook.load().identifiers["ID_NIK"]
KEY, OTHER = PurposeKey(bytes(range(32)), "uji"), PurposeKey(bytes(range(32)), "statistik")
ENCRYPT, FPE = encrypt.Encrypt(), fpe.Fpe()


@given(st.text(min_size=1, max_size=40))
def test_what_is_encrypted_comes_back_and_is_no_number(value: str) -> None:
    (text,) = ENCRYPT.bind(NIK, KEY, {})([value], [value], [None])
    assert text is not None
    assert ENCRYPT.reveal(text, KEY) == value
    assert text.startswith(f"NIK_{KEY.id}_")
    assert not any(c.isdigit() for c in text)


def test_a_wrong_key_a_token_and_a_changed_letter_are_told_apart() -> None:
    (text,) = ENCRYPT.bind(NIK, KEY, {})(["3171014107900001"], ["3171014107900001"], [None])
    assert text is not None
    with pytest.raises(ConfigurationError, match=f"made with key and purpose {KEY.id}, and those given are {OTHER.id}"):
        ENCRYPT.reveal(text, OTHER)
    changed = text[:-1] + ("b" if text[-1] != "b" else "c")
    for wrong in (changed, f"NIK_{KEY.id}_bcdf", f"NIK_{KEY.id}_3171"):
        with pytest.raises(ConfigurationError, match="damaged, or a token"):
            ENCRYPT.reveal(wrong, KEY)
    with pytest.raises(ConfigurationError, match="is no encrypted value"):
        ENCRYPT.reveal("3171014107900001", KEY)


@given(
    st.from_regex(
        r"[0-9]{6,18}|[A-Z][0-9]{7}|[a-z]{5,9}|[0-9]{3}-[0-9]{4}|[A-Z]{1,2} [0-9]{1,4} [A-Z]{1,3}", fullmatch=True
    )
)
def test_fpe_keeps_the_shape_and_comes_back(value: str) -> None:
    (new,) = FPE.bind(NIK, KEY, {})([value], [value], [None])
    if new is None:
        return
    assert [c.isdigit() for c in new] == [c.isdigit() for c in value]
    assert [c.isupper() for c in new] == [c.isupper() for c in value]
    assert new != value
    assert FPE.reveal(new, KEY, NIK) == value
    assert FPE.bind(NIK, OTHER, {})([value], [value], [None]) != [new]


def test_fpe_refuses_what_could_be_tried_out_and_writes_as_the_value_is_written() -> None:
    replace = FPE.bind(NIK, KEY, {})
    assert replace(["12345", "B 1 A", "José12345"], ["12345", "b1a", "josé12345"], [None] * 3) == [None] * 3
    (plate,) = replace(["B 1234 XY"], ["b1234xy"], [None])
    assert plate is not None
    assert FPE.reveal(plate.replace(" ", "").lower(), KEY, NIK) == "b1234xy"
    passports = [f"{c}1234567" for c in "ABCDEFGHIJ"]
    assert len({str(p)[0] for p in replace(passports, passports, [None] * 10)} - set("ABCDEFGHIJ")) > 1  # no part stays
    plain, dashed = replace(["3171014107900001", "3171-0141-0790-0001"], ["3171014107900001"] * 2, [None] * 2)
    assert plain is not None
    assert dashed is not None
    assert dashed.replace("-", "") == plain
    assert [c == "-" for c in dashed] == [c == "-" for c in "3171-0141-0790-0001"]
