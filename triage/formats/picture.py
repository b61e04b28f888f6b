"""Pictures decoded to a size, small previews, their brightness or a blur. The only home of Pillow and pillow-heif.

Pillow's own decoders for JPEG, PNG, GIF, WebP, BMP, TIFF, AVIF, JPEG 2000 and icons are used, and libheif for HEIC; of a raw file the JPEG that the
camera put into it. Their errors are translated here. A picture is refused by the size in its header before a pixel is decoded. What
leaves this module was made here: it is safe to decode elsewhere.
"""

from __future__ import annotations

import contextlib
import io
import struct
import warnings
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import pillow_heif
from PIL import Image, UnidentifiedImageError  # this module is its one home

from triage.errors import EvidenceError, LimitReached, Malformed, Truncated, Unsupported
from triage.formats import raw_picture
from triage.model import Brightness

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "HEIF", "AVIF", "JPEG2000", "ICO", "DDS")
STARTS = (b"\xff\xd8", b"\x89PNG", b"GIF8", b"RIFF", b"BM", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"DDS ")
SIDE = 256
SMALL_SIDE = 96
FULL_SIDE = 2400
MOST_BYTES = 400 << 20  # of one decoded picture
BAND = 4_000_000  # pixels worked on at once
_WHOLE = frozenset({"I", "F", "I;16", "I;16L", "I;16B", "I;16N"})  # scaled by what is in all of it
_COPIED, _COPIES = frozenset({"HEIF", "AVIF", "JPEG2000"}), 2.5  # decoders that hold the picture more than once
MOST_FRAMES = 300  # frames of one animated picture that are looked at
SEEN = 360  # pixels that the shorter side keeps where it has them: enough for both previews and the fingerprint (see `hashing.pdq`)
STRIP = 8  # a side this many times what is seen of the shorter one makes a strip
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


class Pair(NamedTuple):
    """The previews of one picture in both sizes."""

    preview: Small
    small: Small


class Cell(NamedTuple):
    """RGB pixels, row by row, to be turned by quarters of a turn against the clock."""

    width: int
    height: int
    pixels: bytes
    degrees: int


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture that was decoded once. `brightness` is of the picture as people see it."""

    preview: Small
    small: Small
    brightness: Brightness


@dataclass(frozen=True, slots=True)
class Header:
    """What is known before a pixel is decoded: the size as stored, the XMP packet, whether there is more than one frame."""

    width: int
    height: int
    xmp: bytes | None = None
    several: bool = False


def size(stream: BinaryIO) -> tuple[int, int]:
    """Width and height in pixels as stored. Raises EvidenceError."""
    found = header(stream)
    return found.width, found.height


def header(stream: BinaryIO) -> Header:
    """From the header alone. Raises EvidenceError."""
    with _opened(stream) as image:
        packet = image.info.get("xmp")
        if isinstance(packet, str):
            packet = packet.encode("utf-8", "replace")
        width, height = image.size
        if image.format == "HEIF" and image.info.get("original_orientation", 1) in {5, 6, 7, 8}:
            width, height = height, width  # libheif turns the picture; the size is told as stored
        several = bool(getattr(image, "is_animated", False)) and image.format not in {"ICO", "HEIF"}
        return Header(width, height, packet if isinstance(packet, bytes) else None, several)


def decode(stream: BinaryIO, *, most_pixels: int, turn: int | None = None) -> Decoded:
    """The picture as people see it (EXIF orientation applied): previews of at most 256 and 96 pixels a side, and its brightness.

    A JPEG is decoded at the smallest scale that serves all three, one of 12 megapixels at an eighth. `turn` is an EXIF orientation that is
    applied in place of its own. Raises EvidenceError.
    """
    with _opened(stream) as image:
        _refuse_larger(image, most_pixels)
        width, height = image.size
        image.draft("RGB", (SEEN, SEEN))
        upright = _upright(image, turn=turn)
        preview = _reduced(upright, SIDE)
        return Decoded(
            _encoded(preview), _encoded(_reduced(preview, SMALL_SIDE)), _brightness(upright, max(width, height))
        )


def frames(stream: BinaryIO, *, most_pixels: int) -> Iterator[Brightness]:
    """The frames of an animated picture or the pages of one, in order, the first 300 at most. Raises EvidenceError."""
    with _opened(stream) as image:
        _refuse_larger(image, most_pixels)
        elapsed = 0.0
        for number in range(min(MOST_FRAMES, max(1, most_pixels // (image.width * image.height)))):
            try:
                image.seek(number)
            except EOFError:
                return
            yield replace(_brightness(_upright(image), max(image.size)), second=round(elapsed, 3))
            pause = image.info.get("duration", 0)
            elapsed += pause / 1000 if isinstance(pause, int | float) and 0 <= pause < 3_600_000 else 0.0


def full(stream: BinaryIO, *, most_pixels: int, side: int = FULL_SIDE) -> Small:
    """The whole picture as people see it, as a JPEG of at most `side` pixels a side: for reports. Raises EvidenceError."""
    with _opened(stream) as image:
        _refuse_larger(image, most_pixels)
        image.draft("RGB", (side, side))
        upright = _upright(image, smallest=side)
        return _encoded(_reduced(upright, side) if max(upright.size) > side else upright)


def _refuse_larger(image: Image.Image, most_pixels: int) -> None:
    if image.width * image.height > most_pixels:
        raise LimitReached(f"the picture of {image.width} x {image.height} pixels is larger than the limit")


def turned(brightness: Brightness, degrees: int) -> Brightness:
    """Turned by quarters of a turn, counted against the clock, as a clip says that it is to be shown."""
    turn = _QUARTERS.get(degrees % 360)
    if turn is None:
        return brightness
    grey = Image.frombytes("L", (brightness.width, brightness.height), brightness.pixels).transpose(turn)
    return Brightness(grey.width, grey.height, grey.tobytes(), brightness.longest, brightness.second)


def from_pixels(cell: Cell) -> Pair:
    """The previews of a frame."""
    preview = _reduced(_image_of(cell), SIDE)
    return Pair(_encoded(preview), _encoded(_reduced(preview, SMALL_SIDE)))


def sheet(cells: Sequence[Cell], columns: int) -> Small:
    """Frames side by side, row by row, each in the middle of its place."""
    images = [_image_of(cell) for cell in cells]
    width, height = max(each.width for each in images), max(each.height for each in images)
    whole = Image.new("RGB", (width * min(columns, len(images)), height * -(-len(images) // columns)))
    for number, image in enumerate(images):
        left, top = number % columns * width, number // columns * height
        whole.paste(image, (left + (width - image.width) // 2, top + (height - image.height) // 2))
    return _encoded(whole)


def _image_of(cell: Cell) -> Image.Image:
    image = Image.frombytes("RGB", (cell.width, cell.height), cell.pixels)
    turn = _QUARTERS.get(cell.degrees % 360)
    return image if turn is None else image.transpose(turn)


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


def _upright(image: Image.Image, *, smallest: int = SEEN, turn: int | None = None) -> Image.Image:
    """Decoded, in colour or grey, small enough to work with, and turned as its EXIF says."""
    _refuse_heavier(image)
    image.load()
    transposed = _TURNS.get(_orientation(image) if turn is None else turn)
    factor = min(image.size) // smallest
    if factor > 1 and image.mode not in _WHOLE:
        image = _reduced_in_bands(image, factor)
    else:
        image = image if image.mode in {"RGB", "L"} else _flattened(image)
        image = image.reduce(factor) if factor > 1 else image
    return image if transposed is None else image.transpose(transposed)


def _reduced_in_bands(image: Image.Image, factor: int) -> Image.Image:
    """The same as flattening the whole picture and reducing it, without a second picture of its size in memory."""
    rows = max(1, BAND // (image.width * factor)) * factor
    bands = []
    for top in range(0, image.height, rows):
        band = image.crop((0, top, image.width, min(top + rows, image.height)))
        bands.append((band if band.mode in {"RGB", "L"} else _flattened(band)).reduce(factor))
    whole = Image.new(bands[0].mode, (bands[0].width, sum(each.height for each in bands)))
    for number, band in enumerate(bands):
        whole.paste(band, (0, sum(each.height for each in bands[:number])))
    return whole


def _refuse_heavier(image: Image.Image) -> None:
    """What it takes in memory once decoded; a JPEG counts at the scale it is decoded at."""
    bytes_each = len(image.getbands()) * (4 if image.mode in {"I", "F"} else 1)
    needed = image.width * image.height * bytes_each * (_COPIES if image.format in _COPIED else 1)
    if needed > MOST_BYTES:
        raise LimitReached(f"the picture of {image.width} x {image.height} pixels needs more memory than one may take")


def _reduced(image: Image.Image, side: int) -> Image.Image:
    """At most `side` pixels a side. Hamming's filter is as sharp as a bicubic one when reducing, at half its cost."""
    longest = max(image.size)
    if longest <= side:
        return image
    width, height = (max(1, round(length * side / longest)) for length in image.size)
    return image.resize((width, height), Image.Resampling.HAMMING, reducing_gap=1.1)


def _brightness(image: Image.Image, longest: int) -> Brightness:
    grey = image.convert("L")
    if max(grey.size) >= STRIP * SEEN:  # the fingerprint averages along it anyway, and takes fifty bytes a pixel
        grey = grey.reduce((max(1, grey.width // SEEN), max(1, grey.height // SEEN)))
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
            warnings.simplefilter("ignore")  # of damaged EXIF, which must not cost the picture
            with Image.open(raw_picture.shown(stream), formats=FORMATS) as image:
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


__all__ = [
    "Cell",
    "Decoded",
    "Header",
    "Pair",
    "Small",
    "blurred",
    "decode",
    "frames",
    "from_pixels",
    "full",
    "header",
    "sheet",
    "size",
    "turned",
]
