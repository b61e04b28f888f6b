"""The log of a VHDX file that was not closed properly, applied in memory; the file stays as it is.

Source: [MS-VHDX] section 2.3: entries of the log, the active sequence, replay.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import Unsupported
from triage.evidence.pieces import LARGEST_DISK, fields, taken
from triage.evidence.streams import ReadOnly
from triage.evidence.vhdx_structures import Header, checksum_fits, guid

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = 4096
ZEROS = bytes(PAGE)
LARGEST_LOG = 16 << 20  # bytes; what Hyper-V and QEMU write is 1 MiB
MOST_PAGES = 1 << 18  # pages changed by a log: 1 GiB of the file
EMPTY = uuid.UUID(int=0)
_DESCRIPTORS_AT, _DESCRIPTOR = 64, 32


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry: where it lies in the log, its length, the offset of the oldest entry that counts, its changes."""

    position: int
    length: int
    tail: int
    sequence: int
    file_size: int
    changes: tuple[tuple[int, bytes | int], ...]  # place in the file and a page of content, or a number of zero bytes


class Replayed(ReadOnly):
    """The file as it would be after the replay."""

    def __init__(self, stream: ReadOnly, pages: dict[int, bytes], size: int) -> None:
        super().__init__(max(stream.size, size))
        self._stream, self._pages = stream, pages

    def _at(self, offset: int, size: int) -> bytes:
        data = bytearray(taken(self._stream, offset, size).ljust(size, b"\0"))
        for number in range(offset // PAGE, (offset + size - 1) // PAGE + 1):
            page = self._pages.get(number)
            if page is not None:
                start, end = max(offset, number * PAGE), min(offset + size, (number + 1) * PAGE)
                data[start - offset : end - offset] = page[start - number * PAGE : end - number * PAGE]
        return bytes(data)

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
        super().close()


def replayed(stream: ReadOnly, header: Header) -> Replayed | None:
    """The file with its log applied; None: it has entries that do not make a whole. Raises Unsupported."""
    if header.log_length > LARGEST_LOG or header.log_length % PAGE or header.log_length == 0:
        raise Unsupported(f"a VHDX whose log is {header.log_length} bytes long; open and close it in Hyper-V first")
    log = taken(stream, header.log_offset, header.log_length)
    if len(log) < header.log_length:
        return None
    sequence = Log(log, header.log_identity).active()
    if not sequence:
        return None
    pages: dict[int, bytes] = {}
    for entry in sequence:
        _apply(entry, pages)
    return Replayed(stream, pages, sequence[-1].file_size)


def _apply(entry: LogEntry, pages: dict[int, bytes]) -> None:
    for place, change in entry.changes:
        if isinstance(change, bytes):
            pages[place // PAGE] = change
            continue
        if change // PAGE > MOST_PAGES - len(pages):
            raise Unsupported("a VHDX whose log changes more than 1 GiB; open and close it in Hyper-V first")
        for number in range(place // PAGE, (place + change) // PAGE):
            pages[number] = ZEROS


class Log:
    """The circular log. Checksums are computed over a bounded number of bytes, whatever lengths its entries claim."""

    def __init__(self, data: bytes, identity: uuid.UUID) -> None:
        self._data, self._identity = data, identity
        self._left = 3 * len(data)

    def active(self) -> list[LogEntry]:
        """The entries that count, oldest first; none where no sequence is whole."""
        best: list[LogEntry] = []
        position = 0
        while position < len(self._data):
            sequence = list(self._sequence(position))
            if not sequence:
                position += PAGE
                continue
            counting = _counting(sequence)
            if counting and (not best or counting[-1].sequence > best[-1].sequence):
                best = counting
            position += sum(entry.length for entry in sequence)  # past the end where it wraps: all was seen then
        return best

    def _sequence(self, position: int) -> Iterator[LogEntry]:
        """Entries one behind the other from a position on, around the end of the log, with rising numbers."""
        expected: int | None = None
        walked = 0
        while walked < len(self._data):
            entry = self._entry(position)
            if entry is None or (expected is not None and entry.sequence != expected):
                return
            yield entry
            expected = entry.sequence + 1
            walked += entry.length
            position = (position + entry.length) % len(self._data)

    def _entry(self, position: int) -> LogEntry | None:
        log = self._data
        if log[position : position + 4] != b"loge" or guid(log, position + 32) != self._identity:
            return None
        length, tail, sequence, count = fields("<IIQI", log, position + 8)
        content = (_DESCRIPTORS_AT + count * _DESCRIPTOR + PAGE - 1) // PAGE * PAGE
        if length % PAGE or not content <= length <= min(self._left, len(log)) or not sequence:
            return None
        self._left -= length
        data = log[position : position + length]
        data += log[: length - len(data)]
        if not checksum_fits(data):
            return None
        changes = _changes(data, count, content, sequence)
        (size,) = fields("<Q", data, 56)
        return None if changes is None else LogEntry(position, length, tail, sequence, min(size, LARGEST_DISK), changes)


def _counting(sequence: list[LogEntry]) -> list[LogEntry]:
    """From the entry that the newest one calls the oldest up to the newest; none where that entry is missing."""
    tail = sequence[-1].tail
    start = next((number for number, entry in enumerate(sequence) if entry.position == tail), None)
    return [] if start is None else sequence[start:]


def _changes(data: bytes, count: int, content: int, sequence: int) -> tuple[tuple[int, bytes | int], ...] | None:
    """What an entry changes; `content` is where its pages start. None: it is not whole."""
    changes: list[tuple[int, bytes | int]] = []
    for at in range(_DESCRIPTORS_AT, _DESCRIPTORS_AT + count * _DESCRIPTOR, _DESCRIPTOR):
        (length, place, number), kind = fields("<3Q", data, at + 8), data[at : at + 4]
        if number != sequence or place % PAGE or place > LARGEST_DISK:
            return None
        if kind == b"zero" and length % PAGE == 0:
            changes.append((place, length))
        elif kind == b"desc":
            page = _page(data[content : content + PAGE], data[at + 8 : at + 16], data[at + 4 : at + 8], sequence)
            if page is None:
                return None
            changes.append((place, page))
            content += PAGE
        else:
            return None
    return tuple(changes)


def _page(sector: bytes, leading: bytes, trailing: bytes, sequence: int) -> bytes | None:
    """A page put together: its first 8 and last 4 bytes are in the descriptor."""
    if len(sector) < PAGE or sector[:4] != b"data":
        return None
    (high,), (low,) = fields("<I", sector, 4), fields("<I", sector, PAGE - 4)
    if high << 32 | low != sequence:
        return None
    return leading + sector[8 : PAGE - 4] + trailing
