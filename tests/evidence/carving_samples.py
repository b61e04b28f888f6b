"""Whole files of every kind that is carved, made from a number: the same number gives the same file."""

import io
import random
import sqlite3
import struct
import zipfile
from pathlib import Path

from PIL import Image, ImageFilter


def picture(number, form, *, side=0, **options):
    """A picture with even areas, gradients and noise, packed by Pillow."""
    dice = random.Random(f"picture {number}")
    width, height = (side or dice.randrange(90, 700)), (side or dice.randrange(90, 500))
    noise = Image.frombytes("RGB", (64, 64), dice.randbytes(64 * 64 * 3)).resize((width, height))
    image = Image.blend(Image.linear_gradient("L").resize((width, height)).convert("RGB"), noise, dice.random())
    image.paste((dice.randrange(256), 20, 90), (0, 0, width // 2, height // 3))
    packed = io.BytesIO()
    image.save(packed, form, **options)
    return packed.getvalue()


def with_thumbnail(number):
    """A JPEG that holds another in its APP1 segment, as cameras write it."""
    whole, thumbnail = picture(number, "JPEG"), picture(number, "JPEG", side=96)
    tiff = b"MM\x00\x2a\x00\x00\x00\x08\x00\x00\x00\x00\x00\x0e\x00\x02"
    tiff += struct.pack(">HHII", 0x201, 4, 1, 44) + struct.pack(">HHII", 0x202, 4, 1, len(thumbnail)) + bytes(4)
    tiff = tiff.ljust(44, b"\0") + thumbnail
    body = b"Exif\x00\x00" + tiff
    return whole[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + whole[2:]


def animation(number):
    """A GIF of several pictures."""
    dice = random.Random(f"animation {number}")
    frames = [Image.effect_noise((120, 90), dice.randrange(20, 90)).filter(ImageFilter.BLUR) for _ in range(4)]
    packed = io.BytesIO()
    frames[0].save(packed, "GIF", save_all=True, append_images=frames[1:], loop=0)
    return packed.getvalue()


def box(kind, *parts):
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + kind + body


def clip(number, brand=b"isom", *, index_first=False, wide=False, size=None):
    """ISO media made by hand: one track whose chunk table points into the data."""
    dice = random.Random(f"clip {number}")
    data = dice.randbytes(size or dice.randrange(3_000, 400_000))
    head = box(b"ftyp", brand, bytes(4), brand, b"mp41")
    mdat = (struct.pack(">I4sQ", 1, b"mdat", len(data) + 16) + data) if wide else box(b"mdat", data)
    begin = len(mdat) - len(data)
    filler = box(b"free", bytes(dice.randrange(40)))

    def index(start):
        chunks = [start + at for at in range(0, len(data), 1000)]
        table = box(b"stco", bytes(4), struct.pack(f">I{len(chunks)}I", len(chunks), *chunks))
        return box(b"moov", box(b"mvhd", bytes(100)), box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", table)))))

    if index_first:
        return head + index(len(head) + len(index(0)) + len(filler) + begin) + filler + mdat
    return head + filler + mdat + index(len(head) + len(filler) + begin)


def still(number):
    """An HEIC file as to its boxes; its data is noise."""
    meta = box(b"meta", bytes(4), box(b"hdlr", bytes(4), bytes(4), b"pict", bytes(13)), box(b"iloc", bytes(24)))
    return box(b"ftyp", b"heic", bytes(4), b"mif1heic") + meta + box(b"mdat", random.Random(number).randbytes(50_000))


def database(number, folder):
    """A database with rows, an index, overflow pages and, where the number is even, a free list."""
    path = Path(folder) / f"sample-{number}.db"
    path.unlink(missing_ok=True)
    dice = random.Random(f"database {number}")
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA page_size={dice.choice((1024, 4096))}")
    connection.execute(f"PRAGMA auto_vacuum={number % 3 % 2}")
    connection.execute("CREATE TABLE message (id INTEGER PRIMARY KEY, body TEXT, file BLOB)")
    connection.execute("CREATE INDEX by_body ON message (body)")
    rows = [(f"pesan {at} {dice.random()}", dice.randbytes(dice.choice((10, 9000)))) for at in range(60)]
    connection.executemany("INSERT INTO message (body, file) VALUES (?, ?)", rows)
    connection.commit()
    if number % 2 == 0:
        connection.execute("DELETE FROM message WHERE id % 2")
        connection.commit()
    connection.close()
    data = path.read_bytes()
    path.unlink()
    return data


class _Unseekable(io.BytesIO):
    """Makes zipfile write its sizes behind the data, as a program does that packs into a pipe."""

    def seekable(self):
        return False

    def seek(self, *_):
        raise io.UnsupportedOperation

    def tell(self):
        raise io.UnsupportedOperation


def archive(number, *, streamed=False):
    dice = random.Random(f"archive {number}")
    packed = _Unseekable() if streamed else io.BytesIO()
    with zipfile.ZipFile(packed, "w", dice.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as file:
        for at in range(dice.randrange(1, 6)):
            file.writestr(f"berkas {at}.txt", dice.randbytes(dice.randrange(20_000)) + b"teks " * 500)
        file.comment = b"contoh"
    return packed.getvalue()


def document(number, *, revisions=0):
    """A PDF with a plain table of references and, on request, further revisions behind it."""
    dice = random.Random(f"document {number}")
    data = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    last = 0
    for revision in range(revisions + 1):
        places = []
        for at in range(1, 4):
            body = dice.randbytes(dice.randrange(200, 20_000)).replace(b"endstream", b"").replace(b"%%EOF", b"")
            places.append(len(data))
            data += b"%d 0 obj\n<</Length %d>>\nstream\n%b\nendstream\nendobj\n" % (at, len(body), body)
        previous = b"/Prev %d" % last if revision else b""
        last = len(data)
        first = b"0 1\n0000000000 65535 f \n1 3\n"
        data += b"xref\n" + first + b"".join(b"%010d 00000 n \n" % place for place in places)
        data += b"trailer\n<</Size 4 /Root 1 0 R %b>>\nstartxref\n%d\n%%%%EOF\n" % (previous, last)
    return data


MAKERS = {
    "jpeg": lambda number, _: picture(number, "JPEG", quality=85),
    "jpeg progressive": lambda number, _: picture(number, "JPEG", progressive=True),
    "jpeg optimised": lambda number, _: picture(number, "JPEG", optimize=True, quality=60),
    "jpeg restarts": lambda number, _: picture(number, "JPEG", restart_marker_rows=1),
    "jpeg thumbnail": lambda number, _: with_thumbnail(number),
    "png": lambda number, _: picture(number, "PNG"),
    "gif": lambda number, _: animation(number),
    "webp": lambda number, _: picture(number, "WEBP"),
    "webp lossless": lambda number, _: picture(number, "WEBP", lossless=True, side=150),
    "bmp": lambda number, _: picture(number, "BMP", side=130),
    "mp4": lambda number, _: clip(number),
    "mp4 index first": lambda number, _: clip(number, index_first=True),
    "mov": lambda number, _: clip(number, b"qt  ", wide=True),
    "3gp": lambda number, _: clip(number, b"3gp4"),
    "heic": lambda number, _: still(number),
    "sqlite": database,
    "zip": lambda number, _: archive(number),
    "zip streamed": lambda number, _: archive(number, streamed=True),
    "pdf": lambda number, _: document(number),
    "pdf revised": lambda number, _: document(number, revisions=2),
}


def sample(number, folder):
    """The kind and the bytes of the file with this number; kinds follow each other in turn."""
    name = list(MAKERS)[number % len(MAKERS)]
    return name, MAKERS[name](number, folder)
