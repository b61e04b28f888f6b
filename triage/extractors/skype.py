"""Skype: `main.db` (up to version 7), `s4l-<user>.db` (8 and later), `live:<user>.db` (Android).

The service ended in May 2025; the files stay. Classic: Messages with author and body in markup, Conversations, Participants,
Contacts, Accounts, Calls, Transfers; times Unix seconds. Later: tables of JSON (`nsp_data`), times Unix milliseconds. Reference:
columns and rows of two public samples (mark A); JSON keys by two published parsers (mark B); types other than 61 and 201 mark C.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats.app_paths import owner
from triage.formats.skype import android, classic, later
from triage.formats.sqlite import kept, unrecognised
from triage.formats.tables import Tables, read
from triage.model import Account, Call, Contact, Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = re.compile(r"s4l-.*\.db\Z|live(:|#3a|%3a).*\.db\Z", re.IGNORECASE)
_CLASSIC = re.compile(r"main\.db\Z", re.IGNORECASE)
_PLACES = re.compile(r"/(Skype|com\.skype\.raider|com\.skype\.polaris|com\.skype\.skype)/", re.IGNORECASE)
_SIGN = b"from_dispname"  # a column of Messages
_TABLES = ("Messages", "messagesv12", "messagesv11", "messagesv10", "chatitem")


class Skype:
    """One `Message` per message, one `Call` per call, `Contact`s and the `Account`."""

    name: ClassVar[str] = "skype"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Skype"
    describes: ClassVar[str] = (
        "Chats, groups, sent files, calls, contacts and the account, of every generation of the app"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "The LevelDB store of Skype for Desktop is not read.",
        "Types of messages other than text and shared file are named after a single source; the number stands beside the word.",
        "Text is shown without its markup: smileys by their code, links by their text.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Account, Call, Contact, Message)

    def wants(self, item: Item) -> bool:
        """s4l-*.db, live:*.db; main.db in a folder of Skype or with its columns."""
        if not is_database(item.mime):
            return False
        if _NAMES.match(item.entry.name):
            return True
        place = _PLACES.search(item.entry.path) is not None or _SIGN in item.head
        return _CLASSIC.match(item.entry.name) is not None and place

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The account, people, messages, calls."""
        yield from read(item, self.name, lambda tables: _read(tables, item.entry.path))


def _read(tables: Tables, path: str) -> Iterator[Record | Problem]:
    if not tables.first(*_TABLES):
        yield unrecognised(Skype.title, Skype.name, tables.schema)
    space = owner(path)
    for part in (*classic.parts(tables, space), *later.parts(tables, space), *android.parts(tables, space)):
        yield from kept(Skype.name, part)
