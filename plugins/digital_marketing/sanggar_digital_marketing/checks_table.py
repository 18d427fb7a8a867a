"""A campaign's table: which column is what, its rows, its sums, the figures that follow from them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .checks_figures import count, day, decimal_sign, number

COUNTS, MONEY = ("impressions", "clicks", "orders"), ("cost", "revenue")
ALIASES = {
    "date": ("tanggal", "date", "hari", "day", "tgl"),
    "set": ("set iklan", "ad set", "ad set name", "nama set iklan", "grup iklan", "ad group",
            "kampanye", "campaign", "campaign name", "iklan", "ad name", "set"),
    "impressions": ("tayangan", "impresi", "impressions", "impr", "impr."),
    "clicks": ("klik", "clicks", "link clicks", "klik tautan"),
    "cost": ("biaya", "cost", "spend", "amount spent", "pengeluaran", "jumlah yang dibelanjakan"),
    "orders": ("pesanan", "orders", "order", "konversi", "conversions", "purchases", "pembelian", "transaksi"),
    "revenue": ("omzet", "omset", "pendapatan", "revenue", "nilai konversi", "conversion value",
                "penjualan", "sales", "gmv", "purchase value"),
}  # fmt: skip
TOTAL = re.compile(r"(?:grand\s+)?total|jumlah", re.IGNORECASE)
HEADER_ROWS, LEAST_COLUMNS, MAX_FAULTS = 40, 3, 200
#: figure -> (what is divided, by what, times)
FIGURES: dict[str, tuple[str, str, int]] = {
    "ctr": ("clicks", "impressions", 100), "cpc": ("cost", "clicks", 1), "cvr": ("orders", "clicks", 100),
    "cpa": ("cost", "orders", 1), "roas": ("revenue", "cost", 1), "aov": ("revenue", "orders", 1),
    "cpm": ("cost", "impressions", 1000),
}  # fmt: skip
PERCENT = frozenset(("ctr", "cvr"))
LESS_IS_BETTER = frozenset(("cpa", "cpc", "cpm"))


@dataclass
class Table:
    """A campaign's data, read."""

    name: str
    columns: dict[str, int]
    rows: list[dict[str, Decimal]] = field(default_factory=list)
    sets: list[str] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    stated: dict[str, Decimal] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)
    #: rows that belong to no table: claims may stand there
    rest: list[Sequence[str]] = field(default_factory=list)

    def sums(self) -> dict[str, Decimal]:
        """Return the sum of each column of numbers."""
        return add(self.rows)

    def by_set(self) -> dict[str, dict[str, Decimal]]:
        """Return the sums of each ad set."""
        names = dict.fromkeys(name for name in self.sets if name)
        return {
            name: add([row for row, own in zip(self.rows, self.sets, strict=True) if own == name])
            for name in names
        }


def add(rows: Sequence[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    """Return the sums of the columns of some rows."""
    found: dict[str, Decimal] = {}
    for row in rows:
        for name, value in row.items():
            found[name] = found.get(name, Decimal(0)) + value
    return found


def figure(name: str, sums: Mapping[str, Decimal]) -> Decimal | None:
    """Return a figure, None when it is divided by nothing or a column is missing."""
    above, below, times = FIGURES[name]
    if above not in sums or not sums.get(below):
        return None
    return times * sums[above] / sums[below]


def meaning(header: str) -> str | None:
    """Return what a column holds by its title."""
    plain = re.sub(r"\([^)]*\)|\brp\b|\bidr\b|[\"'*_]", " ", header.lower())
    plain = " ".join(plain.split())
    return next((name for name, words in ALIASES.items() if plain in words), None)


def find_table(tables: Sequence[tuple[str, Sequence[Sequence[str]]]], sign: str) -> Table | None:
    """Return the table with the most columns of a campaign; None when there is none.

    Parameters
    ----------
    tables : sequence of (file name, rows)
    sign : str
        Decimal sign, or ``auto``.
    """
    best: tuple[int, str, int, dict[str, int], Sequence[Sequence[str]]] | None = None
    for name, rows in tables:
        for place, row in enumerate(rows[:HEADER_ROWS]):
            columns: dict[str, int] = {}
            for position, cell in enumerate(row):
                what = meaning(cell)
                if what:
                    columns.setdefault(what, position)
            if len(columns) >= LEAST_COLUMNS and (best is None or len(columns) > best[0]):
                best = (len(columns), name, place, columns, rows)
    if best is None:
        return None
    _, name, place, columns, rows = best
    table = Table(name, columns, rest=list(rows[:place]))
    _fill(table, rows[place + 1 :], sign, place + 2)
    return table


def _fill(table: Table, rows: Sequence[Sequence[str]], sign: str, first: int) -> None:
    numbers = {name: place for name, place in table.columns.items() if name in (*COUNTS, *MONEY)}
    if sign == "auto":
        sign = decimal_sign(row[p] for row in rows for p in numbers.values() if p < len(row))
    for line, row in enumerate(rows, first):
        cells = {name: row[p].strip() if p < len(row) else "" for name, p in table.columns.items()}
        values = {
            name: (count if name in COUNTS else number)(cells[name], sign)
            for name in numbers
            if cells[name] not in ("", "-", "–")
        }
        read = {name: value for name, value in values.items() if value is not None}
        if len(read) < min(2, len(numbers)):
            if any(cell.strip() for cell in row):
                table.rest.append(row)
            continue
        if any(TOTAL.fullmatch(cell.strip()) for cell in row[:4]):
            table.stated = read
            continue
        faults = [name for name, value in values.items() if value is None]
        when = day(cells["date"]) if "date" in cells else None
        if "date" in cells and when is None:
            faults.append("date")
        table.unreadable += [f"{line}: {cells[name][:30]}" for name in faults]
        table.rows.append(read)
        table.sets.append(cells.get("set", ""))
        table.keys.append("\0".join(cells.get(k, "") for k in ("date", "set")))
        if when is not None:
            table.days.append(when)
    del table.unreadable[MAX_FAULTS:]
