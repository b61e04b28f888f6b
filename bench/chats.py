"""How fast a large WhatsApp database goes into a case, and how much memory that takes.

`python bench/chats.py [MESSAGES] [MEDIA]` makes a modern msgstore.db (1,000,000 messages, 200,000 media rows unless told otherwise)
in a temporary folder, scans it with one worker, and prints messages a second, with the full-text index, and the greatest
resident memory of parent and worker.
"""

from __future__ import annotations

import base64
import hashlib
import resource
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from triage.case import Case
from triage.run import run
from triage.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

MESSAGES, MEDIA = 1_000_000, 200_000
START = 1_700_000_000_000
CHATS = 500
WORDS = [
    "besok",
    "kita",
    "ketemu",
    "di",
    "pasar",
    "jam",
    "sembilan",
    "pagi",
    "jangan",
    "lupa",
    "bawa",
    "uang",
    "dan",
    "surat",
    "ya",
    "kalau",
    "hujan",
    "tunggu",
    "saja",
    "di",
    "rumah",
]
_TABLES = """
CREATE TABLE jid (_id INTEGER PRIMARY KEY, user TEXT, server TEXT, raw_string TEXT, type INTEGER);
CREATE TABLE chat (_id INTEGER PRIMARY KEY, jid_row_id INTEGER, subject TEXT);
CREATE TABLE message (_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL, from_me INTEGER NOT NULL, key_id TEXT NOT NULL,
  sender_jid_row_id INTEGER, status INTEGER, origination_flags INTEGER, timestamp INTEGER, received_timestamp INTEGER,
  message_type INTEGER, text_data TEXT, starred INTEGER, sort_id INTEGER NOT NULL DEFAULT 0);
CREATE TABLE message_media (message_row_id INTEGER PRIMARY KEY, file_path TEXT, file_size INTEGER, mime_type TEXT, media_name TEXT,
  file_hash TEXT, media_caption TEXT);
"""


def main() -> None:
    """Make, scan, print."""
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES
    media = int(sys.argv[2]) if len(sys.argv) > 2 else min(MEDIA, messages // 5)
    with tempfile.TemporaryDirectory(prefix="sigap-chats-") as folder:
        source = Path(folder) / "data/data/com.whatsapp/databases"
        source.mkdir(parents=True)
        make(source / "msgstore.db", messages, media)
        size = (source / "msgstore.db").stat().st_size
        started = time.monotonic()
        with Case.open_or_create(Path(folder) / "case", actor="bench") as case:
            run(case, Path(folder) / "data", exhibit="bench", settings=Settings(workers=1))
            seconds = time.monotonic() - started
        report(Path(folder) / "case", messages, size, seconds)


def report(case: Path, messages: int, size: int, seconds: float) -> None:
    """One line per figure."""
    with closing(sqlite3.connect(f"file:{case / 'case.db'}?mode=ro", uri=True)) as database:
        (stored,) = database.execute("SELECT count(*) FROM v_messages").fetchone()
        (found,) = database.execute("SELECT count(*) FROM message_text WHERE message_text MATCH 'sembilan'").fetchone()
        problems = database.execute("SELECT kind, message FROM v_problems").fetchall()
    parent = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(
        f"database {size >> 20} MiB; {stored} of {messages} messages stored, {found} with the word 'sembilan' in the index"
    )
    print(
        f"{seconds:.1f} s with index: {stored / seconds:,.0f} messages/s; memory: parent {parent} MiB, worker {worker} MiB"
    )
    mine, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"processor time: parent {mine.ru_utime + mine.ru_stime:.1f} s (it also made the database), worker {theirs.ru_utime + theirs.ru_stime:.1f} s"
    )
    for kind, message in problems:
        print(f"problem: {kind}: {message}")


def make(path: Path, messages: int, media: int) -> None:
    """The database, alike every time."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(_TABLES)
        people = [
            (number, f"620000{number:06d}", "s.whatsapp.net", f"620000{number:06d}@s.whatsapp.net", 0)
            for number in range(1, CHATS + 1)
        ]
        database.executemany("INSERT INTO jid VALUES (?, ?, ?, ?, ?)", people)
        database.executemany(
            "INSERT INTO chat VALUES (?, ?, ?)", [(number, number, None) for number in range(1, CHATS + 1)]
        )
        database.executemany(f"INSERT INTO message VALUES ({', '.join('?' * 13)})", _messages(messages, media))
        database.executemany(
            "INSERT INTO message_media VALUES (?, ?, ?, 'image/jpeg', NULL, ?, NULL)", _media(messages, media)
        )
        database.commit()


def _messages(count: int, media: int) -> Iterator[tuple[object, ...]]:
    every = max(1, count // media) if media else count + 1
    for number in range(1, count + 1):
        picture = number % every == 0
        text = (
            None
            if picture
            else " ".join(WORDS[(number * step) % len(WORDS)] for step in range(1, 4 + number % 9)) + f" {number}"
        )
        at = START + number * 1000
        yield (
            number,
            number % CHATS + 1,
            number & 1,
            f"{number:032X}",
            0,
            13,
            0,
            at,
            at + 500,
            int(picture),
            text,
            0,
            number,
        )


def _media(count: int, media: int) -> Iterator[tuple[object, ...]]:
    every = max(1, count // media) if media else count + 1
    for number in range(every, count + 1, every):
        digest = base64.b64encode(hashlib.sha256(str(number).encode()).digest()).decode()
        yield number, f"Media/WhatsApp Images/IMG-20260101-WA{number:07d}.jpg", 100_000 + number, digest


if __name__ == "__main__":
    main()
