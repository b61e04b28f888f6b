"""WhatsApp stores made by code beyond the plain one of `databases`: what hangs on messages, the legacy table, half a migration."""

import base64
import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from making.databases import AGUS, BUDI, GROUP, PHOTO, SITI, START, jid, make_msgstore

_ADDED = """
CREATE TABLE message_quoted (message_row_id INTEGER PRIMARY KEY, key_id TEXT, text_data TEXT);
CREATE TABLE message_edit_info (message_row_id INTEGER PRIMARY KEY, original_key_id TEXT, edited_timestamp INTEGER, sender_timestamp INTEGER);
CREATE TABLE message_ephemeral (message_row_id INTEGER PRIMARY KEY, duration INTEGER, expire_timestamp INTEGER);
CREATE TABLE message_view_once_media (message_row_id INTEGER PRIMARY KEY, state INTEGER);
CREATE TABLE message_forwarded (message_row_id INTEGER PRIMARY KEY, forward_score INTEGER);
CREATE TABLE message_vcard (_id INTEGER PRIMARY KEY, message_row_id INTEGER, vcard TEXT);
CREATE TABLE message_system_chat_participant (_id INTEGER PRIMARY KEY, message_row_id INTEGER, user_jid_row_id INTEGER);
CREATE TABLE receipt_user (_id INTEGER PRIMARY KEY, message_row_id INTEGER, receipt_user_jid_row_id INTEGER,
  receipt_timestamp INTEGER, read_timestamp INTEGER, played_timestamp INTEGER);
CREATE TABLE message_add_on (_id INTEGER PRIMARY KEY, chat_row_id INTEGER, from_me INTEGER, key_id TEXT, sender_jid_row_id INTEGER,
  parent_message_row_id INTEGER, timestamp INTEGER, message_add_on_type INTEGER);
CREATE TABLE message_add_on_reaction (message_add_on_row_id INTEGER PRIMARY KEY, reaction TEXT, sender_timestamp INTEGER);
CREATE TABLE message_poll_option (_id INTEGER PRIMARY KEY, message_row_id INTEGER, option_name TEXT);
CREATE TABLE message_add_on_poll_vote_selected_option (_id INTEGER PRIMARY KEY, message_add_on_row_id INTEGER, message_poll_option_id INTEGER);
CREATE TABLE message_ftsv2_content (docid INTEGER PRIMARY KEY, c0content, c1fts_jid, c2fts_namespace);
CREATE TABLE call_log_participant_v2 (_id INTEGER PRIMARY KEY, call_log_row_id INTEGER, jid_row_id INTEGER, call_result INTEGER);
INSERT INTO message_quoted VALUES (3, '00000000000000000000000000000002', 'Selamat pagi, Budi');
INSERT INTO message_edit_info VALUES (2, 'x', {start} + 180000, 0);
INSERT INTO message_ephemeral VALUES (3, 86400, {start} + 86400000);
INSERT INTO message_view_once_media VALUES (4, 1);
INSERT INTO message_forwarded VALUES (7, 2);
INSERT INTO message_system_chat_participant VALUES (1, 9, 1), (2, 9, 4);
INSERT INTO receipt_user VALUES (1, 2, 1, {start} + 130000, {start} + 140000, 0), (2, 2, 2, {start} + 125000, 0, 0);
INSERT INTO message_add_on VALUES (1, 1, 0, 'R1', -1, 2, {start} + 200000, 56), (2, 2, 0, 'R2', 2, 99, {start}, 56),
  (3, 2, 1, 'V1', 0, 7, {start}, 66);
INSERT INTO message_add_on_reaction VALUES (1, '👍', {start} + 200000), (2, '', 0), (4, 'x', {start});
INSERT INTO message_poll_option VALUES (1, 7, 'Senin');
INSERT INTO message_add_on_poll_vote_selected_option VALUES (1, 3, 1);
INSERT INTO message_ftsv2_content VALUES (2, 'selamat pagi budi', '1', ''), (6, 'pesan yang ditarik', '1', ''), (50, 'pesan yang dihapus', '1', '');
INSERT INTO call_log_participant_v2 VALUES (1, 1, 2, 5), (2, 1, 4, 2);
UPDATE call_log SET group_jid_row_id = 3 WHERE _id = 1;
UPDATE message SET received_timestamp = timestamp + 1000;
"""


def make_full_msgstore(path: Path) -> Path:
    """The modern store with a row in every table that hangs on messages, some of them without their message."""
    make_msgstore(path)
    with closing(sqlite3.connect(path)) as database:
        database.executescript(_ADDED.format(start=START))
        database.commit()
    return path


_LEGACY = """
CREATE TABLE messages (_id INTEGER PRIMARY KEY AUTOINCREMENT, key_remote_jid TEXT NOT NULL, key_from_me INTEGER, key_id TEXT NOT NULL,
  status INTEGER, needs_push INTEGER, data TEXT, timestamp INTEGER, media_wa_type TEXT, media_size INTEGER, media_name TEXT,
  media_caption TEXT, media_hash TEXT, media_duration INTEGER, latitude REAL, longitude REAL, thumb_image TEXT, remote_resource TEXT,
  received_timestamp INTEGER, receipt_device_timestamp INTEGER, read_device_timestamp INTEGER, quoted_row_id INTEGER, forwarded INTEGER);
CREATE TABLE messages_quotes (_id INTEGER PRIMARY KEY, key_id TEXT, data TEXT, media_caption TEXT);
CREATE TABLE chat_list (_id INTEGER PRIMARY KEY, key_remote_jid TEXT UNIQUE, subject TEXT);
INSERT INTO messages (_id, key_remote_jid, key_from_me, key_id, status) VALUES (1, '-1', 0, '-1', -1);
"""
MEDIA_PATH = "Media/WhatsApp Images/IMG-20200101-WA0001.jpg"


def serialised(path: str) -> bytes:
    """The start of a `com.whatsapp.MediaData` object with a path in it, as Java writes it."""
    name = b"com.whatsapp.MediaData"
    return (
        b"\xac\xed\x00\x05sr"
        + len(name).to_bytes(2, "big")
        + name
        + bytes(8)
        + b"\x74"
        + len(path).to_bytes(2, "big")
        + path.encode()
    )


def make_legacy_msgstore(path: Path) -> Path:
    """A msgstore.db of 2020: text, quote, picture, place, card, call, group event, revoked, an unknown kind. Rows count from 2."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(_LEGACY)
        _fill_legacy(database)
        database.commit()
    return path


def _fill_legacy(database: sqlite3.Connection) -> None:
    digest = base64.b64encode(hashlib.sha256(PHOTO).digest()).decode()
    card = "BEGIN:VCARD\nVERSION:3.0\nN:Contoh;Siti;;;\nFN:Siti Contoh\nTEL;type=CELL:" + SITI + "\nEND:VCARD"
    rows = [
        {"data": "Halo", "key_from_me": 1, "receipt_device_timestamp": START + 5, "read_device_timestamp": START + 9},
        {"data": "Halo juga", "quoted_row_id": 1, "received_timestamp": START + 7, "forwarded": 1},
        {"media_wa_type": "1", "media_caption": "Foto", "media_size": len(PHOTO), "media_hash": digest, "thumb_image": serialised(MEDIA_PATH)},
        {"media_wa_type": "5", "media_name": "Pasar Fiksi", "latitude": -6.2, "longitude": 106.8, "media_size": 9},
        {"media_wa_type": "4", "data": card},
        {"media_wa_type": "8", "media_duration": 61, "media_caption": "video", "status": 6, "key_id": "call:C1"},
        {"key_remote_jid": GROUP, "status": 6, "media_size": 11, "data": "Arisan", "remote_resource": jid(BUDI), "key_from_me": 1},
        {"key_remote_jid": GROUP, "data": "Saya datang", "remote_resource": jid(SITI)},
        {"media_wa_type": "15"},
        {"media_wa_type": "555", "data": b"jenis baru"},
        {"key_remote_jid": "status@broadcast", "data": "Status saya", "remote_resource": jid(AGUS)},
    ]  # fmt: skip
    for number, row in enumerate(rows, start=2):
        whole = {
            "key_remote_jid": jid(BUDI),
            "key_from_me": 0,
            "key_id": f"L{number}",
            "status": 0,
            "media_wa_type": "0",
        }
        whole |= {"timestamp": START + number * 1000, "latitude": 0.0, "longitude": 0.0} | row
        places = ", ".join("?" * (len(whole) + 1))
        database.execute(f"INSERT INTO messages (_id, {', '.join(whole)}) VALUES ({places})", (number, *whole.values()))
    database.execute("INSERT INTO messages_quotes VALUES (1, 'L2', 'Halo', NULL)")
    database.execute("INSERT INTO chat_list VALUES (1, ?, 'Arisan')", (GROUP,))


def make_half_migrated_msgstore(path: Path) -> Path:
    """A modern store whose table `messages` holds two rows that were migrated and eleven that were not."""
    make_msgstore(path)
    with closing(sqlite3.connect(path)) as database:
        database.executescript(_LEGACY)
        _fill_legacy(database)
        database.execute("UPDATE messages SET _id = _id + 100 WHERE _id > 1")
        database.executemany(
            "INSERT INTO messages (_id, key_remote_jid, key_from_me, key_id, data) VALUES (?, ?, 0, ?, 'sudah pindah')",
            [(number, jid(BUDI), f"{number:032X}") for number in (2, 3)],
        )
        database.commit()
    return path
