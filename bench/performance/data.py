"""Made-up inputs of the speed benchmark, the same from the same seed: tables, logs, prose, hostile text; nobody real.

Names and addresses differ from row to row as in a register. Rows and lines are made in pieces, each from a seed of its
own, so a small file is the beginning of a large one and any size fits in memory.
"""

from __future__ import annotations

import csv
import random
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from itertools import count, pairwise
from pathlib import Path

import numpy as np
import yaml

from bench.accuracy import cases
from bench.accuracy.people import (
    JOBS,
    LAST,
    MEN,
    MOBILE,
    PEOPLES,
    STREETS,
    VILLAGES,
    WOMEN,
    Population,
    luhn,
    regions,
    words,
)  # fmt: skip

SEED = 20240917
ROWS = 1_000  # rows or lines of a piece
SPLITS = ("dev", "seen", "seen2")  # the split `test` is for accuracy alone
DOMAINS = ("gmail.com", "yahoo.co.id", "outlook.com", "dinas.contoh.go.id", "mail.contoh.ac.id", "contoh.or.id")
TITLES = ("H. {}", "Hj. {}", "Drs. {}", "dr. {}", "{}, S.Pd.", "{}, S.E., M.M.")
WORDS = words(
    """data laporan kegiatan program anggaran daerah pemerintah pelayanan masyarakat sistem informasi wilayah
kabupaten kota provinsi dinas kepala bagian rapat hasil tahun bulan jumlah total nilai proses pengadaan barang jasa
dokumen surat nomor tanggal lampiran perihal sesuai dengan yang untuk dari pada dalam adalah akan telah tidak dapat
oleh sebagai antara atas bawah tersebut melalui berdasarkan peraturan undang pasal ayat huruf warga penduduk desa"""
)
CITIZENS = ("id", "nik", "no_kk", "nama", "tempat_lahir", "tanggal_lahir", "alamat", "telepon", "email", "npwp",
            "pekerjaan", "keterangan")  # fmt: skip
SPARSE = ("id", "waktu", "kode_satker", "kode_akun", "nilai", "volume", "status", "lat", "lon", "uuid", "kota",
          "catatan")  # fmt: skip


def _families() -> list[str]:
    peoples = [families for _, _, families, _ in PEOPLES["seen2"].values()]
    return sorted({w for pool in (LAST["dev"], LAST["seen"], *peoples) for w in words(pool.replace(";", " "))})


def _given() -> list[str]:
    peoples = [pool for men, women, _, _ in PEOPLES["seen2"].values() for pool in (men, women)]
    pools = (MEN["dev"], MEN["seen"], WOMEN["dev"], WOMEN["seen"], *peoples)
    return sorted({w for pool in pools for w in words(pool)})


class Source:
    """Made-up values of one piece."""

    def __init__(self, seed: Sequence[int]) -> None:
        self.numbers = np.random.default_rng(seed)
        self.random = random.Random(repr(seed))

    def integers(self, low: int, high: int, n: int) -> list[int]:
        """n numbers from `low` to below `high`."""
        return self.numbers.integers(low, high, n).tolist()

    def some(self, pool: Sequence[str], n: int) -> list[str]:
        """n of the pool."""
        return [pool[i] for i in self.integers(0, len(pool), n)]

    def words(self, least: int, most: int) -> str:
        """So many plain words."""
        return " ".join(self.random.choices(WORDS, k=self.random.randint(least, most)))

    def names(self, n: int) -> list[str]:
        """Names of one to four words, few of them twice, one in twenty with a title."""
        first, second, last = self.some(GIVEN, n), self.some(GIVEN, n), self.some(FAMILIES, n)
        made = []
        for a, b, c, form in zip(first, second, last, self.integers(0, 100, n), strict=True):
            name = (
                a if form < 6 else f"{a} {c}" if form < 40 else f"{a} {b} {c}" if form < 92 else f"{a} {b} {c} {c[:1]}"
            )
            made.append(TITLES[form % 6].format(name) if form % 20 == 0 else name)
        return made

    def addresses(self, n: int) -> list[str]:
        """Street, number, neighbourhood, village, district."""
        parts = (self.some(ROADS, n), self.integers(1, 250, n), self.integers(1, 13, n), self.integers(1, 16, n))
        places = (self.some(HAMLETS, n), [regions()[i] for i in self.integers(0, len(regions()), n)])
        return [
            f"Jl. {road} No. {house} RT {rt:02d}/RW {rw:02d}, {hamlet}, Kec. {region.district}, {region.regency}"
            for road, house, rt, rw, hamlet, region in zip(*parts, *places, strict=True)
        ]

    def born(self, n: int) -> list[str]:
        """Birth dates, ISO."""
        return (np.datetime64("1950-01-01") + self.numbers.integers(0, 20_000, n)).astype(str).tolist()

    def niks(self, born: Sequence[str]) -> list[str]:
        """A NIK for each birth date; one in fifty has a month that is none."""
        n = len(born)
        parts = (self.integers(0, len(regions()), n), self.integers(0, 100, n), self.integers(1, 60, n))
        return [
            f"{regions()[home].code}{int(day[8:]) + 40 * (odd % 2):02d}"
            f"{day[5:7] if odd > 1 else '77'}{day[2:4]}{last:04d}"
            for day, home, odd, last in zip(born, *parts, strict=True)
        ]

    def cards(self, n: int) -> list[str]:
        """Numbers of family cards, up to five rows with one."""
        issued = (np.datetime64("2006-01-01") + self.numbers.integers(0, 6500, n)).astype(str)
        homes, last, members = (self.integers(0, len(regions()), n), self.integers(1, 90, n), self.integers(1, 6, n))
        made: list[str] = []
        for day, home, serial, family in zip(issued, homes, last, members, strict=True):
            made += [f"{regions()[home].code}{day[8:]}{day[5:7]}{day[2:4]}{serial:04d}"] * family
            if len(made) >= n:
                break
        return made[:n]

    def phones(self, n: int) -> list[str]:
        """Mobile numbers in every writing."""
        heads, signs = self.some(("+62 ", "0", "62", "+62"), n), self.some(("", "-", " "), n)
        parts = (self.some(words(MOBILE), n), self.integers(1000, 9999, n), self.integers(100, 99_999, n))
        return [f"{head}{a}{s}{b}{s}{c}" for head, s, a, b, c in zip(heads, signs, *parts, strict=True)]

    def emails(self, names: Sequence[str]) -> list[str]:
        """An address of each name."""
        parts = zip(names, self.integers(1, 9999, len(names)), self.some(DOMAINS, len(names)), strict=True)
        return [f"{'.'.join(name.lower().split()[:2]).strip('.,')}{number}@{domain}" for name, number, domain in parts]

    def taxes(self, n: int) -> list[str]:
        """NPWP with their dots."""
        made = []
        for body, office, branch in zip(
            self.integers(0, 10**8, n), self.integers(0, 999, n), self.integers(0, 2, n), strict=True
        ):
            d = f"{body:08d}"
            made.append(f"{d[:2]}.{d[2:5]}.{d[5:]}.{luhn(d)}-{office:03d}.{branch:03d}")
        return made

    def payments(self, n: int) -> list[str]:
        """Card numbers."""
        return [f"{b}{luhn(str(b))}" for b in self.integers(4 * 10**14, 5 * 10**14, n)]


GIVEN, FAMILIES = _given(), _families()
ROADS = [w for split in SPLITS for w in words(STREETS[split])]
HAMLETS = [w for split in SPLITS for w in words(VILLAGES[split])]


def citizens(rows: int, seed: int = SEED) -> Iterator[Sequence[str]]:
    """A register: twelve columns, all but two personal."""
    cities, jobs = sorted({r.regency for r in regions()}), sorted({j for pool in JOBS.values() for j in pool})
    for first, source in _pieces(seed, 1, rows):
        n = ROWS
        names, born = source.names(n), source.born(n)
        odd, phones = source.integers(0, 20, n), source.phones(n)
        notes = [f"hubungi {p}" if o == 0 else source.words(4, 7) for o, p in zip(odd, phones, strict=True)]
        columns = (
            [str(first + i) for i in range(n)], source.niks(born), source.cards(n), names, source.some(cities, n), born,
            source.addresses(n), source.phones(n), source.emails(names), source.taxes(n), source.some(jobs, n), notes,
        )  # fmt: skip
        yield from zip(*columns, strict=True)


def sparse(rows: int, seed: int = SEED) -> Iterator[Sequence[str]]:
    """A ledger: numbers, codes and times; one note in a thousand holds a NIK."""
    cities = sorted({r.regency for r in regions()})
    for first, source in _pieces(seed, 2, rows):
        n = ROWS
        times = np.datetime64("2023-01-01T00:00:00") + source.numbers.integers(0, 5 * 10**7, n)
        notes = [source.words(6, 8) for _ in range(n)]
        hits = np.flatnonzero(source.numbers.random(n) < 0.001).tolist()
        for i, nik in zip(hits, source.niks(source.born(len(hits))), strict=True):
            notes[i] += f" NIK {nik}"
        ids, codes, accounts = (
            range(first, first + n),
            source.integers(10**5, 10**6, n),
            source.integers(51 * 10**4, 6 * 10**5, n),
        )
        numbers = (
            ids,
            times.astype(str).tolist(),
            codes,
            accounts,
            source.integers(10**4, 10**9, n),
            source.integers(1, 100, n),
        )
        places = (source.numbers.random(n) * 10 - 5, 95 + source.numbers.random(n) * 45)
        columns = (
            *numbers, source.some(("BARU", "PROSES", "SELESAI"), n), *(p.tolist() for p in places),
            [f"{source.random.getrandbits(128):032x}" for _ in range(n)], source.some(cities, n), notes,
        )  # fmt: skip
        yield from zip(*(map(str, c) for c in columns), strict=True)


def log(seed: int = SEED) -> Iterator[str]:
    """Lines of servers, JSON and prose; one in a thousand holds an identifier."""
    for first, source in _pieces(seed, 3):
        r, k = source.random, count(first)
        known = zip(*_known(source, 50), strict=True)
        for i in (next(k) for _ in range(ROWS)):
            share, stamp = r.random(), 1_700_000_000_000 + i * 37
            if r.random() < 0.001:
                nik, phone, email, tax, card, _ = next(known)
                yield r.choice((
                    f"2024-09-1{i % 10} 10:{i % 60:02d}:11 INFO profil NIK={nik} tersimpan",
                    f"kirim OTP ke nomor hp {phone} berhasil", f'{{"user":"{email}","ok":true,"ms":{i % 900}}}',
                    f"Wajib pajak NPWP {tax} status aktif", f"bayar kartu kredit {card} sukses",
                    f"{source.words(8, 20)} NIK {nik} dan telepon {phone}.",
                ))  # fmt: skip
            elif share < 0.4:
                yield (
                    f"10.{i % 250}.{i % 199}.{i % 77} - - [17/Sep/2024:10:{i % 60:02d}:{i % 59:02d} +0700] "
                    f'"GET /layanan/v2/berkas/{r.randrange(10**7)}?page={i % 30} HTTP/1.1" 200 {r.randrange(99_999)} '
                    f'"-" "Mozilla/5.0"'
                )
            elif share < 0.7:
                yield (
                    f"{stamp} INFO [worker-{i % 16}] id.go.layanan.Proses - trx={r.getrandbits(64):016x} "
                    f"durasi={r.randrange(900)}ms order={r.randrange(10**9)} status=OK"
                )
            elif share < 0.8:
                request = f'"req":"{r.getrandbits(128):032x}","path":"/api/v1/satker/{i % 9999}"'
                yield f'{{"ts":{stamp},"level":"debug",{request},"size":{r.randrange(10**6)}}}'
            else:
                yield source.words(8, 24).capitalize() + "."


def dense(seed: int = SEED) -> Iterator[str]:
    """Prose full of identifiers: six of seven sentences hold one or two."""
    for _, source in _pieces(seed, 4):
        r, w = source.random, source.words
        known = _known(source, ROWS)
        for nik, phone, email, tax, card, name in zip(*known, strict=True):
            (other,), (address,) = source.cards(1), source.addresses(1)
            yield r.choice((
                f"Saudara {name} dengan NIK {nik} beralamat di {address}, {w(4, 12)}.",
                f"{w(5, 14).capitalize()} nomor telepon {phone} dan surel {email} {w(3, 9)}.",
                f"NPWP: {tax}; nomor KK {other}; {w(4, 10)}.",
                f"Kendaraan B {r.randrange(1000, 9999)} {r.choice(('XYZ', 'KLA', 'TB'))} milik {name} — {w(4, 12)}.",
                f"Rekening bank BRI {r.randrange(10**14, 10**15)} atas nama {name}; paspor "
                f"{r.choice('ABCX')}{r.randrange(10**6, 10**7)}.",
                f"Kartu {card} NIP 19{r.randrange(60, 99)}{r.randrange(1, 13):02d}{r.randrange(1, 29):02d}"
                f"20{r.randrange(0, 24):02d}{r.randrange(1, 13):02d}{r.randrange(1, 3)}{r.randrange(1, 99):03d} "
                f"{w(4, 12)}.",
                f"{w(12, 30).capitalize()} Rp{r.randrange(10**6, 10**9):,} tahun 2024.",
            ))  # fmt: skip


def prose(seed: int = SEED) -> Iterator[str]:
    """Letters, forms, decrees, chats and notes about people, as the benchmark of accuracy has them."""
    folder = Path(cases.__file__).parent
    contents = [yaml.safe_load((folder / f"{split}.yaml").read_text(encoding="utf-8")) for split in SPLITS]
    templates = [text for content in contents for text in content["texts"].values()]
    population = Population("seen2", seed)
    crowd, r = population.households(), population.random
    while True:
        people = [next(crowd) for _ in range(9)]
        for _ in range(5):
            yield cases.fill(r.choice(templates), people, r).text
            yield f"\n{' '.join(r.choices(WORDS, k=40)).capitalize()}.\n"


def base64(seed: int = SEED) -> Iterator[str]:
    """Lines of base64, as mails have attachments."""
    for _, source in _pieces(seed, 5):
        coded = b64encode(source.numbers.bytes(57 * ROWS)).decode()
        yield from (coded[i : i + 76] for i in range(0, len(coded), 76))


def digits(seed: int = SEED) -> Iterator[str]:
    """Numbers of one to twenty digits and spaces, nothing else."""
    for _, source in _pieces(seed, 6):
        lengths = source.integers(1, 21, 12 * ROWS)
        stream = "".join(map(str, source.integers(0, 10, sum(lengths))))
        cuts = np.cumsum([0, *lengths]).tolist()
        numbers = [stream[a:b] for a, b in pairwise(cuts)]
        yield from (" ".join(numbers[i : i + 12]) for i in range(0, len(numbers), 12))


def _known(source: Source, n: int) -> tuple[list[str], ...]:
    names = source.names(n)
    niks, phones = source.niks(source.born(n)), source.phones(n)
    return niks, phones, source.emails(names), source.taxes(n), source.payments(n), names


def _pieces(seed: int, kind: int, rows: int | None = None) -> Iterator[tuple[int, Source]]:
    """The first row of each piece and its source of values; without `rows` there is no end."""
    for first in count(0, ROWS) if rows is None else range(0, rows, ROWS):
        yield first, Source((seed, kind, first))


TABLES: dict[str, tuple[Sequence[str], Callable[[int], Iterator[Sequence[str]]]]] = {
    "citizens": (CITIZENS, citizens),
    "sparse": (SPARSE, sparse),
}
TEXTS: dict[str, Callable[[], Iterator[str]]] = {
    "log": log, "dense": dense, "prose": prose, "base64": base64, "digits": digits,
}  # fmt: skip


def made(folder: Path, name: str, size: int) -> Path:
    """The file of that kind with `size` rows (tables) or at least `size` bytes (texts); made where it is missing."""
    path = folder / f"{name}-{size}.{'csv' if name in TABLES else 'txt'}"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    with draft.open("w", encoding="utf-8", newline="") as file:
        if name in TABLES:
            header, rows = TABLES[name]
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(row for row, _ in zip(rows(size), range(size), strict=False))
        else:
            left = size
            for line in TEXTS[name]():
                file.write(line + "\n")
                left -= len(line.encode()) + 1
                if left <= 0:
                    break
    return draft.rename(path)
