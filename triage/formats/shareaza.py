"""Shareaza's library: `Library1.dat` and `Library2.dat`, written with MFC's CArchive, version 29.

FILETIME of saving, version, five counters (the third is the number of files), folders. A folder: path, shared, expanded, folders, files. A file: name,
number, size, time of last change, shared, virtual size, five digests each behind a flag (SHA-1, Tiger, MD5, eD2K, BitTorrent), verified, schema
and metadata in XML elements, rating, comment, tags, times and counters, sources. Worked out on a public sample, whose 127 files and counters
it accounts for to the byte (mark A for version 29; other versions differ and are not read).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from triage.errors import LimitReached, Malformed, Truncated, Unsupported

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = 29
DEEPEST = 64
MOST_ROWS = 5_000_000
_SOON, _LATE = 0x01BF_0000_0000_0000, 0x0230_0000_0000_0000  # FILETIME of 1999 and of 2100: what a saving time may be
_DIGESTS = (("sha1", 20), ("tiger", 24), ("md5", 16), ("ed2k", 16), ("btih", 20))


class LibraryFile(NamedTuple):
    """One file: where it begins, its folder, name, size in bytes, FILETIME of change, digests by kind, hits and uploads."""

    at: int
    folder: str
    name: str
    size: int
    changed: int
    shared: int
    digests: dict[str, bytes]
    hits: int
    uploads: int


def is_library(head: bytes) -> bool:
    """Whether these may be the first bytes of a library: a saving time of our days and a small version."""
    if len(head) < 32:
        return False
    saved, version = int.from_bytes(head[:8], "little"), int.from_bytes(head[8:12], "little")
    return _SOON < saved < _LATE and 0 < version < 100


def files(data: bytes) -> Iterator[LibraryFile]:
    """The files, folder by folder. Raises Unsupported, Truncated, Malformed, LimitReached behind the last that can be had."""
    reader = _Reader(data)
    reader.number(8)
    version = reader.number(4)
    if version != VERSION:
        raise Unsupported(f"a library of Shareaza of version {version}; version {VERSION} is read")
    for _ in range(5):
        reader.number(4)
    for _ in range(reader.count()):
        yield from _folder(reader, 0)


def _folder(reader: _Reader, depth: int) -> Iterator[LibraryFile]:
    if depth > DEEPEST:
        raise LimitReached(f"folders deeper than {DEEPEST} are not read")
    path = reader.text()
    reader.number(4)  # shared: 0 as the folder above, 1 no, 2 yes
    reader.number(4)  # expanded in the window
    for _ in range(reader.count()):
        yield from _folder(reader, depth + 1)
    for _ in range(reader.count()):
        yield _file(reader, path)


def _file(reader: _Reader, folder: str) -> LibraryFile:
    at, name = reader.at, reader.text()
    reader.number(4)
    size, changed, shared = reader.number(8), reader.number(8), reader.number(4)
    if reader.number(8):
        reader.number(8)  # where a part of another file begins
    digests = {kind: reader.data(length) for kind, length in _DIGESTS if reader.number(4)}
    reader.number(4)
    if reader.text():
        _element(reader, 0)
    reader.number(4)
    reader.text()
    reader.text()
    reader.number(4)
    reader.number(8)
    hits, uploads = reader.number(4), reader.number(4)
    reader.number(8)
    for _ in range(reader.count()):
        reader.text()
        reader.number(8)
    return LibraryFile(at, folder, name, size, changed, shared, digests, hits, uploads)


def _element(reader: _Reader, depth: int) -> None:
    """Metadata is passed over: name, value, attributes, elements inside."""
    if depth > DEEPEST:
        raise LimitReached(f"metadata deeper than {DEEPEST} is not read")
    reader.text()
    reader.text()
    for _ in range(reader.count()):
        reader.text()
        reader.text()
    for _ in range(reader.count()):
        reader.number(4)
        _element(reader, depth + 1)


class _Reader:
    """MFC's CArchive: numbers little-endian, counts of 16 or 32 bits, strings in one byte or UTF-16."""

    def __init__(self, data: bytes) -> None:
        self._data, self.at = data, 0
        self._rows = 0

    def number(self, size: int) -> int:
        return int.from_bytes(self.data(size), "little")

    def count(self) -> int:
        number = self.number(2)
        number = self.number(4) if number == 0xFFFF else number
        self._rows += number
        if self._rows > MOST_ROWS:
            raise Malformed(f"the library promises more than {MOST_ROWS} rows at byte {self.at}")
        return number

    def text(self) -> str:
        length = self.number(1)
        if length == 0xFF:
            length = self.number(2)
            if length == 0xFFFE:
                return self._wide()
            length = self.number(4) if length == 0xFFFF else length
        return self.data(length).decode("cp1252", "backslashreplace")

    def data(self, size: int) -> bytes:
        piece = self._data[self.at : self.at + size]
        if len(piece) < size:
            raise Truncated(f"the library breaks off at byte {self.at}")
        self.at += size
        return piece

    def _wide(self) -> str:
        length = self.number(1)
        if length == 0xFF:
            length = self.number(2)
            length = self.number(4) if length == 0xFFFF else length
        return self.data(2 * length).decode("utf-16-le", "backslashreplace")
