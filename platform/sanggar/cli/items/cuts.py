"""`sanggar items cut`: an Angoff or bookmark sheet becomes a cut score with its standard error."""

from __future__ import annotations

import csv
from dataclasses import asdict
from pathlib import Path

import click
import numpy as np

from sanggar.cli.items import measures
from sanggar.errors import Invalid
from sanggar.measurement import standards
from sanggar.measurement.irt import Bank
from sanggar.measurement.standards import Angoff, Bookmark

#: Names in the first column of an Angoff sheet that are no judges.
POINTS, FACILITY = "points", "facility"


@click.command()
@click.argument("sheet", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option(
    "--parameters",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Output of `calibrate --json`: SHEET is a bookmark sheet, and without SHEET the booklet"
    " is printed.",
)
@click.option(
    "--mastery",
    type=click.FloatRange(0.5, 0.9),
    default=standards.MASTERY,
    show_default=True,
    help="Probability of success that counts as mastery on a page.",
)
@measures.AS_JSON
def cut(sheet: Path | None, parameters: Path | None, mastery: float, as_json: bool) -> None:
    """Return the cut score of a panel of judges.

    An Angoff SHEET has one line a judge and one column an item, ratings 0 to 1; lines named `points`
    and `facility` are optional. A bookmark SHEET has two columns, `judge` and `page`.
    """
    if parameters is None:
        if sheet is None:
            raise click.UsageError("SHEET is needed, or --parameters to print a booklet")
        panel = measures._refused(lambda: _angoff(sheet))
        measures._print(asdict(panel)) if as_json else _show_angoff(panel)
        return
    bank, _ = measures._refused(lambda: measures._parameters(parameters, None))
    if sheet is None:
        pages = standards.booklet(bank, mastery=mastery)
        if as_json:
            measures._print([asdict(page) for page in pages])
        else:
            rows = [measures._cells(asdict(page).values()) for page in pages]
            measures._table(["page", "item", "score", "theta"], rows)
        return
    found = measures._refused(lambda: _bookmark(sheet, bank, mastery))
    measures._print(asdict(found)) if as_json else _show_bookmark(found)


def _rows(sheet: Path) -> list[list[str]]:
    """Return the filled lines of a CSV file with `,` or `;`, all as long as the first."""
    try:
        text = sheet.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Invalid(f"{sheet}: cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise Invalid(f"{sheet}: is not UTF-8 text") from None
    first = text.split("\n", 1)[0]
    lines = list(csv.reader(text.splitlines(), delimiter=";" if ";" in first else ","))
    rows = []
    for number, line in enumerate(lines, start=1):
        cells = [cell.strip() for cell in line]
        if not any(cells):
            continue
        if len(cells) != len(lines[0]):
            raise Invalid(
                f"{sheet}:{number}: {len(cells)} cells, the first line has {len(lines[0])}"
            )
        rows.append(cells)
    if len(rows) < 2 or len(rows[0]) < 2:
        raise Invalid(f"{sheet}: a line of names and at least one line below are needed")
    return rows


def _number(sheet: Path, who: str, what: str, text: str) -> float:
    """Return a number written with a point or a comma; an empty cell is none."""
    try:
        return float(text.replace(",", ".")) if text else float(np.nan)
    except ValueError:
        raise Invalid(f"{sheet}: {who}, {what}: {text!r} is not a number") from None


def _angoff(sheet: Path) -> Angoff:
    """Return the result of an Angoff sheet."""
    rows = _rows(sheet)
    items = rows[0][1:]
    table = {
        row[0]: [_number(sheet, row[0], i, cell) for i, cell in zip(items, row[1:], strict=True)]
        for row in rows[1:]
    }
    if len(table) < len(rows) - 1 or len(set(items)) < len(items):
        raise Invalid(f"{sheet}: a judge or an item is named twice")
    points, facility = table.pop(POINTS, None), table.pop(FACILITY, None)
    return standards.angoff(
        list(table.values()), list(table), items, points=points, facility=facility
    )


def _bookmark(sheet: Path, bank: Bank, mastery: float) -> Bookmark:
    """Return the result of a bookmark sheet."""
    pages = []
    for row in _rows(sheet)[1:]:
        page = _number(sheet, row[0], "page", row[1])
        if not page.is_integer():
            raise Invalid(f"{sheet}: {row[0]}: {row[1] or 'an empty cell'} is no page")
        pages.append(int(page))
    return standards.bookmark(bank, pages, mastery=mastery)


def _show_angoff(found: Angoff) -> None:
    """Print an Angoff result for people."""
    click.echo(f"cut {found.cut:.3f} of the points ({found.points:.1f} points)")
    click.echo(f"standard error {found.se:.3f}; for other items as well {found.se_items:.3f}")
    click.echo(f"dependability {found.dependability:.2f}\n")
    measures._table(
        ["judge", "cut", "agreement", "with facility"],
        [measures._cells(asdict(judge).values()) for judge in found.judges],
    )
    click.echo()
    measures._table(
        ["item", "mean", "sd", "facility", "talk about"],
        [measures._cells(asdict(item).values()) for item in found.items],
    )


def _show_bookmark(found: Bookmark) -> None:
    """Print a bookmark result for people."""
    click.echo(f"cut at ability {found.theta:.3f} (median {found.median:.3f})")
    click.echo(f"standard error {found.theta_se:.3f}")
    click.echo(f"expected share of the points there {found.share:.3f} ± {found.share_se:.3f}")
