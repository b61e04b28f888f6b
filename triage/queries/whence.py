"""Whence a picture or clip: its origin with the indicators, where it was taken, what galleries and caches say of it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from triage.queries.base import Reader


@dataclass(frozen=True, slots=True)
class WhenceRow:
    """One file. `indicators` are names with details; `because` the reasons of the flag for first generation; `near` is not the position.

    `cache` says that the file is itself a cached picture, `original` what of, `gone` that no live original is known.
    """

    entry_id: int
    exhibit: str
    path: str
    kind: str
    taken_at: str | None
    origin: str | None
    indicators: tuple[tuple[str, str], ...]
    first: bool
    because: tuple[str, ...]
    country: str | None
    province: str | None
    regency: str | None
    near: str | None
    near_km: float | None
    outline_km: float | None
    cache: str | None
    original: str | None
    gone: bool
    galleries: int


_COLUMNS = """m.entry_id, f.exhibit, m.path, m.kind, m.taken_at, m.origin, m.origin_indicators, m.first_generation,
    m.first_generation_because, m.place_country, m.place_province, m.place_regency, m.place_near, m.place_near_km, m.place_outline_km,
    c.cache, coalesce(c.original_path, c.original, c.identifier), c.gone,
    (SELECT count(*) FROM gallery_file g WHERE g.file_entry_id = m.entry_id)
    FROM v_media m JOIN v_files f ON f.entry_id = m.entry_id LEFT JOIN v_caches c ON c.entry_id = m.entry_id"""


class Whence(Reader):
    """Queries about where media come from."""

    def whence(self, entry_id: int) -> WhenceRow | None:
        """What is known of one file; None where it is no picture, clip or sound."""
        found = self.rows(_row, f"SELECT {_COLUMNS} WHERE m.entry_id = ?", (entry_id,))
        return found[0] if found else None

    def first_generation(self, *, limit: int = -1) -> list[WhenceRow]:
        """What may show someone who is still at risk, by exhibit and path."""
        return self.rows(
            _row, f"SELECT {_COLUMNS} WHERE m.first_generation ORDER BY f.exhibit, m.path LIMIT ?", (limit,)
        )

    def first_generation_count(self) -> int:
        """How many there are."""
        return self.value("SELECT count(*) FROM origin WHERE first_generation")

    def origin_counts(self) -> list[tuple[str, str, int]]:
        """Exhibit, origin and how many files, the largest first."""
        return self.rows(
            lambda *columns: columns,
            """SELECT x.label, o.origin, count(*) FROM origin o JOIN entry e ON e.id = o.entry_id JOIN evidence v ON v.id = e.evidence_id
            JOIN exhibit x ON x.id = v.exhibit_id GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2""",
        )

    def caches_without_original(self) -> int:
        """How many cached pictures have no live original."""
        return self.value("SELECT count(*) FROM cached WHERE gone")


def _row(*columns: object) -> WhenceRow:
    values = list(columns)
    values[6] = tuple((str(name), str(detail)) for name, detail in json.loads(str(values[6] or "[]")))
    values[7] = bool(values[7])
    values[8] = tuple(str(values[8]).split(", ")) if values[8] else ()
    values[17] = bool(values[17])
    return WhenceRow(*values)  # type: ignore[arg-type]  # the columns are those of the query above
