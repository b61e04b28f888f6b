"""How an extractor reads a database: once as it stands, once as it was at its last checkpoint. Every extractor gets both.

What the older state alone has, a row that was changed or deleted since, is yielded with `deleted="superseded"`. The write-ahead log
keeps such rows for hours or weeks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, Malformed, Truncated
from triage.formats.salvage import salvage
from triage.formats.seen import Seen
from triage.formats.sqlite import Database, View, kept
from triage.formats.sqlite_copy import Copy
from triage.model import AppRecord, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from triage.formats.sqlcipher import CipherKey
    from triage.formats.sqlite import Group
    from triage.model import Record

    Read = Callable[[View], Iterator[Record | Problem]]

SUPERSEDED = "superseded"
_DAMAGE = frozenset({"malformed", "truncated"})


def read_database(group: Group, stage: str, read: Read, *, key: CipherKey | None = None) -> Iterator[Record | Problem]:
    """What `read` yields from the database as it stands, then what it yields from the older state alone, then what went wrong.

    `read` is called once per view and has to yield equal records for equal rows. `stage` is the extractor's name. Where SQLite
    meets damage, the database is made anew from its pages, and what that yields beyond the first reading follows.
    Raises EvidenceError where the database cannot be opened.
    """
    try:
        database = Database(group, key)
    except (Malformed, Truncated) as error:
        if key is not None:
            raise
        yield from _from_pages_alone(group, stage, read, error)
        return
    with database:
        damaged = False
        for found in _both(database, stage, read) if database.wal_present else kept(stage, read(database)):
            damaged = damaged or (isinstance(found, Problem) and found.kind in _DAMAGE)
            yield found
        if (damaged or database.short) and key is None:
            yield from _past_damage(database, stage, read, database.path, group)
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
        return  # the main file says nothing without its log, or not all of it: there is no older state to be had


def _superseded(older: View, seen: Seen, read: Read) -> Iterator[Record]:
    for found in read(older):
        if isinstance(found, AppRecord) and found not in seen:
            yield replace(found, deleted=SUPERSEDED)


def _past_damage(database: View, stage: str, read: Read, path: Path, group: Group) -> Iterator[Record | Problem]:
    """What the pages give beyond what SQLite gave: the first reading is done again to know what that was."""
    seen = Seen()
    for found in kept(stage, read(database)):
        if isinstance(found, AppRecord):
            seen.add(found)
    yield from _salvaged(path, stage, read, group, seen)


def _from_pages_alone(group: Group, stage: str, read: Read, error: EvidenceError) -> Iterator[Record | Problem]:
    """A database that SQLite does not open at all. Raises the error where the pages give nothing either."""
    copy = Copy(group)
    try:
        found = _salvaged(copy.path, stage, read, group, Seen())
        first = next(found, None)
        if first is None:
            raise error
        yield Problem(kind=error.kind, stage=stage, message=str(error))
        yield first
        yield from found
    finally:
        copy.close()


def _salvaged(path: Path, stage: str, read: Read, group: Group, seen: Seen) -> Iterator[Record | Problem]:
    made = path.with_name("made.db")
    made.unlink(missing_ok=True)
    count = 0
    if not salvage(path, made, group.limits):
        return
    try:
        with View(made, "immutable=1", group.limits) as anew:
            for found in read(anew):
                if isinstance(found, AppRecord) and found not in seen:
                    count += 1
                    yield found
    except EvidenceError as error:
        yield Problem(kind=error.kind, stage=stage, message=f"what was read page by page is incomplete: {error}")
    if count:
        message = f"{count} records were read page by page, past damage at which SQLite stops"
        yield Problem(kind="malformed", stage=stage, message=message)
