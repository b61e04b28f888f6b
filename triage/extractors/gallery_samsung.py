"""Samsung: the gallery's media database and its two trash cans.

`media.db` of com.samsung.android.providers.media, table `files`: times in milliseconds, `captured_app` and `captured_url` of screenshots,
`is_hide`, `is_trashed`. `local.db` of com.sec.android.gallery3d, table `trash`: `__absPath` in the trash, `__originPath` before,
`__deleteTime` in milliseconds, `__expiredPeriod` in days, `__restoreExtra` JSON with `__dateTaken` and position. `trash.db` of
com.samsung.android.providers.trash, table `trashes`: `_data`, `original_path`, times in milliseconds, `delete_package_name`. Reference: public
parsers (mark B for the trash cans, mark C for `media.db`); built fixture.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from triage.filetype import is_database
from triage.formats import cells, times
from triage.formats.app_paths import owner
from triage.formats.media_store import COLUMNS, media_item
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Tables, read
from triage.model import GalleryItem

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

APP = "Samsung Gallery"
_FILES = {"media.db": "providers.media", "local.db": "gallery3d", "trash.db": "providers.trash"}
_MEDIA = (*COLUMNS, "captured_url", "captured_app", "is_hide")
_GALLERY_TRASH = (
    "rowid", "__absPath", "__Title", "__originPath", "__originTitle", "__deleteTime", "__expiredPeriod", "__restoreExtra",
)  # fmt: skip
_TRASH = (
    "_id", "_data", "original_path", "_display_name", "_size", "mime_type", "delete_package_name", "date_deleted", "date_expires",
)  # fmt: skip
_MOST_JSON = 1 << 16


class SamsungGallery:
    """One `GalleryItem` per row of the gallery, of its trash and of the common trash."""

    name: ClassVar[str] = "samsung-gallery"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Samsung gallery and trash"
    describes: ClassVar[str] = (
        "What the gallery knows, hides and holds in its trash: where a file was, when and by which app it was deleted"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Faces, stories and addresses of the gallery are not read.",
        "What the codes of is_hide beyond 1 mean is not known; they are read as hidden.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (GalleryItem,)

    def wants(self, item: Item) -> bool:
        """media.db, local.db and trash.db in the folders of their apps, or one of them with a telling name of its own."""
        if not is_database(item.mime):
            return False
        package = _FILES.get(item.entry.name.lower())
        return package is not None and (package in item.entry.path.lower() or item.entry.name.lower() == "trash.db")

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The rows in their order."""
        yield from read(item, self.name, lambda tables: _read(tables, owner(item.entry.path)))


def _read(tables: Tables, account: str | None) -> Iterator[Record | Problem]:
    known = [
        (tables.has("files", "_data"), _media),
        (tables.has("trash", "__absPath"), _gallery_trash),
        (tables.has("trashes", "_data"), _common_trash),
    ]
    if not any(there for there, _ in known):
        yield unrecognised(SamsungGallery.title, SamsungGallery.name, tables.schema)
    for there, reader in known:
        if there:
            yield from kept(SamsungGallery.name, reader(tables, account))


def _media(tables: Tables, account: str | None) -> Iterator[GalleryItem]:
    for row in tables.rows("files", _MEDIA, order="_id"):
        hidden, url = cells.flag(row["is_hide"]), cells.text(row["captured_url"])
        yield replace(media_item(row, account, app=APP), hidden=hidden, origin=_captured(row), url=url)


def _captured(row: sqlite3.Row) -> str | None:
    """The app whose screen was captured."""
    app = cells.text(row["captured_app"])
    return f"screen of {app}" if app else None


def _gallery_trash(tables: Tables, account: str | None) -> Iterator[GalleryItem]:
    for row in tables.rows("trash", _GALLERY_TRASH, order="rowid"):
        extra = _extra(row["__restoreExtra"])
        latitude, longitude = cells.coordinates(extra.get("latitude"), extra.get("longitude"))
        yield GalleryItem(
            where=stored_in("trash", row, "rowid"),
            app=APP,
            account=account,
            deleted="trashed",
            path=cells.text(row["__absPath"]),
            name=cells.text(row["__Title"]),
            original_name=cells.text(row["__originPath"]) or cells.text(row["__originTitle"]),
            taken_at=cells.unix_milliseconds(extra.get("__dateTaken")),
            trashed_at=cells.unix_milliseconds(row["__deleteTime"]),
            trashed=True,
            latitude=latitude,
            longitude=longitude,
            raw_time=times.raw_time(row["__deleteTime"], "ms Unix"),
        )


def _common_trash(tables: Tables, account: str | None) -> Iterator[GalleryItem]:
    for row in tables.rows("trashes", _TRASH, order="_id"):
        yield GalleryItem(
            where=stored_in("trashes", row),
            app="Samsung trash",
            account=account,
            deleted="trashed",
            path=cells.text(row["_data"]),
            name=cells.text(row["_display_name"]),
            original_name=cells.text(row["original_path"]),
            identifier=cells.text(row["_id"]),
            mime=cells.text(row["mime_type"]),
            size=cells.count(row["_size"]),
            trashed_at=cells.unix_milliseconds(row["date_deleted"]),
            expires_at=cells.unix_milliseconds(row["date_expires"]),
            trashed=True,
            editor=cells.text(row["delete_package_name"]),
            raw_time=times.raw_time(row["date_deleted"], "ms Unix"),
        )


def _extra(value: object) -> dict[str, Any]:
    """The JSON of `__restoreExtra`; nothing where it is none."""
    if not isinstance(value, str) or len(value) > _MOST_JSON:
        return {}
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
