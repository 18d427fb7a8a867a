"""Tables of scores: one row a person (or an answer pattern), one column an item.

Spreadsheets write such tables in many dialects; this is the one place that knows them. What is wrong
is said with its line, because the table comes from a person who has to mend it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sanggar.errors import Invalid
from sanggar.measurement.irt import Floats

#: cells that mean "no answer", in small letters: R, spreadsheets, SPSS and SAS, Moodle, databases
MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", ".", "-", "null", "#null!"})
DELIMITERS = (";", "\t", ",")
#: the delimiter as spreadsheets write it in a line of its own
_SAID = re.compile(r"sep=([;,\t])\r?\n?", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')
_AFTER_QUOTE = re.compile(r'(?<=")[ ]+(?=[;,\t\r\n]|\Z)')
#: names of columns that number people
NUMBERING = frozenset(
    {"id", "no", "no.", "nr", "row", "x", "person", "person_id", "subject", "student", "student_id",
     "user", "user_id", "userid", "participant", "respondent", "case", "nomor", "peserta", "nim"}
)  # fmt: skip
#: so many different numbers in a row are no scores, whatever the column is called
SERIES = 10
#: larger tables are refused: they are no responses to a test
MOST_BYTES = 200_000_000


class BadTable(Invalid):
    """A table of responses cannot be read; `line` counts from 1, 0 means the whole file."""

    def __init__(self, problem: str, line: int = 0, path: Path | None = None) -> None:
        if path:
            super().__init__(f"{path}:{line}: {problem}" if line else f"{path}: {problem}")
        else:
            super().__init__(f"line {line}: {problem}" if line else problem)
        self.problem, self.line = problem, line


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """Scores as categories.

    Attributes
    ----------
    codes : ndarray of int, shape (rows, items)
        0 for the lowest score seen of an item, 1 for the next …; -1 where missing.
    values : tuple of ndarray
        The scores seen of each item, rising: ``values[j][code]`` is the score.
    gaps : tuple of tuple
        Of each item the whole scores between its lowest and highest that nobody has.
    """

    codes: npt.NDArray[np.int64]
    values: tuple[Floats, ...]
    gaps: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Responses:
    """Scores of persons (or answer patterns) on items.

    Attributes
    ----------
    names : tuple of str
    scores : ndarray, shape (rows, items)
        ``nan`` where an answer is missing.
    freq : ndarray of int, shape (rows,)
        How many persons gave this row.
    """

    names: tuple[str, ...]
    scores: Floats
    freq: npt.NDArray[np.int64]

    @classmethod
    def of(
        cls,
        scores: Sequence[Sequence[float]] | Floats,
        names: Sequence[str] = (),
        freq: Sequence[int] | npt.NDArray[np.int64] | None = None,
    ) -> Responses:
        """Return responses of arrays; names are 1, 2 … and every row counts once unless given."""
        table = np.asarray(scores, dtype=np.float64)
        if table.ndim != 2 or (names and len(names) != table.shape[1]):
            raise ValueError("scores need one row a person and one column a name")
        labels = tuple(names) or tuple(str(i + 1) for i in range(table.shape[1]))
        counts = np.ones(len(table), np.int64) if freq is None else np.asarray(freq, np.int64)
        if counts.shape != (len(table),) or (counts < 0).any():
            raise ValueError("freq needs one whole number, 0 or more, a row")
        return cls(labels, table, counts)

    @property
    def persons(self) -> int:
        """Return the number of persons."""
        return int(self.freq.sum())

    @property
    def missing(self) -> npt.NDArray[np.bool_]:
        """Return where no answer stands."""
        return np.isnan(self.scores)

    def answers(self) -> npt.NDArray[np.int64]:
        """Return the number of answers of each item."""
        return np.asarray((~self.missing * self.freq[:, None]).sum(axis=0), dtype=np.int64)

    def coded(self) -> Coded:
        """Return scores as categories, numbered by the scores that occur."""
        codes = np.full(self.scores.shape, -1, dtype=np.int64)
        values, gaps = [], []
        counted = self.freq > 0
        for j in range(len(self.names)):
            column = self.scores[:, j]
            seen = np.unique(column[~np.isnan(column) & counted])
            known = np.isin(column, seen)
            codes[known, j] = np.searchsorted(seen, column[known])
            values.append(seen)
            gaps.append(_gaps(seen))
        return Coded(codes, tuple(values), tuple(gaps))

    def take(self, items: Sequence[int]) -> Responses:
        """Return the responses to these items, in this order."""
        index = list(items)
        return Responses(tuple(self.names[j] for j in index), self.scores[:, index], self.freq)


def _gaps(seen: Floats) -> tuple[int, ...]:
    """Return the whole numbers between the lowest and highest score that do not occur."""
    if len(seen) < 2 or (seen != np.round(seen)).any() or seen[-1] - seen[0] > 100:
        return ()
    return tuple(sorted(set(range(int(seen[0]), int(seen[-1]))) - {int(v) for v in seen}))


def read(path: Path) -> Responses:
    """Return the responses in a file.

    Parameters
    ----------
    path : Path
        A table as `parse` reads it.

    Raises
    ------
    BadTable
        When the file cannot be opened, is no text, or `parse` refuses it.
    """
    try:
        return parse(_contents(path))
    except BadTable as error:
        raise BadTable(error.problem, error.line, path) from None


def sheet(path: Path) -> Sheet:
    """Return the cells of a file; errors name the file and the line."""
    try:
        return cells(_contents(path))
    except BadTable as error:
        raise BadTable(error.problem, error.line, path) from None


def _contents(path: Path) -> bytes:
    """Return the bytes of a file, or say why they cannot be had."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadTable(f"the file is larger than {MOST_BYTES // 1_000_000} MB")
        return path.read_bytes()
    except OSError as error:
        raise BadTable(f"cannot be read: {error.strerror or error}") from None


def parse(data: bytes) -> Responses:
    """Return the responses in a table.

    Parameters
    ----------
    data : bytes
        UTF-8 text (a byte order mark is allowed), a line of item names, then a line a person;
        commas, semicolons or tabs between cells, a decimal comma where semicolons or tabs stand
        between. An empty cell or one of `MISSING` is a missing answer. An optional last column
        ``freq``, in capitals or not, says how many persons gave a line.

    Raises
    ------
    BadTable
        Naming the line.
    """
    sheet = cells(data)
    table = np.empty((len(sheet.rows), len(sheet.names)))
    for i, (line, row) in enumerate(zip(sheet.lines, sheet.rows, strict=True)):
        for j, cell in enumerate(row):
            table[i, j] = _number(cell, sheet.names[j], line, sheet.delimiter)
    if not sheet.counted and _numbers_people(sheet.names[0], table[:, 0]):
        raise BadTable(
            f"the column {sheet.names[0]} numbers the people: leave it out, every column is an item",
            sheet.first,
        )
    return Responses(sheet.names, table, sheet.freq)


def is_missing(cell: str) -> bool:
    """Return whether a cell says that there is no answer."""
    return cell.casefold() in MISSING


def _numbers_people(name: str, column: Floats) -> bool:
    """Return whether a first column holds the numbers of people: each once, known by name or in a
    series without a gap."""
    if len(column) < 2 or len(np.unique(column)) < len(column) or not np.isfinite(column).all():
        return False
    series = len(column) >= SERIES and column.max() - column.min() == len(column) - 1
    return name.casefold() in NUMBERING or series


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A table as text: names, cells without spaces around, where each row stands, frequencies."""

    names: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    freq: npt.NDArray[np.int64]
    delimiter: str
    #: the line of the names, and whether there was a column freq
    first: int = 1
    counted: bool = False


def cells(data: bytes) -> Sheet:
    """Return the cells of a table with a line of names and a column freq, if there is one.

    Raises
    ------
    BadTable
        Naming the line.
    """
    found, delimiter = _lines(_text(data))
    if not found:
        raise BadTable("the file is empty: it needs a line of item names and a line a person")
    (at, names), body = found[0], found[1:]
    while len(names) > 1 and all(len(r) == len(names) and not r[-1] for _, r in found):
        for _, row in found:
            row.pop()  # spreadsheets leave empty columns behind
    counted = len(names) > 1 and names[-1].casefold() == "freq"
    _check_names(names[:-1] if counted else names, at)
    if not body:
        raise BadTable("there are item names but no responses")
    for line, row in body:
        if len(row) != len(names):
            raise BadTable(f"{len(row)} cells where the first line has {len(names)} names", line)
    lines, rows = [line for line, _ in body], [row for _, row in body]
    freq = np.ones(len(rows))
    if counted:
        freq = np.array([_number(row.pop(), "freq", n, delimiter) for n, row in body])
        names = names[:-1]
        _check_freq(freq, lines)
    return Sheet(tuple(names), rows, lines, freq.astype(np.int64), delimiter, at, counted)


def codes_for(
    responses: Responses, names: Sequence[str], values: Sequence[Sequence[float]]
) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Return answers as categories of a bank, and the columns the bank does not know.

    Parameters
    ----------
    responses : Responses
    names : sequence of str
        The items of the bank; one without a column counts as missing.
    values : sequence of sequence of float
        Of each item the scores its categories stand for, rising.

    Raises
    ------
    BadTable
        When no item of the bank has a column, or a score is none of its categories.
    """
    codes = np.full((len(responses.freq), len(names)), -1, dtype=np.int64)
    column = {name: j for j, name in enumerate(responses.names)}
    for j, (name, steps) in enumerate(zip(names, values, strict=True)):
        if name not in column:
            continue
        scores = responses.scores[:, column[name]]
        known = np.asarray(steps, dtype=np.float64)
        given = ~np.isnan(scores)
        strange = given & ~np.isin(scores, known)
        if strange.any():
            score = scores[strange.argmax()]
            raise BadTable(f"{name}: the score {score:g} has no parameters")
        codes[given, j] = np.searchsorted(known, scores[given])
    ignored = [name for name in responses.names if name not in set(names)]
    if len(ignored) == len(responses.names):
        raise BadTable("no column has parameters: do the names agree?")
    return codes, ignored


def _text(data: bytes) -> str:
    """Return the text of a file, or say why it is none."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4096]:
        raise BadTable("this is no UTF-8 text: save the sheet as CSV (UTF-8)")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadTable("this is no UTF-8 text: save the sheet as CSV (UTF-8)", line) from None


def _lines(text: str) -> tuple[list[tuple[int, list[str]]], str]:
    """Return the lines that are not blank, with their numbers, and what stands between cells."""
    said = _SAID.match(text)
    skipped = text[: said.end()].count("\n") if said else 0
    text = text[said.end() :] if said else text
    first = _QUOTED.sub("", text[:200_000]).lstrip("\r\n").split("\n", 1)[0]
    delimiter = said[1] if said else max(DELIMITERS, key=first.count)
    reader = csv.reader(
        io.StringIO(_AFTER_QUOTE.sub("", text), newline=""),
        delimiter=delimiter, strict=True, skipinitialspace=True,
    )  # fmt: skip
    lines: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            if len(row) > 1 or (row and row[0].strip()):
                number = reader.line_num + skipped
                lines.append((number, [" ".join(cell.split()) for cell in row]))
    except csv.Error as error:
        raise BadTable(f"quotes or cells are broken ({error})", reader.line_num + skipped) from None
    return lines, delimiter


def _check_names(names: Sequence[str], line: int) -> None:
    """Refuse names that are empty or stand twice, and a freq that is not last."""
    for place, name in enumerate(names, start=1):
        if not name:
            raise BadTable(f"column {place} has no name: name the item, or leave it out", line)
        if name.casefold() == "freq":
            raise BadTable("the column freq must be the last one, after at least one item", line)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        hint = ": is the line of names missing?" if twice[0].isdecimal() else ""
        raise BadTable(f"the name {twice[0]} stands more than once{hint}", line)


def _number(cell: str, name: str, line: int, delimiter: str) -> float:
    """Return the number in a cell, `nan` when it is missing."""
    if is_missing(cell):
        return float("nan")
    plain = cell.replace(",", ".") if delimiter != "," else cell
    try:
        value = float(plain) if "_" not in plain else float("inf")
    except ValueError:
        value = float("inf")
    if not np.isfinite(value):
        raise BadTable(
            f"“{cell[:40]}” in column {name} is not a number: cells hold scores, a missing answer is"
            " empty, columns that are no items stay out",
            line,
        )
    if value < 0:
        raise BadTable(
            f"{cell[:40]} in column {name} is negative: scores begin at 0, a missing answer is empty",
            line,
        )
    return value


def _check_freq(freq: Floats, lines: Sequence[int]) -> None:
    """Refuse frequencies that are no whole numbers or count nobody."""
    wrong = np.flatnonzero(~(freq == np.round(freq)) | (freq > 1e12))
    if len(wrong):
        raise BadTable("freq must be a whole number, 0 or more", lines[int(wrong[0])])
    if not freq.any():
        raise BadTable("every freq is 0: there are no responses")
