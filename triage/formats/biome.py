"""Streams of events of Apple's systems: Biome, `Biome/streams/{public,restricted}/<stream>/{local,remote/<device>}/<number>`.

Each file is a SEGB whose records are one protobuf each; what its fields are, the extractors say stream by stream.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, Protocol

from triage.errors import EvidenceError, Malformed
from triage.formats.protobuf import Fields
from triage.formats.segb import entries, is_segb
from triage.formats.whole import Opened, whole
from triage.model import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from triage.formats.segb import Entry
    from triage.model import Record

MOST_BYTES = 64 << 20
COCOA = "s Cocoa"
_PATH = re.compile(r"/streams/(?:public|restricted)/([^/]+)/(?:local|remote/([^/]+))/[^/.][^/]*\Z", re.IGNORECASE)


class _Path(Protocol):
    @property
    def path(self) -> str: ...


class Streamed(Opened, Protocol):
    """What may be a file of a stream: an `Item`."""

    @property
    def entry(self) -> _Path: ...
    @property
    def head(self) -> bytes: ...


class Event(NamedTuple):
    """One record of a stream: its place in the file, the time the file has for it (seconds since 2001), its fields; another device of the owner; how it is gone."""

    where: str
    at: float
    fields: Fields
    device: str | None
    deleted: str | None

    def time(self, number: int) -> float:
        """The event's own time, where it has one, else that of the file."""
        own = self.fields.double(number)
        return self.at if own is None else own


def stream_of(item: Streamed) -> str | None:
    """The name of the stream; None where the file is none of a stream."""
    match = _PATH.search(item.entry.path) if is_segb(item.head) else None
    return match[1] if match else None


def read_stream(
    item: Streamed, stage: str, readers: Mapping[str, Callable[[Event], Record | None]]
) -> Iterator[Record | Problem]:
    """What the reader of this stream makes of each event; a problem counts those whose data do not fit their checksum."""
    match = _PATH.search(item.entry.path)
    assert match is not None
    reader, damaged = readers[match[1]], 0
    try:
        for entry in entries(whole(item, most=MOST_BYTES)):
            event = _event(entry, match[2])
            damaged += event is None and not entry.deleted
            if event is not None and (found := reader(event)) is not None:
                yield found
    except EvidenceError as error:
        yield Problem(kind=error.kind, stage=stage, message=str(error))
    if damaged:
        yield Problem(kind="malformed", stage=stage, message=f"{damaged} records of the stream are damaged")


def _event(entry: Entry, device: str | None) -> Event | None:
    """None where no message is left: a deleted record is mostly overwritten."""
    if not entry.sound or not entry.data:
        return None
    try:
        fields = Fields(entry.data)
    except Malformed:
        return None
    gone = "deleted in the stream" if entry.deleted else None
    return Event(f"byte {entry.offset}", entry.at, fields, device, gone)
