"""One digest over many that come in any order, without holding all of them in memory."""

from __future__ import annotations

import hashlib
import tempfile
from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LENGTH = 32  # bytes of a SHA-256
_PARTS = 16  # by the first four bits
_KEPT = 1 << 20  # bytes of a part that stay in memory: half a million digests in all


def digest_of_sorted(digests: Iterable[bytes]) -> tuple[int, str]:
    """How many there are, and SHA-256 over them in ascending order, in hexadecimal. Raises OSError where the disk for scratch is full."""
    count, found = 0, hashlib.sha256()
    with ExitStack() as kept:
        parts = [kept.enter_context(tempfile.SpooledTemporaryFile(_KEPT)) for _ in range(_PARTS)]
        for digest in digests:
            parts[digest[0] >> 4].write(digest)
            count += 1
        for part in parts:
            part.seek(0)
            every = part.read()
            found.update(b"".join(sorted(every[at : at + LENGTH] for at in range(0, len(every), LENGTH))))
    return count, found.hexdigest()
