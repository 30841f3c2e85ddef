"""Word that a scan has ended, by mail or to a web address: how it ended, and counts. No value; places only if asked.

Nothing is sent unless the settings name where to. A notice that fails is told and changes nothing.
"""

from __future__ import annotations

import json
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from privacyscan.errors import ConfigurationError
from privacyscan.model import Assessment
from privacyscan.outputs._figures import Figures
from privacyscan.outputs._text import texts
from privacyscan.settings import password

if TYPE_CHECKING:
    from privacyscan.settings import Settings

SECONDS = 10.0  # for a server to answer
HERE = ("localhost", "127.0.0.1", "::1")


def check(settings: Settings) -> None:
    """Raise ConfigurationError where a notice could never be sent, or would be sent in the clear."""
    if settings.notify_mail_to and not (settings.notify_smtp and settings.notify_mail_from):
        raise ConfigurationError("notify-mail-to needs the settings notify-smtp (host:port) and notify-mail-from")
    if settings.notify_smtp_user and settings.notify_smtp_security == "none":
        raise ConfigurationError("notify-smtp-security none would send the password in the clear; use starttls or tls")
    if settings.notify_smtp_user:
        password(settings.notify_smtp_password_env, None)
    if settings.notify_webhook is not None:
        url = _split(settings.notify_webhook)
        if url.scheme != "https" and not (url.scheme == "http" and url.hostname in HERE):
            raise ConfigurationError("notify-webhook should begin with https://")
    if settings.notify_smtp is not None and not (_split(f"//{settings.notify_smtp}").hostname):
        raise ConfigurationError("notify-smtp should be a host and a port, such as mail.contoh.go.id:587")


def send(assessment: Assessment, code: int, settings: Settings) -> Iterator[str]:
    """Send the notices that the settings ask for; gives a sentence for each that failed."""
    said = told(assessment, code, settings)
    if settings.notify_mail_to:
        try:
            _mail(said, settings)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            yield f"the notice by mail was not sent ({_why(error)}); check the settings notify-smtp"
    if settings.notify_webhook is not None:
        try:
            _post(settings.notify_webhook, said)
        except (OSError, ValueError) as error:
            yield f"the notice to notify-webhook was not sent ({_why(error)}); check that setting"


def told(assessment: Assessment, code: int, settings: Settings) -> dict[str, Any]:
    """What a notice says. Places only where `notify-paths` allows them."""
    scan, figures = assessment.scan, Figures(assessment)
    said = {
        "event": "privacyscan",
        "run": scan.id,
        "finished": scan.finished,
        "status": scan.status,
        "exit_code": code,
        "risk": {"score": assessment.risk.score, "level": assessment.risk.level},
        "persons_estimate": scan.persons,
        "assets": len(scan.assets),
        "assets_with_findings": len(figures.with_findings),
        "findings": len(scan.findings),
        "not_read": len(figures.unread),
        "tool_version": scan.versions.tool,
    }
    return said | ({"targets": list(scan.targets), "report": str(settings.output)} if settings.notify_paths else {})


def _mail(said: dict[str, Any], settings: Settings) -> None:
    say = texts(settings.lang)
    figures = {**said, "score": said["risk"]["score"], "level": say(f"levels.{said['risk']['level']}")}
    figures["status"] = say(f"run_status.{said['status']}")
    message = EmailMessage()
    message["From"], message["To"] = settings.notify_mail_from, ", ".join(settings.notify_mail_to)
    message["Subject"] = say("notice.subject", **figures)
    lines = [say("notice.text", **figures), say("notice.no_values"), ""]
    if settings.notify_paths:
        lines.insert(1, say("notice.places", targets=", ".join(said["targets"]), report=said["report"]))
    message.set_content("\n".join(lines))
    with _connected(settings) as server:
        if settings.notify_smtp_user:
            server.login(settings.notify_smtp_user, password(settings.notify_smtp_password_env, None) or "")
        server.send_message(message)


def _connected(settings: Settings) -> smtplib.SMTP:
    """The mail server, behind a certificate that is checked unless the settings say that there is none."""
    import ssl

    url = _split(f"//{settings.notify_smtp}")
    host, port = url.hostname or "", url.port or 0
    if settings.notify_smtp_security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, timeout=SECONDS)
    if settings.notify_smtp_security == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server


def _post(url: str, said: dict[str, Any]) -> None:
    from urllib import request

    class NoRedirect(request.HTTPRedirectHandler):
        """What is sent is for the address that was named, and for no other."""

        def redirect_request(self, *given: Any) -> None:
            return None

    headers = {"Content-Type": "application/json", "User-Agent": "privacyscan"}
    asked = request.Request(url, json.dumps(said).encode(), headers, method="POST")
    with request.build_opener(NoRedirect).open(asked, timeout=SECONDS):
        pass


def _split(url: str) -> Any:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ConfigurationError("notify-smtp or notify-webhook: is no valid address; check host and port") from None
    return parts


def _why(error: Exception) -> str:
    """The reason without the address, which may hold a secret."""
    code = getattr(error, "smtp_code", None) or getattr(error, "code", None)
    reason = getattr(error, "reason", error)
    told = getattr(reason, "strerror", None) or type(error).__name__
    return f"{type(error).__name__} {code}" if isinstance(code, int) else str(told)
