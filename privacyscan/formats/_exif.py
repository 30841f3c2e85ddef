"""What a picture says of itself: the place where it was taken, who took it, comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

# Tags that name a person or a device, by names that rules know as headers (Exif 3.0, tags of Windows).
_TITLES = {"Artist": "full name", "XPAuthor": "author full name", "CameraOwnerName": "owner full name"}
_GPS, _EXIF = 0x8825, 0x8769
_IPTC = {5: "title", 25: "keywords", 80: "byline full name", 105: "headline", 116: "copyright", 120: "caption"}
_COMMENT = "UserComment"
_XMP = re.compile(r"exif:GPS(Latitude|Longitude)(?:=[\"']|>)([0-9]{1,3}),([0-9.]{1,20})([NSEW])")
_LONGEST = 1 << 20  # characters of one entry


def said(picture: ImageFile) -> dict[str, str]:
    """The entries of a picture that hold text, and `photo GPS`: latitude, longitude."""
    return {name: text[:_LONGEST] for name, value in _entries(picture) if (text := _text(value))}


def _entries(picture: ImageFile) -> Iterator[tuple[str, Any]]:
    from PIL import ExifTags
    from PIL.IptcImagePlugin import getiptcinfo

    exif = picture.getexif()
    if place := _place(exif.get_ifd(_GPS)):
        yield "photo GPS", place
    for tag, value in {**exif, **exif.get_ifd(_EXIF)}.items():
        name = ExifTags.TAGS.get(tag, "")
        if name.startswith("XP") and isinstance(value, bytes):
            value = value.decode("utf-16-le", "replace")
        elif name == _COMMENT and isinstance(value, bytes):
            value = value[8:].decode("utf-16" if value.startswith(b"UNICODE") else "utf-8", "replace")
        if name not in ("MakerNote", "XMLPacket", "ImageResources", "IPTCNAA", "InterColorProfile"):
            yield _TITLES.get(name, name or f"tag {tag}"), value
    for (_, number), value in (getiptcinfo(picture) or {}).items():
        if number in _IPTC:
            yield _IPTC[number], b"\n".join(value) if isinstance(value, list) else value
    for key, value in picture.info.items():
        name = str(key)
        if name == "xmp":
            yield from _xmp(_text(value))
        elif name == "comment" or (isinstance(value, str) and name != "exif"):
            yield name, value


def _xmp(text: str) -> Iterator[tuple[str, str]]:
    yield "XMP", text
    found = {kind: _degrees((float(d), float(m), 0.0), side) for kind, d, m, side in _XMP.findall(text)}
    if len(found) == 2:
        yield "XMP photo GPS", f"{found['Latitude']:.6f}, {found['Longitude']:.6f}"


def _place(gps: Any) -> str:
    if not gps.get(2) or not gps.get(4):
        return ""
    latitude, longitude = _degrees(gps[2], gps.get(1, "S")), _degrees(gps[4], gps.get(3, "E"))
    return f"{latitude:.6f}, {longitude:.6f}"


def _degrees(parts: Any, side: Any) -> float:
    degrees, minutes, seconds = (float(p) for p in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if str(side)[:1] in "SW" else value


def _text(value: Any) -> str:
    """A value as text; empty where it is none, or nothing but one number."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, tuple):
        value = " ".join(v for v in value if isinstance(v, str))
    return value.replace("\0", " ").strip() if isinstance(value, str) else ""
