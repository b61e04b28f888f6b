"""What the makers' own notes in EXIF say of the camera and its owner: serial numbers, owner, identifiers of one picture.

The notes are directories as TIFF has them, each maker's with another start and other offsets. Layouts and numbers after the
documentation of exiftool (mark A where public samples of the maker agree with it: Apple, Canon, Fujifilm, HP, Nikon, Olympus,
Panasonic, Pentax, Sony; else mark B).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from triage.errors import Malformed
from triage.formats.tiff import Directory, Tiff, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.formats.tiff import Field

MOST_TAGS = 250
_HP_SERIAL = re.compile(rb"SERIAL NUMBER:([\x21-\x7e]{4,32})")


@dataclass(slots=True)
class Notes:
    """What was found. `raw` holds every field by its number, as text."""

    maker: str | None = None
    serial: str | None = None
    internal_serial: str | None = None
    owner: str | None = None
    lens: str | None = None
    unique_id: str | None = None
    content_id: str | None = None
    raw: dict[str, str] = field(default_factory=dict)
    broken: int = 0


def read(tiff: Tiff, note: Field, make: str | None, model: str | None) -> Notes:
    """The notes of a maker that is known; the bytes of others are left alone. Never raises."""
    head = tiff.cut(note.at, 20)
    for signature, maker, layout, taken in _LAYOUTS:
        if head.startswith(signature) and (signature or (make or "").lower().startswith(maker.lower())):
            found = Notes(maker)
            try:
                inner, directory = layout(tiff, note, head)
            except Malformed:
                found.broken = 1
                return found
            found.broken = directory.broken
            found.raw = _raw(inner, directory)
            taken(found, inner, directory, model or "")
            return found
    return _hp(tiff.data(note)) if (make or "").lower().startswith(("hewlett", "hp")) else Notes()


def _raw(tiff: Tiff, directory: Directory) -> dict[str, str]:
    listed = list(directory.fields.values())[:MOST_TAGS]
    return {f"0x{each.number:04x}": shown(tiff, each) for each in listed}


# ------------------------------------------------------------------------------------ where the directory lies

Layout = tuple[Tiff, Directory]


def _plain(tiff: Tiff, note: Field, _head: bytes) -> Layout:
    return tiff, tiff.directory(note.at)


def _after(skip: int) -> Callable[[Tiff, Field, bytes], Layout]:
    """A directory some bytes into the note, with offsets from the start of the EXIF."""

    def find(tiff: Tiff, note: Field, _head: bytes) -> Layout:
        return tiff, tiff.directory(note.at + skip)

    return find


def _within(skip: int, order_at: int) -> Callable[[Tiff, Field, bytes], Layout]:
    """A directory some bytes into the note, with offsets from the start of the note and its own order of bytes."""

    def find(tiff: Tiff, note: Field, head: bytes) -> Layout:
        order = {b"II": "little", b"MM": "big"}.get(head[order_at : order_at + 2], tiff.order)
        inner = Tiff(tiff.stream, base=tiff.base + note.at, order=order)
        return inner, inner.directory(skip)

    return find


def _nikon(tiff: Tiff, note: Field, _head: bytes) -> Layout:
    """A TIFF header of its own, ten bytes into the note."""
    inner = Tiff(tiff.stream, base=tiff.base + note.at + 10)
    return inner, inner.directory(inner.first)


def _fujifilm(tiff: Tiff, note: Field, head: bytes) -> Layout:
    inner = Tiff(tiff.stream, base=tiff.base + note.at, order="little")
    return inner, inner.directory(int.from_bytes(head[8:12], "little"))


# ------------------------------------------------------------------------------------ what is taken out of it


def _canon(found: Notes, tiff: Tiff, directory: Directory, model: str) -> None:
    fields = directory.fields
    found.owner = tiff.text(fields.get(0x09))
    found.lens = tiff.text(fields.get(0x95))
    found.internal_serial = tiff.text(fields.get(0x96))
    if number := tiff.whole(fields.get(0x0C)):
        digits = 6 if "EOS-1D" in model else 10
        found.serial = f"{number >> 16:04x}-{number & 0xFFFF:05d}" if "D30" in model else f"{number:0{digits}d}"
    found.unique_id = _hex(tiff, fields.get(0x28))


def _nikon_taken(found: Notes, tiff: Tiff, directory: Directory, _model: str) -> None:
    found.serial = tiff.text(directory.fields.get(0x1D))


def _olympus_taken(found: Notes, tiff: Tiff, directory: Directory, _model: str) -> None:
    """The numbers are in the directory `Equipment`, 0x2010."""
    pointer = directory.fields.get(0x2010)
    if pointer is None:
        return
    at = pointer.at if pointer.kind == 7 else (tiff.whole(pointer) or 0)
    try:
        equipment = tiff.directory(at).fields
    except Malformed:
        return
    found.serial = tiff.text(equipment.get(0x101))
    found.internal_serial = tiff.text(equipment.get(0x102))
    found.lens = tiff.text(equipment.get(0x203))


def _panasonic_taken(found: Notes, tiff: Tiff, directory: Directory, _model: str) -> None:
    fields = directory.fields
    found.internal_serial = tiff.text(fields.get(0x25))
    found.lens = tiff.text(fields.get(0x51))


def _pentax_taken(found: Notes, tiff: Tiff, directory: Directory, _model: str) -> None:
    """0x0215 holds five numbers; the last is the camera's own."""
    numbers = tiff.numbers(directory.fields.get(0x215))
    if len(numbers) >= 5 and numbers[4]:
        found.internal_serial = str(int(numbers[4]))
    found.serial = tiff.text(directory.fields.get(0x229))


def _fujifilm_taken(found: Notes, tiff: Tiff, directory: Directory, _model: str) -> None:
    found.internal_serial = tiff.text(directory.fields.get(0x10))


def _apple_taken(found: Notes, tiff: Tiff, directory: Directory, _model: str) -> None:
    """0x0011 ties a picture to the clip of a Live Photo, 0x0015 names the picture."""
    found.content_id = tiff.text(directory.fields.get(0x11))
    found.unique_id = tiff.text(directory.fields.get(0x15))


def _sony_taken(found: Notes, tiff: Tiff, directory: Directory, model: str) -> None:
    """0x9050 is enciphered by a fixed substitution: each byte up to 248 is the cube of the plain one modulo 249. Where the number is differs by model."""
    data = tiff.data(directory.fields[0x9050], 512) if 0x9050 in directory.fields else b""
    place = next((place for models, place in _SONY_SERIALS if models.match(model)), None)
    number = data[slice(*place)] if place else b""
    if place and len(number) == place[1] - place[0] and number.strip(b"\0"):
        found.internal_serial = number.translate(_SONY_PLAIN).hex()


_SONY_PLAIN = bytes.maketrans(bytes(byte**3 % 249 for byte in range(249)), bytes(range(249)))
_SONY_SERIALS = tuple(
    (re.compile(models), place)
    for models, place in (
        (r"ILCE-1\Z", (0x8A, 0x90)),
        (
            r"ILCE-(7M4|7RM5|7SM3|6100|6300|6400|6500|6600|7C|7M3|7RM2|7RM3A?|7RM4A?|7SM2|9|9M2)\Z|ILME-FX3|ILCA-99M2|ZV-E10\Z",
            (0x88, 0x8E),
        ),
        (r"SLT-|HV|ILCA-", (0xF0, 0xF5)),
        (r"(?!NEX-(5N|7|VG20E))NEX-|ILCE-(?!1)", (0x7C, 0x80)),
    )
)


def _nothing(_found: Notes, _tiff: Tiff, _directory: Directory, _model: str) -> None:
    """All that is known of these notes is their layout."""


def _hex(tiff: Tiff, value: Field | None) -> str | None:
    data = tiff.data(value, 32) if value else b""
    return data.hex() if data.strip(b"\0") else None


def _hp(data: bytes) -> Notes:
    """Photosmart cameras write their number as a line of text."""
    match = _HP_SERIAL.search(data)
    return Notes("HP", serial=match[1].decode("ascii")) if match else Notes()


_LAYOUTS: tuple[
    tuple[bytes, str, Callable[[Tiff, Field, bytes], Layout], Callable[[Notes, Tiff, Directory, str], None]], ...
] = (
    (b"Apple iOS\0", "Apple", _within(14, 12), _apple_taken),
    (b"Nikon\0\x02", "Nikon", _nikon, _nikon_taken),
    (b"Nikon\0\x01", "Nikon", _after(8), _nothing),
    (b"OLYMPUS\0", "Olympus", _within(12, 8), _olympus_taken),
    (b"OM SYSTEM\0", "Olympus", _within(16, 12), _olympus_taken),
    (b"OLYMP\0", "Olympus", _after(8), _olympus_taken),
    (b"EPSON\0", "Epson", _after(8), _nothing),
    (b"Panasonic\0", "Panasonic", _after(12), _panasonic_taken),
    (b"LEICA\0", "Leica", _after(8), _panasonic_taken),
    (b"FUJIFILM", "Fujifilm", _fujifilm, _fujifilm_taken),
    (b"AOC\0", "Pentax", _after(6), _pentax_taken),
    (b"PENTAX \0", "Pentax", _within(10, 8), _pentax_taken),
    (b"SONY", "Sony", _after(12), _sony_taken),
    (b"", "Canon", _plain, _canon),
    (b"", "Nikon", _plain, _nikon_taken),
    (b"", "Samsung", _within(0, 0), _nothing),
)
