"""The bytes of an entry: offset, hexadecimal, characters; page by page, with a search."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from triage.ui.entry_view import EntryView, push
from triage.ui.pane import detail_box, plain_label
from triage.viewing import Bytes, Find, GetBytes

if TYPE_CHECKING:
    from triage.ui.opened import OpenCase
    from triage.viewing import Seen

LINE = 16
PAGE = 4096


class BytesView(EntryView):
    """A page of bytes. `offset` is where it begins."""

    title: ClassVar[str] = "ui_entry.bytes"

    def __init__(self, case: OpenCase) -> None:
        super().__init__(case)
        self.box = detail_box(fixed=True)
        self.place = QLineEdit()
        self.wanted = QLineEdit(clearButtonEnabled=True)
        self.words = plain_label(wrap=False)
        self.back, self.on = push(lambda: self.go(self.offset - PAGE)), push(lambda: self.go(self.offset + PAGE))
        self.search = push(self._find)
        self.offset = self._size = 0
        self._found: int | None = None
        self.place.returnPressed.connect(self._go_to_place)
        self.wanted.returnPressed.connect(self._find)
        self.wanted.textEdited.connect(lambda _: self._forget())
        self._lay_out()
        self.retranslate()

    def empty(self) -> None:
        """Show nothing."""
        self.box.clear()
        self.words.clear()
        self.offset = self._size = 0
        self._found = None
        self._say_where()

    def begin(self) -> None:
        """The first page."""
        self.go(0)

    def go(self, offset: int) -> None:
        """The page at this offset, which is brought into the content and to the beginning of a line."""
        last = max(0, self._size - 1) if self._size else offset
        self.offset = max(0, min(offset, last)) // LINE * LINE
        self.look(GetBytes(self.offset, PAGE), self._show)

    def tell(self, message: str) -> None:
        """Say one line in the place of the bytes."""
        self.box.setPlainText(message)

    def retranslate(self) -> None:
        """Write all words anew."""
        say = self.language
        for button, key in ((self.back, "back"), (self.on, "on"), (self.search, "find")):
            button.setText(say(f"ui_entry.{key}"))
        for field, key in ((self.place, "place"), (self.wanted, "wanted_bytes")):
            field.setPlaceholderText(say(f"ui_entry.{key}"))
            field.setAccessibleName(say(f"ui_entry.{key}"))
        self.box.setAccessibleName(say(self.title))
        self._say_where()

    def _show(self, seen: Seen) -> None:
        assert isinstance(seen, Bytes)
        self._size = seen.size
        self.box.setPlainText("\n".join(lines_of(seen.data, seen.offset)))
        if self._found is not None:
            self.box.moveCursor(self.box.textCursor().MoveOperation.Start)
        self._say_where()

    def _say_where(self) -> None:
        say = self.language
        shown_to = min(self.offset + PAGE, self._size)
        text = say(
            "ui_entry.where", first=say.number(self.offset), last=say.number(shown_to), size=say.number(self._size)
        )
        self.words.setText(text if self._size else "")
        self.back.setEnabled(self.offset > 0)
        self.on.setEnabled(self.offset + PAGE < self._size)

    def _go_to_place(self) -> None:
        try:
            self.go(int(self.place.text().strip(), 0))
        except ValueError:
            self.words.setText(self.language("ui_entry.no_number"))

    def _forget(self) -> None:
        self._found = None

    def _find(self) -> None:
        if wanted := wanted_bytes(self.wanted.text()):
            start = self.offset if self._found is None else self._found + 1
            self.look(Find(wanted, start), self._show_found)

    def _show_found(self, seen: Seen) -> None:
        if isinstance(seen, int):
            self._found = seen
            self.go(seen)
            return
        self._found = None
        self.tell(self.language("ui_entry.not_found"))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        for widget in (self.back, self.on, self.place, self.wanted, self.search):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.words)
        whole = QVBoxLayout(self)
        whole.addLayout(head)
        whole.addWidget(self.box, 1)


def lines_of(data: bytes, offset: int) -> list[str]:
    """Sixteen bytes a line: where they stand, their digits, and those that are printable ASCII."""
    lines = []
    for at in range(0, len(data), LINE):
        part = data[at : at + LINE]
        letters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
        digits = f"{part[:8].hex(' ')}  {part[8:].hex(' ')}"
        lines.append(f"{offset + at:012x}  {digits:<{LINE * 3}}  {letters}")
    return lines


def wanted_bytes(text: str) -> bytes:
    """What is looked for: hexadecimal digits behind 0x, anything else as it stands (UTF-8)."""
    if re.fullmatch(r"0x([0-9a-fA-F]{2}\s*)+", text.strip()):
        return bytes.fromhex(text.strip()[2:])
    return text.encode()
