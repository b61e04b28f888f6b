"""Telegram and its forks on Android: `cache4.db` (mark B tables, mark A for the columns of a public sample).

Written by org.telegram.messenger and others into files/ (account 0) and files/account1 to 3. Date, direction and dialog are in
columns, everything else in a TL object of the layer that was in use (`formats.telegram.messages`). The schema is probed;
user_version rises with every build and says nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, tables
from triage.formats.spaces import space_of
from triage.formats.sqlite import kept, unrecognised
from triage.formats.telegram.messages import Body, read_body
from triage.model import Call, Contact, Message, Problem

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.formats.tables import Tables
    from triage.model import Record

_NAME = re.compile(r"cache4.*\.db\Z", re.IGNORECASE)
_SIGN = b"messages_v2"
_SLOT = re.compile(r"/account(\d)/")
_SECRET = 1 << 62  # dialogs of secret chats have this bit, the number of the chat below it
_MESSAGES = ("messages_v2", "messages")
_MEDIA = ("media_v4", "media_v3", "media_v2")
_SCHEDULED = ("scheduled_messages_v2", "scheduled_messages")
_ROW = ("mid", "uid", "date", "out", "data", "send_state")
ONLY_IN_MEDIA, ONLY_NOTIFIED = "left in media list", "left in notifications"


class TelegramAndroid:
    """One `Message` per row of the message table, of scheduled messages, of media list and unread notifications alone; calls; contacts."""

    name: ClassVar[str] = "telegram-android"
    version: ClassVar[str] = "2"
    title: ClassVar[str] = "Telegram on Android"
    describes: ClassVar[str] = (
        "Chats, groups, channels, secret chats, media names, places, replies, forwards, calls, the uploaded address book, messages to be sent later"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Objects of a layer that is not known are read by the row's date: `assumed` says so, and the number of the object is in raw_kind.",
        "Reactions, edits, polls' votes and topics inside the objects are not read.",
        "Pictures are tied to their file by the name the client caches them under, which differs between builds.",
        "The client overwrites what it deletes: only the log, the media list and notifications keep it.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Message, Call, Contact)

    def wants(self, item: Item) -> bool:
        """cache4*.db, or a database whose head shows the message table of Telegram."""
        return is_database(item.mime) and (_NAME.match(item.entry.name) is not None or _SIGN in item.head)

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Messages, what the media list and notifications alone have, contacts."""
        path = item.entry.path
        slot = _SLOT.search(path)
        account = ", ".join(filter(None, (space_of(path), f"account {slot[1]}" if slot else None))) or None
        return tables.read(item, self.name, partial(_read, account=account))


def _read(found: Tables, account: str | None) -> Iterator[Record | Problem]:
    stage = TelegramAndroid.name
    table = found.first(*_MESSAGES)
    if table is None or not found.has(table, "mid"):
        yield unrecognised("Telegram", stage, found.schema)
        return
    names = _Names()
    yield from kept(stage, names.read(found))
    reader = _Reader(found, names, account)
    yield from kept(stage, reader.messages(table))
    for media in _MEDIA:
        yield from kept(stage, reader.left(media, table))
    yield from kept(stage, reader.notified(table))
    for scheduled in _SCHEDULED:
        yield from kept(stage, reader.scheduled(scheduled))
    yield from kept(stage, _contacts(found, account))
    yield from reader.problems(stage)


class _Names:
    """Names of people and groups by dialog number, and the person behind a secret chat."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._secret: dict[int, int] = {}

    def read(self, found: Tables) -> Iterator[Problem]:
        for table, sign in (("users", 1), ("chats", -1)):
            for row in found.rows(table, ("uid", "name")):
                number, name = cells.integer(row[0]), cells.text(row[1])
                if number and name:
                    self._names[sign * abs(number) if sign < 0 else number] = name.partition(";;;")[0].strip() or name
        for row in found.rows("enc_chats", ("uid", "user")):
            number, user = cells.integer(row[0]), cells.integer(row[1])
            if number is not None and user:
                self._secret[number & 0xFFFFFFFF] = user
        yield from ()

    def of(self, dialog: int | None) -> str | None:
        return None if dialog is None else self._names.get(self.person(dialog))

    def person(self, dialog: int) -> int:
        """The person of a secret chat; other dialogs are what they are."""
        return self._secret.get(dialog & 0xFFFFFFFF, dialog) if is_secret(dialog) else dialog


def is_secret(dialog: int) -> bool:
    """Whether a dialog is a secret chat: bit 62 is set, or in older builds the number is in the upper half."""
    return dialog > 0 and (bool(dialog & _SECRET) or dialog >> 32 > 1 << 20)


class _Reader:
    """Makes records of rows; counts the objects that had to be read by their date."""

    def __init__(self, found: Tables, names: _Names, account: str | None) -> None:
        self._found, self._names, self._account = found, names, account
        self._unknown: dict[int, int] = {}

    def messages(self, table: str) -> Iterator[Message | Call]:
        order = "rowid" if self._found.has(table, "uid") else "mid"
        for row in self._found.rows(table, _ROW, order=order):
            yield from self._records(row, f"{table}.mid={row['mid']} uid={row['uid']}", None)

    def left(self, media: str, table: str) -> Iterator[Message | Call]:
        """Rows of the media list whose message is gone."""
        if not (self._found.has(media, "mid", "uid", "data") and self._found.has(table, "mid", "uid")):
            return
        sql = f"""SELECT l.mid AS mid, l.uid AS uid, {"l.date" if self._found.has(media, "date") else "NULL"} AS date, NULL AS out,
            l.data AS data, NULL AS send_state FROM {media} l LEFT JOIN {table} m ON m.mid = l.mid AND m.uid = l.uid
            WHERE m.mid IS NULL ORDER BY l.uid, l.mid"""  # noqa: S608  # names are constants
        for row in self._found.database.rows(sql):
            yield from self._records(row, f"{media}.mid={row['mid']} uid={row['uid']}", ONLY_IN_MEDIA)

    def notified(self, table: str) -> Iterator[Message]:
        """Unread notifications keep text and sender in clear."""
        wanted = ("uid", "mid", "date", "fm", "name", "uname")
        known = self._found.has(table, "mid", "uid")
        sql = f"SELECT 1 FROM {table} WHERE mid = ? AND uid = ?"  # noqa: S608  # a constant
        for row in self._found.rows("unread_push_messages", wanted):
            mid, uid = cells.integer(row["mid"]), cells.integer(row["uid"])
            if known and mid and next(self._found.database.rows(sql, (mid, uid)), None) is not None:
                continue
            yield Message(
                where=f"unread_push_messages.uid={uid} mid={mid}",
                app="Telegram",
                account=self._account,
                deleted=ONLY_NOTIFIED,
                thread=cells.text(row["uid"]),
                thread_name=self._names.of(uid),
                sender_name=cells.text(row["name"]) or cells.text(row["uname"]),
                direction="in",
                sent_at=cells.unix_seconds(row["date"]),
                body=cells.text(row["fm"]),
                identifier=str(mid) if mid else None,
                raw_time=cells.raw_time(row["date"], "s Unix"),
            )

    def scheduled(self, table: str) -> Iterator[Message]:
        """What the owner wrote to be sent later; `sent_at` is when that was to be."""
        for row in self._found.rows(table, _ROW, order="mid" if self._found.has(table, "mid") else ""):
            for found in self._records(row, f"{table}.mid={row['mid']} uid={row['uid']}", None):
                if isinstance(found, Message):
                    yield replace(found, kind="outbox", direction="out", sender=None, sender_name=None)

    def problems(self, stage: str) -> Iterator[Problem]:
        for number, count in sorted(self._unknown.items()):
            message = (
                f"{count} objects of TL constructor {number:08x}, which is not known, were read by their date alone"
            )
            yield Problem(kind="unsupported", stage=stage, message=message)

    def _records(self, row: sqlite3.Row, where: str, gone: str | None) -> Iterator[Message | Call]:
        data = row["data"]
        mid, date, dialog = (cells.integer(row[name]) for name in ("mid", "date", "uid"))
        body = read_body(data, mid, date) if isinstance(data, bytes) else None
        if isinstance(data, bytes) and (body is None or body.assumed):
            number = int.from_bytes(data[:4], "little")
            self._unknown[number] = self._unknown.get(number, 0) + 1
        message = self._message(row, where, gone, body or Body(0), dialog)
        yield message
        if body is not None and body.call is not None:
            yield _call(message, body.call)

    def _message(self, row: sqlite3.Row, where: str, gone: str | None, body: Body, dialog: int | None) -> Message:
        way = {0: "in", 1: "out"}.get(cells.integer(row["out"]), "unknown")  # type: ignore[arg-type]  # None is no key
        sender = self._sender(body, dialog) if way != "out" else None
        media = body.media
        return Message(
            where=where,
            app="Telegram",
            account=self._account,
            deleted=gone,
            thread=None if dialog is None else str(dialog),
            thread_name=self._names.of(dialog),
            sender=None if sender is None else str(sender),
            sender_name=self._names.of(sender),
            recipients=str(self._names.person(dialog)) if way == "out" and dialog is not None and dialog > 0 else None,
            direction=way,
            sent_at=cells.unix_seconds(row["date"]),
            body=body.text or (media and media.text) or body.action,
            kind="system" if body.action else media.kind if media else "text",
            raw_kind=f"{body.number:08x}" + (f" media {media.number:08x}" if media else ""),
            attachment=body.path or (media and media.name),
            attachment_size=media and media.size,
            latitude=media and cells.coordinates(media.latitude, media.longitude)[0],
            longitude=media and cells.coordinates(media.latitude, media.longitude)[1],
            identifier=cells.text(row["mid"]),
            quoted=None if body.quoted is None else str(body.quoted),
            quoted_body=body.quoted_text,
            forwarded=body.forwarded or None,
            raw_time=cells.raw_time(row["date"], "s Unix"),
            assumed=body.assumed,
        )

    def _sender(self, body: Body, dialog: int | None) -> int | None:
        """Between two people the other one; a channel posts as itself."""
        if body.sender is not None or dialog is None:
            return body.sender
        return self._names.person(dialog) if not body.assumed or dialog > 0 else None


def _call(message: Message, call: tuple[int, bool, str | None, int | None]) -> Call:
    identifier, video, ended, seconds = call
    return Call(
        where=message.where,
        app=message.app,
        account=message.account,
        deleted=message.deleted,
        party=message.recipients if message.direction == "out" else message.sender,
        party_name=message.thread_name,
        direction=message.direction,
        started_at=message.sent_at,
        duration_s=None if seconds is None else float(seconds),
        kind="video" if video else "voice",
        outcome="answered" if seconds else ended,
        raw_kind=ended,
        identifier=str(identifier),
        raw_time=message.raw_time,
    )


def _contacts(found: Tables, account: str | None) -> Iterator[Contact]:
    """The address book of the device as it was uploaded: names in one table, numbers in another, joined by a key."""
    phones = found.grouped("user_phones_v7", "key", "phone", "sphone")
    for row in found.rows("user_contacts_v7", ("key", "uid", "fname", "sname")):
        name = " ".join(each for each in (cells.text(row["fname"]), cells.text(row["sname"])) if each)
        numbers = [number for each in phones.get(row["key"], ()) if (number := cells.text(each["phone"]))]
        yield Contact(
            where=f"user_contacts_v7.key={row['key']}",
            app="Telegram",
            account=account,
            identifier=cells.text(row["uid"]),
            name=name or None,
            phone=", ".join(numbers) or None,
        )
