"""The matches as they come in: a new one is added at the end, and nothing that is there moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from triage.ui.pane import plain_label
from triage.ui.words import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.queries import Arrival
    from triage.ui.language import Language

MOST = 200  # lines; the pane of matches has all
AT_ONCE = 50
LINES = 4  # that are seen without scrolling
ENTRY = int(Qt.ItemDataRole.UserRole)


class Arrivals(QWidget):
    """`chosen` tells the entry of the line that was activated."""

    chosen = Signal(object)

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.language = language
        self.words, self.lines = plain_label(), QListWidget()
        self.last = 0
        self.lines.setMaximumHeight(LINES * (self.lines.fontMetrics().height() + 6) + 8)
        self.lines.itemActivated.connect(lambda item: self.chosen.emit(item.data(ENTRY)))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.words)
        whole.addWidget(self.lines)
        self.hide()

    def add(self, arrived: Sequence[Arrival]) -> None:
        """Put these below what is there."""
        for each in arrived:
            if each.number <= self.last or self.lines.count() >= MOST:
                continue
            category = f" · {shown(each.category)}" if each.category else ""
            item = QListWidgetItem(f"{shown(each.exhibit)} · {shown(each.list)}{category} · {shown(each.path)}")
            item.setData(ENTRY, each.entry_id)
            self.lines.addItem(item)
        self.last = max([self.last, *(each.number for each in arrived)])
        self.setVisible(self.lines.count() > 0)

    def retranslate(self) -> None:
        """Write all words anew."""
        self.words.setText(self.language("ui_desk.arrivals"))
        self.lines.setAccessibleName(self.language("ui_desk.arrivals"))
