"""Messages in Indonesian: every sentence has a translation, every translation a sentence."""

from __future__ import annotations

import errno
import os
import re

import pytest

from privacyscan.errors import MissingExtra
from privacyscan.formats._charset import MAGICS
from privacyscan.outputs._messages import language_of, template_of, translated
from privacyscan.outputs._text import texts
from tests.outputs.message_templates import ends, said, written

CATALOGUE: dict[str, str] = texts("id").get("messages")
SAID = said()
SYSTEM = {os.strerror(number) for number in errno.errorcode}
LIBRARIES = {  # what the parser of commands and the checks of settings say; tests/cli/test_indonesian.py sees them
    "No such option: {}",
    "No such option: {} (Possible options: {})",
    "No such command '{}'.",
    "No such command '{}'. Did you mean '{}'?",
    "Missing argument '{}'.",
    "Missing option '{}'.",
    "Missing command.",
    "Option '{}' requires an argument.",
    "Option '{}' does not take a value.",
    "Got unexpected extra argument(s) ({})",
    "Invalid value for '{}': {}",
    "Input should be a valid integer, unable to parse string as an integer",
    "Input should be a valid number, unable to parse string as a number",
    "Input should be greater than or equal to {}",
    "input should be a valid integer",
    "input should be a valid number",
    "input should be a valid string",
    "input should be a valid boolean",
    "input should be a valid list",
    "input should be an instance of Sequence",
    "input should be a valid dictionary or instance of {}",
    "input should be {}",
    "string should match pattern '{}'",
    "string should have at least {} character",
    "list should have at least {} item after validation, not {}",
    "should be greater than or equal to {}",
    "should be greater than {}",
    "should be '{}' or '{}'",
}
TOGETHER = {"en or id"}  # joined from names when it is said


def test_the_sentences_are_found() -> None:
    assert len(SAID) > 150
    known = {"nothing is in it", "{}: there is no such file or folder; check the path", "{} cells hold binary data"}
    assert known <= SAID.keys()


@pytest.mark.parametrize("template", SAID, ids=lambda t: f"{SAID[t]} {t[:40]}")
def test_every_sentence_is_translated_with_all_its_parts(template: str) -> None:
    names = iter(f"zz{i}" for i in range(9))
    message = re.sub(r"\{\}", lambda _: next(names), template)
    shown = translated(message, "id")
    untold = [line for line in template.split("\n") if line.strip("{}") and not CATALOGUE.keys() & ends(line)]
    assert untold == [], "no template under messages: in reports/text/id.yaml"
    assert sorted(re.findall("zz[0-9]", shown)) == sorted(re.findall("zz[0-9]", message))


@pytest.mark.parametrize("template", CATALOGUE)
def test_a_translation_has_the_parts_of_its_template(template: str) -> None:
    parts = re.findall(r"\{(\d*)\}", CATALOGUE[template])
    assert len(parts) == template.count("{}")
    assert "" in parts or sorted(map(int, parts)) == list(range(len(parts)))
    assert CATALOGUE[template].strip()


def test_no_translation_is_of_a_sentence_that_nothing_says() -> None:
    assert set(CATALOGUE) - written() - SYSTEM - LIBRARIES - TOGETHER == set()


def test_english_needs_no_templates() -> None:
    assert texts("en").get("messages") is None
    assert translated("nothing is in it", "en") == "nothing is in it"


def test_every_kind_of_file_that_is_not_read_is_named() -> None:
    assert {what for _, what in MAGICS} <= CATALOGUE.keys()


@pytest.mark.parametrize(
    ("message", "indonesian"),
    [
        ("nothing is in it", "tidak ada apa pun di dalamnya"),
        ("/srv/a: b/c.csv: is not UTF-8; save it as UTF-8", "/srv/a: b/c.csv: bukan UTF-8; simpan sebagai UTF-8"),
        ("an image, which this version does not read", "gambar, yang belum dibaca oleh versi ini"),
        ("folder: Permission denied", "folder: akses ditolak"),
        (
            "d: cannot be written (Read-only file system); choose another folder with --output",
            "d: tidak dapat ditulisi (sistem berkas hanya dapat dibaca); pilih folder lain dengan --output",
        ),
        (
            "unpacks to more than 5 bytes; the rest was not read",
            "mengembang menjadi lebih dari 5 byte; selebihnya tidak dibaca",
        ),
        ("a.csv: not copied: needs a password", "a.csv: tidak disalin: memerlukan kata sandi"),
        ("a.yaml:1: is missing\na.yaml:2: x", "a.yaml:1: tidak ada\na.yaml:2: x"),  # line by line
        ("a plugin says something new", "a plugin says something new"),
        ("row 3 is longer than 1 million characters!", "row 3 is longer than 1 million characters!"),  # whole only
        ("", ""),
    ],
)
def test_a_message_is_told_in_indonesian(message: str, indonesian: str) -> None:
    assert translated(message, "id") == indonesian


def test_a_missing_library_is_told_with_what_to_install() -> None:
    told = translated(str(MissingExtra("PostgreSQL", "privacyscan[postgresql]")), "id")
    assert told == "PostgreSQL memerlukan pustaka yang belum terpasang; jalankan pip install 'privacyscan[postgresql]'"


def test_the_template_that_says_more_comes_first() -> None:
    assert template_of("cut off; what could be unpacked was read", "id") == "cut off; what could be unpacked was read"
    assert template_of("x cannot be read at all", "id") is None


@pytest.mark.parametrize(
    ("arguments", "environ", "language"),
    [
        ((), None, "id"),
        ((), "en", "en"),
        (("scan", "--lang", "en"), None, "en"),
        (("scan", "--lang=id"), "en", "id"),
        (("scan", "--lang", "fr"), None, "id"),  # no language of ours
        (("scan", "--lang"), "xx", "id"),
    ],
)
def test_a_mistake_is_told_in_the_language_asked_for(
    arguments: tuple[str, ...], environ: str | None, language: str
) -> None:
    assert language_of(arguments, environ) == language
