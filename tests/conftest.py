"""Fixtures that every test may ask for."""

from tests.servers import mariadb, mariadb_server, postgresql, postgresql_server

__all__ = ["mariadb", "mariadb_server", "postgresql", "postgresql_server"]
