"""CSV files into CSV files."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from privacyscan.errors import TargetError
from privacyscan.pseudonymize import pseudonymize
from privacyscan.pseudonymize.policy import Choice, Policy
from tests.detect.made_up import MadeUp
from tests.pseudonymize.samples import KEY, MIXED, TOKENS, people, read_csv, rows_of, write_csv

PERSONS = people(40)


def copied(source: Path, policy: Policy = TOKENS) -> Path:
    copy = source.with_name("copy.csv")
    pseudonymize(str(source), str(copy), policy, KEY)
    return copy


def test_personal_columns_are_replaced_and_all_else_stays(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "warga.csv", rows_of(PERSONS))
    before, after = read_csv(source), read_csv(copied(source, MIXED))
    assert len(after) == len(before)
    assert after[0] == before[0]
    for old, new in zip(before[1:], after[1:], strict=True):
        assert (new[0], new[6]) == (old[0], old[6])
        assert new[1].startswith("NIK_")
        assert new[2] == "[PERSON]"
        assert "*" in new[3]
        assert new[4].startswith("EMAIL_ADDRESS_")
        assert new[5].replace(new[1], old[1]) == old[5]  # the note: only the NIK gave way, to the same token


def test_what_was_replaced_is_counted(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "warga.csv", rows_of(PERSONS))
    result = pseudonymize(str(source), str(tmp_path / "copy.csv"), MIXED, KEY)
    counted = {(r.place.column, r.entity, r.operator): r.cells for r in result.replaced}
    assert counted == {
        ("nik", "ID_NIK", "token"): 40,
        ("nama", "PERSON", "redact"): 40,
        ("hp", "PHONE_NUMBER", "mask"): 40,
        ("email", "EMAIL_ADDRESS", "token"): 40,
        ("catatan", "ID_NIK", "token"): 14,
    }
    assert (result.assets, result.rows, result.skipped, result.exit_code) == (1, 40, (), 0)


def test_the_source_is_not_touched(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "warga.csv", rows_of(PERSONS))
    before = hashlib.sha256(source.read_bytes()).digest(), source.stat().st_mtime_ns
    source.chmod(0o400)
    copy = copied(source)
    assert (hashlib.sha256(source.read_bytes()).digest(), source.stat().st_mtime_ns) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["copy.csv", "warga.csv"]
    assert copy.stat().st_mode & 0o777 == 0o600


def test_one_person_is_one_token_in_two_files_and_under_one_key_only(tmp_path: Path) -> None:
    one = write_csv(tmp_path / "satu.csv", [["nik", "x"], *([p.nik, "a"] for p in PERSONS)])
    grouped = [f"{p.nik[:6]} {p.nik[6:12]} {p.nik[12:]}" for p in PERSONS]
    two = write_csv(tmp_path / "dua.csv", [["no_ktp", "x"], *([nik, "b"] for nik in grouped)])
    copies = []
    for source, key in ((one, KEY), (two, KEY), (one, bytes(32))):
        to = tmp_path / f"copy{len(copies)}.csv"
        pseudonymize(str(source), str(to), TOKENS, key)
        copies.append([row[0] for row in read_csv(to)[1:]])
    assert copies[0] == copies[1]
    assert set(copies[0]).isdisjoint(copies[2])


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("cp1252", "|"), ("utf-8", "\t")],
)
def test_charset_and_delimiter_stay(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = rows_of(PERSONS)
    for row in rows[1:]:
        row[6] = "Café Ürümqi"
    source = write_csv(tmp_path / "warga.csv", rows, delimiter, encoding)
    copy = copied(source)
    assert copy.read_bytes()[:2] == source.read_bytes()[:2]
    assert [row[6] for row in read_csv(copy, delimiter, encoding)] == [row[6] for row in rows]


def test_big_endian_stays_big_endian(tmp_path: Path) -> None:
    source = tmp_path / "warga.csv"
    text = "\n".join(",".join(row[:5]) for row in rows_of(PERSONS)) + "\n"
    source.write_bytes(("\ufeff" + text).encode("utf-16-be"))
    copy = copied(source).read_bytes()
    assert copy[:2] == b"\xfe\xff"
    assert copy.decode("utf-16").startswith("id,nik,nama,hp,email\n0,NIK_")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ('{nik},"Jalan ""Baru"", no 5"', "quotes in quotes"),
        ('{nik},"satu\ndua"', "a line end inside a cell"),
        ("{nik},satu,dua,tiga", "longer than the header"),
        ("{nik}", "shorter than the header"),
        ('"{nik}","a;b"', "a delimiter of others"),
        ("", "an empty line"),
    ],
)
def test_rows_keep_their_form(tmp_path: Path, row: str, why: str) -> None:
    source = tmp_path / "warga.csv"
    lines = [row.format(nik=p.nik) for p in PERSONS]
    usual = [f"{p.nik},x" for p in people(30, seed=2)]
    source.write_text("\n".join(["nik,catatan", *usual, *lines, *usual]) + "\n", encoding="utf-8")
    before, after = read_csv(source), read_csv(copied(source))
    assert [row[1:] for row in after] == [row[1:] for row in before], why
    assert all(row[0].startswith("NIK_") for row in after[1:] if row)


def test_line_ends_and_full_quoting_stay(tmp_path: Path) -> None:
    source = tmp_path / "warga.csv"
    lines = ['"nik","kota"', *(f'"{p.nik}","Bandung"' for p in PERSONS)]
    source.write_bytes("".join(f"{line}\r\n" for line in lines).encode())
    copy = copied(source).read_bytes()
    assert copy.startswith(b'"nik","kota"\r\n"NIK_')
    assert copy.count(b'","Bandung"\r\n') == 40
    assert copy.count(b"\n") == copy.count(b"\r\n") == 41


def test_damaged_cells_of_a_column_of_nik_do_not_stay(tmp_path: Path) -> None:
    damaged = ["3171014107", "3.17101E+15", "31710141079000012", "belum punya", "317101410790O001"]
    cells = [p.nik for p in PERSONS] + damaged
    source = write_csv(tmp_path / "warga.csv", [["nik", "x"], *([c, "y"] for c in cells)])
    after = [row[0] for row in read_csv(copied(source))[1:]]
    assert all(cell.startswith("NIK_") for cell in after)
    assert len(set(after)) == len(set(cells))


@pytest.mark.parametrize("dirt", ["'{}", " {} ", "{}.0", "({})", "\u00a0{}"])
def test_dirty_cells_give_the_token_of_the_clean_value_and_no_damaged_one_stays(tmp_path: Path, dirt: str) -> None:
    clean = write_csv(tmp_path / "bersih.csv", [["nik", "x"], *([p.nik, "y"] for p in PERSONS)])
    tokens = [row[0] for row in read_csv(copied(clean))[1:]]
    (tmp_path / "copy.csv").unlink()
    cells = [dirt.format(p.nik) for p in PERSONS]
    dirty = write_csv(tmp_path / "kotor.csv", [["nik", "x"], *([c, "y"] for c in [*cells, "'3.17101E+15"])])
    after = [row[0] for row in read_csv(copied(dirty))[1:]]
    assert after[:-1] == tokens
    assert after[-1].startswith("NIK_")


@pytest.mark.parametrize("empty", ["", "-", "NULL", "n/a"])
def test_cells_that_say_no_value_stay(tmp_path: Path, empty: str) -> None:
    source = write_csv(tmp_path / "warga.csv", [["nik", "x"], *([p.nik, "y"] for p in PERSONS), [empty, "y"]])
    assert read_csv(copied(source))[-1][0] == empty


def test_transaction_numbers_that_look_like_phones_by_chance_stay(tmp_path: Path) -> None:
    made = MadeUp(5)
    rows = [[made.digits(12), p.nik] for p in people(3000, seed=6)]
    source = write_csv(tmp_path / "bayar.csv", [["kode_bayar", "nik"], *rows])
    assert [row[0] for row in read_csv(copied(source))[1:]] == [row[0] for row in rows]


@pytest.mark.parametrize("operator", ["token", "redact", "mask"])
def test_persons_in_sentences_and_records_do_not_stay(tmp_path: Path, operator: str) -> None:
    told = "Pasien {} (NIK {}) menderita tuberkulosis, hubungi {}"
    record = '{{"nama": "{}", "nik": "{}", "hp": "{}"}}'
    rows = [[form.format(p.name, p.nik, p.phone), "lunas"] for p in PERSONS for form in (told, record)]
    source = write_csv(tmp_path / "catatan.csv", [["catatan", "status"], *rows])
    copy = copied(source, Policy({}, Choice(operator))).read_text(encoding="utf-8")
    assert not any(value in copy for p in PERSONS for value in p.values)
    assert "tuberkulosis" not in copy
    assert copy.count("hubungi") == copy.count('""nama""') == len(PERSONS)


@pytest.mark.parametrize("header", ["Nama Ibu Kandung", "ibu", "Agama", "kawin"])
def test_a_word_for_a_kind_of_data_is_a_header(tmp_path: Path, header: str) -> None:
    cells = {"Agama": "Islam", "kawin": "Kawin"}
    rows = [[p.nik, p.name, cells.get(header, p.name)] for p in PERSONS]
    source = write_csv(tmp_path / "siswa.csv", [["nik", "nama", header], *rows])
    assert read_csv(copied(source))[0] == ["nik", "nama", header]


def test_passwords_give_way_to_their_kind(tmp_path: Path) -> None:
    hashes = [hashlib.md5(p.name.encode()).hexdigest() for p in people(40, seed=2)]
    source = write_csv(
        tmp_path / "akun.csv", [["user_id", "password_hash"], *([str(i), h] for i, h in enumerate(hashes))]
    )
    after = read_csv(copied(source, Policy({}, Choice("redact"))))
    assert {row[1] for row in after[1:]} == {"[CREDENTIAL]"}


def test_entities_outside_the_policy_stay(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "warga.csv", rows_of(PERSONS))
    after = read_csv(copied(source, Policy({"EMAIL_ADDRESS": Choice("redact")})))
    assert [row[1:4] for row in after[1:]] == [[p.nik, p.name, p.phone] for p in PERSONS]
    assert {row[4] for row in after[1:]} == {"[EMAIL_ADDRESS]"}


def test_a_file_without_header_and_one_row_wide_titles(tmp_path: Path) -> None:
    bare = write_csv(tmp_path / "bare.csv", [[p.nik, p.email] for p in PERSONS])
    assert all(row[0].startswith("NIK_") for row in read_csv(copied(bare)))
    (tmp_path / "copy.csv").unlink()
    titled = write_csv(
        tmp_path / "titled.csv",
        [[f"Penanggung jawab: NIK {PERSONS[0].nik}", "", ""], *(r[:3] for r in rows_of(PERSONS))],
    )
    text = copied(titled).read_text(encoding="utf-8")
    assert PERSONS[0].nik not in text
    assert "\nid,nik,nama\n" in text


def test_a_header_that_names_somebody_is_refused_without_naming_him(tmp_path: Path) -> None:
    phone = "0812-5550-7788"
    source = write_csv(tmp_path / "warga.csv", [["nik", f"hp {phone}"], *([p.nik, "y"] for p in PERSONS)])
    with pytest.raises(TargetError, match="header of column 2") as raised:
        copied(source)
    assert phone not in str(raised.value)
    assert os.listdir(tmp_path) == ["warga.csv"]


def test_the_first_person_taken_for_a_header_is_refused(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "nama.csv", [[p.name, "Bandung"] for p in PERSONS])
    with pytest.raises(TargetError, match="header of column 1"):
        copied(source)


def test_bytes_outside_the_charset_pass_through(tmp_path: Path) -> None:
    source = tmp_path / "warga.csv"
    lines = [b"nik,kota"] + [f"{p.nik},Bandung {'lama ' * 20}".encode() for p in people(900)]
    source.write_bytes(b"\n".join([*lines, PERSONS[0].nik.encode() + b",Caf\xe9 NIK " + PERSONS[1].nik.encode(), b""]))
    last = copied(source).read_bytes().splitlines()[-1]
    assert b",Caf" in last
    assert PERSONS[1].nik.encode() not in last


def test_a_quote_that_is_never_closed_leaves_nothing(tmp_path: Path) -> None:
    source = tmp_path / "warga.csv"
    rows = "\n".join(f"{p.nik},x" for p in PERSONS)
    source.write_text(f'nik,catatan\n{rows}\n{PERSONS[0].nik},"' + "x" * (17 << 20), encoding="utf-8")
    with pytest.raises(TargetError):
        copied(source)
    assert os.listdir(tmp_path) == ["warga.csv"]
