"""The index of Windows Search: which file has which thumbnail in Explorer's caches.

`Windows.db` (Windows 11 from 22H2 on): SQLite, `SystemIndex_<n>_PropertyStore` (WorkId, ColumnId, Value), names of the columns in
`..._PropertyStore_Metadata` (Id, UniqueKey, `<number>-System_ThumbnailCacheId`). `Windows.edb` (Windows 8 to 11): ESE, table
SystemIndex_PropertyStore, a column for each property. Numbers and times (FILETIME) are little endian bytes; System_ThumbnailCacheId is the 64-bit
number that an entry of `thumbcache_*.db` has. Reference: public parsers and libyal's notes (mark B); built fixture, no public sample at hand.
"""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, ese, times
from triage.formats.app_paths import owner
from triage.formats.sqlite import kept, unrecognised
from triage.formats.tables import Tables, read
from triage.model import GalleryItem, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from triage.content import Item
    from triage.model import Record

APP = "Windows Search"
_NAMES = frozenset({"windows.db", "windows.edb"})
_STORE = re.compile(r"SystemIndex_\d+_PropertyStore\Z")
_TABLES = ("SystemIndex_PropertyStore",)
_WANTED = {
    "System_ThumbnailCacheId": "thumbnail",
    "System_ItemPathDisplay": "path",
    "System_ItemNameDisplay": "name",
    "System_DateModified": "modified",
    "System_DateCreated": "created",
    "System_Size": "size",
    "System_MIMEType": "mime",
}
_EARLIER = "an index of Windows Vista or 7, or of a version that is not known; nothing is read of it"


class WindowsSearch:
    """One `GalleryItem` per indexed file that has a thumbnail."""

    name: ClassVar[str] = "windows-search"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Windows Search: thumbnails"
    describes: ClassVar[str] = (
        "Path, size and times of each indexed file that has a thumbnail, with the number (ThumbnailCacheId) under which Explorer keeps it"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Files without a thumbnail, and what the index says of their content, are not read.",
        "The index of Windows Vista and 7 is named and not read.",
        "Windows.edb is read as it stands; logs of transactions beside it are not replayed.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (GalleryItem,)

    def wants(self, item: Item) -> bool:
        """Windows.db and Windows.edb."""
        return item.entry.name.lower() in _NAMES and (is_database(item.mime) or item.head[4:8] == ese.MAGIC)

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """In the order of the index. Raises EvidenceError."""
        account = owner(item.entry.path)
        if is_database(item.mime):
            yield from read(item, self.name, lambda tables: _of_sqlite(tables, account))
            return
        with closing(item.open()) as stream:
            for found in ese.rows(stream, _TABLES, _WANTED):
                if found is None:
                    yield Problem(kind="unsupported", stage=self.name, message=_EARLIER)
                elif record := _item(found[1], f"{_TABLES[0]} row {found[0]}", account):
                    yield record


def _of_sqlite(tables: Tables, account: str | None) -> Iterator[Record | Problem]:
    store = next((name for name in sorted(tables.schema) if _STORE.match(name)), None)
    if store is None or not tables.has(f"{store}_Metadata", "Id", "UniqueKey"):
        yield unrecognised(WindowsSearch.title, WindowsSearch.name, tables.schema)
        return
    yield from kept(WindowsSearch.name, _rows(tables, store, account))


def _rows(tables: Tables, store: str, account: str | None) -> Iterator[GalleryItem]:
    words = {
        row["Id"]: word
        for row in tables.rows(f"{store}_Metadata", ("Id", "UniqueKey"))
        if (word := _WANTED.get((cells.text(row["UniqueKey"]) or "").rpartition("-")[2]))
    }
    work, values = None, dict[str, object]()
    for row in tables.rows(store, ("WorkId", "ColumnId", "Value"), order="WorkId"):
        if row["WorkId"] != work:
            if record := _item(values, f"{store}.WorkId={work}", account):
                yield record
            work, values = row["WorkId"], {}
        if row["ColumnId"] in words:
            values[words[row["ColumnId"]]] = row["Value"]
    if record := _item(values, f"{store}.WorkId={work}", account):
        yield record


def _item(values: Mapping[str, object], where: str, account: str | None) -> GalleryItem | None:
    """None where there is no thumbnail."""
    number = _number(values.get("thumbnail"))
    if not number:
        return None
    return GalleryItem(
        where=where,
        app=APP,
        account=account,
        path=_text(values.get("path")),
        name=_text(values.get("name")),
        identifier=f"{number & (1 << 64) - 1:016x}",
        mime=_text(values.get("mime")),
        size=cells.count(_number(values.get("size"))),
        added_at=cells.filetime(_number(values.get("created"))),
        modified_at=cells.filetime(_number(values.get("modified"))),
        raw_time=times.raw_time(_number(values.get("modified")), "100 ns since 1601"),
    )


def _number(value: object) -> int | None:
    if isinstance(value, bytes):
        return int.from_bytes(value, "little") if len(value) == 8 else None
    return cells.integer(value)


def _text(value: object) -> str | None:
    """Text of the one kind of index, bytes of UTF-16 in some rows of the other."""
    return value.decode("utf-16-le", "replace").rstrip("\0") or None if isinstance(value, bytes) else cells.text(value)
