"""Databases of messengers with the columns the apps have, made by code: Skype, Viber, Kik, imo, Google Messages.

A `make_...` for the damage test holds the tables of several platforms of the app in one file.
"""

import json
import plistlib
from pathlib import Path

from making.databases import AGUS, BUDI, SITI, START
from making.phone_records import APPLE_START, made

SECOND, MINUTE = 1000, 60_000


def archive(root: dict[str, object]) -> bytes:
    """An archive of objects whose top is a dictionary of plain values."""
    keys, uid = list(root), plistlib.UID
    objects: list[object] = [
        "$null",
        {
            "NS.keys": [uid(2 + 2 * n) for n in range(len(keys))],
            "NS.objects": [uid(3 + 2 * n) for n in range(len(keys))],
        },
    ]
    for key in keys:
        objects += [key, root[key]]
    whole = {"$archiver": "NSKeyedArchiver", "$version": 100000, "$objects": objects, "$top": {"root": uid(1)}}
    return plistlib.dumps(whole, fmt=plistlib.FMT_BINARY)


_SKYPE = """
CREATE TABLE Accounts (id INTEGER PRIMARY KEY, skypename TEXT, fullname TEXT, emails TEXT, country TEXT, phone_mobile TEXT);
CREATE TABLE Contacts (id INTEGER PRIMARY KEY, skypename TEXT, fullname TEXT, displayname TEXT, phone_mobile TEXT, about TEXT);
CREATE TABLE Conversations (id INTEGER PRIMARY KEY, identity TEXT, type INTEGER, displayname TEXT);
CREATE TABLE Participants (id INTEGER PRIMARY KEY, convo_id INTEGER, identity TEXT);
CREATE TABLE Messages (id INTEGER PRIMARY KEY, chatname TEXT, timestamp INTEGER, author TEXT, from_dispname TEXT, body_xml TEXT,
  edited_timestamp INTEGER, dialog_partner TEXT, guid BLOB, convo_id INTEGER, type INTEGER);
CREATE TABLE Transfers (id INTEGER PRIMARY KEY, type INTEGER, partner_handle TEXT, filepath TEXT, filename TEXT, filesize TEXT,
  starttime INTEGER, chatmsg_guid BLOB, convo_id INTEGER);
CREATE TABLE Calls (id INTEGER PRIMARY KEY, begin_timestamp INTEGER, duration INTEGER, is_incoming INTEGER, partner_handle TEXT,
  is_unseen_missed INTEGER, type INTEGER, conv_dbid INTEGER);
CREATE TABLE CallMembers (id INTEGER PRIMARY KEY, identity TEXT, dispname TEXT, call_db_id INTEGER);
CREATE TABLE messagesv12 (nsp_pk TEXT PRIMARY KEY, nsp_data TEXT);
CREATE TABLE conversationsv14 (nsp_pk TEXT PRIMARY KEY, nsp_data TEXT);
CREATE TABLE profilecachev8 (nsp_pk TEXT PRIMARY KEY, nsp_data TEXT);
CREATE TABLE internaldata (nsp_pk TEXT PRIMARY KEY, nsp_data TEXT);
CREATE TABLE calllogs (nsp_pk TEXT PRIMARY KEY, nsp_data TEXT);
CREATE TABLE chatitem (_id INTEGER PRIMARY KEY, time INTEGER, is_sender_me INTEGER, message_type INTEGER, content TEXT,
  conversation_link TEXT, person_id TEXT, device_gallery_path TEXT);
CREATE TABLE person (entry_id TEXT, first_name TEXT, last_name TEXT);
CREATE TABLE user (entry_id TEXT, first_name TEXT, last_name TEXT);
"""


def make_skype(path: Path) -> Path:
    """The tables of the three generations, a few rows in each."""
    later = {
        "messagesv12": [
            {"id": "1", "creator": "8:budi.fiksi", "conversationId": "8:budi.fiksi", "content": "Halo &amp; <b>hai</b>", "messagetype": "RichText", "createdTime": START, "_isMyMessage": False},
            {"id": "2", "creator": "8:rina.fiksi", "conversationId": "8:budi.fiksi", "messagetype": "RichText/UriObject", "createdTime": START + MINUTE, "_isMyMessage": True,
             "content": '<URIObject type="Picture.1"><OriginalName v="pantai.jpg"></OriginalName><FileSize v="1234"></FileSize></URIObject>'},
            {"id": "3", "creator": "8:budi.fiksi", "conversationId": "19:abc@thread.skype", "messagetype": "ThreadActivity/AddMember", "createdTime": START, "properties": {"deletetime": 1}},
            "not JSON{",
        ],
        "conversationsv14": [{"conv": {"id": "19:abc@thread.skype", "_threadProps": {"topic": "Arisan"}}}],
        "profilecachev8": [
            {"mri": "8:rina.fiksi", "fullName": "Rina Contoh"},
            {"mri": "8:budi.fiksi", "displayNameOverride": "Budi Fiksi", "phones": [{"number": BUDI}]},
        ],
        "calllogs": [{"callId": "C1", "callDirection": "Incoming", "originator": "8:budi.fiksi", "startTime": START, "callState": "Missed"}],
    }  # fmt: skip
    tables = [
        (table, [(f"C{n}", value if isinstance(value, str) else json.dumps(value)) for n, value in enumerate(rows)])
        for table, rows in later.items()
    ]
    prefs = json.dumps({"id": "priv_prefs_v2", "value": {"skypeName": "rina.fiksi"}})
    return made(
        path,
        _SKYPE,
        *tables,
        ("internaldata", [("Cpriv_prefs_v2", prefs)]),
        (
            "Accounts (skypename, fullname, emails)",
            [("rina.fiksi", "Rina Contoh", "rina@example.com lama@example.com")],
        ),
        ("Contacts (skypename, displayname, phone_mobile)", [("budi.fiksi", "Budi Fiksi", BUDI)]),
        (
            "Conversations (identity, type, displayname)",
            [("budi.fiksi", 1, "Budi Fiksi"), ("19:abc@thread.skype", 2, "Arisan")],
        ),
        (
            "Participants (convo_id, identity)",
            [(1, "rina.fiksi"), (1, "budi.fiksi"), (2, "rina.fiksi"), (2, "siti.fiksi")],
        ),
        (
            "Messages (convo_id, timestamp, author, from_dispname, body_xml, type, guid, edited_timestamp)",
            [
                (
                    1,
                    START // 1000,
                    "budi.fiksi",
                    "Budi Fiksi",
                    'Halo <ss type="hi">(wave)</ss> &lt;3',
                    61,
                    b"\x01",
                    None,
                ),
                (2, START // 1000 + 60, "rina.fiksi", "Rina Contoh", None, 61, b"\x02", START // 1000 + 90),
                (1, START // 1000 + 120, "rina.fiksi", "Rina Contoh", "<files/>", 68, b"\x03", None),
                (9, 0, None, None, "aneh", 999, None, None),
            ],
        ),
        (
            "Transfers (type, partner_handle, filepath, filename, filesize, starttime, chatmsg_guid, convo_id)",
            [
                (2, "budi.fiksi", "C:\\Users\\rina\\pantai.mp4", "pantai.mp4", "4321", START // 1000, b"\x03", 1),
                (1, "budi.fiksi", None, "nota.pdf", "99", START // 1000, None, 1),
            ],
        ),
        (
            "Calls (begin_timestamp, duration, is_incoming, partner_handle, is_unseen_missed)",
            [(START // 1000, 62, 0, "budi.fiksi", 0), (START // 1000, None, 1, None, 1)],
        ),
        ("CallMembers (identity, call_db_id)", [("budi.fiksi", 1), ("siti.fiksi", 1), ("siti.fiksi", 2)]),
        ("user", [("8:rina.fiksi", "Rina", "Contoh")]),
        ("person", [("8:budi.fiksi", "Budi", "Fiksi")]),
        (
            "chatitem (time, is_sender_me, message_type, content, conversation_link, person_id, device_gallery_path)",
            [
                (START, 0, 1, "Halo", "8:budi.fiksi", "8:budi.fiksi", None),
                (START, 1, 2, None, "8:budi.fiksi", None, "/storage/emulated/0/DCIM/a.jpg"),
                (START, 0, 3, None, "8:budi.fiksi", "8:budi.fiksi", None),
            ],
        ),
    )


_VIBER = """
CREATE TABLE messages (_id INTEGER PRIMARY KEY, msg_date INTEGER, send_type INTEGER, body TEXT, conversation_id INTEGER, participant_id INTEGER,
  extra_uri TEXT, extra_mime TEXT, deleted INTEGER, msg_info TEXT, token INTEGER, location_lat INTEGER, location_lng INTEGER);
CREATE TABLE participants (_id INTEGER PRIMARY KEY, conversation_id INTEGER, participant_info_id INTEGER);
CREATE TABLE participants_info (_id INTEGER PRIMARY KEY, number TEXT, member_id TEXT, display_name TEXT, contact_name TEXT, viber_name TEXT,
  participant_type INTEGER);
CREATE TABLE conversations (_id INTEGER PRIMARY KEY, conversation_type INTEGER, name TEXT, date INTEGER);
CREATE TABLE calls (_id INTEGER PRIMARY KEY, number TEXT, canonized_number TEXT, viber_call BOOLEAN, viber_call_type INTEGER, date LONG,
  duration LONG, type INT);
CREATE TABLE phonebookcontact (_id INTEGER PRIMARY KEY, display_name TEXT, deleted BOOLEAN);
CREATE TABLE phonebookdata (_id INTEGER PRIMARY KEY, contact_id INTEGER, data1 TEXT, data2 TEXT);
CREATE TABLE ZVIBERMESSAGE (Z_PK INTEGER PRIMARY KEY, ZDATE TIMESTAMP, ZSTATE VARCHAR, ZTEXT VARCHAR, ZCONVERSATION INTEGER,
  ZPHONENUMINDEX INTEGER, ZATTACHMENT INTEGER, ZBEINGDELETED INTEGER);
CREATE TABLE ZCONVERSATION (Z_PK INTEGER PRIMARY KEY, ZNAME VARCHAR, ZINTERLOCUTOR INTEGER);
CREATE TABLE ZMEMBER (Z_PK INTEGER PRIMARY KEY, ZDISPLAYFULLNAME VARCHAR, ZDISPLAYSHORTNAME VARCHAR, ZPHONE VARCHAR);
CREATE TABLE ZPHONENUMBER (Z_PK INTEGER PRIMARY KEY, ZMEMBER INTEGER, ZPHONE VARCHAR);
CREATE TABLE ZATTACHMENT (Z_PK INTEGER PRIMARY KEY, ZNAME VARCHAR, ZTYPE VARCHAR);
CREATE TABLE ZRECENT (Z_PK INTEGER PRIMARY KEY, ZCALLTYPE VARCHAR, ZDATE TIMESTAMP, ZDURATION INTEGER, ZRECENTSLINE INTEGER);
CREATE TABLE ZRECENTSLINE (Z_PK INTEGER PRIMARY KEY, ZPHONENUMBER INTEGER);
"""


def make_viber(path: Path) -> Path:
    """The tables of Android and iOS."""
    return made(
        path,
        _VIBER,
        (
            "participants_info (number, display_name, participant_type)",
            [("+62 000 0000 004", "Rina", 0), (BUDI, "Budi Fiksi", 1), (SITI, "Siti Contoh", 1)],
        ),
        ("participants (conversation_id, participant_info_id)", [(1, 1), (1, 2), (2, 1), (2, 2), (2, 3)]),
        ("conversations (conversation_type, name)", [(0, None), (1, "Arisan")]),
        (
            "messages (msg_date, send_type, body, conversation_id, participant_id, extra_uri, extra_mime, deleted, token, location_lat, location_lng)",
            [
                (START, 0, "Halo", 1, 2, None, "text", 0, 77, 0, 0),
                (START + MINUTE, 1, None, 1, 1, "content://media/external/images/1/pantai.jpg", "image", 0, 78, 0, 0),
                (START + 2 * MINUTE, 0, "di sini", 2, 5, None, "location", 1, 0, -62_000_000, 1068_000_000),
                (0, None, "aneh", 9, 99, None, "baru", 0, 0, None, None),
            ],
        ),
        (
            "calls (number, canonized_number, viber_call, viber_call_type, date, duration, type)",
            [("0000001", BUDI, 1, 4, START, 62, 1), (SITI, SITI, 0, 1, START, 0, 3)],
        ),
        ("phonebookcontact (display_name, deleted)", [("Budi Fiksi", 0), ("Agus Rekaan", 1)]),
        ("phonebookdata (contact_id, data1, data2)", [(1, "0000001", "+620000000001"), (1, "0000009", None)]),
        ("ZMEMBER (ZDISPLAYFULLNAME, ZPHONE)", [("Budi Fiksi", BUDI)]),
        ("ZPHONENUMBER (ZMEMBER, ZPHONE)", [(1, AGUS)]),
        ("ZCONVERSATION (ZNAME, ZINTERLOCUTOR)", [(None, 1)]),
        ("ZATTACHMENT (ZNAME, ZTYPE)", [("pantai.jpg", "picture")]),
        (
            "ZVIBERMESSAGE (ZDATE, ZSTATE, ZTEXT, ZCONVERSATION, ZPHONENUMINDEX, ZATTACHMENT, ZBEINGDELETED)",
            [
                (APPLE_START, "received", "Halo", 1, 1, None, 0),
                (APPLE_START + 60, "delivered", None, 1, None, 1, 0),
                (APPLE_START, "baru", "x", 9, None, None, 1),
            ],
        ),
        ("ZRECENTSLINE (ZPHONENUMBER)", [(1,)]),
        (
            "ZRECENT (ZCALLTYPE, ZDATE, ZDURATION, ZRECENTSLINE)",
            [("missed_viber", APPLE_START, 0, 1), ("outgoing_viber_video", APPLE_START, 30, 9)],
        ),
    )


_VIBER_PC = """
CREATE TABLE Events (EventID INTEGER PRIMARY KEY, TimeStamp INTEGER, Direction INTEGER, Type INTEGER, ContactID INTEGER, ChatID INTEGER, Token TEXT);
CREATE TABLE Messages (EventID INTEGER PRIMARY KEY, Type INTEGER, Status INTEGER, Subject TEXT, Body TEXT, PayloadPath TEXT);
CREATE TABLE Calls (EventID INTEGER PRIMARY KEY, Type INTEGER, Duration INTEGER, Status INTEGER);
CREATE TABLE Contact (ContactID INTEGER PRIMARY KEY, Name TEXT, ClientName TEXT, Number TEXT, MID TEXT);
CREATE TABLE ChatInfo (ChatID INTEGER PRIMARY KEY, Name TEXT);
"""


def make_viber_pc(path: Path) -> Path:
    """A message, a file, a call."""
    return made(
        path,
        _VIBER_PC,
        ("Contact", [(1, "Budi Fiksi", None, BUDI, "MID1")]),
        ("ChatInfo", [(5, "Arisan")]),
        (
            "Events",
            [(1, START, 0, 1, 1, 5, "T1"), (2, START + MINUTE, 1, 1, 1, 6, "T2"), (3, START, 0, 2, 1, None, None)],
        ),
        (
            "Messages",
            [
                (1, 1, 0, None, "Halo", None),
                (2, 2, 0, None, None, "C:\\Users\\rina\\Documents\\ViberDownloads\\pantai.jpg"),
            ],
        ),
        ("Calls", [(3, 1, 62, 0)]),
    )


_KIK = """
CREATE TABLE CoreTable (username TEXT, core_id TEXT, is_active INTEGER);
CREATE TABLE messagesTable (_id INTEGER PRIMARY KEY, body TEXT, partner_jid TEXT, was_me INTEGER, read_state INTEGER, uid TEXT, timestamp LONG,
  content_id TEXT, app_id TEXT, bin_id TEXT, sys_msg TEXT, stat_msg TEXT);
CREATE TABLE KIKcontactsTable (_id INTEGER PRIMARY KEY, jid TEXT, display_name TEXT, user_name TEXT, is_group BOOLEAN, group_hashtag TEXT);
CREATE TABLE KIKContentTable (_id INTEGER PRIMARY KEY, content_id TEXT, content_name TEXT, content_string TEXT);
CREATE TABLE ZKIKMESSAGE (Z_PK INTEGER PRIMARY KEY, ZTYPE INTEGER, ZUSER INTEGER, ZRECEIVEDTIMESTAMP TIMESTAMP, ZTIMESTAMP TIMESTAMP, ZBODY VARCHAR);
CREATE TABLE ZKIKUSER (Z_PK INTEGER PRIMARY KEY, ZDISPLAYNAME VARCHAR, ZJID VARCHAR, ZUSERNAME VARCHAR);
CREATE TABLE ZKIKATTACHMENT (Z_PK INTEGER PRIMARY KEY, ZMESSAGE INTEGER, ZCONTENT VARCHAR);
"""
KIK_BUDI, KIK_GROUP = "budifiksi_abc@talk.kik.com", "1100000000001_g@groups.kik.com"


def make_kik(path: Path) -> Path:
    """The tables of Android and iOS."""
    return made(
        path,
        _KIK,
        ("CoreTable", [("rinafiksi", "core-1", 1)]),
        (
            "KIKcontactsTable (jid, display_name, user_name, is_group, group_hashtag)",
            [(KIK_BUDI, "Budi Fiksi", "budifiksi", 0, None), (KIK_GROUP, "Arisan", None, 1, "#arisan")],
        ),
        (
            "KIKContentTable (content_id, content_name, content_string)",
            [("c-1", "app-name", "Camera"), ("c-1", "file-size", "1234"), ("c-2", "file-name", "film.mp4")],
        ),
        (
            "messagesTable (body, partner_jid, was_me, uid, timestamp, content_id, app_id, bin_id, sys_msg)",
            [
                ("Halo", KIK_BUDI, 0, "u1", START, None, None, KIK_BUDI, None),
                (None, KIK_BUDI, 1, "u2", START + MINUTE, "c-1", "com.kik.ext.camera", KIK_BUDI, None),
                (None, KIK_BUDI, 0, "u3", START + 2 * MINUTE, "c-2", None, KIK_GROUP, None),
                (None, KIK_BUDI, 0, "u4", START + 3 * MINUTE, None, None, KIK_GROUP, "Budi bergabung"),
                ("tanpa arah", None, None, None, -1, None, None, None, None),
            ],
        ),
        ("ZKIKUSER (ZDISPLAYNAME, ZJID, ZUSERNAME)", [("Budi Fiksi", KIK_BUDI, "budifiksi")]),
        (
            "ZKIKMESSAGE (ZTYPE, ZUSER, ZRECEIVEDTIMESTAMP, ZTIMESTAMP, ZBODY)",
            [
                (1, 1, APPLE_START + 1, APPLE_START, "Halo"),
                (2, 1, None, APPLE_START + 60, None),
                (3, 1, None, APPLE_START, "mulai"),
                (9, 77, APPLE_START, None, "aneh"),
            ],
        ),
        ("ZKIKATTACHMENT (ZMESSAGE, ZCONTENT)", [(2, "b1946ac9-0000"), (77, "tanpa pesan")]),
    )


_IMO = """
CREATE TABLE messages (_id INTEGER PRIMARY KEY, buid TEXT, author TEXT, alias TEXT, imdata TEXT, last_message TEXT, timestamp INTEGER,
  message_type INTEGER, message_state INTEGER);
CREATE TABLE friends (buid TEXT, name TEXT, _alias_sl TEXT);
CREATE TABLE account (uid TEXT, name TEXT, phone TEXT);
CREATE TABLE ZIMOCHATMSG (Z_PK INTEGER PRIMARY KEY, ZISSENT INTEGER, ZTS INTEGER, ZTYPE INTEGER, ZA_UID VARCHAR, ZALIAS VARCHAR, ZBUID VARCHAR,
  ZTEXT VARCHAR, ZIMDATA BLOB);
CREATE TABLE ZIMOCONTACT (Z_PK INTEGER PRIMARY KEY, ZALIAS VARCHAR, ZBUID VARCHAR, ZDISPLAY VARCHAR, ZPHONE VARCHAR);
CREATE TABLE ZIMOKEYVAL (Z_PK INTEGER PRIMARY KEY, ZKEY VARCHAR, ZSTRING_VAL VARCHAR);
CREATE TABLE ZIMORECENTCALL (Z_PK INTEGER PRIMARY KEY, ZCALL_TYPE INTEGER, ZCHAT_TYPE INTEGER, ZTS INTEGER, ZBUID VARCHAR, ZDISPLAY VARCHAR);
"""


def make_imo(path: Path) -> Path:
    """The tables of Android and iOS."""
    nano = START * 1_000_000
    photo = json.dumps({"type": "photo_uploaded", "objects": [{"object_id": ".abc", "filename": "pantai.webp"}]})
    return made(
        path,
        _IMO,
        ("account", [("1001", "Rina Contoh", "+62 000 0000 004")]),
        ("friends", [("2001", "Budi Fiksi", "budi fiksi")]),
        (
            "messages (buid, author, alias, imdata, last_message, timestamp, message_type)",
            [
                ("2001", None, None, None, "Halo", nano, 1),
                ("2001", None, None, photo, None, nano + 1, 2),
                ("g9", "2002", "Siti Contoh", "{rusak", "grup", nano + 2, 1),
                ("2001", None, None, '{"type": "__deleted_im"}', "dihapus", 0, None),
            ],
        ),
        ("ZIMOKEYVAL (ZKEY, ZSTRING_VAL)", [("imo_account_uid", "1001"), ("imo_account_alias", "Rina")]),
        ("ZIMOCONTACT (ZALIAS, ZBUID, ZDISPLAY, ZPHONE)", [("budi", "2001", "Budi Fiksi", BUDI)]),
        (
            "ZIMOCHATMSG (ZISSENT, ZTS, ZTYPE, ZA_UID, ZALIAS, ZBUID, ZTEXT, ZIMDATA)",
            [
                (0, nano, 0, "2001", "Budi Fiksi", "2001", "Halo", None),
                (
                    1,
                    nano + 1,
                    1,
                    None,
                    None,
                    "2001",
                    "uploaded photo",
                    archive({"type": "photo_uploaded", "photo_id": "a.webp"}),
                ),
                (0, nano + 2, 12, "2001", None, "2001", "This message was deleted", archive({"type": "__deleted_im"})),
                (None, 0, 55, None, None, None, None, b"rusak"),
            ],
        ),
        ("ZIMORECENTCALL (ZCALL_TYPE, ZCHAT_TYPE, ZTS, ZBUID, ZDISPLAY)", [(2, 1, nano, "2001", "Budi Fiksi")]),
    )


_BUGLE = """
CREATE TABLE messages (_id INTEGER PRIMARY KEY, conversation_id INT, sender_id INT, self_id INT, sent_timestamp INT, received_timestamp INT,
  message_protocol INT, message_status INT, mms_subject TEXT, rcs_message_id TEXT);
CREATE TABLE parts (_id INTEGER PRIMARY KEY, message_id INT, text TEXT, uri TEXT, content_type TEXT, file_size_bytes INT);
CREATE TABLE participants (_id INTEGER PRIMARY KEY, sub_id INT, normalized_destination TEXT, display_destination TEXT, full_name TEXT);
CREATE TABLE conversations (_id INTEGER PRIMARY KEY, name TEXT, participant_count INT);
CREATE TABLE conversation_participants (_id INTEGER PRIMARY KEY, conversation_id INT, participant_id INT);
"""


def make_bugle(path: Path) -> Path:
    """SMS, RCS with two files, a draft, a message whose sender is not listed."""
    return made(
        path,
        _BUGLE,
        (
            "participants (sub_id, normalized_destination, display_destination, full_name)",
            [
                (1, "+620000000004", None, None),
                (-2, "+620000000001", BUDI, "Budi Fiksi"),
                (-2, None, "CONTOHBANK", None),
            ],
        ),
        ("conversations (name)", [("Budi Fiksi",), ("CONTOHBANK",)]),
        ("conversation_participants (conversation_id, participant_id)", [(1, 2), (2, 3)]),
        (
            "messages (conversation_id, sender_id, self_id, sent_timestamp, received_timestamp, message_protocol, message_status, rcs_message_id)",
            [
                (1, 2, 1, START, START + SECOND, 0, 100, None),
                (1, 1, 1, START + MINUTE, START + MINUTE, 3, 1, "R1"),
                (2, 3, 1, 0, START + 2 * MINUTE, 0, 100, None),
                (1, 1, 1, START, 0, 0, 3, None),
                (9, 99, None, None, None, 7, None, None),
            ],
        ),
        (
            "parts (message_id, text, uri, content_type, file_size_bytes)",
            [
                (2, "Foto pantai", None, "text/plain", None),
                (1, "Halo", None, "text/plain", None),
                (2, None, "content://com.google.android.apps.messaging/a.jpg", "image/jpeg", 1234),
                (2, None, "content://com.google.android.apps.messaging/b", "video/mp4", 5678),
                (3, "Kode Anda 000000", None, "text/plain", None),
                (4, "belum", None, "text/plain", None),
            ],
        ),
    )
