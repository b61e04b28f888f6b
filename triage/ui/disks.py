"""The choice of a disk that is attached: what it is, and whether the system may write to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from triage.ui.pane import plain_label
from triage.ui.words import shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from triage.run import Attached
    from triage.ui.language import Language

DISK = int(Qt.ItemDataRole.UserRole)


class DisksDialog(QDialog):
    """Accepted, `chosen` is the path of the disk."""

    def __init__(self, language: Language, parent: QWidget) -> None:
        super().__init__(parent)
        self._say = language
        self.words, self.about = plain_label(), plain_label()
        self.disks = QListWidget()
        self.buttons = QDialogButtonBox()
        self.take = self.buttons.addButton(language("ui_disks.take"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(language("ui.cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self._lay_out()
        self.show_disks(())

    @property
    def chosen(self) -> Path | None:
        """The disk that is marked."""
        item = self.disks.currentItem()
        return item.data(DISK).path if item else None

    def show_disks(self, disks: Sequence[Attached]) -> None:
        """Offer these."""
        self.disks.clear()
        for disk in disks:
            item = QListWidgetItem(disk_line(disk, self._say))
            item.setData(DISK, disk)
            self.disks.addItem(item)
        self.words.setText(self._say("ui_disks.words" if disks else "ui_disks.none"))
        self._show_about()

    def _show_about(self) -> None:
        item = self.disks.currentItem()
        self.take.setEnabled(item is not None)
        self.about.setText(warning(item.data(DISK), self._say) if item else "")

    def _lay_out(self) -> None:
        self.setWindowTitle(self._say("ui_disks.title"))
        self.setMinimumWidth(640)
        self.disks.setAccessibleName(self._say("ui_disks.title"))
        self.disks.currentRowChanged.connect(lambda _: self._show_about())
        self.disks.itemActivated.connect(lambda _: self.accept())
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        for widget in (self.words, self.disks, self.about, self.buttons):
            whole.addWidget(widget)


def disk_line(disk: Attached, say: Language) -> str:
    """A disk in one line."""
    state = "own" if disk.own else "protected" if disk.read_only else "writable"
    parts = [str(disk.path), shown(disk.model), shown(disk.serial), say.size(disk.size), say(f"ui_disks.{state}")]
    return " · ".join(part for part in parts if part)


def warning(disk: Attached, say: Language) -> str:
    """What is to be thought of before this disk is read; nothing where it is protected and not in use."""
    lines = []
    if disk.own:
        lines.append(say("ui_disks.own_means"))
    if not disk.read_only:
        lines.append(say("ui_disks.writable_means", path=disk.path))
    if disk.mounted:
        lines.append(say("ui_disks.mounted", folders=", ".join(shown(folder) for folder in disk.mounted)))
    return "\n".join(lines)
