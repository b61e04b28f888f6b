"""The card of each hit: the file, the lists, how it matched, who exchanged it, and how to find it again without Sigap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.report.recipe import metadata_address, recipe
from triage.report.sections import Capped

if TYPE_CHECKING:
    from triage.queries import HitRow, Queries
    from triage.queries.files import FileRow
    from triage.queries.findings import Mention

CARDS, MENTIONS, MATCHES = 200, 8, 10


@dataclass(frozen=True, slots=True)
class Card:
    """A file that matched notable lists: its matches, the messages it was exchanged in, and commands to check it.

    `address` is its metadata address (inode, MFT entry) where it lies in a file system.
    """

    number: int
    file: FileRow
    source: str
    matches: tuple[HitRow, ...]
    mentions: Capped[Mention]
    commands: tuple[str, ...]
    address: int | None


def hit_cards(queries: Queries) -> Capped[Card]:
    """A card for each file that matched a notable list, live before deleted. Raises CaseError."""
    matches: dict[int, list[HitRow]] = {}
    for hit in queries.hits(kind="notable", limit=CARDS * MATCHES):
        matches.setdefault(hit.entry_id, []).append(hit)
    chosen = list(matches)[:CARDS]
    files, origins = queries.file_rows(chosen), queries.origins(chosen)
    cards = [
        Card(
            number,
            files[entry],
            origins[entry].source,
            tuple(matches[entry][:MATCHES]),
            Capped(queries.mentions(entry, limit=MENTIONS), queries.mention_count(entry)),
            recipe(origins[entry].source, files[entry].locator),
            metadata_address(files[entry].locator),
        )
        for number, entry in enumerate(chosen, start=1)
    ]
    return Capped(cards, queries.notable_files())
