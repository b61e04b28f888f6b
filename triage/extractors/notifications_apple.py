"""Notifications that an iPhone or iPad showed: `DeliveredNotifications.plist` (since iOS 12) and `*.pushstore` (until iOS 11).

Earlier states of the list lie in the folder `staging` beside it.
A keyed archive of a list of dictionaries: AppNotificationTitle, AppNotificationSubtitle, AppNotificationMessage, AppNotificationCreationDate,
AppNotificationIdentifier. The bundle is the name of the folder or file. Reference: public parsers (mark B); no public sample at hand.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from triage.errors import EvidenceError, Malformed
from triage.evidence.near import beside, content_near
from triage.formats import cells
from triage.formats.plist import MOST_BYTES, unarchived
from triage.formats.whole import whole
from triage.model import Notification

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.evidence.base import Evidence
    from triage.formats.plist import Value
    from triage.model import Locator, Problem, Record


class AppleNotifications:
    """One `Notification` per entry of the list."""

    name: ClassVar[str] = "apple-notifications"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Apple notifications"
    describes: ClassVar[str] = "Title and text of what apps showed, with bundle and time"
    limitations: ClassVar[tuple[str, ...]] = (
        "From iOS 15 on notifications are kept in Biome, which another reader reads.",
        "Where the folder is a number that Library.plist does not explain, the bundle is that of the notification's action, if it names one.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Notification,)

    def wants(self, item: Item) -> bool:
        """DeliveredNotifications.plist, its earlier states in staging, *.pushstore."""
        name = item.entry.name.lower()
        named = name.startswith("deliverednotifications") or name.endswith(".pushstore")
        return named and item.head.startswith(b"bplist")

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The notifications in their order."""
        rows = unarchived(whole(item, most=MOST_BYTES))
        if isinstance(rows, dict):
            rows = next((each for each in rows.values() if isinstance(each, list)), None)
        if not isinstance(rows, list):
            raise Malformed("no list of notifications")
        bundle = _bundle(item)
        for number, row in enumerate(rows):
            if isinstance(row, dict):
                yield _notification(number, row, bundle)


def _bundle(item: Item) -> str | None:
    """The name of a store, or the folder of a list: a bundle identifier, since iOS 13 a number that Library.plist explains."""
    parts = [part for part in item.entry.path.split("/") if part != "staging"]
    if parts[-1].lower().endswith(".pushstore"):
        return parts[-1].rpartition(".")[0]
    folder = parts[-2] if len(parts) > 1 else ""
    if "." in folder:
        return folder
    up = "../.." if item.entry.path.rpartition("/")[0].endswith("/staging") else ".."
    within = beside(item.entry.locator, up)
    return _bundles(item.evidence, within).get(folder)  # type: ignore[arg-type]  # by identity


@lru_cache(maxsize=4)
def _bundles(evidence: Evidence, within: Locator) -> dict[str, str]:
    """Bundles by the number of their folder: Library.plist, found once in each worker."""
    data = content_near(evidence, within, "Library.plist").get("Library.plist")
    try:
        value = unarchived(data) if data else {}
    except EvidenceError:
        return {}
    return {held: bundle for bundle, held in value.items() if isinstance(held, str)} if isinstance(value, dict) else {}


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
