"""Property lists from evidence, XML and binary, and the objects that NSKeyedArchiver put into one. `plistlib` reads the list itself.

An archive is a list `$objects` in which objects refer to one another by number, and a dictionary `$top` of entry points. Only
data comes out of it: nothing is made by the class names that evidence gives. Reference: Apple's property list format and the layout
of keyed archives (mark A).
"""

from __future__ import annotations

import plistlib
import struct
from datetime import datetime, timedelta
from xml.parsers.expat import ExpatError

from triage.errors import EvidenceError, LimitReached, Malformed

Value = None | bool | int | float | str | bytes | datetime | list["Value"] | dict[str, "Value"]

MOST_BYTES = 64 << 20
DEEPEST = 64  # objects inside objects
MOST_VALUES = 200_000  # values of one archive, counted as often as they are referred to
_BROKEN = (
    ExpatError, ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError, MemoryError,
    struct.error, OSError, AssertionError,
)  # fmt: skip
_COCOA = datetime(2001, 1, 1)  # noqa: DTZ001  # as plistlib gives its own dates: naive, and UTC by the format


def loaded(data: bytes) -> object:
    """The value at the top of a property list, XML or binary. Raises Malformed, LimitReached."""
    if len(data) > MOST_BYTES:
        raise LimitReached(f"a property list of more than {MOST_BYTES} bytes is not read")
    try:
        return plistlib.loads(data)
    except _BROKEN as error:
        raise Malformed("damaged, or no property list") from error


def is_archive(value: object) -> bool:
    """Whether a property list is an archive of objects."""
    return isinstance(value, dict) and isinstance(value.get("$objects"), list) and isinstance(value.get("$top"), dict)


def unarchived(data: bytes) -> Value:
    """The objects of an NSKeyedArchiver archive as plain values; a property list that is none as it stands.

    Arrays and sets are lists, dictionaries have text keys, dates are datetime in UTC without zone, data are bytes. An object of
    another class is a dictionary of its fields with its class name under `$class`. An object inside itself is None.
    A top of one entry stands for itself, one of several is a dictionary. Raises Malformed, LimitReached.
    """
    value = loaded(data)
    if not isinstance(value, dict) or not is_archive(value):
        return _Plain().of(value)
    reader = _Archive(value["$objects"])
    top = {key: reader.of(each) for key, each in value["$top"].items() if isinstance(key, str)}
    return next(iter(top.values())) if len(top) == 1 else top


class _Plain:
    """A tree of plain values, bounded in depth and number."""

    def __init__(self) -> None:
        self._depth = self._count = 0

    def of(self, value: object) -> Value:
        self._count += 1
        if self._count > MOST_VALUES or self._depth > DEEPEST:
            raise LimitReached("the property list has more values, or deeper ones, than are read")
        self._depth += 1
        try:
            return self._made(value)
        finally:
            self._depth -= 1

    def _made(self, value: object) -> Value:
        if isinstance(value, dict):
            return {str(key): self.of(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.of(each) for each in value]
        if isinstance(value, plistlib.UID):
            return value.data
        return value if isinstance(value, bool | int | float | str | bytes | datetime) else None


class _Archive(_Plain):
    """Follows references from the top."""

    def __init__(self, objects: list[object]) -> None:
        super().__init__()
        self._objects = objects
        self._open: set[int] = set()

    def _made(self, value: object) -> Value:
        if isinstance(value, plistlib.UID):
            return self._referred(value.data)
        if isinstance(value, dict):
            return self._object(value)
        return super()._made(value)

    def _referred(self, number: int) -> Value:
        """0 is the archive's nil; an object that is being made refers to itself."""
        if not 0 < number < len(self._objects) or number in self._open:
            return None
        self._open.add(number)
        try:
            return self.of(self._objects[number])
        finally:
            self._open.discard(number)

    def _object(self, fields: dict[object, object]) -> Value:
        keys, items = fields.get("NS.keys"), fields.get("NS.objects")
        if isinstance(items, list):
            if isinstance(keys, list):
                return {_key(self.of(key)): self.of(item) for key, item in zip(keys, items, strict=False)}
            return [self.of(item) for item in items]
        for name in ("NS.string", "NS.bytes", "NS.data", "NS.dattributedstring"):
            if name in fields:
                return self.of(fields[name])
        if "NS.time" in fields:
            return _date(fields["NS.time"])
        if "NS.relative" in fields:
            return self._url(fields)
        return self._other(fields)

    def _url(self, fields: dict[object, object]) -> Value:
        base, relative = self.of(fields.get("NS.base")), self.of(fields["NS.relative"])
        return f"{base}{relative}" if isinstance(base, str) and isinstance(relative, str) else relative

    def _other(self, fields: dict[object, object]) -> Value:
        made: dict[str, Value] = {str(key): self.of(each) for key, each in fields.items() if key != "$class"}
        reference = fields.get("$class")
        if isinstance(reference, plistlib.UID) and reference.data < len(self._objects):
            described = self._objects[reference.data]
            name = described.get("$classname") if isinstance(described, dict) else None
            made["$class"] = name if isinstance(name, str) else None
            if name in {"NSString", "NSMutableString"} and isinstance(text := made.get("NS.string"), str):
                return text
        return made


def _key(value: Value) -> str:
    return value if isinstance(value, str) else str(value)


def _date(value: object) -> datetime | None:
    """Seconds since 2001-01-01; None where the evidence puts it outside what a date can be."""
    if not isinstance(value, int | float):
        return None
    try:
        return _COCOA + timedelta(seconds=value)
    except (OverflowError, ValueError):
        return None


def archive_or_none(data: object) -> Value:
    """`unarchived` of a cell that may hold an archive: None where it holds none, or one that cannot be read."""
    if not isinstance(data, bytes):
        return None
    try:
        return unarchived(data)
    except EvidenceError:
        return None
