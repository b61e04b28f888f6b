"""Signal's stores made by code: the Android database and its backup, the desktop's database, plain and encrypted."""

import hashlib
import hmac
import json
import sqlite3
from contextlib import closing
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from making.databases import BUDI, SITI, START
from making.whatsapp_apple import field, varint
from sqlcipher3 import dbapi2 as sqlcipher

PASSPHRASE = "12345 67890 12345 67890 12345 67890"
PICTURE = b"a picture inside a backup"
KEY = "5a" * 32

_ANDROID = (
    (
        "CREATE TABLE message (_id INTEGER PRIMARY KEY, date_sent INTEGER, date_received INTEGER, thread_id INTEGER, from_recipient_id INTEGER,"
        " to_recipient_id INTEGER, type INTEGER, body TEXT, remote_deleted INTEGER, view_once INTEGER, expires_in INTEGER, expire_started INTEGER,"
        " quote_id INTEGER, quote_body TEXT)"
    ),
    "CREATE TABLE recipient (_id INTEGER PRIMARY KEY, e164 TEXT, aci TEXT, group_id TEXT, system_joined_name TEXT, profile_joined_name TEXT, blocked INTEGER)",
    "CREATE TABLE thread (_id INTEGER PRIMARY KEY, recipient_id INTEGER)",
    "CREATE TABLE groups (_id INTEGER PRIMARY KEY, group_id TEXT, title TEXT)",
    "CREATE TABLE attachment (_id INTEGER PRIMARY KEY, message_id INTEGER, content_type TEXT, data_file TEXT, data_size INTEGER, file_name TEXT)",
    "CREATE TABLE reaction (_id INTEGER PRIMARY KEY, message_id INTEGER, author_id INTEGER, emoji TEXT, date_sent INTEGER)",
    "CREATE TABLE call (_id INTEGER PRIMARY KEY, call_id INTEGER, message_id INTEGER, peer INTEGER, type INTEGER, direction INTEGER, event INTEGER, timestamp INTEGER)",
)
_ROWS: tuple[tuple[str, tuple[object, ...]], ...] = (
    ("recipient", (1, BUDI, "aci-budi", None, "Budi Fiksi", None, 0)),
    ("recipient", (2, SITI, None, None, None, "Siti", 1)),
    ("recipient", (3, None, None, "group!1", None, None, 0)),
    ("thread", (1, 1)),
    ("thread", (2, 3)),
    ("groups", (1, "group!1", "Arisan")),
    ("message", (1, START, START + 500, 1, 1, 9, 20, "Halo", 0, 0, 0, 0, 0, None)),
    ("message", (2, START + 1000, 0, 1, 9, 1, 23, "Balas", 0, 0, 60_000, START + 2000, START, "Halo")),
    ("message", (3, START + 2000, START + 2500, 2, 2, 9, 20, "Foto", 0, 1, 0, 0, 0, None)),
    ("message", (4, START + 3000, 0, 1, 1, 9, 20, None, 1, 0, 0, 0, 0, None)),
    ("message", (5, START + 4000, 0, 77, 78, 9, 9, "tanpa apa-apa", 0, 0, 0, 0, 0, None)),
    ("attachment", (1, 3, "image/jpeg", "/data/app_parts/part1.mms", len(PICTURE), "a.jpg")),
    ("attachment", (2, 3, "application/pdf", "/data/app_parts/part2.mms", 9, "b.pdf")),
    ("reaction", (1, 1, 2, "👍", START + 5000)),
    ("call", (1, 4711, 2, 1, 1, 1, 1, START + 6000)),
    ("call", (2, 4712, 2, 77, 0, 0, 9, 0)),
)


def make_signal_android(path: Path) -> Path:
    """The plain database: two chats, quote, timer, view-once, attachments, reaction, calls, rows whose companions are missing."""
    with closing(sqlite3.connect(path)) as database:
        for statement in _ANDROID:
            database.execute(statement)
        for table, row in _ROWS:
            database.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
        database.commit()
    return path


def backup(version: int = 1, extra: tuple[bytes, ...] = ()) -> bytes:
    """A backup of the same database, as the app writes it, with one attachment."""
    salt, iv = b"s" * 32, b"\0\0\0\7" + b"i" * 12
    digits = PASSPHRASE.replace(" ", "").encode()
    value = digits
    for number in range(250_000):
        value = hashlib.sha512((salt if number == 0 else b"") + value + digits).digest()
    extracted = hmac.digest(bytes(32), value[:32], "sha256")
    first = hmac.digest(extracted, b"Backup Export\x01", "sha256")
    second = hmac.digest(extracted, first + b"Backup Export\x02", "sha256")
    header = field(1, field(1, iv) + field(2, salt) + (field(3, version) if version else b""))
    writer = _Writer(first, second, iv, version)
    frames = [field(5, field(1, 200)), *(field(2, field(1, sql)) for sql in _ANDROID), *extra]
    frames += [
        field(2, field(1, f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})") + b"".join(map(parameter, row)))
        for table, row in _ROWS
    ]
    body = b"".join(writer.frame(each) for each in frames)
    body += writer.frame(field(4, field(1, 1) + field(2, 99) + field(3, len(PICTURE)))) + writer.content(PICTURE)
    return len(header).to_bytes(4, "big") + header + body + writer.frame(varint(6 << 3) + b"\1")


def parameter(value: object) -> bytes:
    inner = field(5, 1) if value is None else field(1, value) if isinstance(value, str) else field(2, int(str(value)))
    return field(2, inner)


class _Writer:
    def __init__(self, cipher: bytes, coder: bytes, iv: bytes, version: int) -> None:
        self._cipher, self._coder, self._iv, self._version = cipher, coder, iv, version
        self._counter = 7

    def frame(self, data: bytes) -> bytes:
        size = (len(data) + 10).to_bytes(4, "big")
        if not self._version:
            body = self._hidden(data)[1]
            return size + body + hmac.digest(self._coder, body, "sha256")[:10]
        body = self._hidden(size + data)[1]
        return body + hmac.digest(self._coder, body, "sha256")[:10]

    def content(self, data: bytes) -> bytes:
        iv, body = self._hidden(data)
        return body + hmac.digest(self._coder, iv + body, "sha256")[:10]

    def _hidden(self, data: bytes) -> tuple[bytes, bytes]:
        iv = self._counter.to_bytes(4, "big") + self._iv[4:]
        self._counter += 1
        return iv, Cipher(AES(self._cipher), CTR(iv)).encryptor().update(data)


_DESKTOP = """
CREATE TABLE messages (rowid INTEGER PRIMARY KEY, id TEXT, conversationId TEXT, type TEXT, body TEXT, json TEXT, sent_at INTEGER,
  received_at_ms INTEGER, sourceServiceId TEXT, isViewOnce INTEGER, isErased INTEGER, expireTimer INTEGER, expiresAt INTEGER);
CREATE TABLE conversations (id TEXT, type TEXT, name TEXT, profileFullName TEXT, e164 TEXT, serviceId TEXT, groupId TEXT);
CREATE TABLE callsHistory (callId TEXT, peerId TEXT, type TEXT, direction TEXT, status TEXT, timestamp INTEGER);
CREATE TABLE items (id TEXT, json TEXT);
"""


def fill_desktop(database: sqlite3.Connection) -> None:
    """Two chats, attachments, quote, reactions, a call, a message of a conversation that is missing."""
    database.executescript(_DESKTOP)
    files = {
        "attachments": [
            {"contentType": "image/jpeg", "path": "ab/abcd", "size": 26, "fileName": "a.jpg"},
            {"contentType": "text/x", "path": "cd/ef"},
        ]
    }
    answer = {
        "quote": {"id": START, "text": "Halo"},
        "reactions": [{"emoji": "👍", "fromId": "c1", "timestamp": START + 9}],
    }
    rows = [
        ("m1", "c1", "incoming", "Halo", "{}", START, START + 500, "svc-budi", 0, 0, None, None),
        ("m2", "c1", "outgoing", "Balas", json.dumps(answer), START + 1000, None, None, 0, 0, 60, START + 61_000),
        ("m3", "g1", "incoming", "Foto", json.dumps(files), START + 2000, START + 2100, "svc-siti", 1, 0, None, None),
        ("m4", "c9", "incoming", None, "rusak{", START + 3000, None, "svc-lain", 0, 1, None, None),
        ("m5", "c1", "call-history", None, None, 0, None, None, 0, 0, None, None),
    ]
    for row in rows:
        database.execute(
            "INSERT INTO messages (id, conversationId, type, body, json, sent_at, received_at_ms, sourceServiceId, isViewOnce, isErased,"
            f" expireTimer, expiresAt) VALUES ({', '.join('?' * 12)})",
            row,
        )
    database.execute(
        "INSERT INTO conversations VALUES ('c1', 'private', 'Budi Fiksi', NULL, ?, 'svc-budi', NULL)", (BUDI,)
    )
    database.execute("INSERT INTO conversations VALUES ('c2', 'private', NULL, 'Siti', ?, 'svc-siti', NULL)", (SITI,))
    database.execute("INSERT INTO conversations VALUES ('g1', 'group', 'Arisan', NULL, NULL, NULL, 'grup=')")
    database.execute("INSERT INTO callsHistory VALUES ('4711', 'c1', 'Video', 'Incoming', 'Missed', ?)", (START,))
    database.execute("INSERT INTO items VALUES ('number_id', ?)", (json.dumps({"value": "+620000000009.1"}),))


def make_signal_desktop(path: Path) -> Path:
    """The desktop's database, plain."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as database:
        fill_desktop(database)
        database.commit()
    return path


def make_encrypted_desktop(path: Path) -> Path:
    """The same, encrypted by SQLCipher 4 under the raw key `KEY`."""
    with closing(sqlcipher.connect(str(path), isolation_level=None)) as database:
        database.execute(f"PRAGMA key = \"x'{KEY}'\"")
        fill_desktop(database)
    return path
