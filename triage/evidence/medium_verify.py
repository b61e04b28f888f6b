"""Verify a whole medium: read all of it, compare with the digests that its container states and those that were given.

The parts of an EWF image are unpacked in threads while the digests of earlier parts are computed: isal and hashlib both give
up the interpreter lock.
"""

from __future__ import annotations

import hashlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from triage.evidence.dmg import Dmg
from triage.evidence.ewf import EwfMedium
from triage.evidence.ewf_disk import merged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from triage.evidence.medium import Damage, Medium
    from triage.model import Problem

DIGESTS = ("md5", "sha1", "sha256")
BLOCK = 4 << 20  # long enough that handing blocks from thread to thread costs little
MOST_DAMAGES = 10_000
_UNDER_WAY_BYTES = 32 << 20

_Part = tuple[bytes, tuple["Damage", ...]]


@dataclass(frozen=True, slots=True)
class Compared:
    """A digest that the medium should have, in hexadecimal: `stored` in its container or `given` by the examiner."""

    name: str
    origin: str
    value: str
    fits: bool


@dataclass(frozen=True, slots=True)
class Verified:
    """Digests of all bytes of the disk, in hexadecimal by name, and what came of comparing them.

    `damages` are the first damaged ranges (read as zeros), `problems` parts that do not fit a checksum of the container.
    """

    length: int
    digests: Mapping[str, str]
    compared: tuple[Compared, ...]
    damages: tuple[Damage, ...]
    problems: tuple[Problem, ...] = field(default=())

    @property
    def md5(self) -> str:
        """The MD5, which is always computed."""
        return self.digests["md5"]

    @property
    def fits(self) -> bool | None:
        """Whether everything it was compared with fits; None where there was nothing."""
        if self.problems:
            return False
        return all(each.fits for each in self.compared) if self.compared else None


def verify(
    medium: Medium,
    *,
    given: Mapping[str, str] | None = None,
    threads: int = 2,
    progress: Callable[[int], None] | None = None,
) -> Verified:
    """Read the whole medium. MD5 always, the others where one is stored or given; SHA-256 where there is none at all.

    `progress` is told the bytes done after each block; what it raises ends the work and goes to the caller.
    Raises Unreadable where the medium itself cannot be read.
    """
    given = given or {}
    stored = {name: value for name in DIGESTS if (value := getattr(medium.stored, name))}
    wanted = {"md5", *stored, *given} | (set() if stored or given else {"sha256"})
    engines = {name: hashlib.new(name, usedforsecurity=False) for name in DIGESTS if name in wanted}
    length, damages = _fed(medium, list(engines.values()), threads, progress)
    digests = {name: engine.hexdigest() for name, engine in engines.items()}
    compared = tuple(
        Compared(name, origin, value, digests[name] == value.lower())
        for origin, values in (("stored", stored), ("given", given))
        for name, value in values.items()
    )
    problems = tuple(medium.verify()) if isinstance(medium, Dmg) else ()
    return Verified(length, digests, compared, damages, problems)


def _fed(
    medium: Medium, engines: list[hashlib._Hash], threads: int, progress: Callable[[int], None] | None
) -> tuple[int, tuple[Damage, ...]]:
    damages: list[Damage] = []
    done = 0
    with ThreadPoolExecutor(max(1, len(engines) - 1)) as beside:
        for part, damaged in _parts(medium, threads):
            others = [beside.submit(_feed, engine, part) for engine in engines[1:]]
            _feed(engines[0], part)
            for other in others:
                other.result()
            _keep(damages, damaged)
            done += len(part)
            if progress:
                progress(done)
    return done, tuple(damages)


def _feed(engine: hashlib._Hash, part: bytes) -> None:
    engine.update(part)


def _keep(damages: list[Damage], more: tuple[Damage, ...]) -> None:
    if more and len(damages) < MOST_DAMAGES:
        damages[-1:] = merged((*damages[-1:], *more))


def _parts(medium: Medium, threads: int) -> Iterator[_Part]:
    """All bytes in order, a few of them under way. What is not an EWF medium is read by one thread, one block ahead."""
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
    """In one block: a digest that is fed chunk by chunk waits for the interpreter lock at each of them."""
    if isinstance(medium, EwfMedium):
        blocks, damages = medium.blocks(offset, size)
        return b"".join(blocks), damages
    medium.seek(offset)
    return medium.read(size), medium.take_damage()
