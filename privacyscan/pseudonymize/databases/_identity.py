"""Whether two connections lead to one database, whatever names lead to them: hosts, forwarded ports, links, poolers; or
to one that follows the other."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlalchemy as sa


_CLUSTER = ("STATUS LIKE 'wsrep_cluster_state_uuid'", "VARIABLES LIKE 'group_replication_group_name'")
# MariaDB's with all its connections, MySQL's, and that of MySQL before 8.0.22.
_FOLLOWED = ("SHOW ALL SLAVES STATUS", "SHOW REPLICA STATUS", "SHOW SLAVE STATUS")


def is_same(source: sa.Connection, target: sa.Connection) -> bool | None:
    """Whether what is written to `target` is in `source`, or comes there; None where that cannot be told. Nothing is
    written to find out."""
    kind = source.dialect.name
    if kind == "postgresql" == target.dialect.name:
        return _same_postgresql(source, target)
    if {kind, target.dialect.name} <= {"mysql", "mariadb"}:
        return _same_mysql(source, target)
    if kind == "sqlite" == target.dialect.name:
        return os.path.samestat(*(os.stat(_one(c, "PRAGMA database_list")[2]) for c in (source, target)))
    return False


def _same_postgresql(source: sa.Connection, target: sa.Connection) -> bool:
    """One server by when it was started; or a copy of the target that follows it, by the name of the cluster."""
    asked = (
        "SELECT pg_catalog.current_database(), pg_catalog.pg_postmaster_start_time(), "
        "(SELECT system_identifier FROM pg_catalog.pg_control_system()), pg_catalog.pg_is_in_recovery()"
    )
    (name, started, cluster, follows), (to_name, to_started, to_cluster, _) = (_one(c, asked) for c in (source, target))
    return bool(name == to_name and (started == to_started or (follows and cluster == to_cluster)))


def _same_mysql(source: sa.Connection, target: sa.Connection) -> bool | None:
    """One server if it knows a lock that the target holds. Names of databases may differ in capitals alone."""
    asked = "SELECT CASE @@lower_case_table_names WHEN 0 THEN database() ELSE lower(database()) END"
    if _one(source, asked) != _one(target, asked):
        return False
    lock = f"privacyscan_{secrets.token_hex(16)}"
    _one(target, f"SELECT GET_LOCK('{lock}', 0)")
    (holder,) = _one(source, f"SELECT IS_USED_LOCK('{lock}')")
    _one(target, f"SELECT RELEASE_LOCK('{lock}')")
    return True if holder is not None or _clusters(source) & _clusters(target) else _follows(source, target)


def _clusters(connection: sa.Connection) -> set[str]:
    """The cluster of which all servers are written as one: Galera, or group replication."""
    rows = [row for asked in _CLUSTER for row in connection.exec_driver_sql(f"SHOW GLOBAL {asked}")]
    return {name for _, name in rows if name.strip("0-")}


def _follows(source: sa.Connection, target: sa.Connection) -> bool | None:
    """Whether the source follows the target, maybe by way of others: what it took over last has numbers that the target
    wrote down, which anybody may read. None where it follows something, or may, and has no such numbers."""
    if not _one(target, "SELECT @@log_bin")[0] or (followed := _followed(source)) == []:
        return False
    kinds = [getattr(connection.dialect, "is_mariadb", False) for connection in (source, target)]
    if all(kinds):
        taken, written = _numbers(source, "gtid_slave_pos"), _numbers(target, "gtid_binlog_state")
        if any(written.get(server, 0) >= number for server, number in taken.items()):
            return True
        return None if followed and not taken else False
    if any(kinds):
        return None
    (server,) = _one(target, "SELECT @@server_uuid")
    taken_over, mode = _one(source, "SELECT @@GLOBAL.gtid_executed, @@GLOBAL.gtid_mode")
    if server in taken_over or any(server in row for row in followed or ()):
        return True
    return False if mode == "ON" else None


def _followed(source: sa.Connection) -> list[tuple[Any, ...]] | None:
    """What the source says of the servers that it follows; None where the user may not ask."""
    from sqlalchemy.exc import DBAPIError

    for asked in _FOLLOWED:
        with suppress(DBAPIError):
            return [tuple(row) for row in source.exec_driver_sql(asked)]
    return None


def _numbers(connection: sa.Connection, variable: str) -> dict[str, int]:
    """The last transaction of each server, by domain and number of the server: `0-1-270,0-2-14`."""
    (numbers,) = _one(connection, f"SELECT @@GLOBAL.{variable}")
    pairs = (number.rpartition("-") for number in numbers.split(",") if number)
    return {server: int(last) for server, _, last in pairs}


def _one(connection: sa.Connection, question: str) -> Any:
    return tuple(connection.exec_driver_sql(question).one())
