"""The same tree from this machine and from every share: are the findings equal, and how fast is it listed and read?

`python bench/shares.py [--files 3000] [samba sshd s3 webdav ftp]` starts each server on loopback, scans the tree
through it, lists a folder of many files and reads one large file. Beside stands what the server's own client takes.
Ends with 1 when the findings of a share differ from those of the files themselves.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from privacyscan import read
from privacyscan.model import File, Limits, Unit
from privacyscan.settings import Scope
from tests import servers
from tests.detect.made_up import MadeUp
from tests.formats.samples import docx_file, text_file, xlsx_file, zip_file
from tests.servers import PASSWORD, FileServer
from tests.sources.shares import TREE

SERVERS = ("samba", "sshd", "s3", "webdav", "ftp")  # fixtures of tests/servers.py
T = TypeVar("T")
LISTED = {"samba": 20_000, "sshd": 20_000}  # files in one folder; rclone's servers need long for a thousand
LARGE = 256 << 20


def tree(count: int) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of so many files in folders of a hundred; one is read in pieces."""
    yield from TREE.items()
    people = MadeUp(1)
    documents = {"docx": docx_file(), "xlsx": xlsx_file(), "zip": zip_file({"surat.txt": text_file()})}
    for i in range(count - len(TREE) - 1):
        folder = f"bagian {i // 100:03}/"
        if i % 10 < len(documents):
            suffix = list(documents)[i % 10]
            yield f"{folder}{i:05}.{suffix}", documents[suffix]
        else:
            lines = [f"{people.nik()},{people.phone()},{people.email()}" for _ in range(20)]
            yield f"{folder}{i:05}.csv", "\n".join(["nik,hp,surel", *lines]).encode()
    lines = [f"{people.nik()},{i}" for i in range(175_000)] * 2
    yield "besar.csv", "\n".join(["nik,nomor", *lines]).encode()


def scanned(url: str, folder: Path) -> tuple[str, object]:
    """How a scan ended, and what it says of the files, wherever they lie."""
    report = folder / "laporan"
    command = [sys.executable, "-m", "privacyscan", "scan", url, "--format", "json", "--output", str(report), "--quiet"]
    environment = {**os.environ, "XDG_STATE_HOME": str(folder / "state")}
    subprocess.run(command, env=environment, capture_output=True, check=False)
    stored = json.loads((report / "scan.json").read_text(encoding="utf-8"))
    shutil.rmtree(report)
    findings = sorted(
        (f["path"], f["field"] or "", f["entity"], f["matched"], f["seen"], f["distinct"]) for f in stored["findings"]
    )
    return stored["run"]["status"], (
        findings,
        sorted((s["path"], s["reason"], s["message"]) for s in stored["skipped"]),
    )


def measured(work: Callable[[], T]) -> tuple[T, float, float]:
    """What the work gives, and the seconds and CPU seconds that it took, with those of programs that it ran."""
    wall, before = time.monotonic(), _cpu()
    given = work()
    return given, time.monotonic() - wall, _cpu() - before


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def listed(url: str) -> int:
    return sum(1 for _ in read.units(read.target(url), Scope(), Limits()))


def fetched(url: str) -> int:
    """How many bytes the large file has, read from its beginning to its end."""
    (unit,) = read.units(read.target(url), Scope(), Limits())
    assert isinstance(unit, Unit)
    size = 0
    for part in read.source_of(unit.target).read(unit, Limits()):
        assert isinstance(part, File), part
        with part.open() as stream:
            while block := stream.read(1 << 20):
                size += len(block)
    return size


def own_client(name: str, server: FileServer) -> list[str] | None:
    """The command that fetches the large file by the server's own client, signed as ours is; None: there is none."""
    port = str(urlsplit(server.url).port)
    if name == "samba":
        login = ["-p", port, "-U", f"{servers.OWNER}%{PASSWORD}", "--client-protection=sign"]
        return ["smbclient", *login, "//127.0.0.1/berkas", "-c", "get besar.bin /dev/null"]
    if name == "sshd":
        ours = server.home / ".ssh"
        known = ["-o", f"UserKnownHostsFile={ours}/known_hosts"]
        place = f"{server.user}@127.0.0.1:{server.folder}/besar.bin"
        return ["sftp", "-q", "-P", port, "-i", f"{ours}/id_ed25519", *known, place, "/dev/null"]
    return None


def compare(name: str, server: FileServer, here: object, folder: Path) -> bool:
    """Print how the server does, and whether the tree has the same findings there as here."""
    (status, there), wall, cpu = measured(lambda: scanned(f"{server.url}/pohon", folder))
    print(f"{name}: findings {'equal' if there == here else 'DIFFER'}, {status}, {wall:.1f} s ({cpu:.1f} s CPU)")
    files, wall, cpu = measured(lambda: listed(f"{server.url}/banyak"))
    print(f"  listing    {files / wall:6.0f} files/s, {files / cpu:6.0f} a CPU second")
    size, wall, cpu = measured(lambda: fetched(f"{server.url}/besar.bin"))
    print(f"  reading    {size / wall / 1e6:6.0f} MB/s,    {size / cpu / 1e6:6.0f} a CPU second", flush=True)
    command = own_client(name, server)
    if command is not None:
        _, wall, cpu = measured(lambda: subprocess.run(command, capture_output=True, check=True))
        print(f"  {command[0]:<10} {size / wall / 1e6:6.0f} MB/s,    {size / cpu / 1e6:6.0f} a CPU second", flush=True)
    return there == here


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("servers", nargs="*", default=SERVERS)
    arguments.add_argument("--files", type=int, default=3000)
    given = arguments.parse_args()
    chance = random.Random(1)
    equal = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = folder / "pohon"
        for path, data in tree(given.files):
            (files / path).parent.mkdir(parents=True, exist_ok=True)
            (files / path).write_bytes(data)
        (status, here), wall, cpu = measured(lambda: scanned(str(files), folder))
        print(f"here: {status}, {wall:.1f} s ({cpu:.1f} s CPU)", flush=True)
        for name in given.servers:
            with contextmanager(getattr(servers, name).__wrapped__)() as server:
                os.environ["HOME"] = str(server.home)
                shutil.copytree(files, server.folder / "pohon")
                (server.folder / "banyak").mkdir()
                for i in range(LISTED.get(name, 1_000)):
                    (server.folder / "banyak" / f"surat nomor {i:05}.txt").touch()
                with (server.folder / "besar.bin").open("wb") as large:
                    for _ in range(LARGE >> 20):
                        large.write(chance.randbytes(1 << 20))
                equal.append(compare(name, server, here, folder))
    return 0 if all(equal) else 1


if __name__ == "__main__":
    sys.exit(main())
