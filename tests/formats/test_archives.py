"""Archives and documents in them: members as if they lay in a folder, and bounds on what they unpack to."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import warnings
import zipfile
from collections.abc import Callable

import pytest

from privacyscan.model import Limits
from tests.formats.reading import parts, skipped, tables, texts
from tests.formats.samples import (
    csv_file,
    docx_file,
    docx_xml,
    odt_file,
    sqlite_file,
    tar_file,
    xlsx_file,
    zip_file,
    zstd_file,
)

TABLE = b"nik,nama\n3171014107900001,Budi\n"


def nested(depth: int) -> bytes:
    data = zip_file({"warga.csv": TABLE})
    for _ in range(depth):
        data = zip_file({"dalam.zip": data})
    return data


def test_members_are_read_as_if_they_lay_in_a_folder() -> None:
    data = zip_file(
        {"a/warga.csv": TABLE, "b.xlsx": xlsx_file(), "c.db": sqlite_file(), "d.csv.gz": gzip.compress(TABLE)}
    )
    found = parts(data, "x.zip")
    assert set(tables(found)) == {
        "berkas/x.zip/a/warga.csv",
        "berkas/x.zip/b.xlsx/Sheet",
        "berkas/x.zip/c.db/warga",
        "berkas/x.zip/d.csv.gz/d.csv",
    }
    assert not skipped(found)


@pytest.mark.parametrize(("name", "made"), [("a.xlsx", xlsx_file), ("a.docx", docx_file), ("a.odt", odt_file)])
def test_an_archive_that_does_not_compress_a_document_is_none(name: str, made: Callable[[], bytes]) -> None:
    found = parts(zip_file({name: made()}, zipfile.ZIP_STORED), "x.zip")
    assert {part.place.path[:2] for part in found} == {("x.zip", name)}


def test_archives_in_archives_up_to_a_depth() -> None:
    assert list(tables(parts(nested(2), "x.zip")).values()) == [[{"nik": "3171014107900001", "nama": "Budi"}]]
    assert list(skipped(parts(nested(9), "x.zip")).values()) == ["nested_too_deep"]


def test_names_are_labels_only_and_stay_different() -> None:
    data = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(data, "w") as archive:
        warnings.simplefilter("ignore")
        for name in ("../../etc/x.csv", "x.csv", "x.csv", "c:\\y.csv", "\x1b[31mz.csv"):
            archive.writestr(name, TABLE)
    assert list(tables(parts(data.getvalue(), "x.zip"))) == [
        "berkas/x.zip/../../etc/x.csv",
        "berkas/x.zip/x.csv",
        "berkas/x.zip/x (2).csv",
        "berkas/x.zip/c:/y.csv",
        "berkas/x.zip/\ufffd[31mz.csv",
    ]


@pytest.mark.parametrize(
    ("limits", "data"),
    [
        (Limits(), zip_file({"a.txt": b" " * (80 << 20)})),
        (Limits(max_unpacked=1_000), zip_file({f"{i}.txt": b"x" * 400 for i in range(4)})),
        (Limits(max_members=3), zip_file({f"{i}.txt": b"x" for i in range(9)})),
        (Limits(max_members=0), zip_file({f"{i}.txt": b"x" for i in range(9)})),  # its list alone is too long
    ],
    ids=["ratio", "size", "members", "list"],
)
def test_bombs(limits: Limits, data: bytes) -> None:
    assert skipped(parts(data, "x.zip", limits)) == {"berkas/x.zip": "bomb"}


def test_a_bomb_inside_costs_only_itself() -> None:
    data = zip_file({"a.zip": zip_file({"a.txt": b" " * (80 << 20)}), "warga.csv": TABLE})
    found = parts(data, "x.zip")
    assert skipped(found) == {"berkas/x.zip/a.zip": "bomb"}
    assert "berkas/x.zip/warga.csv" in tables(found)


def test_a_member_with_a_password_costs_only_itself() -> None:
    data = bytearray(zip_file({"a.csv": TABLE, "b.csv": TABLE}))
    data[data.rfind(b"PK\x01\x02", 0, data.rfind(b"PK\x01\x02")) + 8] |= 1  # the flag in the list of members
    found = parts(bytes(data), "x.zip")
    assert skipped(found) == {"berkas/x.zip/a.csv": "encrypted"}
    assert list(tables(found)) == ["berkas/x.zip/b.csv"]


def test_a_damaged_member_gives_what_could_be_unpacked() -> None:
    member = csv_file() * 50
    data = bytearray(zip_file({"a.csv": member, "b.csv": TABLE}, zipfile.ZIP_STORED))
    at = bytes(data).index(b"nik,") + len(member) - 20
    data[at] ^= 1  # the checksum is wrong
    found = parts(bytes(data), "x.zip")
    assert skipped(found) == {"berkas/x.zip/a.csv": "damaged"}
    assert list(tables(found)) == ["berkas/x.zip/a.csv", "berkas/x.zip/b.csv"]


@pytest.mark.parametrize(
    ("pack", "ending", "short"),
    [
        (gzip.compress, "gz", "tgz"),
        (bz2.compress, "bz2", "tbz2"),
        (lzma.compress, "xz", "txz"),
        (zstd_file, "zst", "tzst"),
    ],
)
def test_packed_files_and_archives(pack: Callable[[bytes], bytes], ending: str, short: str) -> None:
    packed = pack(tar_file({"data/warga.csv": TABLE}))
    assert list(tables(parts(packed, f"x.TAR.{ending}"))) == [f"berkas/x.TAR.{ending}/x.TAR/data/warga.csv"]
    assert list(tables(parts(packed, f"x.{short}"))) == [f"berkas/x.{short}/x.tar/data/warga.csv"]
    twice = pack(b"NIK 3171014107900001\n") + pack(b"NIK 3171014107900002\n")
    assert "".join(texts(parts(twice, f"x.txt.{ending}")).values()).count("NIK") == 2
    assert not skipped(parts(pack(b""), f"x.txt.{ending}"))
    assert "damaged" in skipped(parts(packed[:-9], f"x.tar.{ending}")).values()


def test_a_text_that_begins_like_a_packed_file_is_a_text() -> None:
    assert list(texts(parts(b"BZh adalah singkatan\n", "x.txt"))) == ["berkas/x.txt"]


def test_a_cut_off_gzip_file_gives_what_could_be_unpacked() -> None:
    found = parts(gzip.compress(csv_file() * 200)[:-50], "warga.csv.gz")
    assert len(tables(found)["berkas/warga.csv.gz/warga.csv"]) > 1_000
    assert skipped(found) == {"berkas/warga.csv.gz/warga.csv": "damaged"}


def test_tar_archives_packed_or_not() -> None:
    data = tar_file({"a/warga.csv": TABLE, "b.zip": zip_file({"warga.csv": TABLE})})
    for found, name in ((parts(data, "x.tar"), "x.tar"), (parts(gzip.compress(data), "x.tgz"), "x.tgz/x.tar")):
        assert list(tables(found)) == [f"berkas/{name}/a/warga.csv", f"berkas/{name}/b.zip/warga.csv"]
        assert not skipped(found)


@pytest.mark.parametrize("limits", [Limits(max_unpacked=1_000), Limits(max_members=2)])
def test_a_tar_archive_keeps_the_limits(limits: Limits) -> None:
    data = tar_file({f"{i}.txt": b"x" * 400 for i in range(4)})
    found = parts(data, "x.tar", limits)
    assert skipped(found) == {"berkas/x.tar": "bomb"}
    assert len(texts(found)) == 2


def test_a_tar_archive_without_its_end_is_damaged() -> None:
    data = tar_file({"a.txt": b"x", "b.txt": b"y"})
    for cut in (1024, 2048):
        assert skipped(parts(data[:cut], "x.tar")) == {"berkas/x.tar": "damaged"}
    assert skipped(parts(data[:1024] + b"\x07" * 512 + data[1536:], "x.tar")) == {"berkas/x.tar": "damaged"}


def test_documents_give_paragraphs_notes_links_and_name_their_pictures() -> None:
    cells = (b"<a:t>NIK</a:t>", b"<a:t>31</a:t><a:tab/><a:t>71</a:t>")
    table = b"<a:tbl>" + b"".join(b"<a:tc><a:p>" + c + b"</a:p></a:tc>" for c in cells) + b"</a:tbl>"
    data = docx_file(
        {
            "word/footnotes.xml": docx_xml(["catatan kaki"]),
            "word/slide.xml": b'<a:x xmlns:a="urn:a">' + table + b"</a:x>",
            "word/_rels/document.xml.rels": b'<r><Relationship TargetMode="External" Target="mailto:a@b.id"/></r>',
            "word/media/ktp.png": b"\x89PNG\r\n\x1a\n" + bytes(100),
            "word/styles.xml": b"<x>layout</x>",
        },
    )
    found = parts(data, "x.docx")
    assert texts(found)["berkas/x.docx"].startswith("NIK ")
    assert texts(found)["berkas/x.docx/word/footnotes.xml"] == "catatan kaki\n"
    assert texts(found)["berkas/x.docx/word/slide.xml"] == "NIK\n31\t71\n"
    assert texts(found)["berkas/x.docx/hyperlinks/document.xml.rels"] == "mailto:a@b.id\n"
    assert skipped(found) == {"berkas/x.docx/word/media/ktp.png": "unknown_format"}
    assert "layout" not in "".join(texts(found).values())


def test_xml_that_declares_entities_is_not_unpacked() -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    found = parts(docx_file({"word/comments.xml": laughs}), "x.docx")
    assert skipped(found)["berkas/x.docx/word/comments.xml"] == "damaged"
