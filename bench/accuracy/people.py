"""Made-up people of a split: their names, households, numbers and addresses, from a seed; nobody real."""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeVar

REGIONS = Path(__file__).resolve().parents[2] / "rules" / "tables" / "wilayah.csv"

Pool = TypeVar("Pool", str, tuple[str, ...])
DRAWN = {"seen": "test", "seen2": "test"}  # what a split was called when its cases were first drawn: they stay the same

# Pools that share no word: a tool cannot learn the names of one split from another.
MEN = {
    "dev": """
    Agus Bambang Cahyo Dedi Eko Fajar Gunawan Hendra Irfan Joko Kurnia Lukman Mulyadi Nugroho Prasetyo Rahmat
    Slamet Teguh Wahyu Yusuf Arifin Sutrisno Suparman Paijo Tukimin Ngatimin Wagiman Asep Ujang Cecep Dadang Deden Made
    Wayan Nyoman Ketut Komang Parlindungan Tigor Saut Marolop Yohanes Frans Markus Yosef Baharuddin Ambo Muhammad Ahmad
    Abdul Teuku Zulkifli Ridwan Syahrul Syamsul Rizky Dimas Bayu""",
    "seen": """
    Adi Budi Chandra Darmawan Edi Ferry Galih Hari Imam Jaka Krisna Leonardus Maman Nanang Oman Purnomo Rudi
    Sigit Taufik Untung Wawan Yanto Zainal Sukirman Sarimin Kasiman Poniman Iwan Ade Gede Putu Nengah Mangara Bonar
    Hotman Jonggi Stefanus Petrus Paulus Yulius Andi Daeng Mochamad Achmad Abdullah Said Fauzi Hamdan Hasanuddin Rafi
    Reza Ilham Aditya Bagas""",
}
WOMEN = {
    "dev": """
    Ani Dewi Eka Fitri Gita Hesti Indah Kartika Lestari Maya Nur Oktavia Putri Ratna Sari Tuti Umi Wulan Yuni
    Aisyah Siti Suminem Ngatinem Painem Euis Neneng Imas Kadek Luh Rosmawati Tiurma Lamria Maria Yuliana Magdalena
    Hasnah Cut Nurhayati Rahmawati Zahra Nabila Salsabila Anisa""",
    "seen": """
    Ayu Bunga Citra Diah Endang Farida Hana Ida Julia Kiki Lilis Mega Nina Puspita Rini Susi Tri Vina Wati
    Yanti Khadijah Fatimah Sumarni Tukinah Waginah Iis Cucu Enok Desak Ngurah Roslina Dorma Theresia Veronika Agnes
    Marwah Sitti Halimah Mardiana Alya Syifa Keisha Adinda""",
}
LAST = {
    "dev": """
    Santoso Wibowo Hidayat Saputra Setiawan Kusuma Pratama Suryadi Hartono Siregar Nasution Simanjuntak Hutapea
    Sinaga Tarigan Ginting Lubis Harahap Batubara Wenda Kogoya Tabuni Lomboan Rumengan Tahapary Pattiasina Manuputty
    Tanjung Chaniago Piliang Sitepu Kurniawan Ramadhan Firmansyah Maulana Fauziah Handayani Anggraini Susanti Astuti
    Rahayu Wijaya Halim Tanoto Salim Sudirja Atmaja Kelen Djawa Nahak Bria""",
    "seen": """
    Subekti Utomo Hakim Permana Budiman Adiputra Perdana Sudrajat Wahyudi Situmorang Pohan Sitorus Manullang
    Silalahi Sembiring Barus Rangkuti Pulungan Daulay Yikwa Murib Telenggen Mandagi Wowor Latuconsina Sahetapy Matulessy
    Koto Sikumbang Guci Ketaren Iskandar Hasibuan Alamsyah Syahputra Mulyani Wulandari Purwanti Kusumawati Puspitasari
    Rahmadani Gunadi Sutanto Lesmana Darmadi Wiradinata Natadiredja Ola Fernandez Seran Taek""",
}
STREETS = {
    "dev": """
    Melati Kenanga Anggrek Merpati Garuda Diponegoro Sudirman Cendrawasih Pahlawan Veteran Raya_Bogor Siliwangi
    Gajah_Mada Teratai Flamboyan Cempaka""",
    "seen": """Mawar Dahlia Bougenville Rajawali Elang Kartini Ahmad_Yani Nuri Pemuda Proklamasi Raya_Serang Pajajaran
    Hayam_Wuruk Tulip Kamboja Seruni""",
    "seen2": """Cokroaminoto Gatot_Subroto Wahidin Sisingamangaraja Pattimura Kapten_Tendean Letjen_Suprapto Brawijaya
    Trunojoyo Ronggowarsito Sultan_Agung Pangeran_Antasari Jambu Mangga Salak Durian Manggis Nangka Cemara Akasia
    Beringin Mahoni Kutilang Perkutut Kepodang Pelita Merdeka Kemuning Soka Lintas_Timur Kebon_Kopi Ring_Road
    Poros_Malino Trans_Sulawesi Otista WR_Supratman""",
    "test": """Sukarno_Hatta Urip_Sumoharjo MT_Haryono Yos_Sudarso Panglima_Polim Tentara_Pelajar Raden_Saleh
    Sam_Ratulangi Katamso Lambung_Mangkurat Perintis_Kemerdekaan Gunung_Sahari Danau_Toba Musi Serayu Citarum Rinjani
    Semeru Bromo Delima Rambutan Sawo Belimbing Jati Meranti Waru Pinus Bangau Murai Camar Walet Kasuari Edelweis
    Wijayakusuma Bhayangkara Gotong_Royong Pasar_Lama Stasiun Inpres Lingkar_Selatan Pantura Jalur_Dua Haji_Nawi
    Kyai_Mojo AP_Pettarani Tjilik_Riwut Swadaya""",
}
VILLAGES = {
    "dev": """Sukamaju Mekarsari Karanganyar Tanjungsari Sidomulyo Bojong_Gede Cibeureum Wonorejo Lubuk_Alung Tirtomoyo
    Sungai_Raya Batu_Merah""",
    "seen": """Sukaraja Margahayu Karangrejo Purwosari Sumberagung Rawa_Buaya Cikaret Banjarejo Koto_Tangah Kedungwaru
    Pulau_Panjang Tanah_Tinggi""",
    "seen2": """Ngadirejo Kalisari Tambakboyo Pucangan Jatimulyo Gunungsari Randusari Pagerwojo Ciawitali Pasirjambu
    Panyingkiran Telagawangi Padangmatinggi Simpangampek Lamteumen Ulee_Kareng Peguyangan Sesetan Tamalanrea Bontoala
    Labuhan_Deli Muara_Jawa Loktabat Teluk_Dalam Entrop Hative_Kecil Oesapa Penfui Talikuran Sindulang Ampenan
    Gedong_Tengen Kebonsari Cimuncang""",
    "test": """Sumberejo Kedungsari Tegalsari Bendosari Wringinanom Plosokerep Kaliwungu Girimulyo Sendangrejo Padasuka
    Cigadung Cisarua Sindanglaya Rancaekek Jatisari Mekarwangi Simpang_Tiga Air_Tawar Kuranji Lambaro Cot_Ba_U Kerobokan
    Pemecutan Panjer Maccini Panakkukang Rappocini Belawan_Bahagia Handil Sempaja Banua_Anyar Abepura Hedam Waena Passo
    Hutumuri Lasiana Kelapa_Lima Malalayang Kleak Cakranegara Pagutan Rajabasa Kedaton Sipispis Sidikalang Afulu
    Tumbang_Samba Long_Iram""",
}
ESTATES = {"dev": "Griya_Asri Bumi_Indah Taman_Sentosa Puri_Kencana", "seen": "Graha_Permai Villa_Mutiara Pondok_Hijau",
           "seen2": "Bukit_Cimanggu Kota_Legenda Royal_Residence Harapan_Baru Surya_Kencono Grand_Depok Alam_Sutera "
           "Persada_Banten Nusa_Endah Telaga_Kahuripan Minasa_Upa Lavender_Regency Mahkota_Simprug",
           "test": "Sentul_Valley Pesona_Lembah BTN_Sweta Perumnas_Mandala Metland_Cibitung Modernland Antang_Jaya "
           "Jasmine_Park Citraland Beverly Cipta_Karya Korpri_Sendangmulyo BSD_Nusaloka Tirta_Mayang"}  # fmt: skip
TITLES = {
    "dev": (("Drs. ", ""), ("", ", S.Pd."), ("dr. ", ""), ("H. ", ""), ("", ", S.T., M.T."), ("Hj. ", ", S.Ag.")),
    "seen": (
        ("Ir. ", ""),
        ("", ", S.E."),
        ("drg. ", ""),
        ("Dr. ", ", M.Si."),
        ("", ", A.Md.Kep."),
        ("Ns. ", ", S.Kep."),
    ),
    "seen2": (
        ("Prof. Dr. ", ""), ("", ", S.H., M.H."), ("", ", Lc."), ("", ", S.Kom."), ("apt. ", ", S.Farm."),
        ("Pdt. ", ", S.Th."), ("", ", A.Md.Keb."), ("dr. ", ", Sp.PD"), ("", " M.Pd"), ("Bripka ", ""),
        ("", ", S.I.P., M.A.P."),
    ),
    "test": (
        ("", ", S.Sos."), ("", ", S.KM., M.Kes."), ("drh. ", ""), ("", ", S.Pd.I"), ("", ", S.Hut."),
        ("dr. ", ", Sp.OG"), ("", ", A.Md.T."), ("Kapten ", ""), ("Ipda ", ""), ("", ", S.Si., Apt."), ("", ", S.IP"),
        ("", ", M.Kom."), ("", ", S.E., Ak."), ("", ", S.Tr.Keb."), ("Ir. ", ", M.T."), ("", ", SE, MM"),
    ),
}  # fmt: skip
MAIL = {
    "dev": ("gmail.com", "yahoo.co.id", "hotmail.com", "bandung.go.id", "kemendagri.go.id", "ui.ac.id"),
    "seen": (
        "yahoo.com",
        "outlook.com",
        "gmail.com",
        "surabaya.go.id",
        "ugm.ac.id",
        "rocketmail.com",
        "ptnusantara.co.id",
    ),
    "seen2": ("gmail.com", "ymail.com", "icloud.com", "live.com", "bogorkab.go.id", "unair.ac.id", "kemenag.go.id",
             "bumdes-sejahtera.or.id", "students.undip.ac.id"),
    "test": ("gmail.com", "gmail.com", "gmail.com", "yahoo.com", "outlook.co.id", "proton.me", "semarangkota.go.id",
             "kemenkes.go.id", "untan.ac.id", "guru.sd.belajar.id", "perumdam-palu.co.id", "bps.go.id"),
}  # fmt: skip

# The later splits name their people by where they come from: men's names, women's, family names or what stands in their
# place (men's ; women's where they differ), and the forms: F a first name, L a last one, P the Balinese I or Ni,
# b `bin` or `binti` and a man's name.
PEOPLES = {
    "seen2": {
        "Jawa": (
            """Suwarno Ngadiman Sugeng Darsono Wardoyo Pujiono Mujiono Sadiman Legiman Kusnadi Widodo Yatno Giyono
            Sukarjo Tarmuji Kasdi Samidi Warsito""",
            """Sulastri Poniyem Sutinah Wagiyem Sukarti Endah Retno Wiwik Murtini Parinah Sri Kasiyem Tumirah
            Ngatmini Watini Legiyem""",
            """Prabowo Nugraha Sasongko Winarno Raharjo Haryanto Sunaryo ;
            Hapsari Widyastuti Pangestuti Purwaningsih Setyowati Utami""",
            "F F F FL FL FFL",
        ),
        "Sunda": (
            "Aep Entis Udin Jajang Tatang Ayi Kosasih Engkus Dindin Enjang",
            "Eti Entin Tati Yoyoh Nunung Icih Oneng Titin Ecin",
            "Sopandi Suherman Ruhiyat Rukmana Sobari Karnadi Kusdinar Somantri",
            "F FL FL FL",
        ),
        "Batak": (
            "Poltak Binsar Togar Ramses Jhonson Pardamean Maringan Sahala Monang Lambok",
            "Rotua Tiur Nurmala Basaria Herlina Duma Lasmaria Rosinta Tetty",
            """Panjaitan Simatupang Hutabarat Pangaribuan Nainggolan Sihombing Marpaung Tampubolon Napitupulu Gultom
            Purba Saragih Lumbantoruan Karo-Karo Dalimunthe""",
            "FL FL FFL",
        ),
        "Bali": (
            "Dewa Gusti Kompiang Pande Cokorda Wiratama",
            "Dewa Gusti Kompiang Pande Sagung Sayu",
            """Suardana Arnawa Sudiarta Widana Suastika Artawan Mahendra ;
            Suryani Widiastini Sukerti Puspawati Ariani Wirati Trisnayanti""",
            "PFL PFL PFFL FL",
        ),
        "Minang": (
            "Afrizal Yusrizal Masril Syafrudin Dasril Erizal Zulhendri Bustami",
            "Yusnidar Murniati Rosnida Asnimar Delvina Elmiati Yulinar",
            "Sutan_Mudo Malin_Sati Dalimo Jambak Panyalai Datuak_Rajo_Bandaro ; Jambak Dalimo Panyalai",
            "F FL FFL F",
        ),
        "Bugis": (
            "Baso Beddu Syarifuddin Mappa Tamrin Nasir Aco Makkawaru",
            "Besse Hasnawati Nurlaela Rosdiana Suryati Tenri Indo_Upe",
            "Mappiasse Pabokori Patunru Sulaiman Lawi Makkasau Karaeng_Bau Paranrengi",
            "FL F FFL",
        ),
        "Aceh": (
            "Nyak Razali Mukhlis Ibrahim Iswandi Munawar Zulfan",
            "Pocut Rukaiyah Safrida Nuraini Mutia Ainal",
            "Usman Jafar Husin Yakob Daud Ishak Amin",
            "F FL FbF FL",
        ),
        "Papua": (
            "Yulianus Melkias Otniel Elieser Yonas Demianus Obed Nataniel",
            "Orpa Yemima Selfina Novita Debora Yosina Marice",
            "Wanimbo Gobay Yoman Rumbiak Wonda Karubaba Mambrasar Kambu Yeimo Pigai Rumbewas Ohee",
            "FL FL FFL",
        ),
        "Timur": (
            "Johanis Ferdinand Steven Oktovianus Semuel Hendrik Yakobus Jopie",
            "Yuliance Grace Olivia Meiske Adelheid Fransina Sance",
            """Pelupessy Leatemia Lekatompessy Siwabessy Tuhumury Kaunang Pangkey Rondonuwu Lasut Manafe Ndun Boimau
            Tefa Benu""",
            "FL FL FFL",
        ),
        "Tionghoa": (
            "Kevin Wiliam Hendrawan Vincent Jimmy Bun_Hok Kok_Liong Tjoen_Hie",
            "Mei_Lan Siu_Hwa Jessica Angelina Lily Swee_Lian",
            "Tan Liem Oey Tjia Kwee Gunardi Hartanto Limanto Setiadi Tedjakusuma",
            "LF FL FL",
        ),
        "Arab": (
            "Hasan Umar Salman Habib Faisal Husein Alwi",
            "Fadhilah Zainab Syarifah Muznah Ruqayyah Lulu",
            "Assegaf Alatas Shahab Alaydrus Al-Habsyi Bawazier Al-Jufri Baabud",
            "FL FL FbF",
        ),
        "Banjar": (
            "Rusli Jumri Sabran Hanafi Rusdi Norsehan Utuh",
            "Norjanah Mastora Jumiati Rusmini Noor Sanah Galuh",
            "Arsyad Ramli Bahrun Sapuan Nyaring Uria",
            "F FL FbF FL",
        ),
        "Kota": (
            "Rangga Arya Fadhil Daffa Zaki Raka Alif Farrel",
            "Aurel Naura Kirana Shakila Azzahra Tiara Cantika Nayla",
            "Pradana Wicaksono Ardiansyah Mahardika Hafizh ; Kinanti Larasati Aprilia Safitri Maharani",
            "FL FFL FFL",
        ),
    },
    "test": {
        "Jawa": (
            """Suyatno Parmin Sutikno Mulyono Waluyo Ngadimin Jumadi Kartono Sarwono Hadi Pramono Suroso Tukijan
            Marsudi Kusno Wasis Sumardi Paimin Bejo Supriyadi""",
            """Suparmi Sumiyati Rukini Ngatiyah Sumini Partini Jumini Sugiyem Samiyem Ratmi Kusmiati Suharti Mujiati
            Darmi Lasmi Yatmi Tukiyem Rubiyah""",
            """Susilo Suryanto Nurcahyo Budiarto Wiyono Purwanto Widiyanto ;
            Kusumaningrum Widowati Sulistyowati Wijayanti Ningsih Lestariningsih""",
            "F F F FL FL FFL",
        ),
        "Sunda": (
            "Wahyudin Undang Odang Yayat Dayat Nandang Endin Oyon Sutisna Encep Ruslan Uus",
            "Iyam Nenden Teti Elis Lina Rukoyah Mimin Iceu Nining Popong",
            "Suhendar Rustandi Saepudin Mulyana Gumilar Wiguna Supriatna Hermawan Kartawijaya",
            "F FL FL FFL",
        ),
        "Batak": (
            "Jasman Luhut Manahan Tumpal Robinson Sabar Horas Jontar Edison Haposan Parulian",
            "Nurita Rosmida Tionggor Sondang Hotmaida Risma Nurhaida Mastiur Dameria",
            """Manurung Sirait Hutagalung Aritonang Samosir Simbolon Siagian Butarbutar Pardede Hutasoit Sinambela
            Nababan Sidabutar Munthe Girsang Bangun Perangin-angin Tumanggor""",
            "FL FL FFL",
        ),
        "Bali": (
            "Tjokorda Ngakan Gde Sang Wayahan Ktut",
            "Tjokorda Gung Jero Istri Sang",
            """Sutama Yasa Adnyana Sukadana Wirawan Parwata Budiasa Darmayasa Subrata ;
            Suartini Sukreni Armini Kertiasih Murniasih Padmini""",
            "PFL FL FFL PFFL",
        ),
        "Minang": (
            "Yulrizal Armen Nasrul Khairul Syafrizal Zainul Mawardi Bachtiar Emrizal Jasrul",
            "Yusmaniar Gusnimar Lismar Ermawati Nelfa Syamsinar Desmawati Zuraida",
            "Mandahiliang Pitopang Kutianyir Bendang Panai Supanjang Payobada",
            "F F FL FFL",
        ),
        "Bugis": (
            "Nurdin Jufri Haeruddin Muslimin Rustam Kahar Lallo Bahtiar Tahir Sangkala Rahim Amiruddin",
            "Hasni Jumriani Marhumah Kasmawati Nurjannah Hamsiah Hajrah Sunarti Darmawati",
            "Tompo Palaguna Pallawa Sewang Mattalitti Galigo Bundu Mangkona Lanto Parawansa",
            "F FL F FFL",
        ),
        "Aceh": (
            "Saifuddin Hamzah Tarmizi Marzuki Fakhrurrazi Safrizal Nasruddin Muzakir Zubir Agam",
            "Ummi_Kalsum Nurasiah Marlina Yusra Mariana Ruhani Asmaul Khairunnisa Maulidar",
            "Yunus Basyah Hanafiah Puteh Ubit Gani Bugak",
            "F FL FbF FL",
        ),
        "Papua": (
            "Isak Amos Yan Silas Habel Frengky Marthen Niko Zeth Ones Kristian",
            "Mince Dorkas Ance Ester Naomi Bernadeta Marlince Regina Welmince",
            """Kossay Matuan Hubi Asso Wetipo Itlay Mabel Mote Kbarek Kafiar Rumaropen Wakerkwa Enembe Tebai Suebu Felle
            Sroyer Awom""",
            "FL FL FFL",
        ),
        "Timur": (
            "Dominggus Nikolaus Alfons Gerson Melianus Imanuel Viktor Denny Noldy Yeheskiel Ruben",
            "Marselina Wilhelmina Yosefina Katarina Susana Ferderika Meity Olga Altje",
            """Pattiwael Nendissa Tutuarima Salhuteru Wattimena Lekahena Sumual Tumbelaka Runtuwene Kalalo Lengkong Nope
            Sabaat Tallo Nenohai Fallo Lado Riwu Dimu Meo""",
            "FL FL FFL",
        ),
        "Tionghoa": (
            "Tommy Andrian Wilson Ricky Kian_Seng Tiong_Ham Eng_Kie Handoko Edwin Felix",
            "Giok_Nio Stephanie Silvia Yenny Fenny Linda Evelyn Vivian Soan_Tjing",
            "Lie Ong Thio Njoo Kho Gouw Tjandra Wongso Sasmita Widjaja Tirtawinata Budihardjo",
            "FL FL LF FFL",
        ),
        "Arab": (
            "Muhsin Idrus Zein Abdurrahman Thoha Agil Segaf",
            "Khodijah Salma Hafsah Alwiyah Raguan Sidah",
            "Al-Attas Al-Haddad Basyaib Bafadhal Balfas Al-Kaff Al-Hamid Thalib Sungkar Makarim",
            "FL FL FbF",
        ),
        "Banjar": (
            "Syahrani Masrani Aspul Anang Hairul Rahmadi Barkati Gafuri Supian Sarkani",
            "Arbainah Rusnah Faridah Mahrita Hamidah Rabiatul Ainun Masitah",
            "Fansuri Anwar Hamli Sahdan Asmuni Basri Syukur",
            "F FL FbF",
        ),
        "Dayak": (
            "Yansen Ludang Sawung Itang Benyamin Willem Ajang Dius",
            "Rawing Emi Yustina Lidia Hetmi Tipung",
            "Usop Mering Anye Bilung Ingan Nanyan Unjing Usat",
            "FL FL F",
        ),
        "Sasak": (
            "Lalu Amaq Sahnun Muhir Saleh Nasaruddin Mahsun",
            "Baiq Inaq Sahnim Husnul Mahyun Raehan",
            "Sahdi Satriawan Zuhdi Wathoni Jayadi Hirjan Turmuzi",
            "FL FFL FL",
        ),
        "Melayu": (
            "Zulham Mansyur Bujang Effendi Darwis Hasbi Raja",
            "Rohana Maimunah Zubaidah Asnah Latifah Saodah Nurbaiti",
            "Ismail Rozali Kadir Rauf Syarif Pagaralam Natamenggala",
            "F FL FbF FL",
        ),
        "Nias": (
            "Faigi Sokhi Fatolosa Yaso Ododogo",
            "Yanida Yamini Niati Asrina Destina",
            "Zebua Gulo Laoli Harefa Telaumbanua Zega Lase Hia Waruwu Mendrofa Gea Zendrato",
            "FL FL FFL",
        ),
        "Kota": (
            "Nathan Rayyan Kenzo Ghifari Azka Arkana Bintang Fathir Gibran Akbar",
            "Aulia Nadya Chelsea Zalfa Rania Calista Aqila Felicia Safira",
            """Prayoga Alfarizi Hakiki Syahreza Wardana ;
            Paramitha Oktaviani Rachmawati Azhari Khoirunnisa""",
            "FL FFL FFL",
        ),
    },
}
# Where people live beside streets, villages and estates: hamlets by their names in each region. Splits without words of
# their own take those of OTHERS.
OTHERS = "others"
HAMLETS = {
    OTHERS: "Krajan Kauman Ngemplak Tegalrejo Gondang Blimbing Sumbersari Pilang Cikuda Babakan Karangtengah Sawahan",
    "test": "Karangasem Ngablak Kedungdowo Tlogosari Wates Pakel Mejasem Ciburial Pasirhuni Lembur_Sawah Ngrambe Jetis",
}
BANJARS = {
    OTHERS: "Tegeh Kaja Kelod Dauh_Peken Abianbase Gelogor Batanpoh Penatih",
    "test": "Tegal_Buah Umasari Padangsambian Pengubengan Batubulan Tainsiat",
}
JORONGS = {
    OTHERS: "Balai_Gadang Guguak Pasa_Ladang Batingkok Aia_Tabik Parik_Lintang",
    "test": "Kampuang_Surau Taratak Padang_Lua Bancah Sawah_Laweh Simpuruik",
}
GAMPONGS = {
    OTHERS: "Lampineung Blang_Oi Keude_Bieng Meunasah_Papeun Lhok_Kruet Peurada",
    "test": "Lamgugob Cot_Gapu Geuceu Lamdingin Punge Jeulingke",
}
TOWERS = {
    OTHERS: "Kalibata_City Green_Bay Dharmahusada_Lagoon Educity Bassura",
    "test": "Mediterania Podomoro_Golf Gading_Icon Cosmo_Terrace Vida_View",
}
LANDMARKS = {
    OTHERS: (
        "Masjid Baiturrahim", "SDN 2", "pos kamling", "Puskesmas Pembantu", "Pasar Pagi", "kantor desa lama",
        "Alfamart", "Gereja GKII", "lapangan voli", "Pura Dalem", "bengkel las", "makam umum",
    ),
    "test": (
        "Musala Al Ikhlas", "SMPN 4", "balai RW", "Polindes", "Pasar Sore", "Indomaret", "GMIM Bethesda",
        "lapangan bola", "penggilingan padi", "tambal ban", "SPBU", "jembatan gantung",
    ),
}  # fmt: skip
JOBS = {
    OTHERS: (
        "Petani/Pekebun", "Pegawai Negeri Sipil", "Karyawan Swasta", "Wiraswasta", "Mengurus Rumah Tangga",
        "Pelajar/Mahasiswa", "Buruh Harian Lepas", "Nelayan", "Guru", "Pedagang", "Pensiunan", "Sopir",
        "Belum/Tidak Bekerja",
    ),
    "test": (
        "Petani/Pekebun", "Karyawan Swasta", "Wiraswasta", "Mengurus Rumah Tangga", "Pelajar/Mahasiswa", "Buruh Tani",
        "Tukang Batu", "Penjahit", "Perawat", "Bidan", "Dosen", "TNI", "Perangkat Desa", "Ojek", "Peternak",
        "Karyawan BUMN", "Belum/Tidak Bekerja", "Industri", "Karyawan Honorer",
    ),
}  # fmt: skip
SCHOOLING = (
    "SD/Sederajat", "SLTP/Sederajat", "SLTA/Sederajat", "Diploma III", "Diploma IV/Strata I", "Strata II",
    "Tidak/Belum Sekolah",
)  # fmt: skip
FAITHS = ["Islam"] * 12 + ["Kristen", "Kristen", "Katolik", "Hindu", "Buddha", "Khonghucu"]
ILLNESS = {
    OTHERS: (
        "A09 Diare", "J06.9 ISPA akut", "I10 Hipertensi esensial", "E11.9 Diabetes melitus tipe 2",
        "A15.0 Tuberkulosis paru", "B20 HIV", "K29.7 Gastritis", "J45.9 Asma", "N18.9 Gagal ginjal kronis",
        "O80 Persalinan normal",
        "F32.9 Episode depresif", "A90 Demam dengue",
    ),
    "test": (
        "A01.0 Demam tifoid", "B35.4 Tinea korporis", "E78.5 Dislipidemia", "H10.9 Konjungtivitis",
        "I63.9 Stroke iskemik", "K35.8 Apendisitis akut", "M54.5 Nyeri punggung bawah", "N39.0 Infeksi saluran kemih",
        "D64.9 Anemia", "F20.9 Skizofrenia", "C50.9 Kanker payudara", "G40.9 Epilepsi", "B54 Malaria",
        "L20.9 Dermatitis atopik",
    ),
}  # fmt: skip
NETS = (36, 103, 110, 114, 125, 139, 180, 202)
BANKS = {"BCA": 10, "BNI": 10, "BRI": 15, "Mandiri": 13, "BSI": 10, "BTN": 16, "BJB": 13}
PLATES = """B D F E T Z A G H K R AA AB AD L W N M P S DK DR EA BL BB BK BA BM BG BE KB DA KT DB DD DC DE PA"""
MOBILE = """811 812 813 821 822 823 851 852 853 814 815 816 855 856
857 858 817 818 819 859 877 878 831 832 838 895 896 897 881 882"""
LANDLINE = ("21", "22", "24", "31", "274", "251", "341", "61", "411", "361", "751", "542")
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
    "November", "Desember",
)  # fmt: skip


@dataclass(frozen=True)
class Region:
    """One district with the names above it."""

    code: str
    district: str
    regency: str
    province: str


@cache
def regions() -> tuple[Region, ...]:
    """Every district of the table whose regency and province are known."""
    with REGIONS.open(encoding="utf-8") as file:
        names = {row["code"]: row["name"] for row in csv.DictReader(file)}
    return tuple(
        Region(code, name, names[code[:4]].title(), names[code[:2]].title())
        for code, name in names.items()
        if len(code) == 6 and code[:4] in names and code[:2] in names
    )


def luhn(body: str) -> str:
    """The digit that makes `body` pass the Luhn check."""
    doubled = (int(c) * (1 if i % 2 else 2) for i, c in enumerate(reversed(body)))
    return str(-sum(x - 9 if x > 9 else x for x in doubled) % 10)


@cache
def words(pool: str) -> tuple[str, ...]:
    """The words of a pool; an underscore is a space inside one."""
    return tuple(w.replace("_", " ") for w in pool.split())


def of(pools: dict[str, Pool], split: str) -> Pool:
    """The pool of that split, or the one that the others share."""
    return pools[split] if split in pools else pools[OTHERS]


@dataclass(frozen=True)
class Person:
    """One made-up person; `facts` holds every further value by the maker's name."""

    name: str
    woman: bool
    born: dt.date
    home: Region
    kk: str
    nik: str
    mother: str
    street: str
    house: int
    rt: int
    rw: int
    village: str
    estate: str
    postal: str
    mobile: str
    split: str
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def short(self) -> str:
        """The first name alone; I, Ni are none."""
        return next((w for w in self.name.split() if len(w) > 2), self.name)


class Population:
    """People of one split, made in households; the same seed makes the same people."""

    def __init__(self, split: str, seed: int) -> None:
        self.split = split
        self.random = random.Random(f"{DRAWN.get(split, split)}-{seed}")

    def digits(self, n: int) -> str:
        """n random digits."""
        return "".join(self.random.choices("0123456789", k=n))

    def letters(self, n: int, alphabet: str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ") -> str:
        """n random letters."""
        return "".join(self.random.choices(alphabet, k=n))

    def name(self, woman: bool) -> str:
        """One to three words, as names are in the register."""
        r = self.random
        if self.split in PEOPLES:
            return self._native(woman)
        first, last = words((WOMEN if woman else MEN)[self.split]), words(LAST[self.split])
        shape = r.random()
        if shape < 0.08:
            return r.choice(first)
        if shape < 0.7:
            return f"{r.choice(first)} {r.choice(last)}"
        one, two = r.sample(first, 2)
        return f"{one} {two} {r.choice(last)}"

    def _native(self, woman: bool, people: str = "") -> str:
        """A name as that people of the country forms it, or any."""
        r = self.random
        men, women, last, forms = PEOPLES[self.split][people or r.choice(list(PEOPLES[self.split]))]
        families = last.split(";")[-1 if woman else 0]
        first = iter(r.sample(words(women if woman else men), 2))
        parts = {
            "P": lambda: "Ni" if woman else "I",
            "F": lambda: next(first),
            "L": lambda: r.choice(words(families)),
            "b": lambda: f"{'binti' if woman else 'bin'} {r.choice(words(men))}",
        }
        form = r.choice(forms.split())
        return " ".join(parts[sign]() for sign in form.replace("bF", "b"))

    def date(self, first: int, last: int) -> dt.date:
        """A day between two years."""
        return dt.date(self.random.randint(first, last), self.random.randint(1, 12), self.random.randint(1, 28))

    def households(self) -> Iterator[Person]:
        """People without end; those of a household share card, home and street."""
        r = self.random
        while True:
            home = r.choice(regions())
            issued = self.date(2006, 2024)
            kk = f"{home.code}{issued:%d%m%y}{r.randint(1, 90):04d}"
            roof = self._roof()
            mother = self.name(True)
            for _ in range(r.choice((1, 2, 3, 3, 4, 5))):
                yield self.person(home, kk, roof, mother)

    def _roof(self) -> tuple[str, int, int, int, str, str, str]:
        r, s = self.random, self.split
        return (
            r.choice(words(STREETS[s])), r.randint(1, 180), r.randint(1, 12), r.randint(1, 15),
            r.choice(words(VILLAGES[s])), r.choice(words(ESTATES[s])), f"{r.randint(1, 9)}{self.digits(4)}",
        )  # fmt: skip

    def person(self, home: Region, kk: str, roof: tuple[str, int, int, int, str, str, str], mother: str) -> Person:
        """One person of a household; one in eight moved here from another district."""
        r = self.random
        woman = r.random() < 0.5
        born = self.date(1948, 2006)
        birth = home if r.random() < 0.88 else r.choice(regions())
        nik = f"{birth.code}{born.day + 40 * woman:02d}{born:%m%y}{r.choice((1, 1, 2, 3, r.randint(4, 60))):04d}"
        mobile = r.choice(words(MOBILE)) + self.digits(r.choice((7, 8, 8, 8, 9)))
        name = self.name(woman)
        facts = self._facts(name, woman, born, nik, home, birth)
        if self.split in PEOPLES:
            facts |= self._family(woman, home, facts["nisn"], name)
        return Person(name, woman, born, home, kk, nik, mother, *roof, mobile, self.split, facts)

    def _family(self, woman: bool, home: Region, nisn: str, name: str) -> dict[str, str]:
        """A father, and what the person has as a pupil or a toddler instead: birth, NIK."""
        peoples = PEOPLES[self.split]
        people = next(
            k for k, v in peoples.items() if set(name.split()) & set(" ".join(words(" ".join(v[:2]))).split())
        )
        facts = {"father": self._native(False, people)}
        for key, year in (("kid", 2000 + int(nisn[:3])), ("tot", self.random.randint(2020, 2024))):
            born = self.date(year, year)
            serial = self.random.choice((1, 1, 2, 3))
            facts[f"{key}_born"] = born.isoformat()
            facts[f"{key}_nik"] = f"{home.code}{born.day + 40 * woman:02d}{born:%m%y}{serial:04d}"
        return facts

    def _facts(self, name: str, woman: bool, born: dt.date, nik: str, home: Region, birth: Region) -> dict[str, str]:
        r = self.random
        tax = f"{r.choice(('0', '1', '2', '4', '5', '6', '7', '8', '9'))}{self.digits(7)}"
        tax += luhn(tax) + self.digits(3) + "000"
        bank = r.choice(list(BANKS))
        hired = self.date(min(born.year + 24, 2022), min(born.year + 30, 2023))
        card = r.choice(("4" + self.digits(14), "5" + str(r.randint(1, 5)) + self.digits(13)))
        imei = r.choice(("35", "86")) + self.digits(12)
        mail = ".".join(name.lower().split()[:2]) + r.choice(("", str(born.year), str(r.randint(1, 99))))
        vin = "MH" + self.letters(9, "ABCDEFGHJKLMNPRSTUVWXYZ0123456789") + self.digits(6)
        registered = self.date(born.year, min(born.year + 3, 2024))
        return {
            "npwp": tax,
            "nip": f"{born:%Y%m%d}{hired:%Y%m}{2 if woman else 1}{r.randint(1, 25):03d}",
            "pppk": f"{born:%Y%m%d}{r.randint(2021, 2024)}21{2 if woman else 1}{r.randint(1, 25):03d}",
            "nrp": f"{born:%y%m}{self.digits(4)}",
            "nisn": f"{r.randint(5, 15):03d}{self.digits(7)}",
            "nuptk": f"{r.randint(1000, 9999)}{(born.year % 1000):03d}{self.digits(6)}{r.randint(100, 399)}",
            "nidn": f"{self.digits(2)}{born:%d%m%y}{self.digits(2)}",
            "passport": r.choice("ABCEX") + self.digits(7),
            "sim": f"{born:%y%m}{self.digits(8)}",
            "kitas": f"2C{r.randint(11, 25)}{self.letters(2)}{self.digits(4)}{self.letters(1)}",
            "bpjs": "000" + str(r.randint(1, 3)) + self.digits(9),
            "jamsostek": f"{r.randint(10, 24)}{self.digits(9)}",
            "plate": f"{r.choice(words(PLATES))} {r.randint(1001, 9999)} {self.letters(r.choice((2, 2, 3)))}",
            "account": self.digits(BANKS[bank]),
            "bank": bank,
            "card": card + luhn(card),
            "imei": imei + luhn(imei),
            "vin": vin,
            "rm": self.digits(6),
            "certificate": f"{birth.code[:4]}-LT-{registered:%d%m%Y}-{r.randint(1, 400):04d}",
            "ip": f"{r.choice(NETS)}.{r.randint(1, 250)}.{r.randint(0, 250)}.{r.randint(1, 250)}",
            "mac": ":".join(f"{r.randint(0, 255):02x}" for _ in range(6)),
            "email": f"{mail}@{r.choice(MAIL[self.split])}",
            "work_phone": f"0{r.choice(LANDLINE)}{r.randint(2, 8)}{self.digits(6)}",
            "faith": r.choice(FAITHS),
            "blood": r.choice(("A", "B", "O", "O", "AB")),
            "marital": r.choice(("Belum Kawin", "Kawin", "Kawin", "Cerai Hidup", "Cerai Mati")),
            "schooling": r.choice(SCHOOLING),
            "job": r.choice(of(JOBS, self.split)),
            "income": str(r.randint(15, 180) * 100_000),
            "illness": r.choice(of(ILLNESS, self.split)),
            "birthplace": birth.regency.replace("Kab. ", "").replace("Kota ", ""),
            "lat": f"{r.uniform(-8.6, 4.5):.6f}",
            "lon": f"{r.uniform(96, 139):.6f}",
            "hash": "$2b$12$" + self.letters(53, "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
            "title": "|".join(r.choice(TITLES[self.split])),
        }  # fmt: skip
