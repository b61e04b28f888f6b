"""Everything that is known of one picture, clip or sound, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.ui.pane import detail_text
from triage.ui.whence import whence_lines
from triage.ui.words import shown

if TYPE_CHECKING:
    from triage.queries import MediaRow, WhenceRow
    from triage.ui.language import Language


def media_lines(row: MediaRow, whence: WhenceRow | None, say: Language) -> str:
    """A line each; what the evidence does not say has none."""
    position = "" if row.latitude is None or row.longitude is None else f"{row.latitude:.6f}, {row.longitude:.6f}"
    pixels = f"{row.width} x {row.height}" if row.width and row.height else ""
    lines = [
        (say("ui_column.match"), say("ui_media.is_match") if row.notable else ""),
        (say("ui_column.exhibit"), shown(row.exhibit)),
        (say("ui_column.path"), shown(row.path, limit=4000)),
        (say("ui_column.deleted"), say("ui.deleted") if row.deleted else ""),
        (say("ui_column.kind"), say.choice("ui_media_kind", row.kind)),
        (say("ui_column.pixels"), pixels),
        (say("ui_column.duration"), "" if row.duration_s is None else say.duration(row.duration_s)),
        (say("ui_column.taken"), say.moment(row.taken_at)),
        (say("ui_column.camera"), " ".join(shown(part) for part in (row.make, row.model, row.serial) if part)),
        (say("ui_media.lens"), shown(row.lens or "")),
        (say("ui_media.owner"), shown(row.owner or "")),
        (say("ui_media.software"), shown(row.software or "")),
        (say("ui_column.position"), position),
        *(whence_lines(whence, say) if whence else ()),
        (say("ui_media.exif"), say.choice("ui_media_exif", row.exif) if row.exif else ""),
        (
            say("ui_media.thumbnail"),
            say("ui_media.other_thumbnail", n=row.thumbnail_distance) if row.other_thumbnail else "",
        ),
        (say("ui_media.alike"), say("ui_media.alike_n", n=row.near_duplicates, group=row.group) if row.group else ""),
        ("SHA-256", row.sha256 or ""),
    ]
    return detail_text(lines)
