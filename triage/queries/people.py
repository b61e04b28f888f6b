"""People: numbers and addresses that several apps know, with every statement that ties them, from table `person`."""

from __future__ import annotations

from dataclasses import dataclass

from triage.queries.base import Reader
from triage.schema import iso

_MESSAGES = "p.source LIKE 'message.%'"
_CALLS = "p.source LIKE 'call.%'"
_TOGETHER = 900  # conversations are asked for by so many statements at once: SQLite binds no more than 999 values


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One number or address. `names` and `apps` are joined by ", "; counts are of records that state it."""

    number: str
    names: str | None
    apps: str
    messages: int
    calls: int
    statements: int


@dataclass(frozen=True, slots=True)
class StatementRow:
    """Who says so: a record's field (`source`: contact.phone, message.sender ...) of an app, `mentions` times, tied by `rule`."""

    source: str
    app: str
    account: str | None
    stated: str | None
    name: str | None
    rule: str
    mentions: int
    exhibit: str
    path: str
    entry_id: int


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A conversation in which the person writes, is written to, or is what it is about."""

    app: str
    account: str | None
    thread: str | None
    name: str | None
    messages: int
    last_at: str | None


class People(Reader):
    """Queries over people."""

    def people_count(self, text: str = "") -> int:
        """How many numbers and addresses hold this text, in themselves, a name, an app or as it was stated."""
        where, values = _where(text)
        return self.value(f"SELECT count(DISTINCT p.number) FROM person p {where}", values)

    def people(self, text: str = "", *, limit: int, offset: int = 0) -> list[PersonRow]:
        """Those that most apps know first, then by number of messages and calls."""
        where, values = _where(text)
        return self.rows(
            PersonRow,
            f"""SELECT c.number, {_listed("name")}, {_listed("app")}, c.messages, c.calls, c.statements FROM (
                SELECT p.number, sum(CASE WHEN {_MESSAGES} THEN p.mentions ELSE 0 END) AS messages,
                sum(CASE WHEN {_CALLS} THEN p.mentions ELSE 0 END) AS calls, count(*) AS statements,
                count(DISTINCT p.app) AS apps FROM person p WHERE p.number IN (SELECT p.number FROM person p {where})
                GROUP BY p.number ORDER BY apps DESC, messages + calls DESC, p.number LIMIT ? OFFSET ?) c
            ORDER BY c.apps DESC, c.messages + c.calls DESC, c.number""",
            [*values, limit, offset],
        )

    def statements(self, number: str) -> list[StatementRow]:
        """Every statement of a number, what names it first."""
        return self.rows(
            StatementRow,
            """SELECT p.source, p.app, p.account, p.stated, p.name, p.rule, p.mentions, x.label, e.path, p.entry_id FROM person p
            JOIN entry e ON e.id = p.entry_id JOIN evidence v ON v.id = e.evidence_id JOIN exhibit x ON x.id = v.exhibit_id
            WHERE p.number = ? ORDER BY p.source, p.app, x.label, e.path, p.stated, p.name""",
            (number,),
        )

    def meetings(self, number: str) -> list[MeetingRow]:
        """The conversations of a person, the latest first: those with messages to or from it."""
        stated = self.rows(
            lambda *columns: columns,
            """SELECT DISTINCT app, stated, source = 'message.recipients' FROM person
            WHERE number = ? AND source LIKE 'message.%' AND stated IS NOT NULL""",
            (number,),
        )
        held: list[str] = []
        values: list[object] = []
        for app, text, addressed in stated[: _TOGETHER // 3]:
            column = "instr(', ' || m.recipients || ', ', ', ' || ? || ', ')" if addressed else "m.sender = ?"
            held.append(f"(m.app = ? AND ({column} OR m.thread = ?))")
            values += [app, text, text]
        if not held:
            return []
        return self.rows(
            MeetingRow,
            f"""SELECT m.app, m.account, m.thread, max(m.thread_name), count(*), {iso("max(m.sent_at)", "max(m.sent_at_local)")}
            FROM shown_message m WHERE {" OR ".join(held)} GROUP BY m.app, m.account, m.thread
            ORDER BY max(m.sent_at) DESC, m.app, m.thread""",
            values,
        )


def _listed(column: str) -> str:
    """The values of a column for the number `c.number`, each once, in order."""
    each = f"SELECT DISTINCT q.{column} AS one FROM person q WHERE q.number = c.number AND q.{column} IS NOT NULL ORDER BY one"
    return f"(SELECT group_concat(one, ', ') FROM ({each}))"


def _where(text: str) -> tuple[str, list[object]]:
    if not text:
        return "", []
    columns = ("number", "name", "app", "stated")
    held = " OR ".join(f"instr(lower(coalesce(p.{column}, '')), lower(?))" for column in columns)
    return f"WHERE {held}", [text] * len(columns)
