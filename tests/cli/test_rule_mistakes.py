"""A folder with every mistake that people make in rule files: one run tells all of them, each with file and line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Outcome

Command = Callable[..., Outcome]

SOUND = """\
id: {id}
title: {{id: Kartu uji, en: Test card}}
meaning: {{id: Kartu untuk uji., en: A card for tests.}}
sources:
  - {{url: "https://contoh.go.id/kartu", says: bentuk kartu, confirmed: false}}
class: umum
group: identity
patterns:
  - {{name: plain, regex: "[0-9]{{9}}", borders: digits}}
checks:
  - {{check: luhn}}
evidence:
  - {{name: small, check: number_within, with: {{at: 0, length: 1, most: 4}}}}
context: [kartu uji]
not_context: [faktur]
columns: [kartu uji]
not_columns: [faktur]
rank: 500
examples:
  match:
    - "123456782"
  no_match:
    - "123456789"
"""
# file -> (what is replaced, by what, line, what is told in English, in Indonesian)
MISTAKES: dict[str, tuple[str, str, int, str, str]] = {
    "nested": (
        '"[0-9]{9}"',
        '"(?:[0-9]+)+x"',
        9,
        "may be matched in so many ways that a text can stop the scan",
        "dapat dicocokkan dengan begitu banyak cara sehingga sebuah teks dapat menghentikan pemindaian",
    ),
    "alike": ('"[0-9]{9}"', '"(?:[0-9]|[0-9][0-9])*x"', 9, "in so many ways", "dengan begitu banyak cara"),
    "bounded": ('"[0-9]{9}"', '"(?:[0-9]{1,30}){1,30}x"', 9, "in so many ways", "dengan begitu banyak cara"),
    "square": (
        '"[0-9]{9}", borders: digits',
        '"[0-9]+x"',
        9,
        "takes ever longer on long lines",
        "makin lama pada baris",
    ),
    "nothing": ('"[0-9]{9}", borders: digits', '"[0-9]{0,9}"', 9, "matches an empty text", "cocok dengan teks kosong"),
    "unknown": ("check: luhn", "check: lunh", 11, "there is no check 'lunh'", "tidak ada pemeriksaan 'lunh'"),
    "list": (
        "check: luhn",
        "check: words, with: {list: kucing}",
        11,
        "checks.0.with.list: there is no word list 'kucing'; there are: ",
        "checks.0.with.list: tidak ada daftar kata 'kucing'; yang ada: ",
    ),
    "needed": (
        "at: 0, length: 1",
        "length: 1",
        13,
        "check 'number_within' needs the parameter 'at'",
        "pemeriksaan 'number_within' memerlukan parameter 'at'",
    ),
    "foreign": (
        "check: luhn",
        "check: luhn, with: {begin: 1}",
        11,
        "check 'luhn' has no parameter 'begin'; it has: start, end",
        "pemeriksaan 'luhn' tidak mempunyai parameter 'begin'; yang ada: start, end",
    ),
    "text": (
        "at: 0",
        'at: "0"',
        13,
        "evidence.0.with.at: input should be a valid integer",
        "evidence.0.with.at: harus berupa bilangan bulat",
    ),
    "below": ("at: 0", "at: -1", 13, "must be from 0 to 99", "harus dari 0 sampai 99"),
    "level": (
        "check: luhn",
        "check: region, with: {level: desa}",
        11,
        "input should be 'province', 'regency' or 'district'",
        "harus 'province', 'regency' or 'district'",
    ),
    "entries": (
        "check: luhn",
        "check: prefix, with: {any: [51-]}",
        11,
        "'51-' is not of the form",
        "'51-' tidak berbentuk",
    ),
    "form": (
        "check: luhn",
        "check: date, with: {format: TTBBTT}",
        11,
        "'TTBBTT' is not of the form",
        "'TTBBTT' tidak berbentuk",
    ),
    "match": (
        '    - "123456782"',
        '    - "123456782"\n    - "123456783"',
        22,
        "is not matched by the patterns and checks of this file",
        "tidak cocok dengan pola dan pemeriksaan dalam berkas ini",
    ),
    "no-match": (
        '    - "123456789"',
        '    - "123456789"\n    - "123456782"',
        24,
        "must not match, but passes the patterns and checks",
        "tidak boleh cocok, tetapi lolos pola dan pemeriksaan",
    ),
    "context": (
        "not_context: [faktur]",
        "not_context: [faktur, kartu uji]",
        14,
        "'kartu uji' also stands under `not_context`",
        "'kartu uji' juga tertulis di `not_context`",
    ),
    "columns": (
        "not_columns: [faktur]",
        "not_columns: [faktur, kartu uji]",
        16,
        "'kartu uji' also stands under `not_columns`",
        "'kartu uji' juga tertulis di `not_columns`",
    ),
    "expect": (
        "rank: 500",
        "rank: 500\nexpect: [{flag: small, least: 0.5, most: 0.1}]",
        19,
        "`least` is above `most`",
        "`least` lebih besar daripada `most`",
    ),
    "key": ("rank: 500", "rank: 500\nwieght: 1", 19, "wieght: unknown key", "wieght: kunci isian tidak dikenal"),
    "type": (
        "rank: 500",
        'rank: "500"',
        18,
        "rank: input should be a valid integer",
        "rank: harus berupa bilangan bulat",
    ),
    "missing": ("rank: 500\n", "", 1, "rank: is missing", "rank: tidak ada"),
}
# file -> (its bytes, line, what is told in English, in Indonesian)
FILES: dict[str, tuple[bytes, int, str, str]] = {
    "empty": (b"", 1, "the file is empty", "berkasnya kosong"),
    "comment": (b"# nothing yet\n", 1, "the file is empty", "berkasnya kosong"),
    "no-yaml": (b"id: ID_X\ntitle: [a\nclass: umum\n", 3, "not valid YAML: ", "bukan YAML yang sah: "),
    "tag": (b"id: ID_X\ntitle: !!python/name:os.system x\n", 2, "not valid YAML: ", "bukan YAML yang sah: "),
    "control": (b"id: ID_X\x00\n", 1, "not valid YAML: ", "bukan YAML yang sah: "),
    "day": (b"id: ID_X\nrank: 2024-13-45\n", 1, "holds a date or number", "memuat tanggal atau bilangan"),
    "circle": (b"id: &x [*x]\n", 1, "holds an anchor inside itself", "memuat jangkar di dalam dirinya"),
    "latin": ("id: ID_X\ntitle: {id: Café}\n".encode("latin-1"), 1, "is not UTF-8", "bukan UTF-8"),
    "wide": ("id: ID_X\n".encode("utf-16"), 1, "is not UTF-8", "bukan UTF-8"),
    "list-of": (b"- id: ID_X\n", 1, "input should be a valid dictionary", "harus berupa isian dengan nama dan nilai"),
}


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("aturan")
    for name, (old, new, *_) in MISTAKES.items():
        text = SOUND.format(id=f"ID_{name.upper().replace('-', '_')}")
        assert old in text, name
        (folder / f"{name}.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    for name, (data, *_) in FILES.items():
        (folder / f"{name}.yaml").write_bytes(data)
    (folder / "sound.yaml").write_text(SOUND.format(id="ID_SOUND"), encoding="utf-8")
    (folder / "twice.yaml").write_text(SOUND.format(id="ID_SOUND"), encoding="utf-8")
    (folder / "shipped.yaml").write_text(SOUND.format(id="ID_NIK"), encoding="utf-8")
    (folder / "lost.yml").write_text(SOUND.format(id="ID_LOST"), encoding="utf-8")
    return folder


@pytest.mark.parametrize(("lang", "at"), [("en", 0), ("id", 1)])
def test_one_run_tells_every_mistake_with_file_and_line(program: Command, pack: Path, lang: str, at: int) -> None:
    done = program("rules", "check", pack, "--lang", lang)
    assert (done.code, done.out) == (2, "")
    head, *told = done.err.splitlines()
    assert head == ("privacyscan: the rules have mistakes:", "privacyscan: aturannya mengandung kesalahan:")[at]
    expected = {name: (line, says[at]) for name, (_, _, line, *says) in MISTAKES.items()}
    expected |= {name: (line, says[at]) for name, (_, line, *says) in FILES.items()}
    expected["twice"] = (1, ("'ID_SOUND' is taken by ", "'ID_SOUND' sudah dipakai oleh ")[at])
    expected["shipped"] = (1, ("'ID_NIK' is taken by ", "'ID_NIK' sudah dipakai oleh ")[at])
    for name, (line, says) in expected.items():
        mine = [m for m in told if m.startswith(f"{pack}/{name}.yaml:")]
        assert [m for m in mine if m.startswith(f"{pack}/{name}.yaml:{line}: ") and says in m], (name, mine, told)
        assert len(mine) == 1 or name in ("no-yaml", "tag"), mine
    stray = ("is not read here; end its name in .yaml", "tidak dibaca di sini; akhiri namanya dengan .yaml")[at]
    assert [m for m in told if m.startswith(f"{pack}/lost.yml:1: ") and stray in m]
    assert len(told) == len(expected) + 1
    assert not [m for m in told if "123456782" in m or "123456783" in m]  # somebody may have put in a real number


def test_a_scan_with_such_rules_is_refused_before_anything_is_read(program: Command, pack: Path, clean: Path) -> None:
    done = program("scan", "bersih", "--rules", pack)
    assert done.code == 2
    assert "nested.yaml:9: " in done.err
    assert not Path("privacyscan-report").exists()


def test_a_recogniser_file_of_presidio_serves_as_rules(program: Command, here: Path) -> None:
    entry = 'name: Nomor pegawai, supported_entity: EMPLOYEE, patterns: [{name: p, regex: "PGW-[0-9]{6}", score: 0.9}]'
    Path("pegawai.yaml").write_text(f"recognizers:\n  - {{{entry}}}\n", encoding="utf-8")
    Path("berkas").mkdir()
    Path("berkas/surat.txt").write_text("Surat tugas PGW-123456.\n", encoding="utf-8")
    assert program("rules", "check", "pegawai.yaml").code == 0
    assert "Nomor pegawai" in program("rules", "list", "--rules", "pegawai.yaml").out
    assert program("scan", "berkas", "--rules", "pegawai.yaml", "--output", "laporan").code == 0
    report = Path("laporan/report.html").read_text(encoding="utf-8")
    assert "Nomor pegawai" in report
    assert "123456" not in report
