"""Whether a picture's embedded thumbnail shows the picture: by how many bits of 256 their fingerprints differ.

Programs that edit a picture often leave the thumbnail of the one before. Thumbnails have black bars where the sides do not fit, and some
cameras turn one of the two: borders are trimmed and all eight orientations tried, and the least distance counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.hashing import pdq
from triage.hashing.borders import frames

if TYPE_CHECKING:
    from triage.model import Brightness

ANOTHER = 90  # bits; two pictures that have nothing to do with each other are about 128 apart, the same one 31 at most


def distance(thumbnail: Brightness, picture: pdq.Print) -> int | None:
    """Bits apart in the orientation that fits best; None where too little is seen in one of them to say."""
    if picture.quality < pdq.LEAST_QUALITY:
        return None
    found = [
        pdq.bits_apart(each.tobytes(), picture.value)
        for _, plane, longest in frames(thumbnail)
        if pdq.quality(pdq.sampled(plane, longest=longest)) >= pdq.LEAST_QUALITY
        for each in pdq.hashes(pdq.orientations(plane, longest=longest))
    ]
    return min(found, default=None)
