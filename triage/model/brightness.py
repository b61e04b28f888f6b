"""The brightness of a picture as it was decoded: what fingerprints are made of. It is looked at and never stored."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Brightness:
    """`pixels` holds one byte a pixel, row by row. `longest` is the longer side of the picture before it was reduced.

    `second` is the moment in a clip, None for a picture.
    """

    width: int
    height: int
    pixels: bytes
    longest: int
    second: float | None = None
