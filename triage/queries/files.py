"""The files table: ids first, rows when they are shown, so that a million of them scroll."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from triage.queries.base import Reader
from triage.schema import iso

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Sequence

    from triage.queries.period import Period

SORTS = {
    "path": "e.path",
    "name": "e.name",
    "size": "e.size",
    "modified": "e.modified",
    "created": "e.born",
    "type": "c.mime",
    "status": "coalesce(c.status, 'pending')",
    "deleted": "e.deleted",
    "priority": "e.priority",
    "sha256": "c.sha256",
}
INDEXED = ("e.path", "e.name", "e.size", "e.modified")  # of a case at rest (`triage.schema`)
KINDS: dict[str, tuple[str, ...]] = {  # prefixes of types
    "pictures": ("image/",),
    "videos": ("video/",),
    "sounds": ("audio/",),
    "documents": (
        "text/", "application/pdf", "application/msword", "application/rtf", "application/vnd.ms-", "application/vnd.oasis",
        "application/vnd.openxmlformats",
    ),
    "archives": (
        "application/zip", "application/x-7z", "application/x-rar", "application/vnd.rar", "application/x-tar", "application/gzip",
        "application/x-bzip2", "application/x-xz", "application/zstd", "application/vnd.android.package",
    ),
    "databases": ("application/vnd.sqlite3", "application/x-sqlite3"),
    "programs": ("application/x-dosexec", "application/x-executable", "application/x-pie", "application/x-sharedlib", "application/x-mach"),
}  # fmt: skip
FEW = 30_000  # entries up to which it is quicker to find them by their content first and to sort them then


@dataclass(frozen=True, slots=True)
class FileFilter:
    """Which entries. `text` is looked for in the path; `kind` is one of KINDS, `mime` a prefix; None and "": any.

    `larger` and `smaller` are in bytes, both including. An entry lies in `period` where it was modified or created in it; `changed` asks
    for its modification alone.
    """

    text: str = ""
    mime: str | None = None
    deleted: bool | None = None
    status: str | None = None
    hits: bool = False
    odd: bool = False  # of another type than the name says, or with data that are not its own
    parent: int | None = None
    files_only: bool = True
    kind: str = ""
    larger: int | None = None
    smaller: int | None = None
    changed: Period | None = None
    period: Period | None = None
    exhibit: str = ""


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

    def file_ids(
        self,
        chosen: FileFilter | None = None,
        *,
        sort: str = "path",
        descending: bool = False,
        limit: int = -1,
        stop: Callable[[], bool] = lambda: False,
    ) -> array[int]:
        """Ids of the entries that pass the filter, sorted, 8 bytes each; those of equal value in the order in which they were found.

        `stop` is asked now and then: what is not wanted any more ends early.
        """
        conditions, values = _where(chosen or FileFilter())
        where = " AND ".join(conditions) or "1"
        way = "DESC" if descending else "ASC"
        joined = self._joined(where, SORTS[sort], values)
        found = f"SELECT e.id FROM {joined} WHERE {where} ORDER BY {SORTS[sort]} {way}, e.id {way} LIMIT ?"
        return self.numbers(found, [*values, limit], stop)

    def _joined(self, where: str, order: str, values: Sequence[object]) -> str:
        """Entries alone; with their content; or from the content outward, where it leaves few of them."""
        if "c." not in where:
            entries = (
                "entry e" if order in INDEXED else "entry e NOT INDEXED"
            )  # an index in another order only costs steps
            return f"{entries} LEFT JOIN content c ON c.entry_id = e.id" if "c." in order else entries
        inward = "content c CROSS JOIN entry e ON e.id = c.entry_id"
        few = self.value(f"SELECT count(*) FROM (SELECT 1 FROM {inward} WHERE {where} LIMIT {FEW})", values) < FEW
        return inward if few else "entry e JOIN content c ON c.entry_id = e.id"

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


def _where(chosen: FileFilter) -> tuple[list[str], list[object]]:
    """Conditions on an entry `e` and its content `c`, and what they bind."""
    found: list[tuple[str, list[object]]] = [(words, []) for name, words in _FLAGS.items() if getattr(chosen, name)]
    for name, (words, made) in _BOUND.items():
        if (value := getattr(chosen, name)) not in {None, ""}:
            found.append((words, [made(value)]))
    if prefixes := (*KINDS.get(chosen.kind, ()), *((chosen.mime,) if chosen.mime else ())):
        found.append((f"({' OR '.join(['c.mime GLOB ?'] * len(prefixes))})", [f"{each}*" for each in prefixes]))
    if chosen.status == "pending":
        found.append(("e.id IN (SELECT entry_id FROM queue)", []))
    elif chosen.status:
        found.append(("c.status = ?", [chosen.status]))
    if chosen.changed:
        found.append((chosen.changed.holds("e.modified", "e.local_times & 1"), []))
    if chosen.period:
        modified = chosen.period.holds("e.modified", "e.local_times & 1")
        found.append((f"({modified} OR {chosen.period.holds('e.born', 'e.local_times & 8')})", []))
    return [words for words, _ in found], [value for _, more in found for value in more]


_FLAGS = {
    "files_only": "e.kind = 'file'",
    "odd": "e.id IN (SELECT entry_id FROM content WHERE mismatch UNION SELECT entry_id FROM appended)",
    "hits": "e.id IN (SELECT entry_id FROM hit WHERE list_kind = 'notable')",
}
_BOUND: dict[str, tuple[str, Callable[[Any], object]]] = {
    "text": ("e.path LIKE ? ESCAPE '\\'", lambda text: f"%{_escaped(text)}%"),
    "deleted": ("e.deleted = ?", int),
    "parent": ("e.parent = ?", int),
    "larger": ("e.size >= ?", int),
    "smaller": ("e.size <= ?", int),
    "exhibit": (
        "e.evidence_id IN (SELECT v.id FROM evidence v JOIN exhibit x ON x.id = v.exhibit_id WHERE x.label = ?)",
        str,
    ),
}


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
