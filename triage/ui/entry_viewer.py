"""Everything there is to see of one entry, in tabs; what a tab shows is read when it is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPlainTextEdit, QTabWidget

from triage.ui.entry_bytes import BytesView
from triage.ui.entry_facts import FactsView
from triage.ui.entry_structure import DATABASE, StructureView
from triage.ui.entry_text import TextView

if TYPE_CHECKING:
    from triage.queries import FileRow
    from triage.ui.entry_view import EntryView
    from triage.ui.opened import OpenCase


class EntryViewer(QTabWidget):
    """The first tab is `detail`, which the pane around fills; the others look for themselves."""

    def __init__(self, case: OpenCase, detail: QPlainTextEdit) -> None:
        super().__init__()
        self.language = case.language
        self.structure = StructureView(case)
        self.views: tuple[EntryView, ...] = (FactsView(case), TextView(case), BytesView(case), self.structure)
        self._entry_id: int | None = None
        self.addTab(detail, "")
        for view in self.views:
            self.addTab(view, "")
        self.currentChanged.connect(lambda _: self._look())
        self.retranslate()

    def choose(self, row: FileRow | None) -> None:
        """Look at this entry; folders and volumes have details and facts alone."""
        entry_id = None if row is None else row.id
        if entry_id == self._entry_id:
            return
        self._entry_id = entry_id
        self.structure.is_database = row is not None and row.mime == DATABASE
        has_content = row is not None and row.kind == "file"
        for view in self.views[1:]:
            self.setTabEnabled(self.indexOf(view), has_content)
        for view in self.views:
            view.choose(None)
        self._look()

    def retranslate(self) -> None:
        """Write all words anew."""
        for widget in (self, self.tabBar()):
            widget.setAccessibleName(self.language("ui_entry.views"))
        self.setTabText(0, self.language("ui.details"))
        for view in self.views:
            self.setTabText(self.indexOf(view), self.language(view.title))
            view.retranslate()

    def _look(self) -> None:
        """Have the view in front show the chosen entry, unless it does already."""
        view = next((each for each in self.views if each is self.currentWidget()), None)
        if view is not None and view.entry_id != self._entry_id and view.isEnabled():
            view.choose(self._entry_id)
