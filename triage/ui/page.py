"""The page of an open case: the names of the panes on the left, the chosen pane beside them."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QListWidget, QListWidgetItem, QStackedWidget, QWidget

from triage.ui import names
from triage.ui.board import BoardPane
from triage.ui.conversations import ConversationsPane
from triage.ui.cover import Cover
from triage.ui.custody import CustodyPane
from triage.ui.evidence import EvidenceDialog
from triage.ui.files import FilesPane
from triage.ui.hits import HitsPane
from triage.ui.icons import icon
from triage.ui.media import MediaPane
from triage.ui.opened import OpenCase
from triage.ui.people import PeoplePane
from triage.ui.places import PlacesPane
from triage.ui.problems import ProblemsPane
from triage.ui.report import ReportPane
from triage.ui.search import SearchPane
from triage.ui.timeline import TimelinePane
from triage.ui.traces import TracesPane

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.case import Case
    from triage.errors import SigapError
    from triage.ui.actions import Actions
    from triage.ui.language import Language
    from triage.ui.pane import Pane

_MADE_BY: tuple[type[Pane], ...] = (
    BoardPane, SearchPane, FilesPane, HitsPane, ConversationsPane, PeoplePane, TracesPane,
    TimelinePane, PlacesPane, MediaPane, ProblemsPane, CustodyPane, ReportPane,
)  # fmt: skip
PANES = tuple(zip(names.PANES, _MADE_BY, strict=True))


def key_of(place: int) -> str:
    """The keys of a pane: Ctrl+1 to Ctrl+9 and Ctrl+0 for the first ten, Ctrl+Alt+1 and so on for the others."""
    return f"Ctrl+{(place + 1) % 10}" if place < 10 else f"Ctrl+Alt+{(place - 9) % 10}"


class CasePage(QWidget):
    """A pane is read anew when it is opened, when a scan ends, and on F5."""

    def __init__(self, case: OpenCase, *, exhibit: str = "") -> None:
        super().__init__()
        self.case = case
        self.exhibit = exhibit
        self.panes = {name: make(case) for name, make in PANES}
        self.names = QListWidget()
        self.cover = Cover(self, case.language)
        self.stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self.retranslate()
        self._paint_icons()
        self.names.setCurrentRow(0)

    @classmethod
    def of(cls, case: Case, actions: Actions, language: Language, alert: Callable[[SigapError], object]) -> CasePage:
        """The page of a case that was just opened."""
        return cls(OpenCase(case, actions, language, alert=alert))

    @property
    def board(self) -> BoardPane:
        """The pane of that name."""
        board = self.panes["board"]
        assert isinstance(board, BoardPane)
        return board

    def open(self, name: str, part: object = None) -> None:
        """Show a pane, or only a part of what it shows."""
        self.names.setCurrentRow(list(self.panes).index(name))
        if part is not None:
            self.panes[name].narrow(part)

    def reload(self) -> None:
        """Read the pane that is shown anew."""
        list(self.panes.values())[self.stack.currentIndex()].reload()

    def add_file(self) -> None:
        """Choose a file as evidence."""
        chosen, _ = QFileDialog.getOpenFileName(self, self.case.language("ui_board.add_file"))
        if chosen:
            self.add(Path(chosen))

    def add_folder(self) -> None:
        """Choose a folder as evidence."""
        if chosen := QFileDialog.getExistingDirectory(self, self.case.language("ui_board.add_folder")):
            self.add(Path(chosen))

    def add(self, source: Path) -> None:
        """Ask how this source is to be examined, then scan it."""
        dialog = EvidenceDialog(self.case, source, self.exhibit, self)
        dialog.accepted.connect(lambda: self._scan(dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.case.language
        self.cover.retranslate()
        self.names.setAccessibleName(say("ui.panes"))
        for place, name in enumerate(self.panes):
            self.names.item(place).setText(say(f"ui_pane.{name}"))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802  Qt's name
        """Light became dark or the other way round."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.names.count():
            self._paint_icons()

    def _scan(self, dialog: EvidenceDialog) -> None:
        wanted = dialog.wanted()
        self.exhibit = wanted.exhibit
        self.case.scans.add(wanted)
        self.open("board")

    def _show(self, place: int) -> None:
        self.stack.setCurrentIndex(place)
        self.reload()

    def _connect(self) -> None:
        self.board.add_file_asked.connect(self.add_file)
        self.board.add_folder_asked.connect(self.add_folder)
        self.names.currentRowChanged.connect(self._show)
        self.case.language.changed.connect(self.retranslate)
        self.case.scans.idle.connect(self.reload)
        for place, pane in enumerate(self.panes.values()):
            self.cover.covered.connect(pane.conceal)
            pane.open_pane.connect(self.open)
            shortcut = QShortcut(QKeySequence(key_of(place)), self)
            shortcut.activated.connect(partial(self.names.setCurrentRow, place))

    def _paint_icons(self) -> None:
        for place, name in enumerate(self.panes):
            self.names.item(place).setIcon(icon(name, self.palette()))

    def _lay_out(self) -> None:
        for name, pane in self.panes.items():
            self.names.addItem(QListWidgetItem(name))
            self.stack.addWidget(pane)
        self.names.setIconSize(QSize(22, 22))
        self.names.setSpacing(2)
        self.names.setFixedWidth(19 * self.names.fontMetrics().averageCharWidth() + 60)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.names)
        whole.addWidget(self.stack, 1)
