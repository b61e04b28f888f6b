"""The EXIF item of HEIC and AVIF pictures built box by box."""

import io
import struct

import pytest
from making.photos import MAKE, make_photo

from triage.errors import EvidenceError, Malformed, Truncated, Unsupported
from triage.formats import exif


def box(name: bytes, *payload: bytes) -> bytes:
    content = b"".join(payload)
    return struct.pack(">I", len(content) + 8) + name + content


def heic(block: bytes, *, method: int = 0, brand: bytes = b"heic", offset: int | None = None) -> bytes:
    """A picture without pixels: an EXIF item in the file (method 0) or in `idat` (method 1)."""
    item = struct.pack(">I", 6) + b"Exif\0\0" + block
    ftyp = box(b"ftyp", brand, bytes(4), b"mif1", brand)
    infe = box(b"infe", b"\2\0\0\0", struct.pack(">HH", 7, 0), b"Exif", b"\0")
    iinf = box(b"iinf", bytes(4), struct.pack(">H", 1), infe)

    def meta(place: int) -> bytes:
        iloc = box(
            b"iloc",
            b"\1\0\0\0",
            b"\x44\0",
            struct.pack(">HHHHH", 1, 7, method, 0, 1),
            struct.pack(">II", place, len(item)),
        )
        return box(b"meta", bytes(4), iinf, iloc, box(b"idat", item if method == 1 else b""))

    place = len(ftyp) + len(meta(0)) + 8 if method == 0 else 0
    return ftyp + meta(place if offset is None else offset) + box(b"mdat", item)


@pytest.fixture
def block() -> bytes:
    photo = make_photo()
    at = photo.index(b"Exif\0\0") + 6
    return photo[at : at + 2000]


@pytest.mark.parametrize("method", [0, 1])
@pytest.mark.parametrize("brand", [b"heic", b"heix", b"avif", b"mif1"])
def test_the_item_is_found(block: bytes, method: int, brand: bytes) -> None:
    found = exif.read(io.BytesIO(heic(block, method=method, brand=brand)))
    assert found is not None
    assert found.values.make == MAKE


def test_no_item_is_no_exif(block: bytes) -> None:
    assert (
        exif.read(io.BytesIO(heic(block).replace(b"Exif\0" + b"\0\0", b"hvc1\0\0\0", 1).replace(b"infe", b"xxxx")))
        is None
    )
    assert exif.read(io.BytesIO(box(b"ftyp", b"heic", bytes(4)))) is None


def test_what_cannot_be_read_is_told(block: bytes) -> None:
    with pytest.raises(Unsupported):
        exif.read(io.BytesIO(heic(block, method=2)))
    with pytest.raises(Malformed):
        exif.read(io.BytesIO(heic(b"XX" + block[2:])))
    for data in (heic(block, offset=0xFFFFFFF0), heic(block)[:-100], heic(block)[:90]):
        with pytest.raises(Truncated):
            exif.read(io.BytesIO(data))


def test_extents_of_no_length_cost_no_time() -> None:
    """exifread walks these one by one: two thousand million steps for 400 kilobytes."""
    items = struct.pack(">HHHH", 9, 0, 0, 0xFFFF) * 50_000
    iloc = box(b"iloc", b"\1\0\0\0", b"\0\0", struct.pack(">H", 50_000), items)
    infe = box(b"infe", b"\2\0\0\0", struct.pack(">HH", 7, 0), b"Exif", b"\0")
    meta = box(b"meta", bytes(4), box(b"iinf", bytes(4), struct.pack(">H", 1), infe), iloc)
    with pytest.raises(EvidenceError):
        exif.read(io.BytesIO(box(b"ftyp", b"heic", bytes(4)) + meta))
