"""What lies beside a file in its folder, by name."""

from __future__ import annotations

from dataclasses import dataclass

from triage.queries.base import Reader

BESIDE = 12  # files on either side


@dataclass(frozen=True, slots=True)
class NeighbourRow:
    """A file of the same folder. `kind` is picture, video or audio, None where it is none of them; `itself` marks the file asked about."""

    entry_id: int
    name: str
    deleted: bool
    kind: str | None
    notable: bool
    itself: bool


class Neighbours(Reader):
    """Queries about folders."""

    def neighbours(self, entry_id: int, *, beside: int = BESIDE) -> list[NeighbourRow]:
        """The file between those before and behind it in its folder; nothing where the case has no such file."""
        place = self.rows(lambda *row: row, "SELECT parent, name FROM entry WHERE id = ?", (entry_id,))
        if not place:
            return []
        parent, name = place[0]
        before = self._some("(e.name, e.id) < (?, ?) ORDER BY e.name DESC, e.id DESC", (parent, name, entry_id, beside))
        behind = self._some("(e.name, e.id) >= (?, ?) ORDER BY e.name, e.id", (parent, name, entry_id, beside + 1))
        rows = [*reversed(before), *behind]
        return [NeighbourRow(*row, itself=row[0] == entry_id) for row in rows]

    def _some(self, condition: str, values: tuple[object, ...]) -> list[tuple[int, str, bool, str | None, bool]]:
        return self.rows(
            lambda entry, name, deleted, kind, notable: (entry, name, bool(deleted), kind, bool(notable)),
            f"""SELECT e.id, e.name, e.deleted, (SELECT min(m.kind) FROM media m WHERE m.entry_id = e.id),
            EXISTS (SELECT 1 FROM hit h WHERE h.entry_id = e.id AND h.list_kind = 'notable') FROM entry e
            WHERE e.parent IS ? AND e.kind = 'file' AND {condition} LIMIT ?""",
            values,
        )
