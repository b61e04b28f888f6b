"""Records seen twice: in a database and its backup, its older state, a shadow table, a second space's copy, a report made of it.

Such records are shown once; where else they stand is kept (tables `copy` and `copied`, view `v_provenances`). Two records are one by
what the evidence states, never because they look alike. Rule `identifier`: the same exhibit, app, account, thread and identifier in the
app, and nothing else that both state differs. Rule `content`: one of them has no identifier, and exact time, sender, direction, text,
kind and file are equal. Two rows of one table of one database are never one record, so that two equal messages in a backup
are the two equal messages of the database. Texts that differ (an edit) stay apart.

The record that is shown is a live one before one that is gone, then the one that says most, then the first by path. What was
revoked or deleted anywhere is shown as such even where a copy is still live, and `states` says how every copy stands.
The same evidence gives the same answer, in whatever order it was examined.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Sequence

LIVE = "live"
# States that say where a record was found, and not that somebody removed it.
_FOUND = frozenset({"superseded", "left in search index", "left in media list", "left in notifications"})
_MOST = 1000  # what so many records bear identifies none of them
_OWNED = "LEFT JOIN owner o ON o.entry_id = r.entry_id AND o.app = r.app AND o.stated = coalesce(r.account, '')"
_TABLE = "substr(where_, 1, instr(where_, '='))"
_SEVERAL = f"""(min(entry_id) < max(entry_id) OR min({_TABLE}) < max({_TABLE})
    OR min(deleted IS 'superseded') < max(deleted IS 'superseded'))"""  # what stands in one table alone is seen once
_INSERT = "INSERT OR IGNORE INTO copy VALUES (?, ?, ?, ?)"
_AT_ONCE = 10_000  # rows that are written together
_MOST_STATED = 100  # different contents of one identity that are compared with each other


_Row = tuple[Any, ...]  # of _candidates
_DIRECTION = "nullif(r.direction, 'unknown')"


class Kind(NamedTuple):
    """A table of facts: when its records happened, what each says (SQL; of a message the second is its file), and within what."""

    table: str
    time: str
    said: tuple[str, ...]
    thread: str = "NULL"


KINDS = (
    Kind("message", "sent_at", ("r.body", "r.attachment", "r.sender", _DIRECTION, "r.kind = 'reaction'"), "r.thread"),
    Kind("call", "started_at", ("r.party", _DIRECTION, "r.duration_s", "r.kind")),
    Kind("contact", "", ("r.name", "r.phone", "r.email")),
)


@dataclass(slots=True)
class _Seen:
    """A record with all that decides: its identity, where it stands, what it says."""

    id: int
    identifier: str | None
    identity: tuple[object, ...]
    source: tuple[object, ...]
    at: tuple[object, ...]
    said: tuple[object, ...]
    order: tuple[object, ...]
    copies: list[tuple[_Seen, str]] = field(default_factory=list)

    @property
    def sources(self) -> set[tuple[object, ...]]:
        """The tables of entries in which it stands."""
        return {self.source, *(copy.source for copy, _ in self.copies)}


def link(database: sqlite3.Connection) -> None:
    """Fill tables `copy` and `copied` anew; needs `owner` and `attachment`."""
    for table in ("copy", "copied"):
        database.execute(f"DELETE FROM {table}")
    for kind in KINDS:
        if not database.execute(f"SELECT {_SEVERAL} FROM {kind.table}").fetchone()[0]:
            continue
        found = [_link(database, kind, rule) for rule in ("identifier", "content")]
        if any(found):
            _straighten(database, kind)
            database.executemany("INSERT INTO copied VALUES (?, ?, ?, ?, ?)", _summed_up(database, kind))


def _link(database: sqlite3.Connection, kind: Kind, rule: str) -> bool:
    """Store the copies that a rule finds. False where nothing is shared."""
    shared = _shared(database, kind, rule)
    if not shared:
        return False
    only = _only_accounts(database, kind)
    join = _join_identified if rule == "identifier" else _join_equal
    rows: list[tuple[str, int, int, str]] = []
    for _, together in groupby(_candidates(database, kind, rule, shared), key=itemgetter(1)):
        for records in _by([_seen(row, only) for row in together], lambda each: each.identity).values():
            rows += [(kind.table, copy.id, head.id, why) for head in join(records) for copy, why in head.copies]
        if len(rows) > _AT_ONCE:
            database.executemany(_INSERT, rows)
            rows.clear()
    database.executemany(_INSERT, rows)
    return True


def _shared(database: sqlite3.Connection, kind: Kind, rule: str) -> str:
    """Find what several records share; the column it stands in, empty where nothing is shared."""
    if rule == "identifier":
        column, condition = "identifier", ""
    else:
        column, condition = kind.time or "name", "AND sum(identifier IS NULL) > 0"
    declared = "INTEGER" if column == kind.time else "TEXT"  # as in the table of facts: else no index is used
    database.execute("DROP TABLE IF EXISTS temp.in_common")
    database.execute(f"CREATE TEMP TABLE in_common (value {declared} PRIMARY KEY) WITHOUT ROWID")
    found = database.execute(
        f"""INSERT INTO temp.in_common SELECT {column} FROM {kind.table} WHERE {column} IS NOT NULL
        GROUP BY {column} HAVING count(*) BETWEEN 2 AND {_MOST} {condition} AND {_SEVERAL} ORDER BY {column}"""
    )
    return column if found.rowcount > 0 else ""


def _candidates(database: sqlite3.Connection, kind: Kind, rule: str, shared: str) -> Iterator[_Row]:
    """Records that share a value, in its order; for the rule `content` those that are shown so far."""
    time = f"r.{kind.time}, r.{kind.time}_local" if kind.time else "NULL, NULL"
    message = kind.table == "message"
    tie = "LEFT JOIN attachment t ON t.message_id = r.id" if message else ""
    shown = f"WHERE NOT EXISTS (SELECT 1 FROM copy c WHERE c.kind = '{kind.table}' AND c.id = r.id)"
    yield from database.execute(
        f"""SELECT r.id, r.{shared}, r.identifier, v.exhibit_id, r.app, coalesce(o.account, r.account), r.entry_id, e.path,
        e.locator, r.where_, r.deleted, {time}, {"t.attachment_entry_id" if message else "NULL"}, {kind.thread},
        {", ".join(kind.said)} FROM {kind.table} r CROSS JOIN temp.in_common s ON s.value = r.{shared}
        JOIN entry e ON e.id = r.entry_id JOIN evidence v ON v.id = e.evidence_id {_OWNED} {tie}
        {shown if rule == "content" else ""} ORDER BY r.{shared}"""
    )


def _seen(row: _Row, only: dict[tuple[object, object], object]) -> _Seen:
    """A row of `_candidates` with its account, as far as the app has one alone in the exhibit."""
    (
        number,
        _,
        identifier,
        exhibit,
        app,
        account,
        entry,
        path,
        locator,
        where,
        deleted,
        at,
        local,
        tied,
        thread,
        *said,
    ) = row
    if isinstance(said[1], str):  # of a message: its file
        said[1] = said[1].replace("\\", "/").rsplit("/", 1)[-1].casefold()
    filled = sum(each is not None for each in (*said, at, tied))
    return _Seen(
        id=number,
        identifier=identifier,
        identity=(exhibit, app, only.get((exhibit, app)) if account is None else account, thread),
        source=(entry, where[: where.find("=") + 1], deleted == "superseded"),
        at=(at, local),
        said=tuple(said),
        order=(deleted is not None, tied is None, -filled, path, locator, where, deleted or ""),
    )


def _join_identified(records: Sequence[_Seen]) -> Iterator[_Seen]:
    """The records of one identifier that are shown, each with its copies: equal ones first, then those that say a part of it."""
    heads: list[_Seen] = []
    for head in _equal(records, "identifier"):
        into = next((each for each in heads if _agree(each, head)), None) if len(heads) < _MOST_STATED else None
        if into is None:
            heads.append(head)
        else:
            into.copies += [(head, "identifier"), *head.copies]
    yield from heads


def _join_equal(records: Sequence[_Seen]) -> Iterator[_Seen]:
    """Records that say the same at the same time, of which at most one has an identifier of its own."""
    for equal in _by(records, lambda each: (each.at, each.said)).values():
        if not any(equal[0].said[:2]):
            continue  # without text and file, or party, or name, it is nothing in particular
        named = [each for each in equal if each.identifier is not None]
        unnamed = [each for each in equal if each.identifier is None]
        yield from _equal(unnamed, "content") if not named else _beside(sorted(named, key=_order), unnamed)


def _beside(named: Sequence[_Seen], unnamed: Sequence[_Seen]) -> Iterator[_Seen]:
    """Those with an identifier, one after the other, take what stands without one in other tables."""
    waiting = list(_equal(unnamed, "content"))
    for head, copy in zip(named, waiting, strict=False):
        if head.source not in copy.sources:
            head.copies += [(copy, "content"), *copy.copies]
            yield head
    yield from waiting[len(named) :]


def _equal(records: Iterable[_Seen], rule: str) -> Iterator[_Seen]:
    """Records that say exactly the same, one of each table: the first of one table with the first of the other."""
    heads: dict[tuple[object, ...], _Seen] = {}
    met: Counter[tuple[object, ...]] = Counter()
    for record in sorted(records, key=_order):
        number = met[record.said, record.source]
        met[record.said, record.source] += 1
        head = heads.setdefault((record.said, number), record)
        if head is not record:
            head.copies.append((record, rule))
    return iter(heads.values())


def _agree(one: _Seen, other: _Seen) -> bool:
    """Whether nothing that both say differs, and they stand in different tables. Text alone and file alone are two records."""
    pairs = list(zip(one.said, other.said, strict=True))
    if any(mine != theirs and mine is not None and theirs is not None for mine, theirs in pairs):
        return False
    halves = pairs[0][0] is None, pairs[0][1] is None, pairs[1][0] is None, pairs[1][1] is None
    return halves not in {(True, False, False, True), (False, True, True, False)} and not one.sources & other.sources


def _straighten(database: sqlite3.Connection, kind: Kind) -> None:
    """A copy of what became a copy itself belongs to what is shown."""
    of_copy = "FROM copy d WHERE d.kind = copy.kind AND d.id = copy.shown_id"
    database.execute(
        f"UPDATE copy SET shown_id = (SELECT d.shown_id {of_copy}) WHERE kind = ? AND EXISTS (SELECT 1 {of_copy})",
        (kind.table,),
    )


def _summed_up(database: sqlite3.Connection, kind: Kind) -> Iterator[tuple[str, int, int, str | None, str]]:
    """How often each shown record stands, how it is gone, and how each of its places has it."""
    rows = database.execute(
        f"""SELECT c.shown_id, coalesce(r.deleted, '{LIVE}') FROM copy c JOIN {kind.table} r ON r.id = c.id WHERE c.kind = ?1
        UNION ALL SELECT r.id, coalesce(r.deleted, '{LIVE}') FROM (SELECT DISTINCT shown_id FROM copy WHERE kind = ?1) c
        JOIN {kind.table} r ON r.id = c.shown_id ORDER BY 1, 2""",
        (kind.table,),
    ).fetchall()
    for shown, together in groupby(rows, key=itemgetter(0)):
        states = [state for _, state in together]
        gone = min((state for state in states if state != LIVE and state not in _FOUND), default=None)
        yield kind.table, shown, len(states), gone, ", ".join(sorted(set(states)))


def _only_accounts(database: sqlite3.Connection, kind: Kind) -> dict[tuple[object, object], object]:
    """The account of an app of an exhibit, where its records name exactly one."""
    found: dict[tuple[object, object], set[object]] = {}
    for exhibit, app, account in database.execute(
        f"""SELECT DISTINCT v.exhibit_id, r.app, coalesce(o.account, r.account) FROM {kind.table} r
        JOIN entry e ON e.id = r.entry_id JOIN evidence v ON v.id = e.evidence_id {_OWNED}
        WHERE r.account IS NOT NULL OR o.account IS NOT NULL"""
    ):
        found.setdefault((exhibit, app), set()).add(account)
    return {place: accounts.pop() for place, accounts in found.items() if len(accounts) == 1}


def _order(record: _Seen) -> tuple[object, ...]:
    return record.order


def _by(records: Iterable[_Seen], key: Callable[[_Seen], object]) -> dict[object, list[_Seen]]:
    found: dict[object, list[_Seen]] = {}
    for record in records:
        found.setdefault(key(record), []).append(record)
    return found
