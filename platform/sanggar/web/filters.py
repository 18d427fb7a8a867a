"""Numbers in words, for headings and fact cards."""

from __future__ import annotations

from sanggar.kernel import i18n
from sanggar.kernel.templating import number
from sanggar.plugin.text import Text

WORDS = {
    "id": [
        "Nol",
        "Satu",
        "Dua",
        "Tiga",
        "Empat",
        "Lima",
        "Enam",
        "Tujuh",
        "Delapan",
        "Sembilan",
        "Sepuluh",
    ],
    "en": ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"],
}
SCALES = (
    (1_000_000_000, Text(id="miliar", en="billion")),
    (1_000_000, Text(id="juta", en="million")),
)


def inwords(value: int) -> str:
    """Write a small number as a capitalised word, a larger one in figures."""
    words = WORDS[i18n.language()]
    return words[value] if 0 <= value < len(words) else number(value)


def inmillions(value: float) -> str:
    """Write a large number as `9,78 juta`."""
    for scale, word in SCALES:
        if abs(value) >= scale:
            share = value / scale
            digits = next(d for d in (0, 1, 2) if d == 2 or round(share, d) == round(share, 2))
            return f"{number(share, digits)} {word.to(i18n.language())}"
    return number(value)
