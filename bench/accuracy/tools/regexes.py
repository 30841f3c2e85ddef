"""Plain regular expressions and a list of header words: what people write in a day."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from typing import Any

VALUES = {
    "ID_NIP": r"\b\d{18}\b",
    "ID_NIK": r"\b\d{16}\b|\b\d{6}[-. ]\d{6}[-. ]\d{4}\b",
    "ID_NPWP": r"\b\d{2}\.\d{3}\.\d{3}\.\d-\d{3}\.\d{3}\b",
    "CREDIT_CARD": r"\b(?:\d{4}[- ]){3}\d{4}\b",
    "PHONE_NUMBER": r"(?:\+62|\b62|\b0)[- ]?8\d{1,2}[- .]?\d{3,4}[- .]?\d{3,5}\b",
    "EMAIL_ADDRESS": r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b",
    "IP_ADDRESS": r"\b(?:\d{1,3}\.){3}\d{1,3}\b",
    "MAC_ADDRESS": r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b",
    "ID_VEHICLE_PLATE": r"\b[A-Z]{1,2} ?\d{1,4} ?[A-Z]{1,3}\b",
    "ID_PASSPORT": r"\b[A-Z]\d{7}\b",
    "CREDENTIAL": r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}",
    "ADDRESS": r"(?i)\b(?:jl|jln|jalan|gg|gang)\.? [^\n;|]{5,80}",
}
HEADERS = {
    r"\bno ?kk\b|kartu keluarga": "ID_KK", r"\bnama\b|name\b": "PERSON", r"alamat|address": "ADDRESS",
    r"lahir|\bdob\b|birth": "DATE_OF_BIRTH", r"\bagama\b|religion": "RELIGION", r"kelamin|\bjk\b|gender": "SEX",
    r"kawin|nikah|marital": "MARITAL_STATUS", r"pekerjaan|occupation": "OCCUPATION", r"pendidikan": "EDUCATION",
    r"\bgol(?:ongan)? ?darah": "BLOOD_TYPE", r"gaji|penghasilan|salary": "INCOME", r"rekening|account": "BANK_ACCOUNT",
    r"nisn": "ID_NISN", r"npwp": "ID_NPWP", r"\bsim\b": "ID_SIM", r"bpjs": "ID_BPJS_KESEHATAN",
    r"ibu kandung": "MOTHER_MAIDEN_NAME",
    r"diagnos": "HEALTH", r"warga ?negara|nationality": "NATIONALITY", r"imei": "IMEI", r"rangka|\bvin\b": "ID_VIN",
    r"rekam medis|\bno ?rm\b": "ID_MEDICAL_RECORD", r"\blat|\blon": "GEO_COORDINATE",
}  # fmt: skip
FORM = {"PERSON": r"(?im)\bnama(?: lengkap)?\s*[:=]\s*([^\n,;]+)"}
CELLS = [(entity, re.compile(pattern)) for entity, pattern in VALUES.items()]
WORDS = [(re.compile(pattern), entity) for pattern, entity in HEADERS.items()]


def columns(table: dict[str, Any]) -> list[Any]:
    """The header's word decides if there is one, else the values."""
    found = []
    for at, header in enumerate(table["header"]):
        cells = [row[at] for row in table["rows"] if row[at].strip() not in ("", "-", "NULL", "n/a")]
        shown = header.lower().replace("_", " ")
        named = next((e for word, e in WORDS if word.search(shown)), None)
        if named and cells:
            found.append([at, named, {"1": len(cells)}])
            continue
        counts = Counter(e for cell in cells for e in {s[2] for s in spans(cell)})
        found += [[at, entity, {"1": n}] for entity, n in counts.items()]
    return found


def spans(text: str) -> list[Any]:
    """[start, end, entity, score]; the first rule in the list keeps a span."""
    taken: list[Any] = []
    for entity, pattern in CELLS:
        for m in pattern.finditer(text):
            if all(m.end() <= a or b <= m.start() for a, b, *_ in taken):
                taken.append([m.start(), m.end(), entity, 1.0])
    taken += [[m.start(1), m.end(1), e, 1.0] for e, p in FORM.items() for m in re.finditer(p, text)]
    return taken


def main() -> None:
    """Cases on stdin, answer on stdout."""
    cases = json.load(sys.stdin)
    tables = {t["name"]: columns(t) for t in cases["tables"]}
    json.dump({"tables": tables, "texts": {t["name"]: spans(t["text"]) for t in cases["texts"]}}, sys.stdout)


if __name__ == "__main__":
    main()
