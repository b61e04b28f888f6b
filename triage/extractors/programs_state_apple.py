"""Programs that the home screen of an iPhone or iPad knows: `applicationState.db` of FrontBoard.

`application_identifier_tab` holds the bundles, `kvs` values by bundle and key (`key_tab`); `compatibilityInfo` is a property list, mostly an
archive inside one, with the folders of program and data. It keeps programs that were removed since. Reference: public parsers (mark B);
no public sample at hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.errors import EvidenceError
from triage.filetype import is_database
from triage.formats import cells
from triage.formats.plist import unarchived
from triage.formats.programs import known_program
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Join, Tables, read
from triage.model import Program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.formats.plist import Value
    from triage.model import Problem, Record

_NAMES = "application_identifier_tab"
_KEY = Join("key_tab", "id", "key", ("key",))
_DEEPEST = 3  # property lists inside each other


class AppleProgramState:
    """One `Program` per bundle."""

    name: ClassVar[str] = "apple-program-state"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Apple programs of the home screen"
    describes: ClassVar[str] = "Bundles with the folders of program and data, also of programs removed since"
    limitations: ClassVar[tuple[str, ...]] = (
        "That a bundle is in this table does not say that it is on the device now; one without folders mostly is not.",
        "path is the folder of the data; pictures of the last screen (snapshots) are files of their own.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Program,)

    def wants(self, item: Item) -> bool:
        """applicationState.db."""
        return is_database(item.mime) and item.entry.name.lower() == "applicationstate.db"

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The bundles in order of their row."""
        yield from read(item, self.name, _read)


def _read(tables: Tables) -> Iterator[Record | Problem]:
    if not tables.has(_NAMES, "id", "application_identifier"):
        yield unrecognised(AppleProgramState.title, AppleProgramState.name, tables.schema)
    yield from kept(AppleProgramState.name, _programs(tables))


def _programs(tables: Tables) -> Iterator[Program]:
    folders = _folders(tables)
    for row in tables.rows(_NAMES, ("id", "application_identifier"), order="id"):
        identifier = cells.text(row["application_identifier"])
        name, category = known_program(identifier)
        data, program = folders.get(row["id"], (None, None))
        yield Program(
            where=stored_in(_NAMES, row, "id"),
            app="Apple",
            identifier=identifier,
            name=name,
            category=category,
            path=data or program,
        )


def _folders(tables: Tables) -> dict[object, tuple[str | None, str | None]]:
    """Folders of data and program by the number of the bundle."""
    found: dict[object, tuple[str | None, str | None]] = {}
    for row in tables.rows("kvs", ("application_identifier", "value"), (_KEY,)):
        if row["key_tab.key"] == "compatibilityInfo" and isinstance(value := _opened(row["value"], 0), dict):
            found[row["application_identifier"]] = (
                cells.text(value.get("sandboxPath")),
                cells.text(value.get("bundlePath")),
            )
    return found


def _opened(value: object, depth: int) -> Value:
    """A property list, and one inside it; None where there is none."""
    if not isinstance(value, bytes) or depth > _DEEPEST:
        return None
    try:
        inner = unarchived(value)
    except EvidenceError:
        return None
    return _opened(inner, depth + 1) if isinstance(inner, bytes) else inner
