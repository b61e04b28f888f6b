"""Wireless networks an iPhone, iPad or Mac knows: `com.apple.wifi.known-networks.plist` and, before it, `com.apple.wifi.plist`.

Known networks: keys `wifi.network.ssid.NAME` with SSID (bytes), AddedAt, JoinedByUserAt, JoinedBySystemAt, SupportedSecurityTypes, BSSList.
Before: `List of known networks` with SSID_STR, BSSID, lastJoined, lastAutoJoined. Reference: a public sample of the first (mark A), public
parsers for the second (mark B).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.errors import Malformed
from triage.formats import cells
from triage.formats.plist import MOST_BYTES, loaded
from triage.formats.whole import whole
from triage.model import Network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record, Stamp

_NAMES = frozenset(
    {"com.apple.wifi.known-networks.plist", "com.apple.wifi.plist", "com.apple.airport.preferences.plist"}
)
_PREFIX = "wifi.network.ssid."


class AppleNetworks:
    """One `Network` per network and access point; one without an access point where none is named."""

    name: ClassVar[str] = "apple-networks"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Apple wireless networks"
    describes: ClassVar[str] = (
        "Names of wireless networks the device keeps, when they were added and last joined, their access points"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "joined_at of a network is the later of the last joining by the user and by the system; of an access point its last use.",
        "Passwords are in the keychain and are not read.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Network,)

    def wants(self, item: Item) -> bool:
        """The property lists of these names."""
        return item.entry.name in _NAMES and item.head.startswith((b"bplist", b"<?xml"))

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The networks in their order."""
        values = loaded(whole(item, most=MOST_BYTES))
        if not isinstance(values, dict):
            raise Malformed("the property list is no dictionary")
        for key, row in values.items():
            if isinstance(row, dict) and isinstance(key, str) and key.startswith(_PREFIX):
                yield from _known(key, row)
        older = values.get("List of known networks")
        for number, row in enumerate(older if isinstance(older, list) else ()):
            if isinstance(row, dict):
                yield _older(number, row)


def _known(key: str, row: dict[str, object]) -> Iterator[Network]:
    name = row.get("SSID")
    text = name.decode("utf-8", "backslashreplace") if isinstance(name, bytes) else key.removeprefix(_PREFIX)
    joined = [stamp for each in ("JoinedByUserAt", "JoinedBySystemAt") if (stamp := cells.date(row.get(each)))]
    yield Network(
        where=key,
        app="Apple",
        name=text,
        security=cells.text(row.get("SupportedSecurityTypes")),
        added_at=cells.date(row.get("AddedAt")),
        joined_at=_latest(joined),
        raw_time=cells.text(str(row["AddedAt"])) if "AddedAt" in row else None,
    )
    points = row.get("BSSList")
    for number, point in enumerate(points if isinstance(points, list) else ()):
        if isinstance(point, dict) and (address := cells.text(point.get("BSSID"))):
            yield Network(
                where=f"{key}.BSSList[{number}]",
                app="Apple",
                name=text,
                identifier=address,
                joined_at=cells.date(point.get("LastAssociatedAt")),
            )


def _older(number: int, row: dict[str, object]) -> Network:
    joined = [stamp for each in ("lastJoined", "lastAutoJoined") if (stamp := cells.date(row.get(each)))]
    return Network(
        where=f"List of known networks[{number}]",
        app="Apple",
        name=cells.text(row.get("SSID_STR")),
        identifier=cells.text(row.get("BSSID")),
        security=cells.text(row.get("SecurityMode")),
        added_at=cells.date(row.get("addedAt")),
        joined_at=_latest(joined),
    )


def _latest(stamps: list[Stamp]) -> Stamp | None:
    return max(stamps, key=lambda each: each.ns, default=None)
