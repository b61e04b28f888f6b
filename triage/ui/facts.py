"""The form for what a person states: facts of the case, exhibits with photographs, hand-overs. It does what the command line does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from triage import statements
from triage.statements import CASE_FACTS, EXHIBIT_FACTS, SEALS, Handover
from triage.ui.pane import form, plain_label
from triage.ui.words import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from triage.case import Case
    from triage.errors import SigapError
    from triage.queries import ExhibitRow, Queries
    from triage.statements import Name
    from triage.ui.language import Language
    from triage.ui.opened import OpenCase

HANDOVER_FIELDS = ("giver", "receiver", "handed_at", "purpose", "seal_number", "place", "remark")

Known = tuple[dict[str, tuple[str, ...]], list["ExhibitRow"]]


class FactsDialog(QDialog):
    """Three pages over one case. Nothing is changed in place: what is kept is a new entry, and the earlier one stays."""

    def __init__(self, case: OpenCase, parent: QWidget) -> None:
        super().__init__(parent)
        self._case, self._say = case, case.language
        self._exhibits: list[ExhibitRow] = []
        self.told = plain_label()
        self.about = FactFields(CASE_FACTS, "fact_case", self._say)
        self.label = QComboBox()
        self.thing = FactFields(EXHIBIT_FACTS, "fact_exhibit", self._say)
        self.exhibit = QComboBox()
        self.fields = {name: QLineEdit() for name in HANDOVER_FIELDS}
        self.seal = QComboBox()
        self.keep_case, self.keep_exhibit, self.photograph, self.keep_handover = (QPushButton() for _ in range(4))
        self.pages = QTabWidget()
        self._lay_out()
        self._connect()
        self._ask()

    def _ask(self) -> None:
        self._case.ask(_known, self._show, self._not)

    def _show(self, known: Known) -> None:
        facts, self._exhibits = known
        self.about.show_facts(facts)
        for box in (self.label, self.exhibit):
            chosen = box.currentText()
            box.clear()
            box.addItems([row.label for row in self._exhibits])
            box.setCurrentText(chosen or (self._exhibits[0].label if self._exhibits else ""))
        self._show_exhibit()

    def _show_exhibit(self) -> None:
        row = self._row()
        self.thing.show_facts(row.facts if row else {})
        self.photograph.setEnabled(row is not None)

    def _row(self) -> ExhibitRow | None:
        return next((row for row in self._exhibits if row.label == self.label.currentText().strip()), None)

    def _keep_case(self) -> None:
        changed = self.about.changed()
        self._act(lambda case: statements.set_case(case, changed))

    def _keep_exhibit(self) -> None:
        label, changed = self.label.currentText().strip(), self.thing.changed()
        known = self._row() is not None
        if not known:
            changed = {key: values for key, values in changed.items() if values}
        keep = statements.set_exhibit if known else statements.add_exhibit
        self._act(lambda case: keep(case, label, changed))

    def _add_photograph(self) -> None:
        title, kinds = self._say("ui_facts.choose_photograph"), "*.jpg *.jpeg *.png"
        path = QFileDialog.getOpenFileName(self, title, "", f"{self._say('ui_facts.photographs')} ({kinds})")[0]
        if path:
            label = self.label.currentText().strip()
            self._act(lambda case: statements.add_photograph(case, label, Path(path)))

    def _keep_handover(self) -> None:
        told = {name: field.text().strip() for name, field in self.fields.items()}
        seal, label = SEALS[self.seal.currentIndex()], self.exhibit.currentText().strip()
        wish = Handover(
            told["giver"],
            told["receiver"],
            told["handed_at"],
            told["purpose"],
            seal,
            told["seal_number"] or None,
            told["place"] or None,
            told["remark"] or None,
        )
        self._act(lambda case: statements.hand_over(case, label, wish))

    def _act(self, work: Callable[[Case], object]) -> None:
        if self._case.scans.running:
            self.told.setText(self._say("ui_facts.not_while_scanning"))
            return
        self.pages.setEnabled(False)
        self._case.act(work, lambda _: self._kept(), self._not)

    def _kept(self) -> None:
        self.pages.setEnabled(True)
        self.told.setText(self._say("ui_facts.kept"))
        self._ask()

    def _not(self, error: SigapError) -> None:
        self.pages.setEnabled(True)
        self.told.setText(shown(str(error), limit=2000))

    def _connect(self) -> None:
        self.label.currentTextChanged.connect(lambda _: self._show_exhibit())
        self.keep_case.clicked.connect(self._keep_case)
        self.keep_exhibit.clicked.connect(self._keep_exhibit)
        self.photograph.clicked.connect(self._add_photograph)
        self.keep_handover.clicked.connect(self._keep_handover)

    def _lay_out(self) -> None:
        say = self._say
        self.setWindowTitle(say("ui_facts.title"))
        self.resize(720, 640)
        self.label.setEditable(True)
        for button, word in (
            (self.keep_case, "keep_case"),
            (self.keep_exhibit, "keep_exhibit"),
            (self.photograph, "add_photograph"),
            (self.keep_handover, "keep_handover"),
        ):
            button.setText(say(f"ui_facts.{word}"))
        self.seal.addItems([say(f"seal.{each}") for each in SEALS])
        self.pages.addTab(_page(self.about, self.keep_case), say("ui_facts.case"))
        top = _labelled(say("ui_facts.label"), self.label)
        self.pages.addTab(_page(self.thing, self.keep_exhibit, self.photograph, top=top), say("ui_facts.exhibit"))
        self.pages.addTab(_page(self._handover(), self.keep_handover), say("ui_facts.handover"))
        buttons = QDialogButtonBox()
        buttons.addButton(say("ui.close"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        self.told.setText(say("ui_facts.stays"))
        whole = QVBoxLayout(self)
        whole.addWidget(self.pages, 1)
        whole.addWidget(self.told)
        whole.addWidget(buttons)

    def _handover(self) -> QWidget:
        page = QWidget()
        fields = form()
        page.setLayout(fields)
        fields.addRow(*_row_of(self._say("ui_facts.exhibit"), self.exhibit))
        for name, field in self.fields.items():
            fields.addRow(*_row_of(self._say(f"ui_facts.{name}"), field))
        fields.addRow(*_row_of(self._say("ui_facts.seal"), self.seal))
        self.fields["handed_at"].setPlaceholderText("2026-03-01 14:30 WIB")
        return page


class FactFields(QWidget):
    """One field a fact; several values stand on lines of their own."""

    def __init__(self, names: Sequence[Name], table: str, say: Language) -> None:
        super().__init__()
        self._before: dict[str, tuple[str, ...]] = {}
        self.fields: dict[str, QLineEdit | QPlainTextEdit] = {}
        fields = form()
        self.setLayout(fields)
        for name in names:
            several = name.many or name.shape == "lines"
            field = _several() if several else QLineEdit()
            hint = (
                say("ui_facts.one_a_line") if name.many else ("2026-03-01 14:30 WIB" if name.shape == "moment" else "")
            )
            field.setPlaceholderText(hint)
            self.fields[name.key] = field
            fields.addRow(*_row_of(say(f"{table}.{name.key}"), field))
        self._many = {name.key for name in names if name.many}

    def show_facts(self, facts: Mapping[str, tuple[str, ...]]) -> None:
        """Show what stands."""
        self._before = dict(facts)
        for key, field in self.fields.items():
            text = "\n".join(facts.get(key, ()))
            field.setPlainText(text) if isinstance(field, QPlainTextEdit) else field.setText(text)

    def changed(self) -> dict[str, tuple[str, ...]]:
        """The facts whose fields say something else than what stands; no value takes a fact back."""
        stated = {key: self._values(key) for key in self.fields}
        return {key: values for key, values in stated.items() if values != self._before.get(key, ())}

    def _values(self, key: str) -> tuple[str, ...]:
        field = self.fields[key]
        text = field.toPlainText() if isinstance(field, QPlainTextEdit) else field.text()
        lines = text.splitlines() if key in self._many else [text]
        return tuple(line.strip() for line in lines if line.strip())


def _known(queries: Queries) -> Known:
    return queries.case_facts(), queries.exhibit_rows()


def _several() -> QPlainTextEdit:
    box = QPlainTextEdit()
    box.setTabChangesFocus(True)
    box.setFixedHeight(box.fontMetrics().lineSpacing() * 3 + 12)
    return box


def _row_of(text: str, field: QWidget) -> tuple[QLabel, QWidget]:
    label = QLabel(text)
    label.setBuddy(field)
    field.setAccessibleName(text)
    return label, field


def _labelled(text: str, field: QWidget) -> QWidget:
    page = QWidget()
    line = QHBoxLayout(page)
    line.setContentsMargins(0, 0, 0, 0)
    label, field = _row_of(text, field)
    line.addWidget(label)
    line.addWidget(field, 1)
    return page


def _page(body: QWidget, *buttons: QPushButton, top: QWidget | None = None) -> QWidget:
    page, area, line = QWidget(), QScrollArea(), QHBoxLayout()
    area.setWidget(body)
    area.setWidgetResizable(True)
    line.addStretch(1)
    for button in reversed(buttons):
        line.addWidget(button)
    whole = QVBoxLayout(page)
    if top is not None:
        whole.addWidget(top)
    whole.addWidget(area, 1)
    whole.addLayout(line)
    return page
