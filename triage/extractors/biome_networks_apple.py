"""Wireless networks an iPhone, iPad or Mac joined: stream `Device.Wireless.WiFi` of Apple's Biome (`triage.formats.biome`).

Fields: 1 the name, 2 whether the connection begins. `_DKEvent.Wifi.Connection`, the older form: 2 when, 4.3 the name. Reference: the system's own class of this event as published, and public parsers that
compared it with the list of known networks (mark B; the older form mark C); no public sample at hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.formats import cells, times
from triage.formats.biome import COCOA, read_stream, stream_of
from triage.model import Network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.formats.biome import Event
    from triage.model import Problem, Record


class AppleBiomeNetworks:
    """One `Network` per connection that began."""

    name: ClassVar[str] = "apple-biome-networks"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Apple Biome, wireless networks"
    describes: ClassVar[str] = "Networks by name, each time the device joined them"
    limitations: ClassVar[tuple[str, ...]] = (
        "When a connection ended is not told; access points are not stored.",
        "A record that is marked deleted is read where its data are still whole; tombstone folders are not read.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Network,)

    def wants(self, item: Item) -> bool:
        """A file of this stream."""
        return stream_of(item) in _STREAMS

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The events in their order."""
        yield from read_stream(item, self.name, _STREAMS)


def _network(event: Event) -> Network | None:
    return _made(event, event.fields.text(1), event.at) if event.fields.number(2) == 1 else None


def _made(event: Event, name: str | None, stored: float) -> Network:
    return Network(
        where=event.where,
        app="Apple",
        account=event.device,
        deleted=event.deleted,
        name=name,
        joined_at=cells.apple_seconds(stored),
        raw_time=times.raw_time(stored, COCOA),
    )


def _older(event: Event) -> Network | None:
    value = event.fields.inside(4)
    name = value.text(3) if value else None
    return _made(event, name, event.time(2)) if name else None


_STREAMS = {"Device.Wireless.WiFi": _network, "_DKEvent.Wifi.Connection": _older}
