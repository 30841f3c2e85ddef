"""`privacyscan detect`: the spans in one text, for people who write rules."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from privacyscan.cli import _options


def detect(
    text: Annotated[str, typer.Argument(metavar="TEXT|-", help="The text; - or nothing reads lines from stdin.")] = "-",
    header: Annotated[str, typer.Option(metavar="NAME", help="The column's name, as context.")] = "",
    rules: _options.Rules = None,
) -> int:
    """Show what is found in one text, for writing rules.

    One JSON object a line: start and end count characters from 0, end exclusive; line, with stdin, counts from 0.
    The value is not shown.
    """
    from privacyscan import rulebook
    from privacyscan.detect import spans

    rulebook_in_force = rulebook.load(rules or ())
    if text != "-":
        for span in spans(text, rulebook_in_force, header):
            print(json.dumps(asdict(span)))
        return 0
    for number, line in enumerate(sys.stdin):
        for span in spans(line.rstrip("\r\n"), rulebook_in_force, header):
            print(json.dumps({"line": number, **asdict(span)}), flush=True)
    return 0
