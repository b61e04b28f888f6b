"""Files that cloud apps of Android list: Google Drive `cello.db`, Dropbox `<account>-db.db`, OneDrive `QTMetadata.db`.

Drive: `items` with title, MIME type, times in milliseconds, owner and bin. Dropbox: `dropbox` with path, size, times in milliseconds. OneDrive:
`items` with name, ending, size, owner, SHA-1 and the folder above (`parentRid`). The list outlives the files on the phone and shows what others
shared. Reference: public parsers (mark B); no public sample at hand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, times
from triage.formats.app_paths import owner
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Join, Tables, read
from triage.model import GalleryItem

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record, Stamp

_PATH = re.compile(
    r"/app_cello/[^/]+/cello\.db\Z|/com\.dropbox\.android/databases/[^/]+-db\.db\Z|/com\.microsoft\.skydrive/files/QTMetadata\.db\Z"
)
_DRIVE = (
    "stable_id", "title", "mime_type", "quota_bytes", "created_date", "modified_date", "shared_with_me_date", "viewed_by_me_date",
    "is_folder", "is_owner", "trashed",
)  # fmt: skip
_DROPBOX = (
    "rowid", "_display_name", "path", "bytes", "mime_type", "is_dir", "server_modified_millis", "modified_millis", "local_modified",
    "shared_folder_id", "is_vault_folder", "is_favorite",
)  # fmt: skip
_ONEDRIVE = (
    "_id", "name", "extension", "size", "itemType", "creationDate", "itemDate", "modifiedDateOnClient", "ownerName", "resourceId",
    "parentRid", "sha1Hash",
)  # fmt: skip
_ABOVE = Join("items", "resourceId", "parentRid", ("name",), "above")
_FOLDER = 32  # OneDrive's itemType


class CloudFiles:
    """One `GalleryItem` per file of the list; folders are left out."""

    name: ClassVar[str] = "cloud-files"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Files in the cloud"
    describes: ClassVar[str] = (
        "Files that Google Drive, Dropbox and OneDrive list: name, folder, size, type, times, whose they are, what lies in the bin"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "A file of the list is in the account, or was; that it was ever on this phone is not said.",
        "The list is what the app had fetched, not necessarily the whole account.",
        "MEGA and TeraBox encipher or do not publish theirs and are not read; copies kept for use without a network are not tied.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (GalleryItem,)

    def wants(self, item: Item) -> bool:
        """cello.db, <account>-db.db of Dropbox, QTMetadata.db."""
        return is_database(item.mime) and _PATH.search(item.entry.path) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The files in order of their row."""
        account = owner(item.entry.path)
        yield from read(item, self.name, lambda tables: _read(tables, account))


def _read(tables: Tables, account: str | None) -> Iterator[Record | Problem]:
    readers = [
        reader
        for table, column, reader in (
            ("items", "stable_id", _drive),
            ("dropbox", "path", _dropbox),
            ("items", "resourceId", _onedrive),
        )
        if tables.has(table, column)
    ]
    if not readers:
        yield unrecognised(CloudFiles.title, CloudFiles.name, tables.schema)
    for reader in readers:
        yield from kept(CloudFiles.name, reader(tables, account))


def _drive(tables: Tables, account: str | None) -> Iterator[GalleryItem]:
    for row in tables.rows("items", _DRIVE, order="stable_id"):
        if cells.integer(row["is_folder"]):
            continue
        gone = cells.integer(row["trashed"]) == 1
        shared = cells.unix_milliseconds(row["shared_with_me_date"])
        yield GalleryItem(
            where=stored_in("items", row, "stable_id"),
            app="Google Drive",
            account=account,
            deleted="trashed" if gone else None,
            name=cells.text(row["title"]),
            kind=_kind(row["mime_type"]),
            mime=cells.text(row["mime_type"]),
            size=cells.count(row["quota_bytes"]),
            added_at=cells.unix_milliseconds(row["created_date"]),
            modified_at=cells.unix_milliseconds(row["modified_date"]),
            trashed=gone or None,
            shared="shared with the account" if shared or cells.integer(row["is_owner"]) == 0 else "cloud",
            raw_time=times.raw_time(row["created_date"], "ms Unix"),
        )


def _dropbox(tables: Tables, account: str | None) -> Iterator[GalleryItem]:
    for row in tables.rows("dropbox", _DROPBOX, order="rowid"):
        if cells.integer(row["is_dir"]):
            continue
        folder, _, name = (cells.text(row["path"]) or "").rpartition("/")
        yield GalleryItem(
            where=stored_in("dropbox", row, "rowid"),
            app="Dropbox",
            account=account,
            name=cells.text(row["_display_name"]) or name or None,
            album=folder or None,
            kind=_kind(row["mime_type"]),
            mime=cells.text(row["mime_type"]),
            size=cells.count(row["bytes"]),
            added_at=cells.unix_milliseconds(row["server_modified_millis"]),
            modified_at=_first(row, "modified_millis", "local_modified"),
            favourite=cells.integer(row["is_favorite"]) == 1 or None,
            hidden=cells.integer(row["is_vault_folder"]) == 1 or None,
            shared="shared folder" if cells.text(row["shared_folder_id"]) else "cloud",
            raw_time=times.raw_time(row["server_modified_millis"], "ms Unix"),
        )


def _onedrive(tables: Tables, account: str | None) -> Iterator[GalleryItem]:
    for row in tables.rows("items", _ONEDRIVE, (_ABOVE,), order="_id"):
        name = "".join(text for column in ("name", "extension") if (text := cells.text(row[column])))
        if cells.integer(row["itemType"]) == _FOLDER or not name:
            continue
        yield GalleryItem(
            where=stored_in("items", row),
            app="OneDrive",
            account=account,
            name=name,
            identifier=cells.text(row["sha1Hash"]) or cells.text(row["resourceId"]),
            album=cells.text(row["above.name"]),
            size=cells.count(row["size"]),
            added_at=cells.unix_milliseconds(row["creationDate"]),
            modified_at=_first(row, "modifiedDateOnClient", "itemDate"),
            owner=cells.text(row["ownerName"]),
            shared="cloud",
            raw_kind=cells.text(row["itemType"]),
            raw_time=times.raw_time(row["creationDate"], "ms Unix"),
        )


def _first(row: sqlite3.Row, *columns: str) -> Stamp | None:
    return next((moment for name in columns if (moment := cells.unix_milliseconds(row[name]))), None)


def _kind(mime: object) -> str | None:
    kind = (cells.text(mime) or "").partition("/")[0]
    return {"image": "picture", "video": "video", "audio": "audio"}.get(kind)
