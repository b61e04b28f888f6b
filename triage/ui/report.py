"""Write a report, and check a report or the case: every digest, chain and signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
)

from triage.queries.chosen import SELECTIONS
from triage.report import ReportWish
from triage.text import LANGUAGES
from triage.ui.columns import Column, RowTable
from triage.ui.pane import Pane, form, plain_label, table_view
from triage.ui.words import shown

if TYPE_CHECKING:
    from pathlib import Path

    from triage.errors import SigapError
    from triage.report import Check, ReportResult, Verification
    from triage.ui.opened import OpenCase

FORMATS = {"paper": ("pdf",), "tables": ("csv", "xlsx"), "forms": ("forms",)}  # what may be had beside the page
IMAGES = ("blurred", "none")
MEASURED = 200  # rows whose height is fitted to their text


class ReportPane(Pane):
    """The case has one writer: while a scan runs, no report is written."""

    def __init__(self, case: OpenCase) -> None:
        super().__init__(case)
        self.tongue = QComboBox()
        self.images = QComboBox()
        self.chosen = QComboBox()
        self.formats = {name: QCheckBox() for name in FORMATS}
        self.write = QPushButton()
        self.folder = QLineEdit(readOnly=True)
        self.verify = QPushButton()
        self.verify_case = QPushButton()
        self.again = QCheckBox()
        self.words = plain_label()
        self.model = RowTable(_columns(case), case.language)
        self.checks = table_view(self.model)
        self.written = QGroupBox()
        self.checked = QGroupBox()
        self._labels = {name: QLabel() for name in ("language", "images", "chosen", "folder")}
        self._result: ReportResult | None = None
        self._verification: Verification | None = None
        self._busy = ""
        self._connect()
        self._lay_out()
        self.retranslate()

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        self.written.setTitle(say("ui_report.write_title"))
        self.checked.setTitle(say("ui_report.verify_title"))
        for name, label in self._labels.items():
            label.setText(say(f"ui_report.{name}"))
        for place, code in enumerate(LANGUAGES):
            self.tongue.setItemText(place, say(f"ui_language.{code}"))
        for place, name in enumerate(IMAGES):
            self.images.setItemText(place, say(f"ui_report.images_{name}"))
        for place, name in enumerate(SELECTIONS):
            self.chosen.setItemText(place, say(f"ui_report.select_{name}"))
        for name, box in self.formats.items():
            box.setText(say(f"ui_report.{name}"))
        self.write.setText(say("ui_report.write"))
        self.verify.setText(say("ui_report.verify"))
        self.verify_case.setText(say("ui_report.verify_case"))
        self.again.setText(say("ui_report.verify_evidence"))
        self.checks.setAccessibleName(say("ui_report.checks"))
        self.model.say_again()
        self._show_state()

    def _connect(self) -> None:
        self.tongue.addItems(list(LANGUAGES))
        self.tongue.setCurrentIndex(LANGUAGES.index(self.language.code))
        self.images.addItems(list(IMAGES))
        self.checks.setWordWrap(True)
        self.chosen.addItems(list(SELECTIONS))
        for name in ("paper", "tables"):
            self.formats[name].setChecked(True)
        self.write.clicked.connect(self._write)
        self.verify.clicked.connect(lambda: self._verify(self._result.folder if self._result else None))
        self.verify_case.clicked.connect(lambda: self._verify(self.case.folder))
        self.case.scans.changed.connect(self._show_state)

    def _write(self) -> None:
        wish = ReportWish(
            language=LANGUAGES[self.tongue.currentIndex()],
            formats=("html", *(each for name in FORMATS if self.formats[name].isChecked() for each in FORMATS[name])),
            select=SELECTIONS[self.chosen.currentIndex()],
            images=IMAGES[self.images.currentIndex()],
        )
        self._begin("writing")
        self.case.do(lambda: self.case.write_report(wish), self._wrote, self._failed)

    def _verify(self, path: Path | None) -> None:
        if path is None:
            return
        evidence = self.again.isChecked()
        self._begin("verifying")
        self.case.do(lambda: self.case.verify(path, evidence=evidence), self._verified, self._failed)

    def _begin(self, what: str) -> None:
        self._busy, self._verification = what, None
        self.model.show(())
        self._show_state()

    def _wrote(self, result: ReportResult) -> None:
        self._busy, self._result = "", result
        self._show_state()

    def _verified(self, verification: Verification) -> None:
        self._busy, self._verification = "", verification
        failed_first = sorted(verification.checks, key=lambda check: (check.ok is not False, check.ok is not None))
        self.model.show(failed_first)
        if len(failed_first) <= MEASURED:
            self.checks.resizeRowsToContents()
        self._show_state()

    def _failed(self, error: SigapError) -> None:
        self._busy = ""
        self._show_state()
        self.case.alert(error)

    def _show_state(self) -> None:
        scanning = self.case.scans.running
        self.write.setEnabled(not self._busy and not scanning)
        self.verify_case.setEnabled(not self._busy and not scanning)
        self.verify.setEnabled(not self._busy and self._result is not None)
        self.folder.setText(str(self._result.folder) if self._result else "")
        self.words.setText(self._sentence(scanning=scanning))

    def _sentence(self, *, scanning: bool) -> str:
        say = self.language
        if self._busy:
            return say(f"ui_report.{self._busy}")
        if self._verification:
            failed = sum(check.ok is False for check in self._verification.checks)
            if failed:
                return say("ui_report.not_verified", n=say.number(failed))
            return say("ui_report.verified", n=say.number(len(self._verification.checks)))
        if scanning:
            return say("ui_report.not_while_scanning")
        if self._result:
            return say("ui_report.written", n=say.number(len(self._result.files)), digest=self._result.head)
        return say("ui_report.ready")

    def _lay_out(self) -> None:
        fields = form()
        fields.addRow(self._labels["language"], self.tongue)
        fields.addRow(self._labels["images"], self.images)
        fields.addRow(self._labels["chosen"], self.chosen)
        for box in self.formats.values():
            fields.addRow("", box)
        fields.addRow(self._labels["folder"], self.folder)
        for name, field in (
            ("language", self.tongue),
            ("images", self.images),
            ("chosen", self.chosen),
            ("folder", self.folder),
        ):
            self._labels[name].setBuddy(field)
        write = QVBoxLayout(self.written)
        write.addLayout(fields)
        write.addWidget(self.write, 0, Qt.AlignmentFlag.AlignLeft)
        buttons = QHBoxLayout()
        for widget in (self.verify, self.verify_case, self.again):
            buttons.addWidget(widget)
        buttons.addStretch()
        check = QVBoxLayout(self.checked)
        check.addLayout(buttons)
        check.addWidget(self.checks, 1)
        whole = QVBoxLayout(self)
        whole.addWidget(self.written)
        whole.addWidget(self.words)
        whole.addWidget(self.checked, 1)


def _columns(case: OpenCase) -> tuple[Column[Check], ...]:
    return (
        Column("ui_column.outcome", lambda check, say: say(f"ui_report.{_outcome(check)}"), 14),
        Column("ui_column.checked", lambda check, say: say.choice("ui_check", check.name), 22),
        Column("ui_column.finding", lambda check, _: shown(check.text(case.language.say)), 100),
    )


def _outcome(check: Check) -> str:
    if check.ok is None:
        return "not_checked"
    return "holds" if check.ok else "fails"
