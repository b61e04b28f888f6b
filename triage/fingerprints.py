"""Fingerprints of a file on our own disk, for a list of an agency's own pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.errors import EvidenceError
from triage.formats import picture
from triage.hashing import pdq

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_PIXELS = 200_000_000


def look(path: Path) -> Iterator[pdq.Print]:
    """The fingerprint of a picture; nothing for what is none. Raises OSError."""
    with path.open("rb") as stream:
        try:
            yield pdq.fingerprint(picture.decode(stream, most_pixels=MOST_PIXELS).brightness)
        except EvidenceError:
            return
