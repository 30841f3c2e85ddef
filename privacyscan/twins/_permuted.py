"""Keyed permutations: whoever has no key cannot tell them from random ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from privacyscan.keys import PurposeKey

Numbers = npt.NDArray[np.int64]


def stream(key: PurposeKey, label: str, count: int) -> npt.NDArray[np.uint64]:
    """So many numbers of 64 bits: the key stream of AES-256 in counter mode, under a key for this use."""
    encryptor = Cipher(AES(key.derive(f"twin {label}")), CTR(bytes(16))).encryptor()
    return np.frombuffer(encryptor.update(bytes(8 * count)), "<u8")


def cycles(key: PurposeKey, label: str, classes: Numbers) -> Numbers:
    """For each member, given by its class, the number of the one that follows it there in a keyed order.

    Each class is one cycle: a member stands for itself only if it is alone.
    """
    order = np.lexsort((stream(key, label, len(classes)), classes))
    first = np.flatnonzero(np.diff(classes[order], prepend=classes.min(initial=0) - 1))
    following = np.roll(order, -1)
    following[np.append(first[1:], len(order)) - 1] = order[first]
    next_of = np.empty_like(order)
    next_of[order] = following
    return next_of
