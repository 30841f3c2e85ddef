"""A million made-up people in PostgreSQL, scanned: are the counts right, how long does it take, in how much memory?

    .venv/bin/python bench/postgresql_million.py [ROWS]

Starts a private server (Debian's package postgresql), fills one table of 12 columns, scans it in a process of its
own with two workers, and prints a table. Ends with 1 when a count is wrong or a process took more than 600 MB.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

MEMORY = 600 << 20
CHUNK = 10_000  # people made up at a time
TABLE = """CREATE TABLE penduduk (id bigint, nik varchar(16), no_kk bigint, nama text, jenis_kelamin char(1),
    tanggal_lahir date, no_hp text, surel text, npwp text, alamat text, catatan text, diubah timestamp)"""
NOTES = ("berkas lengkap", "menunggu verifikasi", "sudah diserahkan di loket 4", "", None)
Row = tuple[object, ...]


def people(rows: int, planted: Counter[str]) -> Iterator[Row]:
    """The rows, and in `planted` how many cells of which column hold an identifier."""
    from privacyscan.demo.people import population

    number = 0
    while number < rows:
        random = Random(number)
        for person in population(min(CHUNK, rows - number), random):
            number += 1
            note = f"NIK pelapor {person.nik}, lihat arsip" if number % 100 == 0 else random.choice(NOTES)
            filled = {"no_hp": person.phone, "surel": person.email, "npwp": person.npwp}
            planted.update(["nik ID_NIK", "no_kk ID_KK", "nama PERSON", "tanggal_lahir DATE_OF_BIRTH"])
            planted.update(f"{c} {e}" for c, e in ENTITIES.items() if filled[c])
            planted.update(["catatan ID_NIK"] * (number % 100 == 0))
            yield (
                *(number, person.nik, int(person.kk), person.name, "P" if person.woman else "L", person.born),
                *(person.phone, person.email, person.npwp, person.address, note, "2024-06-01 08:00:00"),
            )


ENTITIES = {"no_hp": "PHONE_NUMBER", "surel": "EMAIL_ADDRESS", "npwp": "ID_NPWP"}


def fill(url: str, rows: int) -> Counter[str]:
    from tests.servers import connected

    planted: Counter[str] = Counter()
    with connected(url) as connection, connection.cursor() as cursor:
        cursor.execute(TABLE)
        with cursor.copy("COPY penduduk FROM STDIN") as copy:
            for row in people(rows, planted):
                copy.write_row(row)
        cursor.execute("ANALYZE")
    return planted


def scanned(url: str) -> None:
    """The scan itself; prints what it found as JSON."""
    from privacyscan.scan import scan
    from privacyscan.settings import load

    with tempfile.TemporaryDirectory() as state:
        result = scan([url], load({"workers": 2}, environ={"XDG_STATE_HOME": state}))
    found = {f"{f.place.column} {f.entity}": f.matched for f in result.findings}
    print(json.dumps([result.status, result.seconds, sum(a.rows for a in result.assets), found]))


@contextmanager
def server() -> Iterator[str]:
    from tests.servers import serve_postgresql

    serving = serve_postgresql()
    try:
        yield next(serving).url
    finally:
        serving.close()


def measured(command: list[str]) -> tuple[str, dict[int, int], dict[int, float]]:
    """The output of a command, and of its processes, itself first, the peak memory in bytes and the CPU seconds."""
    peaks: dict[int, int] = {}
    cpu: dict[int, float] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            for pid in family(process.pid):
                try:
                    status = Path(f"/proc/{pid}/status").read_text()
                    times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
                except OSError:  # it has just ended
                    continue
                peak = next((int(x.split()[1]) << 10 for x in status.splitlines() if x.startswith("VmHWM")), 0)
                peaks[pid] = max(peaks.get(pid, 0), peak)
                cpu[pid] = sum(map(int, times)) / os.sysconf("SC_CLK_TCK")
            time.sleep(0.05)
        assert process.stdout is not None
        return process.stdout.read(), peaks, cpu


def family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from family(int(child))


def main(rows: int) -> int:
    with server() as url:
        begun = time.monotonic()
        planted = fill(url, rows)
        print(f"filled with {rows} rows in {time.monotonic() - begun:.0f} s")
        output, peaks, cpu = measured([sys.executable, __file__, "--scan", url])
    status, seconds, read, found = json.loads(output)
    right = status == "complete" and read == rows
    print(f"{'column, entity':<32}{'planted':>10}{'found':>10}")
    for name in sorted(planted.keys() | found.keys()):
        judged = name in planted
        right &= not judged or planted[name] == found.get(name, 0)
        print(f"{name:<32}{planted[name] if judged else '-':>10}{found.get(name, 0):>10}")
    print(
        f"status {status}, {read} rows in {seconds:.1f} s, {rows / seconds:,.0f} rows/s, CPU {sum(cpu.values()):.1f} s"
    )
    print("peak memory, MB: " + ", ".join(str(p >> 20) for p in sorted(peaks.values(), reverse=True)))
    right &= max(peaks.values()) < MEMORY
    print("right" if right else "WRONG")
    return 0 if right else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--scan"]:
        scanned(sys.argv[2])
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
