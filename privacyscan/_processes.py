"""How worker processes are started: by a fork server, because a fork of a process with threads may hang, and without
the caller's script, which `multiprocessing` would otherwise run again in each worker."""

from __future__ import annotations

import tempfile
import threading
from multiprocessing import popen_forkserver, popen_spawn_posix, spawn
from multiprocessing.context import BaseContext, ForkServerContext, ForkServerProcess, SpawnContext, SpawnProcess
from typing import Any

LONGEST = 70  # characters of the temporary folder; the path of the fork server's socket has 107 at most (unix(7))
_one_at_a_time = threading.Lock()


def context() -> BaseContext:
    """How to start workers here: a fork server, or new processes where its socket's path would be too long."""
    return _ForkServer() if len(tempfile.gettempdir()) <= LONGEST else _Spawn()


class _WithoutMain:
    def _launch(self, process_obj: Any) -> None:
        """Launch it with preparation data that does not name the main module: workers need nothing of it."""
        prepared, mine = spawn.get_preparation_data, threading.get_ident()

        def without_main(name: str) -> dict[str, Any]:
            data: dict[str, Any] = prepared(name)
            if threading.get_ident() == mine:  # another thread may be starting a process of its own
                data.pop("init_main_from_name", None)
                data.pop("init_main_from_path", None)
            return data

        with _one_at_a_time:
            spawn.get_preparation_data = without_main
            try:
                super()._launch(process_obj)  # type: ignore[misc]
            finally:
                spawn.get_preparation_data = prepared


class _ForkServerPopen(_WithoutMain, popen_forkserver.Popen):
    pass


_QUIET = "import os; os.dup2(os.open(os.devnull, os.O_WRONLY), 2); "


class _SpawnPopen(_WithoutMain, popen_spawn_posix.Popen):
    def _launch(self, process_obj: Any) -> None:
        """Launch it so that it writes nothing on the terminal, however early it is ended: see `_quiet`."""
        command, mine = spawn.get_command_line, threading.get_ident()

        def quiet(**parameters: Any) -> list[str]:
            line: list[str] = command(**parameters)
            if threading.get_ident() == mine:
                program = line.index("-c") + 1
                line[program] = _QUIET + line[program]
            return line

        spawn.get_command_line = quiet
        try:
            super()._launch(process_obj)
        finally:
            spawn.get_command_line = command


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
