"""What a message carries, by the number of its TL object: kind, file name, place, contact card (numbers: published layers, mark A).

The name under which the Android client caches a picture is `-<photo id>_<code of the size letter>.jpg` (mark C).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from triage.errors import EvidenceError

if TYPE_CHECKING:
    from triage.formats.telegram.tl import Reader

KINDS = {
    0x3DED6320: "text", 0x695150D7: "image", 0x56E0D474: "location", 0x70322949: "contact", 0xCBF24940: "contact",
    0x5E7D2F39: "contact", 0x9F84F49E: "unsupported", 0xDD570BD5: "document", 0x4CF4D72D: "document", 0x52D8CCD9: "document",
    0x9CB070D7: "document", 0xDDF10C3B: "text", 0xA32DD600: "text", 0x2EC0533F: "location", 0xFDB19008: "game",
    0xF6A548D3: "invoice", 0xB940C666: "live location", 0x7C3C2609: "live location", 0x4BD6E798: "poll", 0x3F7EE58B: "dice",
    0x68CB6283: "story",
}  # fmt: skip
_PHOTO, _VENUE, _LIVE, _GEO = 0x695150D7, 0x2EC0533F, frozenset({0xB940C666, 0x7C3C2609}), 0x56E0D474
_CONTACTS = frozenset({0x70322949, 0xCBF24940, 0x5E7D2F39})
_PHOTOS = frozenset({0xFB197A65, 0xD07504A5, 0x9288DD29})  # flags, id ...
_DOCUMENTS = {0x8FD4C4D8: 8, 0x1E87342B: 4}  # and the bytes of their size
_POINTS = frozenset({0xB2A2F663, 0x0296F104, 0x2049D70C})
_FILE_NAME = (0x15590068).to_bytes(4, "little")
_SIZES = tuple((0x75C78E60).to_bytes(4, "little") + bytes([1, ord(letter), 0, 0]) for letter in "wyxms")
_SORTS = {"video": "video", "audio": "audio", "image": "image"}


class Media(NamedTuple):
    """What is known of a medium. `name` is the file's own, or the one under which the client caches it; size in bytes."""

    kind: str
    number: int
    name: str | None = None
    size: int | None = None
    mime: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    text: str | None = None


def read_media(reader: Reader) -> Media:
    """The medium at the reader's place; what cannot be read of it is left out. Raises EvidenceError without its number."""
    number = reader.word()
    kind = KINDS.get(number, f"unknown ({number:08x})")
    try:
        if number == _PHOTO:
            return _photo(reader, kind, number)
        if kind == "document":
            return _document(reader, number)
        if number in _CONTACTS:
            return _contact(reader, kind, number)
        if number in {_GEO, _VENUE, *_LIVE}:
            return _place(reader, kind, number)
    except EvidenceError:
        pass
    return Media(kind, number)


def _photo(reader: Reader, kind: str, number: int) -> Media:
    """The largest size the client fetches is what it names the file by."""
    if not reader.word() & 1 or reader.word() not in _PHOTOS:
        return Media(kind, number)
    reader.word()
    identifier = reader.long()
    largest = next((mark for mark in _SIZES if mark in reader.data[reader.at :]), None)
    return Media(kind, number, name=None if largest is None else f"-{identifier}_{largest[5]}.jpg")


def _document(reader: Reader, number: int) -> Media:
    start = reader.at
    if not reader.word() & 1:
        return Media("document", number)
    constructor = reader.word()
    if constructor not in _DOCUMENTS:
        return Media("document", number, name=_file_name(reader, start))
    reader.word()
    reader.at += 16
    reader.raw()
    reader.integer()
    mime = reader.text() or None
    size = reader.long() if _DOCUMENTS[constructor] == 8 else reader.integer()
    kind = _SORTS.get((mime or "").partition("/")[0], "document")
    return Media(kind, number, _file_name(reader, start), size if size > 0 else None, mime)


def _file_name(reader: Reader, start: int) -> str | None:
    """The attribute that holds the name is found by its number: what is before it has too many layers."""
    at = reader.data.find(_FILE_NAME, start)
    if at < 0:
        return None
    reader.at = at + 4
    return reader.text() or None


def _contact(reader: Reader, kind: str, number: int) -> Media:
    phone, first, last = reader.text(), reader.text(), reader.text()
    name = " ".join(each for each in (first, last) if each)
    return Media(kind, number, text=f"{name} ({phone})".strip() if phone else name or None)


def _place(reader: Reader, kind: str, number: int) -> Media:
    if number == 0xB940C666:
        reader.word()
    point = reader.word()
    if point not in _POINTS:
        return Media(kind, number)
    if point == 0xB2A2F663:
        reader.word()
    longitude, latitude = reader.double(), reader.double()
    text = None
    if number == _VENUE:
        reader.at += 0 if point == 0x2049D70C else 8
        text = _venue(reader)
    return Media(kind, number, latitude=latitude, longitude=longitude, text=text)


def _venue(reader: Reader) -> str | None:
    """Title and address behind the point, whose accuracy may follow its access hash."""
    title, address = reader.text(), reader.text()
    return ", ".join(each for each in (title, address) if each) or None
