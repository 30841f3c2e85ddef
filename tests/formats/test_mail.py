"""Mail: what is encoded is read, attachments are files, and what is cut off or encrypted is listed."""

from __future__ import annotations

from base64 import encodebytes
from email.message import EmailMessage, MIMEPart

import pytest

from privacyscan import read
from tests.formats.reading import parts, skipped, tables, texts
from tests.formats.samples import csv_file, mail_file, mbox_file, niks, zip_file

NIK = "3171014107900001"


def message(**headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"] = "Siti Aminah <siti@contoh.go.id>", "budi@contoh.go.id"
    made["Subject"], made["Message-ID"] = headers.get("subject", "Laporan"), "<1@contoh.go.id>"
    return made


def test_headers_and_bodies_are_read_without_their_encodings() -> None:
    made = message(subject=f"Permohonan a.n. Séwu NIK {NIK}")
    made.set_content(f"Yth. Bapak Budi,\nNIK: {NIK}\n", cte="base64")
    made.add_alternative(f"<p>NIK: <b>{NIK}</b></p>", subtype="html", cte="quoted-printable")
    found = texts(parts(made.as_bytes(), "surat.eml"))
    assert f"Subject: Permohonan a.n. Séwu NIK {NIK}\n" in found["berkas/surat.eml"]
    assert f"NIK: {NIK}" in found["berkas/surat.eml/body.txt"]
    assert found["berkas/surat.eml/body.html"] == f"NIK: {NIK}\n"


def test_attachments_are_files() -> None:
    made = message()
    made.set_content("terlampir")
    made.add_attachment(csv_file(), maintype="application", subtype="octet-stream", filename="warga ñ.csv")
    made.add_attachment(zip_file({"a/b.csv": csv_file()}), maintype="application", subtype="zip", filename="../x.zip")
    found = parts(made.as_bytes(), "x.eml")
    assert list(tables(found)) == ["berkas/x.eml/warga ñ.csv", "berkas/x.eml/../x.zip/a/b.csv"]
    assert not skipped(found)


def test_a_message_in_a_message_is_read() -> None:
    inner, outer = message(subject="Dalam"), message(subject="Luar")
    inner.set_content(f"NIK: {NIK}", cte="base64")
    outer.set_content("diteruskan")
    outer.add_attachment(inner)
    found = texts(parts(outer.as_bytes(), "x.eml"))
    assert "Subject: Dalam" in found["berkas/x.eml/message.eml"]
    assert NIK in found["berkas/x.eml/message.eml/body.txt"]


def test_text_beside_the_parts_is_read() -> None:
    made = message()
    made.set_content("isi")
    made.make_mixed()
    made.preamble, made.epilogue = f"NIK {NIK}", "Siti Aminah"
    assert texts(parts(made.as_bytes(), "x.eml"))["berkas/x.eml/beside the parts"] == f"NIK {NIK}\nSiti Aminah"


def test_a_message_that_is_encoded_is_read() -> None:
    inner = message(subject="Dalam")
    inner.set_content(f"NIK: {NIK}")
    packed = encodebytes(inner.as_bytes()).decode()
    data = (
        "From: a@b.id\nTo: c@d.id\nMIME-Version: 1.0\nContent-Type: message/rfc822\n"
        f"Content-Transfer-Encoding: base64\n\n{packed}"
    )
    assert f"NIK: {NIK}" in "".join(texts(parts(data.encode(), "x.eml")).values())


@pytest.mark.parametrize("charset", ["windows-1252", "tidak-ada", "ascii"])
def test_a_charset_is_believed_only_where_it_fits(charset: str) -> None:
    made = message()
    made.set_content("x")
    made.replace_header("Content-Type", f"text/plain; charset={charset}")
    data = (
        made.as_bytes() + "Pemohon Séwu sudah datang ke loket pelayanan dan menyerahkan berkas\n".encode("cp1252") * 9
    )
    assert "Séwu" in texts(parts(data, "x.eml"))["berkas/x.eml/body.txt"]


def test_encrypted_mail_is_listed() -> None:
    made = message()
    made.make_mixed()
    made.replace_header("Content-Type", 'multipart/encrypted; protocol="application/pgp-encrypted"; boundary="x"')
    part = MIMEPart()
    part.set_content("-----BEGIN PGP MESSAGE-----\n")
    made.attach(part)
    assert skipped(parts(made.as_bytes(), "x.eml")) == {"berkas/x.eml": "encrypted"}


@pytest.mark.parametrize("share", [0.5, 0.7, 0.95])
def test_mail_that_is_cut_off_is_listed(share: float) -> None:
    data = mail_file()
    found = parts(data[: int(share * len(data))], "x.eml")
    assert set(skipped(found).values()) == {"damaged"}
    assert any(nik in text for nik in niks() for text in texts(found).values())


def test_a_mailbox_is_read_message_by_message() -> None:
    found = parts(mbox_file(3), "arsip")
    assert [p for p in texts(found) if p.endswith("body.txt")] == [
        f"berkas/arsip/message {i}/body.txt" for i in (1, 2, 3)
    ]
    assert len(tables(found)) == 3
    assert "From: loket@contoh.go.id Thu" in texts(found)["berkas/arsip/message 2"]
    assert not skipped(found)


def test_a_line_that_begins_like_a_message_begins_none() -> None:
    made = message()
    made.set_content(f"halo\nFrom sini ke sana\nNIK {NIK}\n")
    (body,) = [t for p, t in texts(parts(b"From a@b.id Thu\n" + made.as_bytes(), "x.mbox")).items() if "body" in p]
    assert NIK in body


@pytest.mark.parametrize(
    ("data", "name", "format_"),
    [
        (b"From: a\nTo: b\nDate: c\n\nisi", "x", "mail"),
        (b"From: a\nTo: b\nDate: c\n\nisi", "x.csv", "mail"),
        (b"From: <Saved by Blink>\nSubject: x\nMIME-Version: 1.0\n\n", "x.mhtml", "mail"),
        (b"Date: a\nisi", "x.eml", "mail"),
        (b"Date: a\nTo: b\n\nisi", "x.txt", "text"),
        (b"nama: Budi\nto: 1\ndate: 2\nkota: 3\n", "x.txt", "text"),
        (b"From sini ke sana\n\nisi", "x.mbox", "text"),
    ],
)
def test_mail_is_told_by_its_headers(data: bytes, name: str, format_: str) -> None:
    chosen = read._chosen(data, name)
    assert chosen is not None
    assert chosen.name == format_
