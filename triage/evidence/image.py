"""A raw disk image or device, its volumes, and the file systems in them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, MaybeEncrypted, Truncated, Unreadable, Unsupported
from triage.evidence.bridge import EngineBytes, EngineImage
from triage.evidence.carved import FreeSpace, free_space_of, gap_of
from triage.evidence.f2fs import F2fs
from triage.evidence.filesystem import FileSystem
from triage.evidence.hfs_second import HfsVolume
from triage.evidence.noise import SECTOR, is_noise
from triage.evidence.signatures import F2FS, NOT_OPENED, VOLUMES, first_fit
from triage.evidence.streams import FileStream, Window
from triage.evidence.volumes import Volume, claimed_size, has_file_system, volumes_of
from triage.model import Entry, Kind, Locator, Problem, Step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage.evidence.base import Stream
    from triage.evidence.engine import tsk
    from triage.evidence.limits import Limits
    from triage.evidence.medium import Medium
    from triage.evidence.signatures import Signature

_FROM_TABLES = ("gpt", "mbr")  # signatures of tables that say how large the disk is


class Image:
    """The layer of a whole medium. Its parts are volumes; a step has the name and the byte offset of one."""

    format = "raw"

    def __init__(
        self,
        engine_image: tsk.Img_Info,
        limits: Limits,
        *,
        medium: Medium | None = None,
        file: FileStream | None = None,
    ) -> None:
        """`medium` is what the engine's image stands on where a container has one, `file` where the image is a plain file."""
        self._medium = engine_image
        self.container = medium
        self._file = file
        self.size: int = engine_image.get_size()
        self._limits = limits
        self._volumes: tuple[Volume, ...] | None = None

    @classmethod
    def of_file(cls, path: Path, limits: Limits) -> Image:
        """A raw image or a device. Raises Unreadable."""
        try:
            stream = FileStream(path)
            return cls(EngineImage(stream), limits, file=stream)
        except (OSError, UnicodeEncodeError) as error:
            raise Unreadable(f"{path}: cannot be opened as an image") from error

    @classmethod
    def of_medium(cls, medium: Medium, limits: Limits) -> Image:
        """The disk in a container."""
        return cls(EngineImage(medium), limits, medium=medium)

    @property
    def volumes(self) -> tuple[Volume, ...]:
        """All volumes, found once."""
        if self._volumes is None:
            self._volumes = volumes_of(self._medium, self.size)
        return self._volumes

    def children(self, within: Locator, folder: Step | None) -> Iterator[Entry | Problem]:
        """The volumes; `folder` is always None here."""
        assert folder is None
        if self.container is not None:
            yield from self.container.warnings()
            for damage in self.container.known_damage():
                yield damage.problem()
        for volume in self.volumes:
            yield Entry(
                within.child(Step("volume", volume.name, volume.offset)),
                f"{volume.name}: {volume.title}",
                Kind.VOLUME,
                size=volume.size,
                position=volume.offset,
                volume=volume.name,
            )

    def raw(self) -> Stream:
        """The bytes of the medium."""
        if self.container is not None:
            return Window(self.container, 0, self.size)
        return EngineBytes(self._medium, self.size)

    def take_damage(self) -> tuple[Problem, ...]:
        """What reads have met since the last call."""
        return () if self.container is None else tuple(damage.problem() for damage in self.container.take_damage())

    def open(self, step: Step) -> Stream:
        """The bytes of one volume, as far as the medium has them."""
        volume = self._volume(step)
        return Window(self.raw(), volume.offset, max(0, min(volume.size, self.size - volume.offset)))

    def file_system(self, step: Step) -> FileSystem | F2fs | HfsVolume:
        """The file system in a volume. Raises EvidenceError naming what is there instead where it is known."""
        offset = step.number or 0
        if offset >= self.size:
            raise Truncated(f"the volume starts at byte {offset}, behind the end of the image ({self.size} bytes)")
        try:
            content = self.container or self._file
            return self._readable(FileSystem(self._medium, offset, self._limits, content=content), step)
        except Unreadable as error:
            if any(magic.fits(self.open(step), self.size - offset) for magic in F2FS):
                return F2fs(self.raw(), offset, self._limits)
            raise self._unknown(step) from error

    def _readable(self, found: FileSystem, step: Step) -> FileSystem | HfsVolume:
        """The engine's view, unless it cannot even list the root folder and a second reader can."""
        if found.name == "HFS+" and (reason := found.root_problem()):
            with suppress(EvidenceError):
                return HfsVolume(self.open(step), self._limits, reason)
        return found

    def has_file_system(self, step: Step) -> bool:
        """Whether the engine recognises a file system in a volume."""
        return has_file_system(self._medium, step.number or 0)

    def free_space(self, step: Step) -> FreeSpace:
        """What no file of a volume owns. Raises EvidenceError where the file system keeps no map that Sigap reads."""
        file_system = self.file_system(step)
        if not isinstance(file_system, FileSystem):
            raise Unsupported(f"{step.path}: the map of free space of {file_system.name} is not read")
        return free_space_of(file_system.engine, step.number or 0, self.raw(), self.size)

    def gap(self, step: Step) -> FreeSpace:
        """What no volume covers."""
        return gap_of(self.volumes, step.number or 0, self.raw(), self.size)

    def warnings(self, step: Step) -> Iterator[Problem]:
        """What to know about a volume whose file system can be read."""
        if missing := self._missing(step):
            message = f"{step.path}: the image ends {missing} bytes before the volume does"
            yield Problem(kind="truncated", stage="open", message=message)

    def close(self) -> None:
        """Give the image file back."""
        self._medium.close()
        if self._file is not None:
            self._file.close()

    def _volume(self, step: Step) -> Volume:
        for volume in self.volumes:
            if volume.name == step.path and volume.offset == (step.number or 0):
                return volume
        raise Unreadable(f"the image has no volume {step.path} at byte {step.number}")

    def _missing(self, step: Step) -> int:
        """Bytes of the volume that lie behind the end of the image."""
        volume = self._volume(step)
        return max(0, volume.offset + volume.size - self.size)

    def _cut(self, step: Step, stream: Stream, signature: Signature | None) -> Truncated | None:
        """Why nothing can be read, where the reason is that the image ends too early."""
        if (missing := self._missing(step)) and (signature is None or signature.advice == NOT_OPENED):
            known = f" (what is left begins like {signature.title})" if signature else ""
            return Truncated(f"{step.path}: the image ends {missing} bytes before the volume does{known}")
        if signature is None or signature.word not in _FROM_TABLES:
            return None
        stream.seek(0)
        missing = (claimed_size(stream.read(1024)) or 0) - self.size
        if missing <= 0:
            return None
        return Truncated(f"{step.path}: the image ends {missing} bytes before the disk does, by its partition table")

    def _unknown(self, step: Step) -> Exception:
        volume = self._volume(step)
        stream = self.open(step)
        signature = first_fit(VOLUMES, stream, max(0, min(volume.size, self.size - volume.offset)))
        if cut := self._cut(step, stream, signature):
            return cut
        if signature is not None:
            return signature.error(step.path)
        if is_noise(stream, stream.seek(0, 2) // SECTOR * SECTOR):
            return MaybeEncrypted(
                f"{step.path}: may be encrypted: noise from start to end and no known header, as a volume of VeraCrypt or"
                " LUKS with its header elsewhere is; a volume wiped with random bytes looks the same"
            )
        return Unsupported(
            f"{step.path}: no file system that Sigap knows; it may be empty, encrypted or of another kind"
        )
