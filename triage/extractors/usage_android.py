"""Which programs were used on an Android phone: `usagestats/<user>/{daily,weekly,monthly,yearly}/<time>`.

Reference: `triage.formats.usage_stats`, AOSP (mark A); no public sample at hand.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from triage.errors import EvidenceError
from triage.evidence.near import beside, content_near
from triage.formats import cells, times
from triage.formats.usage_stats import EVENTS, Used, from_protobuf, from_xml
from triage.formats.whole import whole
from triage.model import Problem, Use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.evidence.base import Evidence
    from triage.model import Locator, Record

MOST_BYTES = 64 << 20
_PATH = re.compile(r"/usagestats/(?:(\d+)/)?(daily|weekly|monthly|yearly)/(\d{12,14})\Z")
_SPANS = {
    "daily": "used that day",
    "weekly": "used that week",
    "monthly": "used that month",
    "yearly": "used that year",
}
_LATEST = 1 << 50  # milliseconds: more is no offset within a year


class AndroidUsage:
    """One `Use` per package and interval, one per event."""

    name: ClassVar[str] = "android-usage"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Android usage statistics"
    describes: ClassVar[str] = (
        "Packages with last use, time in the foreground and launches; events: activities, notifications, screen, shutdowns"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "From Android 11 on packages are numbers: their names come from the file mappings two folders up, else identifier is the number.",
        "Configurations, choosers and shortcuts are not read.",
        "The same use stands in the files of the day, the week, the month and the year.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Use,)

    def wants(self, item: Item) -> bool:
        """A file named by its time in a folder of the statistics."""
        return _PATH.search(item.entry.path) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Packages and events in their order."""
        match = _PATH.search(item.entry.path)
        assert match is not None
        data = whole(item, most=MOST_BYTES)
        xml = data[:1] == b"<" or data.startswith(b"ABX")
        try:
            rows = from_xml(data) if xml else from_protobuf(data, _mappings(item.evidence, beside(item.entry.locator)))  # type: ignore[arg-type]  # by identity
            for each in rows:
                yield _use(each, match)
        except EvidenceError as error:
            yield Problem(kind=error.kind, stage=self.name, message=str(error))


@lru_cache(maxsize=4)
def _mappings(evidence: Evidence, within: Locator) -> bytes | None:
    """The names behind the numbers. A folder or archive is listed for it once in each worker, not once a file."""
    return content_near(evidence, within, "../mappings").get("../mappings")


def _use(used: Used, match: re.Match[str]) -> Use:
    user, span, begun = match[1], match[2], int(match[3])
    moment = _moment(used.at, begun)
    kind = _SPANS[span] if used.kind is None else EVENTS.get(used.kind, f"unknown ({used.kind})")
    return Use(
        where=used.where,
        app="Android",
        account=f"user {user}" if user and user != "0" else None,
        identifier=used.package,
        name=used.part,
        kind=kind,
        started_at=cells.unix_milliseconds(moment),
        duration_s=cells.seconds_long(used.total_ms / 1000) if used.total_ms is not None else None,
        count=cells.count(used.launches),
        raw_kind=None if used.kind is None else str(used.kind),
        raw_time=times.raw_time(used.at, f"ms after {begun} ms Unix"),
    )


def _moment(offset: int | None, begun: int) -> int | None:
    """The file's moment and what was counted from it; a time that was none is its whole length before."""
    return None if offset is None or abs(offset) > _LATEST else begun + offset
