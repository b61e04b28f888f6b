"""WhatsApp's stores on iOS made by code, with the columns the models have. Fictional people."""

import base64
import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from making.databases import AGUS, BUDI, GROUP, PHOTO, SITI, jid

COCOA_START = 793_692_800  # 2026-02-25T06:13:20Z in seconds since 2001

_STORAGE = """
CREATE TABLE ZWAMESSAGE (Z_PK INTEGER PRIMARY KEY, Z_ENT INTEGER, ZISFROMME INTEGER, ZMESSAGETYPE INTEGER, ZGROUPEVENTTYPE INTEGER,
  ZFLAGS INTEGER, ZCHATSESSION INTEGER, ZGROUPMEMBER INTEGER, ZMEDIAITEM INTEGER, ZMESSAGEINFO INTEGER, ZPARENTMESSAGE INTEGER,
  ZMESSAGEDATE TIMESTAMP, ZSENTDATE TIMESTAMP, ZTEXT VARCHAR, ZFROMJID VARCHAR, ZTOJID VARCHAR, ZPUSHNAME VARCHAR, ZSTANZAID VARCHAR);
CREATE TABLE ZWACHATSESSION (Z_PK INTEGER PRIMARY KEY, ZCONTACTJID VARCHAR, ZPARTNERNAME VARCHAR, ZREMOVED INTEGER, ZSESSIONTYPE INTEGER);
CREATE TABLE ZWAGROUPMEMBER (Z_PK INTEGER PRIMARY KEY, ZMEMBERJID VARCHAR, ZCONTACTNAME VARCHAR, ZFIRSTNAME VARCHAR);
CREATE TABLE ZWAMEDIAITEM (Z_PK INTEGER PRIMARY KEY, ZMESSAGE INTEGER, ZFILESIZE INTEGER, ZLATITUDE FLOAT, ZLONGITUDE FLOAT,
  ZMEDIALOCALPATH VARCHAR, ZTITLE VARCHAR, ZVCARDNAME VARCHAR, ZVCARDSTRING VARCHAR, ZMETADATA BLOB);
CREATE TABLE ZWAMESSAGEINFO (Z_PK INTEGER PRIMARY KEY, ZMESSAGE INTEGER, ZRECEIPTINFO BLOB);
CREATE TABLE ZWAPROFILEPUSHNAME (Z_PK INTEGER PRIMARY KEY, ZJID VARCHAR, ZPUSHNAME VARCHAR);
"""
MEDIA_PATH = f"Media/{jid(BUDI)}/a/b/0f0f.jpg"


def field(number: int, value: bytes | str | int) -> bytes:
    """A field of a protocol buffer: text and messages by their length, whole numbers as varints."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    raw = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(raw)) + raw


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def make_chat_storage(path: Path) -> Path:
    """A ChatStorage.sqlite: two chats and a removed one; every kind of row that is read; rows whose companions are missing."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(_STORAGE)
        database.executemany(
            "INSERT INTO ZWACHATSESSION VALUES (?, ?, ?, ?, ?)",
            [(1, jid(BUDI), "Budi Fiksi", 0, 0), (2, GROUP, "Arisan", 0, 1), (3, jid(AGUS), None, 1, 0)],
        )
        database.execute("INSERT INTO ZWAGROUPMEMBER VALUES (1, ?, 'Siti Contoh', 'Siti')", (jid(SITI),))
        database.execute("INSERT INTO ZWAPROFILEPUSHNAME VALUES (1, ?, 'Agus')", (jid(AGUS),))
        _media(database)
        _messages(database)
        database.commit()
    return path


def _media(database: sqlite3.Connection) -> None:
    digest = base64.b64encode(hashlib.sha256(PHOTO).digest()).decode()
    card = f"BEGIN:VCARD\nFN:Siti Contoh\nTEL:{SITI}\nEND:VCARD"
    database.executemany(
        "INSERT INTO ZWAMEDIAITEM VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                1,
                3,
                len(PHOTO),
                96.0,
                64.0,
                MEDIA_PATH,
                "Ini fotonya",
                digest,
                "image/jpeg",
                field(5, "K1") + field(6, jid(BUDI)),
            ),
            (2, 4, 0, -6.2, 106.8, None, "Pasar Fiksi", None, None, b"\xff broken"),
            (3, 5, 0, None, None, None, None, None, card, None),
        ],
    )
    reaction = field(
        7, field(1, field(2, jid(BUDI)) + field(3, "👍") + field(4, 1_772_000_500_000)) + field(2, field(2, "❤"))
    )
    database.execute("INSERT INTO ZWAMESSAGEINFO VALUES (1, 2, ?)", (reaction,))


def _messages(database: sqlite3.Connection) -> None:
    rows = [
        {"ZISFROMME": 0, "ZTEXT": "Pagi!", "ZFROMJID": jid(BUDI)},
        {"ZISFROMME": 1, "ZTEXT": "Pagi juga", "ZTOJID": jid(BUDI), "ZPARENTMESSAGE": 1, "ZMESSAGEINFO": 1, "ZFLAGS": 0x180},
        {"ZISFROMME": 0, "ZMESSAGETYPE": 1, "ZMEDIAITEM": 1, "ZFROMJID": jid(BUDI)},
        {"ZISFROMME": 0, "ZMESSAGETYPE": 5, "ZMEDIAITEM": 2},
        {"ZISFROMME": 1, "ZMESSAGETYPE": 4, "ZMEDIAITEM": 3},
        {"ZISFROMME": 0, "ZMESSAGETYPE": 14},
        {"ZCHATSESSION": 2, "ZISFROMME": 0, "ZTEXT": "Saya datang", "ZGROUPMEMBER": 1, "ZFROMJID": GROUP},
        {"ZCHATSESSION": 2, "ZISFROMME": 0, "ZMESSAGETYPE": 6, "ZGROUPEVENTTYPE": 2},
        {"ZCHATSESSION": 3, "ZISFROMME": 0, "ZTEXT": "Dihapus dari daftar"},
        {"ZCHATSESSION": 99, "ZISFROMME": 0, "ZTEXT": "Tanpa obrolan", "ZFROMJID": jid(AGUS), "ZGROUPMEMBER": 99, "ZMEDIAITEM": 99},
        {"ZISFROMME": None, "ZMESSAGETYPE": 888, "ZMESSAGEDATE": 0},
        {"ZISFROMME": 0, "ZMESSAGETYPE": 38},
    ]  # fmt: skip
    for number, row in enumerate(rows, start=1):
        whole = {
            "Z_PK": number,
            "ZCHATSESSION": 1,
            "ZMESSAGETYPE": 0,
            "ZMESSAGEDATE": COCOA_START + number + 0.5,
            "ZSTANZAID": f"K{number}",
        }
        whole |= row
        database.execute(
            f"INSERT INTO ZWAMESSAGE ({', '.join(whole)}) VALUES ({', '.join('?' * len(whole))})", tuple(whole.values())
        )


_CALLS = """
CREATE TABLE ZWACDCALLEVENT (Z_PK INTEGER PRIMARY KEY, ZOUTCOME INTEGER, Z1CALLEVENTS INTEGER, ZDATE TIMESTAMP, ZDURATION FLOAT,
  ZCALLIDSTRING VARCHAR, ZGROUPCALLCREATORUSERJIDSTRING VARCHAR, ZGROUPJIDSTRING VARCHAR);
CREATE TABLE ZWAAGGREGATECALLEVENT (Z_PK INTEGER PRIMARY KEY, ZINCOMING INTEGER, ZMISSED INTEGER, ZVIDEO INTEGER);
CREATE TABLE ZWACDCALLEVENTPARTICIPANT (Z_PK INTEGER PRIMARY KEY, Z1PARTICIPANTS INTEGER, ZJIDSTRING VARCHAR);
INSERT INTO ZWAAGGREGATECALLEVENT VALUES (1, 1, 0, 0), (2, 0, 0, 1), (3, 1, 1, 0);
"""


def make_call_history(path: Path) -> Path:
    """A CallHistory.sqlite: an answered call, a group call, a missed one, one without its aggregate."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(_CALLS)
        database.executemany(
            "INSERT INTO ZWACDCALLEVENT VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (1, 0, 1, COCOA_START + 0.25, 61.5, "C1", None, None),
                (2, 0, 2, COCOA_START + 60, 10.0, "C2", jid(AGUS), GROUP),
                (3, 1, 3, COCOA_START + 120, 0.0, "C3", None, None),
                (4, 7, 99, None, None, None, None, None),
            ],
        )
        database.executemany(
            "INSERT INTO ZWACDCALLEVENTPARTICIPANT VALUES (?, ?, ?)",
            [(1, 1, jid(BUDI)), (2, 2, jid(BUDI)), (3, 2, jid(SITI)), (4, 3, jid(SITI))],
        )
        database.commit()
    return path


def make_wa_contacts(path: Path) -> Path:
    """A wa.db: a saved contact, one known by its own name, a group, a blocked business."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "CREATE TABLE wa_contacts (_id INTEGER PRIMARY KEY, jid TEXT, number TEXT, display_name TEXT, given_name TEXT,"
            " family_name TEXT, wa_name TEXT, status TEXT, company TEXT);"
            "CREATE TABLE wa_vnames (jid TEXT, verified_name TEXT); CREATE TABLE wa_block_list (jid TEXT);"
        )
        database.executemany(
            "INSERT INTO wa_contacts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (1, jid(BUDI), BUDI, "Budi Fiksi", "Budi", "Fiksi", "budi", "Sibuk", None),
                (2, jid(SITI), None, None, None, None, "Siti", None, None),
                (3, GROUP, None, "Arisan", None, None, None, None, None),
                (4, jid(AGUS), None, None, None, None, None, None, "Toko"),
            ],
        )
        database.execute("INSERT INTO wa_vnames VALUES (?, 'Toko Agus')", (jid(AGUS),))
        database.execute("INSERT INTO wa_block_list VALUES (?)", (jid(AGUS),))
        database.commit()
    return path


def make_contacts_v2(path: Path) -> Path:
    """A ContactsV2.sqlite with two people."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(
            "CREATE TABLE ZWAADDRESSBOOKCONTACT (Z_PK INTEGER PRIMARY KEY, ZWHATSAPPID VARCHAR, ZFULLNAME VARCHAR,"
            " ZPHONENUMBER VARCHAR, ZABOUTTEXT VARCHAR);"
        )
        database.executemany(
            "INSERT INTO ZWAADDRESSBOOKCONTACT VALUES (?, ?, ?, ?, ?)",
            [(1, jid(BUDI), "Budi Fiksi", BUDI, "Ada"), (2, None, "Siti Contoh", SITI, None)],
        )
        database.commit()
    return path


PREFERENCES = b"""<?xml version='1.0' encoding='utf-8' standalone='yes' ?>
<map>
    <string name="registration_jid">620000000009</string>
    <string name="push_name">Pemilik</string>
    <string name="ph">0000009</string>
    <string name="cc">62</string>
</map>"""
