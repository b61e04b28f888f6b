"""One read-only connection to a case database, and how its rows become typed values."""

from __future__ import annotations

import sqlite3
from array import array
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from triage.casefolder import DATABASE, PREVIEWS, translated
from triage.errors import CannotOpen, SigapError
from triage.queries.narrowed import narrow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

Row = TypeVar("Row")

_AT_ONCE = 5000
_LEAST, _GREATEST = -(1 << 63), (1 << 63) - 1


class Reader:
    """A read-only connection. Raises CannotOpen where there is no case, CaseError where it cannot be read.

    `untouched`: a case at rest is read without the side files that SQLite otherwise leaves beside a database.
    `exhibit`: every query answers as if the case held this exhibit alone. Raises UserError where there is none of that label.
    """

    def __init__(self, folder: Path, *, untouched: bool = False, exhibit: str | None = None) -> None:
        if not (folder / DATABASE).is_file():
            raise CannotOpen(f"{folder}: no case is here; name a case folder, or make one with 'triage scan'")
        self.folder = folder
        self.hidden: frozenset[int] = frozenset()  # entries whose previews are not given out
        with translated(folder):
            self._database = _read_only(folder / DATABASE, untouched=untouched)
            self._previews = _read_only(folder / PREVIEWS, untouched=untouched)
        if exhibit is not None:
            self._narrow(exhibit)

    def _narrow(self, exhibit: str) -> None:
        try:
            with translated(self.folder):
                narrow(self._database, exhibit)
        except SigapError:
            self.close()
            raise

    def close(self) -> None:
        """Close the connections."""
        self._database.close()
        self._previews.close()

    def rows(self, make: Callable[..., Row], sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Each row of the answer as `make(*columns)`."""
        with translated(self.folder):
            return [make(*row) for row in self._database.execute(sql, values)]

    def each(self, make: Callable[..., Row], sql: str, values: Sequence[object] = ()) -> Iterator[Row]:
        """The same one at a time, for answers that may be very long."""
        with translated(self.folder):
            for row in self._database.execute(sql, values):
                yield make(*row)

    def numbers(self, sql: str, values: Sequence[object], stop: Callable[[], bool]) -> array[int]:
        """The first column of each row, 8 bytes each. `stop` is asked now and then: what is not wanted any more ends early."""
        found = array("q")
        with translated(self.folder):
            cursor = self._database.execute(sql, values)
            while (rows := cursor.fetchmany(_AT_ONCE)) and not stop():
                found.extend(row[0] for row in rows)
        return found

    def value(self, sql: str, values: Sequence[object] = ()) -> int:
        """The one number a query answers with; NULL is 0."""
        with translated(self.folder):
            (number,) = self._database.execute(sql, values).fetchone()
        return int(number or 0)

    def preview(self, entry_id: int, view: str = "large") -> bytes | None:
        """A JPEG of a picture, encoded by Sigap itself. `view` is large, small, sheet or thumbnail (`model.Preview`)."""
        if entry_id in self.hidden:
            return None
        with translated(self.folder):
            row = self._previews.execute(
                "SELECT jpeg FROM preview WHERE entry_id = ? AND view = ?", (entry_id, view)
            ).fetchone()
        return row[0] if row else None


def spans(database: sqlite3.Connection, table: str, key: str, rows: int) -> Iterator[tuple[int, int, int]]:
    """First and last number of each `rows` rows of a table in order of its key, a whole number, and how many rows there are between."""
    sql = f'SELECT count(*), max(n) FROM (SELECT "{key}" AS n FROM "{table}" WHERE n >= ? ORDER BY n LIMIT {rows})'
    first, (count, last) = _LEAST, database.execute(sql, (_LEAST,)).fetchone()
    while count:
        yield first, last, count
        if last == _GREATEST:
            return
        first = last + 1
        count, last = database.execute(sql, (first,)).fetchone()


def _read_only(path: Path, *, untouched: bool) -> sqlite3.Connection:
    """Read beside a writer; on a disk that cannot be written, or at rest where asked, read the file as it stands."""
    address = f"file:{quote(str(path.absolute()))}"
    if untouched and not path.with_name(f"{path.name}-wal").exists():  # an open case has one
        return sqlite3.connect(f"{address}?immutable=1", uri=True, check_same_thread=False)
    connection = sqlite3.connect(f"{address}?mode=ro", uri=True, check_same_thread=False, timeout=10)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        connection = sqlite3.connect(f"{address}?immutable=1", uri=True, check_same_thread=False)
    return connection
