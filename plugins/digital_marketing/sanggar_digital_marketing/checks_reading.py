"""Rows and lines of whatever people hand in: CSV of any flavour, text, spreadsheets, PDFs."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pypdfium2 as pdfium

from sanggar.plugin import UploadedFile
from sanggar.plugin.filechecks import Unreadable, words

#: what is read of one file
MAX_BYTES, MAX_ROWS, MAX_CELLS, MAX_CELL, MAX_PAGES = 8_000_000, 20_000, 60, 5_000, 30
MAX_UNPACKED = 60_000_000
DELIMITERS = (";", ",", "\t", "|")
Row = list[str]


def rows(file: UploadedFile) -> list[Row]:
    """Return the cells of a file, row by row; a line of text without delimiter is a row of one.

    Raises
    ------
    Unreadable
        When it cannot be opened, or is larger than what is read.
    """
    if file.kind == "xlsx":
        return _sheets(file.path)
    text = _pdf(file.path) if file.kind == "pdf" else decoded(file.path)
    lines = text.splitlines()[:MAX_ROWS]
    if file.kind != "csv":
        return [[line[:MAX_CELL]] for line in lines]
    delimiter = delimiter_of(lines)
    if delimiter is None:
        return [[line[:MAX_CELL]] for line in lines]
    if lines and re.fullmatch(r"sep=.", lines[0].strip().lower()):
        lines = lines[1:]
    try:
        return [
            [cell.strip()[:MAX_CELL] for cell in row[:MAX_CELLS]]
            for row in csv.reader(lines, delimiter=delimiter)
        ]
    except csv.Error as error:
        raise Unreadable(words("CSV ini rusak", "The CSV is damaged"), broken=True) from error


def lines(file: UploadedFile) -> list[str]:
    """Return a file line by line; cells of tables stand as lines of their own."""
    return [cell for row in rows(file) for cell in row if cell.strip()]


def decoded(path: Path) -> str:
    """Return a text file as text: UTF-8 with or without mark, UTF-16, or the set of old spreadsheets."""
    if path.stat().st_size > MAX_BYTES:
        raise Unreadable(words("Berkas teks lebih dari 8 MB", "The text file has more than 8 MB"))
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace").replace("\0", "")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return text.replace("\0", "")


def delimiter_of(lines: list[str]) -> str | None:
    """Return the delimiter that cuts the first lines into the same number of cells, more than one."""
    first = [line for line in lines[:30] if line.strip()]
    if first and (said := re.fullmatch(r"sep=(.)", first[0].strip().lower())):
        return said[1]
    best: tuple[float, int, str] | None = None
    for delimiter in DELIMITERS:
        try:
            counts = [len(row) for row in csv.reader(first, delimiter=delimiter)]
        except csv.Error:
            continue
        usual = max(set(counts), key=counts.count, default=1)
        if usual > 1:
            score = (counts.count(usual) / len(counts), usual, delimiter)
            best = max(best, score, key=lambda s: (s[0], s[1])) if best else score
    return best[2] if best else None


def _sheets(path: Path) -> list[Row]:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise Unreadable(
                    words("Lembar kerja terlalu besar", "The spreadsheet is too large")
                )
        # given as bytes: kept files have no ending, and by name only .xlsx would be opened
        book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=True)
        found: list[Row] = []
        for sheet in book.worksheets[:10]:
            for row in sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_CELLS, values_only=True):
                found.append(["" if cell is None else _cell(cell) for cell in row])
                if len(found) >= MAX_ROWS:
                    break
        book.close()
    except Unreadable:
        raise
    except Exception as error:  # a damaged workbook raises nearly anything
        reason = words("Lembar kerja ini rusak", "The spreadsheet is damaged")
        raise Unreadable(reason, broken=True) from error
    return found


def _cell(cell: object) -> str:
    if isinstance(cell, float):
        if cell.is_integer():
            return str(int(cell))
        # three digits after the point could be taken for thousands
        text = f"{cell:.6f}".rstrip("0")
        return text + "0" if len(text.partition(".")[2]) == 3 else text
    date = getattr(cell, "date", None)
    return str(date() if callable(date) else cell).strip()[:MAX_CELL]


def _pdf(path: Path) -> str:
    try:
        opened = pdfium.PdfDocument(path)
    except (pdfium.PdfiumError, OSError, ValueError) as error:
        raise Unreadable(
            words("PDF ini tidak dapat dibuka", "The PDF cannot be opened"), broken=True
        ) from error
    try:
        parts = []
        for number in range(min(len(opened), MAX_PAGES)):
            text = opened[number].get_textpage()
            count = min(text.count_chars(), 200_000)
            parts.append(text.get_text_range(0, count) if count else "")
    finally:
        opened.close()
    return "\n".join(parts)
