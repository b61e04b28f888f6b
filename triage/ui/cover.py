"""The panic key: everything of the program is hidden at once, and comes back by another key that is not hit by mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from triage.ui.pane import plain_label

if TYPE_CHECKING:
    from triage.ui.language import Language

HIDE, SHOW = "F9", "Ctrl+Shift+F9"


class Cover(QWidget):
    """Lies over the whole window; other windows of the program are hidden meanwhile. No key and no click goes through it."""

    covered = Signal()

    def __init__(self, owner: QWidget, language: Language) -> None:
        super().__init__(owner)
        self.language = language
        self.words = plain_label()
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hidden: list[QWidget] = []
        self._focus: QWidget | None = None
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        layout = QVBoxLayout(self)
        layout.addStretch()
        layout.addWidget(self.words)
        self.hide()
        shortcut = QShortcut(QKeySequence(HIDE), owner)
        shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
        shortcut.activated.connect(self.cover)
        self.retranslate()

    def cover(self) -> None:
        """Hide everything now."""
        if self.isVisible():
            return
        window, self._focus = self.window(), QApplication.focusWidget()
        self.covered.emit()
        self._hidden = [each for each in QApplication.topLevelWidgets() if each is not window and each.isVisible()]
        self.setParent(window)
        self.setGeometry(window.rect())
        window.installEventFilter(self)
        self.show()
        self.raise_()
        self.setFocus()
        for each in self._hidden:
            each.hide()

    def uncover(self) -> None:
        """Bring everything back as it was, but nothing revealed."""
        self.window().removeEventFilter(self)
        self.hide()
        for each in self._hidden:
            each.show()
        self._hidden.clear()
        if self._focus is not None:
            self._focus.setFocus()
            self._focus = None

    def retranslate(self) -> None:
        """Write all words anew."""
        self.words.setText(self.language("ui_cover.words", keys=SHOW))
        self.setAccessibleName(self.words.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """One key sequence brings everything back; all others do nothing."""
        if QKeySequence(event.keyCombination()) == QKeySequence(SHOW):
            self.uncover()
        event.accept()

    def event(self, event: QEvent) -> bool:
        """No shortcut of the window works under the cover."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """As large as the window, whatever size that takes."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return super().eventFilter(watched, event)
