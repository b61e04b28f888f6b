"""Stores of cached pictures as Windows, Android and Apple write them, made by code over drawn scenes that differ from each other."""

import hashlib
import io
import random
import sqlite3
import struct
import uuid
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from PIL import Image, ImageDraw

SLOT = 10_000
VISTA, SEVEN, TEN = 20, 21, 32


def scene(number: int, size: tuple[int, int] = (1200, 900)) -> Image.Image:
    """A drawn scene, another one for each number."""
    chance = random.Random(number)
    width, height = size
    image = Image.new("RGB", size, tuple(chance.randrange(40, 220) for _ in range(3)))
    draw = ImageDraw.Draw(image)
    for _ in range(24):
        x, y = chance.randrange(-width // 4, width), chance.randrange(-height // 4, height)
        box = (x, y, x + chance.randrange(width // 12, width // 2), y + chance.randrange(height // 12, height // 2))
        colour = tuple(chance.randrange(256) for _ in range(3))
        (draw.ellipse if chance.random() < 0.5 else draw.rectangle)(box, fill=colour)
    return image


def picture(number: int, *, side: int | None = None, kind: str = "JPEG") -> bytes:
    """The scene as a file; `side` is the longer side of a thumbnail."""
    image = scene(number)
    if side is not None:
        image.thumbnail((side, side), Image.Resampling.BICUBIC)
    target = io.BytesIO()
    image.save(target, kind, **({"quality": 85} if kind == "JPEG" else {}))
    return target.getvalue()


def thumbcache(pictures: dict[int, bytes], *, version: int = TEN) -> bytes:
    """`thumbcache_*.db`: an entry for each ThumbnailCacheId, with one that holds an id alone between them."""
    entries = [_entry(number, data, version) for number, data in pictures.items()]
    entries.insert(1, _entry(0x1111111111111111, b"", version))
    head = struct.pack("<4sIIIII", b"CMMM", version, 2, 24, 24 + sum(map(len, entries)), len(entries))
    return head + b"".join(entries)


def _entry(number: int, data: bytes, version: int) -> bytes:
    name = f"{number:016x}".encode("utf-16-le")
    extension = [b"j\0p\0g\0\0\0"] if version == VISTA else []
    pixels = [] if version in {VISTA, SEVEN} else [struct.pack("<II", 256, 192)]
    middle = b"".join((*extension, struct.pack("<III", len(name), 2, len(data)), *pixels, bytes(4), bytes(16)))
    size = 16 + len(middle) + len(name) + 2 + len(data)
    return struct.pack("<4sIQ", b"CMMM", size, number) + middle + name + bytes(2) + data


def thumbs_db(pictures: dict[str, bytes]) -> bytes:
    """`Thumbs.db` of Windows XP: catalog with names, a stream for each picture."""
    rows = b""
    streams: list[tuple[str, bytes]] = []
    for number, (name, data) in enumerate(pictures.items(), start=10):
        text = name.encode("utf-16-le") + bytes(4)
        rows += struct.pack("<IIQ", 16 + len(text), number, 0) + text
        streams.append((str(number)[::-1], struct.pack("<III", 12, 1, len(data)) + data))
    catalog = struct.pack("<HHIII", 16, 7, len(pictures), 96, 96) + rows
    return compound([("Catalog", catalog), *streams])


def compound(streams: list[tuple[str, bytes]]) -> bytes:
    """A compound file of sectors of 512 bytes ([MS-CFB]): small streams in the mini stream, larger ones in sectors of their own."""
    sectors: list[bytes] = []
    chains: list[list[int]] = []

    def place(data: bytes) -> int:
        if not data:
            return 0xFFFFFFFE
        first = len(sectors)
        sectors.extend(data[at : at + 512].ljust(512, b"\0") for at in range(0, len(data), 512))
        chains.append(list(range(first, len(sectors))))
        return first

    mini, minis, rows = b"", [], []
    for name, data in streams:
        if len(data) < 4096:
            first = len(mini) // 64
            mini += data + bytes(-len(data) % 64)
            minis += [*range(first + 1, len(mini) // 64), 0xFFFFFFFE]
        else:
            first = place(data)
        rows.append((name, 2, first, len(data)))
    root = ("Root Entry", 5, place(mini), len(mini))
    table = place(struct.pack(f"<{len(minis)}I", *minis)) if minis else 0xFFFFFFFE
    directory = place(b"".join(_row(*row) for row in (root, *rows)))
    return _with_fat(sectors, chains, directory, table)


def _row(name: str, kind: int, first: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBB", len(text), kind, 1)
        + bytes(48)
        + struct.pack("<III", first, size, 0)
    )


def _with_fat(sectors: list[bytes], chains: list[list[int]], directory: int, mini_table: int) -> bytes:
    count = -(-(len(sectors) + 8) // 127)
    fat = [0xFFFFFFFF] * (count * 128)
    for chain in chains:
        for at, following in zip(chain, [*chain[1:], 0xFFFFFFFE], strict=True):
            fat[at] = following
    places = list(range(len(sectors), len(sectors) + count))
    for number in places:
        fat[number] = 0xFFFFFFFD
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIIII", 0, count, directory, 0, 4096, mini_table, 1, 0xFFFFFFFE, 0, 0)[:36]
    head = head.ljust(76, b"\0") + struct.pack("<109I", *(places + [0xFFFFFFFF] * 109)[:109])
    return head + b"".join(sectors) + struct.pack(f"<{len(fat)}I", *fat)


def thumbdata(pictures: dict[int, bytes]) -> bytes:
    """`.thumbdata3--1967290299`: slot by number of the media database."""
    store = bytearray((max(pictures) + 1) * SLOT)
    for number, data in pictures.items():
        head = b"\1" + struct.pack(">qI", number * 7919, len(data))
        store[number * SLOT : number * SLOT + len(head) + len(data)] = head + data
    return bytes(store)


def ithmb(pictures: dict[str, Image.Image], *, side: int, cut: bool = False) -> bytes:
    """A table of Apple's photo library, 16 bits a pixel: a slot for each asset's UUID, an empty one between them."""
    slots = [_slot(image, identifier, side, cut=cut) for identifier, image in pictures.items()]
    slots.insert(1, bytes(len(slots[0])))
    return b"".join(slots)


def _slot(image: Image.Image, identifier: str, side: int, *, cut: bool) -> bytes:
    small, stride = image.copy(), (side + 7) // 8 * 8
    if cut:
        small = small.resize((side, side))
    else:
        small.thumbnail((side, side))
    square = Image.new("RGB", (stride, side), "black")
    square.paste(small, ((side - small.width) // 2, (side - small.height + 1) // 2) if not cut else (0, 0))
    pixels = b"".join(
        struct.pack("<H", (red >> 3) << 10 | (green >> 3) << 5 | blue >> 3)
        for red, green, blue in square.get_flattened_data()
    )
    return pixels + uuid.UUID(identifier).bytes + struct.pack("<IIi", small.width, small.height, 0)


def quicklook(folder: Path, pictures: dict[int, Image.Image], names: dict[int, tuple[str, str]] | None = None) -> None:
    """`index.sqlite` and `thumbnails.data`: with `names` (folder, file) as until macOS 10.14, else by the number of the file."""
    folder.mkdir(parents=True, exist_ok=True)
    data = b"\xee" * 100
    with closing(sqlite3.connect(folder / "index.sqlite")) as database:
        database.executescript(QUICKLOOK if names is None else QUICKLOOK_NAMED)
        for number, image in pictures.items():
            stride = image.width * 4 + 32
            rows = image.convert("RGBA").tobytes("raw", "RGBA" if names else "BGRA")
            lines = [rows[at * image.width * 4 : (at + 1) * image.width * 4] for at in range(image.height)]
            pixels = b"".join(line + b"\xaa" * 32 for line in lines)
            file_id = number if names else number - (1 << 63)
            layout = (image.width, image.height, 8, 32, stride, None if names else 0x2002, len(data), len(pixels))
            database.execute(
                "INSERT INTO thumbnails VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (file_id, float(image.width), *layout, 3, 793000000.0 + number),
            )
            data += pixels
            if names:
                database.execute(
                    "INSERT INTO files (rowid, folder, file_name, fs_id) VALUES (?, ?, ?, ?)",
                    (number, *names[number], "v"),
                )
            else:
                database.execute("INSERT INTO basic_files VALUES (?, ?, ?)", (number, 77, None))
        database.commit()
    (folder / "thumbnails.data").write_bytes(data)


_THUMBNAILS = """CREATE TABLE thumbnails (file_id INTEGER, size REAL, width INTEGER, height INTEGER, bitspercomponent INTEGER,
    bitsperpixel INTEGER, bytesperrow INTEGER, bitmapinfo INTEGER, bitmapdata_location INTEGER, bitmapdata_length INTEGER,
    hit_count INTEGER, last_hit_date REAL);"""
QUICKLOOK = _THUMBNAILS + "CREATE TABLE basic_files (fileId INTEGER, fsid INTEGER, version BLOB);"
QUICKLOOK_NAMED = _THUMBNAILS + "CREATE TABLE files (folder TEXT, file_name TEXT, fs_id TEXT, version BLOB);"


def imgcache(pictures: dict[int, bytes]) -> bytes:
    """`imgcache.0` of the gallery: blobs with the path of the item before the JPEG."""
    store = b"\x10\x85\x24\xbd"
    for number, data in pictures.items():
        value = f"/local/image/item/{number}+1772000000+2".encode("utf-16-le") + data
        store += struct.pack("<QIII", number * 31, 0, len(store), len(value)) + value
    return store


def freedesktop_name(path: str) -> str:
    """The name of a thumbnail under `.cache/thumbnails`."""
    return hashlib.md5(f"file://{quote(path)}".encode()).hexdigest() + ".png"


def written(path: Path, data: bytes) -> Path:
    """A file with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
