"""What lies inside a file beside its own content, as an entry: bytes behind its end, or an archive that shares it.

The step says everything that is needed to read it again, with `dd` as well: the name it is given, the byte in the file where it begins, its
size (as `stream`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.errors import Unreadable
from triage.evidence.streams import Window
from triage.model import Entry, Kind, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.base import Stream
    from triage.model import Locator, Problem

SCHEME = "appended"


class Appended:
    """The layer of one file that holds more than itself. Nothing lists it: who finds what is in it makes the entries."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._size = stream.seek(0, 2)

    def children(self, within: Locator, folder: Step | None) -> Iterator[Entry | Problem]:
        """Nothing."""
        del within, folder
        return iter(())

    def open(self, step: Step) -> Stream:
        """The bytes that a step names."""
        size = int(step.stream) if step.stream and step.stream.isdecimal() else None
        if step.number is None or size is None or step.number + size > self._size:
            raise Unreadable(f"the file has no part {step.text()}")
        return Window(self._stream, step.number, size)

    def close(self) -> None:
        """Close the stream below."""
        self._stream.close()


def appended_entry(file: Entry, name: str, offset: int, size: int) -> Entry:
    """A part of a file as an entry below it."""
    return Entry(
        file.locator.child(Step(SCHEME, name, offset, str(size))),
        name,
        Kind.FILE,
        size,
        deleted=file.deleted,
        path=f"{file.path}/{name}",
        volume=file.volume,
    )


def levels(file: Entry) -> int:
    """How many parts inside parts a file is."""
    return sum(step.scheme == SCHEME for step in file.locator.steps)
