"""Grades as they stand, how many of each, and what lists say of files that nobody has graded yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.queries.base import Reader

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

PAGE = 500  # files asked about at once
# The last act about a file in a scheme stands, unless it took the grade back.
STANDING = """SELECT t.entry_id, t.code, t.name FROM tag t WHERE t.scheme = ? AND NOT t.removed AND NOT EXISTS
    (SELECT 1 FROM tag l WHERE l.entry_id = t.entry_id AND l.scheme = t.scheme AND l.id > t.id)"""


@dataclass(frozen=True, slots=True)
class GradeCount:
    """How often a grade was given: files, and how many different contents these have."""

    code: str
    label: str
    files: int
    contents: int


@dataclass(frozen=True, slots=True)
class Listed:
    """What lists say of files without a grade: `codes` by file where all agree; how many lists disagree about, and how many have other codes.

    Only the same content counts (never a likeness), and only codes that the list states in this scheme.
    """

    codes: dict[int, str]
    disagreeing: int
    otherwise: int


class Grading(Reader):
    """Queries about grades."""

    def grades_of(self, ids: Sequence[int], scheme: str) -> dict[int, tuple[str, str]]:
        """Code and label of the grade that stands, by file; files without one are left out."""
        found: dict[int, tuple[str, str]] = {}
        for start in range(0, len(ids), PAGE):
            part = list(ids[start : start + PAGE])
            sql = f"""SELECT entry_id, code, name, removed FROM tag WHERE scheme = ? AND entry_id IN ({", ".join("?" * len(part))})
                ORDER BY id"""
            for entry, code, name, removed in self.rows(lambda *row: row, sql, [scheme, *part]):
                found.pop(entry, None)
                if not removed:
                    found[entry] = (code, name)
        return found

    def grade_counts(self, scheme: str) -> list[GradeCount]:
        """Of each grade that was given and stands, by code."""
        return self.rows(
            GradeCount,
            f"""SELECT s.code, max(s.name), count(*), count(DISTINCT coalesce(c.sha256, s.entry_id)) FROM ({STANDING}) s
            LEFT JOIN content c ON c.entry_id = s.entry_id GROUP BY s.code ORDER BY s.code""",
            (scheme,),
        )

    def listed_grades(self, scheme: str, codes: Collection[str]) -> Listed:
        """What lists say of files nobody has graded; `codes` are those of the scheme."""
        stated: dict[int, set[str]] = {}
        otherwise: set[int] = set()
        sql = f"""SELECT h.entry_id, h.scheme, h.code FROM hit h WHERE h.list_kind = 'notable' AND h.how = 'exact'
            AND h.entry_id NOT IN (SELECT entry_id FROM ({STANDING})) ORDER BY h.entry_id, h.id"""
        for entry, named, code in self.rows(lambda *row: row, sql, (scheme,)):
            if named == scheme and code in codes:
                stated.setdefault(entry, set()).add(code)
            else:
                otherwise.add(entry)
        agreed = {entry: next(iter(each)) for entry, each in stated.items() if len(each) == 1}
        return Listed(agreed, len(stated) - len(agreed), len(otherwise - set(stated)))
