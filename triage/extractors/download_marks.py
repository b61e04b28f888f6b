"""Marks that Windows and macOS leave on a file that came from elsewhere: address, program, time.

Windows: the stream `Zone.Identifier` (lines of `[ZoneTransfer]`), written by browsers and mail programs. macOS: the extended attributes
`com.apple.quarantine` (flags;seconds since 1970 in hexadecimal;program;identifier), `com.apple.metadata:kMDItemWhereFroms` (a property
list of addresses, or of sender and subject) and `...kMDItemDownloadedDate`; on HFS+ they are listed as streams of the file, on FAT, exFAT and in zips
they are in the AppleDouble file `._name` beside it. Reference: Microsoft's [MS-FSCC] for the stream, its lines by public readers (mark
B); Apple's LaunchServices and Spotlight attributes by public readers (mark B); AppleDouble (mark A).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from triage.errors import LimitReached
from triage.formats import cells, times
from triage.formats.apple_double import MAGIC, extended_attributes
from triage.formats.plist import loaded
from triage.model import Download, Stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

MOST_BYTES = 4 << 20
ZONE, QUARANTINE = "Zone.Identifier", "com.apple.quarantine"
WHERE_FROM, WHEN = "com.apple.metadata:kMDItemWhereFroms", "com.apple.metadata:kMDItemDownloadedDate"
_MAC_MARKS = (QUARANTINE, WHERE_FROM, WHEN)
_STREAMS = tuple(f":{name}" for name in (ZONE, *_MAC_MARKS))
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{1,20}:\S+\Z", re.IGNORECASE)
_ZONES = {"0": "computer", "1": "network", "2": "trusted", "3": "internet", "4": "untrusted"}
_HEXADECIMAL = re.compile(r"[0-9a-fA-F]{1,16}\Z")
_ESCAPE = re.compile(r"\\x([0-9a-fA-F]{2})")


class DownloadMarks:
    """One `Download` per mark; `path` is the file that bears it, as the evidence has it."""

    name: ClassVar[str] = "download-marks"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Marks of downloaded files"
    describes: ClassVar[str] = "Where a file came from, with which program and when, as Windows and macOS marked it"
    limitations: ClassVar[tuple[str, ...]] = (
        "A file without a mark may have been downloaded too: not every program sets one, copying to FAT drops that of Windows.",
        "Attributes of ext4 (user.xdg.origin.url) are not reached; attributes of HFS+ longer than 3,800 bytes neither.",
        "app is the program where the mark names one, else the system that keeps the mark.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Download,)

    def wants(self, item: Item) -> bool:
        """A stream of one of these names, or an AppleDouble file."""
        return item.entry.name.endswith(_STREAMS) or item.head.startswith(MAGIC)

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The marks in the order of the file. Raises EvidenceError."""
        data = _bytes(item)
        path = _bearer(item.entry.path or item.entry.name)
        stream = next((name[1:] for name in _STREAMS if item.entry.name.endswith(name)), None)
        found = extended_attributes(data) if stream is None else {stream: data}
        for name, value in found.items():
            if name == ZONE:
                yield from _zone(value, path)
            elif name in _MAC_MARKS:
                yield from _MAC[name](value, path)


def _bytes(item: Item) -> bytes:
    stream = item.open()
    try:
        data = stream.read(MOST_BYTES + 1)
    finally:
        stream.close()
    if len(data) > MOST_BYTES:
        raise LimitReached(f"a mark of more than {MOST_BYTES} bytes is not read")
    return data


def _bearer(path: str) -> str:
    """The file that a stream or an AppleDouble file belongs to; Archive Utility keeps the latter in a tree of their own."""
    for stream in _STREAMS:
        if path.endswith(stream):
            return path.removesuffix(stream)
    folder, slash, name = path.rpartition("/")
    return folder.replace("/__MACOSX", "", 1) + slash + name.removeprefix("._")


def _zone(data: bytes, path: str) -> Iterator[Download]:
    """Lines `name=value`; a byte order mark says where they are UTF-16."""
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    values = {
        name.strip(): value.strip()
        for name, equals, value in (line.partition("=") for line in text.splitlines())
        if equals
    }
    if not values:
        return
    number = values.get("ZoneId")
    yield Download(
        where="[ZoneTransfer] " + ", ".join(name for name in values if name in _LINES),
        app=values.get("LastWriterPackageFamilyName") or "Windows",
        url=values.get("HostUrl") or None,
        referrer=values.get("ReferrerUrl") or None,
        path=path,
        zone=None if number is None else _ZONES.get(number, f"unknown ({number})"),
    )


_LINES = ("ZoneId", "ReferrerUrl", "HostUrl", "LastWriterPackageFamilyName")


def _quarantine(data: bytes, path: str) -> Iterator[Download]:
    flags, _, rest = data.decode("utf-8", "replace").rstrip("\0\n").partition(";")
    seconds, _, rest = rest.partition(";")
    program = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), rest.partition(";")[0])
    moment = int(seconds, 16) if _HEXADECIMAL.match(seconds) else None
    if flags or seconds or program:
        yield Download(
            where=QUARANTINE,
            app=program or "macOS",
            path=path,
            started_at=cells.unix_seconds(moment),
            raw_state=flags or None,
            raw_time=times.raw_time(seconds or None, "s since 1970, hexadecimal"),
        )


def _where_from(data: bytes, path: str) -> Iterator[Download]:
    """Addresses: the file's own, then the page it was on. What is no address is a sender, a subject or a device (AirDrop)."""
    value = loaded(data)
    texts = [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str) and text]
    addresses = [text for text in texts if _ADDRESS.match(text)]
    said = [text for text in texts if text not in addresses]
    if texts:
        yield Download(
            where=WHERE_FROM,
            app="macOS",
            url=addresses[0] if addresses else None,
            referrer=addresses[1] if len(addresses) > 1 else None,
            path=path,
            note=", ".join(said) or None,
        )


def _downloaded(data: bytes, path: str) -> Iterator[Download]:
    value = loaded(data)
    for moment in value if isinstance(value, list) else [value]:
        if isinstance(moment, datetime):
            yield Download(where=WHEN, app="macOS", path=path, started_at=_stamp(moment), raw_time=moment.isoformat())


def _stamp(moment: datetime) -> Stamp | None:
    """Property lists keep UTC and say so by their format; `plistlib` gives it without a zone."""
    return cells.unix_seconds(int(moment.replace(tzinfo=UTC).timestamp()))


_MAC = {QUARANTINE: _quarantine, WHERE_FROM: _where_from, WHEN: _downloaded}
