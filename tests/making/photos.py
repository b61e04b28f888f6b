"""Photographs made by code: a drawn scene with the EXIF that is asked for. Fictional cameras only."""

import io
from pathlib import Path

from making.clips import scene
from PIL import Image, ImageDraw

MAKE, MODEL, SERIAL = "Kamera Fiksi", "KF-1", "SN0001"


def make_photo(
    path: Path | None = None,
    *,
    size: tuple[int, int] = (640, 480),
    gps: tuple[float, float] | None = None,
    altitude: float | None = None,
    taken: str | None = "2026:03:14 09:26:53",
    offset: str | None = None,
    subsecond: str | None = None,
    orientation: int = 1,
    exif: bool = True,
    kind: str = "JPEG",
    shade: int = 0,
) -> bytes:
    """The bytes of a photograph, written to `path` too where one is given. `taken` in EXIF's own form."""
    block = _exif(gps, altitude, taken, offset, subsecond, orientation).tobytes() if exif else b""
    target = io.BytesIO()
    _scene(size, shade).save(target, kind, **({"exif": block} if exif else {}))
    if path is not None:
        path.write_bytes(target.getvalue())
    return target.getvalue()


def animated(kind: str = "GIF", frames: int = 4) -> bytes:
    """A picture of so many frames of half a second, each another scene; pages in a TIFF."""
    target = io.BytesIO()
    images = [scene(number, (320, 240)) for number in range(frames)]
    images[0].save(target, kind, save_all=True, append_images=images[1:], duration=500)
    return target.getvalue()


def _scene(size: tuple[int, int], shade: int) -> Image.Image:
    width, height = size
    image = Image.new("RGB", size, (90, 140 + shade % 100, 200))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, height * 2 // 3, width, height), fill=(60 + shade % 60, 120, 60))
    draw.ellipse((width // 8, height // 8, width // 3, height // 3), fill=(250, 220, 90))
    draw.polygon([(width // 2, height // 4), (width - 1, height - 1), (width // 3, height - 1)], fill=(110, 90, 80))
    return image


def _exif(gps, altitude, taken, offset, subsecond, orientation) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112], exif[0x0131] = MAKE, MODEL, orientation, "KF 1.0"
    details = exif.get_ifd(0x8769)
    details[0xA431] = SERIAL
    for tag, value in ((0x9003, taken), (0x9011, offset), (0x9291, subsecond)):
        if value is not None:
            details[tag] = value
    if gps is not None:
        exif.get_ifd(0x8825).update(_place(gps, altitude))
    return exif


def _place(gps: tuple[float, float], altitude: float | None) -> dict[int, object]:
    latitude, longitude = gps
    place: dict[int, object] = {
        1: "S" if latitude < 0 else "N",
        2: _sexagesimal(abs(latitude)),
        3: "W" if longitude < 0 else "E",
        4: _sexagesimal(abs(longitude)),
    }
    if altitude is not None:
        place |= {5: b"\1" if altitude < 0 else b"\0", 6: abs(altitude)}
    return place


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    minutes, seconds = divmod(round(degrees * 3600, 4), 60)
    return float(minutes // 60), float(minutes % 60), seconds
