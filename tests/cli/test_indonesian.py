"""Mistakes and what was not read, told in Indonesian to whoever asks for no other language."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from privacyscan.cli import app
from privacyscan.cli._help import paragraphs
from privacyscan.outputs._text import texts
from tests.cli.conftest import Outcome

Command = Callable[..., Outcome]

pytestmark = pytest.mark.usefixtures("indonesian")
MISTAKES = [
    pytest.param("scan", "Argumen 'TARGET' belum diberikan.\nLihat: privacyscan scan --help", id="no target"),
    pytest.param("scan bersih --colour red", "Tidak ada opsi seperti itu: --colour", id="unknown option"),
    pytest.param(
        "scan bersih --worker 1",
        "Tidak ada opsi seperti itu: --worker (mungkin maksudnya: --workers)",
        id="near one",
    ),
    pytest.param("suppress a.json F-1", "Opsi '--reason' belum diberikan.", id="no reason"),
    pytest.param("xyz bersih", "Tidak ada perintah 'xyz'.", id="unknown command"),
    pytest.param("sacn bersih", "Tidak ada perintah 'sacn'. Mungkin maksudnya 'scan'?", id="nearly a command"),
    pytest.param("scan bersih --lang", "Opsi '--lang' memerlukan isian.", id="option without its value"),
    pytest.param("scan bersih --quiet=1", "Opsi '--quiet' tidak menerima isian.", id="switch with a value"),
    pytest.param(
        "scan bersih --workers dua", "Nilai tidak sah untuk '--workers': harus berupa bilangan bulat", id="no integer"
    ),
    pytest.param(
        "scan bersih --connect-timeout dua",
        "Nilai tidak sah untuk '--connect-timeout': harus berupa bilangan",
        id="no number",
    ),
    pytest.param("demo --people 99", "Nilai tidak sah untuk '--people': paling sedikit 100", id="too few people"),
    pytest.param("scan bersih --workers 0", "--workers: paling sedikit 1", id="no workers"),
    pytest.param("scan bersih --connect-timeout 0", "--connect-timeout: harus lebih dari 0", id="no time"),
    pytest.param(
        "scan bersih --fail-on x", "--fail-on: harus 'low', 'medium', 'high', 'critical' atau 'new'", id="level"
    ),
    pytest.param("report a.json b c", "Ada argumen berlebih (b c)", id="two arguments too many"),
    pytest.param("rules", "Perintah belum diberikan.", id="half a command"),
    pytest.param(
        "scan tiada", "tiada: tidak ada berkas atau folder seperti itu; periksa jalurnya", id="nothing at the path"
    ),
    pytest.param("scan gopher://x/y", "gopher://x/y: skema gopher:// tidak dikenal; berikan folder", id="scheme"),
    pytest.param(
        "scan bersih --config tiada.toml",
        "tiada.toml: tidak dapat dibaca (tidak ada berkas atau folder seperti itu); periksa --config",
        id="missing settings",
    ),
    pytest.param("scan bersih --rules tiada", "aturannya mengandung kesalahan:\ntiada:1: folder atau", id="no rules"),
    pytest.param("scan bersih --max-file-size x", "--max-file-size: harus berupa ukuran seperti 10MB", id="no size"),
]


@pytest.mark.parametrize(("line", "says"), MISTAKES)
def test_a_mistake_is_told_in_indonesian(command: Command, clean: Path, line: str, says: str) -> None:
    done = command(*line.split())
    assert done.code == 2
    assert done.err.startswith(f"privacyscan: {says}")


@pytest.mark.parametrize("asked", [("--lang", "en"), ("--lang=en",)])
def test_a_mistake_is_told_in_english_to_who_asks_for_it(command: Command, asked: tuple[str, ...]) -> None:
    assert command("scan", "tiada", *asked).err.startswith("privacyscan: tiada: there is no such file or folder")


def test_what_was_not_read_is_told_in_indonesian_and_stored_in_english(command: Command, broken: Path) -> None:
    done = command("scan", "rusak", "--format", "json")
    assert done.code == 3
    assert "(tidak dapat dibaca sampai akhir)" in done.err
    assert "BadZipFile" not in done.err
    [skipped] = json.loads(Path("privacyscan-report/scan.json").read_text())["skipped"]
    assert skipped["message"] == "cannot be read to its end"


def test_a_report_tells_it_in_its_language(command: Command, broken: Path) -> None:
    command("scan", "rusak", "--format", "html")
    assert "<td>tidak dapat dibaca sampai akhir</td>" in Path("privacyscan-report/report.html").read_text()
    command("scan", "rusak", "--format", "html", "--lang", "en")
    assert '<td lang="en">cannot be read to its end</td>' in Path("privacyscan-report/report.html").read_text()


def test_the_json_log_stays_english(command: Command) -> None:
    told = json.loads(command("scan", "tiada", "--log-format", "json").err)
    assert told["message"] == "tiada: there is no such file or folder; check the path"


def test_pseudonymize_says_in_indonesian_what_it_did_not_copy(command: Command, citizens: Path) -> None:
    (citizens / "surat.7z").write_bytes(b"7z\xbc\xaf\x27\x1c")
    Path("kebijakan.toml").write_text('default = "redact"\n', encoding="utf-8")
    done = command("pseudonymize", "warga", "--to", "salinan", "--policy", "kebijakan.toml")
    assert "Format tidak dikenal (berkas berformat ini tidak disalin oleh versi ini)\n" in done.err


def test_help_is_indonesian_where_the_environment_says_so(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Find personal data, score it, write reports." in command("scan", "--help").out
    monkeypatch.setenv("PRIVACYSCAN_LANG", "id")
    for line in (("--help",), ("scan", "--help"), ()):
        assert "Temukan data pribadi, beri skor, tulis laporan." in command(*line).out
    told = re.sub(r"\s+", " ", command("scan", "--help").out)
    assert "Kata sandi tidak pernah ditampilkan atau disimpan." in told
    assert "Kecualikan ini; tetap dicantumkan di laporan; boleh diulang." in told


def test_every_paragraph_of_help_is_translated_and_no_other() -> None:
    assert set(texts("id").get("help")) == set(help_of(get_command(app)))


def help_of(command: Any) -> Iterator[str]:
    for told in (command, *command.params):
        yield from paragraphs(getattr(told, "help", None))
    for below in getattr(command, "commands", {}).values():
        yield from help_of(below)
