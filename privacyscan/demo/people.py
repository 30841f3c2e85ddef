"""Made-up people in households: every number has the right shape and check digits, and belongs to nobody.

A NIK cannot be made up without a real district code; its serial is 9000 or more, which registers do not reach.
Phone numbers lie in blocks that begin with 00, card numbers under the issuer prefix of test cards, tax numbers at
a tax office that does not exist, e-mail addresses in the domains of RFC 2606.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from privacyscan.checks.luhn import DOUBLED
from privacyscan.checks.region import codes


def _words(text: str) -> list[str]:
    return text.split()


TODAY = date(2024, 6, 1)  # fixed, so that a seed always gives the same people
HOME = "3273"  # the regency most of them live in
WOMEN = _words(
    "Siti Dewi Ani Rina Fitri Nurul Sri Wulan Ratna Yanti Maria Lina Indah Putri Ayu Kartini Aminah Halimah Fatimah "
    "Rosmawati Kadek Komang Yuliana Agustina Margaretha Novita Desi Eka Maya Tuti Endang Lilis Nining Zahra Aisyah"
)
MEN = _words(
    "Budi Agus Joko Andi Rizky Hendra Wahyu Dedi Yusuf Ahmad Muhammad Made Wayan Nyoman Togar Yohanes Petrus Bambang "
    "Slamet Asep Ujang Cecep Rahmat Hasan Ibrahim Iwan Eko Dwi Tri Fajar Arif Rudi Taufik Markus Yakobus"
)
MIDDLE = _words("Nur Dian Bayu Rahma Sari Adi Surya Intan Kurnia Ria Puspa Bagus Anggun Jaya Mulya Cahya")
LAST = _words(
    "Santoso Wijaya Saputra Pratama Hidayat Nugroho Siregar Simanjuntak Nasution Lubis Harahap Tampubolon Situmorang "
    "Suryadi Suryani Handayani Rahayu Wulandari Kusuma Setiawan Gunawan Halim Lestari Permata Hartono Susanto Purnomo "
    "Sutrisno Firmansyah Ramadhan Maulana Syahputra Ginting Sembiring Manurung Panjaitan Pattiasina Wenda Rumbiak Daeng"
)
STREETS = _words("Melati Mawar Kenanga Anggrek Merdeka Sudirman Diponegoro Kartini Pahlawan Cempaka Flamboyan Veteran")
TOWNS = _words("Bandung Jakarta Surabaya Medan Makassar Padang Denpasar Semarang Palembang Ambon Kupang Jayapura")
RELIGIONS = ("Islam", "Kristen", "Katolik", "Hindu", "Buddha", "Konghucu")
PROVIDERS = ("0812", "0813", "0821", "0852", "0856", "0877", "0878", "0896")
MAIL = ("example.com", "example.net", "example.org")


@dataclass(frozen=True, slots=True)
class Person:
    """One made-up person; `npwp` is empty for those who pay no tax, `phone` and `email` for those without."""

    nik: str
    kk: str
    name: str
    woman: bool
    born: date
    town: str
    religion: str
    address: str
    phone: str
    email: str
    npwp: str

    @property
    def age(self) -> int:
        """In years, on the day the demonstration is set."""
        return (TODAY - self.born).days // 365


def population(count: int, random: Random) -> list[Person]:
    """`count` people, household after household."""
    districts = sorted(codes("district"))
    home = [d for d in districts if d.startswith(HOME)]
    people: list[Person] = []
    used: set[str] = set()
    while len(people) < count:
        people += _household(random, home if random.random() < 0.6 else districts, used)
    return people[:count]


def card(random: Random) -> str:
    """A payment card number under the prefix that issuers keep for tests."""
    return check_digit("400000" + digits(random, 9))


def nip(person: Person, random: Random) -> str:
    """The number of a civil servant: birth, appointment, sex, serial."""
    appointed = min(person.born.year + random.randint(20, 30), TODAY.year)
    month = random.randint(1, 12)
    return f"{person.born:%Y%m%d}{appointed}{month:02d}{1 + person.woman}{random.randint(900, 999)}"


def digits(random: Random, count: int) -> str:
    """So many random digits."""
    return "".join(random.choices("0123456789", k=count))


def check_digit(body: str) -> str:
    """The digits with their Luhn check digit."""
    total = sum(DOUBLED[int(c)] if i % 2 == 0 else int(c) for i, c in enumerate(reversed(body)))
    return body + str(-total % 10)


@dataclass(frozen=True, slots=True)
class _Home:
    """What the members of a household share."""

    district: str
    kk: str
    religion: str
    address: str


def _household(random: Random, districts: Sequence[str], used: set[str]) -> Iterator[Person]:
    home = _home(random, random.choice(districts), used)
    first = random.random() < 0.5
    for member in range(random.randint(1, 6)):
        if member < 2:  # a couple
            yield _person(random, home, first is (member == 0), random.randint(19, 75), used)
        else:
            yield _person(random, home, random.random() < 0.5, random.randint(0, 18), used)


def _home(random: Random, district: str, used: set[str]) -> _Home:
    issued = date(2005, 1, 1) + timedelta(random.randrange(18 * 365))
    street = f"Jl. {random.choice(STREETS)} No. {random.randint(1, 240)}"
    return _Home(
        district=district,
        kk=_unused(random, f"{district}{issued:%d%m%y}", used),
        religion=random.choices(RELIGIONS, (80, 7, 3, 6, 3, 1))[0],
        address=f"{street} RT {random.randint(1, 20):03d}/RW {random.randint(1, 15):03d}",
    )


def _person(random: Random, home: _Home, woman: bool, age: int, used: set[str]) -> Person:
    born = TODAY - timedelta(age * 365 + random.randint(10, 360))
    name = [random.choice(WOMEN if woman else MEN), random.choice(LAST)]
    if random.random() < 0.4:
        name.insert(1, random.choice(MIDDLE))
    return Person(
        nik=_unused(random, f"{home.district}{born.day + 40 * woman:02d}{born:%m%y}", used),
        kk=home.kk,
        name=" ".join(name),
        woman=woman,
        born=born,
        town=random.choice(TOWNS),
        religion=home.religion,
        address=home.address,
        phone=random.choice(PROVIDERS) + "00" + digits(random, 6) if age >= 17 and random.random() < 0.95 else "",
        email=_mail(random, name) if age >= 17 and random.random() < 0.5 else "",
        npwp=_npwp(random) if age >= 21 and random.random() < 0.5 else "",
    )


def _unused(random: Random, head: str, used: set[str]) -> str:
    while (number := f"{head}{random.randint(9000, 9999)}") in used:
        pass
    used.add(number)
    return number


def _npwp(random: Random) -> str:
    d = check_digit("0" + digits(random, 7)) + "999000"
    return f"{d[:2]}.{d[2:5]}.{d[5:8]}.{d[8]}-{d[9:12]}.{d[12:]}"


def _mail(random: Random, parts: Sequence[str]) -> str:
    return f"{'.'.join(parts).lower()}{random.randint(1, 9999)}@{random.choice(MAIL)}"
