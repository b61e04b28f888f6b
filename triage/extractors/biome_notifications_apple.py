"""Notifications of iPhones, iPads and Macs since iOS 15: streams `Notification.Usage` and `Notification` of Apple's Biome (`triage.formats.biome`).

Fields: 2 when, 4 the bundle, 8 title, 9 subtitle, 10 text, 12 the thread, 14 the section (mostly the bundle). A message that its sender
deleted may stand here alone, for four weeks. Reference: the system's own class of this event as published from several builds (mark B; a
public parser shows the thread as content); no public sample at hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.formats import cells, times
from triage.formats.biome import COCOA, read_stream, stream_of
from triage.model import Notification

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.formats.biome import Event
    from triage.model import Problem, Record


class AppleBiomeNotifications:
    """One `Notification` per event."""

    name: ClassVar[str] = "apple-biome-notifications"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Apple Biome, notifications"
    describes: ClassVar[str] = "Title, subtitle and text of what apps showed, with bundle, thread and time"
    limitations: ClassVar[tuple[str, ...]] = (
        "The same notification is an event when it arrives, when it is shown and when it is dismissed: each is a record.",
        "Newer systems keep the length of the text and not the text for some apps.",
        "A record that is marked deleted is read where its data are still whole; tombstone folders are not read.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Notification,)

    def wants(self, item: Item) -> bool:
        """A file of these streams."""
        return stream_of(item) in _STREAMS

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The events in their order."""
        yield from read_stream(item, self.name, _STREAMS)


def _notification(event: Event) -> Notification:
    fields = event.fields
    bundle = fields.text(4) or fields.text(14)
    lines = [fields.text(9), fields.text(10)]
    return Notification(
        where=event.where,
        app=bundle or "unknown",
        account=event.device,
        deleted=event.deleted,
        identifier=bundle,
        title=fields.text(8),
        body="\n".join(line for line in lines if line) or None,
        posted_at=cells.apple_seconds(event.time(2)),
        channel=fields.text(12),
        raw_time=times.raw_time(event.time(2), COCOA),
    )


_STREAMS = {"Notification": _notification, "Notification.Usage": _notification}
