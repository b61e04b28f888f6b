"""Masts and access points that an iPhone or iPad was told of: `cache_encryptedB.db` of the location service.

Tables WifiLocation, LteCellLocation, CellLocation, CdmaCellLocation, ScdmaCellLocation, NrCellLocation and their `...Local` twins: time in
seconds since 2001. These are positions of masts and access points in the neighbourhood, **not** of the device. Reference: public
parsers (mark B); no public sample at hand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats.positions import PlaceTable, places
from triage.formats.sqlite import kept, unrecognised
from triage.formats.tables import Tables, read
from triage.model import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_TABLES = re.compile(r"(Wifi|\w*Cell)Location(Local|Harvest)?\Z")
_NAMES = ("MAC", "MCC", "MNC", "TAC", "LAC", "CI", "SID", "NID", "BSID", "PID", "UARFCN", "Channel")


class AppleNetworkPlaces:
    """One `Place` of kind network per row."""

    name: ClassVar[str] = "apple-network-places"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Apple positions of masts and access points"
    describes: ClassVar[str] = (
        "Positions of masts and wireless access points the device was told of, with accuracy and time"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "These are not positions of the device: it was told of the neighbourhood of where it was.",
        "name holds the numbers of the mast, or the address of the access point as a number.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Place,)

    def wants(self, item: Item) -> bool:
        """cache_encryptedB.db."""
        return is_database(item.mime) and re.match(r"cache_encrypted[AB]\.db\Z", item.entry.name) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Table by table in order of the rows."""
        yield from read(item, self.name, _read)


def _read(tables: Tables) -> Iterator[Record | Problem]:
    present = [
        name for name in sorted(tables.schema) if _TABLES.match(name) and tables.has(name, "Latitude", "Timestamp")
    ]
    if not present:
        yield unrecognised(AppleNetworkPlaces.title, AppleNetworkPlaces.name, tables.schema)
    for name in present:
        spec = PlaceTable(
            name,
            "network",
            "Latitude",
            "Longitude",
            "Timestamp",
            "s Cocoa",
            accuracy="HorizontalAccuracy",
            names=_NAMES,
        )
        yield from kept(AppleNetworkPlaces.name, places(tables, spec, "Apple"))
