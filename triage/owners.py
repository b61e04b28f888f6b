"""Whose account a message, call or contact belongs to, where its own database does not say: table `owner`, filled when a run ends.

Rules, the strongest first: `sender` all outgoing messages of the database in this app and space name one and the same sender; `folder`
the app's own settings in the same folder of the app name the owner; `space` the app has one owner in this space of the exhibit (main
user, work profile, Secure Folder, doubled app), which also holds for its backups on shared storage; `card` the messages and calls of
the phone itself, where the exhibit has one SIM card with a number. What an extractor read stays as it is: a rule is asked only
where it read nothing, or no more than the space of the phone. Two answers are none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from triage.formats.spaces import space_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

_CARD, _CARRIED = "SIM", frozenset({"SMS", "MMS", "Phone", "RCS", "Google Messages"})
_SLOT = re.compile(r"account \d+")
_ONLY_PLACE = re.compile(r"(user \d+(?: \([\w ]+\))?)?(?:, )?(account \d+)?")
_ROOT = re.compile(
    r".*/(?:data/data|data/user/\d+|user/\d+|data/user_de/\d+|apps)/[A-Za-z]\w*(?:\.\w+)+(?=/)"
    r"|.*/(?:Application|AppGroup|PluginKitPlugin)/[0-9A-Fa-f-]{36}(?=/)|.*/AppDomain(?:Group|Plugin)?-[^/]+(?=/)"
)
_DEVICE_PROTECTED = "/user_de/"


class Place(NamedTuple):
    """Where an app keeps one account: exhibit, app, space of the phone, slot of the app (Telegram has several)."""

    exhibit: int
    app: str
    space: str
    slot: str


class _Source(NamedTuple):
    """Records of one app in one entry with one stated account (empty: none)."""

    entry: int
    app: str
    stated: str
    path: str
    place: Place
    evidence: int


def link(database: sqlite3.Connection) -> None:
    """Fill table `owner` anew."""
    database.execute("DELETE FROM owner")
    senders = _senders(database)
    known = list(_accounts(database))
    for source in _sources(database, senders):
        if answer := _owner(source, known, senders.get(source[:3], set())):
            database.execute("INSERT INTO owner VALUES (?, ?, ?, ?, ?)", (*source[:3], *answer))


def _owner(source: _Source, known: list[_Source], senders: set[str]) -> tuple[str, str] | None:
    """The owner and the rule that named them."""
    root = _root(source.path)
    here = [each for each in known if each.place == source.place]
    near = {each.stated for each in here if root and each.evidence == source.evidence and _root(each.path) == root}
    everywhere = {each.stated for each in here}
    cards = {each.stated for each in known if each.place.exhibit == source.place.exhibit and each.app == _CARD}
    own = senders if len(senders) == 1 else set()
    for rule, answers in (
        ("sender", own),
        ("folder", near),
        ("space", everywhere),
        ("card", cards if _carried(source) else ()),
    ):
        if len(answers) == 1:
            return next(iter(answers)), rule
        if answers:
            return None
    return None


def _carried(source: _Source) -> bool:
    return source.app in _CARRIED and not source.place.space


def _senders(database: sqlite3.Connection) -> dict[tuple[int, str, str], set[str]]:
    """The senders of all outgoing messages, by entry, app and stated account of any message."""
    found: dict[tuple[int, str, str], set[str]] = {}
    rows = database.execute(
        """SELECT DISTINCT entry_id, app, coalesce(account, ''), CASE WHEN direction = 'out' THEN sender END FROM message
        WHERE app IS NOT NULL"""
    )
    for entry, app, account, sender in rows:
        found.setdefault((entry, app, account), set()).update({sender} - {None})
    return found


def _sources(database: sqlite3.Connection, messages: Iterable[tuple[int, str, str]]) -> list[_Source]:
    """The kinds of records whose account is not read, or is the space alone."""
    found = set(messages)
    for table in ("call", "contact"):
        rows = database.execute(
            f"SELECT DISTINCT entry_id, app, coalesce(account, '') FROM {table} WHERE app IS NOT NULL"
        )
        found.update(rows)
    return [_located(database, *row) for row in sorted(found) if _ONLY_PLACE.fullmatch(row[2])]


def _accounts(database: sqlite3.Connection) -> Iterator[_Source]:
    """What account records say: identifier, for a SIM card its number; `stated` is that and not the space."""
    rows = database.execute(
        """SELECT DISTINCT entry_id, app, coalesce(account, ''), identifier, phone FROM account WHERE app IS NOT NULL
        AND (identifier IS NOT NULL OR phone IS NOT NULL) AND deleted IS NULL ORDER BY 1, 2, 3, 4, 5"""
    ).fetchall()
    for entry, app, account, identifier, phone in rows:
        own = phone if app == _CARD else identifier or phone
        if own:
            yield _located(database, entry, app, account)._replace(stated=own)


def _located(database: sqlite3.Connection, entry: int, app: str, stated: str) -> _Source:
    path, evidence, exhibit = database.execute(
        "SELECT e.path, e.evidence_id, v.exhibit_id FROM entry e JOIN evidence v ON v.id = e.evidence_id WHERE e.id = ?",
        (entry,),
    ).fetchone()
    slot = _SLOT.search(stated)
    place = Place(exhibit, app, space_of(path) or "", slot[0] if slot and _ONLY_PLACE.fullmatch(stated) else "")
    return _Source(entry, app, stated, path, place, evidence)


def _root(path: str) -> str:
    """The folder of the app, the same for its ordinary and its device-protected part; empty where the path names none."""
    found = _ROOT.match(path)
    return found[0].replace(_DEVICE_PROTECTED, "/user/").replace("/data/user/0/", "/data/data/") if found else ""
