"""The documented views row by row, and one digest for each of them.

The digest does not depend on ids or on the order in which entries were examined: equal evidence and equal settings give
equal digests. A run writes them into the custody log when it ends, and `verify` compares them with the database again.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from triage.case import translated
from triage.queries.base import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DIGESTED = ("v_files", "v_hits", "v_messages", "v_media", "v_calls", "v_problems")
_IDS = {"entry_id", "attachment_entry_id"}
_TOGETHER = 1000  # entries whose rows SQLite writes into one text
# The rows of v_files with times and digests as they are stored: writing them as text would take most of the time.
_FILES = """SELECT coalesce(group_concat(json_array(x.label, v.source, e.volume, e.path, e.name, e.size, e.kind, e.deleted, c.mime,
    hex(c.md5), hex(c.sha1), hex(c.sha256), e.modified, e.accessed, e.changed, e.born, e.local_times, c.status), char(10)), '')
    FROM entry e JOIN evidence v ON v.id = e.evidence_id JOIN exhibit x ON x.id = v.exhibit_id
    LEFT JOIN content c ON c.entry_id = e.id WHERE e.id BETWEEN ? AND ?"""


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
            yield from self._database.execute(f'SELECT {names} FROM "{view}" ORDER BY {order}')

    def row_digests(self, view: str, columns: Sequence[str]) -> list[bytes]:
        """SHA-256 of each row as SQLite's `json_array` writes it, sorted: 32 bytes a row. Raises CaseError."""
        if view == "v_files":
            return self._file_digests()
        names = ", ".join(f'"{name}"' for name in columns)
        return sorted(self.rows(_digest_of, f'SELECT json_array({names}) FROM "{view}"'))

    def _file_digests(self) -> list[bytes]:
        """The same for the view that has one row an entry and so the most rows: many of them in one text, in few steps."""
        starts = range(0, self.value("SELECT max(id) FROM entry") + 1, _TOGETHER)
        texts = (self.rows(str, _FILES, (start, start + _TOGETHER - 1))[0] for start in starts)
        return sorted(_digest_of(line) for text in texts if text for line in text.split("\n"))

    def damage(self) -> list[str]:
        """What SQLite's own integrity check finds wrong in the two databases; nothing: they are whole."""
        found: list[str] = []
        for connection in (self._database, self._previews):
            with translated(self.folder):
                found += [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
        return found


def rows_digest(queries: Views) -> dict[str, dict[str, object]]:
    """For each view `{"rows": count, "sha256": hexadecimal}`: SHA-256 over the sorted SHA-256 digests of its rows.

    A row is what SQLite's `json_array` makes of the columns in the order of the view, ids left out; of v_files with the times in
    nanoseconds as stored, a flag for each that has no zone, and digests in capitals.
    """
    return {view: _digest(queries, view) for view in DIGESTED}


def _digest(queries: Views, view: str) -> dict[str, object]:
    digests = queries.row_digests(view, [name for name in queries.view_columns(view) if name not in _IDS])
    return {"rows": len(digests), "sha256": hashlib.sha256(b"".join(digests)).hexdigest()}


def _digest_of(line: str) -> bytes:
    return hashlib.sha256(line.encode("utf-8", "surrogateescape")).digest()
