"""The gallery's grid: a list of a million cells in rows under headings, of which only what is seen is asked for and drawn.

It is a QListView to the keyboard and to screen readers; where things lie is `grid_layout`'s, how they look `cells`'.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView

from triage.ui.cells import CellPainter, Look
from triage.ui.grid_layout import GridLayout, Sizes

if TYPE_CHECKING:
    from array import array

    from triage.ui.columns import Index
    from triage.ui.grid_model import GridModel
    from triage.ui.language import Language
    from triage.ui.paged import Thumbnails
    from triage.ui.scrubbing import Frames

MARGIN = 4
_Move = QAbstractItemView.CursorAction
_LINES = {_Move.MoveUp: -1, _Move.MoveDown: 1}
_STEPS = {_Move.MoveLeft: -1, _Move.MovePrevious: -1, _Move.MoveRight: 1, _Move.MoveNext: 1}


class GridView(QListView):
    """`asked` is sent on Enter or a double click."""

    asked = Signal(QModelIndex)

    def __init__(self, model: GridModel, language: Language, thumbnails: Thumbnails, frames: Frames) -> None:
        super().__init__()
        self._grid = model
        self._cells = CellPainter(language, thumbnails, frames)
        self._layout = GridLayout([], Sizes(1, 1, 1, 0))
        self._scrubbed: tuple[int, float] | None = None
        self.setModel(model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setMouseTracking(True)
        self.activated.connect(self.asked)
        thumbnails.arrived.connect(self.viewport().update)
        frames.arrived.connect(self.viewport().update)

    def group_of(self, cell: int) -> int:
        """The group in which a cell lies."""
        return self._layout.group_of(cell)

    def ids_of_group(self, group: int) -> array[int]:
        """The entries of a group."""
        first = self._layout.first_of(group)
        return self._grid.ids[first : first + self._grid.groups[group].count]

    def go_to_group(self, group: int) -> None:
        """The first of a group becomes the chosen one, its heading the top of what is seen."""
        if 0 <= group < len(self._grid.groups):
            self.setCurrentIndex(self._grid.index(self._layout.first_of(group)))
            self.verticalScrollBar().setValue(self._layout.heading_top(group))

    def doItemsLayout(self) -> None:  # noqa: N802  Qt's name
        """Once for every other list or width."""
        cell = self._cells.size(self.fontMetrics())
        headings = len(self._grid.groups) > 1
        sizes = Sizes(
            self.viewport().width() - 2 * MARGIN,
            cell.width(),
            cell.height(),
            self.fontMetrics().height() + 14 if headings else 0,
        )
        self._layout = GridLayout([group.count for group in self._grid.groups], sizes)
        self.updateGeometries()
        self.viewport().update()

    def updateGeometries(self) -> None:  # noqa: N802  Qt's name
        """The scroll bar goes over the whole height."""
        bar, page = self.verticalScrollBar(), self.viewport().height()
        bar.setSingleStep(max(1, self._layout.sizes.cell_height // 2))
        bar.setPageStep(page)
        bar.setRange(0, max(0, self._layout.height + 2 * MARGIN - page))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Other columns: the chosen cell stays in sight."""
        super().resizeEvent(event)
        self.doItemsLayout()
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802  Qt's name
        """Move what is drawn."""
        self.viewport().scroll(dx, dy)

    def verticalOffset(self) -> int:  # noqa: N802  Qt's name
        """How far it is scrolled."""
        return self.verticalScrollBar().value()

    def horizontalOffset(self) -> int:  # noqa: N802  Qt's name
        """Never."""
        return 0

    def visualRect(self, index: Index) -> QRect:  # noqa: N802  Qt's name
        """Where a cell is seen."""
        if not index.isValid() or index.row() >= self._layout.cells:
            return QRect()
        left, top = self._layout.place(index.row())
        sizes = self._layout.sizes
        return QRect(left + MARGIN, top + MARGIN - self.verticalOffset(), sizes.cell_width, sizes.cell_height)

    def indexAt(self, point: QPoint) -> QModelIndex:  # noqa: N802  Qt's name
        """The cell under a point."""
        cell = self._layout.cell_at(point.x() - MARGIN, point.y() - MARGIN + self.verticalOffset())
        return QModelIndex() if cell is None else self._grid.index(cell)

    def scrollTo(  # noqa: N802  Qt's name
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """As little as it takes; with the heading where it is the first row of a group."""
        if not index.isValid() or not self._layout.cells:
            return
        bar, place, page = self.verticalScrollBar(), self.visualRect(index), self.viewport().height()
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(bar.value() + place.top() - (page - place.height()) // 2)
        elif place.top() < self._layout.sizes.heading:
            bar.setValue(bar.value() + place.top() - self._layout.sizes.heading - MARGIN)
        elif place.bottom() > page:
            bar.setValue(bar.value() + min(place.bottom() - page, place.top()) + MARGIN)

    def moveCursor(self, action: QAbstractItemView.CursorAction, _keys: Qt.KeyboardModifier) -> QModelIndex:  # noqa: N802  Qt's name
        """Arrows, pages, both ends."""
        last = self._layout.cells - 1
        if last < 0:
            return QModelIndex()
        now = max(0, self.currentIndex().row())
        page = max(1, self.viewport().height() // self._layout.sizes.cell_height - 1)
        if action in _STEPS:
            target = now + _STEPS[action]
        elif action in {_Move.MoveHome, _Move.MoveEnd}:
            target = 0 if action == _Move.MoveHome else last
        else:
            rows = _LINES.get(action) or (page if action == _Move.MovePageDown else -page)
            target = self._layout.vertical(now, rows)
        return self._grid.index(min(max(0, target), last))

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:  # noqa: N802  Qt's name
        """From the cell at one corner to that at the other, in reading order."""
        corners = [self.indexAt(rect.topLeft()), self.indexAt(rect.bottomRight())]
        rows = sorted(index.row() for index in corners if index.isValid())
        chosen = QItemSelection()
        if rows:
            chosen.select(self._grid.index(rows[0]), self._grid.index(rows[-1]))
        self.selectionModel().select(chosen, command)

    def visualRegionForSelection(self, _selection: QItemSelection) -> QRegion:  # noqa: N802  Qt's name
        """All that is seen: it is drawn at once."""
        return QRegion(self.viewport().rect())

    def keyboardSearch(self, _text: str) -> None:  # noqa: N802  Qt's name
        """Keys grade; they do not search."""

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Room for a few cells."""
        return QSize(560, 400)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Over a clip: the place from left to right is the place in its length."""
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        place = self.visualRect(index)
        before, self._scrubbed = self._scrubbed, None
        if index.isValid():
            self._scrubbed = index.row(), (event.position().x() - place.left()) / max(1, place.width())
        for cell in {each[0] for each in (before, self._scrubbed) if each}:
            self.viewport().update(self.visualRect(self._grid.index(cell)))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """The clip shows its first frame again."""
        self._scrubbed = None
        self.viewport().update()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Headings and cells that are seen."""
        painter = QPainter(self.viewport())
        painter.setFont(self.font())
        top = event.rect().top() + self.verticalOffset() - MARGIN
        groups, cells = self._layout.between(top, top + event.rect().height())
        for group in groups:
            self._paint_heading(painter, group)
        chosen, current = self.selectionModel(), self.currentIndex().row()
        for number in cells:
            index = self._grid.index(number)
            look = Look(
                self.visualRect(index),
                self.palette(),
                selected=chosen.isSelected(index),
                current=number == current and self.hasFocus(),
                scrub=self._scrubbed[1] if self._scrubbed and self._scrubbed[0] == number else None,
            )
            self._cells.paint(painter, look, self._grid.row_at(number))

    def _paint_heading(self, painter: QPainter, group: int) -> None:
        height = self._layout.sizes.heading
        top = self._layout.heading_top(group) + MARGIN - self.verticalOffset()
        if height and top < self.viewport().height():
            room = QRect(MARGIN, top, self.viewport().width() - 2 * MARGIN, height)
            self._cells.heading(painter, room, self.palette(), self._grid.groups[group])
