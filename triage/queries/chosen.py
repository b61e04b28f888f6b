"""What a report is about: the files chosen for it, and everything said of them."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from triage.casefolder import translated
from triage.queries.base import Reader
from triage.queries.facts import HitRow
from triage.schema import iso

if TYPE_CHECKING:
    from collections.abc import Sequence

SELECTIONS = ("all", "hits", "tagged", "graded")
_NOTABLE = "SELECT entry_id FROM hit WHERE list_kind IN ('notable', 'watch')"
_TAGGED = "SELECT entry_id FROM v_tags WHERE state = 'current'"
_GRADED = f"{_TAGGED} AND code IS NOT NULL"
_CHOSEN = {"all": f"{_NOTABLE} UNION {_TAGGED}", "hits": _NOTABLE, "tagged": _TAGGED, "graded": _GRADED}


class _OfEntry(Protocol):
    @property
    def entry_id(self) -> int: ...


_Row = TypeVar("_Row", bound=_OfEntry)


@dataclass(frozen=True, slots=True)
class NoteRow:
    """What a person noted about an entry. `at` UTC, ISO 8601."""

    entry_id: int
    body: str
    at: str
    actor: str


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """How a second program reaches an entry: source, its format, locator, the database files beside it, place on the medium.

    `position` is in bytes from the start of the source's medium, as far as the listing knew it. `companions` are locators.
    """

    entry_id: int
    source: str
    format: str
    source_sha256: str | None
    locator: str
    companions: tuple[str, ...]
    position: int | None


@dataclass(frozen=True, slots=True)
class MediaFact:
    """What a picture or clip states of itself; `where` is the part of the file that says so (EXIF)."""

    entry_id: int
    kind: str
    width: int | None
    height: int | None
    taken_at: str | None
    make: str | None
    model: str | None
    serial: str | None
    latitude: float | None
    longitude: float | None
    duration_s: float | None
    where: str


@dataclass(frozen=True, slots=True)
class RanRow:
    """An extractor that read a file."""

    entry_id: int
    extractor: str
    version: str
    outcome: str


class Chosen(Reader):
    """Queries over the files chosen for a report. Those that take ids take a page of some hundred."""

    def chosen_ids(self, select: str) -> array[int]:
        """Ids of the chosen files, 8 bytes each: by exhibit, live before deleted, by path. `select` is one of SELECTIONS."""
        with translated(self.folder):
            found = self._database.execute(
                f"""SELECT e.id FROM entry e JOIN evidence v ON v.id = e.evidence_id JOIN exhibit x ON x.id = v.exhibit_id
                WHERE e.id IN ({_CHOSEN[select]}) ORDER BY x.label, e.deleted, e.path, e.locator"""
            )
            return array("q", (number for (number,) in found))

    def notable_ids(self) -> set[int]:
        """Entries that matched a notable list."""
        return set(self.rows(int, "SELECT DISTINCT entry_id FROM hit WHERE list_kind = 'notable'"))

    def carrying_count(self, select: str) -> int:
        """How many messages carried a chosen file."""
        return self.value(
            f"""SELECT count(*) FROM shown_message m JOIN attachment a ON a.message_id = m.id
            WHERE a.attachment_entry_id IN ({_CHOSEN[select]})"""
        )

    def threads_with(self, select: str) -> set[tuple[str, str | None, str | None]]:
        """App, account and thread of the conversations in which a chosen file was exchanged."""
        return set(
            self.rows(
                lambda *key: key,
                f"""SELECT DISTINCT m.app, m.account, m.thread FROM shown_message m JOIN shown_attachment a ON a.message_id = m.id
                WHERE a.attachment_entry_id IN ({_CHOSEN[select]})""",
            )
        )

    def matches_of(self, ids: Sequence[int]) -> dict[int, list[HitRow]]:
        """Matches of these files with notable and watch lists, by entry."""
        rows = self.rows(
            HitRow,
            f"""SELECT h.id, h.entry_id, x.label, e.path, e.volume, e.locator, e.deleted, e.size, c.mime, lower(hex(c.md5)),
            lower(hex(c.sha1)), lower(hex(c.sha256)), {iso("e.modified", "e.local_times & 1")}, h.list, h.list_version, h.list_kind,
            h.category, h.how, h.value, h.distance, h.explanation FROM hit h JOIN entry e ON e.id = h.entry_id
            JOIN evidence v ON v.id = e.evidence_id JOIN exhibit x ON x.id = v.exhibit_id LEFT JOIN content c ON c.entry_id = e.id
            WHERE h.list_kind IN ('notable', 'watch') AND h.entry_id IN ({_marks(ids)})
            ORDER BY h.list_kind, h.how, h.distance, h.list, h.list_version, h.value""",
            list(ids),
        )
        return _by_entry(rows)

    def tags_of(self, ids: Sequence[int]) -> dict[int, list[str]]:
        """Tags of these entries."""
        found: dict[int, list[str]] = {}
        sql = f"""SELECT entry_id, coalesce(scheme || ' ' || code || ': ', '') || name FROM v_tags
            WHERE entry_id IN ({_marks(ids)}) AND state = 'current' ORDER BY entry_id, scheme IS NULL, scheme, name"""
        for entry, name in self.rows(lambda *columns: columns, sql, list(ids)):
            found.setdefault(entry, []).append(name)
        return found

    def notes_of(self, ids: Sequence[int]) -> dict[int, list[NoteRow]]:
        """Notes about these entries, in order of time."""
        sql = f"""SELECT entry_id, body, at, actor FROM v_notes WHERE entry_id IN ({_marks(ids)}) AND state = 'current'
            ORDER BY entry_id, number"""
        return _by_entry(self.rows(NoteRow, sql, list(ids)))

    def places_of(self, ids: Sequence[int]) -> dict[int, PlaceRow]:
        """How a second program reaches these entries."""
        rows = self.rows(
            _place,
            f"""SELECT e.id, v.source, v.format, v.sha256_before, e.locator, e.companions, e.position FROM entry e
            JOIN evidence v ON v.id = e.evidence_id WHERE e.id IN ({_marks(ids)})""",
            list(ids),
        )
        return {row.entry_id: row for row in rows}

    def media_facts_of(self, ids: Sequence[int]) -> dict[int, list[MediaFact]]:
        """What these pictures and clips state of themselves."""
        return _by_entry(
            self.rows(
                MediaFact,
                f"""SELECT entry_id, kind, width, height, {iso("taken_at", "taken_at_local")}, make, model, serial, latitude,
                longitude, duration_s, where_ FROM media WHERE entry_id IN ({_marks(ids)}) ORDER BY entry_id, id""",
                list(ids),
            )
        )

    def ran_on(self, ids: Sequence[int]) -> dict[int, list[RanRow]]:
        """Which extractors read these entries."""
        return _by_entry(
            self.rows(
                RanRow,
                f"""SELECT entry_id, extractor, version, outcome FROM ran WHERE entry_id IN ({_marks(ids)})
                ORDER BY entry_id, extractor, version""",
                list(ids),
            )
        )


def _by_entry(rows: Sequence[_Row]) -> dict[int, list[_Row]]:
    found: dict[int, list[_Row]] = {}
    for row in rows:
        found.setdefault(row.entry_id, []).append(row)
    return found


def _place(
    number: int, source: str, form: str, sha256: str | None, locator: str, companions: str | None, position: int | None
) -> PlaceRow:
    return PlaceRow(
        number, source, form, sha256, locator, tuple((companions or "").split("\n")) if companions else (), position
    )


def _marks(ids: Sequence[int]) -> str:
    return ", ".join("?" * len(ids))
