"""What can be asked about the content of an entry, and what comes back. Plain values: they cross a pipe."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GetBytes:
    """Up to `limit` bytes from `offset`."""

    offset: int
    limit: int


@dataclass(frozen=True, slots=True)
class Bytes:
    """The bytes that are there, and the size of the whole content; fewer than asked for is the end, or damage."""

    offset: int
    data: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Find:
    """The first place of `wanted` at or behind `offset`. Letters match whatever their case (ASCII); the answer is an offset or None."""

    wanted: bytes
    offset: int


@dataclass(frozen=True, slots=True)
class GetText:
    """About `limit` bytes from `offset` as text. `encoding` None: found out from the first bytes of the content."""

    offset: int
    limit: int
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A stretch of text, how it was decoded, where it begins and where the next one does (None: that was the end)."""

    body: str
    encoding: str
    offset: int
    following: int | None


@dataclass(frozen=True, slots=True)
class GetTables:
    """The ordinary tables of an SQLite database; the answer is a tuple of `TableHead`."""


@dataclass(frozen=True, slots=True)
class TableHead:
    """A table: its name, columns and number of rows (None: damage hides it)."""

    name: str
    columns: tuple[str, ...]
    rows: int | None


@dataclass(frozen=True, slots=True)
class GetRows:
    """A page of a table."""

    table: str
    offset: int
    limit: int


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of rows, every value as text (None: NULL), and why reading ended early where it did."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class GetTree:
    """The values of a property list, a keyed archive, a JSON text, an XML text or an Android binary XML file."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value inside values: how deep, under which name, and the value as text; a group has none."""

    depth: int
    name: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Tree:
    """The nodes from the top down, what kind of file they are of, and whether a bound left some out."""

    kind: str
    nodes: tuple[Node, ...]
    cut: bool = False


@dataclass(frozen=True, slots=True)
class GetPicture:
    """A picture as people see it, at most `side` pixels a side, encoded anew: nothing of the file itself comes through."""

    side: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG that Sigap encoded."""

    width: int
    height: int
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class CopyTo:
    """The whole content into a new file of ours at `path`; the answer is its length in bytes."""

    path: str


Look = GetBytes | Find | GetText | GetTables | GetRows | GetTree | GetPicture | CopyTo
Seen = Bytes | int | None | Text | tuple[TableHead, ...] | Rows | Tree | Picture
