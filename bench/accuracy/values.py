"""How a person's values are typed: one maker for each kind, each with the styles that clerks and programs use."""

from __future__ import annotations

import base64
import datetime as dt
import random
from collections.abc import Callable

from bench.accuracy.people import (
    BANJARS,
    GAMPONGS,
    HAMLETS,
    JORONGS,
    LANDMARKS,
    MONTHS,
    OTHERS,
    TOWERS,
    Person,
    of,
    words,
)

Style = Callable[[str], str]
Maker = Callable[[Person, str, random.Random], str]


def groups(value: str, sizes: tuple[int, ...], sign: str) -> str:
    """The value cut in pieces of those sizes."""
    parts, at = [], 0
    for size in sizes:
        parts.append(value[at : at + size])
        at += size
    return sign.join(parts)


WIDE = str.maketrans("0123456789", "０１２３４５６７８９")

# Ways in which any number may stand in a cell.
STYLES: dict[str, Style] = {
    "": lambda v: v,
    "dashed": lambda v: groups(v, (6, 6, 4), "-"),
    "dotted": lambda v: groups(v, (6, 6, 4), "."),
    "spaced": lambda v: groups(v, (6, 6, 4), " "),
    "fours": lambda v: groups(v, (4, 4, 4, 4), " "),
    "fourdots": lambda v: groups(v, (4, 4, 4, 4), "."),
    "regions": lambda v: groups(v, (2, 2, 2, 6, 4), "."),
    "quote": lambda v: f"'{v}",
    "quotes": lambda v: f'"{v}"',
    "equals": lambda v: f'="{v}"',
    "float": lambda v: f"{v}.0",
    "wide": lambda v: v.translate(WIDE),
    "nbsp": lambda v: f"\xa0{v}\xa0",
    "padded": lambda v: f"  {v} ",
    "hidden": lambda v: f"\u200b{v}",
    "science": lambda v: f"{int(v[:6]) / 100000:.5f}E+15",
    "nozero": lambda v: v.lstrip("0"),
    "upper": str.upper,
    "lower": str.lower,
}


def dirty(value: str, random_: random.Random) -> str:
    """One of the ways above, as a table typed by many hands has them."""
    way = random_.choice(("", "", "quote", "float", "nbsp", "padded", "dashed", "spaced", "fours", "quotes"))
    return STYLES[way](value)


def date(day: dt.date, style: str) -> str:
    """A date as it is typed."""
    match style:
        case "iso":
            return f"{day:%Y-%m-%d}"
        case "slash":
            return f"{day:%d/%m/%Y}"
        case "dot":
            return f"{day:%d.%m.%Y}"
        case "us":
            return f"{day:%m/%d/%Y}"
        case "long":
            return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
        case "upper":
            return date(day, "long").upper()
        case "month":
            return f"{day:%d}-{MONTHS[day.month - 1][:3]}-{day:%Y}"
        case "packed":
            return f"{day:%Y%m%d}"
        case "stamp":
            return f"{day:%Y-%m-%d} 00:00:00"
        case "json":
            return f"{day:%Y-%m-%d}T00:00:00Z"
        case "short":
            return f"{day:%d-%m-%y}"
        case "abbr":
            return f"{day.day} {MONTHS[day.month - 1][:3]} {day.year}"
        case "english":
            return f"{day:%B} {day.day}, {day.year}"
        case "ymd":
            return f"{day:%Y/%m/%d}"
        case "loose":
            return f"{day.day}/{day.month}/{day.year}"
        case "serial":
            return str((day - dt.date(1899, 12, 30)).days)
        case _:
            return f"{day:%d-%m-%Y}"


def phone(digits: str, style: str, r: random.Random) -> str:
    """A mobile number from its digits without the zero."""
    a, b, c = digits[:3], digits[3:7], digits[7:]
    match style:
        case "plus":
            return f"+62{digits}"
        case "plusspaced":
            return f"+62 {a}-{b}-{c}"
        case "62":
            return f"62{digits}"
        case "dashed":
            return f"0{a}-{b}-{c}"
        case "spaced":
            return f"0{a} {b} {c}"
        case "dotted":
            return f"0{a}.{b}.{c}"
        case "bracket":
            return f"(0{a}) {b}{c}"
        case "nozero":
            return digits
        case "quote":
            return f"'0{digits}"
        case "wa":
            return f"https://wa.me/62{digits}"
        case "jid":
            return f"62{digits}@s.whatsapp.net"
        case "float":
            return f"62{digits}.0"
        case "triple":
            cut = 9 if len(digits) == 12 else 12
            return f"0{a} {digits[3:6]} {digits[6:cut]} {digits[cut:]}".rstrip()
        case "plusdot":
            return f"+62.{a}.{b}.{c}"
        case "plusbracket":
            return f"(+62) {a}-{b}-{c}"
        case "onedash":
            return f"0{a}-{b}{c}"
        case "varied":
            return phone(digits, r.choice(("", "", "triple", "plusdot", "onedash", "plusbracket", "62", "plus")), r)
        case "mixed":
            return phone(digits, r.choice(("", "", "plus", "dashed", "spaced", "62", "plusspaced", "dotted")), r)
        case _:
            return f"0{digits}"


def name(text: str, style: str, title: tuple[str, str], r: random.Random) -> str:
    """A name as it is typed."""
    match style:
        case "upper":
            return text.upper()
        case "lower":
            return text.lower()
        case "titled":
            return f"{title[0]}{text}{title[1]}"
        case "reversed":
            *given, last = text.split()
            return f"{last.upper()}, {' '.join(given)}" if given else text
        case "initial":
            first, *rest = text.split()
            return " ".join([first, *(f"{w[0]}." for w in rest)])
        case "varied":
            return name(text, r.choice(("", "", "upper", "titled", "lower")), title, r)
        case "mixed":
            return name(text, r.choice(("", "upper", "titled", "lower", "initial")), title, r)
        case _:
            return text


def titles(p: Person) -> tuple[str, str]:
    """What stands before and after the name on a letter."""
    before, after = p.facts["title"].split("|")
    return before, after


def called(p: Person, r: random.Random) -> str:
    """The name with Mr or Mrs before it."""
    return r.choice(("Ibu ", "Sdri. ", "Hj. ", "Ny. ") if p.woman else ("Bpk. ", "Pak ", "Sdr. ", "H. ")) + p.name


def related(p: Person) -> str:
    """The name with the father's, as courts and religious offices write it."""
    return p.name if " bin" in p.name else f"{p.name} {'binti' if p.woman else 'bin'} {p.facts['father']}"


def _pick(r: random.Random, pools: dict[str, str], p: Person) -> str:
    return r.choice(words(of(pools, p.split)))


# Where people live, as offices of every region write it, mostly without a street.
HOMES: dict[str, Callable[[Person, random.Random], str]] = {
    "rtrw": lambda p, r: f"RT {p.rt:02d} RW {p.rw:02d} {p.village}",
    "bare": lambda p, r: f"{p.village} {p.rt:02d}/{p.rw:02d}",
    "barecity": lambda p, r: f"{p.village} RT {p.rt}/RW {p.rw}, {p.home.district}, {p.home.regency}",
    "short": lambda p, r: r.choice(
        (f"{p.village} RT {p.rt}", f"Ds. {p.village} RT {p.rt:02d}", f"{_pick(r, HAMLETS, p)} {p.rt}/{p.rw}")
    ),
    "hamlet": lambda p, r: f"Dsn. {_pick(r, HAMLETS, p)} RT {p.rt:02d}/{p.rw:02d} Ds. {p.village}",
    "hamletfull": lambda p, r: (
        f"Dukuh {_pick(r, HAMLETS, p)}, RT.{p.rt:03d} RW.{p.rw:03d}, Desa {p.village}, Kec. {p.home.district}"
    ),
    "kp": lambda p, r: f"Kp. {_pick(r, HAMLETS, p)} RT {p.rt:02d}/{p.rw:02d} Ds. {p.village} Kec. {p.home.district}",
    "banjar": lambda p, r: f"Br. {_pick(r, BANJARS, p)}, Ds. {p.village}, Kec. {p.home.district}, {p.home.regency}",
    "jorong": lambda p, r: f"Jorong {_pick(r, JORONGS, p)} Nagari {p.village} Kec. {p.home.district}",
    "gampong": lambda p, r: f"Gampong {_pick(r, GAMPONGS, p)} Dusun {p.village}, Kec. {p.home.district}",
    "lorong": lambda p, r: f"Lr. {p.street} {p.rt} No. {p.house}, Kel. {p.village}",
    "distrik": lambda p, r: f"Kampung {p.village}, Distrik {p.home.district}, {p.home.regency}",
    "block": lambda p, r: f"{p.estate} Blok {chr(65 + p.rw)}{p.rt} No. {p.house}",
    "cluster": lambda p, r: f"Perumahan {p.estate} {chr(65 + p.rw)}-{p.rt}/{p.house}, {p.home.district}",
    "complex": lambda p, r: f"Komp. {p.estate} Blok {chr(65 + p.rw)} No.{p.house} RT {p.rt:03d}/{p.rw:03d}",
    "tower": lambda p, r: (
        f"Apt. {_pick(r, TOWERS, p)} Tower {r.choice('ABCD')} Lt. {p.rt + 2} Unit {p.rt + 2:02d}{p.rw:02d}"
    ),
    "landmark": lambda p, r: (
        f"{r.choice(('belakang', 'depan', 'samping'))} {r.choice(of(LANDMARKS, p.split))}, {p.village} RT {p.rt}"
    ),
    "noroad": lambda p, r: f"{p.street} {p.house}, {p.home.district}",
    "number": lambda p, r: f"{p.street} No. {p.house} RT {p.rt:02d} RW {p.rw:02d}",
    "glued": lambda p, r: f"JL.{p.street} NO.{p.house} RT.{p.rt}/{p.rw} KEL.{p.village} KEC.{p.home.district}".upper(),
    "jln": lambda p, r: f"Jln {p.street} Gang {p.rt} No {p.house} {p.home.regency} {p.postal}",
    "kelurahan": lambda p, r: f"Kel. {p.village} RT {p.rt:02d} RW {p.rw:02d} Kec. {p.home.district}",
    "english": lambda p, r: f"{p.street} Street No. {p.house}, {p.village}, {p.home.regency} {p.postal}, Indonesia",
}
CUSTOMS = {  # provinces whose villages have names of their own
    "Bali": "banjar", "Sumatera Barat": "jorong", "Aceh": "gampong", "Sulawesi Selatan": "lorong",
    "Sumatera Selatan": "lorong", "Jawa Barat": "kp", "Banten": "kp", "Jawa Tengah": "hamletfull",
    "Jawa Timur": "hamlet",
}  # fmt: skip


def custom(p: Person, r: random.Random) -> str:
    """The address in the manner of the person's province."""
    province = p.home.province
    return HOMES["distrik" if province.startswith("Papua") else CUSTOMS.get(province, "barecity")](p, r)


def address(p: Person, style: str, r: random.Random) -> str:
    """Where a person lives, in the forms of forms, letters and messages."""
    h, place = p.home, p.home.regency
    if style in HOMES:
        return HOMES[style](p, r)
    match style:
        case "full":
            return (
                f"Jl. {p.street} No. {p.house} RT {p.rt:03d}/RW {p.rw:03d}, Kel. {p.village}, Kec. {h.district}, "
                f"{place} {p.postal}"
            )
        case "upper":
            return address(p, "full", r).upper()
        case "village":
            return f"Dusun {p.rw} RT {p.rt:02d} RW {p.rw:02d} Desa {p.village} Kec. {h.district} {place}"
        case "estate":
            return f"Perum {p.estate} Blok {chr(65 + p.rw)}{p.rt}/{p.house}, {p.village}, {h.district}"
        case "lane":
            return f"Gg. {p.street} {p.rt} No.{p.house} RT.{p.rt}/RW.{p.rw} {p.village}"
        case "lower":
            return f"jl {p.street.lower()} no {p.house} rt {p.rt}/{p.rw} {p.village.lower()} {h.district.lower()}"
        case "kampung":
            return f"Kp. {p.village} RT {p.rt:02d}/{p.rw:02d}, Desa {p.village}, Kecamatan {h.district}"
        case "custom":
            return custom(p, r)
        case "customupper":
            return custom(p, r).upper()
        case "varied":
            return custom(p, r) if r.random() < 0.3 else r.choice(list(HOMES.values()))(p, r)
        case "variedupper":
            return address(p, "varied", r).upper()
        case "mixed":
            return address(p, r.choice(("", "full", "village", "estate", "lane", "lower", "upper", "kampung")), r)
        case _:
            return f"Jl. {p.street} No. {p.house}, {h.district}, {place}"


SEX = {"": "LP", "12": "12", "word": ("Laki-laki", "Perempuan"), "upper": ("LAKI-LAKI", "PEREMPUAN"), "mf": "MF",
       "short": ("Lk", "Pr"), "man": ("Pria", "Wanita"), "english": ("Male", "Female")}  # fmt: skip
FAITH_CODE = dict(zip(("Islam", "Kristen", "Katolik", "Hindu", "Buddha", "Khonghucu"), "123456", strict=True))
MARITAL = {
    "": {"Belum Kawin": "Belum Kawin", "Kawin": "Kawin", "Cerai Hidup": "Cerai Hidup", "Cerai Mati": "Cerai Mati"},
    "upper": {"Belum Kawin": "BELUM KAWIN", "Kawin": "KAWIN", "Cerai Hidup": "CERAI HIDUP", "Cerai Mati": "CERAI MATI"},
    "tax": {"Belum Kawin": "TK/0", "Kawin": "K/1", "Cerai Hidup": "TK/1", "Cerai Mati": "TK/2"},
    "nikah": {
        "Belum Kawin": "Belum Menikah",
        "Kawin": "Menikah",
        "Cerai Hidup": "Janda/Duda",
        "Cerai Mati": "Janda/Duda",
    },
    "bsp": {"Belum Kawin": "B", "Kawin": "S", "Cerai Hidup": "P", "Cerai Mati": "P"},
    "english": {"Belum Kawin": "Single", "Kawin": "Married", "Cerai Hidup": "Divorced", "Cerai Mati": "Widowed"},
}
SCHOOLS = {
    "SD/Sederajat": "SD", "SLTP/Sederajat": "SMP", "SLTA/Sederajat": "SMA", "Diploma III": "D3",
    "Diploma IV/Strata I": "S1", "Strata II": "S2", "Tidak/Belum Sekolah": "TS",
}  # fmt: skip
BANDS = (
    "Kurang dari Rp. 500,000", "Rp. 500,000 - Rp. 999,999", "Rp. 1,000,000 - Rp. 1,999,999",
    "Rp. 2,000,000 - Rp. 4,999,999", "Tidak Berpenghasilan",
)  # fmt: skip
COMPLAINTS = {
    OTHERS: (
        "demam 3 hari, batuk pilek", "nyeri ulu hati, mual", "pusing berputar", "gatal di kedua tangan",
        "sesak napas malam",
        "nyeri sendi lutut", "batuk berdahak > 2 minggu", "luka di kaki tidak sembuh", "muntah dan diare sejak kemarin",
    ),
    "test": (
        "panas naik turun 5 hari", "mual muntah, tidak mau makan", "nyeri dada kiri menjalar", "gigi geraham bengkak",
        "sakit kepala sebelah", "perut kembung sejak semalam", "kesemutan kedua kaki", "mata merah berair",
        "telinga berdenging", "luka bakar di lengan", "pinggang nyeri bila bangun", "sulit tidur, cemas",
    ),
}  # fmt: skip


def money(amount: str, style: str) -> str:
    """An amount as it is typed."""
    value = int(amount)
    match style:
        case "dots":
            return f"{value:,}".replace(",", ".")
        case "rp":
            return "Rp " + f"{value:,}".replace(",", ".") + ",00"
        case _:
            return str(value)


def npwp(value: str, style: str) -> str:
    """A tax number: with marks, bare, in its form of 16 digits, without its zero."""
    match style:
        case "bare":
            return value
        case "sixteen":
            return "0" + value
        case "nozero":
            return value.lstrip("0")
        case "spaced":
            return groups(value, (2, 3, 3, 1, 3, 3), " ")
        case "branch":
            return "0" + value + "000000"
        case _:
            return f"{value[:2]}.{value[2:5]}.{value[5:8]}.{value[8]}-{value[9:12]}.{value[12:]}"


def nip(value: str, style: str) -> str:
    """A civil servant's number."""
    return {"spaced": groups(value, (8, 6, 1, 3), " "), "quote": f"'{value}"}.get(style, value)


MARKS = {"dashed": "-", "dotted": "."}
TRIBES = ("Jawa", "Sunda", "Batak", "Bugis", "Minangkabau", "Dayak", "Bali")
MAKERS: dict[str, tuple[str, Maker]] = {
    "nik": ("ID_NIK", lambda p, s, r: dirty(p.nik, r) if s == "dirty" else STYLES[s](p.nik)),
    "kk": ("ID_KK", lambda p, s, r: dirty(p.kk, r) if s == "dirty" else STYLES[s](p.kk)),
    "name": ("PERSON", lambda p, s, r: named(p, s, r)),
    "single": ("PERSON", lambda p, s, r: name(p.short, s, ("", ""), r)),
    "father": ("PERSON", lambda p, s, r: name(p.facts["father"], s, ("", ""), r)),
    "mother": ("MOTHER_MAIDEN_NAME", lambda p, s, r: name(p.mother, s, ("", ""), r)),
    "parent": ("PERSON", lambda p, s, r: name(p.mother, s, ("", ""), r)),
    "phone": ("PHONE_NUMBER", lambda p, s, r: phone(p.mobile, s, r)),
    "landline": ("PHONE_NUMBER", lambda p, s, r: landline(p.facts["work_phone"], s)),
    "email": ("EMAIL_ADDRESS", lambda p, s, r: STYLES[s](p.facts["email"])),
    "address": ("ADDRESS", address),
    "born": ("DATE_OF_BIRTH", lambda p, s, r: date(p.born, s)),
    "ttl": ("DATE_OF_BIRTH", lambda p, s, r: f"{p.facts['birthplace']}, {date(p.born, s)}"),
    "birthplace": ("PLACE_OF_BIRTH", lambda p, s, r: STYLES[s](p.facts["birthplace"])),
    "sex": ("SEX", lambda p, s, r: SEX[s][p.woman]),
    "faith": ("RELIGION", lambda p, s, r: FAITH_CODE[p.facts["faith"]] if s == "code" else STYLES[s](p.facts["faith"])),
    "blood": ("BLOOD_TYPE", lambda p, s, r: p.facts["blood"] + (r.choice("+-") if s == "rh" else "")),
    "marital": ("MARITAL_STATUS", lambda p, s, r: MARITAL[s][p.facts["marital"]]),
    "schooling": ("EDUCATION", lambda p, s, r: SCHOOLS[p.facts["schooling"]] if s == "short" else
                  STYLES[s](p.facts["schooling"])),
    "job": ("OCCUPATION", lambda p, s, r: STYLES[s](p.facts["job"])),
    "citizen": ("NATIONALITY", lambda p, s, r: {"": "WNI", "word": "Indonesia"}[s] if r.random() < 0.93 else
                {"": "WNA", "word": "Malaysia"}[s]),
    "foreigner": ("NATIONALITY", lambda p, s, r: STYLES[s](r.choice(("China", "Jepang", "India", "Belanda", "Australia",
                                                                     "Korea Selatan")))),
    "income": ("INCOME", lambda p, s, r: money(p.facts["income"], s)),
    "band": ("INCOME", lambda p, s, r: r.choice(BANDS)),
    "illness": ("HEALTH", lambda p, s, r: illness(p.facts["illness"], s)),
    "pressure": ("HEALTH", lambda p, s, r: f"{r.randint(95, 180)}/{r.randint(60, 110)}"),
    "complaint": ("HEALTH", lambda p, s, r: r.choice(of(COMPLAINTS, p.split))),
    "pregnancy": ("HEALTH", lambda p, s, r: f"G{(g := r.randint(1, 5))}P{g - 1}A0 {r.randint(6, 39)} minggu"),
    "npwp": ("ID_NPWP", lambda p, s, r: npwp(p.facts["npwp"], s)),
    "nitku": ("ID_NITKU", lambda p, s, r: npwp(p.facts["npwp"], "branch")),
    "nip": ("ID_NIP", lambda p, s, r: nip(p.facts["nip"], s)),
    "pppk": ("ID_NIP", lambda p, s, r: nip(p.facts["pppk"], s)),
    "card": ("CREDIT_CARD", lambda p, s, r: STYLES[s](p.facts["card"])),
    "account": ("BANK_ACCOUNT", lambda p, s, r: account(p.facts["account"], s)),
    "certificate": ("ID_BIRTH_CERTIFICATE", lambda p, s, r: p.facts["certificate"]),
    "rm": ("ID_MEDICAL_RECORD", lambda p, s, r: groups(p.facts["rm"], (2, 2, 2), MARKS.get(s, ""))),
    "geo": ("GEO_COORDINATE", lambda p, s, r: f"{p.facts['lat']}, {p.facts['lon']}"),
    "lat": ("GEO_COORDINATE", lambda p, s, r: p.facts["lat"]),
    "lon": ("GEO_COORDINATE", lambda p, s, r: p.facts["lon"]),
    "ipsix": ("IP_ADDRESS", lambda p, s, r: f"2404:c0:{r.getrandbits(16):x}::{r.getrandbits(9):x}"),
    "mac": ("MAC_ADDRESS", lambda p, s, r: p.facts["mac"].replace(":", MARKS.get(s, ":"))),
    "plate": ("ID_VEHICLE_PLATE", lambda p, s, r: p.facts["plate"].replace(" ", "" if s == "tight" else " ")),
    "disability": ("DISABILITY", lambda p, s, r: r.choice(("Tuna Netra", "Tuna Rungu", "Tuna Daksa", "Tuna Grahita",
                                                           "Tidak Ada", "Tidak Ada"))),
    "tribe": ("ETHNICITY", lambda p, s, r: r.choice(TRIBES)),
    "password": ("CREDENTIAL", lambda p, s, r: p.facts["hash"]),
    "case": ("CRIMINAL_RECORD", lambda p, s, r: r.choice(("Pencurian Pasal 362 KUHP", "Penggelapan Pasal 372 KUHP",
             "Narkotika Pasal 112 UU 35/2009", "Penganiayaan Pasal 351 KUHP")) + f", pidana {r.randint(4, 60)} bulan"),
    "template": ("BIOMETRIC", lambda p, s, r: base64.b64encode(b"FMR\x00 20\x00" + r.randbytes(48)).decode()),
    "photo": ("PHOTO", lambda p, s, r: "data:image/jpeg;base64," + base64.b64encode(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
                                                                                  + r.randbytes(40)).decode()),
}  # fmt: skip
for _key in ("kid", "tot"):
    MAKERS |= {
        f"{_key}_born": ("DATE_OF_BIRTH", lambda p, s, r, k=_key: date(_day(p, k), s)),  # type: ignore[misc]
        f"{_key}_ttl": (
            "DATE_OF_BIRTH",
            lambda p, s, r, k=_key: f"{p.facts['birthplace']}, {date(_day(p, k), s)}",  # type: ignore[misc]
        ),
        f"{_key}_nik": ("ID_NIK", lambda p, s, r, k=_key: STYLES[s](p.facts[f"{k}_nik"])),  # type: ignore[misc]
    }
MAKERS |= {  # numbers without habits of their own
    key: (entity, lambda p, s, r, key=key: STYLES[s](p.facts[key]))  # type: ignore[misc]
    for key, entity in (
        ("nrp", "ID_NRP"), ("nisn", "ID_NISN"), ("nuptk", "ID_NUPTK"), ("nidn", "ID_NIDN"), ("passport", "ID_PASSPORT"),
        ("sim", "ID_SIM"), ("kitas", "ID_KITAS"), ("bpjs", "ID_BPJS_KESEHATAN"),
        ("jamsostek", "ID_BPJS_KETENAGAKERJAAN"),
        ("imei", "IMEI"), ("vin", "ID_VIN"), ("ip", "IP_ADDRESS"),
    )
}  # fmt: skip


def _day(p: Person, key: str) -> dt.date:
    return dt.date.fromisoformat(p.facts[f"{key}_born"])


def named(p: Person, style: str, r: random.Random) -> str:
    """The person's name; its forms that need the family or the sex."""
    match style:
        case "called":
            return called(p, r)
        case "bin":
            return related(p)
        case "binupper":
            return related(p).upper()
        case _:
            return name(p.name, style, titles(p), r)


def stamp(r: random.Random) -> str:
    """A moment in office hours."""
    day = dt.date(2023, 1, 1) + dt.timedelta(days=r.randrange(1000))
    return f"{day:%Y-%m-%d} {r.randint(7, 17):02d}:{r.randint(0, 59):02d}:{r.randint(0, 59):02d}"


# Values that may stand beside a person and that no tool has to name, or may name as it likes.
PLAIN: dict[str, tuple[tuple[str, ...], Maker]] = {
    "no": ((), lambda p, s, r: str(r.randint(1, 900))),
    "village": (("ADDRESS",), lambda p, s, r: STYLES[s](p.village)),
    "district": (("ADDRESS",), lambda p, s, r: STYLES[s](p.home.district)),
    "regency": (("ADDRESS",), lambda p, s, r: STYLES[s](p.home.regency)),
    "province": (("ADDRESS",), lambda p, s, r: STYLES[s](p.home.province)),
    "postal": (("ADDRESS",), lambda p, s, r: p.postal),
    "rt": (("ADDRESS",), lambda p, s, r: f"{p.rt:03d}"),
    "rw": (("ADDRESS",), lambda p, s, r: f"{p.rw:03d}"),
    "relation": ((), lambda p, s, r: r.choice(("Kepala Keluarga", "Istri", "Anak", "Famili Lain"))),
    "bank": ((), lambda p, s, r: p.facts["bank"]),
    "today": ((), lambda p, s, r: f"{r.randint(1, 28):02d}-{r.randint(1, 12):02d}-202{r.randint(3, 5)}"),
    "stamp": ((), lambda p, s, r: stamp(r)),
    "grade": ((), lambda p, s, r: r.choice(("III/a", "III/b", "III/c", "IV/a", "II/c"))),
    "class": ((), lambda p, s, r: f"{r.randint(1, 9)}{r.choice('ABC')}"),
    "status": ((), lambda p, s, r: r.choice(("Selesai", "Proses", "Ditolak"))),
    "short": (("PERSON",), lambda p, s, r: p.short),
    "age": ((), lambda p, s, r: str(2025 - p.born.year)),
    "on": ((), lambda p, s, r: date(dt.date(2019, 1, 1) + dt.timedelta(days=r.randrange(2400)), s)),
    "digits": ((), lambda p, s, r: str(r.randrange(10 ** (int(s) - 1), 10 ** int(s)))),
    "amount": (("INCOME",), lambda p, s, r: money(str(r.randint(2, 600) * 50_000), s)),
    "office": (("ADDRESS",), lambda p, s, r: f"Jl. Jenderal Besar No. {r.randint(1, 90)} {p.home.regency} {p.postal}"),
    "switchboard": (("PHONE_NUMBER",), lambda p, s, r: landline(p.facts["work_phone"], s)),
    "hamlet": (("ADDRESS",), lambda p, s, r: STYLES[s](_pick(r, HAMLETS, p))),
}  # fmt: skip


def illness(value: str, style: str) -> str:
    """A diagnosis: its ICD-10 code, its words, or both."""
    code, _, words = value.partition(" ")
    return {"code": code, "word": words}.get(style, value)


def landline(value: str, style: str) -> str:
    """A number of the fixed net."""
    cut = 3 if value[:3] in ("021", "022", "024", "031", "061") else 4
    return (
        value
        if style == "bare"
        else f"({value[:cut]}) {value[cut:]}"
        if style == ""
        else f"{value[:cut]}-{value[cut:]}"
    )


def account(value: str, style: str) -> str:
    """A bank account."""
    return groups(value, (4, 3, len(value) - 7), "-") if style == "dashed" else value


def allowed(key: str) -> tuple[str, ...]:
    """What a tool may say of a value beyond its own entity without blame."""
    root, _, style = key.partition(".")
    extra = {
        "ttl": ("PLACE_OF_BIRTH",), "mother": ("PERSON",), "pppk": (), "photo": ("BIOMETRIC",), "template": ("PHOTO",),
        "born": ("CHILD",), "nisn": ("CHILD",), "nik": ("CHILD",), "nitku": ("ID_NPWP",),
        "kid_born": ("CHILD",), "tot_born": ("CHILD",), "kid_nik": ("CHILD",), "tot_nik": ("CHILD",),
        "kid_ttl": ("CHILD", "PLACE_OF_BIRTH"), "tot_ttl": ("CHILD", "PLACE_OF_BIRTH"),
    }.get(root, ())  # fmt: skip
    return (*extra, "EMAIL_ADDRESS") if style == "jid" else extra


def made(key: str, person: Person, random_: random.Random) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """(entities that must be named, entities that may be, the value) for `maker.style`."""
    root, _, style = key.partition(".")
    if root in PLAIN:
        free, make = PLAIN[root]
        return (), free, make(person, style, random_)
    entity, maker = MAKERS[root]
    return (entity,), allowed(key), maker(person, style, random_)
