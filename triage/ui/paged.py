"""A list that reads further when it is scrolled to its end, and the small blurred pictures beside its rows."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from triage.ui.columns import NO_INDEX, Index
from triage.ui.pictures import blurred_preview, squared

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from triage.queries import Queries
    from triage.ui.opened import OpenCase

    Read = Callable[[int, int, Callable[[Sequence["Row"]], object]], object]

Row = TypeVar("Row")

PAGE = 300  # rows read at once
KEPT = 1500  # small pictures kept, about 40 kB each
AT_ONCE = 16  # pictures fetched at once
WAITING = 160  # pictures asked for and not yet fetched: a screen full; older wishes are dropped

ROW = int(Qt.ItemDataRole.UserRole)


class PagedList(QAbstractListModel, Generic[Row]):
    """`read(limit, offset, answer)` reads rows off the main thread and calls `answer` with them on it."""

    def __init__(self, read: Read[Row]) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self._read = read
        self._more = False
        self._asking = False
        self._generation = 0

    def start(self) -> None:
        """Read from the first row."""
        self._generation += 1
        self._more, self._asking = True, False
        self.beginResetModel()
        self.rows = []
        self.endResetModel()
        self.fetchMore()

    def rowCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802  Qt's name
        """One per row read so far."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The row itself under `ROW`."""
        return self.rows[index.row()] if role == ROW else None

    def canFetchMore(self, parent: Index = NO_INDEX) -> bool:  # noqa: N802  Qt's name
        """Whether there may be more."""
        return not parent.isValid() and self._more and not self._asking

    def fetchMore(self, _parent: Index = NO_INDEX) -> None:  # noqa: N802  Qt's name
        """Read the next page."""
        if not self.canFetchMore():
            return
        self._asking = True
        generation = self._generation
        self._read(PAGE, len(self.rows), lambda rows: self._append(rows, generation))

    def say_again(self) -> None:
        """Have all rows painted anew."""
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))

    def _append(self, rows: Sequence[Row], generation: int) -> None:
        if generation != self._generation:
            return
        self._asking, self._more = False, len(rows) == PAGE
        if rows:
            self.beginInsertRows(NO_INDEX, len(self.rows), len(self.rows) + len(rows) - 1)
            self.rows.extend(rows)
            self.endInsertRows()


class Thumbnails(QObject):
    """Blurred pictures by entry, in a square where all must be of one size. Fetched when asked for, the latest wish first."""

    arrived = Signal()

    def __init__(self, case: OpenCase, *, square: bool = False) -> None:
        super().__init__()
        self._case = case
        self._square = square
        self._kept: OrderedDict[int, QPixmap | None] = OrderedDict()
        self._wanted: list[int] = []
        self._asking = False
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._ask)

    def get(self, entry_id: int) -> QPixmap | None:
        """The blurred picture; None where there is none, or not yet."""
        if entry_id in self._kept:
            self._kept.move_to_end(entry_id)
            return self._kept[entry_id]
        if entry_id not in self._wanted:
            self._wanted = [*self._wanted, entry_id][-WAITING:]
            self._soon.start()
        return None

    def _ask(self) -> None:
        if self._asking or not self._wanted:
            return
        self._asking = True
        chosen, self._wanted = self._wanted[-AT_ONCE:], self._wanted[:-AT_ONCE]
        square = self._square
        self._case.ask(lambda queries: _blurred(queries, chosen, square=square), self._keep)

    def _keep(self, images: dict[int, QImage | None]) -> None:
        self._asking = False
        for entry_id, image in images.items():
            self._kept[entry_id] = None if image is None else QPixmap.fromImage(image)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.arrived.emit()
        self._soon.start()


def _blurred(queries: Queries, entry_ids: Sequence[int], *, square: bool) -> dict[int, QImage | None]:
    images = {
        entry_id: blurred_preview(queries.preview(entry_id, "small") or queries.preview(entry_id))
        for entry_id in entry_ids
    }
    return {entry_id: squared(image) if square and image else image for entry_id, image in images.items()}
