"""One scan from settings to exit code, with its progress and summary; what `scan` and `demo` share."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from privacyscan import store
from privacyscan.cli import _log, _resume
from privacyscan.cli._mistakes import hidden
from privacyscan.cli._stop import stoppable
from privacyscan.errors import PrivacyScanError, UsageError

if TYPE_CHECKING:
    from privacyscan.journal import Journal
    from privacyscan.model import Assessment, Failure, Target
    from privacyscan.rulebook import Rulebook
    from privacyscan.settings import Settings

STDOUT = Path("-")


def run(settings: Settings, targets: Sequence[Target], journal: Journal | None = None) -> int:
    """Scan, write the reports, say how it went; gives the exit code. Refuses before anything is read or written.

    `journal` is that of a run that goes on.
    """
    from privacyscan import gate as gates
    from privacyscan import rulebook as rulebooks
    from privacyscan._processes import collect_seldom
    from privacyscan.assess import assess
    from privacyscan.outputs._numbers import visible
    from privacyscan.scan import known_persons, scan

    collect_seldom()
    rulebook = rulebooks.load(settings.rules)
    _check(settings, rulebook, targets)
    known = known_persons(settings, rulebook)
    gate = gates.load(settings, rulebook)
    with ExitStack() as stack:
        if settings.output != STDOUT:
            store.private_folder(settings.output)
            stack.enter_context(store.held(settings.output))
        journal = journal or _resume.begin(settings, targets, rulebook)
        stack.callback(journal.close)
        settings = _without_own_reports(settings, targets)
        log = _log.log(settings)
        log.start(journal.id, lambda: _shown(targets, rulebook))
        with log.progress() as progress:
            found = scan(
                targets,
                settings,
                progress=stoppable(progress),
                rulebook=rulebook,
                known=known,
                folder=settings.output,
                journal=journal,
            )
        judged = gate.judged(assess(gate.marked(found), settings.regulation, rulebook))
        assessment = _kept(judged, settings, log)
        failures = assessment.failures or ()
        code = exit_code(assessment, failures)
        reports = _written(assessment, settings)
        for unused in assessment.scan.unused_suppressions:
            log.warn(
                f"the suppression of {visible(unused.names)} fits no finding of this scan; where its place was read, "
                "delete the entry"
            )
        for fault in (*([journal.fault] if journal.fault is not None else []), *_told(assessment, code, settings)):
            log.warn(fault)
        if not journal.is_left:
            journal.remove()
        log.end(assessment, reports, code, failures, journal.is_left and journal.fault is None)
    return code


def _told(assessment: Assessment, code: int, settings: Settings) -> Iterator[str]:
    """Write the metrics and send the notices; gives a sentence for each that failed."""
    if settings.metrics is not None:
        from privacyscan import metrics

        try:
            metrics.write(settings.metrics, assessment, code)
        except UsageError as error:
            yield str(error)
    if settings.notify_mail_to or settings.notify_webhook is not None:
        from privacyscan import notice

        yield from notice.send(assessment, code, settings)


def _kept(assessment: Assessment, settings: Settings, log: _log.Log) -> Assessment:
    """The assessment with the runs before it, itself put into the history. A history that fails changes no scan."""
    from privacyscan import history

    try:
        return replace(assessment, trend=history.keep(assessment, settings))
    except PrivacyScanError as error:
        log.warn(f"this run is not in the history: {hidden(str(error), sys.argv[1:])}")
        return assessment


def _shown(targets: Sequence[Target], rulebook: Rulebook) -> list[str]:
    """The targets as a log may show them: their names may hold identifiers."""
    from privacyscan.detect import Detector
    from privacyscan.detect.shown import shown_name

    detector = Detector(rulebook.identifiers.values(), b"")
    return [shown_name(t.label, detector) for t in targets]


def exit_code(assessment: Assessment, failures: Sequence[Failure]) -> int:
    """What the contract says of this scan, which breaks these limits."""
    status = assessment.scan.status
    if status == "interrupted":
        return 130
    return 1 if failures else 3 if status == "incomplete" else 0


def told_as_json(error: PrivacyScanError) -> int:
    """The mistake as a line of the JSON log."""
    _log.event("error", message=hidden(str(error), sys.argv[1:]), exit_code=error.exit_code)
    return error.exit_code


def _check(settings: Settings, rulebook: Rulebook, targets: Sequence[Target]) -> None:
    """Raise now for what would otherwise be found wrong after a long scan."""
    from privacyscan import manifest, outputs, read

    for target in targets if settings.changed_since else ():
        read.unchanged_files(target, settings.changed_since or "")

    for name in settings.format:
        outputs.output(name)
    if settings.output == STDOUT and len(settings.format) != 1:
        raise UsageError("--output - writes one report to stdout: add a single --format, such as --format json")
    if settings.output == STDOUT and settings.locations == "all":
        raise UsageError("--locations all writes a file beside the report: give --output a folder, not -")
    if settings.sign_key is not None:
        if settings.output == STDOUT:
            raise UsageError("--sign-key signs a report folder: give --output a folder, not -")
        manifest.read_key(settings.sign_key)
    if settings.notify_mail_to or settings.notify_webhook is not None:
        from privacyscan import notice

        notice.check(settings)
    if settings.metrics is not None and not os.access(settings.metrics.parent, os.W_OK):
        raise UsageError(f"--metrics {settings.metrics}: the folder is not there or cannot be written; choose another")
    for name in settings.regulation:
        if name in rulebook.regulations:
            continue
        choice = ", ".join(rulebook.regulations)
        raise UsageError(f"--regulation {name}: no rule file describes it; choose from {choice}")


def _without_own_reports(settings: Settings, targets: Sequence[Target]) -> Settings:
    """Leave out what is ours in a target: reports of an earlier scan, the list of known persons and its key."""
    from privacyscan import manifest, outputs
    from privacyscan.locations import DRAFTS, FILENAME
    from privacyscan.settings import REPORT_FOLDER

    reports = sorted({os.path.realpath(folder) for folder in (settings.output, REPORT_FOLDER)})
    roots = {os.path.realpath(t.url) for t in targets if os.path.isdir(t.url)}
    lists = [path for path in (settings.known, settings.known_key) if path is not None]
    files = [*(output.filename for output in outputs.formats().values()), FILENAME, manifest.NAME, manifest.SIGNATURE]
    ours = [  # a path, what may follow it, and what must lie in a target
        *((path, "", r) for r in reports for file in files if os.path.exists(path := os.path.join(r, file))),
        *((os.path.join(r, DRAFTS), "*", r) for r in reports if settings.locations == "all"),
        *((path, "", path) for path in map(os.path.realpath, lists)),
    ]
    own = [
        glob.escape(os.path.relpath(path, root)) + rest
        for root in sorted(roots)
        for path, rest, inside in ours
        if inside.startswith(root + os.sep)
    ]
    return replace(settings, exclude=(*settings.exclude, *own)) if own else settings


def _written(assessment: Assessment, settings: Settings) -> list[Path]:
    """The report files, written, with their manifest beside them; none when the report went to stdout."""
    from privacyscan import manifest, outputs

    if settings.output == STDOUT:
        sys.stdout.buffer.write(outputs.render(assessment, settings.format[0], settings.lang))
        sys.stdout.buffer.flush()
        return []
    known = outputs.formats()
    paths = {name: settings.output / known[name].filename for name in settings.format}
    for name in sorted(paths, key=lambda name: name != "json"):  # from scan.json all others can be made again
        outputs.write(assessment, name, paths[name], settings.lang)
        if name == "json":
            assessment = replace(assessment, scan_sha256=manifest.sha256(paths[name]))
    beside = assessment.scan.locations
    written = [*paths.values(), *([settings.output / beside.file] if beside is not None else [])]
    manifest.write(settings.output, assessment, written, settings.sign_key)
    return written
