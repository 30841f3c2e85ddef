"""What single words say about names and addresses: the word lists, loaded once, all keys in lower case.

The large lists lie in `rules/words/id/` and `rules/tables/`, each with its source; the short ones stand here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType

from privacyscan import kept
from privacyscan.resources import folder
from privacyscan.rulebook import words

FOREIGN, REGIONAL, USUAL = 1, 2, 3  # how well a part of a name is known: `name_ranks`
LEVELS = {"province": 1, "regency": 2, "district": 3}


def _set(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


# Words that stand before a name and are no part of it.
HONORIFICS = _set(
    "bapak bpk pak ibu bu sdr sdri sdra saudara saudari tuan nyonya ny tn nn nona mas mbak mba bang kang neng mbah",
    "dr drs dra ir prof h hj kh ust ustadz ustaz ustadzah pdt pendeta romo pastor kyai kiai tgk habib almarhum",
    "almarhumah alm almh ananda kompol akp akbp ipda iptu aipda aiptu bripka bripda briptu kombes komjen irjen",
    "brigjen mayjen letjen kolonel letkol lettu letda serka serma sertu serda kopda koptu praka pratu prada peltu",
    "pelda drg drh yth pol jenderal jendral jend laksamana laksda laksma marsekal marsda marsma komodor kapten",
    "sersan brigadir haji hajah sir madame mister mr mrs ms miss ajun inf kav mar lur tni purn bung uda uni kiyai",
    "abah buya opsir",
)
# Posts, ranks and roles that often stand before a name.
ROLES = _set(
    "teh kak kakak adik om tante gus teungku suster sang si brigadir jenderal mayor kapten kapt sersan laksamana",
    "marsekal pangeran raden r dokter perawat bidan hakim jaksa gubernur bupati walikota camat lurah presiden",
    "menteri rektor direktur ketua sekretaris bendahara kepala saksi terdakwa tersangka terlapor pelapor pasien",
    "korban warga atlet aktor aktris penyanyi artis pelatih pemain striker kiper anggota petugas dosen guru notaris",
    "advokat pengacara mantan wakil pelaku juru petani nelayan pedagang mahasiswa siswa petenis pebulutangkis",
    "pembalap bek gelandang penyerang sutradara penulis pengamat perdana sastrawan penyair pengusaha sopir supir",
    "kades kapolres kapolsek kapolda dandim pangdam kajari juara direktris manajer manajernya asisten deputi dirjen",
    "sekjen wapres capres cawapres cagub cawagub wagub wabup rekan mahasiswi siswi pelajar tokoh aktivis ustazah",
    "pengurus ulama budayawan pelukis musisi vokalis gitaris drummer komedian presenter pembawa legenda pesepakbola",
    "petinju atlit kolumnis wartawan jurnalis reporter editor fotografer ilmuwan profesor peneliti ekonom analis",
    "penasihat terpidana buronan pembunuh pemerkosa almarhumah janda duda putra putri cucu keponakan menantu mertua",
    "sepupu suami istri isteri kakek nenek paman bibi sahabat pacar kekasih tunangan",
)
NAME_PARTICLES = _set(
    "bin binti br van de da von al alias ibnu boru den der ten dos el binte",
)
# The first word of an address, or of a part of one.
ADDRESS_STARTS = _set(
    "jl jln jalan gg gang perum perumahan perumnas komplek kompleks komp kp kampung kmp dusun dsn dukuh lingkungan",
    "lingk link banjar jorong apartemen apartment ruko rukan blok desa kelurahan kel nagari gampong lorong lrg",
    "rusun rusunawa cluster pondok asrama griya jalanan jend pemukiman gedung huta lembang pekon tiyuh ohoi negeri",
    "padukuhan pedukuhan bumi graha taman villa",
)
ADDRESS_WORDS = _set(
    "no nomor rt rw kel kelurahan kec kecamatan kab kabupaten kota desa blok blk lt lantai km prov provinsi",
    "propinsi unit tower kav kavling kode pos kodepos distrik nagari dinas lrg gg gang jl jln jalan ds dsn dusun",
    "lingk dki kotamadya kodya pulau",
)
PLACE_WORDS = _set(
    "kota kabupaten kab kecamatan kec kelurahan kel desa provinsi prov distrik dusun pulau gunung sungai danau",
    "teluk selat laut kampung nagari negara kawasan wilayah daerah pantai bukit",
)
ORGANISATION_WORDS = _set(
    "pt cv ud pd tbk yayasan universitas univ institut sekolah sd smp sma smk mi mts ma sdn smpn sman smkn tk paud",
    "rs rsu rsud rsup rsia puskesmas pustu klinik bank dinas badan kantor kementerian direktorat biro bagian polres",
    "polda polsek polri kodam korem kodim koramil masjid musala gereja pura vihara hotel toko warung restoran",
    "koperasi partai komisi dewan mahkamah pengadilan kejaksaan perusahaan klub tim fc stadion bandara pelabuhan",
    "terminal stasiun fakultas lembaga ormas majelis himpunan ikatan persatuan asosiasi perpustakaan museum pasar",
    "apotek jembatan kapal km kri piala politeknik akademi pondok pesantren sekretariat inspektorat balai gedung",
    "aula taman monumen waduk bendungan perum perumda bumdes bumd firma",
)
# Words of a form's label that announce a person ...
NAME_LABELS = _set(
    "nama name pemohon pelapor terlapor penanggung pasien pemilik penerima penyewa peserta pegawai siswa mahasiswa",
    "suami istri ayah ibu bapak wali ketua sekretaris bendahara saksi debitur kreditur nasabah pelanggan karyawan",
    "pekerja pemegang ahli penggugat tergugat terdakwa tersangka korban pembeli penjual pengirim petugas dosen",
    "pembimbing penguji guru dokter anak kontak pic panggilan lengkap terang responden kuasa pemberi penyetor",
    "kepala kandung orang tua calon",
)
# ... unless one of these stands beside them: `Nama Barang`, `Nama Kegiatan`.
THING_LABELS = _set(
    "barang kegiatan instansi sekolah kecamatan desa kelurahan kabupaten kota provinsi program obat bank proyek",
    "pekerjaan perusahaan produk aplikasi file berkas dokumen jabatan satuan unit paket jalan ruang gedung usaha",
    "merek merk kapal mata pelajaran diklat pelatihan jurusan prodi studi akun rekening domain server database",
    "tabel kolom universitas lembaga dinas organisasi badan toko aset kendaraan bangunan mesin alat menu makanan",
    "tanaman hewan penyakit tindakan daerah tempat objek",
)
ADDRESS_LABELS = _set(
    "alamat domisili address tinggal kediaman beralamat alamatnya",
)
# How people write ordinary words when they chat.
CHAT_WORDS = _set(
    "yg dgn td tdk gak ga nggak ngga gk udah udh sdh blm bgt aja jgn bsk kmrn trs krn dr utk dlm jd jg sm lg msh",
    "pake bikin nanya nitip dong sih kok deh lho loh nih tuh kan yuk wkwk haha hehe makasih makasi mksh tks thx min",
    "gan sis bro ya iya yaa kak kaka bgmn gmn gimana knp kenapa kpn dmn hrs bs bisa mau mo ama sama punya punyanya",
    "tlp telp nelpon wa hp no nmr skrg skrng ntar nanti tolong tlg mohon permisi maaf ok oke siap sip mantap ini",
    "itu tadi udahan belom belum kasih tau tanya cek transfer tf cod kirim",
)
MONTHS = _set(
    "januari februari maret april mei juni juli agustus september oktober november desember senin selasa rabu kamis",
    "jumat jum'at sabtu minggu jan feb mar apr jun jul agu agt sep okt nov des",
)
# Academic titles as written behind a name: S.H., M.Kom, S.Kep., Ns., Sp.PD-KGEH, A.Md.Kep, Ph.D.
_DEGREES = (
    "S(?:E|H|T|P|Pd|Kom|Sos|Ag|Si|IP|Psi|Ked|Farm|Kep|Gz|Hut|Ak|Pt|Stat|IK|KM|ST|Tr|AP|STP|M|TP|Kp|I|Th|Sn|S|SI|Or|KG|Fil|Hum|"
    "Ikom|IKom|AB|Keb|KH|Pi|Ars|TI|SiT|HI|EI|PdI|SosI|Par|Bns|Mn|Tr[A-Z][a-z]+)|"
    "M(?:M|H|T|Si|Sc|Pd|Kom|A|Ag|Kes|AP|Hum|Eng|Kn|Th|BA|Sn|Psi|Farm|IP|E|Ak|Tr|PdI|Biomed|Or|Epid|Sos|PH|IKom|Kep|P|PWK|KM|KKK|Sy|"
    "PA|Div|Stat)|PhD|Lc|AMd[A-Za-z]*|AMK|AmdKeb|Sp[A-Z][A-Za-z]{0,4}|Psikolog|Ners|Ns|Apt|apt|CPA|CA|BA|BSc|BE|DEA|DESS|LLM|"
    "FINASIM|MARS|QIA|CPHR|CFrA|CGCAE|PhD"
)
_TITLE = re.compile(f"(?:{_DEGREES})")
_NEVER_PLAIN = _set("ma se st sp sh mm mi si ca sm ba mt mp sos mh ss sn me sth pi")


def is_title(token: str) -> bool:
    """Whether a token is an academic title (`S.Kom.`, `MPd`), not a short word that may be one."""
    letters = token.replace(".", "").replace(" ", "")
    if "." not in token.strip(".") and letters.lower() in _NEVER_PLAIN and not token.isupper():
        return False
    if len(letters) > 1 and letters.isupper() and "." in token.strip("."):
        return _titles_in_capitals().fullmatch(letters) is not None
    return _TITLE.fullmatch(letters) is not None


@cache
def _titles_in_capitals() -> re.Pattern[str]:
    return re.compile(f"(?:{_DEGREES})", re.IGNORECASE)


@cache
def name_parts() -> Mapping[str, tuple[str, ...]]:
    """The parts of names by region: "java given", "batak family", "particle", ... -> words in the order of the list."""
    return MappingProxyType({title: tuple(found) for title, found in _sections("name_parts")})


@cache
def name_ranks() -> Mapping[str, int]:
    """Every known part of a name -> USUAL (all over Indonesia), REGIONAL or FOREIGN.

    Ordinary words are in it too when they are names as well: ask `word_case` beside it.
    """
    ranks = dict.fromkeys(_plain("foreign_names"), FOREIGN)
    ranks |= {part: REGIONAL for parts in name_parts().values() for part in parts}
    ranks |= dict.fromkeys(words("names"), USUAL)
    return MappingProxyType(ranks)


@cache
def word_case() -> Mapping[str, str]:
    """How running Indonesian text writes a word: "lower" (in more than 90 of 100 places), "mixed" or "capital"."""
    found = {word: title for title, words_ in _sections("word_case") for word in words_}
    return MappingProxyType(dict.fromkeys(CHAT_WORDS, "lower") | found)


def is_usual_part(key: str) -> bool:
    """Whether a word (lower case) is a part of Indonesian names and hardly ever an ordinary word."""
    return key in usual_parts()


@cache
def usual_parts() -> frozenset[str]:
    """All such words."""
    cases = word_case()
    return frozenset(word for word, rank in name_ranks().items() if rank > FOREIGN and cases.get(word) != "lower")


@cache
def place_levels() -> Mapping[str, int]:
    """Words of the names of provinces (1), regencies and cities (2) and districts (3) -> the highest such level."""
    return _places()["words"]


@cache
def world_places() -> frozenset[str]:
    """Words in the names of countries and cities outside Indonesia."""
    return frozenset(_plain("world_places"))


@cache
def english() -> frozenset[str]:
    """Words of English and of programs that are no names."""
    return frozenset(_plain("english"))


def namesakes() -> frozenset[str]:
    """Names of heroes and the like, after whom things are called."""
    return words("namesakes")


@cache
def place_names() -> Mapping[str, int]:
    """Whole names of provinces, regencies and districts without `Kab.` or `Kota` -> the highest level."""
    return _places()["names"]


@cache
def place_beginnings() -> frozenset[str]:
    """The first words of these names."""
    return frozenset(name.split(" ", 1)[0] for name in place_names())


@cache
def _places() -> Mapping[str, Mapping[str, int]]:
    data = (folder("rules") / "tables" / "wilayah.csv").read_bytes()
    found = kept.value("places", kept.key(data), lambda: _read_places(data.decode("utf-8")))
    return {kind: MappingProxyType(levels) for kind, levels in found.items()}


def _read_places(table: str) -> dict[str, dict[str, int]]:
    names: dict[str, int] = {}
    words: dict[str, int] = {}
    for _, name, kind, *_ in csv.reader(table.splitlines()):
        if (level := LEVELS.get(kind)) is not None:
            whole = re.sub(r"^(?:kab\.?|kota)\s+(?:adm\.?\s+)?", "", name.lower()).strip()
            names[whole] = min(level, names.get(whole, level))
            for word in re.findall(r"[a-z]{3,}", whole):
                words[word] = min(level, words.get(word, level))
    return {"names": names, "words": words}


def _sections(name: str) -> Iterator[tuple[str, list[str]]]:
    """The sections of a list, each opened by a line `#: title`."""
    title, found = "", list[str]()
    for line in _lines(name):
        if line.startswith("#: "):
            if title:
                yield title, found
            title, found = line[3:].strip(), []
        elif line[:1] != "#":
            found += line.split()
    yield title, found


def _plain(name: str) -> Iterator[str]:
    return (word for line in _lines(name) if line[:1] != "#" for word in line.split())


def _lines(name: str) -> Iterable[str]:
    return (folder("rules") / "words" / "id" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
