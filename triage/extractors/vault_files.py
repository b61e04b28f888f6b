"""What vault apps of Android keep hidden, as their own databases list it: the file's name and place before and in the vault.

Calculator Lock `note_contact.db` (`Hide`), GalleryVault `galleryvault.db` (`file_v1`, `folder_v1`, `recycle_bin_v1`) and its `AppLock.db`
(`locked_app`), NQ Vault `322w465ay423xy11` (`hideimagevideo`), Vaulty `media.db` (`Media`, where date_added is the file's time in seconds and
date_modified when it was hidden, in milliseconds), HideX `hidex.db` (`p_lock_app`: apps that ask for a code). Reference: public parsers (mark B
for names, C for what Vaulty's times mean); no public sample at hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, times
from triage.formats.app_paths import owner
from triage.formats.programs import known_program
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Join, Tables, read
from triage.model import GalleryItem, Use

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_FILES = {
    "note_contact.db": "com.calculator.lock",
    "galleryvault.db": "com.thinkyeah.galleryvault",
    "applock.db": "com.thinkyeah.galleryvault",
    "322w465ay423xy11": "",
    "media.db": "com.theronrogers.vaulty",
    "hidex.db": "com.flatfish.cal.privacy",
}


@dataclass(frozen=True, slots=True)
class _Vault:
    """A table of hidden files: the columns of the name, of the path before and in the vault, of times with their unit."""

    app: str
    table: str
    key: str
    name: str = ""
    before: str = ""
    inside: str = ""
    mime: str = ""
    size: str = ""
    added: str = ""
    taken: tuple[str, str] = ("", "ms Unix")
    joins: tuple[Join, ...] = ()
    album: str = ""
    binned: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the table itself."""
        named = (self.key, self.name, self.before, self.inside, self.mime, self.size, self.added, self.taken[0])
        return tuple(dict.fromkeys(each for each in named if each))


_VAULTS = (
    _Vault("Calculator Lock", "Hide", "rowid", name="hide_name", before="hide_path"),
    _Vault(
        "GalleryVault", "file_v1", "_id", name="name", before="original_path", mime="mime_type", size="file_size",
        added="added_time_utc", taken=("file_last_modified_time_utc", "ms Unix"), album="folder.name", binned="bin.delete_time",
        joins=(
            Join("folder_v1", "_id", "folder_id", ("name",), "folder"),
            Join("recycle_bin_v1", "file_id", "_id", ("delete_time",), "bin"),
        ),
    ),
    _Vault("NQ Vault", "hideimagevideo", "rowid", name="file_name_from", before="file_path_from", inside="file_path_new", added="time"),
    _Vault("Vaulty", "Media", "_id", before="path", inside="_data", added="date_modified", taken=("date_added", "s Unix")),
)  # fmt: skip
_LOCKS = (
    ("GalleryVault", "locked_app", "_id", "package_name", ""),
    ("HideX", "p_lock_app", "id", "packageName", "isActive"),
)


class VaultFiles:
    """One `GalleryItem` per hidden file, one `Use` per locked app."""

    name: ClassVar[str] = "vault-files"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Vault apps"
    describes: ClassVar[str] = (
        "Files that vault apps hide: name, place before and in the vault, folder, when they were hidden, what lies in the vault's own bin;"
        " apps that ask for a code"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "path is where the file lay before it was hidden; identifier is where it lies in the vault, where the database says so.",
        "What a vault enciphers (GalleryVault, NQ Vault) is listed and not deciphered; Calculator Lock and Vaulty keep plain files.",
        "Codes, break-in pictures, notes and contacts of these apps are not read.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (GalleryItem, Use)

    def wants(self, item: Item) -> bool:
        """The databases of these names below the folders of these apps; that of NQ Vault anywhere."""
        package = _FILES.get(item.entry.name.lower())
        return is_database(item.mime) and package is not None and package in item.entry.path

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Hidden files, then locked apps, in order of their rows."""
        account = owner(item.entry.path)
        yield from read(item, self.name, lambda tables: _read(tables, account))


def _read(tables: Tables, account: str | None) -> Iterator[Record | Problem]:
    vaults = [each for each in _VAULTS if tables.has(each.table, each.key)]
    locks = [each for each in _LOCKS if tables.has(each[1], each[2], each[3])]
    if not vaults and not locks:
        yield unrecognised(VaultFiles.title, VaultFiles.name, tables.schema)
    for vault in vaults:
        yield from kept(VaultFiles.name, _hidden(tables, vault, account))
    for lock in locks:
        yield from kept(VaultFiles.name, _locked(tables, lock, account))


def _hidden(tables: Tables, vault: _Vault, account: str | None) -> Iterator[GalleryItem]:
    for row in tables.rows(vault.table, vault.columns, vault.joins, order=vault.key):
        before, inside = cells.text(_cell(row, vault.before)), cells.text(_cell(row, vault.inside))
        name = cells.text(_cell(row, vault.name))
        mime = cells.text(_cell(row, vault.mime))
        binned = cells.unix_milliseconds(_cell(row, vault.binned))
        yield GalleryItem(
            where=stored_in(vault.table, row, vault.key),
            app=vault.app,
            account=account,
            deleted="trashed" if binned else None,
            path=before,
            name=name or (before or inside or "").rpartition("/")[2] or None,
            identifier=inside,
            kind={"image": "picture", "video": "video", "audio": "audio"}.get((mime or "").partition("/")[0]),
            mime=mime,
            size=cells.count(_cell(row, vault.size)),
            album=cells.text(_cell(row, vault.album)),
            taken_at=times.UNITS[vault.taken[1]](_cell(row, vault.taken[0])),
            added_at=cells.unix_milliseconds(_cell(row, vault.added)),
            trashed_at=binned,
            trashed=True if binned else None,
            hidden=True,
            raw_time=times.raw_time(_cell(row, vault.added), "ms Unix"),
        )


def _cell(row: sqlite3.Row, column: str) -> object:
    return row[column] if column else None


def _locked(tables: Tables, lock: tuple[str, str, str, str, str], account: str | None) -> Iterator[Use]:
    app, table, key, package, active = lock
    for row in tables.rows(table, tuple(each for each in (key, package, active) if each), order=key):
        off = active and cells.integer(row[active]) == 0
        identifier = cells.text(row[package])
        yield Use(
            where=stored_in(table, row, key),
            app=app,
            account=account,
            identifier=identifier,
            name=known_program(identifier)[0],
            kind="was asked for a code" if off else "asks for a code",
            raw_kind=cells.text(row[active]) if active else None,
        )
