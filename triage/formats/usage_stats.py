"""Android's usage statistics in their three forms: XML (until Android 9), protobuf (10), protobuf with numbers for names (from 11).

Times are milliseconds, counted from the moment that names the file; names behind numbers are in `mappings`, two folders up.
Reference: AOSP `UsageStatsXmlV1`, `usagestatsservice.proto`, `usagestatsservice_v2.proto`, `UsageEvents.Event` (mark A).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from triage.formats.protobuf import Fields, wire
from triage.formats.whole import tags

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

EVENTS = {
    1: "activity resumed", 2: "activity paused", 3: "end of day", 4: "continue previous day", 5: "configuration changed",
    6: "system interaction", 7: "user interaction", 8: "shortcut used", 9: "chooser used", 10: "notification seen",
    11: "standby bucket changed", 12: "notification interrupted", 15: "screen on", 16: "screen off", 17: "lock screen shown",
    18: "lock screen hidden", 19: "foreground service started", 20: "foreground service stopped", 23: "activity stopped",
    24: "activity destroyed", 26: "device shut down", 27: "device started",
}  # fmt: skip
_POOL, _PACKAGES, _EVENTS = 2, 20, 22
Names = dict[int, list[str]]


class Used(NamedTuple):
    """A package in the interval of the file, or an event (`kind`): times in milliseconds from the file's own moment."""

    where: str
    package: str | None
    part: str | None
    kind: int | None
    at: int | None
    total_ms: int | None
    launches: int | None


def from_xml(data: bytes) -> Iterator[Used]:
    """Packages and events of an XML. Raises EvidenceError behind the last."""
    for number, (tag, attributes) in enumerate(tags(data)):
        if tag == "package":
            yield _Row(attributes, number).package()
        elif tag == "event":
            yield _Row(attributes, number).event()


def from_protobuf(data: bytes, mappings: bytes | None) -> Iterator[Used]:
    """Packages and events of either protobuf. Raises EvidenceError behind the last."""
    pool: list[str] = []
    names = _names(mappings)
    for number, (field, value) in enumerate(wire(data)):
        if not isinstance(value, bytes):
            continue
        if field == _POOL:
            pool = [_text(each) for each in Fields(value).all(2)]
        elif field == _PACKAGES:
            yield _package(number, Fields(value), pool, names)
        elif field == _EVENTS:
            yield _event(number, Fields(value), pool, names)


def _package(number: int, row: Fields, pool: list[str], names: Names) -> Used:
    package = _named(row, pool, names) if pool else _token(names, row.number(1))
    return Used(f"package {number}", package, None, None, row.signed(3), row.signed(4), row.number(6))


def _event(number: int, row: Fields, pool: list[str], names: Names) -> Used:
    """The two protobufs number the fields of an event differently."""
    if pool:
        part = row.text(3) or _pooled(pool, row.number(4))
        return Used(f"event {number}", _named(row, pool, names), part, row.number(7), row.signed(5), None, None)
    token = row.number(1)
    part = _inside(names, token, row.number(2))
    return Used(f"event {number}", _token(names, token), part, row.number(5), row.signed(3), None, None)


def _named(row: Fields, pool: list[str], _names: Names) -> str | None:
    return row.text(1) or _pooled(pool, row.number(2))


def _pooled(pool: list[str], number: int | None) -> str | None:
    return pool[number - 1] if number is not None and 0 < number <= len(pool) else None


def _token(names: Names, token: int | None) -> str | None:
    """The package behind a number; the number itself where `mappings` does not say."""
    return _inside(names, token, 1) or (None if token is None else f"token {token}")


def _inside(names: Names, token: int | None, number: int | None) -> str | None:
    """A string of a package: the first is the package itself. Numbers count from 1."""
    held = names.get(token if token is not None else -1, [])
    return held[number - 1] if number is not None and 0 < number <= len(held) else None


def _names(mappings: bytes | None) -> Names:
    found: Names = {}
    for row in Fields(mappings).messages(2) if mappings else ():
        if (token := row.number(1)) is not None:
            found[token] = [_text(each) for each in row.all(2)]
    return found


def _text(value: int | bytes) -> str:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else ""


class _Row:
    """One element of the XML."""

    def __init__(self, attributes: Mapping[str, str], number: int) -> None:
        self._attributes, self._number = attributes, number

    def package(self) -> Used:
        return Used(
            f"package {self._number}", self._attributes.get("package"), None, None, self._whole("lastTimeActive"),
            self._whole("timeActive"), self._whole("appLaunchCount"),
        )  # fmt: skip

    def event(self) -> Used:
        values = self._attributes
        return Used(
            f"event {self._number}", values.get("package"), values.get("class"), self._whole("type"), self._whole("time"), None, None,
        )  # fmt: skip

    def _whole(self, name: str) -> int | None:
        value = self._attributes.get(name, "")
        digits = value.removeprefix("-")
        return int(value) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None
