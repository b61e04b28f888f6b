"""The start page: make a case, open one, or go on with a recent one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from triage.ui.lists import ListBox
from triage.ui.pane import form, plain_label, title_label
from triage.ui.words import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage.ui.actions import ListChoice
    from triage.ui.language import Language
    from triage.ui.remembered import Remembered

FOLDER = int(Qt.ItemDataRole.UserRole)


@dataclass(frozen=True, slots=True)
class NewCase:
    """What the form of the start page says. `source` None: evidence is added later."""

    folder: Path
    examiner: str
    exhibit: str
    source: Path | None
    lists: tuple[str, ...]


class StartPage(QWidget):
    """Says what is wanted; the window does it."""

    disk_asked = Signal()
    lists_asked = Signal()
    source_named = Signal(Path)
    demo_asked = Signal()
    new_asked = Signal(object)
    open_asked = Signal(Path)

    def __init__(self, language: Language, examiner: str) -> None:
        super().__init__()
        self.language = language
        self.title, self.subtitle = title_label(2.0), plain_label()
        self.new, self.recent = QGroupBox(), QGroupBox()
        self.folder, self.examiner = QLineEdit(), QLineEdit(examiner)
        self.exhibit, self.source = QLineEdit(), QLineEdit()
        self.choose_folder, self.choose_file, self.choose_source = QPushButton(), QPushButton(), QPushButton()
        self.show_lists = QPushButton()
        self.choose_disk, self.recognised, self.demo = QPushButton(), plain_label(), QPushButton()
        self.first = plain_label()
        self.lists, self.no_lists = ListBox(language), plain_label()
        self.make, self.open, self.go_on = QPushButton(), QPushButton(), QPushButton()
        self.cases = QListWidget()
        self._labels = {name: QLabel() for name in ("folder", "examiner", "exhibit", "source", "lists")}
        self._connect()
        self._lay_out()
        self.offer_lists([])
        language.changed.connect(self.retranslate)
        self.retranslate()

    def offer_lists(self, lists: Sequence[ListChoice]) -> None:
        """Offer these hash lists."""
        self.lists.offer(lists)
        self.lists.setVisible(bool(lists))
        self.no_lists.setVisible(not lists)

    def show_recent(self, remembered: Remembered) -> None:
        """Show the recent cases, the latest first."""
        self.cases.clear()
        for folder in remembered.recent:
            item = QListWidgetItem(shown(folder))
            item.setData(FOLDER, folder)
            self.cases.addItem(item)
        self.cases.setCurrentRow(0)
        self.first.setVisible(not remembered.toured)
        self._show_whether_ready()

    def take_source(self, source: Path) -> None:
        """Evidence that was dropped or chosen: where nothing is named yet, a case folder and the label are proposed."""
        self.source.setText(str(source))
        if not self.folder.text().strip():
            self.folder.setText(str(proposed_folder(source, Path.home() / self.language("ui_desk.cases_folder"))))
        self.exhibit.setFocus()
        self._name_source()

    def show_recognised(self, source: Path, words: str) -> None:
        """Say what a source is, or why it is none; an answer that came too late is dropped."""
        if self.source.text().strip() == str(source):
            self.recognised.setText(words)

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        self.title.setText(say("ui.name"))
        self.subtitle.setText(say("ui_start.subtitle"))
        self.new.setTitle(say("ui_start.new"))
        self.recent.setTitle(say("ui_start.recent"))
        for name, label in self._labels.items():
            label.setText(say(f"ui_start.{name}"))
        self.folder.setPlaceholderText(say("ui_start.folder_hint"))
        self.exhibit.setPlaceholderText(say("ui_start.exhibit_hint"))
        self.source.setPlaceholderText(say("ui_start.source_hint"))
        self.first.setText(say("ui_tour.first"))
        self.no_lists.setText(say("ui_start.no_lists"))
        for name, button in self._buttons().items():
            button.setText(say(f"ui_start.{name}"))
        self.cases.setAccessibleName(say("ui_start.recent"))
        self.lists.retranslate()

    def _buttons(self) -> dict[str, QPushButton]:
        names = (
            "choose_folder",
            "choose_file",
            "choose_source",
            "choose_disk",
            "show_lists",
            "make",
            "open",
            "go_on",
            "demo",
        )
        return {name: getattr(self, name) for name in names}

    def _connect(self) -> None:
        self.folder.textChanged.connect(self._show_whether_ready)
        self.choose_folder.clicked.connect(lambda: self._choose_into(self.folder))
        self.choose_file.clicked.connect(lambda: self._choose_source(folder=False))
        self.choose_source.clicked.connect(lambda: self._choose_source(folder=True))
        self.choose_disk.clicked.connect(self.disk_asked)
        self.show_lists.clicked.connect(self.lists_asked)
        self.demo.clicked.connect(self.demo_asked)
        self.source.editingFinished.connect(self._name_source)
        self.source.textChanged.connect(lambda _: self.recognised.clear())
        self.make.clicked.connect(self._ask_new)
        self.open.clicked.connect(self._ask_open)
        self.go_on.clicked.connect(self._ask_recent)
        self.cases.itemActivated.connect(lambda _: self._ask_recent())
        self.cases.currentRowChanged.connect(self._show_whether_ready)
        for field in (self.folder, self.exhibit, self.source):
            field.returnPressed.connect(self._ask_new)

    def _show_whether_ready(self) -> None:
        self.make.setEnabled(bool(self.folder.text().strip()))
        self.go_on.setEnabled(self.cases.currentItem() is not None)

    def _choose_into(self, field: QLineEdit) -> None:
        if chosen := QFileDialog.getExistingDirectory(self, self.language("ui_start.choose_folder"), field.text()):
            field.setText(chosen)

    def _choose_source(self, *, folder: bool) -> None:
        title = self.language("ui_start.choose_folder" if folder else "ui_start.choose_file")
        ask = QFileDialog.getExistingDirectory if folder else QFileDialog.getOpenFileName
        chosen = ask(self, title, self.source.text())
        if path := chosen if isinstance(chosen, str) else chosen[0]:
            self.take_source(Path(path))

    def _name_source(self) -> None:
        if text := self.source.text().strip():
            self.source_named.emit(Path(text))

    def _ask_new(self) -> None:
        if not self.folder.text().strip():
            return
        source = self.source.text().strip()
        self.new_asked.emit(
            NewCase(
                Path(self.folder.text().strip()).expanduser(),
                self.examiner.text().strip(),
                self.exhibit.text().strip(),
                Path(source).expanduser() if source else None,
                self.lists.chosen(),
            )
        )

    def _ask_open(self) -> None:
        if chosen := QFileDialog.getExistingDirectory(self, self.language("ui_start.open")):
            self.open_asked.emit(Path(chosen))

    def _ask_recent(self) -> None:
        if item := self.cases.currentItem():
            self.open_asked.emit(Path(item.data(FOLDER)))

    def _lay_out(self) -> None:
        fields = form()
        rows: dict[str, tuple[QWidget, ...]] = {
            "source": (self.source, self.choose_file, self.choose_source, self.choose_disk),
            "exhibit": (self.exhibit,),
            "folder": (self.folder, self.choose_folder),
            "examiner": (self.examiner,),
            "lists": (self.lists, self.show_lists),
        }
        for name, widgets in rows.items():
            self._labels[name].setBuddy(widgets[0])
            fields.addRow(self._labels[name], _row(widgets) if len(widgets) > 1 else widgets[0])
            if name == "source":
                fields.addRow("", self.recognised)
        fields.addRow("", self.no_lists)
        new = QVBoxLayout(self.new)
        new.addLayout(fields)
        new.addWidget(self.make, 0, Qt.AlignmentFlag.AlignRight)
        new.addStretch()
        recent = QVBoxLayout(self.recent)
        self.cases.setSpacing(3)
        recent.addWidget(self.cases, 1)
        recent.addWidget(_row((self.go_on, self.open)))
        recent.addWidget(self.first)
        recent.addWidget(self.demo)
        both = QHBoxLayout()
        both.addWidget(self.new, 3)
        both.addWidget(self.recent, 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(32, 24, 32, 32)
        whole.setSpacing(12)
        whole.addWidget(self.title)
        whole.addWidget(self.subtitle)
        whole.addLayout(both, 1)
        self.make.setDefault(True)


def proposed_folder(source: Path, cases: Path) -> Path:
    """A new folder for the case of this source, named after the day and the source."""
    wished = cases / f"{datetime.now().astimezone():%Y-%m-%d} {shown(source.stem, limit=60)}"
    number = 1
    folder = wished
    while folder.exists():
        number += 1
        folder = wished.with_name(f"{wished.name} {number}")
    return folder


def _row(widgets: Sequence[QWidget]) -> QWidget:
    holder = QWidget()
    holder.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    for place, widget in enumerate(widgets):
        layout.addWidget(widget, 0 if place else 1)
    return holder
