"""A sms.db made by code, with the tables of iOS 16 and later."""

import plistlib
from pathlib import Path

from making.databases import BUDI, SITI
from making.phone_records import APPLE_START, made

OWN = "+62 000 0000 004"
NS = int(APPLE_START) * 1_000_000_000
MINUTE = 60 * 1_000_000_000

_SCHEMA = """
CREATE TABLE message (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL, text TEXT, attributedBody BLOB, subject TEXT,
  handle_id INTEGER DEFAULT 0, service TEXT, account TEXT, date INTEGER, date_read INTEGER, date_delivered INTEGER,
  is_from_me INTEGER DEFAULT 0, item_type INTEGER DEFAULT 0, group_title TEXT, group_action_type INTEGER DEFAULT 0,
  associated_message_guid TEXT, associated_message_type INTEGER DEFAULT 0, associated_message_emoji TEXT, balloon_bundle_id TEXT,
  payload_data BLOB, message_summary_info BLOB, destination_caller_id TEXT, date_edited INTEGER DEFAULT 0,
  date_retracted INTEGER DEFAULT 0, thread_originator_guid TEXT);
CREATE TABLE handle (ROWID INTEGER PRIMARY KEY AUTOINCREMENT UNIQUE, id TEXT NOT NULL, service TEXT NOT NULL);
CREATE TABLE chat (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL, style INTEGER, chat_identifier TEXT,
  display_name TEXT, service_name TEXT);
CREATE TABLE chat_handle_join (chat_id INTEGER, handle_id INTEGER);
CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER, message_date INTEGER, PRIMARY KEY (chat_id, message_id));
CREATE TABLE chat_recoverable_message_join (chat_id INTEGER, message_id INTEGER, delete_date INTEGER,
  PRIMARY KEY (chat_id, message_id));
CREATE TABLE recoverable_message_part (chat_id INTEGER, message_id INTEGER, part_index INTEGER, delete_date INTEGER,
  part_text BLOB NOT NULL, ck_sync_state INTEGER DEFAULT 0, PRIMARY KEY (chat_id, message_id, part_index));
CREATE TABLE attachment (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL, filename TEXT, mime_type TEXT,
  transfer_name TEXT, total_bytes INTEGER DEFAULT 0, is_sticker INTEGER DEFAULT 0);
CREATE TABLE message_attachment_join (message_id INTEGER, attachment_id INTEGER);
CREATE TABLE deleted_messages (ROWID INTEGER PRIMARY KEY AUTOINCREMENT UNIQUE, guid TEXT NOT NULL);
"""


def typedstream(text: str) -> bytes:
    """A typed stream of an attributed string of less than 128 bytes, laid out as Messages writes it."""
    data, units = text.encode(), len(text.encode("utf-16-le")) // 2
    return b"".join((
        b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@\x84\x84\x84\x12NSAttributedString\x00\x84\x84\x08NSObject\x00\x85\x92",
        b"\x84\x84\x84\x08NSString\x01\x94\x84\x01+", bytes([len(data)]), data, b"\x86\x84\x02iI\x01", bytes([units]),
        b"\x92\x84\x84\x84\x0cNSDictionary\x00\x94\x84\x01i\x01\x92\x84\x96\x96\x1d__kIMMessagePartAttributeName\x86\x92",
        b"\x84\x84\x84\x08NSNumber\x00\x84\x84\x07NSValue\x00\x94\x84\x01*\x84\x99\x99\x00\x86\x86\x86",
    ))  # fmt: skip


def rich_link(title: str, address: str) -> bytes:
    """An archive like the one of a link preview."""
    uid = plistlib.UID
    objects = [
        "$null",
        {"richLinkMetadata": uid(2)},
        {"title": uid(3), "originalURL": uid(4)},
        title,
        {"NS.relative": uid(5)},
        address,
    ]
    top = {"root": uid(1)}
    archive = {"$archiver": "NSKeyedArchiver", "$version": 100000, "$objects": objects, "$top": top}
    return plistlib.dumps(archive, fmt=plistlib.FMT_BINARY)


def edits(*texts: str) -> bytes:
    """The summary of an edited message: every version of its only part, a minute apart."""
    versions = [{"d": APPLE_START + 60.0 * number, "t": typedstream(text)} for number, text in enumerate(texts)]
    return plistlib.dumps({"ec": {"0": versions}, "ep": [0]}, fmt=plistlib.FMT_BINARY)


def make_sms_db(path: Path) -> Path:
    """A chat with Budi and a group, with every kind of row that is read."""
    head = (
        "message (guid, text, attributedBody, handle_id, service, date, is_from_me, item_type, group_title, associated_message_guid,"
        " associated_message_type, balloon_bundle_id, payload_data, message_summary_info, destination_caller_id, date_edited,"
        " date_retracted, thread_originator_guid, date_read)"
    )
    link = "com.apple.messages.URLBalloonProvider"

    def row(number: int, text: str | None, from_me: int | None, **more: object) -> tuple[object, ...]:
        names = (
            "attributedBody", "handle_id", "service", "date", "item_type", "group_title", "associated_message_guid",
            "associated_message_type", "balloon_bundle_id", "payload_data", "message_summary_info", "destination_caller_id",
            "date_edited", "date_retracted", "thread_originator_guid", "date_read",
        )  # fmt: skip
        known: dict[str, object] = {
            "handle_id": 1, "service": "iMessage", "date": NS + number * MINUTE, "item_type": 0, "associated_message_type": 0,
            "destination_caller_id": OWN, "date_edited": 0, "date_retracted": 0,
        }  # fmt: skip
        values = known | more
        body, handle, service, date, *rest = (values.get(name) for name in names)
        return (f"GUID-{number}", text, body, handle, service, date, from_me, *rest)

    return made(
        path,
        _SCHEMA,
        ("handle (id, service)", [(BUDI, "iMessage"), (SITI, "SMS")]),
        (
            "chat (guid, style, chat_identifier, display_name)",
            [(f"iMessage;-;{BUDI}", 45, BUDI, ""), ("iMessage;+;chat1", 43, "chat1", "Arisan")],
        ),
        ("chat_handle_join", [(1, 1), (2, 1), (2, 2)]),
        (
            head,
            [
                row(1, "Halo", 0, date_read=NS + 2 * MINUTE),
                row(2, None, 1, attributedBody=typedstream("Halo juga"), handle_id=0),
                row(3, "\ufffc\ufffc", 0),
                row(4, "Siapa datang?", 0, handle_id=2, service="SMS", destination_caller_id=None),
                row(5, "\u2764", 1, associated_message_guid="p:0/GUID-1", associated_message_type=2000),
                row(6, None, 0, associated_message_guid="bp:GUID-2", associated_message_type=3001),
                row(7, "jam 8", 0, message_summary_info=edits("jam 6", "jam 7", "jam 8"), date_edited=NS + 9 * MINUTE),
                row(8, None, 0, date_retracted=NS + 9 * MINUTE),
                row(9, None, 0, item_type=2, group_title="Arisan"),
                row(
                    10,
                    "Lihat",
                    1,
                    thread_originator_guid="GUID-1",
                    balloon_bundle_id=link,
                    payload_data=rich_link("Peta", "https://example.com/"),
                ),
                row(11, "sudah dihapus", 0),
                row(12, "tanpa arah", None, date=0, handle_id=99),
            ],
        ),
        (
            "chat_message_join (chat_id, message_id)",
            [(1, n) for n in (1, 2, 3, 5, 6, 7, 8)] + [(2, n) for n in (4, 9, 10)],
        ),
        ("chat_recoverable_message_join (chat_id, message_id, delete_date)", [(1, 11, NS)]),
        (
            "recoverable_message_part (chat_id, message_id, part_index, delete_date, part_text)",
            [(1, 10, 1, NS, typedstream("bagian yang dihapus"))],
        ),
        (
            "attachment (guid, filename, mime_type, transfer_name, total_bytes, is_sticker)",
            [
                ("A1", "~/Library/SMS/Attachments/aa/10/A1/IMG_0001.HEIC", "image/heic", "IMG_0001.HEIC", 1234, 0),
                ("A2", None, None, "suara.caf", None, 0),
            ],
        ),
        ("message_attachment_join", [(3, 1), (3, 2), (77, 1)]),
        ("deleted_messages (guid)", [("GUID-99",)]),
    )
