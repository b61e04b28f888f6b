"""The media database of Android: `external.db`, `external-<volume>.db` and `internal.db` of the media provider.

Table `files` (`formats/media_store.py`); from Android 10 on `owner_package_name` (the app that made the row), `is_trashed`, `is_favorite`,
`download_uri`, `referer_uri`. Until Android 9 `latitude`, `longitude` and no owner. Until Android 2.3 tables `images`, `video` and `audio_meta` in its
place. Until Android 9 `thumbnails` (`_data`, `image_id`) and `videothumbnails` (`_data`, `video_id`) say which file below `.thumbnails`, named by a
moment, was made of which picture. Names beginning with `.trashed-` and `.pending-` carry the moment they expire. Reference: AOSP MediaProvider (mark A
for the columns); built fixture, no public sample at hand.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells
from triage.formats.app_paths import owner
from triage.formats.media_store import COLUMNS, KINDS, media_item
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Tables, read
from triage.model import GalleryItem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_NAME = re.compile(r"(?:external(?:-[\w-]+)?|internal)\.db\Z", re.IGNORECASE)
_COLUMNS = (*COLUMNS, "download_uri", "referer_uri")
_OLDER = {"images": "picture", "video": "video", "audio_meta": "audio"}
_THUMBNAILS = {"thumbnails": "image_id", "videothumbnails": "video_id"}


class AndroidGallery:
    """One `GalleryItem` per picture, clip and sound the media provider knows, and per thumbnail it keeps by a name of its own."""

    name: ClassVar[str] = "android-gallery"
    version: ClassVar[str] = "2"
    title: ClassVar[str] = "Android media database"
    describes: ClassVar[str] = (
        "Which app made each picture, clip and sound, its album, times, trash and where it was downloaded from, and until Android 9 which"
        " thumbnail was made of it; rows may outlive the file"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Documents and other files are not read, nor tables for playlists.",
        "owner is the app that put the row there: a file manager that copies a picture becomes its owner.",
        "datetaken is UTC only where the file recorded an offset; the row does not say whether it did.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (GalleryItem,)

    def wants(self, item: Item) -> bool:
        """external.db and its neighbours, in a folder of the media provider or by themselves."""
        if not is_database(item.mime) or not _NAME.match(item.entry.name):
            return False
        folder = item.entry.path.replace("\\", "/").rpartition("/")[0].lower()
        return "providers.media" in folder or not folder.endswith("/databases")

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The rows in their order."""
        yield from read(item, self.name, lambda tables: _read(tables, owner(item.entry.path)))


def _read(tables: Tables, account: str | None) -> Iterator[Record | Problem]:
    older = [table for table in _OLDER if tables.has(table, "_data")]
    if tables.has("files", "_data"):
        yield from kept(AndroidGallery.name, _items(tables, account))
    elif older:
        for table in older:
            yield from kept(AndroidGallery.name, _of_table(tables, table, account))
    else:
        yield unrecognised(AndroidGallery.title, AndroidGallery.name, tables.schema)
        return
    for table, key in _THUMBNAILS.items():
        if tables.has(table, "_data", key):
            yield from kept(AndroidGallery.name, _thumbnails(tables, table, key, account))


def _items(tables: Tables, account: str | None) -> Iterator[GalleryItem]:
    for row in tables.rows("files", _COLUMNS, order="_id"):
        if cells.integer(row["media_type"]) in KINDS:
            url, referrer = cells.text(row["download_uri"]), cells.text(row["referer_uri"])
            yield replace(media_item(row, account, app="Android"), url=url, referrer=referrer)


def _of_table(tables: Tables, table: str, account: str | None) -> Iterator[GalleryItem]:
    for row in tables.rows(table, _COLUMNS, order="_id"):
        yield replace(media_item(row, account, app="Android", table=table), kind=_OLDER[table])


def _thumbnails(tables: Tables, table: str, key: str, account: str | None) -> Iterator[GalleryItem]:
    """`path` is the original's, `name` the thumbnail's, `identifier` its name without the extension: what a file below `.thumbnails` is known by."""
    paths = _paths(tables)
    for row in tables.rows(table, ("_id", "_data", key), order="_id"):
        name = (cells.text(row["_data"]) or "").rpartition("/")[2]
        if name and row[key] in paths:
            yield GalleryItem(
                where=stored_in(table, row),
                app="Android thumbnails",
                account=account,
                path=paths[row[key]],
                name=name,
                identifier=name.partition(".")[0],
                kind="thumbnail",
            )


def _paths(tables: Tables) -> dict[object, str]:
    """The path of each file by its number; the older tables number on their own, pictures are what has most thumbnails."""
    table = "files" if tables.has("files", "_data") else "images"
    return {
        key: path for key, row in tables.lookup(table, "_id", "_data").items() if (path := cells.text(row["_data"]))
    }
