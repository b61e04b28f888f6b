"""Whether a content looks like noise from its start to its end, as an encrypted container without a header does.

The rule, all of which must hold (docs/evidence.md says it to people):

1. at least 256 KiB, and a whole number of sectors of 512 bytes, as VeraCrypt's containers and whole volumes are;
2. of up to 64 samples of 16 KiB, spread evenly from the first byte to the last, each has byte values as even as chance makes
   them: chi-square over the 256 values between 160 and 370 (255 expected, one standard deviation is 22.6);
3. all samples together too: between 170 and 345;
4. neighbouring bytes do not depend on each other: the serial correlation is within four standard deviations of none.

Deflate, bzip2, Zstandard and JPEG fail at 2 or 3. LZMA passes; xz and 7z files are known by their signatures before they are
asked here, a stream of it without a header is not. A disk wiped with random bytes passes: nothing can tell it from an encrypted one, so nothing is asserted.
"""

from __future__ import annotations

from collections import Counter
from operator import mul
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.evidence.base import Stream

LEAST, SECTOR = 256 << 10, 512
SAMPLES, SAMPLE = 64, 16 << 10
EACH, TOGETHER = (160.0, 370.0), (170.0, 345.0)
_DEVIATIONS = 4.0


def is_noise(stream: Stream, size: int) -> bool:
    """Whether the rule holds for a content of `size` bytes. Raises EvidenceError where it cannot be read."""
    if size < LEAST or size % SECTOR:
        return False
    whole: Counter[int] = Counter()
    correlated = 0
    for sample in _samples(stream, size):
        counts = Counter(sample)
        if len(sample) < SAMPLE or not EACH[0] <= _chi_square(counts, SAMPLE) <= EACH[1]:
            return False
        whole += counts
        correlated += _products(sample)
    together = _chi_square(whole, whole.total())
    return TOGETHER[0] <= together <= TOGETHER[1] and abs(_correlation(correlated, whole)) <= _DEVIATIONS


def _samples(stream: Stream, size: int) -> Iterator[bytes]:
    """From the first byte to the last, at whole sectors; one at a time, so that most contents cost one read."""
    count = min(SAMPLES, size // SAMPLE)
    for number in range(count):
        at = (size - SAMPLE) * number // (count - 1) // SECTOR * SECTOR
        stream.seek(at)
        yield stream.read(SAMPLE)


def _chi_square(counts: Counter[int], total: int) -> float:
    """Of byte values against an even spread."""
    expected = total / 256
    return sum((counts[value] - expected) ** 2 for value in range(256)) / expected


def _products(sample: bytes) -> int:
    """The sum of each byte times the next, for the correlation."""
    return sum(map(mul, sample, sample[1:]))


def _correlation(products: int, counts: Counter[int]) -> float:
    """Serial correlation of neighbours inside samples, in standard deviations of chance (one over the root of the pairs)."""
    total = counts.total()
    pairs = total - total // SAMPLE
    mean = sum(value * count for value, count in counts.items()) / total
    variance = sum((value - mean) ** 2 * count for value, count in counts.items()) / total
    return float((products / pairs - mean * mean) / variance * pairs**0.5)
