"""`privacyscan scan`: find personal data, score it, write reports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from privacyscan.cli import _options
from privacyscan.errors import PrivacyScanError, UsageError

Given = str | None
Repeated = list[str] | None
TARGET = "TARGET"


def scan(
    context: typer.Context,
    targets: Annotated[
        Repeated,
        typer.Argument(
            metavar=TARGET, help="Folder, file, git:FOLDER, or URL of a database or share (postgresql://, smb://)."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Report folder; - writes a single report to stdout [privacyscan-report]."),
    ] = None,
    format: Annotated[
        Repeated, typer.Option(metavar="NAME", help="Report format, may be repeated [html, json].")
    ] = None,
    lang: _options.Lang = None,
    config: _options.Config = None,
    include: Annotated[Repeated, typer.Option(metavar="GLOB", help="Read only these; may be repeated.")] = None,
    exclude: Annotated[
        Repeated, typer.Option(metavar="GLOB", help="Leave these out; they are listed; may be repeated.")
    ] = None,
    ignore_file: Annotated[
        bool | None,
        typer.Option("--ignore-file/--no-ignore-file", help="Heed .privacyscanignore in folders and git [yes]."),
    ] = None,
    follow_symlinks: Annotated[
        bool | None, typer.Option("--follow-symlinks", help="Follow links out of the target too.")
    ] = None,
    changed_since: Annotated[
        Given, typer.Option(metavar="REV", help="Read only files that are not as this commit of git has them.")
    ] = None,
    workers: _options.Workers = None,
    names: Annotated[Given, typer.Option(metavar="auto|on|off", help="Look for names of persons [auto].")] = None,
    locations: Annotated[
        Given,
        typer.Option(
            metavar="none|first|all", help="Lines and rows to list; all: every one, in locations.parquet [first]."
        ),
    ] = None,
    reidentification: Annotated[
        Given,
        typer.Option(metavar="auto|off", help="Measure how far rows single out persons without a number [auto]."),
    ] = None,
    fail_on: Annotated[
        Given,
        typer.Option(
            metavar="low|medium|high|critical|new",
            help="Exit with 1 if the risk of the whole scan, or of any asset with findings, is so high or higher; new: "
            "if a finding is not in the baseline.",
        ),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Findings that are known, from privacyscan baseline.")
    ] = None,
    baseline_growth: Annotated[
        float | None,
        typer.Option(metavar="FACTOR", help="A known finding with more than so many times its matches is new."),
    ] = None,
    suppressions: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Findings that somebody has judged, with reason and owner.")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Limits of the gate; exit with 1 if one is not kept.")
    ] = None,
    regulation: Annotated[
        Repeated, typer.Option(metavar="ID", help="Whose duties to judge, may be repeated [uu-pdp].")
    ] = None,
    rules: _options.Rules = None,
    engine: Annotated[
        Given, typer.Option(metavar="fast|reference", help="reference: every rule by itself, slow [fast].")
    ] = None,
    max_file_size: Annotated[Given, typer.Option(metavar="SIZE", help="Skip larger files, e.g. 10MB, 2G.")] = None,
    timeout: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="For the whole scan; what is not reached is listed.")
    ] = None,
    timeout_per_file: _options.TimeoutPerFile = None,
    statement_timeout: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="Seconds without a row after which a table is given up [300]."),
    ] = None,
    connect_timeout: Annotated[float | None, typer.Option(metavar="SECONDS", help="For a server [10].")] = None,
    max_rate: Annotated[
        int | None, typer.Option(metavar="ROWS", help="Rows a second, at most, from all databases together.")
    ] = None,
    sample: Annotated[
        Given,
        typer.Option(
            metavar="N|P%",
            help="Read so many rows of each table of a database, chosen by chance; files are read whole.",
        ),
    ] = None,
    password_env: Annotated[Given, typer.Option(metavar="NAME", help="Variable that holds the password.")] = None,
    password_file: Annotated[Path | None, typer.Option(metavar="FILE", help="File whose first line is it.")] = None,
    known: Annotated[
        Path | None, typer.Option(metavar="FILE", help="List of known persons, from privacyscan known build.")
    ] = None,
    known_key: Annotated[Path | None, typer.Option(metavar="FILE", help="The key that it was built with.")] = None,
    sign_key: _options.SignKey = None,
    metrics: Annotated[
        Path | None, typer.Option(metavar="FILE.prom", help="Write figures of the run for Prometheus there.")
    ] = None,
    resume: Annotated[
        Given,
        typer.Option(metavar="RUN|last", help="Go on with a run that was killed or stopped; it keeps its settings."),
    ] = None,
    quiet: Annotated[bool | None, typer.Option("--quiet", help="Only errors, and what was not read.")] = None,
    log_format: Annotated[Given, typer.Option(metavar="text|json", help="json: one object a line [text].")] = None,
    log_level: Annotated[Given, typer.Option(metavar="error|warning|info|debug", help="How much [info].")] = None,
) -> int:
    """Find personal data, score it, write reports.

    A password in the URL works too; if one is missing, you are asked for it. It is never shown or stored.
    """
    from privacyscan.cli import _resume, _run

    journal, texts = None, targets or []
    try:
        if resume is not None:
            journal, settings, texts = _resume.resumed(resume, context.params, texts)
        elif not texts:
            raise UsageError(f"Missing argument '{TARGET}'.\nSee: {context.command_path} --help")
        else:
            settings = _options.settings_of(context.params)
        return _run.run(settings, _options.targets_of(texts, password_env, password_file, settings.lang), journal)
    except PrivacyScanError as error:
        if log_format != "json":
            raise
        return _run.told_as_json(error)
    finally:
        if journal is not None:
            journal.close()
