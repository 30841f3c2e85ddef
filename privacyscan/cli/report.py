"""`privacyscan report`: write reports again from a saved scan."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from privacyscan.cli import _options


def report(
    scan: _options.ScanFile,
    format: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Report format, may be repeated [html].")
    ] = None,
    lang: _options.Lang = None,
    output: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Report folder; - writes to stdout [the folder of SCAN.json].")
    ] = None,
    sign_key: _options.SignKey = None,
) -> int:
    """Write reports again from a saved scan.

    In any format and in either language. The manifest lists them, with the scan.json that they were made from.
    """
    from privacyscan import load, manifest, outputs, store
    from privacyscan.errors import UsageError

    assessment, names = load(scan), format or ["html"]
    for name in names:
        outputs.output(name)
    language = lang or assessment.language
    made_from = manifest.sha256(scan)
    assessment = replace(assessment, scan_sha256=made_from)
    if output == Path("-"):
        if len(names) != 1:
            raise UsageError("--output - writes one report to stdout: give a single --format")
        sys.stdout.buffer.write(outputs.render(assessment, names[0], language))
        return 0
    folder = output or scan.parent
    store.private_folder(folder)
    with store.held(folder):
        before = manifest.listed(folder, assessment.scan.id, sign_key)
        if "json" in names:  # first: the others name the scan.json that lies beside them in the end
            path = folder / manifest.SCAN
            outputs.write(assessment, "json", path, language)
            print(path, file=sys.stderr)
            manifest.write(folder, assessment, [path], sign_key, manifest.of_the_former(before, path), made_from)
            before = manifest.listed(folder, assessment.scan.id, sign_key)
            made_from = manifest.sha256(path)
            assessment = replace(assessment, scan_sha256=made_from)
        paths = {name: folder / outputs.output(name).filename for name in names if name != "json"}
        for name, path in paths.items():
            outputs.write(assessment, name, path, language)
            print(path, file=sys.stderr)
        manifest.write(folder, assessment, list(paths.values()), sign_key, before, made_from)
    return 0
