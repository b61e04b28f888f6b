"""Programs fetched from Google Play: `localappstate.db` of the store (com.android.vending), table `appstate`.

Package, title, account, times in milliseconds. It keeps programs that were removed since. Reference: public parsers (mark B); no public
sample at hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells
from triage.formats.programs import known_program
from triage.formats.sqlite import kept, unrecognised
from triage.formats.tables import Tables, read
from triage.model import Program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_COLUMNS = (
    "rowid",
    "package_name",
    "title",
    "account",
    "first_download_ms",
    "last_update_timestamp_ms",
    "last_notified_version",
)


class PlayPrograms:
    """One `Program` per row of `appstate`."""

    name: ClassVar[str] = "play-programs"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Google Play programs"
    describes: ClassVar[str] = "Programs the store fetched, with account and time, also those removed since"
    limitations: ClassVar[tuple[str, ...]] = (
        "That a program is in this table does not say that it is on the phone now.",
        "Purchases (library.db) and searches in the store are not read.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Program,)

    def wants(self, item: Item) -> bool:
        """localappstate.db."""
        return is_database(item.mime) and item.entry.name.lower() == "localappstate.db"

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The rows in their order."""
        yield from read(item, self.name, _read)


def _read(tables: Tables) -> Iterator[Record | Problem]:
    if not tables.has("appstate", "package_name"):
        yield unrecognised(PlayPrograms.title, PlayPrograms.name, tables.schema)
    yield from kept(PlayPrograms.name, _programs(tables))


def _programs(tables: Tables) -> Iterator[Program]:
    for row in tables.rows("appstate", _COLUMNS, order="rowid"):
        identifier = cells.text(row["package_name"])
        name, category = known_program(identifier)
        yield Program(
            where=f"appstate.rowid={row['rowid']}",
            app="Google Play",
            account=cells.text(row["account"]),
            identifier=identifier,
            name=cells.text(row["title"]) or name,
            installed_at=cells.unix_milliseconds(row["first_download_ms"]),
            updated_at=cells.unix_milliseconds(row["last_update_timestamp_ms"]),
            installer="com.android.vending",
            category=category,
        )
