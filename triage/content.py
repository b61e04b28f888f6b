"""One pass over the bytes of an entry: digests, head, type and a copy to work on.

`read_once(entry, evidence)` returns an `Item`, the only thing an extractor ever receives.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import tempfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, cast

from triage.evidence.near import content_near
from triage.filetype import identify
from triage.model import Digests, Entry, FileType, Locator, Opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from triage.evidence.base import Evidence, Stream
    from triage.settings import Limits

BLOCK = 1 << 20
HEAD = 1 << 16


@dataclass(slots=True)
class Item:
    """An entry with its bytes read once. `head` is the first 64 KiB at most; `scratch` a private folder for copies.

    `quick`: speed counts more than completeness, as in the profile of that name. `secrets` are the passwords and keys that a person gave
    for the evidence; an extractor that one of them helped says so in `opened`.
    """

    entry: Entry
    digests: Digests
    type: FileType
    head: bytes
    evidence: Evidence
    scratch: Path
    limits: Limits
    copy: bytes | None = None
    quick: bool = False
    secrets: tuple[str, ...] = field(default=(), repr=False)
    opened: Opened | None = None

    @property
    def mime(self) -> str:
        """The type found in the content."""
        return self.type.mime

    def open(self) -> BinaryIO:
        """A fresh seekable stream at the first byte: from the copy, else from the evidence itself."""
        if self.copy is not None:
            return io.BytesIO(self.copy)
        return cast("BinaryIO", self.evidence.open(self.entry.locator))

    def near(self, *relatives: str) -> dict[str, bytes]:
        """Small files by their path from this one's folder (`../config.json`), those that are there: settings, keys."""
        return content_near(self.evidence, self.entry.locator, *relatives)

    def sibling(self, suffix: str) -> BinaryIO | None:
        """The companion named like this item plus `suffix` (`-wal`, `-journal`, `-shm`), or None."""
        for locator in self.entry.companions:
            if locator.steps[-1].path.endswith(suffix):
                return cast("BinaryIO", self.evidence.open(locator))
        return None


def read_once(entry: Entry, evidence: Evidence, *, scratch: Path, limits: Limits) -> Item:
    """Read an entry's content once, in blocks of 1 MiB. Raises EvidenceError where it cannot be read to its end."""
    copy = evidence.at_once(entry, min(BLOCK, limits.memory_copy_bytes))
    if copy is not None:
        digests, head = _digests(copy), copy[:HEAD]
    else:
        stream = evidence.content(entry)
        try:
            digests, head, copy = _digest(stream, limits.memory_copy_bytes)
        finally:
            stream.close()
    return Item(entry, digests, identify(entry.name, head), head, evidence, scratch, limits, copy)


def blocks_of(files: Iterable[Path]) -> Iterator[bytes]:
    """The bytes of files on our own disk, one after the other, in blocks of 1 MiB. Raises OSError.

    Over the files a source is made of, this is what the digest of the source covers, when it is taken and when it is checked.
    """
    for path in files:
        with path.open("rb", buffering=0) as stream:
            while block := stream.read(BLOCK):
                yield block


def _digests(content: bytes) -> Digests:
    md5 = hashlib.md5(content, usedforsecurity=False).digest()
    sha1 = hashlib.sha1(content, usedforsecurity=False).digest()
    return Digests(md5, sha1, hashlib.sha256(content).digest(), len(content))


def _digest(stream: Stream, copy_limit: int) -> tuple[Digests, bytes, bytes | None]:
    md5 = hashlib.md5(usedforsecurity=False)
    sha1 = hashlib.sha1(usedforsecurity=False)
    sha256 = hashlib.sha256()
    kept: list[bytes] = []
    head, length = b"", 0
    while block := stream.read(BLOCK):
        head = head or block[:HEAD]
        length += len(block)
        md5.update(block)
        sha1.update(block)
        sha256.update(block)
        if length <= copy_limit:
            kept.append(block)
    copy = b"".join(kept) if length <= copy_limit else None
    return Digests(md5.digest(), sha1.digest(), sha256.digest(), length), head, copy


def scratch_folder(parent: Path) -> Path:
    """A new private folder for one worker's copies."""
    parent.mkdir(parents=True, exist_ok=True)
    return type(parent)(tempfile.mkdtemp(prefix="worker-", dir=parent))


def sweep(scratch: Path) -> None:
    """Delete the copies of evidence that workers and packed sources left."""
    for left in ("worker-*", "unpacked-*"):
        for copy in scratch.glob(left):
            shutil.rmtree(copy, ignore_errors=True)


__all__ = ["BLOCK", "HEAD", "Item", "Locator", "blocks_of", "read_once", "scratch_folder", "sweep"]
