"""Notifications that an iPhone or iPad showed: `DeliveredNotifications.plist` (iOS 12 to 14) and `*.pushstore` (until iOS 11).

A keyed archive of a list of dictionaries: AppNotificationTitle, AppNotificationSubtitle, AppNotificationMessage, AppNotificationCreationDate,
AppNotificationIdentifier. The bundle is the name of the folder or file. Reference: public parsers (mark B); no public sample at hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.errors import Malformed
from triage.formats import cells
from triage.formats.plist import MOST_BYTES, unarchived
from triage.formats.whole import whole
from triage.model import Notification

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.formats.plist import Value
    from triage.model import Problem, Record


class AppleNotifications:
    """One `Notification` per entry of the list."""

    name: ClassVar[str] = "apple-notifications"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Apple notifications"
    describes: ClassVar[str] = "Title and text of what apps showed, with bundle and time"
    limitations: ClassVar[tuple[str, ...]] = (
        "From iOS 15 on notifications are kept in Biome, which is not read.",
        "Where the folder is a number instead of a bundle, the bundle is that of the notification's action, if it names one.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Notification,)

    def wants(self, item: Item) -> bool:
        """DeliveredNotifications.plist, *.pushstore."""
        name = item.entry.name.lower()
        return (name == "deliverednotifications.plist" or name.endswith(".pushstore")) and item.head.startswith(
            b"bplist"
        )

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The notifications in their order."""
        rows = unarchived(whole(item, most=MOST_BYTES))
        if isinstance(rows, dict):
            rows = next((each for each in rows.values() if isinstance(each, list)), None)
        if not isinstance(rows, list):
            raise Malformed("no list of notifications")
        bundle = _bundle(item.entry.path)
        for number, row in enumerate(rows):
            if isinstance(row, dict):
                yield _notification(number, row, bundle)


def _bundle(path: str) -> str | None:
    """The folder of a list, or the name of a store, where it is a bundle identifier."""
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0] if name.lower().endswith(".pushstore") else folder.rpartition("/")[2]
    return stem if "." in stem else None


def _notification(number: int, row: dict[str, Value], bundle: str | None) -> Notification:
    named = bundle or cells.text(row.get("DefaultActionBundleIdentifier"))
    lines = [cells.text(row.get(key)) for key in ("AppNotificationSubtitle", "AppNotificationMessage")]
    made = row.get("AppNotificationCreationDate")
    return Notification(
        where=f"notification {number}",
        app=named or "unknown",
        identifier=named,
        title=cells.text(row.get("AppNotificationTitle")),
        body="\n".join(line for line in lines if line) or None,
        posted_at=cells.date(made),
        channel=cells.text(row.get("SectionIdentifier")),
        raw_time=str(made) if made is not None else None,
    )
