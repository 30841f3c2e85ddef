"""Texts of an office with gaps for personal data; the gaps of a text say what lies in it."""

from __future__ import annotations

from collections import Counter
from random import Random
from string import Formatter

from privacyscan.demo.people import Person, card, nip

GAPS = {
    "nik": "ID_NIK",
    "kk": "ID_KK",
    "npwp": "ID_NPWP",
    "nip": "ID_NIP",
    "phone": "PHONE_NUMBER",
    "wa": "PHONE_NUMBER",
    "email": "EMAIL_ADDRESS",
    "card": "CREDIT_CARD",
    "name": "PERSON",
    "born": "DATE_OF_BIRTH",
    "address": "ADDRESS",
}
MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)

LETTERS = (
    """PEMERINTAH KOTA CONTOH
KELURAHAN SUKAMAJU

SURAT KETERANGAN DOMISILI
Nomor: 470/{number}/2024

Yang bertanda tangan di bawah ini menerangkan bahwa:
Nama           : {name}
NIK            : {nik}
Nomor KK       : {kk}
Tanggal lahir  : {born}
Alamat         : {address}
benar berdomisili di wilayah kami. Surat ini dibuat untuk keperluan administrasi.
""",
    """Kepada Yth. Kepala Dinas Kependudukan dan Pencatatan Sipil

Dengan hormat,
saya {name}, pemegang KTP nomor {nik}, mengajukan pencetakan ulang kartu keluarga {kk}
karena rusak. Bila berkas sudah siap saya dapat dihubungi di {phone} atau lewat surel {email}.

Hormat saya,
{name}
""",
    """SURAT TUGAS
Nomor: 800/{number}/2024

Menugaskan {name} (NIP {nip}) untuk mengikuti bimbingan teknis di Jakarta
selama tiga hari. Konfirmasi kehadiran: {wa}.
""",
    """SURAT KETERANGAN TIDAK MAMPU

Nama  : {name}
NIK   : {nik}
Keluarga tersebut tercatat pada kartu keluarga nomor {kk} dan layak menerima bantuan.
""",
    """Perihal: Pengembalian retribusi

Pembayaran dengan kartu kredit {card} atas nama {name} tercatat dua kali pada
nomor referensi {reference}. Mohon dikembalikan. NPWP pemohon {npwp}, telepon {phone}.
""",
)
COMPLAINTS = (
    """# Pengaduan {number}

Pelapor: **{name}** (`{nik}`)

Antrean saya dilewati dua kali, nomor tiket {reference}. Tolong hubungi saya:

- HP {phone}
- {email}
""",
    """# Pengaduan {number}

Petugas meminta foto KTP lewat pesan singkat. NIK saya {nik} dan NIK istri ikut tersebar.
WhatsApp: {wa}
""",
)
CHATS = (
    "Halo, saya {name}, NIK {nik}. Kapan KTP saya jadi?",
    "nomor hp saya ganti jadi {phone}",
    "kirim ke {email} saja ya",
    "Nomor KK kami {kk}, mau tambah anggota keluarga",
    "Terima kasih, sudah jelas.",
    "Jam berapa loket dibuka hari Jumat?",
    "Status permohonan dengan referensi {reference}?",
)
NOTES = (
    "menunggu hasil laboratorium",
    "kontrol ulang dua minggu lagi",
    "keluarga dihubungi di {phone}",
    "rujukan dari puskesmas",
)


def holds(template: str) -> Counter[str]:
    """How often each entity lies in a text made of the template."""
    return Counter(GAPS[gap] for _, gap, _, _ in Formatter().parse(template) if gap in GAPS)


def fill(template: str, person: Person, random: Random) -> str:
    """The text for one person, who must have a phone, an e-mail address and a tax number."""
    number = person.phone
    return template.format(
        nik=person.nik,
        kk=person.kk,
        npwp=person.npwp,
        nip=nip(person, random),
        phone=number,
        wa=f"+62 {number[1:4]}-{number[4:8]}-{number[8:]}",
        email=person.email,
        card=card(random),
        name=person.name,
        born=f"{person.born.day} {MONTHS[person.born.month - 1]} {person.born.year}",
        address=person.address,
        number=random.randint(100, 999),
        reference=random.randint(10**15, 10**16 - 1),
    )
