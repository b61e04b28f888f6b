"""What is kept to search for: questions, and lists of keywords with how often each word stands in the case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from triage import statements
from triage.ui.pane import plain_label
from triage.ui.words import shown

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from triage.queries import KeptSearch, KeywordHits, KeywordList, Queries
    from triage.statements import KeywordReceipt
    from triage.ui.opened import OpenCase

AT_ONCE = 20  # words that one question counts, so that numbers come while others are counted
QUESTION = int(Qt.ItemDataRole.UserRole)
NUMBER = QUESTION + 1


class Kept(QWidget):
    """`chosen` tells what is to be searched for. The first choice are the kept searches, the others are lists."""

    chosen = Signal(str)

    def __init__(self, case: OpenCase) -> None:
        super().__init__()
        self.case, self.language = case, case.language
        self.which, self.lines, self.words = QComboBox(), QTreeWidget(), plain_label()
        self.add, self.take_back = QPushButton(), QPushButton()
        self._lists: list[KeywordList] = []
        self._searches: list[KeptSearch] = []
        self._hits: dict[str, KeywordHits] = {}
        self._asked = 0
        self._connect()
        self._lay_out()

    def reload(self) -> None:
        """Read what is kept, and count anew."""
        self.case.ask(
            lambda queries: (queries.keyword_lists(), queries.kept_searches()), lambda both: self._show(*both)
        )

    def keep(self, question: str) -> None:
        """Keep this question."""
        self.case.act(
            lambda case: statements.keep_search(case, question[: statements.LONGEST_NAME], question),
            lambda _: self.reload(),
        )

    def take_list(self, file: Path) -> None:
        """Keep a list of keywords; a list of the same name gives way to it."""
        earlier = next((each.number for each in self._lists if each.name == file.stem), None)
        self.case.act(lambda case: statements.add_keywords(case, file, replaces=earlier), self._taken)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802  Qt's name
        """A text file may be dropped here; it is no evidence then."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802  Qt's name
        """Each file is a list."""
        event.acceptProposedAction()
        for url in event.mimeData().urls():
            if url.isLocalFile():
                self.take_list(Path(url.toLocalFile()))

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        self.add.setText(say("keywords.add"))
        self.take_back.setText(say("keywords.take_back"))
        self.lines.setHeaderLabels([say("keywords.word"), say("keywords.rows")])
        self.which.setAccessibleName(say("keywords.lists"))
        self.lines.setAccessibleName(say("keywords.lists"))
        self._fill_choices()

    def _taken(self, receipt: KeywordReceipt) -> None:
        """The receipt: what was kept, and each line that was not."""
        say = self.language
        told = [
            say(
                "keywords.taken",
                name=shown(receipt.name),
                n=receipt.taken,
                refused=len(receipt.refused),
                digest=receipt.sha256,
            )
        ]
        told += [
            say("keywords.refused", line=each.line, text=shown(each.text), reason=say(f"keywords.{each.reason}"))
            for each in receipt.refused
        ]
        self.case.tell(say("keywords.receipt_title"), "\n".join(told))
        self.reload()

    def _show(self, lists: list[KeywordList], searches: list[KeptSearch]) -> None:
        fresh = len(lists) > len(self._lists)
        self._lists, self._searches, self._hits = lists, searches, {}
        self._fill_choices()
        if fresh and not searches:
            self.which.setCurrentIndex(self.which.count() - 1)
        self._choose()

    def _fill_choices(self) -> None:
        place = max(self.which.currentIndex(), 0)
        self.which.clear()
        self.which.addItem(self.language("keywords.kept"))
        self.which.addItems([shown(each.name) for each in self._lists])
        self.which.setCurrentIndex(min(place, self.which.count() - 1))
        self._fill()

    def _choose(self) -> None:
        self._asked += 1
        self._fill()
        if each := self._list():
            self._count(each, 0, self._asked)

    def _list(self) -> KeywordList | None:
        place = self.which.currentIndex()
        return self._lists[place - 1] if place > 0 else None

    def _count(self, each: KeywordList, start: int, asked: int) -> None:
        part = each.words[start : start + AT_ONCE]
        if part and asked == self._asked:
            self.case.ask(lambda queries: _hits(queries, part), lambda hits: self._counted(each, start, hits, asked))

    def _counted(self, each: KeywordList, start: int, hits: list[KeywordHits], asked: int) -> None:
        if asked == self._asked:
            self._hits |= {hit.word: hit for hit in hits}
            self._fill()
            self._count(each, start + AT_ONCE, asked)

    def _fill(self) -> None:
        chosen = self.lines.currentItem()
        marked = chosen.data(0, QUESTION) if chosen else None
        self.lines.clear()
        for name, question, rows in self._rows():
            item = QTreeWidgetItem([shown(name), rows])
            item.setData(0, QUESTION, question)
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight)
            item.setToolTip(0, shown(question))
            self.lines.addTopLevelItem(item)
            if question == marked:
                self.lines.setCurrentItem(item)
        self._say()

    def _rows(self) -> list[tuple[str, str, str]]:
        """Name, question, how often: words in the order of their list, so that none moves while others are counted."""
        each = self._list()
        if each is None:
            return [(kept.name, kept.question, "") for kept in self._searches]
        counted = self._hits
        return [
            (word, word, self.language.number(counted[word].rows) if word in counted else "…") for word in each.words
        ]

    def _say(self) -> None:
        say, each = self.language, self._list()
        self.take_back.setEnabled(each is not None or bool(self._searches))
        if each is None:
            self.words.setText("" if self._searches or self._lists else say("keywords.nothing"))
            return
        whole, done = len(each.words), len(self._hits)
        if done < whole:
            self.words.setText(say("keywords.counting", n=say.number(done), all=say.number(whole)))
        else:
            there = sum(hit.rows > 0 for hit in self._hits.values())
            self.words.setText(say("keywords.counted", n=say.number(there), all=say.number(whole)))

    def _take_back(self) -> None:
        """The list that is shown, or the kept search that is marked."""
        if each := self._list():
            number = each.number
            self.case.act(lambda case: statements.withdraw_keywords(case, number), lambda _: self.reload())
            return
        if item := self.lines.currentItem():
            search = self._searches[self.lines.indexOfTopLevelItem(item)].number
            self.case.act(lambda case: statements.forget_search(case, search), lambda _: self.reload())

    def _add(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, self.language("keywords.add"), "", "*.txt *.csv *")
        if chosen:
            self.take_list(Path(chosen))

    def _connect(self) -> None:
        self.setAcceptDrops(True)
        self.which.activated.connect(lambda _: self._choose())
        self.lines.itemActivated.connect(lambda item: self.chosen.emit(item.data(0, QUESTION)))
        self.lines.itemClicked.connect(lambda item: self.chosen.emit(item.data(0, QUESTION)))
        self.add.clicked.connect(self._add)
        self.take_back.clicked.connect(self._take_back)

    def _lay_out(self) -> None:
        self.lines.setRootIsDecorated(False)
        self.lines.setColumnCount(2)
        self.lines.header().setStretchLastSection(False)
        self.lines.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.lines.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.which.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        buttons = QHBoxLayout()
        buttons.addWidget(self.add)
        buttons.addWidget(self.take_back)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.which)
        whole.addWidget(self.lines, 1)
        whole.addWidget(self.words)
        whole.addLayout(buttons)


def _hits(queries: Queries, words: tuple[str, ...]) -> list[KeywordHits]:
    return list(queries.keyword_hits(words))
