"""7z archives, as evidence and inside any file: members in the order of the archive's database.

A member is found again by its index. It lies in a block that is unpacked as a whole, once, to memory or scratch; in a solid archive all its
neighbours come with it, so the last blocks are kept. Where a block is damaged, the members in front of the damage are read.
Times are in UTC.
"""

from __future__ import annotations

import stat
import struct
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import Encrypted, EvidenceError, LimitReached, Malformed, Truncated, Unreadable, Unsupported
from triage.evidence.companions import listed_with_companions
from triage.evidence.members import Member, MemberTree
from triage.evidence.seven_coders import block_pieces, is_plain, is_protected
from triage.evidence.seven_header import ENCODED, END, HEADER, Database, Reader, Streams, database_of, streams_of
from triage.evidence.spool import Spool
from triage.evidence.streams import Memory, Window
from triage.model import Entry, Kind, Locator, Problem, Step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage.evidence.base import Stream
    from triage.evidence.limits import Limits
    from triage.evidence.seven_header import Block, Item
    from triage.evidence.streams import ReadOnly

MAGIC = b"7z\xbc\xaf\x27\x1c"
LARGEST_DATABASE = 256 << 20  # bytes, unpacked
KEPT_BLOCKS = 2
MOST_ENCODED = 4  # databases packed in databases
_START = struct.Struct("<6s2BL2QL")
_FOLDER, _UNIX = 0x10, 0x8000
_GIVEN = "the password does not open it, or it is damaged"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the content of a member lies: in which block, from which byte on, and its CRC-32 where one is stored."""

    block: int
    start: int
    size: int
    crc: int | None


class SevenZip:
    """The layer of one 7z; a step has the member's name and its index in the database."""

    format = "7z"

    def __init__(self, stream: Stream, limits: Limits, scratch: Path, password: str | None = None) -> None:
        """Raises Malformed, Truncated, Unsupported, LimitReached; Encrypted where the names are protected, too."""
        self._stream, self._limits, self._scratch, self._password = stream, limits, scratch, password
        self._size = stream.seek(0, 2)
        self._hides_names = False
        self._database = self._opened()
        self._places = _places(self._database)
        self._unpacked: OrderedDict[int, tuple[ReadOnly, EvidenceError | None]] = OrderedDict()

    def children(self, within: Locator, folder: Step | None) -> Iterator[Entry | Problem]:
        """All members at once, each folder before what it holds; nothing inside a folder, for it was all listed."""
        yield from () if folder is not None else listed_with_companions(self._listing(within))

    def members(self) -> Iterator[Member]:
        """The members in their order."""
        for index, (item, place) in enumerate(zip(self._database.items, self._places, strict=True)):
            yield _member(index, item, place)

    def open(self, step: Step) -> Stream:
        """The content of a member. Raises Encrypted, Malformed, Truncated, Unsupported, LimitReached, Unreadable."""
        number = -1 if step.number is None else step.number
        if not 0 <= number < len(self._places) or self._database.items[number].name != step.path.rstrip("/"):
            raise Unreadable("the 7z archive has no such member")
        place = self._places[number]
        if place is None:
            return Memory()
        whole, error = self._block(place.block)
        if place.start + place.size > whole.size:
            raise error or Truncated(f"the block of the 7z archive ends after {whole.size} bytes")
        return Window(whole, place.start, place.size, crc=place.crc)

    def close(self) -> None:
        """Close the stream below and give back what was unpacked."""
        while self._unpacked:
            self._unpacked.popitem()[1][0].close()
        self._stream.close()

    def _listing(self, within: Locator) -> Iterator[Entry | Problem]:
        tree = MemberTree(within, self.format, self._limits)
        for member in self.members():
            yield from tree.entries(member)
            if tree.is_full():
                yield tree.full()
                return
        if self._password is None and any(map(is_protected, self._database.streams.blocks)):
            message = "the content of the 7z archive is protected by a password (AES-256); give it with --password"
            yield Problem(kind=Encrypted.kind, stage="list", message=message)

    def _opened(self) -> Database:
        try:
            return self._read()
        except Malformed as error:
            if self._hides_names:  # a wrong password shows as damage
                raise Encrypted(f"{_GIVEN}: {error}") from error
            raise

    def _read(self) -> Database:
        """The database, out of as many packings as it is in."""
        data, crc = self._outermost()
        for _ in range(MOST_ENCODED):
            if len(data) > LARGEST_DATABASE:
                raise LimitReached(f"the database of the 7z archive has more than {LARGEST_DATABASE} bytes")
            if zlib.crc32(data) != crc:
                raise Malformed("the database of the 7z archive does not fit its checksum")
            reader = Reader(data)
            kind = reader.byte() if data else END
            if kind == HEADER:
                return database_of(reader)
            if kind != ENCODED:
                break
            data, crc = self._decoded(streams_of(reader))
        if not data:
            return Database()
        raise Malformed("the database of the 7z archive is damaged")

    def _outermost(self) -> tuple[bytes, int]:
        """What the first header points to, and the checksum that it has to have."""
        self._stream.seek(0)
        head = self._stream.read(_START.size)
        if len(head) < _START.size or head[:6] != MAGIC:
            raise Malformed("the 7z archive is cut off in its first header")
        *_, offset, size, crc = _START.unpack(head)
        if _START.size + offset + size > self._size:
            raise Truncated("the 7z archive breaks off: its database, which lies at its end, is not there")
        return Window(self._stream, _START.size + offset, min(size, LARGEST_DATABASE + 1)).read(), crc

    def _decoded(self, streams: Streams) -> tuple[bytes, int]:
        """A packed database, and the checksum that it has to have."""
        if len(streams.blocks) != 1:
            raise Malformed("the database of the 7z archive is damaged")
        block, data = streams.blocks[0], bytearray()
        self._hides_names = self._hides_names or is_protected(block)
        if is_protected(block) and self._password is None:
            raise Encrypted("the names in the 7z archive are protected by a password, too; give it with --password")
        try:
            for piece in block_pieces(block, self._packed(streams, 0), self._password):
                data += piece
                if len(data) > LARGEST_DATABASE:
                    break
        except (Malformed, Truncated) as error:
            raise self._blamed(block, error) from error
        return bytes(data), zlib.crc32(data) if block.crc is None else block.crc

    def _block(self, number: int) -> tuple[ReadOnly, EvidenceError | None]:
        """A block as far as it can be unpacked, and what ended it too early."""
        found = self._unpacked.get(number)
        if found is None:
            found = self._unpacked[number] = self._unpack(number)
            if len(self._unpacked) > KEPT_BLOCKS:
                self._unpacked.popitem(last=False)  # not closed: a stream may still read from it
        self._unpacked.move_to_end(number)
        return found

    def _unpack(self, number: int) -> tuple[ReadOnly, EvidenceError | None]:
        streams = self._database.streams
        block = streams.blocks[number]
        packed = self._packed(streams, number)
        if is_plain(block):
            return packed, None
        spool, ended = Spool(self._limits, self._scratch), None
        try:
            for piece in block_pieces(block, packed, self._password):
                spool.write(piece, packed.size)
        except (Malformed, Truncated) as error:
            ended = self._blamed(block, error)
        except BaseException:
            spool.discard()
            raise
        return spool.stream(), ended

    def _blamed(self, block: Block, error: EvidenceError) -> EvidenceError:
        """A wrong password shows as damage."""
        return Encrypted(f"{_GIVEN}: {error}") if is_protected(block) else error

    def _packed(self, streams: Streams, number: int) -> Window:
        """What a block is unpacked from."""
        index = sum(len(block.packed) for block in streams.blocks[:number])
        if len(streams.blocks[number].packed) != 1 or index >= len(streams.packed):
            raise Unsupported("packed by a 7z method that takes several streams, which Sigap does not read")
        offset, size = streams.packed[index]
        if _START.size + offset + size > self._size:
            raise Truncated("the 7z archive ends before this content")
        return Window(self._stream, _START.size + offset, size)


def is_seven_zip(head: bytes) -> bool:
    """Whether the first bytes are those of a 7z archive."""
    return head.startswith(MAGIC)


def _places(database: Database) -> list[Place | None]:
    """The place of each member's content; None for folders and what is empty. Raises Malformed where there are too few."""
    found = _contents(database.streams)
    places = [None if item.is_empty else next(found, None) for item in database.items]
    if any(place is None and not item.is_empty for place, item in zip(places, database.items, strict=True)):
        raise Malformed("the database of the 7z archive names more files than it has content for")
    return places


def _contents(streams: Streams) -> Iterator[Place]:
    for number, contents in enumerate(streams.contents):
        start = 0
        for size, crc in contents:
            yield Place(number, start, size, crc)
            start += size


def _member(index: int, item: Item, place: Place | None) -> Member:
    if item.attributes & _UNIX and stat.S_IFMT(item.attributes >> 16) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        kind = Kind.OTHER
    else:
        kind = Kind.FILE if item.is_file and not item.attributes & _FOLDER else Kind.FOLDER
    name = f"{item.name}/" if kind is Kind.FOLDER else item.name
    return Member(name, index, kind, place.size if place else 0, item.times)
