"""Places that apps of an iPhone, iPad or Mac showed: stream `App.LocationActivity` of Apple's Biome (`triage.formats.biome`).

Fields: 1 the bundle, 13 the title, 23 the place's name, 24 and 25 degrees, 30 its address. Reference: the system's own class of this event as
published from several builds (mark B); no public sample at hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.formats import cells, times
from triage.formats.biome import COCOA, read_stream, stream_of
from triage.model import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.formats.biome import Event
    from triage.model import Problem, Record


class AppleBiomePlaces:
    """One `Place` per event that names one."""

    name: ClassVar[str] = "apple-biome-places"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Apple Biome, places"
    describes: ClassVar[str] = "Places that apps showed (maps, messages, calendars), with name, address and time"
    limitations: ClassVar[tuple[str, ...]] = (
        "A place that an app showed is not where the device was.",
        "A record that is marked deleted is read where its data are still whole; tombstone folders are not read.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Place,)

    def wants(self, item: Item) -> bool:
        """A file of this stream."""
        return stream_of(item) in _STREAMS

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The events in their order."""
        yield from read_stream(item, self.name, _STREAMS)


def _place(event: Event) -> Place | None:
    fields = event.fields
    north, east = cells.coordinates(fields.double(24), fields.double(25))
    parts = [text for number in (13, 23, 30) if (text := fields.text(number))]
    if north is None and not parts:
        return None
    return Place(
        where=event.where,
        app=fields.text(1) or "Apple",
        account=event.device,
        deleted=event.deleted,
        latitude=north,
        longitude=east,
        at=cells.apple_seconds(event.at),
        name=", ".join(dict.fromkeys(parts)) or None,
        kind="search",
        raw_time=times.raw_time(event.at, COCOA),
    )


_STREAMS = {"App.LocationActivity": _place}
