"""Traces of use, kind by kind: pages, searches, programs, networks, notifications, shared files, places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSplitter, QVBoxLayout

from triage.queries.traces import TRACES, TraceRow
from triage.ui.columns import Column
from triage.ui.latest import ListPane
from triage.ui.paged_table import PAGE, PagedTable
from triage.ui.pane import detail_text, plain_label
from triage.ui.words import shown, shown_body

if TYPE_CHECKING:
    from triage.queries import Queries
    from triage.ui.language import Language
    from triage.ui.opened import OpenCase

PAUSE = 300  # milliseconds after the last key before the case is asked

COLUMNS: tuple[Column[TraceRow], ...] = (
    Column("trace.what", lambda row, _: shown(row.what or ""), 36),
    Column("trace.detail", lambda row, _: shown(row.detail or ""), 44),
    Column("ui_column.at", lambda row, say: say.moment(row.at, whole=True), 24),
    Column("ui_column.app", lambda row, _: shown(row.app), 14),
    Column("trace.account", lambda row, _: shown(row.account or ""), 14),
    Column("ui_column.deleted", lambda row, say: say.choice("ui_gone", row.deleted) if row.deleted else "", 12),
    Column("ui_column.exhibit", lambda row, _: shown(row.exhibit), 12),
)


class TracesPane(ListPane[TraceRow]):
    """The kind, a filter, the records of that kind, and the chosen one in full."""

    def __init__(self, case: OpenCase) -> None:
        self.model: PagedTable[TraceRow] = PagedTable(COLUMNS, case.language, self._fetch)
        super().__init__(case, self.model)
        self.kind = QComboBox()
        self.filter = QLineEdit(clearButtonEnabled=True)
        self.words = plain_label(wrap=False)
        self._counts: dict[str, int] = {}
        self._wished = ("", "")
        self._soon = QTimer(self, interval=PAUSE, singleShot=True)
        self._connect()
        self._lay_out()
        self.retranslate()

    def reload(self) -> None:
        """Ask the case; an answer that a later question has overtaken is dropped."""
        self._wished = kind, text = self._kind(), self.filter.text().strip()
        self.latest.ask(lambda queries: _first(queries, kind, text), lambda answer: self._show(*answer))

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        self.kind.setAccessibleName(say("search.row_kind"))
        self._name_kinds()
        self.filter.setPlaceholderText(say("trace.filter"))
        self.filter.setAccessibleName(say("trace.filter"))
        self.table.setAccessibleName(say("ui_pane.traces"))
        self.detail.setAccessibleName(say("ui.details"))
        self.words.setText(say("trace.count", n=say.number(self.model.total)))
        self.model.say_again()
        self.show_detail()

    def _kind(self) -> str:
        return tuple(TRACES)[max(self.kind.currentIndex(), 0)]

    def _name_kinds(self) -> None:
        """Each kind with how many there are."""
        for place, kind in enumerate(TRACES):
            self.kind.setItemText(
                place, f"{self.language(f'trace.{kind}')} ({self.language.number(self._counts.get(kind, 0))})"
            )

    def _connect(self) -> None:
        self.kind.addItems(list(TRACES))
        self.kind.activated.connect(lambda _: self.reload())
        self._soon.timeout.connect(self.reload)
        self.filter.textChanged.connect(lambda _: self._soon.start())
        self.filter.returnPressed.connect(self.reload)

    def _fetch(self, offset: int) -> None:
        """A further page of what was asked last, not of what is being typed."""
        kind, text = self._wished
        self.latest.also(
            lambda queries: queries.traces(kind, text, limit=PAGE, offset=offset),
            lambda rows: self.model.add(rows, offset),
        )

    def _show(self, counts: dict[str, int], total: int, rows: list[TraceRow]) -> None:
        self._counts = counts
        self._name_kinds()
        self.model.begin(rows, total)
        self.words.setText(self.language("trace.count", n=self.language.number(total)))
        if rows:
            self.table.selectRow(0)

    def text_of(self, row: TraceRow) -> str:
        """One record in full."""
        return _text(row, self.language)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.kind)
        head.addWidget(self.filter, 1)
        head.addWidget(self.words)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(self.detail)
        split.setSizes([420, 180])
        whole = QVBoxLayout(self)
        whole.addLayout(head)
        whole.addWidget(split, 1)


def _first(queries: Queries, kind: str, text: str) -> tuple[dict[str, int], int, list[TraceRow]]:
    return queries.trace_counts(), queries.trace_count(kind, text), queries.traces(kind, text, limit=PAGE)


def _text(row: TraceRow, say: Language) -> str:
    lines = [
        (say("ui_column.app"), shown(row.app)),
        (say("trace.account"), shown(row.account or "")),
        (say("ui_column.at"), say.moment(row.at)),
        (say("ui_column.deleted"), say.choice("ui_gone", row.deleted) if row.deleted else ""),
        (say("ui_column.exhibit"), shown(row.exhibit)),
        (say("ui_column.source"), f"{shown(row.path)} · {shown(row.where)}"),
    ]
    return f"{shown_body(row.what or '')}\n{shown_body(row.detail or '')}\n\n{detail_text(lines)}"
