"""Mail into mail: headers, bodies and attachments give way, and it stays a message of the same structure."""

from __future__ import annotations

import io
import mailbox
import zipfile
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from privacyscan.errors import TargetError
from privacyscan.pseudonymize import pseudonymize
from privacyscan.pseudonymize.policy import Choice, Policy
from tests.pseudonymize.samples import KEY, TOKENS, Person, people, rows_of, write_csv
from tests.pseudonymize.test_files import letter, token_of, workbook

PERSONS = people(30, seed=5)
SENDER, OTHER = PERSONS[0], PERSONS[1]
HOST = "pc-siti.internal.go.id"


def address(person: Person) -> str:
    return f'"{person.name}" <{person.email}>'


def message(folder: Path) -> EmailMessage:
    """A letter with words in two forms, a CSV file, an archive with a workbook, a mail, and what cannot be copied."""
    mail = EmailMessage()
    mail["Received"] = f"from {HOST} (10.1.2.3)"
    mail["X-Originating-IP"] = "10.1.2.3"
    mail["From"], mail["Reply-To"] = address(SENDER), SENDER.email
    mail["To"] = f"{address(OTHER)}, {PERSONS[2].email}"
    mail["Subject"] = f"Pemohon – NIK {SENDER.nik}"
    mail["Date"] = "Mon, 03 Mar 2025 10:00:00 +0700"
    mail["Message-ID"], mail["In-Reply-To"] = f"<2@{HOST}>", f"<1@{HOST}>"
    mail.set_content(letter(SENDER) + "Café – ya.\n", cte="quoted-printable", charset="cp1252")
    mail.add_alternative(f"<p>NIK <b>{SENDER.nik[:6]}</b>{SENDER.nik[6:]}</p>\n", subtype="html", cte="base64")
    table = write_csv(folder / "warga.csv", rows_of(PERSONS)).read_text()
    mail.add_attachment(table, subtype="csv", filename="warga.csv")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(workbook(folder / "warga.xlsx"), "warga.xlsx")
    mail.add_attachment(packed.getvalue(), maintype="application", subtype="zip", filename=f"{SENDER.nik}.zip")
    mail.add_attachment(b"\0\1\2" * 99, maintype="application", subtype="octet-stream", filename="a.bin")
    signed = b"-----BEGIN PGP SIGNATURE-----\n"
    mail.add_attachment(signed, maintype="application", subtype="pgp-signature", filename="a.asc")
    inner = EmailMessage()
    inner["From"], inner["Subject"], inner["Date"] = address(OTHER), "halo", "Mon, 03 Mar 2025 09:00:00 +0700"
    inner["Message-ID"] = f"<1@{HOST}>"
    inner.set_content(f"NIK {OTHER.nik}\n")
    mail.add_attachment(inner)
    return mail


def kinds(data: bytes) -> list[str]:
    return [part.get_content_type() for part in message_from_bytes(data).walk()]


def everything(data: bytes) -> str:
    """All that a message holds, unpacked."""
    parts: list[str] = []
    for part in message_from_bytes(data, policy=policy.default).walk():
        parts += [f"{n}: {v}" for n, v in part.items()]
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    book = zipfile.ZipFile(io.BytesIO(archive.read(name)))
                    parts += [name, *(book.read(n).decode("utf-8", "replace") for n in book.namelist())]
        elif isinstance(content, bytes):
            parts.append(content.decode(part.get_content_charset() or "utf-8", "replace"))
    return "\n".join(parts)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_mail_keeps_its_structure_and_none_of_its_people(tmp_path: Path, end: str) -> None:
    source, copy = tmp_path / "surat.eml", tmp_path / "salinan.eml"
    data = message(tmp_path).as_bytes(policy=policy.SMTP.clone(linesep=end))
    source.write_bytes(data)
    result = pseudonymize(str(source), str(copy), TOKENS, KEY)
    assert [s.place.path for s in result.skipped] == [("a.bin",), ()]
    new = copy.read_bytes()
    text = everything(new)
    assert not [v for p in PERSONS for v in p.values if v in text]
    assert not [v for v in (HOST, "10.1.2.3", "Received") if v in text]
    left_out = {"application/octet-stream", "application/pgp-signature"}
    assert kinds(new) == ["text/plain" if k in left_out else k for k in kinds(data)]
    assert (new.count(b"\r\n") == new.count(b"\n")) == (end == "\r\n")
    mail = message_from_bytes(new, policy=policy.default)
    assert not any(part.defects for part in mail.walk())
    assert mail["Subject"] == f"Pemohon – NIK {token_of(SENDER)}"
    assert len(mail["To"].addresses) == 2
    assert mail["From"].addresses[0].display_name.startswith("PERSON_")
    assert mail["From"].addresses[0].addr_spec == mail["Reply-To"].addresses[0].addr_spec
    body, page, table, archive, left, _, _, reply = list(mail.walk())[2:]
    assert body.get_content().splitlines()[-1] == "Café – ya."
    assert f"NIK <b>{token_of(SENDER)}</b>" in page.get_content()
    assert token_of(OTHER) in table.get_content()
    assert (archive.get_filename(), left.get_content().strip()) == ("lampiran.zip", "[not copied]")
    assert reply["Message-ID"] == mail["In-Reply-To"] != mail["Message-ID"]


def test_mail_of_twins_has_addresses_that_nobody_has(tmp_path: Path) -> None:
    source, copy = tmp_path / "surat.eml", tmp_path / "salinan.eml"
    source.write_bytes(message(tmp_path).as_bytes())
    assert pseudonymize(str(source), str(copy), Policy({}, Choice("twin")), KEY).exit_code == 3
    mail = message_from_bytes(copy.read_bytes(), policy=policy.default)
    assert mail["From"].addresses[0].domain.startswith("example.")
    text = everything(copy.read_bytes())
    assert not [v for p in PERSONS for v in (p.nik, p.email) if v in text]


def test_a_mailbox_is_copied_mail_by_mail(tmp_path: Path) -> None:
    source, copy = tmp_path / "kotak.mbox", tmp_path / "salinan.mbox"
    box = mailbox.mbox(source)
    for person in PERSONS[:2]:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = address(person), address(OTHER), f"Laporan dari {person.name}"
        mail["Date"] = "Mon, 03 Mar 2025 10:00:00 +0700"
        mail.set_content(f"NIK {person.nik}\n\nFrom kami, hormat\n")
        mail.add_attachment(f"nik\n{person.nik}\n".encode(), maintype="text", subtype="csv", filename="a.csv")
        line = mailbox.mboxMessage(mail)
        line.set_from(f"{person.email} Mon Mar  3 10:00:00 2025")
        box.add(line)
    box.flush()
    assert pseudonymize(str(source), str(copy), TOKENS, KEY).exit_code == 0
    new = list(mailbox.mbox(copy))
    assert [kinds(bytes(m)) for m in new] == [["multipart/mixed", "text/plain", "text/csv"]] * 2
    assert all(m.get_from().startswith("EMAIL_ADDRESS_") for m in new)
    assert all(">From kami, hormat" in str(m.get_payload(0)) for m in new)
    text = copy.read_text() + "".join(everything(bytes(m)) for m in new)
    assert not [v for p in PERSONS for v in p.values if v in text]


def test_a_mail_that_is_cut_off_is_not_copied(tmp_path: Path) -> None:
    source = tmp_path / "surat.eml"
    source.write_bytes(message(tmp_path).as_bytes()[:-400])
    with pytest.raises(TargetError, match="cut off"):
        pseudonymize(str(source), str(tmp_path / "salinan.eml"), TOKENS, KEY)
