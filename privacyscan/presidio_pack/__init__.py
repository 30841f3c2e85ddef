"""`rules export --presidio`: the rules for texts as a pack that plain Presidio loads, without this package.

The pack's module is our own code, assembled from its sources; a test holds its finds equal to ours.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from privacyscan.errors import UsageError
from privacyscan.model import CheckCall, Identifier
from privacyscan.presidio_pack._assemble import assembled
from privacyscan.resources import folder
from privacyscan.rulebook import Rulebook

MODULE = "privacyscan_recognizers"
HEAD = '''"""Recognisers of Indonesian personal data for Presidio: the rules beside this file, run by the code that
privacyscan runs them with. Made by `privacyscan rules export --presidio`; change the rules there and export again.

Copyright the authors of privacyscan. Licensed under the Apache License, Version 2.0
(http://www.apache.org/licenses/LICENSE-2.0); distributed without warranties or conditions of any kind.
"""

# ruff: noqa
from __future__ import annotations

import json
from pathlib import Path as _Path

HERE = _Path(__file__).resolve().parent
_CHECKS = {}


def _folder(name):
    """Where tables and word lists lie."""
    return HERE


def _plugins(kind):
    """The checks of this pack."""
    return _CHECKS


'''
TAIL = '''
_CHECKS.update({{plugin.name: plugin for plugin in ({checks},)}})


@cache
def _judge():
    """All rules of the pack, which compete for each text."""
    return Judge(Rule(_identifier(data)) for data in json.loads((HERE / "rules.json").read_text(encoding="utf-8")))


def _identifier(data):
    calls = lambda entries: tuple(CheckCall(**entry) for entry in entries)
    patterns = tuple(Pattern(**{{**p, "checks": calls(p["checks"])}}) for p in data.pop("patterns"))
    lists = {{key: tuple(value) for key, value in data.items() if isinstance(value, list)}}
    lists |= {{key: calls(data[key]) for key in ("checks", "evidence")}}
    return Identifier(**{{**data, **lists, "patterns": patterns}})


class PrivacyscanRecognizer(RuleRecognizer):
    """What `recognizers.yaml` names: one identifier in one language."""

    def __init__(self, supported_entity, supported_language="id", name=""):
        super().__init__(supported_entity, supported_language, _judge(), name)


def registry():
    """A Presidio registry with the recognisers that `recognizers.yaml` lists and enables."""
    from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

    return RecognizerRegistryProvider(conf_file=str(HERE / "recognizers.yaml")).create_recognizer_registry()


def analyzer():
    """A ready engine, `language="id"` or `"en"`; downloads nothing."""
    return engine(registry())
'''


def export(to: Path, rulebook: Rulebook, language: str) -> int:
    """Write the pack into a new or empty folder, whole or not at all; gives back how many identifiers it finds.

    Raises UsageError for a folder that holds something or cannot be written, and for checks of outsiders.
    """
    if os.path.lexists(to) and not (to.is_dir() and not any(to.iterdir())):
        raise UsageError(f"{to}: is not empty; a pack is written into a new or empty folder, choose another")
    rules = _rules(rulebook)
    try:
        to.absolute().parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{to.name[:100]}.", dir=to.absolute().parent))
        try:
            _write(staging, rules, language)
            staging.chmod(0o755)
            os.replace(staging, to)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise UsageError(f"{to}: cannot be written ({error.strerror}); choose another folder") from None
    return len(rules)


def _rules(rulebook: Rulebook) -> list[Identifier]:
    """The identifiers that texts may hold, with the shapes for texts alone."""
    shapes = {
        i.id: tuple(p for p in i.patterns if p.scope in ("anywhere", "text")) for i in rulebook.identifiers.values()
    }
    return [replace(i, patterns=shapes[i.id]) for i in rulebook.identifiers.values() if shapes[i.id]]


def _write(pack: Path, rules: list[Identifier], language: str) -> None:
    calls = [c for i in rules for c in (*i.checks, *i.evidence, *(c for p in i.patterns for c in p.checks))]
    source = module_source(calls)
    (pack / f"{MODULE}.py").write_text(source, encoding="utf-8")
    (pack / "rules.json").write_text(_as_json(rules), encoding="utf-8")
    (pack / "recognizers.yaml").write_text(_registry(rules), encoding="utf-8")
    readme = (Path(__file__).parent / f"README.{language}.md").read_text(encoding="utf-8")
    (pack / "README.md").write_text(readme.replace("ENTITIES", _entities(rules, language)), encoding="utf-8")
    shutil.copytree(folder("rules") / "tables", pack / "tables")
    shutil.copytree(folder("rules") / "words", pack / "words", ignore=_unused(rules, calls, source))


def module_source(calls: Iterable[CheckCall]) -> str:
    """The Python module of a pack whose rules call these checks."""
    checks = [(_check_module(name), "plugin") for name in sorted({c.check for c in calls})]
    presidio = "privacyscan.presidio_pack._recognizers"
    roots = [(presidio, "engine"), (presidio, "RuleRecognizer")]
    roots += [("privacyscan.detect.rules", "Rule"), ("privacyscan.model", "Identifier"), *checks]
    given = {("privacyscan.resources", "folder"): "_folder", ("privacyscan.registry", "plugins"): "_plugins"}
    body, called = assembled(roots, given)
    return HEAD + body + TAIL.format(checks=", ".join(called[check] for check in checks))


def _check_module(name: str) -> str:
    from privacyscan.registry import plugins

    module = type(plugins("checks")[name]).__module__
    if not module.startswith("privacyscan.checks."):
        raise UsageError(f"the check '{name}' comes from another package; a pack takes only the checks of privacyscan")
    return module


def _as_json(rules: Iterable[Identifier]) -> str:
    return json.dumps([asdict(i) for i in rules], ensure_ascii=False, indent=1) + "\n"


def _registry(rules: Iterable[Identifier]) -> str:
    """The pack as Presidio's registry reads it."""
    import yaml

    from privacyscan.presidio_pack._recognizers import LANGUAGES

    entries: list[dict[str, Any]] = [
        {
            "name": i.id,
            "class_name": "PrivacyscanRecognizer",
            "type": "predefined",
            "supported_entity": i.id,
            "supported_languages": list(LANGUAGES),
        }
        for i in rules
    ]
    whole = {"supported_languages": list(LANGUAGES), "global_regex_flags": 26, "recognizers": entries}
    return f"# Import {MODULE} before this is read: it holds the class.\n" + yaml.safe_dump(whole, sort_keys=False)


def _entities(rules: Iterable[Identifier], language: str) -> str:
    return "\n".join(f"- `{i.id}`: {i.title[language]}" for i in rules)


def _unused(rules: Iterable[Identifier], calls: Iterable[CheckCall], source: str) -> Any:
    """Which word lists no rule asks for, as `copytree` wants to know it."""
    named = {value for c in calls for value in c.parameters.values() if isinstance(value, str)}

    def unused(where: str, names: list[str]) -> list[str]:
        return [n for n in names if "." in n and (s := n.split(".")[0]) not in named and f'words("{s}")' not in source]

    return unused
