"""Values as the words of a printed page, in the language and the time zone of the report. Plain text; `printable` makes it safe.

Names and numbers of protected persons are masked before anything is cut.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from triage.report import shown
from triage.report.masking import masking
from triage.report.moments import in_words
from triage.sentences import told
from triage.text import Say

if TYPE_CHECKING:
    from triage.report.sections import Capped, Frame

NAME, BODY, LONG = 220, 1_200, 600  # characters shown of a name, of a message, of a sentence from a program
NOTHING = "—"
_BOUND = re.compile(r" (WIB|WITA|WIT|UTC)\b")  # a clock and its zone stay on one line


class Words:
    """Says values of a report. Call it with a key like `Say`."""

    def __init__(self, frame: Frame) -> None:
        self.say = Say(frame.language)
        self.mask = masking(frame.queries, self.say, shown=frame.wish.identities)
        self.language = frame.language
        self._zone = frame.wish.zone
        self._tables = "csv" in frame.wish.formats

    def __call__(self, key: str, **values: object) -> str:
        return self.say(key, **values)

    def name(self, text: str | None, limit: int = NAME) -> str:
        """A name or path on one line; of a very long one the beginning and the end."""
        if text is None:
            return NOTHING
        text = self.mask(text)
        if len(text) <= limit:
            return shown.visible(text)
        cut = self("paper.cut", length=self.number(len(text)))
        return f"{shown.visible(text[: limit * 2 // 3])} … {shown.visible(text[-limit // 3 :])} {cut}"

    def told(self, text: str | None, limit: int = NAME) -> str:
        """A sentence that the run stored, in the language of the report where it is known."""
        return self.name(None if text is None else told(text, self.language), limit)

    def body(self, text: str | None) -> list[str]:
        """The lines of a message; a very long one is cut and says so."""
        if not text:
            return []
        text = self.mask(text)
        lines = text[:BODY].replace("\r\n", "\n").split("\n")
        lines = [shown.visible(line, keep="\u200d\ufe0f") for line in lines]
        return lines if len(text) <= BODY else [*lines, self("paper.cut", length=self.number(len(text)))]

    def moment(self, stamp: str | None) -> str:
        """Local and UTC, or as stored and marked where the zone is unknown."""
        told = in_words(None if stamp is None else shown.visible(stamp), self.say, self._zone)
        return _BOUND.sub("\N{NO-BREAK SPACE}\\1", told)

    def number(self, value: float | None) -> str:
        """A count with separators."""
        return NOTHING if value is not None and not math.isfinite(value) else shown.number(value, self.language)

    def size(self, value: int | None) -> str:
        """Bytes, exactly and rounded."""
        return shown.size(value, self.language)

    def word(self, family: str, value: object) -> str:
        """The text `report.<family>_<value>`, or the value itself where there is none."""
        if value is None:
            return NOTHING
        plain = str(value)
        for key in (f"report.{family}_{plain}", f"report.{family}_{plain.replace(' ', '_').replace('-', '_')}"):
            if self.say.has(key):
                return self(key)
        return self.name(plain)

    def action(self, name: str) -> str:
        """What a custody event says was done, in words; as the log has it where there are none."""
        return self.name(shown.action(name, self.say))

    def more(self, capped: Capped[Any], view: str) -> str | None:
        """The sentence that says how much is not shown, and where it is; None where everything is shown."""
        return self.left_out(len(capped.rows), capped.total, view)

    def left_out(self, count: int, total: int, view: str) -> str | None:
        """The same for a number of rows shown of a total."""
        if total <= count:
            return None
        numbers = {"shown": self.number(count), "total": self.number(total), "hidden": self.number(total - count)}
        place = self("report.all_in_table" if self._tables else "report.all_in_case", table=view)
        return f"{self('report.more', **numbers)} {place}"

    def position(self, latitude: float | None, longitude: float | None) -> str | None:
        """Degrees with six digits."""
        if latitude is None or longitude is None:
            return None
        return f"{latitude:.6f}, {longitude:.6f}"

    def shape(self, width: int | None, height: int | None) -> str:
        """Pixels, width by height; empty where one is not known."""
        return f"{width} \N{MULTIPLICATION SIGN} {height}" if width and height else ""

    def maker(self, make: str | None, model: str | None) -> str:
        """Make and model as stated."""
        return " ".join(self.name(part, 80) for part in (make, model) if part) or NOTHING
