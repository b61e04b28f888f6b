"""The facts about what a device was used for: downloads, searches, bookmarks, programs, networks, notifications, use, shared files.

`raw_time` is what was stored for the first time of a record, with its unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from triage.model.records import AppRecord, Record

if TYPE_CHECKING:
    from triage.model.entries import Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Download(AppRecord):
    """A file that was fetched: from where, to which path of the live device, how far. Sizes in bytes."""

    table: ClassVar[str] = "download"
    url: str | None = None
    referrer: str | None = None
    path: str | None = None
    size: int | None = None
    received: int | None = None
    started_at: Stamp | None = None
    ended_at: Stamp | None = None
    state: str | None = None  # complete, in progress, cancelled, interrupted, "unknown (n)"
    raw_state: str | None = None
    mime: str | None = None
    raw_time: str | None = None
    zone: str | None = None  # of Windows: computer, network, trusted, internet, untrusted, "unknown (n)"
    note: str | None = None  # what is stored about the source and is no address: sender, subject, name of a device


@dataclass(frozen=True, slots=True, kw_only=True)
class Search(AppRecord):
    """Words that were looked for. `url` is the page of results, where the evidence has one."""

    table: ClassVar[str] = "search"
    term: str | None = None
    searched_at: Stamp | None = None
    url: str | None = None
    raw_time: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark(AppRecord):
    """A page that was kept. `folder` is the path of folders it lies in, `/` between them."""

    table: ClassVar[str] = "bookmark"
    url: str | None = None
    title: str | None = None
    added_at: Stamp | None = None
    folder: str | None = None
    raw_time: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Program(AppRecord):
    """A program on the device. `category` says what a program of this identifier is known to be: vault, p2p, ..."""

    table: ClassVar[str] = "program"
    identifier: str | None = None
    name: str | None = None
    version: str | None = None
    installed_at: Stamp | None = None
    updated_at: Stamp | None = None
    installer: str | None = None
    category: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Network(AppRecord):
    """A wireless network the device knows. Passwords are not read. `identifier` is an access point's address (BSSID)."""

    table: ClassVar[str] = "network"
    name: str | None = None
    identifier: str | None = None
    security: str | None = None
    added_at: Stamp | None = None
    joined_at: Stamp | None = None
    raw_time: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification(AppRecord):
    """What an app put before the user: often the only copy of a message that is gone. `identifier` is the package."""

    table: ClassVar[str] = "notification"
    identifier: str | None = None
    title: str | None = None
    body: str | None = None
    posted_at: Stamp | None = None
    channel: str | None = None
    raw_time: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Use(AppRecord):
    """That a program was used. `identifier` is the package or bundle, `name` the part of it; `kind` says what is counted."""

    table: ClassVar[str] = "use"
    identifier: str | None = None
    name: str | None = None
    kind: str | None = None
    started_at: Stamp | None = None
    ended_at: Stamp | None = None
    duration_s: float | None = None
    count: int | None = None
    raw_kind: str | None = None
    raw_time: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared(AppRecord):
    """A file as a peer-to-peer client knows it. `hash` is `kind:hexadecimal`; `uploaded` and `received` in bytes."""

    table: ClassVar[str] = "shared"
    name: str | None = None
    path: str | None = None
    size: int | None = None
    hash: str | None = None
    added_at: Stamp | None = None
    ended_at: Stamp | None = None
    last_at: Stamp | None = None
    uploaded: int | None = None
    received: int | None = None
    count: int | None = None  # requests by others
    state: str | None = None
    raw_time: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryItem(AppRecord):
    """What a gallery, a vault app or a cloud app says of a picture, clip or other file: it explains a file and may outlive it. Sizes in bytes and pixels.

    `path` is that of the live device where the gallery has one; `owner` the package that made the file, `origin` what it was imported by or
    came with, `editor` what changed it; `title` and `caption` what a person or app wrote to it; `faces` only counts; `hidden` and `trashed` are True where the gallery says so.
    """

    table: ClassVar[str] = "gallery"
    path: str | None = None
    name: str | None = None
    original_name: str | None = None
    identifier: str | None = None
    kind: str | None = None  # picture, video, audio, screenshot, screen recording, "unknown (n)"
    mime: str | None = None
    size: int | None = None
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    album: str | None = None
    taken_at: Stamp | None = None
    added_at: Stamp | None = None
    modified_at: Stamp | None = None
    trashed_at: Stamp | None = None
    expires_at: Stamp | None = None
    trashed: bool | None = None
    hidden: bool | None = None
    favourite: bool | None = None
    owner: str | None = None
    origin: str | None = None
    editor: str | None = None
    url: str | None = None
    referrer: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    faces: int | None = None
    shared: str | None = None
    views: int | None = None
    raw_kind: str | None = None
    raw_time: str | None = None
    title: str | None = None
    caption: str | None = None


TRACES: tuple[type[Record], ...] = (
    Download,
    Search,
    Bookmark,
    Program,
    Network,
    Notification,
    Use,
    Shared,
    GalleryItem,
)
