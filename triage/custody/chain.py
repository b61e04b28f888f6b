"""Reading a log: what it says, whether each line follows from the one before, and whose hand wrote it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from triage.custody.disk import lines
from triage.custody.event import KEY, LINE_LIMIT, START, TORN, parsed, whole_json
from triage.keys import fingerprint, verify_signature
from triage.model import CustodyEvent

if TYPE_CHECKING:
    from pathlib import Path

Noted: TypeAlias = tuple[tuple[int, str], ...]  # line number from 1, what

PROBLEMS_NAMED = 100

_TORN_START = b'{"action":"custody.torn"'


@dataclass(frozen=True, slots=True)
class LogCheck:
    """What a log is worth. `problems` and `warnings` are in order, the first 100 of each.

    `events` are the events found; `intact` is how many from the first on hold without a break. `head_number` and
    `head_digest` are those of the last event found; `keys` the public keys in order of appearance.
    """

    events: int
    intact: int
    head_number: int
    head_digest: str
    keys: tuple[str, ...]
    problems: Noted
    warnings: Noted

    @property
    def holds(self) -> bool:
        """Whether nothing is broken."""
        return not self.problems


class Chain:
    """The state of reading a log line by line. What is not finished yet is kept out of it."""

    def __init__(self, expected_head: tuple[int, str] | None = None) -> None:
        self.number, self.digest, self.key = 0, START, ""
        self.at, self.zone = "", ""  # of the last event
        self.keys: list[str] = []
        self._events, self._line, self._offset = 0, 0, 0
        self._intact: int | None = None
        self._whole = True  # the last line read had its end
        self._expected = expected_head
        self._unread: Unread | None = None
        self._gap = 0  # broken lines since the last event
        self._problems: list[tuple[int, str]] = []
        self._warnings: list[tuple[int, str]] = []

    def read(self, path: Path) -> bytes:
        """Read on to the end. Returns the last line where it has no line feed. Raises CaseError."""
        for line in lines(path, self._offset):
            if not line.endswith(b"\n") and len(line) <= LINE_LIMIT:
                return line
            self._take(line)
        return b""

    def unread(self, tail: bytes) -> Unread:
        """The bytes that are no events at the end of the log, `tail` the last of them."""
        unread = self._unread.copy() if self._unread else Unread(self._offset, self._line + 1, "")
        unread.add(tail)
        return unread

    def check(self, tail: bytes, *, final: bool = False) -> LogCheck:
        """The state as a value, `tail` being the unfinished last line. `final`: this chain reads no further."""
        if final and isinstance(parsed(tail), CustodyEvent):
            self._take(tail)
            self._warn("the line feed at the end is missing")
            return self.check(b"", final=True)
        problems, warnings = self._ended(tail)
        if final and self._expected:
            what = f"event {self._expected[0]}, noted as the head, is missing"
            problems = (*problems, (self._line + 1, self._told(what)))
        return LogCheck(
            events=self._events,
            intact=self._events if self._intact is None else self._intact,
            head_number=self.number,
            head_digest=self.digest,
            keys=tuple(self.keys),
            problems=(*self._problems, *problems),
            warnings=(*self._warnings, *warnings),
        )

    def _ended(self, tail: bytes) -> tuple[Noted, Noted]:
        """Problems and warnings of what comes after the last event: nothing, or bytes that are none."""
        if not tail:
            unread = self._unread
            return (((unread.line, self._told(unread.reason)),) if unread else ()), ()
        reason = parsed(tail)
        if isinstance(reason, CustodyEvent):
            return (), ()
        unread = self.unread(tail)
        if unread.cut:
            return (), ((unread.line, f"unfinished: {unread.length:,} bytes of an event that was never completed"),)
        return ((unread.line, self._told(unread.reason or reason)),), ()

    def _take(self, line: bytes) -> None:
        self._line += self._whole
        self._whole = line.endswith(b"\n")
        event = parsed(line)
        if isinstance(event, CustodyEvent):
            self._settle(event)
            self._link(event)
            self._sign(event)
            self._advance(event)
        else:
            self._unread = self._unread or Unread(self._offset, self._line, event)
            self._unread.add(line)
            self._gap += 1
        self._offset += len(line)

    def _settle(self, event: CustodyEvent) -> None:
        """Bytes before this event that are none: declared by it, or a problem."""
        unread, self._unread = self._unread, None
        stated = {key: event.data.get(key) for key in ("offset", "length", "sha256")}
        if unread is None:
            if event.action == TORN:
                self._problem("declares an unfinished line that is not there")
        elif event.action == TORN and stated in (unread.stated(with_line_feed=each) for each in (False, True)):
            self._gap = 0
            self._warn(f"unfinished, and declared by event {event.number}", unread.line)
        else:
            self._problem(unread.reason, unread.line)

    def _link(self, event: CustodyEvent) -> None:
        due = self.number + self._gap + 1
        if event.number != due:
            self._problem(f"event {event.number} where {due} is due: a line is missing, moved or added")
        elif event.previous != self.digest and not self._gap:
            self._problem("does not follow from the line before it")
        if event.at < self.at:
            self._warn(f"the clock went back from {self.at} to {event.at}")
        if self.zone and event.zone != self.zone:
            self._warn(f"the time zone of the computer changed from {self.zone} to {event.zone}")

    def _sign(self, event: CustodyEvent) -> None:
        stated = event.data.get("public_key")
        key = stated if isinstance(stated, str) and (event.number == 1 or event.action in {KEY, TORN}) else self.key
        if not verify_signature(key, bytes.fromhex(event.signature), bytes.fromhex(event.digest)):
            self._problem("the signature is not by a key that the log states")
            return
        if self.key and key != self.key:
            self._warn(f"signed by another key from here on: {fingerprint(key)}")
        self.key = key
        if key not in self.keys:
            self.keys.append(key)

    def _advance(self, event: CustodyEvent) -> None:
        self._gap, self._events = 0, self._events + 1
        self.number, self.digest, self.at, self.zone = event.number, event.digest, event.at, event.zone
        if self._expected and event.number == self._expected[0]:
            if event.digest != self._expected[1]:
                self._problem("not the event that was noted as the head: the log was written anew")
            self._expected = None

    def _problem(self, what: str, line: int = 0) -> None:
        if len(self._problems) < PROBLEMS_NAMED:
            self._problems.append((line or self._line, self._told(what)))
        self._intact = self._events if self._intact is None else self._intact

    def _warn(self, what: str, line: int = 0) -> None:
        if len(self._warnings) < PROBLEMS_NAMED:
            self._warnings.append((line or self._line, what))

    def _told(self, what: str) -> str:
        if self._intact is not None:
            return what
        return (
            f"{what}; the {self._events} events before it hold" if self._events else f"{what}; nothing holds before it"
        )


class Unread:
    """Bytes in a row that are no events: the reason, and their digest with and without a last line feed."""

    def __init__(self, offset: int, line: int, reason: str) -> None:
        self.offset, self.line, self.reason = offset, line, reason
        self.length = 0
        self.cut = True  # every piece after the first can be the start of an event that declares the ones before
        self._digest = hashlib.sha256()
        self._owed = b""

    def copy(self) -> Unread:
        """The same bytes, to be added to apart."""
        other = Unread(self.offset, self.line, self.reason)
        other.length, other.cut, other._owed = self.length, self.cut, self._owed
        other._digest = self._digest.copy()
        return other

    def add(self, piece: bytes) -> None:
        """The next piece: a line, or as much of one as was read."""
        body = piece.removesuffix(b"\n")
        again = self.length == 0 or _TORN_START.startswith(body[: len(_TORN_START)])
        self.cut = self.cut and again and not whole_json(body)
        self._digest.update(self._owed + body)
        self._owed = piece[len(body) :]
        self.length += len(piece)

    def stated(self, *, with_line_feed: bool) -> dict[str, object]:
        """What a `custody.torn` event states of these bytes."""
        digest, length = self._digest.copy(), self.length
        if with_line_feed:
            digest.update(self._owed)
        else:
            length -= len(self._owed)
        return {"offset": self.offset, "length": length, "sha256": digest.hexdigest()}
