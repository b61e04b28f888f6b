"""An encrypted archive for hand-over: 7z with AES-256, names hidden as well; any 7-Zip opens it with the passphrase.

One block: the files one after another, LZMA2, then AES-256 in CBC mode under a key of 2^19 rounds of SHA-256 (7z's own derivation).
The list of files is encrypted likewise. The layout is that of 7zFormat.txt and of the methods 21 and 06F10701 of 7-Zip. The format has
no check of the passphrase of its own: a wrong one shows as a damaged list or a wrong CRC. It has no times and no attributes.
"""

from __future__ import annotations

import hashlib
import lzma
import os
import secrets
import struct
import zlib
from typing import TYPE_CHECKING, BinaryIO

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from triage.errors import CaseError, UserError
from triage.report.manifest import files_below

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

SHORTEST = 12  # characters: what travels can be tried out at leisure
ROUNDS = 19  # as a power of two
DICTIONARY = 1 << 22  # bytes; property 20 of LZMA2
BLOCK = 1 << 20

_SIGNATURE = b"7z\xbc\xaf\x27\x1c\x00\x04"
_END, _HEADER, _MAIN, _FILES, _PACK, _UNPACK, _SUB = 0, 1, 4, 5, 6, 7, 8
_SIZE, _CRC, _FOLDER, _UNPACK_SIZE, _COUNT, _EMPTY, _EMPTY_FILE, _NAMES, _ENCODED = 9, 10, 11, 12, 13, 14, 15, 17, 23

File = tuple[str, int, int]  # name in the archive, size, CRC-32


def seal(folder: Path, target: Path, passphrase: str) -> str:
    """Write every file below a folder into an encrypted archive, whole or not at all. Returns its SHA-256.

    Raises UserError: the passphrase is too short, the target exists; CaseError: it cannot be written.
    """
    if len(passphrase) < SHORTEST:
        raise UserError(f"the passphrase of an archive that is handed over must have at least {SHORTEST} characters")
    if target.exists():
        raise UserError(f"{target}: there is a file of this name; name a new one")
    draft = target.with_name(f".unfinished-{secrets.token_hex(4)}-{target.name}")
    try:
        with draft.open("xb") as stream:
            _write(stream, list(files_below(folder)), passphrase)
            stream.flush()
            os.fsync(stream.fileno())
        draft.rename(target)
        with target.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        reason = error.strerror or str(error)
        raise CaseError(f"{target}: the archive cannot be written ({reason}); no part of it was kept") from error
    finally:
        draft.unlink(missing_ok=True)


def _write(stream: BinaryIO, paths: Sequence[tuple[str, Path]], passphrase: str) -> None:
    stream.write(bytes(32))  # the start header comes last
    key, salt = _Key.made(passphrase)
    body = _Sealing(stream, key)
    files = [_add(body, name, path) for name, path in paths]
    block = body.finished(salt)
    header = _header(files, block)
    listing = _Sealing(stream, key)
    listing.add(header)
    encoded = bytes([_ENCODED]) + _streams(listing.finished(salt), zlib.crc32(header), block.packed)
    place = stream.tell() - 32
    stream.write(encoded)
    start = struct.pack("<QQI", place, len(encoded), zlib.crc32(encoded))
    stream.seek(0)
    stream.write(_SIGNATURE + struct.pack("<I", zlib.crc32(start)) + start)


def _add(body: _Sealing, name: str, path: Path) -> File:
    size = crc = 0
    with path.open("rb") as source:
        while part := source.read(BLOCK):
            size, crc = size + len(part), zlib.crc32(part, crc)
            body.add(part)
    return name, size, crc


class _Key:
    """A passphrase with its salt as a key."""

    @staticmethod
    def made(passphrase: str) -> tuple[bytes, bytes]:
        """Key and salt."""
        salt = secrets.token_bytes(16)
        secret, digest = salt + passphrase.encode("utf-16-le"), hashlib.sha256()
        for start in range(0, 1 << ROUNDS, 1024):
            digest.update(b"".join([secret + number.to_bytes(8, "little") for number in range(start, start + 1024)]))
        return digest.digest(), salt


class _Block:
    """Sizes of a block that was written: of its content, after LZMA2, and as it lies in the file."""

    def __init__(self, plain: int, smaller: int, packed: int, properties: bytes) -> None:
        self.plain, self.smaller, self.packed, self.properties = plain, smaller, packed, properties


class _Sealing:
    """Bytes on their way into a block: LZMA2, then AES-256-CBC."""

    def __init__(self, stream: BinaryIO, key: bytes) -> None:
        self._stream, self._iv = stream, secrets.token_bytes(16)
        chain = [{"id": lzma.FILTER_LZMA2, "preset": 3, "dict_size": DICTIONARY}]
        self._smaller = lzma.LZMACompressor(lzma.FORMAT_RAW, filters=chain)
        self._cipher = Cipher(algorithms.AES256(key), modes.CBC(self._iv)).encryptor()
        self._plain = self._size = self._packed = 0
        self._left = b""

    def add(self, data: bytes) -> None:
        """The next bytes."""
        self._plain += len(data)
        self._put(self._smaller.compress(data))

    def finished(self, salt: bytes) -> _Block:
        """Write what is left, filled up with zeros to whole cipher blocks."""
        self._put(self._smaller.flush())
        self._cut(self._left.ljust(-(-len(self._left) // 16) * 16, b"\0"))
        properties = bytes([ROUNDS | 0xC0, 0xFF]) + salt + self._iv
        return _Block(self._plain, self._size, self._packed, properties)

    def _put(self, data: bytes) -> None:
        self._size += len(data)
        data = self._left + data
        whole = len(data) // 16 * 16
        self._cut(data[:whole])
        self._left = data[whole:]

    def _cut(self, whole: bytes) -> None:
        self._packed += len(whole)
        self._stream.write(self._cipher.update(whole))


def _header(files: Sequence[File], block: _Block) -> bytes:
    full = [file for file in files if file[1]]
    streams = _streams(block, None, 0, [size for _, size, _ in full], [crc for _, _, crc in full]) if full else b""
    return bytes([_HEADER]) + (bytes([_MAIN]) + streams if full else b"") + _names(files) + bytes([_END])


def _streams(block: _Block, crc: int | None, offset: int, sizes: Sequence[int] = (), crcs: Sequence[int] = ()) -> bytes:
    """Where a block lies, how it was made, and where it has parts, their sizes and digests."""
    packed = bytes([_PACK]) + _number(offset) + _number(1) + bytes([_SIZE]) + _number(block.packed) + bytes([_END])
    aes = bytes([0x24]) + b"\x06\xf1\x07\x01" + _number(len(block.properties)) + block.properties
    coders = _number(2) + aes + bytes([0x21]) + b"\x21" + _number(1) + bytes([20]) + _number(1) + _number(0)
    unpack = bytes([_UNPACK, _FOLDER]) + _number(1) + b"\0" + coders + bytes([_UNPACK_SIZE])
    unpack += _number(block.smaller) + _number(block.plain)
    if crc is not None:
        unpack += bytes([_CRC, 1]) + struct.pack("<I", crc)
    unpack += bytes([_END])
    return packed + unpack + (_parts(sizes, crcs) if sizes else b"") + bytes([_END])


def _parts(sizes: Sequence[int], crcs: Sequence[int]) -> bytes:
    told = bytes([_SUB, _COUNT]) + _number(len(sizes))
    if len(sizes) > 1:
        told += bytes([_SIZE]) + b"".join(map(_number, sizes[:-1]))
    return told + bytes([_CRC, 1]) + b"".join(struct.pack("<I", crc) for crc in crcs) + bytes([_END])


def _names(files: Sequence[File]) -> bytes:
    names = b"\0" + b"".join(name.encode("utf-16-le") + b"\0\0" for name, _, _ in files)
    empty = [not size for _, size, _ in files]
    told = bytes([_FILES]) + _number(len(files))
    if any(empty):
        told += _property(_EMPTY, _bits(empty)) + _property(_EMPTY_FILE, _bits([True] * sum(empty)))
    return told + _property(_NAMES, names) + bytes([_END])


def _property(kind: int, data: bytes) -> bytes:
    return bytes([kind]) + _number(len(data)) + data


def _bits(flags: Iterable[bool]) -> bytes:
    text = "".join("1" if flag else "0" for flag in flags)
    return bytes(int(text[start : start + 8].ljust(8, "0"), 2) for start in range(0, len(text), 8))


def _number(value: int) -> bytes:
    """7z's number: as many leading ones in the first byte as bytes follow."""
    for extra in range(8):
        if value < 1 << (7 * (extra + 1)):
            first = (0xFF00 >> extra) & 0xFF
            return bytes([first | (value >> (8 * extra))]) + (value & ((1 << (8 * extra)) - 1)).to_bytes(
                extra, "little"
            )
    return b"\xff" + value.to_bytes(8, "little")
