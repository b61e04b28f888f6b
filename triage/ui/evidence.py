"""The dialog that adds evidence: what it is, which exhibit it belongs to, what it is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from triage.settings import Settings
from triage.ui.lists import ListBox
from triage.ui.pane import form, plain_label
from triage.ui.scans import Wanted
from triage.ui.words import shown

if TYPE_CHECKING:
    from pathlib import Path

    from triage.errors import SigapError
    from triage.ui.actions import ListChoice
    from triage.ui.opened import OpenCase


class EvidenceDialog(QDialog):
    """Accepted, `wanted` is the scan to start. What the source is, is found out off the main thread and shown."""

    def __init__(self, case: OpenCase, source: Path, exhibit: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._case, self._source = case, source.absolute()
        self._say = case.language
        self.format = plain_label()
        self.exhibit = QLineEdit(exhibit or self._source.name)
        self.password = QLineEdit(echoMode=QLineEdit.EchoMode.Password)
        self.lists = ListBox(case.language)
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
        )
        exhibit = self.exhibit.text().strip() or self._source.name
        return Wanted(self._source, exhibit, settings, self.password.text() or None)

    def _ask(self) -> None:
        self.start.setEnabled(False)
        self.format.setText(self._say("ui_evidence.looking"))
        actions, source = self._case.actions, self._source
        self._case.do(lambda: (actions.recognised(source), actions.lists()), lambda both: self._show(*both), self._not)

    def _show(self, format_name: str, lists: list[ListChoice]) -> None:
        self.format.setText(self._say.choice("ui_format", format_name))
        self.lists.offer(lists)
        self.no_lists.setVisible(not lists)
        self.lists.setVisible(bool(lists))
        self.start.setEnabled(True)
        self.start.setFocus()

    def _not(self, error: SigapError) -> None:
        self.format.setText(shown(str(error), limit=2000))

    def _lay_out(self) -> None:
        say = self._say
        self.setWindowTitle(say("ui_evidence.title"))
        self.setMinimumWidth(560)
        self.hash_source.setChecked(True)
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
        for widget in (self.no_lists, self.quick, self.hash_source):
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
