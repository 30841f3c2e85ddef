"""YAML: keys are fields, what it repeats is not repeated, and what is no YAML is a text."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest

from tests.formats.reading import parts, skipped, tables, texts

PLACE = "berkas/x.yaml"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("- nik: 03171\n  nama: ~\n- {nik: '03172', nama: Budi}\n",
         {PLACE: [{"nik": "03171", "nama": None}, {"nik": "03172", "nama": "Budi"}]}),
        ("warga:\n- nik: 1\n- nik: 2\nkepala: {hp: 3}\n",
         {f"{PLACE}/warga": [{"nik": "1"}, {"nik": "2"}], PLACE: [{"kepala.hp": "3"}]}),
        ("a: 1\n---\na: 2\n", {PLACE: [{"a": "1"}, {"a": "2"}]}),
        ("a: 1\na: 2\n", {PLACE: [{"a": "1", "a 1": "2"}]}),  # nothing is lost where a key comes twice
        ("surat: |\n  NIK 1\n  NIK 2\n", {PLACE: [{"surat": "NIK 1\nNIK 2\n"}]}),
        ("a: !ruby/object:X {b: 1}\n", {PLACE: [{"a.b": "1"}]}),  # no object is ever made
    ],
)  # fmt: skip
def test_keys_are_fields(document: str, expected: dict[str, Any]) -> None:
    found = parts(document.encode(), "x.yaml")
    assert tables(found) == expected
    assert not texts(found)


def test_comments_are_text_on_their_lines() -> None:
    found = parts(b"# NIK 1\na: x#y\nb: 'z' # NIK 2\n", "x.yaml")
    assert texts(found) == {f"{PLACE}/comments": " NIK 1\n\n NIK 2\n"}
    assert tables(found) == {PLACE: [{"a": "x#y", "b": "z"}]}


@pytest.mark.parametrize("text", ["a: [1\nNIK: 2\n", "hanya teks\n", "\tx: 1\n", "a: " + "[" * 300 + "]" * 300, ""])
def test_what_is_no_yaml_is_a_text(text: str) -> None:
    assert texts(parts(text.encode(), "x.yaml")) == {PLACE: text}


@pytest.mark.no_cover  # a tracer's time is not the code's
@pytest.mark.parametrize(
    "hostile",
    [
        b"a: &a [x,x,x,x,x,x,x,x,x]\n"
        + b"".join(b"%c: &%c [%b]\n" % (c, c, b",".join([b"*%c" % (c - 1)] * 9)) for c in range(98, 120)),
        b"a: 1\n" * 60_000,
        b"- " * 200_000,
    ],
    ids=["aliases", "keys", "depth"],
)
def test_hostile_files_take_no_time(hostile: bytes) -> None:
    begin = process_time()
    assert not skipped(parts(hostile, "x.yaml"))
    assert process_time() - begin < 3
