"""Units of numeric answers as they are written in a bank: ``mm 1 | cm 10 | m 1000``.

The number behind a unit says how many of the item's own units it holds; the key stands in the item's
own unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

#: other names of units that everybody here uses
SAME = {"rupiah": "rp", "idr": "rp", "persen": "%", "percent": "%"}


class UnitError(ValueError):
    """Units that cannot be read."""


def plain_unit(text: str) -> str:
    """Return a unit as it is compared: no case, spaces or final point; rupiah has one name.

    >>> plain_unit("Rp."), plain_unit("rupiah"), plain_unit("cm²")
    ('rp', 'rp', 'cm2')
    """
    plain = "".join(text.split()).casefold().rstrip(".").replace("²", "2").replace("³", "3")
    plain = plain.replace("^", "")
    return SAME.get(plain, plain)


def read_units(text: str) -> Mapping[str, Decimal]:
    """Return unit -> factor.

    >>> dict(read_units("mm 1 | cm 10"))
    {'mm': Decimal('1'), 'cm': Decimal('10')}
    """
    found: dict[str, Decimal] = {}
    for part in text.split("|"):
        name, _, factor = part.strip().rpartition(" ")
        try:
            value = Decimal(factor)
        except InvalidOperation as error:
            raise UnitError(f"'{part.strip()}' has no factor") from error
        if not name.strip() or not value.is_finite() or value <= 0 or value.adjusted() > 12:
            raise UnitError(f"'{part.strip()}' is no unit with a factor above 0")
        if plain_unit(name) in found:
            raise UnitError(f"'{name.strip()}' stands twice")
        found[plain_unit(name)] = value
    return found
