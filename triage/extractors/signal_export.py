"""Chats of Signal Desktop exported as text by a tool: `[2026-02-25, 13:13] Me: text`, lines without a date go on (mark B: the tool's own description).

The owner is called "Me" there, and nobody else; a file of a medium follows as a Markdown link, `![name](media/name)`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.formats.media_kinds import kind_of
from triage.formats.whatsapp.export import Order, Said, is_signal_export, messages
from triage.model import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_HEAD = 8192
_OWNER = "Me"
_LINKED = re.compile(r"!?\[[^\]\n]{0,200}\]\((\.?/?media/[^)\n]{1,400})\)")
_ORDER = Order("ymd")


class SignalExport:
    """One `Message` per message of the text; lines that belong to one stay together."""

    name: ClassVar[str] = "signal-export"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Signal text export"
    describes: ClassVar[str] = (
        "Sender, time and text of chats of Signal exported as text, with the names of the files sent"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Signal itself exports no text: the form is that of a tool, which names the owner Me; where nobody is called so, direction is unknown.",
        "Times are the clock of the computer that exported, to the minute.",
        "A sender's name that holds a colon and a blank is cut there.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Message,)

    def wants(self, item: Item) -> bool:
        """A text whose first lines have the form of this export."""
        return item.mime.startswith("text/") and is_signal_export(item.head[:_HEAD].decode("utf-8-sig", "replace"))

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The messages in order; the file is read twice, to see whether it has an owner first."""
        with item.open() as stream:
            owned = any(said.sender == _OWNER for said in messages(stream))
        folder = item.entry.path.rpartition("/")[0].rpartition("/")[2]
        with item.open() as stream:
            for said in messages(stream):
                yield _message(said, folder or None, owned=owned)


def _message(said: Said, thread: str | None, *, owned: bool) -> Message:
    linked = _LINKED.search(said.text)
    direction = "unknown" if not owned or said.sender is None else "out" if said.sender == _OWNER else "in"
    return Message(
        where=f"line {said.line}",
        app="Signal",
        thread=thread,
        thread_name=thread,
        sender=None if direction == "out" else said.sender,
        sender_name=None if direction == "out" else said.sender,
        direction=direction,
        sent_at=_ORDER.moment(said),
        body=said.text or None,
        kind=(kind_of(None, linked[1]) or "file") if linked else "text" if said.sender else "system",
        attachment=linked[1] if linked else None,
        raw_time=said.raw,
    )
