"""Entries in the plain form in which they pass between the database, the queue and the workers.

An entry is pending far longer than anyone looks at it: a million of them are made in a worker, stored, fetched and handed
out again, so on that way they are tuples of what the database holds, and become an `Entry` where they are examined.
"""

from __future__ import annotations

from typing import NamedTuple


class Listed(NamedTuple):
    """An entry as a file system lists it: the columns of table `entry` from the locator to the companions.

    Times are nanoseconds since 1970-01-01; bit n of `local_times` says that the zone of the n-th is unknown. `companions`
    are locators, one a line. Making one costs a tenth of what an `Entry` with its locator and times costs.
    """

    locator: str
    volume: str | None
    path: str
    name: str
    raw_name: bytes | None
    kind: str
    size: int | None
    deleted: int
    modified: int | None
    accessed: int | None
    changed: int | None
    born: int | None
    local_times: int
    position: int | None
    one_piece: int
    companions: str | None


class Child(NamedTuple):
    """An entry just listed: its columns in the order of table `entry` after evidence and parent, and what a meter counts.

    `size` is bytes of content to read (0 for what is not a file); `lists` is true for what is still to be listed;
    `parent_index` is the place among the same children of the folder it lies in, None: the entry that was examined.
    """

    row: tuple[object, ...]
    size: int
    lists: bool
    parent_index: int | None


class Taken(NamedTuple):
    """A pending entry as it is handed out: the columns a worker needs to find, name and read it."""

    id: int
    locator: str
    volume: str | None
    path: str
    name: str
    raw_name: bytes | None
    kind: str
    size: int | None
    deleted: int
    position: int | None
    one_piece: int
    companions: str | None

    @property
    def content(self) -> int:
        """Bytes to read: of a file, or of the free space that is searched for files."""
        return self.size or 0 if self.kind == "file" or "free:" in self.locator else 0

    @property
    def lists(self) -> bool:
        """Whether examining it is listing it."""
        return self.kind in {"folder", "volume"} or not self.locator


class Rows(NamedTuple):
    """Facts of one kind as the database holds them: the statement that inserts one, and the rows, their entry first.

    Facts by the million cross the pipe like this: a tuple of plain values costs a tenth of a record.
    """

    insert: str
    rows: list[tuple[object, ...]]
