"""How many NIK of made-up pages in pictures are found, and what a page costs: `python -m bench.ocr.measure`."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping

from PIL import Image, ImageFilter
from PIL.Image import Resampling

from bench.ocr.draw import A4, People, family_card, identity_card, letter
from privacyscan import read
from privacyscan.model import File, Limits, Place, Table, Text

ROUNDS = 3
LINES = 35
Change = Callable[[Image.Image], Image.Image]
PAGES: Mapping[str, Change] = {
    "clean, 200 dpi": lambda page: page,
    "100 dpi": lambda page: page.resize((A4[0] // 2, A4[1] // 2), Resampling.LANCZOS),
    "askew by 2 degrees": lambda page: page.rotate(2, Resampling.BICUBIC, fillcolor=255),
    "blurred by 2 pixels": lambda page: page.filter(ImageFilter.GaussianBlur(2)),
    "grey paper, half in shadow": lambda page: Image.composite(
        page.point(lambda v: v * 0.8), page.point(lambda v: v * 0.5), Image.linear_gradient("L").resize(page.size)
    ),
    "upside down": lambda page: page.rotate(180),
    "turned by 90 degrees": lambda page: page.rotate(90, expand=True),
}


def found(picture: Image.Image) -> tuple[str, float]:
    """All that is read of a picture, and the CPU seconds that it takes."""
    data = io.BytesIO()
    picture.save(data, "png")
    file = File(Place("bench", ("page.png",)), lambda: io.BytesIO(data.getvalue()), len(data.getvalue()))
    begun = time.process_time()
    parts = list(read.expand(file, Limits()))
    seconds = time.process_time() - begun
    said = [part.data.decode() for part in parts if isinstance(part, Text)]
    said += [str(part.batch.to_pylist()) for part in parts if isinstance(part, Table)]
    return "\n".join(said), seconds


def told(kind: str, pages: list[tuple[Image.Image, list[str]]]) -> None:
    """A line of the table."""
    hits = seconds = 0.0
    for picture, niks in pages:
        text, took = found(picture)
        hits += sum(nik in text for nik in niks)
        seconds += took
    planted = sum(len(niks) for _, niks in pages)
    print(f"| {kind} | {hits:.0f} of {planted} | {seconds / len(pages):.2f} |", flush=True)


def main() -> None:
    people = People(7)
    found(letter([people.nik()]))  # starts Tesseract, loads the rules
    letters = [[people.nik(i % 2 == 0) for i in range(LINES)] for _ in range(ROUNDS)]
    print("| pages | NIK found | CPU seconds a page |\n|---|---|---|")
    for kind, change in PAGES.items():
        told(kind, [(change(letter(niks)), niks) for niks in letters])
    cards = [people.person() for _ in range(4 * ROUNDS)]
    told("KTP, 300 dpi", [(identity_card(card, seed=i), [card["NIK"]]) for i, card in enumerate(cards)])
    told("KTP, 150 dpi", [(identity_card(card, 0.5, i), [card["NIK"]]) for i, card in enumerate(cards)])
    told("KTP copied on A4, 200 dpi", [(_copied(identity_card(c, 0.667, i)), [c["NIK"]]) for i, c in enumerate(cards)])
    homes = [[people.person() for _ in range(5)] for _ in range(ROUNDS)]
    told("KK with five persons, 200 dpi", [(family_card(people.kk(), h), [m["NIK"] for m in h]) for h in homes])


def _copied(card: Image.Image) -> Image.Image:
    page = Image.new("L", A4, 250)
    page.paste(card.convert("L"), (400, 300))
    return page


if __name__ == "__main__":
    main()
