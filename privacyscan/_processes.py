"""How worker processes are started: by a fork server, because a fork of a process with threads may hang, and without
the caller's script, which `multiprocessing` would otherwise run again in each worker."""

from __future__ import annotations

import threading
from multiprocessing import popen_forkserver, spawn
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Any

_one_at_a_time = threading.Lock()


class _Popen(popen_forkserver.Popen):
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


class _Process(ForkServerProcess):
    @staticmethod
    def _Popen(process_obj: Any) -> Any:
        return _Popen(process_obj)


class _Context(ForkServerContext):
    Process = _Process


context = _Context()
