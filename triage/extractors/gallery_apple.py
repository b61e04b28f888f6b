"""The photo library of an iPhone, iPad or Mac: `Photos.sqlite`.

ZASSET (iOS 14 and later) or ZGENERICASSET is joined with ZADDITIONALASSETATTRIBUTES; columns move between the two from version to version, so
each is looked for in both. Times in seconds since 2001; ZLATITUDE and ZLONGITUDE are -180 where there is none. ZKIND 0 picture, 1 clip;
ZKINDSUBTYPE 10 screenshot, 103 screen recording; ZTRASHEDSTATE 1 is Recently Deleted. ZIMPORTEDBY says by what an asset came in (1 and 2 the back
and front camera, 3 and 6 another app, 12 shared in a conversation), ZIMPORTEDBYBUNDLEIDENTIFIER (ZCREATORBUNDLEID until iOS 14) by which app.
Albums are in ZGENERICALBUM, joined by a table `Z_<n>ASSETS` whose numbers differ. Reference: public parsers (mark B; mark C for ZIMPORTEDBY and
ZSAVEDASSETTYPE: the number stands beside the word); built fixture, no public sample at hand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, codes, times
from triage.formats.app_paths import owner
from triage.formats.sqlite import kept, unrecognised
from triage.formats.tables import Join, Tables, read
from triage.model import GalleryItem

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from triage.content import Item
    from triage.model import Problem, Record

MORE = "ZADDITIONALASSETATTRIBUTES"
MEDIA = "/private/var/mobile/Media/"
_KINDS = {0: "picture", 1: "video"}
_SUBTYPES = {10: "screenshot", 103: "screen recording"}
_IMPORTED = {
    0: "cloud or another source",
    1: "back camera of this system",
    2: "front camera of this system",
    3: "another app",
    6: "another app",
    7: "shared link",
    8: "an app of the system",
    9: "an app of the system",
    12: "shared in a conversation",
}
_SAVED = {3: "saved on the device", 4: "shared album", 6: "cloud", 12: "shared in a conversation"}
_COLUMNS = (
    "ZDIRECTORY", "ZFILENAME", "ZORIGINALFILENAME", "ZUUID", "ZDATECREATED", "ZADDEDDATE", "ZMODIFICATIONDATE", "ZKIND", "ZKINDSUBTYPE",
    "ZHIDDEN", "ZTRASHEDSTATE", "ZTRASHEDDATE", "ZFAVORITE", "ZSAVEDASSETTYPE", "ZCREATORBUNDLEID", "ZIMPORTEDBYBUNDLEIDENTIFIER",
    "ZIMPORTEDBY", "ZEDITORBUNDLEID", "ZHASADJUSTMENTS", "ZADJUSTMENTSSTATE", "ZLATITUDE", "ZLONGITUDE", "ZWIDTH", "ZHEIGHT", "ZDURATION",
    "ZORIGINALFILESIZE", "ZVIEWCOUNT", "ZPLAYCOUNT", "ZSHARECOUNT", "ZLASTSHAREDDATE", "ZUNIFORMTYPEIDENTIFIER", "ZTIMEZONENAME",
)  # fmt: skip
_ALBUM_TABLE, _ALBUM, _ASSET = (re.compile(rf"Z_\d+{name}\d*\Z") for name in ("ASSETS", "ALBUMS", "ASSETS"))


class AppleGallery:
    """One `GalleryItem` per asset."""

    name: ClassVar[str] = "apple-gallery"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Apple photo library"
    describes: ClassVar[str] = (
        "Albums, hidden and trashed state, how many faces, where from (camera, app, cloud, conversation), edits and sharing of each asset"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Faces are counted; names of people, ages and what the system saw in a picture are not read.",
        "origin is what the library says: an app may save what it received under its own name.",
        "Shared albums' comments, memories and the cloud's own tables are not read.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (GalleryItem,)

    def wants(self, item: Item) -> bool:
        """Photos.sqlite."""
        return is_database(item.mime) and item.entry.name.lower() == "photos.sqlite"

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The assets in order of their row."""
        yield from read(item, self.name, lambda tables: _read(tables, owner(item.entry.path)))


def _read(tables: Tables, account: str | None) -> Iterator[Record | Problem]:
    table = tables.first("ZASSET", "ZGENERICASSET")
    if table is None:
        yield unrecognised(AppleGallery.title, AppleGallery.name, tables.schema)
        return
    yield from kept(AppleGallery.name, _assets(tables, table, account))


def _assets(tables: Tables, table: str, account: str | None) -> Iterator[GalleryItem]:
    faces, albums = _faces(tables), _albums(tables)
    more = Join(MORE, "Z_PK", "ZADDITIONALATTRIBUTES", (*_COLUMNS, "ZTITLE"))
    if "ZADDITIONALATTRIBUTES" not in tables.schema[table]:
        more = Join(MORE, "ZASSET", "Z_PK", (*_COLUMNS, "ZTITLE"))
    said = Join("ZASSETDESCRIPTION", "Z_PK", f"{MORE}.ZASSETDESCRIPTION", ("ZLONGDESCRIPTION",))
    for row in tables.rows(table, ("Z_PK", *_COLUMNS), [more, said], order="Z_PK"):
        values = {name: row[name] if row[name] is not None else row[f"{MORE}.{name}"] for name in _COLUMNS}
        values |= {"ZTITLE": row[f"{MORE}.ZTITLE"], "ZLONGDESCRIPTION": row["ZASSETDESCRIPTION.ZLONGDESCRIPTION"]}
        key = row["Z_PK"]
        yield _item(values, f"{table}.Z_PK={key}", account, (faces.get(key), albums.get(key)))


def _item(
    row: Mapping[str, object], where: str, account: str | None, beside: tuple[int | None, str | None]
) -> GalleryItem:
    trashed = cells.flag(row["ZTRASHEDSTATE"])
    latitude, longitude = _position(row)
    return GalleryItem(
        where=where,
        app="Apple Photos",
        account=account,
        deleted="trashed" if trashed else None,
        path=_path(row),
        name=cells.text(row["ZFILENAME"]),
        original_name=cells.text(row["ZORIGINALFILENAME"]),
        identifier=cells.text(row["ZUUID"]),
        kind=_SUBTYPES.get(cells.integer(row["ZKINDSUBTYPE"]) or 0) or codes.kind(row["ZKIND"], _KINDS),
        mime=cells.text(row["ZUNIFORMTYPEIDENTIFIER"]),
        size=cells.count(row["ZORIGINALFILESIZE"]),
        width=cells.count(row["ZWIDTH"]),
        height=cells.count(row["ZHEIGHT"]),
        duration_s=cells.seconds_long(row["ZDURATION"]) or None,
        album=beside[1],
        taken_at=cells.apple_seconds(row["ZDATECREATED"]),
        added_at=cells.apple_seconds(row["ZADDEDDATE"]),
        modified_at=cells.apple_seconds(row["ZMODIFICATIONDATE"]),
        trashed_at=cells.apple_seconds(row["ZTRASHEDDATE"]),
        trashed=trashed,
        hidden=cells.flag(row["ZHIDDEN"]),
        favourite=cells.flag(row["ZFAVORITE"]),
        owner=cells.text(row["ZIMPORTEDBYBUNDLEIDENTIFIER"]) or cells.text(row["ZCREATORBUNDLEID"]),
        origin=_origin(row),
        editor=cells.text(row["ZEDITORBUNDLEID"]) or ("edited" if _edited(row) else None),
        latitude=latitude,
        longitude=longitude,
        faces=beside[0],
        shared=_shared(row),
        views=cells.count(row["ZVIEWCOUNT"]),
        raw_kind=f"{row['ZKIND']}/{row['ZKINDSUBTYPE']}",
        raw_time=times.raw_time(row["ZDATECREATED"], "s Cocoa"),
        title=cells.text(row["ZTITLE"]),
        caption=cells.text(row["ZLONGDESCRIPTION"]),
    )


def _path(row: Mapping[str, object]) -> str | None:
    """The path on the live device; of a Mac's or of the system's own library, the path inside it."""
    folder, name = cells.text(row["ZDIRECTORY"]), cells.text(row["ZFILENAME"])
    if name is None:
        return None
    folder = folder or ""
    if folder.startswith(("DCIM", "PhotoData")):
        return f"{MEDIA}{folder}/{name}"
    return f"originals/{folder}/{name}" if folder else name


def _position(row: Mapping[str, object]) -> tuple[float, float] | tuple[None, None]:
    if cells.real(row["ZLATITUDE"]) == -180:
        return None, None
    return cells.coordinates(row["ZLATITUDE"], row["ZLONGITUDE"])


def _origin(row: Mapping[str, object]) -> str | None:
    """What brought the asset in, as a word with its number; else how it was saved."""
    for name, words in (("ZIMPORTEDBY", _IMPORTED), ("ZSAVEDASSETTYPE", _SAVED)):
        if (number := cells.integer(row[name])) is not None:
            return f"{codes.kind(number, words)} ({name} {number})" if number in words else f"unknown ({name} {number})"
    return None


def _edited(row: Mapping[str, object]) -> bool:
    return any((cells.integer(row[name]) or 0) > 0 for name in ("ZHASADJUSTMENTS", "ZADJUSTMENTSSTATE"))


def _shared(row: Mapping[str, object]) -> str | None:
    """How often it was shared from here, and when last."""
    count = cells.count(row["ZSHARECOUNT"])
    return f"{count} times" if count else None


def _faces(tables: Tables) -> dict[object, int]:
    """How many faces the system marked in each asset; nothing of whose."""
    found: dict[object, int] = {}
    present = tables.schema.get("ZDETECTEDFACE", frozenset())
    key = "ZASSETFORFACE" if "ZASSETFORFACE" in present else "ZASSET"
    for row in tables.rows("ZDETECTEDFACE", (key,)) if key in present else ():
        found[row[key]] = found.get(row[key], 0) + 1
    return found


def _albums(tables: Tables) -> dict[object, str]:
    """The titles of the albums an asset is in, joined by commas."""
    titles = {key: cells.text(row["ZTITLE"]) for key, row in tables.lookup("ZGENERICALBUM", "Z_PK", "ZTITLE").items()}
    found: dict[object, list[str]] = {}
    for row, album, asset in _memberships(tables):
        title = titles.get(row[album])
        if title and title not in found.setdefault(row[asset], []):
            found[row[asset]].append(title)
    return {key: ", ".join(sorted(names)) for key, names in found.items() if names}


def _memberships(tables: Tables) -> Iterator[tuple[sqlite3.Row, str, str]]:
    for table in sorted(tables.schema):
        album = next((name for name in sorted(tables.schema[table]) if _ALBUM.match(name)), None)
        asset = next((name for name in sorted(tables.schema[table]) if _ASSET.match(name)), None)
        if _ALBUM_TABLE.match(table) and album and asset:
            for row in tables.rows(table, (album, asset)):
                yield row, album, asset
