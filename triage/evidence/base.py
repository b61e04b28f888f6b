"""The protocol of evidence: what a source of entries offers.

An evidence is a stack of layers. The outermost is what was given (a folder, a disk image, an archive); a volume in an
image, a file system in a volume, an archive in a file are layers further in. A locator has one step per layer, so that a
locator alone is enough to open any stream again, in any process, in any order.

Every method raises `EvidenceError` where the evidence is at fault, and nothing else on purpose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from triage.evidence.medium_verify import Verified
    from triage.model import Entry, Listed, Locator, Opened, Problem, Step


class Stream(Protocol):
    """Bytes of one entry: readable, seekable, closed by whoever opened it."""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes from the position on; all that is left where `size` is negative."""
        ...

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Move the position; returns it."""
        ...

    def tell(self) -> int:
        """The position in bytes."""
        ...

    def close(self) -> None:
        """Give back what the stream holds."""
        ...


class Layer(Protocol):
    """One container: lists what is in it and opens its parts by step."""

    def children(self, within: Locator, folder: Step | None) -> Iterator[Entry | Problem]:
        """Entries directly inside `folder` (None: the top of this layer).

        `within` is the locator of the layer itself; a child's locator is `within.child(step)`.
        """
        ...

    def open(self, step: Step) -> Stream:
        """The content of one part."""
        ...

    def close(self) -> None:
        """Give back handles and memory."""
        ...


class Evidence(Protocol):
    """An opened source of an exhibit. Opened read-only; not shared between threads."""

    format: str  # folder, raw, zip, tar ...

    def root(self) -> Entry:
        """The entry everything else is found under. Its locator has no step."""
        ...

    def children(self, entry: Entry) -> Iterator[Entry | Problem]:
        """What is directly inside a folder, volume, medium, or a file that is a container. Deterministic order."""
        ...

    def listed(self, entry: Entry) -> Iterator[Entry | Listed | Problem]:
        """The same, as plain rows where a source has them at hand."""
        ...

    def open(self, locator: Locator) -> Stream:
        """The content at a locator, whatever was opened before."""
        ...

    def files(self) -> tuple[Path, ...]:
        """The files on our own disk that the source is made of, in order; the folder itself where it is one."""
        ...

    def content(self, entry: Entry) -> Stream:
        """The content of a listed entry: the same bytes as `open` gives, by the shortest way."""
        ...

    def at_once(self, entry: Entry, most: int) -> bytes | None:
        """The whole content in one read, where it is at hand in one piece and has `most` bytes or fewer; else None."""
        ...

    def stated(self) -> dict[str, str]:
        """What the container states about the medium: digests, acquisition facts. Not checked here."""
        ...

    def opened(self, locator: Locator) -> Opened | None:
        """How the protected volume inside a volume was opened; None where there is none or it stayed closed."""
        ...

    def verify(
        self, given: Mapping[str, str] | None = None, progress: Callable[[int], None] | None = None
    ) -> Verified | None:
        """Read the whole medium and compare its digests; None where the source is no image of a disk."""
        ...

    def take_damage(self) -> tuple[Problem, ...]:
        """Ranges of a damaged container that reads have met since the last call; they read as zeros."""
        ...

    def close(self) -> None:
        """Close every layer."""
        ...
