"""Fixtures that every test may ask for."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from tests.servers import (
    ftp,
    mariadb,
    mariadb_server,
    newest_postgresql,
    postgresql,
    postgresql_server,
    redis_server,
    s3,
    samba,
    sshd,
    webdav,
    webdavs,
)

__all__ = [
    "ftp",
    "mariadb",
    "mariadb_server",
    "newest_postgresql",
    "postgresql",
    "postgresql_server",
    "redis_server",
    "s3",
    "samba",
    "sshd",
    "webdav",
    "webdavs",
]

# One cache for all tests, and not the user's: set before any module of the tests loads the rules.
if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="privacyscan-tests-")
    atexit.register(shutil.rmtree, os.environ["XDG_CACHE_HOME"], ignore_errors=True)

# In CI the same examples each time, so that a change is judged by what it changes; elsewhere new ones.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("desk", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "desk")

# What these run is run by others too, or in processes that are not traced: tracing doubles their time and adds little.
UNTRACED = ("accuracy", "detect", "end_to_end", "known", "performance", "presidio_pack", "rulebook")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave tests out of the figure of coverage, which so is a lower bound."""
    tests = Path(__file__).parent
    for item in items:
        if item.path.relative_to(tests).parts[0] in UNTRACED:
            item.add_marker(pytest.mark.no_cover)
