"""Pictures decoded to a size, a small preview, their brightness or a blur. The only home of Pillow and pillow-heif.

Pillow's own decoders for JPEG, PNG, GIF, WebP, BMP, TIFF and AVIF are used, and libheif for HEIC; their errors are translated here. A picture is refused by the size in its header before a pixel is decoded. What leaves this module was made here: it is safe to
decode elsewhere.
"""

from __future__ import annotations

import contextlib
import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import pillow_heif
from PIL import Image, UnidentifiedImageError  # this module is its one home

from triage.errors import EvidenceError, LimitReached, Malformed, Truncated, Unsupported
from triage.model import Brightness

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "HEIF", "AVIF")
STARTS = (b"\xff\xd8", b"\x89PNG", b"GIF8", b"RIFF", b"BM", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
SIDE = 256
SEEN = (
    512  # pixels that the shorter side of a decoded picture keeps where it has them: enough for preview and fingerprint
)
QUALITY = 80
BLUR_CELLS = 8
BLUR_SIDE = 128

_BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, OverflowError,
    MemoryError, EOFError, ZeroDivisionError, RuntimeError, NotImplementedError, struct.error, zlib.error, Warning,
)  # fmt: skip

Image.MAX_IMAGE_PIXELS = None  # the limit of the settings is applied below, before decoding
pillow_heif.register_heif_opener(thumbnails=False)


@dataclass(frozen=True, slots=True)
class Small:
    """A picture that was decoded here and encoded again as JPEG."""

    width: int
    height: int
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture that was decoded once. `brightness` is of the picture as people see it."""

    preview: Small
    brightness: Brightness


def size(stream: BinaryIO) -> tuple[int, int]:
    """Width and height in pixels as stored, from the header alone. Raises EvidenceError."""
    with _opened(stream) as image:
        return image.size


def decode(stream: BinaryIO, *, most_pixels: int) -> Decoded:
    """The picture as people see it (EXIF orientation applied): a preview of at most 256 pixels a side, and its brightness.

    Raises EvidenceError.
    """
    with _opened(stream) as image:
        width, height = image.size
        if width * height > most_pixels:
            raise LimitReached(f"the picture of {width} x {height} pixels is larger than the limit")
        image.draft("RGB", (SEEN, SEEN))
        upright = _upright(image)
        return Decoded(_encoded(_reduced(upright)), _brightness(upright, max(width, height)))


def turned(brightness: Brightness, degrees: int) -> Brightness:
    """Turned by quarters of a turn, counted against the clock, as a clip says that it is to be shown."""
    turn = _QUARTERS.get(degrees % 360)
    if turn is None:
        return brightness
    grey = Image.frombytes("L", (brightness.width, brightness.height), brightness.pixels).transpose(turn)
    return Brightness(grey.width, grey.height, grey.tobytes(), brightness.longest, brightness.second)


def from_pixels(width: int, height: int, pixels: bytes, *, degrees: int) -> Small:
    """A preview of RGB pixels, turned by quarters of a turn against the clock."""
    image = Image.frombytes("RGB", (width, height), pixels)
    turn = _QUARTERS.get(degrees % 360)
    return _encoded(_reduced(image if turn is None else image.transpose(turn)))


def blurred(jpeg: bytes) -> bytes:
    """A JPEG of which nothing can be recognised: 8 x 8 grey means and what lies between them. Not reversible.

    For previews that this module encoded. Raises EvidenceError.
    """
    with _opened(io.BytesIO(jpeg)) as image:
        grey = image.convert("L")
        few = grey.resize((min(BLUR_CELLS, grey.width), min(BLUR_CELLS, grey.height)), Image.Resampling.BOX)
        scale = BLUR_SIDE / max(grey.size)
        shape = (max(1, round(grey.width * scale)), max(1, round(grey.height * scale)))
        return _encoded(few.resize(shape, Image.Resampling.BICUBIC)).jpeg


def _upright(image: Image.Image) -> Image.Image:
    """Decoded, in colour or grey, small enough to work with, and turned as its EXIF says."""
    image.load()
    turn = _TURNS.get(_orientation(image))
    if image.mode not in {"RGB", "L"}:
        image = _flattened(image)
    factor = min(image.size) // SEEN
    if factor > 1:
        image = image.reduce(factor)
    return image if turn is None else image.transpose(turn)


def _reduced(image: Image.Image) -> Image.Image:
    small = image.copy()
    small.thumbnail((SIDE, SIDE), Image.Resampling.BICUBIC, reducing_gap=1.1)
    return small


def _brightness(image: Image.Image, longest: int) -> Brightness:
    grey = image.convert("L")
    return Brightness(grey.width, grey.height, grey.tobytes(), longest)


_QUARTERS = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _orientation(image: Image.Image) -> int:
    """1 where the block is missing or cannot be read: an unreadable block must not cost the picture."""
    try:
        value = image.getexif().get(0x0112, 1)
    except _BROKEN:
        return 1
    return value if isinstance(value, int) else 1


def _flattened(image: Image.Image) -> Image.Image:
    """RGB or grey on white, from any mode; 16 and 32 bit grey is scaled to what can be seen."""
    if image.mode in {"I", "F"} or image.mode.startswith("I;16"):
        low, high = image.getextrema()
        assert isinstance(low, int | float)
        assert isinstance(high, int | float)
        span = (high - low) or 1
        return image.point(lambda value: (value - low) * 255 / span).convert("L")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(ground, layer).convert("RGB")
    return image.convert("RGB")


def _encoded(image: Image.Image) -> Small:
    target = io.BytesIO()
    image.save(target, "JPEG", quality=QUALITY)
    return Small(image.width, image.height, target.getvalue())


@contextlib.contextmanager
def _opened(stream: BinaryIO) -> Iterator[Image.Image]:
    """A picture whose every failure, until the block ends, is an EvidenceError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(stream, formats=FORMATS) as image:
                yield image
    except EvidenceError:
        raise
    except UnidentifiedImageError as error:
        raise _unidentified(stream) from error
    except _BROKEN as error:
        raise _translated(error) from error


def _unidentified(stream: BinaryIO) -> EvidenceError:
    """Pillow says the same of a kind it does not know and of a damaged header."""
    stream.seek(0)
    head = stream.read(8)
    if head.startswith(STARTS) or head.endswith(b"ftyp"):
        return Malformed("the header of the picture is damaged, or of a kind that is not decoded yet")
    return Unsupported("this kind of picture is not decoded yet")


def _translated(error: Exception) -> EvidenceError:
    words = str(error)
    if "truncated" in words.lower() or isinstance(error, EOFError):
        return Truncated("the picture ends before its last pixel")
    if isinstance(error, MemoryError):
        return LimitReached("decoding the picture needs more memory than there is")
    return Malformed(f"the picture cannot be decoded ({type(error).__name__}: {words[:200]})")


__all__ = ["Decoded", "Small", "blurred", "decode", "from_pixels", "size", "turned"]
