"""Databases of apps that nobody has described, made by code: some hold a conversation, some only look a little like one."""

from pathlib import Path

from making.databases import START
from making.phone_records import APPLE_START, made

LINES = (
    "Halo",
    "Halo juga, apa kabar?",
    "Baik, kamu di mana?",
    "Di rumah saja",
    "Besok jadi ke pasar?",
    "Jadi, jam delapan ya",
    "Oke sampai besok",
)
MINUTE = 60_000


def make_unknown_chat(path: Path) -> Path:
    """Messages with a flag for sent ones, people with names, and tables that are no messages."""
    return made(
        path,
        "CREATE TABLE tb_messages (_id INTEGER PRIMARY KEY, packet_id TEXT, contact_relate TEXT, message TEXT, create_time INTEGER,"
        " is_send INTEGER, msg_type INTEGER, local_path TEXT);"
        "CREATE TABLE tb_contacts (_id INTEGER PRIMARY KEY, uid TEXT, nick_name TEXT);"
        "CREATE TABLE app_event_log (_id INTEGER PRIMARY KEY, content TEXT, create_time INTEGER, user_id TEXT);",
        ("tb_contacts (uid, nick_name)", [("88001", "Budi Fiksi"), ("88002", "Siti Contoh")]),
        (
            "tb_messages (packet_id, contact_relate, message, create_time, is_send, msg_type, local_path)",
            [
                *(
                    (f"p{n:04}", "88001" if n < 4 else "88002", line, START + n * MINUTE, n % 2, 1, None)
                    for n, line in enumerate(LINES)
                ),
                ("p0009", "88002", None, START + 9 * MINUTE, 0, 2, "/storage/emulated/0/MiChat/pantai.jpg"),
                ("p0010", "88002", "tanpa arah", 0, None, 1, None),
            ],
        ),
        (
            "app_event_log (content, create_time, user_id)",
            [(f"layar utama dibuka {n}", START + n, "88001") for n in range(9)],
        ),
    )


def make_chat_by_parties(path: Path) -> Path:
    """Sender and receiver in every row, one of them the owner; no numbers of rows."""
    rows = [
        (f"k{n}", "me-1" if n % 2 else "other-2", "other-2" if n % 2 else "me-1", line, (START + n * MINUTE) // 1000)
        for n, line in enumerate(LINES)
    ]
    rows.append(("k8", "other-3", "me-1", "pesan dari orang lain", START // 1000))
    return made(
        path,
        "CREATE TABLE im_record (key TEXT PRIMARY KEY, from_id TEXT, to_id TEXT, content TEXT, send_time INTEGER) WITHOUT ROWID",
        ("im_record", rows),
    )


def make_core_data_chat(path: Path) -> Path:
    """A Core Data store."""
    return made(
        path,
        "CREATE TABLE ZCHATMESSAGE (Z_PK INTEGER PRIMARY KEY, ZTEXT VARCHAR, ZCREATEDDATE TIMESTAMP, ZTHREAD VARCHAR, ZSENDER VARCHAR)",
        (
            "ZCHATMESSAGE (ZTEXT, ZCREATEDDATE, ZTHREAD, ZSENDER)",
            [(line, APPLE_START + n, f"t{n % 2}", f"u{n % 3}") for n, line in enumerate(LINES)],
        ),
    )


_NOT_CHATS = {
    "notes": ("note (body TEXT, created INTEGER, folder TEXT)", [(line, START + n, "f1") for n, line in enumerate(LINES)]),
    "posts": ("post (content TEXT, created_at INTEGER, user_id TEXT)", [(line, START + n, f"u{n % 2}") for n, line in enumerate(LINES)]),
    "comments": ("comments (text TEXT, time INTEGER, author TEXT, article TEXT)", [(line, START + n, f"u{n % 2}", "a") for n, line in enumerate(LINES)]),
    "notifications": ("notification (title TEXT, text TEXT, post_time INTEGER, package TEXT)", [("Judul", line, START + n, "com.contoh.app") for n, line in enumerate(LINES)]),
    "log": ("message_log (message TEXT, time INTEGER, tag TEXT)", [(f"java.lang.Thread.run.{n}", START + n, "Main") for n in range(9)]),
    "queue": ("messages (payload TEXT, content TEXT, created INTEGER, topic TEXT)", [(f'{{"id": {n}}}', f'{{"event": {n}}}', START + n, "t") for n in range(9)]),
    "visits": ("urls (url TEXT, title TEXT, visit_count INTEGER, last_visit_time INTEGER)", [("https://example.com/", line, 3, 13_300_000_000_000_000 + n) for n, line in enumerate(LINES)]),
    "addresses": ("message (text TEXT, time INTEGER, sender TEXT)", [(f"https://example.com/{n}", START + n, f"u{n % 2}") for n in range(9)]),
    "no times": ("message (text TEXT, time INTEGER, sender TEXT)", [(line, n, f"u{n % 2}") for n, line in enumerate(LINES)]),
    "nobody": ("message (text TEXT, time INTEGER, size INTEGER)", [(line, START + n, len(line)) for n, line in enumerate(LINES)]),
    "two rows": ("message (text TEXT, time INTEGER, sender TEXT)", [(line, START + n, "u1") for n, line in enumerate(LINES[:2])]),
    "empty": ("message (text TEXT, time INTEGER, sender TEXT)", []),
    "one text": ("message (text TEXT, time INTEGER, sender TEXT)", [("Selamat datang", START + n, f"u{n % 2}") for n in range(9)]),
    "keywords": ("keyword (term TEXT, time INTEGER, user TEXT)", [(line, START + n, f"u{n % 2}") for n, line in enumerate(LINES)]),
}  # fmt: skip
NOT_CHATS = tuple(_NOT_CHATS)


def make_no_chat(path: Path, kind: str) -> Path:
    """A database that holds no conversation."""
    schema, rows = _NOT_CHATS[kind]
    return made(path, f"CREATE TABLE {schema}", *([(schema.partition(" ")[0], rows)] if rows else []))
