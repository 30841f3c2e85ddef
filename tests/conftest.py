"""Fixtures that every test may ask for."""

import atexit
import os
import shutil
import tempfile

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
