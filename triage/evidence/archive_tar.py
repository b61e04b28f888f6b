"""Plain tar archives, as evidence and inside any file: V7, ustar, GNU and pax, with sparse members.

A member is found again by the offset of its first header, which includes the pax or GNU headers before the member's own. Those
headers are walked here first, with bounds; Python's `tarfile` then interprets one member at a time, so that memory
does not grow with the archive.
"""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING, BinaryIO, cast

from triage.errors import EvidenceError, LimitReached, Malformed, Truncated, Unreadable
from triage.evidence.companions import listed_with_companions
from triage.evidence.members import Member, MemberTree
from triage.evidence.spool import FREE_BYTES
from triage.evidence.streams import ReadOnly, Window
from triage.model import Entry, Kind, Locator, Problem, Stamp, Step, Times
from triage.model.entries import NANOSECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage.evidence.base import Stream
    from triage.evidence.limits import Limits

BLOCK = tarfile.BLOCKSIZE
_EXTENSIONS = b"xgXLK"
_EXTENSION_BYTES = 1 << 20
_EXTENSION_HEADERS = 16
_DAMAGE = (tarfile.TarError, ValueError, OverflowError, IndexError, KeyError)


class Tar:
    """The layer of one tar; a step has the member's name and the offset of its first header."""

    format = "tar"

    def __init__(self, stream: Stream, limits: Limits, scratch: Path, password: str | None = None) -> None:
        del scratch, password  # members are read in place, and a tar protects nothing
        self._stream, self._limits = stream, limits
        self._size = stream.seek(0, 2)
        self._walk_extensions(0)
        self._reader = _reader(stream)

    def children(self, within: Locator, folder: Step | None) -> Iterator[Entry | Problem]:
        """All members at once, each folder before what it holds; nothing inside a folder, for it was all listed."""
        yield from () if folder is not None else listed_with_companions(self._listing(within))

    def open(self, step: Step) -> Stream:
        """The content of a regular member. Raises Unreadable, Malformed, Truncated, LimitReached."""
        if step.number is None:
            raise Unreadable("the tar has no such member")
        info = self._info(step.number)
        if _name(info) != step.path:
            raise Unreadable("the tar has no such member")
        if not info.isreg():
            raise Unreadable("no regular file: links and devices in a tar have no content")
        if info.sparse is None:
            return Window(self._stream, info.offset_data, info.size)
        if info.size > FREE_BYTES and info.size > self._size * self._limits.inflation_ratio:
            raise LimitReached(f"a sparse member that claims {info.size} bytes")
        content = self._reader.extractfile(info)
        assert content is not None, "a regular member has content"
        return _Sparse(cast("BinaryIO", content), info.size)

    def piece(self, position: int, size: int) -> Stream:
        """The content of a member that was listed as lying there: its header is not read again."""
        return Window(self._stream, position, size)

    def at_once(self, position: int, size: int) -> bytes:
        """The same in one read. Raises Truncated."""
        return Window(self._stream, position, size).read()

    def members(self) -> Iterator[Member]:
        """The members in their order, one by one. Raises Malformed, Truncated where the tar breaks off."""
        for offset, info in self._infos():
            yield _member(offset, info)

    def close(self) -> None:
        """Close the stream below."""
        self._stream.close()

    def _listing(self, within: Locator) -> Iterator[Entry | Problem]:
        tree = MemberTree(within, "tar", self._limits)
        try:
            for member in self.members():
                yield from tree.entries(member)
                if tree.is_full():
                    yield tree.full()
                    return
        except EvidenceError as error:
            yield Problem(kind=error.kind, stage="list", message=str(error))

    def _infos(self) -> Iterator[tuple[int, tarfile.TarInfo]]:
        offset = 0
        while offset < self._size:
            block = self._block(offset)
            if block is None:
                return
            info = self._info(offset)
            yield offset, info
            offset = max(self._reader.offset, offset + BLOCK)
            if info.offset_data + _stored(info) > self._size:
                raise Truncated(f"the tar ends inside its member at byte {info.offset}")

    def _block(self, offset: int) -> bytes | None:
        """A header block; None for the block of zeros that ends a tar. Raises Truncated."""
        self._stream.seek(offset)
        block = self._stream.read(BLOCK)
        if len(block) < BLOCK:
            raise Truncated(f"the tar ends inside a header at byte {offset}")
        return block if any(block) else None

    def _info(self, offset: int) -> tarfile.TarInfo:
        self._walk_extensions(offset)
        try:
            self._stream.seek(offset)
            info = tarfile.TarInfo.fromtarfile(self._reader)
        except _DAMAGE as error:
            raise Malformed(f"the tar is damaged at byte {offset}: {error}") from error
        if info.size < 0:
            raise Malformed(f"the tar is damaged at byte {offset}: a member of {info.size} bytes")
        return info

    def _walk_extensions(self, offset: int) -> None:
        for _ in range(_EXTENSION_HEADERS):
            block = self._block(offset)
            if block is None:
                raise Malformed(f"the tar is damaged at byte {offset}: an extended header without a member")
            if block[156:157] not in _EXTENSIONS:
                return
            size = _size_of(block, offset)
            if not 0 <= size <= _EXTENSION_BYTES:
                raise Malformed(f"the tar is damaged at byte {offset}: an extended header of {size} bytes")
            offset += BLOCK + -(-size // BLOCK) * BLOCK
        raise Malformed(f"the tar is damaged at byte {offset}: too many extended headers in a row")


class _Sparse(ReadOnly):
    """A sparse member: holes read as zeros."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        super().__init__(size)
        self._file = file

    def _at(self, offset: int, size: int) -> bytes:
        try:
            self._file.seek(offset)
            data = self._file.read(size)
        except tarfile.TarError as error:
            raise Truncated(f"ends after about {offset} of {self.size} bytes") from error
        if len(data) < size:
            raise Truncated(f"ends after {offset + len(data)} of {self.size} bytes")
        return data


def is_tar(head: bytes) -> bool:
    """Whether the first block is a tar header: the checksum fits and there is a name."""
    if len(head) < BLOCK or not head[0]:
        return False
    try:
        stated = int(head[148:156].strip(b" \x00") or b"x", 8)
    except ValueError:
        return False
    return stated == sum(head[:148]) + sum(head[156:BLOCK]) + 8 * 0x20


def _reader(stream: Stream) -> tarfile.TarFile:
    """An interpreter for single members; its own listing is not used, and reading one member in advance is harmless."""
    try:
        stream.seek(0)
        return tarfile.TarFile(fileobj=cast("BinaryIO", stream), encoding="utf-8", errors="surrogateescape")
    except _DAMAGE as error:
        raise Malformed(f"the tar is damaged at its start: {error}") from error


def _size_of(block: bytes, offset: int) -> int:
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape").size
    except tarfile.TarError as error:
        raise Malformed(f"the tar is damaged at byte {offset}: {error}") from error


def _stored(info: tarfile.TarInfo) -> int:
    if not info.isreg():
        return 0
    pieces = cast("list[tuple[int, int]] | None", info.sparse)  # the stubs of the library say otherwise
    return info.size if pieces is None else sum(length for _, length in pieces)


def _name(info: tarfile.TarInfo) -> str:
    return f"{info.name}/" if info.isdir() else info.name


def _member(offset: int, info: tarfile.TarInfo) -> Member:
    kind = Kind.FOLDER if info.isdir() else Kind.FILE if info.isreg() else Kind.OTHER
    plain = info.isreg() and info.sparse is None
    return Member(_name(info), offset, kind, info.size, _times(info), info.offset_data, plain)


def _times(info: tarfile.TarInfo) -> Times:
    text = info.pax_headers.get("mtime")
    resolution = 1 if text and "." in text else NANOSECONDS
    return Times(_stamp(text or info.mtime, resolution))


def _stamp(value: str | float, resolution: int) -> Stamp | None:
    seconds, _, fraction = str(value).partition(".")
    try:
        nanoseconds = int(seconds) * NANOSECONDS + int((fraction + "0" * 9)[:9]) * (
            -1 if seconds.startswith("-") else 1
        )
    except ValueError:
        return None
    return Stamp(nanoseconds, resolution=resolution)
