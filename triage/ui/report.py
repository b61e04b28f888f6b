"""Write a report, and check a report or the case: every digest, chain and signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from triage.queries.chosen import SELECTIONS
from triage.report import ZONES, ReportWish
from triage.text import LANGUAGES
from triage.ui.columns import Column, RowTable
from triage.ui.pane import Pane, form, plain_label, table_view
from triage.ui.preview import PreviewBox
from triage.ui.words import shown

if TYPE_CHECKING:
    from pathlib import Path

    from triage.errors import SigapError
    from triage.report import Check, ReportResult, Verification
    from triage.ui.opened import OpenCase

FORMATS = {  # what may be had beside the page
    "paper": ("pdf",), "tables": ("csv", "xlsx"), "forms": ("forms",), "case": ("case",), "vics": ("vics",),
}  # fmt: skip
CHOICES = ("exhibit", "chosen", "images", "language", "zone")
NARROWEST = 14  # characters of a choice
PAUSE = 500  # milliseconds after the last choice before the preview is made anew
IMAGES = ("blurred", "none")
MEASURED = 200  # rows whose height is fitted to their text


class ReportPane(Pane):
    """What goes in is chosen, the pages are seen at once, then it is written and checked. While a scan runs, no report is written."""

    def __init__(self, case: OpenCase) -> None:
        super().__init__(case)
        self.tongue = QComboBox()
        self.images = QComboBox()
        self.chosen = QComboBox()
        self.exhibit, self.zone = QComboBox(), QComboBox()
        self.bundle, self.protected = QCheckBox(), plain_label()
        self.preview = PreviewBox(case.language)
        self._asked = 0
        self._soon = QTimer(self, interval=PAUSE, singleShot=True)
        self.formats = {name: QCheckBox() for name in FORMATS}
        self.write = QPushButton()
        self.folder = QLineEdit(readOnly=True)
        self.verify = QPushButton()
        self.verify_case = QPushButton()
        self.again = QCheckBox()
        self.words = plain_label()
        self.model = RowTable(_columns(case), case.language)
        self.checks = table_view(self.model)
        self.tabs, self.written, self.checked = QTabWidget(), QWidget(), QWidget()
        self._labels = {name: QLabel() for name in (*CHOICES, "folder")}
        self._result: ReportResult | None = None
        self._verification: Verification | None = None
        self._busy = ""
        self._connect()
        self._lay_out()
        self.retranslate()

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        for widget in (self.tabs, self.tabs.tabBar()):
            widget.setAccessibleName(say("ui_pane.report"))
        self.tabs.setTabText(0, say("ui_report.write_title"))
        self.tabs.setTabText(1, say("ui_report.verify_title"))
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
        self.bundle.setText(say("ui_report.bundle"))
        self.protected.setText(say("ui_report.protected"))
        self.exhibit.setItemText(0, say("ui_report.every_exhibit"))
        self.zone.setItemText(0, say("ui_report.zone_of_case"))
        self.preview.retranslate()
        self.write.setText(say("ui_report.write"))
        self.verify.setText(say("ui_report.verify"))
        self.verify_case.setText(say("ui_report.verify_case"))
        self.again.setText(say("ui_report.verify_evidence"))
        self.checks.setAccessibleName(say("ui_report.checks"))
        self.model.say_again()
        self._show_state()

    def reload(self) -> None:
        """Which exhibits there are, then the pages."""
        self.case.ask(lambda queries: sorted({row.exhibit for row in queries.board()}), self._offer_exhibits)

    def _offer_exhibits(self, labels: list[str]) -> None:
        chosen = self.exhibit.currentData()
        self.exhibit.clear()
        self.exhibit.addItem(self.language("ui_report.every_exhibit"), None)
        for label in labels:
            self.exhibit.addItem(shown(label), label)
        self.exhibit.setCurrentIndex(max(0, self.exhibit.findData(chosen)))
        self._look()

    def _look(self) -> None:
        """Make the pages of what is chosen now; an answer that a later choice has overtaken is dropped."""
        self._asked += 1
        wish, asked = self._wish(), self._asked
        self.preview.say_state(self.language("ui_preview.making"))
        self.case.do(
            lambda: self.case.preview(wish),
            lambda preview: self.preview.show_preview(preview) if asked == self._asked else None,
            lambda error: self.preview.say_state(shown(str(error), limit=2000)) if asked == self._asked else None,
        )

    def _connect(self) -> None:
        self.exhibit.addItem("", None)
        self.zone.addItem("", "")
        for zone in ZONES:
            self.zone.addItem(zone, zone)
        for field in (self.exhibit, self.chosen, self.images, self.tongue, self.zone):
            field.activated.connect(lambda _: self._soon.start())
        self._soon.timeout.connect(self._look)
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

    def _wish(self) -> ReportWish:
        return ReportWish(
            language=LANGUAGES[self.tongue.currentIndex()],
            formats=("html", *(each for name in FORMATS if self.formats[name].isChecked() for each in FORMATS[name])),
            select=SELECTIONS[self.chosen.currentIndex()],
            images=IMAGES[self.images.currentIndex()],
            exhibit=self.exhibit.currentData(),
            zone=self.zone.currentData() or "",
            bundle=self.bundle.isChecked(),
        )

    def _write(self) -> None:
        wish = self._wish()
        self._begin("writing")
        self.case.do(lambda: self.case.write_report(wish), self._wrote, self._failed)

    def _verify(self, path: Path | None) -> None:
        if path is None:
            return
        evidence = self.again.isChecked()
        self._begin("verifying")
        self.case.do(lambda: self.case.verify(path, evidence=evidence), self._verified, self._failed)

    def _begin(self, what: str) -> None:
        if what == "verifying":
            self.tabs.setCurrentWidget(self.checked)
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
        for name, field in zip((*CHOICES, "folder"), self._fields(), strict=True):
            self._labels[name].setBuddy(field)
            fields.addRow(self._labels[name], field)
            if name == "images":
                fields.addRow("", self.protected)
            if name == "zone":
                for box in (*self.formats.values(), self.bundle):
                    fields.addRow(box)
                fields.addRow(self.write)
        for choice in (self.exhibit, self.chosen, self.images, self.tongue, self.zone):
            choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            choice.setMinimumContentsLength(NARROWEST)
        choices = QWidget()
        choices.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)  # as wide as its longest box
        choices.setLayout(fields)
        write = QHBoxLayout(self.written)
        write.addWidget(choices)
        write.addWidget(self.preview, 1)
        buttons = QHBoxLayout()
        for widget in (self.verify, self.verify_case, self.again):
            buttons.addWidget(widget)
        buttons.addStretch()
        check = QVBoxLayout(self.checked)
        check.addLayout(buttons)
        check.addWidget(self.checks, 1)
        self.tabs.addTab(self.written, "")
        self.tabs.addTab(self.checked, "")
        whole = QVBoxLayout(self)
        whole.addWidget(self.words)
        whole.addWidget(self.tabs, 1)

    def _fields(self) -> tuple[QWidget, ...]:
        """In the order of `CHOICES`, then the folder."""
        return self.exhibit, self.chosen, self.images, self.tongue, self.zone, self.folder


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
