"""When a phone was reset or set up: Android `bootstat/factory_reset`, `setup_wizard_info.xml`; Apple `com.apple.purplebuddy.plist`, `.obliterated`.

`factory_reset` and `.obliterated` are files whose own time of change says it; `suw_finished_time_ms` is when the set-up of Android ended;
`SetupLastExit` when that of Apple's system ended and `SetupState` how (from a backup, from iCloud, anew). Reference: public parsers and the
systems' own names (mark B; that the time of change of `.obliterated` is that of the erasure mark C); no public sample at hand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.formats import cells, plist, times
from triage.formats.shared_prefs import preferences
from triage.formats.spaces import space_of
from triage.formats.whole import whole
from triage.model import Problem, Use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Record

MOST_BYTES = 1 << 20
_MARK = re.compile(r"/(?:bootstat/factory_reset|root/\.obliterated)\Z")
_WIZARD = re.compile(r"/(?:setup_wizard_info|elapsed_time_info)\.xml\Z")
_BUDDY = re.compile(r"/Library/Preferences/com\.apple\.purplebuddy\.plist\Z")
_FINISHED = "suw_finished_time_ms"
_STATES = {
    "RestoredFromiTunesBackup": "set up from a backup",
    "RestoredFromiCloudBackup": "set up from a backup in iCloud",
    "SetupUsingAssistant": "set up anew",
    "MigratedFromDevice": "set up from another device",
}


class DeviceResets:
    """One `Use` per reset or set-up that a file tells."""

    name: ClassVar[str] = "device-resets"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Resets and set-ups of a device"
    describes: ClassVar[str] = (
        "When an Android phone was reset and set up, when an iPhone or iPad was erased and set up, and from what"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "A reset is told by a file's own time of change, which an extraction may not have kept: without it the record has no time.",
        "SetupLastExit changes where the assistant ran again, after an update for instance.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Use,)

    def wants(self, item: Item) -> bool:
        """The files of these names in their folders."""
        path = item.entry.path
        return any(each.search(path) for each in (_MARK, _WIZARD, _BUDDY))

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """At most one record."""
        path = item.entry.path
        if _MARK.search(path):
            yield _marked(item)
        elif _WIZARD.search(path):
            yield from _wizard(item)
        else:
            yield from _buddy(plist.loaded(whole(item, most=MOST_BYTES)))


def _marked(item: Item) -> Use:
    apple = item.entry.name == ".obliterated"
    changed = item.entry.times.modified
    return Use(
        where="time of change of the file",
        app="Apple" if apple else "Android",
        kind="device erased" if apple else "factory reset",
        started_at=changed,
        raw_time=None if changed is None else f"{changed.ns} ns Unix, of the file",
    )


def _wizard(item: Item) -> Iterator[Use | Problem]:
    found, error = preferences(whole(item, most=MOST_BYTES))
    if _FINISHED in found:
        yield Use(
            where=_FINISHED,
            app="Android",
            account=space_of(item.entry.path),
            kind="set-up finished",
            started_at=cells.unix_milliseconds(found[_FINISHED]),
            raw_time=times.raw_time(found[_FINISHED], "ms Unix"),
        )
    if error is not None:
        yield Problem(kind=error.kind, stage=DeviceResets.name, message=str(error))


def _buddy(values: object) -> Iterator[Use]:
    if not isinstance(values, dict) or values.get("SetupLastExit") is None:
        return
    state = cells.text(values.get("SetupState"))
    yield Use(
        where="SetupLastExit",
        app="Apple",
        kind=_STATES.get(state or "", "set-up finished" if state is None else f"set-up finished ({state})"),
        started_at=cells.date(values["SetupLastExit"]),
        raw_kind=state,
        raw_time=str(values["SetupLastExit"]),
    )
