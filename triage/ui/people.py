"""People: numbers and addresses joined across apps, who says so, and the conversations they are in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSplitter, QVBoxLayout

from triage.ui.columns import Column, RowTable
from triage.ui.paged_table import PAGE, PagedTable
from triage.ui.pane import Pane, detail_box, detail_text, plain_label, table_view
from triage.ui.words import shown

if TYPE_CHECKING:
    from triage.queries import MeetingRow, PersonRow, Queries, StatementRow
    from triage.ui.language import Language
    from triage.ui.opened import OpenCase

PAUSE = 300  # milliseconds after the last key before the case is asked

COLUMNS: tuple[Column[PersonRow], ...] = (
    Column("people.number", lambda row, _: shown(row.number), 20),
    Column("people.names", lambda row, _: shown(row.names or ""), 28),
    Column("people.apps", lambda row, _: shown(row.apps), 24),
    Column("ui_column.messages", lambda row, say: say.number(row.messages), 9, right=True),
    Column("people.calls", lambda row, say: say.number(row.calls), 9, right=True),
)


def source(row: StatementRow, say: Language) -> str:
    """The record and field that state it, in words."""
    return say.choice("people_source", row.source.replace(".", "_"))


_RULES = {
    "written in international form": "international",
    "identity of WhatsApp": "whatsapp",
    "recorded in international form by the device": "device",
    "the same e-mail address": "address",
}
_NATIONAL = "written in the national form of "


def rule(row: StatementRow, say: Language) -> str:
    """Why this statement is of this number."""
    if row.rule.startswith(_NATIONAL):
        return say("people.rule_national", country=row.rule.removeprefix(_NATIONAL))
    return say(f"people.rule_{_RULES[row.rule]}") if row.rule in _RULES else shown(row.rule)


STATED: tuple[Column[StatementRow], ...] = (
    Column("people.source", source, 22),
    Column("ui_column.app", lambda row, _: shown(row.app), 14),
    Column("people.name", lambda row, _: shown(row.name or ""), 20),
    Column("people.stated", lambda row, _: shown(row.stated or ""), 24),
    Column("people.mentions", lambda row, say: say.number(row.mentions), 8, right=True),
    Column("ui_column.exhibit", lambda row, _: shown(row.exhibit), 10),
)
MET: tuple[Column[MeetingRow], ...] = (
    Column("ui_column.thread", lambda row, say: shown(row.name or row.thread or say("ui_conversations.unnamed")), 26),
    Column("ui_column.app", lambda row, _: shown(row.app), 14),
    Column("ui_column.messages", lambda row, say: say.number(row.messages), 9, right=True),
    Column("ui_column.last", lambda row, say: say.moment(row.last_at, whole=True), 24),
)


class PeoplePane(Pane):
    """The people and a filter; of the chosen one what states it, the rule, and the conversations, which Enter opens."""

    def __init__(self, case: OpenCase) -> None:
        super().__init__(case)
        self.filter = QLineEdit(clearButtonEnabled=True)
        self.words = plain_label()
        self.model: PagedTable[PersonRow] = PagedTable(COLUMNS, case.language, self._fetch)
        self.table = table_view(self.model)
        self.statements = RowTable(STATED, case.language)
        self.statement_table = table_view(self.statements)
        self.meetings = RowTable(MET, case.language)
        self.meeting_table = table_view(self.meetings)
        self.detail = detail_box()
        self._asked = 0
        self._wished = ""
        self._chosen: PersonRow | None = None
        self._soon = QTimer(self, interval=PAUSE, singleShot=True)
        self._connect()
        self._lay_out()
        self.retranslate()

    def reload(self) -> None:
        """Ask the case; an answer that a later question has overtaken is dropped."""
        self._asked += 1
        self._wished = text = self.filter.text().strip()
        asked = self._asked
        self.case.ask(lambda queries: _first(queries, text), lambda answer: self._show(*answer, asked))

    def narrow(self, what: object) -> None:
        """Show the people that hold this number or name."""
        self.filter.setText(str(what))
        self._soon.stop()
        self.reload()

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        self.filter.setPlaceholderText(say("people.filter"))
        self.filter.setAccessibleName(say("people.filter"))
        self.table.setAccessibleName(say("ui_pane.people"))
        self.statement_table.setAccessibleName(say("people.statements"))
        self.meeting_table.setAccessibleName(say("people.conversations"))
        self.detail.setAccessibleName(say("ui.details"))
        for model in (self.model, self.statements, self.meetings):
            model.say_again()
        self._say_count()
        self._show_detail()

    def _connect(self) -> None:
        self._soon.timeout.connect(self.reload)
        self.filter.textChanged.connect(lambda _: self._soon.start())
        self.filter.returnPressed.connect(self.reload)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._choose())
        self.model.modelReset.connect(self._choose)
        self.statement_table.selectionModel().currentRowChanged.connect(lambda *_: self._show_detail())
        self.statements.modelReset.connect(self._show_detail)
        self.meeting_table.activated.connect(lambda index: self._open(index.row()))

    def _fetch(self, offset: int) -> None:
        """A further page of what was asked last, not of what is being typed."""
        asked, text = self._asked, self._wished
        self.case.ask(
            lambda queries: queries.people(text, limit=PAGE, offset=offset), lambda rows: self._add(rows, offset, asked)
        )

    def _add(self, rows: list[PersonRow], offset: int, asked: int) -> None:
        if asked == self._asked:
            self.model.add(rows, offset)

    def _show(self, total: int, rows: list[PersonRow], asked: int) -> None:
        if asked != self._asked:
            return
        self.model.begin(rows, total)
        self._say_count()
        if rows:
            self.table.selectRow(0)

    def _say_count(self) -> None:
        key = "people.count" if self.model.total or self._wished else "people.none"
        self.words.setText(self.language(key, n=self.language.number(self.model.total)))

    def _choose(self) -> None:
        """Ask for what is known of the chosen person."""
        index = self.table.currentIndex()
        person = self.model.rows[index.row()] if index.isValid() else None
        self._chosen = person
        if person is None:
            self._tell(None, [], [])
            return
        number = person.number
        self.case.ask(
            lambda queries: (queries.statements(number), queries.meetings(number)),
            lambda answer: self._tell(person, *answer),
        )

    def _tell(self, person: PersonRow | None, statements: list[StatementRow], meetings: list[MeetingRow]) -> None:
        if person is not self._chosen:
            return
        self.statements.show(statements)
        self.meetings.show(meetings)
        if statements:
            self.statement_table.selectRow(0)

    def _open(self, row: int) -> None:
        """The conversation, in its own pane."""
        meeting = self.meetings.rows[row]
        self.open_pane.emit("conversations", (meeting.app, meeting.account, meeting.thread))

    def _show_detail(self) -> None:
        index = self.statement_table.currentIndex()
        row = self.statements.rows[index.row()] if index.isValid() else None
        self.detail.setPlainText(_text(row, self.language) if row else "")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.filter, 1)
        head.addWidget(self.words, 1)
        right = QSplitter(Qt.Orientation.Vertical)
        for widget in (self.statement_table, self.meeting_table, self.detail):
            right.addWidget(widget)
        right.setSizes([260, 220, 130])
        split = QSplitter()
        split.addWidget(self.table)
        split.addWidget(right)
        split.setSizes([560, 620])
        whole = QVBoxLayout(self)
        whole.addLayout(head)
        whole.addWidget(split, 1)


def _first(queries: Queries, text: str) -> tuple[int, list[PersonRow]]:
    return queries.people_count(text), queries.people(text, limit=PAGE)


def _text(row: StatementRow, say: Language) -> str:
    lines = [
        (say("people.source"), source(row, say)),
        (say("people.stated"), shown(row.stated or "")),
        (say("people.name"), shown(row.name or "")),
        (say("people.rule"), rule(row, say)),
        (say("trace.account"), shown(row.account or "")),
        (say("ui_column.source"), f"{shown(row.exhibit)} · {shown(row.path)}"),
    ]
    return detail_text(lines)
