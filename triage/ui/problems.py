"""What could not be read, or only in part: by kind, in words, with what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSplitter, QVBoxLayout

from triage.ui.columns import Column, RowTable
from triage.ui.pane import SHOWN_AT_MOST, Pane, detail_box, detail_text, plain_label, table_view
from triage.ui.words import shown

if TYPE_CHECKING:
    from triage.queries import Coverage, ProblemRow, Queries
    from triage.ui.language import Language
    from triage.ui.opened import OpenCase

COLUMNS: tuple[Column[ProblemRow], ...] = (
    Column("ui_column.kind", lambda row, say: say.choice("ui_problem", row.kind), 20),
    Column("ui_column.path", lambda row, _: shown(row.path), 60),
    Column("ui_column.message", lambda row, say: shown(say.told(row.message)), 60),
    Column("ui_column.stage", lambda row, _: shown(row.stage), 14),
)


class ProblemsPane(Pane):
    """A choice of kind, the table, and the whole of the chosen problem."""

    def __init__(self, case: OpenCase) -> None:
        super().__init__(case)
        self.kind = QComboBox()
        self.words = plain_label()
        self.model = RowTable(COLUMNS, case.language)
        self.table = table_view(self.model)
        self.detail = detail_box()
        self._counts: dict[str, int] = {}
        self._coverage: list[Coverage] = []
        self.kind.activated.connect(lambda _: self.reload())
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_detail())
        self.model.modelReset.connect(self._show_detail)
        self._lay_out()
        self.retranslate()

    def reload(self) -> None:
        """Read the problems of the chosen kind anew."""
        kind = self.kind.currentData()
        self.case.ask(lambda queries: _read(queries, kind), lambda all_: self._show(*all_))

    def narrow(self, what: object) -> None:
        """Show the problems of one kind, as another pane asked."""
        if self.kind.findData(what) < 0:
            self.kind.addItem("", what)
        self.kind.setCurrentIndex(self.kind.findData(what))
        self.reload()

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        self.kind.setAccessibleName(say("ui_column.kind"))
        self.table.setAccessibleName(say("ui_pane.problems"))
        self.detail.setAccessibleName(say("ui.details"))
        self._fill_kinds()
        self._say_count()
        self.model.say_again()
        self._show_detail()

    def _show(self, counts: dict[str, int], rows: list[ProblemRow], coverage: list[Coverage]) -> None:
        self._counts, self._coverage = counts, coverage
        self._fill_kinds()
        self.model.show(rows)
        self._say_count()
        if rows:
            self.table.selectRow(0)

    def _say_count(self) -> None:
        say, total = self.language, sum(self._counts.values())
        text = say("ui_problems.count", n=say.number(total)) if total else say("ui_problems.none")
        if len(self.model.rows) == SHOWN_AT_MOST:
            text += f" {say('ui.first_only', n=say.number(SHOWN_AT_MOST))}"
        self.words.setText("\n".join(part for part in (self._account(total), text) if part))

    def _account(self, problems: int) -> str:
        """What was found, and what became of all of it."""
        names = ("found", "examined", "skipped", "failed", "pending")
        counts = {name: self.language.number(sum(getattr(row, name) for row in self._coverage)) for name in names}
        return (
            self.language("ui_board.account", **counts, problems=self.language.number(problems))
            if self._coverage
            else ""
        )

    def _fill_kinds(self) -> None:
        chosen, say = self.kind.currentData(), self.language
        self.kind.clear()
        self.kind.addItem(say("ui_problems.all"), None)
        for kind, count in self._counts.items():
            self.kind.addItem(f"{say.choice('ui_problem', kind)} ({say.number(count)})", kind)
        self.kind.setCurrentIndex(max(0, self.kind.findData(chosen)))

    def _show_detail(self) -> None:
        index = self.table.currentIndex()
        row = self.model.rows[index.row()] if index.isValid() else None
        self.detail.setPlainText(_text(row, self.language) if row else "")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.words, 1)
        head.addWidget(self.kind)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(self.detail)
        split.setSizes([420, 180])
        whole = QVBoxLayout(self)
        whole.addLayout(head)
        whole.addWidget(split, 1)


def _read(queries: Queries, kind: str | None) -> tuple[dict[str, int], list[ProblemRow], list[Coverage]]:
    rows = queries.problems(limit=SHOWN_AT_MOST) if kind is None else queries.problems_of(kind, limit=SHOWN_AT_MOST)
    return queries.problem_counts(), rows, list(queries.coverage())


def _text(row: ProblemRow, say: Language) -> str:
    lines = [
        (say("ui_column.kind"), say.choice("ui_problem", row.kind)),
        (say("ui_column.meaning"), say.choice("ui_problem_means", row.kind)),
        (say("ui_column.path"), shown(row.path, limit=4000)),
        (say("ui_column.volume"), shown(row.volume or "")),
        (say("ui_column.stage"), shown(row.stage)),
        (say("ui_column.message"), shown(say.told(row.message), limit=4000)),
    ]
    detail = "\n".join(shown(line) for line in (row.detail or "").splitlines())
    return f"{detail_text(lines)}\n\n{detail}".rstrip()
