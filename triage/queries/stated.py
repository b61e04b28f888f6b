"""What persons stated about case and exhibits: what stands, and what it corrected."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby

from triage.queries.base import Reader


@dataclass(frozen=True, slots=True)
class StatedRow:
    """One act about one fact. `exhibit` None: about the case. `state`: current, corrected or withdrawal (it has no value then)."""

    exhibit: str | None
    name: str
    values: tuple[str, ...]
    at: str
    actor: str
    state: str
    act: int


@dataclass(frozen=True, slots=True)
class PhotographRow:
    """A picture of an exhibit. `file` is its place in the case folder; `state`: current, withdrawn or withdrawal."""

    exhibit: str
    number: int
    file: str | None
    sha256: str | None
    size: int | None
    original: str | None
    caption: str | None
    taken_at: str | None
    at: str
    actor: str
    state: str
    corrects: int | None


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """An exhibit passed on. `handed_at` with its zone; `state`: current, corrected, withdrawn or withdrawal."""

    exhibit: str
    number: int
    giver: str | None
    receiver: str | None
    handed_at: str | None
    purpose: str | None
    seal: str | None
    seal_number: str | None
    place: str | None
    remark: str | None
    at: str
    actor: str
    state: str
    corrects: int | None


@dataclass(frozen=True, slots=True)
class ExhibitRow:
    """An exhibit with all that stands about it, and the evidence opened from it."""

    label: str
    at: str
    actor: str
    facts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    photographs: tuple[PhotographRow, ...] = ()
    handovers: tuple[HandoverRow, ...] = ()
    sources: tuple[str, ...] = ()


class Stated(Reader):
    """Queries about what was stated."""

    def case_facts(self) -> dict[str, tuple[str, ...]]:
        """What stands about the case, by name, in the order first stated."""
        return _standing(self.stated(about_case=True))

    def stated(self, *, about_case: bool = False, exhibit: str | None = None) -> list[StatedRow]:
        """Every act about the case, about one exhibit, or about all there is, in the order it was done."""
        rows = self.rows(
            lambda *row: row,
            """SELECT act, exhibit, name, value, at, actor, state FROM v_facts WHERE ? OR CASE WHEN ? THEN exhibit IS NULL
            ELSE exhibit = ? END ORDER BY act, position""",
            (not about_case and exhibit is None, about_case, exhibit),
        )
        return [_stated(list(group)) for _, group in groupby(rows, key=lambda row: row[0])]

    def exhibit_rows(self) -> list[ExhibitRow]:
        """Every exhibit, by label."""
        return [
            ExhibitRow(
                label,
                at,
                actor,
                _standing(self.stated(exhibit=label)),
                tuple(row for row in self.photographs(label) if row.state == "current"),
                tuple(row for row in self.handovers(label) if row.state == "current"),
                tuple(self.sources_of(label)),
            )
            for label, at, actor in self.rows(lambda *row: row, "SELECT label, at, actor FROM exhibit ORDER BY label")
        ]

    def photographs(self, exhibit: str | None = None) -> list[PhotographRow]:
        """Photographs of one exhibit or of all, in the order added, with those that were withdrawn."""
        return self.rows(
            PhotographRow,
            """SELECT exhibit, number, file, sha256, size, original, caption, taken_at, at, actor, state, corrects
            FROM v_photographs WHERE ? IS NULL OR exhibit = ? ORDER BY exhibit, number""",
            (exhibit, exhibit),
        )

    def handovers(self, exhibit: str | None = None) -> list[HandoverRow]:
        """Hand-overs of one exhibit or of all, by exhibit and time, with those that were corrected."""
        return self.rows(
            HandoverRow,
            """SELECT exhibit, number, giver, receiver, handed_at, purpose, seal, seal_number, place, remark, at, actor, state,
            corrects FROM v_handovers WHERE ? IS NULL OR exhibit = ?
            ORDER BY exhibit, unixepoch(handed_at) IS NULL, unixepoch(handed_at), number""",
            (exhibit, exhibit),
        )

    def sources_of(self, exhibit: str) -> list[str]:
        """The sources opened from an exhibit, in the order added."""
        sql = "SELECT source FROM evidence v JOIN exhibit x ON x.id = v.exhibit_id WHERE x.label = ? ORDER BY v.id"
        return self.rows(str, sql, (exhibit,))


def _stated(rows: list[tuple[int, str | None, str, str | None, str, str, str]]) -> StatedRow:
    act, exhibit, name, _, at, actor, state = rows[0]
    return StatedRow(exhibit, name, tuple(row[3] for row in rows if row[3] is not None), at, actor, state, act)


def _standing(rows: list[StatedRow]) -> dict[str, tuple[str, ...]]:
    return {row.name: row.values for row in rows if row.state == "current"}
