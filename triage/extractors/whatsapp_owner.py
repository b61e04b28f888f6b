"""Whose WhatsApp it is: the preferences of the app on Android, the group's property list on iOS (mark A for the keys on Android, C on iOS)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.errors import LimitReached, Malformed
from triage.formats.app_paths import owner
from triage.formats.plist import MOST_BYTES, loaded
from triage.formats.shared_prefs import preferences
from triage.model import Account, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from triage.content import Item
    from triage.model import Record

_ANDROID = re.compile(
    r"com\.whatsapp(\.w4b)?_preferences(_light)?\.xml|registration\.RegisterPhone\.xml|startup_prefs\.xml"
)
_APPLE = re.compile(r"group\.net\.whatsapp\.WhatsApp(SMB)?\.shared\.plist")
_BUSINESS = re.compile(r"w4b|WhatsAppSMB")


class WhatsAppOwner:
    """At most one `Account` per file; nothing where the file names no owner."""

    name: ClassVar[str] = "whatsapp-owner"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "WhatsApp owner"
    describes: ClassVar[str] = (
        "The owner's identity, number, own name and status text, as the app's preferences have them"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "A phone keeps these in several files that may differ: one record per file.",
        "Linked devices and keys are not read.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Account,)

    def wants(self, item: Item) -> bool:
        """A file of one of the names."""
        return bool(_ANDROID.fullmatch(item.entry.name) or _APPLE.fullmatch(item.entry.name))

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The owner, then what went wrong."""
        data = _content(item)
        problem: Problem | None = None
        values: Mapping[str, object]
        if item.entry.name.endswith(".xml"):
            values, error = preferences(data)
            if error is not None:
                problem = Problem(kind=error.kind, stage=self.name, message=str(error))
        else:
            values = _dictionary(data)
        yield from _account(values, item)
        if problem is not None:
            yield problem


def _content(item: Item) -> bytes:
    if item.digests.length > MOST_BYTES:
        raise LimitReached(f"more than {MOST_BYTES} bytes of preferences are not read")
    stream = item.open()
    try:
        return stream.read()
    finally:
        stream.close()


def _dictionary(data: bytes) -> Mapping[str, object]:
    found = loaded(data)
    if not isinstance(found, dict):
        raise Malformed("the property list is no dictionary")
    return {key: value for key, value in found.items() if isinstance(key, str)}


def _account(values: Mapping[str, object], item: Item) -> Iterator[Account]:
    used: list[str] = []
    jid = _first(values, used, "registration_jid", "self_jid", "OwnJabberID")
    number = _first(values, used, "ph", "com.whatsapp.registration.RegisterPhone.phone_number")
    country = _first(values, used, "cc", "com.whatsapp.registration.RegisterPhone.country_code") if number else None
    name = _first(values, used, "push_name", "FullUserName")
    if not (jid or number or name):
        return
    digits = jid.partition("@")[0].partition(":")[0].partition(".")[0] if jid else (country or "") + (number or "")
    international = digits.isdigit() and bool(jid or country)
    identifier = f"{digits}@s.whatsapp.net" if international else jid
    yield Account(
        where=", ".join(used),
        app="WhatsApp Business" if _BUSINESS.search(item.entry.path) else "WhatsApp",
        account=owner(item.entry.path, identifier),
        identifier=identifier,
        name=name,
        service="WhatsApp",
        phone=f"+{digits}" if international else number,
    )


def _first(values: Mapping[str, object], used: list[str], *names: str) -> str | None:
    for name in names:
        value = values.get(name)
        if isinstance(value, str) and value:
            used.append(name)
            return value
    return None
