"""RAR archives: members are listed with names, sizes and times; what is stored unpacked is read, the rest is named.

RAR's packing is its owner's, and no library unpacks it without a program beside it. A member is found again by the offset of
its header. Times of version 4 are the device's wall clock, those of version 5 are in UTC.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from triage.errors import Encrypted, EvidenceError, Malformed, Truncated, Unreadable, Unsupported
from triage.evidence.companions import listed_with_companions
from triage.evidence.members import Member, MemberTree
from triage.evidence.rar_headers import RarMember, members_of
from triage.evidence.streams import Window
from triage.model import Entry, Kind, Locator, Problem, Step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage.evidence.base import Stream
    from triage.evidence.limits import Limits

UNPACK_FIRST = "unpack the archive with RAR, 7-Zip or unar and give Sigap what is inside"


class Rar:
    """The layer of one RAR; a step has the member's name and the offset of its header."""

    format = "rar"

    def __init__(self, stream: Stream, limits: Limits, scratch: Path, password: str | None = None) -> None:
        """Raises Malformed where it is none."""
        del scratch, password  # what can be read is read in place
        self._stream, self._limits = stream, limits
        self._size = stream.seek(0, 2)
        self._members: dict[int, RarMember] = {}
        self._complete = False

    def children(self, within: Locator, folder: Step | None) -> Iterator[Entry | Problem]:
        """All members at once, each folder before what it holds; nothing inside a folder, for it was all listed."""
        yield from () if folder is not None else listed_with_companions(self._listing(within))

    def members(self) -> Iterator[Member]:
        """The members in their order, one by one. Raises Malformed, Truncated, Encrypted where the headers break off."""
        for found in self._read():
            name = f"{found.name}/" if found.kind is Kind.FOLDER else found.name
            yield Member(name, found.header, found.kind, found.size, found.times, found.start)

    def open(self, step: Step) -> Stream:
        """The content of a stored member. Raises Unsupported, Encrypted, Truncated, Malformed, Unreadable."""
        found = self._found(step.number)
        if found is None or found.name != step.path.rstrip("/"):
            raise Unreadable("the RAR archive has no such member")
        if found.kind is not Kind.FILE:
            raise Unreadable("no regular file: links in a RAR archive have no content")
        if found.is_encrypted:
            raise Encrypted(
                f"the member is protected by a password, which Sigap does not open in a RAR archive; {UNPACK_FIRST}"
            )
        if found.is_part:
            raise Unsupported(f"the member goes on in another part of the RAR archive; {UNPACK_FIRST}")
        if found.method:
            raise Unsupported(f"packed by RAR (method {found.method}), which Sigap does not read; {UNPACK_FIRST}")
        return self._stored(found)

    def close(self) -> None:
        """Close the stream below."""
        self._stream.close()

    def _listing(self, within: Locator) -> Iterator[Entry | Problem]:
        tree = MemberTree(within, self.format, self._limits)
        try:
            for member in self.members():
                yield from tree.entries(member)
                if tree.is_full():
                    yield tree.full()
                    break
        except EvidenceError as error:
            yield Problem(kind=error.kind, stage="list", message=str(error))
        yield from self._unread()

    def _unread(self) -> Iterator[Problem]:
        """What cannot be read, once for the whole archive."""
        counts = Counter(_state(found) for found in self._members.values() if found.kind is Kind.FILE)
        for kind, what in (
            (Encrypted.kind, "protected by a password"),
            (Unsupported.kind, "packed by RAR or in parts"),
        ):
            if counts[kind]:
                message = (
                    f"members of the RAR archive that are {what} and cannot be read: {counts[kind]}; {UNPACK_FIRST}"
                )
                yield Problem(kind=kind, stage="list", message=message)

    def _read(self) -> Iterator[RarMember]:
        for found in islice(members_of(self._stream, self._size), self._limits.container_entries):
            self._members[found.header] = found
            yield found
        self._complete = True

    def _found(self, number: int | None) -> RarMember | None:
        if number not in self._members and not self._complete:
            try:
                for found in self._read():
                    if found.header == number:
                        return found
            except EvidenceError:
                self._complete = True
        return self._members.get(-1 if number is None else number)

    def _stored(self, found: RarMember) -> Stream:
        if found.size is not None and found.packed != found.size:
            raise Malformed(f"stored in {found.packed} bytes where the RAR archive says {found.size}")
        if found.start + found.packed > self._size:
            raise Truncated(
                f"the RAR archive ends before the last {found.start + found.packed - self._size} bytes of it"
            )
        return Window(self._stream, found.start, found.packed, crc=found.crc)


def _state(found: RarMember) -> str:
    if found.is_encrypted:
        return Encrypted.kind
    return Unsupported.kind if found.method or found.is_part else ""
