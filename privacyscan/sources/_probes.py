"""Probes: short questions to a server of how open its data lies, asked once, while its tables are listed.

They are asked in the session that only reads. What the server refuses, or does not answer soon, is told as not known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING

from privacyscan.errors import TargetError
from privacyscan.model import Access, Evidence, Limits

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from privacyscan.sources._dialect import Dialect

SECONDS = 5  # that the answer to a probe may take
Path = tuple[str, ...]  # of a table, or of the schema or, empty, the server that it lies in
Shown = Iterable[tuple[Path, Evidence]]


@dataclass(frozen=True, slots=True)
class Probe:
    """A question to a server; `code` is the exposure that it looks for."""

    code: str
    ask: Callable[[Connection], Shown]


def probed(
    dialect: Dialect, connection: Connection, limits: Limits, errors: tuple[type[Exception], ...]
) -> Mapping[Path, Sequence[Evidence]]:
    """What the probes of a dialect show, by what it is of. After one that was refused the session begins anew."""
    quick = replace(limits, statement_timeout=min(SECONDS, limits.statement_timeout), sample=None)
    refusals: tuple[type[Exception], ...] = (*errors, TargetError)
    shown: dict[Path, list[Evidence]] = defaultdict(list)
    is_ready = False
    for probe in dialect.probes:
        try:
            if not is_ready:
                connection.rollback()
                dialect.begin(connection, quick)
                is_ready = True
            for path, evidence in list(probe.ask(connection)):
                shown[path].append(evidence)
        except refusals:
            is_ready = False
            shown[()].append(unknown(probe.code))
    with suppress(*refusals):
        connection.rollback()
    return shown


def unknown(code: str) -> Evidence:
    """That it could not be looked for an exposure."""
    return Evidence("probe_unknown", {"probe": code})


def access_to(path: Path, shown: Mapping[Path, Sequence[Evidence]], access: Access | None = None) -> Access | None:
    """What is known of the access to a table, with what probes show of it and of all that it lies in; each once."""
    found: dict[object, Evidence] = {}
    for i in reversed(range(len(path) + 1)):  # the table's own first
        for evidence in shown.get(path[:i], ()):
            found.setdefault((evidence.code, evidence.params.get("probe")), evidence)
    return replace(access or Access(), flags=tuple(found.values())) if found else access


def without_tls(host: str, is_encrypted: bool) -> list[Evidence]:
    """That what the host sends can be read on its way."""
    return [] if is_encrypted or is_local(host) else [Evidence("no_tls")]


def way_in(host: str | None, is_encrypted: bool, has_login: bool, without_login: str) -> Access:
    """How a server let the scan in: with what exposure if it asked for no login, and whether in clear text."""
    open_to_all = [] if has_login else [Evidence(without_login)]
    return Access(flags=(*open_to_all, *without_tls(host or "", is_encrypted)))


def is_local(host: str) -> bool:
    """Whether what is sent to the host never leaves this machine."""
    if not host or host.startswith(("/", "@")) or host.lower() == "localhost":
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False


def listening(setting: str, addresses: str) -> list[Evidence]:
    """That a server listens on every network, or on an address of the internet, by a setting that lists addresses."""
    for address in filter(None, (a.strip() for a in addresses.split(","))):
        if address in ("*", "0.0.0.0", "::") or _is_public(address):
            return [Evidence("listens_everywhere", {"setting": f"{setting} = {address}"})]
    return []


def _is_public(address: str) -> bool:
    with suppress(ValueError):
        return ip_address(address).is_global
    return False
