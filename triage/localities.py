"""Countries, provinces and regencies of all positions in the case, each position once (see `gazetteer`). Nothing is sent anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.gazetteer import locality

if TYPE_CHECKING:
    import sqlite3

_POSITIONS = """SELECT latitude, longitude FROM media WHERE latitude IS NOT NULL AND longitude IS NOT NULL
    UNION SELECT latitude, longitude FROM place WHERE latitude IS NOT NULL AND longitude IS NOT NULL
    UNION SELECT latitude, longitude FROM message WHERE latitude IS NOT NULL AND longitude IS NOT NULL
    UNION SELECT latitude, longitude FROM gallery WHERE latitude IS NOT NULL AND longitude IS NOT NULL"""


def link(database: sqlite3.Connection) -> None:
    """Fill table `locality` anew."""
    database.execute("DELETE FROM locality")
    found = ((latitude, longitude, locality(latitude, longitude)) for latitude, longitude in _positions(database))
    rows = [(latitude, longitude, *known) for latitude, longitude, known in found if known is not None]
    database.executemany("INSERT INTO locality VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _positions(database: sqlite3.Connection) -> list[tuple[float, float]]:
    return database.execute(_POSITIONS).fetchall()
