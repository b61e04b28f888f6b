"""What an Android phone says about itself: properties of its system, and its settings.

Written by the system image (`build.prop` of each partition), by init (`data/property/persistent_properties`) and by the settings provider
(`data/system/users/<n>/settings_*.xml`, since Android 12 as binary XML). Reference: AOSP (mark A for the formats, B for the names).
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, ClassVar

from triage.errors import EvidenceError, LimitReached
from triage.formats import abx, properties
from triage.formats.xml_events import Start, XmlEvents
from triage.model import Device, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from triage.content import Item
    from triage.model import Record

MOST_BYTES = 16 << 20
_NAMES = re.compile(r"(?P<prop>build\.prop|prop\.default|default\.prop)|(?P<persistent>persistent_properties)|(?P<settings>settings_(secure|global|system)\.xml)", re.IGNORECASE)  # fmt: skip
_PARTITIONS = ("", "system.", "vendor.", "product.", "odm.", "system_ext.")
_MAKE = tuple(f"ro.product.{each}manufacturer" for each in _PARTITIONS)
_MODEL = (*(f"ro.product.{each}model" for each in _PARTITIONS), "ro.product.marketname", "ro.config.marketing_name")
_SERIAL = ("ro.serialno", "ro.boot.serialno", "persist.radio.serialno", "persist.sys.serialno")
_IMEI = ("persist.radio.imei", "persist.radio.imei1", "ro.ril.oem.imei", "ro.ril.miui.imei0", "persist.sys.imei")
_VERSION = ("ro.build.version.release", *(f"ro.{each}build.version.release" for each in _PARTITIONS[1:]))


class AndroidDevice:
    """One `Device` per file that says something about the phone; `where` names the keys that did."""

    name: ClassVar[str] = "android-device"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Android device"
    describes: ClassVar[str] = "Maker, model, serial number, version, time zone and given name of the phone"
    limitations: ClassVar[tuple[str, ...]] = (
        "One record per file: a phone says the same in several places, and they may differ.",
        "account is the name that the owner gave the phone (device_name, bluetooth_name); the Android ID has no field and is left out.",
        "SIM cards and accounts have extractors of their own; the users of the phone are not read.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Device,)

    def wants(self, item: Item) -> bool:
        """build.prop and its kind, persistent_properties, settings_secure.xml, settings_global.xml, settings_system.xml."""
        return _NAMES.fullmatch(item.entry.name) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """At most one record; damage that left something to read is a problem behind it."""
        match = _NAMES.fullmatch(item.entry.name)
        assert match is not None
        data = _content(item)
        found: dict[str, str] = {}
        problem: Problem | None = None
        try:
            for key, value in _pairs(data, match):
                found.setdefault(key, value)
        except EvidenceError as error:
            problem = Problem(kind=error.kind, stage=self.name, message=str(error))
        yield from _device(found, match)
        if problem is not None:
            yield problem


def _pairs(data: bytes, match: re.Match[str]) -> Iterator[tuple[str, str]]:
    """Names and values, the first of a name is the one that counts. Raises EvidenceError behind the last."""
    if match["prop"]:
        yield from properties.from_lines(data).items()
    elif match["persistent"]:
        yield from properties.from_protobuf(data)
    else:
        yield from _settings(data)


def _content(item: Item) -> bytes:
    stream = item.open()
    try:
        data = stream.read(MOST_BYTES + 1)
    finally:
        stream.close()
    if len(data) > MOST_BYTES:
        raise LimitReached(f"more than {MOST_BYTES} bytes of settings are not read")
    return data


def _settings(data: bytes) -> Iterator[tuple[str, str]]:
    """Name and value of each `setting`; a value that is not there (null) is left out."""
    found = ((each[0], each[1]) for each in abx.elements(data)) if abx.is_abx(data) else _tags(data)
    for tag, attributes in found:
        value = attributes.get("value", "")
        if tag == "setting" and value not in {"", "null"}:
            yield attributes.get("name", ""), value


def _tags(data: bytes) -> Iterator[tuple[str, Mapping[str, str]]]:
    for event in XmlEvents(io.BytesIO(data)):
        if isinstance(event, Start):
            yield event.name, event.attributes


def _device(found: dict[str, str], match: re.Match[str]) -> Iterator[Device]:
    if match["settings"]:
        yield from _from_settings(found, match[0].lower())
    else:
        yield from _from_properties(
            found, "Android persistent properties" if match["persistent"] else "Android build.prop"
        )


def _from_properties(found: dict[str, str], source: str) -> Iterator[Device]:
    used: list[str] = []
    make, model = _first(found, _MAKE, used), _first(found, _MODEL, used)
    serial, imei = _first(found, _SERIAL, used), _first(found, _IMEI, used)
    version = _first(found, _VERSION, used)
    zone = _first(found, ("persist.sys.timezone",), used)
    if used:
        yield Device(
            where=", ".join(used),
            app=source,
            make=make,
            model=model,
            serial=serial,
            imei=imei,
            system=None if version is None else f"Android {version}",
            time_zone=zone,
        )


def _from_settings(found: dict[str, str], name: str) -> Iterator[Device]:
    used: list[str] = []
    given = _first(found, ("device_name", "bluetooth_name"), used)
    if used:
        yield Device(where=", ".join(used), app=f"Android {name}", account=given)


def _first(found: dict[str, str], names: tuple[str, ...], used: list[str]) -> str | None:
    name = next((each for each in names if found.get(each)), None)
    if name is None:
        return None
    used.append(name)
    return found[name]
