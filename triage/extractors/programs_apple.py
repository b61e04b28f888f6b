"""Programs on an iPhone or iPad: `iTunesMetadata.plist` of each program, and the list in `Info.plist` of a backup.

iTunesMetadata: softwareVersionBundleId, itemName, bundleShortVersionString, purchase date and account in com.apple.iTunesStore.downloadInfo.
Info.plist: `Installed Applications` (bundles), `Applications` (bundle to its iTunesMetadata). Reference: public parsers (mark B); no public
sample at hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.errors import EvidenceError, Malformed
from triage.formats import cells
from triage.formats.plist import MOST_BYTES, loaded
from triage.formats.programs import known_program
from triage.formats.whole import whole
from triage.model import Program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record, Stamp

_BACKUP_MARKS = (b"Installed Applications", b"Target Identifier")


class ApplePrograms:
    """One `Program` per bundle."""

    name: ClassVar[str] = "apple-programs"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Apple programs"
    describes: ClassVar[str] = (
        "Programs from the store with version, time of purchase and account; those that a backup lists"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "installed_at is the time of purchase that the store recorded; an installation has none here.",
        "Programs of the system have no iTunesMetadata.plist and are not listed in a backup.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Program,)

    def wants(self, item: Item) -> bool:
        """iTunesMetadata.plist; Info.plist of a backup."""
        name = item.entry.name.lower()
        if name == "itunesmetadata.plist":
            return item.head.startswith((b"bplist", b"<?xml"))
        return name == "info.plist" and any(mark in item.head for mark in _BACKUP_MARKS)

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The bundles, sorted."""
        values = loaded(whole(item, most=MOST_BYTES))
        if not isinstance(values, dict):
            raise Malformed("the property list is no dictionary")
        if item.entry.name.lower() == "itunesmetadata.plist":
            yield _program("whole file", values, None)
        else:
            yield from _listed(values)


def _listed(values: dict[str, object]) -> Iterator[Program]:
    installed, details = values.get("Installed Applications"), values.get("Applications")
    details = details if isinstance(details, dict) else {}
    named = {each for each in installed if isinstance(each, str)} if isinstance(installed, list) else set()
    for bundle in sorted(named | {each for each in details if isinstance(each, str)}):
        held = details.get(bundle)
        yield _program(f"Applications.{bundle}", _metadata(held), bundle)


def _metadata(held: object) -> dict[str, object]:
    raw = held.get("iTunesMetadata") if isinstance(held, dict) else None
    if not isinstance(raw, bytes):
        return {}
    try:
        value = loaded(raw)
    except EvidenceError:
        return {}
    return value if isinstance(value, dict) else {}


def _program(where: str, values: dict[str, object], bundle: str | None) -> Program:
    identifier = bundle or cells.text(values.get("softwareVersionBundleId"))
    name, category = known_program(identifier)
    bought, account = _bought(values.get("com.apple.iTunesStore.downloadInfo"))
    return Program(
        where=where,
        app="Apple",
        account=account or cells.text(values.get("appleId")),
        identifier=identifier,
        name=cells.text(values.get("itemName")) or name,
        version=cells.text(values.get("bundleShortVersionString")) or cells.text(values.get("bundleVersion")),
        installed_at=bought,
        installer=cells.text(values.get("artistName")),
        category=category,
    )


def _bought(value: object) -> tuple[Stamp | None, str | None]:
    """Time and account of the purchase."""
    if not isinstance(value, dict):
        return None, None
    info = value.get("accountInfo")
    account = cells.text(info.get("AppleID")) if isinstance(info, dict) else None
    return cells.iso_time(value.get("purchaseDate")), account
