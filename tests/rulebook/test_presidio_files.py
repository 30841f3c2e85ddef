"""Recogniser files of Presidio as rules: translated without changing what they match, or refused with file and line."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pyarrow as pa
import pytest

from privacyscan import rulebook
from privacyscan.detect import AssetTally, Detector, spans
from privacyscan.model import Place, Table
from privacyscan.rulebook._translate import Untranslatable, translated

FILE = r"""
recognizers:
  - name: Nomor pegawai
    supported_languages:
      - language: id
        context: [nomor pegawai, NRP-P]
      - language: en
        context: [employee]
    supported_entity: EMPLOYEE
    patterns:
      - name: weak
        regex: '\b\d{6}\b'
        score: 0.3
      - {name: strong, regex: '\bPGW[-/]\d{6}\b', score: 0.9}
  - name: Kode proyek
    supported_language: id
    type: custom
    supported_entity: PROJECT
    deny_list: [Garuda Biru, C++]
  - name: CreditCardRecognizer
    type: predefined
    enabled: false
"""
SHAPES = [
    r"(\b\d{5}(?:\-\d{4})?\b)",
    r"\b[A-Z]{2}\d{3,5}\b",
    r"\b(?:pgw|emp)[\s_-]?\d+\b",
    r"(?<!\d)\d{4}(?!\d)",
    r"\w{1,5}@\w{1,5}\.(?:id|com)",
    r"[^\W\d]{2,4}[.,;]?x",
    r"a.b",
    r"a{2}b{0,3}?c",
]


@pytest.mark.parametrize("regex", SHAPES)
def test_a_translation_matches_what_the_original_matches(regex: str) -> None:
    flags = re.IGNORECASE | re.MULTILINE | re.DOTALL
    mine, theirs = re.compile(translated(regex, flags)), re.compile(regex, flags | re.ASCII)
    chance = random.Random(regex)
    hits = 0
    for _ in range(20_000):
        text = "".join(chance.choices("12345aAbBcxXpPgGwW eEmM-_.@;idcom€", k=chance.randint(1, 14)))
        assert [m.span() for m in mine.finditer(text)] == [m.span() for m in theirs.finditer(text)], text
        hits += mine.search(text) is not None
    assert hits or "id|com" in regex or "pgw" in regex


@pytest.mark.parametrize(
    ("regex", "why"),
    [
        (r"(a)\1", "a reference to a group"),
        (r"(?=x)\d", "a positive look-around"),
        (r"\d(?<!5)\d", "inside the shape"),
        (r"\b[-a]\d", "not clear on which side"),
        ("é", "not ASCII"),
        (r"a\nb", "line by line"),
        (r"a++b", "possessive"),
    ],
)
def test_what_the_dialect_cannot_say_is_named(regex: str, why: str) -> None:
    with pytest.raises(Untranslatable, match=re.escape(why)):
        translated(regex, 0)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "recognizers.yaml"
    path.write_text(FILE, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nomor pegawai 123456", [("EMPLOYEE", 14, 20, 0.85)]),
        ("employee: 123456", [("EMPLOYEE", 10, 16, 0.85)]),
        ("jumlah 123456", []),  # a weak score needs a word
        ("surat pgw-123456 dikirim", [("EMPLOYEE", 6, 16, 0.6)]),  # Presidio's patterns ignore case
        ("proyek garuda biru ditunda", [("PROJECT", 7, 18, 0.6)]),
        ("ditulis dalam C++ saja", [("PROJECT", 14, 17, 0.6)]),
        ("garuda birukan", []),
    ],
)
def test_texts(file: Path, text: str, found: list[tuple[str, int, int, float]]) -> None:
    mine = [s for s in spans(text, rulebook.load((file,))) if s.entity in ("EMPLOYEE", "PROJECT")]
    assert [(s.entity, s.start, s.end, s.score) for s in mine] == found


def test_columns_by_header_and_by_value(file: Path) -> None:
    known = rulebook.load((file,))
    detector = Detector([known.identifiers[i] for i in ("EMPLOYEE", "PROJECT")], b"k" * 32)
    cells = [f"{n:06}" for n in range(100000, 100300)]
    columns = {"employee": cells, "c1": cells, "c2": ["Garuda Biru"] * 300}
    batch = pa.record_batch([pa.array(c) for c in columns.values()], list(columns))
    tally = AssetTally(Place("berkas", ("t.csv",)), "file")
    detector.table(Table(tally.place, batch), tally)
    found = [(f.place.column, f.entity, f.matched) for f in detector.findings(tally)]
    assert found == [("employee", "EMPLOYEE", 300), ("c2", "PROJECT", 300)]
    assert known.identifiers["EMPLOYEE"].title == {"id": "Nomor pegawai", "en": "Nomor pegawai"}


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("enabled: false", "enabled: true", 20, "is built into Presidio and is no rule"),
        (r"\b\d{6}\b", r"(\d)\1", 12, "cannot be read alike by both engines: a reference to a group"),
        (r"\b\d{6}\b", r"(\d+)+x", 12, "may be matched in so many ways"),
        (r"\b\d{6}\b", "[", 12, "does not compile"),
        ("score: 0.3", "score: 3", 13, "patterns.0.score: input should be less than or equal to 1"),
        ("score: 0.3", "scor: 0.3", 13, "unknown key"),
        ("supported_entity: PROJECT", "supported_entity: proyek", 18, "supported_entity: string should match"),
        ("supported_entity: PROJECT", "supported_entity: ID_NIK", 1, "'ID_NIK' is taken by"),
        ("    deny_list: [Garuda Biru, C++]\n", "", 15, "has neither patterns nor a deny_list"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(file: Path, old: str, new: str, line: int, says: str) -> None:
    assert old in FILE
    file.write_text(FILE.replace(old, new, 1), encoding="utf-8")
    told = rulebook.check(file)
    assert [m for m in told if m.startswith(f"{file}:{line}: ") and says in m], told


def test_no_recogniser_of_presidio_crashes_us() -> None:
    """Its own list of predefined ones is refused entry by entry, its example is taken."""
    import presidio_analyzer

    conf = Path(presidio_analyzer.__file__).parent / "conf"
    assert rulebook.check(conf / "example_recognizers.yaml") == []
    told = rulebook.check(conf / "default_recognizers.yaml")
    assert len(told) > 10
    assert all("is built into Presidio" in m for m in told)
