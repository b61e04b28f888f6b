"""The facts that extractors read from items. Each class names its table in the case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from triage.model.piped import Piped

if TYPE_CHECKING:
    from triage.model.entries import Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Piped):
    """A fact read from an item. `where` finds it again inside the item: `message.rowid=12`, `EXIF DateTimeOriginal`."""

    table: ClassVar[str] = ""
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppRecord(Record):
    """A record of an app: `app` is the app's name, `account` its owner's identifier on this device."""

    app: str
    account: str | None = None
    deleted: str | None = None  # how it is gone: "revoked", "cleared", ...; None: live


@dataclass(frozen=True, slots=True, kw_only=True)
class Media(Record):
    """A picture, clip or sound. Sizes in pixels, degrees as stored (south and west negative; `datum` where it says), seconds, metres.

    `zone` is the offset of `taken_at` from UTC as recorded, `taken_from` the tag that gave it. `unique_id` names one exposure, `content_id` ties
    the two halves of a Live Photo, `document_id` is XMP's name of the original that programs keep through edits. `metadata` says how EXIF
    was read: none, read, partly read, unreadable. `encoding` is a fingerprint of how a JPEG was encoded, `encoding_tables` one of its tables
    alone, `encoding_quality` the setting of the common library that gives the same tables. `seen_in` says what preview and fingerprint
    were made of: pixels, embedded thumbnail, embedded picture. `thumbnail_distance`: bits by which the embedded thumbnail
    differs from the picture, in the orientation in which it differs least.
    """

    table: ClassVar[str] = "media"
    kind: str  # picture, video, audio
    width: int | None = None
    height: int | None = None
    taken_at: Stamp | None = None
    make: str | None = None
    model: str | None = None
    serial: str | None = None
    software: str | None = None
    orientation: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude: float | None = None
    duration_s: float | None = None
    fingerprint: str | None = None
    quality: int | None = None
    origin: str | None = None
    lens: str | None = None
    owner: str | None = None
    author: str | None = None
    zone: str | None = None
    datum: str | None = None
    modified_at: Stamp | None = None
    gps_at: Stamp | None = None
    unique_id: str | None = None
    content_id: str | None = None
    document_id: str | None = None
    metadata: str | None = None
    taken_from: str | None = None
    encoding: str | None = None
    encoding_tables: str | None = None
    encoding_quality: int | None = None
    codec: str | None = None
    sound_codec: str | None = None
    seen_in: str | None = None
    thumbnail_distance: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata(Record):
    """Every tag of one source of metadata in a file, as text by name: JSON, long values cut.

    `source` is exif, maker note, xmp, iptc, jpeg or container. `complete` is false where a part could not be read.
    """

    table: ClassVar[str] = "metadata"
    source: str
    tags: str
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended(Record):
    """Bytes of a file that are not its own: `kind` is behind the end, in front (an archive before another), or shared
    (two types in the same bytes).

    `mime` is what they look like, `declared` what the file itself says of them (motion photo).
    """

    table: ClassVar[str] = "appended"
    kind: str
    offset: int
    size: int
    mime: str | None = None
    declared: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview(Record):
    """A small JPEG that Sigap itself encoded from a picture: safe to decode, at most 480 pixels a side.

    `view` is large (256 pixels), small (96), sheet (key frames of a clip side by side) or thumbnail (the picture's own, where it
    shows something else).
    """

    table: ClassVar[str] = "preview"
    view: str = "large"
    width: int
    height: int
    jpeg: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame(Record):
    """The fingerprint (PDQ, hexadecimal) of a frame of a clip, without bars; frames that look like the one before are left out."""

    table: ClassVar[str] = "frame"
    second: float
    fingerprint: str
    quality: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(AppRecord):
    """One message. `direction` is in, out or unknown. `attachment` is the path or name the app stored.

    `identifier` is the app's own, the same in every copy of the message; `quoted` is the identifier of the message it answers, and
    of the one a reaction (kind "reaction", the sign in `body`) belongs to. `raw_time` is what was stored for `sent_at`, with its
    unit. `assumed` says, where a table of no known app was read, what each column was taken for.
    """

    table: ClassVar[str] = "message"
    thread: str | None = None
    thread_name: str | None = None
    sender: str | None = None
    sender_name: str | None = None
    recipients: str | None = None
    direction: str = "unknown"
    sent_at: Stamp | None = None
    body: str | None = None
    kind: str = "text"
    raw_kind: str | None = None
    attachment: str | None = None
    attachment_size: int | None = None
    attachment_sha256: bytes | None = None
    latitude: float | None = None
    longitude: float | None = None
    identifier: str | None = None
    quoted: str | None = None
    quoted_body: str | None = None
    edited_at: Stamp | None = None
    expires_at: Stamp | None = None
    received_at: Stamp | None = None
    read_at: Stamp | None = None
    forwarded: bool | None = None
    view_once: bool | None = None
    raw_time: str | None = None
    assumed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(AppRecord):
    """One call. `thread` is the group of a group call, `recipients` its other parties.

    `outcome` is answered, missed, rejected, blocked, voicemail, busy, unavailable or "unknown (n)". `international` is the number in
    E.164 form where the device recorded it so, `service` what carried the call (a SIM, FaceTime, another app), `country` the ISO 3166
    code the device stored with it.
    """

    table: ClassVar[str] = "call"
    party: str | None = None
    party_name: str | None = None
    direction: str = "unknown"
    started_at: Stamp | None = None
    duration_s: float | None = None
    kind: str = "voice"  # voice, video
    outcome: str | None = None
    raw_kind: str | None = None
    identifier: str | None = None
    thread: str | None = None
    recipients: str | None = None
    raw_time: str | None = None
    international: str | None = None
    service: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(AppRecord):
    """A person or number the device knows. Several numbers or addresses of one person are joined by ", "."""

    table: ClassVar[str] = "contact"
    identifier: str | None = None
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    note: str | None = None
    international: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(AppRecord):
    """A page or search a browser recorded."""

    table: ClassVar[str] = "visit"
    url: str | None = None
    title: str | None = None
    visited_at: Stamp | None = None
    count: int | None = None
    kind: str | None = None  # how the page was reached: link, typed, reload, ...
    raw_kind: str | None = None
    referrer: str | None = None
    origin: str | None = None  # "synced": on another device of the same account; None: here, or not said
    duration_s: float | None = None
    raw_time: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(AppRecord):
    """A position the device or an app recorded, degrees WGS 84. `kind` says of what.

    device: a fix of the device; visit: a stay that the system derived; route: a point of a way that it derived; network: a mast or access point, not the device;
    search, destination, saved: a place that was asked for or kept; vehicle: where a car was left; browser: what a page was told; photo: where a picture was taken.
    """

    table: ClassVar[str] = "place"
    latitude: float | None = None
    longitude: float | None = None
    at: Stamp | None = None
    name: str | None = None
    accuracy_m: float | None = None
    kind: str | None = None
    until_at: Stamp | None = None
    speed_ms: float | None = None
    raw_time: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(AppRecord):
    """An account used on the device: of an app, of the system, or a SIM card."""

    table: ClassVar[str] = "account"
    identifier: str | None = None
    name: str | None = None
    service: str | None = None
    phone: str | None = None
    email: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Device(AppRecord):
    """What the evidence says about the device it comes from."""

    table: ClassVar[str] = "device"
    make: str | None = None
    model: str | None = None
    serial: str | None = None
    imei: str | None = None
    system: str | None = None
    phone: str | None = None
    time_zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Record):
    """A table of a database: the inventory of what no app extractor reads. `rows` None: could not be counted."""

    table: ClassVar[str] = "table_inventory"
    name: str
    rows: int | None = None
    columns: str | None = None
    wal: bool = False


FACTS: tuple[type[Record], ...] = (
    Media,
    Metadata,
    Appended,
    Preview,
    Frame,
    Message,
    Call,
    Contact,
    Visit,
    Place,
    Account,
    Device,
    Table,
)
