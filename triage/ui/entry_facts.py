"""Every fact that was read from an entry, kind by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QVBoxLayout

from triage.ui.entry_view import EntryView
from triage.ui.pane import detail_box
from triage.ui.words import shown

if TYPE_CHECKING:
    from triage.queries.entry import Facts
    from triage.ui.language import Language
    from triage.ui.opened import OpenCase


class FactsView(EntryView):
    """Asked of the case, not of the evidence."""

    title: ClassVar[str] = "ui_entry.facts"

    def __init__(self, case: OpenCase) -> None:
        super().__init__(case)
        self.box = detail_box()
        whole = QVBoxLayout(self)
        whole.addWidget(self.box)
        self.retranslate()

    def empty(self) -> None:
        """Show nothing."""
        self.box.clear()

    def begin(self) -> None:
        """All facts of the entry."""
        entry_id, asked = self.entry_id, self._asked
        assert entry_id is not None
        self.case.ask(lambda queries: queries.facts_of(entry_id), lambda facts: self._show(facts, asked))

    def tell(self, message: str) -> None:
        """Say one line in the place of the facts."""
        self.box.setPlainText(message)

    def retranslate(self) -> None:
        """Write all words anew."""
        self.box.setAccessibleName(self.language(self.title))

    def _show(self, facts: list[Facts], asked: int) -> None:
        if asked == self._asked:
            self.box.setPlainText(text_of(facts, self.language) or self.language("ui_entry.no_facts"))


def text_of(facts: list[Facts], say: Language) -> str:
    """A paragraph a fact: its kind, then what it says. Columns bear the names they have in the case database."""
    parts = []
    for each in facts:
        for row in each.rows:
            said = [
                f"  {name}: {shown(value)}" for name, value in zip(each.names, row, strict=True) if value is not None
            ]
            parts.append("\n".join((each.kind, *said)))
        if each.total > len(each.rows):
            parts.append(say("ui.first_only", n=say.number(len(each.rows))))
    return "\n\n".join(parts)
