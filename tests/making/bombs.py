"""Files made to break who reads them: sizes that cannot be, structures that go round, pieces without number. All are small."""

import io
import struct
import zlib

from PIL import Image

FRAME_HEAD = b"!\xf9\x04\x00\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00"


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, rows: bytes) -> bytes:
    """A PNG that states this size and packs these bytes."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def huge_png() -> bytes:
    """100,000 x 100,000 pixels, of which a few rows are there."""
    return png(100_000, 100_000, bytes(100_001 * 4))


def inflating_png() -> bytes:
    """A small picture whose packed data unpack to 64 MiB."""
    return png(16, 16, bytes(64 << 20))


def text_bomb_png() -> bytes:
    """A packed text that unpacks to 64 MiB, beside a small picture."""
    text = chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(bytes(64 << 20), 9))
    return png(16, 16, bytes(17 * 16)).replace(chunk(b"IEND", b""), text + chunk(b"IEND", b""))


def large_jpeg() -> bytes:
    """A JPEG whose header says 65,500 x 65,500."""
    target = io.BytesIO()
    Image.new("RGB", (16, 16)).save(target, "JPEG")
    data = target.getvalue()
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", 65_500, 65_500) + data[at + 4 :]


def jpeg_with(exif: bytes) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (64, 48), "grey").save(target, "JPEG")
    data, payload = target.getvalue(), b"Exif\0\0" + exif
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload + data[2:]


def looping_exif() -> bytes:
    """Directories that lead to themselves and to each other: as next, as EXIF, as GPS, as sub-directories."""
    fields = [(0x8769, 4, 1, 8), (0x8825, 4, 1, 8), (0xA005, 4, 1, 8), (0x014A, 4, 1, 8)]
    directory = struct.pack("<H", len(fields)) + b"".join(struct.pack("<HHII", *each) for each in fields)
    return jpeg_with(b"II*\0" + struct.pack("<I", 8) + directory + struct.pack("<I", 8))


def endless_exif() -> bytes:
    """A directory of 65,535 fields, each of which points at four thousand million values."""
    field = struct.pack("<HHII", 0x927C, 7, 0xFFFFFFFF, 8)
    return jpeg_with(b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 0xFFFF) + field * 5000)


def endless_gif() -> bytes:
    """200,000 frames of one pixel in a screen of 2,000 x 2,000."""
    screen = b"GIF89a" + struct.pack("<HH", 2000, 2000) + b"\x80\0\0\0\0\0\xff\xff\xff"
    return screen + b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0" + FRAME_HEAD * 200_000 + b";"


def box(name: bytes, *payload: bytes) -> bytes:
    content = b"".join(payload)
    return struct.pack(">I", len(content) + 8) + name + content


def tiled_heic() -> bytes:
    """A grid of 100 x 100 tiles: 10,000 items that all lie at the same bytes."""
    count = 10_000
    infe = b"".join(
        box(b"infe", b"\2\0\0\0", struct.pack(">HH", number, 0), b"hvc1", b"\0") for number in range(1, count + 1)
    )
    grid = box(b"infe", b"\2\0\0\0", struct.pack(">HH", count + 1, 0), b"grid", b"\0")
    iinf = box(b"iinf", bytes(4), struct.pack(">H", count + 1), infe, grid)
    places = b"".join(struct.pack(">HHHII", number, 0, 1, 64, 512) for number in range(1, count + 2))
    iloc = box(b"iloc", b"\0\0\0\0", b"\x44\0", struct.pack(">H", count + 1), places)
    dimg = box(
        b"dimg", struct.pack(">HH", count + 1, count), b"".join(struct.pack(">H", each) for each in range(1, count + 1))
    )
    size = box(b"ispe", bytes(4), struct.pack(">II", 51_200, 51_200))
    links = b"".join(struct.pack(">HBB", number, 1, 1) for number in range(1, count + 2))
    iprp = box(b"iprp", box(b"ipco", size), box(b"ipma", bytes(4), struct.pack(">I", count + 1), links))
    pitm = box(b"pitm", bytes(4), struct.pack(">H", count + 1))
    hdlr = box(b"hdlr", bytes(8), b"pict", bytes(13))
    meta = box(b"meta", bytes(4), hdlr, pitm, iinf, box(b"iref", bytes(4), dimg), iprp, iloc)
    return box(b"ftyp", b"heic", bytes(4), b"mif1heic") + meta + box(b"mdat", bytes(4096))


def nested_boxes() -> bytes:
    """Boxes inside boxes, 2,000 deep, where the metadata of a raw file should be."""
    data = b""
    for _ in range(2000):
        data = box(b"moov", data)
    return box(b"ftyp", b"crx ", bytes(4), b"crx isom") + data


def endless_clip() -> bytes:
    """A clip that says it has four thousand million samples of one byte."""
    mvhd = box(b"mvhd", bytes(12), struct.pack(">II", 1000, 0xFFFFFFFF), bytes(80))
    tkhd = box(b"tkhd", bytes(4), bytes(8), struct.pack(">I", 1), bytes(60), struct.pack(">II", 64 << 16, 64 << 16))
    mdhd = box(b"mdhd", bytes(12), struct.pack(">II", 1000, 0xFFFFFFFF), bytes(4))
    hdlr = box(b"hdlr", bytes(8), b"vide", bytes(13))
    entry = box(b"mp4v", bytes(6), b"\0\1", bytes(16), struct.pack(">HH", 64, 64), bytes(50))
    stsd = box(b"stsd", bytes(4), struct.pack(">I", 1), entry)
    stts = box(b"stts", bytes(4), struct.pack(">III", 1, 0xFFFFFFFF, 1))
    stsc = box(b"stsc", bytes(4), struct.pack(">IIII", 1, 1, 1, 1))
    stsz = box(b"stsz", bytes(4), struct.pack(">II", 1, 0xFFFFFFFF))
    stco = box(b"stco", bytes(4), struct.pack(">II", 1, 48))
    stbl = box(b"stbl", stsd, stts, stsc, stsz, stco)
    minf = box(b"minf", box(b"vmhd", bytes(12)), stbl)
    trak = box(b"trak", tkhd, box(b"mdia", mdhd, hdlr, minf))
    return box(b"ftyp", b"isom", bytes(4), b"isommp41") + box(b"moov", mvhd, trak) + box(b"mdat", bytes(4096))


def many_pages() -> bytes:
    """A TIFF of 20,000 pages, each of 4,000 x 4,000 pixels that are not there."""
    pages = []
    for number in range(20_000):
        at = 8 + number * 54
        fields = [(0x100, 4, 1, 4000), (0x101, 4, 1, 4000), (0x111, 4, 1, 8), (0x117, 4, 1, 16_000_000)]
        directory = struct.pack("<H", 4) + b"".join(struct.pack("<HHII", *each) for each in fields)
        pages.append(directory + struct.pack("<I", at + 54))
    return b"II*\0" + struct.pack("<I", 8) + b"".join(pages)


def false_raw() -> bytes:
    """A raw file that is full of beginnings of JPEGs."""
    fields = [(0xC612, 1, 4, 0x401)]
    directory = struct.pack("<H", 1) + struct.pack("<HHII", *fields[0]) + bytes(4)
    return b"II*\0" + struct.pack("<I", 8) + directory + b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" * 200_000


def deep_xmp() -> bytes:
    """XMP of 20,000 tags inside each other."""
    packet = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + b"<a>" * 20_000
    photo = jpeg_with(b"II*\0\x08\0\0\0\0\0")
    return photo[:2] + b"\xff\xe1" + struct.pack(">H", len(packet) + 2) + packet + photo[2:]


BOMBS = {
    "huge.png": huge_png,
    "inflating.png": inflating_png,
    "text.png": text_bomb_png,
    "large.jpg": large_jpeg,
    "loop.jpg": looping_exif,
    "endless.jpg": endless_exif,
    "frames.gif": endless_gif,
    "tiles.heic": tiled_heic,
    "nested.cr3": nested_boxes,
    "endless.mp4": endless_clip,
    "pages.tif": many_pages,
    "false.dng": false_raw,
    "deep.jpg": deep_xmp,
}
