"""Columns of JSON, arrays, records and hstore: their fields are judged as columns are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from privacyscan.model import Scan
from privacyscan.scan import scan
from privacyscan.settings import Settings, load
from tests.detect.made_up import MadeUp
from tests.servers import connected, new_database
from tests.sources.test_database import in_schema, run, url  # noqa: F401 - a fixture

ROWS = 40


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({"workers": 1}, environ={"XDG_STATE_HOME": str(tmp_path / "state")})


def judged(result: Scan) -> dict[tuple[str | None, str], tuple[int, int]]:
    return {(f.place.column, f.entity): (f.matched, f.seen) for f in result.findings}


def test_json_is_judged_field_by_field(url: str, settings: Settings) -> None:  # noqa: F811
    people, kind = MadeUp(7), {"postgresql": "jsonb", "mysql": "json", "sqlite": "text"}[url.partition(":")[0]]
    cells = []
    for i in range(ROWS):
        children = [{"nik": people.nik(), "no": f"{i}"} for _ in range(2)]
        cells.append(json.dumps({"pemohon": {"nik": people.nik(), "hp": f"0812{i:08}"}, "anak": children}))
    values = ", ".join(f"({i}, '{cell}')" for i, cell in enumerate(cells))
    run(url, f"CREATE TABLE a (id int, data {kind})", f"INSERT INTO a VALUES {values}")
    result = scan([url], settings)
    found = judged(result)
    assert found["data.pemohon.nik", "ID_NIK"] == (ROWS, ROWS)
    assert found["data.pemohon.hp", "PHONE_NUMBER"] == (ROWS, ROWS)
    assert found["data.anak.nik", "ID_NIK"] == (2 * ROWS, 2 * ROWS)
    (asset,) = result.assets
    assert (asset.place.path, asset.rows) == (in_schema(url, "a"), ROWS)
    places = next(f.locations for f in result.findings if f.place.column == "data.pemohon.nik")
    assert [p.row for p in places] == list(range(10))
    assert result.status == "complete"


def test_arrays_records_and_hstore_of_postgresql(postgresql: str, settings: Settings) -> None:
    pg, people = new_database(postgresql), MadeUp(8)
    with connected(pg) as connection:
        connection.execute("CREATE EXTENSION hstore")
        connection.execute("CREATE TYPE orang AS (nik varchar(16), usia int)")
        connection.execute("CREATE DOMAIN daftar AS numeric[]")
        connection.execute(
            "CREATE TABLE a (nik_anak text[], nik_saudara daftar, ibu orang, wali orang[], lain hstore, "
            "bobot float8[], salinan text GENERATED ALWAYS AS ('x') STORED)"
        )
        for _ in range(ROWS):
            connection.execute(
                "INSERT INTO a VALUES (%s, %s::numeric[], ROW(%s, 40), ARRAY[ROW(%s, 41)::orang, ROW(%s, 42)::orang], "
                "hstore('nik', %s), '{0.5,0.25}')",
                ([people.nik(), people.nik()], [people.nik()], *(people.nik() for _ in range(4))),
            )
    found = {of: n for of, n in judged(scan([pg], settings)).items() if of[1] == "ID_NIK"}
    assert found == {
        ("nik_anak", "ID_NIK"): (2 * ROWS, 2 * ROWS),
        ("nik_saudara", "ID_NIK"): (ROWS, ROWS),
        ("ibu.nik", "ID_NIK"): (ROWS, ROWS),
        ("wali.nik", "ID_NIK"): (2 * ROWS, 2 * ROWS),
        ("lain.nik", "ID_NIK"): (ROWS, ROWS),
    }
