"""The rows of the gallery's grid: ids, 8 bytes each; what is looked at is fetched a page at a time, off the main thread."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, Qt, QTimer

from triage.queries import GalleryGroup, GalleryIds, GalleryRow
from triage.ui.columns import NO_INDEX, Index
from triage.ui.pages import Pages
from triage.ui.words import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from triage.ui.language import Language

    Answer = Callable[[dict[int, GalleryRow]], object]

NOTHING = GalleryIds(array("q"), ())


class GridModel(QAbstractListModel):
    """`fetch(ids, answer)` reads rows off the main thread and calls `answer` with them by id, on the main thread."""

    def __init__(self, language: Language, fetch: Callable[[Sequence[int], Answer], object]) -> None:
        super().__init__()
        self.language = language
        self.found = NOTHING
        self._pages: Pages[GalleryRow] = Pages(fetch, self._arrived)
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._pages.ask)

    @property
    def ids(self) -> array[int]:
        """The entries in the order shown."""
        return self.found.ids

    @property
    def groups(self) -> tuple[GalleryGroup, ...]:
        """The groups in the order shown."""
        return self.found.groups

    def show(self, found: GalleryIds) -> None:
        """Show these."""
        self.beginResetModel()
        self.found = found
        self._pages.begin(found.ids)
        self.endResetModel()

    def refresh(self) -> None:
        """Read the rows anew and leave the order as it is: something was said about them."""
        self._pages.forget()
        self.say_again()

    def rowCount(self, parent: Index = NO_INDEX) -> int:  # noqa: N802  Qt's name
        """One per id."""
        return 0 if parent.isValid() else len(self.ids)

    def row_at(self, number: int) -> GalleryRow | None:
        """The row if its page is here; else the page is asked for."""
        row, wanted = self._pages.row(number)
        if wanted:
            self._soon.start()
        return row

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a screen reader says: name, kind, match or severity, grade."""
        if role not in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return None
        row = self.row_at(index.row())
        return "…" if row is None else spoken(row, self.language)

    def place_of(self, entry: int) -> int | None:
        """Where an entry stands first; None where it is not shown."""
        return self.ids.index(entry) if entry in self.ids else None

    def say_again(self) -> None:
        """Have everything painted anew."""
        if self.ids:
            self.dataChanged.emit(self.index(0), self.index(len(self.ids) - 1))

    def _arrived(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first), self.index(last))
        self._soon.start()


def severity(row: GalleryRow, say: Language) -> str:
    """What is known of it before it is opened: the person's grade, else what a list says of it, else nothing."""
    if row.code is not None:
        return f"{'● ' if row.notable else ''}{shown(row.code)} · {shown(row.grade or '')}"
    if row.list is None:
        return ""
    return f"● {shown(row.severity, limit=120) if row.severity else say('ui_media.is_match')}"


def spoken(row: GalleryRow, say: Language) -> str:
    """One line for those who listen."""
    parts = (
        shown(row.name),
        say.choice("ui_media_kind", row.kind),
        say("ui.deleted") if row.deleted else "",
        say("ui_media.is_match") if row.notable else "",
        shown(row.severity or ""),
        say("ui_grade.is_graded", grade=severity(row, say)) if row.code is not None else "",
    )
    return ", ".join(part for part in parts if part)
