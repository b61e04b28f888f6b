"""Files that a person has tagged: what is given to others as graded media."""

from __future__ import annotations

import json
from dataclasses import dataclass

from triage.queries.base import Reader


@dataclass(frozen=True, slots=True)
class GradedRow:
    """A tagged or graded file with its digests in hexadecimal; `tags` in order of name, `grades` are codes by scheme."""

    entry_id: int
    path: str
    size: int | None
    md5: str
    sha1: str
    sha256: str
    tags: tuple[str, ...]
    grades: dict[str, str]


class Graded(Reader):
    """Queries about tags."""

    def graded(self) -> list[GradedRow]:
        """Every tagged or graded file that was read, by path."""
        return self.rows(
            _row,
            """SELECT e.id, e.path, coalesce(c.length, e.size), lower(hex(c.md5)), lower(hex(c.sha1)), lower(hex(c.sha256)),
            (SELECT json_group_array(json_array(scheme, code, name)) FROM (SELECT scheme, code, name FROM v_tags
            WHERE entry_id = e.id AND state = 'current' ORDER BY name)) FROM entry e JOIN content c ON c.entry_id = e.id
            WHERE c.md5 IS NOT NULL AND e.id IN (SELECT entry_id FROM v_tags WHERE state = 'current') ORDER BY e.path, e.locator""",
        )


def _row(entry: int, path: str, size: int | None, md5: str, sha1: str, sha256: str, marks: str) -> GradedRow:
    told = json.loads(marks)
    tags = tuple(name for scheme, _, name in told if scheme is None)
    grades = {scheme: code for scheme, code, _ in told if scheme is not None}
    return GradedRow(entry, path, size, md5, sha1, sha256, tags, grades)
