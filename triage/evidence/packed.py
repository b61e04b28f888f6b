"""One content packed by gzip, bzip2, xz, Zstandard, LZ4 or compress: an archive with a single member.

It is unpacked once, to memory or scratch, when it is first asked for. Packed content that breaks off or is damaged is kept as
far as it goes, and a problem says so. The member's name is the one that gzip stored, else the name of the packed file without
its ending.
"""

from __future__ import annotations

import struct
from functools import partial
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, LimitReached, Unreadable
from triage.evidence.members import Member, MemberTree
from triage.evidence.names import exact
from triage.evidence.packings import PACKINGS, unpacked_pieces
from triage.evidence.spool import Spool
from triage.evidence.streams import FileStream, Window
from triage.model import Entry, Kind, Locator, Problem, Stamp, Step, Times, Zone
from triage.model.entries import NANOSECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from triage.evidence.base import Stream
    from triage.evidence.limits import Limits
    from triage.evidence.streams import ReadOnly

_EXTRA, _NAME = 4, 8
_HEADER = struct.Struct("<4xL2x")  # gzip: RFC 1952, 2.3
_LONGEST_HEADER = 1 << 17


class Packed:
    """The layer of one packed content; its step has the name of the member and the number 0."""

    def __init__(self, form: str, stream: Stream, limits: Limits, scratch: Path, password: str | None = None) -> None:
        del password  # nothing here is protected
        self.format = form
        self._stream, self._limits, self._scratch = stream, limits, scratch
        self._content: ReadOnly | None = None
        self._problem: Problem | None = None

    def children(self, within: Locator, folder: Step | None) -> Iterator[Entry | Problem]:
        """The member, and what was wrong with it. Raises what kept it from being unpacked at all."""
        if folder is not None:
            return
        content = self._unpacked()
        name, modified = self._stated()
        member = Member(name or self._shortened(within), 0, Kind.FILE, content.size, Times(modified))
        yield from MemberTree(within, self.format, self._limits).entries(member)
        if self._problem:
            yield self._problem

    def open(self, step: Step) -> Stream:
        """The content. Raises Malformed, Truncated, Unsupported, LimitReached, Unreadable."""
        if step.number != 0:
            raise Unreadable(f"what is packed by {PACKINGS[self.format].title} is one content alone")
        content = self._unpacked()
        return Window(content, 0, content.size)

    def close(self) -> None:
        """Close the stream below and give back what was unpacked."""
        if self._content is not None:
            self._content.close()
        self._stream.close()

    def _unpacked(self) -> ReadOnly:
        if self._content is None:
            spool = Spool(self._limits, self._scratch)
            try:
                self._problem = unpack(self._stream, self.format, spool.write)
            except BaseException:
                spool.discard()
                raise
            self._content = spool.stream()
        return self._content

    def _stated(self) -> tuple[str, Stamp | None]:
        """Name and time that gzip stored; none for the other packings."""
        if self.format != "gz":
            return "", None
        self._stream.seek(0)
        head = self._stream.read(_LONGEST_HEADER)
        (seconds,) = _HEADER.unpack_from(head)
        at = _HEADER.size
        if head[3] & _EXTRA:
            at += 2 + int.from_bytes(head[at : at + 2], "little")
        raw = head[at:].partition(b"\0")[0] if head[3] & _NAME else b""
        stamp = Stamp(seconds * NANOSECONDS, Zone.UTC, NANOSECONDS) if seconds else None
        return exact(raw).rpartition("/")[2], stamp

    def _shortened(self, within: Locator) -> str:
        if within.steps:
            outer = within.steps[-1].path.rstrip("/").rpartition("/")[2]
        else:
            outer = self._stream.path.name if isinstance(self._stream, FileStream) else ""
        for suffix, instead in PACKINGS[self.format].suffixes:
            if outer.lower().endswith(suffix) and len(outer) > len(suffix):
                return outer[: -len(suffix)] + instead
        return f"{outer or 'content'}.unpacked"


ARCHIVES: dict[str, Callable[[Stream, Limits, Path, str | None], Packed]] = {
    word: partial(Packed, word) for word in PACKINGS
}


def unpack(stream: Stream, form: str, write: Callable[[bytes, int], None]) -> Problem | None:
    """Hand every piece to `write`; what ended it too early, where something was unpacked before. Raises EvidenceError."""
    done = 0
    try:
        for piece, taken in unpacked_pieces(stream, form):
            write(piece, taken)
            done += len(piece)
    except LimitReached:
        raise
    except EvidenceError as error:
        if not done:
            raise
        message = f"unpacked to its byte {done}: {error}"
        return Problem(kind=error.kind, stage="list", message=message)
    return None
