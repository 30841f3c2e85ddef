"""Pictures of lines of text, drawn with Pillow's own font."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageDraw, ImageFont


def lines(*texts: str, size: int = 26) -> Image.Image:
    """Black lines on white, as large as they need."""
    font = ImageFont.load_default(size)
    width = max(round(font.getlength(text)) for text in texts)
    picture = Image.new("L", (width + 80, len(texts) * 2 * size + 80), 255)
    draw = ImageDraw.Draw(picture)
    for i, text in enumerate(texts):
        draw.text((40, 40 + i * 2 * size), text, fill=0, font=font)
    return picture


def encoded(picture: Image.Image, kind: str = "png", **how: Any) -> bytes:
    data = io.BytesIO()
    picture.save(data, kind, **how)
    return data.getvalue()
