"""The database at the end of a 7z archive: which packed streams there are, how each block is packed, which files lie in it.

Source: 7zFormat.txt of the LZMA SDK (I. Pavlov, public domain), mark A. A block ("folder" there) is what is unpacked as a whole and
holds one file, or many where the archive is solid. Every count is checked against the bytes that could hold it, before
anything is made of it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from triage.errors import Malformed, Unsupported
from triage.model import Stamp, Times, Zone
from triage.model.entries import NANOSECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

END, HEADER, PROPERTIES, MORE_STREAMS, STREAMS, FILES = 0, 1, 2, 3, 4, 5
PACK, UNPACK, SUBSTREAMS, SIZES, CRCS, BLOCKS, UNPACKED_SIZES, COUNTS = 6, 7, 8, 9, 10, 11, 12, 13
EMPTY, EMPTY_FILE, ANTI, NAMES, BORN, ACCESSED, MODIFIED, ATTRIBUTES = 14, 15, 16, 17, 18, 19, 20, 21
ENCODED = 23
MOST_CODERS, MOST_STREAMS = 32, 64
_Value = TypeVar("_Value")
_FILETIME_EPOCH = 11_644_473_600 * NANOSECONDS


@dataclass(frozen=True, slots=True)
class Coder:
    """One step of unpacking: its identifier, its properties, how many streams it takes and gives."""

    method: bytes
    properties: bytes
    takes: int = 1
    gives: int = 1


@dataclass(frozen=True, slots=True)
class Block:
    """What is unpacked as a whole. `bindings` lead from the stream a coder gives to the one that another takes."""

    coders: tuple[Coder, ...]
    bindings: tuple[tuple[int, int], ...]  # taken, given
    packed: tuple[int, ...]  # streams taken that come from the file
    sizes: tuple[int, ...] = ()  # of the streams given
    crc: int | None = None

    @property
    def size(self) -> int:
        """Bytes of the block: of the stream that no other coder takes."""
        bound = {given for _, given in self.bindings}
        free = [number for number in range(len(self.sizes)) if number not in bound]
        if len(free) != 1:
            raise Malformed("a block of the 7z archive has no single result")
        return self.sizes[free[0]]


@dataclass(slots=True)
class Streams:
    """The packed streams (offset from the end of the first header, size) and the blocks they are unpacked to."""

    packed: list[tuple[int, int]] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    contents: list[list[tuple[int, int | None]]] = field(
        default_factory=list
    )  # of each block: size and CRC of its files


@dataclass(frozen=True, slots=True)
class Item:
    """One file or folder as the archive states it; the name is text in UTF-16, or bytes of it that are none."""

    name: str
    is_empty: bool
    is_file: bool
    times: Times
    attributes: int


@dataclass(slots=True)
class Database:
    """All of it."""

    streams: Streams = field(default_factory=Streams)
    items: list[Item] = field(default_factory=list)


class Reader:
    """Numbers out of the database. Raises Malformed where they are not there."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    @property
    def left(self) -> int:
        """Bytes that were not read yet."""
        return len(self._data) - self._at

    def take(self, size: int) -> bytes:
        """The next bytes."""
        if not 0 <= size <= self.left:
            raise Malformed("the database of the 7z archive breaks off")
        self._at += size
        return self._data[self._at - size : self._at]

    def byte(self) -> int:
        """The next byte as a number."""
        return self.take(1)[0]

    def number(self) -> int:
        """A number of one to nine bytes: the ones at the top of the first byte say how many follow it."""
        first = self.byte()
        mask, value = 0x80, 0
        for shift in range(0, 64, 8):
            if not first & mask:
                return value | (first & (mask - 1)) << shift
            value |= self.byte() << shift
            mask >>= 1
        return value

    def count(self, what: str, most: int | None = None) -> int:
        """A number of things that take a byte each at least."""
        count = self.number()
        if count > (self.left if most is None else most):
            raise Malformed(f"the database of the 7z archive claims {count} {what}")
        return count

    def bits(self, count: int) -> list[bool]:
        """Facts, one bit each, the highest first."""
        packed = self.take(-(-count // 8))
        return [bool(packed[at // 8] & 0x80 >> at % 8) for at in range(count)]

    def known(self, count: int) -> list[bool]:
        """The same behind a byte that is not zero where all are true."""
        if self.byte():
            if count > self.left:
                raise Malformed("the database of the 7z archive breaks off")
            return [True] * count
        return self.bits(count)

    def crcs(self, count: int) -> list[int | None]:
        """A CRC-32 each, None where there is none."""
        return [int.from_bytes(self.take(4), "little") if each else None for each in self.known(count)]

    def expect(self, kind: int) -> None:
        """The mark that must come next."""
        if self.byte() != kind:
            raise Malformed("the database of the 7z archive is damaged")


def database_of(reader: Reader) -> Database:
    """Everything behind the mark HEADER. Raises Malformed, Unsupported."""
    found = Database()
    while (kind := reader.byte()) != END:
        if kind == PROPERTIES:
            while reader.byte() != END:
                reader.take(reader.number())
        elif kind == MORE_STREAMS:
            raise Unsupported("a 7z archive whose database lies in streams of its own")
        elif kind == STREAMS:
            found.streams = streams_of(reader)
        elif kind == FILES:
            found.items = list(_items(reader))
        else:
            raise Malformed("the database of the 7z archive is damaged")
    return found


def streams_of(reader: Reader) -> Streams:
    """Packed streams, blocks and the files in them."""
    found = Streams()
    while (kind := reader.byte()) != END:
        if kind == PACK:
            found.packed = _packed(reader)
        elif kind == UNPACK:
            found.blocks = _blocks(reader)
        elif kind == SUBSTREAMS:
            found.contents = _contents(reader, found.blocks)
        else:
            raise Malformed("the database of the 7z archive is damaged")
    if not found.contents:
        found.contents = [[(block.size, block.crc)] for block in found.blocks]
    return found


def _packed(reader: Reader) -> list[tuple[int, int]]:
    at, count = reader.number(), reader.count("packed streams")
    found: list[tuple[int, int]] = []
    while (kind := reader.byte()) != END:
        if kind == SIZES:
            for _ in range(count):
                size = reader.number()
                found.append((at, size))
                at += size
        elif kind == CRCS:
            reader.crcs(count)
        else:
            raise Malformed("the database of the 7z archive is damaged")
    return found


def _blocks(reader: Reader) -> list[Block]:
    reader.expect(BLOCKS)
    count = reader.count("blocks")
    _inside(reader)
    blocks = [_block(reader) for _ in range(count)]
    reader.expect(UNPACKED_SIZES)
    for number, block in enumerate(blocks):
        given = sum(coder.gives for coder in block.coders)
        blocks[number] = replace(block, sizes=tuple(reader.number() for _ in range(given)))
    while (kind := reader.byte()) != END:
        if kind != CRCS:
            raise Malformed("the database of the 7z archive is damaged")
        blocks = [replace(block, crc=crc) for block, crc in zip(blocks, reader.crcs(count), strict=True)]
    return blocks


def _block(reader: Reader) -> Block:
    coders = tuple(_coder(reader) for _ in range(reader.count("coders", MOST_CODERS)))
    taken, given = sum(coder.takes for coder in coders), sum(coder.gives for coder in coders)
    if not coders or not given or taken < given - 1:
        raise Malformed("a block of the 7z archive cannot be unpacked in the order it states")
    bindings = tuple((reader.number(), reader.number()) for _ in range(given - 1))
    count = taken - len(bindings)
    if count == 1:
        bound = {number for number, _ in bindings}
        packed = tuple(number for number in range(taken) if number not in bound)
    else:
        packed = tuple(reader.number() for _ in range(count))
    return Block(coders, bindings, packed)


def _coder(reader: Reader) -> Coder:
    flags = reader.byte()
    if flags & 0x80:
        raise Unsupported("a 7z archive with alternative ways of unpacking a block")
    method = reader.take(flags & 0x0F)
    takes, gives = 1, 1
    if flags & 0x10:
        takes, gives = reader.count("streams", MOST_STREAMS), reader.count("streams", MOST_STREAMS)
    return Coder(method, reader.take(reader.number()) if flags & 0x20 else b"", takes, gives)


def _contents(reader: Reader, blocks: list[Block]) -> list[list[tuple[int, int | None]]]:
    counts, kind = [1] * len(blocks), reader.byte()
    if kind == COUNTS:
        counts = [reader.count("files of a block") for _ in blocks]
        kind = reader.byte()
    sizes = [_sizes(reader, block, count, listed=kind == SIZES) for block, count in zip(blocks, counts, strict=True)]
    if kind == SIZES:
        kind = reader.byte()
    known = [block.crc if count == 1 else None for block, count in zip(blocks, counts, strict=True)]
    crcs = [[crc] * count for crc, count in zip(known, counts, strict=True)]
    while kind != END:
        if kind != CRCS:
            raise Malformed("the database of the 7z archive is damaged")
        missing = [number for number, crc in enumerate(known) if crc is None]
        given = iter(reader.crcs(sum(counts[number] for number in missing)))
        for number in missing:
            crcs[number] = [next(given) for _ in range(counts[number])]
        kind = reader.byte()
    return [list(zip(*each, strict=True)) for each in zip(sizes, crcs, strict=True)]


def _sizes(reader: Reader, block: Block, count: int, *, listed: bool) -> list[int]:
    """All sizes but the last are stored; that one is the rest of the block."""
    if not count:
        return []
    if count > 1 and not listed:
        raise Malformed("the database of the 7z archive states no sizes for the files of a block")
    sizes = [reader.number() for _ in range(count - 1)]
    rest = block.size - sum(sizes)
    if rest < 0:
        raise Malformed("the files of a block of the 7z archive are larger than the block")
    return [*sizes, rest]


def _items(reader: Reader) -> Iterator[Item]:
    count = reader.count("files")
    columns: dict[int, Reader] = {}
    while (kind := reader.number()) != END:
        columns[kind] = Reader(reader.take(reader.number()))
    empty = _column(columns, EMPTY, lambda each: each.bits(count), [False] * count)
    hollow = iter(_column(columns, EMPTY_FILE, lambda each: each.bits(sum(empty)), [False] * sum(empty)))
    names = _column(columns, NAMES, lambda each: _names(each, count), [""] * count)
    unknown: list[int | None] = [None] * count
    stamps = [
        list(map(_stamp, _column(columns, kind, lambda each: _values(each, count, "<Q"), unknown)))
        for kind in (MODIFIED, ACCESSED, BORN)
    ]
    attributes = _column(columns, ATTRIBUTES, lambda each: _values(each, count, "<L"), unknown)
    for number, name in enumerate(names):
        modified, accessed, born = (column[number] for column in stamps)
        is_file = next(hollow) if empty[number] else True
        yield Item(name, empty[number], is_file, Times(modified, accessed, None, born), attributes[number] or 0)


def _column(
    columns: dict[int, Reader], kind: int, read: Callable[[Reader], list[_Value]], without: list[_Value]
) -> list[_Value]:
    return read(columns[kind]) if kind in columns else without


def _inside(reader: Reader) -> None:
    if reader.byte():
        raise Unsupported("a 7z archive whose database lies in streams of its own")


def _names(reader: Reader, count: int) -> list[str]:
    """UTF-16 with a zero behind each. Halves of characters become bytes that are no text, as everywhere in locators."""
    _inside(reader)
    units = reader.take(reader.left // 2 * 2).decode("utf-16-le", "surrogatepass").split("\0")
    if len(units) < count + 1:
        raise Malformed("the database of the 7z archive has fewer names than files")
    return [unit.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape") for unit in units[:count]]


def _values(reader: Reader, count: int, layout: str) -> list[int | None]:
    known = reader.known(count)
    _inside(reader)
    size = struct.calcsize(layout)
    return [struct.unpack(layout, reader.take(size))[0] if each else None for each in known]


def _stamp(value: int | None) -> Stamp | None:
    return Stamp(value * 100 - _FILETIME_EPOCH, Zone.UTC, 100) if value else None
