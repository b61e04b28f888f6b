"""Tying messages to the files they name, with the rule that tied them. Where several files fit equally well, none is chosen.

Rules, the strongest first: `digest` the app recorded the SHA-256 of the file; `path` the whole path is the one stored; `root` the same file of the live device below another root (`/sdcard` for `/data/media/0`); `end` the last
parts of the path; `size` name and recorded size; `name` the name alone, and no other file of the evidence has it. `changed`: the path
says it is this file, its content is not the recorded one. `ambiguous`: several files fit and their content differs; there is no file then.
The same evidence gives the same ties, whatever order it was examined in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.formats.spaces import space_of
from triage.named_files import Wanted, agreeing, plain_path, ties

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from triage.named_files import Tie

_INSERT = "INSERT OR IGNORE INTO attachment VALUES (?, ?, ?, ?)"


def link(database: sqlite3.Connection) -> None:
    """Fill table `attachment` anew."""
    database.execute("DELETE FROM attachment")
    database.executemany(_INSERT, list(_by_digest(database)))
    database.executemany(_INSERT, list(ties(database, _named(database))))


def _by_digest(database: sqlite3.Connection) -> Iterator[Tie]:
    """Files with the recorded content: those of the message's own evidence first, and the one whose path agrees best."""
    waiting: list[tuple[int, int]] = []
    message: int | None = None
    for number, entry, own, path, stored in database.execute(
        """SELECT m.id, e.id, e.evidence_id = d.evidence_id, e.path, m.attachment FROM message m
        JOIN content c ON c.sha256 = m.attachment_sha256 JOIN entry e ON e.id = c.entry_id JOIN entry d ON d.id = m.entry_id
        WHERE m.attachment_sha256 IS NOT NULL ORDER BY m.id, e.deleted, e.path, e.locator"""
    ):
        if number != message:
            yield from _closest(message, waiting)
            message, waiting = number, []
        waiting.append((1000 * own + agreeing(path.casefold(), (stored or "").casefold()), entry))
    yield from _closest(message, waiting)


def _closest(message: int | None, files: Sequence[tuple[int, int]]) -> Iterator[Tie]:
    if message is not None and files:
        yield message, max(files, key=lambda pair: pair[0])[1], "digest", len(files)  # the first of equals


def _named(database: sqlite3.Connection) -> Iterator[Wanted]:
    """The messages that name a file and have none yet."""
    for message, path, size, sha256, evidence, own in database.execute(
        """SELECT m.id, m.attachment, m.attachment_size, m.attachment_sha256, e.evidence_id, e.path FROM message m
        JOIN entry e ON e.id = m.entry_id WHERE m.attachment IS NOT NULL
        AND m.id NOT IN (SELECT message_id FROM attachment) ORDER BY m.id"""
    ).fetchall():
        yield Wanted(message, plain_path(path), size, sha256, evidence, space_of(own))
