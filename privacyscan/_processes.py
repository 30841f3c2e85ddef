"""How worker processes are started: by a fork server, because a fork of a process with threads may hang, and without
the caller's script, which `multiprocessing` would otherwise run again in each worker. None imports from the current
folder, which may be the one that is scanned."""

from __future__ import annotations

import gc
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import forkserver, popen_forkserver, popen_spawn_posix, resource_tracker, spawn, util
from multiprocessing.context import BaseContext, ForkServerContext, ForkServerProcess, SpawnContext, SpawnProcess
from typing import Any

LONGEST = 70  # characters of the temporary folder; the path of the fork server's socket has 107 at most (unix(7))
_PDEATHSIG = 1  # of prctl(2)
_QUIET = "import os; os.dup2(os.open(os.devnull, os.O_WRONLY), 2); "
_one_at_a_time = threading.Lock()


def collect_seldom() -> None:
    """Look for garbage in cycles less often, and never in what is loaded: a scan keeps much and makes few cycles, so
    each look costs more than it frees, a tenth of the time of many small files. For processes of our own."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def end_with_parent() -> None:
    """Let this worker be killed when the process that it works for ends, however that comes about (Linux, prctl(2)):
    nothing may be written any more when somebody goes on with a run that was killed. A fork server ends with the
    process that it serves, unless a worker keeps the pipe open by which it learns of that."""
    import ctypes

    server: Any = forkserver._forkserver
    if server._forkserver_alive_fd is not None:
        os.close(server._forkserver_alive_fd)
        server._forkserver_alive_fd = None
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL))


def context() -> BaseContext:
    """How to start workers here: a fork server, or new processes where its socket's path would be too long."""
    with _one_at_a_time, _changed(util, "_args_from_interpreter_flags", _safe):
        resource_tracker.ensure_running()  # which the first lock would start otherwise
    return _ForkServer() if len(tempfile.gettempdir()) <= LONGEST else _Spawn()


@contextmanager
def _changed(module: Any, name: str, change: Callable[[Any], Any]) -> Iterator[None]:
    """While this thread launches a process, a function of a module of `multiprocessing` gives what `change` makes of
    it."""
    original, mine = getattr(module, name), threading.get_ident()

    def changed(*arguments: Any, **parameters: Any) -> Any:
        given = original(*arguments, **parameters)
        return change(given) if threading.get_ident() == mine else given  # others may start processes of their own

    setattr(module, name, changed)
    try:
        yield
    finally:
        setattr(module, name, original)


def _without_main(data: dict[str, Any]) -> dict[str, Any]:
    """Preparation data that does not name the main module: workers need nothing of it."""
    return {k: v for k, v in data.items() if k not in ("init_main_from_name", "init_main_from_path")}


def _quiet(line: list[str]) -> list[str]:
    """A command line of a process that writes nothing on the terminal, however early it is ended: see `_quiet.py`."""
    program = line.index("-c") + 1
    return [*line[:program], _QUIET + line[program], *line[program + 1 :]]


def _safe(flags: list[str]) -> list[str]:
    """Flags of the interpreter, with the one that keeps the current folder out of the module search path."""
    return [*flags, "-P"]


class _Launch:
    def _launch(self, process_obj: Any) -> None:
        with (
            _one_at_a_time,
            _changed(util, "_args_from_interpreter_flags", _safe),
            _changed(spawn, "get_preparation_data", _without_main),
            _changed(spawn, "get_command_line", _quiet),
        ):
            super()._launch(process_obj)  # type: ignore[misc]


class _ForkServerPopen(_Launch, popen_forkserver.Popen):
    pass


class _SpawnPopen(_Launch, popen_spawn_posix.Popen):
    pass


class _ForkServerWorker(ForkServerProcess):
    @staticmethod
    def _Popen(process_obj: Any) -> Any:
        return _ForkServerPopen(process_obj)


class _SpawnWorker(SpawnProcess):
    @staticmethod
    def _Popen(process_obj: Any) -> Any:
        return _SpawnPopen(process_obj)


class _ForkServer(ForkServerContext):
    Process = _ForkServerWorker


class _Spawn(SpawnContext):
    Process = _SpawnWorker
