"""Texts without people: no program, setting, list of places, decree, menu or licence gives a name or an address."""

from __future__ import annotations

import pytest

from privacyscan.detect.names.prose import ADDRESS, PERSON, find

SILENT = {
    "python": "def hitung(total):\n    batas = 12\n    return sys.stderr.write(os.path.join(batas, total))\n",
    "javascript": "const MAX = 9007199254740991;\nfunction id() { return Date.now() + '-' + nama_barang; }",
    "sql schema": "CREATE TABLE warga (nik CHAR(16) NOT NULL, no_hp VARCHAR(15), email VARCHAR(100), tgl_lahir DATE);",
    "sql query": "SELECT nama, alamat FROM warga WHERE kecamatan = 'Cibinong' ORDER BY nama LIMIT 10;",
    "yaml": "services:\n  web:\n    image: nginx\n    name: plain\npatterns:\n  - {name: fours, regex: x}\n",
    "settings": "[server]\nport = 8080\nuser = nobody\nname = localhost\nlog_level = info\n",
    "hashes": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08  rilis-8.tar.gz\n2fd4e1c67a2d commit",
    "certificate": "-----BEGIN CERTIFICATE-----\ntrGgUpP5yL2OL0wZNcdbMPc7mKyr90Ii7y1OXRM5E7PyEq3ps9yYr6QTi8njoFVb\n"
    "JM0VpiIt9+MIdP+Lh85HVIo9ZMqFER6R8vkM0pnO7qBG8F2bmqk2XnDzNPtmei2k\n-----END CERTIFICATE-----",
    "stack trace": "Traceback: line 24\n  at com.app.Service.run(Service.java:24)\n  caused by: timeout after 93772 ms",
    "log": "2025-03-01T10:22:31Z INFO job=7f3a rows=1200 took=12ms\n2025-03-01T10:22:35Z WARN retry queue=mail\n",
    "html": '<div class="row"><a href="/daftar">Daftar</a> <span id="total">12</span></div>',
    "invoice": "INVOICE INV/2019/XI/5585\nNo. Transaksi: 5512345678901234\n1 Kertas HVS 12 rim 540.000\nTotal 540.000",
    "news of rain": "Hujan lebat mengguyur Kab. Tanggamus sejak 2 November 2025. Tinggi air mencapai 80 sentimeter.",
    "news of a place": "Wisatawan memadati Kabupaten Gunungkidul dan Kota Batu selama libur panjang akhir tahun.",
    "news of budget": "Pemerintah Kabupaten Bogor menetapkan APBD 2025 sebesar Rp 900 miliar. Belanja modal naik.",
    "decree": "KEPUTUSAN BUPATI NOMOR 188/12/KPTS/2025\nTENTANG PENETAPAN LOKASI PASAR CIBINONG",
    "institutions": "Kerja sama antara Dinas Kesehatan, Universitas Airlangga dan RSUD dr. Soetomo diperpanjang.",
    "regulation": "Pasal 12\n(1) Setiap badan publik wajib mengumumkan informasi berkala 6 bulan sekali.",
    "review": "Barang sampai dengan cepat, kualitas bagus, tapi warnanya agak pudar. Penjual ramah.",
    "menu": "Nasi goreng kampung 25.000\nSoto ayam Lamongan 20.000\nEs teh manis 5.000\nGado-gado 18.000",
    "catalogue": "657.1\nPengantar Akuntansi, edisi 3\nPenerbit: Erlangga, Jakarta, 2018. 412 hlm.",
    "table of sports": "Klub  Main  Menang  Seri  Kalah\nPersija  12  8  2  2\nPersib  12  7  3  2\nArema  12  6  1  5",
    "lyrics": "Hujan turun membasahi bumi\nKu berdiri menanti pagi\nAngin berbisik lirih di sini",
    "changelog": "Versi 2.4.1: memperbaiki galat 4031; migrasi 20250301; halaman masuk lebih cepat.",
    "licence": "THE SOFTWARE IS PROVIDED AS IS, WITHOUT ANY WARRANTY; IN NO EVENT SHALL THE AUTHORS BE LIABLE FOR ANY "
    "DAMAGES ARISING OUT OF OR IN CONNECTION WITH THE SOFTWARE.",
    "pointers and powers": "char *Budi = NULL;\nself.Budi_Santoso *= 2;\nluas = panjang**Budi * Budi**tinggi;",
    "english manual": "When an exception occurs in such a statement, an attempt is made to run the given code.\n"
    "These options only apply to an identifier, an address or a source.",
    "lorem": "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore.",
    "empty form": "Nama : ................\nNIK : ................\nAlamat : ................\nHP : ............",
    "statistics": "Jumlah penduduk Kecamatan Cibinong 363424 jiwa, terdiri atas 185000 laki-laki dan 178424 perempuan.",
    "table of places": "Kabupaten,Kecamatan,Desa\nBogor,Cibinong,Pakansari\nBantul,Sewon,Timbulharjo",
    "recipe": "Bahan: 200 gram tepung, 2 butir telur, 1 sendok teh garam. Kukus 25 menit.",
    "leaflet": "Cegah demam berdarah dengan 3M. Diabetes dan hipertensi dapat dikendalikan dengan pola makan sehat.",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT)
def test_texts_without_people_are_silent(text: str) -> None:
    assert [(span.entity, text[span.start : span.end]) for span in find(text) if span.score >= 0.5] == []


@pytest.mark.parametrize(
    ("text", "entity", "found"),
    [
        ("INSERT INTO warga VALUES (1, 'Siti Aminah', '0812');", PERSON, "Siti Aminah"),  # a name within a statement
        ("Copyright (C) 2001 Daniel Veillard. All rights reserved.", PERSON, "Daniel Veillard"),  # authors are people
        ("Menurut Bupati Tanggamus, warga Sukabumi bernama Bogor Santoso hadir.", PERSON, "Bogor Santoso"),
        ("Pendaftaran an. Rahmat Hidayat sudah kami terima.", PERSON, "Rahmat Hidayat"),
        ("Pelapor: **Cecep Manurung** (`327330`)", PERSON, "Cecep Manurung"),  # emphasis of Markdown ...
        ("*Nama* : *CECEP MANURUNG*\nTerima kasih", PERSON, "CECEP MANURUNG"),  # ... and of chats
        ("Warga bernama __Cecep Manurung__, dari Bogor", PERSON, "Cecep Manurung"),
        ("Lokasi kejadian: Desa Kalang, Kec. Batu Ampar, Kab. Seruyan.", ADDRESS,
         "Desa Kalang, Kec. Batu Ampar, Kab. Seruyan"),
    ],
)  # fmt: skip
def test_people_in_strange_surroundings_are_found(text: str, entity: str, found: str) -> None:
    assert found in [text[span.start : span.end] for span in find(text) if span.entity == entity]
