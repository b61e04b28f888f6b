"""Volumes inside a volume: what encrypted volumes, logical volume managers and APFS containers have in common.

A `Holder` is what was recognised in a volume; its parts are volumes again. A part is either a medium, which may hold a file
system, a partition table or another holder, or a file system that has no bytes of its own (APFS).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from triage.errors import Unreadable
from triage.evidence.image import Image
from triage.evidence.medium import Medium
from triage.evidence.names import volume_of
from triage.evidence.streams import Window
from triage.evidence.volumes import WHOLE
from triage.model import Entry, Kind, Locator, Problem, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.base import Layer, Stream
    from triage.evidence.limits import Limits
    from triage.model import Opened

KEPT = 4  # images and file systems inside a holder, each with a cache of some megabytes
MOST_PARTS = 1024  # volumes of one holder that are listed


@dataclass(frozen=True, slots=True)
class Part:
    """One volume of a holder. `name` goes into the locator, `number` tells apart what has the same name; size in bytes."""

    name: str
    title: str
    size: int | None
    number: int = 0
    stream: str | None = None

    @property
    def step(self) -> Step:
        """The part's step in a locator."""
        return Step("volume", self.name, self.number, self.stream)


class Holder(Protocol):
    """What a volume was recognised as. Made from a stream of that volume; raises EvidenceError where it cannot be opened."""

    @property
    def format(self) -> str:
        """Its word in `holders`."""
        ...

    @property
    def opened(self) -> Opened | None:
        """How it was opened; None where nothing protects it."""
        ...

    @property
    def parts(self) -> tuple[Part, ...]:
        """Its volumes, in its own order."""
        ...

    def medium(self, part: Part) -> Medium | Layer:
        """The bytes of a part, or the file system it is. Raises EvidenceError."""
        ...

    def warnings(self) -> Iterator[Problem]:
        """What to know about the holder although it can be read."""
        ...

    def close(self) -> None:
        """Give back what the library holds."""
        ...


class Nested:
    """The layer whose parts are the volumes of a holder. The last few images and file systems inside are kept open."""

    def __init__(self, holder: Holder, limits: Limits) -> None:
        self.holder, self._limits = holder, limits
        self._inside: OrderedDict[Step, Image | Layer] = OrderedDict()

    def children(self, within: Locator, folder: Step | None) -> Iterator[Entry | Problem]:
        """The volumes; `folder` is always None here."""
        assert folder is None
        yield from self.holder.warnings()
        parts = self.holder.parts
        for part in parts[:MOST_PARTS]:
            locator = within.child(part.step)
            name = f"{part.name}: {part.title}" if part.title else part.name
            yield Entry(locator, name, Kind.VOLUME, size=part.size, volume=volume_of(locator))
        if len(parts) > MOST_PARTS:
            message = f"{len(parts)} volumes; more than {MOST_PARTS} are not listed"
            yield Problem(kind="limit", stage="list", message=message)

    def inside(self, step: Step) -> Image | Layer:
        """What a part is: an image of its own, or the file system it is. Raises EvidenceError."""
        found = self._inside.get(step)
        if found is None:
            part = next((part for part in self.holder.parts if part.step == step), None)
            if part is None:
                raise Unreadable(f"there is no volume {step.path} in this {self.holder.format}")
            content = self.holder.medium(part)
            found = Image.of_medium(content, self._limits) if isinstance(content, Medium) else content
            self._inside[step] = found
            if len(self._inside) > KEPT:
                self._inside.popitem(last=False)  # forgotten, not closed: a stream may still read from it
        self._inside.move_to_end(step)
        return found

    def kept(self, step: Step) -> Image | Layer | None:
        """What is open of a part, None where it is not."""
        return self._inside.get(step)

    def open(self, step: Step) -> Stream:
        """The bytes of a part. Raises Unreadable where it has none of its own."""
        found = self.inside(step)
        if not isinstance(found, Image):
            raise Unreadable(f"the volume {step.path} has no bytes of its own; those of its container hold it")
        return Window(found.raw(), 0, found.size)

    def close(self) -> None:
        """Close what is inside, then the holder."""
        for found in self._inside.values():
            found.close()
        self._inside.clear()
        self.holder.close()


def is_undivided(image: Image) -> bool:
    """Whether an image has no partition table: its content is that of its only volume."""
    return [volume.name for volume in image.volumes] == [WHOLE]
