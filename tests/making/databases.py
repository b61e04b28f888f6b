"""App databases made by code, with the columns the apps have. Fictional people and numbers that cannot be assigned."""

import base64
import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

BUDI, SITI, AGUS = "+62 000 0000 001", "+62 000 0000 002", "+62 000 0000 003"
START = 1_772_000_000_000  # 2026-02-25T06:13:20Z, in milliseconds
PHOTO = b"a photograph that was sent"


def jid(number: str) -> str:
    """The WhatsApp identity of a number."""
    return number.replace("+", "").replace(" ", "") + "@s.whatsapp.net"


GROUP = "120363000000000001@g.us"
LID = "200000000000001@lid"

_MSGSTORE = """
CREATE TABLE jid (_id INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL, server TEXT NOT NULL, agent INTEGER,
  device INTEGER, type INTEGER, raw_string TEXT);
CREATE TABLE jid_map (lid_row_id INTEGER PRIMARY KEY NOT NULL, jid_row_id INTEGER NOT NULL);
CREATE TABLE chat (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid_row_id INTEGER UNIQUE, hidden INTEGER, subject TEXT,
  created_timestamp INTEGER, archived INTEGER, sort_timestamp INTEGER);
CREATE TABLE message (_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL, from_me INTEGER NOT NULL,
  key_id TEXT NOT NULL, sender_jid_row_id INTEGER, status INTEGER, timestamp INTEGER, received_timestamp INTEGER,
  message_type INTEGER, text_data TEXT, starred INTEGER, sort_id INTEGER NOT NULL DEFAULT 0);
CREATE TABLE message_media (message_row_id INTEGER PRIMARY KEY, chat_row_id INTEGER, transferred INTEGER, file_path TEXT,
  file_size INTEGER, mime_type TEXT, file_length INTEGER, media_name TEXT, file_hash TEXT, media_caption TEXT);
CREATE TABLE message_location (message_row_id INTEGER PRIMARY KEY, chat_row_id INTEGER, latitude REAL, longitude REAL,
  place_name TEXT, place_address TEXT);
CREATE TABLE message_system (message_row_id INTEGER PRIMARY KEY, action_type INTEGER NOT NULL);
CREATE TABLE deleted_chat_job (_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL,
  deleted_message_row_id INTEGER, deleted_starred_message_row_id INTEGER);
CREATE TABLE call_log (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid_row_id INTEGER, from_me INTEGER, call_id TEXT,
  transaction_id INTEGER, timestamp INTEGER, video_call INTEGER, duration INTEGER, call_result INTEGER,
  group_jid_row_id INTEGER NOT NULL DEFAULT 0);
CREATE VIEW available_message_view AS SELECT * FROM message;
INSERT INTO message (_id, chat_row_id, from_me, key_id) VALUES (1, -1, 0, '-1');
"""

# chat, from_me, sender, type, text, starred
_CONVERSATION: tuple[tuple[int, int, int, int, str | None, int], ...] = (
    (1, 1, 0, 0, "Selamat pagi, Budi", 0),
    (1, 0, 0, 0, "Pagi! Rapat jam sembilan?", 0),
    (1, 0, 0, 1, "Ini fotonya", 0),
    (1, 1, 0, 5, None, 0),
    (1, 0, 0, 15, None, 0),
    (2, 0, 2, 0, "Sudah sampai di pasar", 0),
    (2, 0, 4, 0, "Saya menyusul", 0),
    (2, 0, 0, 7, None, 0),
    (3, 0, 0, 0, "Pesan lama", 0),
    (3, 0, 0, 0, "Pesan berbintang", 1),
    (3, 0, 0, 42, None, 0),
    (1, 0, 0, 777, "jenis baru", 0),
)


def make_msgstore(path: Path, messages: Sequence[tuple[int, int, int, int, str | None, int]] = _CONVERSATION) -> Path:
    """A msgstore.db of the modern schema: three chats, every kind of row that is read, two calls. Rows count from 2."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(_MSGSTORE)
        identities = [(jid(BUDI), 0), (jid(SITI), 0), (GROUP, 1), (LID, 18), (jid(AGUS), 0)]
        database.executemany(
            "INSERT INTO jid (user, server, type, raw_string) VALUES (?, ?, ?, ?)",
            [(*each.split("@"), kind, each) for each, kind in identities],
        )
        database.execute("INSERT INTO jid_map VALUES (4, 5)")
        database.executemany(
            "INSERT INTO chat (jid_row_id, subject) VALUES (?, ?)", [(1, None), (3, "Arisan"), (2, None)]
        )
        for number, (chat, from_me, sender, kind, text, starred) in enumerate(messages, start=2):
            database.execute(
                "INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, timestamp,"
                " message_type, text_data, starred, sort_id) VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?)",
                (number, chat, from_me, f"{number:032X}", sender, START + number * 60_000, kind, text, starred, number),
            )
        _companion_rows(database)
        database.commit()
    return path


def _companion_rows(database: sqlite3.Connection) -> None:
    digest = base64.b64encode(hashlib.sha256(PHOTO).digest()).decode()
    name = "Media/WhatsApp Images/IMG-20260225-WA0001.jpg"
    database.execute(
        "INSERT INTO message_media (message_row_id, chat_row_id, transferred, file_path, file_size, mime_type, file_hash)"
        " VALUES (4, 1, 1, ?, ?, 'image/jpeg', ?)",
        (name, len(PHOTO), digest),
    )
    database.execute("INSERT INTO message_location VALUES (5, 1, -6.2, 106.8, 'Pasar Fiksi', 'Jalan Contoh 1')")
    database.execute("INSERT INTO message_system VALUES (9, 12)")
    database.execute("INSERT INTO deleted_chat_job VALUES (1, 3, 11, 0)")
    database.executemany(
        "INSERT INTO call_log (jid_row_id, from_me, call_id, timestamp, video_call, duration, call_result)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(1, 0, "A1", START, 0, 61, 5), (2, 1, "A2", START + 1000, 1, 0, 2), (4, 0, "A3", START + 2000, 0, 0, 99)],
    )


_MMSSMS = """
CREATE TABLE sms (_id INTEGER PRIMARY KEY, thread_id INTEGER, address TEXT, person INTEGER, date INTEGER,
  date_sent INTEGER DEFAULT 0, read INTEGER DEFAULT 0, status INTEGER DEFAULT -1, type INTEGER, subject TEXT, body TEXT,
  service_center TEXT, sub_id INTEGER DEFAULT -1, creator TEXT);
CREATE TABLE pdu (_id INTEGER PRIMARY KEY AUTOINCREMENT, thread_id INTEGER, date INTEGER, date_sent INTEGER DEFAULT 0,
  msg_box INTEGER, read INTEGER DEFAULT 0, m_id TEXT, sub TEXT, m_type INTEGER, tr_id TEXT);
CREATE TABLE part (_id INTEGER PRIMARY KEY AUTOINCREMENT, mid INTEGER, seq INTEGER DEFAULT 0, ct TEXT, name TEXT, fn TEXT,
  cid TEXT, cl TEXT, _data TEXT, text TEXT);
CREATE TABLE addr (_id INTEGER PRIMARY KEY, msg_id INTEGER, contact_id INTEGER, address TEXT, type INTEGER, charset INTEGER);
CREATE TABLE threads (_id INTEGER PRIMARY KEY AUTOINCREMENT, date INTEGER DEFAULT 0, recipient_ids TEXT, snippet TEXT);
CREATE TABLE canonical_addresses (_id INTEGER PRIMARY KEY AUTOINCREMENT, address TEXT);
"""

PARTS = "/data/user_de/0/com.android.providers.telephony/app_parts"


def make_mmssms(path: Path) -> Path:
    """A mmssms.db: received, sent, draft, failed and unknown SMS; a received MMS with two pictures, a notification."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(_MMSSMS)
        database.executemany("INSERT INTO canonical_addresses (address) VALUES (?)", [(BUDI,), (SITI,)])
        database.executemany("INSERT INTO threads (recipient_ids) VALUES (?)", [("1",), ("1 2",)])
        database.executemany(
            "INSERT INTO sms (thread_id, address, date, date_sent, type, body) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (1, BUDI, START, START - 5000, 1, "Kode Anda 000000"),
                (1, BUDI, START + 1000, 0, 2, "Terima kasih"),
                (1, BUDI, START + 2000, 0, 3, "belum selesai"),
                (1, BUDI, START + 3000, 0, 5, "gagal"),
                (1, BUDI, 0, 0, 42, "jenis baru"),
            ],
        )
        database.executemany(
            "INSERT INTO pdu (thread_id, date, msg_box, sub, m_type) VALUES (?, ?, ?, ?, ?)",
            [(2, START // 1000, 1, "Undangan", 132), (2, START // 1000 + 60, 1, None, 130)],
        )
        database.executemany(
            "INSERT INTO part (mid, ct, name, _data, text) VALUES (1, ?, ?, ?, ?)",
            [
                ("application/smil", "smil.xml", None, "<smil/>"),
                ("text/plain", None, None, "Datang ya"),
                ("image/jpeg", "a.jpg", f"{PARTS}/PART_1.jpg", None),
                ("text/x-vCard", "b.vcf", f"{PARTS}/PART_2.vcf", None),
            ],
        )
        database.executemany(
            "INSERT INTO addr (msg_id, address, type) VALUES (1, ?, ?)",
            [(SITI, 137), ("insert-address-token", 151), (BUDI, 130)],
        )
        database.commit()
    return path


_CALLS = """
CREATE TABLE calls (_id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT, presentation INTEGER NOT NULL DEFAULT 1,
  date INTEGER, duration INTEGER, features INTEGER NOT NULL DEFAULT 0, type INTEGER, new INTEGER, name TEXT,
  countryiso TEXT, is_read INTEGER, deleted INTEGER NOT NULL DEFAULT 0);
"""


def make_calllog(path: Path) -> Path:
    """A calllog.db with one call of each kind."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(_CALLS)
        database.executemany(
            "INSERT INTO calls (number, presentation, date, duration, features, type, name, deleted)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (BUDI, 1, START, 62, 0, 1, "Budi Fiksi", 0),
                (SITI, 1, START + 1000, 0, 0, 2, None, 0),
                (SITI, 1, START + 2000, 30, 1, 2, "Siti Contoh", 0),
                ("", 2, START + 3000, 0, 0, 3, None, 0),
                (AGUS, 1, START + 4000, 0, 0, 5, None, 1),
                (AGUS, 1, -1, 0, 0, 77, None, 0),
            ],
        )
        database.commit()
    return path


def make_notes(path: Path) -> Path:
    """A database of no app that is known: two tables, a view, a virtual table."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT);"
            "CREATE TABLE empty (a, b);"
            "CREATE VIEW all_notes AS SELECT * FROM note;"
            "CREATE VIRTUAL TABLE search USING fts4(body);"
            "INSERT INTO note (body) VALUES ('satu'), ('dua'), ('tiga');"
        )
        database.commit()
    return path
