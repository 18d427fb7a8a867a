"""Reading numbers as people here type them: comma or point, thousands dots, `Rp`, units, `jt`.

One typed text can mean two numbers (`1.250` is 1250 in Indonesian and 1.25 in English), so a text
is read into all its plausible values: nobody should miss a point for a habit of writing.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

#: Longer texts are not numbers; the limit keeps the patterns below cheap.
MAX_LENGTH = 60
_SCALES = {
    "rb": 1_000, "ribu": 1_000, "k": 1_000, "thousand": 1_000,
    "jt": 1_000_000, "juta": 1_000_000, "million": 1_000_000, "mio": 1_000_000,
}  # fmt: skip
#: cm² as it is typed: cm^2, cm2
_EXPONENT = re.compile(r"(?<=[^\W\d_])\^?[23](?![\d.,])")
_NUMBER = re.compile(
    r"""^[≈~=±]?\s*(?P<before>[^\W\d_]{1,12}\.?\s*/?\s*)?   # Rp, IDR, f/
        (?P<sign>[-+−–]?)\s*
        (?P<digits>\d[\d., '’_]*)
        (?:/\s*(?P<under>\d{1,9}))?
        (?P<rest>.*)$""",
    re.VERBOSE | re.DOTALL,
)


def readings(typed: object) -> tuple[Decimal, ...]:
    """Return every number that `typed` may mean; empty when it is no number.

    Parameters
    ----------
    typed : object
        What was typed; anything but text and numbers has no reading.

    Examples
    --------
    >>> [str(v) for v in readings("Rp1.250.000,-")]
    ['1250000']
    >>> [str(v) for v in readings("12,5 %")]
    ['12.5']
    >>> sorted(str(v) for v in readings("1.250"))
    ['1.250', '1250']
    >>> [str(v) for v in readings("1,5 juta")]
    ['1500000.0', '1.5']
    >>> readings("kira-kira"), readings("12 atau 13")
    ((), ())
    """
    return tuple(dict.fromkeys(value for value, _unit in quantities(typed)))


def quantities(typed: object) -> tuple[tuple[Decimal, str], ...]:
    """Return every number that `typed` may mean with the unit that stands at it.

    Examples
    --------
    >>> [(str(v), unit) for v, unit in quantities("2,5 cm")]
    [('2.5', 'cm')]
    >>> [(str(v), unit) for v, unit in quantities("Rp1.250.000")]
    [('1250000', 'Rp')]
    """
    if isinstance(typed, bool) or not isinstance(typed, str | int | float):
        return ()
    if isinstance(typed, int) and abs(typed) >= 10**MAX_LENGTH:
        return ()
    text = unicodedata.normalize("NFKC", str(typed).replace("²", "^2").replace("³", "^3")).strip()
    match = _NUMBER.match(text) if 0 < len(text) <= MAX_LENGTH else None
    if match is None:
        return ()
    rest = match["rest"].strip()
    if re.search(r"\d", _EXPONENT.sub("", rest)):
        return ()
    unit = rest.strip("., -") or (match["before"] or "").strip(" .")
    sign = -1 if match["sign"] in {"-", "−", "–"} else 1
    plain = [sign * value for value in _values(match["digits"])]
    if match["under"]:
        under = Decimal(match["under"])
        parts = [value / under for value in plain] if under else []
        # 1/500 is how a shutter speed is written; where its denominator is asked, it means 500
        found = [*parts, under] if parts and plain == [1] else parts
        return tuple((value, unit) for value in found)
    words = re.findall(r"[^\W\d_]+", rest.lower())
    scale = _SCALES.get(words[0]) if words else None
    if scale is None:
        return tuple((value, unit) for value in plain)
    behind = rest[len(words[0]) :].strip("., -") or (match["before"] or "").strip(" .")
    return (*((value * scale, behind) for value in plain), *((value, unit) for value in plain))


def _values(digits: str) -> list[Decimal]:
    """Return the decimal and the thousands reading of a run of digits and separators."""
    spaced = re.sub(r"['’_\s]+", " ", digits.rstrip(" .,'’_"))
    if " " in spaced and not _grouped(re.split(r"[.,]", spaced)[0], " "):
        return []
    bare = spaced.replace(" ", "")
    points, commas = bare.count("."), bare.count(",")
    texts: list[str] = []
    if points and commas:
        decimal = "." if bare.rfind(".") > bare.rfind(",") else ","
        other = "," if decimal == "." else "."
        whole, _, fraction = bare.rpartition(decimal)
        if bare.count(decimal) == 1 and _grouped(whole, other):
            texts.append(f"{whole.replace(other, '')}.{fraction}")
    elif points + commas == 0:
        texts.append(bare)
    else:
        mark = "." if points else ","
        if points + commas == 1:
            texts.append(bare.replace(mark, "."))
        if _grouped(bare, mark):
            texts.append(bare.replace(mark, ""))
    found = []
    for text in texts:
        try:
            found.append(Decimal(text))
        except InvalidOperation:  # more digits than a decimal holds
            continue
    return found


def _grouped(text: str, mark: str) -> bool:
    head, *groups = text.split(mark)
    return 1 <= len(head) <= 3 and head[0] != "0" and all(len(group) == 3 for group in groups)
