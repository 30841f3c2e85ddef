"""The proof of a copy: on the terminal, as a page, and as JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privacyscan import store
from privacyscan._version import __version__
from privacyscan.cli._summary import terminal
from privacyscan.errors import UsageError
from privacyscan.outputs._messages import translated
from privacyscan.outputs._numbers import number, visible
from privacyscan.outputs._text import Texts, languages, texts

if TYPE_CHECKING:
    from rich.console import Console

    from privacyscan.model import Place
    from privacyscan.pseudonymize import Result
    from privacyscan.pseudonymize._subset import Part
    from privacyscan.settings import Settings

FORMAT = "privacyscan-proof/1"
_HEAD = 1000  # bytes of a file that tell a proof


def show(result: Result, say: Texts) -> None:
    """Print what was found in the copy, how far it singles out persons, and which limits are not kept."""
    console, language = terminal(), say.language
    for r in result.proof.residues:
        values = {"originals": number(r.originals, language), "same": number(r.same, language)}
        kind = "same" if not r.same or not r.holds else "words" if r.expected is None else "chance"
        console.print(say(f"cli.pseudonymize.proof.{kind}", entity=r.entity, **values))
    for s in result.proof.singled:
        if not s.before.reason and not s.after.reason:
            rows = {"k": s.before.smallest, "k_after": s.after.smallest, "rows": s.after.rows}
            rows |= {"alone": s.before.unique, "alone_after": s.after.unique, "relinked": s.relinked}
            told = {name: number(value, language) for name, value in rows.items()}
            console.print(say("cli.pseudonymize.proof.singled", table=visible(str(s.place)), **told))
    for failure in result.failures:
        console.print(translated(failure, language), style="bold")


def parts(of: Sequence[Part], console: Console, say: Texts) -> None:
    """Print how many rows of each table a smaller copy holds."""
    for p in of:
        told = {"rows": p.rows, "of": p.of, "chosen": p.chosen, "more": p.rows - p.chosen}
        counts = {name: number(value, say.language) for name, value in told.items()}
        console.print(say("cli.pseudonymize.part", table=visible(str(p.place)), **counts))


def check(files: Sequence[Path], target: str, to: str) -> None:
    """Raise UsageError, before anything is read, for a proof in the source or the copy, over a file that is none (a
    key, say), or in a folder that cannot be written."""
    from privacyscan.pseudonymize.staging import local_source

    sides = [Path(os.path.realpath(side)) for side in map(local_source, (target, to)) if side is not None]
    for file in files:
        there = Path(os.path.realpath(file))
        if any(side == there or side in there.parents for side in sides):
            raise UsageError(f"{file}: lies in the source or the copy, where no proof is written; choose another place")
        if there.exists() and not _is_proof(there):
            raise UsageError(f"{file}: exists and is no proof, so it is not written over; choose another name")
        folder = next(parent for parent in there.parents if parent.exists())
        if not folder.is_dir() or not os.access(folder, os.W_OK):
            raise UsageError(f"{file}: the proof cannot be written there; choose another folder")


def _is_proof(file: Path) -> bool:
    """Whether the file is a proof of an earlier run, which a new one replaces."""
    if not file.is_file() or not os.access(file, os.R_OK):
        return False
    with file.open("rb") as opened:
        head = opened.read(_HEAD).decode(errors="replace")
    titles = [f"<title>{texts(language)('proof.title')} " for language in languages()]
    return any(sign in head for sign in (f'"format": "{FORMAT}"', *titles))


def save(result: Result, path: Path, say: Texts, settings: Settings) -> None:
    """Write the proof: a page if the name ends in `.html`, else JSON. Raises UsageError when it cannot be written."""
    if path.suffix.lower() in (".html", ".htm"):
        from privacyscan import rulebook
        from privacyscan.pseudonymize._page import page

        store.write_private(path, page(result, say.language, rulebook.load(settings.rules)))
    else:
        store.write_private(path, json.dumps(_document(result), ensure_ascii=False, indent=1).encode())


def _document(result: Result) -> dict[str, Any]:
    """The proof for programs."""
    return {
        "format": FORMAT,
        "finished": result.finished,
        "source": result.source,
        "copy": result.copy,
        "policy": result.policy,
        "purpose": result.purpose,
        "key": result.key,
        "versions": {"tool": __version__},
        "assets": result.assets,
        "rows": result.rows,
        "subset": [_placed(p) for p in result.parts],
        "replaced": [_placed(r) for r in result.replaced],
        "skipped": [{**_placed(s), "reason": s.reason.value} for s in result.skipped],
        "residues": [asdict(r) for r in result.proof.residues],
        "singled_out": [_placed(s) for s in result.proof.singled],
        "utility": [_placed(u) for u in result.proof.utility],
        "failures": list(result.failures),
    }


def _placed(record: Any) -> dict[str, Any]:
    """A record with its place as readers of scan.json know it."""
    place: Place = record.place
    return {**asdict(record), "place": {"target": place.target, "path": list(place.path), "column": place.column}}
