"""JPEG by its markers, after ITU-T T.81 Annex B; further pictures in the file after CIPA DC-007 (multi-picture format).

The walk goes from segment to segment by their lengths, so that a thumbnail inside APP1 is passed over, and through the
packed data of each scan from marker to marker: 0xFF there is followed by 0 (stuffing), by a restart marker in its turn, or
ends the scan. Progressive files have many scans. A second picture that the MPF index names, and the clip of a motion
photo, which follows the last picture directly, belong to the file.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, Malformed, Truncated
from triage.evidence.carving.boxes import boxes_end
from triage.evidence.carving.foreign import refuse_foreign, refuse_unpacked
from triage.evidence.carving.jpeg_codes import PROGRESSIVE, SEQUENTIAL, Frame, frame_of, huffman_tables, is_whole_scan
from triage.evidence.carving.piece import require

if TYPE_CHECKING:
    from triage.evidence.carving.piece import Piece

_FRAMES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDC, 0xDD, 0xDE, 0xDF, 0xFE, *range(0xE0, 0xF0)})
_HUFFMAN, _RESTART, _SCAN, _END, _APP2 = 0xC4, 0xDD, 0xDA, 0xD9, 0xE2
_MARK = re.compile(rb"\xff[^\x00\xff]")  # no repeat: over a long run of 0xFF that would take the square of its length
_SCAN_BLOCK = 256 << 10
_PICTURES = 16  # of the multi-picture index


def jpeg_end(piece: Piece) -> int | None:
    """Size of the JPEG file at the start of a piece; None where there is none. Raises Truncated, Malformed."""
    head = piece.upto(0, 4)
    if len(head) < 4 or head[:3] != b"\xff\xd8\xff" or head[3] not in _TABLES | _FRAMES:
        return None
    walk = _Picture(piece, 0)
    end = walk.end()
    for start in walk.others:
        end = max(end, _other(piece, start))
    refuse_foreign(piece, 0, end, pictures=False)
    return _with_clip(piece, end)


class _Picture:
    """One picture from SOI to EOI, and what its segments say that the walk needs."""

    def __init__(self, piece: Piece, start: int) -> None:
        self._piece, self._at = piece, start + 2
        self._frame: Frame | None = None
        self._scans = 0
        self._interval = 0
        self._tables: dict[int, bytes] = {}
        self.others: tuple[int, ...] = ()

    def end(self) -> int:
        """The offset behind EOI."""
        while (marker := self._marker()) != _END:
            require(marker == _SCAN or marker in _TABLES | _FRAMES, f"marker {marker:#x} between segments")
            size = self._piece.number(self._at, 2)
            require(size >= 2, "a segment shorter than its length field")
            body = self._piece.at(self._at + 2, size - 2)
            self._segment(marker, body)
            self._at += size
            if marker == _SCAN:
                self._scan(body)
        require(self._scans, "ends without a scan")
        return self._at

    def _marker(self) -> int:
        require(self._piece.at(self._at, 1) == b"\xff", f"no marker at byte {self._at}")
        while (code := self._piece.at(self._at, 1)[0]) == 0xFF:
            self._at += 1
        self._at += 1
        return code

    def _segment(self, marker: int, body: bytes) -> None:
        if marker in _FRAMES:
            self._frame = frame_of(marker, body)
        elif marker == _HUFFMAN:
            self._tables.update(huffman_tables(body))
        elif marker == _RESTART:
            require(len(body) == 2, "the restart interval has a wrong length")
            self._interval = int.from_bytes(body, "big")
        elif marker == _APP2 and body.startswith(b"MPF\x00"):
            self.others = _pictures(body[4:], self._at + 6)

    def _scan(self, header: bytes) -> None:
        require(header and 1 <= header[0] <= 4 and len(header) == 4 + 2 * header[0], "the scan header is none")
        if self._frame is None:
            raise Malformed("a scan before its frame")
        start, self._scans = self._at, self._scans + 1
        self._at = self._scan_end(start)
        require(self._at > start, "an empty scan")
        refuse_unpacked(self._piece, start, self._at, zeros=self._may_be_zeros(header))
        if not self._piece.may_decode(self._at - start) or not self._is_whole(start, header):
            self._piece.proven = False

    def _is_whole(self, start: int, header: bytes) -> bool:
        assert self._frame is not None
        data = self._piece.at(start, self._at - start)
        return is_whole_scan(self._frame, header, self._tables, self._interval, data)

    def _may_be_zeros(self, header: bytes) -> bool:
        """Whether a whole sector of zeros in a scan can be an even area.

        A sequential scan: where all its AC tables have a code of only zeros for "end of block". A progressive one: where it holds DC
        coefficients (Ss = 0); a run of "end of block" is packed into one code in the others.
        """
        assert self._frame is not None
        count = header[0]
        if self._frame.marker == PROGRESSIVE:
            return header[1 + 2 * count] == 0
        tables = (self._tables.get(0x10 | header[at] & 15, b"") for at in range(2, 1 + 2 * count, 2))
        return self._frame.marker not in SEQUENTIAL or all(table[16:17] == b"\0" for table in tables)

    def _scan_end(self, position: int) -> int:
        turn = 0
        while len(block := self._piece.upto(position, _SCAN_BLOCK)) > 1:
            for match in _MARK.finditer(block):
                code = block[match.end() - 1]
                if not 0xD0 <= code <= 0xD7:
                    return position + len(block[: match.start()].rstrip(b"\xff"))
                require(self._interval and code == 0xD0 + turn, "a restart marker out of its turn")
                turn = (turn + 1) % 8
            position += len(block) - 1
        raise Truncated("ends within a scan")


def _pictures(tiff: bytes, base: int) -> tuple[int, ...]:
    """Offsets in the file of the further pictures of an MPF index, whose own offsets count from `base`."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        if order is None:
            return ()
        (directory,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, directory)
        for number in range(min(count, 64)):
            tag, _, size, where = struct.unpack_from(order + "HHII", tiff, directory + 2 + 12 * number)
            if tag == 0xB002:
                entries = range(where, where + min(size, 16 * _PICTURES), 16)
                found = [struct.unpack_from(order + "I", tiff, at + 8)[0] for at in entries]
                return tuple(base + offset for offset in found if offset)
    except struct.error:
        return ()
    return ()


def _other(piece: Piece, start: int) -> int:
    """Behind a further picture; 0 where it is not there (the file was rewritten without it)."""
    if piece.upto(start, 3) != b"\xff\xd8\xff":
        return 0
    try:
        return _Picture(piece, start).end()
    except (Malformed, Truncated):
        return 0


def _with_clip(piece: Piece, end: int) -> int:
    """Behind the clip of a motion photo where one follows directly."""
    if end % 512 == 0 or piece.upto(end + 4, 4) != b"ftyp":
        return end
    try:
        size = boxes_end(piece.behind(end)) or 0
    except EvidenceError:
        return end
    piece.proven = piece.proven and not size
    return end + size
