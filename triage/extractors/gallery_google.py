"""Google Photos: what it knows on the phone, in the cloud, of others, and in its trash.

`gphotos0.db`, `gphotos1.db`, `gphotos-1.db` of com.google.android.apps.photos: `local_media` (`filepath`, `media_store_id`), `remote_media`
and `shared_media` (`remote_url`); times in milliseconds, `capture_timestamp` on the wall clock and `utc_timestamp` UTC, `trash_timestamp`,
`purge_timestamp`. `local_trash.db`, table `local`: `local_path` before, `trash_file_name` below `files/trash_files/`. Reference: public parsers
(mark B); built fixture, no public sample at hand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, times
from triage.formats.app_paths import owner
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Tables, read
from triage.model import GalleryItem

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

APP = "Google Photos"
_NAME = re.compile(r"(?:gphotos-?\d+|local_trash)\.db\Z", re.IGNORECASE)
_COLUMNS = (
    "rowid", "_id", "filename", "filepath", "media_store_id", "remote_url", "dedup_key", "capture_timestamp", "utc_timestamp", "width",
    "height", "size_bytes", "duration", "latitude", "longitude", "folder_name", "trash_timestamp", "purge_timestamp",
)  # fmt: skip
_TRASH = ("rowid", "local_path", "trash_file_name", "deleted_time", "media_store_id", "is_video")
_KEPT = {"local_media": None, "remote_media": "cloud", "shared_media": "shared with the account"}


class GoogleGallery:
    """One `GalleryItem` per row of local, remote and shared media, and of the trash."""

    name: ClassVar[str] = "google-gallery"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Google Photos"
    describes: ClassVar[str] = (
        "Pictures and clips on the phone, in the cloud, shared by others and in the trash, with time and place"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Faces, albums, comments and what the app inferred are not read.",
        "A row of the cloud says that the account has the picture, not that it was ever on this phone.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (GalleryItem,)

    def wants(self, item: Item) -> bool:
        """gphotos0.db and its neighbours, local_trash.db."""
        return is_database(item.mime) and bool(_NAME.match(item.entry.name))

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The tables one after the other, rows in their order."""
        yield from read(item, self.name, lambda tables: _read(tables, owner(item.entry.path)))


def _read(tables: Tables, account: str | None) -> Iterator[Record | Problem]:
    present = [table for table in _KEPT if tables.has(table, "filename")]
    trash = tables.has("local", "local_path")
    if not present and not trash:
        yield unrecognised(GoogleGallery.title, GoogleGallery.name, tables.schema)
    for table in present:
        yield from kept(GoogleGallery.name, _media(tables, table, account))
    if trash:
        yield from kept(GoogleGallery.name, _trash(tables, account))


def _media(tables: Tables, table: str, account: str | None) -> Iterator[GalleryItem]:
    return (_item(row, table, account) for row in tables.rows(table, _COLUMNS, order="rowid"))


def _item(row: sqlite3.Row, table: str, account: str | None) -> GalleryItem:
    trashed_at = cells.unix_milliseconds(row["trash_timestamp"])
    latitude, longitude = cells.coordinates(row["latitude"], row["longitude"])
    milliseconds = cells.seconds_long(row["duration"])
    return GalleryItem(
        where=f"{table}.rowid={row['rowid']}",
        app=APP,
        account=account,
        deleted="trashed" if trashed_at else None,
        path=cells.text(row["filepath"]),
        name=cells.text(row["filename"]),
        identifier=cells.text(row["media_store_id"]) or cells.text(row["dedup_key"]),
        kind="video" if milliseconds else "picture",
        size=cells.count(row["size_bytes"]),
        width=cells.count(row["width"]),
        height=cells.count(row["height"]),
        duration_s=milliseconds / 1000 if milliseconds else None,
        album=cells.text(row["folder_name"]),
        taken_at=cells.unix_milliseconds(row["utc_timestamp"]),
        trashed_at=trashed_at,
        expires_at=cells.unix_milliseconds(row["purge_timestamp"]),
        trashed=bool(trashed_at) or None,
        url=cells.text(row["remote_url"]),
        latitude=latitude,
        longitude=longitude,
        shared=_KEPT[table],
        raw_time=times.raw_time(row["utc_timestamp"], "ms Unix"),
    )


def _trash(tables: Tables, account: str | None) -> Iterator[GalleryItem]:
    for row in tables.rows("local", _TRASH, order="rowid"):
        name = cells.text(row["trash_file_name"])
        yield GalleryItem(
            where=stored_in("local", row, "rowid"),
            app=APP,
            account=account,
            deleted="trashed",
            path=name and f"/data/data/com.google.android.apps.photos/files/trash_files/{name}",
            name=name,
            original_name=cells.text(row["local_path"]),
            identifier=cells.text(row["media_store_id"]),
            kind={0: "picture", 1: "video"}.get(cells.integer(row["is_video"]) or 0),
            trashed_at=cells.unix_milliseconds(row["deleted_time"]),
            trashed=True,
            raw_time=times.raw_time(row["deleted_time"], "ms Unix"),
        )
