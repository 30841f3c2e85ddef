"""FF1, format-preserving encryption of NIST SP 800-38G, on AES of `cryptography`.

Numerals in, numerals out: digits of 0 to radix - 1, most significant first. The standard's revision asks for a domain
of at least 10^6; smaller ones are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ROUNDS = 10
LEAST = 10**6  # values of the smallest domain
_BLOCK = 16


class FF1:
    """One key, radix (2 to 65,536) and tweak. The key has 16, 24 or 32 bytes."""

    def __init__(self, key: bytes, radix: int, tweak: bytes = b"") -> None:
        self._radix, self._tweak = radix, tweak
        self._aes = Cipher(AES(key), ECB()).encryptor()
        self._lengths: dict[int, _Length] = {}

    def encrypt(self, numerals: Sequence[int]) -> list[int]:
        """Raises ValueError for a domain that is too small."""
        return self._through(numerals, range(ROUNDS))

    def decrypt(self, numerals: Sequence[int]) -> list[int]:
        """The other way round."""
        return self._through(numerals, range(ROUNDS - 1, -1, -1))

    def _through(self, numerals: Sequence[int], rounds: range) -> list[int]:
        n = len(numerals)
        if n not in self._lengths:
            if self._radix**n < LEAST:
                raise ValueError(f"{self._radix}^{n} values are too few for FF1, {LEAST} are needed")
            self._lengths[n] = _Length(self._radix, n, self._tweak, self._block(_head(self._radix, n, self._tweak)))
        of = self._lengths[n]
        a, b = self._number(numerals[: of.left]), self._number(numerals[of.left :])
        sign = 1
        if rounds.step < 0:
            a, b, sign = b, a, -1
        for turn in rounds:
            modulus = of.moduli[turn % 2]
            c = (a + sign * self._round(of, turn, b)) % modulus
            a, b = b, c
        if rounds.step < 0:
            a, b = b, a
        return self._numerals(a, of.left) + self._numerals(b, n - of.left)

    def _round(self, of: _Length, turn: int, b: int) -> int:
        data = of.tweak + bytes([turn]) + b.to_bytes(of.bytes, "big")
        mac = of.first
        for at in range(0, len(data), _BLOCK):
            mac = self._block(_xor(mac, data[at : at + _BLOCK]))
        out = mac
        for j in range(1, -(-of.size // _BLOCK)):
            out += self._block(_xor(mac, j.to_bytes(_BLOCK, "big")))
        return int.from_bytes(out[: of.size], "big")

    def _block(self, data: bytes) -> bytes:
        return self._aes.update(data)

    def _number(self, numerals: Sequence[int]) -> int:
        number = 0
        for numeral in numerals:
            number = number * self._radix + numeral
        return number

    def _numerals(self, number: int, length: int) -> list[int]:
        numerals = [0] * length
        for i in range(length - 1, -1, -1):
            number, numerals[i] = divmod(number, self._radix)
        return numerals


class _Length:
    """What is the same for all values of one length."""

    def __init__(self, radix: int, n: int, tweak: bytes, first: bytes) -> None:
        self.left, right = n // 2, n - n // 2
        self.moduli = radix**self.left, radix**right
        self.bytes = ((radix**right - 1).bit_length() + 7) // 8
        self.size = 4 * -(-self.bytes // 4) + 4
        self.tweak = tweak + bytes(-(len(tweak) + self.bytes + 1) % _BLOCK)
        self.first = first


class Decimals:
    """The same for many decimal numbers of one length (6 to 18 digits) at once. The key has 16, 24 or 32 bytes."""

    def __init__(self, key: bytes, digits: int) -> None:
        self._aes = Cipher(AES(key), ECB()).encryptor()
        self._digits = digits

    def encrypt(self, numbers: npt.NDArray[np.int64], tweaks: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
        """`tweaks` has a row of bytes for each number, at most 11."""
        import numpy as np

        tweak = tweaks.shape[1]
        of = _Length(10, self._digits, bytes(tweak), self._aes.update(_head(10, self._digits, bytes(tweak))))
        a, b = np.divmod(numbers.astype(np.uint64), np.uint64(of.moduli[1]))
        blocks = np.zeros((len(numbers), _BLOCK), np.uint8)
        blocks[:, :tweak] = tweaks
        first = np.frombuffer(of.first, np.uint8)
        for turn in range(ROUNDS):
            blocks[:, _BLOCK - of.bytes - 1] = turn
            blocks[:, _BLOCK - of.bytes :] = b.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 8 - of.bytes :]
            mac = np.frombuffer(self._aes.update((blocks ^ first).tobytes()), ">u8")[::2]
            modulus = np.uint64(of.moduli[turn % 2])
            a, b = b, (a + mac.astype(np.uint64) % modulus) % modulus
        return (a * np.uint64(of.moduli[1]) + b).astype(np.int64)


def _head(radix: int, n: int, tweak: bytes) -> bytes:
    lengths = n.to_bytes(4, "big") + len(tweak).to_bytes(4, "big")
    return bytes([1, 2, 1]) + radix.to_bytes(3, "big") + bytes([ROUNDS, n // 2 % 256]) + lengths


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(_BLOCK, "big")
