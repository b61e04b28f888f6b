"""Zip archives, as evidence and inside any file: members in the order of the central directory.

A member is found again by its index in the directory. Stored members are read in place; packed ones are unpacked to memory or
scratch. Times are the device's wall clock unless an extra field gives UTC. A name is taken for UTF-8 where it is valid as
such (bit 11 set or not); any other name is shown with its odd bytes written out, because the code page of the program
that packed it is not recorded.
"""

from __future__ import annotations

import stat
import struct
from contextlib import suppress
from typing import TYPE_CHECKING

from triage.errors import Encrypted, EvidenceError, Malformed, Truncated, Unreadable, Unsupported
from triage.evidence import zip_aes
from triage.evidence.companions import listed_with_companions
from triage.evidence.inflate import unpacked
from triage.evidence.keyring import passwords_of
from triage.evidence.members import Member, MemberTree
from triage.evidence.names import exact
from triage.evidence.streams import Window
from triage.evidence.zip_crypto import WRONG, TraditionalContent
from triage.evidence.zip_directory import ZipDirectory, ZipMember
from triage.model import Entry, Kind, Locator, Problem, Step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage.evidence.base import Stream
    from triage.evidence.limits import Limits

_STRONG, _CRC_FOLLOWS = 1 << 6, 1 << 3
_LOCAL = struct.Struct("<4s5H3L2H")


class Zip:
    """The layer of one zip; a step has the member's name and its index in the central directory."""

    format = "zip"

    def __init__(self, stream: Stream, limits: Limits, scratch: Path, password: str | None = None) -> None:
        self._stream, self._limits, self._scratch, self._password = stream, limits, scratch, password
        self._size = stream.seek(0, 2)
        self._directory = ZipDirectory(stream, self._size)

    def children(self, within: Locator, folder: Step | None) -> Iterator[Entry | Problem]:
        """All members at once, each folder before what it holds; nothing inside a folder, for it was all listed."""
        yield from () if folder is not None else listed_with_companions(self._listing(within))

    def open(self, step: Step) -> Stream:
        """The content of a member. Raises Encrypted, Malformed, Truncated, Unsupported, LimitReached, Unreadable."""
        member = None if step.number is None else self._directory.member(step.number, self._limits.container_entries)
        if member is None or exact(member.name) != step.path:
            raise Unreadable("the zip has no such member")
        start = self._content_start(member)
        packed = Window(self._stream, start, max(0, min(member.packed, self._size - start)))
        if member.is_encrypted:
            return self._protected(member, packed)
        if member.method == 0:
            if member.packed != member.size:
                raise Malformed(f"stored in {member.packed} bytes where the zip says {member.size}")
            return Window(self._stream, start, member.size, crc=member.crc)
        return self._unpacked(member, packed, member.method, member.crc)

    def members(self) -> Iterator[Member]:
        """The members as the directory has them, one by one. Raises Malformed where it breaks off."""
        for index, member in self._directory.members(self._limits.container_entries):
            yield _member(index, member)

    def close(self) -> None:
        """Close the stream below."""
        self._stream.close()

    def _listing(self, within: Locator) -> Iterator[Entry | Problem]:
        tree = MemberTree(within, "zip", self._limits)
        packed = listed = 0
        try:
            for index, member in self._directory.members(self._limits.container_entries):
                packed, listed = packed + member.packed, index + 1
                yield from tree.entries(_member(index, member))
                if tree.is_full():
                    yield tree.full()
                    return
                if packed > self._size:
                    yield _overlapping()
                    return
            yield from _miscounted(listed, self._directory.stated)
        except EvidenceError as error:
            yield Problem(kind=error.kind, stage="list", message=str(error))

    def _protected(self, member: ZipMember, packed: Stream) -> Stream:
        if self._password is None:
            raise Encrypted("the member is protected by a password; give it with --password")
        if member.flags & _STRONG:
            raise Unsupported("encrypted by PKWARE's strong encryption, which Sigap does not open")
        passwords = [each for one in passwords_of(self._password) for each in spellings(one)]
        if member.method == zip_aes.METHOD:
            protection = zip_aes.Protection.parse(member.aes)
            plain = zip_aes.opened(packed, protection, passwords)
            return self._unpacked(member, plain, protection.method, member.crc if protection.has_crc else None)
        check = member.clock >> 8 if member.flags & _CRC_FOLLOWS else member.crc >> 24
        return self._tried(member, packed, passwords, check)

    def _tried(self, member: ZipMember, packed: Stream, passwords: list[bytes], check: int) -> Stream:
        """The content by the first password that fits: one wrong password in 256 passes the check, and then fails here."""
        failure: EvidenceError | None = None
        for at in range(len(passwords)):
            try:
                content = TraditionalContent(packed, passwords[at : at + 1], check)
                return self._unpacked(member, content, member.method, member.crc)
            except (Malformed, Truncated) as error:
                failure = error
            except Encrypted:
                continue
        raise Encrypted(f"{WRONG}, or the member is damaged: {failure}" if failure else WRONG) from failure

    def _unpacked(self, member: ZipMember, packed: Stream, method: int, crc: int | None) -> Stream:
        return unpacked(packed, method=method, size=member.size, crc=crc, limits=self._limits, scratch=self._scratch)

    def _content_start(self, member: ZipMember) -> int:
        self._stream.seek(member.header)
        header = self._stream.read(_LOCAL.size)
        if len(header) < _LOCAL.size:
            raise Truncated("the zip ends before this member")
        magic, *_, name_size, extra_size = _LOCAL.unpack(header)
        if magic != b"PK\x03\x04":
            raise Malformed("the zip has no such member where its directory says")
        return member.header + _LOCAL.size + int(name_size) + int(extra_size)


def spellings(password: str) -> tuple[bytes, ...]:
    """The bytes a password may have been typed as: nothing in a zip records the code page."""
    found = [password.encode("utf-8", "surrogateescape")]
    for page in ("cp437", "cp1252"):
        with suppress(UnicodeEncodeError):
            found.append(password.encode(page))
    return tuple(dict.fromkeys(found))


def is_zip(head: bytes) -> bool:
    """Whether the first bytes are a zip's: a member, an empty archive, or a spanning mark before a member."""
    return head[:4] in {b"PK\x03\x04", b"PK\x05\x06"} or head[:8] == b"PK\x07\x08PK\x03\x04"


def _member(index: int, member: ZipMember) -> Member:
    name = exact(member.name)
    if name.endswith("/"):
        kind = Kind.FOLDER
    elif member.mode and stat.S_IFMT(member.mode) not in {0, stat.S_IFREG}:
        kind = Kind.FOLDER if stat.S_ISDIR(member.mode) else Kind.OTHER
    else:
        kind = Kind.FILE
    return Member(name, index, kind, member.size, member.times, member.header)


def _miscounted(listed: int, stated: int | None) -> Iterator[Problem]:
    """Old programs keep the lower 16 bits of the number alone."""
    if stated is not None and (listed ^ stated) & 0xFFFF:
        message = f"the directory of the zip has {listed} members where the end of the zip says {stated}"
        yield Problem(kind="malformed", stage="list", message=message)


def _overlapping() -> Problem:
    message = "the members claim more packed bytes than the zip has: they overlap, as in a zip bomb; rest left"
    return Problem(kind="limit", stage="list", message=message)
