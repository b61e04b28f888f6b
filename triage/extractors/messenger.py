"""Facebook Messenger: `threads_db2` and `msys_database_<uid>` (Android), `lightspeed-userDatabases/<uid>.db` (iOS).

The same mailbox lies in the folders of Messenger and of Facebook: a message has the same `identifier` in both. Times Unix milliseconds;
the owner is the number in the file's name, or in a thread's key. Reference: published parsers agree (mark B); lightspeed and
direction by participants mark C.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats.app_paths import owner
from triage.formats.messenger import lightspeed, msys, threads
from triage.formats.sqlite import kept, unrecognised
from triage.formats.tables import Tables, read
from triage.model import Call, Contact, Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = re.compile(r"(threads_db2|msys_database_(\d+))\Z|(?:^|/)lightspeed-userDatabases/(\d+)\.db\Z")


class Messenger:
    """One `Message` per message and per further attachment, `Call`s, one `Contact` per person."""

    name: ClassVar[str] = "messenger"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Facebook Messenger"
    describes: ClassVar[str] = (
        "Chats, groups, reactions, references to files, calls and people of Messenger and of Facebook's own inbox"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "The same message may lie in the databases of Messenger and of Facebook: identifier is the same in both.",
        "Attachments are links or names in a cache; end-to-end encrypted ones may be nowhere in clear.",
        "Text of secret conversations (TINCAN) is read where the database has it in clear.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Call, Contact, Message)

    def wants(self, item: Item) -> bool:
        """threads_db2, msys_database_<uid>, <uid>.db of lightspeed."""
        return is_database(item.mime) and _NAMES.search(item.entry.path) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """People, messages, reactions, calls."""
        found = _NAMES.search(item.entry.path)
        own = (found[2] or found[3]) if found else None
        yield from read(item, self.name, lambda tables: _read(tables, own, item.entry.path))


def _read(tables: Tables, own: str | None, path: str) -> Iterator[Record | Problem]:
    if not tables.first("messages", "thread_messages", "client_messages"):
        yield unrecognised(Messenger.title, Messenger.name, tables.schema)
    account = owner(path, own)
    for part in (*threads.parts(tables, account), *msys.parts(tables, account), *lightspeed.parts(tables, account)):
        yield from kept(Messenger.name, part)
