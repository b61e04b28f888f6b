"""LINE: `naver_line`, `call_history` and `contact` (Android), `Line.sqlite` (iOS).

Android: chat_history with created_time in milliseconds as text; a row of the owner has no `from_mid` (mark C: two public sources
disagree about the direction; `status` is kept raw). iOS: ZMESSAGE, ZTIMESTAMP Unix milliseconds, ZSENDER empty for the owner. Reference:
published parsers (mark B for paths and columns); attachment types mark C. Desktop databases are encrypted and not read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, codes
from triage.formats.app_paths import owner
from triage.formats.media_kinds import kind_of
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Join, Tables, read
from triage.formats.times import sent, started
from triage.model import Call, Contact, Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = re.compile(
    r"/?naver_line\Z|/jp\.naver\.line\.android/.*/(call_history|contact)\Z|/?Line\.sqlite\Z", re.IGNORECASE
)
_OWNER = re.compile(r"/P_(u[0-9a-f]{32})/")
_APP = "LINE"
_KINDS: Mapping[int, str] = {
    0: "text", 1: "image", 2: "video", 3: "audio", 6: "call", 7: "sticker", 13: "contact", 14: "document", 15: "location", 16: "post",
    18: "system",
}  # fmt: skip
_MESSAGE = (
    "id", "server_id", "type", "chat_id", "from_mid", "content", "created_time", "delivered_time", "status", "location_name",
    "location_address", "location_latitude", "location_longitude", "attachement_type", "attachement_local_uri",
    "attachement_image_size", "parameter",
)  # fmt: skip
_FROM = Join("contacts", "m_id", "from_mid", ("name", "server_name", "custom_name"))
_WITH = Join("contacts", "m_id", "chat_id", ("name", "server_name", "custom_name"), alias="other")
_GROUP = Join("groups", "id", "chat_id", ("name",))
_PERSON = ("m_id", "name", "server_name", "custom_name", "addressbook_name", "status_msg")
_APPLE = (
    "Z_PK", "ZTIMESTAMP", "ZSENDER", "ZTEXT", "ZCHAT", "ZCONTENTTYPE", "ZLATITUDE", "ZLONGITUDE", "ZID", "ZMESSAGETYPE", "ZSENDSTATUS",
)  # fmt: skip
_APPLE_JOINS = (
    Join("ZUSER", "Z_PK", "ZSENDER", ("ZNAME", "ZCUSTOMNAME", "ZMID")),
    Join("ZCHAT", "Z_PK", "ZCHAT", ("ZMID", "ZTYPE")),
    Join("ZUSER", "ZMID", "ZCHAT.ZMID", ("ZNAME", "ZCUSTOMNAME"), alias="other"),
    Join("ZGROUP", "ZID", "ZCHAT.ZMID", ("ZNAME",)),
)


class Line:
    """One `Message` per row of chat_history or ZMESSAGE, one `Call` per row of call_history, one `Contact` per person."""

    name: ClassVar[str] = "line"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "LINE"
    describes: ClassVar[str] = "Chats, groups, places, references to files, calls and people of LINE"
    limitations: ClassVar[tuple[str, ...]] = (
        "On Android a row without a sender is taken for the owner's: public sources disagree, raw_kind keeps the status.",
        "The owner is known from the folder of the iOS database; elsewhere account stays empty.",
        "Unsent messages were replaced by the app; their text is gone.",
        "Databases of LINE on Windows and macOS are encrypted and not read.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Call, Contact, Message)

    def wants(self, item: Item) -> bool:
        """naver_line; call_history and contact below the app's folder; Line.sqlite."""
        return is_database(item.mime) and _NAMES.search(item.entry.path) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """People, messages, calls."""
        found = _OWNER.search(item.entry.path)
        account = owner(item.entry.path, found[1] if found else None)
        yield from read(item, self.name, lambda tables: _read(tables, account))


def _read(tables: Tables, account: str | None) -> Iterator[Record | Problem]:
    if not tables.first("chat_history", "contacts", "call_history", "ZMESSAGE"):
        yield unrecognised(Line.title, Line.name, tables.schema)
    for part in (_contacts, _apple_contacts, _messages, _apple_messages, _calls):
        yield from kept(Line.name, part(tables, account))


def _contacts(tables: Tables, account: str | None) -> Iterator[Contact]:
    """Table contacts of naver_line, or of the newer database `contact`."""
    key = "m_id" if tables.has("contacts", "m_id") else "mid"
    for row in tables.rows("contacts", (*_PERSON, "mid", "profile_name", "overridden_name"), order=key):
        names = ("custom_name", "overridden_name", "name", "server_name", "profile_name", "addressbook_name")
        yield Contact(
            where=stored_in("contacts", row, key),
            app=_APP,
            account=account,
            identifier=cells.text(row[key]),
            name=_first(row, *names),
            note=cells.text(row["status_msg"]),
        )


def _apple_contacts(tables: Tables, account: str | None) -> Iterator[Contact]:
    for row in tables.rows("ZUSER", ("Z_PK", "ZMID", "ZNAME", "ZCUSTOMNAME", "ZADDRESSBOOKNAME"), order="Z_PK"):
        yield Contact(
            where=stored_in("ZUSER", row, "Z_PK"),
            app=_APP,
            account=account,
            identifier=cells.text(row["ZMID"]),
            name=_first(row, "ZCUSTOMNAME", "ZNAME", "ZADDRESSBOOKNAME"),
        )


def _messages(tables: Tables, account: str | None) -> Iterator[Message]:
    for row in tables.rows("chat_history", _MESSAGE, (_FROM, _WITH, _GROUP), order="id"):
        yield _message(row, account)


def _message(row: sqlite3.Row, account: str | None) -> Message:
    sender, chat = cells.text(row["from_mid"]), cells.text(row["chat_id"])
    direction = "unknown" if chat is None else "in" if sender and sender != account else "out"
    latitude, longitude = cells.coordinates(*(_degrees(row[f"location_{name}"]) for name in ("latitude", "longitude")))
    parameter = _parameter(cells.text(row["parameter"]))
    path = cells.text(row["attachement_local_uri"]) or parameter.get("FILE_NAME")
    place = ", ".join(each for each in (_first(row, "location_name"), _first(row, "location_address")) if each)
    return Message(
        where=stored_in("chat_history", row, "id"),
        app=_APP,
        account=account,
        thread=chat,
        thread_name=_first(row, "groups.name", "other.custom_name", "other.name", "other.server_name"),
        sender=sender or (account if direction == "out" else None),
        sender_name=_first(row, "contacts.custom_name", "contacts.name", "contacts.server_name"),
        recipients=chat if direction == "out" else None,
        direction=direction,
        **sent(row["created_time"], "ms Unix"),
        received_at=cells.unix_milliseconds(row["delivered_time"]),
        body=cells.text(row["content"]) or place or None,
        kind=(kind_of(None, path) if path else None) or _kind(row),
        raw_kind=f"type {row['type']} attachement_type {row['attachement_type']} status {row['status']}",
        attachment=path,
        attachment_size=cells.count(row["attachement_image_size"]) or cells.count(parameter.get("FILE_SIZE")),
        latitude=latitude,
        longitude=longitude,
        identifier=cells.text(row["server_id"]),
    )


def _kind(row: sqlite3.Row) -> str:
    return "text" if row["attachement_type"] is None else codes.kind(row["attachement_type"], _KINDS)


def _degrees(value: object) -> float | None:
    """Degrees, or whole millionths of them as older builds store (mark C)."""
    number = cells.real(value)
    return number / 1e6 if number is not None and abs(number) > 1000 else number


def _parameter(text: str | None) -> Mapping[str, str]:
    """Names and values one after the other, with a tab between."""
    parts = (text or "").split("\t")
    return dict(zip(parts[::2], parts[1::2], strict=False))


def _first(row: sqlite3.Row, *columns: str) -> str | None:
    return next((found for column in columns if (found := cells.text(row[column]))), None)


def _apple_messages(tables: Tables, account: str | None) -> Iterator[Message]:
    for row in tables.rows("ZMESSAGE", _APPLE, _APPLE_JOINS, order="Z_PK"):
        chat = cells.text(row["ZCHAT.ZMID"]) or cells.text(row["ZCHAT"])
        direction = "unknown" if row["ZCHAT"] is None else "out" if row["ZSENDER"] is None else "in"
        latitude, longitude = cells.coordinates(row["ZLATITUDE"], row["ZLONGITUDE"])
        yield Message(
            where=stored_in("ZMESSAGE", row, "Z_PK"),
            app=_APP,
            account=account,
            thread=chat,
            thread_name=_first(row, "ZGROUP.ZNAME", "other.ZCUSTOMNAME", "other.ZNAME"),
            sender=_first(row, "ZUSER.ZMID", "ZSENDER")
            if direction == "in"
            else account
            if direction == "out"
            else None,
            sender_name=_first(row, "ZUSER.ZCUSTOMNAME", "ZUSER.ZNAME"),
            recipients=chat if direction == "out" else None,
            direction=direction,
            **sent(row["ZTIMESTAMP"], "ms Unix"),
            body=cells.text(row["ZTEXT"]),
            kind=codes.kind(row["ZCONTENTTYPE"], _KINDS),
            raw_kind=cells.text(row["ZCONTENTTYPE"]),
            latitude=latitude,
            longitude=longitude,
            identifier=cells.text(row["ZID"]),
        )


def _calls(tables: Tables, account: str | None) -> Iterator[Call]:
    """call_type ends with O (sent) or I (received); voip_type is A voice, V video, G group (mark B)."""
    for row in tables.rows(
        "call_history", ("rowid", "caller_mid", "start_time", "end_time", "call_type", "voip_type"), order="rowid"
    ):
        kind, voip = cells.text(row["call_type"]) or "", (cells.text(row["voip_type"]) or "").upper()
        begin, end = cells.integer(row["start_time"]), cells.integer(row["end_time"])
        lasted = (end - begin) / 1000 if begin and end and end >= begin else None
        yield Call(
            where=stored_in("call_history", row, "rowid"),
            app=_APP,
            account=account,
            party=cells.text(row["caller_mid"]),
            direction={"O": "out", "I": "in"}.get(kind[-1:].upper(), "unknown"),
            **started(row["start_time"], "ms Unix"),
            duration_s=lasted,
            kind="video" if voip == "V" else "voice",
            outcome="answered" if lasted else None,
            raw_kind=f"{kind} {voip}".strip() or None,
        )
