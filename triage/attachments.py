"""Tying messages to the files they name, with the rule that tied them. Where several files fit equally well, none is chosen.

Rules, the strongest first: `digest` the app recorded the SHA-256 of the file; `path` the whole path is the one stored; `root` the same file of the live device below another root (`/sdcard` for `/data/media/0`); `end` the last
parts of the path; `size` name and recorded size; `name` the name alone, and no other file of the evidence has it. `changed`: the path
says it is this file, its content is not the recorded one. `ambiguous`: several files fit and their content differs; there is no file then.
The same evidence gives the same ties, whatever order it was examined in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from triage.formats.live_paths import live_path
from triage.formats.spaces import space_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

_PATH, _ROOT, _END, _NAME = 4, 3, 2, 1
_RULES = {_PATH: "path", _ROOT: "root", _END: "end", _NAME: "name"}
_INSERT = "INSERT OR IGNORE INTO attachment VALUES (?, ?, ?, ?)"

Tie = tuple[int, int | None, str, int]  # message, file, rule, how many files fit


def link(database: sqlite3.Connection) -> None:
    """Fill table `attachment` anew."""
    database.execute("DELETE FROM attachment")
    database.executemany(_INSERT, list(_by_digest(database)))
    database.executemany(_INSERT, list(_by_path(database)))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a message says about its file."""

    message: int
    path: str
    size: int | None
    sha256: bytes | None
    evidence: int
    space: str | None


class _File(NamedTuple):
    """A file that may be it."""

    entry: int
    path: str
    evidence: int
    size: int | None
    deleted: int


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
        waiting.append((1000 * own + _agreeing(path.casefold(), (stored or "").casefold()), entry))
    yield from _closest(message, waiting)


def _closest(message: int | None, files: Sequence[tuple[int, int]]) -> Iterator[Tie]:
    if message is not None and files:
        yield message, max(files, key=lambda pair: pair[0])[1], "digest", len(files)  # the first of equals


def _by_path(database: sqlite3.Connection) -> Iterator[Tie]:
    """Ties by what the message says of path, name and size."""
    wanted = _named(database)
    files: dict[str, list[_File]] = {}
    for entry, path, name, evidence, size, deleted in (
        database.execute(
            "SELECT id, path, name, evidence_id, size, deleted FROM entry WHERE kind = 'file' ORDER BY path, locator"
        )
        if wanted
        else ()
    ):
        if (key := name.casefold()) in wanted:
            files.setdefault(key, []).append(_File(entry, path, evidence, size, deleted))
    for name, messages in wanted.items():
        for each in messages:
            if tie := _tie(database, each, files.get(name, ())):
                yield tie


def _named(database: sqlite3.Connection) -> dict[str, list[_Wanted]]:
    """The messages that name a file and have none yet, by the name without folders."""
    wanted: dict[str, list[_Wanted]] = {}
    for message, path, size, sha256, evidence, own in database.execute(
        """SELECT m.id, m.attachment, m.attachment_size, m.attachment_sha256, e.evidence_id, e.path FROM message m
        JOIN entry e ON e.id = m.entry_id WHERE m.attachment IS NOT NULL
        AND m.id NOT IN (SELECT message_id FROM attachment) ORDER BY m.id"""
    ):
        plain = path.replace("\\", "/").rstrip("/")
        name = plain.rsplit("/", 1)[-1].casefold()
        wanted.setdefault(name, []).append(_Wanted(message, plain, size, sha256, evidence, space_of(own)))
    return wanted


def _tie(database: sqlite3.Connection, wanted: _Wanted, files: Sequence[_File]) -> Tie | None:
    graded = [(grade, file) for file in files if file.evidence == wanted.evidence and (grade := _grade(wanted, file))]
    if not graded:
        return None
    best = max(grade for grade, _ in graded)
    fitting = [file for grade, file in graded if grade == best]
    rule = _RULES[best[0]]
    if best[0] <= _END and wanted.size is not None:
        sized = [file for file in fitting if file.size == wanted.size]
        if len(sized) < len(fitting) or rule == "name":
            fitting, rule = sized, "size"
    if not fitting:
        return None
    contents = _contents(database, fitting)
    if len(fitting) > 1 and (len(contents) > 1 or None in contents):
        return wanted.message, None, "ambiguous", len(fitting)
    known = next(iter(contents))
    if wanted.sha256 is not None and known is not None and known != wanted.sha256:
        rule = "changed"
    return wanted.message, fitting[0].entry, rule, len(fitting)


def _grade(wanted: _Wanted, file: _File) -> tuple[int, int, bool, bool] | None:
    """How well a file fits: rule, parts of the path that agree, the same space of the phone, whether it is live."""
    ours, theirs = file.path.casefold(), wanted.path.casefold()
    here, there = live_path(file.path), live_path(wanted.path)
    parts = _agreeing(ours, theirs)
    same_space, live = space_of(file.path) == wanted.space, not file.deleted
    if ours.strip("/") == theirs.strip("/"):
        return _PATH, 0, same_space, live
    if here and there:
        if here == there:
            return _ROOT, 0, same_space, live
        if here.root == there.root and here.space != there.space:
            return None  # the file of another user of the phone
    return (_END if parts > 1 else _NAME), parts, same_space, live


def _agreeing(path: str, stored: str) -> int:
    """How many parts agree, from the name towards the root."""
    count = 0
    for ours, theirs in zip(reversed(path.split("/")), reversed(stored.split("/")), strict=False):
        if ours != theirs or not ours:
            break
        count += 1
    return count


def _contents(database: sqlite3.Connection, files: Sequence[_File]) -> set[bytes | None]:
    """The different contents of these files; None for one that was not read."""
    found: set[bytes | None] = set()
    for file in files:
        row = database.execute("SELECT sha256 FROM content WHERE entry_id = ?", (file.entry,)).fetchone()
        found.add(row[0] if row else None)
    return found
