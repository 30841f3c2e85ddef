"""What comes out of every format: planted NIK found, in a file alone, three deep, and in damaged files.

`python bench/formats/run.py --write DIR` writes the corpus; `run.py` scans it and prints the table of docs/formats.md;
`run.py --mutants 200` scans damaged copies of each file. The files are the samples of tests/formats, which every format
has, and for the table those of further.py. Ends with 1 when something planted was neither found nor listed as not read:
in whole files, and in files cut off where the format marks its end. A changed byte may be a changed digit, which nobody
can tell.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from bench.formats.further import further
from privacyscan import known, rulebook
from privacyscan.model import Reason, Scan
from privacyscan.read import target
from privacyscan.scan import scan
from privacyscan.settings import Settings
from privacyscan.testing import Sample
from tests.formats.samples import SAMPLES, zip_file

CUT = "potong"  # in the names of files that were cut off


@dataclass(frozen=True)
class Planted:
    """One file of the corpus: where it lies, and how many different NIK stand in it."""

    kind: str
    path: str
    sample: Sample


def corpus() -> Iterator[Planted]:
    """Each sample and each further file alone, and in a zip in a mail."""
    samples = ((kind, sample) for kind, held in SAMPLES.items() for sample in held)
    for kind, sample in sorted((*samples, *further()), key=lambda pair: pair[0]):
        yield Planted(kind, f"{kind}/{sample.name}", sample)
        inside = zip_file({f"data/{sample.name}": sample.data})
        nested = replace(sample, name=f"{sample.name}.eml", data=_mail(inside))
        yield Planted(f"{kind}, zip, mail", f"{kind}/{nested.name}", nested)


def mutants(sample: Sample, number: int) -> Iterator[tuple[str, bytes]]:
    """Copies cut off, with bytes changed, with noise put in, in turn; the same each time."""
    chance = random.Random(sample.name)
    for i in range(number):
        data = bytearray(sample.data)
        at = chance.randrange(min(16, len(data) - 1), len(data))  # less than 16 bytes are a file of their own
        if i % 3 == 0:
            yield f"{i:03} {CUT} {sample.name}", bytes(data[:at])
        elif i % 3 == 1:
            for _ in range(1 + i % 7):
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            yield f"{i:03} ubah {sample.name}", bytes(data)
        else:
            data[at:at] = chance.randbytes(chance.choice((1, 16, 500)))
            yield f"{i:03} derau {sample.name}", bytes(data)


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


class Bench:
    """Scans against the list of all planted NIK, which tells exactly how many of them were found."""

    def __init__(self, room: Path, workers: int) -> None:
        values = sorted({v for held in SAMPLES.values() for s in held for v in s.values})
        (room / "warga.csv").write_text("nik\n" + "\n".join(values) + "\n", encoding="utf-8")
        people, key = room / "warga.known", room / "warga.key"
        plain = Settings(state=room / "state", workers=workers, names="off")
        known.build([target(str(room / "warga.csv"))], people, key, {}, rulebook.load(), plain)
        self._settings = replace(plain, known=people, known_key=key)

    def scan(self, path: Path) -> Scan:
        return scan([target(str(path))], self._settings)


def recall(bench: Bench, room: Path) -> bool:
    """The table of what was found of what was planted; whether all of it was found or listed as not read."""
    good = True
    print("| format | file | found | three deep: zip in a mail |\n|---|---|--:|--:|")
    cells: dict[tuple[str, str], list[str]] = defaultdict(list)
    for planted in corpus():
        write(room, {planted.path: planted.sample.data})
        done = bench.scan(room / planted.path)
        found = done.known.found if done.known else 0
        wanted = len(set(planted.sample.values))
        listed = sorted({str(s.reason) for s in done.skipped if s.reason.in_scope})
        good &= found == wanted or bool(listed)
        kind, _, nested = planted.kind.partition(", ")
        name = planted.sample.name.removesuffix(".eml") if nested else planted.sample.name
        cells[kind, name].append(f"{found} of {wanted}" + "".join(f", {reason}" for reason in listed))
    for (kind, name), figures in cells.items():
        print(f"| {kind} | `{name}` | {' | '.join(figures)} |")
    return good


def damaged(bench: Bench, room: Path, number: int) -> bool:
    """The table of what became of damaged files; whether no loss was passed over where it can be told."""
    good = True
    print("| format | file | mutants | all found | listed | of them read in part | less found | of them cut | broke |")
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|")
    for kind, held in sorted(SAMPLES.items()):
        for sample in held:
            folder = room / kind / sample.name.replace(".", "_")
            files = dict(mutants(sample, number))
            write(folder, files)
            fates = _fates(bench.scan(folder), set(files), len(set(sample.values)))
            good &= not (sample.marks_end and fates[4])
            print(f"| {kind} | `{sample.name}` | {number} | {' | '.join(map(str, fates))} |", flush=True)
    return good


def _fates(done: Scan, names: set[str], wanted: int) -> tuple[int, ...]:
    """How many mutants gave everything; were listed as not read to the end; of them gave something; gave less without
    being listed; of them were cut off; ended their worker or took it too long."""
    found: Counter[str] = Counter()
    for asset in done.assets:
        found[asset.place.path[0]] += asset.known or 0
    listed = {s.place.path[0] for s in done.skipped if s.reason.in_scope}
    broke = {s.place.path[0] for s in done.skipped if s.reason in (Reason.CRASHED, Reason.TIMEOUT, Reason.MEMORY)}
    whole = {name for name in names - listed if found[name] >= wanted}
    less = names - listed - whole
    partly = sum(found[name] > 0 for name in listed)
    return len(whole), len(listed), partly, len(less), sum(CUT in name for name in less), len(broke)


def _mail(attached: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "loket@contoh.go.id", "dinas@contoh.go.id", "Berkas"
    mail.set_content("Terlampir.")
    mail.add_attachment(attached, maintype="application", subtype="zip", filename="berkas.zip")
    return mail.as_bytes()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path, metavar="DIR", help="only write the corpus there")
    parser.add_argument("--mutants", type=int, default=0, metavar="N", help="damaged copies of each file, 200 say")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args(arguments)
    if asked.write:
        write(asked.write, {p.path: p.sample.data for p in corpus()})
        return 0
    with tempfile.TemporaryDirectory(prefix="privacyscan-formats-") as room:
        bench = Bench(Path(room), asked.workers)
        files = Path(room) / "berkas"
        good = damaged(bench, files, asked.mutants) if asked.mutants else recall(bench, files)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
