"""Lines that may hold names, among those that cannot."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacyscan.detect.names import lines as lines_of_text
from privacyscan.detect.names.letters import alphanumeric, letters
from privacyscan.detect.names.lines import are_ordinary, parts
from privacyscan.detect.vectors import Strings

MACHINE = (
    "2024-09-17 10:05:05,123 INFO koneksi dibuka durasi=360ms",
    "1700000000037 INFO [worker-1] id.go.layanan.Proses - trx=b903902ff71b5656 status=OK",
    '10.5.5.5 - - [17/Sep/2024:10:05:05 +0700] "GET /layanan/v2/berkas?page=5 HTTP/1.1" 200 "Mozilla/5.0"',
    '{"ts":1700000000555,"level":"debug","req":"0b2a5cbbfade9d48","path":"/api/v1/satker/15"}',
    "Sep 17 10:05:05 srv sshd[123]: Connection closed",
    "\tat java.base/java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1136)",
    "WARN cache penuh",
    "jdbc.pool.size=20",
)
ORDINARY = "data tersebut telah diterima dengan baik"
WORDS = (*" ".join(MACHINE).split(), *ORDINARY.split(), "Siti", "a.n.", "a n", "kota", "Kota")


def asked(text: str, finds: tuple[int, ...] = ()) -> list[str]:
    return [text[start:end] for start, end in parts(text, finds)]


@pytest.mark.parametrize("line", [*MACHINE, ORDINARY])
def test_lines_without_names_are_left_out(line: str) -> None:
    assert asked(line) == []


@pytest.mark.parametrize(
    "line",
    [
        "user Siti Aminah login",
        "pemohon=Budi Santoso ditolak",
        "2024-09-17 10:05:05,123 INFO login user Siti Aminah berhasil",
        "2024-09-17T10:05:05Z WARN permohonan a.n. Zorblax ditolak",
        "2024-09-17 10:05:05 INFO diterima oleh Zorblax Qwerty",  # a strange name that is announced
        '{"ts":1700000000555,"msg":"kirim ke Jl. Mawar 12 RT 03"}',
        "DEBUG SELECT * FROM warga WHERE nama='Nur Hidayah'",
        "DEBUG pemilik.Tono Sugiarto",
        "Zorblax datang",
        "saya indah permata",
        "dikirim ke jl mawar no 5",
    ],
)
def test_lines_that_may_hold_a_name_or_an_address_are_asked(line: str) -> None:
    assert asked("\n".join([*MACHINE, line, *MACHINE])) == [line + "\n"]


def test_lines_beside_are_context_but_not_those_of_machines() -> None:
    text = f"{ORDINARY}\n{ORDINARY} 1\n\nSiti Aminah hadir\n{ORDINARY} 2\n{ORDINARY}\n"
    assert asked(text) == [f"{ORDINARY} 1\n\nSiti Aminah hadir\n{ORDINARY} 2\n"]
    assert asked(f"{MACHINE[0]}\nSiti Aminah hadir\n{MACHINE[1]}\n") == ["Siti Aminah hadir\n"]


def test_a_line_with_a_find_is_asked() -> None:
    text = f"{MACHINE[0]}\n{MACHINE[1]}\n{MACHINE[2]}\n"
    assert asked(text, (text.index(MACHINE[1]),)) == [MACHINE[1] + "\n"]


@given(st.lists(st.sampled_from([*MACHINE, ORDINARY, "Siti Aminah", "", "\r", "é"])), st.booleans())
def test_parts_are_whole_lines_in_order(lines: list[str], ends: bool) -> None:
    text = "\n".join(lines) + "\n" * ends
    last = -1
    for start, end in parts(text):
        assert last < start < end <= len(text)
        assert start == 0 or text[start - 1] == "\n"
        assert end == len(text) or text[end - 1] == "\n"
        last = end
    assert sum(part.count("Siti Aminah") for part in asked(text)) == lines.count("Siti Aminah")


@given(
    st.lists(
        st.lists(
            st.sampled_from([*" ".join(MACHINE).split(), *ORDINARY.split(), "Siti", "a.n.", "a n", "kota", "Kota"])
        )
        .map(" ".join)
        .map(str.strip),
        max_size=20,
    )
)
def test_lines_of_ordinary_words_are_told_together(lines: list[str]) -> None:
    together = are_ordinary(Strings(pa.array(lines, pa.string()))).tolist()
    for line, is_ordinary in zip(lines, together, strict=True):
        assert not (is_ordinary and asked(line))
        if not is_ordinary and not asked(line):
            assert lines_of_text._MACHINE.match(line)  # these are read one by one


@given(st.text())
def test_words_are_those_of_a_regular_expression(text: str) -> None:
    assert letters(text).split() == re.findall(r"[^\W\d_]+", text)
    assert alphanumeric(text).split() == re.findall(r"[^\W_]+", text)
    assert len(letters(text)) == len(alphanumeric(text)) == len(text)
