"""Telegram's store on iOS made by code: fields and keys written as published parsers describe them. Fictional people."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from typing import TYPE_CHECKING

from triage.formats.telegram.postbox import class_of

if TYPE_CHECKING:
    from pathlib import Path

DATE = 1_772_000_000
ME, BUDI, SITI = 900, 101, 102
GROUP, CHANNEL = 1 << 32 | 55, 2 << 32 | 77

Field = tuple[str, int, bytes]


def text(value: str) -> bytes:
    raw = value.encode()
    return struct.pack("<i", len(raw)) + raw


def fields(*given: Field) -> bytes:
    return b"".join(bytes([len(name)]) + name.encode() + bytes([kind]) + value for name, kind, value in given)


def string(name: str, value: str) -> Field:
    return name, 4, text(value)


def small(name: str, value: int) -> Field:
    return name, 0, struct.pack("<i", value)


def large(name: str, value: int) -> Field:
    return name, 1, struct.pack("<q", value)


def body(cls: str, *given: Field) -> bytes:
    inner = fields(*given)
    return struct.pack("<ii", class_of(cls), len(inner)) + inner


def thing(name: str, cls: str, *given: Field) -> Field:
    return name, 5, body(cls, *given)


def things(name: str, *bodies: bytes) -> Field:
    return name, 8, struct.pack("<i", len(bodies)) + b"".join(bodies)


def root(cls: str, *given: Field) -> bytes:
    return fields(thing("_", cls, *given))


def blocks(*given: bytes) -> bytes:
    return struct.pack("<i", len(given)) + b"".join(struct.pack("<i", len(each)) + each for each in given)


def value(said: str, *, incoming: bool = True, author: int | None = None, forward: bool = False, present: int = 0,
          attributes: tuple[bytes, ...] = (), media: tuple[bytes, ...] = (), referenced: tuple[tuple[int, int], ...] = ()) -> bytes:  # fmt: skip
    """The value of a row of t7; `present` are the flags of the optional parts, filled with zeros."""
    optional = sum(size for bit, size in ((1, 8), (2, 4), (4, 8), (8, 4), (16, 4), (32, 8)) if present & bit)
    made = b"\0" + struct.pack("<II", 1, 0) + bytes([present]) + bytes(optional)
    made += struct.pack("<II", 4 if incoming else 0, 0)
    made += b"\x0a" + struct.pack("<qi", SITI, DATE) + struct.pack("<q", SITI) + text("Siti") if forward else b"\0"
    made += b"\0" if author is None else b"\1" + struct.pack("<q", author)
    made += text(said) + blocks(*attributes) + blocks(*media)
    return made + struct.pack("<i", len(referenced)) + b"".join(struct.pack("<iq", *each) for each in referenced)


def key(peer: int, number: int, *, space: int = 0) -> bytes:
    return struct.pack(">qiii", peer, space, DATE + number, number)


PHOTO = root("TelegramMediaImage", things("r",
    body("TelegramMediaImageRepresentation", small("dx", 90), small("dy", 60),
         thing("r", "CloudPhotoSizeMediaResource", small("d", 2), large("i", 5001), string("s", "m"))),
    body("TelegramMediaImageRepresentation", small("dx", 1280), small("dy", 960),
         thing("r", "CloudPhotoSizeMediaResource", small("d", 2), large("i", 5001), string("s", "y"), small("n", 4711))),
))  # fmt: skip
VIDEO = root("TelegramMediaFile", string("mt", "video/mp4"), small("s", 9000),
    thing("r", "CloudDocumentMediaResource", small("d", 4), large("f", 6001)),
    things("at", body("TelegramMediaFileAttribute", small("t", 0), string("fn", "liburan.mp4"))))  # fmt: skip
PLACE = root("TelegramMediaMap", ("la", 3, struct.pack("<d", -6.2)), ("lo", 3, struct.pack("<d", 106.8)))
CARD = root("TelegramMediaContact", string("n.f", "Agus"), string("n.l", "Rekaan"), string("pn", "+62 000 0000 003"))
CALL = root("TelegramMediaAction", small("_rawValue", 14), large("i", 31), small("d", 65), ("vc", 2, b"\1"))
PINNED = root("TelegramMediaAction", small("_rawValue", 6))
STRANGE = root("TelegramMediaAction", small("_rawValue", 99))
REPLY = root("ReplyMessageAttribute", large("p", BUDI), small("n", 0), small("i", 1))
EDITED = root("EditedMessageAttribute", small("d", DATE + 500))
TIMER = root("AutoremoveTimeoutMessageAttribute", small("t", 60), small("c", DATE + 10))

MESSAGES: tuple[tuple[bytes, bytes], ...] = (
    (key(BUDI, 1), value("halo", author=BUDI, present=63)),
    (key(BUDI, 2), value("halo juga", incoming=False, author=ME, attributes=(REPLY, EDITED))),
    (key(BUDI, 3), value("foto", author=BUDI, media=(PHOTO,), forward=True)),
    (key(BUDI, 4), value("", author=BUDI, media=(CALL,))),
    (key(BUDI, 5), value("", incoming=False, author=ME, referenced=((0, 6001),))),
    (key(BUDI, 6), value("di sini", author=BUDI, media=(PLACE, CARD))),
    (key(BUDI, 7), value("sebentar", incoming=False, attributes=(TIMER,))),
    (key(GROUP, 8), value("di grup", author=SITI)),
    (key(GROUP, 9), value("", author=SITI, media=(PINNED,))),
    (key(GROUP, 10), value("", author=SITI, media=(STRANGE,))),
    (key(CHANNEL, 11), value("kabar")),
    (key(3 << 32 | 5, 1, space=2), value("rahasia", author=BUDI)),
    (key(BUDI, 12), b"\1" + bytes(20)),  # a hole
)


CUT = (key(BUDI, 13), value("utuh")[:-30])


def make_postbox(path: Path, *, cut: bool = False) -> Path:
    """db_sqlite with every case that is read; `cut`: and a message that ends early."""
    with closing(sqlite3.connect(path)) as database, database:
        for table, kind in (("t0", "INTEGER"), ("t2", "INTEGER"), ("t6", "BLOB"), ("t7", "BLOB")):
            database.execute(f"CREATE TABLE {table} (key {kind} PRIMARY KEY, value BLOB)")
        database.execute("INSERT INTO t0 VALUES (2, ?)", (root("AuthorizedAccountState", large("peerId", ME)),))
        database.executemany("INSERT INTO t2 VALUES (?, ?)", [
            (ME, root("TelegramUser", string("fn", "Pemilik"), string("p", "620000000009"))),
            (BUDI, root("TelegramUser", string("fn", "Budi"), string("ln", "Rekaan"), string("un", "budi_rekaan"), string("p", "620000000001"))),
            (SITI, root("TelegramUser", string("fn", "Siti"))),
            (GROUP, root("TelegramGroup", string("t", "Keluarga"))),
            (CHANNEL, root("TelegramChannel", string("t", "Kabar"), string("un", "kabar_rekaan"))),
            (666, b"\xff no object"),
        ])  # fmt: skip
        stored = b"\0" + struct.pack("<i", len(VIDEO)) + VIDEO + struct.pack("<i", 1)
        database.execute("INSERT INTO t6 VALUES (?, ?)", (struct.pack(">iq", 0, 6001), stored))
        database.executemany("INSERT INTO t7 VALUES (?, ?)", (*MESSAGES, *([CUT] if cut else [])))
    return path
