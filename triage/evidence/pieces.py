"""What the disk image containers share: a disk put together from pieces of files, tables read page by page, a cache.

A piece is stored as it is, packed, in a parent, or nowhere. What is missing or damaged reads as zeros and is remembered.
"""

from __future__ import annotations

import struct
from array import array
from collections import OrderedDict
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING, cast

from triage.errors import EvidenceError, Malformed, Truncated
from triage.evidence.medium import Damage, Medium
from triage.evidence.streams import FileStream, ReadOnly

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator
    from pathlib import Path

    from triage.model import Problem

SECTOR = 512
LARGEST_DISK = 1 << 56  # bytes; far above what any disk has, far below what arithmetic on 64-bit fields can break
CACHED_BYTES = 32 << 20  # unpacked blocks kept
CACHED_PAGES = 1024  # pages of a table kept, 4 to 8 MiB
PAGE = 1024  # entries
DAMAGES = 4096  # ranges kept between two calls of take_damage
BEHIND = "behind the end of the file"
CUT_TABLE = "the table that finds it is cut off"
SCANNED_ENTRIES = 1 << 20  # tables up to this length are checked against the end of the file when they are opened


@contextmanager
def opened(path: Path) -> Iterator[FileStream]:
    """A file that is closed where opening the container in it fails. Raises Unreadable."""
    stream = FileStream(path)
    with closed_on_error(stream):
        yield stream


@contextmanager
def closed_on_error(*streams: ReadOnly | None) -> Iterator[None]:
    """Close these streams where the work fails, and only then."""
    try:
        yield
    except BaseException:
        for stream in streams:
            if stream is not None:
                stream.close()
        raise


def exactly(stream: ReadOnly, offset: int, size: int, what: str) -> bytes:
    """A structure of the container that must be there. Raises Truncated naming it."""
    data = taken(stream, offset, size)
    if len(data) < size:
        raise Truncated(f"the file ends inside its {what}")
    return data


def taken(stream: ReadOnly, offset: int, size: int) -> bytes:
    """The bytes at an offset as far as they can be had; fewer, or none, where they cannot."""
    if offset < 0 or offset >= stream.size:
        return b""
    try:
        stream.seek(offset)
        return stream.read(size)
    except EvidenceError:
        return b""


def fields(layout: str, data: bytes, offset: int = 0) -> tuple[int, ...]:
    """Whole numbers at an offset of a structure, by `struct` layout."""
    return cast("tuple[int, ...]", struct.unpack_from(layout, data, offset))


def disk_size(size: int) -> int:
    """The size of the virtual disk in bytes if it can be one. Raises Malformed."""
    if not 0 < size <= LARGEST_DISK:
        raise Malformed(f"its header gives the disk an impossible size ({size} bytes)")
    return size


def power_of_two(value: int, low: int, high: int, what: str) -> int:
    """A size that must be a power of two between two bounds. Raises Malformed naming it."""
    if not low <= value <= high or value & (value - 1):
        raise Malformed(f"its header has an impossible {what} ({value})")
    return value


class Cache:
    """The values used last, up to a number of bytes in total."""

    def __init__(self, limit: int = CACHED_BYTES) -> None:
        self._values: OrderedDict[Hashable, bytes | EvidenceError] = OrderedDict()
        self._limit, self._held = limit, 0

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """The value under a key, made where it is not held. An EvidenceError is held too and raised again."""
        value = self._values.get(key)
        if value is None:
            value = self._made(make)
            self._values[key] = value
            self._held += _weight(value)
            self._shrink()
        else:
            self._values.move_to_end(key)
        if isinstance(value, EvidenceError):
            raise copy(value)
        return value

    def clear(self) -> None:
        """Let go of everything."""
        self._values.clear()
        self._held = 0

    @staticmethod
    def _made(make: Callable[[], bytes]) -> bytes | EvidenceError:
        """A copy of an error knows not where it came from: that would keep every buffer on the way alive."""
        try:
            return make()
        except EvidenceError as error:
            return copy(error)

    def _shrink(self) -> None:
        while self._held > self._limit and len(self._values) > 1:
            self._held -= _weight(self._values.popitem(last=False)[1])


def _weight(value: bytes | EvidenceError) -> int:
    return 256 + (len(value) if isinstance(value, bytes) else 256)


class Table:
    """A table of whole numbers in the file, read page by page: `table[index]`, None behind the end of the file."""

    def __init__(self, stream: ReadOnly, offset: int, count: int, code: str, *, what: str) -> None:
        """`code` is "<I", ">I", "<Q" or ">Q". Raises Malformed for a table larger than the whole file."""
        self._stream, self._offset, self._count = stream, offset, count
        self._swap = (code[0] == ">") == (array("H", [1]).tobytes() == b"\x01\x00")
        self._code, self._width = code[1], struct.calcsize(code)
        self._pages: OrderedDict[int, array[int]] = OrderedDict()
        if count * self._width > stream.size:
            raise Malformed(f"its {what} would be larger than the file ({count} entries)")

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> int | None:
        number, within = divmod(index, PAGE)
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = self._page(number)
            if len(self._pages) > CACHED_PAGES:
                self._pages.popitem(last=False)
        return page[within] if within < len(page) else None

    def entries(self) -> Iterator[tuple[int, int | None]]:
        """Every index with its entry, for a table short enough to be checked whole; else nothing."""
        if self._count <= SCANNED_ENTRIES:
            for index in range(self._count):
                yield index, self[index]

    def _page(self, number: int) -> array[int]:
        count = min(PAGE, self._count - number * PAGE)
        data = taken(self._stream, self._offset + number * PAGE * self._width, count * self._width)
        page: array[int] = array(self._code)
        page.frombytes(data[: len(data) // self._width * self._width])
        if self._swap:
            page.byteswap()
        return page


class Pieces(Medium):
    """A disk of pieces. Subclasses implement `_piece`; its helpers below turn what is missing into zeros and damage."""

    _sources: tuple[ReadOnly, ...] = ()

    def __init__(self, size: int, *sources: ReadOnly, parent: Medium | None = None) -> None:
        """`sources` and `parent` are closed with the disk."""
        self._sources = sources if parent is None else (*sources, parent)
        self._parent = parent
        self._last: Damage | None = None
        self._notes: list[Problem] = []
        super().__init__(size)

    def warnings(self) -> Iterator[Problem]:
        """What to know about the container although it can be read, its parents' included."""
        yield from self._notes
        if isinstance(self._parent, Pieces):
            yield from self._parent.warnings()

    def files(self) -> tuple[Path, ...]:
        """The file or files of the disk, its parents' included."""
        own = tuple(source.path for source in self._sources if isinstance(source, FileStream))
        return own + (self._parent.files() if self._parent is not None else ())

    def take_damage(self) -> tuple[Damage, ...]:
        """What reads have met since the last call, here and in the parents."""
        inherited = self._parent.take_damage() if self._parent is not None else ()
        return tuple(sorted({*super().take_damage(), *inherited}))

    def close(self) -> None:
        """Close the files, and let go of what was unpacked."""
        for source in self._sources:
            source.close()
        for held in vars(self).values():
            if isinstance(held, Cache):
                held.clear()
        super().close()

    def _piece(self, offset: int, size: int) -> bytes:
        """Between 1 and `size` bytes of the disk at `offset`."""
        raise NotImplementedError

    def _at(self, offset: int, size: int) -> bytes:
        first = self._piece(offset, size)
        if len(first) == size:
            return first
        pieces, have = [first], len(first)
        while have < size:
            piece = self._piece(offset + have, size - have)
            assert piece, "a piece of no bytes"
            pieces.append(piece)
            have += len(piece)
        return b"".join(pieces)

    def _plain(self, source: ReadOnly, position: int, offset: int, size: int) -> bytes:
        """Bytes stored as they are at `position` of a file."""
        data = taken(source, position, size)
        missing = size - len(data)
        return data if not missing else data + self._lost(offset + len(data), missing, BEHIND)

    def _inherited(self, offset: int, size: int) -> bytes:
        """What this file does not hold: the parent's bytes, or zeros."""
        if self._parent is None:
            return bytes(size)
        self._parent.seek(offset)
        data = self._parent.read(size)
        return data + bytes(size - len(data))

    def _lost(self, offset: int, size: int, why: str) -> bytes:
        """Zeros instead of what cannot be read, and a note of it."""
        self._damaged(Damage(offset, size, why))
        return bytes(size)

    def _damaged(self, damage: Damage) -> None:
        last = self._last
        if last in self._met and last.why == damage.why and last.offset + last.size == damage.offset:
            self._met.discard(last)
            damage = Damage(last.offset, last.size + damage.size, damage.why)
        elif len(self._met) >= DAMAGES:
            damage = _folded({*self._met, damage})
            self._met.clear()
        self._last = damage
        self._met.add(damage)


def _folded(damages: Iterable[Damage]) -> Damage:
    """One range around too many of them."""
    ordered = sorted(damages)
    start, end = ordered[0].offset, max(damage.offset + damage.size for damage in ordered)
    return Damage(start, end - start, "very many damaged places in this range")


def outside(
    entries: Iterable[tuple[int, int | None]], block: int, disk: int, end: int, position: Callable[[int], int | None]
) -> Iterator[Damage]:
    """Blocks of a disk that its file, which ends at byte `end`, is too short for.

    `entries` are numbers of blocks with their entries of the table; `position` gives the byte at which the block of an
    entry starts, None where the entry names none in the file.
    """
    for number, entry in entries:
        size = min(block, disk - number * block)
        at = None if entry is None else position(entry)
        held = 0 if entry is None else size
        if at is not None:
            held = min(size, max(0, end - at))
        if held < size:
            yield Damage(number * block + held, size - held, BEHIND)


def joined(damages: Iterable[Damage]) -> Iterator[Damage]:
    """Neighbours with the same reason as one range, and everything past a bearable number as one."""
    last: Damage | None = None
    count = 0
    rest: Damage | None = None
    for damage in damages:
        if last is not None and last.why == damage.why and last.offset + last.size == damage.offset:
            last = Damage(last.offset, last.size + damage.size, last.why)
            continue
        if last is not None and count < DAMAGES:
            yield last
            count += 1
        elif last is not None:
            rest = last if rest is None else _folded((rest, last))
        last = damage
    for left in (rest, last):
        if left is not None:
            yield left
