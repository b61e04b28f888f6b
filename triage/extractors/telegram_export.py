"""Telegram Desktop's export in JSON: `result.json` of one chat or of a whole account (mark A: public exports of 2020 to 2024).

`messages` holds a chat's messages in order; a whole export has `chats.list`, each with its own. The document is read as a stream, so
that its size does not matter. Times are Unix seconds where the export has them (`date_unixtime`), else the computer's clock.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from triage.formats import cells
from triage.formats.json_stream import objects
from triage.model import Message, Stamp, Zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_SIGNS = (
    re.compile(rb'"messages":\s*\['),
    re.compile(
        rb'"personal_information":|"type":\s*"(?:personal_chat|private_|public_|bot_chat|saved_)|"date_unixtime":\s*"\d+"'
    ),
)
_HEAD = 1 << 16
_SORTS = {
    "video_file": "video",
    "video_message": "video note",
    "voice_message": "audio",
    "audio_file": "audio",
    "sticker": "sticker",
    "animation": "gif",
}


class TelegramExport:
    """One `Message` per message and per service entry of the export."""

    name: ClassVar[str] = "telegram-export"
    version: ClassVar[str] = "2"
    title: ClassVar[str] = "Telegram Desktop export"
    describes: ClassVar[str] = "Chats exported as JSON: sender, time, text, files, places, replies, forwards, edits"
    limitations: ClassVar[tuple[str, ...]] = (
        "Direction is known where the export holds the owner's personal information, and unknown in the export of one chat.",
        "Polls, reactions and contacts of the export are not read.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Message,)

    def wants(self, item: Item) -> bool:
        """A JSON document whose head has the marks of such an export."""
        head = item.head[:_HEAD]
        return (
            head.lstrip()[:1] == b"{" and b'"type":' in head and (_SIGNS[1].search(head) is not None) and _looks(head)
        )

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Messages in the order of the document."""
        with item.open() as stream:
            owner = next(
                (
                    str(found["user_id"])
                    for _, found in objects(stream, "personal_information", {})
                    if "user_id" in found
                ),
                None,
            )
        with item.open() as stream:
            for chat, message in objects(stream, "messages.item", {"name", "type", "id"}, "chats.list.item."):
                yield _message(chat, message, owner)


def _looks(head: bytes) -> bool:
    return _SIGNS[0].search(head) is not None or b'"chats":' in head or b'"personal_information":' in head


def _message(chat: dict[str, Any], found: dict[str, Any], owner: str | None) -> Message:
    sender = cells.text(found.get("from_id")) or cells.text(found.get("actor_id"))
    own = owner is not None and sender is not None and sender.removeprefix("user") == owner
    way = "unknown" if owner is None or sender is None else "out" if own else "in"
    place = found.get("location_information")
    place = place if isinstance(place, dict) else {}
    latitude, longitude = cells.coordinates(place.get("latitude"), place.get("longitude"))
    attachment = cells.text(found.get("file")) or cells.text(found.get("photo"))
    return Message(
        where=f"chat {chat.get('id')} message {found.get('id')}",
        app="Telegram",
        account=owner,
        thread=cells.text(chat.get("id")),
        thread_name=cells.text(chat.get("name")),
        sender=sender,
        sender_name=cells.text(found.get("from")) or cells.text(found.get("actor")),
        direction=way,
        sent_at=_at(found, "date"),
        body=_text(found.get("text")) or _card(found.get("contact_information")) or cells.text(found.get("action")),
        kind=_kind(found, attachment),
        raw_kind=cells.text(found.get("media_type"))
        or cells.text(found.get("action"))
        or cells.text(found.get("type")),
        attachment=attachment,
        attachment_size=cells.count(found.get("file_size")) or cells.count(found.get("photo_file_size")),
        latitude=latitude,
        longitude=longitude,
        identifier=cells.text(found.get("id")),
        quoted=cells.text(found.get("reply_to_message_id")),
        edited_at=_at(found, "edited"),
        forwarded="forwarded_from" in found or None,
        raw_time=cells.text(found.get("date_unixtime")) or cells.text(found.get("date")),
    )


def _kind(found: dict[str, Any], attachment: str | None) -> str:
    if found.get("type") == "service":
        return "call" if found.get("action") == "phone_call" else "system"
    if "photo" in found:
        return "image"
    if "location_information" in found:
        return "location"
    if "contact_information" in found:
        return "contact"
    return _SORTS.get(str(found.get("media_type")), "document") if attachment else "text"


def _at(found: dict[str, Any], name: str) -> Stamp | None:
    if (exact := cells.unix_seconds(found.get(f"{name}_unixtime"))) is not None:
        return exact
    written = found.get(name)
    try:
        moment = datetime.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None
    if moment is None or moment.tzinfo is not None or moment.year < 2013:
        return None  # 1970 is what old exports write for "never"
    whole = (moment - datetime(1970, 1, 1)).total_seconds()  # noqa: DTZ001  # the clock of a computer whose zone is not known
    return Stamp(int(whole) * 1_000_000_000, Zone.UNKNOWN, 1_000_000_000)


def _text(value: object) -> str | None:
    """Text, or pieces of it of which some carry a form."""
    if isinstance(value, list):
        pieces = [each.get("text", "") if isinstance(each, dict) else each for each in value]
        return "".join(each for each in pieces if isinstance(each, str)) or None
    return cells.text(value)


def _card(value: object) -> str | None:
    if not isinstance(value, dict):
        return None
    name = " ".join(str(each) for each in (value.get("first_name"), value.get("last_name")) if each)
    number = value.get("phone_number")
    return f"{name} ({number})".strip() if number else name or None
