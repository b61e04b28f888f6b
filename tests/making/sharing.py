"""Lists of peer-to-peer clients made by code, after the descriptions of their formats. Fictional files."""

import struct

START = 1_772_000_000
SHA1, ED2K = bytes(range(20)), bytes(range(16))


def _tag(name: int, value: int | str) -> bytes:
    if isinstance(value, str):
        raw = value.encode()
        return struct.pack("<BHBH", 2, 1, name, len(raw)) + raw
    return struct.pack("<BHBI", 3, 1, name, value)


def known_met() -> bytes:
    """Two files: one uploaded more than 4 GiB of, one with short tags and an unnamed string."""
    tags = [
        _tag(1, "foto liburan.zip"),
        _tag(2, 5),
        _tag(0x3A, 1),
        _tag(0x50, 7),
        _tag(0x54, 2),
        _tag(0x51, 9),
        _tag(0x34, START),
    ]
    first = struct.pack("<I16sH", START, ED2K, 1) + ED2K + struct.pack("<I", len(tags)) + b"".join(tags)
    short = struct.pack("<BB", 0x80 | 0x14, 1) + b"nama" + struct.pack("<BB", 0x80 | 8, 0x99) + b"\x01\x00"
    second = struct.pack("<I16sH", 0, ED2K[::-1], 0) + struct.pack("<I", 2) + short
    return b"\x0e" + struct.pack("<I", 2) + first + second


def part_met() -> bytes:
    tags = _tag(1, "unduhan.avi") + _tag(2, 100) + _tag(0x12, "002.part")
    return b"\xe0" + struct.pack("<I16sH", START, ED2K, 0) + struct.pack("<I", 3) + tags


def user_hash() -> bytes:
    raw = bytearray(range(16))
    raw[5], raw[14] = 0x0E, 0x6F
    return b"\x14" + bytes(raw) + b"\0" * 40


def searches() -> bytes:
    return b"\xff\xfe" + "lagu lama\r\nfilm é\r\n\r\n".encode("utf-16-le")


def bencoded(value) -> bytes:
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, str):
        return bencoded(value.encode())
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, list):
        return b"l" + b"".join(map(bencoded, value)) + b"e"
    pairs = sorted((key.encode() if isinstance(key, str) else key, each) for key, each in value.items())
    return b"d" + b"".join(bencoded(key) + bencoded(each) for key, each in pairs) + b"e"


INFO = {
    "name": "Album",
    "piece length": 16,
    "pieces": b"\0" * 20,
    "files": [{"length": 3, "path": ["a", "b.jpg"]}, {"length": 4, "path": ["c.jpg"]}],
}


def torrent() -> bytes:
    return bencoded({"announce": "udp://tracker.example.org", "creation date": START, "info": INFO})


def resume_dat() -> bytes:
    one = {"info": SHA1, "path": "C:\\Users\\dewi\\Downloads\\Album", "caption": "Album", "added_on": START, "completed_on": 0,
           "uploaded": 12, "downloaded": 34}  # fmt: skip
    return bencoded({".fileguard": "0" * 40, "Album.torrent": one, "rec": [1]})


def fastresume() -> bytes:
    return bencoded({
        "file-format": "libtorrent resume file", "info-hash": SHA1, "qBt-name": "Album", "qBt-savePath": "D:/unduhan",
        "added_time": START, "completed_time": START + 5, "total_uploaded": 12, "total_downloaded": 34, "paused": 1,
    })  # fmt: skip


def _ciphered(data: bytes, key: int) -> bytes:
    made = bytearray()
    for byte in data:
        made.append(byte ^ (key >> 8))
        key = ((made[-1] + key) * 23219 + 36126) & 0xFFFF
    return bytes(made)


def ares_history() -> bytes:
    body = b"".join(
        struct.pack("<BH", number, len(raw)) + raw
        for number, raw in ((1, b"C:\\My Shared Folder\\lagu.mp3"), (2, b"Lagu"))
    )
    head = SHA1 + struct.pack("<BH", 1, len(body))
    return b"__ARESDB1.02H_" + _ciphered(head, 13871) + _ciphered(body, 13872)


def _text(value: str) -> bytes:
    return b"\xff\xfe\xff" + bytes([len(value)]) + value.encode("utf-16-le")


def shareaza() -> bytes:
    """One folder with two files, the first with two digests, metadata and a source."""
    changed = (START + 11_644_473_600) * 10_000_000
    flags = struct.pack("<I", 1) + SHA1 + struct.pack("<II", 0, 0) + struct.pack("<I", 1) + ED2K + struct.pack("<I", 0)
    meta = (
        _text("http://x/audio.xsd")
        + _text("audio")
        + _text("")
        + struct.pack("<H", 1)
        + _text("bitrate")
        + _text("128")
        + b"\0\0"
    )
    tail = struct.pack("<I", 0) + _text("") + _text("") + struct.pack("<IQIIQ", 0, 0, 3, 2, 0)
    first = _text("lagu.mp3") + struct.pack("<IQQIQ", 1, 99, changed, 0, 0) + flags + struct.pack("<I", 0) + meta + tail
    first += struct.pack("<H", 1) + _text("gnutella:x") + struct.pack("<Q", changed)
    second = (
        _text("kosong")
        + struct.pack("<IQQIQ", 2, 0, 0, 0, 0)
        + b"\0" * 20
        + struct.pack("<I", 0)
        + _text("")
        + tail
        + b"\0\0"
    )
    folder = (
        _text("C:\\Users\\dewi\\Downloads") + struct.pack("<II", 2, 1) + b"\0\0" + struct.pack("<H", 2) + first + second
    )
    return struct.pack("<QI5I", changed, 29, 3, 2, 2, 2, 2) + struct.pack("<H", 1) + folder
