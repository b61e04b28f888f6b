"""Verify a whole medium: read all of it, compare with the digests that its container states.

The parts of an EWF image are unpacked in threads while the digests of earlier parts are computed: isal and hashlib both give
up the interpreter lock.
"""

from __future__ import annotations

import hashlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.evidence.ewf import EwfMedium
from triage.evidence.ewf_disk import merged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from triage.evidence.medium import Damage, Medium

BLOCK = 4 << 20  # long enough that handing blocks from thread to thread costs little
MOST_DAMAGES = 10_000
_UNDER_WAY_BYTES = 32 << 20

_Part = tuple[list[bytes], tuple["Damage", ...]]


@dataclass(frozen=True, slots=True)
class Verified:
    """Digests of all bytes of the disk, in hexadecimal, and the first damaged ranges (read as zeros).

    `md5_fits` and `sha1_fits`: whether they are those stored in the container; None where none is stored.
    """

    length: int
    md5: str
    sha1: str | None
    md5_fits: bool | None
    sha1_fits: bool | None
    damages: tuple[Damage, ...]

    @property
    def fits(self) -> bool | None:
        """Whether every stored digest fits; None where none is stored."""
        said = [each for each in (self.md5_fits, self.sha1_fits) if each is not None]
        return all(said) if said else None


def verify(medium: Medium, *, threads: int = 2, progress: Callable[[int], None] | None = None) -> Verified:
    """Read the whole medium. MD5 always, SHA-1 where one is stored.

    `progress` is told the bytes done after each block; what it raises ends the work and goes to the caller.
    Raises Unreadable where the medium itself cannot be read.
    """
    digests = [hashlib.md5(usedforsecurity=False)]
    if medium.stored.sha1:
        digests.append(hashlib.sha1(usedforsecurity=False))
    damages: list[Damage] = []
    done = 0
    with ThreadPoolExecutor(1) as beside:
        for blocks, damaged in _blocks(medium, threads):
            others = [beside.submit(_feed, digest, blocks) for digest in digests[1:]]
            _feed(digests[0], blocks)
            for other in others:
                other.result()
            _keep(damages, damaged)
            done += sum(map(len, blocks))
            if progress:
                progress(done)
    md5, sha1 = digests[0].hexdigest(), digests[1].hexdigest() if len(digests) > 1 else None
    stored = medium.stored
    return Verified(
        done,
        md5,
        sha1,
        md5 == stored.md5.lower() if stored.md5 else None,
        sha1 == stored.sha1.lower() if stored.sha1 else None,
        tuple(damages),
    )


def _feed(digest: hashlib._Hash, blocks: list[bytes]) -> None:
    for block in blocks:
        digest.update(block)


def _keep(damages: list[Damage], more: tuple[Damage, ...]) -> None:
    if more and len(damages) < MOST_DAMAGES:
        damages[-1:] = merged((*damages[-1:], *more))


def _blocks(medium: Medium, threads: int) -> Iterator[_Part]:
    """All blocks in order, a few of them under way. What is not an EWF medium is read by one thread, one block ahead."""
    size, ahead = BLOCK, 1
    if isinstance(medium, EwfMedium):
        size = max(1, BLOCK // medium.chunk) * medium.chunk
        ahead = max(1, min(2 * threads, _UNDER_WAY_BYTES // size))
    pool = ThreadPoolExecutor(min(threads, ahead))
    under_way: deque[Future[_Part]] = deque()
    try:
        for offset in range(0, medium.size, size):
            under_way.append(pool.submit(_read, medium, offset, min(size, medium.size - offset)))
            if len(under_way) > ahead:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _read(medium: Medium, offset: int, size: int) -> _Part:
    if isinstance(medium, EwfMedium):
        return medium.blocks(offset, size)
    medium.seek(offset)
    return [medium.read(size)], medium.take_damage()
