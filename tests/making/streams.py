"""Apple's streams of events (SEGB) made by code, both versions."""

import struct
import zlib

from making.browsers import APPLE
from making.protobufs import message

WRITTEN, DELETED = 1, 3
Row = tuple[bytes, int]


def double(number: int, value: float) -> bytes:
    """A protobuf field of 64 bits."""
    return bytes([*_key(number, 1), *struct.pack("<d", value)])


def _key(number: int, wire: int) -> bytes:
    key = number << 3 | wire
    return bytes([key]) if key < 0x80 else bytes([key & 0x7F | 0x80, key >> 7])


def first(*rows: Row, at: float = APPLE) -> bytes:
    """Version 1, as iOS 15 wrote it."""
    body = b""
    for data, state in rows:
        body += struct.pack("<iiddIi", len(data), state, at, at, zlib.crc32(data), 0) + data
        body += bytes(-len(body) % 8)
    head = struct.pack("<I", 56 + len(body)) + bytes(48) + b"SEGB"
    return head + body + bytes(64)


def second(*rows: Row, at: float = APPLE) -> bytes:
    """Version 2, as iOS 17 wrote it; the newest entry of the index stands first."""
    body, index = b"", []
    for data, state in rows:
        body += struct.pack("<II", zlib.crc32(data), 0) + data
        index.append((len(body), state, at))
        body += bytes(-len(body) % 4)
    head = struct.pack("<4sid16s", b"SEGB", len(rows), at, bytes(16))
    return head + body + bytes(40) + b"".join(struct.pack("<iid", *row) for row in reversed(index))


def focus() -> bytes:
    begin = message((3, 1)) + double(4, APPLE) + message((6, "ph.telegra.Telegraph"), (9, "11.2"))
    end = message((3, 0)) + double(4, APPLE + 30) + message((6, "ph.telegra.Telegraph"))
    return second((begin, WRITTEN), (end, WRITTEN), (bytes(len(end)), DELETED))


def notifications() -> bytes:
    shown = message((1, "u")) + double(2, APPLE) + message(
        (3, 1), (4, "net.whatsapp.WhatsApp"), (8, "Siti Contoh"), (9, "Kelas"), (10, "pesan yang dihapus"), (12, "120@g.us")
    )  # fmt: skip
    return first((shown, WRITTEN), (message((4, "org.example.gone"), (10, "masih utuh")), DELETED))


def navigations() -> bytes:
    return second((message((1, "example.org"), (2, 7), (5, "ID"), (8, "https://example.org/a")), WRITTEN))


def web_usage() -> bytes:
    row = double(2, APPLE) + message(
        (3, 1), (4, "https://example.net/"), (5, "example.net"), (6, "com.apple.mobilesafari")
    )
    return second((row, WRITTEN))


def wireless() -> bytes:
    return second((message((1, "Warung"), (2, 1)), WRITTEN), (message((1, "Warung"), (2, 0)), WRITTEN))


def places() -> bytes:
    shown = message((1, "com.apple.Maps"), (13, "Pasar Contoh")) + double(24, -6.2) + double(25, 106.8)
    shown += bytes([*_key(30, 2), 13]) + b"Jalan Fiksi 1"
    return second((shown, WRITTEN), (message((1, "com.example")), WRITTEN))


def installations() -> bytes:
    newer = message((1, "com.privatephotovault"), (2, "Vault"), (5, 0))
    older = message((1, message((1, "/app/install")))) + double(2, APPLE) + double(3, APPLE + 5)
    older += message((4, message((3, "org.example.catatan"))), (7, message((2, message((3, "Catatan"))))))
    return first((newer, WRITTEN), (older, WRITTEN))
