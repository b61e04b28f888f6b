"""Checking the database of a case against its log: the file at rest, every table, and each row that a person stated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.appended import TABLES
from triage.casefolder import file_sha256, waiting
from triage.errors import CaseError
from triage.queries.contents import RUN
from triage.report.check import Check

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.model import CustodyEvent
    from triage.queries import Queries

OPENED, CLOSED = "case.open", "case.close"


def check_at_rest(queries: Queries, events: Sequence[CustodyEvent]) -> Iterator[Check]:
    """The files themselves, byte for byte, where the case was closed and not opened again."""
    last = next((event for event in reversed(events) if event.action in {OPENED, CLOSED}), None)
    files = last.data.get("files") if last and last.action == CLOSED else None
    for name, logged in sorted(files.items()) if isinstance(files, dict) else ():
        yield _file(queries, str(name), str(logged))
    if not files:
        yield Check("database", "case.db", ok=None, words="database_not_closed")


def check_tables(queries: Queries, events: Sequence[CustodyEvent]) -> Iterator[Check]:
    """Every table of findings and the previews, against the last finished run; the first rows that differ are named."""
    last = next((event for event in reversed(events) if event.action.startswith("run.")), None)
    logged = last.data.get("tables") if last else None  # none where a run started since
    if not isinstance(logged, dict):
        return
    present = queries.table_digests()
    broken = [table for table in sorted({*logged, *present}) if logged.get(table, []) != present.get(table, [])]
    for table in broken:
        first = _first_difference(logged.get(table, []), present.get(table, []))
        values = {"table": table, "first": first * RUN + 1, "last": (first + 1) * RUN}
        yield Check("rows", table, ok=False, words="table_changed", values=values)
    if not broken:
        yield Check("rows", "case.db", ok=True, words="tables_same", values={"tables": len(present)})


def check_stated(queries: Queries, events: Sequence[CustodyEvent]) -> Iterator[Check]:
    """Each row that a person stated: covered by an event, and as that event says."""
    covered: dict[str, int] = dict.fromkeys(TABLES, 0)
    failed = False
    for event in events:
        for table, first, last, logged in _added(event):
            present = queries.stated_digest(table, first, last)
            if present != logged and not _may_be_missing(events, event, table, first, present):
                failed = True
                values = {"table": table, "first": first, "last": last, "event": event.number}
                yield Check("rows", table, ok=False, words="stated_changed", values=values)
            covered[table] = max(covered[table], last)
    for table, last in covered.items():
        if queries.last_stated(table) > last:
            failed = True
            yield Check("rows", table, ok=False, words="stated_not_logged", values={"table": table, "after": last})
    if not failed:
        yield Check("rows", "case.db", ok=True, words="stated_same", values={"rows": sum(covered.values())})


def check_photographs(queries: Queries) -> Iterator[Check]:
    """The copied photographs of exhibits."""
    for row in queries.photographs():
        if row.file is not None:
            path = queries.folder / row.file
            try:
                ok = path.is_file() and not path.is_symlink() and file_sha256(path) == row.sha256
            except OSError:
                ok = False
            words = "photograph_same" if ok else "photograph_changed"
            yield Check("exhibit", row.exhibit, ok=ok, words=words, values={"file": row.file})


def _file(queries: Queries, name: str, logged: str) -> Check:
    path = queries.folder / name
    if waiting(path):
        return Check("database", name, ok=None, words="database_not_closed")
    try:
        same = file_sha256(path) == logged
    except OSError as error:
        raise CaseError(f"{path}: cannot be read ({error.strerror or error})") from error
    return Check(
        "database", name, ok=same, words="file_at_rest" if same else "file_at_rest_changed", values={"file": name}
    )


def _first_difference(logged: Sequence[object], present: Sequence[object]) -> int:
    for number, (one, other) in enumerate(zip(logged, present, strict=False)):
        if one != other:
            return number
    return min(len(logged), len(present))


def _added(event: CustodyEvent) -> Iterator[tuple[str, int, int, str]]:
    added = event.data.get("added")
    for table, value in added.items() if isinstance(added, dict) and event.action.endswith(".start") else ():
        if table in TABLES and isinstance(value, list) and len(value) == 3:
            first, last, logged = value
            if isinstance(first, int) and isinstance(last, int) and isinstance(logged, str):
                yield table, first, last, logged


def _may_be_missing(
    events: Sequence[CustodyEvent], started: CustodyEvent, table: str, first: int, present: str | None
) -> bool:
    """Whether the act was broken off: the log never says that its rows were written, and they are not there.

    Then the next act about that table has their numbers. A power cut after they were written leaves them whole.
    """
    later = [event for event in events if event.number > started.number]
    following = next((event for event in later if any(each[0] == table for each in _added(event))), None)
    action = started.action.removesuffix("start") + "end"
    if any(event.action == action for event in later if following is None or event.number < following.number):
        return False
    return present is None or (following is not None and any(each[:2] == (table, first) for each in _added(following)))
