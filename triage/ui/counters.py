"""The numbers of a case, each a button that opens what it counts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from triage.queries import FileFilter
from triage.ui.pane import plain_label, title_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.queries import Summary
    from triage.ui.language import Language


@dataclass(frozen=True, slots=True)
class Counter:
    """A number of the summary and the pane that shows what it counts."""

    name: str
    pane: str
    value: Callable[[Summary], int]
    part: object = None


COUNTERS = (
    Counter("notable", "hits", lambda summary: summary.notable),
    Counter("media", "media", lambda summary: summary.media),
    Counter("messages", "conversations", lambda summary: summary.messages),
    Counter("files", "files", lambda summary: summary.files, FileFilter()),
    Counter("deleted", "files", lambda summary: summary.deleted, FileFilter(deleted=True)),
    Counter("pending", "files", lambda summary: summary.pending, FileFilter(status="pending", files_only=False)),
    Counter("failed", "files", lambda _summary: 0, FileFilter(status="failed", files_only=False)),
    Counter("problems", "problems", lambda summary: sum(summary.problems.values())),
)


class CounterButton(QPushButton):
    """A number and what it counts."""

    def __init__(self) -> None:
        super().__init__()
        self.number, self.words = title_label(1.4), plain_label(wrap=False)
        layout = QVBoxLayout(self)
        layout.setSpacing(0)
        for label in (self.number, self.words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout.addWidget(label)
        self.setMinimumHeight(layout.sizeHint().height())

    def show_count(self, number: str, words: str) -> None:
        """Show this number of these things."""
        self.number.setText(number)
        self.words.setText(words)
        self.setAccessibleName(f"{words}: {number}")


class Counters(QWidget):
    """A row of numbers."""

    opened = Signal(str, object)

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.language = language
        self.buttons: dict[str, CounterButton] = {}
        self._values = {counter.name: 0 for counter in COUNTERS}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for counter in COUNTERS:
            button = self.buttons[counter.name] = CounterButton()
            button.clicked.connect(partial(self._open, counter))
            layout.addWidget(button, 1)

    def show_summary(self, summary: Summary, *, failed: int) -> None:
        """Show these numbers."""
        self._values = {counter.name: counter.value(summary) for counter in COUNTERS} | {"failed": failed}
        self.retranslate()

    def retranslate(self) -> None:
        """Write all words anew."""
        for name, button in self.buttons.items():
            button.show_count(self.language.number(self._values[name]), self.language(f"ui_count.{name}"))

    def _open(self, counter: Counter, _checked: object = None) -> None:
        self.opened.emit(counter.pane, counter.part)
