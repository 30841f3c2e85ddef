"""What a cell of binary data is, told by how it begins, and the short text that stands for it."""

from __future__ import annotations

from hashlib import blake2b

ENDS = 64  # bytes at each end of a cell that is not fetched whole: enough for its kind and to tell it from others
NO_TEXT = "ff"  # hexadecimal: a byte that no UTF-8 text holds ends a cell that was not fetched whole
# How documents, archives, tables, pictures and texts in UTF-16 begin, in hexadecimal: such cells are fetched whole.
BEGINNINGS = (
    *("2550", "504b", "d0cf", "1f8b", "425a", "fd37", "28b5", "377a", "5351", "5041", "4f52", "4152", "4f62"),
    *("fffe", "feff", "ffd8", "8950", "4949", "4d4d", "5249"),
)
PLAIN = 4096  # bytes without a NUL that a text begins with
# https://www.iana.org/assignments/media-types, ISO/IEC 19794-2, -4, -5 and -6 (records), FBI IAFIS-IC-0110 (WSQ)
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"\0\0\0\x0cjP  ", "jp2"),
    (b"\xff\x4f\xff\x51", "jp2"),
    (b"FMR\0", "fmr"),
    (b"FIR\0", "fir"),
    (b"FAC\0", "fac"),
    (b"IIR\0", "iir"),
    (b"\xff\xa0\xff", "wsq"),
    (b"%PDF-", "pdf"),
    (b"PK\3\4", "zip"),
)
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


def kind(data: bytes) -> str:
    """The kind of data by its first bytes; `other` where they say nothing."""
    for beginning, name in _BEGINNINGS:
        if data.startswith(beginning):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"avif"):
        return "heic"
    if data[:2] == b"BM" and data[6:10] == bytes(4):
        return "bmp"
    return "other"


def is_fetched(data: bytes) -> bool:
    """Whether a large cell that begins like this is fetched whole."""
    return data[:2].hex() in BEGINNINGS or 0 not in data[:PLAIN]


def cut(data: bytes) -> bytes:
    """The ends of a cell."""
    return data[:ENDS] + data[-ENDS:] + bytes.fromhex(NO_TEXT)


def is_cut(data: bytes) -> bool:
    """Whether only the ends of a cell were fetched."""
    return len(data) == 2 * ENDS + 1 and data.endswith(bytes.fromhex(NO_TEXT))


def stand_in(data: bytes) -> str:
    """`<binary KIND ID>`: what the rules see of the cell. The id tells different cells apart and holds none of their
    bytes; it has no digits and no word."""
    return f"<binary {kind(data)} {blake2b(data, digest_size=8).hexdigest().translate(_LETTERS)}>"
