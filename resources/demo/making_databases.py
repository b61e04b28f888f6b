"""The phone's databases: WhatsApp messages and contacts, SMS, calls.

Tables and columns are those public descriptions of these stores name; the people and texts are made up.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import making_sqlite

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

USER, GROUP = 0, 1  # jid.type
KINDS = {"text": 0, "image": 1, "location": 5, "revoked": 15}  # message.message_type
SMS_KINDS = {"in": 1, "out": 2}
CALL_KINDS = {"in": 1, "out": 2, "missed": 3, "rejected": 5}

MSGSTORE = """
CREATE TABLE jid (_id INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT NOT NULL, server TEXT NOT NULL, agent INTEGER, device INTEGER,
    type INTEGER, raw_string TEXT);
CREATE TABLE chat (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid_row_id INTEGER UNIQUE, hidden INTEGER, subject TEXT,
    created_timestamp INTEGER, archived INTEGER, sort_timestamp INTEGER, last_message_row_id INTEGER, group_type INTEGER DEFAULT 0);
CREATE TABLE message (_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL, from_me INTEGER NOT NULL, key_id TEXT NOT NULL,
    sender_jid_row_id INTEGER, status INTEGER, broadcast INTEGER, recipient_count INTEGER, origination_flags INTEGER,
    timestamp INTEGER, received_timestamp INTEGER, receipt_server_timestamp INTEGER, message_type INTEGER, text_data TEXT,
    starred INTEGER, message_add_on_flags INTEGER, sort_id INTEGER NOT NULL DEFAULT 0);
CREATE TABLE message_media (message_row_id INTEGER PRIMARY KEY, chat_row_id INTEGER, file_path TEXT, file_size INTEGER, mime_type TEXT,
    media_name TEXT, file_hash TEXT, media_key BLOB, media_caption TEXT, media_duration INTEGER, width INTEGER, height INTEGER,
    file_length INTEGER, transferred INTEGER);
CREATE TABLE message_location (message_row_id INTEGER PRIMARY KEY, chat_row_id INTEGER, latitude REAL, longitude REAL, place_name TEXT,
    place_address TEXT, url TEXT);
CREATE TABLE message_revoked (message_row_id INTEGER PRIMARY KEY, revoked_key_id TEXT NOT NULL, admin_jid_row_id INTEGER,
    revoke_timestamp INTEGER);
CREATE TABLE call_log (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid_row_id INTEGER, from_me INTEGER, call_id TEXT, transaction_id INTEGER,
    timestamp INTEGER, video_call INTEGER, duration INTEGER, call_result INTEGER, group_jid_row_id INTEGER NOT NULL DEFAULT 0,
    call_type INTEGER);
CREATE TABLE props (_id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT UNIQUE, value TEXT);
"""

WA = """
CREATE TABLE wa_contacts (_id INTEGER PRIMARY KEY AUTOINCREMENT, jid TEXT NOT NULL, is_whatsapp_user BOOLEAN NOT NULL, status TEXT,
    status_timestamp INTEGER, number TEXT, raw_contact_id INTEGER, display_name TEXT, phone_type INTEGER, given_name TEXT,
    family_name TEXT, wa_name TEXT, company TEXT);
"""

MMSSMS = """
CREATE TABLE threads (_id INTEGER PRIMARY KEY AUTOINCREMENT, date INTEGER DEFAULT 0, message_count INTEGER DEFAULT 0,
    recipient_ids TEXT, snippet TEXT, read INTEGER DEFAULT 1, type INTEGER DEFAULT 0);
CREATE TABLE canonical_addresses (_id INTEGER PRIMARY KEY AUTOINCREMENT, address TEXT);
CREATE TABLE sms (_id INTEGER PRIMARY KEY, thread_id INTEGER, address TEXT, person INTEGER, date INTEGER, date_sent INTEGER DEFAULT 0,
    protocol INTEGER, read INTEGER DEFAULT 0, status INTEGER DEFAULT -1, type INTEGER, reply_path_present INTEGER, subject TEXT,
    body TEXT, service_center TEXT, locked INTEGER DEFAULT 0, sub_id INTEGER DEFAULT -1, error_code INTEGER DEFAULT -1, creator TEXT,
    seen INTEGER DEFAULT 0);
CREATE TABLE pdu (_id INTEGER PRIMARY KEY AUTOINCREMENT, thread_id INTEGER, date INTEGER, date_sent INTEGER DEFAULT 0, msg_box INTEGER,
    read INTEGER DEFAULT 0, m_id TEXT, sub TEXT, m_type INTEGER, tr_id TEXT, exp INTEGER);
CREATE TABLE part (_id INTEGER PRIMARY KEY AUTOINCREMENT, mid INTEGER, seq INTEGER DEFAULT 0, ct TEXT, name TEXT, fn TEXT, cid TEXT,
    cl TEXT, _data TEXT, text TEXT);
CREATE TABLE addr (_id INTEGER PRIMARY KEY, msg_id INTEGER, contact_id INTEGER, address TEXT, type INTEGER, charset INTEGER);
"""

CALLS = """
CREATE TABLE calls (_id INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT, presentation INTEGER NOT NULL DEFAULT 1, date INTEGER,
    duration INTEGER, type INTEGER, features INTEGER NOT NULL DEFAULT 0, new INTEGER, name TEXT, countryiso TEXT, is_read INTEGER,
    geocoded_location TEXT, phone_account_address TEXT, subscription_id TEXT, transcription TEXT, deleted INTEGER NOT NULL DEFAULT 0);
"""


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist. `phone` in international form with spaces."""

    name: str
    phone: str

    @property
    def digits(self) -> str:
        """The number as apps write it: digits alone."""
        return "".join(each for each in self.phone if each.isdigit())

    @property
    def jid(self) -> str:
        """The person's WhatsApp identifier."""
        return f"{self.digits}@s.whatsapp.net"


@dataclass(frozen=True)
class Chat:
    """A WhatsApp conversation: `jid` of a person, or of a group with its `subject`."""

    jid: str
    subject: str | None = None


@dataclass(frozen=True)
class Said:
    """A WhatsApp message; `sender` None: the owner of the phone. `late`: it lies in the write-ahead log alone."""

    chat: Chat
    sender: Person | None
    at: datetime
    body: str | None
    kind: str = "text"
    file: tuple[str, bytes] | None = None  # path below the WhatsApp folder, content
    position: tuple[float, float, str] | None = None
    late: bool = False


@dataclass(frozen=True)
class Sms:
    """A text message."""

    party: Person
    direction: str
    at: datetime
    body: str


@dataclass(frozen=True)
class Rang:
    """A call; `how` is in, out, missed or rejected."""

    party: Person
    how: str
    at: datetime
    seconds: int
    video: bool = False

    @property
    def outcome(self) -> str | None:
        """What the stores say came of it; None where they do not (nobody took an outgoing call)."""
        if self.seconds:
            return "answered"
        return None if self.how == "out" else self.how


def whatsapp(said: list[Said], calls: list[Rang], people: list[Person]) -> tuple[bytes, bytes]:
    """`msgstore.db` and its write-ahead log, which alone holds the late messages."""

    def early(database: sqlite3.Connection) -> None:
        database.executescript(MSGSTORE)
        _message(database, 1, None)
        for message in said:
            _chat(database, message.chat)
        for person in people:
            _jid(database, person.jid)
        _messages(database, said, late=False)
        _calls(database, calls)
        database.execute("INSERT INTO props (key, value) VALUES ('msgstore_db_schema_version', 'contoh')")

    return making_sqlite.with_log(early, lambda database: _messages(database, said, late=True))


def whatsapp_contacts(people: list[Person]) -> bytes:
    """`wa.db`."""

    def fill(database: sqlite3.Connection) -> None:
        database.executescript(WA)
        rows = [(each.jid, each.phone, each.name, each.name.split()[0]) for each in people]
        database.executemany(
            "INSERT INTO wa_contacts (jid, is_whatsapp_user, number, display_name, given_name, wa_name) VALUES (?1, 1, ?2, ?3, ?4, ?4)",
            rows,
        )

    return making_sqlite.database(fill)


def text_messages(messages: list[Sms]) -> bytes:
    """`mmssms.db`."""

    def fill(database: sqlite3.Connection) -> None:
        database.executescript(MMSSMS)
        numbers = sorted({each.party.phone.replace(" ", "") for each in messages})
        for place, number in enumerate(numbers, 1):
            database.execute("INSERT INTO canonical_addresses VALUES (?, ?)", (place, number))
            database.execute("INSERT INTO threads (_id, recipient_ids) VALUES (?, ?)", (place, str(place)))
        for place, each in enumerate(messages, 1):
            number = each.party.phone.replace(" ", "")
            row = (
                place,
                numbers.index(number) + 1,
                number,
                ms(each.at),
                ms(each.at),
                SMS_KINDS[each.direction],
                each.body,
            )
            database.execute(
                "INSERT INTO sms (_id, thread_id, address, date, date_sent, type, body, read, seen, sub_id) VALUES (?,?,?,?,?,?,?,1,1,1)",
                row,
            )

    return making_sqlite.database(fill)


def call_log(calls: list[Rang]) -> bytes:
    """`calllog.db`."""

    def fill(database: sqlite3.Connection) -> None:
        database.executescript(CALLS)
        for each in calls:
            row = (
                each.party.phone.replace(" ", ""),
                ms(each.at),
                each.seconds,
                CALL_KINDS[each.how],
                int(each.video),
                each.party.name,
            )
            database.execute(
                "INSERT INTO calls (number, date, duration, type, features, name, countryiso, is_read, new) VALUES (?,?,?,?,?,?,'ID',1,0)",
                row,
            )

    return making_sqlite.database(fill)


def ms(at: datetime) -> int:
    """Milliseconds since 1970."""
    return int(at.timestamp()) * 1000


def _messages(database: sqlite3.Connection, said: list[Said], *, late: bool) -> None:
    for number, message in enumerate(said, 2):
        if message.late == late:
            _message(database, number, message)


def _message(database: sqlite3.Connection, number: int, message: Said | None) -> None:
    """One row with what belongs to it; None: the row without content that every such database starts with."""
    if message is None:
        database.execute(
            "INSERT INTO message (_id, chat_row_id, from_me, key_id, status, timestamp, message_type) VALUES (1, -1, 0, '-1', -1, 0, -1)"
        )
        return
    sender = _jid(database, message.sender.jid) if message.sender and message.chat.subject else 0
    mine, moment = int(message.sender is None), ms(message.at)
    key = hashlib.md5(f"pesan {number}".encode(), usedforsecurity=False).hexdigest().upper()
    row = (
        number,
        _chat(database, message.chat),
        mine,
        key,
        sender,
        13 if mine else 0,
        moment,
        KINDS[message.kind],
        message.body,
        number,
    )
    database.execute(
        "INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, status, timestamp, message_type, text_data, sort_id,"
        " received_timestamp, broadcast, starred, origination_flags) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10, ?7 + 500, 0, 0, 0)",
        row,
    )
    _beside(database, number, message)


def _beside(database: sqlite3.Connection, number: int, message: Said) -> None:
    chat = _chat(database, message.chat)
    if message.file is not None:
        path, content = message.file
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode("ascii")
        database.execute(
            "INSERT INTO message_media (message_row_id, chat_row_id, file_path, file_size, mime_type, file_hash, width, height,"
            " file_length, transferred) VALUES (?1, ?2, ?3, ?4, 'image/jpeg', ?5, 960, 720, ?4, 1)",
            (number, chat, path, len(content), digest),
        )
    if message.position is not None:
        database.execute(
            "INSERT INTO message_location (message_row_id, chat_row_id, latitude, longitude, place_name) VALUES (?,?,?,?,?)",
            (number, chat, *message.position),
        )
    if message.kind == "revoked":
        database.execute("INSERT INTO message_revoked VALUES (?, 'CONTOH', NULL, ?)", (number, ms(message.at) + 60_000))


def _calls(database: sqlite3.Connection, calls: list[Rang]) -> None:
    for number, each in enumerate(calls, 1):
        result = {"answered": 5, "missed": 2}[each.outcome or "missed"]
        row = (
            _jid(database, each.party.jid),
            int(each.how == "out"),
            f"CONTOH{number}",
            ms(each.at),
            int(each.video),
            each.seconds,
            result,
        )
        database.execute(
            "INSERT INTO call_log (jid_row_id, from_me, call_id, timestamp, video_call, duration, call_result) VALUES (?,?,?,?,?,?,?)",
            row,
        )


def _chat(database: sqlite3.Connection, chat: Chat) -> int:
    jid = _jid(database, chat.jid)
    database.execute(
        "INSERT OR IGNORE INTO chat (jid_row_id, hidden, subject, archived) VALUES (?, 0, ?, 0)", (jid, chat.subject)
    )
    (found,) = database.execute("SELECT _id FROM chat WHERE jid_row_id = ?", (jid,)).fetchone()
    return int(found)


def _jid(database: sqlite3.Connection, text: str) -> int:
    row = database.execute("SELECT _id FROM jid WHERE raw_string = ?", (text,)).fetchone()
    if row is None:
        user, _, server = text.partition("@")
        kind = GROUP if server == "g.us" else USER
        row = database.execute(
            "INSERT INTO jid (user, server, agent, device, type, raw_string) VALUES (?, ?, 0, 0, ?, ?) RETURNING _id",
            (user, server, kind, text),
        ).fetchone()
    return int(row[0])
