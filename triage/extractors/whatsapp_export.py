"""Chats exported from WhatsApp as text: "WhatsApp Chat with ....txt", "Chat WhatsApp dengan ....txt", `_chat.txt` (mark A formats)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.formats.whatsapp.export import ASSUMED, Order, Said, is_export, may_be_export, messages, order_of
from triage.model import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_HEAD = 8192
_DATE = 128  # bytes in which the first date is
_NAMED = re.compile(r"(?:WhatsApp Chat (?:with|-)|Chat WhatsApp (?:dengan|-)) (.+?)(?:\.txt|\.zip|/|\Z)", re.IGNORECASE)
_ATTACHED = re.compile(
    r"<(?:attached|terlampir): ([^>]+)>|\A[\u200e]?(.+?\.\w{2,5}) \((?:file attached|file terlampir|berkas terlampir)\)"
)
_REVOKED = (
    "This message was deleted",
    "You deleted this message",
    "Pesan ini telah dihapus",
    "Pesan ini dihapus",
    "Anda menghapus pesan ini",
)
_KINDS = {
    "jpg": "image",
    "jpeg": "image",
    "webp": "sticker",
    "mp4": "video",
    "opus": "audio",
    "m4a": "audio",
    "aac": "audio",
    "vcf": "contact",
}


class WhatsAppExport:
    """One `Message` per message of the text; lines that belong to one stay together."""

    name: ClassVar[str] = "whatsapp-export"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "WhatsApp text export"
    describes: ClassVar[str] = "Sender, time and text of chats exported as text, with the names of the files sent"
    limitations: ClassVar[tuple[str, ...]] = (
        "The file does not say who exported it: direction is unknown, sender is a name or a number as the phone showed it.",
        "Times are the phone's clock; where the order of day and month fits both ways it is assumed, and `assumed` says so.",
        "A sender's name that holds a colon and a blank is cut there.",
        "Words for deleted messages and attached files are known in English and Indonesian.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Message,)

    def wants(self, item: Item) -> bool:
        """A text whose first lines have the form of an export."""
        if item.mime != "text/plain" or not may_be_export(item.head[:_DATE]):
            return False
        return is_export(item.head[:_HEAD].decode("utf-8-sig", "replace"))

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The messages in order; the file is read twice, for the order of its dates first."""
        with item.open() as stream:
            order = order_of(messages(stream))
        named = _NAMED.search(item.entry.path)
        with item.open() as stream:
            for said in messages(stream):
                yield _message(said, order, named[1].strip() if named else None)


def _message(said: Said, order: Order, thread: str | None) -> Message:
    attached = _ATTACHED.search(said.text)
    name = (attached[1] or attached[2]).strip() if attached else None
    kind = (
        "system"
        if said.sender is None
        else _KINDS.get((name or "").rpartition(".")[2].lower(), "document")
        if name
        else "text"
    )
    return Message(
        where=f"line {said.line}",
        app="WhatsApp",
        deleted="revoked" if said.text.strip("\u200e .").startswith(_REVOKED) else None,
        thread=thread,
        thread_name=thread,
        sender=said.sender,
        sender_name=said.sender,
        sent_at=order.moment(said),
        body=said.text or None,
        kind=kind,
        attachment=name,
        raw_time=said.raw,
        assumed=ASSUMED if order.assumed else None,
    )
