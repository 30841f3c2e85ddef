"""How well names and addresses are found in prose: figures beside their floors.

    .venv/bin/python bench/names/evaluate.py CORPORA [-v]

Nothing measured here was learnt from: the development parts of the news corpora, texts of our own (`items.txt`), the
same with other people in them, and addresses of schools of provinces that were held out. Ends with 1 below a floor.
Speed is CPU time, and worth most on a machine that does nothing else. `-v` prints what was missed and what was a
false alarm in the texts of our own.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent.parent), str(HERE)]

import corpora  # noqa: E402
import train  # noqa: E402

from privacyscan.detect.names import lexicons, prose  # noqa: E402
from privacyscan.resources import folder  # noqa: E402

Spans = list[tuple[int, int]]
FLOORS = {
    "news PERSON F1": 87.0,
    "news in capitals PERSON F1": 84.0,
    "news in lower case PERSON F1": 82.0,
    "nergrit PERSON F1": 70.0,
    "own texts PERSON exact F1": 90.0,
    "own texts PERSON overlap F1": 96.0,
    "own texts ADDRESS overlap F1": 95.0,
    "false persons in negatives": 4.0,
    "other people exact F1": 86.0,
    "unknown people exact F1": 78.0,
    "schools with number found %": 83.0,
    "schools with district and regency found %": 99.0,
    "model and lists MB": 4.0,
    "load CPU s": 0.5,
    "tokens/CPU s": 40_000.0,
}
MOST = ("false persons in negatives", "model and lists MB", "load CPU s")  # floors from above
_MARK = re.compile(r"\[([PA]):([^\]]*)\]")
CARRIERS = (
    "Petugas sensus sudah mencatat rumah di {} pada kunjungan pertama.",
    "Menurut data terakhir, ia pindah ke {} bersama keluarganya.",
    "Lokasi kejadian: {}.",
    "ALAMAT SURAT: {}",
    "Undangan diantarkan ke {} oleh kurir.",
)


@dataclass
class Score:
    """Counts of spans that were found, made up and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, true: Iterable[tuple[int, int]], found: Iterable[tuple[int, int]]) -> None:
        true, found = set(true), set(found)
        self.right += len(true & found)
        self.wrong += len(found - true)
        self.missed += len(true - found)

    @property
    def f1(self) -> float:
        return 200 * self.right / max(1, 2 * self.right + self.wrong + self.missed)

    def __str__(self) -> str:
        precision = 100 * self.right / max(1, self.right + self.wrong)
        recall = 100 * self.right / max(1, self.right + self.missed)
        return f"P {precision:5.1f}  R {recall:5.1f}  F1 {self.f1:5.1f}"


@dataclass
class Table:
    """Figures, with what else there is to say about them."""

    figures: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, value: float, more: object = "") -> None:
        self.figures[name] = value
        floor = FLOORS.get(name)
        sign = "<=" if name in MOST else ">="
        verdict = "" if floor is None else f"{sign} {floor:g} {'ok' if self.holds(name) else 'BELOW'}"
        print(f"{name:45} {value:10,.2f}  {verdict:18} {more}")

    def holds(self, name: str) -> bool:
        value, floor = self.figures[name], FLOORS[name]
        return value <= floor if name in MOST else value >= floor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true")
    asked = parser.parse_args()
    table = Table()
    _cost(table, asked.corpora)
    _news(table, asked.corpora)
    _own(table, asked.verbose)
    _others(table, asked.corpora)
    _schools(table, asked.corpora)
    sys.exit(not all(table.holds(name) for name in FLOORS if name in table.figures))


def persons(text: str) -> Spans:
    return [(span.start, span.end) for span in prose.find(text) if span.entity == prose.PERSON]


def places(text: str) -> Spans:
    return [(span.start, span.end) for span in prose.find(text) if span.entity == prose.ADDRESS]


# -- news


def _news(table: Table, source: Path) -> None:
    dev = list(corpora.news(source, "dev"))
    table.add("news PERSON F1", *_scored(dev, str))
    table.add("news in capitals PERSON F1", *_scored(dev, str.upper))
    table.add("news in lower case PERSON F1", *_scored(dev, str.lower))
    table.add("nergrit PERSON F1", *_scored(list(corpora.nergrit(source, "valid")), str))


def _scored(sentences: Sequence[corpora.Sentence], cased: Callable[[str], str]) -> tuple[float, Score]:
    score = Score()
    for sentence in sentences:
        text, spans = corpora.plain([(cased(word), tag) for word, tag in sentence])
        true = [_lettered(text, start, end) for start, end, name in spans if name == "PER"]
        score.add(true, persons(text))
    return score.f1, score


def _lettered(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without signs at its ends: the corpora leave brackets at names."""
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return start, end


# -- texts of our own


def items() -> list[tuple[str, str, Spans, Spans]]:
    """(kind, text, persons, addresses)."""
    found = []
    for line in (HERE / "items.txt").read_text(encoding="utf-8").splitlines():
        if line and line[0] != "#":
            kind, marked = line.split("\t", 1)
            found.append((kind, *unmarked(marked.replace("\\n", "\n").replace("\\t", "\t"))))
    return found


def unmarked(marked: str) -> tuple[str, Spans, Spans]:
    text, spans, last = "", {"P": Spans(), "A": Spans()}, 0
    for match in _MARK.finditer(marked):
        text += marked[last : match.start()]
        spans[match[1]].append((len(text), len(text) + len(match[2])))
        text += match[2]
        last = match.end()
    return text + marked[last:], spans["P"], spans["A"]


_LEADING = re.compile(
    rf"^(?:(?:{'|'.join(sorted(lexicons.HONORIFICS, key=len, reverse=True))})\b\.?\s+)+", re.IGNORECASE
)


def bare(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """The span without honorifics before it and signs behind it: whether they belong to a name is a matter of taste."""
    start, end = span
    match = _LEADING.match(text[start:end])
    if match and match.end() < end - start:
        start += match.end()
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return start, end


def _own(table: Table, verbose: bool) -> None:
    exact, overlap, where, false = Score(), Score(), Score(), 0
    kinds: dict[str, Score] = {}
    for kind, text, people, addresses in items():
        true, found = {bare(text, span) for span in people}, {bare(text, span) for span in persons(text)}
        exact.add(true, found)
        kinds.setdefault(kind, Score()).add(true, found)
        _overlap(overlap, true, found)
        _overlap(where, addresses, places(text))
        false += len(found) if kind == "neg" else 0
        if verbose:
            _shown(kind, text, true, found, addresses)
    by_kind = "  ".join(f"{kind} {score.f1:.0f}" for kind, score in kinds.items() if kind != "neg")
    table.add("own texts PERSON exact F1", exact.f1, f"{exact}  {by_kind}")
    table.add("own texts PERSON overlap F1", overlap.f1, overlap)
    table.add("own texts ADDRESS overlap F1", where.f1, where)
    table.add("false persons in negatives", false, f"in {sum(kind == 'neg' for kind, *_ in items())} texts")


def _overlap(score: Score, true: Iterable[tuple[int, int]], found: Iterable[tuple[int, int]]) -> None:
    true, found = list(true), list(found)
    meets = [[span[0] < other[1] and span[1] > other[0] for other in found] for span in true]
    score.right += sum(any(row) for row in meets)
    score.missed += sum(not any(row) for row in meets)
    score.wrong += sum(not any(row[i] for row in meets) for i in range(len(found)))


def _shown(kind: str, text: str, true: set[tuple[int, int]], found: set[tuple[int, int]], addresses: Spans) -> None:
    for sign, spans in (("-", true - found), ("+", found - true)):
        for start, end in sorted(spans):
            print(f"  {kind:9} {sign} {text[start:end]!r}  in  {text[max(0, start - 30) : end + 20]!r}")
    found_places = places(text)
    for sign, some in (("-A", set(addresses) - set(found_places)), ("+A", set(found_places) - set(addresses))):
        for start, end in sorted(some):
            print(f"  {kind:9} {sign} {text[start:end]!r}")


def _others(table: Table, source: Path) -> None:
    """The same texts with people from the news that were never learnt from; unknown: no word of theirs was."""
    learnt = {
        word.lower() for s in (*corpora.news(source, "train"), *corpora.nergrit(source, "train")) for word, _ in s
    }
    spans = {
        text[start:end]
        for sentence in (*corpora.news(source, "dev"), *corpora.nergrit(source, "valid"))
        for text, found in [corpora.plain(sentence)]
        for start, end, name in found
        if name == "PER" and re.fullmatch(r"[A-Za-z]+(?: [A-Za-z.]+)*", text[start:end]) and end - start > 3
    }
    unknown = sorted(name for name in spans if not learnt & set(name.lower().split()))
    table.add("other people exact F1", *_swapped(sorted(spans)))
    table.add("unknown people exact F1", *_swapped(unknown))


def _swapped(names: Sequence[str]) -> tuple[float, Score]:
    chance, score = Random(11), Score()
    for _, text, people, _ in items():
        other, true, last = "", Spans(), 0
        for start, end in people:
            other += text[last:start]
            old, new = text[start:end], chance.choice(names)
            new = new.upper() if old.isupper() else new.lower() if old.islower() else new
            true.append((len(other), len(other) + len(new)))
            other += new
            last = end
        other += text[last:]
        score.add({bare(other, span) for span in true}, {bare(other, span) for span in persons(other)})
    return score.f1, score


# -- schools


def _schools(table: Table, source: Path) -> None:
    chance = Random(3)
    every = [address for address in train.real_addresses(source, held_out=True) if len(address) > 8]
    numbered = sorted({a for a in every if "Kec." not in a and re.search(r"[0-9]", a)})
    whole = sorted({a for a in every if "Kec." in a})
    table.add("schools with number found %", *_in_carriers(chance.sample(numbered, min(600, len(numbered)))))
    table.add("schools with district and regency found %", *_in_carriers(chance.sample(whole, min(600, len(whole)))))


def _in_carriers(addresses: Sequence[str]) -> tuple[float, str]:
    """How many are found at all, and how many by half or more."""
    met = half = 0
    for i, address in enumerate(addresses):
        carrier = CARRIERS[i % len(CARRIERS)]
        start = carrier.index("{")
        found = places(carrier.replace("{}", address))
        shares = [_share((start, start + len(address)), span) for span in found]
        met += any(shares)
        half += any(share >= 0.5 for share in shares)
    return 100 * met / len(addresses), f"by half {100 * half / len(addresses):.1f} of {len(addresses)}"


def _share(a: tuple[int, int], b: tuple[int, int]) -> float:
    return max(0, min(a[1], b[1]) - max(a[0], b[0])) / (max(a[1], b[1]) - min(a[0], b[0]))


# -- size, time


def _cost(table: Table, source: Path) -> None:
    words = ("names", "name_parts", "foreign_names", "word_case")
    files = [folder("rules") / "words" / "id" / f"{name}.txt" for name in words]
    files += [folder("rules") / "models" / "names.crf", folder("rules") / "tables" / "wilayah.csv"]
    start = time.process_time()
    prose.tagger()
    prose.find("Nama : Budi")
    loaded = time.process_time() - start
    texts = [corpora.plain(sentence)[0] for sentence in corpora.nergrit(source, "train")]
    text = "\n".join(texts)
    pieces = ["\n".join(texts[i : i + 5]) for i in range(0, len(texts), 5)]
    start = time.process_time()
    for i in range(0, len(pieces), 100):  # as `detect/paragraphs.py` asks
        prose.find_each(pieces[i : i + 100])
    spent = time.process_time() - start
    table.add("model and lists MB", sum(file.stat().st_size for file in files) / 1e6)
    table.add("load CPU s", loaded)
    table.add("tokens/CPU s", len(text.split()) / spent, f"{spent / len(text.encode()) * 1e6:.2f} s/MB")


if __name__ == "__main__":
    main()
