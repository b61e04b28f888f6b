"""WeChat: `EnMicroMsg.db` (Android, encrypted, or deciphered by somebody), `MM.sqlite` and `message_<n>.sqlite` (iOS), `MSG<n>.db`, `message_<n>.db` (computers).

Android: SQLCipher 1 settings; the key is the first seven digits of MD5(IMEI + account number). The number is in files beside the database
and is checked against the name of the folder, MD5("mm" + number); newer devices have `1234567890ABCDEF` for an IMEI. Reference:
published parsers and key tools agree (mark B), cipher settings mark A, other substitutes for the IMEI exist (mark C). iOS: one table per chat,
`Chat_<MD5 of the user name>`, CreateTime Unix seconds, Des 0 sent, 1 received (mark B).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.errors import Encrypted
from triage.filetype import is_database
from triage.formats import given_keys
from triage.formats.app_paths import owner
from triage.formats.sqlite import kept, unrecognised
from triage.formats.tables import Tables, read
from triage.formats.wechat import android, apple, desktop, keys
from triage.model import Account, Contact, Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_ANDROID = re.compile(r"EnMicroMsg.*\.db\Z", re.IGNORECASE)
_DESKTOP = re.compile(
    r"/WeChat Files/([^/]+)/Msg/(?:MicroMsg|Multi/MSG\d*)\.db\Z|/xwechat_files/([^/]+)/db_storage/(?:message/message_\d+|contact/contact)\.db\Z"
    r"|/com\.tencent\.xinWeChat/[^/]+/[0-9a-f]{32}/(?:Message/msg_\d+|Contact/wccontact_new2)\.db\Z"
)
_APPLE = re.compile(r"/DB/(MM|message_\d+|WCDB_Contact)\.sqlite\Z|(^|/)MM\.sqlite\Z")


class WeChat:
    """One `Message` per message, one `Contact` per person or group, the `Account` where userinfo names it."""

    name: ClassVar[str] = "wechat"
    version: ClassVar[str] = "3"
    title: ClassVar[str] = "WeChat"
    describes: ClassVar[str] = "Chats, groups, references to pictures and sounds, people and the account of WeChat"
    limitations: ClassVar[tuple[str, ...]] = (
        "An Android database is opened where the number of the account and the IMEI, or its known substitute, lie beside it.",
        "No key is guessed: the 268 million possible ones are not tried; the seven digits, or the IMEI, may be given (--password).",
        "In an iOS database the person of a chat is known where the list of contacts is in the same file; else thread is the MD5.",
        "Files are named as the app names them in its folders; sounds (SILK) and WXGF pictures are not decoded.",
        "Databases of WeChat on Windows and macOS have their key in memory alone: they are opened where it is given (--password).",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Account, Contact, Message)

    def wants(self, item: Item) -> bool:
        """EnMicroMsg.db, encrypted or not; MM.sqlite, message_<n>.sqlite, WCDB_Contact.sqlite."""
        if _ANDROID.match(item.entry.name) or _DESKTOP.search(item.entry.path):
            return True
        return is_database(item.mime) and _APPLE.search(item.entry.path) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The account, people, messages."""
        found = _DESKTOP.search(item.entry.path)
        key = None if is_database(item.mime) else given_keys.given_key(item) if found else keys.key_of(item)
        if key is None and not is_database(item.mime):
            why = (
                "its key is in the memory of the running program"
                if found
                else "no key made of what lies beside it opens it"
            )
            name = "WeChat's database of a computer" if found else "EnMicroMsg.db"
            raise Encrypted(f"{name} is encrypted, and {why}; {given_keys.advice(item)}")
        own = (found[1] or found[2]) if found else None
        yield from read(item, self.name, lambda tables: _read(tables, owner(item.entry.path, own), own), key=key)


def _read(tables: Tables, space: str | None, own: str | None) -> Iterator[Record | Problem]:
    chats = apple.chat_tables(tables)
    if not tables.first("message", "rcontact", "Friend", "MSG", "Contact", "contact", "Name2Id") and not chats:
        yield unrecognised(WeChat.title, WeChat.name, tables.schema)
    for part in (
        *android.parts(tables, space),
        *apple.parts(tables, chats, space),
        *desktop.parts(tables, own, space),
    ):
        yield from kept(WeChat.name, part)
