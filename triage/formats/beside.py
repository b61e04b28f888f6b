"""Rows of several tables read side by side by their key, none of them held: what a join does, and damage costs one table alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.errors import EvidenceError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.formats.sqlite import View


class Beside:
    """The rows of a query that is ordered by its first column, a whole number. Ask with rising keys.

    `error` is what ended the reading; the rows before it were given.
    """

    def __init__(self, database: View | None, sql: str = "") -> None:
        self.error: EvidenceError | None = None
        self._rows = iter(()) if database is None else self._read(database, sql)
        self._key, self._row = self._next()

    def __bool__(self) -> bool:
        """Whether there is a row left."""
        return self._key is not None

    def of(self, key: int) -> list[sqlite3.Row]:
        """The rows of this key, in their order."""
        while self._key is not None and self._key < key:
            self._key, self._row = self._next()
        found: list[sqlite3.Row] = []
        while self._key == key and self._row is not None:
            found.append(self._row)
            self._key, self._row = self._next()
        return found

    def first(self, key: int) -> sqlite3.Row | None:
        """The first row of this key."""
        if self._key is None or self._key > key:
            return None  # what is asked a million times is answered at once
        found = self.of(key)
        return found[0] if found else None

    def _next(self) -> tuple[int | None, sqlite3.Row | None]:
        for row in self._rows:
            if isinstance(row[0], int):
                return row[0], row
        return None, None

    def _read(self, database: View, sql: str) -> Iterator[sqlite3.Row]:
        try:
            yield from database.rows(sql)
        except EvidenceError as error:
            self.error = error
