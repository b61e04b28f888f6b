"""What an iPhone, iPad or Mac says about itself: property lists of the system and of its backups.

`SystemVersion.plist` (system), `Info.plist` (iTunes and Finder backup), `data_ark.plist` (lockdown), `device_values.plist` (written by
extraction programs from the same service), `Manifest.plist` (backup, its part Lockdown). Reference: public readers agree on the keys (mark
B); `data_ark.plist` compared with a public sample (mark A).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.errors import LimitReached
from triage.evidence.plists import dictionary
from triage.model import Device

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from triage.content import Item
    from triage.model import Problem, Record

MAKE = "Apple"
MOST_BYTES = 16 << 20
_NAMES = re.compile(r"(systemversion|info|data_ark|device_values|manifest)\.plist\Z", re.IGNORECASE)
_STARTS = (b"bplist", b"<?xml", b"\xef\xbb\xbf<?xml", b"<!DOCTYPE plist", b"<plist")
_PROGRAM_MARKS = (b"CFBundleExecutable", b"CFBundlePackageType", b"CFBundleInfoDictionaryVersion")
# What the front of a backup's own two lists holds. Every program of a phone has files of the same names, by the thousand.
_FRONTS = {
    "info": (b"Target Identifier", b"Unique Identifier", b"Device Name", b"Build Version", b"Installed Applications"),
    "manifest": (b"Lockdown", b"BackupKeyBag", b"IsEncrypted", b"<key>Applications</key>"),
}
_BACKUP_MARKS = frozenset({"Unique Identifier", "Target Identifier", "Last Backup Date"})
_LOCKDOWN_MARKS = frozenset({"ProductVersion", "SerialNumber", "DeviceName", "TimeZone", "ProductType"})

# Field: the keys that say it, the best first.
_KEYS: dict[str, dict[str, tuple[str, ...]]] = {
    "systemversion": {"system": ("ProductVersion",)},
    "info": {
        "model": ("Product Type", "Product Name"), "serial": ("Serial Number",), "imei": ("IMEI", "IMEI 2"),
        "system": ("Product Version",), "phone": ("Phone Number",), "account": ("Device Name", "Display Name"),
    },
    "lockdown": {
        "model": ("ProductType", "HardwareModel", "ModelNumber"), "serial": ("SerialNumber",),
        "imei": ("InternationalMobileEquipmentIdentity", "kIMEI"), "system": ("ProductVersion", "DarkProductVersion"),
        "phone": ("PhoneNumber",), "time_zone": ("TimeZone",), "account": ("DeviceName",),
    },
}  # fmt: skip


class AppleDevice:
    """One `Device` per property list that says something about the device; `where` names the keys that did."""

    name: ClassVar[str] = "apple-device"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Apple device"
    describes: ClassVar[str] = (
        "Model, serial number, IMEI, version, phone number, time zone and given name of the device"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "One record per file: a device says the same in several places, and they may differ.",
        "account is the name that the owner gave the device; UDID, ICCID, MEID and hardware addresses have no field and are left out.",
        "The type (iPhone13,2) is given as stored; it is not translated into a name of the trade.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Device,)

    def wants(self, item: Item) -> bool:
        """The property lists of these names; an Info.plist or Manifest.plist that is that of a program is not wanted."""
        match = _NAMES.match(item.entry.name)
        if match is None or not item.head.startswith(_STARTS):
            return False
        marks = _FRONTS.get(match[1].lower())
        if marks is None:
            return True
        return any(mark in item.head for mark in marks) and not any(mark in item.head for mark in _PROGRAM_MARKS)

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """At most one record; nothing where the file of that name is another one."""
        source = item.entry.name.partition(".")[0].lower()
        values = _content(item)
        if source == "manifest":
            inner = values.get("Lockdown")
            values = inner if isinstance(inner, dict) else {}
        marks = _BACKUP_MARKS if source == "info" else _LOCKDOWN_MARKS
        if marks & {key.lstrip("-") for key in values if isinstance(key, str)}:
            yield from _device(values, source)


def _content(item: Item) -> dict[str, object]:
    stream = item.open()
    try:
        data = stream.read(MOST_BYTES + 1)
    finally:
        stream.close()
    if len(data) > MOST_BYTES:
        raise LimitReached(f"a property list of more than {MOST_BYTES} bytes is not read")
    return dictionary(data)


def _device(values: Mapping[str, object], source: str) -> Iterator[Device]:
    used: list[str] = []
    keys = _KEYS.get(source, _KEYS["lockdown"])
    found = {name: _first(values, names, used) for name, names in keys.items()}
    if not used:
        return
    yield Device(
        where=", ".join(used),
        app=_APPS[source],
        account=found.get("account"),
        make=MAKE,
        model=found.get("model"),
        serial=found.get("serial"),
        imei=found.get("imei"),
        system=_system(values, found.get("system")),
        phone=found.get("phone"),
        time_zone=found.get("time_zone"),
    )


_APPS = {
    "systemversion": "Apple SystemVersion.plist", "info": "iOS backup Info.plist", "manifest": "iOS backup Manifest.plist",
    "data_ark": "iOS data_ark.plist", "device_values": "iOS device_values.plist",
}  # fmt: skip


def _system(values: Mapping[str, object], version: str | None) -> str | None:
    """With the name of the system where the file has one (macOS, iPhone OS), and its build."""
    if version is None:
        return None
    name, build = _first(values, ("ProductName",), []), _first(values, ("ProductBuildVersion", "Build Version"), [])
    return " ".join(each for each in (name, version, f"({build})" if build else None) if each)


def _first(values: Mapping[str, object], names: tuple[str, ...], used: list[str]) -> str | None:
    """The value of the first key that has one; lockdown writes its keys with a dash in front into data_ark.plist."""
    for name in (each for plain in names for each in (plain, f"-{plain}")):
        value = values.get(name)
        if isinstance(value, str) and value:
            used.append(name)
            return value
    return None
