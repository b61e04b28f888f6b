"""Conversations: the threads on one side, the messages of the chosen one on the other, as plain text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QListView, QPushButton, QSplitter, QVBoxLayout, QWidget

from triage import statements
from triage.queries import MessageRow, Provenance, ThreadRow
from triage.ui.bubbles import BubbleDelegate, spoken
from triage.ui.columns import Column, Index, RowTable
from triage.ui.latest import Latest
from triage.ui.paged import PAGE, PagedList, Thumbnails
from triage.ui.pane import Pane, detail_box, detail_text, plain_label, table_view
from triage.ui.periods import PeriodChip
from triage.ui.words import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from triage.ui.language import Language
    from triage.ui.opened import OpenCase


BEFORE = 30  # messages shown before the one that was asked for


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
        self.first = 0  # messages of the thread that stand before the first one shown

    def show(self, thread: ThreadRow | None, *, first: int = 0) -> None:
        """Show this thread, from this message on."""
        self.chosen, self.first = thread, first
        self.start()

    def mark(self, messages: set[int], *, chosen: bool) -> None:
        """These were chosen for the report, or left out again."""
        for number, row in enumerate(self.rows):
            if row.id in messages:
                self.rows[number] = replace(row, chosen=chosen)
        self.say_again()

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
        key, offset = (thread.app, thread.account, thread.thread), offset + self.first
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
        self.choose, self.picture, self.earlier = QPushButton(), QPushButton(), QPushButton()
        self._asked_for: tuple[object, ...] | None = None
        self._message: int | None = None  # to be chosen when it is here
        self._latest, self._latest_place = Latest(case), Latest(case)
        self._connect()
        self._lay_out()
        self.retranslate()

    def reload(self) -> None:
        """Read the threads anew."""
        period = self.case.periods.chosen
        self._latest.ask(lambda queries: queries.threads(period), self._show)

    def narrow(self, what: object) -> None:
        """Choose the conversation with this app, account and thread, and in it the message with this number where one is named."""
        if isinstance(what, tuple):
            self._asked_for = what[:3]
            self._message = what[3] if len(what) > 3 else None
            if self._message is not None and self.case.periods.chosen:
                self.case.periods.clear()  # the message may lie outside
            self.reload()

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        self.thread_table.setAccessibleName(say("ui_conversations.threads"))
        self.messages.setAccessibleName(say("ui_conversations.messages"))
        self.detail.setAccessibleName(say("ui.details"))
        self.chip.retranslate()
        self.choose.setToolTip(say("ui_lines.hint"))
        self.picture.setText(say("ui_lines.picture"))
        self.picture.setToolTip(say("ui_lines.picture_hint"))
        self.earlier.setText(say("ui_lines.earlier"))
        self._say_count()
        self.threads.say_again()
        self.model.say_again()
        self._show_detail()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Keys of the messages: T chooses for the report, G shows the picture in the gallery."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and not event.modifiers():
            do = {Qt.Key.Key_T: self.choose_lines, Qt.Key.Key_G: self.show_picture}.get(Qt.Key(event.key()))
            if do is not None:
                do()
                return True
        return super().eventFilter(watched, event)

    def choose_lines(self) -> None:
        """Choose the selected messages for the report; where all are chosen, take that back."""
        rows = self._selected()
        if rows:
            lines = [(row.entry_id, row.id) for row in rows]
            chosen = not all(row.chosen for row in rows)
            act = statements.choose_lines if chosen else statements.leave_lines
            self.case.act(
                lambda case: act(case, lines), lambda _: self.model.mark({row.id for row in rows}, chosen=chosen)
            )

    def show_picture(self) -> None:
        """Show the attachment of the chosen message in the gallery."""
        row = self._row()
        if row is not None and row.attachment_entry_id is not None:
            self.open_pane.emit("media", row.attachment_entry_id)

    def _selected(self) -> list[MessageRow]:
        numbers = sorted(index.row() for index in self.messages.selectionModel().selectedIndexes())
        return [self.model.rows[number] for number in numbers]

    def _row(self) -> MessageRow | None:
        index = self.messages.currentIndex()
        return self.model.rows[index.row()] if index.isValid() else None

    def _show_from(self, first: int | None) -> None:
        """Show the chosen conversation from this message on; None: from its beginning."""
        self.model.show(self.model.chosen, first=first or 0)
        self.earlier.setVisible(self.model.first > 0)

    def _find_message(self) -> None:
        """Choose the message that was asked for, once it is among those shown."""
        numbers = [number for number, row in enumerate(self.model.rows) if row.id == self._message]
        if numbers:
            self._message = None
            index = self.model.index(numbers[0])
            self.messages.setCurrentIndex(index)
            self.messages.scrollTo(index, QListView.ScrollHint.PositionAtCenter)

    def _show_earlier(self) -> None:
        if self.model.rows:
            self._message = self.model.rows[0].id
        self._show_from(max(0, self.model.first - PAGE))

    def _connect(self) -> None:
        self.messages.installEventFilter(self)
        self.choose.clicked.connect(self.choose_lines)
        self.picture.clicked.connect(self.show_picture)
        self.earlier.clicked.connect(self._show_earlier)
        self.model.rowsInserted.connect(lambda *_: self._find_message())
        self.messages.selectionModel().selectionChanged.connect(lambda *_: self._offer())
        self.thumbnails.arrived.connect(self.messages.viewport().update)
        self.thread_table.selectionModel().currentRowChanged.connect(lambda *_: self._choose())
        self.messages.selectionModel().currentChanged.connect(lambda *_: self._show_detail())
        self.model.modelReset.connect(self._show_detail)
        self.model.dataChanged.connect(lambda *_: self._offer())

    def _show(self, rows: list[ThreadRow]) -> None:
        chosen, row = self.model.chosen, self._row()
        if self._asked_for is None and self._message is None and row is not None:
            self._message = row.id  # it stays the chosen one
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
        if not index.isValid():
            return
        thread, message = self.threads.rows[index.row()], self._message
        self.model.chosen = thread
        if message is None:
            self._latest_place.begin()
            self._show_from(0)
            return
        period = self.case.periods.chosen
        self._latest_place.ask(
            lambda queries: queries.place_of_message(message, thread.app, thread.account, thread.thread, period=period),
            lambda place: self._show_from(max(0, place - BEFORE) if place is not None else 0),
        )

    def _say_count(self) -> None:
        say, rows = self.language, self.threads.rows
        messages = sum(row.messages for row in rows)
        counted = say("ui_conversations.count", threads=say.number(len(rows)), messages=say.number(messages))
        self.words.setText(counted if rows else say("ui_conversations.none"))

    def _offer(self) -> None:
        """What can be done with the selected messages."""
        rows, row = self._selected(), self._row()
        all_chosen = bool(rows) and all(each.chosen for each in rows)
        self.choose.setText(self.language("ui_lines.leave" if all_chosen else "ui_lines.choose"))
        self.choose.setEnabled(bool(rows))
        self.picture.setEnabled(row is not None and row.attachment_entry_id is not None)

    def _show_detail(self) -> None:
        self._offer()
        row = self._row()
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
        above, below = QWidget(), QWidget()
        column = QVBoxLayout(above)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.earlier)
        column.addWidget(self.messages, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.choose)
        buttons.addWidget(self.picture)
        buttons.addStretch()
        facts = QVBoxLayout(below)
        facts.setContentsMargins(0, 0, 0, 0)
        facts.addLayout(buttons)
        facts.addWidget(self.detail, 1)
        self.earlier.hide()
        right.addWidget(above)
        right.addWidget(below)
        right.setSizes([450, 150])
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
    view.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
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
