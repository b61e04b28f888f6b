"""Streams of evidence: read-only, seekable, exact about where they end.

A stream keeps what it reads from alive, and everything here closes itself when the last reference goes: a layer may be
forgotten while one of its streams is still being read.
"""

from __future__ import annotations

import io
import os
import zlib
from typing import TYPE_CHECKING, BinaryIO

from triage.errors import Malformed, Truncated, Unreadable
from triage.evidence.untouched import opened_file

if TYPE_CHECKING:
    from pathlib import Path

    from _typeshed import WriteableBuffer

    from triage.evidence.base import Stream

CHUNK = 8 << 20
AT_OFFSETS = hasattr(os, "pread")  # Windows has none


_taken = [0]


def taken() -> int:
    """Bytes that this process has read from files and devices of evidence so far, again and again where it did."""
    return _taken[0]


def count_taken(size: int) -> None:
    """Count bytes that came from a file or device of the evidence."""
    _taken[0] += size


class ReadOnly(io.RawIOBase):
    """Base of all streams: a size and `_at(offset, size)`; position arithmetic is written once, here.

    `keeps`: it remembers what it unpacked and reads ahead by itself, so that nobody above it has to.
    """

    keeps = False

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size
        self._position = 0

    def _at(self, offset: int, size: int) -> bytes:
        """Exactly `size` bytes at `offset`, all inside the stream; raises EvidenceError where they cannot be had."""
        raise NotImplementedError

    def read(self, size: int | None = -1, /) -> bytes:
        """At most `size` bytes from the position on; all that is left where `size` is negative."""
        if self.closed:
            raise ValueError("the stream is closed")
        left = self.size - self._position
        wanted = left if size is None or size < 0 else min(size, left)
        if wanted <= 0:
            return b""
        data = self._at(self._position, wanted) if wanted <= CHUNK else self._in_chunks(wanted)
        self._position += len(data)
        return data

    def _in_chunks(self, wanted: int) -> bytes:
        start = self._position
        return b"".join(self._at(start + at, min(CHUNK, wanted - at)) for at in range(0, wanted, CHUNK))

    def at(self, offset: int, size: int) -> bytes:
        """The bytes at an offset, wherever the position is; fewer at the end. Raises EvidenceError."""
        size = min(size, self.size - offset)
        return self._at(offset, size) if size > 0 else b""

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill a buffer; the number of bytes read, 0 at the end."""
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        """All that is left."""
        return self.read(-1)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move the position; beyond the end is allowed and reads nothing."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError("a position before the start of the stream")
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        """The position in bytes."""
        return self._position

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True


class Memory(io.BytesIO):
    """A small content held in memory. Named so that a reader sees it is one of ours."""


class FileStream(ReadOnly):
    """A file or device on our own disk, never written, its access time untouched. Raises Unreadable.

    The system keeps what was read of it, so the engine asks it directly.
    """

    keeps = True

    def __init__(self, path: Path, *, follow: bool = True, size: int | None = None) -> None:
        """`size` where the system does not tell it of the open file: a drive of Windows."""
        self._handle = -1  # set first: the object is also destroyed when opening fails
        self.path = path
        try:
            self._handle = opened_file(path, follow=follow)
            size = os.lseek(self._handle, 0, os.SEEK_END) if size is None else size
        except OSError as error:
            raise Unreadable(f"cannot be opened: {error.strerror}") from error
        self.handle_status = os.fstat(self._handle)
        super().__init__(size)

    def _at(self, offset: int, size: int) -> bytes:
        try:
            data = os.pread(self._handle, size, offset) if AT_OFFSETS else self._sought(offset, size)
        except OSError as error:
            raise Unreadable(f"cannot be read at byte {offset}: {error.strerror}") from error
        if not data:
            raise Truncated(f"ended at byte {offset} of {self.size} while it was read")
        count_taken(len(data))
        return data if len(data) == size else data + self._at(offset + len(data), size - len(data))

    def _sought(self, offset: int, size: int) -> bytes:
        os.lseek(self._handle, offset, os.SEEK_SET)
        return os.read(self._handle, size)

    def descriptor(self) -> int:
        """The open file, to ask the system about."""
        return self._handle

    def close(self) -> None:
        """Give the handle back."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)
        super().close()


class Window(ReadOnly):
    """A stretch of another stream. With `crc`, reading it once from start to end checks it against CRC-32."""

    def __init__(self, parent: Stream, offset: int, size: int, *, crc: int | None = None) -> None:
        super().__init__(size)
        self._parent = parent
        self._offset = offset
        self._crc = crc
        self._checked, self._running = 0, 0

    def _at(self, offset: int, size: int) -> bytes:
        self._parent.seek(self._offset + offset)
        data = self._parent.read(size)
        while len(data) < size:
            more = self._parent.read(size - len(data))
            if not more:
                raise Truncated(f"ends after {offset + len(data)} of {self.size} bytes")
            data += more
        if self._crc is not None and offset == self._checked:
            self._check(data)
        return data

    def _check(self, data: bytes) -> None:
        self._running = zlib.crc32(data, self._running)
        self._checked += len(data)
        if self._checked == self.size and self._running != self._crc:
            raise Malformed("the content does not fit its checksum (CRC-32)")


class Copy(ReadOnly):
    """A content that was unpacked to a temporary file; the file is gone when the stream is closed."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        super().__init__(size)

    def _at(self, offset: int, size: int) -> bytes:
        try:
            self._file.seek(offset)
            return self._file.read(size)
        except OSError as error:
            raise Unreadable(f"its unpacked copy cannot be read at byte {offset}: {error.strerror}") from error

    def close(self) -> None:
        """Close and so delete the temporary file."""
        self._file.close()
        super().close()
