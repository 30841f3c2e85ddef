"""Why a server said no, in our words, for all kinds of database and share."""

from __future__ import annotations

from dataclasses import dataclass

from privacyscan.model import Reason


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a server said no: its own message may quote values. `again`: the same may work on a new connection."""

    reason: Reason
    says: str
    again: bool = False


NO_LOGIN = Fault(Reason.LOGIN_FAILED, "the server refused the login; check the user and the password")
NO_HOST = Fault(Reason.UNREACHABLE, "no such host; check its name")
NO_ANSWER = Fault(
    Reason.UNREACHABLE, "no connection; check host and port, and that the server lets this host in", again=True
)
NO_ANSWER_TLS = Fault(Reason.UNREACHABLE, "no connection; check host, port and TLS")
LOST = Fault(Reason.UNREACHABLE, "the connection was lost; scan again", again=True)
FULL = Fault(Reason.UNREACHABLE, "the server has no connection left; scan again later")
NO_DATABASE = Fault(Reason.UNREACHABLE, "the server has no such database; check the name at the end of the URL")
TOO_LONG = Fault(Reason.TIMEOUT, "the server took too long, or somebody cancelled it; see --statement-timeout")
TOO_SLOW = Fault(Reason.TIMEOUT, "the server took too long; see --statement-timeout and --connect-timeout")
DENIED = Fault(Reason.DENIED, "may not be read; give the user the right to read it and scan again")
NO_SELECT = Fault(Reason.DENIED, "the user may not read it; grant SELECT and scan again")
GONE = Fault(Reason.VANISHED, "is not there; it may have been deleted or renamed")
DROPPED = Fault(Reason.VANISHED, "was dropped or renamed during the scan")
DAMAGED = Fault(Reason.DAMAGED, "the server finds its data damaged; check the server's log")
BROKEN_VIEW = Fault(Reason.ERROR, "a view of something that is gone, or that its owner may not read; repair or drop it")
NO_NAME = Fault(Reason.ERROR, "the server does not take its name; rename it and scan again")
