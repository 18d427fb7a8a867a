"""Turning rows into files: CSV and XLSX that no spreadsheet takes for formulas, and JSON.

The same rows always give the same bytes: a recap that is downloaded twice must not differ.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

Rows = Iterable[Mapping[str, Any]]

#: What makes a spreadsheet calculate: also in full width, and behind blanks.
_FORMULA = re.compile(r"^\s*[=+\-@\t\r＝＋－＠]")
#: Zip archives cannot hold an earlier date.
_STILL = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")
#: Characters that XML, and so XLSX, cannot hold.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
WIDEST = 60


def safe(value: Any) -> Any:
    """Return a value that a spreadsheet shows instead of calculating it.

    >>> safe("=1+1"), safe("+62 812"), safe("Wahyuni"), safe(-3)
    ("'=1+1", "'+62 812", 'Wahyuni', -3)
    """
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return value
    text = _UNWRITABLE.sub("", _text(value))
    return "'" + text if _FORMULA.match(text) else text


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _columns(rows: list[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(key for row in rows for key in row))


def render_csv(rows: Rows) -> bytes:
    """Return CSV with a byte-order mark, so that spreadsheets read it as UTF-8."""
    found = list(rows)
    columns = _columns(found)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([safe(name) for name in columns])
    writer.writerows([safe(row.get(name)) for name in columns] for row in found)
    return stream.getvalue().encode("utf-8-sig")


def render_json(rows: Rows) -> bytes:
    """Return a JSON list of objects, readable by people too."""
    body = json.dumps(list(rows), ensure_ascii=False, indent=1, default=_text)
    return _UNWRITABLE.sub("", body).encode() + b"\n"


def render_xlsx(rows: Rows) -> bytes:
    """Return a workbook with one sheet: bold headings that stay in view, text never a formula."""
    from openpyxl import Workbook  # noqa: PLC0415 - heavy, and only downloads need it
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    found = list(rows)
    columns = _columns(found)
    book = Workbook()
    sheet = book.active
    lines: list[list[Any]] = [[*columns], *([row.get(name) for name in columns] for row in found)]
    for number, line in enumerate(lines, start=1):
        for position, value in enumerate(line, start=1):
            cell = sheet.cell(row=number, column=position)
            cell.value = safe(value)
            if isinstance(cell.value, str):
                cell.data_type = "s"
            if number == 1:
                cell.font = Font(bold=True)
    for position in range(1, len(columns) + 1):
        longest = max(len(str(line[position - 1] or "")) for line in lines)
        sheet.column_dimensions[get_column_letter(position)].width = min(longest + 2, WIDEST)
    sheet.freeze_panes = "A2"
    stream = io.BytesIO()
    book.save(stream)
    return _still(stream.getvalue())


def _still(workbook: bytes) -> bytes:
    """Return the same workbook without the moment at which it was written."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(result, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name == "docProps/core.xml":
                body = _MODIFIED.sub(rb"\g<1>2000-01-01T00:00:00Z\g<3>", body)
            new.writestr(zipfile.ZipInfo(name, _STILL), body, zipfile.ZIP_DEFLATED)
    return result.getvalue()
