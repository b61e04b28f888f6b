"""Synthetic pictures of the demo: abstract patterns, each different, each labelled CONTOH (example).

`picture(number)` is the pixels, `jpeg(number, camera=..., spot=...)` a file with EXIF as a camera writes it. Tags after Exif 2.32
(CIPA DC-008): make 0x010F, model 0x0110, original time 0x9003, body serial number 0xA431, position in the GPS directory.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from PIL.TiffImagePlugin import IFDRational

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from numpy.typing import NDArray

    Grid = NDArray[np.float64]

SIZE = (960, 720)
GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True)
class Camera:
    """A camera that does not exist."""

    make: str
    model: str
    serial: str
    software: str


@dataclass(frozen=True)
class Spot:
    """A place: degrees WGS 84, written as degrees, minutes and hundredths of a second."""

    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Photo:
    """What the EXIF of a picture says. `taken` is the wall clock of the camera; EXIF here names no zone."""

    number: int
    camera: Camera
    taken: datetime
    spot: Spot | None = None


def picture(number: int, size: tuple[int, int] = SIZE) -> Image.Image:
    """Pattern number `number`, with its label."""
    width, height = size
    down, across = np.mgrid[0:height, 0:width] / height
    values = PATTERNS[number % len(PATTERNS)](across - 0.66, down - 0.5, number)
    image = Image.fromarray(_coloured(values, number))
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(height // 14)
    draw.text(
        (width // 24, height // 24),
        f"CONTOH {number:02d} - FIKTIF",
        fill="white",
        font=font,
        stroke_width=3,
        stroke_fill="black",
    )
    return image


def jpeg(number: int, photo: Photo | None = None, *, size: tuple[int, int] = SIZE) -> bytes:
    """A JPEG of the pattern; with EXIF where a photo is described."""
    target = io.BytesIO()
    extra = {} if photo is None else {"exif": _exif(photo)}
    picture(number, size).save(target, "JPEG", quality=82, **extra)
    return target.getvalue()


def png(number: int, *, size: tuple[int, int] = (320, 240)) -> bytes:
    """A PNG of the pattern."""
    target = io.BytesIO()
    picture(number, size).save(target, "PNG", optimize=True)
    return target.getvalue()


def written(degrees: float) -> float:
    """The degrees as EXIF holds them after rounding to hundredths of a second."""
    whole, minutes, seconds = _sexagesimal(degrees)
    return math.copysign(whole + minutes / 60 + seconds / 360_000, degrees)


def _gradient(across: Grid, down: Grid, number: int) -> Grid:
    angle = number * GOLDEN * math.tau
    values: Grid = across * math.cos(angle) + down * math.sin(angle) + 0.3 * np.sin(9 * across * down)
    return values


def _rings(across: Grid, down: Grid, number: int) -> Grid:
    left = np.hypot(across + 0.3, down - 0.1 * math.sin(number))
    right = np.hypot(across - 0.3, down + 0.2 * math.cos(number))
    values: Grid = np.sin(left * (20 + number)) + np.sin(right * (24 + number))
    return values


def _julia(across: Grid, down: Grid, number: int) -> Grid:
    z = (across + 1j * down) * 2.6
    c = 0.7885 * np.exp(1j * (number * GOLDEN * math.tau))
    steps = np.zeros(z.shape)
    for _ in range(40):
        inside = np.abs(z) < 4
        z = np.where(inside, z * z + c, z)
        steps += inside
    values: Grid = np.sqrt(steps / 40)
    return values


def _plasma(across: Grid, down: Grid, number: int) -> Grid:
    values: Grid = (
        np.sin(7 * across + number) + np.sin(6 * (down + across) + 2 * number) + np.sin(11 * np.hypot(across, down))
    )
    return values


def _tiles(across: Grid, down: Grid, number: int) -> Grid:
    scale = 5 + number % 5
    return np.sin(scale * math.pi * across) * np.cos(scale * math.pi * down) + 0.5 * np.floor(3 * (across + down))


def _spokes(across: Grid, down: Grid, number: int) -> Grid:
    values: Grid = np.sin(np.arctan2(down, across) * (5 + number % 7) + 8 * np.hypot(across, down))
    return values


def _coloured(values: Grid, number: int) -> NDArray[np.uint8]:
    level = (values - values.min()) / (values.max() - values.min())
    phases = [number * GOLDEN + shift for shift in (0.0, 0.31, 0.63)]
    channels = [127.5 + 120 * np.cos(math.tau * (level * 0.9 + phase)) for phase in phases]
    return np.stack(channels, axis=-1).astype(np.uint8)


def _exif(photo: Photo) -> Image.Exif:
    exif = Image.Exif()
    taken = photo.taken.strftime("%Y:%m:%d %H:%M:%S")
    exif[0x010F], exif[0x0110], exif[0x0131] = photo.camera.make, photo.camera.model, photo.camera.software
    exif[0x0112], exif[0x0132] = 1, taken
    exif[0x8769] = {0x9003: taken, 0x9004: taken, 0xA431: photo.camera.serial}
    if photo.spot is not None:
        exif[0x8825] = {
            1: "S" if photo.spot.latitude < 0 else "N",
            2: _rationals(photo.spot.latitude),
            3: "W" if photo.spot.longitude < 0 else "E",
            4: _rationals(photo.spot.longitude),
        }
    return exif


def _rationals(degrees: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    whole, minutes, seconds = _sexagesimal(degrees)
    return IFDRational(whole, 1), IFDRational(minutes, 1), IFDRational(seconds, 100)


def _sexagesimal(degrees: float) -> tuple[int, int, int]:
    """Degrees, minutes, hundredths of a second."""
    total = round(abs(degrees) * 360_000)
    return total // 360_000, total // 6000 % 60, total % 6000


PATTERNS: tuple[Callable[[Grid, Grid, int], Grid], ...] = (_gradient, _rings, _julia, _plasma, _tiles, _spokes)
