"""Files taken out of the evidence into a folder: which of them stay behind is asked first, what came of it is said afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox

from triage.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from triage.ui.opened import OpenCase


class FileExport(QObject):
    """One export, from the question where to the answer what came of it. The case has one writer: never while a scan runs."""

    def __init__(self, case: OpenCase, parent: QWidget) -> None:
        super().__init__(parent)
        self._case = case
        self._over = parent
        self._say = case.language
        self._entries: list[int] = []

    def begin(self, entries: Sequence[int]) -> None:
        """Ask where to; entries that are to stay behind are told first."""
        self._entries = list(entries)
        if not entries:
            self._case.alert(UserError(self._say("ui_export.none")))
        elif self._case.scans.running:
            self._case.alert(UserError(self._say("ui_export.scanning")))
        else:
            self._case.ask(lambda queries: len(queries.held_back() & set(entries)), self._ask)

    def _ask(self, withheld: int) -> None:
        if not withheld:
            self._where(everything=False)
            return
        say = self._say
        text = say("ui_export.withheld", n=say.number(withheld), all=say.number(len(self._entries)))
        box = QMessageBox(QMessageBox.Icon.Question, say("ui_export.button"), text, parent=self._over)
        box.setTextFormat(Qt.TextFormat.PlainText)
        without = box.addButton(say("ui_export.without"), QMessageBox.ButtonRole.AcceptRole)
        whole = box.addButton(say("ui_export.all"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(say("ui.cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(without)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(
            lambda _: self._answered(
                everything=box.clickedButton() is whole, agreed=box.clickedButton() in {without, whole}
            )
        )
        box.open()

    def _answered(self, *, everything: bool, agreed: bool) -> None:
        if agreed:
            self._where(everything=everything)

    def _where(self, *, everything: bool) -> None:
        place = str(self._case.folder / "exports")
        if chosen := QFileDialog.getExistingDirectory(self._over, self._say("ui_export.where"), place):
            self.write(Path(chosen), everything=everything)

    def write(self, folder: Path, *, everything: bool) -> None:
        """Take the files out, in another thread."""
        case, entries, language = self._case, self._entries, self._say.code
        password = "\n".join(case.scans.passwords.values()) or None
        case.act(
            lambda opened: case.actions.export(
                opened, entries, folder, everything=everything, language=language, password=password
            ),
            lambda done: self._tell(*done),
        )

    def _tell(self, folder: Path, counts: dict[str, int]) -> None:
        say = self._say
        parts = ", ".join(
            f"{say(f'exchange.exported_{name}')}: {say.number(count)}" for name, count in counts.items() if count
        )
        text = say("ui_export.done", folder=str(folder), counts=parts)
        box = QMessageBox(QMessageBox.Icon.Information, say("ui_export.button"), text, parent=self._over)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
