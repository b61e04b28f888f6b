"""Pictures and clips: a tile each, a blur of 8 x 8 grey cells unless small pictures were asked for.

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
    from triage.report.masking import Masking

TILES = 240


@dataclass(frozen=True, slots=True)
class Tile:
    """A medium; `picture` is a JPEG that Sigap encoded, None where there is a grey tile, and `reason` says why."""

    media: MediaRow
    picture: bytes | None
    reason: str | None

    @property
    def source(self) -> str | None:
        """The picture as an address inside a page."""
        return None if self.picture is None else f"data:image/jpeg;base64,{base64.b64encode(self.picture).decode()}"


def gallery(queries: Queries, images: str, mask: Masking) -> Capped[Tile]:
    """The tiles that a page shows. `images` is none, blurred or full (the preview). Raises CaseError."""
    rows = queries.media(limit=TILES)
    return Capped([tile(queries, row, images, hidden=mask.hides(row.entry_id)) for row in rows], queries.media_count())


def tile(queries: Queries, row: MediaRow, images: str, *, hidden: bool = False) -> Tile:
    """What is shown of a picture or clip; nothing where it is `hidden` for a protected person. Raises CaseError."""
    if row.notable:
        return Tile(row, None, "tile_notable")
    if hidden:
        return Tile(row, None, "tile_protected")
    if images == "none":
        return Tile(row, None, "tile_none")
    preview = queries.preview(row.entry_id) if row.has_preview else None
    if preview is None:
        return Tile(row, None, "tile_no_preview")
    try:
        return Tile(row, preview if images == "full" else blurred(preview), None)
    except EvidenceError:
        return Tile(row, None, "tile_no_preview")
