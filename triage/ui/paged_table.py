"""A table that reads the next page when its end is scrolled to."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from triage.ui.columns import NO_INDEX, Column, Index, RowTable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from triage.ui.language import Language

Row = TypeVar("Row")

PAGE = 300  # rows read at once


class PagedTable(RowTable[Row]):
    """`more(offset)` is asked for the rows behind those that are shown; give them to `add` with that offset."""

    def __init__(self, columns: Sequence[Column[Row]], language: Language, more: Callable[[int], object]) -> None:
        super().__init__(columns, language)
        self.rows: list[Row] = []
        self.total = 0
        self._more = more
        self._asking = False

    def begin(self, rows: list[Row], total: int) -> None:
        """Show the first page of `total` rows."""
        self._asking = False
        self.total = total
        self.show(rows)

    def add(self, rows: Sequence[Row], offset: int) -> None:
        """Show the page behind `offset` rows; an empty one is the end.

        A table begun anew may be asked for the same page twice: before and after its new first page came. Only the page
        that fits behind what is shown is taken.
        """
        if offset != len(self.rows):
            return
        self._asking = False
        if not rows:
            self.total = len(self.rows)
            return
        self.beginInsertRows(NO_INDEX, len(self.rows), len(self.rows) + len(rows) - 1)
        self.rows.extend(rows)
        self.endInsertRows()

    def canFetchMore(self, parent: Index = NO_INDEX) -> bool:  # noqa: N802  Qt's name
        """Whether there is a further page."""
        return not parent.isValid() and not self._asking and len(self.rows) < self.total

    def fetchMore(self, _parent: Index = NO_INDEX) -> None:  # noqa: N802  Qt's name
        """Ask for the next page."""
        if self.canFetchMore():
            self._asking = True
            self._more(len(self.rows))
