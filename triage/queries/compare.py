"""Two pictures or clips side by side: how far apart their fingerprints are, and the facts that differ."""

from __future__ import annotations

from dataclasses import dataclass

from triage.queries.base import Reader
from triage.schema import iso

_FACTS = {
    "exhibit": "x.label",
    "path": "e.path",
    "deleted": "e.deleted",
    "size": "coalesce(c.length, e.size)",
    "sha256": "lower(hex(c.sha256))",
    "mime": "c.mime",
    "modified": iso("e.modified", "e.local_times & 1"),
    "width": "m.width",
    "height": "m.height",
    "taken": iso("m.taken_at", "m.taken_at_local"),
    "make": "m.make",
    "model": "m.model",
    "serial": "m.serial",
    "lens": "m.lens",
    "software": "m.software",
    "owner": "m.owner",
    "latitude": "m.latitude",
    "longitude": "m.longitude",
    "duration": "m.duration_s",
    "encoding": "m.encoding",
    "quality": "m.encoding_quality",
    "document": "m.document_id",
    "unique_id": "m.unique_id",
    "origin": "coalesce(o.origin, m.origin)",
    "group": "d.group_number",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """`distance` in bits of 256 between the two PDQ fingerprints (None: one has none); facts by name, one value for each."""

    distance: int | None
    same_content: bool
    same_group: bool
    differing: tuple[tuple[str, str | None, str | None], ...]
    equal: tuple[tuple[str, str], ...]


class Compare(Reader):
    """Queries about two files."""

    def compared(self, one: int, other: int) -> Compared | None:
        """How two pictures or clips differ; None where one of them is none."""
        both = [self._compared_facts(entry) for entry in (one, other)]
        if not both[0] or not both[1]:
            return None
        (first_print, first), (second_print, second) = both[0], both[1]
        pairs = [(name, first[name], second[name]) for name in _FACTS]
        return Compared(
            distance=_distance(first_print, second_print),
            same_content=first["sha256"] == second["sha256"] and bool(first["sha256"]),
            same_group=first["group"] == second["group"] and first["group"] is not None,
            differing=tuple(pair for pair in pairs if pair[1] != pair[2] and pair[0] != "group"),
            equal=tuple((name, a) for name, a, b in pairs if a == b and a is not None and name != "group"),
        )

    def _compared_facts(self, entry: int) -> tuple[str | None, dict[str, str | None]] | None:
        rows = self.rows(
            lambda mark, *values: (mark, dict(zip(_FACTS, map(_text, values), strict=True))),
            f"""SELECT m.fingerprint, {", ".join(_FACTS.values())} FROM media m JOIN entry e ON e.id = m.entry_id
            JOIN evidence v ON v.id = e.evidence_id JOIN exhibit x ON x.id = v.exhibit_id
            LEFT JOIN content c ON c.entry_id = e.id LEFT JOIN origin o ON o.entry_id = e.id
            LEFT JOIN near_duplicate d ON d.entry_id = e.id WHERE m.entry_id = ? ORDER BY m.id LIMIT 1""",
            (entry,),
        )
        return rows[0] if rows else None


def _distance(one: str | None, other: str | None) -> int | None:
    """Bits that differ between two fingerprints in hexadecimal."""
    if not one or not other or len(one) != len(other):
        return None
    try:
        return (int(one, 16) ^ int(other, 16)).bit_count()
    except ValueError:
        return None


def _text(value: object) -> str | None:
    return None if value in {None, ""} else str(value)
