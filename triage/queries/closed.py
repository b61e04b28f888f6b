"""What is encrypted, or may be, and was not opened: the first thing to know about an exhibit before it is handed back."""

from __future__ import annotations

from dataclasses import dataclass

from triage.pending import CLOSED
from triage.queries.base import Reader

_KINDS = "('encrypted', 'maybe-encrypted')"


@dataclass(frozen=True, slots=True)
class ClosedRow:
    """Something that stayed closed. `kind` is encrypted or maybe-encrypted; `what` is the kind of the entry: volume, file ..."""

    entry_id: int
    exhibit: str
    source: str
    volume: str | None
    path: str
    what: str
    size: int | None
    kind: str
    message: str

    @property
    def place(self) -> str:
        """Where it is inside the source, in one text: volume and path; empty for the source itself."""
        return " ".join(part for part in (self.volume, self.path) if part)


class Closed(Reader):
    """The query behind the box at the top of status, report and board."""

    def closed(self, *, limit: int = -1) -> list[ClosedRow]:
        """Encrypted before perhaps encrypted, whole volumes and sources before files, larger before smaller."""
        return self.rows(
            ClosedRow,
            f"""SELECT p.entry_id, x.label, v.source, e.volume, e.path, e.kind, e.size, p.kind, p.message FROM problem p
            JOIN entry e ON e.id = p.entry_id JOIN evidence v ON v.id = e.evidence_id JOIN exhibit x ON x.id = v.exhibit_id
            WHERE p.kind IN {_KINDS} ORDER BY p.kind, e.kind = 'file', x.label, e.size DESC, e.volume, e.path, p.message
            LIMIT ?""",
            (limit,),
        )

    def can_be_tried(self, source: str) -> bool:
        """Whether something of a source stayed closed that another password may open."""
        sql = f"SELECT count(*) {CLOSED} AND e.evidence_id = (SELECT id FROM evidence WHERE source = ?)"
        return self.value(sql, (source,)) > 0

    def closed_count(self) -> int:
        """How many there are."""
        return self.value(f"SELECT count(*) FROM problem WHERE kind IN {_KINDS}")
