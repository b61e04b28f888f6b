"""Near-duplicates inside the case: groups of pictures and of clips that look alike (see `hashing.groups`).

What shows too little (quality below 50) is in no group. Groups are made anew when a run ends, over all evidence of the case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.hashing.groups import clip_groups, picture_groups
from triage.hashing.pdq import LEAST_QUALITY

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from triage.hashing.groups import Member

_INSERT = "INSERT INTO near_duplicate VALUES (?, ?, ?, ?, ?)"


def link(database: sqlite3.Connection) -> None:
    """Fill table `near_duplicate` anew."""
    database.execute("DELETE FROM near_duplicate")
    pictures = database.execute(
        """SELECT m.entry_id, m.fingerprint FROM media m JOIN entry e ON e.id = m.entry_id
        WHERE m.kind = 'picture' AND m.fingerprint IS NOT NULL AND m.quality >= ? GROUP BY m.entry_id
        ORDER BY e.evidence_id, e.path, e.locator""",
        (LEAST_QUALITY,),
    ).fetchall()
    last = _store(database, "picture", pictures, picture_groups([bytes.fromhex(value) for _, value in pictures]), 0)
    clips: dict[int, list[bytes]] = {}
    for entry, value in database.execute(
        """SELECT f.entry_id, f.fingerprint FROM frame f JOIN entry e ON e.id = f.entry_id
        JOIN media m ON m.entry_id = f.entry_id AND m.kind = 'video' WHERE f.quality >= ?
        ORDER BY e.evidence_id, e.path, e.locator, f.second, f.id""",
        (LEAST_QUALITY,),
    ):
        clips.setdefault(entry, []).append(bytes.fromhex(value))
    _store(database, "video", [(entry,) for entry in clips], clip_groups(list(clips.values())), last)


def _store(
    database: sqlite3.Connection,
    kind: str,
    things: Sequence[tuple[object, ...]],
    groups: Sequence[Sequence[Member]],
    last: int,
) -> int:
    """Number the groups on from `last`. Returns the last number."""
    rows = [
        (things[member.position][0], number, kind, len(group), member.distance)
        for number, group in enumerate(groups, start=last + 1)
        for member in group
    ]
    database.executemany(_INSERT, rows)
    return last + len(groups)
