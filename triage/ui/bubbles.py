"""How a message is drawn: who, when, the text as it stands, the attachment blurred."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from triage.ui.paged import ROW
from triage.ui.pictures import SIDE
from triage.ui.themes import mixed
from triage.ui.words import shown, shown_body

if TYPE_CHECKING:
    from triage.queries import MessageRow
    from triage.ui.language import Language
    from triage.ui.paged import Thumbnails

PAD = 8
WIDEST = 560
WRAP = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
LINE = int(Qt.TextFlag.TextSingleLine | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_TALL = 100_000
_UNBROKEN = re.compile(r"\S{32}")
_BREAK = "\u200b"  # drawn as nothing; lets a text without spaces go on in the next line


@dataclass(frozen=True, slots=True)
class Parts:
    """Where the parts of a bubble lie, within it, and what they say."""

    head: str
    body: str
    foot: str
    body_height: int
    picture: bool
    width: int
    height: int


class BubbleDelegate(QStyledItemDelegate):
    """Draws plain text with the painter: nothing in a message is ever taken for markup."""

    def __init__(self, language: Language, thumbnails: Thumbnails, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._language = language
        self._thumbnails = thumbnails
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802  Qt's name
        """As wide as the view, as tall as the text needs."""
        parts = self._parts(index.data(ROW), option.font)
        return QSize(max(40, self._view.viewport().width() - 12), parts.height + 4)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Sent on the right, received on the left."""
        row: MessageRow = index.data(ROW)
        parts = self._parts(row, option.font)
        left = option.rect.right() - parts.width if row.direction == "out" else option.rect.left()
        bubble = QRect(left, option.rect.top() + 2, parts.width, parts.height)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        palette = option.palette
        edge = palette.color(QPalette.ColorRole.Highlight) if chosen else _edge(palette)
        painter.setPen(QPen(edge, 2 if chosen else 1))
        painter.setBrush(_ground(palette, sent=row.direction == "out"))
        painter.drawRoundedRect(bubble, 6, 6)
        self._paint_parts(painter, bubble.adjusted(PAD, PAD, -PAD, -PAD), parts, row, option)
        painter.restore()

    def _paint_parts(
        self, painter: QPainter, room: QRect, parts: Parts, row: MessageRow, option: QStyleOptionViewItem
    ) -> None:
        line = QFontMetrics(option.font).height()
        painter.setPen(option.palette.color(QPalette.ColorRole.Text))
        painter.setFont(_bold(option.font))
        painter.drawText(QRect(room.left(), room.top(), room.width(), line), LINE, parts.head)
        painter.setFont(option.font)
        top = room.top() + line + 2
        if parts.body:
            painter.drawText(QRect(room.left(), top, room.width(), parts.body_height), WRAP, parts.body)
            top += parts.body_height + 2
        if parts.picture and row.attachment_entry_id is not None:
            if small := self._thumbnails.get(row.attachment_entry_id):
                painter.drawPixmap(room.left(), top, small)
            top += SIDE + 2
        if parts.foot:
            painter.drawText(QRect(room.left(), top, room.width(), line), LINE, parts.foot)

    def _parts(self, row: MessageRow, font: QFont) -> Parts:
        metrics, say = QFontMetrics(font), self._language
        head, body, foot = (
            head_line(row, say),
            _UNBROKEN.sub(rf"\g<0>{_BREAK}", shown_body(row.body or "")),
            foot_line(row, say),
        )
        widest = max(120, min(WIDEST, self._view.viewport().width() * 3 // 4) - 2 * PAD)
        drawn = metrics.boundingRect(QRect(0, 0, widest, _TALL), WRAP, body) if body else QRect()
        lines = [QFontMetrics(_bold(font)).horizontalAdvance(head), drawn.width(), metrics.horizontalAdvance(foot)]
        picture = row.attachment_entry_id is not None
        height = 2 * PAD + metrics.height() + 2
        height += drawn.height() + 2 if body else 0
        height += SIDE + 2 if picture else 0
        height += metrics.height() if foot else 0
        width = min(widest, max(*lines, SIDE)) + 2 * PAD + 2
        head = QFontMetrics(_bold(font)).elidedText(head, Qt.TextElideMode.ElideRight, width - 2 * PAD)
        foot = metrics.elidedText(foot, Qt.TextElideMode.ElideMiddle, width - 2 * PAD)
        return Parts(head, body, foot, drawn.height(), picture, width, height)


def head_line(row: MessageRow, say: Language) -> str:
    """Who and when."""
    own = say("ui_direction.out") if row.direction == "out" else say("ui.unknown_sender")
    who = shown(row.sender_name or row.sender or own, limit=80)
    parts = [who, say.moment(row.sent_at, whole=True), say.choice("ui_gone", row.deleted) if row.deleted else ""]
    parts.append(say("ui_conversations.copies", n=say.number(row.copies)) if row.copies > 1 else "")
    parts.append(say("ui_conversations.assumed") if row.assumed else "")
    return " · ".join(part for part in parts if part)


def foot_line(row: MessageRow, say: Language) -> str:
    """The attachment as the app names it, and whether that file matched a list."""
    chosen = f"★ {say('ui_lines.chosen')}" if row.chosen else ""
    if not row.attachment and row.attachment_entry_id is None:
        return chosen
    name = shown((row.attachment or "").rsplit("/", 1)[-1], limit=120)
    parts = [*filter(None, [chosen]), say("ui_conversations.attachment", name=name)]
    if row.attachment_seconds is not None:
        parts.append(say.duration(row.attachment_seconds))
    if row.attachment_entry_id is None:
        tied = row.attachment_rule
        parts.append(say.choice("ui_tied", tied) if tied else say("ui_conversations.not_found"))
    if row.attachment_notable:
        parts.append(f"● {say('ui.match')}")
    return " · ".join(parts)


def spoken(row: MessageRow, say: Language) -> str:
    """A message in one line."""
    return ": ".join(part for part in (head_line(row, say), shown(row.body or ""), foot_line(row, say)) if part)


def _bold(font: QFont) -> QFont:
    strong = QFont(font)
    strong.setBold(True)
    return strong


def _ground(palette: QPalette, *, sent: bool) -> QColor:
    """What was sent stands on a breath of the highlight, what was received on a breath of the text's own colour."""
    role, part = (QPalette.ColorRole.Highlight, 0.22) if sent else (QPalette.ColorRole.Text, 0.08)
    return mixed(palette, role, part)


def _edge(palette: QPalette) -> QColor:
    return mixed(palette, QPalette.ColorRole.Text, 0.3)
