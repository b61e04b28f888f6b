"""What is concluded over the whole case when a run ends, step by step; each fills its own table anew and may be repeated.

The order matters where one reads what another one found: copies read owners and attachments, people read copies; origin last of all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage import (
    attachments,
    caches,
    copies,
    galleries,
    localities,
    media_links,
    near_duplicates,
    origins,
    owners,
    people,
)

if TYPE_CHECKING:
    import sqlite3

STEPS = (
    owners.link,
    attachments.link,
    copies.link,
    people.link,
    near_duplicates.link,
    galleries.link,
    caches.link,
    localities.link,
    origins.link,
    media_links.link,
)


def link(database: sqlite3.Connection) -> None:
    """Every step, in order."""
    for step in STEPS:
        step(database)
