"""Files of a list, plain or sealed, read at any place: what builds and searches tables does not know which.

A plain file is mapped. A sealed one is AES-256-GCM in blocks of `BLOCK` bytes, each followed by its tag of 16 bytes, the nonce
being the number of the block and the key one for each file (see `vault`): any range is read by decrypting the blocks it touches, and
a changed byte is refused. Files are written once, so no nonce is used twice under a key.
"""

from __future__ import annotations

import mmap
import os
from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeAlias

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

Bytes: TypeAlias = "npt.NDArray[np.uint8]"

BLOCK = 4096
TAG = 16
PIECE = 1 << 20
KEPT_BLOCKS = 256  # decrypted blocks kept by each open sealed file


class Damaged(OSError):
    """A sealed file that is not as it was written."""


class Writer(Protocol):
    """A new file of a list."""

    def write(self, data: bytes | memoryview) -> None: ...
    def close(self) -> None: ...


class Reader(Protocol):
    """A file of a list. `size` is in bytes of content."""

    size: int

    def read(self, start: int, stop: int) -> bytes | memoryview: ...
    def array(self) -> Bytes: ...
    def close(self) -> None: ...


class Storage:
    """A folder of files, sealed where there is a key."""

    def __init__(self, path: Path, key: bytes | None = None) -> None:
        self.path = path
        self._key = key

    def create(self, name: str, *, lasting: bool = True) -> Writer:
        """A new file, on the disk when it is closed where it is to last. Raises OSError."""
        stream = (self.path / name).open("xb")
        return _Plain(stream, lasting) if self._key is None else _Sealing(stream, self._cipher(name), lasting)

    def open(self, name: str, *, mapped: bool = True) -> Reader:
        """A file as it is; not mapped where it is read from end to end, so that it does not fill memory. Raises OSError."""
        path = self.path / name
        if self._key is None:
            return MappedFile(path) if mapped else PlainFile(path)
        return SealedFile(path, self._cipher(name))

    def blocks(self, name: str) -> Iterator[bytes | memoryview]:
        """The whole content, piece by piece. Raises OSError."""
        reader = self.open(name, mapped=False)
        try:
            for start in range(0, reader.size, PIECE):
                yield reader.read(start, min(start + PIECE, reader.size))
        finally:
            reader.close()

    def size(self, name: str) -> int:
        """Bytes of content, without opening. Raises OSError."""
        stored = (self.path / name).stat().st_size
        return stored if self._key is None else _content_size(stored)

    def remove(self, name: str) -> None:
        """Delete a file. Raises OSError."""
        (self.path / name).unlink()

    def _cipher(self, name: str) -> AESGCM:
        assert self._key is not None
        return AESGCM(HKDFExpand(SHA256(), 32, b"sigap list file " + name.encode()).derive(self._key))


class MappedFile:
    """A plain file, mapped: pages come in as they are touched and are shared between processes."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as stream:
            self.size = os.fstat(stream.fileno()).st_size
            self._map = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) if self.size else None
        self._view = memoryview(self._map or b"")

    def read(self, start: int, stop: int) -> memoryview:
        """The bytes of a range, not copied."""
        return self._view[start:stop]

    def array(self) -> Bytes:
        """All bytes, mapped."""
        return np.frombuffer(self._view, np.uint8)

    def close(self) -> None:
        """Give the file back, at the latest when the last array of it goes."""
        self._view = memoryview(b"")
        self._map = None


class PlainFile:
    """A plain file, read where it is asked for."""

    def __init__(self, path: Path) -> None:
        self._stream = path.open("rb", buffering=0)
        self.size = os.fstat(self._stream.fileno()).st_size

    def read(self, start: int, stop: int) -> bytes:
        """The bytes of a range. Raises OSError."""
        self._stream.seek(start)
        data = self._stream.read(stop - start)
        return data if len(data) == stop - start else data + self._more(stop - start - len(data))

    def array(self) -> Bytes:
        """All bytes, in memory."""
        return np.frombuffer(self.read(0, self.size), np.uint8)

    def close(self) -> None:
        """Give the file back."""
        self._stream.close()

    def _more(self, wanted: int) -> bytes:
        """One read of the system gives 2 GiB at most."""
        parts = []
        while wanted > 0:
            part = self._stream.read(wanted)
            if not part:
                raise Damaged("the file is shorter than it was")
            parts.append(part)
            wanted -= len(part)
        return b"".join(parts)


class SealedFile:
    """A sealed file: only what is read is decrypted."""

    def __init__(self, path: Path, cipher: AESGCM) -> None:
        self._stored = MappedFile(path)
        self._cipher = cipher
        self.size = _content_size(self._stored.size)
        self._kept: dict[int, bytes] = {}

    def read(self, start: int, stop: int) -> bytes:
        """The bytes of a range. Raises Damaged."""
        stop = min(stop, self.size)
        if start >= stop:
            return b""
        first, last = start // BLOCK, (stop - 1) // BLOCK
        if first == last:
            return self._block(first)[start - first * BLOCK : stop - first * BLOCK]
        joined = b"".join(self._block(number) for number in range(first, last + 1))
        return joined[start - first * BLOCK : stop - first * BLOCK]

    def array(self) -> Bytes:
        """All bytes, decrypted into memory. Raises Damaged."""
        whole = np.empty(self.size, np.uint8)
        for start in range(0, self.size, PIECE):
            stop = min(start + PIECE, self.size)
            whole[start:stop] = np.frombuffer(self.read(start, stop), np.uint8)
        return whole

    def close(self) -> None:
        """Give the file back and forget what was decrypted."""
        self._kept.clear()
        self._stored.close()

    def _block(self, number: int) -> bytes:
        block = self._kept.get(number)
        if block is None:
            place = number * (BLOCK + TAG)
            try:
                block = self._cipher.decrypt(_nonce(number), self._stored.read(place, place + BLOCK + TAG), None)
            except (InvalidTag, ValueError) as error:
                raise Damaged(f"block {number} is not as it was written, or the passphrase is another") from error
            if len(self._kept) >= KEPT_BLOCKS:
                del self._kept[next(iter(self._kept))]
            self._kept[number] = block
        return block


class _Plain:
    def __init__(self, stream: BinaryIO, lasting: bool) -> None:  # noqa: FBT001  # said by name where it is decided
        self._stream = stream
        self._lasting = lasting

    def write(self, data: bytes | memoryview) -> None:
        self._stream.write(data)

    def close(self) -> None:
        _finish(self._stream, lasting=self._lasting)


class _Sealing:
    def __init__(self, stream: BinaryIO, cipher: AESGCM, lasting: bool) -> None:  # noqa: FBT001  # see _Plain
        self._stream = stream
        self._cipher = cipher
        self._lasting = lasting
        self._rest = bytearray()
        self._number = 0

    def write(self, data: bytes | memoryview) -> None:
        self._rest += data
        whole = len(self._rest) // BLOCK * BLOCK
        view = memoryview(self._rest)
        for start in range(0, whole, BLOCK):
            self._seal(view[start : start + BLOCK])
        view.release()
        del self._rest[:whole]

    def close(self) -> None:
        try:
            if self._rest:
                self._seal(memoryview(self._rest))
        finally:
            _finish(self._stream, lasting=self._lasting)

    def _seal(self, block: memoryview) -> None:
        self._stream.write(self._cipher.encrypt(_nonce(self._number), block, None))
        self._number += 1


def _finish(stream: BinaryIO, *, lasting: bool) -> None:
    with stream:
        stream.flush()
        if lasting:
            os.fsync(stream.fileno())


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _content_size(stored: int) -> int:
    blocks = -(-stored // (BLOCK + TAG))
    return max(0, stored - blocks * TAG)
