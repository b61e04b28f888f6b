"""Files as a person names them, and what persons said of them: tags, grades, notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import UserError
from triage.queries.base import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PAGE = 500  # files asked about at once
_DIGESTS = {32: "md5", 40: "sha1", 64: "sha256"}  # by hexadecimal digits


@dataclass(frozen=True, slots=True)
class TagRow:
    """One act about a file. A grade has `scheme` and `code`. `state`: current, replaced or removal."""

    entry_id: int
    path: str
    name: str
    scheme: str | None
    code: str | None
    at: str
    actor: str
    state: str
    number: int


@dataclass(frozen=True, slots=True)
class NoteAct:
    """One note about a file. `state`: current, corrected, withdrawn or withdrawal."""

    entry_id: int
    path: str
    number: int
    body: str | None
    at: str
    actor: str
    state: str
    corrects: int | None


@dataclass(frozen=True, slots=True)
class MarkedRow:
    """A file of a selection with the tags, grades and notes that stand, and the lists that it matched."""

    entry_id: int
    exhibit: str
    volume: str | None
    path: str
    size: int | None
    deleted: bool
    mime: str | None
    sha256: str | None
    tags: tuple[TagRow, ...] = ()
    notes: tuple[NoteAct, ...] = ()
    lists: tuple[str, ...] = ()


class Marks(Reader):
    """Queries about what persons said of files."""

    def named(self, word: str) -> list[int]:
        """Ids of the files that a word names: the id itself, a digest, or a path. Raises UserError where there is none."""
        found = self._by_digest(word) or self.rows(int, "SELECT id FROM entry WHERE path = ? ORDER BY id", (word,))
        if not found and word.isascii() and word.isdigit() and len(word) < 19:
            found = self.rows(int, "SELECT id FROM entry WHERE id = ?", (int(word),))
        if not found:
            raise UserError(f"{word}: no file of the case has this id, digest or path")
        return found

    def hit_by(self, name: str | None) -> list[int]:
        """Ids of the files that matched this list, or any list but known ones where None."""
        sql = """SELECT DISTINCT entry_id FROM hit WHERE CASE WHEN ? IS NULL THEN list_kind IN ('notable', 'watch')
            ELSE list = ? END ORDER BY entry_id"""
        return self.rows(int, sql, (name, name))

    def tags(self, ids: Sequence[int] | None = None) -> list[TagRow]:
        """Every act about these files, or about all, in order."""
        where = "1" if ids is None else f"entry_id IN ({', '.join('?' * len(ids))})"
        sql = f"SELECT entry_id, path, name, scheme, code, at, actor, state, number FROM v_tags WHERE {where} ORDER BY number"
        return self.rows(TagRow, sql, list(ids or ()))

    def notes(self, ids: Sequence[int] | None = None) -> list[NoteAct]:
        """Every note about these files, or about all, in order."""
        where = "1" if ids is None else f"entry_id IN ({', '.join('?' * len(ids))})"
        sql = f"SELECT entry_id, path, number, body, at, actor, state, corrects FROM v_notes WHERE {where} ORDER BY number"
        return self.rows(NoteAct, sql, list(ids or ()))

    def marked(self, ids: Sequence[int]) -> Iterator[MarkedRow]:
        """These files in their order, with what stands about each."""
        for start in range(0, len(ids), PAGE):
            yield from self._page(list(ids[start : start + PAGE]))

    def _page(self, ids: list[int]) -> list[MarkedRow]:
        marks = ", ".join("?" * len(ids))
        tags, notes = self.tags(ids), self.notes(ids)
        lists = self.rows(lambda *row: row, f"SELECT DISTINCT entry_id, list FROM hit WHERE entry_id IN ({marks})", ids)
        rows = self.rows(
            lambda number, exhibit, volume, path, size, deleted, mime, sha256: MarkedRow(
                number,
                exhibit,
                volume,
                path,
                size,
                deleted,
                mime,
                sha256,
                tuple(each for each in tags if each.entry_id == number and each.state == "current"),
                tuple(each for each in notes if each.entry_id == number and each.state == "current"),
                tuple(sorted(name for entry, name in lists if entry == number)),
            ),
            f"""SELECT e.id, x.label, e.volume, e.path, e.size, e.deleted, c.mime, lower(hex(c.sha256)) FROM entry e
            JOIN evidence v ON v.id = e.evidence_id JOIN exhibit x ON x.id = v.exhibit_id
            LEFT JOIN content c ON c.entry_id = e.id WHERE e.id IN ({marks})""",
            ids,
        )
        order = {number: place for place, number in enumerate(ids)}
        return sorted(rows, key=lambda row: order[row.entry_id])

    def _by_digest(self, word: str) -> list[int]:
        column = _DIGESTS.get(len(word))
        try:
            digest = bytes.fromhex(word) if column else b""
        except ValueError:
            return []
        sql = f"SELECT entry_id FROM content WHERE {column} = ? ORDER BY entry_id"
        return self.rows(int, sql, (digest,)) if column else []
