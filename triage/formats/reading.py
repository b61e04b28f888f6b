"""How an extractor reads a database: once as it stands, once as it was at its last checkpoint. Every extractor gets both.

What the older state alone has, a row that was changed or deleted since, is yielded with `deleted="superseded"`. The write-ahead log
keeps such rows for hours or weeks (reference chat-apps.md section 35, views L and C).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from triage.errors import EvidenceError
from triage.formats.seen import Seen
from triage.formats.sqlite import Database, View, kept
from triage.model import AppRecord, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from triage.formats.sqlcipher import CipherKey
    from triage.formats.sqlite import Group
    from triage.model import Record

    Read = Callable[[View], Iterator[Record | Problem]]

SUPERSEDED = "superseded"


def read_database(group: Group, stage: str, read: Read, *, key: CipherKey | None = None) -> Iterator[Record | Problem]:
    """What `read` yields from the database as it stands, then what it yields from the older state alone, then what went wrong.

    `read` is called once per view and has to yield equal records for equal rows. `stage` is the extractor's name.
    Raises EvidenceError where the database cannot be opened.
    """
    with Database(group, key) as database:
        if database.wal_present:
            yield from _both(database, stage, read)
        else:
            yield from kept(stage, read(database))
        yield from database.problems(stage)


def _both(database: Database, stage: str, read: Read) -> Iterator[Record | Problem]:
    seen = Seen()
    for found in kept(stage, read(database)):
        if isinstance(found, AppRecord):
            seen.add(found)
        yield found
    try:
        with database.checkpointed() as older:
            yield from _superseded(older, seen, read)
    except EvidenceError:
        return  # the main file says nothing without its log: there is no older state


def _superseded(older: View, seen: Seen, read: Read) -> Iterator[Record]:
    for found in read(older):
        if isinstance(found, AppRecord) and found not in seen:
            yield replace(found, deleted=SUPERSEDED)
