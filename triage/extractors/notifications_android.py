"""Notifications that an Android phone showed: `data/system_ce/<user>/notification_history/history/<time>`, protobuf.

The phone keeps them where the user switched the history on, for a day or some; a message that its sender deleted may stand here alone.
Field 2 is a pool of strings (packages by number, from 1), field 5 each notification: package, channel, user, time in milliseconds, title,
text. Reference: AOSP `notificationhistory.proto` (mark A); no public sample at hand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.errors import EvidenceError
from triage.formats import cells, times
from triage.formats.protobuf import Fields, wire
from triage.formats.whole import whole
from triage.model import Notification, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Record

MOST_BYTES = 64 << 20
_PATH = re.compile(r"/notification_history/history/\d{10,16}(\.bak)?\Z")
_POOL, _NOTIFICATION, _STRINGS = 2, 5, 2
_PACKAGE, _PACKAGE_INDEX, _CHANNEL, _CHANNEL_INDEX, _USER, _POSTED, _TITLE, _TEXT = 1, 2, 3, 4, 8, 9, 10, 11


class AndroidNotifications:
    """One `Notification` per entry of the history."""

    name: ClassVar[str] = "android-notifications"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Android notifications"
    describes: ClassVar[str] = "Title and text of what apps showed, with package, channel, time and user of the phone"
    limitations: ClassVar[tuple[str, ...]] = (
        "The phone writes this history where it is switched on alone, and keeps it for about a day.",
        "A notification shows what an app put on the screen, shortened or hidden as the app chose.",
        "Pictures in notifications are not read.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Notification,)

    def wants(self, item: Item) -> bool:
        """A file named by its time in a folder notification_history/history."""
        return _PATH.search(item.entry.path) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The notifications in their order. The pool of strings may come behind them."""
        entries: list[bytes] = []
        pool: list[str | None] = []
        problem: Problem | None = None
        try:
            for number, value in wire(whole(item, most=MOST_BYTES)):
                if number == _POOL and isinstance(value, bytes):
                    pool = [_text(each) for each in Fields(value).all(_STRINGS)]
                elif number == _NOTIFICATION and isinstance(value, bytes):
                    entries.append(value)
        except EvidenceError as error:
            problem = Problem(kind=error.kind, stage=self.name, message=str(error))
        for number, entry in enumerate(entries):
            yield _notification(number, entry, pool)
        if problem:
            yield problem


def _notification(number: int, entry: bytes, pool: list[str | None]) -> Notification | Problem:
    try:
        fields = Fields(entry)
    except EvidenceError as error:
        return Problem(kind=error.kind, stage=AndroidNotifications.name, message=f"notification {number}: {error}")
    package = fields.text(_PACKAGE) or _pooled(pool, fields.number(_PACKAGE_INDEX))
    user = fields.number(_USER)
    return Notification(
        where=f"notification {number}",
        app=package or "unknown",
        account=f"user {user}" if user else None,
        identifier=package,
        title=fields.text(_TITLE),
        body=fields.text(_TEXT),
        posted_at=cells.unix_milliseconds(fields.signed(_POSTED)),
        channel=fields.text(_CHANNEL) or _pooled(pool, fields.number(_CHANNEL_INDEX)),
        raw_time=times.raw_time(fields.signed(_POSTED), "ms Unix"),
    )


def _pooled(pool: list[str | None], number: int | None) -> str | None:
    return pool[number - 1] if number is not None and 0 < number <= len(pool) else None


def _text(value: int | bytes) -> str | None:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else None
