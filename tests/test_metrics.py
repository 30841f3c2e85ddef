"""The metrics file is what the textfile collector takes, and another may read it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from privacyscan import metrics
from privacyscan.errors import UsageError
from tests.outputs.made_up_assessment import assessment

# https://prometheus.io/docs/instrumenting/exposition_formats/
COMMENT = re.compile(r"# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) .+")
SAMPLE = re.compile(
    r'([a-zA-Z_:][a-zA-Z0-9_:]*)\{([a-z]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*)\} -?[0-9.e+]+'
)


def test_every_line_is_of_the_format_and_no_series_comes_twice(tmp_path: Path) -> None:
    made, path = assessment(), tmp_path / 'dinas "a\\b".prom'
    metrics.write(path, made, 3)
    text = path.read_text()
    assert text.endswith("\n")
    lines = text.splitlines()
    samples = [m for line in lines if (m := SAMPLE.fullmatch(line))]
    comments = [m for line in lines if (m := COMMENT.fullmatch(line))]
    assert len(samples) + len(comments) == len(lines)
    assert len({(m[1], m[2]) for m in samples}) == len(samples)
    assert {m[1] for m in samples} <= {m[2] for m in comments}
    assert [m[2] for m in comments] == [n for m in comments[::2] for n in (m[2], m[2])]  # HELP, then TYPE, together
    assert f'privacyscan_risk_score{{scan="dinas \\"a\\\\b\\""}} {made.risk.score}' in lines
    assert 'privacyscan_exit_code{scan="dinas \\"a\\\\b\\""} 3' in lines
    assert [t for t in made.scan.targets if t in text] == []
    assert path.stat().st_mode & 0o777 == 0o644
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_folder_that_is_not_there_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        metrics.write(tmp_path / "tiada" / "a.prom", assessment(), 0)
