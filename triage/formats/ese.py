"""Tables of Microsoft's Extensible Storage Engine (`.edb`), through libesedb. The only home of pyesedb, whose errors are translated here.

The database is read as its file stands; logs of transactions beside it are not replayed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

from triage.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Row = dict[str, str | bytes]

MAGIC = b"\xef\xcd\xab\x89"  # at byte 4
MIME = "application/x-ms-ese"
MOST_ROWS = 5_000_000
MOST_BYTES = 1 << 16  # of one value
_TEXTS = frozenset({10, 12})  # text, long text
_BROKEN = (OSError, ValueError, TypeError, RuntimeError, MemoryError, OverflowError, UnicodeError, IndexError)


def rows(stream: BinaryIO, tables: Sequence[str], wanted: Mapping[str, str]) -> Iterator[tuple[int, Row] | None]:
    """The rows of the first of these tables that is there, with their number: values under the words of `wanted` (end of a column's name to word).

    None once where the database has none of the tables. A row that cannot be read is left out. Raises Malformed.
    """
    import pyesedb  # noqa: PLC0415  # loaded with the first such database: a worker starts sooner

    database = pyesedb.file()
    try:
        database.open_file_object(stream)
        table = next((found for name in tables if (found := database.get_table_by_name(name)) is not None), None)
        if table is None:
            yield None
            return
        columns = _columns(table, wanted)
        for number in range(min(table.number_of_records, MOST_ROWS)):
            if row := _row(table, number, columns):
                yield number, row
    except _BROKEN as error:
        raise Malformed(f"the database cannot be read ({str(error)[:200]})") from error
    finally:
        _close(database)


def _columns(table: Any, wanted: Mapping[str, str]) -> list[tuple[int, str, bool]]:  # noqa: ANN401  # pyesedb has no types
    """Place, word and whether it is text, of the columns that are wanted; names may have a number before them (`4447-System_Size`)."""
    found = []
    for place in range(table.number_of_columns):
        column = table.get_column(place)
        if word := wanted.get((column.name or "").rpartition("-")[2]):
            found.append((place, word, column.type in _TEXTS))
    return found


def _row(table: Any, number: int, columns: list[tuple[int, str, bool]]) -> Row:  # noqa: ANN401  # see above
    try:
        record = table.get_record(number)
        values = ((word, _value(record, place, text=text)) for place, word, text in columns)
        return {word: value for word, value in values if value}
    except _BROKEN:
        return {}


def _value(record: Any, place: int, *, text: bool) -> str | bytes | None:  # noqa: ANN401  # see above
    if text:
        found = record.get_value_data_as_string(place)
        return None if found is None else str(found)[:MOST_BYTES]
    data = record.get_value_data(place)
    return None if data is None else bytes(data[:MOST_BYTES])


def _close(database: Any) -> None:  # noqa: ANN401  # see above
    try:
        database.close()
    except _BROKEN:
        return


__all__ = ["MAGIC", "MIME", "rows"]
