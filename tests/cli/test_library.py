"""privacyscan as a library: the names that programs may rely on."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import privacyscan


@pytest.mark.parametrize("name", ["scan", "assess", "pseudonymize"])
def test_a_function_stays_a_function_when_its_module_is_imported(name: str) -> None:
    module = importlib.import_module(f"privacyscan.{name}")
    assert getattr(privacyscan, name) is getattr(module, name)


@pytest.mark.parametrize("first", ["import privacyscan.scan", "from privacyscan.assess import persons", "pass"])
def test_the_order_of_imports_does_not_matter(first: str) -> None:
    script = f"{first}\nimport privacyscan, privacyscan.assess\nassert callable(privacyscan.scan)"
    script += "\nassert callable(privacyscan.assess) and callable(privacyscan.pseudonymize)"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_every_public_name_is_there() -> None:
    for name in privacyscan.__all__:
        assert getattr(privacyscan, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'tiada'"):
        privacyscan.tiada  # noqa: B018


def test_from_scan_to_report_and_back(citizens: Path) -> None:
    scan = privacyscan.scan([str(citizens)])
    assessment = privacyscan.assess(scan, regulation="uu-pdp")
    privacyscan.write(assessment, "json", Path("scan.json"), lang="en")
    stored = privacyscan.load("scan.json")
    assert stored.risk == assessment.risk
    assert [f.id for f in stored.scan.findings] == [f.id for f in scan.findings]
