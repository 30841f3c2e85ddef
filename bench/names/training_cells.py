"""Cells to train the column model on: made up from word lists and seeds, and spans of two openly licensed news corpora.

Every kind is a maker of one cell. Words fall into two folds by their checksum and a maker sees one fold alone, so what
is learned on the cells of one can be tried on words that it never saw. The kinds and lists of `bench/names/columns.py`
are not here: that benchmark asks about kinds of columns nobody trained on.
"""

# ruff: noqa: E501, E731, B008 - a list of words is a row, however long

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from unicodedata import name
from zlib import crc32
from zoneinfo import available_timezones

from privacyscan.detect.names import lexicons
from privacyscan.resources import folder
from privacyscan.rulebook import words

Maker = Callable[[], str]

BALI = ["Wayan", "Made", "Nyoman", "Ketut", "Putu", "Kadek", "Komang", "Gede", "Gusti"]
CHINESE = [
    "Tan",
    "Lim",
    "Liem",
    "Lie",
    "Oei",
    "Ong",
    "Kwee",
    "Tjoa",
    "Tjia",
    "Gan",
    "Go",
    "Han",
    "Jap",
    "Kho",
    "Lauw",
    "Pang",
    "Phan",
    "Sie",
    "Sim",
    "Souw",
    "Tee",
    "Thio",
    "Tio",
    "Tjong",
]
CHINESE_GIVEN = [
    "Giok",
    "Mei",
    "Hwa",
    "Bie",
    "Swie",
    "Kim",
    "Sioe",
    "Tiong",
    "Djie",
    "Kiat",
    "Liong",
    "Seng",
    "Hok",
    "Lan",
    "Nio",
    "Bing",
    "An",
    "Hwie",
    "Tjoe",
    "Kian",
    "Beng",
    "Siang",
    "Hong",
    "Khing",
    "Ay",
    "Ling",
    "Li",
    "Hua",
]
CALLED = [
    "Andi",
    "La Ode",
    "Wa Ode",
    "Cut",
    "Teuku",
    "Daeng",
    "Raden",
    "Rr.",
    "Tengku",
    "Sutan",
    "Baso",
    "Sitti",
    "Nur",
    "Haji",
    "Gusti",
    "Anak Agung",
    "Ida Bagus",
    "Desak",
    "Cokorda",
    "R. Ay.",
    "Tubagus",
    "Nyi",
    "Siti",
]
SHORT = [
    "Muh.",
    "M.",
    "Moh.",
    "A.",
    "R.",
    "St.",
    "H.",
    "Abd.",
    "Sy.",
    "Nurl.",
    "I.",
    "S.",
    "D.",
    "E.",
    "N.",
    "T.",
    "F.",
    "B.",
]
BEFORE = [
    "Bapak",
    "Ibu",
    "Sdr.",
    "Sdri.",
    "Dr.",
    "dr.",
    "Drs.",
    "Dra.",
    "Ir.",
    "Prof. Dr.",
    "H.",
    "Hj.",
    "Drs. H.",
    "Tn.",
    "Ny.",
    "Pdt.",
    "Ust.",
    "KH.",
    "Kompol",
    "AKBP",
    "Letkol Inf",
    "Bripka",
    "Pak",
    "Bu",
    "Sdri",
    "Almh.",
]
AFTER = [
    "S.H.",
    "S.E.",
    "S.Kom.",
    "S.Pd.",
    "M.Si.",
    "M.Pd",
    "S.T., M.T.",
    "S.H., M.H.",
    "S.Sos",
    "S.IP., M.AP",
    "M.Kes.",
    "S.Kep., Ners",
    "S.Ag., M.Pd.I",
    "SE, MM",
    "Sp.A",
    "S.Farm., Apt.",
    "A.Md.",
    "Ph.D.",
    "M.M.",
    "S.K.M.",
    "SPd",
    "ST",
    "(alm)",
    "S.Pd.SD",
    "A.Ma.Pd",
    "SKM",
]
FOREIGN = [
    "en_US",
    "en_IN",
    "nl_NL",
    "de_DE",
    "tr_TR",
    "es_ES",
    "fr_FR",
    "it_IT",
    "pt_BR",
    "pl_PL",
    "en_NG",
    "ro_RO",
    "fi_FI",
    "sv_SE",
    "hr_HR",
    "en_KE",
    "cs_CZ",
]
LOREM = ["la", "en_US", "de_DE", "fr_FR", "it_IT", "pl_PL"]

# Words before the name of somebody or of a place that make it the name of an institution, a thing or a place.
NAMED = [
    "Toko",
    "Warung",
    "Bengkel",
    "CV",
    "PT",
    "UD",
    "PD",
    "Yayasan",
    "Masjid",
    "Musala",
    "Gereja",
    "Pura",
    "Vihara",
    "Klinik",
    "RS",
    "RSUD",
    "RSIA",
    "Puskesmas",
    "Apotek",
    "Hotel",
    "Wisma",
    "Penginapan",
    "Rumah Makan",
    "RM",
    "Universitas",
    "Institut",
    "Sekolah Tinggi",
    "STIE",
    "STAI",
    "SMP",
    "SMA",
    "SMK",
    "SD",
    "MI",
    "MTs",
    "MA",
    "TK",
    "PAUD",
    "RA",
    "Pondok Pesantren",
    "Ponpes",
    "Koperasi",
    "KUD",
    "BUMDes",
    "Bank",
    "BPR",
    "Gedung",
    "Aula",
    "Ruang",
    "Stadion",
    "Bandara",
    "Pelabuhan",
    "Terminal",
    "Stasiun",
    "Jembatan",
    "Pasar",
    "Taman",
    "Kapal",
    "KRI",
    "KM",
    "Museum",
    "Perpustakaan",
    "Salon",
    "Butik",
    "Studio",
    "Sanggar",
    "Percetakan",
    "Optik",
    "Laundry",
    "Kos",
    "Depot",
    "Kedai",
    "Kafe",
    "Bakso",
    "Sate",
    "Kantor Notaris",
    "Panti Asuhan",
    "Posyandu",
    "Lapangan",
    "Monumen",
    "Makam",
    "Bendungan",
    "Waduk",
]
OFFICES = [
    "Dinas Kesehatan",
    "Dinas Sosial",
    "Kantor Camat",
    "Puskesmas",
    "Polsek",
    "Polres",
    "KUA",
    "Kelurahan",
    "Kantor Desa",
    "Dinas Pendidikan",
    "Badan Kepegawaian",
    "Kejaksaan Negeri",
    "Pengadilan Negeri",
    "Kodim",
    "KPU",
    "Bawaslu",
    "BPS",
    "BPN",
    "Samsat",
    "Pemerintah Kabupaten",
    "UPTD",
    "Sekretariat DPRD",
    "Inspektorat",
    "RSUD",
    "BPBD",
]
HEROES = [
    "Ahmad Yani",
    "Gatot Subroto",
    "Sudirman",
    "Diponegoro",
    "Imam Bonjol",
    "Hasanuddin",
    "Teuku Umar",
    "Cut Nyak Dien",
    "RA Kartini",
    "Ki Hajar Dewantara",
    "MT Haryono",
    "S Parman",
    "DI Panjaitan",
    "Yos Sudarso",
    "Slamet Riyadi",
    "Urip Sumoharjo",
    "HOS Cokroaminoto",
    "KH Ahmad Dahlan",
    "Wahid Hasyim",
    "Sam Ratulangi",
    "Pattimura",
    "Sisingamangaraja",
    "Ir H Juanda",
    "Supratman",
    "Basuki Rahmat",
    "Veteran",
    "Pahlawan",
    "Pemuda",
    "Merdeka",
    "Proklamasi",
    "Gajah Mada",
    "Hayam Wuruk",
    "Brawijaya",
    "Majapahit",
    "Sriwijaya",
    "Siliwangi",
    "Pajajaran",
    "Panglima Polim",
    "Letjen Suprapto",
    "Adi Sucipto",
]
FLOWERS = [
    "Melati",
    "Mawar",
    "Anggrek",
    "Kenari",
    "Rajawali",
    "Merak",
    "Cempaka",
    "Flamboyan",
    "Beringin",
    "Mangga",
    "Nusa",
    "Bangau",
    "Garuda",
    "Teratai",
    "Kamboja",
    "Dahlia",
    "Seruni",
    "Tulip",
    "Nangka",
    "Durian",
    "Rambutan",
    "Salak",
    "Jambu",
    "Manggis",
    "Cendana",
    "Mahoni",
    "Jati",
    "Cemara",
    "Pinus",
    "Akasia",
    "Kutilang",
    "Cendrawasih",
    "Elang",
    "Nuri",
    "Kakatua",
    "Cucakrawa",
    "Bougenville",
    "Alamanda",
    "Kemuning",
    "Delima",
    "Semangka",
    "Belimbing",
]
THINGS: dict[str, str] = {
    "plants": "Padi,Jagung,Kedelai,Kelapa Sawit,Karet,Cengkeh,Lada,Pala,Vanili,Tebu,Singkong,Ubi Jalar,Kacang Tanah,Bawang Merah,Cabai Rawit,Kubis,Wortel,Kentang,Tembakau,Jati,Mahoni,Sengon,Sonokeling,Akasia,Ulin,Meranti,Kapur,Gaharu,Jahe,Kunyit,Temulawak,Kencur",
    "animals": "Sapi Bali,Kambing Etawa,Ayam Kampung,Itik,Kerbau,Domba Garut,Kuda Sumba,Lele,Nila,Gurame,Udang Vaname,Kepiting Bakau,Komodo,Orangutan,Harimau Sumatera,Badak Jawa,Anoa,Maleo,Babirusa,Penyu Hijau,Elang Jawa,Jalak Bali,Kakatua Raja,Tongkol,Cakalang,Bandeng",
    "colours": "Merah,Biru,Kuning,Hijau,Putih,Hitam,Abu-abu,Cokelat,Ungu,Oranye,Merah Muda,Biru Muda,Hijau Tua,Perak,Emas,Krem,Maroon,Biru Dongker,Hitam Metalik,Putih Mutiara",
    "materials": "Baja Ringan,Batu Kali,Pasir Urug,Kayu Jati,Tripleks,Genteng,Keramik,Kaca Bening,Pipa PVC,Besi Beton,Aspal,Paving,Cat Minyak,Paku,Kawat,Seng,Asbes,Gypsum,Granit,Marmer,Batako,Bambu",
    "tools": "Obeng,Tang,Palu,Gergaji,Cangkul,Sekop,Bor Listrik,Gerinda,Kunci Inggris,Meteran,Traktor Tangan,Pompa Air,Mesin Jahit,Timbangan,Kompor Gas,Kulkas,Televisi,Mesin Cuci,Kipas Angin,Lemari Arsip,Filing Kabinet,Papan Tulis,Mikroskop,Tensimeter,Stetoskop",
    "subjects": "Matematika,Bahasa Indonesia,Bahasa Inggris,Fisika,Kimia,Biologi,Sejarah,Geografi,Ekonomi,Sosiologi,Seni Budaya,Prakarya,PJOK,PPKn,Pendidikan Agama Islam,Informatika,Akuntansi,Administrasi Perkantoran,Teknik Mesin,Hukum Pidana,Statistika,Kalkulus,Agronomi",
    "diseases": "Hipertensi,Diabetes Melitus,Tuberkulosis,Malaria,Demam Berdarah,Asma,Diare,ISPA,Pneumonia,Campak,Stroke,Gastritis,Anemia,Katarak,Kusta,Hepatitis B,Tifus,Rabies,Stunting,Vertigo,Migrain,Dermatitis,Glaukoma,Epilepsi",
    "sports": "Sepak Bola,Bulu Tangkis,Bola Voli,Bola Basket,Pencak Silat,Tenis Meja,Renang,Atletik,Catur,Panahan,Senam,Karate,Taekwondo,Tinju,Balap Sepeda,Dayung,Panjat Tebing,Sepak Takraw",
    "rooms": "Ruang Rapat,Ruang Tunggu,Aula,Gudang,Dapur,Toilet,Lobi,Ruang Arsip,Ruang Kelas,Laboratorium,Perpustakaan,Musala,Pos Satpam,Ruang Server,Kantin,Parkir,Ruang Bersalin,IGD,ICU,Poli Gigi,Poli Umum",
    "taxes": "PBB,BPHTB,PKB,Pajak Reklame,Pajak Restoran,Pajak Hotel,Pajak Hiburan,Pajak Parkir,Retribusi Pasar,Retribusi Sampah,PPh Pasal 21,PPN,Pajak Air Tanah,Pajak Penerangan Jalan",
    "budget": "Belanja Pegawai,Belanja Barang dan Jasa,Belanja Modal,Belanja Hibah,Belanja Bantuan Sosial,Honorarium,Perjalanan Dinas,Pemeliharaan Gedung,Alat Tulis Kantor,Makan Minum Rapat,Sewa Kendaraan,Jasa Konsultansi,Dana Desa,Alokasi Dana Desa,Bagi Hasil Pajak",
    "religion": "Islam,Kristen,Katolik,Hindu,Buddha,Konghucu,Kawin,Belum Kawin,Cerai Hidup,Cerai Mati,Laki-laki,Perempuan,WNI,WNA,SD,SMP,SMA,S1,S2,D3,Kepala Keluarga,Istri,Anak,Menantu,Cucu,Orang Tua,Mertua,Famili Lain",
    "ranks": "Penata Muda,Penata Muda Tk. I,Penata,Penata Tk. I,Pembina,Pembina Tk. I,Pembina Utama Muda,Pengatur,Pengatur Muda,Juru,Juru Muda,Ahli Pertama,Ahli Muda,Ahli Madya,Terampil,Mahir,Penyelia",
    "tribes": "Jawa,Sunda,Madura,Batak Toba,Minangkabau,Bugis,Makassar,Toraja,Dayak,Banjar,Melayu,Betawi,Bali,Sasak,Aceh,Nias,Mentawai,Asmat,Dani,Ambon,Minahasa,Gorontalo,Osing,Tengger,Baduy",
    "languages": "Bahasa Jawa,Bahasa Sunda,Bahasa Bali,Arab,Inggris,Mandarin,Jepang,Korea,Jerman,Prancis,Belanda,Spanyol,Rusia,Melayu,Tetun,Python,Java,JavaScript,PHP,Go",
    "countries": "Indonesia,Malaysia,Singapura,Thailand,Filipina,Vietnam,Jepang,Korea Selatan,Tiongkok,India,Arab Saudi,Turki,Mesir,Belanda,Jerman,Prancis,Inggris,Amerika Serikat,Australia,Selandia Baru,Brasil,Afrika Selatan",
    "dances": "Tari Saman,Tari Kecak,Reog Ponorogo,Jaipong,Wayang Kulit,Ludruk,Lenong,Gamelan,Angklung,Kolintang,Sasando,Batik Parang,Batik Mega Mendung,Songket,Ulos,Tenun Ikat,Keris,Rencong",
    "mountains": "Semeru,Merapi,Rinjani,Kerinci,Bromo,Agung,Slamet,Lawu,Merbabu,Sindoro,Sumbing,Gede,Pangrango,Salak,Ciremai,Papandayan,Tambora,Leuser,Sibayak,Sinabung,Latimojong,Musi,Barito,Mahakam,Kapuas,Citarum,Brantas,Bengawan Solo,Toba,Poso,Sentani",
    "forms": "Surat Keterangan Domisili,Surat Pengantar,Formulir Pendaftaran,Berita Acara,Nota Dinas,Surat Tugas,Surat Kuasa,Kuitansi,Surat Perintah Kerja,Laporan Bulanan,Undangan,Pengumuman,Surat Keputusan,Rencana Kerja,Proposal,Sertifikat,Ijazah,Buku Tamu,Disposisi",
    "transport": "Bus,Kereta Api,Pesawat,Kapal Feri,Angkot,Ojek,Taksi,Sepeda Motor,Mobil Penumpang,Truk,Pikap,Becak,Bajaj,Ambulans,Mobil Pemadam,Sepeda,Delman",
    "family": "ayah,ibu,anak kandung,anak tiri,kakak,adik,paman,bibi,kakek,nenek,sepupu,keponakan,suami,istri,wali,tetangga,teman,mertua,ipar",
    "damage": "Rusak Ringan,Rusak Berat,Baik,Hilang,Retak,Bocor,Patah,Terbakar,Banjir,Longsor,Gempa Bumi,Kebakaran,Angin Puting Beliung,Kekeringan,Abrasi",
    "payments": "Tunai,Transfer,Kartu Debit,Kartu Kredit,Cek,Giro,Cicilan,Uang Muka,Pelunasan,Deposito,Tabungan,Pinjaman,Asuransi Jiwa,Dana Pensiun,Reksa Dana",
    "training": "Pelatihan Komputer,Diklat Kepemimpinan,Bimbingan Teknis,Workshop Kurikulum,Seminar Nasional,Kursus Menjahit,Magang,Sosialisasi Perda,Lokakarya,Outbound,Studi Banding,Latsar CPNS",
    "software terms": "Login,Logout,Dashboard,Settings,User Management,Data Export,Backup,Restore,Payment Gateway,Admin Panel,Customer Service,Help Desk,Pending Review,Not Found,Server Error,Read Only,Full Access,Guest,Super Admin,Default,Enabled,Disabled",
}  # fmt: skip
CODES = ("INV", "A", "BRG", "REG", "K", "SKU", "TRX", "PO", "DOC", "RM")


@dataclass(frozen=True)
class Corpora:
    """What is read from the folder of corpora."""

    persons: list[str]
    organisations: list[str]
    places: list[str]
    phrases: list[str]
    capitals: list[str]  # capitalised words in sentences that are none of these
    proper: list[str]  # words that running text writes with a capital and that no name of a person there holds
    schools: list[tuple[str, str, str, str]]  # name, street address, district, regency


def corpora(root: Path) -> Corpora:
    spans: dict[str, list[str]] = {"PER": [], "ORG": [], "LOC": []}
    phrases, capitals = [], []
    random = Random(5)
    tags = {"PERSON": "PER", "ORGANISATION": "ORG", "PLACE": "LOC"}
    for path in (root / "idner-news-2k" / "train.txt", root / "nergrit-indonlu" / "train.txt"):
        for sentence in sentences(path):
            found, last = [], ""
            for i, (token, tag) in enumerate(sentence):
                kind = tags.get(tag[2:], tag[2:])
                if tag == "O":
                    if i and token[:1].isupper() and token.isalpha() and len(token) > 3:
                        capitals.append(token)
                elif tag[0] == "I" and found and kind == last:
                    found[-1][1].append(token)
                else:
                    found.append((kind, [token]))
                last = kind
            for kind, tokens in found:
                if kind in spans and all(t[0].isalpha() for t in tokens):
                    spans[kind].append(" ".join(tokens))
            plain = [token for token, tag in sentence if tag == "O"]
            if len(plain) > 8:
                start = random.randrange(len(plain) - 5)
                phrases.append(" ".join(plain[start : start + random.randint(1, 12)]))
    of_persons = {w.lower() for s in spans["PER"] for w in s.split()} | set(lexicons.name_ranks())
    proper = [
        w.capitalize()
        for w, case in sorted(lexicons.word_case().items())
        if case == "capital" and w not in of_persons and len(w) > 3
    ]
    return Corpora(
        [s for s in dict.fromkeys(spans["PER"]) if len(s) > 2 and s[0].isupper()],
        list(dict.fromkeys(spans["ORG"])),
        list(dict.fromkeys(spans["LOC"])),
        phrases,
        sorted(set(capitals)),
        proper,
        [s for s in schools(root) if not held_out(s[3])],
    )


def schools(root: Path) -> list[tuple[str, str, str, str]]:
    with (root / "schools-mit" / "schools_train.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.reader(file) if len(r) == 5][1:]
    return [(r[1], r[2], r[3], r[4]) for r in rows]


def held_out(regency: str) -> bool:
    """Whether the schools of a regency are kept for the benchmark."""
    return crc32(regency.lower().encode()) % 3 == 0


def regions(kept: bool = False) -> dict[str, list[str]]:
    """Names of regions by level; `kept`: those of the provinces that are kept for the benchmark."""
    levels: dict[str, list[str]] = {"province": [], "regency": [], "district": []}
    with (folder("rules") / "tables" / "wilayah.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if (int(row["code"][:2]) % 3 == 0) == kept:
                levels[row["level"]].append(row["name"].title() if row["name"].isupper() else row["name"])
    return levels


def sentences(path: Path) -> Iterator[list[tuple[str, str]]]:
    sentence: list[tuple[str, str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        parts = line.split()
        if len(parts) >= 2:
            sentence.append((parts[0], parts[-1]))
        elif sentence:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def fold_of(word: str) -> int:
    return crc32(word.lower().encode()) % 2


class Cells:
    """Makers of cells of one fold."""

    def __init__(self, data: Corpora, fold: int, seed: int) -> None:
        from faker import Faker
        from faker.providers.person.id_ID import Provider

        self.r = Random(seed * 2 + fold)
        self.data, self.fold = data, fold
        self.given = self._mine(Provider.first_names)
        self.family = self._mine(Provider.last_names)
        ranks, cases = lexicons.name_ranks(), lexicons.word_case()
        home = sorted(w for w, rank in ranks.items() if rank > lexicons.FOREIGN and len(w) > 2)
        self.parts = self._mine(w.capitalize() for w in home if cases.get(w) != "lower")
        self.other_parts = self._mine(
            w.capitalize() for w, rank in sorted(ranks.items()) if rank == lexicons.FOREIGN and len(w) > 2
        )
        self.regional = {
            title: mine
            for title, found in lexicons.name_parts().items()
            if (mine := self._mine(w.capitalize() for w in found))
        }
        self.ordinary = self._mine(
            w for w, case in sorted(cases.items()) if case == "lower" and len(w) > 2 and w not in ranks
        )
        self.capitals = [w for w in self._mine(data.capitals) if w.lower() not in ranks]
        self.foreign = [Faker(locale) for locale in FOREIGN[fold::2]]
        self.english = Faker("en_US")
        for i, fake in enumerate([*self.foreign, self.english]):
            fake.seed_instance(seed * 100 + fold * 50 + i)
        self.regions = regions()
        self.proper = self._mine(data.proper)
        self.lorem = [Faker(locale) for locale in LOREM]
        for i, fake in enumerate(self.lorem):
            fake.seed_instance(seed * 100 + fold * 50 + 30 + i)
        self.cities = self._mine(
            sorted(
                z.rsplit("/", 1)[1].replace("_", " ")
                for z in available_timezones()
                if "/" in z and not z.startswith("Etc")
            )
        )
        self.signs = self._mine(
            sorted(
                name(chr(c), "").title()
                for c in (*range(0x1F300, 0x1F6FF), *range(0x1F900, 0x1FAFF))
                if name(chr(c), "")
            )
        )
        self.short_organisations = self._mine(o for o in data.organisations if " " not in o and len(o) > 3)
        self.persons = self._mine(data.persons)
        self.schools = [s for s in data.schools if fold_of(s[0]) == fold]

    def _mine(self, all_words: Sequence[str] | Iterator[str]) -> list[str]:
        return [w for w in dict.fromkeys(all_words) if fold_of(w) == self.fold]

    # --- persons

    def token(self) -> str:
        x = self.r.random()
        return self.r.choice(self.parts if x < 0.5 else self.given if x < 0.85 else self.family)

    def name(self) -> str:
        r, x, t = self.r, self.r.random(), self.token
        if x < 0.12:
            return t()
        if x < 0.46:
            return f"{t()} {t()}"
        if x < 0.64:
            return f"{t()} {t()} {t()}"
        if x < 0.68:
            return f"{t()} {t()} {t()} {t()}"
        if x < 0.75:
            return f"{r.choice(('I ', 'Ni ', ''))}{r.choice(BALI)} {r.choice(('Ayu ', 'Agung ', 'Gede ', ''))}{t()}"
        if x < 0.80:
            return f"{r.choice(CHINESE)} {r.choice(CHINESE_GIVEN)} {r.choice(CHINESE_GIVEN)}"
        if x < 0.84:
            return f"{t()} {r.choice(('bin', 'binti', 'br', 'Bin', 'BT'))} {t()}"
        if x < 0.90:
            return f"{r.choice(CALLED)} {t()}"
        if x < 0.95:
            return f"{r.choice(SHORT)} {t()}" + (f" {t()}" if r.random() < 0.6 else "")
        return (
            f"{t()} {r.choice('ABDEFHIKLMNPRSTWY')}." if r.random() < 0.5 else f"{t()} {r.choice('ABDHKLMPRSTW')} {t()}"
        )

    def titled(self) -> str:
        x, name = self.r.random(), self.name()
        if x < 0.4:
            return f"{self.r.choice(BEFORE)} {name}"
        return (
            f"{name}, {self.r.choice(AFTER)}" if x < 0.8 else f"{self.r.choice(BEFORE)} {name}, {self.r.choice(AFTER)}"
        )

    def of_a_region(self) -> str:
        """Given names and a family name of one region."""
        r = self.r
        region = r.choice([t.split()[0] for t in self.regional if t.endswith((" family", " given"))])
        given = self.regional.get(f"{region} given") or self.regional["christian given"]
        family = self.regional.get(f"{region} family")
        name = " ".join(r.choice(given) for _ in range(r.choice((1, 1, 2))))
        return f"{name} {r.choice(family)}" if family and r.random() < 0.85 else f"{name} {r.choice(given)}"

    def abroad(self) -> str:
        if self.r.random() < 0.4:
            return f"{self.r.choice(self.other_parts)} {self.r.choice(self.other_parts)}"
        return self.r.choice(self.foreign).name()

    # --- addresses

    def street(self) -> str:
        r = self.r
        name = r.choice(
            (f"{self.token()} {self.token()}", self.token(), r.choice(self.regions["district"]), r.choice(HEROES),
             r.choice(FLOWERS), f"Raya {r.choice(self.regions['district'])}", f"{r.choice(FLOWERS)} {r.choice(FLOWERS)}")
        )  # fmt: skip
        return name + (
            f" {r.choice(('I', 'II', 'III', 'IV', 'Raya', 'Utara', 'Timur', 'Dalam', 'Indah'))}"
            if r.random() < 0.3
            else ""
        )

    def address(self) -> str:
        r, k, parts = self.r, self.r.random(), []
        region = r.choice(self.regions["district"])
        if k < 0.5:
            number = r.choice(("", f" No. {r.randint(1, 240)}", f" No {r.randint(1, 99)}", f" No.{r.randint(1, 99)}{r.choice(('', 'A', 'B'))}",
                               f" Km. {r.randint(1, 20)}", f" {r.randint(1, 150)}", f" Gg. {self.token()} No. {r.randint(1, 60)}"))  # fmt: skip
            parts.append(r.choice(("Jl. ", "Jl ", "Jalan ", "Jln. ", "Jln ", "JL.", "Jl.")) + self.street() + number)
        elif k < 0.68:
            where = f"{r.choice(('Griya ', 'Bumi ', 'Graha ', 'Taman ', 'Puri ', 'Villa ', ''))}{r.choice(('Permai', 'Asri', 'Indah', region, self.token()))}"
            parts.append(
                f"{r.choice(('Perum ', 'Perumahan ', 'Komplek ', 'Perum. ', 'Komp. ', 'BTN '))}{where} Blok {r.choice('ABCDEFG')}{r.choice(('', '/', ' No. '))}{r.randint(1, 40)}"
            )
        elif k < 0.85:
            parts.append(
                r.choice(
                    (
                        "Dusun ",
                        "Kp. ",
                        "Kampung ",
                        "Dukuh ",
                        "Lingkungan ",
                        "Gang ",
                        "Gg. ",
                        "Banjar ",
                        "Jorong ",
                        "Dsn. ",
                        "KP ",
                        "Dsn ",
                    )
                )
                + self.street()
            )
        if r.random() < 0.6 or k >= 0.85:
            form = r.choice(
                (
                    "RT %02d RW %02d",
                    "RT %03d/%03d",
                    "RT. %02d/RW. %02d",
                    "RT %d/%d",
                    "RT %02d/RW %02d",
                    "Rt. %02d Rw. %02d",
                    "RT%03d RW%03d",
                    "%03d/%03d",
                )
            )
            parts.append(form % (r.randint(1, 15), r.randint(1, 12)))
        if r.random() < 0.5 or not parts:
            parts.append(
                r.choice(("Kel. ", "Kelurahan ", "Desa ", "Ds. ", "Kel ", "")) + r.choice(self.regions["district"])
            )
        if r.random() < 0.4:
            parts.append(r.choice(("Kec. ", "Kecamatan ", "Kec ", "")) + region)
        if r.random() < 0.4:
            parts.append(r.choice(self.regions["regency"]))
        text = r.choice((", ", " ", ", ")).join(parts)
        return text + (f" {r.randint(10110, 99974)}" if r.random() < 0.2 else "")

    def school_address(self) -> str:
        _, street, district, regency = self.r.choice(self.schools)
        while len(street) <= 6:
            _, street, district, regency = self.r.choice(self.schools)
        return (
            street
            if self.r.random() < 0.7
            else self.r.choice((f"{street}, {district}, {regency}", f"{street} {district}", f"{street}, {regency}"))
        )

    # --- places and organisations

    def place(self) -> str:
        level = self.r.choice(("district", "district", "regency", "province"))
        name = self.r.choice(self.regions[level])
        return re.sub(r"^(Kab\.?|Kota)\s+", "", name) if self.r.random() < 0.5 else name

    def region(self) -> str:
        words_before = (
            "Kec. ",
            "Kecamatan ",
            "Kab. ",
            "Kabupaten ",
            "Kota ",
            "Desa ",
            "Kelurahan ",
            "Kel. ",
            "Provinsi ",
            "Nagari ",
            "Distrik ",
            "Dusun ",
        )
        return self.r.choice(words_before) + self.r.choice(self.regions["district"])

    def numbered(self) -> str:
        """One of several things that are told apart by a number behind the place: schools, polling stations, wards."""
        return f"{self.r.choice(('', '', 'Negeri ', 'Swasta ', 'Pos ', 'Blok ', 'Zona ', 'Rayon '))}{self.r.choice(self.regions['district'])} {self.r.choice((self.r.randint(1, 12), 'I', 'II', 'III', 'IV'))}"

    def bare_village(self) -> str:
        return (
            self.r.choice(self.schools)[2].removeprefix("Kec. ")
            if self.r.random() < 0.3
            else self.r.choice(self.regions["district"])
        )

    def named(self) -> str:
        r = self.r
        name = r.choice((self.token, self.token, self.name, self.place))()
        text = f"{r.choice(NAMED)} {name}"
        return text + (
            f" {r.choice(('Jaya', 'Makmur', 'Sejahtera', 'Abadi', 'Mandiri', 'Sentosa', 'Utama', 'Tbk', 'Group', 'Negeri 1', '2', 'Baru', 'Medika', 'Farma', 'Indonesia'))}"
            if r.random() < 0.4
            else ""
        )

    def company(self) -> str:
        fake = self.r.choice((self.english, *self.foreign))
        return (
            fake.company()
            if self.r.random() < 0.5
            else f"{self.r.choice(('PT', 'CV', 'UD', 'PT.', 'CV.'))} {' '.join(self.r.sample(self.ordinary, 2)).title()}"
        )

    # --- other

    def words(self) -> str:
        return " ".join(self.r.choice(self.ordinary) for _ in range(self.r.choice((1, 1, 2, 2, 3, 4)))).capitalize()

    def titled_words(self) -> str:
        return " ".join(self.r.choice(self.ordinary) for _ in range(self.r.choice((1, 2, 2, 3)))).title()

    def words_with_a_name(self) -> str:
        return f"{self.r.choice(self.ordinary)} {self.r.choice(self.ordinary)} {self.token()}"

    def foreign_words(self) -> str:
        """Words of other languages, as in the names of brands, medicines and works."""
        return " ".join(self.r.choice(self.lorem).words(self.r.choice((1, 1, 2, 3)))).title()

    def brand(self) -> str:
        """One or two invented or borrowed words."""
        pick = lambda: self.r.choice(
            (
                self.r.choice(self.proper),
                self.r.choice(self.short_organisations),
                self.foreign_words().split()[0],
                self.r.choice(self.ordinary).capitalize(),
                self.r.choice(self.capitals),
            )
        )
        return pick() if self.r.random() < 0.5 else f"{pick()} {pick()}"

    def english_words(self) -> str:
        f, x = self.english, self.r.random()
        return (
            f.catch_phrase()
            if x < 0.35
            else f.bs()
            if x < 0.55
            else f.job()
            if x < 0.75
            else " ".join(f.words(self.r.randint(1, 4)))
        )

    def code(self) -> str:
        r = self.r
        return r.choice((f"{r.choice(CODES)}-{r.randint(1, 9999):04d}", f"{r.choice(self.ordinary)}_{r.choice(self.ordinary)}", f"{r.choice(CODES)}/{r.randint(1, 999)}/{r.randint(2015, 2025)}",
                         f"{r.choice(self.ordinary)}.{r.choice(('pdf', 'docx', 'jpg', 'xlsx'))}", f"{r.choice(self.ordinary)}-{r.randint(1, 30)}"))  # fmt: skip

    def sentence(self) -> str:
        return " ".join(self.r.choice(self.data.phrases) for _ in range(self.r.choice((1, 1, 2, 3))))

    def note(self) -> str:
        return f"{self.r.choice(('berkas', 'data', 'surat', 'sudah', 'mohon', 'kurang', 'menunggu'))} {' '.join(self.r.sample(self.ordinary, self.r.randint(1, 5)))}"

    def quantity(self) -> str:
        return f"{self.r.choice(self.ordinary)} {self.r.randint(1, 50)} {self.r.choice(('kg', 'pcs', 'dus', 'gr', 'ml', 'unit', 'rim', 'bulan'))}".capitalize()

    def date(self) -> str:
        months = [
            "Januari",
            "Februari",
            "Maret",
            "April",
            "Mei",
            "Juni",
            "Juli",
            "Agustus",
            "September",
            "Oktober",
            "November",
            "Desember",
        ]
        return f"{self.r.randint(1, 28)} {self.r.choice(months)} {self.r.randint(1950, 2025)}"

    def street_name(self) -> str:
        """A street that is no address: a table of roads."""
        return self.street()

    def road(self) -> str:
        return f"{self.r.choice(('Jl.', 'Jalan', 'Jln.'))} {self.street()}"

    def from_list(self, kind: str) -> Maker:
        return lambda items=THINGS[kind].split(","): self.r.choice(items)

    def of(self, items: Sequence[str]) -> Maker:
        return lambda: self.r.choice(items)

    # fmt: off
    def kinds(self) -> dict[str, list[tuple[Maker, float]]]:
        """Kind of a cell -> its makers, each with the weight of its columns."""
        mine = self._mine
        things = [(self.from_list(k), 0.5) for k in THINGS]
        return {
            "person": [(self.name, 5), (self.titled, 2), (self.of(self.persons), 4), (self.abroad, 2), (self.token, 2), (self.of_a_region, 3)],
            "address": [(self.address, 4), (self.school_address, 5)],
            "place": [(self.place, 3), (self.region, 1.5), (self.bare_village, 2), (self.numbered, 1.5), (self.of(mine(self.data.places)), 1.5), (self.of(self.cities), 1)],
            "organisation": [(self.named, 4), (self.company, 1.5), (lambda: self.r.choice(self.schools)[0], 2), (self.of(mine(self.data.organisations)), 2), (self.of(self.short_organisations), 1.5),
                             (lambda: f"{self.r.choice(OFFICES)} {self.place()}", 1)],
            "other": [(self.words, 2), (self.titled_words, 3), (self.words_with_a_name, 0.7), (self.english_words, 2), (self.code, 1), (self.sentence, 2), (self.note, 1),
                      (self.quantity, 1), (self.date, 0.5), (self.street_name, 5), (self.road, 3), (self.of(self.capitals), 1.5), (self.of(self.proper), 2), (self.foreign_words, 2), (self.brand, 3), (self.of(self.signs), 1.5),
                      (lambda: f"{self.r.choice(self.capitals)} {self.r.choice(self.capitals)}", 1.5), (lambda: f"{self.r.choice(self.ordinary)} {self.r.choice(self.capitals)}".title(), 1.5),
                      (self.of(sorted(words("occupations"))), 1), *things],
        }

    # fmt: on


STYLES: tuple[Callable[[str], str], ...] = (str, str, str.upper, str.lower, str.title)
