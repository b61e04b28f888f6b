"""`s4l-<user>.db` of Skype 8 and later: tables with one column of JSON each, whose names end in a version (mark A tables, B keys)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.formats import cells, json_values, markup
from triage.formats.media_kinds import kind_of
from triage.formats.times import sent, started
from triage.model import Account, Call, Contact, Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.formats.tables import Tables
    from triage.model import Record

_APP = "Skype"
_KINDS = {
    "RichText": "text", "Text": "text", "RichText/UriObject": "image", "RichText/Media_GenericFile": "document",
    "RichText/Media_Video": "video", "RichText/Media_AudioMsg": "audio", "RichText/Media_FlikMsg": "video",
    "RichText/Media_CallRecording": "video", "RichText/Contacts": "contact", "RichText/Location": "location", "Event/Call": "call",
    "RichText/Files": "document", "RichText/Html": "text", "RichText/Sms": "text", "RichText/Media_Card": "card",
    "PopCard": "card", "Poll": "poll",
}  # fmt: skip
_SYSTEM = ("ThreadActivity/", "Control/", "InviteFreeRelationshipChanged/", "Notice")
_MRI = re.compile(r"\A\d{1,2}:")


def parts(tables: Tables, space: str | None) -> Iterator[Iterator[Record]]:
    """What the file holds, part by part."""
    messages, chats = _newest(tables, "messagesv"), _newest(tables, "conversationsv")
    people, prefs = _newest(tables, "profilecachev"), "internaldata"
    if messages is None and chats is None:
        return
    own = _own(tables, prefs)
    names = {mri: _name(value) for _, value in _values(tables, people) if (mri := json_values.text(value, "mri"))}
    topics = {
        identity: json_values.text(value, "conv", "_threadProps", "topic") or names.get(identity)
        for _, value in _values(tables, chats)
        if (identity := json_values.text(value, "conv", "id"))
    }
    yield _accounts(tables, people, own, space)
    yield _contacts(tables, people, own, space)
    yield _messages(tables, messages, topics | {}, names, own, space)
    yield _calls(tables, own, space)


def _newest(tables: Tables, start: str) -> str | None:
    """The table of this name with the highest version."""
    found = [
        name
        for name in tables.schema
        if re.fullmatch(rf"{start}\d{{1,4}}", name) and tables.has(name, "nsp_pk", "nsp_data")
    ]
    return max(found, key=lambda name: int(name.removeprefix(start)), default=None)


def _values(tables: Tables, table: str | None) -> Iterator[tuple[str, object]]:
    """Key and JSON of each row, in the order of the keys; damaged JSON is None."""
    if table is not None and tables.has(table, "nsp_data"):
        for row in tables.rows(table, ("nsp_pk", "nsp_data"), order="nsp_pk"):
            yield str(row["nsp_pk"]), json_values.parsed(row["nsp_data"])


def _own(tables: Tables, table: str) -> str | None:
    """The owner's name: the preferences have it as `skypeName`."""
    values = (value for key, value in _values(tables, table) if "priv_prefs" in key)
    return next((found for value in values if (found := json_values.text(value, "value", "skypeName"))), None)


def _name(value: object) -> str | None:
    return json_values.text(value, "displayNameOverride") or json_values.text(value, "fullName")


def _bare(mri: str | None) -> str | None:
    """`8:live:name` is the person `live:name`; the number says of which network."""
    return _MRI.sub("", mri, count=1) if mri else None


def _accounts(tables: Tables, table: str | None, own: str | None, space: str | None) -> Iterator[Account]:
    for key, value in _values(tables, table):
        if own is not None and _bare(json_values.text(value, "mri")) == own:
            yield Account(
                where=f"{table}.nsp_pk={key}", app=_APP, account=own or space, identifier=own, name=_name(value),
            )  # fmt: skip


def _contacts(tables: Tables, table: str | None, own: str | None, space: str | None) -> Iterator[Contact]:
    for key, value in _values(tables, table):
        person = _bare(json_values.text(value, "mri"))
        if person is not None and person != own:
            phones = [
                found for each in json_values.members(value, "phones") if (found := json_values.text(each, "number"))
            ]
            yield Contact(
                where=f"{table}.nsp_pk={key}", app=_APP, account=own or space, identifier=person, name=_name(value),
                phone=", ".join(phones) or None, note=json_values.text(value, "mood"),
            )  # fmt: skip


def _messages(
    tables: Tables,
    table: str | None,
    topics: dict[str, str | None],
    names: dict[str, str | None],
    own: str | None,
    space: str | None,
) -> Iterator[Message]:
    for key, value in _values(tables, table):
        yield _message(f"{table}.nsp_pk={key}", value, topics, names, own=own, account=own or space)


def _message(
    where: str,
    value: object,
    topics: dict[str, str | None],
    names: dict[str, str | None],
    *,
    own: str | None,
    account: str | None,
) -> Message:
    mine = json_values.inside(value, "_isMyMessage")
    direction = "out" if mine is True or mine == 1 else "in" if mine is False or mine == 0 else "unknown"
    thread, creator = json_values.text(value, "conversationId"), json_values.text(value, "creator")
    content, kind = json_values.text(value, "content"), json_values.text(value, "messagetype")
    path = markup.attribute(content, "OriginalName", "v")
    gone = json_values.inside(value, "properties", "deletetime") is not None
    return Message(
        where=where,
        app=_APP,
        account=account,
        thread=thread,
        thread_name=topics.get(thread or "") or names.get(thread or ""),
        sender=_bare(creator),
        sender_name=names.get(creator or ""),
        recipients=(_bare(thread) if direction == "out" else own) if thread and thread[:2] == "8:" else None,
        direction=direction,
        **sent(json_values.inside(value, "createdTime"), "ms Unix"),
        body=markup.plain(content) if path is None else None,
        kind=kind_of(None, path) or _kind(kind),
        raw_kind=kind,
        attachment=path,
        attachment_size=cells.count(markup.attribute(content, "FileSize", "v")),
        identifier=json_values.text(value, "id") or json_values.text(value, "cuid"),
        edited_at=cells.unix_milliseconds(json_values.inside(value, "properties", "edittime")),
        deleted="revoked" if gone else None,
    )


def _kind(kind: str | None) -> str:
    if kind is None:
        return "unknown"
    return "system" if kind.startswith(_SYSTEM) else _KINDS.get(kind, f"unknown ({kind})")


def _calls(tables: Tables, own: str | None, space: str | None) -> Iterator[Call]:
    """Table calllogs; its keys are of a single published parser (mark C)."""
    for key, value in _values(tables, "calllogs"):
        log = json_values.inside(value, "call") or value
        way = json_values.text(log, "callDirection")
        direction = {"Incoming": "in", "Outgoing": "out"}.get((way or "").capitalize(), "unknown")
        side = "originator" if direction == "in" else "target"
        state = json_values.text(log, "callState")
        yield Call(
            where=f"calllogs.nsp_pk={key}",
            app=_APP,
            account=own or space,
            party=_bare(json_values.text(log, side)),
            direction=direction,
            **started(json_values.inside(log, "startTime"), "ms Unix"),
            outcome={"accepted": "answered", "missed": "missed", "declined": "rejected"}.get((state or "").lower()),
            raw_kind=state,
            identifier=json_values.text(log, "callId"),
        )
