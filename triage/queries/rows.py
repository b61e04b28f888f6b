"""The documented views row by row, and one digest for each of them.

The digest does not depend on ids or on the order in which entries were examined: equal evidence and equal settings give
equal digests. A run writes them into the custody log when it ends, and `verify` compares them with the database again.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from triage.casefolder import translated
from triage.queries.base import Reader, spans
from triage.queries.unordered import digest_of_sorted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DIGESTED = ("v_files", "v_hits", "v_messages", "v_media", "v_gallery", "v_caches", "v_calls", "v_problems")
_IDS = {"entry_id", "attachment_entry_id"}
_TOGETHER = 1000  # rows that SQLite writes into one text
# The views that have the most rows, with times and digests as they are stored: writing them as text would take most of the time.
_FILES = """json_array(x.label, v.source, e.volume, e.path, e.name, e.size, e.kind, e.deleted, c.mime,
    hex(c.md5), hex(c.sha1), hex(c.sha256), e.modified, e.accessed, e.changed, e.born, e.local_times, c.status)
    FROM entry e JOIN evidence v ON v.id = e.evidence_id JOIN exhibit x ON x.id = v.exhibit_id
    LEFT JOIN content c ON c.entry_id = e.id WHERE e.id BETWEEN ? AND ?"""
_MESSAGES = """json_array(m.app, m.account, m.thread, m.thread_name, m.sender, m.sender_name, m.recipients, m.direction, m.sent_at,
    m.sent_at_local, m.body, m.kind, m.attachment, m.deleted, m.where_, m.identifier, m.quoted, m.quoted_body, m.edited_at,
    m.edited_at_local, m.expires_at, m.expires_at_local, m.received_at, m.received_at_local, m.read_at, m.read_at_local, m.forwarded,
    m.view_once, m.raw_kind, m.raw_time, m.assumed, a.rule, a.fitting, m.copies, m.states, m.account_rule,
    (SELECT max(x.duration_s) FROM media x WHERE x.entry_id = a.attachment_entry_id))
    FROM shown_message m LEFT JOIN attachment a ON a.message_id = m.id WHERE m.id BETWEEN ? AND ?"""
_STORED = {"v_files": ("entry", _FILES), "v_messages": ("message", _MESSAGES)}


class Views(Reader):
    """Queries over the views that other programs read too."""

    def view_names(self) -> list[str]:
        """Every documented view."""
        return self.rows(
            str, "SELECT name FROM sqlite_master WHERE type = 'view' AND name LIKE 'v\\_%' ESCAPE '\\' ORDER BY name"
        )

    def view_columns(self, view: str) -> list[str]:
        """The columns of a view, in order."""
        return self.rows(str, "SELECT name FROM pragma_table_info(?)", (view,))

    def view_rows(self, view: str, columns: Sequence[str]) -> Iterator[tuple[object, ...]]:
        """The rows of a view, sorted by every column asked for, one at a time. Raises CaseError."""
        names = ", ".join(f'"{name}"' for name in columns)
        order = ", ".join(str(number) for number in range(1, len(columns) + 1))
        with translated(self.folder):
            rows = self._database.execute(f'SELECT {names} FROM "{view}" ORDER BY {order}')
            for row in rows:  # noqa: UP028  # who stops early closes the database first: then a cursor cannot be closed
                yield row

    def row_digests(self, view: str, columns: Sequence[str]) -> Iterator[bytes]:
        """SHA-256 of each row as SQLite's `json_array` writes it, in any order. Raises CaseError."""
        with translated(self.folder):
            for text in self._as_stored(*_STORED[view]) if view in _STORED else self._as_shown(view, columns):
                yield from map(_digest_of, text.split(b"\n"))

    def _as_shown(self, view: str, columns: Sequence[str]) -> Iterator[bytes]:
        names = ", ".join(f'"{name}"' for name in columns)
        for (text,) in self._database.execute(f'SELECT CAST(json_array({names}) AS BLOB) FROM "{view}"'):
            yield text

    def _as_stored(self, table: str, selected: str) -> Iterator[bytes]:
        """The same of a view that has a row for each of a table: many of them in one text, in few steps."""
        line, _, source = selected.partition("\n    FROM ")
        sql = f"SELECT CAST(group_concat({line}, char(10)) AS BLOB) FROM {source}"
        for first, last, _ in spans(self._database, table, "id", _TOGETHER):
            (text,) = self._database.execute(sql, (first, last)).fetchone()
            if text:
                yield text

    def damage(self) -> list[str]:
        """What SQLite's own integrity check finds wrong in the two databases; nothing: they are whole."""
        found: list[str] = []
        for connection in (self._database, self._previews):
            with translated(self.folder):
                found += [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
        return found


def rows_digest(queries: Views) -> dict[str, dict[str, object]]:
    """For each view `{"rows": count, "sha256": hexadecimal}`: SHA-256 over the sorted SHA-256 digests of its rows.

    A row is what SQLite's `json_array` makes of the columns in the order of the view, ids left out; of v_files and v_messages with the
    times in nanoseconds as stored, a flag for each that has no zone, and digests in capitals.
    """
    return {view: _digest(queries, view) for view in DIGESTED}


def _digest(queries: Views, view: str) -> dict[str, object]:
    columns = [name for name in queries.view_columns(view) if name not in _IDS]
    rows, digest = digest_of_sorted(queries.row_digests(view, columns))
    return {"rows": rows, "sha256": digest}


def _digest_of(line: bytes) -> bytes:
    return hashlib.sha256(line).digest()
