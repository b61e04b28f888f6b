"""A table of any length: it holds ids, 8 bytes each, and fetches the rows that are looked at, a page at a time."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, QTimer, Signal

from triage.ui.columns import NO_INDEX, Column, ColumnModel, Index
from triage.ui.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from triage.ui.language import Language

    Answer = Callable[[dict[int, "Row"]], object]
    Fetch = Callable[[Sequence[int], Answer["Row"]], object]

Row = TypeVar("Row")


class LazyTable(ColumnModel[Row]):
    """`fetch(ids, answer)` reads rows off the main thread and calls `answer` with them by id, on the main thread."""

    sort_asked = Signal(str, bool)

    def __init__(self, columns: Sequence[Column[Row]], language: Language, fetch: Fetch[Row]) -> None:
        super().__init__(columns, language)
        self.ids: Sequence[int] = array("q")
        self._pages: Pages[Row] = Pages(fetch, self._arrived)
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._pages.ask)

    def show(self, ids: Sequence[int]) -> None:
        """Show the rows with these ids, in this order."""
        self.beginResetModel()
        self.ids = ids
        self._pages.begin(ids)
        self.endResetModel()

    def grow(self, ids: Sequence[int]) -> None:
        """Show all of these, of which the first are shown already: what is chosen and where one looks stay as they are."""
        shown = len(self.ids)
        if ids[:shown] != self.ids:  # rows came or went between the two answers
            self.show(ids)
        elif len(ids) > shown:
            self.beginInsertRows(NO_INDEX, shown, len(ids) - 1)
            self.ids = ids
            self._pages.grow(ids)
            self.endInsertRows()

    def rowCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802  Qt's name
        """One per id."""
        return 0 if parent.isValid() else len(self.ids)

    def row_at(self, number: int) -> Row | None:
        """The row if its page is here; else the page is asked for."""
        row, wanted = self._pages.row(number)
        if wanted:
            self._soon.start()
        return row

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sorting is the database's work: pass the wish on."""
        if 0 <= column < len(self.columns) and (key := self.columns[column].sort):
            self.sort_asked.emit(key, order == Qt.SortOrder.DescendingOrder)

    def _arrived(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))
        self._soon.start()
