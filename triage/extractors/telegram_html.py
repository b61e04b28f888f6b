"""Telegram Desktop's export in HTML: `messages.html`, `messages2.html` and so on in the folder of a chat (mark C; no public sample).

The page has names and no numbers of people, and does not say who exported it. Times have their zone since 2021, before that they are the
computer's clock.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from triage.formats import cells
from triage.formats.telegram.export_html import Exported, read_page
from triage.model import Message, Stamp, Zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_SIGNS = (b'class="page_body chat_page"', b'class="page_wrap"')
_HEAD = 1 << 16
_TIME = re.compile(r"(\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d)(?: UTC([+-]\d\d:\d\d))?")
_KINDS = {
    "photo_wrap": "image", "media_photo": "image", "sticker_wrap": "sticker", "animated_wrap": "gif", "video_file_wrap": "video",
    "media_video": "video", "media_voice_message": "audio", "media_audio_file": "audio", "media_file": "document", "media_call": "call",
    "media_location": "location", "media_live_location": "live location", "media_venue": "location", "media_contact": "contact",
    "media_poll": "poll", "media_game": "game", "media_invoice": "invoice",
}  # fmt: skip


class TelegramHtml:
    """One `Message` per message and service entry of the page; the lines that name a day are none."""

    name: ClassVar[str] = "telegram-html"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Telegram Desktop export, HTML"
    describes: ClassVar[str] = (
        "Chats exported as pages: sender's name, time, text, files, places, replies, forwards, calls"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "The page names people and has no numbers of them; it does not say who exported it: direction is unknown but for calls.",
        "Times without a zone are the clock of the computer that exported.",
        "Reactions, poll results and the sizes of files are not read.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Message,)

    def wants(self, item: Item) -> bool:
        """A page that has the marks of a chat of such an export."""
        return item.head[:64].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") and _looks(item.head[:_HEAD])

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Messages in the order of the page."""
        sender: str | None = None
        with item.open() as stream:
            for chat, found in read_page(stream):
                if found.service and found.number.startswith("-"):
                    continue  # the line that names a day
                sender = _part(found, "from") or (sender if found.joined else None)
                yield _message(found, chat, sender)


def _looks(head: bytes) -> bool:
    return all(sign in head for sign in _SIGNS)


def _message(found: Exported, chat: str | None, sender: str | None) -> Message:
    title, status = _part(found, "title"), _part(found, "status")
    latitude, longitude = _place(found)
    kind = "system" if found.service else _KINDS.get(found.media or "", "document" if found.href else "text")
    way = (status or "").partition(" ")[0] if kind == "call" else ""
    text = _part(found, "details" if found.service else "text")
    return Message(
        where=f"message{found.number}",
        app="Telegram",
        thread=chat,
        thread_name=chat,
        sender=None,
        sender_name=sender,
        direction={"Outgoing": "out", "Incoming": "in"}.get(way, "unknown"),
        sent_at=_at(found.title),
        body=text or " · ".join(each for each in (title, status) if each and found.media) or None,
        kind=kind,
        raw_kind=found.media,
        attachment=found.href,
        latitude=latitude,
        longitude=longitude,
        identifier=found.number,
        quoted=found.quoted,
        forwarded=found.forwarded or None,
        raw_time=found.title,
    )


def _part(found: Exported, role: str) -> str | None:
    lines = (line.strip() for line in "".join(found.parts.get(role, ())).strip().splitlines())
    return "\n".join(lines) or None


def _place(found: Exported) -> tuple[float | None, float | None]:
    try:
        return cells.coordinates(*map(float, found.place)) if found.place else (None, None)
    except ValueError:
        return None, None


def _at(title: str | None) -> Stamp | None:
    """`02.01.2026 15:04:05 UTC+07:00`; without the end, the clock of a computer whose zone is not known."""
    written = _TIME.fullmatch(title or "")
    if not written:
        return None
    try:
        moment = datetime.strptime(f"{written[1]} {written[2] or '+00:00'}", "%d.%m.%Y %H:%M:%S %z")
    except ValueError:
        return None
    zone = Zone.UTC if written[2] else Zone.UNKNOWN
    return Stamp(int(moment.timestamp()) * 1_000_000_000, zone, 1_000_000_000)
