"""The rows of Android's media provider, as the system and Samsung's gallery keep them.

`_data` path; `media_type` 1 picture, 2 sound, 3 clip; `date_added` and `date_modified` in seconds, `datetaken` in milliseconds, `date_expires`
in seconds. Columns that a build does not have read as NULL. Reference: AOSP MediaProvider (mark A).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.formats import cells, codes, times
from triage.formats.sqlite import stored_in
from triage.model import GalleryItem

if TYPE_CHECKING:
    import sqlite3

KINDS = {1: "picture", 2: "audio", 3: "video"}
COLUMNS = (
    "_id", "_data", "_display_name", "bucket_display_name", "mime_type", "media_type", "_size", "date_added", "date_modified", "datetaken",
    "date_expires", "is_trashed", "is_favorite", "owner_package_name", "width", "height", "duration", "latitude", "longitude", "title",
    "description",
)  # fmt: skip


def media_item(row: sqlite3.Row, account: str | None, *, app: str, table: str = "files") -> GalleryItem:
    """A row of a table with these columns."""
    path, trashed = cells.text(row["_data"]), cells.flag(row["is_trashed"])
    latitude, longitude = cells.coordinates(row["latitude"], row["longitude"])
    milliseconds = cells.seconds_long(row["duration"])
    return GalleryItem(
        where=stored_in(table, row),
        app=app,
        account=account,
        deleted="trashed" if trashed else None,
        path=path,
        name=cells.text(row["_display_name"]) or (path and path.rpartition("/")[2]),
        identifier=cells.text(row["_id"]),
        kind=codes.kind(row["media_type"], KINDS),
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
        latitude=latitude,
        longitude=longitude,
        raw_kind=cells.text(row["media_type"]),
        raw_time=times.raw_time(row["datetaken"], "ms Unix"),
        title=cells.text(row["title"]),
        caption=cells.text(row["description"]),
    )
