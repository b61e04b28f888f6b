"""The choice of hash lists, shared by the start page and the dialog that adds evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from triage.ui.words import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from triage.ui.actions import ListChoice
    from triage.ui.language import Language

NAME = int(Qt.ItemDataRole.UserRole)
KIND = NAME + 1


class ListBox(QListWidget):
    """Lists with a box to tick; ticked at first, for a list that was imported is meant to be used."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self._language = language
        self.setMaximumHeight(6 * self.fontMetrics().height())

    def offer(self, choices: Sequence[ListChoice], *, ticked: Iterable[str] | None = None) -> None:
        """Offer these; tick those named, or all."""
        chosen = {choice.name for choice in choices} if ticked is None else set(ticked)
        self.clear()
        for choice in choices:
            item = QListWidgetItem()
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if choice.name in chosen else Qt.CheckState.Unchecked)
            item.setData(NAME, choice.name)
            item.setData(KIND, choice.kind)
            self.addItem(item)
        self.retranslate()

    def chosen(self) -> tuple[str, ...]:
        """Names of the ticked lists, sorted."""
        return tuple(sorted(item.data(NAME) for item in self._items() if item.checkState() == Qt.CheckState.Checked))

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self._language
        self.setAccessibleName(say("ui_start.lists"))
        for item in self._items():
            item.setText(f"{shown(item.data(NAME))} — {say.choice('ui_list_kind', item.data(KIND))}")

    def _items(self) -> list[QListWidgetItem]:
        return [self.item(place) for place in range(self.count())]
