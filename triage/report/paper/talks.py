"""Conversation extracts: what surrounds each finding, or the latest messages, as bubbles with times."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.queries import MessageRow, ThreadRow
    from triage.report.model import Report
    from triage.report.paper.words import Words

THREADS, WHOLE, AROUND, LATEST, MOST = 40, 60, 6, 20, 200
Data = dict[str, object]
Gap = int  # how many messages were left out at this place


def talks(report: Report, words: Words) -> Data:
    """Extracts of the conversations, those with a finding first."""
    threads = report.threads()
    shown = [_talk(report, thread, words) for thread in threads[:THREADS]]
    return {
        "talks": shown,
        "more": words.left_out(len(shown), len(threads), "v_messages"),
        "none": words("report.no_messages_line"),
    }


def _talk(report: Report, thread: ThreadRow, words: Words) -> Data:
    marked = (thread.app, thread.account, thread.thread) in report.marked
    rows = list(extract(report, thread, marked=marked))
    messages = [row for row in rows if not isinstance(row, int)]
    origins = report.frame.queries.origins(sorted({row.entry_id for row in messages}))
    name = thread.name or thread.thread
    about = [
        words.name(thread.app),
        f"{words('report.account')} {words.name(thread.account)}" if thread.account else "",
        words.name(thread.thread) if thread.thread and thread.thread != name else "",
        words("report.messages_n", n=words.number(thread.messages)),
    ]
    return {
        "name": words.name(name) if name else words("report.thread_unnamed"),
        "marked": marked,
        "about": " · ".join(part for part in about if part),
        "span": f"{words.moment(thread.first_at)} \N{EN DASH} {words.moment(thread.last_at)}",
        "origins": [
            f"{words('report.read_from')} {words.name(each.exhibit)}: {words.name(each.path)}"
            for each in origins.values()
        ],
        "rows": [_row(report, row, words) for row in rows],
    }


def extract(report: Report, thread: ThreadRow, *, marked: bool) -> Iterator[MessageRow | Gap]:
    """A short conversation whole; of a long one what surrounds the findings, or the latest. Never more than `MOST` messages."""
    if thread.messages <= WHOLE:
        yield from report.messages(thread)
    elif marked:
        yield from _around(report, thread)
    else:
        yield thread.messages - LATEST
        yield from deque(report.messages(thread), maxlen=LATEST)


def _around(report: Report, thread: ThreadRow) -> Iterator[MessageRow | Gap]:
    before: deque[MessageRow] = deque(maxlen=AROUND)
    after, skipped, given = 0, 0, 0
    for row in report.messages(thread):
        near = (row.attachment_entry_id in report.numbers or row.chosen) and given < MOST
        if near or after:
            if skipped:
                yield skipped
            yield from before
            yield row
            given, after, skipped = given + len(before) + 1, AROUND if near else after - 1, 0
            before.clear()
            continue
        if len(before) == AROUND:
            skipped += 1
        before.append(row)
    if skipped + len(before):
        yield skipped + len(before)


def _row(report: Report, row: MessageRow | Gap, words: Words) -> Data:
    if isinstance(row, int):
        return {"gap": words("paper.left_out", n=words.number(row))}
    gone = f"{words('report.message_deleted')}: {words.word('gone', row.deleted)}" if row.deleted else None
    kinds = (
        words("report.line_chosen") if row.chosen else "",
        words.word("message", row.kind) if row.kind not in {"text", row.deleted} else "",
    )
    return {
        "side": row.direction if row.direction in {"in", "out"} else "unknown",
        "who": _who(row, words),
        "gone": gone,
        "kind": " · ".join(filter(None, kinds)) or None,
        "assumed": f"{words('report.message_assumed')}: {words.name(row.assumed)}" if row.assumed else None,
        "body": words.body(row.body),
        "attachment": _attachment(report, row, words),
        "finding": report.numbers.get(row.attachment_entry_id or 0),
        "when": words.moment(row.sent_at),
        "where": words.name(row.where),
    }


def _who(row: MessageRow, words: Words) -> str:
    if row.sender_name and row.sender:
        return f"{words.name(row.sender_name)} ({words.name(row.sender)})"
    if row.sender_name or row.sender:
        return words.name(row.sender_name or row.sender)
    return words("report.owner" if row.direction == "out" else "report.sender_not_said")


def _attachment(report: Report, row: MessageRow, words: Words) -> str | None:
    if not row.attachment and row.attachment_entry_id is None:
        return None
    name = words.name(row.attachment)
    if row.attachment_entry_id in report.numbers:
        return name
    if row.attachment_entry_id is None:
        told = f"report.rule_{row.attachment_rule}" if row.attachment_rule else "report.attachment_not_tied"
        return f"{name} — {words(told)}"
    return name
