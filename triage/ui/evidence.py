"""The dialog that adds evidence: what it is, which exhibit it belongs to, what it is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from triage.settings import Settings
from triage.ui.disks import disk_line, warning
from triage.ui.lists import ListBox
from triage.ui.pane import form, plain_label
from triage.ui.scans import Wanted
from triage.ui.words import shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from triage.errors import SigapError
    from triage.run import Attached
    from triage.ui.actions import ListChoice
    from triage.ui.opened import OpenCase


class EvidenceDialog(QDialog):
    """Accepted, `wanted` is the scan to start. What the source is, is found out off the main thread and shown."""

    def __init__(self, case: OpenCase, source: Path, exhibit: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._case, self._source = case, source.absolute()
        self._must_allow = False
        self._say = case.language
        self.format = plain_label()
        self.exhibit = QLineEdit(exhibit or self._source.name)
        self.password = QLineEdit(echoMode=QLineEdit.EchoMode.Password)
        self.lists = ListBox(case.language)
        self.writable = QCheckBox(self._say("ui_disks.allow"))
        self.quick = QCheckBox(self._say("ui_evidence.quick"))
        self.hash_source = QCheckBox(self._say("ui_evidence.hash_source"))
        self.buttons = QDialogButtonBox()
        self._lay_out()
        self._ask()

    def wanted(self) -> Wanted:
        """The scan that was asked for."""
        settings = Settings(
            profile="quick" if self.quick.isChecked() else "full",
            lists=self.lists.chosen(),
            hash_source=self.hash_source.isChecked(),
            allow_writable=self.writable.isChecked(),
        )
        exhibit = self.exhibit.text().strip() or self._source.name
        return Wanted(self._source, exhibit, settings, self.password.text() or None)

    def _ask(self) -> None:
        self.start.setEnabled(False)
        self.format.setText(self._say("ui_evidence.looking"))
        actions, source = self._case.actions, self._source
        self._case.do(
            lambda: (actions.recognised(source), actions.lists(), actions.disks()),
            lambda all_: self._show(*all_),
            self._not,
        )

    def _show(self, format_name: str, lists: list[ListChoice], disks: Sequence[Attached]) -> None:
        self.format.setText(self._say.choice("ui_format", format_name))
        self._warn(next((disk for disk in disks if disk.path == self._source), None))
        self.lists.offer(lists)
        self.no_lists.setVisible(not lists)
        self.lists.setVisible(bool(lists))
        self._show_whether_ready()
        self.exhibit.setFocus()
        self.exhibit.selectAll()

    def _warn(self, disk: Attached | None) -> None:
        """A disk that the system may write to is examined only where the person says so."""
        if disk is None:
            return
        self.format.setText("\n".join(filter(None, (disk_line(disk, self._say), warning(disk, self._say)))))
        self._must_allow = not disk.read_only
        self.writable.setVisible(self._must_allow)

    def _show_whether_ready(self) -> None:
        self.start.setEnabled(self.writable.isChecked() or not self._must_allow)

    def _not(self, error: SigapError) -> None:
        self.format.setText(shown(str(error), limit=2000))

    def _lay_out(self) -> None:
        say = self._say
        self.setWindowTitle(say("ui_evidence.title"))
        self.setMinimumWidth(560)
        self.hash_source.setChecked(True)
        self.writable.hide()
        self.writable.toggled.connect(lambda _: self._show_whether_ready())
        source, self.no_lists = plain_label(), plain_label()
        self.password.setPlaceholderText(say("ui_evidence.password_hint"))
        source.setText(shown(str(self._source)))
        self.no_lists.setText(say("ui_start.no_lists"))
        fields = form()
        fields.addRow(QLabel(say("ui_evidence.source")), source)
        fields.addRow(QLabel(say("ui_evidence.format")), self.format)
        fields.addRow(_label(say("ui_evidence.exhibit"), self.exhibit), self.exhibit)
        fields.addRow(_label(say("ui_evidence.password"), self.password), self.password)
        fields.addRow(_label(say("ui_start.lists"), self.lists), self.lists)
        for widget in (self.no_lists, self.quick, self.hash_source, self.writable):
            fields.addRow("", widget)
        self.start = self.buttons.addButton(say("ui_evidence.start"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton(say("ui.cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.addLayout(fields)
        whole.addWidget(self.buttons)


def _label(text: str, field: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(field)
    return label
