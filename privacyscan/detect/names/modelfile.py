"""The model of the tagger as a file of plain numbers and names: no code, no pickle.

One line of JSON (labels, sizes, scales), then compressed sections: attributes (lines of text), their weights per label,
weights of label pairs, and the weights of `likeness.py`.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FORMAT = "privacyscan names 1"
_SCALE = 1024  # a stored weight is 1/1024


@dataclass(frozen=True, slots=True)
class Model:
    """What was learnt: weights per attribute (rows) and label, and of going from one label (row) to the next."""

    labels: Sequence[str]
    attributes: Sequence[str]
    weights: npt.NDArray[np.float32]
    transitions: npt.NDArray[np.float32]
    likeness: bytes
    likeness_bias: int


def write(model: Model, path: Path) -> None:
    """The model as a file; the same model gives the same bytes."""
    sections = [
        "\n".join(model.attributes).encode(),
        _packed(model.weights),
        _packed(model.transitions),
        model.likeness,
    ]
    compressed = [zlib.compress(section, 9) for section in sections]
    head = {
        "format": FORMAT,
        "labels": list(model.labels),
        "attributes": len(model.attributes),
        "likeness_bias": model.likeness_bias,
        "sections": [len(section) for section in compressed],
    }
    path.write_bytes(json.dumps(head).encode() + b"\n" + b"".join(compressed))


def _packed(weights: npt.NDArray[np.float32]) -> bytes:
    """Columns behind one another, low bytes before high ones: so equal bytes lie together."""
    import numpy as np

    whole = np.clip(np.rint(weights * _SCALE), -32768, 32767).astype("<i2")
    flat = np.ascontiguousarray(whole.T).reshape(-1)
    return np.ascontiguousarray(flat.view(np.uint8).reshape(-1, 2).T).tobytes()


def read(path: Path) -> Model:
    """The model of a file."""
    line, _, body = path.read_bytes().partition(b"\n")
    head: dict[str, Any] = json.loads(line)
    if head["format"] != FORMAT:
        raise ValueError(f"{path.name}: not a model of the kind '{FORMAT}'")
    sections, start = [], 0
    for size in head["sections"]:
        sections.append(zlib.decompress(body[start : start + size]))
        start += size
    names, weights, transitions, likeness = sections
    labels = head["labels"]
    attributes = names.decode().split("\n")
    return Model(
        labels,
        attributes,
        _unpacked(weights, len(attributes), len(labels)),
        _unpacked(transitions, len(labels), len(labels)),
        likeness,
        head["likeness_bias"],
    )


def _unpacked(packed: bytes, rows: int, columns: int) -> npt.NDArray[np.float32]:
    import numpy as np

    halves = np.frombuffer(packed, np.uint8).reshape(2, -1)
    whole = np.ascontiguousarray(halves.T).view("<i2").reshape(columns, rows)
    return np.ascontiguousarray(whole.T).astype(np.float32) / np.float32(_SCALE)
