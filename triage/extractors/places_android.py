"""Places in databases of an Android phone: destinations and saved places of Google Maps, what browsers told pages, Samsung's gallery.

`da_destination_history` (destinations, degrees in millionths), `gmm_myplaces.db` (saved places, millionths), `CachedGeoposition.db` (the position
a browser gave to a page), `cmh.db` (places of photographs). Reference: public parsers (mark B); no public sample at hand.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats.positions import MILLIONTHS, PlaceTable, places
from triage.formats.spaces import space_of
from triage.formats.sqlite import kept, unrecognised
from triage.formats.tables import Tables, read
from triage.model import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_MS = "ms Unix"
_FILES: dict[str, tuple[str, tuple[PlaceTable, ...]]] = {
    "da_destination_history": (
        "Google Maps",
        (
            PlaceTable(
                "destination_history", "destination", "dest_lat", "dest_lng", "time", _MS, scale=MILLIONTHS,
                names=("dest_title", "dest_address"),
            ),
            PlaceTable(
                "destination_history", "device", "source_lat", "source_lng", "time", _MS, scale=MILLIONTHS
            ),
        ),
    ),
    "gmm_myplaces.db": (
        "Google Maps",
        (
            PlaceTable(
                "sync_item", "saved", "latitude", "longitude", "timestamp", _MS, scale=MILLIONTHS, names=("key_string",)
            ),
        ),
    ),
    "cachedgeoposition.db": (
        "Browser",
        (PlaceTable("CachedPosition", "browser", "latitude", "longitude", "timestamp", _MS, accuracy="accuracy"),),
    ),
    "cmh.db": (
        "Samsung Gallery",
        (
            PlaceTable(
                "files", "photo", "latitude", "longitude", "datetaken", _MS, key="_id", names=("_data", "addr")
            ),
            PlaceTable("images", "photo", "latitude", "longitude", "datetaken", _MS, key="_id", names=("_data", "addr")),
        ),
    ),
}  # fmt: skip


class AndroidPlaces:
    """One `Place` per row that has a position."""

    name: ClassVar[str] = "android-places"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Android places"
    describes: ClassVar[str] = (
        "Destinations and saved places of Google Maps, positions given to pages, places of photographs in Samsung's gallery"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "A destination was asked for; that the phone went there is not said.",
        "The position a route began at is taken for one of the device, as Google Maps starts at it unless told otherwise.",
        "Google Maps' searches are not read; its timeline is another database.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Place,)

    def wants(self, item: Item) -> bool:
        """The databases of these names."""
        return is_database(item.mime) and item.entry.name.lower() in _FILES

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Table by table in order of the rows."""
        app, specs = _FILES[item.entry.name.lower()]
        account = space_of(item.entry.path)
        yield from read(item, self.name, lambda tables: _read(tables, specs, app, account))


def _read(tables: Tables, specs: tuple[PlaceTable, ...], app: str, account: str | None) -> Iterator[Record | Problem]:
    present = [spec for spec in specs if tables.has(spec.table, spec.key, spec.latitude, spec.at)]
    if not present:
        yield unrecognised(AndroidPlaces.title, AndroidPlaces.name, tables.schema)
    for spec in present:
        for found in kept(AndroidPlaces.name, places(tables, spec, app, account)):
            yield _told_apart(found, spec)


def _told_apart(found: Place | Problem, spec: PlaceTable) -> Place | Problem:
    """Two positions of one row are told apart by their column."""
    if not isinstance(found, Place) or spec.latitude == "latitude":
        return found
    return replace(found, where=f"{found.where} {spec.latitude}")
