"""A map on outlines that are part of the program: nothing is fetched. Positions are drawn as discs, one for those that lie close together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from triage.ui.themes import sign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.gazetteer.drawing import Shape

    Box = tuple[float, float, float, float]

DISC = 48  # pixels of a cell whose positions are one disc
SMALLEST, LARGEST = 0.002, 360.0  # degrees that the view is wide
ZOOM = 1.5
PAN = 0.2  # of the view's size for one arrow key
NEAR = 14  # pixels around a disc that mean it


class MapView(QWidget):
    """Longitude and latitude at right angles, degrees stretched so that distances in the middle are right in both directions.

    `moved` tells that another part of the world is seen; `chosen` the box of a disc that was pressed, or of the whole view.
    """

    moved = Signal()
    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(200)
        self.centre = (118.0, -2.5)
        self.wide = 50.0
        self.cells: Sequence[tuple[float, float, int]] = ()
        self._rings: list[Sequence[tuple[float, float]]] = []
        self._pressed: QPointF | None = None
        self._dragged = False

    def show_box(self, box: Box) -> None:
        """See this box whole."""
        west, south, east, north = box
        self.centre = ((west + east) / 2, max(-85.0, min(85.0, (south + north) / 2)))
        tall = max(north - south, SMALLEST) * max(1, self.width()) / max(1, self.height()) / self._squeeze()
        self.wide = min(LARGEST, max(SMALLEST, east - west, tall) * 1.2)
        self._tell()

    def show_shapes(self, shapes: Sequence[Shape]) -> None:
        """Draw these outlines."""
        self._rings = [ring for shape in shapes for ring in shape.rings]
        self.update()

    def show_cells(self, cells: Sequence[tuple[float, float, int]]) -> None:
        """Draw these discs: longitude, latitude, number."""
        self.cells = cells
        self.update()

    def box(self) -> Box:
        """What is seen, in degrees."""
        half_wide, half_tall = self.wide / 2, self.wide / 2 * self.height() / max(1, self.width()) * self._squeeze()
        x, y = self.centre
        return x - half_wide, max(-90.0, y - half_tall), x + half_wide, min(90.0, y + half_tall)

    def cell(self) -> float:
        """Degrees of a cell whose positions are one disc."""
        return self.wide * DISC / max(1, self.width())

    def place_of(self, longitude: float, latitude: float) -> QPointF:
        """Where a position is on the widget."""
        scale = self.width() / self.wide
        return QPointF(
            self.width() / 2 + (longitude - self.centre[0]) * scale,
            self.height() / 2 - (latitude - self.centre[1]) * scale / self._squeeze(),
        )

    def zoom(self, factor: float) -> None:
        """See a part that is so many times smaller."""
        self.wide = max(SMALLEST, min(LARGEST, self.wide / factor))
        self._tell()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """As much as there is room."""
        return QSize(800, 420)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Arrows move, plus and minus zoom, Return chooses what is seen."""
        moves = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}
        key = Qt.Key(event.key())
        if key in moves:
            across, up = moves[key]
            self._move(across * PAN * self.wide, up * PAN * self.wide * self._squeeze())
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus}:
            self.zoom(1 / ZOOM if key == Qt.Key.Key_Minus else ZOOM)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.chosen.emit(self.box())
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  Qt's name
        """Zoom."""
        if steps := event.angleDelta().y() / 120:
            self.zoom(ZOOM**steps)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """The beginning of a move, or of a choice."""
        self._pressed, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Move the map along."""
        if self._pressed is None:
            return
        by = event.position() - self._pressed
        if self._dragged or by.manhattanLength() > NEAR / 2:
            self._dragged, self._pressed = True, event.position()
            scale = self.wide / max(1, self.width())
            self._move(-by.x() * scale, by.y() * scale * self._squeeze())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """A disc that was pressed is chosen."""
        if not self._dragged and (box := self._disc_at(event.position())):
            self.chosen.emit(box)
        self._pressed = None

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """More or less of the world is seen."""
        super().resizeEvent(event)
        self._tell()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Sea, land, discs."""
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.AlternateBase))
        painter.setPen(palette.color(QPalette.ColorRole.Mid))
        painter.setBrush(palette.color(QPalette.ColorRole.Base))
        for ring in self._rings:
            painter.drawPolygon(QPolygonF([self.place_of(longitude, latitude) for longitude, latitude in ring]))
        for longitude, latitude, count in self.cells:
            self._paint_disc(painter, self.place_of(longitude, latitude), count)

    def _paint_disc(self, painter: QPainter, place: QPointF, count: int) -> None:
        radius = 6 + min(14.0, 4 * math.log10(count))
        painter.setPen(self.palette().color(QPalette.ColorRole.Base))
        painter.setBrush(sign("mark", self.palette()))
        painter.drawEllipse(place, radius, radius)
        if count > 1:
            around = QRectF(place.x() - 30, place.y() - radius, 60, 2 * radius)
            painter.setPen(sign("on_mark", self.palette()))
            painter.drawText(around, int(Qt.AlignmentFlag.AlignCenter), short(count))

    def _disc_at(self, place: QPointF) -> Box | None:
        half = self.cell() / 2
        for longitude, latitude, _ in reversed(self.cells):
            if (self.place_of(longitude, latitude) - place).manhattanLength() <= 2 * NEAR:
                return longitude - half, latitude - half, longitude + half, latitude + half
        return None

    def _move(self, across: float, up: float) -> None:
        self.centre = (max(-180.0, min(180.0, self.centre[0] + across)), max(-85.0, min(85.0, self.centre[1] + up)))
        self._tell()

    def _squeeze(self) -> float:
        """Degrees of latitude that are as long as a degree of longitude, in the middle of the view."""
        return max(0.05, math.cos(math.radians(self.centre[1])))

    def _tell(self) -> None:
        self.update()
        self.moved.emit()


def short(count: int) -> str:
    """A number as it fits a disc."""
    if count < 1000:
        return str(count)
    return f"{count / 1000:.0f}k" if count < 1_000_000 else f"{count / 1_000_000:.0f}M"
