"""Who is told that a scan has ended, and what: figures, never values, and places only where they are allowed."""

from __future__ import annotations

import json
import socketserver
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from privacyscan import notice
from privacyscan.cli import run
from privacyscan.errors import ConfigurationError, UsageError
from privacyscan.outputs._text import texts
from privacyscan.settings import Settings, load
from tests.detect.made_up import MadeUp
from tests.outputs.made_up_assessment import assessment

Got = list[bytes]


def served(server: socketserver.TCPServer) -> Iterator[int]:
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def got() -> Got:
    """What reached a server."""
    return []


@pytest.fixture
def web(got: Got) -> Iterator[int]:
    """A web server that takes what is sent to /masuk and sends all else there."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200 if self.path.startswith("/masuk") else 307)
            self.send_header("Location", "/masuk")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    yield from served(HTTPServer(("127.0.0.1", 0), Handler))


@pytest.fixture
def mail(got: Got) -> Iterator[int]:
    """A mail server that takes one message without a login."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 surat\r\n")
            for line in self.rfile:
                if line.upper().startswith(b"DATA"):
                    self.wfile.write(b"354 ya\r\n")
                    got.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                self.wfile.write(b"221 sudah\r\n" if line.upper().startswith(b"QUIT") else b"250 ya\r\n")

    yield from served(socketserver.TCPServer(("127.0.0.1", 0), Handler))


def settings(**given: Any) -> Settings:
    return load(given, environ={})


def mailing(port: int, **given: Any) -> Settings:
    to = {"notify_mail_to": ["ppdp@contoh.go.id"], "notify_mail_from": "pemindai@contoh.go.id"}
    return settings(**to, notify_smtp=f"127.0.0.1:{port}", notify_smtp_security="none", **given)


def test_a_web_address_is_told_figures_and_no_places(web: int, got: Got) -> None:
    made = assessment()
    asked = settings(notify_webhook=f"http://127.0.0.1:{web}/masuk?kunci=rahasia")
    notice.check(asked)
    assert list(notice.send(made, 3, asked)) == []
    said = json.loads(got[0])
    assert (said["exit_code"], said["risk"]["score"]) == (3, made.risk.score)
    assert (said["persons_estimate"], said["findings"]) == (made.scan.persons, len(made.scan.findings))
    assert [t for t in made.scan.targets if t.encode() in got[0]] == []
    list(notice.send(made, 3, replace(asked, notify_paths=True)))
    assert json.loads(got[1])["targets"] == list(made.scan.targets)


def test_a_notice_follows_no_redirection_and_tells_no_secret_when_it_fails(web: int, got: Got) -> None:
    (fault,) = notice.send(assessment(), 0, settings(notify_webhook=f"http://127.0.0.1:{web}/lain?kunci=rahasia"))
    assert len(got) == 1
    assert fault == "the notice to notify-webhook was not sent (HTTPError 307); check that setting"
    (fault,) = notice.send(assessment(), 0, settings(notify_webhook="http://127.0.0.1:1/masuk?kunci=rahasia"))
    assert "Connection refused" in fault
    assert "rahasia" not in fault


def test_mail_is_told_in_the_language_of_the_reader(mail: int, got: Got) -> None:
    made = assessment()
    assert list(notice.send(made, 1, mailing(mail))) == []
    message = message_from_bytes(got[0], policy=policy.default)
    text = message.get_content()  # type: ignore[attr-defined]
    assert message["To"] == "ppdp@contoh.go.id"
    assert f"risiko {texts('id')(f'levels.{made.risk.level}')} ({made.risk.score} dari 100)" in message["Subject"]
    assert "Pesan ini tidak memuat data pribadi." in text
    assert made.scan.targets[0] not in text


def test_a_server_without_encryption_gets_no_mail(mail: int, got: Got) -> None:
    (fault,) = notice.send(assessment(), 0, replace(mailing(mail), notify_smtp_security="starttls"))
    assert fault.startswith("the notice by mail was not sent (")
    assert got == []


def test_mail_that_fails_is_told() -> None:
    (fault,) = notice.send(assessment(), 0, mailing(1))
    assert fault == "the notice by mail was not sent (Connection refused); check the settings notify-smtp"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"notify_mail_to": ["a@contoh.go.id"]}, "notify-mail-to needs"),
        ({"notify_webhook": "http://contoh.go.id/masuk"}, "should begin with https://"),
        ({"notify_webhook": "ftp://contoh.go.id/masuk"}, "should begin with https://"),
        ({"notify_webhook": "https://[::1/masuk"}, "no valid address"),
        ({"notify_smtp": "surat:pos"}, "no valid address"),
        ({"notify_smtp_user": "a", "notify_smtp_security": "none"}, "in the clear"),
    ],
)
def test_notices_that_could_not_be_sent_are_refused_first(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        notice.check(settings(**given))
    with pytest.raises(UsageError, match="SANDI"):
        notice.check(settings(notify_smtp_user="a", notify_smtp_password_env="SANDI"))


def test_settings_of_notices_stand_in_a_table_and_in_no_report(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(
        '[notify]\nwebhook = "https://contoh.go.id/rahasia"\nmail-to = ["a@contoh.go.id"]\n'
    )
    found = load({}, config=tmp_path / "p.toml", environ={})
    assert found.notify_webhook == "https://contoh.go.id/rahasia"
    assert found.notify_mail_to == ("a@contoh.go.id",)
    assert "contoh" not in json.dumps(found.as_json()) + repr(found).replace("a@contoh.go.id", "")


def test_a_failing_notice_changes_no_exit_code_and_a_scan_tells_no_value(
    tmp_path: Path, web: int, got: Got, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    nik = MadeUp(3).nik()
    (tmp_path / f"KTP_{nik}.csv").write_text(f"nik\n{nik}\n")
    given = ["scan", f"KTP_{nik}.csv", "--format", "json", "--quiet", "--log-format", "json", "--metrics", "a.prom"]
    for path in ("masuk", "lain"):
        monkeypatch.setenv("PRIVACYSCAN_NOTIFY_WEBHOOK", f"http://127.0.0.1:{web}/{path}")
        assert run(given) == 0
    assert [nik.encode() in body for body in got] == [False, False]
    assert nik not in Path("a.prom").read_text()
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["event"] == "warning"
    monkeypatch.setenv("PRIVACYSCAN_NOTIFY_WEBHOOK", "http://contoh.go.id")
    assert run(given) == 2
    assert run([*given[:-1], "tiada/a.prom"]) == 2
