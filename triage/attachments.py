"""Tying messages to the files they name: by the digest the app stored first, else by the end of the stored path.

Paths in databases refer to the live device (`/storage/emulated/0/...`), not to the extraction, so only their ends can agree
(reference chat-apps.md section 0 rule 9). The same evidence gives the same ties, whatever order it was examined in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator


def link(database: sqlite3.Connection) -> None:
    """Fill table `attachment` anew."""
    database.execute("DELETE FROM attachment")
    database.executemany("INSERT OR IGNORE INTO attachment VALUES (?, ?, 'digest')", list(_by_digest(database)))
    database.executemany("INSERT OR IGNORE INTO attachment VALUES (?, ?, 'path')", list(_by_path(database)))


def _by_digest(database: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    """Pairs of message and live file with the SHA-256 the app stored; the first by path where there are several."""
    seen: set[int] = set()
    for message, entry in database.execute(
        """SELECT m.id, e.id FROM message m JOIN content c ON c.sha256 = m.attachment_sha256 JOIN entry e ON e.id = c.entry_id
        WHERE m.attachment_sha256 IS NOT NULL ORDER BY m.id, e.deleted, e.path, e.locator"""
    ):
        if message not in seen:
            seen.add(message)
            yield message, entry


def _by_path(database: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    """Pairs of message and file whose path ends with the path the app stored."""
    wanted: dict[str, list[tuple[int, str, int]]] = {}
    for number, path, evidence in database.execute(
        """SELECT m.id, m.attachment, e.evidence_id FROM message m JOIN entry e ON e.id = m.entry_id
        WHERE m.attachment IS NOT NULL AND m.id NOT IN (SELECT message_id FROM attachment)"""
    ):
        tail = path.replace("\\", "/").strip("/").casefold()
        wanted.setdefault(tail.rsplit("/", 1)[-1], []).append((number, tail, evidence))
    if not wanted:
        return
    files: dict[str, list[tuple[int, str, int]]] = {}
    for entry, path, name, evidence in database.execute(
        "SELECT id, path, name, evidence_id FROM entry WHERE kind = 'file' AND NOT deleted ORDER BY path, locator"
    ):
        if name.casefold() in wanted:
            files.setdefault(name.casefold(), []).append((entry, path.casefold(), evidence))
    for name, messages in wanted.items():
        for number, tail, evidence in messages:
            yield from ((number, found) for found in _best(files.get(name, ()), tail, evidence))


def _best(files: Iterable[tuple[int, str, int]], tail: str, evidence: int) -> Iterator[int]:
    """The file whose path agrees with `tail` over the most parts; only the name is too little where there are several."""
    agreeing = [(_agreeing(path, tail), entry) for entry, path, source in files if source == evidence]
    parts, best = max(agreeing, key=lambda pair: pair[0], default=(0, 0))  # the first of equals, and they come sorted
    if parts >= min(2, tail.count("/") + 1):
        yield best


def _agreeing(path: str, tail: str) -> int:
    count = 0
    for ours, theirs in zip(reversed(path.split("/")), reversed(tail.split("/")), strict=False):
        if ours != theirs:
            break
        count += 1
    return count
