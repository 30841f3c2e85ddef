"""Exported chats: who wrote is a person, whatever the telephone wrote into the lines."""

from __future__ import annotations

from pathlib import Path

import pytest

import privacyscan
from privacyscan.settings import load
from tests.formats.reading import parts, tables, texts

PLACE = "berkas/_chat.txt"
WRITTEN = [
    "[31/12/25 21.05.03] {}: {}",  # iPhone
    "\u200e[31/12/25, 21:05:03] {}: {}",
    "31/12/25 21.05 - {}: {}",  # Android
    "12/31/25, 9:05\u202fPM - {}: {}",
]
SAID = [("Siti Rahmawati", "NIK saya 3171014107900001"), ("+62 812-3456-7890", "siap: bu"), ("Budi Santoso", "oke")]


@pytest.mark.parametrize("line", WRITTEN)
def test_senders_are_a_table_and_messages_keep_their_places(line: str) -> None:
    first = line.partition("{}")[0] + "Pesan terenkripsi secara end-to-end.\n"
    chat = first + "".join(line.format(*said) + "\nbaris kedua\n" for said in SAID)
    found = parts(chat.encode(), "_chat.txt")
    assert tables(found)[f"{PLACE}/senders"] == [
        {"nama pengirim": "Siti Rahmawati", "no wa": None},
        {"nama pengirim": None, "no wa": "+62 812-3456-7890"},
        {"nama pengirim": "Budi Santoso", "no wa": None},
    ]
    text = texts(found)[PLACE]
    said = [line.strip() for line in text.split("\n")]
    assert said[1:] == [part for _, words in SAID for part in (words, "baris kedua")] + [""]
    assert text.index("3171014107900001") == chat.index("3171014107900001")
    assert said[0] == first.strip()


@pytest.mark.parametrize("text", ["31/12/25 21.05 - server: mulai\n", "Rapat\n" + "31/12/25 21.05 - A: b\n" * 5, ""])
def test_other_texts_are_no_chats(text: str) -> None:
    assert not tables(parts(text.encode(), "catatan.txt"))


def test_senders_are_found_as_persons(tmp_path: Path) -> None:
    names = ["Siti Rahmawati", "Budi Santoso", "Dewi Lestari", "Agus Setiawan", "Rina Wulandari", "Joko Susilo"]
    chat = "".join(f"31/12/25 21.05 - {name}: oke\n" for name in [*names, "+62 812-3456-7890"] * 3)
    (tmp_path / "WhatsApp Chat.txt").write_text(chat)
    scan = privacyscan.scan([str(tmp_path)], load({"state": tmp_path / "state"}))
    assert {(f.entity, f.place.column, f.matched) for f in scan.findings} == {
        ("PERSON", "nama pengirim", 6),
        ("PHONE_NUMBER", "no wa", 1),
    }
