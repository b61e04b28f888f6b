"""Files that records name by path: which file of the evidence is meant, by which rule. Where several fit equally well, none is chosen.

The rules, the strongest first, are those of docs/database.md for `attachment_rule`: `path`, `root`, `end`, `size`, `name`, and `changed` and
`ambiguous`. The same evidence gives the same ties, whatever order it was examined in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from triage.formats.live_paths import live_path
from triage.formats.spaces import space_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

_PATH, _ROOT, _END, _NAME = 4, 3, 2, 1
_RULES = {_PATH: "path", _ROOT: "root", _END: "end", _NAME: "name"}

Tie = tuple[int, int | None, str, int]  # record, file, rule, how many files fit


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a record says about its file; `record` is its id, `path` with plain slashes."""

    record: int
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


def ties(database: sqlite3.Connection, wanted: Iterable[Wanted]) -> Iterator[Tie]:
    """The file of each record that has one, by what it says of path, name, size and digest."""
    by_name: dict[str, list[Wanted]] = {}
    for each in wanted:
        by_name.setdefault(each.path.rsplit("/", 1)[-1].casefold(), []).append(each)
    files = _files(database, by_name) if by_name else {}
    for name, records in by_name.items():
        for each in records:
            if tie := _tie(database, each, files.get(name, ())):
                yield tie


def agreeing(path: str, stored: str) -> int:
    """How many parts agree, from the name towards the root."""
    count = 0
    for ours, theirs in zip(reversed(path.split("/")), reversed(stored.split("/")), strict=False):
        if ours != theirs or not ours:
            break
        count += 1
    return count


def plain_path(path: str) -> str:
    """A path with slashes alone, none at its end."""
    return path.replace("\\", "/").rstrip("/")


def _files(database: sqlite3.Connection, names: dict[str, list[Wanted]]) -> dict[str, list[_File]]:
    files: dict[str, list[_File]] = {}
    for entry, path, name, evidence, size, deleted in database.execute(
        "SELECT id, path, name, evidence_id, size, deleted FROM entry WHERE kind = 'file' ORDER BY path, locator"
    ):
        if (key := name.casefold()) in names:
            files.setdefault(key, []).append(_File(entry, path, evidence, size, deleted))
    return files


def _tie(database: sqlite3.Connection, wanted: Wanted, files: Sequence[_File]) -> Tie | None:
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
        return wanted.record, None, "ambiguous", len(fitting)
    known = next(iter(contents))
    if wanted.sha256 is not None and known is not None and known != wanted.sha256:
        rule = "changed"
    return wanted.record, fitting[0].entry, rule, len(fitting)


def _grade(wanted: Wanted, file: _File) -> tuple[int, int, bool, bool] | None:
    """How well a file fits: rule, parts of the path that agree, the same space of the phone, whether it is live."""
    ours, theirs = file.path.casefold(), wanted.path.casefold()
    here, there = live_path(file.path), live_path(wanted.path)
    parts = agreeing(ours, theirs)
    same_space, live = space_of(file.path) == wanted.space, not file.deleted
    if ours.strip("/") == theirs.strip("/"):
        return _PATH, 0, same_space, live
    if here and there:
        if here == there:
            return _ROOT, 0, same_space, live
        if here.root == there.root and here.space != there.space:
            return None  # the file of another user of the phone
    return (_END if parts > 1 else _NAME), parts, same_space, live


def _contents(database: sqlite3.Connection, files: Sequence[_File]) -> set[bytes | None]:
    """The different contents of these files; None for one that was not read."""
    found: set[bytes | None] = set()
    for file in files:
        row = database.execute("SELECT sha256 FROM content WHERE entry_id = ?", (file.entry,)).fetchone()
        found.add(row[0] if row else None)
    return found
