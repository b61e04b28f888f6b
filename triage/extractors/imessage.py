"""Messages of Apple's systems: `sms.db` of an iPhone, `chat.db` of a Mac: iMessage, SMS, MMS, RCS.

The text may stand in `attributedBody` alone (typedstream; since iOS 16). Earlier texts of an edited message are in
`message_summary_info`. A message that was deleted less than about a month ago has left `chat_message_join` for
`chat_recoverable_message_join`; of a deleted part of a message `recoverable_message_part` has the text (mark C). Row numbers are never given
twice: those that are missing belonged to rows that are gone (`formats/gaps`). Reference: published parsers agree (mark B); typedstream and summaries compared with public samples
(mark A); labels of rare item types are not asserted: `raw_kind` has the numbers.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, codes, plist, typedstream
from triage.formats.app_paths import owner
from triage.formats.gaps import gaps
from triage.formats.media_kinds import kind_of
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Children, Join, Tables, read
from triage.formats.times import raw_time, sent
from triage.model import Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = re.compile(r"(^|/)(sms\.db|Messages/chat\.db)\Z")
_MESSAGE = (
    "ROWID", "guid", "text", "attributedBody", "subject", "service", "date", "date_read", "date_delivered", "is_from_me",
    "item_type", "group_action_type", "group_title", "associated_message_guid", "associated_message_type",
    "associated_message_emoji", "balloon_bundle_id", "payload_data", "message_summary_info", "date_edited", "date_retracted",
    "thread_originator_guid", "destination_caller_id", "was_data_detected",
)  # fmt: skip
_HANDLE = Join("handle", "ROWID", "handle_id", ("id",))
_CHAT = Join("chat", "ROWID", "chat_id", ("chat_identifier", "display_name", "guid"))
_FILE = Join(
    "attachment", "ROWID", "attachment_id", ("filename", "transfer_name", "mime_type", "total_bytes", "is_sticker")
)
_SIGNS = {
    2000: "\u2764\ufe0f",
    2001: "\U0001f44d",
    2002: "\U0001f44e",
    2003: "\U0001f602",
    2004: "\u203c\ufe0f",
    2005: "\u2753",
}
_REACTIONS, _WITHDRAWN = range(2000, 3000), range(3000, 4000)
_STICKER = 1000
_PLACEHOLDER = "\ufffc"
_PART = re.compile(r"(?:bp|p:\d+)[:/]")
_LINK, _OTHER_APP = (
    "com.apple.messages.URLBalloonProvider",
    re.compile(r"com\.apple\.messages\.MSMessageExtensionBalloonPlugin"),
)


class AppleMessages:
    """One `Message` per row of `message`, per further attachment, per earlier text; per deleted part, guid and gap in the row numbers."""

    name: ClassVar[str] = "apple-messages"
    version: ClassVar[str] = "2"
    title: ClassVar[str] = "iMessage and SMS of Apple's systems"
    describes: ClassVar[str] = (
        "Messages with edits, reactions, attachments, groups, those deleted within the last weeks, and gaps in the row numbers"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Each message names the owner's number or address it went through (sender or recipients); account is filled where all that was sent has one.",
        "The owner's own identifier of a sent message is known from iOS 11 on.",
        "Of a message of another app inside Messages, the caption is read and no more.",
        "A gap in the row numbers (kind gap) indicates that rows are gone; who removed them and what they said it does not tell.",
        "Drafts and scheduled messages outside the database are not read.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Message,)

    def wants(self, item: Item) -> bool:
        """sms.db; chat.db in a folder Messages."""
        return is_database(item.mime) and _NAMES.search(item.entry.path) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The messages in order of their row."""
        yield from read(item, self.name, lambda tables: _read(tables, owner(item.entry.path)))


def _read(tables: Tables, account: str | None) -> Iterator[Message | Problem]:
    if not tables.has("message", "ROWID"):
        yield unrecognised(AppleMessages.title, AppleMessages.name, tables.schema)
    yield from kept(AppleMessages.name, _messages(tables, account))
    yield from kept(AppleMessages.name, _parts(tables, account))
    yield from kept(AppleMessages.name, _gone(tables, account))
    yield from kept(AppleMessages.name, _gaps(tables, account))


def _messages(tables: Tables, account: str | None) -> Iterator[Message]:
    people = tables.grouped("chat_handle_join", "chat_id", "handle_id")
    handles = {key: cells.text(row["id"]) for key, row in tables.lookup("handle", "ROWID", "id").items()}
    chats = _sorted(tables, "chat_message_join", ("chat_id",), _CHAT)
    removed = _sorted(tables, "chat_recoverable_message_join", ("chat_id", "delete_date"), _CHAT)
    files = _sorted(tables, "message_attachment_join", ("attachment_id",), _FILE)
    for row in tables.rows("message", _MESSAGE, (_HANDLE,), order="ROWID"):
        number = row["ROWID"]
        here, gone, attached = chats.of(number), removed.of(number), files.of(number)
        chat = next(iter((*here, *gone)), None)
        joined = people.get(chat["chat_id"], ()) if chat is not None else ()
        parties = [party for each in joined if (party := handles.get(each["handle_id"]))]
        message = _message(row, chat, parties, account)
        if gone and not here:
            message = replace(message, deleted="recently deleted")
        yield from _with_files(message, attached)
        yield from _earlier(row, message)


def _sorted(tables: Tables, table: str, wanted: tuple[str, ...], join: Join) -> Children:
    return Children(tables.rows(table, ("message_id", *wanted), (join,), order="message_id"), "message_id")


def _message(row: sqlite3.Row, chat: sqlite3.Row | None, parties: Sequence[str], account: str | None) -> Message:
    direction = codes.direction(row["is_from_me"])
    own = cells.text(row["destination_caller_id"])
    other = cells.text(row["handle.id"])
    reaction = _reaction(row)
    return Message(
        where=stored_in("message", row, "ROWID"),
        app=cells.text(row["service"]) or "Messages",
        account=account,
        thread=_first(chat, "chat.chat_identifier", "chat.guid") or other,
        thread_name=_first(chat, "chat.display_name"),
        sender=own if direction == "out" else other if direction == "in" else None,
        recipients=(", ".join(parties) or other) if direction == "out" else own if direction == "in" else None,
        direction=direction,
        **sent(row["date"], "ns Cocoa"),
        body=reaction or _body(row),
        kind=_kind(row),
        raw_kind=_raw_kind(row),
        identifier=cells.text(row["guid"]),
        quoted=_quoted(row),
        edited_at=cells.apple_time(row["date_edited"]),
        received_at=cells.apple_time(row["date_delivered"]),
        read_at=cells.apple_time(row["date_read"]),
        deleted=_deleted(row),
    )


def _body(row: sqlite3.Row) -> str | None:
    """The text; the attributed one where the plain one is empty. Attachments leave a sign that is no text."""
    text = cells.text(row["text"]) or typedstream.text_or_none(row["attributedBody"]) or ""
    subject, plain = cells.text(row["subject"]), text.replace(_PLACEHOLDER, "").strip()
    return "\n".join(each for each in (subject, plain or _payload(row)) if each) or cells.text(row["group_title"])


def _payload(row: sqlite3.Row) -> str | None:
    """What a link or a message of another app says of itself."""
    found = plist.archive_or_none(row["payload_data"])
    if not isinstance(found, dict):
        return None
    link = found.get("richLinkMetadata")
    said = (
        (link.get("title"), link.get("originalURL") or link.get("URL"))
        if isinstance(link, dict)
        else (found.get("ldtext"),)
    )
    return "\n".join(each for each in said if isinstance(each, str) and each) or None


def _reaction(row: sqlite3.Row) -> str | None:
    number = cells.integer(row["associated_message_type"]) or 0
    if number in _WITHDRAWN:
        number -= 1000
    return (_SIGNS.get(number) or cells.text(row["associated_message_emoji"])) if number in _REACTIONS else None


def _kind(row: sqlite3.Row) -> str:
    associated = cells.integer(row["associated_message_type"]) or 0
    if associated in _REACTIONS or associated in _WITHDRAWN:
        return "reaction"
    if associated == _STICKER:
        return "sticker"
    if cells.integer(row["item_type"]):
        return "system"
    balloon = cells.text(row["balloon_bundle_id"])
    return "text" if balloon is None else "link" if balloon == _LINK else "app message"


def _raw_kind(row: sqlite3.Row) -> str | None:
    columns = ("item_type", "group_action_type", "associated_message_type", "balloon_bundle_id")
    said = [f"{column} {found}" for column in columns if (found := cells.text(row[column])) not in {None, "0"}]
    return ", ".join(said) or cells.text(row["item_type"])


def _quoted(row: sqlite3.Row) -> str | None:
    """The message that is answered or reacted to; a reaction names the part of it in front (`p:0/`)."""
    target = cells.text(row["associated_message_guid"])
    return _PART.sub("", target, count=1) if target else cells.text(row["thread_originator_guid"])


def _deleted(row: sqlite3.Row) -> str | None:
    if cells.apple_time(row["date_retracted"]) is not None:
        return "revoked"
    return "withdrawn" if (cells.integer(row["associated_message_type"]) or 0) in _WITHDRAWN else None


def _with_files(message: Message, files: Sequence[sqlite3.Row]) -> Iterator[Message]:
    """The message with its first attachment, then one message per further attachment."""
    if not files:
        yield message
    for number, row in enumerate(files):
        kind = kind_of(cells.text(row["attachment.mime_type"]), _name(row)) or "document"
        plain = number == 0 and message.kind in {"text", "link", "sticker"}
        yield replace(
            message,
            where=message.where if number == 0 else f"attachment.ROWID={row['attachment_id']}",
            body=message.body if number == 0 else None,
            kind="sticker"
            if cells.integer(row["attachment.is_sticker"])
            else kind
            if plain or number
            else message.kind,
            attachment=_name(row),
            attachment_size=cells.count(row["attachment.total_bytes"]),
        )


def _name(row: sqlite3.Row) -> str | None:
    stored = cells.text(row["attachment.filename"])
    return stored.removeprefix("~/") if stored else cells.text(row["attachment.transfer_name"])


def _earlier(row: sqlite3.Row, message: Message) -> Iterator[Message]:
    """The texts before the last edit: `ec` of the summary lists the versions of each part, the present one last."""
    summary = plist.archive_or_none(row["message_summary_info"])
    parts = summary.get("ec") if isinstance(summary, dict) else None
    for part, versions in sorted(parts.items()) if isinstance(parts, dict) else ():
        for number, version in enumerate(versions[:-1] if isinstance(versions, list) else ()):
            text = typedstream.text_or_none(version.get("t")) if isinstance(version, dict) else None
            at = version.get("d") if isinstance(version, dict) else None
            yield replace(
                message,
                where=f"{message.where} message_summary_info/ec/{part}/{number}",
                body=text,
                deleted="edited",
                sent_at=cells.apple_seconds(at),
                raw_time=raw_time(at, "s Cocoa"),
                attachment=None,
                attachment_size=None,
            )


def _parts(tables: Tables, account: str | None) -> Iterator[Message]:
    """Parts of messages that were deleted within the last weeks: their text and the message they belong to."""
    parent = Join("message", "ROWID", "message_id", ("guid", "service", "date", "is_from_me"))
    wanted = ("rowid", "message_id", "part_index", "delete_date", "part_text")
    for row in tables.rows("recoverable_message_part", wanted, (_CHAT, parent), order="message_id"):
        yield Message(
            where=f"recoverable_message_part message_id={row['message_id']} part_index={row['part_index']}",
            app=cells.text(row["message.service"]) or "Messages",
            account=account,
            thread=_first(row, "chat.chat_identifier", "chat.guid"),
            thread_name=_first(row, "chat.display_name"),
            direction=codes.direction(row["message.is_from_me"]),
            **sent(row["message.date"], "ns Cocoa"),
            body=typedstream.text_or_none(row["part_text"]),
            quoted=cells.text(row["message.guid"]),
            deleted="recently deleted",
        )


def _gaps(tables: Tables, account: str | None) -> Iterator[Message]:
    """Row numbers that are missing: a neutral fact, one for each run of them."""
    for gap in gaps(tables, "message", "ROWID"):
        yield Message(
            where=f"message.ROWID={gap.first} to {gap.last}",
            app="Messages",
            account=account,
            kind="gap",
            raw_kind=f"{gap.rows} row numbers missing",
            deleted="rows missing",
        )


def _gone(tables: Tables, account: str | None) -> Iterator[Message]:
    """What is left of deleted messages: their identifier."""
    for row in tables.rows("deleted_messages", ("ROWID", "guid"), order="ROWID"):
        yield Message(
            where=stored_in("deleted_messages", row, "ROWID"),
            app="Messages",
            account=account,
            kind="deleted",
            identifier=cells.text(row["guid"]),
            deleted="deleted",
        )


def _first(row: sqlite3.Row | None, *columns: str) -> str | None:
    return next((found for column in columns if (found := cells.text(row[column]))), None) if row is not None else None
