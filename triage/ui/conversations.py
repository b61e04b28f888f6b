"""Conversations: the threads on one side, the messages of the chosen one on the other, as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListView, QSplitter, QVBoxLayout, QWidget

from triage.queries import MessageRow, Provenance, ThreadRow
from triage.ui.bubbles import BubbleDelegate, spoken
from triage.ui.columns import Column, Index, RowTable
from triage.ui.paged import PagedList, Thumbnails
from triage.ui.pane import Pane, detail_box, detail_text, plain_label, table_view
from triage.ui.periods import PeriodChip
from triage.ui.words import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from triage.ui.language import Language
    from triage.ui.opened import OpenCase


def thread_name(row: ThreadRow, say: Language) -> str:
    """The name of a conversation, else its identifier in the app."""
    return shown(row.name or row.thread or say("ui_conversations.unnamed"))


COLUMNS: tuple[Column[ThreadRow], ...] = (
    Column("ui_column.thread", thread_name, 20),
    Column("ui_column.app", lambda row, _: shown(row.app), 10),
    Column("ui_column.messages", lambda row, say: say.number(row.messages), 8, right=True),
    Column("ui_column.last", lambda row, say: say.moment(row.last_at, whole=True), 24),
)


class MessageList(PagedList[MessageRow]):
    """The messages of one thread in order of time."""

    def __init__(self, case: OpenCase) -> None:
        super().__init__(self._ask)
        self._case = case
        self.chosen: ThreadRow | None = None

    def show(self, thread: ThreadRow | None) -> None:
        """Show this thread."""
        self.chosen = thread
        self.start()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The row; and one line of text for those who listen."""
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return spoken(self.rows[index.row()], self._case.language)
        return super().data(index, role)

    def _ask(self, limit: int, offset: int, answer: Callable[[Sequence[MessageRow]], object]) -> None:
        thread = self.chosen
        if thread is None:
            answer([])
            return
        key = (thread.app, thread.account, thread.thread)
        period = self._case.periods.chosen
        self._case.ask(lambda queries: queries.messages(*key, limit=limit, offset=offset, period=period), answer)


class ConversationsPane(Pane):
    """Threads, messages, and where the chosen message was read."""

    def __init__(self, case: OpenCase) -> None:
        super().__init__(case)
        self.chip = PeriodChip(self)
        self.words = plain_label()
        self.threads = RowTable(COLUMNS, case.language)
        self.thread_table = table_view(self.threads)
        self.model = MessageList(case)
        self.thumbnails = Thumbnails(case)
        self.messages = _message_view(self.model)
        self.messages.setItemDelegate(BubbleDelegate(case.language, self.thumbnails, self.messages))
        self.detail = detail_box()
        self._asked_for: object = None
        self._connect()
        self._lay_out()
        self.retranslate()

    def reload(self) -> None:
        """Read the threads anew."""
        period = self.case.periods.chosen
        self.case.ask(lambda queries: queries.threads(period), self._show)

    def narrow(self, what: object) -> None:
        """Choose the conversation with this app, account and thread."""
        self._asked_for = what
        self.reload()

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        self.thread_table.setAccessibleName(say("ui_conversations.threads"))
        self.messages.setAccessibleName(say("ui_conversations.messages"))
        self.detail.setAccessibleName(say("ui.details"))
        self.chip.retranslate()
        self._say_count()
        self.threads.say_again()
        self.model.say_again()
        self._show_detail()

    def _connect(self) -> None:
        self.thumbnails.arrived.connect(self.messages.viewport().update)
        self.thread_table.selectionModel().currentRowChanged.connect(lambda *_: self._choose())
        self.messages.selectionModel().currentChanged.connect(lambda *_: self._show_detail())
        self.model.modelReset.connect(self._show_detail)

    def _show(self, rows: list[ThreadRow]) -> None:
        chosen = self.model.chosen
        self.threads.show(rows)
        self._say_count()
        keys = [(row.app, row.account, row.thread) for row in rows]
        wanted = self._asked_for or ((chosen.app, chosen.account, chosen.thread) if chosen else None)
        self._asked_for = None
        if rows:
            self.thread_table.selectRow(keys.index(wanted) if wanted in keys else 0)
        else:
            self.model.show(None)

    def _choose(self) -> None:
        index = self.thread_table.currentIndex()
        if index.isValid():
            self.model.show(self.threads.rows[index.row()])

    def _say_count(self) -> None:
        say, rows = self.language, self.threads.rows
        messages = sum(row.messages for row in rows)
        counted = say("ui_conversations.count", threads=say.number(len(rows)), messages=say.number(messages))
        self.words.setText(counted if rows else say("ui_conversations.none"))

    def _show_detail(self) -> None:
        index = self.messages.currentIndex()
        row = self.model.rows[index.row()] if index.isValid() else None
        self.detail.setPlainText(_text(row, self.language) if row else "")
        if row is not None and row.copies > 1:
            self.case.ask(lambda queries: queries.provenances("message", row.id), lambda places: self._add(row, places))

    def _add(self, row: MessageRow, places: Sequence[Provenance]) -> None:
        """Where else the message stands, if it is still the one that is chosen."""
        index = self.messages.currentIndex()
        if index.isValid() and self.model.rows[index.row()].id == row.id:
            self.detail.setPlainText(_text(row, self.language, places))

    def _lay_out(self) -> None:
        right = QSplitter(Qt.Orientation.Vertical)
        right.addWidget(self.messages)
        right.addWidget(self.detail)
        right.setSizes([480, 120])
        split = QSplitter()
        split.addWidget(self.thread_table)
        split.addWidget(_margin_free(right))
        split.setSizes([520, 600])
        whole = QVBoxLayout(self)
        head = QHBoxLayout()
        head.addWidget(self.words, 1)
        head.addWidget(self.chip)
        whole.addLayout(head)
        whole.addWidget(split, 1)


def _place(place: Provenance, say: Language) -> str:
    state = say.choice("ui_gone", place.deleted) if place.deleted else say("ui_conversations.live")
    return f"{shown(place.path)} · {shown(place.where)} · {state} · {say.choice('ui_same', place.rule)}"


def _message_view(model: MessageList) -> QListView:
    view = QListView()
    view.setModel(model)
    view.setResizeMode(QListView.ResizeMode.Adjust)
    view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setSpacing(3)
    return view


def _margin_free(widget: QWidget) -> QWidget:
    widget.setContentsMargins(0, 0, 0, 0)
    return widget


def _text(row: MessageRow, say: Language, places: Sequence[Provenance] = ()) -> str:
    account = " · ".join(filter(None, (shown(row.account or ""), say.choice("ui_owner", row.account_rule or ""))))
    lines = [
        (say("ui_column.at"), say.moment(row.sent_at)),
        (say("ui_column.sender"), " · ".join(shown(part) for part in (row.sender_name, row.sender) if part)),
        (say("ui_column.direction"), say.choice("ui_direction", row.direction)),
        (say("ui_column.kind"), say.choice("ui_message_kind", row.kind)),
        (say("ui_column.deleted"), say.choice("ui_gone", row.deleted) if row.deleted else ""),
        (say("ui_column.attachment"), shown(row.attachment or "")),
        (say("ui_column.tied_by"), say.choice("ui_tied", row.attachment_rule) if row.attachment_rule else ""),
        (say("ui_column.source"), f"{shown(row.source_path)} · {shown(row.where)}"),
        *((say("ui_conversations.also_in"), _place(place, say)) for place in places),
        (say("trace.account"), account),
        (say("ui_conversations.assumed"), shown(row.assumed or "", limit=1000)),
    ]
    return detail_text(lines)
