"""The entities that users and pipelines rely on all have a rule file, and every rule file is a document too."""

from __future__ import annotations

import pytest

from privacyscan import rulebook
from privacyscan.detect.rules import header_words
from privacyscan.model import Identifier

# The names that the commands, scan.json and Presidio pipelines know; taking one away breaks them.
ENTITIES = {
    "ID_NIK", "ID_KK", "ID_NPWP", "ID_NITKU", "ID_NIP", "ID_NRP", "ID_NISN", "ID_NUPTK", "ID_NIDN", "ID_PASSPORT",
    "ID_SIM", "ID_KITAS", "ID_BPJS_KESEHATAN", "ID_BPJS_KETENAGAKERJAAN", "ID_VEHICLE_PLATE", "ID_VIN",
    "ID_BIRTH_CERTIFICATE", "ID_MEDICAL_RECORD", "PHONE_NUMBER", "EMAIL_ADDRESS", "CREDIT_CARD", "BANK_ACCOUNT",
    "IP_ADDRESS", "MAC_ADDRESS", "IMEI", "GEO_COORDINATE", "PERSON", "MOTHER_MAIDEN_NAME", "ADDRESS", "DATE_OF_BIRTH",
    "PLACE_OF_BIRTH", "SEX", "RELIGION", "MARITAL_STATUS", "BLOOD_TYPE", "NATIONALITY", "OCCUPATION", "EDUCATION",
    "INCOME", "HEALTH", "BIOMETRIC", "GENETIC", "CRIMINAL_RECORD", "CHILD", "DISABILITY", "ETHNICITY", "PHOTO",
    "CREDENTIAL",
}  # fmt: skip
DERIVED = {"CHILD"}  # from birth dates and NIK
SPECIFIC = {  # Pasal 4 (2) UU 27/2022: health, biometric, genetic, crime, children, personal finance
    "HEALTH", "ID_MEDICAL_RECORD", "ID_BPJS_KESEHATAN", "BIOMETRIC", "PHOTO", "GENETIC", "CRIMINAL_RECORD", "CHILD",
    "ID_NISN", "ID_NPWP", "ID_NITKU", "ID_BPJS_KETENAGAKERJAAN", "CREDIT_CARD", "BANK_ACCOUNT", "INCOME",
}  # fmt: skip

RULES = [pytest.param(i, id=name) for name, i in rulebook.load().identifiers.items()]


def test_every_entity_has_a_rule_file_and_no_rule_file_another() -> None:
    names = set(rulebook.load().identifiers)
    assert ENTITIES - names <= DERIVED
    assert names <= ENTITIES


@pytest.mark.parametrize("rule", RULES)
def test_class_follows_article_4(rule: Identifier) -> None:
    assert (rule.category == "spesifik") is (rule.id in SPECIFIC)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_file_says_what_why_and_how_in_both_languages(rule: Identifier) -> None:
    for words in (rule.title, rule.meaning):
        assert words["id"].strip() != "" != words["en"].strip()
        assert words["id"] != words["en"] or rule.id in ("GEO_COORDINATE",)
    assert len(rule.meaning["id"]) > 12 < len(rule.meaning["en"])
    assert all(s["url"].startswith("https://") and s["says"] for s in rule.sources)
    if rule.derived is not None:  # others tell it, by their own words and shapes
        return
    assert len(set(rule.columns)) == len(rule.columns) >= 2
    assert len(set(rule.context)) == len(rule.context)
    assert not set(rule.columns) & set(rule.not_columns)
    assert [w for w in (*rule.columns, *rule.not_columns) if f" {w} " not in header_words(w)] == []  # could never match
    assert len(rule.examples_match) >= 2 <= len(rule.examples_no_match)
