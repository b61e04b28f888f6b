"""KakaoTalk on Android: `KakaoTalk.db` (chat_logs) and `KakaoTalk2.db` (friends), whose columns the app encrypts one by one.

AES-256 in CBC mode; the key is made of a constant of the app and of the number of the person: the sender of a message, the owner for
friends. The number in `v` or `enc` says which prefix goes before it. Reference: a published decryption tool and the values it was
checked on (mark B); types of messages mark C. What does not decipher stays unread and is counted in a problem.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.evidence.kakao_cipher import Deciphering
from triage.filetype import is_database
from triage.formats import cells, codes, json_values
from triage.formats.app_paths import owner
from triage.formats.media_kinds import kind_of
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Join, Tables, read
from triage.formats.times import sent
from triage.model import Contact, Message, Problem

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from triage.content import Item
    from triage.model import Record

_NAMES = re.compile(r"KakaoTalk2?\.db\Z", re.IGNORECASE)
_APP = "KakaoTalk"
_LOG = ("_id", "id", "type", "chat_id", "user_id", "message", "attachment", "created_at", "deleted_at", "v")
_ROOM = Join("chat_rooms", "id", "chat_id", ("type", "members", "private_meta"))
_FRIEND = ("_id", "id", "name", "nick_name", "phone_number", "uuid", "enc", "status_message")
_DELETED = 16384  # added to the type of a deleted message
_KINDS: Mapping[int, str] = {
    0: "system", 1: "text", 2: "image", 3: "video", 4: "contact", 5: "audio", 6: "sticker", 12: "sticker", 14: "video", 16: "location",
    18: "document", 20: "sticker", 26: "text", 27: "image", 51: "call",
}  # fmt: skip


class KakaoTalk:
    """One `Message` per row of chat_logs, one `Contact` per friend."""

    name: ClassVar[str] = "kakaotalk"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "KakaoTalk"
    describes: ClassVar[str] = "Messages and friends of KakaoTalk, deciphered as the app does it"
    limitations: ClassVar[tuple[str, ...]] = (
        "Direction stays unknown: the owner's number is in another database (open_profile of KakaoTalk2.db).",
        "Columns that do not decipher stay empty, and a problem says how many.",
        "Friends decipher where open_profile in the same database names the owner, or the number of a friend's row fits.",
        "KakaoTalk on other systems is not read.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Contact, Message)

    def wants(self, item: Item) -> bool:
        """KakaoTalk.db, KakaoTalk2.db."""
        return is_database(item.mime) and _NAMES.match(item.entry.name) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Friends, then messages in order of their row."""
        yield from read(item, self.name, lambda tables: _read(tables, item.entry.path))


def _read(tables: Tables, path: str) -> Iterator[Record | Problem]:
    if not tables.first("chat_logs", "friends"):
        yield unrecognised(KakaoTalk.title, KakaoTalk.name, tables.schema)
    owners = [found for key in tables.lookup("open_profile", "user_id") if (found := cells.integer(key))]
    own = owners[0] if len(owners) == 1 else None
    account, cipher = owner(path, str(own) if own else None), Deciphering()
    yield from kept(KakaoTalk.name, _friends(tables, own, account, cipher))
    yield from kept(KakaoTalk.name, _messages(tables, own, account, cipher))
    if cipher.failed:
        message = f"{cipher.failed} encrypted values did not decipher"
        yield Problem(kind="encrypted", stage=KakaoTalk.name, message=message)


def _friends(tables: Tables, own: int | None, account: str | None, cipher: Deciphering) -> Iterator[Contact]:
    for row in tables.rows("friends", _FRIEND, order="_id"):
        kind = cells.integer(row["enc"])
        names = (cipher.text(row[column], own, kind) for column in ("nick_name", "name"))
        yield Contact(
            where=stored_in("friends", row),
            app=_APP,
            account=account,
            identifier=cells.text(row["id"]),
            name=next((each for each in names if each), None),
            phone=cipher.text(row["phone_number"], own, kind),
            note=cipher.text(row["status_message"], own, kind),
        )


def _messages(tables: Tables, own: int | None, account: str | None, cipher: Deciphering) -> Iterator[Message]:
    for row in tables.rows("chat_logs", _LOG, (_ROOM,), order="_id"):
        yield _message(row, own, account, cipher)


def _message(row: sqlite3.Row, own: int | None, account: str | None, cipher: Deciphering) -> Message:
    person, stored = cells.integer(row["user_id"]), cells.integer(row["type"])
    kind = cells.integer(json_values.text(json_values.parsed(row["v"]), "enc"))
    gone = stored is not None and stored >= _DELETED
    plain_type = stored - _DELETED if gone and stored is not None else stored
    file = json_values.parsed(cipher.text(row["attachment"], person, kind))
    name = next((found for key in ("name", "k", "url", "path") if (found := json_values.text(file, key))), None)
    direction = "unknown" if own is None or person is None else "out" if person == own else "in"
    latitude, longitude = cells.coordinates(json_values.inside(file, "lat"), json_values.inside(file, "lng"))
    return Message(
        where=stored_in("chat_logs", row),
        app=_APP,
        account=account,
        thread=cells.text(row["chat_id"]),
        thread_name=json_values.text(json_values.parsed(row["chat_rooms.private_meta"]), "name"),
        sender=cells.text(row["user_id"]),
        direction=direction,
        **sent(row["created_at"], "s Unix"),
        body=cipher.text(row["message"], person, kind),
        kind=(kind_of(json_values.text(file, "mt"), name) if name and plain_type == 18 else None)
        or codes.kind(plain_type, _KINDS),
        raw_kind=cells.text(row["type"]),
        attachment=name,
        attachment_size=cells.count(json_values.inside(file, "s")) or cells.count(json_values.inside(file, "size")),
        latitude=latitude,
        longitude=longitude,
        identifier=cells.text(row["id"]),
        deleted="revoked" if gone or cells.unix_seconds(row["deleted_at"]) else None,
    )
