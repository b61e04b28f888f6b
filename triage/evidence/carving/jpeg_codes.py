"""Whether the Huffman codes of a JPEG scan make up exactly the blocks that the frame promises (ITU-T T.81, Annexes C, F, G).

Another file's bytes in the middle of a scan, or a second picture's tail behind the first one's head, keep every marker in its place; but
their codes make up another number of blocks, or are none. Nothing is computed: codes are counted and their bits skipped. Read so are
sequential scans and the first DC scans of progressive pictures; other scans are not checked here.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from triage.errors import Malformed
from triage.evidence.carving.piece import require

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SEQUENTIAL, PROGRESSIVE = (0xC0, 0xC1), 0xC2
_RESTARTS = re.compile(rb"(?<!\xff)\xff+[\xd0-\xd7]")  # from the start of a run alone, see jpeg._MARK
_END_OF_BLOCK, _NO_CODE = 128, 1 << 10  # coefficients to go on by: more than a block has, so that either ends it
_TOO_FAR = 1 << 20  # bits
_SLACK = 4096  # bytes that the codes of one unit can run over the end before that is noticed
_SPARE_BITS = 32  # that some programs leave behind the last code


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame header: its marker, size in pixels, and for each component the sampling factors (across, down)."""

    marker: int
    width: int
    height: int
    sampling: Mapping[int, tuple[int, int]]


def frame_of(marker: int, body: bytes) -> Frame:
    """The frame header after the length field. Raises Malformed."""
    require(len(body) >= 6 and len(body) == 6 + 3 * body[5] and 1 <= body[5] <= 4, "the frame header is none")
    sampling = {body[at]: (body[at + 1] >> 4, body[at + 1] & 15) for at in range(6, len(body), 3)}
    require(2 <= body[0] <= 16 and body[3:5] != b"\0\0", "a frame without width or with impossible samples")
    require(all(1 <= across <= 4 and 1 <= down <= 4 for across, down in sampling.values()), "impossible sampling")
    return Frame(marker, int.from_bytes(body[3:5], "big"), int.from_bytes(body[1:3], "big"), sampling)


def huffman_tables(body: bytes) -> Iterator[tuple[int, bytes]]:
    """The tables of a DHT segment: class and number in one byte, then counts and symbols. Raises Malformed."""
    at = 0
    while at + 17 <= len(body):
        end = at + 17 + sum(body[at + 1 : at + 17])
        require(end <= len(body) and end - at <= 17 + 256, "a Huffman table longer than its segment")
        yield body[at], body[at + 1 : end]
        at = end


def is_whole_scan(frame: Frame, header: bytes, tables: Mapping[int, bytes], interval: int, data: bytes) -> bool:
    """Whether the scan's data is what its header promises; False for scans that are not read here. Raises Malformed."""
    chosen = [(header[at], header[at + 1]) for at in range(1, 1 + 2 * header[0], 2)]
    first_dc = frame.marker == PROGRESSIVE and header[1 + 2 * header[0]] == 0 and header[3 + 2 * header[0]] >> 4 == 0
    if not frame.height or not (first_dc or frame.marker in SEQUENTIAL):
        return False
    require(all(component in frame.sampling for component, _ in chosen), "a scan of a component that is not there")
    units, copies = _shape(frame, [component for component, _ in chosen])
    blocks: list[tuple[Sequence[int], Sequence[int] | None]] = []
    for (_, numbers), count in zip(chosen, copies, strict=True):
        coder = tables.get(numbers >> 4), tables.get(0x10 | numbers & 15)
        if coder[0] is None or (coder[1] is None and not first_dc):
            return False  # tables that stand elsewhere: an abbreviated picture
        blocks += [(_dc_table(coder[0]), None if first_dc or coder[1] is None else _ac_table(coder[1]))] * count
    for part in _RESTARTS.split(data):
        here = min(interval or units, units)
        if not here and not part:
            break  # a restart marker behind the last interval, as some cameras write it
        require(here > 0, "more restart intervals than the picture has")
        used = _bits(part.replace(b"\xff\x00", b"\xff"), here, blocks)
        require(used, "its codes do not fit the picture")
        units -= here
    require(units == 0, "its codes end before the picture does")
    return True


def _shape(frame: Frame, components: Sequence[int]) -> tuple[int, list[int]]:
    """Units of the scan, and blocks of each component in one unit (T.81 A.2)."""
    across = 8 * max(each[0] for each in frame.sampling.values())
    down = 8 * max(each[1] for each in frame.sampling.values())
    if len(components) > 1:
        units = -(-frame.width // across) * -(-frame.height // down)
        return units, [frame.sampling[each][0] * frame.sampling[each][1] for each in components]
    own = frame.sampling[components[0]]
    return -(-frame.width * own[0] // across) * -(-frame.height * own[1] // down), [1]


def _bits(data: bytes, units: int, blocks: Sequence[tuple[Sequence[int], Sequence[int] | None]]) -> bool:
    """Whether the codes of so many units fill the data up to its last few bits."""
    limit = 8 * len(data)
    padded = data + bytes(_SLACK)
    words = array(
        "I", (high << 16 | mid << 8 | low for (high, mid), low in zip(pairwise(padded), padded[2:], strict=False))
    )
    at = 0
    for _ in range(units):
        for dc, ac in blocks:
            at += dc[words[at >> 3] >> 8 - (at & 7) & 0xFFFF]
            if at > limit:
                return False
            if ac is None:
                continue
            place = 1
            while place < 64:
                entry = ac[words[at >> 3] >> 8 - (at & 7) & 0xFFFF]
                at += entry & 0xFF
                place += entry >> 8
            if 64 < place < _END_OF_BLOCK or place > _NO_CODE:
                return False
    return limit - _SPARE_BITS < at <= limit


@lru_cache(maxsize=32)
def _dc_table(table: bytes) -> list[int]:
    """For each 16 bits, how many the code at their start and the difference behind it take."""
    entries = [_TOO_FAR] * 65536
    for first, count, length, symbol in _codes(table):
        entries[first : first + count] = [length + (symbol & 15)] * count
    return entries


@lru_cache(maxsize=32)
def _ac_table(table: bytes) -> list[int]:
    """For each 16 bits, how many the code at their start takes with its value, and 256 times the coefficients it covers."""
    entries = [_NO_CODE << 8] * 65536
    for first, count, length, symbol in _codes(table):
        size, run = symbol & 15, symbol >> 4
        covers = run + 1 if size or run == 15 else _END_OF_BLOCK
        entries[first : first + count] = [covers << 8 | length + size] * count
    return entries


def _codes(table: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Each code as (first of the 16-bit values that begin with it, how many, its length, its symbol): T.81 Annex C."""
    code, at = 0, 16
    for length in range(1, 17):
        for symbol in table[at : at + table[length - 1]]:
            if code >> length:
                raise Malformed("a Huffman table with more codes than there are")
            yield code << 16 - length, 1 << 16 - length, length, symbol
            code += 1
        at += table[length - 1]
        code <<= 1
