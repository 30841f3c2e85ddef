"""Stories of known persons through the real program: a register, its list, and scans that meet its people again."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import stat
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import pytest

from privacyscan.demo.people import Person, nip, population
from tests.cli.conftest import Outcome
from tests.servers import PASSWORD, execute, new_database

pytestmark = pytest.mark.no_cover  # other tests go the same ways; under the tracer these take twice as long

Command = Callable[..., Outcome]
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "scan.schema.json").read_text(encoding="utf-8"))
HEADER = ("nama", "nik", "no_hp", "email", "npwp")


def people(count: int = 400, seed: int = 3) -> list[Person]:
    return population(count, Random(seed))


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def row(p: Person) -> tuple[str, ...]:
    return p.name, p.nik, p.phone, p.email, p.npwp


@pytest.fixture
def register(here: Path) -> list[Person]:
    """A register of 400 people, `register.csv`."""
    write(here / "register.csv", HEADER, map(row, people()))
    return people()


def build(command: Command, *more: str, register: str = "register.csv") -> Outcome:
    return command("known", "build", register, "--to", "warga.known", "--known-key", "warga.key", *more)


def scanned(command: Command, *targets: str, **options: str) -> dict[str, Any]:
    """What scan.json says after a scan with the list."""
    more = [x for name, value in options.items() for x in (f"--{name}", value)]
    outcome = command("scan", *targets, "--known", "warga.known", "--known-key", "warga.key", *more)
    assert outcome.code == 0, outcome.err
    stored: dict[str, Any] = json.loads(Path("privacyscan-report/scan.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(SCHEMA).validate(stored)
    return stored


def by_file(stored: dict[str, Any]) -> dict[str, int]:
    return {"/".join(a["path"]): a["known_persons"] for a in stored["assets"]}


def known(stored: dict[str, Any], entity: str) -> list[dict[str, int]]:
    """The figures of the evidence `known` in the findings of a kind."""
    found = (f for f in stored["findings"] if f["entity"] == entity)
    return [e["params"] for f in found for e in f["evidence"] if e["code"] == "known"]


def test_people_of_the_register_are_told_from_others(here: Path, program: Command, register: list[Person]) -> None:
    built = build(program)
    assert (built.code, built.out) == (0, "")
    assert "warga.known: a list of 400 persons, from 400 rows of the register." in built.err
    (here / "berkas").mkdir()
    theirs, others = register[:120], people(150, seed=9)
    write(here / "berkas" / "campur.csv", HEADER, map(row, [*theirs, *others]))
    write(here / "berkas" / "lain.csv", HEADER, map(row, others))
    (here / "berkas" / "rapat.txt").write_text("rapat ditunda sampai minggu depan\n", encoding="utf-8")
    stored = scanned(program, "berkas")
    assert by_file(stored) == {"campur.csv": 120, "lain.csv": 0, "rapat.txt": 0}
    assert stored["summary"]["known_persons"] == {"found": 120, "persons": 400}
    figures = {"matched": 120, "found": 270, "persons": 120, "known": 400}
    assert figures in known(stored, "ID_NIK")
    assert {f["matched"] for f in known(stored, "ID_NIK")} == {120, 0}
    assert known(stored, "PERSON") == []  # names prove nobody


def test_the_summary_the_report_and_explain_say_it(here: Path, program: Command, register: list[Person]) -> None:
    build(program)
    (here / "berkas").mkdir()
    write(here / "berkas" / "bocor.csv", HEADER, map(row, register[:50]))
    outcome = program("scan", "berkas", "--known", "warga.known", "--known-key", "warga.key")
    assert "50 of 400 known persons found here." in outcome.err
    assert "50 of 400 known" in outcome.err
    page = Path("privacyscan-report/report.html").read_text(encoding="utf-8")
    assert "Known persons" in page
    assert "50 of 400 known" in page
    program("report", "privacyscan-report/scan.json", "--lang", "id", "--output", "ulang")
    assert "50 dari 400 dikenal" in Path("ulang/report.html").read_text(encoding="utf-8")
    stored = json.loads(Path("privacyscan-report/scan.json").read_text(encoding="utf-8"))
    finding = next(f["id"] for f in stored["findings"] if f["entity"] == "ID_NIK")
    told = program("explain", "privacyscan-report/scan.json", finding)
    assert "50 of the 50 matching values belong to 50 known persons (of 400 in the list)." in told.out
    assert "50 of 400 known persons found here." in told.out
    log = program("scan", "berkas", "--known", "warga.known", "--known-key", "warga.key", "--log-format", "json")
    end = next(line for line in map(json.loads, log.err.splitlines()) if line["event"] == "end")
    assert end["known_persons"] == {"found": 50, "persons": 400}


def grouped(nik: str, sign: str) -> str:
    return f"{nik[:6]}{sign}{nik[6:12]}{sign}{nik[12:]}"


WRITINGS: dict[str, Callable[[Person], tuple[str, str]]] = {
    "plain": lambda p: (p.nik, p.phone),
    "dashes": lambda p: (grouped(p.nik, "-"), p.phone.replace("0", "+62 ", 1)),
    "dots": lambda p: (grouped(p.nik, "."), p.phone.replace("0", "62", 1)),
    "apostrophe": lambda p: (f"'{p.nik}", f"'{p.phone}"),
    "spaces": lambda p: (grouped(p.nik, " "), f"{p.phone[:4]}-{p.phone[4:8]}-{p.phone[8:]}"),
    "lost zero": lambda p: (f"{p.nik}.0", p.phone[1:]),
}


@pytest.mark.parametrize("writing", WRITINGS)
@pytest.mark.parametrize("engine", ["fast", "reference"])
def test_however_they_are_written_it_is_a_plain_intersection_of_sets(
    here: Path, command: Command, register: list[Person], writing: str, engine: str
) -> None:
    build(command)
    chance = Random(writing)
    everybody = [*register, *people(300, seed=8)]
    found = [chance.choice(everybody) for _ in range(600)]
    with_phone = [p for p in found if p.phone]
    write(here / "bocor.csv", ("nik", "no_hp"), (WRITINGS[writing](p) for p in with_phone))
    stored = scanned(command, "bocor.csv", engine=engine)
    niks, phones = {p.nik for p in with_phone}, {p.phone for p in with_phone}
    met = {p.nik for p in register if p.nik in niks or p.phone in phones}
    assert 100 < len(met) < 400
    assert stored["summary"]["known_persons"] == {"found": len(met), "persons": 400}
    (figures,) = known(stored, "ID_NIK")
    assert figures["matched"] == sum(p.nik in {r.nik for r in register} for p in with_phone)


def test_texts_count_and_a_person_met_twice_counts_once(here: Path, command: Command, register: list[Person]) -> None:
    build(command)
    a, b, c = [p for p in register if p.email][:3]
    (here / "surat.txt").write_text(
        f"Pemohon dengan NIK {grouped(a.nik, '-')} dan telepon {a.phone}.\nSurel: {b.email.upper()}\nNIK {a.nik}\n",
        encoding="utf-8",
    )
    write(here / "sama.csv", ("nik", "email"), [(a.nik, a.email), (c.nik, "")])
    stored = scanned(command, "surat.txt", "sama.csv")
    assert [a["known_persons"] for a in stored["assets"]] == [2, 2]
    assert stored["summary"]["known_persons"]["found"] == 3


def test_workers_and_this_process_count_the_same(here: Path, program: Command, register: list[Person]) -> None:
    import xlsxwriter

    build(program)
    (here / "berkas").mkdir()
    for i in range(4):  # spreadsheets are read by workers
        with xlsxwriter.Workbook(here / "berkas" / f"rekap{i}.xlsx") as book:
            sheet = book.add_worksheet()
            for r, line in enumerate([HEADER, *map(row, register[i * 50 : i * 50 + 100])]):
                sheet.write_row(r, 0, line)
    write(here / "berkas" / "rekap.csv", HEADER, map(row, register[:10]))
    stored = scanned(program, "berkas", workers="2")
    assert sorted(n for n in by_file(stored).values() if n) == [10, 100, 100, 100, 100]
    assert stored["summary"]["known_persons"]["found"] == 250


def test_a_list_replaced_during_the_scan_is_another_list(here: Path, register: list[Person]) -> None:
    import pickle

    from privacyscan import rulebook
    from privacyscan.known import build as make
    from privacyscan.known import load
    from privacyscan.read import target
    from privacyscan.settings import load as settings

    rules, list_, key = rulebook.load(), here / "w.known", here / "w.key"
    make([target("register.csv")], list_, key, {}, rules, settings({}))
    loaded = load(list_, key, rules)
    write(here / "lain.csv", HEADER, map(row, people(50, seed=9)))
    make([target("lain.csv")], list_, key, {}, rules, settings({}))
    in_worker = pickle.loads(pickle.dumps(loaded))
    met = in_worker.meet("ID_NIK", [p.nik for p in register], (), None)
    assert (met.count, met.persons) == (400, 400)


def test_rows_of_one_person_are_one_person(here: Path, command: Command) -> None:
    warga = people(100)
    chance = Random(1)
    nips = {p.nik: nip(p, chance) for p in warga}
    write(here / "register.csv", ("nik", "no_hp"), ((p.nik, p.phone) for p in [*warga, *warga]))
    write(here / "pegawai.csv", ("nip", "nik"), ((nips[p.nik], p.nik) for p in warga[:30]))
    built = command("known", "build", "register.csv", "pegawai.csv", "--to", "warga.known", "--known-key", "warga.key")
    assert "a list of 100 persons, from 230 rows" in built.err
    write(here / "bocor.csv", ("nip",), ((nips[p.nik],) for p in warga[:30]))
    write(here / "lain.csv", ("nik",), ((p.nik,) for p in warga[:30]))
    stored = scanned(command, "bocor.csv", "lain.csv")
    assert set(by_file(stored).values()) == {30}
    assert stored["summary"]["known_persons"] == {"found": 30, "persons": 100}


def test_a_shared_number_tells_nobody(here: Path, command: Command) -> None:
    warga = people(60)
    write(here / "register.csv", ("nik", "no_hp"), ((p.nik, "081200000017") for p in warga))
    assert "1 value was left out because more than 10 persons share it" in build(command).err
    (here / "kontak.txt").write_text("Hubungi kantor: HP 081200000017\n", encoding="utf-8")
    assert scanned(command, "kontak.txt")["summary"]["known_persons"] == {"found": 0, "persons": 60}


def test_the_numbers_of_a_mother_are_not_those_of_her_child(here: Path, command: Command) -> None:
    children, mothers = people(80)[:40], people(80)[40:]
    rows = [(c.nik, m.nik) for c, m in zip(children, mothers, strict=True)]
    write(here / "register.csv", ("nik", "nik_ibu"), rows)
    refused = build(command)
    assert refused.code == 2
    assert "register.csv: columns nik and nik_ibu both hold ID_NIK; say whose numbers they are" in refused.err
    assert not Path("warga.known").exists()
    assert build(command, "--column", "nik=ID_NIK").code == 0
    write(here / "ibu.csv", ("nik",), ((m.nik,) for m in mothers))
    write(here / "anak.csv", ("nik",), ((c.nik,) for c in children))
    assert scanned(command, "ibu.csv")["summary"]["known_persons"]["found"] == 0
    assert scanned(command, "anak.csv")["summary"]["known_persons"]["found"] == 40


def test_a_column_that_says_nothing_can_be_named(here: Path, command: Command) -> None:
    chance = Random(2)
    numbers = [f"000{chance.randrange(10**10):010d}" for _ in range(50)]
    write(here / "register.csv", ("c1", "c2"), ((n, str(i)) for i, n in enumerate(numbers)))
    assert build(command).code == 2
    assert build(command, "--column", "c1=ID_BPJS_KESEHATAN").code == 0
    write(here / "bocor.csv", ("no_bpjs",), ((n,) for n in numbers[:20]))
    assert scanned(command, "bocor.csv")["summary"]["known_persons"] == {"found": 20, "persons": 50}


def test_a_household_number_is_taken_only_when_asked(here: Path, command: Command) -> None:
    warga = people(200)
    write(here / "register.csv", ("nik", "no_kk"), ((p.nik, p.kk) for p in warga))
    write(here / "kk.csv", ("no_kk",), ((kk,) for kk in sorted({p.kk for p in warga[:50]})))
    build(command)
    assert scanned(command, "kk.csv")["summary"]["known_persons"]["found"] == 0
    build(command, "--column", "no_kk=ID_KK")
    living = sum(p.kk in {q.kk for q in warga[:50]} for p in warga)
    assert scanned(command, "kk.csv")["summary"]["known_persons"]["found"] == living


@pytest.mark.parametrize("kind", ["xlsx", "sqlite"])
def test_a_register_may_be_any_table(here: Path, command: Command, register: list[Person], kind: str) -> None:
    import xlsxwriter

    if kind == "xlsx":
        with xlsxwriter.Workbook(here / "r.xlsx") as book:
            sheet = book.add_worksheet()
            for i, line in enumerate([HEADER, *map(row, register)]):
                sheet.write_row(i, 0, line)
        source = "r.xlsx"
    else:
        with closing(sqlite3.connect(here / "r.db")) as database:
            database.execute("CREATE TABLE penduduk (nik TEXT, no_hp TEXT)")
            database.executemany("INSERT INTO penduduk VALUES (?, ?)", ((p.nik, p.phone) for p in register))
            database.commit()
        source = f"sqlite:///{here / 'r.db'}"
    assert "a list of 400 persons, from 400 rows" in build(command, register=source).err
    write(here / "bocor.csv", ("nik",), ((p.nik,) for p in register[:30]))
    assert scanned(command, "bocor.csv")["summary"]["known_persons"]["found"] == 30


def test_a_register_and_a_leak_in_postgresql(
    here: Path, command: Command, register: list[Person], postgresql: str
) -> None:
    url = new_database(postgresql)
    values = ", ".join(f"('{p.nik}', '{p.phone}')" for p in register)
    execute(url, "CREATE TABLE penduduk (nik text, no_hp text)", f"INSERT INTO penduduk VALUES {values}")
    assert "a list of 400 persons, from 400 rows" in build(command, register=url).err
    leak = new_database(postgresql)
    values = ", ".join(f"('{grouped(p.nik, '.')}')" for p in register[:70])
    execute(leak, "CREATE TABLE salinan (c1 text)", f"INSERT INTO salinan VALUES {values}")
    assert scanned(command, leak)["summary"]["known_persons"] == {"found": 70, "persons": 400}
    assert PASSWORD not in Path("privacyscan-report/scan.json").read_text(encoding="utf-8")


def test_without_a_list_nothing_is_said_of_known_persons(here: Path, command: Command, register: list[Person]) -> None:
    outcome = command("scan", "register.csv")
    stored = json.loads(Path("privacyscan-report/scan.json").read_text(encoding="utf-8"))
    assert stored["summary"]["known_persons"] is None
    assert {a["known_persons"] for a in stored["assets"]} == {None}
    assert not known(stored, "ID_NIK")
    assert "known" not in outcome.err


def test_the_list_and_its_key_are_private_and_the_key_stays(
    here: Path, command: Command, register: list[Person]
) -> None:
    build(command)
    key, list_ = Path("warga.key").read_bytes(), Path("warga.known").read_bytes()
    assert {stat.S_IMODE(os.stat(f).st_mode) for f in ("warga.key", "warga.known")} == {0o600}
    assert (len(key), key in list_) == (32, False)
    assert build(command).code == 0
    assert Path("warga.key").read_bytes() == key
    assert Path("warga.known").read_bytes() == list_  # the same register and key: the same list


def test_list_and_key_in_the_target_are_left_out(here: Path, command: Command, register: list[Person]) -> None:
    build(command)
    stored = scanned(command, ".")
    assert by_file(stored) == {"register.csv": 400}


MISTAKES = [
    ("--known warga.known", "--known needs --known-key FILE, the key that the list was built with"),
    ("--known-key warga.key", "--known-key needs --known FILE, the list that was built with this key"),
    ("--known warga.known --known-key lain.key", "warga.known: was built with another key than lain.key"),
    ("--known warga.known --known-key tiada", "tiada: there is no such key file; make one with privacyscan known"),
    ("--known warga.known --known-key pendek.key", "pendek.key: is no key: 5 bytes, expected 32; check --known-key"),
    ("--known warga.known --known-key terbuka.key", "terbuka.key: others may read or change it (mode 644)"),
    ("--known tiada --known-key warga.key", "tiada: cannot be read (No such file or directory); check --known"),
    ("--known register.csv --known-key warga.key", "register.csv: is no list of known persons; build one with"),
    ("--known baru.known --known-key warga.key", "baru.known: this version does not read lists of this format"),
    ("--known pendek.known --known-key warga.key", "pendek.known: is damaged; build it again"),
    ("--known kepala.known --known-key warga.key", "kepala.known: is damaged; build it again"),
    ("--known rusak.known --known-key warga.key", "rusak.known: is damaged; build it again"),
    ("--known panjang.known --known-key warga.key", "panjang.known: is damaged; build it again"),
]


@pytest.mark.parametrize(("options", "says"), MISTAKES, ids=[options for options, _ in MISTAKES])
def test_what_is_wrong_with_list_or_key_is_told_before_anything_is_read(
    here: Path, command: Command, register: list[Person], options: str, says: str
) -> None:
    build(command)
    data = bytearray(Path("warga.known").read_bytes())
    for name, content in {
        "lain.key": os.urandom(32),
        "pendek.key": b"12345",
        "pendek.known": data[:-100],
        "panjang.known": data + b"x",
        "kepala.known": data[:60],
        "baru.known": data.replace(b"known/1", b"known/2", 1),
        "rusak.known": data[:5000] + bytes([data[5000] ^ 1]) + data[5001:],
    }.items():
        Path(name).write_bytes(content)
        os.chmod(name, 0o600)
    Path("terbuka.key").write_bytes(Path("warga.key").read_bytes())
    os.chmod("terbuka.key", 0o644)
    outcome = command("scan", "register.csv", *options.split())
    assert outcome.code == 2
    assert says in outcome.err
    assert not Path("privacyscan-report").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("register.csv", "known build needs --to LIST and --known-key FILE"),
        ("register.csv --to register.csv --known-key k", "register.csv: exists and is no list of known persons"),
        ("register.csv --to l --known-key k --column nik", "--column nik: is no NAME=ENTITY, such as nik=ID_NIK"),
        ("register.csv --to l --known-key k --column nik=X", "--column nik=X: no rule describes X"),
        ("register.csv --to l --known-key k --column y=ID_NIK", "--column y: no table of the register has this column"),
        ("register.csv --to l --known-key k --column nama=ID_NIK", "no cell of the column holds a valid ID_NIK"),
        ("surat.txt --to l --known-key k", "no column of the register holds numbers that tell persons"),
        ("tiada.csv --to l --known-key k", "tiada.csv: there is no such file or folder"),
        ("register.csv --to tiada/l --known-key k", "tiada/l: cannot be written (No such file or directory)"),
    ],
)
def test_mistakes_in_building_a_list(
    here: Path, command: Command, register: list[Person], arguments: str, says: str
) -> None:
    (here / "surat.txt").write_text("rapat ditunda\n", encoding="utf-8")
    outcome = command("known", "build", *arguments.split())
    assert outcome.code == 2
    assert says in outcome.err
    assert not Path("l").exists()


def test_what_of_the_register_was_not_read_is_told(here: Path, command: Command, register: list[Person]) -> None:
    (here / "rusak.xlsx").write_bytes(b"PK\x03\x04 dan selebihnya hilang")
    outcome = command("known", "build", "register.csv", "rusak.xlsx", "--to", "warga.known", "--known-key", "warga.key")
    assert outcome.code == 3
    assert "Not read, and so not in the list: 1 place." in outcome.err
    assert "rusak.xlsx" in outcome.err


def test_settings_may_name_list_and_key(here: Path, command: Command, register: list[Person]) -> None:
    build(command)
    (here / "privacyscan.toml").write_text('known = "warga.known"\nknown-key = "warga.key"\n', encoding="utf-8")
    below = here / "bawah"
    below.mkdir()
    os.chdir(below)
    command("scan", "../register.csv")
    stored = json.loads(Path("../bawah/privacyscan-report/scan.json").read_text(encoding="utf-8"))
    assert stored["summary"]["known_persons"] == {"found": 400, "persons": 400}
