"""Conversations: one list of them, and all messages one conversation after the other, so that each is a range of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.report.browse.chunks import plain
from triage.report.conversations import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from triage.queries import MessageRow
    from triage.report import Report
    from triage.report.browse.chunks import Chunks, DataSet
    from triage.report.model import Key

MESSAGES, THREADS = 500, 1000
MESSAGE_COLUMNS = (
    "thread", "direction", "sender", "sender_name", "sent_at", "body", "kind", "attachment", "finding", "notable", "tied", "deleted", "where_",
    "path", "assumed", "chosen",
)  # fmt: skip
THREAD_COLUMNS = ("app", "account", "thread", "name", "messages", "first_at", "last_at", "finding", "start")


def write_talks(report: Report, chunks: Chunks) -> dict[str, DataSet]:
    """Write threads and messages. Raises OSError, CaseError."""
    threads = report.threads()
    numbers = {key_of(thread): number for number, thread in enumerate(threads)}
    starts: dict[Key, int] = {}
    rows = _messages(report, numbers, starts)
    messages = chunks.write("messages", MESSAGE_COLUMNS, rows, size=MESSAGES)
    listed = [
        [
            *(plain(each) for each in (thread.app, thread.account, thread.thread, thread.name)),
            thread.messages,
            thread.first_at,
            thread.last_at,
            int(key_of(thread) in report.marked),
            starts.get(key_of(thread), 0),
        ]
        for thread in threads
    ]
    return {
        "messages": messages,
        "threads": chunks.write("threads", THREAD_COLUMNS, listed, size=THREADS, by=("app",)),
    }


def _messages(report: Report, numbers: Mapping[Key, int], starts: dict[Key, int]) -> Iterator[list[object]]:
    """The messages of the conversations listed; `starts` takes the row at which each begins."""
    row = 0
    for message in report.every_message():
        key = (message.app, message.account, message.thread)
        if key not in numbers:
            continue
        starts.setdefault(key, row)
        row += 1
        yield _message(message, numbers[key], report.numbers.get(message.attachment_entry_id or 0))


def _message(message: MessageRow, thread: int, finding: int | None) -> list[object]:
    return [
        thread,
        message.direction,
        plain(message.sender),
        plain(message.sender_name),
        message.sent_at,
        plain(message.body, lines=True),
        message.kind,
        plain(message.attachment),
        finding,
        int(message.attachment_notable),
        message.attachment_rule,
        message.deleted,
        plain(message.where),
        plain(message.source_path),
        plain(message.assumed),
        int(message.chosen),
    ]
