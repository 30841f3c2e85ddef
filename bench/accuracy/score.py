"""How well an answer fits the truth: columns, counts, spans and decoys."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bench.accuracy.cases import Column, Split, Text

COUNTED = ("ID_NIK", "ID_KK", "PHONE_NUMBER", "EMAIL_ADDRESS")
NAMES = {"PERSON", "MOTHER_MAIDEN_NAME"}
STRUCTURED = {
    "ID_NIK", "ID_KK", "ID_NPWP", "ID_NITKU", "ID_NIP", "ID_NRP", "ID_NISN", "ID_NUPTK", "ID_NIDN", "ID_PASSPORT",
    "ID_SIM",
    "ID_KITAS", "ID_BPJS_KESEHATAN", "ID_BPJS_KETENAGAKERJAAN", "ID_VEHICLE_PLATE", "ID_VIN", "ID_BIRTH_CERTIFICATE",
    "ID_MEDICAL_RECORD", "PHONE_NUMBER", "EMAIL_ADDRESS", "CREDIT_CARD", "BANK_ACCOUNT", "IP_ADDRESS", "MAC_ADDRESS",
    "IMEI", "GEO_COORDINATE", "DATE_OF_BIRTH", "CREDENTIAL",
}  # fmt: skip
RARE = 0.05  # an entity in fewer cells of a column may be named and need not be
DECOY_CONFIDENCE = 0.6


@dataclass
class Hits:
    """Right, wrong and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def f1(self) -> float:
        """2PR/(P+R); 0 where nothing was right."""
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)

    @property
    def precision(self) -> float:
        """Share of what was said that is right."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Share of what is there that was said."""
        return self.right / max(1, self.right + self.missed)


@dataclass
class Scores:
    """Everything measured for one tool."""

    columns: dict[str, Hits] = field(default_factory=lambda: defaultdict(Hits))
    spans: dict[str, Hits] = field(default_factory=lambda: defaultdict(Hits))
    touched: Hits = field(default_factory=Hits)  # names, any overlap
    off: Counter[str] = field(default_factory=Counter)  # cells counted too many or too few
    held: Counter[str] = field(default_factory=Counter)
    decoys: int = 0
    flagged: list[str] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)

    def sum(self, of: dict[str, Hits], entities: Callable[[str], bool] = lambda _: True) -> Hits:
        """All entities together."""
        total = Hits()
        for entity, hits in of.items():
            if entities(entity):
                total = Hits(total.right + hits.right, total.wrong + hits.wrong, total.missed + hits.missed)
        return total

    def macro(self) -> float:
        """Mean F1 of the entities that columns hold."""
        known = [h for h in self.columns.values() if h.right + h.missed]
        return sum(h.f1 for h in known) / max(1, len(known))

    def count_error(self, entity: str) -> float:
        """Cells counted wrongly, as a share of those there."""
        return self.off[entity] / max(1, self.held[entity])


@dataclass(frozen=True)
class Floor:
    """From where on a tool is believed: its score, and the share of a column's cells."""

    score: float = 0.0
    share: float = 0.0


def score(split: Split, answer: dict[str, Any], floor: Floor) -> Scores:
    """Everything measured for one answer."""
    scores = Scores()
    for table in split.tables:
        said = answer["tables"].get(table.name, [])
        for at, column in enumerate(table.columns):
            filled = sum(bool(row[at].strip()) for row in table.rows)
            _column(scores, table.name, column, filled, dict(_verdicts(said, at, filled, floor)), len(table.rows))
    for text in split.texts:
        _text(scores, text, [s for s in answer["texts"].get(text.name, []) if s[3] >= floor.score])
    _decoys(scores, split, answer, floor)
    return scores


def _verdicts(said: list[Any], at: int, filled: int, floor: Floor) -> Iterator[tuple[str, int]]:
    """(entity, cells) for each entity that the tool sees in the column as a whole."""
    for column, entity, cells in said:
        count = sum(n for level, n in cells.items() if float(level) >= floor.score)
        if column == at and count and count >= floor.share * filled:
            yield entity, count


def _column(scores: Scores, table: str, column: Column, filled: int, said: dict[str, int], rows: int) -> None:
    must = {e: n for e, n in column.holds.items() if n >= RARE * rows}
    may = column.may | set(column.holds)
    place = f"column | {table} | {column.header}"
    found: dict[str, int] = {}
    for entity, cells in said.items():
        names = set(entity.split("|"))
        for hit in names & set(must):
            found[hit] = max(cells, found.get(hit, 0))
        if not names & may:
            scores.columns[entity].wrong += 1
            scores.misses.append(f"{place} | said {entity} ({cells} of {rows}) | is {_is(column)}")
    for entity, cells in must.items():
        if column.counted and entity in COUNTED:
            scores.held[entity] += cells
            scores.off[entity] += abs(found.get(entity, 0) - cells)
            if entity in found and found[entity] != cells:
                scores.misses.append(f"{place} | counted {entity} {found[entity]} | is {cells} of {rows}")
        if entity in found:
            scores.columns[entity].right += 1
        else:
            scores.columns[entity].missed += 1
            other = ", ".join(f"{e} ({n})" for e, n in said.items()) or "nothing"
            scores.misses.append(f"{place} | missed {entity} ({cells} of {rows}) | said {other}")


def _is(column: Column) -> str:
    return ", ".join(column.holds) or "nothing personal"


Spot = tuple[int, int, str]


def _text(scores: Scores, text: Text, said: list[Any]) -> None:
    """Structured identifiers and names must have their exact span, addresses half of it."""
    claims = [(*_trimmed(text.text, s[0], s[1]), s[2]) for s in said]
    used: set[int] = set()
    for start, end, entity in text.spans:
        if entity not in STRUCTURED | NAMES | {"ADDRESS"}:
            continue
        truth = (*_trimmed(text.text, start, end), entity)
        wider = _trimmed(text.text, *text.wider.get(start, (start, end)))
        hit = next((i for i, c in enumerate(claims) if i not in used and _fits(c, truth, wider)), None)
        group = "PERSON" if entity in NAMES else entity
        if entity in NAMES:
            scores.touched.right += (near := _near(claims, truth))
            scores.touched.missed += not near
        if hit is not None:
            used.add(hit)
            scores.spans[group].right += 1
            continue
        scores.spans[group].missed += 1
        others = ", ".join(c[2] for c in claims if c[0] < end and start < c[1]) or "nothing"
        scores.misses.append(f"text | {text.name} | missed {entity} | said there: {others}")
    known = [*text.spans, *text.free]
    for i, (start, end, entity) in enumerate(claims):
        names = set(entity.split("|"))
        if i in used or not names & (STRUCTURED | NAMES | {"ADDRESS"}):
            continue
        there = [e for a, b, e in known if a < end and start < b]
        if names & NAMES:
            scores.touched.wrong += not set(there) & NAMES
        if any(a < end and start < b and e in names for a, b, e in text.free):
            continue
        scores.spans["PERSON" if names & NAMES else entity].wrong += 1
        scores.misses.append(f"text | {text.name} | said {entity} | is there: {', '.join(there) or 'nothing'}")


def _fits(claim: Spot, truth: Spot, wider: tuple[int, int]) -> bool:
    start, end, entity = claim
    names = set(entity.split("|"))
    if truth[2] in NAMES:
        return bool(names & NAMES) and (start, end) in (truth[:2], wider)
    if truth[2] not in names:
        return False
    if truth[2] == "ADDRESS":
        both = min(end, truth[1]) - max(start, truth[0])
        return both >= 0.5 * (max(end, truth[1]) - min(start, truth[0]))
    return (start, end) in (truth[:2], wider)


def _near(claims: Iterable[Spot], truth: Spot) -> bool:
    return any(c[0] < truth[1] and truth[0] < c[1] and set(c[2].split("|")) & NAMES for c in claims)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the signs at its edges: whether `(0812)...` begins with the bracket is no matter."""
    while start < end and not text[start].isalnum():
        start += 1
    while start < end and not text[end - 1].isalnum():
        end -= 1
    return start, end


def _decoys(scores: Scores, split: Split, answer: dict[str, Any], floor: Floor) -> None:
    level = Floor(max(floor.score, DECOY_CONFIDENCE if floor.share == 0 else floor.score), floor.share)
    for table in split.decoy_tables:
        said = answer["tables"].get(table.name, [])
        wrong = [
            f"{column.header}: {entity} ({cells} of {len(table.rows)})"
            for at, column in enumerate(table.columns)
            for entity, cells in _verdicts(said, at, sum(bool(r[at].strip()) for r in table.rows), level)
        ]
        _decoy(scores, table.name, wrong)
    for text in split.decoy_texts:
        _decoy(scores, text.name, [s[2] for s in answer["texts"].get(text.name, []) if s[3] >= level.score])


def _decoy(scores: Scores, name: str, wrong: list[str]) -> None:
    scores.decoys += 1
    if wrong:
        scores.flagged.append(name)
        scores.misses.append(f"decoy | {name} | {'; '.join(wrong)}")
