"""A drawing of how much happened when: a bar for each stretch of time, a part of it chosen with the mouse or the arrow keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from triage.queries.timeline import DAY, HOUR
from triage.ui.themes import kind_colours

if TYPE_CHECKING:
    from collections.abc import Sequence

MINUTE = 60
STEPS = (MINUTE, 15 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY, 28 * DAY, 364 * DAY)
MOST_BARS = 300
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HEIGHT, MARGIN, AXIS, HEAD = 160, 8, 20, 22
LEGEND = int(Qt.AlignmentFlag.AlignVCenter)
LABELS = 6  # along the axis, about


class TimeBars(QWidget):
    """`chosen` tells first and end of the chosen stretch in seconds, or two Nones. One step is one bar."""

    chosen = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.step = DAY
        self._bars: list[dict[str, int]] = []
        self._names: dict[str, str] = {}
        self._first = 0
        self._anchor: int | None = None
        self._end: int | None = None

    def show_counts(self, counts: Sequence[tuple[int, str, int]], first: int, last: int, names: dict[str, str]) -> None:
        """Counts by start of step and kind, between two moments; `names` of the kinds as they are to be read."""
        self._first = first // self.step * self.step
        self._bars = [{} for _ in range((last - self._first) // self.step + 1)]
        for start, kind, count in counts:
            place = (start - self._first) // self.step
            if 0 <= place < len(self._bars):
                self._bars[place][kind] = self._bars[place].get(kind, 0) + count
        self._names = names
        self._anchor = self._end = None
        self.update()

    def selection(self) -> tuple[int, int] | None:
        """First second and end of what is chosen."""
        if self._anchor is None or self._end is None:
            return None
        low, high = sorted((self._anchor, self._end))
        return self._first + low * self.step, self._first + (high + 1) * self.step

    def clear(self) -> None:
        """Choose nothing."""
        self._anchor = self._end = None
        self._tell()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """As wide as there is room."""
        return QSize(600, HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """A bar."""
        if self._bars:
            self._anchor = self._end = self._place(event.position().x())
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """More bars, or what the bar under the mouse means."""
        if not self._bars:
            return
        place = self._place(event.position().x())
        if event.buttons() & Qt.MouseButton.LeftButton and self._anchor is not None:
            self._end = place
            self.update()
        self.setToolTip(self.words(place))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """What is chosen stands."""
        self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Arrow keys walk, with Shift they choose further; Home and End; Escape chooses nothing."""
        moves = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Home: -len(self._bars),
            Qt.Key.Key_End: len(self._bars),
        }
        move = moves.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
        elif move is None or not self._bars:
            super().keyPressEvent(event)
        else:
            self._walk(move, extend=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def words(self, place: int) -> str:
        """What a bar says: when it begins, and how much of what."""
        counts = ", ".join(
            f"{self._names.get(kind, kind)} {count}" for kind, count in sorted(self._bars[place].items())
        )
        return f"{moment_of(self._first + place * self.step, self.step)}\n{counts or '0'}"

    def _walk(self, move: int, *, extend: bool) -> None:
        at = 0 if self._end is None else max(0, min(len(self._bars) - 1, self._end + move))
        self._end = at
        if not extend or self._anchor is None:
            self._anchor = at
        self.setAccessibleDescription(self.words(at))
        self._tell()

    def _tell(self) -> None:
        found = self.selection()
        self.chosen.emit(*(found or (None, None)))
        self.update()

    def _place(self, across: float) -> int:
        width = max(1.0, self.width() - 2 * MARGIN)
        return max(0, min(len(self._bars) - 1, int((across - MARGIN) * len(self._bars) / width)))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """The chosen stretch, the bars, the axis."""
        painter = QPainter(self)
        palette = self.palette()
        painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.Base))
        if not self._bars:
            return
        wide = (self.width() - 2 * MARGIN) / len(self._bars)
        if self._anchor is not None and self._end is not None:
            low, high = sorted((self._anchor, self._end))
            shade = palette.color(QPalette.ColorRole.Highlight)
            shade.setAlpha(70)
            painter.fillRect(QRectF(MARGIN + low * wide, 0, (high - low + 1) * wide, self.height()), shade)
        self._paint_bars(painter, wide)
        self._paint_axis(painter, wide)
        self._paint_legend(painter)
        if self.hasFocus():
            painter.setPen(palette.color(QPalette.ColorRole.Highlight))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_bars(self, painter: QPainter, wide: float) -> None:
        colours = kind_colours(self.palette())
        room = self.height() - AXIS - HEAD
        most = max((sum(bar.values()) for bar in self._bars), default=0) or 1
        for place, bar in enumerate(self._bars):
            base = float(self.height() - AXIS)
            for kind, count in sorted(bar.items()):
                tall = max(1.0, room * count / most)
                painter.fillRect(QRectF(MARGIN + place * wide, base - tall, max(1.0, wide - 0.5), tall), colours[kind])
                base -= tall

    def _paint_legend(self, painter: QPainter) -> None:
        """Which colour is which, for the kinds that are there."""
        colours = kind_colours(self.palette())
        there = [kind for kind in colours if any(kind in bar for bar in self._bars)]
        metrics, across = painter.fontMetrics(), float(MARGIN)
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        for kind in there:
            painter.fillRect(QRectF(across, 5, 10, 10), colours[kind])
            name = self._names.get(kind, kind)
            painter.drawText(QRectF(across + 14, 0, metrics.horizontalAdvance(name) + 4, 20), LEGEND, name)
            across += 28 + metrics.horizontalAdvance(name)

    def _paint_axis(self, painter: QPainter, wide: float) -> None:
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        every = max(1, len(self._bars) // LABELS)
        for place in range(0, len(self._bars), every):
            text = moment_of(self._first + place * self.step, self.step)
            painter.drawText(QRectF(MARGIN + place * wide, self.height() - AXIS, every * wide, AXIS), 0, text)


def moment_of(second: int, step: int) -> str:
    """A moment as fine as the step needs it."""
    try:
        moment = EPOCH + timedelta(seconds=second)
    except OverflowError:
        return str(second)
    return f"{moment:%Y-%m-%d}" if step >= DAY else f"{moment:%Y-%m-%d %H:%M}"


def step_for(first: int, last: int) -> int:
    """The finest step that needs no more bars than fit."""
    return next((step for step in STEPS if (last - first) / step <= MOST_BARS), STEPS[-1])


def main_stretch(days: Sequence[tuple[int, str, int]]) -> tuple[int, int, int]:
    """First and last second of the stretch that holds all but a hundredth of the events at either end, and how many lie outside.

    A clock that was never set, or that ran ahead, would else press everything into one bar.
    """
    totals: dict[int, int] = {}
    for start, _, count in days:
        totals[start] = totals.get(start, 0) + count
    starts, every = sorted(totals), sum(totals.values())
    low, high, left = 0, len(starts) - 1, every // 100
    passed = 0
    while low < high and passed + totals[starts[low]] <= left:
        passed += totals[starts[low]]
        low += 1
    behind = 0
    while high > low and behind + totals[starts[high]] <= left:
        behind += totals[starts[high]]
        high -= 1
    return starts[low], starts[high] + DAY - 1, passed + behind
