"""What an iPhone, iPad or Mac was used for since iOS 15: streams of Apple's Biome (`triage.formats.biome`) that say what knowledgeC.db said before.

`App.InFocus` (before `AppLaunch`), `App.Install`, `App.Intent`, `Device.Display.Backlight`, `Text.InputSession` and the older streams `_DKEvent.*`, which share one
layout. Reference: the system's own classes of events as published from several builds, and public parsers (mark B; `_DKEvent` and the older
form of installations mark C); no public sample at hand.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from triage.formats import cells, times
from triage.formats.biome import COCOA, read_stream, stream_of
from triage.model import Use

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from triage.content import Item
    from triage.formats.biome import Event
    from triage.model import Problem, Record


class AppleBiomeUse:
    """One `Use` per event."""

    name: ClassVar[str] = "apple-biome-use"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Apple Biome, use"
    describes: ClassVar[str] = (
        "Programs coming into focus and leaving it, installations and removals, intents (messages and calls that apps announced),"
        " screen, typing"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Biome has more than a hundred streams: those not named here and beside the other readers of Biome are left out.",
        "A record that is marked deleted is read where its data are still whole; tombstone folders are not read.",
        "What an intent says (a keyed archive) is not read: kind has its verb and direction, name its class.",
        "account is the folder of another device of the same owner, for streams that were synchronised.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Use,)

    def wants(self, item: Item) -> bool:
        """A file of these streams."""
        return stream_of(item) in _STREAMS

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The events in their order."""
        yield from read_stream(item, self.name, _STREAMS)


def _focus(event: Event) -> Use:
    """3 whether it begins, 4 when, 6 the bundle."""
    begins = event.fields.number(3)
    kind = {1: "came into focus", 0: "left focus", None: "left focus"}.get(begins, f"unknown ({begins})")
    return _use(event, event.fields.text(6), kind, event.time(4), raw=begins)


def _install(event: Event) -> Use:
    """1 the bundle, 2 the title, 5 whether it was installed; or the older form."""
    if event.fields.inside(4) is not None:
        return _older(event)
    kind = "removed" if event.fields.number(5) == 0 else "installed"
    return replace(_use(event, event.fields.text(1), kind, event.at), name=event.fields.text(2))


def _screen(event: Event) -> Use:
    lit = event.fields.number(2)
    kind = "screen on" if lit == 1 else "screen off" if lit in {0, None} else f"unknown ({lit})"
    return _use(event, None, kind, event.time(1), raw=lit)


def _typing(event: Event) -> Use:
    """1 how long, 3 the bundle; its own time is Unix in some builds and since 2001 in others, so that of the file counts."""
    made = _use(event, event.fields.text(3), "typing", event.at)
    return replace(made, duration_s=cells.seconds_long(event.fields.double(1)))


def _intent(event: Event) -> Use:
    """1 when, 2 the bundle, 4 the class, 5 the verb, 11 the direction."""
    direction = {1: "outgoing", 2: "incoming"}.get(event.fields.number(11) or 0)
    kind = ", ".join(part for part in (event.fields.text(5) or "intent", direction) if part)
    return replace(_use(event, event.fields.text(2), kind, event.time(1)), name=event.fields.text(4))


def _older(event: Event) -> Use:
    """1.1 the stream, 2 and 3 beginning and end, 4.3 a text or 4.4 a number, 7.2.3 what else is said of it."""
    stream, value = event.fields.inside(1), event.fields.inside(4)
    said = [text for each in event.fields.messages(7) if (inner := each.inside(2)) and (text := inner.text(3))]
    number = value.number(4) if value else None
    kind = ((stream.text(1) if stream else None) or "event").strip("/")
    made = _use(event, value.text(3) if value else None, kind, event.time(2))
    end = cells.apple_seconds(event.fields.double(3))
    begun = made.started_at
    return replace(
        made,
        name=", ".join(said) or (None if number is None else str(number)),
        ended_at=end,
        duration_s=(end.ns - begun.ns) / 1e9 if begun and end and end.ns >= begun.ns else None,
    )


def _use(event: Event, identifier: str | None, kind: str, stored: float, *, raw: int | None = None) -> Use:
    return Use(
        where=event.where,
        app="Apple",
        account=event.device,
        deleted=event.deleted,
        identifier=identifier,
        kind=kind,
        started_at=cells.apple_seconds(stored),
        raw_kind=None if raw is None else str(raw),
        raw_time=times.raw_time(stored, COCOA),
    )


_OLDER = (
    "App.Activity", "App.InFocus", "App.Install", "App.MediaUsage", "App.Usage", "Device.IsLocked", "Device.IsLockedImputed",
    "Keybag.IsLocked", "Now.Playing", "Photos.Deletes.All", "Photos.Deletes.Recent", "Sharesheet.Feedback", "Siri.UI",
    "System.AirplaneMode",
)  # fmt: skip
_STREAMS: dict[str, Callable[[Event], Record | None]] = {
    "App.InFocus": _focus,
    "App.Install": _install,
    "App.Intent": _intent,
    "AppIntent": _intent,
    "AppLaunch": _focus,
    "Backlight": _screen,
    "Device.Display.Backlight": _screen,
    "Text.InputSession": _typing,
    "TextInputSession": _typing,
    **{f"_DKEvent.{name}": _older for name in _OLDER},
}
