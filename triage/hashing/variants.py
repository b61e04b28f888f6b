"""What a picture may have been before somebody edited it: the fingerprints to look for, and how each of them was made.

A fingerprint holds against resizing, recompression, brightness and noise, and against nothing that moves the content. So likely moves
are undone on the picture that was found: uniform borders are trimmed, the eight orientations are tried, small rotations
are turned back, and what a crop took away is filled with the colours of the edge. Each variant has words, so that a person can do
the same by hand and check.

Measured (docs/benchmarks.md): crops up to 2.5 % a side and rotations up to 4 degrees are found nearly always, 5 % a side about
every second time, more than that hardly ever.
"""

from __future__ import annotations

from functools import lru_cache
from math import cos, exp, log, radians, sin
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from triage.hashing import pdq
from triage.hashing.borders import frames

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from triage.hashing.pdq import Hashes, Plane
    from triage.model import Brightness

TURNS = (-4, -3, -2, -1, 1, 2, 3, 4)  # degrees
MARGINS = (1.25, 2.5, 3.75, 5.0)  # per cent of the side that a crop took away
FAN_SIDE = 256

_ASPECT_STEP = 0.05  # relative: a rotation by 4 degrees is then off by a quarter of a pixel at most


class Variants(NamedTuple):
    """Fingerprints to look for and, for each, how the picture was changed; empty words: not at all."""

    hashes: Hashes
    words: tuple[str, ...]


def stages(brightness: Brightness) -> Iterator[Variants]:
    """First what costs next to nothing: borders and orientations; then the fan of small moves. Nothing where little is seen."""
    chosen = [
        (words, plane, longest)
        for words, plane, longest in frames(brightness)
        if pdq.quality(pdq.sampled(plane, longest=longest)) >= pdq.LEAST_QUALITY
    ]
    for turn in (_turned, _fan):
        parts = [turn(*frame) for frame in chosen]
        if parts:
            yield Variants(np.concatenate([part.hashes for part in parts]), sum((part.words for part in parts), ()))


def _turned(words: str, plane: Plane, longest: int) -> Variants:
    found = pdq.hashes(pdq.orientations(plane, longest=longest))
    return Variants(found, tuple(_joined(words, each) for each in pdq.ORIENTATIONS))


def _fan(words: str, plane: Plane, _longest: int) -> Variants:
    """Every small move in every orientation."""
    smooth = _smoothed(plane).ravel()
    corners, weights = _moves(_rounded(plane.shape[1] / plane.shape[0]))
    samples = np.add.reduce([smooth[corner] * weight for corner, weight in zip(corners, weights, strict=True)])
    blocks = samples.reshape(len(_MOVES), 4, pdq.CELLS, pdq.CELLS)
    found = pdq.hashes(np.concatenate([pdq.eight(four) for four in blocks]))
    return Variants(found, tuple(_joined(words, move, each) for move in _MOVES for each in pdq.ORIENTATIONS))


def _smoothed(plane: Plane) -> Plane:
    """The picture at 256 x 256, smoothed as PDQ does, before sampling."""
    few = _reduced(plane)
    rows, columns = (_smoothing(length) for length in few.shape)
    return rows @ few @ columns.T


def _reduced(plane: Plane) -> Plane:
    """Means of whole blocks of pixels, as long as the wanted side is left: quick, and exact enough for what follows."""
    rows, columns = (max(1, length // FAN_SIDE) for length in plane.shape)
    if rows == columns == 1:
        return plane
    height, width = plane.shape[0] // rows, plane.shape[1] // columns
    across = plane[: height * rows, : width * columns].reshape(height * rows, width, columns)
    few = np.add.reduce([across[:, :, each] for each in range(columns)]).reshape(height, rows, width)
    found: Plane = np.add.reduce([few[:, each] for each in range(rows)]) / np.float32(rows * columns)
    return found


@lru_cache(maxsize=256)
def _smoothing(length: int) -> Plane:
    """256 by `length`: shrinking a side and smoothing it."""
    return pdq.smoothing(FAN_SIDE) @ pdq.shrinking(length, FAN_SIDE)


_MOVES = (
    *(f"turned back by {abs(turn)} degrees to the {'left' if turn > 0 else 'right'}" for turn in TURNS),
    *(f"edges widened by {margin:g} % a side" for margin in MARGINS),
)


@lru_cache(maxsize=6)
def _moves(aspect: float) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """For each sample of each move and mirroring: the four pixels around its place, and the weight of each. 4 by n."""
    parts = [_place(turn, 0.0, aspect, mirrored) for turn in TURNS for mirrored in range(4)]
    parts += [_place(0, margin, aspect, mirrored) for margin in MARGINS for mirrored in range(4)]
    down, across = (np.concatenate(axis) for axis in zip(*parts, strict=True))
    row, column = down.astype(np.int32), across.astype(np.int32)
    below, right = down - row, across - column
    first = row * FAN_SIDE + column
    corners = np.stack((first, first + 1, first + FAN_SIDE, first + FAN_SIDE + 1))
    weights = np.stack(((1 - below) * (1 - right), (1 - below) * right, below * (1 - right), below * right))
    return corners.astype(np.int32), weights.astype(np.float32)


def _place(turn: int, margin: float, aspect: float, mirrored: int) -> tuple[Plane, Plane]:
    """Where the samples of the picture before the edit lie in the edited one, in pixels of 256 down and across.

    What lies outside takes the colour of the edge.
    """
    ideal = (pdq.places(pdq.STRETCHED) + 1.5) / pdq.STRETCHED - 0.5  # two passes of an even box move by a pixel
    across, down = np.meshgrid(-ideal if mirrored & 1 else ideal, -ideal if mirrored & 2 else ideal)
    widened = 1 / (1 - 2 * margin / 100)
    cosine, sine = cos(radians(turn)), sin(radians(turn))
    x = (cosine * across * aspect - sine * down) / aspect * widened
    y = (sine * across * aspect + cosine * down) * widened
    last = FAN_SIDE - 1.001
    return tuple(np.clip((place + 0.5) * FAN_SIDE - 1.5, 0, last).ravel() for place in (y, x))  # type: ignore[return-value]  # two of two


def _rounded(aspect: float) -> float:
    """Width by height in steps of 5 %, so that the places are computed once for many pictures."""
    return exp(round(log(min(max(aspect, 0.1), 10.0)) / _ASPECT_STEP) * _ASPECT_STEP)


def _joined(*words: str) -> str:
    return ", ".join(each for each in words if each)
