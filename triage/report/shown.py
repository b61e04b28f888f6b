"""How values from evidence are shown: safe, bounded, and with what is invisible made visible.

Everything here returns `Markup` whose evidence parts were escaped. Names are isolated (`<bdi>`) so that a name written from
right to left, or one that pretends to be, cannot rearrange the words around it (Unicode Standard Annex 9).
"""

from __future__ import annotations

import contextlib
import re
from contextvars import ContextVar
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from triage.text import Say

_MASK: ContextVar[Callable[[str], str]] = ContextVar("mask", default=str)

NAME_LIMIT = 180
BODY_LIMIT = 1200
FULL_LIMIT = 6_000

# Controls, format characters, separators, surrogates, and what draws nothing: all that a reader could not see.
_HIDDEN_CLASS = (
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_HIDDEN = re.compile(_HIDDEN_CLASS)
_HIDDEN_RUN = re.compile(f"{_HIDDEN_CLASS}+")
_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
_JOINED = "\N{NO-BREAK SPACE}"
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?(Z?)\Z")


@contextlib.contextmanager
def masked(mask: Callable[[str], str]) -> Iterator[None]:
    """While a report is written: whatever is shown of evidence or of persons passes through `mask` (`triage/report/masking.py`)."""
    before = _MASK.set(mask)
    try:
        yield
    finally:
        _MASK.reset(before)


def visible(text: str, *, keep: str = "") -> str:
    """Plain text in which hidden characters are written as escapes (`\\n`, `\\x00`, `\\u202e`), protected persons under pseudonyms."""
    text = _MASK.get()(text)
    if text.isascii() and text.isprintable():  # most texts
        return text
    return _HIDDEN.sub(lambda match: match[0] if match[0] in keep else code(match[0]), text)


def code(character: str) -> str:
    """The escape of one character."""
    number = ord(character)
    if short := _SHORT.get(character):
        return short
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def name(text: str | None, say: Say, *, limit: int = NAME_LIMIT) -> Markup:
    """A name or path in one piece; the middle of a very long one folds away. None is a dash."""
    if text is None:
        return Markup('<span class="none">—</span>')
    text = _MASK.get()(text)  # before it is cut
    if len(text) <= limit:
        return _isolated(text, "")
    short = f"{text[: limit * 2 // 3]}…{text[-limit // 3 :]}"
    return _folded(_isolated(short, ""), _isolated(text[:FULL_LIMIT], ""), len(text), say)


def body(text: str | None, say: Say, *, limit: int = BODY_LIMIT) -> Markup:
    """The text of a message: its lines are kept, a very long one folds away."""
    if text is None:
        return Markup("")
    text = _MASK.get()(text)
    keep = "\n\t\u200d"  # U+200D joins the parts of emoji
    if len(text) <= limit:
        return _isolated(text, keep)
    return _folded(_isolated(text[:limit] + " …", keep), _isolated(text[:FULL_LIMIT], keep), len(text), say)


def action(name: str, say: Say) -> str:
    """What a custody event says was done, in words; as the log has it where there are none."""
    key = f"ui_action.{name.replace('.', '_')}"
    return say(key) if say.has(key) else name


def moment(stamp: str | None, say: Say, *, fraction: bool = False) -> Markup:
    """A time of the views: `UTC` where the evidence says so, else marked that the zone is unknown."""
    if stamp is None:
        return Markup('<span class="none">—</span>')
    match = _STAMP.match(stamp)
    if match is None:
        return _isolated(stamp, "")
    digits = (match[3] or "") if fraction else ""
    zone = Markup("UTC") if match[4] else Markup('<em class="zone">{}</em>').format(say("report.zone_unknown"))
    return Markup('<span class="time">{} {}{} {}</span>').format(match[1], match[2], digits, zone)


def number(value: float | None, language: str) -> str:
    """A count with the language's thousands separator; a fraction as it is."""
    if value is None:
        return "—"
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.1f}".replace(".", "," if language == "id" else ".")
    return f"{int(value):,}".replace(",", "." if language == "id" else ",")


def size(value: int | None, language: str) -> str:
    """Bytes, exactly, and beside it in a round unit where that helps."""
    if value is None:
        return "—"
    exact = f"{number(value, language)}{_JOINED}B"
    for unit, step in (("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if value >= step:
            return f"{number(round(value / step, 1), language)}{_JOINED}{unit}{_JOINED}({exact})"
    return exact


def _isolated(text: str, keep: str) -> Markup:
    text = _MASK.get()(text)
    pieces = [Markup('<bdi dir="auto">')]
    start = 0
    for match in _HIDDEN_RUN.finditer(text):
        pieces += (escape(text[start : match.start()]), _escapes(match[0], keep))
        start = match.end()
    pieces += (escape(text[start:]), Markup("</bdi>"))
    return Markup("").join(pieces)


def _escapes(run: str, keep: str) -> Markup:
    """Hidden characters in a row as escapes, those in `keep` as they are."""
    parts = (
        escape("".join(group)) if kept else Markup('<span class="ctl">{}</span>').format("".join(map(code, group)))
        for kept, group in groupby(run, keep.__contains__)
    )
    return Markup("").join(parts)


def _folded(short: Markup, full: Markup, length: int, say: Say) -> Markup:
    note = say("report.folded_more", length=length, shown=FULL_LIMIT) if length > FULL_LIMIT else ""
    return Markup('<details><summary>{}</summary>{} <em class="note">{}</em></details>').format(short, full, note)
