"""Tables for other programs: every documented view of the case, in full, as CSV.

UTF-8 with a byte order mark and CR LF, so that spreadsheets open them as they are (RFC 4180). Text that a spreadsheet would
take for a formula gets a leading apostrophe; hidden characters are written as escapes (`\\n`, `\\x00`, `\\u202e`); numbers stay
numbers.

Fingerprints are shown of what matched a list by one, and of nothing else: a picture can be guessed in part from its fingerprint.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from triage.report.shown import visible

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence
    from pathlib import Path

    from triage.queries import Queries

Mask: TypeAlias = Callable[[str], str]

# What starts a formula in Excel, LibreOffice or Google Sheets, the full-width forms included.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_tables(queries: Queries, folder: Path, mask: Mask = str) -> None:
    """One file for each view, `v_files.csv` and so on. Raises OSError, CaseError."""
    folder.mkdir()
    for view, columns, rows in tables(queries, mask):
        with (folder / f"{view}.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            table = csv.writer(stream)
            table.writerow(columns)
            table.writerows([cell(value) for value in row] for row in rows)


def tables(queries: Queries, mask: Mask = str) -> Iterator[tuple[str, list[str], Iterator[tuple[object, ...]]]]:
    """Every documented view: its name, its columns, its rows one at a time, text through `mask`. Raises CaseError."""
    matched = queries.matched_by_fingerprint()
    for view in queries.view_names():
        columns = queries.view_columns(view)
        yield view, columns, (_masked(_shown(row, columns, matched), mask) for row in queries.view_rows(view, columns))


def _masked(row: tuple[object, ...], mask: Mask) -> tuple[object, ...]:
    return tuple(mask(value) if isinstance(value, str) else value for value in row)


def _shown(row: tuple[object, ...], columns: Sequence[str], matched: Container[object]) -> tuple[object, ...]:
    if "fingerprint" not in columns or row[columns.index("entry_id")] in matched:
        return row
    return tuple(None if name == "fingerprint" else value for name, value in zip(columns, row, strict=True))


def cell(value: object) -> object:
    """A value as a cell: numbers as they are, text made safe, bytes in hexadecimal, None empty."""
    if isinstance(value, bytes):
        return value.hex()
    if not isinstance(value, str):
        return value
    shown = visible(value)
    return f"'{shown}" if value.startswith(FORMULA) else shown
