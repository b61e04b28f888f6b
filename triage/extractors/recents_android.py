"""Programs in the list of recent tasks of an Android phone: `data/system_ce/<user>/recent_tasks/<n>_task.xml`.

An element `task` with the activity, the times it was last used or moved (milliseconds) and who called it; since Android 12 as binary XML. The
picture of the screen is `snapshots/<n>.jpg` beside it. Reference: AOSP `Task.saveToXml` (mark A); no public sample at hand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.formats import cells, times
from triage.formats.whole import tags, whole
from triage.model import Use

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from triage.content import Item
    from triage.model import Problem, Record

MOST_BYTES = 16 << 20
_NAME = re.compile(r"\d+_task(_[\w-]+)?\.xml\Z")
_TIMES = ("last_time_moved", "last_active_time", "lastActiveTime", "first_active_time")


class AndroidRecents:
    """One `Use` per task."""

    name: ClassVar[str] = "android-recents"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Android recent tasks"
    describes: ClassVar[str] = "Programs last on the screen, with activity, time and number of the task"
    limitations: ClassVar[tuple[str, ...]] = (
        "The picture of the screen (snapshots) is a file of its own: it bears the number of the task.",
        "What the program was asked to show (intent) is not read.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Use,)

    def wants(self, item: Item) -> bool:
        """<n>_task.xml."""
        return _NAME.match(item.entry.name) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The tasks in their order."""
        for number, (tag, attributes) in enumerate(tags(whole(item, most=MOST_BYTES))):
            if tag == "task":
                yield _use(number, attributes)


def _use(number: int, attributes: Mapping[str, str]) -> Use:
    activity = attributes.get("real_activity") or attributes.get("orig_activity") or attributes.get("affinity") or ""
    package, _, part = activity.partition("/")
    stored = next((attributes[each] for each in _TIMES if attributes.get(each)), None)
    user = attributes.get("user_id")
    return Use(
        where=f"element {number}: task {attributes.get('task_id', '')}".rstrip(),
        app="Android",
        account=f"user {user}" if user and user != "0" else None,
        identifier=package.partition(":")[0] or None,
        name=part or None,
        kind="recent task",
        started_at=cells.unix_milliseconds(stored),
        raw_time=times.raw_time(stored, "ms Unix"),
    )
