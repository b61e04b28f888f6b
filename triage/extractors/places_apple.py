"""Where an iPhone or iPad was: databases of the location service `routined`: `Cache.sqlite`, `Local.sqlite`, `Cloud-V2.sqlite`.

Cache holds fixes of about a week (ZRTCLLOCATIONMO); Local and Cloud hold stays (ZRTVISITMO, learned places with their visits) and where a
car was left (ZRTVEHICLEEVENTHISTORYMO). Times are seconds since 2001, accuracy metres, speed metres a second. Reference: public parsers
(mark B); no public sample at hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats.positions import PlaceTable, places
from triage.formats.sqlite import kept, unrecognised
from triage.formats.tables import Join, Tables, read
from triage.model import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = frozenset({"cache.sqlite", "local.sqlite", "cloud.sqlite", "cloud-v2.sqlite"})
_UNIT = "s Cocoa"


def _stay(table: str, of: str = "") -> PlaceTable:
    """A stay; one of a learned place has its position there where it has none itself."""
    joins = (
        (Join(of, "Z_PK", "ZLOCATIONOFINTEREST", ("ZLOCATIONLATITUDE", "ZLOCATIONLONGITUDE"), "learned"),) if of else ()
    )
    return PlaceTable(
        table,
        "visit",
        "ZLOCATIONLATITUDE",
        "ZLOCATIONLONGITUDE",
        "ZENTRYDATE",
        _UNIT,
        key="Z_PK",
        accuracy="ZLOCATIONHORIZONTALUNCERTAINTY",
        until="ZEXITDATE",
        joins=joins,
        fallback=("learned.ZLOCATIONLATITUDE", "learned.ZLOCATIONLONGITUDE") if of else ("", ""),
    )


TABLES: tuple[PlaceTable, ...] = (
    PlaceTable(
        "ZRTCLLOCATIONMO",
        "device",
        "ZLATITUDE",
        "ZLONGITUDE",
        "ZTIMESTAMP",
        _UNIT,
        key="Z_PK",
        accuracy="ZHORIZONTALACCURACY",
        speed="ZSPEED",
    ),
    _stay("ZRTVISITMO"),
    _stay("ZRTLEARNEDLOCATIONOFINTERESTVISITMO", "ZRTLEARNEDLOCATIONOFINTERESTMO"),
    _stay("ZRTLEARNEDLOCATIONOFINTERESTVISIT", "ZRTLEARNEDLOCATIONOFINTEREST"),
    PlaceTable(
        "ZRTVEHICLEEVENTHISTORYMO",
        "vehicle",
        "ZLOCLATITUDE",
        "ZLOCLONGITUDE",
        "ZDATE",
        _UNIT,
        key="Z_PK",
        accuracy="ZLOCUNCERTAINTY",
    ),
)


class ApplePlaces:
    """One `Place` per fix, stay and parked car."""

    name: ClassVar[str] = "apple-places"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Apple location history"
    describes: ClassVar[str] = (
        "Fixes of the device with accuracy and speed, stays with beginning and end, where a car was left"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "A stay was derived by the system from fixes; its position is that of the place, not of the device.",
        "Names and addresses of learned places are not read.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Place,)

    def wants(self, item: Item) -> bool:
        """The databases of these names in a folder of routined, or with its tables at the front."""
        if not is_database(item.mime) or item.entry.name.lower() not in _NAMES:
            return False
        return "routined" in item.entry.path.lower() or b"ZRT" in item.head

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Table by table in order of the rows."""
        yield from read(item, self.name, _read)


def _read(tables: Tables) -> Iterator[Record | Problem]:
    present = [spec for spec in TABLES if tables.has(spec.table, spec.key, spec.at)]
    if not present:
        yield unrecognised(ApplePlaces.title, ApplePlaces.name, tables.schema)
    for spec in present:
        yield from kept(ApplePlaces.name, places(tables, spec, "Apple"))
