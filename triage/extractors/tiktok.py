"""TikTok messages: `<uid>_im.db`, `db_im_xx` (Android), `ChatFiles/<uid>/db.sqlite`, `AwemeIM.db` (iOS).

Packages com.zhiliaoapp.musically, com.ss.android.ugc.trill (South-East Asia) and others. The owner is the number in the name of file or
folder. Reference: published parsers agree on tables (mark B); the numbers of `type` and `deleted` are not verified and shown raw (mark
C).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, json_values
from triage.formats.app_paths import owner
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Tables, read
from triage.formats.times import sent
from triage.model import Contact, Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = re.compile(
    r"(?:^|/)(\d{5,20})_im\.db\Z|(?:^|/)(?:encrypted_)?db_im_(?:xx|contact\w*)(?:\.db)?\Z|ChatFiles/(\d+)/db\.sqlite\Z|(?:^|/)AwemeIM\.db\Z"
)
_APP = "TikTok"
_MESSAGE = (
    "rowid", "msg_uuid", "msg_server_id", "conversation_id", "type", "sender", "created_time", "content", "deleted", "read_status",
)  # fmt: skip
_APPLE = (
    "rowid", "localcreatedat", "servercreatedat", "sender", "content", "belongingConversationIdentifier", "deleted", "servermessageid", "type",
)  # fmt: skip
_PAIR = re.compile(r"0:1:(\d+):(\d+)\Z")
_CONTACTS = re.compile(r"AwemeContactsV\d+\Z")


class TikTok:
    """One `Message` per row of msg or TIMMessageORM and per attachment, one `Contact` per person."""

    name: ClassVar[str] = "tiktok"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "TikTok"
    describes: ClassVar[str] = "Direct messages, shared clips and people of TikTok"
    limitations: ClassVar[tuple[str, ...]] = (
        "The kind of a message is what its content says; the app's own number is kept raw.",
        "Names of people are in another database (db_im_xx, AwemeIM.db): messages have numbers alone.",
        "What deleted means is not verified: any number but 0 is shown as marked deleted, with the number in raw_kind.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Contact, Message)

    def wants(self, item: Item) -> bool:
        """<uid>_im.db, db_im_xx, db_im_contact*, db.sqlite in ChatFiles, AwemeIM.db."""
        return is_database(item.mime) and _NAMES.search(item.entry.path) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """People, then messages in order of their row."""
        found = _NAMES.search(item.entry.path)
        own = (found[1] or found[2]) if found else None
        yield from read(item, self.name, lambda tables: _read(tables, own, item.entry.path))


def _read(tables: Tables, own: str | None, path: str) -> Iterator[Record | Problem]:
    known = (
        "msg",
        "SIMPLE_USER",
        "IM_USER_BASE_INFO",
        "TIMMessageORM",
        *filter(_CONTACTS.match, sorted(tables.schema)),
    )
    if not tables.first(*known):
        yield unrecognised(TikTok.title, TikTok.name, tables.schema)
    account = owner(path, own)
    yield from kept(TikTok.name, _contacts(tables, account))
    yield from kept(TikTok.name, _messages(tables, own, account))
    yield from kept(TikTok.name, _apple_messages(tables, own, account))


def _contacts(tables: Tables, account: str | None) -> Iterator[Contact]:
    for table in ("SIMPLE_USER", "IM_USER_BASE_INFO", *filter(_CONTACTS.match, sorted(tables.schema))):
        key = next((each for each in ("UID", "uid") if tables.has(table, each)), None)
        if key is None:
            continue
        for row in tables.rows(
            table, ("rowid", key, "NICK_NAME", "UNIQUE_ID", "nickname", "customID", "NICKNAME"), order="rowid"
        ):
            names = [found for column in ("NICK_NAME", "NICKNAME", "nickname") if (found := cells.text(row[column]))]
            yield Contact(
                where=stored_in(table, row, "rowid"), app=_APP, account=account, identifier=cells.text(row[key]),
                name=names[0] if names else None, note=cells.text(row["UNIQUE_ID"]) or cells.text(row["customID"]),
            )  # fmt: skip


def _messages(tables: Tables, own: str | None, account: str | None) -> Iterator[Message]:
    files = tables.grouped("attchment", "uuid", "local_uri", "remote_uri")  # the app's own spelling
    for row in tables.rows("msg", _MESSAGE, order="rowid"):
        attached = files.get(row["msg_uuid"], []) if row["msg_uuid"] else []
        path = next(
            (
                found
                for each in attached
                for column in ("local_uri", "remote_uri")
                if (found := cells.text(each[column]))
            ),
            None,
        )
        yield _message(row, {
            "where": stored_in("msg", row, "rowid"), "thread": row["conversation_id"], "unit": "ms Unix", "time": row["created_time"],
            "identifier": row["msg_server_id"] or row["msg_uuid"], "file": path,
        }, own, account)  # fmt: skip


def _apple_messages(tables: Tables, own: str | None, account: str | None) -> Iterator[Message]:
    for row in tables.rows("TIMMessageORM", _APPLE, order="rowid"):
        stamp = row["servercreatedat"] if cells.real(row["servercreatedat"]) else row["localcreatedat"]
        yield _message(row, {
            "where": stored_in("TIMMessageORM", row, "rowid"), "thread": row["belongingConversationIdentifier"], "unit": "s Unix",
            "time": int(stamp) if isinstance(stamp, float) and cells.real(stamp) is not None else stamp,
            "identifier": row["servermessageid"], "file": None,
        }, own, account)  # fmt: skip


def _message(row: sqlite3.Row, facts: Mapping[str, object], own: str | None, account: str | None) -> Message:
    sender, thread = cells.text(row["sender"]), cells.text(facts["thread"])
    direction = "unknown" if own is None or sender is None else "out" if sender == own else "in"
    content = json_values.parsed(cells.text_of(row["content"]))
    gone = cells.integer(row["deleted"])
    return Message(
        where=str(facts["where"]),
        app=_APP,
        account=account,
        thread=thread,
        sender=sender,
        recipients=_other(thread, sender) if direction == "out" else own if direction == "in" else None,
        direction=direction,
        **sent(facts["time"], str(facts["unit"])),
        body=_words(content),
        kind=_kind(content),
        raw_kind=f"type {row['type']} deleted {row['deleted']}",
        attachment=cells.text(facts["file"]) or _link(content),
        identifier=cells.text(facts["identifier"]),
        deleted="marked deleted" if gone not in {None, 0} else None,
    )


def _other(thread: str | None, sender: str | None) -> str | None:
    """The other party of `0:1:<a>:<b>`."""
    found = _PAIR.match(thread or "")
    return None if found is None else found[2] if found[1] == sender else found[1] if found[2] == sender else None


def _words(content: object) -> str | None:
    ways = (
        ("text",),
        ("content_title",),
        ("push_detail",),
        ("hint_content",),
        ("tips",),
        ("display_name",),
        ("title",),
        ("desc",),
        ("itemId",),
    )
    return next((found for way in ways if (found := json_values.text(content, *way))), None)


def _kind(content: object) -> str:
    """By the keys of the content: public parsers name no numbers."""
    if not isinstance(content, dict):
        return "unknown"
    marks = {
        "aweme": "link",
        "itemId": "link",
        "sticker": "sticker",
        "stickers": "sticker",
        "resource_url": "image",
        "text": "text",
    }
    return next((word for key, word in marks.items() if any(key in str(name) for name in content)), "unknown")


def _link(content: object) -> str | None:
    ways = (("resource_url", "url_list", 0), ("url", "url_list", 0), ("cover_url", "url_list", 0), ("image_url",))
    return next((found for way in ways if (found := json_values.text(content, *way))), None)
