"""The commands beside `scan`."""

from __future__ import annotations

import io
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import privacyscan
from privacyscan import rulebook
from privacyscan.cli import app
from privacyscan.resources import folder
from tests.cli.conftest import Outcome
from tests.detect.made_up import MadeUp
from tests.pseudonymize.samples import people, write_database

Command = Callable[..., Outcome]
SCAN = Path("privacyscan-report/scan.json")


@pytest.fixture
def scanned(command: Command, citizens: Path) -> Path:
    command("scan", "warga", "--format", "json")
    return SCAN


def test_detect_shows_where_but_not_what(command: Command) -> None:
    nik = MadeUp(3).nik()
    done = command("detect", f"NIK {nik} milik siapa")
    assert json.loads(done.out) == {"entity": "ID_NIK", "start": 4, "end": 20, "score": 0.85}
    assert nik not in done.out


def test_detect_reads_lines_from_stdin(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"kosong\nNIK {MadeUp(3).nik()}\n"))
    assert json.loads(command("detect", "-").out)["line"] == 1


def test_detect_takes_the_header_as_context(command: Command) -> None:
    number = MadeUp(3).nik()
    scores = [json.loads(command("detect", number, "--header", h).out)["score"] for h in ("", "nik_pemohon")]
    assert scores == [0.6, 0.85]


def test_report_writes_again_beside_the_scan(command: Command, scanned: Path) -> None:
    done = command("report", scanned, "--format", "json", "--lang", "en", "--output", "lain")
    assert done.code == 0
    stored = json.loads(Path("lain/scan.json").read_text())
    assert stored["summary"] == json.loads(scanned.read_text())["summary"]
    assert stored["run"]["language"] == "en"


def test_report_writes_to_stdout(command: Command, scanned: Path) -> None:
    done = command("report", scanned, "--format", "json", "--output", "-")
    assert json.loads(done.out)["format"] == "privacyscan/1"


def test_explain_tells_the_factors_of_a_finding(command: Command, scanned: Path) -> None:
    finding = json.loads(scanned.read_text())["findings"][0]
    done = command("explain", scanned, finding["id"], "--lang", "en")
    assert done.code == 0
    assert finding["id"] in done.out
    assert str(finding["risk"]["score"]) in done.out


def test_explain_refuses_a_finding_that_is_not_there(command: Command, scanned: Path) -> None:
    done = command("explain", scanned, "F-000000000000")
    assert done.code == 2
    assert "F-000000000000" in done.err


def test_rules_list_names_every_rule(command: Command) -> None:
    listed = {line.split()[0] for line in command("rules", "list", "--lang", "en").out.splitlines()[1:]}
    known = rulebook.load()
    assert listed == {*known.identifiers, *known.regulations}


@pytest.mark.parametrize("id_", ["ID_NIK", "uu-pdp"])
def test_rules_show_tells_what_a_rule_holds_and_from_where(command: Command, id_: str) -> None:
    shown = command("rules", "show", id_).out
    assert shown.startswith(f"{id_}: ")
    assert ".yaml" in shown
    assert ("https://" in shown) == (id_ == "ID_NIK")


def test_rules_check_says_when_all_is_sound(command: Command, here: Path) -> None:
    (here / "aturan").mkdir()
    nik = folder("rules") / "identifiers" / "id" / "nik.yaml"
    (here / "aturan" / "x.yaml").write_text(nik.read_text().replace("ID_NIK", "ID_X"), encoding="utf-8")
    done = command("rules", "check", "aturan", "--lang", "en")
    assert (done.code, done.out) == (0, "aturan: no mistakes.\n")


def test_doctor_shows_what_is_here(command: Command) -> None:
    done = command("doctor", "--lang", "en")
    assert done.code == 0
    for name in ("presidio-analyzer", "psycopg", "pymysql", "csv", "State folder", "Everything that is needed"):
        assert name in done.out


def test_doctor_names_what_to_install(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "importlib.metadata.requires", lambda name: ["rich>=13", "tiada>=1; extra == 'mssql'", "juga-tiada>=2"]
    )
    done = command("doctor", "--lang", "en")
    assert done.code == 2
    assert "pip install 'privacyscan[mssql]'" in done.out
    assert "pip install 'juga-tiada>=2'" in done.out
    assert "Something that is needed is not installed" in done.out


def test_doctor_names_what_cannot_be_read_and_what_to_install(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("asyncssh", "pymysql"):
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr(shutil, "which", lambda program: None)
    done = command("doctor", "--lang", "en")
    lines = [line.split(maxsplit=1) for line in done.out.splitlines() if line.strip()]
    told = dict(line for line in lines if len(line) == 2)
    assert told["sftp://"] == "not installed; run: pip install 'privacyscan[sftp]'"
    assert told["mysql://"] == "not installed; run: pip install 'pymysql'"
    assert "pg_dump -Fc" in done.out
    assert "apt-get install postgresql-client" in done.out
    assert "smb://" in told["Targets"]
    assert "sftp://" not in told["Targets"]


def test_demo_builds_scans_and_passes(command: Command, here: Path) -> None:
    done = command("demo", "agensi", "--people", "300", "--lang", "en")
    assert done.code == 0
    assert "nobody in it is real" in done.err
    assert "on purpose" in done.err
    assert "agensi/privacyscan-report/report.html" in done.err
    assert Path("agensi/privacyscan-report/report.html").is_file()
    assert not list(here.parent.rglob("history.sqlite"))  # it is no run of anybody's data


def test_pseudonymize_makes_a_key_and_a_copy(command: Command, citizens: Path) -> None:
    assert command("pseudonymize", "--new-key", "kunci").code == 0
    Path("kebijakan.toml").write_text('default = {operator = "token"}\n', encoding="utf-8")
    done = command(
        "pseudonymize",
        "warga/warga.csv",
        "--to",
        "salinan.csv",
        "--policy",
        "kebijakan.toml",
        "--key",
        "kunci",
        "--proof",
        "bukti.json",
        "--proof",
        "bukti.html",
    )
    assert done.code == 0, done.err
    copy, source = Path("salinan.csv").read_text().splitlines(), (citizens / "warga.csv").read_text().splitlines()
    assert len(copy) == len(source)
    assert not set(copy[1].split(",")) & set(source[1].split(","))
    assert "ID_NIK: 300 different values replaced; 0 values of the copy are equal to one" in done.err
    proof = json.loads(Path("bukti.json").read_text(encoding="utf-8"))
    assert proof["format"] == "privacyscan-proof/1"
    assert {r["entity"]: (r["originals"], r["same"]) for r in proof["residues"]}["ID_NIK"] == (300, 0)
    assert [u["place"]["column"] for u in proof["utility"]] == ["nik", "hp", "surel"]
    assert Path("bukti.json").stat().st_mode & 0o777 == 0o600
    page = Path("bukti.html").read_text(encoding="utf-8")
    assert "The copy was read again after it was written" in page
    assert '<th scope="row">National identity number (NIK)</th>' in page
    assert not any(value in json.dumps(proof) + page for line in source[1:] for value in line.split(","))


def test_the_key_may_stand_in_the_environment(
    command: Command, citizens: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command("pseudonymize", "--new-key", "kunci")
    Path("kebijakan.toml").write_text('default = "token"\n', encoding="utf-8")
    line = ("pseudonymize", "warga/warga.csv", "--policy", "kebijakan.toml", "--to")
    assert command(*line, "a.csv", "--key", "kunci").code == 0
    monkeypatch.setenv("KUNCI", Path("kunci").read_bytes().hex())
    assert command(*line, "b.csv", "--key-env", "KUNCI").code == 0
    assert Path("a.csv").read_bytes() == Path("b.csv").read_bytes()
    monkeypatch.setenv("KUNCI", "rahasia")
    done = command(*line, "c.csv", "--key-env", "KUNCI")
    assert done.code == 2
    assert "64 hexadecimal digits" in done.err
    assert "rahasia" not in done.err


def test_a_program_may_give_the_key(command: Command, citizens: Path) -> None:
    command("pseudonymize", "--new-key", "kunci")
    Path("kebijakan.toml").write_text('default = "token"\n', encoding="utf-8")
    line = ("pseudonymize", "warga/warga.csv", "--policy", "kebijakan.toml", "--to")
    assert command(*line, "a.csv", "--key", "kunci").code == 0
    assert command(*line, "b.csv", "--key-command", "od -An -tx1 -v kunci").code == 0
    assert Path("a.csv").read_bytes() == Path("b.csv").read_bytes()
    for words, says in (
        ("ls rahasia", "--key-command ls: ended with exit code 2"),
        ("echo rahasia", "--key-command echo: is no key"),
        ("tiada rahasia", "--key-command tiada: cannot be run"),
        ("echo 'rahasia", "check its quotes"),
    ):
        done = command(*line, "c.csv", "--key-command", words)
        assert (done.code, says in done.err, "rahasia" in done.err) == (2, True, False)
    assert "give one of them" in command(*line, "c.csv", "--key", "kunci", "--key-command", "od -An -tx1 -v kunci").err


def test_a_proof_is_written_over_nothing_but_a_proof(command: Command, citizens: Path) -> None:
    command("pseudonymize", "--new-key", "kunci")
    Path("catatan").write_text("rapat", encoding="utf-8")
    Path("bukti.html").write_text("<html><title>Rapat</title>", encoding="utf-8")
    line = ("pseudonymize", "warga", "--policy", "testing", "--key", "kunci", "--to")
    before = {p: p.read_bytes() for p in (citizens / "warga.csv", Path("kunci"), Path("bukti.html"))}
    for proof, says in (
        ("warga/warga.csv", "lies in the source or the copy"),
        ("warga/bukti.html", "lies in the source or the copy"),
        ("salinan/warga.csv", "lies in the source or the copy"),
        ("kunci", "is no proof"),
        ("bukti.html", "is no proof"),
        ("catatan/bukti.html", "cannot be written"),
    ):
        done = command(*line, "salinan", "--proof", proof)
        assert (done.code, says in _unwrapped(done.err), Path("salinan").exists()) == (2, True, False), done.err
    assert {p: p.read_bytes() for p in before} == before
    assert not Path("warga/bukti.html").exists()
    for copy in ("satu", "dua"):  # a proof is replaced by the next one
        assert command(*line, copy, "--proof", "b.html", "--proof", "b.json").code == 0
    assert json.loads(Path("b.json").read_text(encoding="utf-8"))["copy"] == "dua"


@pytest.mark.parametrize(
    ("source", "to", "more", "says"),
    [
        ("warga", "salinan", [], "hidden folder beside the copy"),
        ("warga.db", "salinan", ["--to-format", "csv"], "hidden folder beside the copy"),
        ("warga.db", "salinan.sql", ["--to-format", "sql"], "Nothing is left of it"),
        ("warga/warga.csv", "salinan.csv", [], "Nothing is left of it"),
        ("warga/warga.csv", "postgresql://a@localhost/uji", [], "stay in the target"),
    ],
)
def test_whoever_ends_a_copy_is_told_what_is_left(
    command: Command, citizens: Path, monkeypatch: pytest.MonkeyPatch, source: str, to: str, more: list[str], says: str
) -> None:
    def ended(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    assert citizens.is_dir()
    monkeypatch.setattr(privacyscan, "pseudonymize", ended)
    done = command("pseudonymize", source, "--to", to, "--policy", "publishing", *more)
    assert (done.code, says in _unwrapped(done.err)) == (130, True), done.err


def test_a_copy_that_is_refused_says_what_to_do(command: Command, citizens: Path) -> None:
    del citizens
    Path("kebijakan.toml").write_text(
        'default = "redact"\nlimits = {k-anonymity = 500}\nentities = {DATE_OF_BIRTH = "keep", SEX = "keep"}\n',
        encoding="utf-8",
    )
    rows = "".join(f"Warga,{1950 + i % 50}-01-0{1 + i % 9},{'LP'[i % 2]}\n" for i in range(60))
    Path("warga/lahir.csv").write_text("nama,tanggal_lahir,jenis_kelamin\n" + rows, encoding="utf-8")
    Path("warga/3171014107900001.txt").write_text("rapat", encoding="utf-8")
    line = ("pseudonymize", "warga", "--to", "salinan", "--policy", "kebijakan.toml")
    done = command(*line, "--proof", "bukti.html", "--lang", "id")
    told = _unwrapped(done.err)
    assert (done.code, Path("salinan").exists()) == (1, False)
    assert "longgarkan [limits]" in told
    assert "Tidak dapat disalin (namanya memuat data pribadi; beri nama lain)" in told
    page = Path("bukti.html").read_text(encoding="utf-8")
    assert "longgarkan [limits]" in page
    assert "<b>Tidak dapat disalin</b>" in page


def test_pseudonymize_takes_a_part_of_a_database_into_files(command: Command) -> None:
    command("pseudonymize", "--new-key", "kunci")
    write_database(Path("layanan.db"), people(40))
    Path("kebijakan.toml").write_text('default = "token"\n[columns]\n"*.hp" = "drop"\n', encoding="utf-8")
    line = "pseudonymize layanan.db --to contoh --policy kebijakan.toml --key kunci --rows 10% --to-format"
    done = command(*line.split(), "parquet", "--proof", "bukti.json")
    assert done.code == 3, done.err  # for the view
    assert "layanan.db/kunjungan: 4 of 40 rows: 4 by chance, 0 because these refer to them." in _unwrapped(done.err)
    tables = ["jejak", "kunci", "kunjungan", "warga"]
    assert sorted(p.name for p in Path("contoh").iterdir()) == [f"{name}.parquet" for name in tables]
    told = {p["place"]["path"][-1]: p["chosen"] for p in json.loads(Path("bukti.json").read_text())["subset"]}
    assert told == dict(zip(tables, (0, 4, 4, 4), strict=True))
    assert "--to-format xml: should be one of csv, parquet, sql" in command(*line.split(), "xml").err
    assert "--overwrite for a folder that holds csv alone" in _unwrapped(command(*line.split(), "csv").err)


def _unwrapped(text: str) -> str:
    return " ".join(text.split())


def test_pseudonymize_lists_what_it_did_not_copy_and_why(command: Command, citizens: Path) -> None:
    (citizens / "surat.7z").write_bytes(b"7z\xbc\xaf\x27\x1c")
    Path("kebijakan.toml").write_text('default = "redact"\n', encoding="utf-8")
    done = command("pseudonymize", "warga", "--to", "salinan", "--policy", "kebijakan.toml", "--lang", "en")
    assert done.code == 3
    assert "Not copied: 1 place." in done.err
    assert "warga/surat.7z\n    Unknown format (files of this format are not copied by this version)\n" in done.err
    assert [p.name for p in Path("salinan").iterdir()] == ["warga.csv"]


def test_a_plan_shows_what_would_happen_and_writes_nothing(command: Command, citizens: Path) -> None:
    policy = '[entities]\nID_NIK = "token"\nPHONE_NUMBER = "redact"\n[columns]\n"*.catatan" = "keep"\n'
    Path("kebijakan.toml").write_text(policy, encoding="utf-8")
    before = sorted(Path().rglob("*"))
    done = command("pseudonymize", "warga", "--policy", "kebijakan.toml", "--plan", "--lang", "en")
    assert done.code == 2
    assert "The policy names *.catatan, and there is no such column." in done.err
    assert re.search(r"^ nik +ID_NIK +token: every cell +3171014107900001 *$", done.out, re.MULTILINE)
    assert re.search(r"NIK_[a-z]{4}", done.out)
    assert "[PHONE_NUMBER]" in done.out
    assert not any(
        value in done.out for line in (citizens / "warga.csv").read_text().splitlines()[1:] for value in line.split(",")
    )
    assert sorted(Path().rglob("*")) == before
    Path("kebijakan.toml").write_text('default = "redact"\n', encoding="utf-8")
    assert command("pseudonymize", "warga", "--policy", "kebijakan.toml", "--plan").code == 0


def test_pseudonymize_without_its_key_file_names_the_command_that_makes_one(command: Command, citizens: Path) -> None:
    Path("kebijakan.toml").write_text('default = "token"\n', encoding="utf-8")
    done = command("pseudonymize", "warga", "--to", "salinan", "--policy", "kebijakan.toml", "--key", "kunci")
    assert done.code == 2
    assert done.err.rstrip().endswith("make one with privacyscan pseudonymize --new-key kunci")
    assert not Path("salinan").exists()


def parameters(command: Any) -> Iterator[Any]:
    """Those of a command and of the commands in it."""
    yield from command.params
    for inner in getattr(command, "commands", {}).values():
        yield from parameters(inner)


def test_every_command_and_option_in_the_documents_is_there() -> None:
    root = Path(__file__).parents[2]
    known = {
        name: {option for p in parameters(command) for option in (*p.opts, *p.secondary_opts)}
        for name, command in get_command(app).commands.items()
    }
    settings = {o for options in known.values() for o in options}
    for document in (root / "README.md", *sorted((root / "docs").glob("*.md"))):
        text = document.read_text(encoding="utf-8")
        for name, rest in re.findall(r"(?:^|`)privacyscan ([a-z]+)([^`\n]*)", text, re.MULTILINE):
            assert set(re.findall(r"--[a-z-]+", rest)) <= known[name], document
        if document.name != "accuracy.md":  # it names the options of the benchmark
            assert set(re.findall(r"`(--[a-z-]+)", text)) <= settings, document


def test_rules_are_exported_for_presidio(command: Callable[..., Outcome]) -> None:
    done = command("rules", "export", "--presidio", "paket", "--lang", "en")
    assert done.code == 0
    assert "identifiers written to paket" in done.out
    files = {"README.md", "privacyscan_recognizers.py", "recognizers.yaml", "rules.json", "tables", "words"}
    assert {p.name for p in Path("paket").iterdir()} == files
    again = command("rules", "export", "--presidio", "paket")
    assert (again.code, again.out) == (2, "")
    assert "paket: is not empty; a pack is written into a new or empty folder" in again.err
