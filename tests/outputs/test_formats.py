"""Which report formats there are, and how they reach the disk."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from privacyscan.errors import UsageError
from privacyscan.outputs import _template, formats, render, write
from privacyscan.outputs._template import Template
from tests.outputs import made_up_assessment as made_up


def test_a_module_and_a_template_are_formats() -> None:
    found = formats()
    assert found["json"].filename == "scan.json"
    assert found["html"].filename == "report.html"
    assert len({f.filename for f in found.values()}) == len(found)


@pytest.mark.parametrize(
    ("file", "name", "leaves"),
    [
        ("report.html.j2", "html", "report.html"),
        ("report.md.j2", "md", "report.md"),
        ("letter.html.j2", "letter", "letter.html"),
        ("summary.txt.j2", "summary", "summary.txt"),
    ],
)
def test_a_template_is_called_by_its_file_name(file: str, name: str, leaves: str) -> None:
    template = Template(Path(file))
    assert (template.name, template.filename) == (name, leaves)


@pytest.mark.parametrize("name", sorted(formats().keys() - {"pdf"}))  # test_pdf.py prints it
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_format_renders_in_both_languages_twice_the_same(name: str, language: str) -> None:
    assessment, found = made_up.assessment(), formats()[name]
    report = render(assessment, name, language)
    assert report
    assert found.render(assessment, language) == report


def test_the_language_is_that_of_the_scan_unless_another_is_asked_for() -> None:
    assert b'<html lang="en">' in render(made_up.assessment("en"), "html")
    assert b'<html lang="id">' in render(made_up.assessment("en"), "html", "id")


def test_an_unknown_format_or_language_says_which_there_are() -> None:
    with pytest.raises(UsageError, match=r"html.*json"):
        render(made_up.assessment(), "docx")
    with pytest.raises(UsageError, match="en or id"):
        render(made_up.assessment(), "json", "fr")


def test_a_report_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "laporan" / "report.html"
    write(made_up.assessment(), "html", path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_templates_are_escaped_sandboxed_and_strict(tmp_path: Path) -> None:
    from jinja2.exceptions import SecurityError, UndefinedError

    full = made_up.assessment()
    for name, source, outcome in (
        ("a.html.j2", "{{ scan.id }}<", "20260302T021500.000000Z<"),
        ("a.html.j2", "{{ '<b>' }}", "&lt;b&gt;"),
        ("a.txt.j2", "{{ '<b>' }}", "<b>"),
        ("a.html.j2", "{{ scan.nothing }}", UndefinedError),
        ("a.html.j2", "{{ scan.__class__.__mro__ }}", SecurityError),
    ):
        (tmp_path / name).write_text(source, encoding="utf-8")
        template = Template(tmp_path / name)
        if isinstance(outcome, str):
            assert template.render(full, "id") == f"{outcome}\n".encode()
        else:
            with pytest.raises(outcome):
                template.render(full, "id")


def test_every_format_stands_in_the_documents() -> None:
    table = (Path(__file__).parents[2] / "docs" / "reports.md").read_text(encoding="utf-8")
    named = dict(re.findall(r"^\| `([a-z-]+)` \| `([a-z.]+)` \|", table, re.MULTILINE))
    assert named == {name: output.filename for name, output in formats().items()}


def test_parts_of_templates_are_no_formats() -> None:
    assert [t.path.name for t in _template.templates() if t.path.name.startswith("_")] == []
