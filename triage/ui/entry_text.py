"""The content of an entry as text, page by page, in the encoding that was found or one that is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout

from triage.ui.entry_view import EntryView, push
from triage.ui.pane import detail_box, plain_label
from triage.ui.words import shown_body
from triage.viewing import ENCODINGS, GetText, Text

if TYPE_CHECKING:
    from triage.ui.opened import OpenCase
    from triage.viewing import Seen

PAGE = 64 << 10


class TextView(EntryView):
    """A page of text; `_passed` are the offsets of the pages before it."""

    title: ClassVar[str] = "ui_entry.text"

    def __init__(self, case: OpenCase) -> None:
        super().__init__(case)
        self.box = detail_box()
        self.encoding = QComboBox()
        self.words = plain_label(wrap=False)
        self.back, self.on = push(self._go_back), push(self._go_on)
        self.encoding.addItems(["", *ENCODINGS])
        self.encoding.activated.connect(lambda _: self.begin())
        self._passed: list[int] = []
        self._offset = 0
        self._following: int | None = None
        self._lay_out()
        self.retranslate()

    def empty(self) -> None:
        """Show nothing."""
        self.box.clear()
        self.words.clear()
        self._following = None
        self._set_buttons()

    def begin(self) -> None:
        """The first page."""
        self._passed = []
        self._ask(0)

    def tell(self, message: str) -> None:
        """Say one line in the place of the text."""
        self.box.setPlainText(message)

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        self.back.setText(say("ui_entry.back"))
        self.on.setText(say("ui_entry.on"))
        self.encoding.setItemText(0, say("ui_entry.found_out"))
        self.encoding.setAccessibleName(say("ui_entry.encoding"))
        self.box.setAccessibleName(say(self.title))

    def _ask(self, offset: int) -> None:
        self._offset = offset
        chosen = self.encoding.currentText() if self.encoding.currentIndex() > 0 else None
        self.look(GetText(offset, PAGE, chosen), self._show)

    def _show(self, seen: Seen) -> None:
        assert isinstance(seen, Text)
        self._following = seen.following
        self.box.setPlainText(shown_body(seen.body, limit=PAGE))
        self.words.setText(
            self.language("ui_entry.decoded", encoding=seen.encoding, offset=self.language.number(seen.offset))
        )
        self._set_buttons()

    def _go_on(self) -> None:
        if self._following is not None:
            self._passed.append(self._offset)
            self._ask(self._following)

    def _go_back(self) -> None:
        if self._passed:
            self._ask(self._passed.pop())

    def _set_buttons(self) -> None:
        self.back.setEnabled(bool(self._passed))
        self.on.setEnabled(self._following is not None)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        for widget in (self.back, self.on, self.encoding):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.words)
        whole = QVBoxLayout(self)
        whole.addLayout(head)
        whole.addWidget(self.box, 1)
