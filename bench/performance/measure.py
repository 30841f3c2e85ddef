"""Run a command and print as JSON what it took together with everything it started: `measure.py SECONDS COMMAND...`.

`cpu`: user and system seconds; `peak`: bytes of its largest process; `chain`: CPU seconds without those of its second
busiest worker, so what two idle cores would take at least; `memory`: [cpu, bytes of the largest process] over time. A
fork server and its workers are nobody's once their parent ends: this process inherits them and waits for all.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)
EVERY = 0.05  # seconds between two looks at memory
TICKS, PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")


def family(pid: int) -> Iterator[int]:
    """The processes that this one started, and theirs."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(c) for task in tasks for c in (task / "children").read_text().split()]
    except OSError:
        return  # it has just ended
    for child in children:
        yield child
        yield from family(child)


class Watch(threading.Thread):
    """Looks at the processes until all have ended."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.cpu: dict[int, float] = {}
        self.parents: dict[int, int] = {}
        self.memory: list[tuple[float, int]] = []

    def run(self) -> None:
        while True:
            sizes = [self._look(pid) for pid in family(os.getpid())]
            if any(sizes):
                self.memory.append((round(sum(self.cpu.values()), 2), max(sizes)))
            time.sleep(EVERY)

    def _look(self, pid: int) -> int:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0
        self.parents.setdefault(pid, int(stat[1]))
        self.cpu[pid] = (int(stat[11]) + int(stat[12])) / TICKS
        return int(stat[21]) * PAGE


def main(most: float, command: list[str]) -> None:
    """Run it; after `most` seconds everything is ended."""
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    nothing = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)
    begun = time.monotonic()
    first = os.posix_spawnp(command[0], command, os.environ, file_actions=[nothing])
    watch = Watch()
    watch.start()
    end = threading.Timer(most, lambda: [os.kill(pid, 9) for pid in family(os.getpid())])
    end.daemon = True
    end.start()
    cpu, peak, status = 0.0, 0, 0
    while True:
        try:
            pid, ended, usage = os.wait4(-1, 0)
        except ChildProcessError:
            break
        cpu += usage.ru_utime + usage.ru_stime
        peak = max(peak, usage.ru_maxrss << 10)
        status = os.waitstatus_to_exitcode(ended) if pid == first else status
    workers = [pid for pid, parent in watch.parents.items() if parent not in (first, os.getpid())]  # of the fork server
    busy = sorted((watch.cpu[pid] for pid in workers), reverse=True)
    taken = {"cpu": cpu, "peak": peak, "wall": time.monotonic() - begun, "status": status}
    print(json.dumps({**taken, "chain": cpu - sum(busy[1:2]), "memory": watch.memory}))


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2:])
