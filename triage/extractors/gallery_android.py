"""The media database of Android: `external.db`, `external-<volume>.db` and `internal.db` of the media provider, table `files`.

`_data` path; `media_type` 1 picture, 2 sound, 3 clip; `date_added` and `date_modified` in seconds, `datetaken` in milliseconds,
`date_expires` in seconds; from Android 10 on `owner_package_name` (the app that made the row), `relative_path`, `is_pending`, `is_trashed`,
`is_favorite`, `download_uri`, `referer_uri`. Until Android 9 `latitude`, `longitude` and no owner. Names beginning with `.trashed-` and
`.pending-` carry the moment they expire. Reference: AOSP MediaProvider (mark A for the columns); built fixture, no public sample at hand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, codes, times
from triage.formats.app_paths import owner
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Tables, read
from triage.model import GalleryItem

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_NAME = re.compile(r"(?:external(?:-[\w-]+)?|internal)\.db\Z", re.IGNORECASE)
_KINDS = {1: "picture", 2: "audio", 3: "video"}
_COLUMNS = (
    "_id", "_data", "_display_name", "relative_path", "bucket_display_name", "mime_type", "media_type", "_size", "date_added",
    "date_modified", "datetaken", "date_expires", "is_trashed", "is_pending", "is_favorite", "owner_package_name", "download_uri",
    "referer_uri", "width", "height", "duration", "latitude", "longitude",
)  # fmt: skip


class AndroidGallery:
    """One `GalleryItem` per picture, clip and sound the media provider knows."""

    name: ClassVar[str] = "android-gallery"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Android media database"
    describes: ClassVar[str] = (
        "Which app made each picture, clip and sound, its album, times, trash and where it was downloaded from; rows may outlive the file"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Documents and other files are not read, nor tables for playlists and thumbnails.",
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
    if not tables.has("files", "_data"):
        yield unrecognised(AndroidGallery.title, AndroidGallery.name, tables.schema)
        return
    yield from kept(AndroidGallery.name, _items(tables, account))


def _items(tables: Tables, account: str | None) -> Iterator[GalleryItem]:
    for row in tables.rows("files", _COLUMNS, order="_id"):
        if cells.integer(row["media_type"]) in _KINDS:
            yield _item(row, account)


def _item(row: sqlite3.Row, account: str | None) -> GalleryItem:
    path, trashed = cells.text(row["_data"]), cells.flag(row["is_trashed"])
    latitude, longitude = cells.coordinates(row["latitude"], row["longitude"])
    milliseconds = cells.seconds_long(row["duration"])
    return GalleryItem(
        where=stored_in("files", row),
        app="Android",
        account=account,
        deleted="trashed" if trashed else None,
        path=path,
        name=cells.text(row["_display_name"]) or (path and path.rpartition("/")[2]),
        identifier=cells.text(row["_id"]),
        kind=codes.kind(row["media_type"], _KINDS),
        mime=cells.text(row["mime_type"]),
        size=cells.count(row["_size"]),
        width=cells.count(row["width"]),
        height=cells.count(row["height"]),
        duration_s=None if milliseconds is None else milliseconds / 1000,
        album=cells.text(row["bucket_display_name"]),
        taken_at=cells.unix_milliseconds(row["datetaken"]),
        added_at=cells.unix_seconds(row["date_added"]),
        modified_at=cells.unix_seconds(row["date_modified"]),
        expires_at=cells.unix_seconds(row["date_expires"]),
        trashed=trashed,
        favourite=cells.flag(row["is_favorite"]),
        owner=cells.text(row["owner_package_name"]),
        url=cells.text(row["download_uri"]),
        referrer=cells.text(row["referer_uri"]),
        latitude=latitude,
        longitude=longitude,
        raw_kind=cells.text(row["media_type"]),
        raw_time=times.raw_time(row["datetaken"], "ms Unix"),
    )
