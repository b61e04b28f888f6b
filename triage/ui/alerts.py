"""The one place where an error becomes a message: what, where, what to do. And the last resort for our own mistakes."""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from triage.errors import CaseError
from triage.ui.words import shown_body

if TYPE_CHECKING:
    from types import TracebackType

    from triage.errors import SigapError
    from triage.ui.language import Language


def alert(parent: QWidget, language: Language, error: SigapError) -> None:
    """A message that can be read and closed; the program goes on."""
    title = language("ui_error.case" if isinstance(error, CaseError) else "ui_error.request")
    _message(parent, QMessageBox.Icon.Warning, title, str(error))


def tell(parent: QWidget, title: str, text: str) -> None:
    """Something that was done, in words to read and close."""
    _message(parent, QMessageBox.Icon.Information, title, text)


def catch_mistakes(window: QWidget, language: Language) -> None:
    """Show what nobody foresaw, with the traceback to copy, and go on."""

    def hook(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, where)
        if not issubclass(kind, KeyboardInterrupt):
            detail = "".join(traceback.format_exception(kind, error, where))
            _message(window, QMessageBox.Icon.Critical, language("ui_error.bug"), language("ui_error.bug_text"), detail)

    sys.excepthook = hook


def _message(parent: QWidget, icon: QMessageBox.Icon, title: str, text: str, detail: str = "") -> None:
    """One message for one thing: what stands there already is not said again (a full disk stops several scans at once)."""
    words = shown_body(text)
    if any(each.isVisible() and each.text() == words for each in parent.findChildren(QMessageBox)):
        return
    box = QMessageBox(icon, title, words, QMessageBox.StandardButton.Ok, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if detail:
        box.setDetailedText(detail)
    box.open()
