"""More databases of messengers with the columns the apps have: LINE, WeChat, Messenger, Instagram, TikTok, Snapchat, Discord, KakaoTalk, Zalo."""

import base64
import hashlib
import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import zstandard
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from making.databases import START
from making.messengers import MINUTE, archive
from making.phone_records import made
from sqlcipher3 import dbapi2

OWN, BUDI_ID, SITI_ID = "1000000001", "1000000002", "1000000003"

_LINE = """
CREATE TABLE chat_history (id INTEGER PRIMARY KEY, server_id TEXT, type INTEGER, chat_id TEXT, from_mid TEXT, content TEXT, created_time TEXT,
  delivered_time TEXT, status INTEGER, location_name TEXT, location_address TEXT, location_latitude INTEGER, location_longitude INTEGER,
  attachement_type INTEGER, attachement_local_uri TEXT, attachement_image_size INTEGER, parameter TEXT);
CREATE TABLE contacts (m_id TEXT PRIMARY KEY, name TEXT, server_name TEXT, custom_name TEXT, status_msg TEXT);
CREATE TABLE groups (id TEXT, name TEXT);
CREATE TABLE call_history (caller_mid TEXT, start_time INTEGER, end_time INTEGER, call_type TEXT, voip_type TEXT);
CREATE TABLE ZMESSAGE (Z_PK INTEGER PRIMARY KEY, ZTIMESTAMP INTEGER, ZSENDER INTEGER, ZTEXT VARCHAR, ZCHAT INTEGER, ZCONTENTTYPE INTEGER,
  ZLATITUDE FLOAT, ZLONGITUDE FLOAT, ZID VARCHAR);
CREATE TABLE ZCHAT (Z_PK INTEGER PRIMARY KEY, ZMID VARCHAR, ZTYPE INTEGER);
CREATE TABLE ZUSER (Z_PK INTEGER PRIMARY KEY, ZNAME VARCHAR, ZCUSTOMNAME VARCHAR, ZMID VARCHAR, ZADDRESSBOOKNAME VARCHAR);
CREATE TABLE ZGROUP (Z_PK INTEGER PRIMARY KEY, ZID VARCHAR, ZNAME VARCHAR);
"""
LINE_BUDI, LINE_GROUP = "u" + "b" * 32, "c" + "a" * 32


LINE_COLUMNS = (
    "server_id, type, chat_id, from_mid, content, created_time, status, location_name, location_latitude, location_longitude,"
    " attachement_type, attachement_local_uri, parameter"
)


def make_line(path: Path) -> Path:
    """The tables of Android and iOS."""
    return made(
        path,
        _LINE,
        ("contacts (m_id, name, custom_name)", [(LINE_BUDI, "budi", "Budi Fiksi")]),
        ("groups", [(LINE_GROUP, "Arisan")]),
        (
            f"chat_history ({LINE_COLUMNS})",
            [
                ("1", 1, LINE_BUDI, LINE_BUDI, "Halo", str(START), 1, None, None, None, 0, None, None),
                ("2", 1, LINE_BUDI, None, "Halo juga", str(START + MINUTE), 3, None, None, None, 0, None, None),
                (
                    "3",
                    2,
                    LINE_GROUP,
                    LINE_BUDI,
                    None,
                    str(START),
                    1,
                    "Pasar Fiksi",
                    -6_200_000,
                    106_800_000,
                    15,
                    None,
                    None,
                ),
                (
                    "4",
                    1,
                    LINE_GROUP,
                    LINE_BUDI,
                    None,
                    str(START),
                    1,
                    None,
                    None,
                    None,
                    14,
                    None,
                    "FILE_NAME\tnota.pdf\tFILE_SIZE\t1234",
                ),
                (None, None, None, None, "aneh", "0", None, None, None, None, 99, None, None),
            ],
        ),
        ("call_history", [(LINE_BUDI, START, START + 62_000, "OUT_O", "V"), (LINE_BUDI, START, 0, "I", "A")]),
        ("ZUSER (ZNAME, ZMID)", [("Budi Fiksi", LINE_BUDI)]),
        ("ZCHAT (ZMID, ZTYPE)", [(LINE_BUDI, 0), (LINE_GROUP, 2)]),
        ("ZGROUP (ZID, ZNAME)", [(LINE_GROUP, "Arisan")]),
        (
            "ZMESSAGE (ZTIMESTAMP, ZSENDER, ZTEXT, ZCHAT, ZCONTENTTYPE, ZID)",
            [
                (START, 1, "Halo", 1, 0, "m1"),
                (START + MINUTE, None, "Halo juga", 2, 0, "m2"),
                (0, None, None, None, 77, None),
            ],
        ),
    )


UIN, IMEI = "-1234567890", "000000000000003"
WECHAT_FOLDER = hashlib.md5(f"mm{UIN}".encode()).hexdigest()
ROOM = "12345@chatroom"
CHAT_BUDI = "Chat_" + hashlib.md5(b"wxid_budi").hexdigest()

_WECHAT = f"""
CREATE TABLE message (msgId INTEGER PRIMARY KEY, msgSvrId INTEGER, type INT, status INT, isSend INT, createTime INTEGER, talker TEXT, content TEXT,
  imgPath TEXT);
CREATE TABLE rcontact (username TEXT PRIMARY KEY, alias TEXT, conRemark TEXT, nickname TEXT, type INTEGER);
CREATE TABLE userinfo (id INTEGER PRIMARY KEY, type INT, value TEXT);
CREATE TABLE Friend (userName TEXT PRIMARY KEY, dbContactRemark BLOB, type INTEGER);
CREATE TABLE "{CHAT_BUDI}" (TableVer INTEGER, MesLocalID INTEGER PRIMARY KEY, MesSvrID INTEGER, CreateTime INTEGER, Message TEXT, Status INTEGER,
  Type INTEGER, Des INTEGER);
"""


def _wechat_rows() -> tuple[tuple[str, list[tuple[object, ...]]], ...]:
    link = "<msg><appmsg><title>Peta</title><des>Jalan &amp; toko</des><type>5</type><url>https://example.com/</url></appmsg></msg>"
    place = '<msg><location x="-6.2" y="106.8" label="Jalan Contoh 1" poiname="Pasar Fiksi"/></msg>'
    return (
        ("userinfo", [(2, 3, "wxid_rina"), (4, 3, "Rina"), (6, 3, "+62 000 0000 004")]),
        (
            "rcontact",
            [
                ("wxid_budi", "budi", "", "Budi Fiksi", 3),
                ("wxid_siti", None, "Siti Contoh", "siti", 3),
                (ROOM, None, None, "Arisan", 2),
            ],
        ),
        (
            "message (msgSvrId, type, isSend, createTime, talker, content, imgPath)",
            [
                (1, 1, 0, START, "wxid_budi", "Halo", None),
                (2, 3, 1, START + MINUTE, "wxid_budi", "<msg><img/></msg>", "THUMBNAIL_DIRPATH://th_abc"),
                (3, 1, 0, START, ROOM, "wxid_siti:\nsiapa datang?", None),
                (4, 49, 0, START, "wxid_budi", link, None),
                (5, 48, 0, START, "wxid_budi", place, None),
                (6, 10002, 0, START, "wxid_budi", "<sysmsg>ditarik</sysmsg>", None),
                (7, 777, None, 0, None, None, None),
            ],
        ),
        ("Friend", [("wxid_budi", b"\x0a\x04budi\x1a\x0aBudi Fiksi", 3)]),
        (
            f'"{CHAT_BUDI}" (MesSvrID, CreateTime, Message, Type, Des)',
            [(1, START // 1000, "Halo", 1, 1), (2, START // 1000 + 60, "Halo juga", 1, 0), (3, 0, None, 555, None)],
        ),
    )


def make_wechat(path: Path) -> Path:
    """The tables of Android and iOS, deciphered."""
    return made(path, _WECHAT, *_wechat_rows())


def make_wechat_encrypted(path: Path) -> Path:
    """The same as the app on Android encrypts it."""
    secret = hashlib.md5(f"{IMEI}{UIN}".encode()).hexdigest()[:7]
    with closing(dbapi2.connect(str(path))) as database:
        database.execute(f'PRAGMA key = "{secret}"')
        for pragma in ("cipher_compatibility = 1", "cipher_page_size = 1024", "kdf_iter = 4000"):
            database.execute(f"PRAGMA {pragma}")
        database.executescript(_WECHAT)
        for head, rows in _wechat_rows():
            database.executemany(f"INSERT INTO {head} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        database.commit()
    return path


def java_strings(*texts: str) -> bytes:
    """Strings in Java's serialisation, without the objects around them."""
    return b"\xac\xed\x00\x05" + b"".join(b"t" + len(each).to_bytes(2, "big") + each.encode() for each in texts)


def java_number(number: int) -> bytes:
    """A whole number somewhere in a serialised map."""
    return b"\xac\xed\x00\x05sr\x00\x11java.lang.Integer" + number.to_bytes(4, "big", signed=True)


_MESSENGER = """
CREATE TABLE messages (msg_id TEXT, thread_key TEXT, text TEXT, sender TEXT, timestamp_ms INTEGER, attachments TEXT, shares TEXT, msg_type INTEGER,
  generic_admin_message_extensible_data TEXT, pending_send_media_attachment TEXT, admin_text_type INTEGER);
CREATE TABLE threads (thread_key TEXT, name TEXT);
CREATE TABLE thread_users (user_key TEXT, name TEXT, username TEXT);
CREATE TABLE message_reactions (msg_id TEXT, reaction TEXT, user_key TEXT, reaction_timestamp INTEGER);
"""


def make_messenger(path: Path) -> Path:
    """A threads_db2 with a header row, text, a file, calls, a reaction."""
    pair = f"ONE_TO_ONE:{BUDI_ID}:{OWN}"
    budi = json.dumps({"user_key": f"FACEBOOK:{BUDI_ID}", "name": "Budi Fiksi"})
    rina = json.dumps({"user_key": f"FACEBOOK:{OWN}", "name": "Rina Contoh"})
    file = json.dumps([{"filename": "pantai.jpg", "mime_type": "image/jpeg", "file_size": 1234}])
    call = json.dumps(
        {"event": "missed_call", "caller_id": BUDI_ID, "callee_id": OWN, "call_duration": "0", "video": True}
    )
    return made(
        path,
        _MESSENGER,
        ("threads", [(pair, None), ("GROUP:9", "Arisan")]),
        ("thread_users", [(f"FACEBOOK:{BUDI_ID}", "Budi Fiksi", "budi"), (f"FACEBOOK:{OWN}", "Rina Contoh", None)]),
        (
            "messages (msg_id, thread_key, text, sender, timestamp_ms, attachments, msg_type, generic_admin_message_extensible_data)",
            [
                ("h", pair, None, None, START, None, -1, None),
                ("m1", pair, "Halo", budi, START, None, 0, None),
                ("m2", pair, None, rina, START + MINUTE, file, 0, None),
                ("m3", "GROUP:9", "rusak", "{rusak", 0, "[", 0, None),
                ("m4", pair, None, budi, START, None, 9, call),
            ],
        ),
        ("message_reactions", [("m1", "\U0001f44d", f"FACEBOOK:{OWN}", START)]),
    )


_MSYS = """
CREATE TABLE messages (timestamp_ms INTEGER, sender_id INTEGER, thread_key INTEGER, text TEXT, message_id TEXT, is_admin_message INTEGER, is_unsent INTEGER);
CREATE TABLE contacts (id INTEGER PRIMARY KEY, name TEXT, phone_number TEXT, username TEXT);
CREATE TABLE threads (thread_key INTEGER, thread_name TEXT);
CREATE TABLE attachments (message_id TEXT, filename TEXT, playable_url TEXT, attachment_mime_type TEXT, filesize INTEGER);
CREATE TABLE reactions (thread_key INTEGER, message_id TEXT, actor_id INTEGER, reaction TEXT, reaction_creation_timestamp_ms INTEGER);
CREATE TABLE call_log (call_timestamp_ms INTEGER, call_duration INTEGER, call_direction INTEGER, call_media_type INTEGER, thread_key INTEGER);
"""


def make_msys(path: Path) -> Path:
    """A msys_database: text, an unsent message, two files, a reaction, a call."""
    return made(
        path,
        _MSYS,
        ("contacts", [(int(BUDI_ID), "Budi Fiksi", "+62 000 0000 001", "budi"), (int(OWN), "Rina Contoh", None, None)]),
        ("threads", [(77, "Arisan")]),
        (
            "messages",
            [
                (START, int(BUDI_ID), int(BUDI_ID), "Halo", "mid.1", 0, 0),
                (START + MINUTE, int(OWN), int(BUDI_ID), None, "mid.2", 0, 1),
                (START, int(BUDI_ID), 77, None, "mid.3", 0, 0),
                (0, None, None, None, None, 1, None),
            ],
        ),
        (
            "attachments",
            [("mid.3", "a.jpg", None, "image/jpeg", 10), ("mid.3", None, "https://example.com/b.mp4", "video/mp4", 20)],
        ),
        ("reactions", [(77, "mid.3", int(OWN), "\u2764", START)]),
        ("call_log", [(START, 62, 1, 2, int(BUDI_ID))]),
    )


_LIGHTSPEED = """
CREATE TABLE client_messages (pk INTEGER PRIMARY KEY, thread_pk INTEGER, sender_contact_pk INTEGER, text TEXT, message_id TEXT, display_timestamp_ms INTEGER,
  message_content_type INTEGER);
CREATE TABLE client_contacts (pk INTEGER PRIMARY KEY, id TEXT, name TEXT);
CREATE TABLE client_threads (pk INTEGER PRIMARY KEY, thread_key TEXT, thread_name TEXT);
CREATE TABLE client_attachments (message_pk INTEGER, filename TEXT, attachment_mime_type TEXT);
"""


def make_lightspeed(path: Path) -> Path:
    """A lightspeed database: text and a picture."""
    return made(
        path,
        _LIGHTSPEED,
        ("client_contacts", [(1, BUDI_ID, "Budi Fiksi"), (2, OWN, "Rina Contoh")]),
        ("client_threads", [(5, "T5", "Arisan")]),
        (
            "client_messages",
            [
                (1, 5, 1, "Halo", "mid.1", START, 1),
                (2, 5, 2, None, "mid.2", START + MINUTE, 2),
                (3, 9, 9, None, None, None, None),
            ],
        ),
        ("client_attachments", [(2, "pantai.jpg", "image/jpeg")]),
    )


_INSTAGRAM = """
CREATE TABLE messages (_id INTEGER PRIMARY KEY, user_id TEXT, server_item_id TEXT, thread_id TEXT, recipient_ids TEXT, timestamp TEXT, message_type TEXT,
  text TEXT, message TEXT);
CREATE TABLE threads (_id INTEGER PRIMARY KEY, thread_id TEXT, thread_info TEXT);
CREATE TABLE session (user_id TEXT);
"""
AT = datetime.fromtimestamp(START / 1000, tz=UTC).replace(tzinfo=None)  # as a property list has it
_INSTAGRAM_APPLE = "CREATE TABLE MESSAGES (MESSAGE_ID TEXT, THREAD_ID TEXT, ARCHIVE BLOB);"


def make_instagram(path: Path) -> Path:
    """A direct.db: text with a heart, view-once media, a link, a call event, an unknown type, broken JSON."""
    info = {
        "users": [{"pk": BUDI_ID, "username": "budi", "full_name": "Budi Fiksi"}],
        "inviter": {"pk": OWN, "username": "rina", "full_name": "Rina"},
    }
    micro = START * 1000

    def row(number: int, sender: str, kind: str, text: str | None, **value: object) -> tuple[object, ...]:
        body = json.dumps({"user_id": sender, "item_id": f"i{number}", "item_type": kind, "timestamp": micro} | value)
        return (OWN, f"i{number}", "t1", f'["{BUDI_ID}"]', str(micro + number * 60_000_000), kind, text, body)

    once = {"image_versions2": {"candidates": [{"url": "https://example.com/a.jpg"}]}}
    reactions = {"emojis": [{"sender_id": OWN, "emoji": "\U0001f602", "timestamp": micro}]}
    return made(
        path,
        _INSTAGRAM,
        ("session", [(OWN,)]),
        ("threads (thread_id, thread_info)", [("t1", json.dumps(info))]),
        (
            "messages (user_id, server_item_id, thread_id, recipient_ids, timestamp, message_type, text, message)",
            [
                row(0, BUDI_ID, "text", "Halo", reactions=reactions),
                row(1, OWN, "raven_media", None, raven_media=once),
                row(
                    2,
                    BUDI_ID,
                    "link",
                    None,
                    link={"text": "lihat ini", "link_context": {"link_url": "https://example.com/"}},
                ),
                row(
                    3,
                    BUDI_ID,
                    "video_call_event",
                    None,
                    video_call_event={"action": "video_call_started", "description": "mulai"},
                ),
                row(4, BUDI_ID, "baru", None, replied_to_message={"item_id": "i0", "text": "Halo"}),
                (None, "i9", "t9", None, "0", None, "tanpa JSON", "{rusak"),
            ],
        ),
    )


def make_instagram_ios(path: Path) -> Path:
    """MESSAGES with an archive, and with one that is damaged."""
    good = archive(
        {
            "IGDirectMessageMetadata*senderPk": BUDI_ID,
            "IGDirectMessageMetadata*serverTimestamp": AT,
            "NSString*string": "Halo",
        }
    )
    return made(path, _INSTAGRAM_APPLE, ("MESSAGES", [("m1", "t1", good), ("m2", "t1", b"rusak")]))


_TIKTOK = """
CREATE TABLE msg (msg_uuid TEXT, msg_server_id INTEGER, conversation_id TEXT, type INTEGER, sender INTEGER, created_time INTEGER, content TEXT, deleted INTEGER);
CREATE TABLE attchment (uuid TEXT, local_uri TEXT, remote_uri TEXT);
CREATE TABLE SIMPLE_USER (UID TEXT, UNIQUE_ID TEXT, NICK_NAME TEXT);
CREATE TABLE TIMMessageORM (localcreatedat REAL, servercreatedat REAL, sender INTEGER, content TEXT, belongingConversationIdentifier TEXT, deleted INTEGER);
CREATE TABLE AwemeContactsV5 (uid TEXT, nickname TEXT, customID TEXT);
"""


def make_tiktok(path: Path) -> Path:
    """The tables of Android and iOS."""
    pair = f"0:1:{OWN}:{BUDI_ID}"
    return made(
        path,
        _TIKTOK,
        ("SIMPLE_USER", [(BUDI_ID, "budi", "Budi Fiksi")]),
        (
            "msg",
            [
                ("u1", 11, pair, 7, int(BUDI_ID), START, '{"text": "Halo"}', 0),
                ("u2", 12, pair, 8, int(OWN), START + MINUTE, '{"aweme_id": "5", "content_title": "Klip"}', 1),
                (
                    "u3",
                    13,
                    pair,
                    2,
                    int(BUDI_ID),
                    START,
                    '{"resource_url": {"url_list": ["https://example.com/a.jpg"]}}',
                    0,
                ),
                (None, None, None, None, None, 0, "{rusak", None),
            ],
        ),
        ("attchment", [("u3", "/data/data/a.jpg", None)]),
        ("AwemeContactsV5", [(SITI_ID, "Siti Contoh", "siti")]),
        (
            "TIMMessageORM",
            [
                (START / 1000, START / 1000 + 1, int(BUDI_ID), '{"text": "Halo"}', pair, 0),
                (START / 1000, None, int(OWN), None, pair, 0),
            ],
        ),
    )


_SNAPCHAT = """
CREATE TABLE conversation_message (client_conversation_id TEXT, client_message_id INTEGER, server_message_id INTEGER, creation_timestamp INTEGER,
  read_timestamp INTEGER, sender_id TEXT, content_type INTEGER, message_content BLOB, message_state_type TEXT, is_saved INTEGER);
CREATE TABLE Friend (userId TEXT, username TEXT, displayName TEXT, phone TEXT);
"""
SNAP_OWN, SNAP_BUDI = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"


def field(number: int, data: bytes) -> bytes:
    """A length-delimited field of a protobuf with less than 128 bytes."""
    return bytes([number << 3 | 2, len(data)]) + data


def make_snapchat(path: Path) -> Path:
    """Text, an unverified type with words inside, rubbish."""
    text = field(4, field(4, field(2, field(1, b"Halo"))))
    other = field(4, field(4, field(9, field(1, b"stiker hati"))))
    return made(
        path,
        _SNAPCHAT,
        ("Friend", [(SNAP_BUDI, "budi", "Budi Fiksi", "+62 000 0000 001")]),
        (
            "conversation_message",
            [
                ("c1", 1, 11, START, START + MINUTE, SNAP_BUDI, 1, text, "COMMITTED", 1),
                ("c1", 2, 12, START, 0, SNAP_OWN, 5, other, "COMMITTED", 0),
                ("c1", 3, 13, 0, 0, None, 2, b"\xff\xff", None, None),
            ],
        ),
    )


def discord_message(number: int, author: str, text: str, **more: object) -> dict[str, object]:
    """A message as Discord's interface gives it."""
    return {
        "id": str(1_100_000_000_000_000_000 + number), "type": 0, "content": text, "channel_id": "622", "attachments": [], "edited_timestamp": None,
        "author": {"id": author, "username": "budi", "global_name": "Budi Fiksi"}, "timestamp": "2026-02-25T06:13:20.500000+00:00",
    } | more  # fmt: skip


def make_discord(path: Path) -> Path:
    """A kv-storage and a cache in one file."""
    files = [{"filename": "a.jpg", "size": 10, "content_type": "image/jpeg"}, {"filename": "b.pdf", "size": 20}]
    reply = {"type": 19, "message_reference": {"message_id": "5"}, "referenced_message": {"content": "Halo"}}
    stored = [
        b"\x01" + json.dumps({"channelId": "622", "message": discord_message(1, BUDI_ID, "Halo")}).encode(),
        b"\x01"
        + json.dumps(
            {"channelId": "622", "message": discord_message(2, OWN, "dua berkas", attachments=files)}
        ).encode(),
        b"rusak",
    ]
    answer = json.dumps(
        [discord_message(3, BUDI_ID, "jawab", **reply), discord_message(4, BUDI_ID, "baru", type=99, timestamp=None)]
    ).encode()
    return made(
        path,
        "CREATE TABLE messages0 (a_0 INTEGER PRIMARY KEY, data BLOB);"
        "CREATE TABLE cfurl_cache_receiver_data (entry_ID INTEGER PRIMARY KEY, isDataOnFS INTEGER, receiver_data BLOB);",
        ("messages0 (data)", [(each,) for each in stored]),
        (
            "cfurl_cache_receiver_data (isDataOnFS, receiver_data)",
            [(0, answer), (1, b"A1061DED-6E43-42C0-847D-46527ECEC730"), (0, b'{"author": 1, "channel_id": 2}')],
        ),
    )


_KAKAO = """
CREATE TABLE chat_logs (_id INTEGER PRIMARY KEY, id INTEGER, type INTEGER, chat_id INTEGER, user_id INTEGER, message TEXT, attachment TEXT, created_at INTEGER,
  deleted_at INTEGER, v TEXT);
CREATE TABLE chat_rooms (id INTEGER, type TEXT, members TEXT, private_meta TEXT);
CREATE TABLE friends (_id INTEGER PRIMARY KEY, id INTEGER, name TEXT, nick_name TEXT, phone_number TEXT, enc INTEGER, status_message TEXT);
CREATE TABLE open_profile (user_id INTEGER);
"""
# openssl kdf ... PKCS12KDF with the app's constants, id 1, two rounds: for person 1000000002, prefix "12"; for 1000000001, prefix "veil".
KAKAO_KEYS = {
    (int(BUDI_ID), 2): "f986a1d5270a09e9a15a3696e3e67fe68fe8c148e7202cba55099dcc77f9ef18",
    (int(OWN), 31): "1ef32c11ef27407ae5e32d2475625e52e5e3b18e9d2870370d2440008fdf5f2a",
}


def kakao(text: str, key: str) -> str:
    """Text as the app enciphers it under a key."""
    data = text.encode()
    padding = 16 - len(data) % 16
    engine = Cipher(AES(bytes.fromhex(key)), CBC(bytes.fromhex("0f080100194725dc15f517e0e1150c35"))).encryptor()
    return base64.b64encode(engine.update(data + bytes([padding]) * padding) + engine.finalize()).decode()


def make_kakao(path: Path, *, broken: bool = False) -> Path:
    """Text, a file, a deleted message; a friend. `broken` adds a message that does not decipher."""
    budi, own = KAKAO_KEYS[int(BUDI_ID), 2], KAKAO_KEYS[int(OWN), 31]
    version = '{"enc": 2, "origin": "MSG"}'
    file = json.dumps({"name": "nota.pdf", "s": 1234, "mt": "application/pdf"})
    rows: list[tuple[object, ...]] = [
        (91, 1, 5, int(BUDI_ID), kakao("Halo", budi), None, START // 1000, None, version),
        (92, 18, 5, int(BUDI_ID), None, kakao(file, budi), START // 1000 + 60, None, version),
        (93, 1 + 16384, 5, int(BUDI_ID), kakao("dihapus", budi), None, START // 1000, None, version),
        (94, 555, 5, None, None, None, 0, None, None),
    ]
    if broken:
        rows.append((95, 1, 5, int(BUDI_ID), "bukan base64!", None, START // 1000, None, version))
    return made(
        path,
        _KAKAO,
        ("open_profile", [(int(OWN),)]),
        ("chat_rooms", [(5, "DirectChat", "[]", '{"name": "Budi"}')]),
        ("chat_logs (id, type, chat_id, user_id, message, attachment, created_at, deleted_at, v)", rows),
        (
            "friends (id, name, nick_name, phone_number, enc)",
            [(int(BUDI_ID), kakao("Budi Fiksi", own), None, kakao("+62 000 0000 001", own), 31)],
        ),
    )


def make_wechat_windows(path: Path) -> Path:
    """MSG0.db of WeChat 3 on Windows, deciphered: two people, a group, a row that says little."""
    return made(
        path,
        """
CREATE TABLE MSG (localId INTEGER PRIMARY KEY AUTOINCREMENT, TalkerId INT, MsgSvrID INT, Type INT, SubType INT, IsSender INT, CreateTime INT,
  StrTalker TEXT, StrContent TEXT);
CREATE TABLE Contact (UserName TEXT PRIMARY KEY, Alias TEXT, Remark TEXT, NickName TEXT, Type INTEGER);
""",
        ("Contact", [("wxid_budi", None, "Budi Fiksi", "Budi", 3)]),
        (
            "MSG (MsgSvrID, Type, SubType, IsSender, CreateTime, StrTalker, StrContent)",
            [
                (901, 1, 0, 0, START // 1000, "wxid_budi", "Halo"),
                (902, 1, 0, 1, START // 1000 + 60, "wxid_budi", "Balas"),
                (903, 1, 0, 0, START // 1000 + 120, "9@chatroom", "wxid_siti:\nHalo semua"),
                (904, 777, 0, None, 0, None, None),
            ],
        ),
    )


def make_wechat_four(path: Path) -> Path:
    """message_0.db of WeChat 4, deciphered: a table for each chat, texts plain and packed."""
    chat = "Msg_" + hashlib.md5(b"wxid_budi").hexdigest()
    return made(
        path,
        f"""
CREATE TABLE Name2Id (user_name TEXT PRIMARY KEY);
CREATE TABLE {chat} (local_id INTEGER PRIMARY KEY AUTOINCREMENT, server_id INTEGER, local_type INTEGER, real_sender_id INTEGER,
  create_time INTEGER, status INTEGER, message_content TEXT);
""",
        ("Name2Id (user_name)", [("wxid_budi",), ("wxid_rina",)]),
        (
            f"{chat} (server_id, local_type, real_sender_id, create_time, status, message_content)",
            [
                (1, 1, 1, START // 1000, 4, "Halo"),
                (2, 5 << 32 | 49, 2, START // 1000 + 60, 2, bytes.fromhex("28b52ffd2000")),
                (3, 1, 1, START // 1000 + 90, 4, zstandard.ZstdCompressor().compress("Panjang sekali, é".encode())),
            ],
        ),
    )


_ZALO = """
CREATE TABLE ChatContent (SenderId TEXT, CliMsgId TEXT, MsgType INTEGER, TimeStamp INTEGER, MsgContent TEXT, LocalPath TEXT);
CREATE TABLE ProfileEntity (userid TEXT, displayname TEXT);
CREATE TABLE BuddyEntity (zaloid TEXT, mobile TEXT);
CREATE TABLE GroupEntity (groupid TEXT, name TEXT);
CREATE TABLE prefs_v2 (key TEXT, value TEXT);
"""


def make_zalo(path: Path) -> Path:
    """A conversation with its people in the same file."""
    link = json.dumps({"action": "recommened.link", "title": "Peta", "href": "https://example.com/"})
    call = json.dumps({"action": "recommened.misscall"})
    return made(
        path,
        _ZALO,
        ("ProfileEntity", [(BUDI_ID, "Budi Fiksi")]),
        ("BuddyEntity", [(BUDI_ID, "+62 000 0000 001")]),
        ("GroupEntity", [("9", "Arisan")]),
        ("prefs_v2", [("currentUserUid", OWN), ("other", "x")]),
        (
            "ChatContent",
            [
                (BUDI_ID, "c1", 0, START, "Halo", None),
                (OWN, "c2", 2, START + MINUTE, None, "pantai.jpg"),
                (BUDI_ID, "c3", 12, START, link, None),
                (BUDI_ID, "c4", 12, START, call, None),
                (None, None, 99, 0, None, None),
            ],
        ),
    )
