"""WhatsApp and WhatsApp Business on Android: `msgstore.db`, modern schema (table `message`) and legacy one (`messages`).

Written by com.whatsapp and com.whatsapp.w4b. The schema is probed table by table: `user_version` is always 1 and columns
come and go. Reference: published parsers (mark B); schema of public samples and of a published dump (mark A). Rare codes of
message, action and call result are disputed (mark C): the number is always kept beside the word.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats.reading import read_database
from triage.formats.spaces import space_of
from triage.formats.sqlite import View, kept, unrecognised
from triage.formats.whatsapp.added import read_leftovers, read_reactions, read_votes
from triage.formats.whatsapp.calls import read_calls
from triage.formats.whatsapp.legacy import is_legacy, read_legacy
from triage.formats.whatsapp.modern import is_modern, read_messages
from triage.formats.whatsapp.people import People, read_people
from triage.model import Call, Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = re.compile(r"msgstore.*\.db\Z", re.IGNORECASE)
_SIGNS = (b"sender_jid_row_id", b"key_remote_jid")  # columns that the message tables alone have, modern and legacy


class WhatsAppAndroid:
    """One `Message` per row of `message` and per row of `messages` that was not migrated, one `Call` per row of `call_log`."""

    name: ClassVar[str] = "whatsapp-android"
    version: ClassVar[str] = "2"
    title: ClassVar[str] = "WhatsApp on Android"
    describes: ClassVar[str] = (
        "Chats, groups, status posts, media references, places, quotes, edits, reactions, votes, revoked and cleared messages, calls"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Names of people are in wa.db, which is another item: thread_name is the subject of a group.",
        "An edit is told by its time: the text before it is not kept by the app.",
        "Text left in the search index has no chat and no sender; the index keeps small letters and no signs.",
        "Thumbnails inside the database are not shown.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Message, Call)

    def wants(self, item: Item) -> bool:
        """msgstore*.db, or a database whose head shows the columns of its message tables, wherever it lies."""
        named = _NAMES.match(item.entry.name) is not None
        return is_database(item.mime) and (named or any(sign in item.head for sign in _SIGNS))

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Messages in order of their row, what hangs on them, then calls."""
        path = item.entry.path
        app = "WhatsApp Business" if "com.whatsapp.w4b" in path else "WhatsApp"
        return read_database(item, self.name, partial(_read, app=app, account=space_of(path)))


def _read(database: View, *, app: str, account: str | None) -> Iterator[Record | Problem]:
    stage, schema, people = WhatsAppAndroid.name, database.schema(), People()
    for part in read_people(database, schema, people):
        yield from kept(stage, part)
    if is_modern(schema):
        messages = read_messages(database, schema, people, app=app, account=account, stage=stage)
        yield from kept(stage, messages)
    if is_legacy(schema):
        yield from kept(stage, read_legacy(database, schema, app=app, account=account))
    elif not is_modern(schema):
        yield unrecognised(app, stage, schema)
    yield from kept(stage, read_reactions(database, schema, people, app=app, account=account))
    yield from kept(stage, read_votes(database, schema, people, app=app, account=account))
    yield from kept(stage, read_leftovers(database, schema, app=app, account=account))
    yield from kept(stage, read_calls(database, schema, people, app=app, account=account))
