"""QuickLook's index on macOS: which files the Finder had pictures made of, how often they were asked for, and when last.

`index.sqlite` of com.apple.QuickLook.thumbnailcache; tables as `formats/thumbs/quicklook.py` describes them (mark B). Built fixture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, times
from triage.formats.app_paths import owner
from triage.formats.sqlite import kept, unrecognised
from triage.formats.tables import Tables, read
from triage.formats.thumbs.quicklook import COLUMNS, FOLDER, INDEX, file_number
from triage.model import GalleryItem

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

APP = "macOS QuickLook"


class QuickLookIndex:
    """One `GalleryItem` per file."""

    name: ClassVar[str] = "apple-quicklook"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "macOS QuickLook"
    describes: ClassVar[str] = (
        "Files that pictures were made of for the Finder: folder and name until macOS 10.14, later the number of the file in its file system;"
        " how often the pictures were asked for (views), the last time as stored (raw_time)"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "A picture is made when a folder is shown: it does not say that a person opened the file.",
        "Items of cloud providers are not read.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (GalleryItem,)

    def wants(self, item: Item) -> bool:
        """index.sqlite in the folder of the cache."""
        return is_database(item.mime) and item.entry.name == INDEX and FOLDER in item.entry.path

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The files in order of their number."""
        yield from read(item, self.name, lambda tables: _read(tables, owner(item.entry.path)))


def _read(tables: Tables, account: str | None) -> Iterator[Record | Problem]:
    if tables.has("files", "file_name"):
        yield from kept(QuickLookIndex.name, _named(tables, account))
    elif tables.has("basic_files", "fileId"):
        yield from kept(QuickLookIndex.name, _numbered(tables, account))
    else:
        yield unrecognised(QuickLookIndex.title, QuickLookIndex.name, tables.schema)


def _named(tables: Tables, account: str | None) -> Iterator[GalleryItem]:
    asked = _asked(tables)
    for row in tables.rows("files", ("rowid", "folder", "file_name"), order="rowid"):
        folder, name = cells.text(row["folder"]), cells.text(row["file_name"])
        path = f"{folder.rstrip('/')}/{name}" if folder and name else None
        yield _item(row["rowid"], f"files.rowid={row['rowid']}", account, (path, name), asked)


def _numbered(tables: Tables, account: str | None) -> Iterator[GalleryItem]:
    asked = _asked(tables)
    for row in tables.rows("basic_files", ("rowid", "fileId"), order="rowid"):
        yield _item(row["fileId"], f"basic_files.rowid={row['rowid']}", account, (None, None), asked)


def _item(
    number: object,
    where: str,
    account: str | None,
    named: tuple[str | None, str | None],
    asked: dict[int | None, tuple[int, float | None]],
) -> GalleryItem:
    path, name = named
    file = file_number(number)
    hits, last = asked.get(file, (0, None))
    return GalleryItem(
        where=where,
        app=APP,
        account=account,
        path=path,
        name=name,
        identifier=None if file is None else str(file),
        views=hits or None,
        raw_time=times.raw_time(last, "s Cocoa"),
    )


def _asked(tables: Tables) -> dict[int | None, tuple[int, float | None]]:
    """How often the pictures of each file were asked for, and when last, as stored."""
    found: dict[int | None, tuple[int, float | None]] = {}
    for row in tables.rows("thumbnails", COLUMNS, order="rowid") if tables.has("thumbnails", "file_id") else ():
        file, hits, last = _times_asked(row)
        before, latest = found.get(file, (0, None))
        found[file] = before + hits, max((each for each in (latest, last) if each is not None), default=None)
    return found


def _times_asked(row: sqlite3.Row) -> tuple[int | None, int, float | None]:
    return file_number(row["file_id"]), cells.count(row["hit_count"]) or 0, cells.real(row["last_hit_date"])
