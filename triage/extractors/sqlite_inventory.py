"""What is in a database that no app extractor reads: its tables, their columns and numbers of rows.

So that an app unknown to Sigap is not passed over in silence. Source: the SQLite file format (mark A).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.errors import EvidenceError
from triage.filetype import is_database
from triage.formats.sqlite import Database
from triage.model import Problem, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.formats.sqlite import BaseTable
    from triage.model import Record


class DatabaseInventory:
    """One `Table` per ordinary table, empty ones too."""

    name: ClassVar[str] = "database-inventory"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Databases of other apps"
    describes: ClassVar[str] = (
        "Tables, columns and numbers of rows of every SQLite database that no app extractor reads"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "No content is read.",
        "Views and virtual tables are not listed: they run code that the database brings along.",
        "Deleted rows are not recovered; rows of the write-ahead log count as live.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Table,)

    def wants(self, item: Item) -> bool:
        """Any SQLite database; `wanted_by` gives way to app extractors."""
        return is_database(item.mime)

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The tables by name; one that cannot be counted does not hide the others."""
        with Database(item) as database:
            for table in database.tables():
                rows, problem = _count(database, table)
                if problem is not None:
                    yield problem
                yield Table(
                    where=f"table {table.name}",
                    name=table.name,
                    rows=rows,
                    columns=",".join(table.columns) or None,
                    wal=database.wal_present,
                )
            yield from database.problems(self.name)


def _count(database: Database, table: BaseTable) -> tuple[int | None, Problem | None]:
    try:
        return database.count(table.name), None
    except EvidenceError as error:
        message = f"The rows of table {table.name} cannot be counted: {error}"
        return None, Problem(kind=error.kind, stage=DatabaseInventory.name, message=message)
