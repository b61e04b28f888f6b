"""Whose Telegram it is: `userconfing.xml` and `userconfig1.xml` to 3 of the Android client; `user` is a TL object in Base64 (mark A)."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, ClassVar

from triage.errors import EvidenceError, LimitReached
from triage.formats.shared_prefs import MOST_BYTES, preferences
from triage.formats.spaces import space_of
from triage.formats.telegram.tl import Reader
from triage.model import Account, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Record

_NAME = re.compile(r".*userconf(?:ing|ig(\d))\.xml", re.IGNORECASE)
_SHORT = frozenset({0x938458C1, 0x2E13F4C3, 0xD10D979A})  # layers with ids of 32 bits
_PHONE = re.compile(r"\+?\d{5,16}")


class TelegramOwner:
    """At most one `Account` per file."""

    name: ClassVar[str] = "telegram-owner"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Telegram owner"
    describes: ClassVar[str] = "The owner's number, name, user name and identifier in each slot of the Android client"
    limitations: ClassVar[tuple[str, ...]] = (
        "Whether a passcode is set is not told; keys of sessions are not read.",
        "A user of a layer whose fields do not fit is a problem that names its number.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Account,)

    def wants(self, item: Item) -> bool:
        """A file of one of the names."""
        return _NAME.fullmatch(item.entry.name) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The owner, then what went wrong."""
        if item.digests.length > MOST_BYTES:
            raise LimitReached(f"more than {MOST_BYTES} bytes of preferences are not read")
        stream = item.open()
        try:
            values, error = preferences(stream.read())
        finally:
            stream.close()
        if stored := values.get("user"):
            yield _account(stored, item)
        if error is not None:
            yield Problem(kind=error.kind, stage=self.name, message=str(error))


def _account(stored: str, item: Item) -> Account | Problem:
    try:
        data = base64.b64decode("".join(stored.split()))
        number, identifier, names = _user(data)
    except (binascii.Error, ValueError, EvidenceError):
        return Problem(kind="malformed", stage=TelegramOwner.name, message="the owner's object cannot be read")
    if names is None:
        message = f"the owner is an object of TL constructor {number:08x}, whose fields do not fit"
        return Problem(kind="unsupported", stage=TelegramOwner.name, message=message)
    first, last, user_name, phone = names
    slot = _NAME.fullmatch(item.entry.name)
    name = " ".join(each for each in (first, last) if each)
    return Account(
        where="user",
        app="Telegram",
        account=", ".join(filter(None, (space_of(item.entry.path), f"account {slot[1]}" if slot and slot[1] else None)))
        or None,
        identifier=str(identifier),
        name=f"{name} (@{user_name})" if user_name else name or None,
        service="Telegram",
        phone=f"+{phone.lstrip('+')}" if phone else None,
    )


def _user(data: bytes) -> tuple[int, int, tuple[str, str, str, str] | None]:
    """Number, identifier and names; newer layers have a second word of flags, older ones ids of 32 bits. The phone tells which fits."""
    number = Reader(data).word()
    for words, short in ((1, number in _SHORT), (2, False), (1, False), (1, True)):
        reader = Reader(data, 4)
        try:
            flags = reader.word()
            reader.at += 4 * (words - 1)
            identifier = reader.integer() if short else reader.long()
            reader.at += 8 * (flags & 1)
            first, last, user_name, phone = (reader.text() if flags & 1 << bit else "" for bit in (1, 2, 3, 4))
        except EvidenceError:
            continue
        if identifier > 0 and (
            _PHONE.fullmatch(phone) if flags & 1 << 4 else not flags & 1 << 4 and first.isprintable()
        ):
            return number, identifier, (first, last, user_name, phone)
    return number, 0, None
