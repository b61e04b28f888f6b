"""The language in use, switched while the program runs: who shows words listens to `changed`."""

from __future__ import annotations

import re

from PySide6.QtCore import QObject, Signal

from triage.sentences import told
from triage.text import Say
from triage.ui import words

_UNSPOKEN = re.compile("[^a-z0-9_]")  # what no key of the texts has


class Language(QObject):
    """The texts of the chosen language; call it like `triage.text.Say`, with the key's table."""

    changed = Signal()

    def __init__(self, code: str) -> None:
        super().__init__()
        self._say = Say(code)

    @property
    def code(self) -> str:
        """The language in use: id or en."""
        return self._say.language

    @property
    def say(self) -> Say:
        """The texts themselves, for the core's own sentences."""
        return self._say

    def use(self, code: str) -> None:
        """Switch. Everybody who listens to `changed` writes its words anew."""
        if code != self.code:
            self._say = Say(code)
            self.changed.emit()

    def __call__(self, key: str, **values: object) -> str:
        return self._say(key, **values)

    def choice(self, table: str, name: str) -> str:
        """The word for one of a fixed set of values (a kind, a state); the value itself where we have no word."""
        key = f"{table}.{_UNSPOKEN.sub('_', name)}"
        return self._say(key) if self._say.has(key) else words.shown(name)

    def number(self, value: float) -> str:
        """A count."""
        return words.number(value, self.code)

    def size(self, value: int | None) -> str:
        """Bytes."""
        return words.size(value, self.code)

    def duration(self, seconds: float) -> str:
        """A span of time."""
        return words.duration(seconds, self.code)

    def told(self, text: str) -> str:
        """A sentence that the run stored, in the language in use where it is known."""
        return told(text, self.code)

    def moment(self, text: str | None, *, whole: bool = False) -> str:
        """A time from the evidence with its zone; a time without a zone says so. `whole`: to the second, for tables."""
        if not text:
            return ""
        day_and_time = text.rstrip("Z").replace("T", " ", 1)
        unknown = "ui.zone_unknown_short" if whole else "ui.zone_unknown"
        day_and_time = day_and_time.partition(".")[0] if whole else day_and_time
        return f"{day_and_time} UTC" if text.endswith("Z") else f"{day_and_time} {self(unknown)}"
