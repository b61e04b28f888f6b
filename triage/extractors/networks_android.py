"""Wireless networks an Android phone knows: `WifiConfigStore.xml` (since Android 8) and `wpa_supplicant.conf` (before).

Each `Network` holds a `WifiConfiguration` of named values: SSID in quotation marks (in hexadecimal where it is no text), BSSID, ConfigKey,
whose end is the kind of security. Passwords lie beside them and are not read. Reference: AOSP `WifiConfigStore`, `XmlUtil` (mark A) and
the supplicant's configuration (mark A); no public sample at hand.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, ClassVar

from triage.formats import cells, times
from triage.formats.spaces import space_of
from triage.formats.whole import whole
from triage.formats.xml_events import End, Start, XmlEvents
from triage.model import Network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

MOST_BYTES = 16 << 20
_NAMES = re.compile(r"(WifiConfigStore\.xml|wpa_supplicant\.conf)\Z", re.IGNORECASE)
_BLOCK = re.compile(r"network=\{(.*?)\}", re.DOTALL)
_SETTING = re.compile(r"^\s*(\w+)=(.*?)\s*$", re.MULTILINE)
_UNKNOWN_ADDRESS = frozenset({"any", "00:00:00:00:00:00", "02:00:00:00:00:00"})


class AndroidNetworks:
    """One `Network` per network kept."""

    name: ClassVar[str] = "android-networks"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Android wireless networks"
    describes: ClassVar[str] = (
        "Names of wireless networks the phone keeps, their kind of security, and the last connection"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Passwords are not read.",
        "A network that is kept need not have been joined: one that never was is marked 'never joined' as deleted says.",
        "The phone's own hotspot (WifiConfigStoreSoftAp.xml) is not read.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Network,)

    def wants(self, item: Item) -> bool:
        """WifiConfigStore.xml, wpa_supplicant.conf."""
        return _NAMES.match(item.entry.name) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The networks in their order."""
        data, account = whole(item, most=MOST_BYTES), space_of(item.entry.path)
        found = _stored(data) if item.entry.name.lower().endswith(".xml") else _configured(data)
        for number, values in enumerate(found):
            yield _network(number, values, account)


def _stored(data: bytes) -> Iterator[dict[str, str]]:
    """The named values of each `Network`. Raises EvidenceError behind the last."""
    values: dict[str, str] | None = None
    name: str | None = None
    for event in XmlEvents(io.BytesIO(data)):
        if isinstance(event, Start):
            name = event.attributes.get("name")
            if event.name == "Network":
                values = {}
            elif values is not None and name and "value" in event.attributes:
                values.setdefault(name, event.attributes["value"])
        elif isinstance(event, End):
            if event.name == "string" and values is not None and name:
                values.setdefault(name, event.text)
            elif event.name == "Network" and values is not None:
                yield values
                values = None


def _configured(data: bytes) -> Iterator[dict[str, str]]:
    for block in _BLOCK.finditer(data.decode("utf-8", "backslashreplace")):
        settings = dict(_SETTING.findall(block[1]))
        yield {
            "SSID": settings.get("ssid", ""),
            "BSSID": settings.get("bssid", ""),
            "ConfigKey": '"' + settings.get("key_mgmt", ""),
        }


def _network(number: int, values: dict[str, str], account: str | None) -> Network:
    address = values.get("BSSID", "").strip()
    joined = values.get("LastConnectedTime") or values.get("LastConnected")
    return Network(
        where=f"network {number}",
        app="Android",
        account=account,
        deleted="never joined" if values.get("HasEverConnected") == "false" else None,
        name=_ssid(values.get("SSID", "")),
        identifier=address if address and address.lower() not in _UNKNOWN_ADDRESS else None,
        security=values.get("ConfigKey", "").rpartition('"')[2].strip() or None,
        joined_at=cells.unix_milliseconds(joined),
        raw_time=times.raw_time(joined, "ms Unix"),
    )


def _ssid(stored: str) -> str | None:
    """A name in quotation marks, or the bytes of one that is no text in hexadecimal."""
    if len(stored) >= 2 and stored[0] == stored[-1] == '"':
        return stored[1:-1] or None
    if re.fullmatch(r"(?:[0-9a-fA-F]{2}){1,32}", stored):
        return bytes.fromhex(stored).decode("utf-8", "backslashreplace")
    return stored or None
