"""Signs in the colours of the theme: a coloured edge, and a word on coloured ground that says the same."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from triage.ui.themes import sign

PAD = 10


class Stripe(QWidget):
    """A coloured edge; what it means is written beside it too."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(6)
        self.sign = "calm"

    def show_sign(self, name: str) -> None:
        """Wear this sign of the theme."""
        self.sign = name
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Fill it."""
        QPainter(self).fillRect(self.rect(), sign(self.sign, self.palette()))


class Badge(QWidget):
    """A few words on a ground of the sign's colour."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        font = self.font()
        font.setBold(True)
        self.setFont(font)
        self.sign, self.text = "calm", ""

    def show_sign(self, name: str, text: str) -> None:
        """Wear this sign with these words."""
        self.sign, self.text = name, text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """As wide as the words."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text) + 2 * PAD, metrics.height() + PAD)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """The ground, then the words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(sign(self.sign, self.palette()))
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        painter.setPen(sign("on_sign", self.palette()))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self.text)
