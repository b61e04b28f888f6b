"""How values become rows of the case database, and pending rows become entries again."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from triage.model import Child, Entry, Examined, Kind, Listed, Locator, Preview, Record, Rows, Stamp, Taken, Times, Zone

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence


_TAKEN = "UPDATE evidence SET bytes_taken = bytes_taken + ? WHERE id = ?"
_INSERT_CONTENT = "INSERT OR IGNORE INTO content VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_NOTHING_READ = (None,) * 4
_NO_TYPE = (None,) * 3
MANY = 64  # records that are worth a statement of their own
_FILE = Kind.FILE.value
_KINDS = {kind.value: kind for kind in Kind}
_NO_TIMES = Times()
_UTC = Zone.UTC
_NOT_LISTED = {Kind.FILE.value, Kind.OTHER.value}
COLUMNS = ", ".join(f"e.{field}" for field in Taken._fields)


def child(entry: Entry, rank: tuple[int, str] = (0, "")) -> Child:
    """A listed entry as the case will store it; `rank` is its priority and the reason for it."""
    times = entry.times
    stamps = (times.modified, times.accessed, times.changed, times.born)
    local = 0
    for bit, stamp in enumerate(stamps):
        if stamp is not None and stamp.zone is not Zone.UTC:
            local |= 1 << bit
    companions = "\n".join(locator.text() for locator in entry.companions) or None
    locator, kind, size = entry.locator.text(), entry.kind, _integer(entry.size)
    modified, accessed, changed, born = map(_nanoseconds, stamps)
    row = (
        locator, entry.volume, stored(entry.path), stored(entry.name), entry.raw_name, kind.value, size, int(entry.deleted),
        modified, accessed, changed, born, local, _integer(entry.position), int(entry.one_piece), companions, *rank,
    )  # fmt: skip
    lists = kind is not Kind.FILE and (kind is not Kind.OTHER or not locator)
    content = size or 0 if kind is Kind.FILE or "free:" in locator else 0
    return Child(row, content, lists, entry.parent_index)


def child_of(row: Listed, rank: tuple[int, str]) -> Child:
    """The same of a row that a file system listed."""
    kind = row.kind
    return Child((*row, *rank), row.size or 0 if kind == _FILE else 0, kind not in _NOT_LISTED, None)


def entry_of(taken: Taken) -> Entry:
    """The entry again, for the worker that examines it; times stay in the database."""
    number, locator, volume, path, name, raw, kind, size, deleted, position, one_piece, companions = taken
    belonging = tuple(map(Locator.parse, companions.split("\n"))) if companions else ()
    return Entry(
        Locator.parse(locator), name, _KINDS[kind], size, bool(deleted), _NO_TIMES, raw, position, belonging, path, volume,
        number, None, bool(one_piece),
    )  # fmt: skip


def stored(text: str) -> str:
    """Text that SQLite can keep: bytes that are no text are shown as escapes (the exact bytes are in the locator)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return text


def _nanoseconds(stamp: Stamp | None) -> int | None:
    """What fits a 64-bit integer (years 1677 to 2262); a stamp outside is no time a device could mean."""
    return None if stamp is None else _integer(stamp.ns)


def _integer(value: int | None) -> int | None:
    """What fits a 64-bit integer; a larger size or position is damage, and reading such an entry says so."""
    return value if value is not None and -(1 << 63) <= value < 1 << 63 else None


def write_contents(database: sqlite3.Connection, evidence: int, outcomes: Sequence[Examined]) -> None:
    """How each entry ended, with digests, type and bytes read; what was taken from the device adds up. What is found out later does not change that."""
    database.execute(_TAKEN, (sum(each.bytes_taken for each in outcomes), evidence))
    database.executemany(
        _INSERT_CONTENT,
        [
            (
                each.entry_id, evidence, each.status.value, each.bytes_read, *(each.digests or _NOTHING_READ),
                *((kind.mime, kind.how, int(kind.mismatch)) if (kind := each.type) else _NO_TYPE),
            )
            for each in outcomes
        ],
    )  # fmt: skip


def write_findings(database: sqlite3.Connection, outcomes: Iterable[Examined]) -> None:
    """Records, hits, problems and what ran."""
    tables: dict[str, list[tuple[object, ...]]] = {}
    for outcome in outcomes:
        if not (outcome.records or outcome.facts or outcome.hits or outcome.problems or outcome.ran):
            continue
        entry = outcome.entry_id
        for facts in (*outcome.facts, *as_rows(entry, outcome.records)):
            tables.setdefault(facts.insert, []).extend(facts.rows)
        for name, values in (("hit", outcome.hits), ("problem", outcome.problems), ("ran", outcome.ran)):
            for value in values:
                tables.setdefault(_insert_value(name, type(value)), []).append((entry, *_plain_row(value)))
    for sql, rows in sorted(tables.items()):
        database.executemany(sql, rows)


def as_rows(entry: int, records: Iterable[Record]) -> tuple[Rows, ...]:
    """Records of an entry as rows, by kind; previews are no facts and are left out."""
    kinds: dict[Any, list[Record]] = {}
    for record in records:
        kinds.setdefault(type(record), []).append(record)
    kinds.pop(Preview, None)
    return tuple(_rows_of(kind, entry, found) for kind, found in kinds.items())


def in_rows(outcome: Examined) -> Examined:
    """The same outcome with its records as rows, but for previews: what crosses the pipe."""
    if not outcome.records:
        return outcome
    previews = tuple(record for record in outcome.records if isinstance(record, Preview))
    return outcome._replace(records=previews, facts=(*outcome.facts, *as_rows(outcome.entry_id, outcome.records)))


def previews_of(outcomes: Iterable[Examined]) -> list[tuple[int, str, str, int, int, bytes]]:
    """The rows of the previews among records."""
    return [
        (outcome.entry_id, record.view, record.where, record.width, record.height, record.jpeg)
        for outcome in outcomes
        for record in outcome.records
        if isinstance(record, Preview)
    ]


def _rows_of(kind: Any, entry: int, records: list[Record]) -> Rows:  # noqa: ANN401  # a class of records
    """A time becomes its nanoseconds and whether its zone is unknown.

    Of many records, columns that none of them fills are left out: binding a None costs SQLite's wrapper more than a text (a message
    of 15 values in 41 columns took 9 microseconds to insert, measured, and 2.5 without the others).
    """
    many = len(records) >= MANY
    columns: dict[str, Sequence[Any]] = {"entry_id": [entry] * len(records)}
    for (name, is_time), values in zip(
        _fields_of(kind), zip(*map(_values_of(kind), records), strict=True), strict=True
    ):
        if many and values[0] is None and values.count(None) == len(values):
            continue
        if is_time:
            columns[name] = [None if stamp is None else _integer(stamp.ns) for stamp in values]
            columns[f"{name}_local"] = [None if stamp is None else 0 if stamp.zone is _UTC else 1 for stamp in values]
        else:
            columns["where_" if name == "where" else name] = values if _plain(values) else list(map(_cell, values))
    insert = f"INSERT INTO {kind.table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    return Rows(insert, list(zip(*columns.values(), strict=True)))


def _plain(values: Sequence[Any]) -> bool:
    """Whether they are texts of ASCII or None, which the database can keep as they are. Asked of all at once: most are."""
    try:
        return "".join(filter(None, values)).isascii()
    except TypeError:
        return False


@cache
def _fields_of(kind: Any) -> tuple[tuple[str, bool], ...]:  # noqa: ANN401  # see above
    """Name and whether it is a time, of each field of a class of records."""
    return tuple((each.name, "Stamp" in str(each.type)) for each in fields(kind))


@cache
def _values_of(kind: Any) -> Any:  # noqa: ANN401  # see above
    """What gets the values of all fields from a record."""
    return attrgetter(*(name for name, _ in _fields_of(kind)))


def _insert_value(table: str, value: type) -> str:
    columns = ["entry_id", *(field.name for field in fields(value))]
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def _plain_row(value: object) -> Iterator[object]:
    for field in fields(value):  # type: ignore[arg-type]  # hits, problems and runs are dataclasses
        yield _cell(getattr(value, field.name))


def _cell(value: object) -> object:
    """A value as the database can keep it: None for a number beyond 64 bits, which no field can mean."""
    if isinstance(value, str):
        return stored(value)
    return _integer(value) if isinstance(value, int) else value
