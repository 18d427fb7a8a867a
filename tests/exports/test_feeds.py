"""Files hold values, never formulas, and the same rows give the same bytes."""

from __future__ import annotations

import csv
import io
import json
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from sanggar.exports import feeds
from sanggar.exports.plugin import register_exports

pytestmark = pytest.mark.once

EVIL = [
    "=1+1",
    "+62 812",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1",
    '=HYPERLINK("http://x")',
]
ROWS = [{"nama": "Wahyuni", "nilai": -3, "hari": date(2026, 11, 21)}, {"nama": "", "lain": None}]


@pytest.mark.parametrize("text", EVIL)
def test_no_spreadsheet_takes_text_for_a_formula(text: str) -> None:
    rows = [{"=judul": text}]
    lines = list(csv.reader(io.StringIO(feeds.render_csv(rows).decode("utf-8-sig"), newline="")))
    assert all(cell.startswith("'") for line in lines for cell in line)
    sheet = load_workbook(io.BytesIO(feeds.render_xlsx(rows))).active
    assert [cell.data_type for line in sheet.iter_rows() for cell in line] == ["s", "s"]
    assert sheet["A2"].value.startswith("'")


def test_negative_numbers_stay_numbers() -> None:
    assert b"-3" in feeds.render_csv(ROWS)
    assert b"'-3" not in feeds.render_csv(ROWS)
    assert load_workbook(io.BytesIO(feeds.render_xlsx(ROWS))).active["B2"].value == -3


def test_rows_with_other_keys_keep_their_columns() -> None:
    lines = list(csv.reader(io.StringIO(feeds.render_csv(ROWS).decode("utf-8-sig"))))
    assert lines == [
        ["nama", "nilai", "hari", "lain"], ["Wahyuni", "-3", "2026-11-21", ""], ["", "", "", ""]
    ]  # fmt: skip


def test_the_same_rows_give_the_same_bytes(monkeypatch) -> None:
    for feed in register_exports():
        first = feed.render(ROWS)
        monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
        assert feed.render(ROWS) == first
        monkeypatch.undo()


def test_a_workbook_carries_no_moment() -> None:
    import re
    import zipfile

    with zipfile.ZipFile(io.BytesIO(feeds.render_xlsx(ROWS))) as archive:
        assert {item.date_time[0] for item in archive.infolist()} == {1980}
        core = archive.read("docProps/core.xml").decode()
    assert set(re.findall(r"20\d\d-\d\d-\d\dT[\d:]+Z", core)) == {"2000-01-01T00:00:00Z"}


@given(st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=3), max_size=4))
def test_any_text_can_be_written_and_read_back(rows) -> None:
    json.loads(feeds.render_json(rows))
    feeds.render_csv(rows).decode("utf-8-sig")
    load_workbook(io.BytesIO(feeds.render_xlsx(rows)))


def test_nothing_to_export_is_still_a_file() -> None:
    assert json.loads(feeds.render_json([])) == []
    assert load_workbook(io.BytesIO(feeds.render_xlsx([]))).active.max_row == 1


def test_hook_register_exports() -> None:
    found = {feed.name: feed for feed in register_exports()}
    assert set(found) == {"csv", "xlsx", "json"}
    assert {feed.audience for feed in found.values()} == {"officer"}
