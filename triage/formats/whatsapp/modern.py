"""Messages of the modern schema of `msgstore.db`: table `message`, since about 2021 (mark A schema, B rules, C rare codes)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from triage.formats import cells, vcards
from triage.formats.sqlite import select
from triage.formats.whatsapp import codes
from triage.formats.whatsapp.companions import Companions
from triage.model import Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.formats.sqlite import View
    from triage.formats.whatsapp.people import People
    from triage.model import Problem, Stamp

    Schema = dict[str, frozenset[str]]

_MESSAGE = (
    "_id", "chat_row_id", "from_me", "key_id", "sender_jid_row_id", "timestamp", "message_type", "text_data", "starred",
    "received_timestamp", "origination_flags",
)  # fmt: skip
_FORWARDED = 1  # bit of origination_flags


def is_modern(schema: Schema) -> bool:
    """Whether table `message` is the one that is read here."""
    return {"_id", "chat_row_id"} <= schema.get("message", frozenset())


def read_messages(
    database: View, schema: Schema, people: People, *, app: str, account: str | None, stage: str
) -> Iterator[Message | Problem]:
    """One `Message` per row of `message`, in order; the sentinel row is none."""
    maker = _Maker(database, schema, people, app, account)
    columns = select("message", _MESSAGE, schema["message"])
    for row in database.rows(f"SELECT {columns} FROM message ORDER BY message._id"):  # noqa: S608  # names are constants
        if row[3] != codes.SENTINEL:
            yield maker.message(row)
    yield from maker.companions.problems(stage)


class _Maker:
    """Makes a `Message` of a row and what stands beside it."""

    def __init__(self, database: View, schema: Schema, people: People, app: str, account: str | None) -> None:
        self.companions = beside = Companions(database, schema)
        self._people, self._app, self._account = people, app, account
        self._cleared = _cleared(database, schema)
        self._threads: dict[object, tuple[str | None, str | None]] = {}
        tables = (
            (beside.location, _place), (beside.media, _media), (beside.quoted, _quote), (beside.edited, _edit),
            (beside.ephemeral, _timer),
        )  # fmt: skip
        self._told = tuple((table, told) for table, told in tables if table)

    def message(self, row: sqlite3.Row) -> Message:
        number, chat, from_me, key, stated, at, kind, text, starred, received, flags = row
        number = number if isinstance(number, int) else 0
        kind = kind if isinstance(kind, int) else cells.integer(kind)
        way = "unknown" if kind == codes.SYSTEM else codes.direction(from_me)  # nobody sent what the app itself says
        thread, subject = self._thread(chat)
        beside = self._beside(number)
        told = beside.pop("body", None)
        delivered, read = self._receipts(number, received, way)
        viewed = kind in codes.VIEW_ONCE or self.companions.view_once.first(number) is not None
        return Message(
            where=f"message._id={number}",
            app=self._app,
            account=self._account,
            deleted=self._gone(kind, number, chat, starred),
            thread=thread,
            thread_name=subject,
            sender=codes.sender(self._people.address(stated), thread, way) if way == "in" else None,
            recipients=self._recipients(kind, number, thread, way),
            direction=way,
            sent_at=cells.unix_milliseconds(at),
            body=cells.written(text) or told or self._body(kind, number),
            kind=codes.kind_word(kind),
            raw_kind=self._raw_kind(kind, number),
            identifier=cells.text(key),
            received_at=delivered,
            read_at=read,
            forwarded=self._forwarded(number, flags),
            view_once=viewed or None,
            raw_time=cells.raw_time(at, "ms Unix"),
            **beside,
        )

    def _thread(self, chat: object) -> tuple[str | None, str | None]:
        """The identity and the subject of a chat: asked for every message, looked up once."""
        found = self._threads.get(chat)
        if found is None:
            found = self._threads[chat] = self._people.chat(chat)
        return found

    def _beside(self, number: int) -> dict[str, Any]:
        """The fields that companion tables have for a message; of two that have a text the later one counts."""
        found: dict[str, Any] = {}
        for table, told in self._told:
            row = table.first(number)
            if row is not None:
                found |= told(row)
        return found

    def _receipts(self, number: int, received: object, way: str) -> tuple[Stamp | None, Stamp | None]:
        """Of a sent message the first time another one received and read it; of a received one when the phone got it."""
        if way != "out":
            return (cells.unix_milliseconds(received) if way == "in" else None), None
        rows = self.companions.receipts.of(number)
        return (_earliest(rows, 1), _earliest(rows, 2)) if rows else (None, None)

    def _recipients(self, kind: int | None, number: int, thread: str | None, way: str) -> str | None:
        """Between two people the other one; of a system message those it speaks of."""
        if kind == codes.SYSTEM:
            parties = [self._people.address(row[1]) for row in self.companions.participants.of(number)]
            return ", ".join(each for each in parties if each) or None
        return thread if way == "out" and codes.is_person(thread) else None

    def _body(self, kind: int | None, number: int) -> str | None:
        if kind in {4, 14}:
            return vcards.shown(row[1] for row in self.companions.vcard.of(number))
        invite = self.companions.invite.first(number)
        return cells.text(invite[1]) if invite else None

    def _raw_kind(self, kind: int | None, number: int) -> str | None:
        if kind != codes.SYSTEM:
            return None if kind is None else str(kind)
        system = self.companions.system.first(number)
        action = cells.integer(system[1]) if system else None
        return str(kind) if action is None else f"{kind} action {action}"

    def _forwarded(self, number: int, flags: object) -> bool | None:
        if isinstance(flags, int) and flags & _FORWARDED:
            return True
        score = self.companions.forwarded.first(number)
        return bool(cells.integer(score[1])) or None if score else None

    def _gone(self, kind: int | None, number: int, chat: object, starred: object) -> str | None:
        """Revoked: deleted for everyone. Cleared: the user emptied the chat, and the row is not purged yet."""
        if kind in codes.REVOKED:
            return "revoked"
        if not self._cleared:
            return None
        plain, marked = self._cleared.get(chat, (-1, -1))
        return "cleared" if number <= (marked if starred == 1 else plain) else None


def _media(row: sqlite3.Row) -> dict[str, Any]:
    _, path, size, length, name, digest, caption = row
    found: dict[str, Any] = {
        "attachment": cells.text(path) or cells.text(name),
        "attachment_size": cells.count(size) or cells.count(length),
        "attachment_sha256": cells.base64_digest(digest),
    }
    if said := cells.written(caption):
        found["body"] = said
    return found


def _place(row: sqlite3.Row) -> dict[str, Any]:
    latitude, longitude = cells.coordinates(row[1], row[2])
    found: dict[str, Any] = {"latitude": latitude, "longitude": longitude}
    if named := ", ".join(each for each in (cells.text(row[3]), cells.text(row[4])) if each):
        found["body"] = named
    return found


def _quote(row: sqlite3.Row) -> dict[str, Any]:
    return {"quoted": cells.text(row[1]), "quoted_body": cells.written(row[2])}


def _edit(row: sqlite3.Row) -> dict[str, Any]:
    return {"edited_at": cells.unix_milliseconds(row[1]) or cells.unix_milliseconds(row[2])}


def _timer(row: sqlite3.Row) -> dict[str, Any]:
    return {"expires_at": cells.unix_milliseconds(row[1])}


def _earliest(rows: list[sqlite3.Row], column: int) -> Stamp | None:
    stamps = [found for row in rows if (found := cells.unix_milliseconds(row[column]))]
    return min(stamps, key=lambda stamp: stamp.ns, default=None)


def _cleared(database: View, schema: Schema) -> dict[object, tuple[int, int]]:
    """Per chat the last row that a pending job hides, of plain and of starred messages (mark A: the app's own view)."""
    if "chat_row_id" not in schema.get("deleted_chat_job", ()):
        return {}
    wanted = ("chat_row_id", "deleted_message_row_id", "deleted_starred_message_row_id")
    columns = select("deleted_chat_job", wanted, schema["deleted_chat_job"])
    bounds: dict[object, tuple[int, int]] = {}
    for row in database.rows(f"SELECT {columns} FROM deleted_chat_job"):  # noqa: S608  # names are constants
        plain, starred = bounds.get(row[0], (0, 0))
        bounds[row[0]] = max(plain, cells.integer(row[1]) or 0), max(starred, cells.integer(row[2]) or 0)
    return bounds
