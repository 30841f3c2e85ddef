"""Rows of tables inside texts: every value takes the label of its place, in both engines."""

from __future__ import annotations

import pytest

from privacyscan import rulebook
from privacyscan.detect import Detector
from privacyscan.detect.rows import paired
from tests.detect.made_up import MadeUp
from tests.detect.test_engines import of_text
from tests.detect.test_texts import scan

P = MadeUp(41)
PAIRS = [(P.kk(), P.nik(woman=False)) for _ in range(6)]  # a man's NIK looks like a KK
ACCOUNTS = [P.digits(10) for _ in PAIRS]


@pytest.fixture(scope="module", params=["fast", "reference"])
def detector(request: pytest.FixtureRequest) -> Detector:
    return Detector(rulebook.load().identifiers.values(), b"k" * 32, "all", request.param)


def dump(separator: str = ",\n") -> str:
    rows = separator.join(f"({i},'{k}','Siti, (alm) O''Neil','{n}')" for i, (k, n) in enumerate(PAIRS))
    return f"INSERT INTO `warga` (`id`, `no_kk`, `nama`, `nik`) VALUES\n{rows};\n"


CREATED = """CREATE TABLE public.warga (
  id integer NOT NULL,
  no_kk varchar(16),
  saldo numeric(10,2) DEFAULT 0,
  nik char(16),
  PRIMARY KEY (id)
);
"""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "no;no_kk;nik;nama\n" + "".join(f"{i};{k};{n};Budi\n" for i, (k, n) in enumerate(PAIRS)), id="csv"
        ),
        pytest.param("No\tNo. KK\tNIK\n" + "".join(f"1\t{k}\t{n}\n" for k, n in PAIRS), id="tabs"),
        pytest.param("| KK | NIK |\n|---|---|\n" + "".join(f"| {k} | {n} |\n" for k, n in PAIRS), id="markdown"),
        pytest.param("No  No. KK    NIK    Nama\n" + "".join(f"1   {k}  {n}  Siti\n" for k, n in PAIRS), id="spaces"),
        pytest.param("".join(f"KK/NIK: {k} / {n}\n" for k, n in PAIRS), id="pair"),
        pytest.param("".join(f"NIK dan No. KK : {n} dan {k}\n" for k, n in PAIRS), id="pair the other way"),
        pytest.param(dump(), id="rows of an INSERT on lines of their own"),
        pytest.param(dump(","), id="rows of an INSERT on one line"),
        pytest.param(
            CREATED + "".join(f"INSERT INTO warga VALUES (7,'{k}',1.5,'{n}');\n" for k, n in PAIRS), id="CREATE TABLE"
        ),
        pytest.param(
            "COPY public.warga (no_kk, nama, nik) FROM stdin;\n"
            + "".join(f"{k}\tSiti\t{n}\n" for k, n in PAIRS)
            + "\\.\n",
            id="COPY",
        ),
    ],
)
def test_the_label_of_the_place_decides(detector: Detector, text: str) -> None:
    found = {f.entity: [text[x.offset_start : x.offset_end] for x in f.locations] for f in of_text(detector, text)}
    assert found["ID_KK"] == [k for k, _ in PAIRS]
    assert found["ID_NIK"] == [n for _, n in PAIRS]


def test_numbers_that_need_a_word_get_it_from_the_head_of_their_column(detector: Detector) -> None:
    text = "tanggal;no_rek;resi\n" + "".join(f"2024-01-02;{a};{P.digits(10)}\n" for a in ACCOUNTS)
    assert {f.entity: f.matched for f in of_text(detector, text)} == {"BANK_ACCOUNT": len(ACCOUNTS)}


def test_the_table_ends_where_its_rows_end(detector: Detector) -> None:
    text = f"no;no_rek;nama\n1;{ACCOUNTS[0]};Budi\n\nResi\n2;{ACCOUNTS[1]};Siti\n"
    assert {f.entity: f.matched for f in of_text(detector, text)} == {"BANK_ACCOUNT": 1}


@pytest.mark.parametrize("block", [2048, 4096, 1 << 20])
def test_an_insert_of_many_rows_on_one_line_is_read_in_windows(detector: Detector, block: int) -> None:
    p = MadeUp(42)
    pairs = [(p.kk(), p.nik(woman=False)) for _ in range(300)]
    text = "INSERT INTO warga (no_kk, nik) VALUES " + ",".join(f"('{k}','{n}')" for k, n in pairs) + ";\n"
    found = {f.entity: f.matched for f in scan(detector, text.encode(), block=block)}
    assert found == {"ID_KK": 300, "ID_NIK": 300}


@pytest.mark.parametrize(
    "text", ["NIK/KK: 3171010107120001", "telepon 0812-3456-7890 / 0813-1111-2222", "1/2/2024, 3/4/2024"]
)
def test_as_many_labels_as_numbers_or_none(text: str) -> None:
    assert paired(text) == []
