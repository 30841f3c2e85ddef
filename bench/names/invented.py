"""Invented people, addresses and texts: what the tagger learns from beside the news. Everything from one seed."""

# ruff: noqa: E501, SIM905 - a list of words or shapes is a row, however long

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from privacyscan.detect.names import lexicons
from privacyscan.rulebook import words

_PLACE = re.compile(r"\{([A-Zq])\}")
_SPANS = {"P": "PER", "A": "ADR", "W": "ADR", "L": "LOC", "D": "LOC", "V": "LOC"}

HONORIFICS = (
    "Bapak|Ibu|Sdr.|Sdri.|Saudara|Saudari|Dr.|dr.|Drs.|Dra.|Ir.|Prof. Dr.|H.|Hj.|Drs. H.|Tn.|Ny.|Nn.|An.|Pdt.|Ust.|Ustadz|KH.|K.H.|"
    "Kompol|AKBP|Letkol Inf|Bripka|Pak|Bu|Bpk.|Bpk|Prof.|drg.|Dr. H.|Dr. Ir.|Ir. H.|Aipda|Ipda|Serma|Kapten|Mayor Inf|Romo|Almarhum|alm."
).split("|")
TITLES = (
    "S.H.|S.E.|S.Kom.|S.Pd.|M.Si.|M.Pd|S.T., M.T.|S.H., M.H.|S.Sos|S.IP., M.AP|M.Kes.|S.Kep., Ners|S.Ag., M.Pd.I|SE, MM|Sp.A|S.Farm., Apt.|"
    "A.Md.|Ph.D.|M.M.|S.K.M.|SKM|SH|S.STP., M.Si|S.Pd., M.Pd.|S.Kep., Ns.|A.Md.Keb|A.Md.Kep.|Sp.PD|Sp.OG|M.Sc.|S.Si., M.Si.|Lc., M.A.|M.Kn|"
    "S.T|ST., MT|S.Sos., M.AP.|SP., M.Si|S.Psi|S.Gz|M.Hum.|SE., M.Ak|Ak., CA|S.Hut|S.Pt|S.P.|MBA|M.Eng|S.Tr.Keb|S.ST|S.PdI|M.Pd.I."
).split("|")
POSTS = (
    "Bupati|Wali Kota|Walikota|Gubernur|Camat|Lurah|Kepala Desa|Sekretaris Daerah|Sekretaris Desa|Kepala Dinas|Kepala Bagian Umum|"
    "Kepala Bidang Anggaran|Kepala Seksi Pelayanan|Kepala Subbagian Kepegawaian|Kepala Puskesmas|Direktur|Direktur Utama|Kepala Sekolah|"
    "Wakil Kepala Sekolah|Bendahara|Bendahara Pengeluaran|Pejabat Pembuat Komitmen|Kuasa Pengguna Anggaran|Analis Kebijakan|"
    "Pranata Komputer|Pengelola Keuangan|Arsiparis|Auditor|Penyuluh Pertanian|Perawat Terampil|Bidan Desa|Dokter Gigi|Guru Kelas|"
    "Operator Layanan|Ketua|Sekretaris|Ketua Panitia|Ketua RT 04|Ketua Yayasan|Rektor|Dekan Fakultas Teknik|Ketua Program Studi|Kapolres|"
    "Kapolsek|Dandim|Kajari|Manajer|Supervisor|Staf Administrasi|Inspektur|Kepala Kantor|Kepala UPT|Juru Bicara|Plt. Kepala Dinas|"
    "Pengawas Sekolah|Widyaiswara|Pengadministrasi Umum|Analis Kepegawaian|Penata Laporan Keuangan|Pengemudi|Kepala Dusun|Tenaga Ahli"
).split("|")
OFFICES = (
    "Dinas Kesehatan|Dinas Pendidikan dan Kebudayaan|Dinas Sosial|Dinas Kependudukan dan Pencatatan Sipil|Dinas Perhubungan|Dinas Pertanian|"
    "Badan Kepegawaian Daerah|Badan Pendapatan Daerah|Bappeda|Inspektorat|Sekretariat Daerah|Kantor Kecamatan|RSUD|Puskesmas Rawat Inap|"
    "Kantor Pertanahan|Kantor Kementerian Agama|Pengadilan Agama|Pengadilan Negeri|Kejaksaan Negeri|Polres|Badan Pusat Statistik|"
    "Dinas Pekerjaan Umum dan Penataan Ruang|Dinas Lingkungan Hidup|Satpol PP|Dinas Komunikasi dan Informatika|KPU|Bawaslu|BPBD|"
    "Fakultas Ekonomi|Kementerian Keuangan|Kementerian Kesehatan|Perpustakaan Daerah|UPTD Pasar|PDAM|Koperasi Pegawai"
).split("|")
BRANDS = (
    "Pepsodent|Indomie|Bimoli|Sania|Aqua|Sampoerna|Gudang Garam|Djarum Super|Wardah|Sariayu|Mustika Ratu|Viva|Citra|Lifebuoy|Rinso|Daia|So Klin|"
    "Sunlight|Kapal Api|ABC|Sasa|Royco|Masako|Ultra Milk|Frisian Flag|Dancow|Bebelac|Pocari Sweat|Teh Botol Sosro|Teh Pucuk|Honda Beat|"
    "Yamaha Mio|Suzuki Carry|Toyota Avanza|Daihatsu Xenia|Mandiri|BRI|BCA|BNI|Permata|Danamon|Gopay|OVO|Dana|LinkAja|Shopee|Tokopedia|"
    "Gojek|Grab|Telkomsel|Indosat|Panadol|Bodrex|Antangin|Tolak Angin|Betadine|Minyak Kayu Putih Cap Lang|Ramos|Rojolele|Pandan Wangi|"
    "Semen Gresik|Tiga Roda|Dulux|Avian|Philips|Miyako|Maspion|Cosmos|Polytron|Epson|Canon|Faber Castell|Joyko|Sinar Dunia|Snowman|Kenko"
).split("|")
MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()
STREETS = (
    "Melati|Mawar|Anggrek|Kenari|Rajawali|Merak|Cempaka|Flamboyan|Beringin|Mangga|Nusa Indah|Bangau|Garuda|Pahlawan|Proklamasi|Kartini|"
    "Hasanuddin|Teratai|Ahmad Yani|Jend. Sudirman|Jenderal Sudirman|Gatot Subroto|Diponegoro|Imam Bonjol|Pemuda|Merdeka|Veteran|Gajah Mada|"
    "Hayam Wuruk|Pattimura|Sisingamangaraja|Teuku Umar|Cut Nyak Dien|R.A. Kartini|Dr. Sutomo|dr. Wahidin|Letjen S. Parman|Brigjen Katamso|"
    "Kapten Tendean|Urip Sumoharjo|Yos Sudarso|Sultan Agung|Pangeran Antasari|Trans Sulawesi|Lintas Sumatera|Poros Desa|Raya Pasar|Pendidikan|"
    "Pelajar|Sekolah|Masjid|Pesantren|Irigasi|Balai Desa|Kebun Raya|Bukit Indah|Gunung Agung|Danau Toba|Sungai Musi|Pulau Seram|Cendrawasih|"
    "17 Agustus|Siliwangi|KH. Ahmad Dahlan|K.H. Hasyim Asyari|Perintis Kemerdekaan|Adisucipto|Soekarno Hatta|Panglima Polim|Tuanku Tambusai"
).split("|")
VILLAGES = (
    "Sukamaju Sukamulya Sukajaya Sukasari Sukarame Sukaraja Sukamakmur Mekarsari Mekarjaya Mekarwangi Margahayu Margamulya Cibodas Cikalong Cisarua "
    "Ciputat Cibeureum Cikande Cimanggu Cipinang Ciawi Pasirjati Pasirhuni Karanganyar Karangsari Karangrejo Karangasem Karangtengah Sidomulyo Sidorejo "
    "Sidoharjo Sidodadi Sumberejo Sumberagung Sumbermulyo Sumberjaya Tanjungsari Tanjungrejo Tegalrejo Tegalsari Wonosari Wonorejo Wonokerto Banjarejo "
    "Banjarsari Kalirejo Kalisari Kedungwuni Kedungrejo Purwosari Purwodadi Purwoharjo Margorejo Margodadi Girimulyo Giripurno Argomulyo Argosari "
    "Trimulyo Tirtomoyo Tirtonirmolo Bangunjiwo Caturtunggal Condongcatur Maguwoharjo Umbulmartani Jogotirto Sendangadi Rejosari Bulusari Kutorejo "
    "Gampengrejo Ngadirejo Ngablak Ngemplak Gedangan Gunungsari Bandarejo Sungailiat Lubukbatu Talangjaya Tanjungbatu Simpangempat Muarateweh Pematang "
    "Bukitraya Padangsari Kotobaru Kototinggi Limaukaum Lambheu Lamteumen Peunayong Gampongbaro Blangkrueng Meunasah Batuan Sibangkaja Pemecutan Dauhpuri "
    "Sesetan Renon Ubung Kesiman Pejeng Batubulan Oesapa Liliba Maulafa Oebobo Penfui Waena Hedam Abepura Entrop Yabansai Sentani Wamena Kamoro Malanu "
    "Batumerah Passo Halong Latta Wayame Tuminting Malalayang Bahu Teling Paniki Kairagi Panakkukang Tamalanrea Antang Manggala Rappocini Mappala Batua"
).split()


class Invented:
    """A seeded source of invented people, addresses and texts. `real` are real addresses of institutions."""

    def __init__(self, templates: Path, real: Sequence[str], seed: int) -> None:
        self.random = Random(seed)
        self._real = real
        self._templates = [
            line.replace("\\n", "\n").replace("\\t", "\t")
            for row in templates.read_text(encoding="utf-8").splitlines()
            if row and row[0] != "#"
            for times, line in [_weighed(row)]
            for _ in range(times)
        ]
        parts = lexicons.name_parts()
        case = lexicons.word_case()
        self._parts = {
            title: [
                part.title() for part in found if case.get(part) != "lower" or title.endswith(("family", "syllable"))
            ]
            for title, found in parts.items()
        }
        families = {part for title, found in parts.items() if title.endswith(("family", "syllable")) for part in found}
        self._usual = [
            w.title() for w in sorted(words("names")) if w not in families and case.get(w) != "lower" and len(w) > 2
        ]
        self._foreign = [
            part.title()
            for part, rank in sorted(lexicons.name_ranks().items())
            if rank == lexicons.FOREIGN and part.isascii() and len(part) > 2
        ]
        self._regions = _regions()
        self._ordinary = [word for word, how in sorted(case.items()) if how == "lower" and len(word) > 2]
        self._countries = [word.title() for word in sorted(lexicons.world_places())]
        self._roles = [word.capitalize() for word in sorted(lexicons.ROLES) if len(word) > 3]

    # -- people

    def part(self) -> str:
        """One part of a name as it is found all over the country."""
        kind = self.random.random()
        if kind < 0.5:
            return self._of("usual")
        return self._of(
            self.random.choice(
                ("java given", "arabic given", "sunda given", "java given", "modern given", "arabic given")
            )
        )

    def _of(self, title: str) -> str:
        return self.random.choice(self._usual if title == "usual" else self._parts[title])

    def name(self) -> str:
        """A full name."""
        r = self.random
        makers = (
            (14, lambda: self.part()),
            (28, lambda: f"{self.part()} {self.part()}"),
            (12, lambda: " ".join(self.part() for _ in range(3))),
            (3, lambda: " ".join(self.part() for _ in range(4))),
            (4, self._initials),
            (5, self._bali),
            (6, lambda: f"{r.choice((self.part(), self._of('batak given'), self._of('christian given')))}"
                        f"{r.choice(('', ' ' + self.part()))} {self._of('batak family')}"),
            (4, lambda: self._christian("papua family")),
            (4, lambda: self._christian("ntt family")),
            (4, lambda: self._christian(r.choice(("maluku family", "minahasa family")))),
            (2, lambda: f"{self._of('gorontalo family') if r.random() < .3 else self.part()} {self._of('gorontalo family')}"),
            (2, lambda: self._christian("toraja family")),
            (2, lambda: f"{r.choice((self._of('dayak given'), self._of('christian given')))} {self._of('dayak family')}"),
            (3, lambda: f"{self._of('chinese family')} {self._of('chinese syllable')} {self._of('chinese syllable')}"),
            (3, lambda: f"{r.choice((self._of('christian given'), self._of('modern given')))} {self._of('chinese indonesian family')}"),
            (3, lambda: f"{self._of('minang given')}{r.choice(('', ' ' + self._of('minang given')))}"),
            (3, lambda: f"{self._of(r.choice(('bugis given', 'aceh given', 'banjar given', 'madura given', 'malay given', 'sasak given')))}"
                        f"{r.choice(('', ' ' + self.part()))}"),
            (3, lambda: f"{self.part()}{r.choice((' bin ', ' binti ', ' br. ', ' bin H. ', ' bin ', ' binti ', ' ibnu '))}{self.part()}"),
            (3, self._prefixed),
            (2, lambda: f"{self._of('modern given')} {self._of('modern given')} {self.part()}"),
            (1, lambda: f"{self.part()[:3]}'{self.part().lower()}"),
        )  # fmt: skip
        return r.choices([make for _, make in makers], [weight for weight, _ in makers])[0]()

    def _initials(self) -> str:
        r = self.random
        first = r.choice(
            (
                "Muh.",
                "M.",
                "Moh.",
                "A.",
                "R.",
                "St.",
                "Abd.",
                "Mhd.",
                "Ach.",
                "S.",
                "I.",
                "H.M.",
                "R.M.",
                "Muh",
                "Moch.",
            )
        )
        return (
            f"{first} {self.part()}"
            if r.random() < 0.6
            else f"{self.part()} {r.choice('ABDEHIJKLMNPRSTWY')}. {self.part()}"
        )

    def _bali(self) -> str:
        r = self.random
        order = r.choice("Wayan Made Nyoman Ketut Putu Kadek Komang Gede Nengah Luh Gusti".split())
        title = r.choice(
            (
                "I ",
                "Ni ",
                "",
                "Ni ",
                "I ",
                "I Gusti ",
                "Ni Luh ",
                "Anak Agung ",
                "Ida Bagus ",
                "Dewa ",
                "Cokorda ",
                "I Dewa ",
            )
        )
        middle = r.choice(("", "", "Ayu ", "Agung ", "Gede ", "Sri ", "Dwi "))
        start = title if title.startswith(("Anak", "Ida", "Cokorda", "A.A.")) else f"{title}{order} "
        return f"{start}{middle}{self._of('bali given')}"

    def _christian(self, family: str) -> str:
        r = self.random
        middle = (
            f"{r.choice((self._of('christian given'), r.choice('ABDEFHJLMPRSTY') + '.'))} " if r.random() < 0.3 else ""
        )
        return f"{self._of('christian given')} {middle}{self._of(family)}"

    def _prefixed(self) -> str:
        before = (
            "Andi|La Ode|Wa Ode|Cut|Teuku|Daeng|Raden|Rr.|Tengku|Sutan|Baso|R. Ay.|Raden Ajeng|Raden Mas|Tubagus|Tb.|Lalu|Baiq|Kemas|Nyimas|"
            "Masagus|Andi Tenri|Sitti|Siti|Nur|Muhammad|Datuk|Sayyid|Syarifah|Said|Umbu|Rambu|Anak Agung|Gusti|Puang|Kyai|Marah|Rd."
        ).split("|")
        return f"{self.random.choice(before)} {self.part()}{self.random.choice(('', '', ' ' + self.part()))}"

    def foreign(self) -> str:
        """A name from another country."""
        return " ".join(self.random.choices(self._foreign, k=self.random.choice((1, 2, 2, 2, 3))))

    # -- places

    def regency(self) -> str:
        return self.random.choice(self._regions)[1]

    def district(self) -> str:
        return self.random.choice(self._regions)[2]

    def village(self) -> str:
        r = self.random
        name = r.choice(VILLAGES) if r.random() < 0.4 else self.district()
        return (
            f"{name} {r.choice(('Kulon', 'Wetan', 'Lor', 'Kidul', 'Utara', 'Selatan', 'Barat', 'Timur', 'Baru', 'Tengah', 'Jaya'))}"
            if r.random() < 0.2
            else name
        )

    def address(self) -> str:
        """An address: a real one of an institution, or an invented one."""
        if self._real and self.random.random() < 0.35:
            return self.random.choice(self._real)
        return self._invented_address()

    def _invented_address(self) -> str:
        r = self.random
        province, regency, district, city = r.choice(self._regions)
        parts = [part for part in (self._street(), self._neighbourhood(), self._village_part()) if part]
        if r.random() < 0.6:
            parts.append(r.choice(("Kec. ", "Kecamatan ", "Kec ", "Kec.", "kec. ")) + district)
        if r.random() < 0.65:
            parts.append(
                (r.choice(("Kota ", "", "Kota Adm. ")) if city else r.choice(("Kab. ", "Kabupaten ", "", "Kab ")))
                + regency
            )
        if r.random() < 0.25:
            parts.append(r.choice(("", "", "Prov. ", "Provinsi ", "Propinsi ")) + province)
        text = r.choice((", ", " ", ", ", ", ", " - ", ",")).join(parts)
        if r.random() < 0.3:
            text += r.choice((" ", ", ", " Kode Pos ", ", kode pos ")) + f"{r.randint(10110, 99974):05d}"
        return text

    def home(self) -> str:
        """Where somebody lives, in words: village, district, regency."""
        r = self.random
        _, regency, district, city = r.choice(self._regions)
        village = r.choice(("Desa ", "Kelurahan ", "Dusun Krajan, Desa ", "Desa ", "Kel. ", "Nagari ")) + self.village()
        return f"{village}, {r.choice(('Kecamatan', 'Kec.', 'Distrik'))} {district}, {'Kota' if city else r.choice(('Kabupaten', 'Kab.'))} {regency}"

    def _street(self) -> str:
        r = self.random
        name = r.choice(
            (
                self.part(),
                f"{self.part()} {self.part()}",
                self.village(),
                f"Raya {self.village()}",
                r.choice(STREETS),
                r.choice(STREETS),
                r.choice(STREETS),
            )
        )
        if r.random() < 0.25:
            name += r.choice(
                (" I", " II", " III", " IV", " VIII", " Raya", " Utara", " Timur", " Dalam", " Indah", " Baru", " No")
            )
        number = r.choice((
            "", "", " No. {}", " No {}", " No.{}", " Nomor {}", " No. {}A", " Km. {}", " KM {}", " {}", " No.{}-{}", " No. {}/{}", " Gg. " + self.part() + " No. {}",
            " Kav. {}", " Lt. {}", " No: {}", " no {}", " Blok B No. {}",
        )).replace("{}", str(r.randint(1, 240)))  # fmt: skip
        kind = r.random()
        if kind < 0.55:
            return (
                r.choice(("Jl. ", "Jl ", "Jalan ", "Jln. ", "Jln ", "Jl.", "JL. ", "jl. ", "Jalan Raya "))
                + name
                + number
            )
        if kind < 0.7:
            estate = r.choice(
                (
                    "Perum ",
                    "Perumahan ",
                    "Komplek ",
                    "Kompleks ",
                    "Perum. ",
                    "Komp. ",
                    "Cluster ",
                    "Apartemen ",
                    "Rusun ",
                    "Perumnas ",
                    "Griya ",
                    "",
                )
            )
            inner = f"{r.choice(('Griya', 'Bumi', 'Graha', 'Taman', 'Puri', 'Villa', 'Pondok', 'Permata'))} {r.choice(('Permai', 'Asri', 'Indah', self.village(), self.part()))}"
            block = r.choice(
                (
                    " Blok {a}{n} No. {m}",
                    " Blok {a}/{n}",
                    " Blok {a} {n}",
                    " Blok {a}-{n}",
                    " {a}{n}/{m}",
                    " Tower {a} Lt. {n} Unit {m}",
                    " Blk {a}{n} No {m}",
                )
            )
            return estate + inner + block.format(a=r.choice("ABCDEFGHK"), n=r.randint(1, 20), m=r.randint(1, 40))
        if kind < 0.88:
            word = "Dusun|Kp.|Kampung|Dukuh|Lingkungan|Gang|Gg.|Banjar|Jorong|Dsn.|Dsn|Kp|Lingk.|Br.|Lorong|Lrg.|Padukuhan|Huta|Link.|RK|Blok".split(
                "|"
            )
            return f"{r.choice(word)} {r.choice((self.part(), self.village(), self.village(), r.choice(STREETS)))}"
        return ""

    def _neighbourhood(self) -> str:
        r = self.random
        if r.random() > 0.6:
            return ""
        shape = r.choice((
            "RT {:02d} RW {:02d}", "RT {:03d}/{:03d}", "RT. {:02d}/RW. {:02d}", "RT {}/{}", "RT {:02d}/RW {:02d}", "Rt. {:02d} Rw. {:02d}", "RT.{:03d} RW.{:03d}",
            "RT/RW {:03d}/{:03d}", "RT {:02d}", "RT.{:02d}/{:02d}", "Rt {:02d}/{:02d}", "RT/RW: {:02d}/{:02d}", "RT {:03d} / RW {:03d}", "rt {} rw {}",
        ))  # fmt: skip
        return shape.format(r.randint(1, 15), r.randint(1, 12))

    def _village_part(self) -> str:
        r = self.random
        if r.random() > 0.6:
            return ""
        return (
            r.choice(
                ("Kel. ", "Kelurahan ", "Desa ", "Ds. ", "Kel ", "Ds ", "Nagari ", "Gampong ", "Kampung ", "Desa/Kel. ")
            )
            + self.village()
        )

    # -- texts

    def text(self) -> tuple[str, list[tuple[int, int, str]]]:
        """An invented text and its spans, in ordinary writing, in capitals or in lower case."""
        out, spans, last = "", [], 0
        template = self.random.choice(self._templates)
        for match in _PLACE.finditer(template):
            out += template[last : match.start()]
            last = match.end()
            value = self._value(match[1])
            if match[1] in _SPANS:
                spans.append((len(out), len(out) + len(value), _SPANS[match[1]]))
            out += value
        out += template[last:]
        case = self.random.random()
        if case < 0.22:
            changed = out.upper()
        elif case < (0.7 if template[0].islower() else 0.34):
            changed = out.lower()
        else:
            return self._names_in_capitals(out, spans), spans
        return (changed if len(changed) == len(out) else out), spans

    def _names_in_capitals(self, text: str, spans: Sequence[tuple[int, int, str]]) -> str:
        """Sometimes only the names of a text stand in capitals, or without."""
        kind = self.random.random()
        if kind > 0.15:
            return text
        for start, end, name in spans:
            if name == "PER":
                text = text[:start] + (text[start:end].upper() if kind < 0.12 else text[start:end].lower()) + text[end:]
        return text

    def _value(self, mark: str) -> str:
        r = self.random
        if mark == "P":
            return self.name() if r.random() < 0.97 else self.foreign()
        if mark == "S":
            return r.choice((self.part(), f"{self.part()} {self.part()}", r.choice(STREETS), self.name()))
        if mark == "N":
            return "".join(r.choices("0123456789", k=r.choice((2, 3, 4, 6, 8, 10, 12, 16, 18))))
        if mark == "C":
            return r.choice(
                (
                    f"{r.randint(1, 28)} {r.choice(MONTHS)} {r.randint(1950, 2025)}",
                    f"{r.randint(1, 28):02d}-{r.randint(1, 12):02d}-{r.randint(1950, 2025)}",
                )
            )
        if mark in "Qq":
            word = r.choice(self._ordinary)
            return word.capitalize() if mark == "Q" else word
        makers = {"A": self.address, "W": self.home, "L": self.regency, "D": self.district, "V": self.village}
        if mark in makers:
            return makers[mark]()
        return r.choice(
            {
                "H": HONORIFICS,
                "T": TITLES,
                "J": POSTS,
                "O": OFFICES,
                "B": BRANDS,
                "X": self._countries,
                "R": self._roles,
            }[mark]
        )


def _weighed(row: str) -> tuple[int, str]:
    """A line of the templates as (how often, text)."""
    match = re.match(r"x([0-9]+) ", row)
    return (int(match[1]), row[match.end() :]) if match else (1, row)


def _regions() -> list[tuple[str, str, str, bool]]:
    """All districts as (province, regency, district, the regency is a city), from the table of regions."""
    import csv

    from privacyscan.resources import folder

    names: dict[str, str] = {}
    with (folder("rules") / "tables" / "wilayah.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names[row["code"]] = row["name"].title() if row["name"].isupper() else row["name"]
    return [
        (names[code[:2]], _bare(names[code[:4]]), name, names[code[:4]].startswith("Kota"))
        for code, name in names.items()
        if len(code) == 6 and code[:4] in names and code[:2] in names
    ]


def _bare(regency: str) -> str:
    return re.sub(r"^(?:Kab\.?|Kota)\s+(?:Adm\.?\s+)?", "", regency)


def cased(sentence: Sequence[tuple[str, str]], upper: bool) -> list[tuple[str, str]]:
    """The sentence in capitals or in lower case."""
    return [(word.upper() if upper else word.lower(), tag) for word, tag in sentence]


def swapped(sentence: Sequence[tuple[str, str]], invented: Invented) -> Iterator[tuple[str, str]]:
    """The sentence with other people in it."""
    for i, (word, tag) in enumerate(sentence):
        if tag == "B-PER":
            long = i + 1 < len(sentence) and sentence[i + 1][1] == "I-PER"
            if invented.random.random() < 0.2:
                name = invented.foreign()
            else:
                name = invented.name() if long or invented.random.random() < 0.3 else invented.part()
            yield from ((part, "I-PER" if j else "B-PER") for j, part in enumerate(name.split()))
        elif tag != "I-PER":
            yield word, tag
