"""The desktop: Qt and nothing but Qt over run, case, queries and report. Views show, actions do, the core decides."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImageReader
from PySide6.QtWidgets import QApplication

from triage.text import preferred_language
from triage.ui.alerts import catch_mistakes
from triage.ui.core import CoreActions
from triage.ui.language import Language
from triage.ui.remembered import recall
from triage.ui.window import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

PICTURE_MEGABYTES = 16  # what one decoded preview may take; they are 256 pixels a side
TURN = 0.001  # seconds after which a thread that computes lets the window have its turn; Python's own 5 ms are felt
WAKE = 300  # milliseconds after which Python gets to hear of an interrupt of the terminal, at the latest


def main(argv: Sequence[str]) -> int:
    """Open the window; returns the exit code when it is closed."""
    application = QApplication(list(argv))
    prepare(application)
    language = Language(recall().language or preferred_language())
    window = Window(CoreActions(), language)
    catch_mistakes(window, language)
    signal.signal(signal.SIGINT, lambda *_: window.close())
    wake = QTimer(interval=WAKE)
    wake.timeout.connect(lambda: None)
    wake.start()
    window.show()
    return application.exec()


def prepare(application: QApplication) -> None:
    """What holds for every window: the name, one style everywhere, a bound on pictures."""
    sys.setswitchinterval(TURN)
    application.setApplicationName("Sigap")
    application.setStyle("Fusion")
    QImageReader.setAllocationLimit(PICTURE_MEGABYTES)
