"""Findings: each chosen file with all that a court asks of it, numbered, a page of them at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.report.certainty import certainty_of, limits_of, state_of
from triage.report.recipe import metadata_address, recipe, volume_offset
from triage.report.recipe_record import exif_recipe, row_recipe
from triage.report.sections import Capped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.queries import FileRow, HitRow, Queries
    from triage.queries.chosen import MediaFact, NoteRow, PlaceRow, RanRow
    from triage.queries.findings import Mention
    from triage.report.certainty import Certainty

PAGE, MENTIONS = 100, 8


@dataclass(frozen=True, slots=True)
class Carried:
    """A message that carried the file, and commands that show its row in the app's own database."""

    mention: Mention
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """What the file states of itself (time, camera, place), and commands that show it."""

    fact: MediaFact
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A file that was chosen for the report.

    Where: `place` (source, its SHA-256, locator, position in bytes), `address` (inode or MFT entry), `volume_offset` in bytes.
    How: `matches` with list, version, value and distance; `readers` are the extractors that read the file, with version.
    State and certainty are those of `triage/report/certainty.py`; `limits` are names of texts. `commands` print the SHA-1.
    """

    number: int
    file: FileRow
    place: PlaceRow
    address: int | None
    volume_offset: int | None
    state: str
    certainty: Certainty
    limits: tuple[str, ...]
    matches: tuple[HitRow, ...]
    tags: tuple[str, ...]
    notes: tuple[NoteRow, ...]
    readers: tuple[RanRow, ...]
    stated: tuple[Stated, ...]
    carried: Capped[Carried]
    commands: tuple[str, ...]

    @property
    def notable(self) -> bool:
        """Whether it matched a notable list, or was chosen by a person: then no more of it is shown than its words."""
        return self.file.notable or bool(self.tags)


def findings(queries: Queries, ids: Sequence[int], *, first: int = 1) -> Iterator[Finding]:
    """The findings of these entries in this order, numbered from `first`. Raises CaseError."""
    for start in range(0, len(ids), PAGE):
        page = list(ids[start : start + PAGE])
        yield from _page(queries, page, first + start)


def _page(queries: Queries, ids: list[int], first: int) -> Iterator[Finding]:
    files, places, matches = queries.file_rows(ids), queries.places_of(ids), queries.matches_of(ids)
    tags, notes, ran = queries.tags_of(ids), queries.notes_of(ids), queries.ran_on(ids)
    media = queries.media_facts_of(ids)
    for number, entry in enumerate(ids, start=first):
        file, place, matched = files[entry], places[entry], tuple(matches.get(entry, ()))
        state, tagged = state_of(file), tuple(tags.get(entry, ()))
        yield Finding(
            number=number,
            file=file,
            place=place,
            address=metadata_address(file.locator),
            volume_offset=volume_offset(file.locator),
            state=state,
            certainty=certainty_of(matched, state, viewed=bool(tagged)),
            limits=limits_of(matched, state),
            matches=matched,
            tags=tagged,
            notes=tuple(notes.get(entry, ())),
            readers=tuple(ran.get(entry, ())),
            stated=tuple(_stated(fact, place) for fact in media.get(entry, ())),
            carried=_carried(queries, entry),
            commands=recipe(place.source, place.locator, place.format),
        )


def _stated(fact: MediaFact, place: PlaceRow) -> Stated:
    said = any((fact.taken_at, fact.make, fact.model, fact.latitude is not None))
    return Stated(fact, exif_recipe(place) if said else ())


def _carried(queries: Queries, entry: int) -> Capped[Carried]:
    mentions = queries.mentions(entry, limit=MENTIONS)
    places = queries.places_of(sorted({each.entry_id for each in mentions}))
    rows = [Carried(each, row_recipe(places[each.entry_id], each.where, each.deleted)) for each in mentions]
    return Capped(rows, queries.mention_count(entry))
