"""Presidio over each cell of a CSV file or each line of a text: `presidio.py twelve|predefined|PACK FILE`.

`twelve`: stock Presidio with twelve Indonesian recognisers as an agency would write them, the measure of the "times
stock Presidio". `predefined`: the recognisers it ships for English. PACK: the folder of an exported pack.
Words are cut by a blank spaCy pipeline; no model, no names.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import spacy
from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine

PROVINCES = {11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 31, 32, 33, 34, 35, 36, 51, 52, 53, 61, 62, 63, 64, 65, 71, 72,
             73, 74, 75, 76, 81, 82, 91, 92, 93, 94, 95, 96}  # fmt: skip
BEFORE, BEHIND = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
Check = Callable[[str], bool]


def digits(text: str) -> str:
    """The digits alone."""
    return "".join(c for c in text if c.isdigit())


def luhn(text: str) -> bool:
    """Whether the digits pass the Luhn check."""
    numbers = [int(c) for c in reversed(digits(text))]
    return sum(n if i % 2 == 0 else n * 2 - 9 * (n > 4) for i, n in enumerate(numbers)) % 10 == 0


def nik(text: str) -> bool:
    """Province, date, serial."""
    d = digits(text)
    day, month = int(d[6:8]) % 40, int(d[8:10])
    return int(d[:2]) in PROVINCES and 1 <= day <= 31 and 1 <= month <= 12 and d[12:] != "0000"


def card(text: str) -> bool:
    """A family card has no day above 31."""
    return nik(text) and int(text[6:8]) <= 31


def nip(text: str) -> bool:
    """Born, hired, sex."""
    d = digits(text)
    dates = 1940 <= int(d[:4]) <= 2010 and 1 <= int(d[4:6]) <= 12 and 1 <= int(d[6:8]) <= 31
    return dates and 1960 <= int(d[8:12]) <= 2035 and 1 <= int(d[12:14]) <= 12 and d[14] in "12"


TWELVE: list[tuple[str, str, float, list[str], Check | None]] = [
    ("ID_NIK", r"(?:[0-9]{16}|[0-9]{6}[ .\-][0-9]{6}[ .\-][0-9]{4})", 0.5, ["nik", "ktp", "penduduk"], nik),
    ("ID_KK", r"[0-9]{16}", 0.1, ["kk", "keluarga"], card),
    ("ID_NPWP", r"[0-9]{2}\.[0-9]{3}\.[0-9]{3}\.[0-9]-[0-9]{3}\.[0-9]{3}", 0.6, ["npwp", "pajak"],
     lambda t: luhn(digits(t)[:9])),
    ("ID_NPWP_15", r"[0-9]{15}", 0.2, ["npwp", "pajak"], lambda t: luhn(t[:9])),
    ("ID_NIP", r"[0-9]{8} ?[0-9]{6} ?[0-9] ?[0-9]{3}", 0.5, ["nip", "pegawai"], nip),
    ("PHONE", r"(?<!\+)(?:\+62|62|0)[ \-]?8[0-9]{2}[ \-]?[0-9]{3,4}[ \-]?[0-9]{2,5}", 0.5, ["telepon", "hp", "nomor"],
     None),
    ("CARD", r"(?:4[0-9]{3}|5[1-5][0-9]{2}|2[2-7][0-9]{2}|3[0-9]{3}|6[0-9]{3})(?:[ \-]?[0-9]{4}){3}", 0.3,
     ["kartu", "kredit", "visa"], luhn),
    ("BANK_ACCOUNT", r"[0-9]{10,16}", 0.05, ["rekening", "rek", "bank"], None),
    ("EMAIL", r"[A-Za-z0-9._%+\-]{1,64}@(?:[A-Za-z0-9\-]{1,63}\.){1,8}[A-Za-z]{2,24}", 0.7, ["email", "surel"], None),
    ("ID_PASSPORT", r"[A-Z][0-9]{7}", 0.2, ["paspor", "passport"], None),
    ("ID_PLATE", r"[A-Z]{1,2} [0-9]{1,4} [A-Z]{1,3}", 0.3, ["kendaraan", "polisi", "plat"], None),
    ("PERSON", r"(?:Bapak|Ibu|Saudara|Sdri?\.|Nama ?:) [A-Z][a-z']{1,20}(?: [A-Z][a-z']{1,20}){0,3}", 0.6, [], None),
]  # fmt: skip


class Checked(PatternRecognizer):
    """A pattern and what must hold of what it matches."""

    def __init__(self, entity: str, regex: str, score: float, context: list[str], check: Check | None) -> None:
        self.check = check
        patterns = [Pattern(entity, BEFORE + regex + BEHIND, score)]
        super().__init__(entity, patterns=patterns, context=context or None, supported_language="id", name=entity)

    def validate_result(self, pattern_text: str) -> bool | None:
        """False takes the match away; None leaves its score."""
        return None if self.check is None or self.check(pattern_text) else False


class Blank(SpacyNlpEngine):
    """Words of spaCy's blank pipeline, with lemmas, without which words of context count nothing."""

    def __init__(self, language: str) -> None:
        super().__init__(models=[{"lang_code": language, "model_name": "blank"}])
        self.nlp = {language: spacy.blank(language)}

    def load(self) -> None:
        """Nothing is fetched."""

    def _doc_to_nlp_artifact(self, doc: Any, language: str) -> Any:
        for token in doc:
            token.lemma_ = token.lower_
        return super()._doc_to_nlp_artifact(doc, language)


def engine(which: str) -> tuple[AnalyzerEngine, str]:
    """The engine and its language."""
    if which == "predefined":
        import tldextract

        tldextract.extract = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=())  # else it asks the network
        return AnalyzerEngine(nlp_engine=Blank("en"), supported_languages=["en"]), "en"
    if which != "twelve":
        sys.path.insert(0, which)
        import privacyscan_recognizers

        analyzer: AnalyzerEngine = privacyscan_recognizers.analyzer()
        return analyzer, "id"
    registry = RecognizerRegistry(recognizers=[Checked(*row) for row in TWELVE], supported_languages=["id"])
    return AnalyzerEngine(registry=registry, nlp_engine=Blank("id"), supported_languages=["id"]), "id"


def units(file: Path) -> Iterator[tuple[str, list[str]]]:
    """Each cell with the words of its header as context, or each line."""
    with file.open(encoding="utf-8", newline="") as stream:
        if file.suffix != ".csv":
            yield from ((line, []) for line in stream)
            return
        rows = csv.reader(stream)
        contexts = [name.lower().split("_") for name in next(rows)]
        for row in rows:
            yield from zip(row, contexts, strict=True)


def main(which: str, file: Path) -> None:
    """Prints how much was found."""
    analyzer, language = engine(which)
    print(sum(len(analyzer.analyze(text, language, context=context or None)) for text, context in units(file)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
