"""Pages in streams of Apple's Biome (`triage.formats.biome`): `App.WebUsage` and `Safari.Navigations`, which outlive a cleared history.

App.WebUsage: 2 when, 4 the address, 5 the domain, 6 the app. Safari.Navigations: 1 the domain, 8 the address; its own time is rounded to half
hours, that of the file is not. `SafariPageView`: 3 when, 4 the title, 7 the address. `_DKEvent.Safari.History`, the older
form: 2 when, 4.3 the address, 7.2.3 the title. Reference: the system's own classes of these events as published from several builds, and public parsers
(mark B; page views and the older form mark C); no public sample at hand.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from triage.formats import cells, times
from triage.formats.biome import COCOA, read_stream, stream_of
from triage.model import Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.formats.biome import Event
    from triage.model import Problem, Record


class AppleBiomePages:
    """One `Visit` per event."""

    name: ClassVar[str] = "apple-biome-pages"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Apple Biome, pages"
    describes: ClassVar[str] = "Pages that Safari and other apps showed, with time and app"
    limitations: ClassVar[tuple[str, ...]] = (
        "App.WebUsage counts how long a page was on the screen: one visit is several events.",
        "Titles are stored in page views and in the older form alone; the text of a page view is not read.",
        "A record that is marked deleted is read where its data are still whole; tombstone folders are not read.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Visit,)

    def wants(self, item: Item) -> bool:
        """A file of these streams."""
        return stream_of(item) in _STREAMS

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The events in their order."""
        yield from read_stream(item, self.name, _STREAMS)


def _web(event: Event) -> Visit:
    fields = event.fields
    return _visit(event, fields.text(6), fields.text(4) or fields.text(5), event.time(2))


def _navigation(event: Event) -> Visit:
    return _visit(event, "Safari", event.fields.text(8) or event.fields.text(1), event.at)


def _view(event: Event) -> Visit:
    made = _visit(event, "Safari", event.fields.text(7), event.time(3))
    return replace(made, title=event.fields.text(4))


def _older(event: Event) -> Visit:
    value, more = event.fields.inside(4), event.fields.inside(7)
    said = more.inside(2) if more else None
    made = _visit(event, "Safari", value.text(3) if value else None, event.time(2))
    return replace(made, title=said.text(3) if said else None)


def _visit(event: Event, app: str | None, url: str | None, stored: float) -> Visit:
    return Visit(
        where=event.where,
        app=app or "Apple",
        account=event.device,
        deleted=event.deleted,
        url=url,
        visited_at=cells.apple_seconds(stored),
        origin="synced" if event.device else None,
        raw_time=times.raw_time(stored, COCOA),
    )


_STREAMS = {
    "App.WebUsage": _web,
    "Safari.Navigations": _navigation,
    "SafariPageView": _view,
    "_DKEvent.Safari.History": _older,
}
