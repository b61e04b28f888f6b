"""A walk through the panes on the demonstration case: a few sentences each, left at any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from triage.ui.pane import plain_label, title_label

if TYPE_CHECKING:
    from triage.ui.language import Language

STEPS = ("board", "hits", "media", "conversations", "search", "timeline", "problems", "custody", "report")


class Tour(QDockWidget):
    """Below the panes. `at` asks for the pane that is spoken of, `left` tells that the person has had enough or is through."""

    at = Signal(str)
    left = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.language = language
        self.step = 0
        self.title, self.words = title_label(1.1), plain_label()
        self.back, self.next, self.leave = QPushButton(), QPushButton(), QPushButton()
        self.back.clicked.connect(lambda: self._go(-1))
        self.next.clicked.connect(lambda: self._go(1))
        self.leave.clicked.connect(self.left)
        language.changed.connect(self.retranslate)
        self._lay_out()

    def begin(self) -> None:
        """From the first pane on."""
        self.step = 0
        self._show()
        self.show()
        self.next.setFocus()

    def retranslate(self) -> None:
        """Write all words anew."""
        say, name = self.language, STEPS[self.step]
        last = self.step == len(STEPS) - 1
        place = say("ui_tour.place", n=self.step + 1, all=len(STEPS))
        self.title.setText(f"{say(f'ui_pane.{name}')} · {place}")
        self.words.setText(say(f"ui_tour.{name}"))
        self.back.setText(say("ui_tour.back"))
        self.next.setText(say("ui_tour.done" if last else "ui_tour.next"))
        self.leave.setText(say("ui_tour.leave"))
        self.back.setEnabled(self.step > 0)
        self.leave.setVisible(not last)

    def _go(self, steps: int) -> None:
        if self.step + steps >= len(STEPS):
            self.left.emit()
            return
        self.step = max(0, self.step + steps)
        self._show()

    def _show(self) -> None:
        self.retranslate()
        self.at.emit(STEPS[self.step])

    def _lay_out(self) -> None:
        self.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        self.setAllowedAreas(Qt.DockWidgetArea.BottomDockWidgetArea)
        self.setTitleBarWidget(QWidget())
        inner = QWidget()
        buttons = QHBoxLayout()
        buttons.addWidget(self.leave)
        buttons.addStretch()
        buttons.addWidget(self.back)
        buttons.addWidget(self.next)
        whole = QVBoxLayout(inner)
        whole.setContentsMargins(16, 8, 16, 10)
        whole.addWidget(self.title)
        whole.addWidget(self.words)
        whole.addLayout(buttons)
        self.setWidget(inner)
