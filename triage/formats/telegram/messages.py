"""Messages as the Android client stores them: a TL object per row, of whatever layer was in use when it was written.

The order of fields is that of the published layers (mark B); a result counts only where its date is that of the row. An object
of a number that is not known is read by the row's own date, behind which the text stands in every layer: such a record says
so. The client appends the path of a file it sent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import EvidenceError
from triage.formats.telegram.media import Media, read_media
from triage.formats.telegram.tl import Reader

if TYPE_CHECKING:
    from collections.abc import Callable

_TWO_WORDS = frozenset({
    0x95EF6F2B, 0x3AE56482, 0x9CB490E9, 0xB92F76CF, 0x9815CEC8, 0xEABCDD4D, 0x96FDBBE9, 0x94345242, 0xBDE09C2E, 0x2357BF25,
})  # fmt: skip
_ONE_WORD = frozenset({0xA66C7EFC, 0x1E4C8A69, 0x76BEC211, 0x38116EE0, 0x85D6CBE2, 0xBCE383D2, 0x58AE39C9, 0xF52E6B7F})
_SERVICE = frozenset({
    0x7A800E0A, 0xD3D28540, 0x2B085862, 0x286FA604, 0x9E19A1F6, 0xC06B9607, 0x1D86F70E, 0x9F8D60BB,
})  # fmt: skip
_SHORT_BOT = frozenset({0xBCE383D2, 0x58AE39C9, 0xF52E6B7F})  # layers with ids of 32 bits
_ACTIONS = {
    0x80E11A7F: "call", 0x4792929B: "screenshot taken", 0x9FBAB604: "history cleared", 0x3C134D7B: "timer changed",
    0xAA1AFBFD: "timer changed", 0x94BD38ED: "message pinned", 0x15CEFD00: "members added", 0x488A7337: "members added",
    0xA43F30CC: "member removed", 0xB2AE9B0C: "member removed", 0xBD47CBAD: "group created", 0xA6638B9A: "group created",
    0xB5A1CE5A: "title changed", 0x7FCB13A8: "picture changed", 0x031224C3: "joined by link", 0xF89CF5E8: "joined by link",
    0x95D2AC92: "channel created", 0xF3F25F76: "contact joined",
}  # fmt: skip
_CALL = 0x80E11A7F
_REASONS = {0x85E42301: "missed", 0xE095C1A0: "disconnected", 0x57ADC690: "hung up", 0xFAF7E8C9: "busy"}
_FORWARDS = {0x4E4DF4BB, 0x5F777DCE}
_REPLIES = {0xAFBC09DB, 0x6917560B}
_OLD_REPLY = 0xA6D57763
_STORY, _OLD_STORY = 0x0E5AF939, 0x9C98BFC1
_PATH = re.compile(rb"(/(?:storage|data|sdcard|mnt)/[ -~\x80-\xff]{3,500}?)\0{0,3}\Z")


@dataclass(slots=True)
class Body:
    """What an object says. `assumed` is set where it was not read field by field; ids are dialog numbers."""

    number: int
    sender: int | None = None
    text: str | None = None
    action: str | None = None
    media: Media | None = None
    quoted: int | None = None
    quoted_text: str | None = None
    forwarded: bool = False
    edited: int | None = None
    call: tuple[int, bool, str | None, int | None] | None = None  # id, video, why it ended, seconds
    path: str | None = None
    assumed: str | None = None


def read_body(data: bytes, mid: int | None, date: int | None) -> Body | None:
    """The object in a row whose own columns are `mid` and `date`; None where neither fields nor text can be had."""
    if len(data) < 8:
        return None
    number = int.from_bytes(data[:4], "little")
    body = _read(data, number, mid, date)
    if body is None:
        body = _by_date(data, number, date)
    if body is not None and (found := _PATH.search(data)):
        body.path = found[1].decode("utf-8", "backslashreplace")
    return body


def _read(data: bytes, number: int, mid: int | None, date: int | None) -> Body | None:
    """Field by field; None where the layer is not known, or where identifier or date are not those of the row."""
    read = _message if number in _TWO_WORDS | _ONE_WORD else _service if number in _SERVICE else None
    if read is None:
        return None
    body = Body(number)
    try:
        stated = read(Reader(data, 4), body)
    except EvidenceError:
        return None
    fits = (mid is None or stated[0] == mid) and (date is None or stated[1] == date)
    return body if fits else None


def _message(reader: Reader, body: Body) -> tuple[int, int]:
    flags = reader.word()
    more = reader.word() if body.number in _TWO_WORDS else 0
    short = body.number in _SHORT_BOT
    identifier = reader.integer()
    body.sender = reader.peer() if flags & 1 << 8 else None
    if flags & 1 << 29 and body.number in _TWO_WORDS:
        reader.integer()
    reader.peer()
    if flags & 1 << 28 and not short:
        reader.peer()
    _forward(reader, flags, body)
    for present, size in ((flags & 1 << 11, 4 if short else 8), (more & 1, 8)):
        reader.at += size if present else 0
    if flags & 1 << 3:
        _reply(reader, body)
    date = reader.integer()
    body.text = reader.text() or None
    if flags & 1 << 9:
        body.media = read_media(reader)
    return identifier, date


def _service(reader: Reader, body: Body) -> tuple[int, int]:
    flags = reader.word()
    identifier = reader.integer()
    body.sender = reader.peer() if flags & 1 << 8 else None
    reader.peer()
    if flags & 1 << 28:
        reader.peer()
    if flags & 1 << 3:
        _reply(reader, body)
    date = reader.integer()
    action = reader.word()
    body.action = _ACTIONS.get(action, f"unknown ({action:08x})")
    if action == _CALL:
        body.call = _phone_call(reader)
    return identifier, date


def _phone_call(reader: Reader) -> tuple[int, bool, str | None, int | None]:
    flags = reader.word()
    identifier = reader.long()
    reason = reader.word() if flags & 1 else None
    seconds = reader.integer() if flags & 2 else None
    ended = None if reason is None else _REASONS.get(reason, f"unknown ({reason:08x})")
    return identifier, bool(flags & 4), ended, seconds


def _forward(reader: Reader, flags: int, body: Body) -> None:
    if not flags & 1 << 2:
        return
    body.forwarded = True
    if reader.word() not in _FORWARDS:
        raise _unknown(reader)
    inner = reader.word()
    steps: tuple[tuple[int, Callable[[], object]], ...] = (
        (0, reader.peer), (5, reader.text), (-1, reader.integer), (2, reader.integer), (3, reader.text), (4, reader.peer),
        (4, reader.integer), (8, reader.peer), (9, reader.text), (10, reader.integer), (6, reader.text),
    )  # fmt: skip
    for bit, read in steps:
        if bit < 0 or inner & 1 << bit:
            read()


def _reply(reader: Reader, body: Body) -> None:
    """What is answered; media inside a reply end the reading, for what follows cannot be found."""
    number = reader.word()
    if number == _STORY:
        reader.peer()
        reader.integer()
    elif number == _OLD_STORY:
        reader.at += 12
    elif number == _OLD_REPLY:
        _old_reply(reader, body)
    elif number in _REPLIES:
        _new_reply(reader, body)
    else:
        raise _unknown(reader)


def _old_reply(reader: Reader, body: Body) -> None:
    flags = reader.word()
    body.quoted = reader.integer()
    if flags & 1:
        reader.peer()
    reader.at += 4 if flags & 2 else 0


def _new_reply(reader: Reader, body: Body) -> None:
    flags = reader.word()
    if flags & 1 << 4:
        body.quoted = reader.integer()
    if flags & 1:
        reader.peer()
    if flags & 1 << 5:
        _forward(reader, 1 << 2, Body(0))
    if flags & (1 << 8 | 1 << 7):
        raise _unknown(reader)
    reader.at += 4 if flags & 2 else 0
    if flags & 1 << 6:
        body.quoted_text = reader.text() or None
    reader.at += 4 if flags & 1 << 10 else 0


def _unknown(reader: Reader) -> EvidenceError:
    return EvidenceError(f"an object that is not read, before byte {reader.at}")


def _by_date(data: bytes, number: int, date: int | None) -> Body | None:
    """The string behind the four bytes of the row's date: the text of a message in every layer (mark B)."""
    if not date or not 0 < date < 1 << 31:
        return None
    mark = date.to_bytes(4, "little")
    at = data.find(mark, 8)
    while at >= 0:
        try:
            raw = Reader(data, at + 4).raw()
            text = raw.decode()
        except (EvidenceError, UnicodeDecodeError):
            at = data.find(mark, at + 1)
            continue
        assumed = f"TL constructor {number:08x} is not known: the text is what follows the row's date"
        return Body(number, text=text or None, assumed=assumed)
    return None
