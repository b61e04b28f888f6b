"""A case with people, messages and files in it, stored without a scan."""

from collections.abc import Iterable
from pathlib import Path

from triage.case import Case
from triage.model import Entry, Examined, Kind, Locator, Record, Stamp, Status, Step, Times
from triage.stored import child

DAY = 86_400_000_000_000
START = 1_772_000_000_000_000_000  # 2026-02-25T06:13:20Z


def at(days: int) -> Stamp:
    return Stamp(START + days * DAY)


def fill(case: Case, records: Iterable[Record], names: Iterable[str] = (), exhibit: str = "HP-01") -> None:
    """One evidence with these files; the records are those of its root."""
    root = Entry(locator=Locator(), name=exhibit, kind=Kind.FOLDER)
    number = case.add_evidence(Path("/evidence") / exhibit, exhibit=exhibit, format_name="folder", size=None, root=root)
    (top,) = case.take(number, entries=1, size=1)
    children = tuple(child(_file(name), (1, "")) for name in names)
    case.store(number, [Examined(entry_id=top.id, status=Status.EXAMINED, children=children, records=tuple(records))])


def _file(name: str) -> Entry:
    place = Locator((Step("folder", name),))
    return Entry(locator=place, name=name, kind=Kind.FILE, size=3, path=f"/{name}", times=Times(modified=at(0)))
