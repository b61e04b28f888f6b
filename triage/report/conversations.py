"""Conversations within bounds: those in which a listed file was exchanged first, the latest messages of each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from triage.report.sections import Capped
from triage.report.shown import FULL_LIMIT

if TYPE_CHECKING:
    from triage.queries import MessageRow, Provenance, Queries, ThreadRow
    from triage.queries.findings import Origin

THREADS, MESSAGES_A_THREAD = 150, 120
PLACES = 10  # of a message that was read more than once
CHARACTERS = 1_500_000  # of all messages shown together: a page much larger than this no longer opens everywhere


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation; `notable` where a file that matched a notable list was exchanged in it.

    `origins` are the databases its messages were read from, by entry; more than one where a backup lies beside the original.
    `provenances` are the other places of messages that were read more than once, by message.
    """

    number: int
    thread: ThreadRow
    notable: bool
    origins: dict[int, Origin]
    messages: Capped[MessageRow]
    provenances: dict[int, list[Provenance]]


def conversations(queries: Queries) -> Capped[Conversation]:
    """What of the conversations a page shows. Raises CaseError."""
    marked, lines = queries.notable_threads(), queries.line_threads()
    threads = sorted(queries.threads(), key=lambda each: key_of(each) not in marked | lines)
    shown: list[Conversation] = []
    left = CHARACTERS
    for number, thread in enumerate(threads[:THREADS], start=1):
        rows = _latest(queries, thread, chosen=key_of(thread) in lines) if left > 0 else []
        rows, left = _within(rows, left)
        origins = queries.origins(sorted({row.entry_id for row in rows}))
        copies = {row.id: queries.provenances("message", row.id, limit=PLACES) for row in rows if row.copies > 1}
        shown.append(
            Conversation(number, thread, key_of(thread) in marked, origins, Capped(rows, thread.messages), copies)
        )
    return Capped(shown, len(threads))


def key_of(thread: ThreadRow) -> tuple[str, str | None, str | None]:
    """What tells conversations apart."""
    return thread.app, thread.account, thread.thread


def _latest(queries: Queries, thread: ThreadRow, *, chosen: bool) -> list[MessageRow]:
    """The latest messages; before them, those that were chosen for the report."""
    first = max(0, thread.messages - MESSAGES_A_THREAD)
    rows = queries.messages(*key_of(thread), limit=MESSAGES_A_THREAD, offset=first)
    if not chosen or not first:
        return rows
    earlier = (row for row in queries.each_message(*key_of(thread), limit=first) if row.chosen)
    return [*islice(earlier, MESSAGES_A_THREAD), *rows]


def _within(rows: list[MessageRow], left: int) -> tuple[list[MessageRow], int]:
    """The latest rows that fit, and what is left after them."""
    kept: list[MessageRow] = []
    for row in reversed(rows):
        left -= 100 + min(FULL_LIMIT, len(row.body or ""))
        if left < 0:
            break
        kept.append(row)
    return kept[::-1], left
