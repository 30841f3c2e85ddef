"""Comments of columns: what a header would say, where the name says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from privacyscan.scan import scan
from privacyscan.settings import load
from tests.servers import execute, new_database

COMMENTS = {
    "c7": "Nomor rekening (bank): dipakai untuk gaji",
    "c8": "kode barang; bukan nomor rekening",  # what follows a sign explains
    "nomor_resi": "nomor rekening",  # the name says what it is
}


@pytest.mark.parametrize("server", ["postgresql", "mariadb"])
def test_a_comment_counts_where_the_name_says_nothing(
    server: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = new_database(request.getfixturevalue(server))
    if server == "postgresql":
        execute(url, f"CREATE TABLE a (nik text, {', '.join(f'{name} text' for name in COMMENTS)})")
        execute(url, *(f"COMMENT ON COLUMN a.{name} IS '{text}'" for name, text in COMMENTS.items()))
    else:
        columns = ", ".join(f"{name} varchar(20) COMMENT '{text}'" for name, text in COMMENTS.items())
        execute(url, f"CREATE TABLE a (nik varchar(20), {columns})")
    values = [(f"31710141079{i:05}", *(f"{n}93{i * 7919:08}" for n in (1, 2, 3))) for i in range(1, 60)]
    execute(url, f"INSERT INTO a VALUES {', '.join(map(str, values))}")
    result = scan([url], load({"workers": 1}, environ={"XDG_STATE_HOME": str(tmp_path)}))
    accounts = [f for f in result.findings if f.entity == "BANK_ACCOUNT"]
    assert [f.place.column for f in accounts] == ["c7"]
    (told,) = (e.params for e in accounts[0].evidence if e.code == "comment")
    assert told["column"] == "c7"
