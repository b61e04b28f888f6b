"""What panes share that ask the case and show a list: only the last question counts, the first rows do not wait for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from triage.ui.lazy import LazyTable
from triage.ui.pane import Pane, detail_box, table_view

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable

    from triage.queries import Queries
    from triage.ui.columns import ColumnModel
    from triage.ui.opened import OpenCase

    Ids = Callable[[Queries, int, Callable[[], bool]], array[int]]

Row = TypeVar("Row")
Answer = TypeVar("Answer")

FIRST = 1000  # rows that are shown before all are known


class Latest:
    """Questions to the case of which the last one counts: an answer that a later question has overtaken is dropped."""

    def __init__(self, case: OpenCase) -> None:
        self._case = case
        self._number = 0

    def ask(self, question: Callable[[Queries], Answer], answer: Callable[[Answer], object]) -> None:
        """A new question: no earlier one is answered any more."""
        self.begin()
        self.also(question, answer)

    def also(self, question: Callable[[Queries], Answer], answer: Callable[[Answer], object]) -> None:
        """A further question about the same."""
        gone = self.gone()
        self._case.ask(question, lambda found: None if gone() else answer(found))

    def begin(self) -> None:
        """What was asked before is not wanted any more."""
        self._number += 1

    def gone(self) -> Callable[[], bool]:
        """Tells, in any thread and later, whether what is asked now was overtaken."""
        number = self._number
        return lambda: number != self._number


class ListPane(Pane, Generic[Row]):
    """A pane around a table. `text_of` says all of the chosen row; `read` fills a table of ids."""

    choose_first = True  # whether the first row is chosen unasked: not where that opens the file behind it

    def __init__(self, case: OpenCase, model: ColumnModel[Row]) -> None:
        super().__init__(case)
        self.table = table_view(model)
        self.detail = detail_box()
        self.latest = Latest(case)
        self.more = False  # whether there are more rows than those that are known
        self._listed = model
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self.show_detail())
        model.modelReset.connect(self.show_detail)
        model.dataChanged.connect(lambda *_: self.show_detail())

    def text_of(self, row: Row) -> str:
        """All of a row as plain text."""
        raise NotImplementedError

    def read(self, ids: Ids, said: Callable[[], object]) -> None:
        """Show the first rows as soon as they are there, then all of them; `said` is called when either has come."""
        model = self._listed
        assert isinstance(model, LazyTable)
        self.latest.begin()
        gone = self.latest.gone()

        def every(found: array[int]) -> None:
            self.more = False
            model.grow(found)
            said()

        def first(found: array[int]) -> None:
            self.more = len(found) == FIRST
            model.show(found)
            if self.choose_first:
                self.table.selectRow(0)
            said()
            if self.more:
                self.latest.also(lambda queries: ids(queries, -1, gone), every)

        self.latest.also(lambda queries: ids(queries, FIRST, gone), first)

    def counted(self) -> str:
        """How many rows there are, as far as that is known."""
        number = self.language.number(self._listed.rowCount())
        return self.language("ui.more_than", n=number) if self.more else number

    def chosen(self) -> Row | None:
        """The row that is chosen, if it is here."""
        index = self.table.currentIndex()
        return self._listed.row_at(index.row()) if index.isValid() else None

    def show_detail(self) -> None:
        """Tell the chosen row in full."""
        row = self.chosen()
        text = "" if row is None else self.text_of(row)
        if text != self.detail.toPlainText():
            self.detail.setPlainText(text)
