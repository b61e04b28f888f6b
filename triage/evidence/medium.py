"""A medium: the bytes of a whole disk behind a container format, and what its container says about it.

Every disk image format becomes one `Medium`: a read-only stream of the virtual disk. What is damaged reads as zeros and
is remembered by byte range, so that one bad chunk costs its own bytes and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.evidence.streams import ReadOnly
from triage.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage.evidence.base import Stream


@dataclass(frozen=True, slots=True, order=True)
class Damage:
    """A range of the virtual disk, in bytes, that reads as zeros, and why."""

    offset: int
    size: int
    why: str

    def problem(self) -> Problem:
        """As a row of the case."""
        message = f"bytes {self.offset} to {self.offset + self.size - 1} of the disk read as zeros: {self.why}"
        return Problem(kind="malformed", stage="read", message=message)


@dataclass(frozen=True, slots=True)
class Stored:
    """What a container states about the disk: digests in hexadecimal (None: not stored) and acquisition facts."""

    md5: str | None = None
    sha1: str | None = None
    sha256: str | None = None
    facts: tuple[tuple[str, str], ...] = ()


class Medium(ReadOnly):
    """A stream over a virtual disk. Subclasses implement `_at(offset, size)` and call `_damaged` for what they cannot read."""

    format = "raw"
    stored = Stored()

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self._met: set[Damage] = set()

    def known_damage(self) -> Iterator[Damage]:
        """What is known to be missing as soon as the container is open (segments, chunks outside the file)."""
        yield from ()

    def warnings(self) -> Iterator[Problem]:
        """What to know about the container although it can be read."""
        yield from ()

    def files(self) -> tuple[Path, ...]:
        """The files on our own disk that the medium is made of, in order; none where it does not know them."""
        return ()

    def take_damage(self) -> tuple[Damage, ...]:
        """What reads have met since the last call, sorted; also where a cache answered."""
        met, self._met = tuple(sorted(self._met)), set()
        return met

    def _damaged(self, damage: Damage) -> None:
        self._met.add(damage)


class PlainMedium(Medium):
    """A disk without a container: the bytes of a stream, which is closed with it."""

    def __init__(self, stream: Stream) -> None:
        super().__init__(stream.seek(0, 2))
        self._stream = stream

    def close(self) -> None:
        """Close the stream."""
        self._stream.close()
        super().close()

    def _at(self, offset: int, size: int) -> bytes:
        self._stream.seek(offset)
        return self._stream.read(size)
