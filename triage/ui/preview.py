"""Pages of a report as pictures, one at a time: what would be printed, before it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from triage.ui.pane import plain_label

if TYPE_CHECKING:
    from triage.report import Preview
    from triage.ui.language import Language


class PreviewBox(QWidget):
    """Shows a page as wide as there is room; the pages are turned by two buttons."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.language = language
        self.words, self.sheet = plain_label(), QLabel()
        self.back, self.next = QPushButton(), QPushButton()
        self.area = QScrollArea(widgetResizable=True)
        self.page = 0
        self._preview: Preview | None = None
        self._picture = QImage()
        self._state = ""
        self.back.clicked.connect(lambda: self._turn(-1))
        self.next.clicked.connect(lambda: self._turn(1))
        self._lay_out()

    def show_preview(self, preview: Preview) -> None:
        """Show these pages; the one that was seen stays, where it is there."""
        self._preview, self._state = preview, ""
        self.page = min(self.page, max(0, len(preview.pages) - 1))
        self._draw()

    def say_state(self, state: str) -> None:
        """Making, or why there is no preview, in words that stand above the page."""
        self._state = state
        self.retranslate()

    def retranslate(self) -> None:
        """Write all words anew."""
        say, preview = self.language, self._preview
        self.back.setText(say("ui_tour.back"))
        self.next.setText(say("ui_tour.next"))
        self.sheet.setAccessibleName(say("ui_preview.sheet"))
        self.area.setAccessibleName(say("ui_preview.sheet"))
        count = len(preview.pages) if preview else 0
        self.back.setEnabled(self.page > 0)
        self.next.setEnabled(self.page + 1 < count)
        if self._state or preview is None:
            self.words.setText(self._state)
            return
        told = {"n": self.page + 1, "all": say.number(preview.total), "findings": say.number(preview.findings)}
        self.words.setText(
            say("ui_preview.first_pages" if count < preview.total else "ui_preview.page", **told, shown=count)
        )

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """As wide as there is room."""
        super().resizeEvent(event)
        self._fit()

    def _turn(self, steps: int) -> None:
        self.page += steps
        self._draw()
        self.area.verticalScrollBar().setValue(0)

    def _draw(self) -> None:
        pages = self._preview.pages if self._preview else ()
        self._picture = QImage.fromData(pages[self.page], "PNG") if pages else QImage()  # type: ignore[arg-type]  # bytes are taken
        self._fit()
        self.retranslate()

    def _fit(self) -> None:
        if not self._picture.isNull():
            width = max(200, self.area.viewport().width() - 4)
            picture = self._picture.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
            self.sheet.setPixmap(QPixmap.fromImage(picture))

    def _lay_out(self) -> None:
        self.sheet.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.area.setWidget(self.sheet)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = QHBoxLayout()
        head.addWidget(self.words, 1)
        head.addWidget(self.back)
        head.addWidget(self.next)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(head)
        whole.addWidget(self.area, 1)
