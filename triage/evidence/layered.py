"""Evidence as a stack of layers, addressed by locator.

The outermost layer is the source. Every other layer is opened when a locator leads through it and kept, the last few of
them, under the steps that lead to it. A layer that is pushed out is forgotten, not closed: a stream that still reads
from it keeps it alive, and everything closes itself with its last reference (`streams`).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import EvidenceError, LimitReached, Unreadable, Unsupported
from triage.evidence.appended import SCHEME as APPENDED
from triage.evidence.appended import Appended
from triage.evidence.archive_tar import Tar
from triage.evidence.archives import ARCHIVES, Archive, archive_of
from triage.evidence.carved import CARVED, SCHEME, folder_of, gap_folders
from triage.evidence.filesystem import FileSystem
from triage.evidence.folder import Folder
from triage.evidence.image import Image
from triage.evidence.ios_backup import IosBackup
from triage.evidence.keyring import Keyring
from triage.evidence.logical_ewf import LogicalEwf
from triage.evidence.medium import PlainMedium
from triage.evidence.medium_verify import verify
from triage.evidence.names import shown_path
from triage.evidence.sealed import Sealed
from triage.evidence.thumbnail_store import FORMAT as THUMBS
from triage.evidence.thumbnail_store import ThumbnailStore, beside
from triage.evidence.volume_tree import VolumeTree
from triage.evidence.whatsapp_backup import FORMAT as WHATSAPP
from triage.evidence.whatsapp_backup import secrets_for
from triage.model import Entry, Kind, Listed, Locator, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from triage.evidence.base import Layer, Stream
    from triage.evidence.medium import Stored
    from triage.evidence.medium_verify import Verified
    from triage.evidence.opening import Opening
    from triage.model import Opened

KEPT_LAYERS = 8
Source = Folder | IosBackup | Image | Archive | LogicalEwf | Sealed


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an evidence was found: its form, the files of the source, what they are packed by, what went wrong in unpacking."""

    form: str
    files: tuple[Path, ...]
    packings: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


class LayeredEvidence:
    """An opened source of an exhibit. Opened read-only; not shared between threads."""

    def __init__(self, source: Source, root: Entry, opening: Opening, origin: Origin) -> None:
        self.format = origin.form
        self._source, self._root = source, root
        self._opening, self._origin = opening, origin
        self._tree = (
            VolumeTree(source, Keyring(opening.password), opening.limits) if isinstance(source, Image) else None
        )
        self._inner: OrderedDict[str, Layer] = OrderedDict()

    def root(self) -> Entry:
        """The entry everything else is found under. Its locator has no step."""
        return self._root

    def children(self, entry: Entry) -> Iterator[Entry | Problem]:
        """What is directly inside: see the table in `docs/evidence.md`. Raises EvidenceError before the first entry."""
        steps = entry.locator.steps
        if not steps:
            yield from self._origin.problems
            yield from self._source.children(entry.locator, None)
            if self._opening.carve and isinstance(self._source, Image):
                yield from gap_folders(self._source.volumes, self._source.size)
        elif steps[-1].scheme == SCHEME:
            yield from self._layer(entry.locator, CARVED).children(entry.locator, None)
        elif steps[-1].scheme == "volume":
            yield from self._volume(entry.locator)
        elif entry.kind is Kind.FOLDER and steps[-1].scheme in ARCHIVES:
            return  # an archive lists all its members at once
        elif entry.kind is Kind.FOLDER:
            within = Locator(steps[:-1])
            yield from self._layer(within, steps[-1].scheme).children(within, steps[-1])
        elif entry.kind is Kind.FILE:
            yield from self._archive(entry.locator)
        else:
            raise Unsupported("links, devices and pipes hold nothing")

    def listed(self, entry: Entry) -> Iterator[Entry | Listed | Problem]:
        """What `children` yields, but as plain rows where a file system lists them: there are most of them."""
        steps = entry.locator.steps
        if steps and steps[-1].scheme == "fs" and entry.kind is Kind.FOLDER:
            within = Locator(steps[:-1])
            layer = self._layer(within, "fs")
            if isinstance(layer, FileSystem):
                yield from layer.listed(within, steps[-1])
                return
        yield from self.children(entry)

    def open(self, locator: Locator) -> Stream:
        """The content at a locator, whatever was opened before. The caller closes it."""
        if not locator.text():
            return self._whole()
        place, last = locator.parted()
        layer = self._inner.get(place) or self._layer(Locator(locator.steps[:-1]), last.scheme)
        return layer.open(last)

    def content(self, entry: Entry) -> Stream:
        """The content of a listed entry: the same as `open` finds, faster where it lies in one piece."""
        if entry.one_piece and entry.position is not None and (layer := self._in_pieces(entry)):
            return layer.piece(entry.position, entry.size or 0)
        return self.open(entry.locator)

    def at_once(self, entry: Entry, most: int) -> bytes | None:
        """The whole content in one read, where it lies in one piece and has `most` bytes or fewer; else None."""
        if not entry.one_piece or entry.position is None or entry.size is None or entry.size > most:
            return None
        layer = self._in_pieces(entry)
        return None if layer is None else layer.at_once(entry.position, entry.size)

    def _in_pieces(self, entry: Entry) -> FileSystem | Tar | None:
        """The layer that holds an entry, where it reads by place."""
        place, _, last = entry.locator.text().rpartition("|")
        layer = self._inner.get(place) or self._layer(Locator.parse(place), last.partition(":")[0])
        return layer if isinstance(layer, FileSystem | Tar) else None

    def files(self) -> tuple[Path, ...]:
        """The files on our own disk that the source is made of, in order; the folder itself where it is one."""
        return self._origin.files

    def stated(self) -> dict[str, str]:
        """What the container states about the medium: digests, acquisition facts. Not checked here."""
        packed = {"packed by": ", ".join(self._origin.packings)} if self._origin.packings else {}
        stored = self._stored()
        if stored is None:
            return packed
        digests = {"md5": stored.md5, "sha1": stored.sha1, "sha256": stored.sha256}
        return {name: value for name, value in digests.items() if value} | packed | dict(stored.facts)

    def _stored(self) -> Stored | None:
        if isinstance(self._source, LogicalEwf):
            return self._source.stored()
        medium = self._source.container if isinstance(self._source, Image) else None
        return None if medium is None else medium.stored

    def opened(self, locator: Locator) -> Opened | None:
        """How the protected volume inside a volume was opened; None where there is none or it stayed closed."""
        return None if self._tree is None else self._tree.opened(locator.steps)

    def verify(
        self, given: Mapping[str, str] | None = None, progress: Callable[[int], None] | None = None
    ) -> Verified | None:
        """Read the whole medium and compare its digests; None where the source is no image of a disk. Raises Unreadable.

        `given`: digests in hexadecimal by name. `progress` is told the bytes done; what it raises goes to the caller.
        """
        if not isinstance(self._source, Image):
            return None
        medium = self._source.container or PlainMedium(self._source.raw())
        return verify(medium, given=given, progress=progress)

    def take_damage(self) -> tuple[Problem, ...]:
        """What reads of a damaged container have met since the last call."""
        return self._source.take_damage() if isinstance(self._source, Image) else ()

    def close(self) -> None:
        """Close every layer, the innermost first."""
        while self._inner:
            self._inner.popitem()[1].close()
        if self._tree is not None:
            self._tree.close()
        self._source.close()

    def _whole(self) -> Stream:
        if isinstance(self._source, Image):
            return self._source.raw()
        raise Unreadable("the source itself is a folder or an archive; it has no content of its own to read here")

    def _volume(self, locator: Locator) -> Iterator[Entry | Problem]:
        tree, steps = self._volumes(), locator.steps
        if problem := tree.reader_problem(steps):
            yield problem
        elif inside := tree.inside(steps):
            yield from tree.warnings(steps)
            yield from inside.children(locator, None)
            return
        layer = self._layer(locator, "fs")
        yield from tree.warnings(steps)
        yield from layer.children(locator, None)
        if self._opening.carve:
            yield self._free_space(locator)

    def _free_space(self, locator: Locator) -> Entry | Problem:
        try:
            return folder_of(locator, self._volumes().free_space(locator.steps), locator.steps[-1].number or 0)
        except EvidenceError as error:
            return Problem(kind=error.kind, stage="carve", message=f"unallocated space: {error}")

    def _archive(self, locator: Locator) -> Iterator[Entry | Problem]:
        scheme = self._archive_scheme(locator)
        depth = sum(step.scheme in ARCHIVES for step in locator.steps) + (self.format in ARCHIVES)
        if depth > self._opening.limits.container_depth:
            raise LimitReached(f"more than {self._opening.limits.container_depth} archives inside archives; not opened")
        yield from self._layer(locator, scheme).children(locator, None)

    def _archive_scheme(self, locator: Locator) -> str:
        stream = self.open(locator)
        try:
            scheme = archive_of(stream, locator.steps[-1].path.rpartition("/")[2])
        finally:
            stream.close()
        if scheme is None:
            raise Unsupported(f"the content is no archive that Sigap opens ({', '.join(ARCHIVES)})")
        return scheme

    def _layer(self, within: Locator, scheme: str) -> Layer:
        """The layer whose parts have steps of this scheme, inside what `within` leads to."""
        if not within.text():
            if scheme != ("volume" if isinstance(self._source, Image) else self.format):
                raise Unreadable(f"a {self.format} source has no part of kind {scheme}")
            return self._source
        place = within.text()
        layer = self._inner.get(place)
        if layer is None:
            layer = self._inner[place] = self._opened(within, scheme)
            if len(self._inner) > KEPT_LAYERS:
                self._inner.popitem(last=False)
        self._inner.move_to_end(place)
        return layer

    def _opened(self, within: Locator, scheme: str) -> Layer:
        if scheme in {"fs", "f2fs", "volume"} and within.steps[-1].scheme == "volume":
            tree = self._volumes()
            return tree.holder(within.steps) if scheme == "volume" else tree.file_system(within.steps)
        if scheme == CARVED and isinstance(self._source, Image):
            gap = len(within.steps) == 1
            return self._source.gap(within.steps[0]) if gap else self._volumes().free_space(within.steps[:-1])
        if scheme == APPENDED:
            return Appended(self.open(within))
        if scheme == THUMBS:
            opening = self._opening
            return ThumbnailStore(self.open(within), opening.limits, opening.scratch, beside=beside(self, within))
        if scheme in ARCHIVES:
            opening = self._opening
            secret = secrets_for(self, within, opening.password) if scheme == WHATSAPP else opening.password
            return ARCHIVES[scheme](self.open(within), opening.limits, opening.scratch, secret)
        raise Unreadable(f"{shown_path(within) or 'the source'} has no part of kind {scheme}")

    def _volumes(self) -> VolumeTree:
        if self._tree is None:
            raise Unreadable(f"a {self.format} source has no volumes")
        return self._tree
