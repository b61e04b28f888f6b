"""The full-text index of a case: what is in it, its tables, and how it is filled.

One FTS5 table per table of facts, over the fact's own text (external content: the text is stored once), all named `<table>_text`:

- *words* (`unicode61`, accents folded): message text, titles, addresses, searched words. Found by word and by the beginning of one.
- *parts* (`trigram`): names of files, people, programs and networks, numbers, what galleries say of pictures. Found by any part of three characters or more.

Names of people repeat in every message; table `name` holds each once per item. Nothing here is evidence of its own: the index can
be thrown away and filled anew. Filling goes on behind the last row indexed (table `indexed`), so it can stop at any moment.

Measured (300,000 rows, SQLite 3.40.1): `columnsize=0` fills 1.7 times as fast; a 32 MiB hash and 50,000 rows a transaction beat
1 MiB and 1,000 rows 2.6 times; `detail=none` makes an index of parts half as large, and LIKE works on it as well.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    Transaction = Callable[[], AbstractContextManager[sqlite3.Connection]]

CHUNK = 50_000  # rows a transaction
LIVE = 20_000  # new rows of a table that are worth indexing while a run goes on
FEWEST_DIGITS = 5  # fewer are no number of a telephone or an account

_HASH_BYTES = 32 << 20
_WORDS = "tokenize = 'unicode61 remove_diacritics 2'"
_PARTS = "tokenize = 'trigram', detail = none"


@dataclass(frozen=True, slots=True)
class Indexed:
    """A table of facts that is searched: its columns, and whether by words or by parts. `content` is where FTS5 reads them."""

    table: str
    columns: tuple[str, ...]
    by_words: bool = True
    content: str = ""

    @property
    def index(self) -> str:
        """The FTS5 table."""
        return f"{self.table}_text"


INDEXED: tuple[Indexed, ...] = (
    Indexed("name", ("name", "number", "digits"), by_words=False),
    Indexed("message", ("body", "file"), content="message_said"),
    Indexed("notification", ("title", "body")),
    Indexed("search", ("term",)),
    Indexed("visit", ("title", "url")),
    Indexed("bookmark", ("title", "url")),
    Indexed("download", ("path", "url")),
    Indexed("shared", ("name",)),
    Indexed("gallery", ("name", "original_name", "title", "caption", "album"), by_words=False),
    Indexed("program", ("name", "identifier"), by_words=False),
    Indexed("network", ("name", "identifier"), by_words=False),
    Indexed("place", ("name",)),
    Indexed("media", ("make", "model", "serial", "software", "owner", "author"), by_words=False),
    Indexed("entry", ("name",), by_words=False),
)

# The file a message names counts by its last part: the folders of an app are the same in every message.
_SAID = """CREATE VIEW message_said AS SELECT id, body,
    replace(attachment, rtrim(attachment, replace(attachment, '/', '')), '') AS file FROM message"""

_NAME = """CREATE TABLE name (id INTEGER PRIMARY KEY, entry_id INTEGER NOT NULL, kind TEXT NOT NULL, app TEXT NOT NULL,
    account TEXT NOT NULL, name TEXT NOT NULL, number TEXT NOT NULL, digits TEXT NOT NULL,
    UNIQUE (entry_id, kind, app, account, name, number))"""

# kind of name: table, the column of the name, the columns of the number, the first that holds one
_NAMES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("thread", "message", "thread_name", ("thread",)),
    ("sender", "message", "sender_name", ("sender",)),
    ("recipient", "message", "NULL", ("recipients",)),
    ("call", "call", "party_name", ("party",)),
    ("contact", "contact", "name", ("phone", "email", "identifier")),
    ("account", "account", "name", ("identifier", "service")),
)


def statements() -> Iterator[str]:
    """What makes the tables."""
    yield _NAME
    yield _SAID
    yield "CREATE TABLE indexed (name TEXT PRIMARY KEY, upto INTEGER NOT NULL)"
    for each in INDEXED:
        how = _WORDS if each.by_words else _PARTS
        content = f"content = '{each.content or each.table}', content_rowid = 'id', columnsize = 0"
        yield f"CREATE VIRTUAL TABLE {each.index} USING fts5({', '.join(each.columns)}, {content}, {how})"
        yield f"INSERT INTO {each.index} ({each.index}, rank) VALUES ('hashsize', {_HASH_BYTES})"


def fill(transaction: Transaction, *, at_least: int, stop: Callable[[], bool]) -> bool:
    """Index every table that has `at_least` new rows, a chunk of each a transaction. False where stopped on the way."""
    moved = True
    while moved:
        if stop():
            return False
        with transaction() as database:
            moved = _fill_on(database, at_least)
    return True


@contextmanager
def withdrawn(database: sqlite3.Connection, table: str, condition: str, value: int) -> Iterator[None]:
    """Take the rows of a table that meet a condition out of the index; inside the `with` they are to be deleted.

    An index over another table's content must be told what it held, and a row written later may get the number of one that is gone.
    """
    for each in INDEXED:
        if each.table == table:
            columns = ", ".join(each.columns)
            database.execute(
                f"""INSERT INTO {each.index} ({each.index}, rowid, {columns}) SELECT 'delete', id, {columns}
                FROM {each.content or table} WHERE id <= coalesce((SELECT upto FROM indexed WHERE name = ?), 0)
                AND id IN (SELECT id FROM {table} WHERE {condition})""",
                (each.index, value),
            )
    yield
    database.execute(
        f"UPDATE indexed SET upto = min(upto, (SELECT coalesce(max(id), 0) FROM {table})) WHERE name IN (?, ?)",
        (f"{table}_text", f"{table} names"),
    )


def digits_of(text: str | None) -> str:
    """The digits of a number, whatever stands between them; empty where there are too few to be one."""
    digits = "".join(re.findall(r"[0-9]", (text or "").split("@")[0]))
    return digits if len(digits) >= FEWEST_DIGITS else ""


def _fill_on(database: sqlite3.Connection, at_least: int) -> bool:
    """The next chunk of each table. False where there was none."""
    database.create_function("digits_of", 1, digits_of, deterministic=True)
    moved = [_gather(database, source, at_least) for source in dict.fromkeys(row[1] for row in _NAMES)]
    moved += [_index(database, each, at_least) for each in INDEXED]
    return any(moved)


def _gather(database: sqlite3.Connection, source: str, at_least: int) -> bool:
    """The names of the next chunk of a table of facts, each once."""
    chunk = _next(database, f"{source} names", source, at_least)
    if chunk is None:
        return False
    for kind, table, name, numbers in _NAMES:
        if table == source:
            number = f"coalesce({', '.join(numbers)}, '')"
            database.execute(
                f"""INSERT OR IGNORE INTO name (entry_id, kind, app, account, name, number, digits)
                SELECT entry_id, ?, app, account, name, number, digits_of(number) FROM (
                SELECT DISTINCT entry_id, coalesce(app, '') AS app, coalesce(account, '') AS account,
                coalesce({name}, '') AS name, {number} AS number FROM {table} WHERE id > ? AND id <= ?)
                WHERE name != '' OR number != '' ORDER BY entry_id, app, account, name, number""",
                (kind, *chunk),
            )
    return True


def _index(database: sqlite3.Connection, each: Indexed, at_least: int) -> bool:
    chunk = _next(database, each.index, each.table, at_least)
    if chunk is None:
        return False
    columns = ", ".join(each.columns)
    database.execute(
        f"INSERT INTO {each.index} (rowid, {columns}) SELECT id, {columns} FROM {each.content or each.table}"
        " WHERE id > ? AND id <= ? ORDER BY id",
        chunk,
    )
    return True


def _next(database: sqlite3.Connection, name: str, table: str, at_least: int) -> tuple[int, int] | None:
    """The ids behind the last one indexed and up to the end of the next chunk; they are marked as indexed."""
    row = database.execute("SELECT upto FROM indexed WHERE name = ?", (name,)).fetchone()
    done = row[0] if row else 0
    (last,) = database.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()
    if last - done < max(at_least, 1):
        return None
    upto = min(last, done + CHUNK)
    database.execute("INSERT OR REPLACE INTO indexed VALUES (?, ?)", (name, upto))
    return done, upto
