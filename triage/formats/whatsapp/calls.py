"""The call log of `msgstore.db`, with groups and their parties (mark B; results 0, 7 and 8 mark C)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.formats import cells
from triage.formats.beside import Beside
from triage.formats.sqlite import select
from triage.formats.whatsapp import codes
from triage.model import Call

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.formats.sqlite import View
    from triage.formats.whatsapp.people import People

    Schema = dict[str, frozenset[str]]

_CALL = (
    "_id", "jid_row_id", "from_me", "timestamp", "video_call", "duration", "call_result", "call_id", "group_jid_row_id",
)  # fmt: skip
_PARTIES = "call_log_participant_v2"


def read_calls(database: View, schema: Schema, people: People, *, app: str, account: str | None) -> Iterator[Call]:
    """One `Call` per row of `call_log`."""
    if "_id" not in schema.get("call_log", ()):
        return
    parties = _parties(database, schema)
    columns = select("call_log", _CALL, schema["call_log"])
    for row in database.rows(f"SELECT {columns} FROM call_log ORDER BY call_log._id"):  # noqa: S608  # names are constants
        others = [people.address(each["jid_row_id"]) for each in parties.of(cells.integer(row["_id"]) or 0)]
        yield _call(row, people, [each for each in others if each], app, account)


def _parties(database: View, schema: Schema) -> Beside:
    present = schema.get(_PARTIES, frozenset())
    if not {"call_log_row_id", "jid_row_id"} <= present:
        return Beside(None)
    sql = f"SELECT call_log_row_id, jid_row_id FROM {_PARTIES} ORDER BY call_log_row_id, jid_row_id"  # noqa: S608  # a constant
    return Beside(database, sql)


def _call(row: sqlite3.Row, people: People, others: list[str], app: str, account: str | None) -> Call:
    duration = cells.seconds_long(row["duration"])
    result = cells.integer(row["call_result"])
    return Call(
        where=f"call_log._id={row['_id']}",
        app=app,
        account=account,
        party=people.address(row["jid_row_id"]),
        direction=codes.direction(row["from_me"]),
        started_at=cells.unix_milliseconds(row["timestamp"]),
        duration_s=duration,
        kind="video" if cells.integer(row["video_call"]) == 1 else "voice",
        outcome=codes.outcome(result, duration),
        raw_kind=cells.text(row["call_result"]),
        identifier=cells.text(row["call_id"]),
        thread=people.address(row["group_jid_row_id"]),
        recipients=", ".join(others) or None,
        raw_time=cells.raw_time(row["timestamp"], "ms Unix"),
    )
