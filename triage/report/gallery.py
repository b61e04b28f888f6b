"""Pictures and clips: a tile each, never more of a picture than a blur of 8 x 8 grey cells.

A picture that matched a notable list is not shown even blurred (a report may travel further than the case): its tile is grey
and says why. So is a tile without a preview.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import EvidenceError
from triage.formats.picture import blurred
from triage.report.sections import Capped

if TYPE_CHECKING:
    from triage.queries import MediaRow, Queries

TILES = 240


@dataclass(frozen=True, slots=True)
class Tile:
    """A medium; `source` is the address of its blurred picture, None where there is a grey tile, `reason` says why."""

    media: MediaRow
    source: str | None
    reason: str | None


def gallery(queries: Queries, images: str) -> Capped[Tile]:
    """The tiles that a page shows. `images` is none or blurred. Raises CaseError."""
    rows = queries.media(limit=TILES)
    return Capped([_tile(queries, row, images) for row in rows], queries.media_count())


def _tile(queries: Queries, row: MediaRow, images: str) -> Tile:
    if row.notable:
        return Tile(row, None, "tile_notable")
    if images == "none":
        return Tile(row, None, "tile_none")
    preview = queries.preview(row.entry_id) if row.has_preview else None
    if preview is None:
        return Tile(row, None, "tile_no_preview")
    try:
        picture = base64.b64encode(blurred(preview)).decode()
    except EvidenceError:
        return Tile(row, None, "tile_no_preview")
    return Tile(row, f"data:image/jpeg;base64,{picture}", None)
