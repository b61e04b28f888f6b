"""One workbook (XLSX, ECMA-376) of every documented view of the case, in full; written row by row, in little memory.

Text is written as text and never as a formula or a link; what would start a formula once somebody edits the cell carries the quote
prefix. A view of more rows than a sheet holds goes on in further sheets.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import xlsxwriter

from triage.report.shown import visible
from triage.report.tables import FORMULA, Mask, tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from triage.queries import Queries

ROWS = 1_048_576  # of a sheet, its head included
CHARACTERS = 32_767  # of a cell
EXACT = 1 << 53  # up to here a spreadsheet's numbers are exact
WIDE, NARROW = 40, 14  # columns, in characters
_WIDE = {
    "path",
    "evidence",
    "body",
    "url",
    "title",
    "message",
    "explanation",
    "term",
    "name",
    "attachment",
    "recipients",
}


def write_workbook(queries: Queries, path: Path, mask: Mask = str, *, rows_a_sheet: int = ROWS) -> None:
    """Write the workbook. Raises OSError, CaseError."""
    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    try:
        with xlsxwriter.Workbook(str(path), options) as book:
            sheets = _Sheets(book, rows_a_sheet)
            for view, columns, rows in tables(queries, mask):
                sheets.write(view, columns, rows)
    except xlsxwriter.exceptions.FileCreateError as error:
        cause = error.args[0] if error.args else error
        raise cause if isinstance(cause, OSError) else OSError(str(error)) from error


class _Sheets:
    """The sheets of a workbook, and the formats of their cells."""

    def __init__(self, book: Workbook, rows: int) -> None:
        self._book, self._rows = book, rows
        self._head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EDF2"})
        self._text = book.add_format({"num_format": "@"})
        self._quoted = book.add_format({"num_format": "@", "quote_prefix": True})

    def write(self, view: str, columns: Sequence[str], rows: Iterator[tuple[object, ...]]) -> None:
        """One view, over as many sheets as it takes."""
        sheet, row = self._sheet(view, columns), 1
        number = 1
        for values in rows:
            if row == self._rows:
                number += 1
                sheet, row = self._sheet(f"{view} ({number})", columns), 1
            for column, value in enumerate(values):
                self._cell(sheet, row, column, value)
            row += 1

    def _sheet(self, name: str, columns: Sequence[str]) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for number, column in enumerate(columns):
            sheet.set_column(number, number, WIDE if column in _WIDE else NARROW)
            sheet.write_string(0, number, column, self._head)
        return sheet

    def _cell(self, sheet: Worksheet, row: int, column: int, value: object) -> None:
        if value is None:
            return
        if isinstance(value, int | float) and abs(value) < EXACT and math.isfinite(value):
            sheet.write_number(row, column, value)
            return
        text = value.hex() if isinstance(value, bytes) else visible(str(value))
        sheet.write_string(row, column, _fitting(text), self._format(str(value)))

    def _format(self, text: str) -> Format:
        return self._quoted if text.startswith(FORMULA) else self._text


def _fitting(text: str) -> str:
    """Text that a cell holds; where it was cut, it says so."""
    if len(text) <= CHARACTERS:
        return text
    note = f" … [{len(text)}]"
    return text[: CHARACTERS - len(note)] + note
