"""Which files belong to a database: its `-wal`, `-journal` and `-shm` beside it, in one folder or in one archive."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from triage.model import Entry, Kind, Listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from triage.model import Problem

COMPANIONS = ("-wal", "-journal", "-shm")
Found = TypeVar("Found", Entry, Listed)


def with_companions(entries: list[Found]) -> list[Found]:
    """Entries in the same order, each database with the locators of the files that belong to it.

    A file belongs to another where both are in one folder, live, and its name is the other's and one of COMPANIONS. Entries
    of one folder and whole listings of an archive will do: a folder is known by its path.
    """
    belonging: dict[str, list[Found]] = {}
    for entry in entries:
        if entry.name.endswith(COMPANIONS) and entry.kind == Kind.FILE and not entry.deleted:
            belonging.setdefault(entry.path.rpartition("-")[0], []).append(entry)
    if not belonging:
        return entries
    return [
        _having(entry, found)
        if (found := belonging.get(entry.path)) and entry.kind == Kind.FILE and not entry.deleted
        else entry
        for entry in entries
    ]


def _having(entry: Found, companions: Sequence[Found]) -> Found:
    if isinstance(entry, Listed):
        return entry._replace(companions="\n".join(str(each.locator) for each in companions))
    return replace(entry, companions=tuple(each.locator for each in companions if isinstance(each, Entry)))


def listed_with_companions(found: Iterable[Entry | Problem]) -> list[Entry | Problem]:
    """A whole listing in the same order, problems among its entries."""
    listing = list(found)
    databases = iter(with_companions([each for each in listing if isinstance(each, Entry)]))
    return [next(databases) if isinstance(each, Entry) else each for each in listing]
