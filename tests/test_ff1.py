"""FF1 against the sample vectors of NIST SP 800-38G, and what every such permutation must keep to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacyscan.ff1 import FF1, Decimals

KEY = "2B7E151628AED2A6ABF7158809CF4F3CEF4359D8D580AA4F7F036D6F04FC6A94"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
DECIMAL, LETTERS = "0123456789", "0123456789abcdefghi"
TENS, SEVENS = "39383736353433323130", "3737373770717273373737"


@pytest.mark.parametrize(
    ("key_bytes", "radix", "tweak", "plain", "secret"),
    [
        (16, 10, "", DECIMAL, "2433477484"),
        (16, 10, TENS, DECIMAL, "6124200773"),
        (16, 36, SEVENS, LETTERS, "a9tv40mll9kdu509eum"),
        (24, 10, "", DECIMAL, "2830668132"),
        (24, 10, TENS, DECIMAL, "2496655549"),
        (24, 36, SEVENS, LETTERS, "xbj3kv35jrawxv32ysr"),
        (32, 10, "", DECIMAL, "6657667009"),
        (32, 10, TENS, DECIMAL, "1001623463"),
        (32, 36, SEVENS, LETTERS, "xs8a0azh2avyalyzuwd"),
    ],
)
def test_the_samples_of_the_standard(key_bytes: int, radix: int, tweak: str, plain: str, secret: str) -> None:
    ff1 = FF1(bytes.fromhex(KEY)[:key_bytes], radix, bytes.fromhex(tweak))
    assert "".join(DIGITS[n] for n in ff1.encrypt([DIGITS.index(c) for c in plain])) == secret
    assert "".join(DIGITS[n] for n in ff1.decrypt([DIGITS.index(c) for c in secret])) == plain


@given(st.integers(10, 36), st.binary(max_size=20), st.data())
def test_what_is_encrypted_can_be_decrypted_and_keeps_its_length(radix: int, tweak: bytes, data: st.DataObject) -> None:
    numerals = data.draw(st.lists(st.integers(0, radix - 1), min_size=6, max_size=40))
    ff1 = FF1(bytes(32), radix, tweak)
    secret = ff1.encrypt(numerals)
    assert len(secret) == len(numerals)
    assert all(0 <= n < radix for n in secret)
    assert ff1.decrypt(secret) == numerals


@given(st.integers(6, 18), st.binary(max_size=11), st.data())
def test_many_at_once_are_as_one_by_one(digits: int, tweak: bytes, data: st.DataObject) -> None:
    numbers = data.draw(st.lists(st.integers(0, 10**digits - 1), min_size=1, max_size=3))
    tweaks = np.tile(np.frombuffer(tweak, np.uint8), (len(numbers), 1))
    one = FF1(bytes(range(32)), 10, tweak)
    expected = [one.encrypt([int(c) for c in f"{n:0{digits}d}"]) for n in numbers]
    found = Decimals(bytes(range(32)), digits).encrypt(np.array(numbers), tweaks).tolist()
    assert [[int(c) for c in f"{n:0{digits}d}"] for n in found] == expected


def test_two_values_never_share_one() -> None:
    ff1 = FF1(bytes(32), 10)
    assert len({tuple(ff1.encrypt([int(c) for c in f"{n:06}"])) for n in range(0, 10**6, 499)}) == len(
        range(0, 10**6, 499)
    )


def test_a_small_domain_is_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        FF1(bytes(32), 10).encrypt([1, 2, 3, 4, 5])
