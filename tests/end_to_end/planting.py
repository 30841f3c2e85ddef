"""Files and a database with canaries wherever a value can lie: cells, texts, names of everything, broken places."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import zipfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from privacyscan.demo.records import Records, as_csv, column
from tests.end_to_end.canaries import Person, grouped


def plant(folder: Path, people: Sequence[Person]) -> list[str]:
    """Make `berkas/` and `data.db` in the folder; gives back the targets."""
    files = folder / "berkas"
    files.mkdir(parents=True)
    table = records(people)
    _tables(files, table, people)
    _texts(files, people)
    _names(files, people)
    _archives(files, table, people)
    _spreadsheet(files, table, people)
    _broken(files, table, people)
    database(folder / "data.db", table, people)
    (files / "basis_data.zip").write_bytes(_zip({f"{people[18].nik}.db": (folder / "data.db").read_bytes()}))
    return [str(files), f"sqlite:///{folder / 'data.db'}"]


def records(people: Sequence[Person]) -> Records:
    return Records(
        "warga",
        [
            column("nik", [p.nik for p in people]),
            column("no_kk", [p.kk for p in people]),
            column("nama", [p.name for p in people]),
            column("tanggal_lahir", [p.born for p in people]),
            column("no_hp", [p.phone for p in people]),
            column("email", [p.email for p in people]),
            column("npwp", [p.npwp for p in people]),
            column("nip", [p.nip for p in people]),
            column("kartu_kredit", [p.card for p in people]),
        ],
    )


def _tables(files: Path, table: Records, people: Sequence[Person]) -> None:
    (files / "warga.csv").write_text(as_csv(table))
    (files / "tanpa_judul.csv").write_text(as_csv(table, header=[f"c{i}" for i in range(1, 10)]))
    (files / "judul_nilai.csv").write_text(as_csv(table, ";", list(table.columns[0].values)[:9]))
    (files / "utf16.csv").write_bytes(as_csv(table, ";").encode("utf-16"))
    rows = [dict(zip(table.names, row, strict=True)) for row in table.rows()]
    (files / "warga.json").write_text(json.dumps({"data": [{"pemohon": r} for r in rows]}))
    (files / "kunci.json").write_text(json.dumps({p.nik: {"nama": p.name, p.phone: p.email} for p in people}))
    (files / "warga.jsonl").write_text("\n".join(json.dumps(r) for r in rows))
    (files / "kosong.csv").write_text(f"{people[0].nik},{people[0].name}" + "\n")


def _texts(files: Path, people: Sequence[Person]) -> None:
    letters = [
        f"{p.name} lahir {p.born}, NIK {p.nik}, KK {p.kk}, NIP {p.nip}, NPWP {p.npwp},\n"
        f"HP {p.phone}, surel {p.email}, kartu kredit {p.card}.\n"
        for p in people
    ]
    (files / "surat.txt").write_text("\n".join(letters))
    (files / "satu_baris.txt").write_text(" ".join(t.replace("\n", " ") for t in letters))
    (files / "aplikasi.log").write_text("".join(f"GET /cek?nik={p.nik}&hp={p.phone} nama={p.name!r}\n" for p in people))


def _names(files: Path, people: Sequence[Person]) -> None:
    """Names of files and folders that hold values, and links whose aim does."""
    a, b, c, d, e, f, *_ = people
    below = files / f"berkas {a.nik}"
    below.mkdir()
    (below / f"KTP_{b.nik}_{b.phone}.txt").write_text("tidak ada apa-apa\n")
    (below / f"{c.email} {c.npwp}.csv").write_text(f"nik\n{c.nik}\n")
    (below / f"{d.nip}-{d.card}.md").write_text(f"NIK {d.nik}\n")
    (below / f"kk-{e.kk}.bin").write_bytes(b"\x00\x01\x02\x03" * 64)
    (below / f"{grouped(a.kk, (6, 6, 4))} {grouped(b.card, (4, 4, 4, 4))}.txt").write_text("dalam kelompok\n")
    (below / f"{grouped(c.phone, (4, 4, 4), '-')}_{grouped(d.nip, (8, 6, 1, 3))}.txt").write_text("lagi\n")
    (below / f"tautan-{f.nik}").symlink_to(f"/tidak/ada/{f.phone}")


def _archives(files: Path, table: Records, people: Sequence[Person]) -> None:
    inner = _zip({f"dalam_{people[6].nik}.csv": as_csv(table)})
    whole = _zip({f"{people[7].nik}/KTP {people[7].phone}.csv": as_csv(table).encode(), "dalam.zip": inner})
    (files / "arsip.zip").write_bytes(whole)
    (files / "warga.csv.gz").write_bytes(gzip.compress(as_csv(table).encode()))
    stored = bytearray(
        _zip({f"rusak_{people[8].nik}.csv": as_csv(table), "utuh.csv": as_csv(table)}, zipfile.ZIP_STORED)
    )
    stored[200:210] = b"0123456789"  # the check sum of the first member no longer holds
    (files / "salah_jumlah.zip").write_bytes(bytes(stored))
    (files / "terpotong.zip").write_bytes(whole[: len(whole) // 2])
    (files / "terpotong.csv.gz").write_bytes(gzip.compress(as_csv(table).encode())[:-200])


def _zip(members: dict[str, str] | dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def _spreadsheet(files: Path, table: Records, people: Sequence[Person]) -> None:
    import xlsxwriter

    path = files / "rekap.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("Data", f"NIK {people[9].nik}", f"{people[10].phone}"):
            sheet = book.add_worksheet(name)
            for i, row in enumerate([(people[11].name,), table.names, *table.rows(), (people[12].nik, people[12].kk)]):
                sheet.write_row(i, 0, row)
    (files / f"potong_{people[13].nik}.xlsx").write_bytes(path.read_bytes()[:2000])


def _broken(files: Path, table: Records, people: Sequence[Person]) -> None:
    """Content that parsers like to quote when they complain."""
    text = as_csv(table)
    (files / "bergerigi.csv").write_text(text + "".join(",".join(row * 3) + "\n" for row in table.rows()))
    (files / "kutip.csv").write_text(text + f'"{people[14].nik},"tak ditutup {people[14].name}\n' * 3)
    (files / "rusak.json").write_text(
        f'{{"data": [{{"nik": "{people[15].nik}"}}, {{"nik": {people[15].kk} {people[15].name}'
    )
    (files / "rusak.jsonl").write_text(
        f'{{"nik": "{people[16].nik}"}}\n{{"nik": {people[16].name}}}\n{people[16].phone}}}\n'
    )
    (files / "bukan_utf8.csv").write_bytes(text.encode("latin-1") + b"\xff\xfe" + people[17].nik.encode() + b"\x81\n")
    (files / "bukan.xlsx").write_text(text)
    (files / "bukan.db").write_bytes(b"SQLite format 3\0" + text.encode())


def database(path: Path, table: Records, people: Sequence[Person]) -> None:
    """Tables, names and views whose errors quote what they met."""
    with closing(sqlite3.connect(path)) as connection:
        marks, names = ", ".join("?" for _ in table.names), ", ".join(table.names)
        connection.execute(f"CREATE TABLE warga ({names})")
        connection.executemany(f"INSERT INTO warga VALUES ({marks})", table.rows())
        a, b, c, d, e, f, *_ = people
        connection.execute(f'CREATE TABLE "arsip {a.nik}" ("{b.nik}", "hp {b.phone}")')
        connection.execute(f'INSERT INTO "arsip {a.nik}" VALUES (?, ?)', (c.name, c.nik))
        connection.execute("CREATE TABLE teks_rusak (isi)")
        connection.execute("INSERT INTO teks_rusak SELECT CAST(? AS TEXT)", (b"\xff" + d.nik.encode() + b"\x81",))
        connection.execute(f"CREATE VIEW v_json AS SELECT json_extract('{e.nik} {e.name}', '$.a') AS x")
        connection.execute(f'CREATE VIEW v_hilang AS SELECT * FROM "{f.nik}"')
        connection.execute("CREATE TABLE gambar (foto BLOB, keterangan TEXT)")
        connection.execute("INSERT INTO gambar VALUES (?, ?)", (b"\x89PNG" + f.nik.encode(), f"foto {f.name}"))
        connection.commit()
