"""A copy with twins, from judging the source to the proof."""

from __future__ import annotations

from pathlib import Path

from privacyscan.pseudonymize import pseudonymize
from privacyscan.pseudonymize.policy import Choice, Policy
from tests.pseudonymize.samples import KEY, read_csv, write_csv
from tests.twins.made import people

HEADER = ["nik", "no_kk", "nama", "jenis_kelamin", "tanggal_lahir", "alamat", "hp", "email"]


def test_a_register_is_copied_and_still_is_one(tmp_path: Path) -> None:
    rows = [
        [p.nik, p.kk, p.name, "P" if p.woman else "L", f"{p.born}", p.address, p.phone, p.email] for p in people()[:150]
    ]
    source = write_csv(tmp_path / "warga.csv", [HEADER, *rows])
    policy = Policy({"SEX": Choice("keep")}, Choice("twin", {"keep-years": 1}), purpose="tests")
    result = pseudonymize(str(source), str(tmp_path / "copy.csv"), policy, KEY)
    _, *copy = read_csv(tmp_path / "copy.csv")
    assert [r[3] for r in copy] == [r[3] for r in rows]
    for old, new in zip(rows, copy, strict=True):
        assert (new[0][6] >= "4") == (new[3] == "P")
        assert new[4][2:4] == new[0][10:12] == old[4][2:4]  # the year of birth
        assert [bool(cell) for cell in new] == [bool(cell) for cell in old]
    numbers = {r.entity: r for r in result.proof.residues if r.expected is not None}
    assert {"ID_NIK", "ID_KK", "PHONE_NUMBER", "EMAIL_ADDRESS"} <= numbers.keys()
    assert all(r.same == 0 and r.found for r in numbers.values())  # found: the scan reads them as what they were
