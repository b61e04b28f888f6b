"""`EnMicroMsg.db` of WeChat on Android, deciphered: message, rcontact, chatroom, userinfo (mark B; userinfo mark C)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.formats import cells, codes
from triage.formats.sqlite import stored_in
from triage.formats.tables import Join
from triage.formats.times import sent
from triage.formats.wechat.codes import KINDS, authored, body, place
from triage.model import Account, Contact, Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.formats.tables import Tables
    from triage.model import Record

_APP = "WeChat"
_MESSAGE = ("msgId", "msgSvrId", "type", "status", "isSend", "createTime", "talker", "content", "imgPath")
_TALKER = Join("rcontact", "username", "talker", ("conRemark", "nickname"))
_NAME, _IDENTIFIER, _NICK, _PHONE = "value", 2, 4, 6  # ids of userinfo
_FILES = {3: "image2", 34: "voice2", 43: "video", 62: "video"}


def parts(tables: Tables, space: str | None) -> Iterator[Iterator[Record]]:
    """What the file holds, part by part."""
    own = {cells.integer(key): cells.text(row[_NAME]) for key, row in tables.lookup("userinfo", "id", _NAME).items()}
    account = own.get(_IDENTIFIER) or space
    if own.get(_IDENTIFIER):
        yield iter((
            Account(
                where=f"userinfo.id={_IDENTIFIER}", app=_APP, account=account, identifier=own[_IDENTIFIER], name=own.get(_NICK),
                phone=own.get(_PHONE),
            ),
        ))  # fmt: skip
    if tables.has("rcontact", "username"):
        yield _contacts(tables, account)
    if tables.has("message", "msgId"):
        yield _messages(tables, account)


def _contacts(tables: Tables, account: str | None) -> Iterator[Contact]:
    for row in tables.rows("rcontact", ("username", "alias", "conRemark", "nickname", "type"), order="username"):
        yield Contact(
            where=stored_in("rcontact", row, "username"),
            app=_APP,
            account=account,
            identifier=cells.text(row["username"]),
            name=cells.text(row["conRemark"]) or cells.text(row["nickname"]),
            note=cells.text(row["alias"]),
        )


def _messages(tables: Tables, account: str | None) -> Iterator[Message]:
    names = {
        cells.text(key): cells.text(row["conRemark"]) or cells.text(row["nickname"])
        for key, row in tables.lookup("rcontact", "username", "conRemark", "nickname").items()
    }
    for row in tables.rows("message", _MESSAGE, (_TALKER,), order="msgId"):
        yield _message(row, names, account)


def _message(row: sqlite3.Row, names: dict[str | None, str | None], account: str | None) -> Message:
    direction = codes.direction(row["isSend"])
    kind, talker = cells.integer(row["type"]), cells.text(row["talker"])
    author, content = authored(cells.text(row["content"]), talker, direction)
    latitude, longitude = place(kind, content)
    path = cells.text(row["imgPath"])
    return Message(
        where=stored_in("message", row, "msgId"),
        app=_APP,
        account=account,
        thread=talker,
        thread_name=cells.text(row["rcontact.conRemark"]) or cells.text(row["rcontact.nickname"]),
        sender=author if direction == "in" else account if direction == "out" else None,
        sender_name=names.get(author) if direction == "in" else None,
        recipients=talker if direction == "out" else None,
        direction=direction,
        **sent(row["createTime"], "ms Unix"),
        body=body(kind, content),
        kind=codes.kind(kind, KINDS),
        raw_kind=cells.text(row["type"]),
        attachment=path.removeprefix("THUMBNAIL_DIRPATH://") if path and kind in _FILES else None,
        latitude=latitude,
        longitude=longitude,
        identifier=cells.text(row["msgSvrId"]),
        deleted="revoked" if kind == 10002 else None,
    )
