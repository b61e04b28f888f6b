"""Builds EWF images for tests (with ewfacquire, or piece by piece after the published specification), damages and reads them."""

import random
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest

CHUNK = 32768
SPLIT = 1 << 20  # the least that ewfacquire accepts


def acquired(raw, target, *, form="encase6", level="fast", options=()):
    """An image made by ewfacquire; returns the path of its first segment. Skips where the program is missing."""
    if not shutil.which("ewfacquire"):
        pytest.skip("ewfacquire is not installed (apt-get install ewf-tools)")
    command = [
        "ewfacquire",
        "-q",
        "-u",
        "-f",
        form,
        "-c",
        f"deflate:{level}",
        "-t",
        target,
        "-l",
        f"{target}.log",
        *options,
        raw,
    ]
    subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=60)
    (first,) = [
        path
        for path in target.parent.iterdir()
        if path.stem == target.name and path.suffix[1:].lower() in ("e01", "s01")
    ]
    return first


def checked(data):
    return data + struct.pack("<I", zlib.adler32(data))


def descriptor(kind, following, size):
    return checked(struct.pack("<16sQQ40x", kind.encode(), following, size))


def file_header(number=1):
    return b"EVF\x09\x0d\x0a\xff\x00" + struct.pack("<BHH", 1, number, 0)


def volume(size, *, chunk_sectors=64, media=1, identifier=bytes(16)):
    chunks = -(-size // (chunk_sectors * 512))
    head = struct.pack("<B3xIIIQ12xB15xB11x", media, chunks & 0xFFFFFFFF, chunk_sectors, 512, size // 512, 3, 1)
    return checked(head[:64].ljust(64, b"\0") + identifier + bytes(968))


def table(entries, base=0, *, footer=True):
    head = checked(struct.pack("<I4xQ4x", len(entries), base))
    body = struct.pack(f"<{len(entries)}I", *entries)
    return head + (checked(body) if footer else body)


def plain(data):
    return checked(data)


def segment(sections, number=1, last="done"):
    """A segment file of sections (kind, data). Where data is callable it is given the offset of its first byte."""
    out = bytearray(file_header(number))
    for kind, given in sections:
        data = given(len(out) + 76) if callable(given) else given
        out += descriptor(kind, len(out) + 76 + len(data), 76 + len(data)) + data
    return bytes(out + descriptor(last, len(out), 0))


def simple(raw, *, extra=(), tables=("table", "table2"), pack=None, identifier=bytes(16)):
    """One segment with all chunks of `raw`; `pack(number, data)` gives (stored bytes, compressed)."""
    stored = [
        (pack or (lambda _, data: (zlib.compress(data, 1), True)))(number, raw[at : at + CHUNK])
        for number, at in enumerate(range(0, len(raw), CHUNK))
    ]
    entries = []

    def sectors(start):
        position = start
        for data, packed in stored:
            entries.append(position | (0x80000000 if packed else 0))
            position += len(data)
        return b"".join(data for data, _ in stored)

    parts = [("volume", volume(len(raw), identifier=identifier)), ("sectors", sectors)]
    parts += [(kind, lambda _: table(entries)) for kind in tables]
    return segment([*parts, *extra])


def sections_of(data):
    """(kind, offset of the descriptor, offset behind the section) of a sound segment file."""
    position, found = 13, []
    while True:
        kind = data[position : position + 16].split(b"\0")[0].decode()
        following = struct.unpack_from("<Q", data, position + 16)[0]
        if kind in ("next", "done"):
            found.append((kind, position, position + 76))
            return found
        found.append((kind, position, following))
        position = following


def chunk_places(data):
    """(offset, offset behind) of every chunk of a sound segment file, by its tables."""
    places, sectors = [], None
    for kind, start, end in sections_of(data):
        if kind == "sectors":
            sectors = end
        if kind == "table":
            count, base = struct.unpack_from("<I4xQ", data, start + 76)
            entries = struct.unpack_from(f"<{count}I", data, start + 100)
            starts = [base + (entry & 0x7FFFFFFF) for entry in entries]
            places += zip(starts, [*starts[1:], sectors or end], strict=True)
    return places


def source_bytes():
    """Text-like, empty and random areas; the last chunk is short."""
    generator = random.Random(5)
    words = [generator.randbytes(generator.randrange(3, 9)) for _ in range(500)]
    text = b" ".join(generator.choice(words) for _ in range(60_000))
    data = text + bytes(300_000) + generator.randbytes(2_400_000) + text[::-1] + bytes(100_000)
    return data[: len(data) // 512 * 512]


def copied(paths, folder):
    return [Path(shutil.copy(path, folder)) for path in paths]


def accounted(medium, expected):
    """Read all; everything outside the reported damage equals the source. Returns the damage."""
    data = medium.read()
    assert len(data) == len(expected)
    masked, damages = bytearray(expected), medium.take_damage()
    for damage in damages:
        masked[damage.offset : damage.offset + damage.size] = bytes(damage.size)
    assert data == masked
    return damages


def flipped(data, places):
    out = bytearray(data)
    for place, bit in places:
        out[place] ^= 1 << bit
    return bytes(out)


def spans(paths):
    """The byte range of the disk that each segment has."""
    found, first = [], 0
    for path in paths:
        count = len(chunk_places(path.read_bytes()))
        found.append((first * CHUNK, (first + count) * CHUNK))
        first += count
    return found
