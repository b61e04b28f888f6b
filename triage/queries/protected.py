"""Whose identity reports do not show. No documented view tells it: tables of views are given away."""

from __future__ import annotations

from dataclasses import dataclass

from triage.queries.base import Reader


@dataclass(frozen=True, slots=True)
class ProtectedRow:
    """Something that tells who a protected person is. `kind`: name, number or file (`value` is the id of the entry then)."""

    person: int
    role: str
    kind: str
    value: str
    at: str
    actor: str


class Protected(Reader):
    """Queries about protection."""

    def protected(self) -> list[ProtectedRow]:
        """What is protected now, by person."""
        return self.rows(
            ProtectedRow,
            """SELECT person, role, kind, value, at, actor FROM protected p WHERE NOT removed AND NOT EXISTS (SELECT 1
            FROM protected l WHERE l.id > p.id AND l.person = p.person AND l.kind = p.kind AND l.value = p.value)
            ORDER BY person, id""",
        )

    def held_back(self) -> frozenset[int]:
        """Entries that do not leave the case unless that is confirmed: what matched a notable list, was graded, or shows a protected person."""
        sql = """SELECT entry_id FROM hit WHERE list_kind = 'notable'
            UNION SELECT entry_id FROM v_tags WHERE state = 'current' AND code IS NOT NULL"""
        shown = (int(row.value) for row in self.protected() if row.kind == "file")
        return frozenset((*self.rows(int, sql), *shown))
