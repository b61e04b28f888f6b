"""Signal's store on iOS made by code, plain and encrypted, and deciphered keychains as tools write them. Fictional people."""

from __future__ import annotations

import base64
import json
import plistlib
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from making.databases import BUDI, SITI, START
from sqlcipher3 import dbapi2 as sqlcipher

if TYPE_CHECKING:
    from pathlib import Path

OWN = "+62 000 0000 009"
SPEC = bytes(range(48))  # key and salt
_SCHEMA = """
CREATE TABLE model_TSInteraction (id INTEGER PRIMARY KEY AUTOINCREMENT, recordType INTEGER, uniqueId TEXT, receivedAtTimestamp INTEGER,
  timestamp INTEGER, uniqueThreadId TEXT, authorPhoneNumber TEXT, authorUUID TEXT, body TEXT, expireStartedAt INTEGER,
  expiresInSeconds INTEGER, isViewOnceMessage INTEGER, quotedMessage BLOB, wasRemotelyDeleted INTEGER, callType INTEGER);
CREATE TABLE model_TSThread (id INTEGER PRIMARY KEY, uniqueId TEXT, contactPhoneNumber TEXT, contactUUID TEXT, groupModel BLOB);
CREATE TABLE model_SignalRecipient (id INTEGER PRIMARY KEY, recipientPhoneNumber TEXT, recipientUUID TEXT);
CREATE TABLE model_OWSUserProfile (id INTEGER PRIMARY KEY, recipientPhoneNumber TEXT, recipientUUID TEXT, profileName TEXT, familyName TEXT);
CREATE TABLE model_OWSReaction (id INTEGER PRIMARY KEY, uniqueMessageId TEXT, emoji TEXT, reactorE164 TEXT, reactorUUID TEXT, sentAtTimestamp INTEGER);
CREATE TABLE model_TSAttachment (id INTEGER PRIMARY KEY, uniqueId TEXT, albumMessageId TEXT, contentType TEXT, sourceFilename TEXT,
  byteCount INTEGER, localRelativeFilePath TEXT);
CREATE TABLE Attachment (id INTEGER PRIMARY KEY, mimeType TEXT, localRelativeFilePath TEXT, unencryptedByteCount INTEGER);
CREATE TABLE MessageAttachmentReference (attachmentRowId INTEGER, ownerRowId INTEGER, sourceFilename TEXT, orderInMessage INTEGER);
CREATE TABLE CallRecord (id INTEGER PRIMARY KEY, callId TEXT, interactionRowId INTEGER, threadRowId INTEGER, type INTEGER, direction INTEGER,
  status INTEGER, callBeganTimestamp INTEGER);
CREATE TABLE keyvalue (key TEXT, collection TEXT, value BLOB);
"""


def archive(root: Any) -> bytes:  # a plain value or a dictionary of them
    """What NSKeyedArchiver makes of a text or of an object with fields."""
    uid = plistlib.UID
    objects: list[Any] = ["$null"]
    if isinstance(root, dict):
        fields: dict[str, Any] = {}
        objects.append(fields)
        for name, value in root.items():
            objects.append(value)
            fields[name] = uid(len(objects) - 1)
    else:
        objects.append(root)
    top = {"$archiver": "NSKeyedArchiver", "$version": 100000, "$objects": objects, "$top": {"root": uid(1)}}
    return plistlib.dumps(top, fmt=plistlib.FMT_BINARY)


_ROWS: tuple[tuple[str, tuple[object, ...]], ...] = (
    ("model_TSThread", (1, "T1", BUDI, "uuid-budi", None)),
    ("model_TSThread", (2, "T2", None, None, archive({"groupName": "Arisan"}))),
    ("model_SignalRecipient", (1, BUDI, "uuid-budi")),
    ("model_SignalRecipient", (2, SITI, None)),
    ("model_SignalRecipient", (3, OWN, None)),
    ("model_OWSUserProfile", (1, BUDI, "uuid-budi", "Budi", "Fiksi")),
    ("model_TSInteraction", (1, 19, "M1", START + 500, START, "T1", BUDI, "uuid-budi", "Halo", 0, 0, 0, None, 0, None)),
    (
        "model_TSInteraction",
        (2, 21, "M2", START + 1000, START + 1000, "T1", None, None, "Balas", START + 2000, 60, 0,
         archive({"timestamp": START, "body": "Halo"}), 0, None),
    ),
    ("model_TSInteraction", (3, 19, "M3", START + 2500, START + 2000, "T2", SITI, None, "Foto", 0, 0, 1, None, 0, None)),
    ("model_TSInteraction", (4, 19, "M4", START + 3500, START + 3000, "T1", BUDI, None, None, 0, 0, 0, None, 1, None)),
    ("model_TSInteraction", (5, 20, "M5", START + 4000, START + 4000, "T1", None, None, None, 0, 0, 0, None, 0, 1)),
    ("model_TSInteraction", (6, 10, "M6", START + 5000, START + 5000, "T9", None, None, None, 0, 0, 0, None, 0, None)),
    ("model_TSAttachment", (1, "A1", "M3", "image/jpeg", "a.jpg", 11, "/x/a.jpg")),
    ("Attachment", (7, "application/pdf", "aa/bb.pdf", 22)),
    ("MessageAttachmentReference", (7, 3, "b.pdf", 1)),
    ("model_OWSReaction", (1, "M1", "👍", SITI, None, START + 6000)),
    ("CallRecord", (1, "4711", 5, 1, 1, 0, 3, START + 4000)),
    ("keyvalue", ("TSStorageRegisteredNumberKey", "TSStorageUserAccountCollection", archive(OWN))),
)  # fmt: skip


def fill(database: Any) -> None:  # of sqlite3 or of sqlcipher3
    """Tables and rows."""
    for statement in _SCHEMA.split(";"):
        database.execute(statement)
    for table, row in _ROWS:
        database.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)


def make_signal_apple(path: Path) -> Path:
    """The store, deciphered by somebody."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as database, database:
        fill(database)
    return path


def make_encrypted(path: Path) -> Path:
    """The same, encrypted under `SPEC` with the first 32 bytes in clear."""
    with closing(sqlcipher.connect(str(path), isolation_level=None)) as database:
        database.execute(f"PRAGMA key = \"x'{SPEC.hex()}'\"")
        database.execute("PRAGMA cipher_plaintext_header_size = 32")
        fill(database)
    return path


def keychain_plist(spec: bytes = SPEC) -> bytes:
    """A deciphered keychain, lists of items by class."""
    item = {
        "acct": b"GRDBDatabaseCipherKeySpec",
        "agrp": "U68MSDN6DR.org.whispersystems.signal",
        "svce": "GRDBKeyChainService",
        "v_Data": spec,
    }
    return plistlib.dumps({"genp": [{"acct": "other", "v_Data": bytes(48)}, item], "inet": []})


def keychain_json(spec: bytes = SPEC) -> bytes:
    """The same as JSON, Base64."""
    item = {"account": "GRDBDatabaseCipherKeySpec", "data": base64.b64encode(spec).decode()}
    return json.dumps([{"account": "other", "data": ""}, item]).encode()
