"""WhatsApp's text exports, line by line: Android (`30/06/23, 16:14 - Name: text`) and iOS (`[30/06/23 16.14.05] Name: text`).

Day, month and year stand in the order of the phone's language, which the file does not name (mark A: public exports of several
languages). The order is read off the numbers where they allow one alone, else off their rise; where both orders fit it is
assumed, and said so. Times are the wall clock of the phone.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from triage.model import Stamp, Zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LINE = re.compile(
    r"[\u200e\u200f\ufeff]?\[?(\d{1,4})[./-](\d{1,2})[./-](\d{1,4}),?[ \u202f\u00a0]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?"
    r"(?:[ \u202f\u00a0]?([AaPp])\.?[Mm]\.?)?(?:\] ?| - )(.*)\Z",
    re.DOTALL,
)
_SIGNAL = re.compile(r"\[\d{4}-\d{2}-\d{2},? \d{2}:\d{2}\] ")
_LONGEST = 1 << 20  # characters of one line, and of one message
_ORDERS = ("dmy", "mdy", "ymd")
_SECOND = 1_000_000_000
ASSUMED = "the order of day and month is assumed (day first): every date of the file fits both"


class Said(NamedTuple):
    """One message: the number of its first line, its numbers as written, sender (None: the app itself) and text."""

    line: int
    numbers: tuple[int, int, int]
    clock: tuple[int, int, int | None]
    raw: str
    sender: str | None
    text: str


@dataclass(slots=True)
class Order:
    """The order of day, month and year of a file. `assumed`: both fit."""

    name: str
    assumed: bool = False

    def moment(self, said: Said) -> Stamp | None:
        """The wall clock of a message; a date that does not fit the order is read the other way, none where neither fits."""
        for name in (self.name, *(each for each in _ORDERS if each != self.name)):
            if (found := _moment(said, name)) is not None:
                return found
        return None


def may_be_export(start: bytes) -> bool:
    """Whether a text begins with a date as the lines of an export do: asked of the first bytes, because most texts do not."""
    return _LINE.match(start.decode("utf-8", "replace")) is not None


def is_export(text: str) -> bool:
    """Whether the first lines of a text are those of an export: the first one dated, and a second one somewhere."""
    return _begins_dated(text) and not is_signal_export(text)


def is_signal_export(text: str) -> bool:
    """Whether they are those of a text export of Signal: as WhatsApp's on iOS, but with the year first and without seconds, which those have."""
    return _begins_dated(text) and _SIGNAL.match(text) is not None


def messages(stream: BinaryIO) -> Iterator[Said]:
    """The messages of an export; lines without a date belong to the message before them."""
    current: Said | None = None
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="backslashreplace", newline="\n")
    for number, line in enumerate(iter(lambda: text.readline(_LONGEST), ""), start=1):
        plain = line.rstrip("\r\n")
        if (found := _LINE.match(plain)) is not None:
            if current is not None:
                yield current
            current = _said(number, found)
        elif current is not None and len(current.text) < _LONGEST:
            current = current._replace(text=f"{current.text}\n{plain}")
    if current is not None:
        yield current


def order_of(found: Iterable[Said]) -> Order:
    """The order that the dates of a whole file allow."""
    possible, rising, last = set(_ORDERS), set(_ORDERS), dict.fromkeys(_ORDERS, (0, 0, 0))
    votes = dict.fromkeys(_ORDERS, 0)
    for said in found:
        fitting = {name for name in _ORDERS if _date(said.numbers, name)}
        if len(fitting) == 1:
            votes[next(iter(fitting))] += 1
        possible &= fitting or possible
        for name in fitting:
            date = _date(said.numbers, name) or (0, 0, 0)
            rising -= {name} if date < last[name] else set()
            last[name] = date
    if any(votes.values()):
        return Order(max(_ORDERS, key=lambda name: votes[name]))
    likely = possible & rising or possible or {"dmy"}
    return Order(next(name for name in _ORDERS if name in likely), assumed=len(likely) > 1)


def _begins_dated(text: str) -> bool:
    dated = [_LINE.match(line) is not None for line in text.splitlines()[:40]]
    return bool(dated) and dated[0] and sum(dated) >= 2


def _said(number: int, found: re.Match[str]) -> Said:
    first, second, third, hour, minute, second_of, half, rest = found.groups()
    hours = int(hour) % 12 + (12 if half.lower() == "p" else 0) if half else int(hour)
    sender, colon, text = rest.lstrip("\u200e\u200f").partition(": ")
    if not colon and rest.endswith(":"):
        sender, colon, text = rest[:-1], ":", ""
    known = bool(colon) and len(sender) <= 100
    clock = hours, int(minute), None if second_of is None else int(second_of)
    raw = found[0][: found.start(8)].strip("[] -\u200e\u200f")
    return Said(
        number, (int(first), int(second), int(third)), clock, raw, sender if known else None, text if known else rest
    )


def _date(numbers: tuple[int, int, int], order: str) -> tuple[int, int, int] | None:
    """Year, month and day; None where no calendar has them. Years of two digits are of this century."""
    parts = dict(zip(order, numbers, strict=True))
    year = parts["y"] + 2000 if parts["y"] < 100 else parts["y"]
    if order == "ymd" and numbers[0] < 1000:
        return None  # a year that stands first has four digits
    return (
        (year, parts["m"], parts["d"])
        if 2009 <= year <= 2100 and 1 <= parts["m"] <= 12 and 1 <= parts["d"] <= 31
        else None
    )


def _moment(said: Said, order: str) -> Stamp | None:
    date = _date(said.numbers, order)
    hour, minute, second = said.clock
    if date is None:
        return None
    try:
        moment = datetime(*date, hour, minute, second or 0)  # noqa: DTZ001  # the clock of a phone whose zone is not known
    except ValueError:
        return None
    whole = (moment - datetime(1970, 1, 1)).total_seconds()  # noqa: DTZ001  # likewise
    return Stamp(int(whole) * _SECOND, Zone.UNKNOWN, _SECOND if second is not None else 60 * _SECOND)
