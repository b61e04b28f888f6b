"""A table of any length: it holds ids, 8 bytes each, and fetches the rows that are looked at, a page at a time."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, QTimer, Signal

from triage.ui.columns import NO_INDEX, Column, ColumnModel, Index

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from triage.ui.language import Language

    Answer = Callable[[dict[int, "Row"]], object]
    Fetch = Callable[[Sequence[int], Answer["Row"]], object]

Row = TypeVar("Row")

PAGE = 128  # rows fetched at once
PAGES = 48  # pages kept
WAITING = 3  # pages asked for and not yet fetched; scrolled past, older wishes are dropped


class LazyTable(ColumnModel[Row]):
    """`fetch(ids, answer)` reads rows off the main thread and calls `answer` with them by id, on the main thread."""

    sort_asked = Signal(str, bool)

    def __init__(self, columns: Sequence[Column[Row]], language: Language, fetch: Fetch[Row]) -> None:
        super().__init__(columns, language)
        self.ids: Sequence[int] = array("q")
        self._fetch = fetch
        self._pages: OrderedDict[int, dict[int, Row]] = OrderedDict()
        self._wanted: list[int] = []
        self._asked: int | None = None
        self._generation = 0
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._ask)

    def show(self, ids: Sequence[int]) -> None:
        """Show the rows with these ids, in this order."""
        self.beginResetModel()
        self.ids = ids
        self._pages.clear()
        self._wanted.clear()
        self._asked = None
        self._generation += 1
        self.endResetModel()

    def grow(self, ids: Sequence[int]) -> None:
        """Show all of these, of which the first are shown already: what is chosen and where one looks stay as they are."""
        shown = len(self.ids)
        if ids[:shown] != self.ids:  # rows came or went between the two answers
            self.show(ids)
        elif len(ids) > shown:
            self._pages.pop((shown - 1) // PAGE, None)  # the last page was cut short
            self.beginInsertRows(NO_INDEX, shown, len(ids) - 1)
            self.ids = ids
            self.endInsertRows()

    def rowCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802  Qt's name
        """One per id."""
        return 0 if parent.isValid() else len(self.ids)

    def row_at(self, number: int) -> Row | None:
        """The row if its page is here; else the page is asked for."""
        page = number // PAGE
        if page in self._pages:
            self._pages.move_to_end(page)
            return self._pages[page].get(self.ids[number])
        self._want(page)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sorting is the database's work: pass the wish on."""
        if 0 <= column < len(self.columns) and (key := self.columns[column].sort):
            self.sort_asked.emit(key, order == Qt.SortOrder.DescendingOrder)

    def _want(self, page: int) -> None:
        if page == self._asked:
            return
        if page in self._wanted:
            self._wanted.remove(page)
        self._wanted = [*self._wanted, page][-WAITING:]
        self._soon.start()

    def _ask(self) -> None:
        if self._asked is not None or not self._wanted:
            return
        page, generation = self._wanted.pop(), self._generation
        self._asked = page
        ids = self.ids[page * PAGE : (page + 1) * PAGE]
        self._fetch(ids, lambda rows: self._keep(page, rows, generation))

    def _keep(self, page: int, rows: dict[int, Row], generation: int) -> None:
        if generation != self._generation:
            return
        self._asked = None
        self._pages[page] = rows
        while len(self._pages) > PAGES:
            self._pages.popitem(last=False)
        last = min((page + 1) * PAGE, len(self.ids)) - 1
        self.dataChanged.emit(self.index(page * PAGE, 0), self.index(last, len(self.columns) - 1))
        self._soon.start()
