"""Search: one box over people, messages, pages, downloads and file names; what was found, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QSplitter, QVBoxLayout

from triage.queries import FileFilter, Found, SearchWish
from triage.queries.search import KINDS
from triage.ui.columns import Column
from triage.ui.kept import Kept
from triage.ui.latest import ListPane
from triage.ui.paged_table import PAGE, PagedTable
from triage.ui.pane import detail_text, plain_label
from triage.ui.words import shown, shown_body

if TYPE_CHECKING:
    from triage.queries import Queries
    from triage.ui.language import Language
    from triage.ui.opened import OpenCase

PAUSE = 300  # milliseconds after the last key before the case is asked


def who(row: Found, say: Language) -> str:
    """Who said it; of a name, what it is the name of."""
    return say.choice("found_name", row.who or "") if row.kind == "name" else shown(row.who or "")


COLUMNS: tuple[Column[Found], ...] = (
    Column("search.row_kind", lambda row, say: say.choice("found", row.kind), 14),
    Column("search.row_text", lambda row, _: shown(row.text), 56),
    Column("search.row_who", who, 16),
    Column("ui_column.app", lambda row, _: shown(row.app or ""), 12),
    Column("ui_column.at", lambda row, say: say.moment(row.at, whole=True), 24),
    Column("ui_column.exhibit", lambda row, _: shown(row.exhibit), 12),
    Column("ui_column.path", lambda row, _: shown(row.path), 30),
)


class SearchPane(ListPane[Found]):
    """The box, what narrows it, what was found, and the chosen row in full."""

    def __init__(self, case: OpenCase) -> None:
        self.model: PagedTable[Found] = PagedTable(COLUMNS, case.language, self._fetch)
        super().__init__(case, self.model)
        self.box = QLineEdit(clearButtonEnabled=True)
        self.kind = QComboBox()
        self.person = QLineEdit(clearButtonEnabled=True)
        self.words = plain_label()
        self.keep = QPushButton()
        self.kept = Kept(case)
        self._read_kept = False
        self._counts: dict[str, int] = {}
        self._waiting = 0
        self._wished = SearchWish("")
        self._soon = QTimer(self, interval=PAUSE, singleShot=True)
        self._connect()
        self._lay_out()
        self.retranslate()

    def reload(self) -> None:
        """Ask the case; an answer that a later question has overtaken is dropped."""
        self.box.setFocus()
        if not self._read_kept:
            self._read_kept = True
            self.kept.reload()
        self._wished = wish = self._wish()
        if not wish.text:
            self._counts = {}
            self.latest.begin()
            self.model.begin([], 0)
            self._say_count()
            return
        self.words.setText(self.language("search.searching"))
        self.latest.ask(lambda queries: _first(queries, wish), lambda answer: self._show(*answer))

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        for field, key in ((self.box, "search.box"), (self.person, "search.person")):
            field.setPlaceholderText(say(key))
            field.setAccessibleName(say(key))
        self.kind.setAccessibleName(say("search.row_kind"))
        for place, name in enumerate(("", *KINDS)):
            self.kind.setItemText(place, say(f"found.{name}") if name else say("search.everything"))
        self.keep.setText(say("keywords.keep"))
        self.kept.retranslate()
        self.table.setAccessibleName(say("search.results"))
        self.detail.setAccessibleName(say("ui.details"))
        self.model.say_again()
        self._say_count()
        self.show_detail()

    def _wish(self) -> SearchWish:
        name = ("", *KINDS)[max(self.kind.currentIndex(), 0)]
        return SearchWish(self.box.text().strip(), (name,) if name else (), person=self.person.text().strip() or None)

    def _connect(self) -> None:
        self.kind.addItems(["", *KINDS])
        self._soon.timeout.connect(self.reload)
        for field in (self.box, self.person):
            field.textChanged.connect(lambda _: self._soon.start())
            field.returnPressed.connect(self.reload)
        self.keep.clicked.connect(lambda: self.kept.keep(self.box.text().strip()))
        self.box.textChanged.connect(lambda text: self.keep.setEnabled(bool(text.strip())))
        self.keep.setEnabled(False)
        self.kept.chosen.connect(self._search_for)
        self.kind.activated.connect(lambda _: self.reload())
        self.table.doubleClicked.connect(lambda _: self._open())

    def _search_for(self, question: str) -> None:
        """A kept question, or a word of a list."""
        self.box.setText(question)
        self._soon.stop()
        self.reload()

    def _fetch(self, offset: int) -> None:
        """A further page of what was asked last, not of what is being typed."""
        wish = self._wished
        self.latest.also(
            lambda queries: queries.found(wish, limit=PAGE, offset=offset), lambda rows: self.model.add(rows, offset)
        )

    def _show(self, counts: dict[str, int], rows: list[Found], waiting: int) -> None:
        self._counts, self._waiting = counts, waiting
        self.model.begin(rows, sum(counts.values()))
        self._say_count()
        if rows:
            self.table.selectRow(0)

    def _say_count(self) -> None:
        say = self.language
        if not self.box.text().strip():
            self.words.setText(say("search.ask"))
            return
        kinds = ", ".join(f"{say(f'found.{name}')} {say.number(count)}" for name, count in self._counts.items())
        total = say.number(sum(self._counts.values()))
        text = say("search.count", n=total, kinds=kinds) if self._counts else say("search.nothing")
        self.words.setText(f"{text} {say('search.waiting', n=say.number(self._waiting))}" if self._waiting else text)

    def text_of(self, row: Found) -> str:
        """One row in full."""
        return _text(row, self.language)

    def _open(self) -> None:
        """The conversation a message stands in; the people that a name or number is of; else the file that says so."""
        row = self.chosen()
        if row and row.kind == "message":
            self.open_pane.emit("conversations", (row.app, row.account, row.thread))
        elif row and row.kind == "name":
            self.open_pane.emit("people", row.thread or row.text)
        elif row:
            self.open_pane.emit("files", FileFilter(text=row.path))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.box, 3)
        head.addWidget(self.kind)
        head.addWidget(self.person, 1)
        head.addWidget(self.keep)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.table)
        split.addWidget(self.detail)
        split.setSizes([420, 180])
        beside = QSplitter()
        beside.addWidget(split)
        beside.addWidget(self.kept)
        beside.setSizes([900, 280])
        whole = QVBoxLayout(self)
        whole.addLayout(head)
        whole.addWidget(self.words)
        whole.addWidget(beside, 1)


def _first(queries: Queries, wish: SearchWish) -> tuple[dict[str, int], list[Found], int]:
    return queries.found_counts(wish), queries.found(wish, limit=PAGE), queries.unsearchable()


def _text(row: Found, say: Language) -> str:
    """The words in their surroundings, then where they stand."""
    lines = [
        (say("search.row_who"), who(row, say)),
        (say("ui_column.app"), shown(row.app or "")),
        (say("ui_column.thread"), shown(row.thread or "") if row.kind == "message" else ""),
        (say("ui_column.at"), say.moment(row.at)),
        (say("ui_column.exhibit"), shown(row.exhibit)),
        (say("ui_column.source"), " · ".join(shown(part) for part in (row.path, row.where) if part)),
    ]
    return f"{shown_body(row.text)}\n\n{detail_text(lines)}"
