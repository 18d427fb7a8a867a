"""Does what a person reports follow from the campaign's data: sums, figures, best set, dates.

All arithmetic is decimal and exact; a figure is compared within the tolerance of the brief or the
rounding of what was written, whichever is wider. What cannot be computed (a division by nothing)
must not be claimed either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from sanggar.plugin import Finding, Text
from sanggar.plugin.filechecks import Limits, Num, clean, some, words

from . import checks as rules
from .checks_figures import decimals, digits_of, readings
from .checks_table import (
    COUNTS,
    FIGURES,
    LESS_IS_BETTER,
    MONEY,
    PERCENT,
    Table,
    figure,
    find_table,
)

Tables = Sequence[tuple[str, Sequence[Sequence[str]]]]
NAMES = {
    "roas": r"roas", "cpa": r"cpa|biaya per (?:pesanan|konversi|akuisisi)", "cpc": r"cpc|biaya per klik",
    "ctr": r"ctr|rasio klik(?:[ -]tayang)?", "cvr": r"cvr|(?:rasio|tingkat) konversi|conversion rate",
    "aov": r"aov|nilai rata-rata pesanan|rata-rata nilai pesanan", "cpm": r"cpm",
    "cost": r"total (?:biaya|cost|spend|pengeluaran)", "revenue": r"total (?:omzet|omset|pendapatan|revenue)",
    "clicks": r"total (?:klik|clicks)", "orders": r"total (?:pesanan|orders|konversi)",
    "impressions": r"total (?:tayangan|impresi|impressions)",
}  # fmt: skip
#: after the name nothing but a unit: "ROAS impas" and "target CPA" are other things
_CLAIM = {
    name: re.compile(
        rf"(?<![\w-])(?<!target )(?<!batas )(?:{pattern})(?:\s*\([^)]{{0,20}}\))?"
        rf"(?:\s+(?:kampanye|keseluruhan|overall))?\s*(?:[=:]|≈|adalah|\bis\b)\s*(?P<value>[^;\n]{{1,40}})",
        re.IGNORECASE,
    )
    for name, pattern in NAMES.items()
}
_SET = {
    best: re.compile(rf"(?:{pattern})\s*[=:]\s*(?P<value>.{{1,80}})", re.IGNORECASE)
    for best, pattern in (
        (True, r"set (?:iklan )?ter(?:baik|kuat)|best (?:ad )?set"),
        (False, r"set (?:iklan )?ter(?:lemah|buruk)|(?:worst|weakest) (?:ad )?set"),
    )
}
NONE = re.compile(
    r"^\s*(?:-|–|n/?a|tidak (?:dapat|bisa) dihitung|tak terhitung|cannot be computed|undefined)",
    re.I,
)
VALUE = re.compile(
    r"^\s*(?:rp\.?\s*|idr\s*)?[-−]?\s*\d[\d.,\u00a0]*(?:\s*(?:%|x|×|kali\b))?", re.IGNORECASE
)


def measure(limits: Limits, tables: Tables) -> list[Finding]:
    """Return what the data say about the data, the brief and the claims."""
    table = find_table(tables, limits.text("decimal"))
    given = {name: Decimal(limits.text(name)) for name in (*COUNTS, *MONEY) if limits.text(name)}
    if table is None and not given:
        measured = words("Tidak ada tabel kampanye yang dikenali", "No campaign table recognised")
        asked = words("kolom: {}", "columns: {}", ", ".join(limits.parts("columns")))
        needed = "warn" if limits.flag("required") else "unknown"
        return [rules.DATA.find(needed, measured, asked)]
    found: list[Finding] = []
    sums = dict(given)
    if table is not None:
        found += _data(limits, table, given)
        sums = {**given, **table.sums()}
    claims = list(_lines(table, tables))
    return [*found, *_claims(limits, sums, claims), *_best(limits, table, claims)]


def _data(limits: Limits, table: Table, given: Mapping[str, Decimal]) -> list[Finding]:
    name = table.name
    missing = [column for column in limits.parts("columns") if column not in table.columns]
    measured = words(
        "{} baris, kolom {}", "{} rows, columns {}", len(table.rows), ", ".join(table.columns)
    )
    asked = words("kolom {}", "columns {}", ", ".join(limits.parts("columns")))
    if missing:
        measured = words("Tidak ada: {}", "Missing: {}", ", ".join(missing))
    found = [rules.COLUMNS.judge(not missing, measured, asked, file=name)]
    bad = table.unreadable
    measured = (
        words("baris {}", "row {}", some(bad)) if bad else words("semua terbaca", "all readable")
    )
    found.append(rules.CELLS.judge(not bad, measured, file=name))
    odd = _odd(table)
    measured = (
        words("{}", "{}", some(odd)) if odd else words("tidak ada yang janggal", "nothing odd")
    )
    found.append(rules.LOGIC.judge(not odd, measured, file=name))
    return [*found, *_brief(limits, table, given), *_range(limits, table)]


def _odd(table: Table) -> list[str]:
    """Return what cannot be: more clicks than views, negative numbers, a day twice, a wrong total."""
    odd: list[str] = []
    for place, row in enumerate(table.rows, 1):
        pairs = (("clicks", "impressions"), ("orders", "clicks"))
        odd += [
            f"{place}: {a} > {b}"
            for a, b in pairs
            if row.get(a, Decimal(0)) > row.get(b, row.get(a, Decimal(0)))
        ]
        odd += [f"{place}: {name} < 0" for name, value in row.items() if value < 0]
    keys = [key for key in table.keys if key.strip("\0")]
    if "date" in table.columns:
        odd += [
            f"2×: {key}".replace("\0", " ") for key in dict.fromkeys(keys) if keys.count(key) > 1
        ][:20]
    sums = table.sums()
    odd += [
        f"total {name} ≠ {sums[name]}"
        for name, value in table.stated.items()
        if name in sums and value != sums[name]
    ]
    return odd


def _money(name: str, value: Decimal) -> Text:
    number = Num(float(value), 0 if value == value.to_integral_value() else 2)
    return (
        words("Rp{}", "Rp{}", number)
        if name in (*MONEY, "cpa", "cpc", "aov", "cpm")
        else words("{}", "{}", number)
    )


def _brief(limits: Limits, table: Table, given: Mapping[str, Decimal]) -> list[Finding]:
    found, sums = [], table.sums()
    for name, wanted in given.items():
        have = sums.get(name)
        if have is None:
            continue
        near = abs(have - wanted) <= wanted * Decimal(str(limits.number("tolerance"))) / 100
        measured = words("{} {}", "{} {}", name, _money(name, have))
        found.append(rules.TOTALS.judge(near, measured, _money(name, wanted), file=table.name))
    if limits.text("max_cost") and "cost" in sums:
        most = Decimal(limits.text("max_cost"))
        asked = words("paling banyak {}", "at most {}", _money("cost", most))
        found.append(
            rules.BUDGET.judge(
                sums["cost"] <= most, _money("cost", sums["cost"]), asked, file=table.name
            )
        )
    return found


def _range(limits: Limits, table: Table) -> list[Finding]:
    if not table.days:
        return []
    first, last = min(table.days), max(table.days)
    measured = words("{} sampai {}", "{} to {}", first, last)
    begin, end = _limit_day(limits, "from"), _limit_day(limits, "to")
    if begin is None and end is None:
        return [rules.DATES.find("pass", measured, file=table.name)]
    asked = words("{} sampai {}", "{} to {}", begin or "…", end or "…")
    good = (begin is None or first >= begin) and (end is None or last <= end)
    return [rules.DATES.judge(good, measured, asked, file=table.name)]


def _limit_day(limits: Limits, name: str) -> date | None:
    try:
        return date.fromisoformat(limits.text(name))
    except ValueError:
        return None


def _lines(table: Table | None, tables: Tables) -> Iterator[tuple[str, str]]:
    """Return every line in which a claim may stand; a label and a number in a row are one line."""
    for name, rows in tables:
        own = table is not None and name == table.name
        for row in table.rest if own and table is not None else rows:
            cells = [cell for cell in row if cell.strip()]
            yield name, cells[0] if len(cells) == 1 else " = ".join(cells[:2])


def _claims(
    limits: Limits, sums: Mapping[str, Decimal], lines: Sequence[tuple[str, str]]
) -> list[Finding]:
    found: list[Finding] = []
    seen: set[str] = set()
    for file, line in lines:
        for name, pattern in _CLAIM.items():
            match = pattern.search(line)
            if match is not None:
                seen.add(name)
                found.append(_compare(limits, name, match["value"].strip(), sums, file))
    missing = [name for name in limits.parts("claims") if name.lower() not in seen]
    if missing:
        measured = words("Tidak ditemukan: {}", "Not found: {}", ", ".join(missing).upper())
        asked = words("baris seperti “ROAS = 3,2”", "lines like “ROAS = 3.2”")
        found.append(rules.CLAIMS.find("warn", measured, asked))
    return found[:60]


def _compare(
    limits: Limits, name: str, said: str, sums: Mapping[str, Decimal], file: str
) -> Finding:
    true = figure(name, sums) if name in FIGURES else sums.get(name)
    title = name.upper() if name in FIGURES else name
    match = VALUE.match(said)
    known = name in sums if name not in FIGURES else all(part in sums for part in FIGURES[name][:2])
    shown = words("{}: {}", "{}: {}", title, clean(match[0] if match else said, 30))
    if not known:
        return rules.CLAIM.find(
            "unknown", shown, words("datanya tidak ada", "the data are missing"), file=file
        )
    if true is None:
        asked = words("tidak dapat dihitung (dibagi nol)", "cannot be computed (divided by zero)")
        return rules.CLAIM.judge(bool(NONE.match(said)), shown, asked, file=file)
    value = words("{} %", "{} %", Num(float(true), 2)) if name in PERCENT else _money(name, true)
    asked = words("dihitung dari data: {}", "from the data: {}", value)
    if match is None or digits_of(match[0]) is None:
        return rules.CLAIM.find("warn", shown, asked, file=file)
    return rules.CLAIM.judge(_near(limits, name, match[0], true), shown, asked, file=file)


def _near(limits: Limits, name: str, said: str, true: Decimal) -> bool:
    tolerance = abs(true) * Decimal(str(limits.number("tolerance"))) / 100
    values = readings(said)
    if name in PERCENT and "%" not in said:
        values += [value * 100 for value in values if value < 1]
    rounding = (
        Decimal("0.5").scaleb(-decimals(said)) if name in FIGURES and true >= 1 else Decimal(0)
    )
    return any(abs(value - true) <= max(tolerance, rounding) for value in values)


def _best(limits: Limits, table: Table | None, lines: Sequence[tuple[str, str]]) -> list[Finding]:
    """Return whether the sets named as best and weakest are these."""
    by = limits.text("best_by")
    order = ranked(table, by) if table is not None else []
    found = []
    for best, pattern in _SET.items():
        claim = next(
            ((file, m["value"]) for file, line in lines if (m := pattern.search(line))), None
        )
        if claim is None or len(order) < 2:
            continue
        right = order[0] if best else order[-1]
        file, said = claim
        measured = words("{}", "{}", clean(said, 60))
        asked = words("{} menurut {}", "{} by {}", right, by.upper())
        good = right.lower() in said.lower() or said.strip().lower() == right.lower()
        found.append(rules.BEST.judge(good, measured, asked, file=file))
    return found


def ranked(table: Table, by: str) -> list[str]:
    """Return the ad sets from best to weakest; one without result comes last."""
    values = {name: figure(by, sums) for name, sums in table.by_set().items()}
    worst = [name for name, value in values.items() if value is None]
    known = [(value, name) for name, value in values.items() if value is not None]
    known.sort(reverse=by not in LESS_IS_BETTER)
    return [*(name for _, name in known), *worst]
