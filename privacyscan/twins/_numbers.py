"""A keyed permutation of the numbers below a bound, for many at once.

Below 10^6 it is one cycle through all of them. From there on it is FF1 (NIST SP 800-38G) with AES-256 over decimal
digits; results outside the bound are encrypted again until they are inside, which keeps it a permutation.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from privacyscan.keys import PurposeKey
from privacyscan.twins._permuted import Numbers, cycles

LARGEST = 10**18  # bound
LONGEST = 11  # bytes of a tweak
_LEAST = 10**6  # for FF1, NIST SP 800-38G Rev. 1
Tweaks = npt.NDArray[np.uint8]


class Permutation:
    """Of 0 to `size` - 1. From 10^6 on it is another one for each tweak; a tweak has as many bytes as all others."""

    def __init__(self, key: PurposeKey, label: str, size: int) -> None:
        self._size = size
        self._table = cycles(key, label, np.zeros(size, np.int64)) if size < _LEAST else None
        self._digits = len(str(size - 1))
        self._encryptor = Cipher(AES(key.derive(f"twin {label}")), ECB()).encryptor()

    def __call__(self, numbers: Numbers, tweaks: Tweaks) -> Numbers:
        if self._table is not None:
            return self._table[numbers]
        new = ff1(self._encryptor, numbers, self._digits, tweaks)
        while (outside := np.flatnonzero(new >= self._size)).size:
            new[outside] = ff1(self._encryptor, new[outside], self._digits, tweaks[outside])
        return new


def ff1(aes: CipherContext, numbers: Numbers, digits: int, tweaks: Tweaks) -> Numbers:
    """FF1 of numbers of 6 to 18 decimal digits, each with its tweak of up to 11 bytes. `aes` is AES in mode ECB."""
    left, right = digits // 2, digits - digits // 2
    size = ((10**right - 1).bit_length() + 7) // 8  # bytes of the larger half
    tweak = tweaks.shape[1]
    head = bytes([1, 2, 1, 0, 0, 10, 10, left]) + digits.to_bytes(4, "big") + tweak.to_bytes(4, "big")
    first = np.frombuffer(aes.update(head), np.uint8)
    a, b = np.divmod(numbers.astype(np.uint64), np.uint64(10**right))
    blocks = np.zeros((len(numbers), 16), np.uint8)
    blocks[:, :tweak] = tweaks
    for turn in range(10):
        blocks[:, 15 - size] = turn
        blocks[:, 16 - size :] = b.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 8 - size :]
        out = np.frombuffer(aes.update((blocks ^ first).tobytes()), ">u8")[::2]
        modulus = np.uint64(10 ** (right if turn % 2 else left))
        a, b = b, (a + out.astype(np.uint64) % modulus) % modulus
    return (a * np.uint64(10**right) + b).astype(np.int64)
