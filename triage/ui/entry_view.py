"""What the views of one entry share: one is asked for when it is looked at, and an answer that came too late is dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QPushButton, QWidget

from triage.ui.words import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.errors import SigapError
    from triage.ui.opened import OpenCase
    from triage.viewing import Look, Seen


class EntryView(QWidget):
    """One way to look at the chosen entry. `title` is the key of its tab."""

    title: ClassVar[str]

    def __init__(self, case: OpenCase) -> None:
        super().__init__()
        self.case = case
        self.language = case.language
        self.entry_id: int | None = None
        self._asked = 0

    def choose(self, entry_id: int | None) -> None:
        """Look at this entry from its beginning; None: at nothing."""
        self.entry_id = entry_id
        self._asked += 1
        self.empty()
        if entry_id is not None:
            self.begin()

    def empty(self) -> None:
        """Show nothing."""

    def begin(self) -> None:
        """Ask for the beginning of the chosen entry."""

    def retranslate(self) -> None:
        """Write all words anew."""

    def tell(self, message: str) -> None:
        """Say one line in the place of the content."""

    def look(self, look: Look, answer: Callable[[Seen], object]) -> None:
        """Ask the evidence; what it cannot give is told in the view itself."""
        if self.entry_id is None:
            return
        self._asked += 1
        asked = self._asked
        self.tell(self.language("ui_entry.reading"))
        self.case.look(
            self.entry_id,
            look,
            lambda seen: answer(seen) if asked == self._asked else None,
            lambda error: self._fail(error, asked),
        )

    def _fail(self, error: SigapError, asked: int) -> None:
        if asked == self._asked:
            self.tell(shown(str(error)))


def push(action: Callable[[], object]) -> QPushButton:
    """A button that does one thing."""
    button = QPushButton()
    button.clicked.connect(lambda _: action())
    return button
