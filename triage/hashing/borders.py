"""Uniform borders: bars above and below a film, a white frame, one broad stripe.

Two ways of trimming, because each fails where the other does not: a border that must be of one colour nearly exactly, on any side;
and a border with the noise of compression that is equally wide on opposite sides, which tells it from a clear sky.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from triage.hashing.pdq import Print, hashes, plane_of, quality, sampled, spectra

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.hashing.pdq import Plane
    from triage.model import Brightness

STRICT, LOOSE = 4, 16  # levels of brightness of 256 by which a pixel of a border may differ
STRAYS = 0.01  # share of pixels of a line that may differ more
WIDEST = 0.45  # share of a side that a border may take
SMALLEST = 16  # pixels that must be left


def frames(brightness: Brightness) -> Iterator[tuple[str, Plane, int]]:
    """The picture as it is, then without its borders where it has any: words, plane, and its longer side before reduction."""
    plane = plane_of(brightness)
    yield "", plane, brightness.longest
    scale = brightness.longest / max(plane.shape)
    top, bottom, left, right = _margins(plane, STRICT)
    strict = _cut(plane, top, bottom, left, right)
    top, bottom, left, right = _margins(plane, LOOSE)
    even = _cut(plane, *(min(top, bottom),) * 2, *(min(left, right),) * 2)
    if strict.shape != plane.shape:
        yield "borders trimmed", strict, round(max(strict.shape) * scale)
    if even.shape not in {plane.shape, strict.shape}:
        yield "even borders trimmed", even, round(max(even.shape) * scale)


def without_bars(brightness: Brightness) -> Print:
    """The fingerprint of a frame without even borders, such as the bars of a film."""
    plane = plane_of(brightness)
    top, bottom, left, right = _margins(plane, LOOSE)
    even = _cut(plane, *(min(top, bottom),) * 2, *(min(left, right),) * 2)
    samples = sampled(even, longest=round(max(even.shape) * brightness.longest / max(plane.shape)))
    return Print(hashes(spectra(samples)).tobytes(), quality(samples))


def _margins(plane: Plane, tolerance: int) -> tuple[int, int, int, int]:
    """Lines of one colour at the top, bottom, left and right."""
    across = plane.T
    return (
        _lines(plane, tolerance), _lines(plane[::-1], tolerance), _lines(across, tolerance), _lines(across[::-1], tolerance),
    )  # fmt: skip


def _lines(lines: Plane, tolerance: int) -> int:
    """How many lines from the first are of its colour. Looks at a few lines first: most pictures have no border."""
    colour = np.median(lines[0])
    most = int(WIDEST * len(lines))
    for end in (1, most):
        strays = (np.abs(lines[:end] - colour) > tolerance).mean(axis=1) > STRAYS
        if strays.any():
            return int(strays.argmax())
    return most


def _cut(plane: Plane, top: int, bottom: int, left: int, right: int) -> Plane:
    height, width = plane.shape
    inner = plane[top : height - bottom, left : width - right]
    return inner if min(inner.shape) >= SMALLEST else plane
