"""The log of a case: opened, added to, verified."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from triage.custody.chain import Chain, LogCheck
from triage.custody.disk import append_bytes, lines, locked
from triage.custody.event import CLOCK, KEY, LINE_LIMIT, TORN, line_of, parsed, signed, writable, writable_text
from triage.errors import CaseError
from triage.keys import fingerprint
from triage.model import CustodyEvent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from triage.keys import SigningKey

LOG_FILE, LOCK_FILE = "custody.jsonl", "custody.lock"


class Custody:
    """The log of a case, open for adding. Several processes may add to one log; each addition takes the lock."""

    def __init__(self, folder: Path, key: SigningKey, actor: str) -> None:
        self._path = folder / LOG_FILE
        self._lock = folder / LOCK_FILE
        self._key = key
        self._actor = actor
        self._chain = Chain()

    @classmethod
    def open(cls, folder: Path, key: SigningKey, actor: str) -> Custody:
        """Read and verify the log in `folder`, if there is one. Raises CaseError where it is broken or unreadable."""
        custody = cls(folder, key, actor)
        with locked(custody._lock):
            custody._catch_up()
        return custody

    @property
    def head(self) -> tuple[int, str]:
        """Number and digest of the last event this process knows; (0, zeros) in an empty log."""
        return self._chain.number, self._chain.digest

    def append(self, action: str, subject: str, data: Mapping[str, object] | None = None) -> CustodyEvent:
        """Add an event; when this returns it is on the disk. Raises CaseError where it cannot be added.

        `data` is what JSON can say. A value under a key that names a password is not written.
        """
        if action in {KEY, TORN, CLOCK}:
            raise ValueError(f"the action {action!r} is the log's own")
        with locked(self._lock):
            tail = self._catch_up()
            if tail:
                self._close_tail(tail)
            if self._chain.keys and self._chain.key != self._key.public_hex:
                self._add(KEY, "custody log", {"name": self._key.name, "earlier": fingerprint(self._chain.key)})
            if changed := self._clock_changed():
                self._add(CLOCK, "custody log", changed)
            return self._add(action, subject, data or {})

    def _clock_changed(self) -> dict[str, object]:
        """What the clock of this computer says otherwise than that of the last event: it went back, or has another zone."""
        at, zone = _now(), _zone()
        changed: dict[str, object] = {}
        if at < self._chain.at:
            changed |= {"clock_was": self._chain.at, "clock": at}
        if self._chain.zone and zone != self._chain.zone:
            changed |= {"zone_was": self._chain.zone, "zone": zone}
        return changed

    def _close_tail(self, tail: bytes) -> None:
        """End a line that a crash left open. One that lacks the line feed alone is a whole event and counts as one."""
        if isinstance(parsed(tail), CustodyEvent):
            self._write(b"\n")
            return
        stated = self._chain.unread(tail).stated(with_line_feed=True)
        self._add(TORN, "custody log", stated, before=b"\n")

    def _add(self, action: str, subject: str, data: Mapping[str, object], *, before: bytes = b"") -> CustodyEvent:
        stated = dict(data)
        if self._chain.key != self._key.public_hex:
            stated["public_key"] = self._key.public_hex
        event = CustodyEvent(
            number=self._chain.number + 1,
            at=_now(),
            zone=writable_text(_zone()),
            actor=writable_text(self._actor),
            action=writable_text(action),
            subject=writable_text(subject),
            data=writable(stated),
            previous=self._chain.digest,
        )
        event = signed(event, self._key)
        self._write(before + line_of(event))
        return event

    def _write(self, content: bytes) -> None:
        if len(content) > LINE_LIMIT:
            raise CaseError(f"{self._path}: an event of {len(content):,} bytes is too long for the custody log")
        try:
            append_bytes(self._path, content)
        except OSError as error:
            raise CaseError(f"{self._path}: the event cannot be written ({error.strerror or error})") from error
        self._catch_up()

    def _catch_up(self) -> bytes:
        """Read what was added since. Returns the bytes of an unfinished last line. Raises CaseError where broken."""
        tail = self._chain.read(self._path) if self._path.exists() or self._chain.number else b""
        check = self._chain.check(tail)
        if check.problems:
            line, what = check.problems[0]
            raise CaseError(f"{self._path}: the custody log is broken at line {line}: {what}")
        return tail


def verify_log(path: Path, *, expected_head: tuple[int, str] | None = None) -> LogCheck:
    """Check every line: content, order, link, signature; and that `expected_head` (number, digest) is still in it.

    Raises CaseError where the file cannot be read. A log that grew after the head was noted still holds.
    """
    chain = Chain(expected_head if expected_head and expected_head[0] else None)
    return chain.check(chain.read(path), final=True)


def read_events(path: Path) -> tuple[CustodyEvent, ...]:
    """Every line that is an event in itself, in order; `verify_log` says what they are worth. Raises CaseError."""
    read = (parsed(line) for line in lines(path, 0))
    return tuple(event for event in read if isinstance(event, CustodyEvent))


def log_until(folder: Path, number: int) -> Iterator[bytes]:
    """The lines of the log in `folder` as they stand, to the event of this number. Raises CaseError."""
    for line in lines(folder / LOG_FILE, 0):
        yield line
        event = parsed(line)
        if isinstance(event, CustodyEvent) and event.number == number:
            return


def _zone() -> str:
    """The time zone that the computer is set to: `+07:00 WIB`."""
    here = datetime.now(UTC).astimezone()
    return f"{here.isoformat()[-6:]} {here.tzname()}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
