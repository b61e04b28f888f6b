"""A page of Telegram Desktop's export in HTML, message by message (mark C: one published form, of 2018 and later; no public sample).

A message is `<div class="message ..." id="message123">`; what it says stands in parts with classes of their own. A message that is
`joined` to the one before has the same sender. The time stands in the title of the date, since 2021 with its zone.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, BinaryIO

from triage.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK = 1 << 16
MOST_OPEN = 200  # elements inside each other
MOST_WAITING = 1 << 20  # characters of one tag or one text
MOST_PIECES = 10_000  # of one text: between two of them stands an element
_VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_NUMBER = re.compile(r"message(-?\d{1,18})")
_REPLY = re.compile(r"(?:.*\.html)?#go_to_message(\d{1,18})")
_PLACE = re.compile(r"https://maps\.google\.com/maps\?q=(-?[\d.]{1,20}),(-?[\d.]{1,20})")
# what an element is for, by one of its classes; the first that fits
_ROLES = {
    "message": "message", "page_header": "header", "forwarded": "forwarded", "from_name": "from", "reply_to": "reply", "signature": "signature",
    "title": "title", "status": "status", "text": "text", "details": "details",
}  # fmt: skip

_WRAPS = frozenset({"photo_wrap", "sticker_wrap", "animated_wrap", "video_file_wrap"})


@dataclass(slots=True)
class Exported:
    """What the page says of one message. `parts` are texts by role; `media` the class of its medium (`media_file`), `href` its file."""

    number: str
    service: bool
    joined: bool
    parts: dict[str, list[str]] = field(default_factory=dict)
    media: str | None = None
    href: str | None = None
    place: tuple[str, str] | None = None
    title: str | None = None
    quoted: str | None = None
    forwarded: bool = False


class Page(HTMLParser):
    """Gathers messages while it is fed. `chat` is the name of the chat, once it was met. Raises Malformed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.chat: str | None = None
        self.done: list[Exported] = []
        self._open: list[str] = []
        self._roles: list[str] = []
        self._message: Exported | None = None
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        values = {name: value or "" for name, value in attrs}
        classes = values.get("class", "").split()
        if tag == "br":
            self.handle_data("\n")
        if self._message is not None:
            _take(self._message, classes, values)
        if tag in _VOID:
            return
        if len(self._open) >= MOST_OPEN:
            raise Malformed("the elements of the page lie too deep in each other")
        self._open.append(tag)
        self._roles.append(next((_ROLES[each] for each in classes if each in _ROLES), ""))
        number = _NUMBER.fullmatch(values.get("id", "")) if "message" in classes else None
        if number:
            self._begin(Exported(number[1], "service" in classes, "joined" in classes))

    def handle_endtag(self, tag: str) -> None:
        """An element ends, and with it what was left open inside it."""
        if tag not in self._open:
            return
        while self._open:
            self._roles.pop()
            if self._open.pop() == tag:
                break
        if self._message is not None and len(self._open) < self._depth:
            self._finish()

    def handle_data(self, data: str) -> None:
        """Text: it belongs to the innermost element that has a role."""
        role = next((each for each in reversed(self._roles) if each), "")
        if self._message is None:
            if role == "text" and "header" in self._roles and data.strip():
                self.chat = self.chat or data.strip()
        elif role != "message" or data.strip():
            self._say(self._message, role, data)

    def close(self) -> None:
        """The end of the page: a message that was cut is kept."""
        super().close()
        self._finish()

    def _begin(self, message: Exported) -> None:
        self._finish()
        self._message, self._depth = message, len(self._open)

    def _finish(self) -> None:
        if self._message is not None:
            self.done.append(self._message)
        self._message = None

    def _say(self, message: Exported, role: str, data: str) -> None:
        name = f"forwarded {role}" if "forwarded" in self._roles and role == "from" else role
        pieces = message.parts.setdefault(name, [])
        if len(pieces) < MOST_PIECES:
            pieces.append(data)


def read_page(stream: BinaryIO) -> Iterator[tuple[str | None, Exported]]:
    """The chat's name and each message of a page, in order. Raises Malformed behind the last that can be read."""
    page, decoder = Page(), codecs.getincrementaldecoder("utf-8")("backslashreplace")
    try:
        while block := stream.read(_BLOCK):
            page.feed(decoder.decode(block))
            if len(page.rawdata) > MOST_WAITING:
                raise Malformed("a piece of the page has no end")
            yield from ((page.chat, each) for each in page.done)
            page.done.clear()
        page.close()
    except (AssertionError, ValueError) as error:  # what Python's parser says of broken declarations
        raise Malformed(f"the page cannot be read on: {error}") from error
    yield from ((page.chat, each) for each in page.done)


def _take(message: Exported, classes: list[str], values: dict[str, str]) -> None:
    """What an element's attributes say of the message."""
    href = values.get("href", "")
    if "date" in classes and message.title is None and values.get("title"):
        message.title = values["title"]
    if "forwarded" in classes:
        message.forwarded = True
    if reply := _REPLY.fullmatch(href):
        message.quoted = message.quoted or reply[1]
    if place := _PLACE.match(href):
        message.place = place[1], place[2]
    medium = next(
        (each for each in classes if each.startswith("media_") and each not in {"media_wrap", "media_name"}), None
    )
    medium = medium or next((each for each in classes if each.endswith("_wrap") and each in _WRAPS), None)
    if medium and message.media is None:
        message.media = medium
        message.href = href if href and "://" not in href and not href.startswith("#") else None
