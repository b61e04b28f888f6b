"""Telegram's Android store made by code: TL objects written field by field as the published layers have them."""

import base64
import json
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

DATE = 1_772_000_000
ME, BUDI, GROUP, SECRET = 900, 101, -55, 1 << 62 | 7


def word(value: int) -> bytes:
    return struct.pack("<I", value & 0xFFFFFFFF)


def long(value: int) -> bytes:
    return struct.pack("<q", value)


def string(text: str | bytes) -> bytes:
    raw = text.encode() if isinstance(text, str) else text
    head = bytes([len(raw)]) if len(raw) < 254 else b"\xfe" + len(raw).to_bytes(3, "little")
    return head + raw + bytes(-(len(head) + len(raw)) % 4)


def user(number: int) -> bytes:
    return word(0x59511722) + long(number)


def chat(number: int) -> bytes:
    return word(0x36C6019A) + long(number)


def message(mid: int, text: str, *, constructor: int = 0x94345242, date: int = DATE, sender: bytes = b"", peer: bytes = user(BUDI),
            forward: bytes = b"", reply: bytes = b"", media: bytes = b"", tail: bytes = b"", two: bool = True) -> bytes:  # fmt: skip
    """`message` of a layer with two words of flags, or with one."""
    flags = (1 << 8 if sender else 0) | (1 << 2 if forward else 0) | (1 << 3 if reply else 0) | (1 << 9 if media else 0)
    head = word(constructor) + word(flags) + (word(0) if two else b"") + word(mid)
    return head + sender + peer + forward + reply + word(date + mid) + string(text) + media + tail


def service(mid: int, action: bytes, *, peer: bytes = user(BUDI), sender: bytes = b"") -> bytes:
    flags = 1 << 8 if sender else 0
    return word(0x2B085862) + word(flags) + word(mid) + sender + peer + word(DATE + mid) + action


def document(name: str, mime: str, size: int) -> bytes:
    inner = (
        word(0x8FD4C4D8)
        + word(0)
        + long(777)
        + long(1)
        + string(b"ref")
        + word(DATE)
        + string(mime)
        + long(size)
        + word(2)
    )
    return word(0xDD570BD5) + word(1) + inner + word(0x1CB5C415) + word(1) + word(0x15590068) + string(name)


def photo(number: int) -> bytes:
    sizes = (
        word(0x75C78E60)
        + string("m")
        + word(9)
        + word(9)
        + word(9)
        + word(0x75C78E60)
        + string("y")
        + word(9)
        + word(9)
        + word(9)
    )
    return (
        word(0x695150D7)
        + word(1)
        + word(0xFB197A65)
        + word(0)
        + long(number)
        + long(1)
        + string(b"")
        + word(DATE)
        + word(0x1CB5C415)
        + word(2)
        + sizes
    )


def point(north: float, east: float) -> bytes:
    return word(0xB2A2F663) + word(0) + struct.pack("<dd", east, north) + long(1)


FORWARD = word(0x4E4DF4BB) + word(1 | 1 << 5) + user(5) + string("Nama") + word(DATE)
REPLY = word(0xAFBC09DB) + word(1 << 4 | 1 << 6) + word(1) + string("kutipan")
CALL = word(0x80E11A7F) + word(2 | 4 | 1) + long(4711) + word(0x57ADC690) + word(61)
CARD = word(0x70322949) + string("+62 000 0000 002") + string("Siti") + string("Contoh") + string("") + long(0)
VENUE = (
    word(0x2EC0533F)
    + point(-6.2, 106.8)
    + string("Pasar Fiksi")
    + string("Jalan Contoh 1")
    + string("")
    + string("")
    + string("")
)
SENT = "/storage/emulated/0/DCIM/Camera/IMG_1.jpg"

_TABLES = """
CREATE TABLE messages_v2 (mid INTEGER, uid INTEGER, read_state INTEGER, send_state INTEGER, date INTEGER, data BLOB, out INTEGER,
  ttl INTEGER, media INTEGER, replydata BLOB, imp INTEGER, mention INTEGER, PRIMARY KEY(mid, uid));
CREATE TABLE media_v4 (mid INTEGER, uid INTEGER, date INTEGER, type INTEGER, data BLOB, PRIMARY KEY(mid, uid, type));
CREATE TABLE users (uid INTEGER PRIMARY KEY, name TEXT, status INTEGER, data BLOB);
CREATE TABLE chats (uid INTEGER PRIMARY KEY, name TEXT, data BLOB);
CREATE TABLE enc_chats (uid INTEGER PRIMARY KEY, user INTEGER, name TEXT, data BLOB);
CREATE TABLE user_contacts_v7 (key TEXT PRIMARY KEY, uid INTEGER, fname TEXT, sname TEXT, imported INTEGER);
CREATE TABLE user_phones_v7 (key TEXT, phone TEXT, sphone TEXT, deleted INTEGER, PRIMARY KEY (key, phone));
CREATE TABLE unread_push_messages (uid INTEGER, mid INTEGER, random INTEGER, date INTEGER, data BLOB, fm TEXT, name TEXT, uname TEXT, flags INTEGER);
CREATE TABLE scheduled_messages_v2 (mid INTEGER, uid INTEGER, send_state INTEGER, date INTEGER, data BLOB, ttl INTEGER, PRIMARY KEY(mid, uid));
INSERT INTO users VALUES (101, 'budi fiksi;;;budi', 0, NULL), (900, 'pemilik', 0, NULL);
INSERT INTO chats VALUES (55, 'arisan', NULL);
INSERT INTO enc_chats VALUES (7, 101, 'budi', NULL);
INSERT INTO user_contacts_v7 VALUES ('k1', 101, 'Budi', 'Fiksi', 0), ('k2', 0, 'Siti', NULL, 0);
INSERT INTO user_phones_v7 VALUES ('k1', '+62 000 0000 001', '', 0);
INSERT INTO unread_push_messages VALUES (101, 1, 0, 1772000001, NULL, 'ada di tabel', 'Budi', 'budi', 0),
  (101, 99, 0, 1772000099, NULL, 'pesan yang ditarik', 'Budi', 'budi', 0);
"""
ROWS: tuple[tuple[int, int, bytes | None], ...] = (
    (BUDI, 0, message(1, "Halo dari Budi")),
    (BUDI, 1, message(2, "Balasan", sender=user(ME), reply=REPLY)),
    (GROUP, 0, message(3, "Di grup", sender=user(BUDI), peer=chat(55), forward=FORWARD)),
    (BUDI, 1, message(4, "", media=photo(123456), tail=string(SENT))),
    (BUDI, 0, message(5, "berkas", media=document("laporan.pdf", "application/pdf", 4096))),
    (BUDI, 0, message(6, "", media=VENUE)),
    (BUDI, 0, message(7, "", media=CARD)),
    (SECRET, 0, message(8, "rahasia")),
    (BUDI, 1, service(9, CALL)),
    (BUDI, 0, message(10, "lapisan lama", constructor=0x85D6CBE2, two=False)),
    (BUDI, 0, None),
    (GROUP, 0, service(12, word(0x12345678), peer=chat(55), sender=user(BUDI))),
    (BUDI, 0, message(13, "", media=photo(555))),
)


def make_cache4(path: Path, *, unknown: bool = False) -> Path:
    """A cache4.db; with `unknown`, a row whose object is of a layer that nobody knows."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(_TABLES)
        rows = [*ROWS, (BUDI, 0, message(14, "lapisan baru", constructor=0xDEADBEEF))] if unknown else ROWS
        for mid, (dialog, out, data) in enumerate(rows, start=1):
            database.execute(
                "INSERT INTO messages_v2 (mid, uid, date, out, data) VALUES (?, ?, ?, ?, ?)",
                (mid, dialog, DATE + mid, out, data),
            )
        database.executemany(
            "INSERT INTO media_v4 VALUES (?, ?, ?, 0, ?)",
            [(4, BUDI, DATE + 4, ROWS[3][2]), (50, BUDI, DATE + 50, message(50, "foto yang dihapus", media=photo(99)))],
        )
        later = message(60, "besok pagi", date=DATE + 86_400 - 60)
        database.execute("INSERT INTO scheduled_messages_v2 VALUES (60, ?, 0, ?, ?, 0)", (BUDI, DATE + 86_400, later))
        database.commit()
    return path


def make_user_config(path: Path) -> Path:
    """A userconfing.xml of a present layer."""
    flags = 1 | 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4 | 1 << 10
    owner = (
        word(0x4B46C37E)
        + word(flags)
        + word(0)
        + long(ME)
        + long(1)
        + string("Pemilik")
        + string("Contoh")
        + string("pemilik")
        + string("620000000009")
    )
    stored = base64.b64encode(owner).decode()
    path.write_text(
        f'<?xml version="1.0"?><map><int name="x" value="1" /><string name="user">{stored}&#10;</string></map>'
    )
    return path


def make_export(path: Path) -> Path:
    """An export of a whole account: two chats, every kind of entry that is read."""
    messages = [
        {"id": 1, "type": "message", "date": "2026-02-25T13:13:20", "date_unixtime": str(DATE), "from": "Budi", "from_id": "user101", "text": "Halo"},
        {"id": 2, "type": "message", "date": "2026-02-25T13:14:20", "from": "Pemilik", "from_id": "user900", "reply_to_message_id": 1,
         "text": ["Lihat ", {"type": "link", "text": "contoh.example"}], "edited": "2026-02-25T13:15:20"},
        {"id": 3, "type": "message", "date": "2026-02-25T13:16:20", "from": "Budi", "from_id": "user101", "photo": "photos/photo_1.jpg", "text": "", "forwarded_from": "X"},
        {"id": 4, "type": "message", "date": "2026-02-25T13:17:20", "from": "Budi", "from_id": "user101", "file": "files/a.pdf", "text": "",
         "location_information": {"latitude": -6.2, "longitude": 106.8}},
        {"id": 5, "type": "service", "date": "2026-02-25T13:18:20", "actor": "Budi", "actor_id": "user101", "action": "phone_call", "text": ""},
    ]  # fmt: skip
    chats = [
        {"name": "Budi", "type": "personal_chat", "id": 101, "messages": messages},
        {"name": "Arisan", "type": "private_group", "id": 55, "messages": messages[:1]},
    ]
    whole = {
        "about": "x",
        "personal_information": {"user_id": 900, "first_name": "Pemilik"},
        "chats": {"about": "x", "list": chats},
    }
    path.write_text(json.dumps(whole, indent=1))
    return path


PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"/><title>Exported Data</title></head>
<body onload="CheckLocation();">
 <div class="page_wrap">
  <div class="page_header"><div class="content"><div class="text bold">
Keluarga &amp; Teman
  </div></div></div>
  <div class="page_body chat_page"><div class="history">
   <div class="message service" id="message-1"><div class="body details">25 February 2026</div></div>
   <div class="message service" id="message1"><div class="body details">Budi created group &laquo;Keluarga&raquo;</div></div>
   <div class="message default clearfix" id="message2">
    <div class="pull_left userpic_wrap"><div class="userpic userpic5"><div class="initials">B</div></div></div>
    <div class="body"><div class="pull_right date details" title="25.02.2026 13:13:21 UTC+07:00">13:13</div>
     <div class="from_name">Budi Rekaan</div>
     <div class="text">Halo <strong>semua</strong>,<br>apa kabar &lt;hari ini&gt;?</div></div></div>
   <div class="message default clearfix joined" id="message3">
    <div class="body"><div class="pull_right date details" title="25.02.2026 13:14:00 UTC+07:00">13:14</div>
     <div class="media_wrap clearfix"><a class="photo_wrap clearfix pull_left" href="photos/photo_1.jpg"><img class="photo" src="photos/photo_1_thumb.jpg"/></a></div></div></div>
   <div class="message default clearfix" id="message4">
    <div class="body"><div class="pull_right date details" title="25.02.2026 13:15:00">13:15</div>
     <div class="from_name">Siti</div>
     <div class="reply_to details">In reply to <a href="#go_to_message2" onclick="return GoToMessage(2)">this message</a></div>
     <div class="forwarded body"><div class="from_name">Agus <span class="date details" title="01.01.2026 00:00:00"> 01.01.2026</span></div>
      <div class="text">diteruskan</div></div></div></div>
   <div class="message default clearfix" id="message5">
    <div class="body"><div class="pull_right date details" title="25.02.2026 13:16:00 UTC+07:00">13:16</div>
     <div class="from_name">Siti</div>
     <div class="media_wrap clearfix"><div class="media clearfix pull_left media_call success"><div class="fill pull_left"></div>
      <div class="body"><div class="title bold">Budi Rekaan</div><div class="status details">Outgoing (65 seconds)</div></div></div></div></div></div>
   <div class="message default clearfix" id="message6">
    <div class="body"><div class="pull_right date details" title="25.02.2026 13:17:00 UTC+07:00">13:17</div>
     <div class="from_name">Siti</div>
     <div class="media_wrap clearfix"><a class="media clearfix pull_left block_link media_location" href="https://maps.google.com/maps?q=-6.2,106.8&amp;ll=-6.2,106.8">
      <div class="body"><div class="title bold">Location</div><div class="status details">-6.2, 106.8</div></div></a></div></div></div>
   <div class="message default clearfix" id="message7">
    <div class="body"><div class="pull_right date details" title="25.02.2026 13:18:00 UTC+07:00">13:18</div>
     <div class="from_name">Siti</div>
     <div class="media_wrap clearfix"><a class="media clearfix pull_left block_link media_file" href="files/daftar.pdf">
      <div class="body"><div class="title bold">daftar.pdf</div><div class="status details">12.3 KB</div></div></a></div>
     <div class="text">dibaca ya</div></div></div>
  </div></div>
 </div>
</body></html>
"""


def make_export_page(path: Path) -> Path:
    """messages.html with every kind that is read."""
    path.write_text(PAGE, encoding="utf-8")
    return path
