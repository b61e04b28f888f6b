"""What is found: entries with their times, digests and types."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from triage.model.piped import Piped

if TYPE_CHECKING:
    from triage.model.locators import Locator

NANOSECONDS = 1_000_000_000


class Kind(StrEnum):
    """What an entry is."""

    FILE = "file"
    FOLDER = "folder"
    VOLUME = "volume"
    OTHER = "other"  # the medium itself, links, devices, named pipes


class Status(StrEnum):
    """Where an entry stands in the run. Found = pending + examined + skipped + failed."""

    PENDING = "pending"
    EXAMINED = "examined"
    SKIPPED = "skipped"
    FAILED = "failed"


class Zone(StrEnum):
    """What the evidence says about the zone of a time."""

    UTC = "utc"
    UNKNOWN = "unknown"  # wall-clock time of a device whose zone is not recorded (FAT, EXIF)


class Outcome(StrEnum):
    """How far an extractor came with an item."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Stamp(Piped):
    """A moment as stored: nanoseconds since 1970-01-01 on the clock that `zone` names.

    `resolution` is the step of the clock that wrote it, in nanoseconds (FAT modified time: 2 s).
    """

    ns: int
    zone: Zone = Zone.UTC
    resolution: int = 1


@dataclass(frozen=True, slots=True)
class Times(Piped):
    """The four times of a file system. `changed` is the change of the metadata, `born` the creation."""

    modified: Stamp | None = None
    accessed: Stamp | None = None
    changed: Stamp | None = None
    born: Stamp | None = None


NO_TIMES = Times()


@dataclass(frozen=True, slots=True)
class Entry(Piped):
    """A thing found at a locator.

    `name` is a display form; `raw_name` the bytes where the name is no valid text. `size` is in bytes as the
    container states it. `position` is the offset on the medium in bytes where the content starts, if known: it orders
    reading. `one_piece`: the content lies there in one piece, as it is to be read. `companions` are the locators of files that belong to this one (`-wal`, `-journal`, `-shm`).
    `id` and `parent` are the case's; an entry not yet stored has no id. A child whose parent is another child of the same
    listing names it by `parent_index`, the position of that folder among the listed children.
    """

    locator: Locator
    name: str
    kind: Kind
    size: int | None = None
    deleted: bool = False
    times: Times = NO_TIMES
    raw_name: bytes | None = None
    position: int | None = None
    companions: tuple[Locator, ...] = ()
    path: str = ""
    volume: str | None = None
    id: int | None = None
    parent_index: int | None = None
    one_piece: bool = False


class Digests(NamedTuple):
    """Digests over `length` bytes really read."""

    md5: bytes
    sha1: bytes
    sha256: bytes
    length: int


class FileType(NamedTuple):
    """What the content is. `mismatch` is set where the name claims another type than the content shows."""

    mime: str
    how: str  # signature, libmagic, text, name, empty, none
    mismatch: bool = False
