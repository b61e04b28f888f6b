"""The files table: ids first, rows when they are shown, so that a million of them scroll."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.case import translated
from triage.queries.base import Reader
from triage.schema import iso

if TYPE_CHECKING:
    from collections.abc import Sequence

SORTS = {
    "path": "e.path",
    "name": "e.name",
    "size": "e.size",
    "modified": "e.modified",
    "type": "c.mime",
    "status": "coalesce(c.status, 'pending')",
    "deleted": "e.deleted",
    "priority": "e.priority",
}


@dataclass(frozen=True, slots=True)
class FileFilter:
    """Which entries. `text` is looked for in the path; `mime` is a prefix (`image/`); None: any."""

    text: str = ""
    mime: str | None = None
    deleted: bool | None = None
    status: str | None = None
    hits: bool = False
    odd: bool = False  # of another type than the name says, or with data that are not its own
    parent: int | None = None
    files_only: bool = True


@dataclass(frozen=True, slots=True)
class FileRow:
    """One entry as a table shows it."""

    id: int
    exhibit: str
    volume: str | None
    path: str
    name: str
    kind: str
    size: int | None
    deleted: bool
    mime: str | None
    mismatch: bool
    md5: str | None
    sha1: str | None
    sha256: str | None
    modified: str | None
    accessed: str | None
    changed: str | None
    born: str | None
    status: str
    locator: str
    reason: str
    notable: bool
    appended: str | None = None  # what is behind its end or shares its bytes: type, byte and size of each


class Files(Reader):
    """Queries over entries."""

    def file_ids(self, chosen: FileFilter | None = None, *, sort: str = "path", descending: bool = False) -> array[int]:
        """Ids of the entries that pass the filter, sorted: 8 bytes each."""
        where, values = _where(chosen or FileFilter())
        order = f"{SORTS[sort]} {'DESC' if descending else 'ASC'}, e.path, e.locator"
        joined = "LEFT JOIN content c ON c.entry_id = e.id" if "c." in where + order else ""
        with translated(self.folder):
            found = self._database.execute(f"SELECT e.id FROM entry e {joined} {where} ORDER BY {order}", values)
            return array("q", (number for (number,) in found))

    def file_rows(self, ids: Sequence[int]) -> dict[int, FileRow]:
        """The rows of these ids (a page of them), by id."""
        times = ", ".join(
            iso(f"e.{name}", f"e.local_times & {1 << bit}")
            for bit, name in enumerate(("modified", "accessed", "changed", "born"))
        )
        rows = self.rows(
            FileRow,
            f"""SELECT e.id, x.label, e.volume, e.path, e.name, e.kind, e.size, e.deleted, c.mime, coalesce(c.mismatch, 0),
            lower(hex(c.md5)), lower(hex(c.sha1)), lower(hex(c.sha256)), {times},
            coalesce(c.status, 'pending'), e.locator, e.reason,
            EXISTS (SELECT 1 FROM hit h WHERE h.entry_id = e.id AND h.list_kind = 'notable'),
            (SELECT group_concat(coalesce(a.mime, '?') || ' @ ' || a.offset || ' (' || a.size || ' B)', ', ') FROM appended a
            WHERE a.entry_id = e.id)
            FROM entry e JOIN evidence v ON v.id = e.evidence_id JOIN exhibit x ON x.id = v.exhibit_id
            LEFT JOIN content c ON c.entry_id = e.id WHERE e.id IN ({", ".join("?" * len(ids))})""",
            list(ids),
        )
        return {row.id: row for row in rows}


def _where(chosen: FileFilter) -> tuple[str, list[object]]:
    conditions: list[tuple[str, list[object]]] = []
    if chosen.files_only:
        conditions.append(("e.kind = 'file'", []))
    if chosen.text:
        conditions.append(("e.path LIKE ? ESCAPE '\\'", [f"%{_escaped(chosen.text)}%"]))
    if chosen.mime is not None:
        conditions.append(("c.mime LIKE ? ESCAPE '\\'", [f"{_escaped(chosen.mime)}%"]))
    if chosen.deleted is not None:
        conditions.append(("e.deleted = ?", [int(chosen.deleted)]))
    if chosen.status is not None:
        conditions.append(("coalesce(c.status, 'pending') = ?", [chosen.status]))
    if chosen.parent is not None:
        conditions.append(("e.parent = ?", [chosen.parent]))
    conditions += [(words, []) for name, words in _FLAGS.items() if getattr(chosen, name)]
    values = [value for _, more in conditions for value in more]
    return ("WHERE " + " AND ".join(words for words, _ in conditions) if conditions else ""), values


_FLAGS = {
    "odd": "(c.mismatch OR e.id IN (SELECT entry_id FROM appended))",
    "hits": "e.id IN (SELECT entry_id FROM hit WHERE list_kind = 'notable')",
}


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
