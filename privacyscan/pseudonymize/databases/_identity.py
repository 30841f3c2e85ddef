"""Whether two connections lead to one database, whatever names lead to them: hosts, forwarded ports, links, poolers."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlalchemy as sa


def is_same(source: sa.Connection, target: sa.Connection) -> bool:
    """Whether what is written to `target` is in `source`. Nothing is written to find out."""
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


def _same_mysql(source: sa.Connection, target: sa.Connection) -> bool:
    """One server if it knows a lock that the target holds. Names of databases may differ in capitals alone."""
    lock = f"privacyscan_{secrets.token_hex(16)}"
    _one(target, f"SELECT GET_LOCK('{lock}', 0)")
    (holder,) = _one(source, f"SELECT IS_USED_LOCK('{lock}')")
    _one(target, f"SELECT RELEASE_LOCK('{lock}')")
    asked = "SELECT CASE @@lower_case_table_names WHEN 0 THEN database() ELSE lower(database()) END"
    return holder is not None and bool(_one(source, asked) == _one(target, asked))


def _one(connection: sa.Connection, question: str) -> Any:
    return tuple(connection.exec_driver_sql(question).one())
