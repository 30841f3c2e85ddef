"""Every format keeps the contract: the checks of privacyscan.testing for all that the registry knows."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from privacyscan import read
from privacyscan.formats import Format
from privacyscan.model import File, Place
from privacyscan.registry import plugins
from privacyscan.testing import FORMAT_CHECKS, Sample, memory_growth
from tests.formats.samples import SAMPLES

CASES = [(name, sample) for name, samples in SAMPLES.items() for sample in samples]


@pytest.mark.parametrize("check", FORMAT_CHECKS, ids=lambda c: c.__name__)
@pytest.mark.parametrize(("name", "sample"), CASES, ids=[sample.name for _, sample in CASES])
def test_format_keeps_the_contract(name: str, sample: Sample, check: Callable[[Format, Sample], None]) -> None:
    check(plugins("formats")[name], sample)


def test_every_format_has_a_sample() -> None:
    assert set(plugins("formats")) == set(SAMPLES)


@pytest.mark.parametrize(("name", "sample"), CASES, ids=[sample.name for _, sample in CASES])
def test_format_is_chosen_by_content_whatever_the_name(name: str, sample: Sample) -> None:
    chosen = read._chosen(sample.data[: read.HEAD], sample.name)
    assert chosen is plugins("formats")[name]
    if chosen.binary:
        assert read._chosen(sample.data[: read.HEAD], "laporan.csv") is chosen
        assert read._chosen(sample.data[: read.HEAD], "laporan") is chosen


@pytest.mark.no_cover  # the tracer would double its time, and shows nothing new
@pytest.mark.parametrize(
    ("name", "line", "size"),
    [
        ("warga.csv", b"3171014107900001,Warga Satu,Jalan Mawar,,,,x\n", 200 << 20),
        ("timpang.csv", b"3171014107900001,Warga Satu,,,,,,,,,x\n3171014107900001,Warga,Dua\n", 16 << 20),
        ("warga.jsonl", b'{"nik": "3171014107900001", "alamat": "' + b"x" * 200 + b'"}\n', 60 << 20),
        ("warga.json", b'{"nik": "3171014107900001", "alamat": "' + b"x" * 200 + b'"},', 60 << 20),
        ("surat.txt", b"NIK 3171014107900001 atas nama Warga Satu\n", 200 << 20),
        (
            "warga.sql",
            b"INSERT INTO t VALUES (1,'',NULL)" + b",(3171014107900001,'Warga',NULL)" * 9_000 + b";\n",
            32 << 20,
        ),
        ("sebaris.txt", b"NIK 3171014107900001 atas nama Warga Satu ", 200 << 20),  # no line ever ends
        ("sebaris.csv", b"3171014107900001,Warga Satu,", 200 << 20),
    ],
)
def test_memory_does_not_grow_with_the_file(name: str, line: bytes, size: int) -> None:
    data = b"[" * name.endswith(".json") + line * (size // len(line))
    half = File(Place("sample", (name,)), lambda: io.BytesIO(data[: size // 2]), size // 2)
    whole = File(half.place, lambda: io.BytesIO(data), size)
    chosen = read._chosen(data[: read.HEAD], name)
    assert chosen is not None
    memory_growth(chosen, half)  # imports, and what allocators keep
    assert memory_growth(chosen, whole) < size // 4
