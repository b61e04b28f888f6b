"""Raw files of cameras: how they are known, how large the picture is, and the JPEG inside them that a camera shows.

The sensor's own data is not developed: the largest JPEG that the camera put beside it is the picture. It is found by its first bytes, which
serves every maker (DNG, CR2, CR3, CRW, NEF, ARW, RW2, ORF, RAF, PEF, SRW, MRW, X3F); lossless JPEG, in which some makers keep the
sensor's data, is left out. Sources: TIFF/EP, DNG 1.6, documentation of exiftool and LibRaw (mark A for those of the public samples: CR3, CRW,
DNG, MRW, RAF, RW2, X3F; else mark B).
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO

from triage.errors import Malformed
from triage.formats.jpeg_parts import embedded_size
from triage.formats.tiff import Tiff

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.formats.tiff import Directory

STARTS = (
    b"IIU\0", b"IIRO", b"IIRS", b"MMOR", b"FUJIFILMCCD-RAW", b"FOVb", b"\x89LFP\r\n", b"\0MRM", b"II\x1a\0\0\0HEAPCCDR",
)  # fmt: skip
TIFF = (b"II*\0", b"MM\0*")
MOST_BYTES = 256 << 20  # searched for a JPEG
MOST_JPEGS = 32
LONGEST_JPEG = 64 << 20
_BLOCK = 4 << 20
_MARK = b"\xff\xd8\xff"
_AFTER_MARK = frozenset({0xDB, 0xC4, 0xFE, *range(0xE0, 0xF0)})
_SUB, _PHOTOMETRIC, _COMPRESSION, _DNG = 0x014A, 0x0106, 0x0103, 0xC612
_WIDTH, _HEIGHT = 0x0100, 0x0101
_SENSOR = frozenset({32803, 34892})  # colour filter array, linear raw
_MAKERS_OWN = frozenset({32767, 34713, 65000, 65535})  # how Sony, Nikon, Kodak and Pentax pack it


def is_raw(stream: BinaryIO) -> bool:
    """Whether this is a raw file of a camera. Never raises."""
    stream.seek(0)
    head = stream.read(16)
    if head.startswith(STARTS) or head[4:12] == b"ftypcrx ":
        return True
    if not head.startswith(TIFF):
        return False
    if head[8:10] == b"CR":
        return True
    tiff = Tiff(stream)
    return any(_of_sensor(tiff, directory) for directory in _directories(tiff))


def _of_sensor(tiff: Tiff, directory: Directory) -> bool:
    fields = directory.fields
    if _DNG in fields:
        return True
    return tiff.whole(fields.get(_PHOTOMETRIC)) in _SENSOR or tiff.whole(fields.get(_COMPRESSION)) in _MAKERS_OWN


def _directories(tiff: Tiff) -> Iterator[Directory]:
    """Those of the chain, each followed by those inside it."""
    for directory in tiff.chain(tiff.first):
        yield directory
        for at in tiff.numbers(directory.fields.get(_SUB))[:16]:
            try:
                yield tiff.directory(int(at))
            except Malformed:
                continue


def sensor_size(stream: BinaryIO) -> tuple[int, int] | None:
    """Width and height of the largest picture that the directories of a raw file tell of, or Minolta's header; None elsewhere."""
    stream.seek(0)
    head = stream.read(32)
    if head.startswith(b"\0MRM") and head[8:12] == b"\0PRD":
        return int.from_bytes(head[30:32], "big"), int.from_bytes(head[28:30], "big")
    if not head.startswith(TIFF):
        return None
    tiff = Tiff(stream)
    sizes = [
        (tiff.whole(each.fields.get(_WIDTH)) or 0, tiff.whole(each.fields.get(_HEIGHT)) or 0)
        for each in _directories(tiff)
    ]
    return max(sizes, key=lambda size: size[0] * size[1], default=None)


def shown(stream: BinaryIO) -> BinaryIO:
    """The largest JPEG inside a raw file, as a stream of its own; any other stream as it is. Raises EvidenceError."""
    if not is_raw(stream):
        stream.seek(0)
        return stream
    found = [(size, at) for at in _places(stream) if (size := embedded_size(stream, at))]
    if not found:
        raise Malformed("there is no picture in the raw file that can be shown")
    _, at = max(found, key=lambda each: each[0][0] * each[0][1])
    stream.seek(at)
    return io.BytesIO(stream.read(LONGEST_JPEG))


def _places(stream: BinaryIO) -> Iterator[int]:
    """Where a JPEG may begin."""
    found = 0
    start, held = 0, b""
    stream.seek(0)
    while start < MOST_BYTES and (block := stream.read(_BLOCK)):
        data = held + block
        back = stream.tell()
        for at in _marks(data):
            yield start - len(held) + at
            found += 1
            if found >= MOST_JPEGS:
                return
        stream.seek(back)
        start, held = start + len(block), data[-3:]


def _marks(data: bytes) -> Iterator[int]:
    at = data.find(_MARK)
    while 0 <= at < len(data) - 3:
        if data[at + 3] in _AFTER_MARK:
            yield at
        at = data.find(_MARK, at + 3)
