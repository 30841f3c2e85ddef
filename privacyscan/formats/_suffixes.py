"""Whether the ending of a file's name says that it is something else than it is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from privacyscan.formats import Format

# What is called by each other's endings without hiding anything.
_TEXTS = {"csv", "html", "ical", "json", "mail", "mbox", "sql", "text", "vcard", "whatsapp", "xml", "yaml"}
_ALIKE = (
    _TEXTS,
    {"office", "ole", "rtf", "spreadsheet", "xml", "zip"},
    {"7z", "bzip2", "gzip", "libarchive", "tar", "xz", "zip", "zstd"},
    {"dbf", "duckdb", "pgdump", "sql", "sqlite", "tar"},
    {"arrow", "avro", "orc", "parquet"},
)
_EXPORTS = (".xls", ".doc")  # web pages and CSV that programs write so that Office opens them
_OTHERS = (
    ".mp3",
    ".mp4",
    ".avi",
    ".mov",
    ".mkv",
    ".wav",
    ".exe",
    ".dll",
    ".so",
    ".ttf",
    ".woff",
    ".psd",
    ".doc",
    ".ppt",
)


def wrong_suffix(name: str, chosen: Format, formats: Iterable[Format]) -> str:
    """The ending and what the file is instead, as `.jpg → zip`; empty where the ending is right, unknown or merely
    unusual."""
    suffix = PurePosixPath(name.lower()).suffix
    owners = {f.name for f in formats if suffix in f.suffixes}
    if not suffix or chosen.name in owners or not (owners or suffix in _OTHERS):
        return ""
    if suffix in _EXPORTS and chosen.name in _TEXTS:
        return ""
    if any(chosen.name in alike and owners & alike for alike in _ALIKE):
        return ""
    return f"{suffix} → {chosen.name}"
