"""Cellebrite UFDR reports: a zip with `report.xml` and the phone's files under `files/`, shown with the paths they had on the phone.

`taggedFiles/file` of the report has `fs` (the extraction), `path` (on the phone), `size`, `deleted`; its item "Local Path" says where in the
zip the content lies, with backslashes; `accessInfo/timestamp` has times in ISO 8601 with their offset. What the report does not
mention is listed under `unlisted`, the report itself among it. Names are never used to write anything.

Reference: three public readers and printed samples of report.xml agree (mark B).
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, Malformed, Unreadable
from triage.evidence.archive_zip import Zip
from triage.evidence.companions import listed_with_companions
from triage.evidence.members import Member, MemberTree
from triage.evidence.names import exact
from triage.evidence.own_steps import addressed
from triage.evidence.ufdr_files import Tagged, tagged_files
from triage.evidence.zip_directory import ZipDirectory, ZipMember
from triage.formats.xml_events import XmlEvents
from triage.model import Entry, Kind, Locator, Problem, Step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage.evidence.base import Stream
    from triage.evidence.limits import Limits

REPORT = "report.xml"
UNLISTED = "unlisted"
HEAD = 4096
_MAKERS = (b"cellebrite", b"ufed")
_LOCAL = struct.Struct("<26x2H")
_NAME_AND_EXTRA = 2 * 0xFFFF


class Ufdr:
    """The layer of one UFDR. A step has extraction and path, the index in the zip, and as its stream the name there."""

    format = "ufdr"

    def __init__(self, stream: Stream, limits: Limits, scratch: Path) -> None:
        """Raises Malformed where it is no zip."""
        self._zip = Zip(stream, limits, scratch)
        self._directory = ZipDirectory(stream, stream.seek(0, 2))
        self._limits = limits

    def children(self, within: Locator, folder: Step | None) -> Iterator[Entry | Problem]:
        """Everything at once, each folder before what it holds; nothing inside a folder, for it was all listed."""
        yield from () if folder is not None else listed_with_companions(self._listing(within))

    def open(self, step: Step) -> Stream:
        """The content of a file. Raises what a member of a zip raises, and Unreadable where the zip does not have it."""
        if step.stream is None or step.number is None:
            raise Unreadable("the report names this file and the UFDR does not hold its content")
        return self._zip.open(Step(Zip.format, step.stream, step.number))

    def close(self) -> None:
        """Close the stream below."""
        self._zip.close()

    def _listing(self, within: Locator) -> Iterator[Entry | Problem]:
        listing = _Listing(within, MemberTree(within, self.format, self._limits), self._limits.container_entries)
        try:
            report = listing.index(self._directory)
            yield from self._mentioned(report, listing)
        except EvidenceError as error:
            message = f"the report is damaged, what it says behind that place is missing: {error}"
            yield Problem(kind=error.kind, stage="list", message=message)
        try:
            yield from listing.unmentioned(self._directory)
        except EvidenceError as error:
            yield Problem(kind=error.kind, stage="list", message=str(error))

    def _mentioned(self, report: Step, listing: _Listing) -> Iterator[Entry | Problem]:
        stream = self._zip.open(report)
        try:
            events = XmlEvents(stream)
            for file in tagged_files(events):
                if listing.is_full():
                    return
                yield from listing.tagged(file)
        finally:
            stream.close()
        if events.replaced:
            message = f"the report has {events.replaced} characters that XML does not allow; they were replaced"
            yield Problem(kind="malformed", stage="list", message=message)


def is_ufdr(stream: Stream) -> bool:
    """Whether a zip is a UFDR: at its top a report.xml that begins as one of Cellebrite's."""
    try:
        directory = ZipDirectory(stream, stream.seek(0, 2))
        for _, member in directory.members(1 << 30):
            if member.name.lower() == REPORT.encode():
                return is_report(_head(stream, member))
    except EvidenceError:
        return False
    return False


def is_report(head: bytes) -> bool:
    """Whether the first bytes are those of such a report: element `project` in a namespace of theirs."""
    text = head[:HEAD].replace(b"\0", b"").lower()
    at = text.find(b"<project")
    return at >= 0 and any(maker in text[at:] for maker in _MAKERS)


class _Listing:
    """One listing: which members of the zip the report has mentioned so far."""

    def __init__(self, within: Locator, tree: MemberTree, most: int) -> None:
        self._within, self._tree, self._most = within, tree, most
        self._places: dict[str, int] = {}
        self._mentioned = bytearray()

    def is_full(self) -> bool:
        return self._tree.is_full()

    def index(self, directory: ZipDirectory) -> Step:
        """Learn where each name lies; returns where the report does. Raises Malformed where there is none."""
        report = None
        for index, member in directory.members(self._most):
            name = exact(member.name)
            if report is None and name.lower() == REPORT:
                report = Step(Zip.format, name, index)
            self._places.setdefault(name, index)
            self._mentioned.append(0)
        if report is None:
            raise Malformed("the UFDR has no report.xml")
        return report

    def tagged(self, file: Tagged) -> Iterator[Entry | Problem]:
        """A file that the report mentions. One without content is listed, too: it is told when it is opened."""
        index = self._places.get(file.local)
        if index is not None:
            self._mentioned[index] = 1
        step = Step(Ufdr.format, file.name, index, None if index is None else file.local)
        member = Member(file.name, 0, Kind.FILE, file.size, file.times)
        yield from addressed(self._tree, member, self._within.child(step), deleted=file.deleted)

    def unmentioned(self, directory: ZipDirectory) -> Iterator[Entry | Problem]:
        """The other members, under a folder of their own."""
        for index, member in directory.members(self._most):
            if self._tree.is_full():
                yield self._tree.full()
                return
            local = exact(member.name)
            if local.endswith("/") or (index < len(self._mentioned) and self._mentioned[index]):
                continue
            name = f"{UNLISTED}/{local.lstrip('/')}"
            step = Step(Ufdr.format, name, index, local)
            found = Member(name, 0, Kind.FILE, member.size, member.times)
            yield from addressed(self._tree, found, self._within.child(step))


def _head(stream: Stream, member: ZipMember) -> bytes:
    """The first bytes of a member, without unpacking the rest: a report may have gigabytes."""
    stream.seek(member.header)
    packed = stream.read(_LOCAL.size + _NAME_AND_EXTRA + HEAD)
    if len(packed) < _LOCAL.size:
        return b""
    start = _LOCAL.size + sum(_LOCAL.unpack_from(packed))
    if member.method == 0:
        return packed[start : start + HEAD]
    try:
        return zlib.decompressobj(-15).decompress(packed[start:], HEAD)
    except zlib.error:
        return b""
