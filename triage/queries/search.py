"""Search across everything a case knows: people, messages, notifications, searches, pages, downloads, programs, networks, places, files.

What was indexed is searched (`triage.fulltext`); a snippet shows where the words stand. Messages and texts are found by words, names,
numbers and file names by any part of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from triage.casefolder import translated
from triage.fulltext import INDEXED
from triage.model.keywords import compiled
from triage.queries.base import Reader
from triage.queries.terms import Terms, terms_of
from triage.schema import iso, shown_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage.fulltext import Indexed

_OPEN, _CLOSE = "\x02", "\x03"
_SNIPPET_WORDS = 24
_SURROUNDINGS = 90  # characters on each side of what a pattern found
_TRIGRAM = 3
_BY_TABLE = {each.table: each for each in INDEXED}


@dataclass(frozen=True, slots=True)
class SearchWish:
    """What is looked for. `kinds`, `app` and `exhibit` narrow it; `person` is a part of a name or number in the same row.

    `since` and `until` are ISO 8601 dates or times; rows without a time are left out where one of them is given.
    """

    text: str
    kinds: tuple[str, ...] = ()
    app: str | None = None
    person: str | None = None
    since: str | None = None
    until: str | None = None
    exhibit: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One row that was found. `marks` are the places in `text`, from and to, where the words stand."""

    kind: str
    id: int
    entry_id: int
    exhibit: str
    app: str | None
    account: str | None
    thread: str | None
    who: str | None
    at: str | None
    path: str
    where: str | None
    text: str = ""
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """How a table answers: app, account, thread, who, time and its zone, `where`; what names people; what words are shown."""

    table: str
    app: str = "r.app"
    account: str = "r.account"
    thread: str = "NULL"
    who: str = "NULL"
    at: str = "NULL"
    local: str = "NULL"
    where: str = "r.where_"
    people: tuple[str, ...] = ()


def _timed(table: str, at: str, *, thread: str = "NULL", who: str = "NULL", people: tuple[str, ...] = ()) -> Kind:
    return Kind(table, thread=thread, who=who, at=f"r.{at}", local=f"r.{at}_local", people=people)


KINDS: dict[str, Kind] = {
    "name": Kind("name", who="r.kind", thread="r.number", where="NULL", people=("r.name", "r.number")),
    "message": _timed(
        "message",
        "sent_at",
        thread="r.thread",
        who="coalesce(r.sender_name, r.sender)",
        people=("r.sender", "r.sender_name", "r.thread", "r.thread_name", "r.recipients"),
    ),
    "notification": _timed("notification", "posted_at", who="r.title", people=("r.title",)),
    "search": _timed("search", "searched_at"),
    "visit": _timed("visit", "visited_at"),
    "bookmark": _timed("bookmark", "added_at"),
    "download": _timed("download", "started_at"),
    "shared": _timed("shared", "added_at"),
    "gallery": _timed("gallery", "taken_at", who="r.owner"),
    "program": _timed("program", "installed_at", who="r.category"),
    "network": _timed("network", "joined_at"),
    "place": _timed("place", "at", who="r.kind"),
    "media": Kind("media", app="NULL", account="NULL", who="r.owner", at="r.taken_at", local="r.taken_at_local"),
    "file": Kind("entry", app="NULL", account="NULL", where="NULL", at="e.modified", local="e.local_times & 1"),
}


class Search(Reader):
    """Queries over the full-text index."""

    def found_counts(self, wish: SearchWish) -> dict[str, int]:
        """How many rows of each kind were found; kinds without any are left out."""
        terms = self._terms(wish)
        counts = {}
        for name in _kinds(wish, terms):
            joined, values = _joined(name, wish, terms)
            counts[name] = self.value(f"SELECT count(*) {joined}", values)
        return {name: count for name, count in counts.items() if count}

    def found(self, wish: SearchWish, *, limit: int, offset: int = 0) -> list[Found]:
        """A page of what was found: kind by kind in the order of `KINDS`, the latest first."""
        terms = self._terms(wish)
        rows: list[Found] = []
        for name in _kinds(wish, terms):
            if len(rows) >= limit:
                break
            more, passed = self._of_kind(name, wish, terms, limit - len(rows), offset)
            rows += more
            offset = max(0, offset - passed)
        return rows

    def unsearchable(self) -> int:
        """How many rows are not in the index yet: a run goes on, or was broken off."""
        waiting = 0
        for each in INDEXED:
            upto = self.value("SELECT max(upto) FROM indexed WHERE name = ?", (each.index,))
            waiting += self.value(f"SELECT max(id) FROM {each.table}") - upto
        return waiting

    def _terms(self, wish: SearchWish) -> Terms:
        """The terms; a pattern is looked for by a function of our own, text by text."""
        terms = terms_of(wish.text)
        if terms.pattern:
            self._database.create_function("holds_pattern", 2, _holds_pattern, deterministic=True)
        return terms

    def _of_kind(self, name: str, wish: SearchWish, terms: Terms, limit: int, offset: int) -> tuple[list[Found], int]:
        """A page of one kind; and how many rows of it lie before the page, where the page is empty."""
        kind = KINDS[name]
        joined, values = _joined(name, wish, terms)
        rows = self.rows(
            Found,
            f"""SELECT '{name}', r.id, e.id, x.label, {kind.app}, {kind.account}, {kind.thread}, {kind.who},
            {iso(kind.at, kind.local)}, e.path, {kind.where} {joined}
            ORDER BY {kind.at} DESC, e.path, {kind.where}, r.id LIMIT ? OFFSET ?""",
            [*values, limit, offset],
        )
        if not rows:
            return [], self.value(f"SELECT count(*) {joined}", values) if offset else 0
        texts = self._texts(_BY_TABLE[kind.table], terms, [row.id for row in rows])
        return [
            replace(row, text=text, marks=marks) for row in rows for text, marks in [texts.get(row.id, ("", ()))]
        ], offset

    def _texts(
        self, indexed: Indexed, terms: Terms, ids: Sequence[int]
    ) -> dict[int, tuple[str, tuple[tuple[int, int], ...]]]:
        """What is shown of each row: a snippet around the words, or the name with its parts marked."""
        held = ", ".join("?" * len(ids))
        if terms.pattern:
            sql = f"SELECT id, {_shown(indexed)} FROM {indexed.content or indexed.table} WHERE id IN ({held})"
            with translated(self.folder):
                return {number: _around(text, terms.pattern) for number, text in self._database.execute(sql, list(ids))}
        if indexed.by_words:
            snippet = f"snippet({indexed.index}, -1, '{_OPEN}', '{_CLOSE}', '…', {_SNIPPET_WORDS})"
            sql = f"SELECT rowid, {snippet} FROM {indexed.index} WHERE {indexed.index} MATCH ? AND rowid IN ({held})"
            with translated(self.folder):
                return {number: _marked(text) for number, text in self._database.execute(sql, [terms.words, *ids])}
        with translated(self.folder):
            sql = f"SELECT id, {_shown(indexed)} FROM {indexed.table} WHERE id IN ({held})"
            rows = self._database.execute(sql, list(ids))
            return {number: (text, tuple(_places(text, terms))) for number, text in rows}


def _shown(indexed: Indexed) -> str:
    """The columns of names and numbers that were searched and are not empty, with points between them."""
    columns = [name for name in indexed.columns if name != "digits"]
    pieces = (f"CASE WHEN coalesce({name}, '') = '' THEN '' ELSE ' · ' || {name} END" for name in columns)
    return f"substr({' || '.join(pieces)}, 4)"


def _kinds(wish: SearchWish, terms: Terms) -> list[str]:
    """The kinds that can answer; nothing is asked where there is no term."""
    if terms.words is None:
        return []
    chosen = [name for name in KINDS if not wish.kinds or name in wish.kinds]
    if wish.person:
        chosen = [name for name in chosen if KINDS[name].people]
    if wish.app:
        chosen = [name for name in chosen if KINDS[name].app != "NULL"]
    if wish.since or wish.until:
        chosen = [name for name in chosen if KINDS[name].at != "NULL"]
    return chosen


def _joined(name: str, wish: SearchWish, terms: Terms) -> tuple[str, list[object]]:
    """FROM and WHERE of one kind, with the values they bind."""
    kind = KINDS[name]
    indexed = _BY_TABLE[kind.table]
    conditions = [_matching(indexed, terms), *_narrowing(kind, wish)]
    source = "r.id" if kind.table == "entry" else "r.entry_id"
    sql = f"""FROM {shown_table(kind.table)} r JOIN entry e ON e.id = {source} JOIN evidence v ON v.id = e.evidence_id
        JOIN exhibit x ON x.id = v.exhibit_id WHERE {" AND ".join(words for words, _ in conditions)}"""
    return sql, [value for _, values in conditions for value in values]


def _holds_pattern(pattern: str, text: object) -> int:
    """For SQL: whether a text holds what the pattern means."""
    found = compiled(pattern)
    return int(found is not None and isinstance(text, str) and found.search(text) is not None)


def _around(text: str, pattern: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A piece of the text around the first place, with every place in that piece marked."""
    found = compiled(pattern)
    first = found.search(text) if found else None
    if found is None or first is None:
        return text[: 2 * _SURROUNDINGS], ()
    start = max(0, first.start() - _SURROUNDINGS)
    piece = text[start : first.end() + _SURROUNDINGS]
    return piece, tuple(match.span() for match in found.finditer(piece) if match.end() > match.start())


def _matching(indexed: Indexed, terms: Terms) -> tuple[str, list[object]]:
    if terms.pattern:
        held = [f"holds_pattern(?, {name})" for name in indexed.columns if name != "digits"]
        sql = f"r.id IN (SELECT id FROM {indexed.content or indexed.table} WHERE {' OR '.join(held)})"
        return sql, [terms.pattern] * len(held)
    if indexed.by_words:
        return f"r.id IN (SELECT rowid FROM {indexed.index} WHERE {indexed.index} MATCH ?)", [terms.words]
    columns = ("digits",) if terms.digits and "digits" in indexed.columns else indexed.columns
    parts = (terms.digits,) if terms.digits else terms.parts
    held = [" OR ".join(f"instr(lower(r.{column}), lower(?))" for column in columns) for _ in parts]
    exactly = " AND ".join(f"({each})" for each in held)
    values: list[object] = [part for part in parts for _ in columns]
    run = _longest_run(parts)
    if len(run) < _TRIGRAM:
        return exactly, values
    likely = " UNION ".join(f"SELECT rowid FROM {indexed.index} WHERE {column} LIKE ?" for column in columns)
    return f"r.id IN ({likely}) AND {exactly}", [f"%{run}%"] * len(columns) + values


def _longest_run(parts: Sequence[str]) -> str:
    """What the trigram index is asked for: one text without wildcards. The rest is checked on what it answers.

    Two LIKE on such an index, one of them of fewer than three characters, end SQLite 3.40.1 with a segmentation fault.
    """
    return max((run for part in parts for run in re.split(r"[%_]", part)), key=len, default="")


def _narrowing(kind: Kind, wish: SearchWish) -> Iterator[tuple[str, list[object]]]:
    if wish.app:
        yield f"{kind.app} = ?", [wish.app]
    if wish.exhibit:
        yield "x.label = ?", [wish.exhibit]
    if wish.person:
        held = " OR ".join(f"instr(lower({column}), lower(?))" for column in kind.people)
        yield f"({held})", [wish.person] * len(kind.people)
    if wish.since:
        yield f"{kind.at} >= {_NANOSECONDS}", [wish.since]
    if wish.until:
        yield f"{kind.at} < {_NANOSECONDS}", [_end_of(wish.until)]


_NANOSECONDS = "CAST(strftime('%s', ?) AS INTEGER) * 1000000000"


def _end_of(moment: str) -> str:
    """A day that is named is meant to its end."""
    return f"{moment}T24:00:00" if re.fullmatch(r"\d{4}-\d\d-\d\d", moment) else moment


def _marked(snippet: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text of a snippet without its marks, and where they stood."""
    text, marks, begun = [], [], None
    length = 0
    for piece in re.split(f"([{_OPEN}{_CLOSE}])", snippet):
        if piece == _OPEN:
            begun = length
        elif piece == _CLOSE:
            if begun is not None:
                marks.append((begun, length))
            begun = None
        else:
            text.append(piece)
            length += len(piece)
    return "".join(text), tuple(marks)


def _places(text: str, terms: Terms) -> Iterator[tuple[int, int]]:
    """Where the parts stand in a name, in order; digits may stand apart from each other."""
    patterns = [re.escape(part) for part in terms.parts]
    if terms.digits:
        patterns.append(r"\D?".join(terms.digits))
    found = [match.span() for pattern in patterns for match in re.finditer(pattern, text, re.IGNORECASE)]
    yield from sorted(set(found))
