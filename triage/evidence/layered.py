"""Evidence as a stack of layers, addressed by locator.

The outermost layer is the source. Every other layer is opened when a locator leads through it and kept, the last few of
them, under the steps that lead to it. A layer that is pushed out is forgotten, not closed: a stream that still reads
from it keeps it alive, and everything closes itself with its last reference (`streams`).
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from triage.errors import LimitReached, Unreadable, Unsupported
from triage.evidence.archive_tar import BLOCK, Tar, is_tar
from triage.evidence.archive_zip import Zip, is_zip
from triage.evidence.image import Image
from triage.evidence.names import shown_path
from triage.model import Entry, Kind, Locator, Problem, Step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage.evidence.base import Layer, Stream
    from triage.evidence.folder import Folder
    from triage.evidence.limits import Limits

KEPT_LAYERS = 8
ARCHIVES: dict[str, type[Zip | Tar]] = {"zip": Zip, "tar": Tar}


class LayeredEvidence:
    """An opened source of an exhibit. Opened read-only; not shared between threads."""

    def __init__(self, source: Folder | Image | Zip | Tar, root: Entry, *, limits: Limits, scratch: Path) -> None:
        self.format: str = source.format
        self._source = source
        self._root = root
        self._limits, self._scratch = limits, scratch
        self._inner: OrderedDict[tuple[Step, ...], Layer] = OrderedDict()

    def root(self) -> Entry:
        """The entry everything else is found under. Its locator has no step."""
        return self._root

    def children(self, entry: Entry) -> Iterator[Entry | Problem]:
        """What is directly inside: see the table in `docs/evidence.md`. Raises EvidenceError before the first entry."""
        steps = entry.locator.steps
        if not steps:
            yield from self._source.children(entry.locator, None)
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

    def open(self, locator: Locator) -> Stream:
        """The content at a locator, whatever was opened before. The caller closes it."""
        if not locator.steps:
            return self._whole()
        last = locator.steps[-1]
        return self._layer(Locator(locator.steps[:-1]), last.scheme).open(last)

    def close(self) -> None:
        """Close every layer, the innermost first."""
        while self._inner:
            self._inner.popitem()[1].close()
        self._source.close()

    def _whole(self) -> Stream:
        if isinstance(self._source, Image):
            return self._source.raw()
        raise Unreadable("the source itself is a folder or an archive; it has no content of its own to read here")

    def _volume(self, locator: Locator) -> Iterator[Entry | Problem]:
        assert isinstance(self._source, Image)
        layer = self._layer(locator, "fs")
        yield from self._source.warnings(locator.steps[-1])
        yield from layer.children(locator, None)

    def _archive(self, locator: Locator) -> Iterator[Entry | Problem]:
        scheme = self._archive_scheme(locator)
        depth = sum(step.scheme in ARCHIVES for step in locator.steps) + (self.format in ARCHIVES)
        if depth > self._limits.container_depth:
            raise LimitReached(f"more than {self._limits.container_depth} archives inside archives; not opened")
        yield from self._layer(locator, scheme).children(locator, None)

    def _archive_scheme(self, locator: Locator) -> str:
        stream = self.open(locator)
        try:
            head = stream.read(BLOCK)
        finally:
            stream.close()
        if is_zip(head):
            return "zip"
        if is_tar(head):
            return "tar"
        raise Unsupported("the content is no archive that Sigap opens (zip, tar)")

    def _layer(self, within: Locator, scheme: str) -> Layer:
        """The layer whose parts have steps of this scheme, inside what `within` leads to."""
        if not within.steps:
            if scheme != _SOURCE_SCHEMES[self.format]:
                raise Unreadable(f"a {self.format} source has no part of kind {scheme}")
            return self._source
        layer = self._inner.get(within.steps)
        if layer is None:
            layer = self._opened(within, scheme)
            self._inner[within.steps] = layer
            if len(self._inner) > KEPT_LAYERS:
                self._inner.popitem(last=False)
        self._inner.move_to_end(within.steps)
        return layer

    def _opened(self, within: Locator, scheme: str) -> Layer:
        if scheme == "fs" and isinstance(self._source, Image) and within.steps[-1].scheme == "volume":
            return self._source.file_system(within.steps[-1])
        if scheme in ARCHIVES:
            return ARCHIVES[scheme](self.open(within), self._limits, self._scratch)
        raise Unreadable(f"{shown_path(within) or 'the source'} has no part of kind {scheme}")


_SOURCE_SCHEMES = {"folder": "folder", "raw": "volume", "zip": "zip", "tar": "tar"}
