"""AFF4 disk images: one container, a map over streams of chunks, or one such stream.

Source: "AFF4 Standard v1.0a", sections 3 (image stream), 4 (map) and 6 (hashes). Logical images (AFF4-L) and images striped
over several containers are not read.
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from triage.errors import Encrypted, EvidenceError, Malformed, Unsupported
from triage.evidence.aff4_turtle import SCHEMA
from triage.evidence.aff4_volume import Volume
from triage.evidence.medium import Stored
from triage.evidence.pieces import Cache, Pieces, disk_size, exactly, fields, opened
from triage.evidence.signatures import UNLOCK_FIRST
from triage.evidence.unpack import inflated, lz4_unpacked, snappy_unpacked, zlib_inflated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

METHODS: dict[str, Callable[[bytes, int], bytes] | None] = {
    "http://code.google.com/p/snappy/": snappy_unpacked,
    "https://github.com/google/snappy": snappy_unpacked,
    "https://code.google.com/p/lz4/": lz4_unpacked,
    "https://github.com/lz4/lz4": lz4_unpacked,
    "https://tools.ietf.org/html/rfc1951": inflated,
    "https://www.ietf.org/rfc/rfc1950.txt": zlib_inflated,
    SCHEMA + "NullCompressor": None,
}
LARGEST_CHUNK, MOST_IN_BEVY = 16 << 20, 1 << 20
MOST_ENTRIES, MOST_UNSORTED = 1 << 21, 1 << 19  # of a map
SYMBOL = SCHEMA + "SymbolicStream"
NOT_ACQUIRED = {
    SCHEMA + "UnknownData": "the imaging tool did not read this area",
    SCHEMA + "UnreadableData": "the imaging tool could not read this area",
}
_FACTS = ("CaseNotes", "CaseDetails", "DiskImage")
_SHOWN = (
    "caseNumber",
    "caseName",
    "caseDescription",
    "evidenceNumber",
    "examiner",
    "notes",
    "diskMake",
    "diskModel",
    "diskSerial",
)


def open_aff4(path: Path) -> Aff4:
    """The disk in an AFF4 container. Raises EvidenceError."""
    with opened(path) as stream:
        volume = Volume(stream)
        if volume.of_type("EncryptedStream"):
            raise Encrypted(f"an encrypted AFF4 image; {UNLOCK_FIRST}")
        image = _image(volume)
        return Aff4(volume, image, volume.value(image, "dataStream") or "")


def _image(volume: Volume) -> str:
    images = [
        name for name in volume.of_type("DiskImage") or volume.of_type("Image") if volume.value(name, "dataStream")
    ]
    if len(images) == 1:
        return images[0]
    if not images and volume.of_type("FileImage"):
        raise Unsupported("a logical AFF4 image (AFF4-L); unpack it as a zip first and give Sigap what is inside")
    raise Unsupported(f"an AFF4 container with {len(images)} disk images; Sigap reads those with one")


@dataclass(frozen=True, slots=True)
class Chunks:
    """One image stream: chunks of one size, in bevies. `unpack` is None where chunks are stored."""

    name: str
    size: int
    chunk: int
    per_bevy: int
    unpack: Callable[[bytes, int], bytes] | None


class Aff4(Pieces):
    """The disk: stretches of streams after a map, or one stream from its start."""

    format = "aff4"

    def __init__(self, volume: Volume, image: str, data: str) -> None:
        size = disk_size(volume.number(data, "size"))
        self._volume = volume
        self._targets, self._map = _layout(volume, data, size)
        self._streams = {name: _chunks(volume, name) for name in set(self._targets) if volume.is_a(name, "ImageStream")}
        self._gap = volume.value(data, "mapGapDefaultStream") or SCHEMA + "Zero"
        super().__init__(size, volume.stream)
        self._indexes, self._unpacked = Cache(8 << 20), Cache()
        self.stored = _stored(volume, image, data)

    def _piece(self, offset: int, size: int) -> bytes:
        starts, lengths, places, targets = self._map
        number = bisect_right(starts, offset) - 1
        if number + 1 < len(starts):
            size = min(size, starts[number + 1] - offset)
        within = offset - starts[number] if number >= 0 else 0
        if number < 0 or within >= lengths[number]:
            return self._target_piece(self._gap, offset, offset, size)
        target = self._targets[targets[number]] if targets[number] < len(self._targets) else ""
        return self._target_piece(target, places[number] + within, offset, min(size, lengths[number] - within))

    def _target_piece(self, target: str, place: int, offset: int, size: int) -> bytes:
        """`place` is in the target, `offset` on the disk."""
        if target in self._streams:
            return self._chunk_piece(self._streams[target], place, offset, size)
        if target == SCHEMA + "Zero":
            return bytes(size)
        if target in NOT_ACQUIRED:
            return self._lost(offset, size, NOT_ACQUIRED[target])
        symbol = target[len(SYMBOL) :] if target.startswith(SYMBOL) else ""
        if len(symbol) == 2 and all(letter in "0123456789ABCDEFabcdef" for letter in symbol):
            return bytes.fromhex(symbol) * size
        return self._lost(offset, size, f"the stream {target[-60:]!r} is not in this container")

    def _chunk_piece(self, stream: Chunks, place: int, offset: int, size: int) -> bytes:
        number, within = divmod(place, stream.chunk)
        size = min(size, stream.chunk - within)
        if place >= stream.size:
            return self._lost(offset, size, "behind the end of the stream of chunks")
        try:
            key = (stream.name, number)
            data = self._unpacked.get(key, lambda: self._unpack(stream, number))[within : within + size]
        except EvidenceError as error:
            return self._lost(offset, size, f"the chunk is damaged: {error}")
        return data or self._lost(offset, size, "the chunk is too short")

    def _unpack(self, stream: Chunks, number: int) -> bytes:
        bevy, within = divmod(number, stream.per_bevy)
        index = self._indexes.get((stream.name, bevy), lambda: self._index(stream, bevy))
        if len(index) < (within + 1) * 12:
            raise Malformed("the index of its bevy is too short")
        (place,), (length,) = fields("<Q", index, within * 12), fields("<I", index, within * 12 + 8)
        segment = self._volume.segment(f"{stream.name}/{bevy:08d}")
        if segment.method or length > stream.chunk or place + length > segment.size:
            raise Malformed(f"its {length} bytes at {place} do not fit its bevy")
        data = exactly(self._volume.stream, self._volume.start(segment) + place, length, "chunks")
        if length == stream.chunk or stream.unpack is None:
            return data
        return stream.unpack(data, stream.chunk)

    def _index(self, stream: Chunks, bevy: int) -> bytes:
        segment = self._volume.segment(f"{stream.name}/{bevy:08d}.index")
        return self._volume.content(segment, stream.per_bevy * 12 + 4096)


Layout = tuple["array[int]", "array[int]", "array[int]", "array[int]"]


def _layout(volume: Volume, data: str, size: int) -> tuple[list[str], Layout]:
    """The names of the targets, and of each stretch its start, length, place in the target, number of the target."""
    if volume.is_a(data, "ImageStream"):
        return [data], (array("Q", [0]), array("Q", [size]), array("Q", [0]), array("I", [0]))
    if not volume.is_a(data, "Map"):
        raise Unsupported("an AFF4 image whose data are neither a map nor an image stream")
    names = volume.content(volume.segment(f"{data}/idx"), 1 << 20).decode("utf-8", "replace").splitlines()
    content = volume.content(volume.segment(f"{data}/map"), MOST_ENTRIES * 28)
    columns = _columns(struct.iter_unpack("<QQQI", content[: len(content) // 28 * 28]))
    if any(first > second for first, second in pairwise(columns[0])):
        if len(columns[0]) > MOST_UNSORTED:
            raise Unsupported(f"an AFF4 map of {len(columns[0])} stretches that are not in order")
        columns = _columns(sorted(zip(*columns, strict=True)))
    return [name.strip() for name in names], columns


def _columns(entries: Iterable[tuple[int, ...]]) -> Layout:
    columns: Layout = (array("Q"), array("Q"), array("Q"), array("I"))
    for entry in entries:
        for column, value in zip(columns, entry, strict=True):
            column.append(value)
    return columns


def _chunks(volume: Volume, name: str) -> Chunks:
    method = volume.value(name, "compressionMethod") or SCHEMA + "NullCompressor"
    if method not in METHODS:
        raise Unsupported(f"an AFF4 image packed by {method[:80]!r}, which Sigap does not know")
    chunk, per_bevy = volume.number(name, "chunkSize"), volume.number(name, "chunksInSegment")
    if not 0 < chunk <= LARGEST_CHUNK or not 0 < per_bevy <= MOST_IN_BEVY:
        raise Malformed(f"its chunks would be {chunk} bytes long, {per_bevy} of them in a bevy")
    return Chunks(name, volume.number(name, "size"), chunk, per_bevy, METHODS[method])


def _stored(volume: Volume, image: str, data: str) -> Stored:
    """Digests of the whole disk, as far as given, and what was noted about the case and the device."""
    digests = {
        value.kind: value.text.lower()
        for name in (data, image)
        for value in volume.resources.get(name, {}).get(SCHEMA + "hash", [])
    }
    facts = [
        (shown, value.text)
        for kind in _FACTS
        for name in volume.of_type(kind)
        for shown in _SHOWN
        for value in volume.resources[name].get(SCHEMA + shown, [])
    ]
    found = (digests.get(SCHEMA + "MD5"), digests.get(SCHEMA + "SHA1"), digests.get(SCHEMA + "SHA256"))
    return Stored(*found, tuple(sorted(set(facts))))
