"""Fixtures that every test may ask for."""

import os

from hypothesis import settings

from tests.servers import mariadb, mariadb_server, postgresql, postgresql_server

__all__ = ["mariadb", "mariadb_server", "postgresql", "postgresql_server"]

# In CI the same examples each time, so that a change is judged by what it changes; elsewhere new ones.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("desk", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "desk")
