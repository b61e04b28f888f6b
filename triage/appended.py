"""Tables that only grow: what persons state about a case. A correction is a new row; the earlier one stays.

Every row has an `id`, the moment it was written (`at`, UTC) and who wrote it (`actor`). A trigger refuses to change or delete one.
The custody event before rows are written states their numbers and a digest over them, so that a row that was changed, added or
taken away beside the program is found by `triage verify`, with the event it belongs to.

    stated      one value of a fact of the case (exhibit_id NULL) or of an exhibit; rows of one `act` were stated together,
                `value` NULL where the fact was withdrawn
    photograph  a picture of an exhibit, copied into the case
    handover    an exhibit passed from one hand to another
    tag         a word or a grade given to a file, or taken back (`removed`)
    note        text about a file
    line        a message chosen for the report, or taken back (`removed`)
    keywords    a list of keywords to search for: its lines as the file had them, or taken back (`withdrawn`)
    kept_search a question that is to be asked again
    protected   a name, a number or a file of a person whose identity reports do not show
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence

TABLES: dict[str, str] = {
    "exhibit": "label TEXT NOT NULL UNIQUE",
    "stated": "exhibit_id INTEGER, act INTEGER NOT NULL, name TEXT NOT NULL, position INTEGER NOT NULL, value TEXT",
    "photograph": """exhibit_id INTEGER NOT NULL, corrects INTEGER, withdrawn INTEGER NOT NULL, file TEXT, sha256 TEXT, size INTEGER,
        original TEXT, caption TEXT, taken_at TEXT""",
    "handover": """exhibit_id INTEGER NOT NULL, corrects INTEGER, withdrawn INTEGER NOT NULL, giver TEXT, receiver TEXT,
        handed_at TEXT, purpose TEXT, seal TEXT, seal_number TEXT, place TEXT, remark TEXT""",
    "tag": "entry_id INTEGER NOT NULL, name TEXT NOT NULL, scheme TEXT, code TEXT, removed INTEGER NOT NULL",
    "note": "entry_id INTEGER NOT NULL, corrects INTEGER, withdrawn INTEGER NOT NULL, body TEXT",
    "line": "entry_id INTEGER NOT NULL, message_id INTEGER NOT NULL, removed INTEGER NOT NULL",
    "keywords": "corrects INTEGER, withdrawn INTEGER NOT NULL, name TEXT, words TEXT, original TEXT, sha256 TEXT",
    "kept_search": "corrects INTEGER, withdrawn INTEGER NOT NULL, name TEXT, question TEXT",
    "protected": """person INTEGER NOT NULL, role TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, removed INTEGER NOT NULL,
        salt TEXT NOT NULL""",
}
COLUMNS = {table: tuple(each.split()[0] for each in columns.split(",")) for table, columns in TABLES.items()}
INDEXES = (
    "CREATE INDEX stated_name ON stated (exhibit_id, name)",
    "CREATE INDEX tag_entry ON tag (entry_id)",
    "CREATE INDEX line_message ON line (message_id)",
    "CREATE INDEX note_entry ON note (entry_id)",
)

# What persons stated. A later act about the same fact, or a row that corrects another, takes its place; both are shown.
_EXHIBIT_NAMES = (
    "description", "kind", "make", "model", "serial", "imei", "seal", "condition", "owner", "seized_by", "seized_at",
    "seized_place", "seized_from", "witness", "kept_at",
)  # fmt: skip
_EXHIBIT_FACTS = ", ".join(
    f"(SELECT group_concat(value, '; ') FROM current WHERE exhibit_id = x.id AND name = '{name}') AS {name}"
    for name in _EXHIBIT_NAMES
)
_STANDING = """CASE WHEN t.withdrawn THEN 'withdrawal' WHEN c.withdrawn THEN 'withdrawn' WHEN c.id THEN 'corrected' ELSE 'current' END
    AS state"""
VIEWS = {
    "v_facts": """SELECT x.label AS exhibit, s.name, s.value, s.at, s.actor, CASE WHEN s.act < (SELECT max(act) FROM stated l
        WHERE l.exhibit_id IS s.exhibit_id AND l.name = s.name) THEN 'corrected' WHEN s.value IS NULL THEN 'withdrawal'
        ELSE 'current' END AS state, s.act, s.position FROM stated s LEFT JOIN exhibit x ON x.id = s.exhibit_id""",
    "v_exhibits": f"""WITH current AS (SELECT exhibit_id, name, value FROM stated s WHERE exhibit_id IS NOT NULL AND act =
        (SELECT max(act) FROM stated l WHERE l.exhibit_id = s.exhibit_id AND l.name = s.name) ORDER BY position)
        SELECT x.label, {_EXHIBIT_FACTS}, (SELECT count(*) FROM v_photographs p WHERE p.exhibit = x.label AND p.state = 'current')
        AS photographs, (SELECT count(*) FROM v_handovers h WHERE h.exhibit = x.label AND h.state = 'current') AS handovers,
        x.at, x.actor FROM exhibit x""",
    "v_photographs": f"""SELECT x.label AS exhibit, t.id AS number, t.file, t.sha256, t.size, t.original, t.caption, t.taken_at, t.at,
        t.actor, {_STANDING}, t.corrects FROM photograph t JOIN exhibit x ON x.id = t.exhibit_id
        LEFT JOIN photograph c ON c.corrects = t.id""",
    "v_handovers": f"""SELECT x.label AS exhibit, t.id AS number, t.giver, t.receiver, t.handed_at, t.purpose, t.seal, t.seal_number,
        t.place, t.remark, t.at, t.actor, {_STANDING}, t.corrects FROM handover t JOIN exhibit x ON x.id = t.exhibit_id
        LEFT JOIN handover c ON c.corrects = t.id""",
    "v_tags": """SELECT t.entry_id, e.path, t.name, t.scheme, t.code, t.at, t.actor, CASE WHEN t.removed THEN 'removal'
        WHEN EXISTS (SELECT 1 FROM tag l WHERE l.entry_id = t.entry_id AND l.id > t.id AND l.scheme IS t.scheme
            AND (t.scheme IS NOT NULL OR l.name = t.name)) THEN 'replaced' ELSE 'current' END AS state, t.id AS number
        FROM tag t JOIN entry e ON e.id = t.entry_id""",
    "v_keywords": f"""SELECT t.id AS number, t.name, t.words, t.original, t.sha256, t.at, t.actor, {_STANDING}, t.corrects
        FROM keywords t LEFT JOIN keywords c ON c.corrects = t.id""",
    "v_kept_searches": f"""SELECT t.id AS number, t.name, t.question, t.at, t.actor, {_STANDING}, t.corrects
        FROM kept_search t LEFT JOIN kept_search c ON c.corrects = t.id""",
    "v_notes": f"""SELECT t.entry_id, e.path, t.id AS number, t.body, t.at, t.actor, {_STANDING}, t.corrects FROM note t
        JOIN entry e ON e.id = t.entry_id LEFT JOIN note c ON c.corrects = t.id""",
}

Rows = list[tuple[object, ...]]


def statements() -> Iterator[str]:
    """SQL that makes the tables and what keeps them as they were written."""
    for table, columns in TABLES.items():
        yield f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {columns}, at TEXT NOT NULL, actor TEXT NOT NULL)"
        for act in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_{act.lower()} BEFORE {act} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, 'rows of {table} are only added'); END"
            )
    yield from INDEXES


def lines_view(sent_at: str) -> str:
    """The view of messages chosen for the report; `sent_at` is SQL that shows when one was sent."""
    return f"""SELECT t.entry_id, m.app, m.account, m.thread, m.thread_name, m.sender, m.sender_name, m.direction,
        {sent_at} AS sent_at, m.body, m.where_, t.at, t.actor, CASE WHEN t.removed THEN 'removal'
        WHEN EXISTS (SELECT 1 FROM line l WHERE l.message_id = t.message_id AND l.id > t.id) THEN 'replaced' ELSE 'current' END
        AS state, t.id AS number FROM line t JOIN message m ON m.id = t.message_id"""


def next_number(database: sqlite3.Connection, table: str) -> int:
    """The id of the row that comes next."""
    (number,) = database.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}").fetchone()
    return int(number)


def numbered(database: sqlite3.Connection, table: str, rows: Iterable[Sequence[object]], at: str, actor: str) -> Rows:
    """The rows as they will stand: number, what is said, moment, actor."""
    first = next_number(database, table)
    return [(first + step, *row, at, actor) for step, row in enumerate(rows)]


def write(database: sqlite3.Connection, rows: Mapping[str, Rows]) -> None:
    """Add rows that `numbered` made."""
    for table, each in rows.items():
        width = len(COLUMNS[table]) + 3
        database.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * width)})", each)


def described(rows: Mapping[str, Rows]) -> dict[str, object]:
    """What a custody event says of rows: by table `[first number, last number, digest]`."""
    return {table: [each[0][0], each[-1][0], digest(each)] for table, each in rows.items() if each}


def digest(rows: Iterable[Sequence[object]]) -> str:
    """SHA-256 over the rows as JSON, one array a row, in order of their numbers."""
    text = json.dumps([list(row) for row in rows], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
