"""The sentences of every report, in the reader's language: `reports/text/<language>.yaml`.

A sentence may hold `{name}` for a figure of its parameters; `{name:percent}`, `{name:size}`, `{name:2}` (decimals)
and `{name:finding|findings}` (one | many) say how it is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from string import Formatter
from typing import Any

from privacyscan import kept
from privacyscan.errors import UsageError
from privacyscan.outputs._numbers import number, percent, size, visible
from privacyscan.resources import folder

Parameters = Mapping[str, Any]


class MissingText(KeyError):
    """A report asks for a sentence that `reports/text/` lacks: our defect, so it names file and key."""

    def __init__(self, language: str, key: str) -> None:
        super().__init__(f"reports/text/{language}.yaml has no text '{key}'")


class Texts:
    """The sentences of one language, by keys such as "levels.high"."""

    def __init__(self, language: str, tree: Mapping[str, Any]) -> None:
        self.language, self._tree = language, tree
        self._formatter = _Sentence(language)

    def __call__(self, key: str, **parameters: Any) -> str:
        """The sentence with its figures; raises MissingText."""
        text = self.get(key)
        if not isinstance(text, str):
            raise MissingText(self.language, key)
        return self._formatter.vformat(text, (), parameters)

    def get(self, key: str) -> Any:
        """What stands at the key: a text, a list or a mapping; None where there is nothing."""
        node: Any = self._tree
        for step in key.split("."):
            node = node.get(step) if isinstance(node, Mapping) else None
        return node

    def say(self, key: str, parameters: Parameters) -> str:
        """The sentence of an open set, such as evidence of a plugin: code and figures where there is none."""
        text = self.get(key)
        if isinstance(text, str):
            try:
                return self._formatter.vformat(text, (), parameters)
            except (KeyError, ValueError):  # a figure the sentence needs was not recorded
                pass
        figures = ", ".join(f"{k} {self._formatter.format_field(v, '')}" for k, v in parameters.items())
        code = visible(key.rsplit(".", 1)[-1])
        return f"{code}: {figures}" if figures else code

    def keys(self) -> frozenset[str]:
        """The keys of all sentences, lists counting as one."""
        return frozenset(_keys(self._tree, ""))


class _Sentence(Formatter):
    """Fills sentences: figures in the notation of the language, names safe to show."""

    def __init__(self, language: str) -> None:
        self.language = language

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Any, str]:
        return kwargs[field_name], field_name  # plain names only: no attributes, no indices

    def format_field(self, value: Any, format_spec: str) -> str:
        if "|" in format_spec:
            one, many = format_spec.split("|")
            return one if value == 1 else many
        if isinstance(value, int | float) and not isinstance(value, bool):
            if format_spec == "percent":
                return percent(value, self.language)
            if format_spec == "size":
                return size(value, self.language)
            return number(value, self.language, int(format_spec) if format_spec else None)
        return visible(str(value))


@cache
def texts(language: str) -> Texts:
    """The sentences of a language; raises UsageError naming the languages there are."""
    if language not in languages():
        raise UsageError(f"--lang {language}: there are no texts in this language; choose {' or '.join(languages())}")
    data = (folder("reports") / "text" / f"{language}.yaml").read_bytes()
    return Texts(language, kept.value("texts", kept.key(data), lambda: _parsed(data)))


def _parsed(data: bytes) -> Any:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C: ten times as fast
    return yaml.load(data, Loader=loader)


def languages() -> tuple[str, ...]:
    """The languages a report can be written in."""
    return tuple(sorted(p.stem for p in (folder("reports") / "text").glob("*.yaml")))


def _keys(node: Any, prefix: str) -> list[str]:
    if not isinstance(node, Mapping):
        return [prefix]
    return [k for name, child in node.items() for k in _keys(child, f"{prefix}.{name}" if prefix else str(name))]
