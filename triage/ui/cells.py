"""How the cells and headings of the gallery look: small, grey and blurred, with what is known in words before anything is opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPen, QPixmap

from triage.ui.grid_model import severity
from triage.ui.pictures import SIDE
from triage.ui.themes import mixed, sign
from triage.ui.words import shown

if TYPE_CHECKING:
    from triage.queries import GalleryGroup, GalleryRow
    from triage.ui.language import Language
    from triage.ui.paged import Thumbnails
    from triage.ui.scrubbing import Frames

PAD = 5
WIDER = 36  # pixels of a cell beside its picture: room for words
MIDDLE = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True, slots=True)
class Look:
    """Where one cell lies and how it stands. `scrub`: how far along its width the mouse is over it."""

    place: QRect
    palette: QPalette
    selected: bool = False
    current: bool = False
    scrub: float | None = None


class CellPainter:
    """Draws with the painter alone: no name of a file is ever taken for markup."""

    def __init__(self, language: Language, thumbnails: Thumbnails, frames: Frames) -> None:
        self._language = language
        self._thumbnails = thumbnails
        self._frames = frames

    def size(self, metrics: QFontMetrics) -> QSize:
        """Of one cell: the picture, its name, what is known of it."""
        return QSize(SIDE + WIDER + 2 * PAD, SIDE + 2 * metrics.height() + 3 * PAD)

    def heading(self, painter: QPainter, room: QRect, palette: QPalette, group: GalleryGroup) -> None:
        """The name of a group, how many are in it and how many of them matched."""
        say, font = self._language, painter.font()
        painter.setPen(mixed(palette, QPalette.ColorRole.Text, 0.3))
        painter.drawLine(room.bottomLeft() - QPoint(0, 3), room.bottomRight() - QPoint(0, 3))
        counted = say("ui_gallery.in_group", n=say.number(group.count))
        if group.notable:
            counted = f"{counted} · ● {say('ui_gallery.matches_in_group', n=say.number(group.notable))}"
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        painter.drawText(room, RIGHT, counted)
        strong = QFont(font)
        strong.setBold(True)
        painter.setFont(strong)
        metrics = QFontMetrics(strong)
        free = room.width() - metrics.horizontalAdvance(counted) - 4 * PAD
        name = metrics.elidedText(group_name(group, say), Qt.TextElideMode.ElideMiddle, max(40, free))
        painter.drawText(room, LEFT, name)
        painter.setFont(font)

    def paint(self, painter: QPainter, look: Look, row: GalleryRow | None) -> None:
        """One cell; an empty frame while its row is on the way."""
        box = look.place.adjusted(2, 2, -2, -2)
        self._paint_ground(painter, box, look)
        if row is None:
            return
        picture = QRect(box.center().x() - SIDE // 2, box.top() + PAD, SIDE, SIDE)
        self._paint_picture(painter, picture, look, row)
        line = painter.fontMetrics().height()
        words = QRect(box.left() + PAD, picture.bottom() + 2, box.width() - 2 * PAD, line)
        role = QPalette.ColorRole.HighlightedText if look.selected else QPalette.ColorRole.Text
        painter.setPen(look.palette.color(role))
        self._line(painter, words, shown(row.name, limit=60), Qt.TextElideMode.ElideMiddle)
        if known := severity(row, self._language):
            words.translate(0, line)
            painter.setPen(look.palette.color(role) if look.selected else _warning(look.palette, row))
            self._line(painter, words, known, Qt.TextElideMode.ElideRight)

    def _paint_ground(self, painter: QPainter, box: QRect, look: Look) -> None:
        palette = look.palette
        if look.selected:
            painter.fillRect(box, palette.color(QPalette.ColorRole.Highlight))
        pen = QPen(palette.color(QPalette.ColorRole.Text), 2, Qt.PenStyle.DotLine) if look.current else None
        painter.setPen(pen or mixed(palette, QPalette.ColorRole.Text, 0.15))
        painter.drawRect(box)

    def _paint_picture(self, painter: QPainter, place: QRect, look: Look, row: GalleryRow) -> None:
        small: QPixmap | None = None
        if row.has_preview:
            if look.scrub is not None and row.kind == "video":
                small = self._frames.get(row.entry_id, look.scrub)
            small = small or self._thumbnails.get(row.entry_id)
        if small is not None:
            painter.drawPixmap(place.topLeft(), small)
        elif not row.has_preview:
            painter.setPen(mixed(look.palette, QPalette.ColorRole.Text, 0.6))
            painter.drawText(place, MIDDLE, self._language.choice("ui_media_kind", row.kind))
        self._paint_marks(painter, place, look.palette, row)

    def _paint_marks(self, painter: QPainter, place: QRect, palette: QPalette, row: GalleryRow) -> None:
        """Length of a clip, how many look alike, whether it is deleted, in the corners, on a ground of its own."""
        say, line = self._language, painter.fontMetrics().height()
        length = "" if row.duration_s is None else say.duration(row.duration_s)
        clip = f"▶ {length}".strip() if row.kind == "video" else length
        corners = (
            (clip, place.left(), place.bottom() - line, LEFT),
            (f"≈ {row.alike + 1}" if row.alike else "", place.right(), place.top(), RIGHT),
            (say("ui.deleted") if row.deleted else "", place.left(), place.top(), LEFT),
        )
        for text, x, y, side in corners:
            if text:
                width = painter.fontMetrics().horizontalAdvance(text) + 6
                room = QRect(x if side == LEFT else x - width, y, width, line)
                painter.fillRect(room, palette.color(QPalette.ColorRole.ToolTipBase))
                painter.setPen(palette.color(QPalette.ColorRole.ToolTipText))
                painter.drawText(room, MIDDLE, text)

    def _line(self, painter: QPainter, room: QRect, text: str, elide: Qt.TextElideMode) -> None:
        painter.drawText(room, MIDDLE, painter.fontMetrics().elidedText(text, elide, room.width()))


def group_name(group: GalleryGroup, say: Language) -> str:
    """What a group is called."""
    if group.key is None:
        return say("ui_gallery.no_group")
    if group.by == "alike":
        return say("ui_gallery.alike_group", n=shown(group.label))
    if group.by == "series":
        return f"{say.choice('belonging', group.parts[0])}: {shown(' '.join(group.parts[1:]))}"
    if group.by == "place":
        return ", ".join(shown(part) for part in group.parts if part)
    return say.choice("origin", group.label) if group.by == "origin" else shown(group.label)


def _warning(palette: QPalette, row: GalleryRow) -> QColor:
    return sign("match", palette) if row.code is None else palette.color(QPalette.ColorRole.Text)
