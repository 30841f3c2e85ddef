"""A made-up assessment of a made-up agency: 12 assets, about 40 findings, some things not read, duties."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256

from privacyscan.model import (
    Access,
    Assessment,
    Asset,
    Combination,
    Copy,
    Duty,
    Evidence,
    Factor,
    Finding,
    Location,
    Place,
    Reason,
    Reidentification,
    Risk,
    Scan,
    Skipped,
    TrendPoint,
    Versions,
)
from privacyscan.outputs._titles import Titles

DATABASE = "postgresql://pemindai@db.contoh.go.id/layanan"
SHARE = "smb://berkas.contoh.go.id/bersama"
MOST = {"sensitivity": 48, "kinds": 8, "persons": 24, "exposure": 20}
LEVELS = (("low", 0), ("medium", 40), ("high", 60), ("critical", 80))
EXPOSURES = {
    "world_readable": ("Semua pengguna sistem dapat membacanya", "All users of the system can read it", 0.6),
    "group_readable": ("Seluruh kelompok pengguna dapat membacanya", "A whole group of users can read it", 0.2),
    "backup_name": ("Namanya menunjukkan cadangan", "Its name says that it is a backup", 0.2),
    "copy_name": ("Namanya menunjukkan salinan atau data lama", "Its name says that it is a copy or old data", 0.2),
    "test_name": ("Namanya menunjukkan data uji", "Its name says that it is test data", 0.2),
    "archive": ("Berada dalam arsip tanpa sandi", "Lies in an archive without a password", 0.1),
}

KINDS = {  # entity -> Indonesian title, English title, category, share of sensitivity, mask
    "ID_NIK": ("Nomor Induk Kependudukan (NIK)", "National identity number (NIK)", "umum", 0.6, "3171**********01"),
    "ID_KK": ("Nomor Kartu Keluarga", "Family card number", "umum", 0.5, "3171**********07"),
    "ID_NPWP": ("Nomor Pokok Wajib Pajak (NPWP)", "Taxpayer number (NPWP)", "spesifik", 0.7, "09.2**************00"),
    "ID_NIP": ("Nomor Induk Pegawai (NIP)", "Civil servant number (NIP)", "umum", 0.5, "1987************01"),
    "PHONE_NUMBER": ("Nomor telepon", "Phone number", "umum", 0.4, "0812******90"),
    "EMAIL_ADDRESS": ("Alamat surel", "E-mail address", "umum", 0.4, "bu********.id"),
    "PERSON": ("Nama orang", "Name of a person", "umum", 0.3, "B*** S******"),
    "ADDRESS": ("Alamat", "Address", "umum", 0.4, "Jl. M***** No. **"),
    "DATE_OF_BIRTH": ("Tanggal lahir", "Date of birth", "umum", 0.4, "19**-**-**"),
    "RELIGION": ("Agama", "Religion", "umum", 0.6, "I****"),
    "HEALTH": ("Data kesehatan", "Health data", "spesifik", 1.0, "J**.*"),
    "CHILD": ("Data anak", "Children's data", "spesifik", 0.9, "********"),
    "BANK_ACCOUNT": ("Nomor rekening bank", "Bank account number", "spesifik", 0.8, "0123****89"),
    "CREDENTIAL": ("Kata sandi atau kunci", "Password or key", "umum", 0.8, "$2b$********"),
}

GROUPS = {
    "ID_NIK": "identity",
    "ID_KK": "identity",
    "ID_NPWP": "financial",
    "ID_NIP": "identity",
    "PHONE_NUMBER": "contact",
    "EMAIL_ADDRESS": "contact",
    "PERSON": "biography",
    "ADDRESS": "location",
    "DATE_OF_BIRTH": "biography",
    "RELIGION": "biography",
    "HEALTH": "health",
    "CHILD": "biography",
    "BANK_ACCOUNT": "financial",
    "CREDENTIAL": "security",
}

# path, kind, rows, persons, exposures, share of exposure, {column: entity}; a column None is a text
HOLDINGS: tuple[tuple[str, tuple[str, ...], str, int, int, tuple[Evidence, ...], dict[str, str]], ...] = (
    (
        DATABASE,
        ("publik", "penduduk"),
        "table",
        1_284_560,
        1_270_333,
        (),
        {
            "nik": "ID_NIK",
            "no_kk": "ID_KK",
            "nama_lengkap": "PERSON",
            "tgl_lahir": "DATE_OF_BIRTH",
            "alamat": "ADDRESS",
            "agama": "RELIGION",
            "hp": "PHONE_NUMBER",
        },
    ),
    (
        DATABASE,
        ("publik", "rekam_medis"),
        "table",
        88_410,
        61_204,
        (Evidence("public_grant"),),
        {"nik_pasien": "ID_NIK", "nama": "PERSON", "diagnosis": "HEALTH", "tgl_lahir": "DATE_OF_BIRTH"},
    ),
    (DATABASE, ("publik", "pengguna"), "table", 3_120, 3_118, (), {"email": "EMAIL_ADDRESS", "sandi": "CREDENTIAL"}),
    (DATABASE, ("publik", "ref_wilayah"), "table", 83_436, 0, (), {}),
    (DATABASE, ("publik", "transaksi"), "table", 2_000_000, 0, (), {}),
    (
        SHARE,
        ("Bantuan Sosial", "2023", "penerima_bantuan_final_REVISI(3)_kirim_ke_provinsi.xlsx", "Lembar1"),
        "file",
        14_872,
        14_790,
        (Evidence("world_readable", {"mode": "0644"}), Evidence("copy_name", {"sign": "revisi"})),
        {
            "NIK": "ID_NIK",
            "NO KK": "ID_KK",
            "NAMA": "PERSON",
            "ALAMAT": "ADDRESS",
            "REKENING": "BANK_ACCOUNT",
            "NO HP": "PHONE_NUMBER",
        },
    ),
    (
        SHARE,
        ("cadangan", "backup_2019.zip", "kepegawaian", "pegawai.csv"),
        "member",
        4_210,
        4_198,
        (
            Evidence("backup_name", {"sign": "backup"}),
            Evidence("archive", {"sign": ".zip"}),
            Evidence("group_readable", {"mode": "0640"}),
        ),
        {
            "NIP": "ID_NIP",
            "NAMA": "PERSON",
            "NPWP": "ID_NPWP",
            "EMAIL": "EMAIL_ADDRESS",
            "TELP": "PHONE_NUMBER",
            "TGL LAHIR": "DATE_OF_BIRTH",
        },
    ),
    (
        SHARE,
        ("Sekolah", "daftar_siswa_kelas_5.csv"),
        "file",
        412,
        409,
        (Evidence("world_readable", {"mode": "0644"}),),
        {"nisn": "CHILD", "nama_siswa": "PERSON", "tanggal_lahir": "DATE_OF_BIRTH", "nik_ibu": "ID_NIK"},
    ),
    (
        SHARE,
        ("uji", "data_uji_dukcapil.sql"),
        "file",
        25_010,
        9_950,
        (Evidence("test_name", {"sign": "uji"}),),
        {"nik": "ID_NIK", "nama": "PERSON", "telepon": "PHONE_NUMBER"},
    ),
    (SHARE, ("Notula", "rapat_2024-03-11.txt"), "file", 210, 3, (), {"": "PHONE_NUMBER"}),
    (
        SHARE,
        ("log", "aplikasi.log"),
        "file",
        480_022,
        118,
        (Evidence("group_readable", {"mode": "0640"}),),
        {"": "EMAIL_ADDRESS"},
    ),
    (SHARE, ("Pedoman", "tata_cara_layanan.txt"), "file", 1_204, 0, (), {}),
)

SKIPPED = (
    Skipped(Place(SHARE, ("Arsip", "2021", "pindaian_ktp.pdf")), Reason.MISSING_EXTRA, "PDF needs an extra"),
    Skipped(Place(SHARE, ("Arsip", "gaji_terkunci.xlsx")), Reason.ENCRYPTED, "the workbook is protected", "open"),
    Skipped(Place(SHARE, ("Arsip", "gaji_terkunci_2.xlsx")), Reason.ENCRYPTED, "the workbook is protected", "open"),
    Skipped(Place(SHARE, ("Direksi",)), Reason.DENIED, "folder: Permission denied", "list"),
    Skipped(Place(DATABASE, ("publik", "foto_ktp"), "gambar"), Reason.UNSUPPORTED_TYPE, "412 cells of binary data"),
    Skipped(Place(SHARE, ("log", "aplikasi.log")), Reason.TIMEOUT, "not finished after 600 s"),
    Skipped(Place(SHARE, ("Unduhan", "lama.rar")), Reason.UNKNOWN_FORMAT, "no format of this version reads it", "open"),
    Skipped(Place(SHARE, ("Thumbs.db",)), Reason.EXCLUDED, "by --include or --exclude", "list"),
)


def risk(
    sensitivity: float, identifiability: float, kinds: int, persons: int, exposure: float,
    entities: str = "ID_NIK", codes: str = "",
) -> Risk:  # fmt: skip
    """A risk as assess/ makes it: points that are a share of the most, and that add up."""
    ease = identifiability
    factors = (
        _factor("sensitivity", sensitivity, sensitivity, ease, ease=ease, entities=entities),
        _factor("kinds", kinds, min(1.0, kinds / 8), ease, ease=ease, full=8),
        _factor("persons", persons, min(1.0, math.log10(max(1, persons)) / 8), ease, ease=ease, full=100_000_000),
        Factor("identifiability", ease, 0, 0, {"share": ease, "entities": entities}),
        _factor("exposure", exposure, exposure, codes=codes),
    )
    score = int(sum(Decimal(str(f.points)) for f in factors).quantize(Decimal(1), ROUND_HALF_UP))
    return Risk(score, [level for level, least in LEVELS if score >= least][-1], factors)


def _factor(code: str, value: float, share: float, times: float = 1, **params: str | int | float) -> Factor:
    exact = Decimal(str(share)).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    points = (exact * Decimal(str(times)) * MOST[code]).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Factor(code, value, float(points), MOST[code], {"share": float(exact), **params})


NOTHING = Risk(0, "low", ())


def titles() -> Titles:
    """Titles of everything in the made-up assessment, so that golden files do not hang on the rule files."""
    return Titles(
        entities={code: {"id": k[0], "en": k[1]} for code, k in KINDS.items()},
        groups=GROUPS,
        exposures={code: {"id": e[0], "en": e[1]} for code, e in EXPOSURES.items()},
        advice={"archive": {"id": "Enkripsi arsip.", "en": "Encrypt the archive."}},
        regulations={
            "uu-pdp": {
                "id": "Undang-Undang Nomor 27 Tahun 2022 tentang Pelindungan Data Pribadi",
                "en": "Law Number 27 of 2022 on Personal Data Protection",
            }
        },
        unconfirmed=frozenset({("uu-pdp", "4 (3)")}),
        levels=LEVELS,
        weights={code: e[2] for code, e in EXPOSURES.items()},
    )


def assessment(language: str = "id") -> Assessment:
    """The whole of it."""
    assets, findings, asset_risks, finding_risks, articles = [], [], {}, {}, {}
    persons = {}
    for target, path, kind, rows, people, exposure, columns in HOLDINGS:
        cut = path[-1] == "aplikasi.log"
        asset = Asset(
            id="A-" + _hash(target, *path)[:12],
            place=Place(target, path),
            kind=kind,
            rows=rows,
            cells=rows * max(1, len(columns) + 3),
            bytes=rows * 96,
            columns=tuple(c for c in columns if c),
            total=None if cut else rows,
            complete=not cut,
            exposure=exposure,
            access=Access(0o644, "budi", None, 1.5, (Evidence("guest"),)) if target == SHARE else None,
        )
        assets.append(asset)
        if people:
            persons[asset.id] = people
        open_share = min(1.0, round(sum(EXPOSURES.get(e.code, ("", "", 0.3))[2] for e in exposure), 4))
        codes = ", ".join(sorted(e.code for e in exposure))
        heaviest = max((KINDS[e][3] for e in columns.values()), default=0.0)
        named = 1.0 if {"ID_NIK", "ID_NIP"} & set(columns.values()) else 0.5 if columns else 0.0
        kinds = ", ".join(sorted(set(columns.values())))
        asset_risks[asset.id] = (
            risk(heaviest, named, len(columns), people, open_share, kinds, codes) if columns else NOTHING
        )
        for column, entity in columns.items():
            finding = _finding(asset, column or None, entity)
            findings.append(finding)
            finding_risks[finding.id] = risk(KINDS[entity][3], named, 1, people, open_share, entity, codes)
            articles[finding.id] = ("4 (2)", "34 (1)") if finding.category == "spesifik" else ("4 (3)",)
    scan = Scan(
        id="20260302T021500.000000Z",
        started="2026-03-02T02:15:00Z",
        finished="2026-03-02T02:41:12Z",
        status="incomplete",
        targets=(DATABASE, SHARE),
        assets=tuple(sorted(assets, key=lambda a: a.place)),
        findings=tuple(sorted(findings, key=lambda f: (f.place.asset, f.place.column or "", f.entity))),
        skipped=SKIPPED,
        versions=Versions("0.1.0", "privacyscan", "1", "9f" * 32),
        settings={"workers": 2, "lang": language, "exclude": ["Thumbs.db"], "locations": "first", "rules": []},
        seconds=1572.4,
        persons=1_281_004,
        persons_by_asset=persons,
    )
    worst = max(asset_risks.values(), key=lambda r: r.score)
    targets = {
        target: max((asset_risks[a.id] for a in assets if a.place.target == target), key=lambda r: r.score)
        for target in scan.targets
    }
    return Assessment(scan, "uu-pdp", worst, asset_risks, finding_risks, articles, _duties(scan), language, targets)


def whole(language: str = "id") -> Assessment:
    """The same with earlier scans, copies, and tables whose rows single out persons."""
    full = assessment(language)
    by_name = {a.place.name: a for a in full.scan.assets}
    citizens, patients, trial = (by_name[n] for n in ("penduduk", "rekam_medis", "data_uji_dukcapil.sql"))
    columns, entities = ("tgl_lahir", "agama", "alamat"), ("DATE_OF_BIRTH", "RELIGION", "ADDRESS")
    worst = (Combination(("tgl_lahir", "alamat"), 1_002_331), Combination(("tgl_lahir", "agama"), 20_114))
    told = {
        citizens.id: Reidentification(
            columns, entities, 1_284_560, 1_198_002, 1, 1_120_004, 1_270_118, worst, {"agama": 1}
        ),
        patients.id: Reidentification(("tgl_lahir",), ("DATE_OF_BIRTH",), reason="too_many_classes"),
    }
    assets = tuple(replace(a, reidentification=told.get(a.id)) for a in full.scan.assets)
    copies = (
        Copy(trial.id, citizens.id, "ID_NIK", 0.912, 0.88, 0.94, 9_074),
        Copy(patients.id, citizens.id, "ID_NIK", 1.0, 1.0, 1.0, 61_204),
    )
    trend = (
        TrendPoint("20250901T021500.000000Z", "2025-09-01T02:15:00Z", "complete", 91, "critical", 52, 1_310_220),
        TrendPoint("20251202T021500.000000Z", "2025-12-02T02:15:00Z", "incomplete", 88, "critical", 47, 1_290_114),
    )
    return replace(full, scan=replace(full.scan, assets=assets), copies=copies, trend=trend)


def clean(language: str = "id") -> Assessment:
    """The same agency without a finding, everything read."""
    full = assessment(language)
    scan = replace(
        full.scan,
        status="complete",
        findings=(),
        skipped=(),
        persons=0,
        persons_by_asset={},
        assets=tuple(replace(a, complete=True, total=a.rows) for a in full.scan.assets),
    )
    return Assessment(scan, "uu-pdp", NOTHING, {a.id: NOTHING for a in scan.assets}, {}, {}, (), language)


def nothing_read() -> Assessment:
    """A scan that could read nothing at all."""
    empty = clean()
    scan = replace(empty.scan, status="incomplete", assets=(), skipped=SKIPPED[:1])
    return replace(empty, scan=scan, asset_risks={})


def large(findings: int) -> Assessment:
    """An assessment with at least so many findings, 50 in each asset."""
    full = assessment()
    pattern = full.scan.findings[0]
    assets, found = [], []
    for i in range(findings // 50):
        place = Place(SHARE, ("banyak", f"berkas_{i:04d}.csv"))
        assets.append(replace(full.scan.assets[0], id=f"A-{i:012d}", place=place))
        found += [replace(pattern, id=f"F-{i:06d}{j:06d}", place=place.at(column=f"kolom_{j}")) for j in range(50)]
    scan = replace(full.scan, assets=tuple(assets), findings=tuple(found), persons_by_asset={a.id: 7 for a in assets})
    one = risk(0.6, 1, 3, 7, 0.2)
    return Assessment(
        scan, "uu-pdp", one, {a.id: one for a in assets}, {f.id: one for f in found}, {f.id: () for f in found}, ()
    )


def _finding(asset: Asset, column: str | None, entity: str) -> Finding:
    category, mask = KINDS[entity][2], KINDS[entity][4]
    digest = _hash(entity, asset.place.target, *asset.place.path, column or "")
    matched = max(1, round(asset.rows * 0.97)) if column else 3 + int(digest[:2], 16)
    distinct = max(1, round(matched * 0.98))
    evidence = [Evidence("checks_passed", {"matched": matched, "seen": matched + 12, "share": 0.9988})]
    if column:
        evidence.append(Evidence("header", {"column": column, "word": column.lower()}))
        evidence.append(Evidence("flag", {"name": "district_known", "matched": matched, "share": 1.0}))
        evidence.append(Evidence("competitor", {"entity": "ID_KK", "matched": 41}))
        places: tuple[Location, ...] = tuple(Location(row=r) for r in (0, 1, 2))
    else:
        evidence.append(Evidence("context", {"matched": matched}))
        places = (Location(line=11, start=20, end=32, offset_start=601, offset_end=613),)
    evidence.append(Evidence("chance", {"expected": 1.2, "matched": matched}))
    evidence.append(Evidence("distinct", {"distinct": distinct, "matched": matched}))
    return Finding(
        id="F-" + digest[:12],
        place=asset.place.at(column=column),
        entity=entity,
        category=category,
        matched=matched,
        seen=asset.rows,
        distinct=distinct,
        confidence=0.95 if column else 0.85,
        evidence=tuple(evidence),
        samples=(mask, mask[:-1] + "7"),
        fingerprint=digest[:32],
        status="known" if entity == "RELIGION" else "new",
        locations=places,
    )


def _duties(scan: Scan) -> tuple[Duty, ...]:
    specific = tuple(f.id for f in scan.findings if f.category == "spesifik")
    children = tuple(f.id for f in scan.findings if f.entity == "CHILD")
    every = tuple(f.id for f in scan.findings)
    return (
        _duty(
            "16 (2)",
            "Prinsip pemrosesan",
            "Principles of processing",
            "at_risk",
            every,
            "Salinan, cadangan, dan data uji berisi data pribadi.",
            "Copies, backups and test data hold personal data.",
            confirmed=False,
        ),
        _duty(
            "25",
            "Data anak",
            "Children's data",
            "needs_evidence",
            children,
            "Ditemukan data anak.",
            "Children's data were found.",
            confirmed=False,
        ),
        _duty(
            "34 (1)",
            "Penilaian dampak",
            "Impact assessment",
            "needs_evidence",
            specific,
            "Ditemukan data spesifik, dan lebih dari 10.000 orang terdampak.",
            "Specific data were found, and more than 10,000 persons are concerned.",
        ),
        _duty(
            "35",
            "Keamanan data pribadi",
            "Security of personal data",
            "not_met",
            every,
            "Berkas berisi data pribadi dapat dibaca semua pengguna.",
            "Files with personal data can be read by every user.",
        ),
    )


def _duty(
    article: str, id: str, en: str, status: str, evidence: tuple[str, ...], because_id: str, because_en: str,
    confirmed: bool = True,
) -> Duty:  # fmt: skip
    return Duty(
        regulation="uu-pdp",
        article=article,
        title={"id": id, "en": en},
        status=status,
        evidence=evidence,
        advice={
            "id": "Tetapkan penanggung jawab, catat buktinya, dan tinjau kembali setelah perbaikan.",
            "en": "Name who is responsible, record the evidence, and review it after the repair.",
        },
        text={
            "id": f"Pengendali Data Pribadi wajib memperhatikan {id.lower()} sesuai sifat dan risikonya.",
            "en": f"The controller must attend to {en.lower()} as nature and risk of the data require.",
        },
        confirmed=confirmed,
        source="https://peraturan.bpk.go.id/Details/229798/uu-no-27-tahun-2022",
        addressee="controller",
        deadline="3x24" if article == "25" else "",
        reasons=({"id": because_id, "en": because_en},),
    )


def _hash(*parts: str) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()


HOSTILE = "=cmd|' /C calc'!A0 <b>&[x](y) é \x07\ufffe\u202e.csv"


def hostile() -> Assessment:
    """One file whose names, kinds and messages are chosen to break formats; its column is a formula too."""
    full = assessment()
    place = Place(f"berkas/{HOSTILE}", ("a b", HOSTILE))
    asset = replace(full.scan.assets[0], id="A-1", place=place, kind="file")
    column = replace(full.scan.findings[0], id="F-1", place=place.at(column="+SUM(A1)|x\ny"), samples=("=1+1",))
    text = replace(
        full.scan.findings[0], id="F-2", place=place, entity="@JAHAT|x", locations=(Location(line=4, start=2, end=9),)
    )
    skipped = Skipped(place.child("-2+3"), Reason.ERROR, HOSTILE)
    scan = replace(
        full.scan, assets=(asset,), findings=(column, text), skipped=(skipped,), targets=(place.target,), persons=7
    )
    one = risk(0.6, 1, 3, 7, 0.2)
    return replace(
        full, scan=scan, asset_risks={"A-1": one}, finding_risks={"F-1": one, "F-2": one}, articles={}, duties=()
    )
