"""Grading by key: categories with their keys and counters, undo and redo, and what lists say graded without being opened.

Every act is a new statement in the case; an undo is one too, and puts back what stood before.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QMessageBox,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from triage import statements
from triage.reviewing import Act, History
from triage.ui.pane import plain_label
from triage.ui.words import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from triage.case import Case
    from triage.queries import GradeCount, Listed, Queries
    from triage.reviewing import Category, GradingScheme, Preferences
    from triage.ui.language import Language
    from triage.ui.opened import OpenCase

Grades = dict[int, tuple[str, str] | None]


class CategoryRow:
    """One grade: its button, how many have it, how many are asked for."""

    def __init__(self, category: Category) -> None:
        self.category = category
        self.button = QPushButton()
        self.count = plain_label(wrap=False)


class GradingBar(QWidget):
    """`chosen` gives the files that an act is about; `changed` says that grades are otherwise now."""

    changed = Signal()
    given = Signal()  # a grade was given by the person: the next file may be chosen

    def __init__(
        self, case: OpenCase, preferences: Preferences, scheme: GradingScheme, chosen: Callable[[], Sequence[int]]
    ) -> None:
        super().__init__()
        self.case, self.language = case, case.language
        self.preferences, self.scheme = preferences, scheme
        self.history = History()
        self.chosen = chosen
        self._any = False
        self.rows: list[CategoryRow] = []
        self.counts: dict[str, GradeCount] = {}
        self.note = plain_label()
        self.copies = QCheckBox()
        self.copies.setChecked(True)
        self.clear, self.undo, self.redo, self.by_list = (QPushButton() for _ in range(4))
        self._grid = QGridLayout()
        self._connect()
        self._lay_out()
        self.use(preferences, scheme)

    def use(self, preferences: Preferences, scheme: GradingScheme) -> None:
        """Grade by this scheme from here on."""
        self.preferences, self.scheme = preferences, scheme
        for row in self.rows:
            for widget in (row.button, row.count):
                self._grid.removeWidget(widget)
                widget.deleteLater()
        self.rows = [CategoryRow(category) for category in scheme.categories]
        for number, row in enumerate(self.rows):
            row.button.clicked.connect(partial(self._give, row.category))
            row.button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            self._grid.addWidget(row.button, number, 0)
            self._grid.addWidget(row.count, number, 1)
        self.retranslate()

    def reload(self) -> None:
        """Count anew."""
        scheme = self.scheme.id
        self.case.ask(lambda queries: queries.grade_counts(scheme), self._show_counts)

    def press(self, key: str, files: Sequence[int] | None = None) -> bool:
        """Grade what is chosen, or these files, by key; False where no grade has this key."""
        category = self.scheme.by_key(key)
        if category is None:
            return False
        self._give(category, files=files)
        return True

    def take_back(self) -> None:
        """Take the grade of what is chosen back."""
        self._grade(dict.fromkeys(self.chosen()), "grade.remove")

    def undo_last(self) -> None:
        """Put back what stood before the last act."""
        if self.history.done:
            act = self.history.done[-1]
            self._write(act.scheme, dict(act.before), "grade.undo", lambda: self.history.undid(act))

    def redo_last(self) -> None:
        """Do again what was undone last."""
        if self.history.undone:
            act = self.history.undone[-1]
            self._write(act.scheme, dict(act.after), "grade.redo", lambda: self.history.redid(act))

    def ask_by_list(self) -> None:
        """Grade as lists say, after a question that says how many; none of them is opened."""
        scheme = self.scheme
        codes = [each.code for each in scheme.categories]
        self.case.ask(lambda queries: queries.listed_grades(scheme.id, codes), self._confirm_by_list)

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        for row in self.rows:
            self._say_row(row)
        self.note.setText(say("ui_grade.counter_note"))
        self.copies.setText(say("ui_grade.copies"))
        self.by_list.setText(say("ui_grade.by_list"))
        for button, name, keys in (
            (self.clear, "ui_grade.clear", "Del"),
            (self.undo, "ui_grade.undo", QKeySequence(QKeySequence.StandardKey.Undo).toString()),
            (self.redo, "ui_grade.redo", QKeySequence(QKeySequence.StandardKey.Redo).toString()),
        ):
            button.setText(say(name))
            button.setToolTip(keys)
        self._enable()

    def offer(self, *, any_chosen: bool) -> None:
        """Whether there is something that an act can be about."""
        self._any = any_chosen
        self._enable()

    def _give(self, category: Category, _clicked: bool = False, files: Sequence[int] | None = None) -> None:  # noqa: FBT001, FBT002  Qt's signal
        wanted = list(dict.fromkeys(self.chosen() if files is None else files))
        grade = (category.code, category.label)
        if not wanted:
            return
        if self.copies.isChecked():
            self.case.ask(
                lambda queries: queries.same_content(wanted),
                lambda all_: self._grade(dict.fromkeys(all_, grade), "grade.each"),
            )
        else:
            self._grade(dict.fromkeys(wanted, grade), "grade.each")
        if files is None:
            self.given.emit()

    def _grade(self, grades: Grades, action: str) -> None:
        """What stood before is read first, so that it can be put back."""
        scheme = self.scheme.id
        if grades:
            self.case.ask(
                lambda queries: _before(queries, grades, scheme),
                lambda before: self._write_act(Act(scheme, before, grades), action),
            )

    def _write_act(self, act: Act, action: str) -> None:
        self._write(act.scheme, dict(act.after), action, lambda: self.history.did(act))

    def _write(self, scheme: str, grades: Grades, action: str, remember: Callable[[], object]) -> None:
        def work(case: Case) -> None:
            statements.grade_each(case, grades, scheme=scheme, action=action)

        def done(_: object) -> None:
            remember()
            self.reload()
            self.changed.emit()

        self.case.act(work, done)

    def _confirm_by_list(self, listed: Listed) -> None:
        say = self.language
        text = list_words(listed, self.scheme, say)
        box = QMessageBox(QMessageBox.Icon.Question, say("ui_grade.by_list"), text, parent=self)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setDefaultButton(box.addButton(say("ui.cancel"), QMessageBox.ButtonRole.RejectRole))
        if listed.codes:
            yes = box.addButton(say("ui_grade.by_list_yes"), QMessageBox.ButtonRole.AcceptRole)
            box.buttonClicked.connect(lambda button: self._grade_by_list(listed) if button is yes else None)
        box.open()

    def _grade_by_list(self, listed: Listed) -> None:
        labels = {each.code: each.label for each in self.scheme.categories}
        self._grade({entry: (code, labels[code]) for entry, code in listed.codes.items()}, "grade.list")

    def _show_counts(self, counts: list[GradeCount]) -> None:
        self.counts = {each.code: each for each in counts}
        for row in self.rows:
            self._say_row(row)
        self._enable()

    def _say_row(self, row: CategoryRow) -> None:
        say, category = self.language, row.category
        label = f"{shown(category.code)} · {shown(category.label, limit=60)}"
        row.button.setText(keyed(category, label))
        row.button.setToolTip(say("ui_grade.key_hint", keys=category.key.upper()))
        row.count.setText(self._counted(category))
        row.button.setAccessibleName(f"{label}, {row.count.text()}")

    def _counted(self, category: Category) -> str:
        say = self.language
        counted = self.counts.get(category.code)
        files, contents = (counted.files, counted.contents) if counted else (0, 0)
        wanted = self.preferences.threshold(self.scheme.id, category.code, category.threshold)
        text = (
            say.number(files)
            if files == contents
            else say("ui_grade.files", n=say.number(files), m=say.number(contents))
        )
        if not wanted:
            return text
        words = "ui_grade.enough" if contents >= wanted else "ui_grade.of"
        return say(words, n=text, wanted=say.number(wanted))

    def _enable(self) -> None:
        for row in self.rows:
            row.button.setEnabled(self._any)
        self.clear.setEnabled(self._any)
        self.undo.setEnabled(bool(self.history.done))
        self.redo.setEnabled(bool(self.history.undone))

    def _connect(self) -> None:
        self.clear.clicked.connect(self.take_back)
        self.undo.clicked.connect(self.undo_last)
        self.redo.clicked.connect(self.redo_last)
        self.by_list.clicked.connect(self.ask_by_list)

    def _lay_out(self) -> None:
        self._grid.setColumnStretch(0, 1)
        self._grid.setVerticalSpacing(2)
        acts = QHBoxLayout()
        for widget in (self.clear, self.undo, self.redo):
            acts.addWidget(widget)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(4, 4, 4, 4)
        whole.addLayout(self._grid)
        whole.addWidget(self.note)
        whole.addLayout(acts)
        whole.addWidget(self.by_list)
        whole.addWidget(self.copies)
        whole.addStretch()


def keyed(category: Category, label: str) -> str:
    """The label with its key before it, where the code is not the key itself."""
    return label if category.key in {"", category.code} else f"[{category.key.upper()}]  {label}"


def list_words(listed: Listed, scheme: GradingScheme, say: Language) -> str:
    """How many of each grade lists state, and what is left to persons."""
    codes = list(listed.codes.values())
    lines = [
        f"{shown(each.code)} · {shown(each.label, limit=120)}: {codes.count(each.code)}"
        for each in scheme.categories
        if each.code in codes
    ]
    head = say("ui_grade.by_list_ask", n=len(codes)) if codes else say("ui_grade.by_list_none")
    rest = (
        say("ui_grade.by_list_disagree", n=listed.disagreeing) if listed.disagreeing else "",
        say("ui_grade.by_list_otherwise", n=listed.otherwise) if listed.otherwise else "",
    )
    return "\n\n".join(part for part in (head, "\n".join(lines), *rest) if part)


def _before(queries: Queries, grades: Mapping[int, object], scheme: str) -> Grades:
    standing = queries.grades_of(list(grades), scheme)
    return {entry: standing.get(entry) for entry in grades}
