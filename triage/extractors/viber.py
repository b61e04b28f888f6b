"""Viber: `viber_messages` and `viber_data` (Android), `Contacts.data` (iOS), `viber.db` and `data.db` (Windows, macOS, older builds).

Reference: published parsers agree on messages (mark B); calls and address book of viber_data compared with a public sample (mark
A); the desktop's tables are known from a single source (mark C). Newer desktop builds encrypt viber.db: then it is said, not read.
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
from triage.formats.viber import android, apple, desktop
from triage.model import Call, Contact, Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = re.compile(r"viber_(messages|data)\Z", re.IGNORECASE)
_APPLE = re.compile(r"(viber[^/]*)/(com\.viber/)?(database/)?Contacts\.data\Z", re.IGNORECASE)
_APPLE_SIGN = b"ZVIBERMESSAGE"
_DESKTOP = re.compile(r"/ViberPC/(?:([+\d]+)/)?(viber|data)\.db\Z", re.IGNORECASE)
_TABLES = ("messages", "calls", "phonebookcontact", "ZVIBERMESSAGE", "Messages", "Events", "Contact", "ChatInfo")


class Viber:
    """One `Message` per message, one `Call` per call, one `Contact` per person."""

    name: ClassVar[str] = "viber"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Viber"
    describes: ClassVar[str] = "Chats, groups, attachments, places, calls and the address book of Viber"
    limitations: ClassVar[tuple[str, ...]] = (
        "The owner's number is known on the desktop, whose folder has it; elsewhere account stays empty.",
        "Newer desktop builds encrypt viber.db; that is said and the file is not read.",
        "Stickers, polls and reactions are named by the number of their kind.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Call, Contact, Message)

    def wants(self, item: Item) -> bool:
        """viber_messages, viber_data; Contacts.data of Viber; viber.db and data.db below ViberPC, encrypted ones too."""
        if _DESKTOP.search(item.entry.path):
            return True
        if not is_database(item.mime):
            return False
        if _NAMES.match(item.entry.name) or _APPLE.search(item.entry.path):
            return True
        return item.entry.name == "Contacts.data" and _APPLE_SIGN in item.head

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """People, messages, calls."""
        key = None if is_database(item.mime) else given_keys.given_key(item)
        if key is None and not is_database(item.mime):
            raise Encrypted(f"viber.db is encrypted; its key is not known; {given_keys.advice(item)}")
        folder = _DESKTOP.search(item.entry.path)
        account = owner(item.entry.path, folder[1] if folder else None)
        yield from read(item, self.name, lambda tables: _read(tables, account), key=key)


def _read(tables: Tables, account: str | None) -> Iterator[Record | Problem]:
    if not tables.first(*_TABLES):
        yield unrecognised(Viber.title, Viber.name, tables.schema)
    for part in (*android.parts(tables, account), *apple.parts(tables, account), *desktop.parts(tables, account)):
        yield from kept(Viber.name, part)
