"""The volumes of an image and the volumes inside them, however deep: LUKS on a partition, LVM in it, a table in a volume of it.

A chain of `volume` steps leads to a place. What is there is decided by its content alone, so that any process comes to the
same answer: a partition table (in what was unlocked or joined), else a holder, else a file system.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import Encrypted, EvidenceError, LimitReached, Unreadable, Unsupported
from triage.evidence.apfs_volume import ApfsVolume
from triage.evidence.holders import ENCRYPTING, OPENERS, holder_of, shows_a_reader
from triage.evidence.image import Image
from triage.evidence.nested import Nested, is_undivided
from triage.evidence.streams import Window
from triage.evidence.volumes import WHOLE
from triage.model import Problem, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.base import Layer, Stream
    from triage.evidence.carved import FreeSpace
    from triage.evidence.keyring import Keyring
    from triage.evidence.limits import Limits
    from triage.evidence.nested import Holder
    from triage.model import Opened

MOST_LEVELS = 8  # volumes inside volumes
Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A volume of an image. `entire`: it is all of an image that came out of a holder, so it may have a table of its own."""

    image: Image
    step: Step
    entire: bool = False

    def stream(self) -> Stream:
        """Its bytes, as far as the image has them."""
        return Window(self.image.raw(), 0, self.image.size) if self.entire else self.image.open(self.step)


class VolumeTree:
    """Finds what a chain of volume steps leads to. What was unlocked stays so for as long as the evidence is open."""

    def __init__(self, source: Image, keyring: Keyring, limits: Limits) -> None:
        self._source, self._keyring, self._limits = source, keyring, limits
        self._found: dict[Steps, Image | Nested | None] = {}

    def place(self, steps: Steps) -> Place | Layer:
        """The volume, or the file system where the last step leads to one without bytes of its own. Raises EvidenceError."""
        if len(steps) > MOST_LEVELS:
            raise LimitReached(f"more than {MOST_LEVELS} volumes inside volumes; not opened")
        outer = self._source if len(steps) == 1 else self.inside(steps[:-1])
        if outer is None or isinstance(outer, Image):
            return Place(outer or self._source, steps[-1])
        found = outer.inside(steps[-1])
        return Place(found, Step("volume", WHOLE, 0), entire=True) if isinstance(found, Image) else found

    def inside(self, steps: Steps) -> Image | Nested | None:
        """What has further volumes in a volume; None: nothing, so a file system or what is not known. Raises EvidenceError."""
        if steps not in self._found:
            self._found[steps] = self._looked_for(steps)
        return self._found[steps]

    def reader_problem(self, steps: Steps) -> Problem | None:
        """Why a BitLocker To Go volume stays closed; its file system with the reader can be listed all the same. Else None."""
        place = self.place(steps)
        if not isinstance(place, Place) or not _shows_a_reader(place):
            return None
        try:
            self.inside(steps)
        except EvidenceError as error:
            message = f"{error}. What is listed is the unencrypted reader of BitLocker To Go alone"
            return Problem(kind="encrypted", stage="open", message=message)
        return None

    def holder(self, steps: Steps) -> Image | Nested:
        """The layer whose parts are the volumes inside a volume. Raises EvidenceError."""
        inside = self.inside(steps)
        if inside is None:
            raise Unreadable(f"the volume {steps[-1].path} holds no further volume")
        return inside

    def file_system(self, steps: Steps) -> Layer:
        """The file system in a volume. Raises EvidenceError naming what is there instead where it is known."""
        place = self.place(steps)
        return place.image.file_system(place.step) if isinstance(place, Place) else place

    def free_space(self, steps: Steps) -> FreeSpace:
        """What no file of a volume owns. Raises EvidenceError where no map of it is read."""
        place = self.place(steps)
        if not isinstance(place, Place):
            raise Unsupported("the map of free space of its container is not read")
        return place.image.free_space(place.step)

    def opened(self, steps: Steps) -> Opened | None:
        """How the holder in a volume was opened, where it was and needed to be."""
        found = self._found.get(steps)
        if isinstance(found, Nested):
            return found.holder.opened
        outer = self._found.get(steps[:-1])
        inside = outer.kept(steps[-1]) if isinstance(outer, Nested) else None
        return inside.opened if isinstance(inside, ApfsVolume) else None

    def warnings(self, steps: Steps) -> Iterator[Problem]:
        """What to know about a volume whose content can be read."""
        place = self.place(steps)
        if isinstance(place, Place) and not place.entire:
            yield from place.image.warnings(place.step)

    def close(self) -> None:
        """Close what was opened, the innermost first. The source is its owner's."""
        while self._found:
            _, found = self._found.popitem()
            if isinstance(found, Nested):
                found.close()

    def _looked_for(self, steps: Steps) -> Image | Nested | None:
        place = self.place(steps)
        if not isinstance(place, Place):
            return None
        if place.entire and not is_undivided(place.image):
            return place.image
        stream = place.stream()
        word = holder_of(stream, stream.seek(0, 2))
        if word is None or (place.image.has_file_system(place.step) and not _shows_a_reader(place)):
            return None
        return Nested(self._holder(word, stream, "/".join(step.path for step in steps)), self._limits)

    def _holder(self, word: str, stream: Stream, name: str) -> Holder:
        """A volume of a kind that encrypts is told as encrypted, whatever keeps it closed: that is what it is to a person."""
        try:
            return OPENERS[word](stream, self._keyring, self._limits)
        except EvidenceError as error:
            family = Encrypted if word in ENCRYPTING and not isinstance(error, LimitReached) else type(error)
            raise family(f"{name}: {error}") from error


def _shows_a_reader(place: Place) -> bool:
    stream = place.stream()
    return shows_a_reader(stream, stream.seek(0, 2))
