"""Tying what galleries say to the files they say it of (`named_files` has the rules). A row without a file is one whose file is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.formats.spaces import space_of
from triage.named_files import Wanted, plain_path, ties

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator


def link(database: sqlite3.Connection) -> None:
    """Fill table `gallery_file` anew."""
    database.execute("DELETE FROM gallery_file")
    rows = [(row, entry, rule) for row, entry, rule, _ in ties(database, _named(database))]
    database.executemany("INSERT INTO gallery_file VALUES (?, ?, ?)", rows)


def _named(database: sqlite3.Connection) -> Iterator[Wanted]:
    for row, path, size, evidence, own in database.execute(
        """SELECT g.id, g.path, g.size, e.evidence_id, e.path FROM gallery g JOIN entry e ON e.id = g.entry_id
        WHERE g.path IS NOT NULL ORDER BY g.id"""
    ).fetchall():
        yield Wanted(row, plain_path(path), size, None, evidence, space_of(own))
