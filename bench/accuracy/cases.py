"""The labelled cases of a split: tables, texts and decoys, made from the descriptions in `SPLIT.yaml`."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

from bench.accuracy.decoys import Filler
from bench.accuracy.people import DRAWN, Person, Population
from bench.accuracy.values import MAKERS, PLAIN, made

MANY = 300  # rows of the decoys that only numbers by chance could betray
NOTHING = ("", "NULL", "-", "n/a", "0")
PLACE = re.compile(r"\{(?:([1-9]):)?([a-z_]+)(\.[a-z0-9]+)?\}")


@dataclass
class Column:
    """What a column really holds: entity -> number of cells; and what may be said of it without blame."""

    header: str
    holds: dict[str, int] = field(default_factory=dict)
    may: set[str] = field(default_factory=set)
    counted: bool = True  # false where no exact count is right: damaged numbers


@dataclass
class Table:
    """A table with the truth about each column."""

    name: str
    columns: list[Column]
    rows: list[list[str]]


@dataclass
class Text:
    """A text with the truth: (start, end, entity), end exclusive; `free` spans may be named or not."""

    name: str
    text: str
    spans: list[tuple[int, int, str]]
    free: list[tuple[int, int, str]]
    wider: dict[int, tuple[int, int]] = field(default_factory=dict)  # start -> the span with titles, or the whole link


@dataclass
class Split:
    """All cases of a split."""

    tables: list[Table]
    texts: list[Text]
    decoy_tables: list[Table]
    decoy_texts: list[Text]


def fill(template: str, people: list[Person], r: random.Random) -> Text:
    """The template with the people's values in it, and where they stand."""
    out: list[str] = []
    spans: list[tuple[int, int, str]] = []
    free: list[tuple[int, int, str]] = []
    wider: dict[int, tuple[int, int]] = {}
    at = length = 0
    for place in PLACE.finditer(template):
        who, root, style = place.groups()
        if root not in MAKERS and root not in PLAIN:
            continue
        before = template[at : place.start()]
        out.append(before)
        length += len(before)
        must, may, value = made(root + (style or ""), people[int(who or 1) - 1], r)
        span = (length, length + len(value))
        if root.endswith("ttl"):  # the date is the span; its place may be named
            cut = value.index(", ") + 2
            free.append((length, length + cut - 2, "PLACE_OF_BIRTH"))
            span = (length + cut, length + len(value))
        inner = _inner(style, people[int(who or 1) - 1])
        if inner:
            start = length + value.index(inner)
            wider[start], span = span, (start, start + len(inner))
        spans += [(*span, entity) for entity in must]
        free += [(*span, entity) for entity in may]
        out.append(value)
        length += len(value)
        at = place.end()
    out.append(template[at:])
    return Text("", "".join(out), spans, free, wider)


def _inner(style: str | None, person: Person) -> str:
    """The part that is the value itself where more stands around it: titles, a link."""
    return {
        ".titled": person.name,
        ".called": person.name,
        ".wa": f"62{person.mobile}",
        ".jid": f"62{person.mobile}",
    }.get(style or "", "")


def cell(maker: str, crowd: Iterator[Person], person: Person, r: random.Random) -> tuple[set[str], set[str], str]:
    """One cell: `nik/npwp` is one of the two, `phone&phone` are both, `{...}` is a sentence."""
    if "{" in maker:
        text = fill(r.choice(maker[1:-1].split("||")), [person, next(crowd)], r)
        return {s[2] for s in text.spans}, {s[2] for s in text.free}, text.text
    if "&" in maker:
        one, two = maker.split("&")
        (a, b, first), (c, d, second) = made(one, person, r), made(two, next(crowd), r)
        return {*a, *c}, {*b, *d}, f"{first} / {second}"
    must, may, value = made(r.choice(maker.split("/")), person, r)
    return set(must), set(may), value


def table(name: str, parts: list[str], population: Population, rows: int) -> Table:
    """The table of a description: columns are `HEADER=maker?N`, N the percentage of cells that hold nothing.

    `HEADER!ENTITY=...`: that entity may be named, too.
    """
    r = population.random
    crowd = population.households()
    columns, makers = [], []
    for part in parts:
        header, _, maker = part.partition("=")
        maker, _, empty = maker.partition("?") if re.search(r"\?[0-9]+$", maker) else (maker, "", "")
        header, _, free = header.partition("!")
        columns.append(Column(header, may={free} - {""}, counted=".science" not in maker))
        makers.append((maker, int(empty or 0), r.choice(NOTHING[:4])))
    lines = []
    for person in (next(crowd) for _ in range(rows)):
        line = []
        for column, (maker, empty, nothing) in zip(columns, makers, strict=True):
            if r.random() * 100 < empty:
                line.append(nothing)
                continue
            must, may, value = cell(maker, crowd, person, r)
            for entity in must:
                column.holds[entity] = column.holds.get(entity, 0) + 1
            column.may |= may
            line.append(value)
        lines.append(line)
    return Table(name, columns, lines)


def decoy_table(name: str, parts: list[str], filler: Filler, variant: int, rows: int) -> Table:
    """A table that holds nothing personal; `a|b|c=pattern` gives each variant its header."""
    columns, patterns = [], []
    for part in parts:
        headers, _, pattern = part.partition("=")
        choice = headers.split("|")
        columns.append(Column(choice[variant % len(choice)]))
        patterns.append(pattern)
    filler.start()
    return Table(name, columns, [filler.row(patterns) for _ in range(rows)])


def split(name: str, seed: int) -> Split:
    """All cases of `dev`, `seen`, `seen2` or `test`."""
    content = yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8"))
    population = Population(name, seed)
    filler = Filler(random.Random(f"decoys-{DRAWN.get(name, name)}-{seed}"))
    copies, decoy_copies = range(content["copies"]), range(content["decoy_copies"])
    return Split(
        [table(kind, t["columns"], population, t["rows"]) for kind, t in content["tables"].items()],
        [_text(kind, copy, text, population) for kind, text in content["texts"].items() for copy in copies],
        [
            decoy_table(f"decoy {kind}#{copy + 1}", parts, filler, copy, MANY if kind.startswith("many ") else 40)
            for kind, parts in content["decoys"].items()
            for copy in decoy_copies
        ],
        [
            Text(f"decoy text {kind}#{copy + 1}", filler.text(text), [], [])
            for kind, text in content["decoy_texts"].items()
            for copy in decoy_copies
        ],
    )


def _text(kind: str, copy: int, template: str, population: Population) -> Text:
    crowd = population.households()
    text = fill(template, [next(crowd) for _ in range(9)], population.random)
    return replace(text, name=f"{kind}#{copy + 1}")
