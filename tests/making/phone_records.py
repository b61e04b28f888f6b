"""Contacts, calls, accounts and SIM cards as phones keep them, made by code. Fictional people, numbers that cannot be assigned."""

import plistlib
import sqlite3
from contextlib import closing
from pathlib import Path

from making.databases import AGUS, BUDI, SITI, START

APPLE_EPOCH = 978_307_200
APPLE_START = START / 1000 - APPLE_EPOCH


def made(path: Path, script: str, *inserts: tuple[str, list[tuple[object, ...]]]) -> Path:
    """A database of this schema with these rows: pairs of an INSERT statement's head and its rows."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(script)
        for head, rows in inserts:
            database.executemany(f"INSERT INTO {head} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        database.commit()
    return path


_CONTACTS2 = """
CREATE TABLE accounts (_id INTEGER PRIMARY KEY AUTOINCREMENT, account_name TEXT, account_type TEXT, data_set TEXT);
CREATE TABLE raw_contacts (_id INTEGER PRIMARY KEY AUTOINCREMENT, account_id INTEGER, sourceid TEXT, contact_id INTEGER,
  deleted INTEGER NOT NULL DEFAULT 0, display_name TEXT, times_contacted INTEGER);
CREATE TABLE mimetypes (_id INTEGER PRIMARY KEY AUTOINCREMENT, mimetype TEXT NOT NULL);
CREATE TABLE data (_id INTEGER PRIMARY KEY AUTOINCREMENT, mimetype_id INTEGER, raw_contact_id INTEGER, data1 TEXT, data2 TEXT,
  data3 TEXT, data4 TEXT);
CREATE TABLE calls (_id INTEGER PRIMARY KEY, date INTEGER);
"""
MIMETYPES = ("phone_v2", "email_v2", "name", "organization", "note")


def make_contacts2(path: Path) -> Path:
    """Two accounts; Budi with two numbers, an address and a firm; Siti of WhatsApp; Agus, marked deleted; one without values."""
    kinds = [(f"vnd.android.cursor.item/{kind}",) for kind in MIMETYPES] + [
        ("vnd.android.cursor.item/vnd.com.whatsapp.profile",)
    ]
    return made(
        path,
        _CONTACTS2,
        ("accounts (account_name, account_type)", [("rina@example.com", "com.google"), ("WhatsApp", "com.whatsapp")]),
        ("mimetypes (mimetype)", kinds),
        (
            "raw_contacts (account_id, display_name, deleted)",
            [(1, "Budi Fiksi", 0), (2, "Siti Contoh", 0), (1, None, 1), (77, "Tanpa Isi", 0)],
        ),
        (
            "data (raw_contact_id, mimetype_id, data1, data4)",
            [
                (2, 6, "620000000002@s.whatsapp.net", None),
                (1, 1, "0000-0000-001", "+620000000001"),
                (1, 1, "+62 000 0000 009", None),
                (1, 2, "budi@example.com", None),
                (1, 4, "Toko Fiksi", None),
                (3, 3, "Agus Rekaan", None),
                (3, 1, AGUS, None),
            ],
        ),
    )


_ADDRESS_BOOK = """
CREATE TABLE ABPerson (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, First TEXT, Last TEXT, Middle TEXT, Organization TEXT, Note TEXT,
  JobTitle TEXT, Nickname TEXT, DisplayName TEXT, StoreID INTEGER);
CREATE TABLE ABStore (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, Name TEXT);
CREATE TABLE ABMultiValue (UID INTEGER PRIMARY KEY, record_id INTEGER, property INTEGER, label INTEGER, value TEXT);
CREATE TABLE ABMultiValueEntry (parent_id INTEGER, key INTEGER, value TEXT, UNIQUE(parent_id, key));
"""


def make_address_book(path: Path) -> Path:
    """Budi with two numbers, an address and a house; a firm; one person without values."""
    return made(
        path,
        _ADDRESS_BOOK,
        ("ABStore (Name)", [("Card",)]),
        (
            "ABPerson (First, Last, Organization, Note, StoreID)",
            [
                ("Budi", "Fiksi", "Toko Fiksi", "teman", 1),
                (None, None, "Bengkel Contoh", None, 1),
                ("Siti", None, None, None, 9),
            ],
        ),
        (
            "ABMultiValue (record_id, property, value)",
            [(1, 3, BUDI), (1, 3, AGUS), (1, 4, "budi@example.com"), (1, 5, None), (2, 3, SITI), (1, 46, "@budifiksi")],
        ),
        ("ABMultiValueEntry", [(4, 1, "Jalan Contoh 1"), (4, 2, "Bandung")]),
    )


_CALL_HISTORY = """
CREATE TABLE ZCALLRECORD (Z_PK INTEGER PRIMARY KEY, Z_ENT INTEGER, ZANSWERED INTEGER, ZCALLTYPE INTEGER, ZORIGINATED INTEGER,
  ZDATE TIMESTAMP, ZDURATION FLOAT, ZADDRESS VARCHAR, ZNAME VARCHAR, ZISO_COUNTRY_CODE VARCHAR, ZSERVICE_PROVIDER VARCHAR);
CREATE TABLE ZHANDLE (Z_PK INTEGER PRIMARY KEY, ZVALUE VARCHAR, ZNORMALIZEDVALUE VARCHAR);
CREATE TABLE Z_2REMOTEPARTICIPANTHANDLES (Z_2REMOTEPARTICIPANTCALLS INTEGER, Z_4REMOTEPARTICIPANTHANDLES INTEGER);
"""


def make_call_history(path: Path) -> Path:
    """Answered, missed and outgoing calls, a FaceTime group call, an unknown type, a call without a time."""
    columns = "ZCALLRECORD (ZANSWERED, ZCALLTYPE, ZORIGINATED, ZDATE, ZDURATION, ZADDRESS, ZNAME, ZISO_COUNTRY_CODE, ZSERVICE_PROVIDER)"
    return made(
        path,
        _CALL_HISTORY,
        (
            columns,
            [
                (1, 1, 0, APPLE_START, 62.5, BUDI.encode(), "Budi Fiksi", "id", "com.apple.Telephony"),
                (0, 1, 0, APPLE_START + 60, 0.0, SITI, None, "id", "com.apple.Telephony"),
                (0, 1, 1, APPLE_START + 120, 0.0, SITI, None, "id", "com.apple.Telephony"),
                (1, 8, 1, APPLE_START + 180, 30.0, None, None, None, "com.apple.FaceTime"),
                (None, 77, None, 0, None, AGUS, None, None, "net.whatsapp.WhatsApp"),
            ],
        ),
        ("ZHANDLE (ZVALUE, ZNORMALIZEDVALUE)", [("0000", BUDI), ("siti@example.com", None)]),
        ("Z_2REMOTEPARTICIPANTHANDLES", [(4, 1), (4, 2)]),
    )


def make_call_history_of_ios7(path: Path) -> Path:
    """An outgoing, a missed and a FaceTime call."""
    return made(
        path,
        "CREATE TABLE call (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, address TEXT, date INTEGER, duration INTEGER, flags INTEGER, name TEXT)",
        (
            "call (address, date, duration, flags)",
            [
                (BUDI, START // 1000, 62, 5),
                (SITI, START // 1000 + 60, 0, 4),
                (AGUS, START // 1000 + 120, 9, 16),
                (AGUS, 0, 0, None),
            ],
        ),
    )


_MAIL_COLUMNS = """(ROWID INTEGER PRIMARY KEY AUTOINCREMENT, remote_uid INTEGER, date INTEGER, token TEXT, sender TEXT,
  callback_num TEXT, duration INTEGER, expiration INTEGER, trashed_date INTEGER, flags INTEGER)"""


def make_voicemail(path: Path) -> Path:
    """A message, one in the bin, one that is gone."""
    rows = [(START // 1000, BUDI, 20, 0, 1), (START // 1000 + 60, SITI, 5, int(APPLE_START) + 999, 11)]
    head = "(date, sender, duration, trashed_date, flags)"
    script = f"CREATE TABLE voicemail {_MAIL_COLUMNS}; CREATE TABLE deleted {_MAIL_COLUMNS};"
    return made(path, script, (f"voicemail {head}", rows), (f"deleted {head}", rows[:1]))


def make_accounts_ce(path: Path) -> Path:
    """An account of Google and one that is a number."""
    return made(
        path,
        "CREATE TABLE accounts (_id INTEGER PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, password TEXT, UNIQUE(name,type))",
        (
            "accounts (name, type, password)",
            [("rina@example.com", "com.google", "not to be read"), ("+620000000004", "com.example.chat", None)],
        ),
    )


def make_accounts3(path: Path) -> Path:
    """An Apple account, a holiday calendar without a user, an account that is switched off."""
    return made(
        path,
        "CREATE TABLE ZACCOUNT (Z_PK INTEGER PRIMARY KEY, ZACTIVE INTEGER, ZACCOUNTTYPE INTEGER, ZACCOUNTDESCRIPTION VARCHAR,"
        " ZIDENTIFIER VARCHAR, ZUSERNAME VARCHAR);"
        "CREATE TABLE ZACCOUNTTYPE (Z_PK INTEGER PRIMARY KEY, ZIDENTIFIER VARCHAR, ZACCOUNTTYPEDESCRIPTION VARCHAR);",
        (
            "ZACCOUNTTYPE",
            [(1, "com.apple.account.AppleAccount", "iCloud"), (2, "com.apple.account.HolidayCalendar", None)],
        ),
        (
            "ZACCOUNT (ZACTIVE, ZACCOUNTTYPE, ZACCOUNTDESCRIPTION, ZIDENTIFIER, ZUSERNAME)",
            [
                (1, 1, "iCloud", "00000000-0001", "rina@example.com"),
                (1, 2, "Hari Libur", "00000000-0002", None),
                (0, 9, None, "00000000-0003", "lama@example.com"),
            ],
        ),
    )


def make_telephony(path: Path) -> Path:
    """A card in the phone, one that is not, one that only says its network."""
    return made(
        path,
        "CREATE TABLE siminfo (_id INTEGER PRIMARY KEY AUTOINCREMENT, icc_id TEXT NOT NULL, sim_id INTEGER DEFAULT -1, display_name TEXT,"
        " carrier_name TEXT, number TEXT, mcc INTEGER, mnc INTEGER, mcc_string TEXT, iso_country_code TEXT,"
        " phone_number_source_carrier TEXT);",
        (
            "siminfo (icc_id, sim_id, display_name, carrier_name, number, mcc, iso_country_code, phone_number_source_carrier)",
            [
                ("8962000000000000001", 0, "Utama", "Contoh Seluler", "+62 000 0000 004", 510, "id", None),
                ("8962000000000000002", -1, "Lama", "Contoh Seluler", "", 510, None, "+62 000 0000 005"),
                ("8900000000000000003", 1, None, None, None, 999, None, None),
            ],
        ),
    )


COMMCENTER = plistlib.dumps({
    "PhoneNumber": "620000000004",
    "LastKnownICCID": "8962000000000000001",
    "PersonalWallet": {
        "8962000000000000001": {"phonebook": {"CopiedSIMPhoneNumber": "+620000000004"}},
        "8962000000000000002": {"phonebook": {}},
    },
    "kOperatorRoamingInfo_Subscriber_Mcc": "510",
})  # fmt: skip


def make_cellular_usage(path: Path) -> Path:
    """One card."""
    return made(
        path,
        "CREATE TABLE subscriber_info (ROWID INTEGER PRIMARY KEY, subscriber_id TEXT, subscriber_mdn TEXT, tag INTEGER)",
        ("subscriber_info (subscriber_id, subscriber_mdn)", [("8962000000000000001", "+620000000004")]),
    )
