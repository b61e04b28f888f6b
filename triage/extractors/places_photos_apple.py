"""Places of photographs and clips in the library of an iPhone, iPad or Mac: `Photos.sqlite`.

ZASSET (ZGENERICASSET until iOS 13): ZLATITUDE and ZLONGITUDE, -180 where there is none, ZDATECREATED in seconds since 2001, folder and
name of the file. It says where a picture was taken also where the picture itself is gone. Reference: public parsers (mark B); no
public sample at hand.
"""

from __future__ import annotations

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


class ApplePhotoPlaces:
    """One `Place` of kind photo per asset with a position."""

    name: ClassVar[str] = "apple-photo-places"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Apple photo library, places"
    describes: ClassVar[str] = (
        "Where and when the pictures and clips of the library were taken, with their folder and name"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "A picture that was received has the place its sender's device recorded.",
        "Albums, faces, hidden and deleted states are read by the extractor apple-gallery.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Place,)

    def wants(self, item: Item) -> bool:
        """Photos.sqlite."""
        return is_database(item.mime) and item.entry.name.lower() == "photos.sqlite"

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The assets in order of their row."""
        yield from read(item, self.name, _read)


def _read(tables: Tables) -> Iterator[Record | Problem]:
    table = tables.first("ZASSET", "ZGENERICASSET")
    if table is None:
        yield unrecognised(ApplePhotoPlaces.title, ApplePhotoPlaces.name, tables.schema)
        return
    spec = PlaceTable(
        table,
        "photo",
        "ZLATITUDE",
        "ZLONGITUDE",
        "ZDATECREATED",
        "s Cocoa",
        key="Z_PK",
        names=("ZDIRECTORY", "ZFILENAME"),
        none=-180.0,
    )
    yield from kept(ApplePhotoPlaces.name, places(tables, spec, "Apple Photos"))
