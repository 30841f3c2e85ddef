"""`--names auto|on|off` in scans of texts: where names are looked for, and that what is left out is listed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from privacyscan.cli import run
from privacyscan.detect import paragraphs
from privacyscan.model import Reason, Scan
from privacyscan.scan import scan
from privacyscan.settings import load

LETTER = """Perihal : Permohonan Pembetulan Data

Yang bertanda tangan di bawah ini:
Nama   : Siti Aminah
Alamat : Jl. Melati No. 12 RT 03 RW 05, Kel. Sukamaju, Kec. Cibinong, Kab. Bogor 16911

Dengan ini memohon pembetulan data kependudukan.
"""
ROWS = "<td>8</td><td>xa</td><td>yb</td>\n" * 20
MARKUP = "<td>7</td><td>Siti Aminah</td>\n" + ROWS  # no sentence, no label: auto does not ask here
PHONE = "<td>0812-3456-7890</td><td>Siti Aminah</td>\n" + ROWS  # other personal data stand beside the name
LOG = "10:22:31 INFO login ok user=budi.santoso@contoh.go.id ip=36.68.1.2 took=3ms\n" * 50
PLACES = "Wisatawan memadati Kabupaten Gunungkidul dan Kota Batu selama libur panjang akhir tahun.\n"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "berkas"
    folder.mkdir()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def read(files: Path, tmp_path: Path) -> Callable[[str, str], Scan]:
    """The scan of one text with these names."""

    def read(text: str, names: str) -> Scan:
        (files / "surat.txt").write_text(text, encoding="utf-8")
        settings = load({"workers": 1, "names": names}, environ={"XDG_STATE_HOME": str(tmp_path / "state")})
        return scan([str(files)], settings)

    return read


@pytest.mark.parametrize(
    ("text", "names", "found"),
    [
        (LETTER, "auto", {"PERSON": 1, "ADDRESS": 1}),
        (LETTER, "on", {"PERSON": 1, "ADDRESS": 1}),
        (LETTER, "off", {}),
        (MARKUP, "auto", {}),
        (MARKUP, "on", {"PERSON": 1}),
        (PHONE, "auto", {"PERSON": 1, "PHONE_NUMBER": 1}),
        (PHONE, "off", {"PHONE_NUMBER": 1}),
        (LOG, "auto", {"EMAIL_ADDRESS": 50, "IP_ADDRESS": 50}),
        (PLACES, "on", {}),
    ],
)
def test_where_names_are_looked_for(
    read: Callable[[str, str], Scan], text: str, names: str, found: dict[str, int]
) -> None:
    result = read(text, names)
    assert {f.entity: f.matched for f in result.findings} == found
    assert result.status == "complete"
    assert [s.reason for s in result.skipped] == ([Reason.NAMES] if names == "off" else [])


@pytest.mark.parametrize("line", ["pemohon=Budi Santoso ditolak", "user Siti Aminah login", LETTER.strip()])
def test_names_among_lines_of_machines_are_found_and_only_their_lines_asked(
    read: Callable[[str, str], Scan], monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setattr(paragraphs, "MOST_PROSE", 10 * len(LETTER))
    sentence = "Kepada petugas kecamatan: data telah diterima.\n"
    machine = "10:22:31 INFO durasi=360ms status=OK\n" * 40
    result = read(f"{sentence}{machine}{line}\n{machine}{sentence}" * 5, "auto")
    persons = next(f for f in result.findings if f.entity == "PERSON")
    alone = next(f for f in read(line, "on").findings if f.entity == "PERSON")
    assert (persons.matched, persons.confidence) == (5 * alone.matched, alone.confidence)
    assert [place.line for place in persons.locations[:1]] == [41 + (line in LETTER) * 3]
    assert result.skipped == ()


def test_no_name_stands_in_the_result(read: Callable[[str, str], Scan]) -> None:
    assert "Aminah" not in repr(read(LETTER, "on"))


@pytest.mark.parametrize("names", ["auto", "on"])
def test_more_prose_than_the_limit_is_listed_with_its_size(
    read: Callable[[str, str], Scan], monkeypatch: pytest.MonkeyPatch, names: str
) -> None:
    monkeypatch.setattr(paragraphs, "MOST_PROSE", 20_000)
    text = (LETTER + "\n") * 200
    result = read(text, names)
    (left_out,) = result.skipped
    unread, read_ = (int(word) for word in left_out.message.split() if word.isdigit())
    persons = next(f.matched for f in result.findings if f.entity == "PERSON")
    assert (left_out.reason, result.status) == (Reason.NAMES, "complete")
    assert unread + read_ == len(text)
    assert 16_000 < read_ <= 20_000
    assert persons == pytest.approx(200 * read_ / len(text), abs=2)


def test_identifiers_are_counted_beyond_the_limit(
    read: Callable[[str, str], Scan], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paragraphs, "MOST_PROSE", 0)
    result = read((LETTER + "HP : 0812-3456-7890\n\n") * 50, "auto")
    assert {f.entity: f.matched for f in result.findings} == {"PHONE_NUMBER": 50}
    (left_out,) = result.skipped  # no name was found, but it is not known that there is none
    assert (left_out.reason, result.status) == (Reason.NAMES_LIMIT, "incomplete")


@pytest.mark.parametrize(
    ("language", "title", "why"),
    [
        ("en", "person names and addresses in running text were not looked for here.", "by --names off"),
        ("id", "nama orang dan alamat dalam teks berjalan tidak dicari di sini.", "karena --names off"),
    ],
)
def test_what_is_left_out_stands_in_reports_and_changes_no_exit_code(
    files: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str,
    title: str,
    why: str,
) -> None:
    (files / "surat.txt").write_text(LETTER, encoding="utf-8")
    monkeypatch.setenv("PRIVACYSCAN_LANG", language)
    code = run(["scan", str(files), "--names", "off", "--format", "html", "--format", "json"])
    told = " ".join(capsys.readouterr().err.split())
    page = next(Path("privacyscan-report").glob("*.html")).read_text(encoding="utf-8")
    skipped = json.loads((Path("privacyscan-report") / "scan.json").read_text(encoding="utf-8"))["skipped"]
    assert code == 0
    assert [s["reason"] for s in skipped] == ["names"]
    assert title in page
    assert why in page
    assert "--exclude" not in page  # nobody left a place out
    assert {"en": "not looked for in 1 place", "id": "tidak dicari di 1 tempat"}[language] in told
    assert "--exclude" not in told
