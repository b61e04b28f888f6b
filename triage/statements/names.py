"""The facts that can be stated about a case and about an exhibit, and how a value of each is checked."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from triage.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

OTHER = "other:"  # a fact that an agency names itself: what follows is its title
LONGEST = 4000  # characters of one value
MOST = 200  # values of one fact
ZONES = {"WIB": "+07:00", "WITA": "+08:00", "WIT": "+09:00", "UTC": "+00:00", "GMT": "+00:00", "Z": "+00:00"}


@dataclass(frozen=True, slots=True)
class Name:
    """One fact. `many`: it can have several values. `shape`: text, lines (text of several lines), moment, imei, zone or flag."""

    key: str
    many: bool = False
    shape: str = "text"


CASE_FACTS = (
    Name("number"),
    Name("title"),
    Name("agency"),
    Name("unit"),
    Name("examiner", many=True),
    Name("investigator", many=True),
    Name("prosecutor", many=True),
    Name("police_report", many=True),
    Name("request", many=True),
    Name("warrant", many=True),
    Name("authority", many=True),
    Name("article", many=True),
    Name("place"),
    Name("zone", shape="zone"),
    Name("remark", shape="lines"),
    Name("fictional", shape="flag"),
)
EXHIBIT_FACTS = (
    Name("description", shape="lines"),
    Name("kind"),
    Name("make"),
    Name("model"),
    Name("serial", many=True),
    Name("imei", many=True, shape="imei"),
    Name("seal", many=True),
    Name("condition", shape="lines"),
    Name("owner"),
    Name("seized_by", many=True),
    Name("seized_at", shape="moment"),
    Name("seized_place"),
    Name("seized_from"),
    Name("witness", many=True),
    Name("kept_at"),
)

_OWN = re.compile(r"other:[^\x00-\x1f\x7f]{1,80}\Z")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d[:.]\d\d(?:[:.]\d\d)?) ?([A-Za-z]+|[+-]\d\d:?\d\d)\Z")


def checked(names: Sequence[Name], key: str, values: Sequence[str]) -> tuple[str, ...]:
    """The values as they are kept; none withdraws the fact. Raises UserError naming what is wrong and what there is."""
    name = _named(names, key)
    if len(values) > 1 and not name.many:
        raise UserError(
            f"{key}: one value is possible, {len(values)} were given; put it in quotation marks if it is one"
        )
    if len(values) > MOST:
        raise UserError(f"{key}: {len(values)} values were given; {MOST} are possible")
    return tuple(_shaped(name, value) for value in values)


def moment(text: str) -> str:
    """A date with time and zone as ISO 8601 with its offset: `2026-03-01 14:30 WIB`, `2026-03-01T14:30:00+07:00`. Raises UserError."""
    match = _MOMENT.match(text.strip())
    if match:
        offset = ZONES.get(match[3].upper(), match[3])
        with contextlib.suppress(ValueError):
            stated = datetime.fromisoformat(f"{match[1]}T{match[2].replace('.', ':')}{offset}")
            return stated.isoformat(timespec="seconds")
    raise UserError(
        f"{text!r}: not a date with time and zone; write it as 2026-03-01 14:30 WIB (or WITA, WIT, UTC, +07:00)"
    )


def line(what: str, text: str, *, several: bool = False) -> str:
    """Text that a person states, in Unicode's composed form. Raises UserError where it is empty, too long or cannot be printed."""
    kept = unicodedata.normalize("NFC", text.strip())
    if not kept:
        raise UserError(f"{what}: the value is empty")
    if len(kept) > LONGEST:
        raise UserError(f"{what}: {len(kept):,} characters are more than the {LONGEST:,} that one value can have")
    if bad := [each for each in kept if not (each.isprintable() or (several and each in "\n\t"))]:
        raise UserError(f"{what}: the value holds a character that cannot be printed (U+{ord(bad[0]):04X})")
    return kept


def imei_fits(text: str) -> bool | None:
    """Whether the check digit of a 15-digit IMEI is right (Luhn, 3GPP TS 23.003 annex B); None for 14 or 16 digits."""
    if len(text) != 15:
        return None
    doubled = (int(each) * (1 + place % 2) for place, each in enumerate(text))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _named(names: Sequence[Name], key: str) -> Name:
    if _OWN.match(key):
        return Name(key, many=True)
    found = next((name for name in names if name.key == key), None)
    if found is None:
        known = ", ".join(name.key for name in names)
        raise UserError(f"there is no fact {key!r}; there are: {known}; one of your own begins with 'other:'")
    return found


def _shaped(name: Name, value: str) -> str:
    text = line(name.key, value, several=name.shape == "lines")
    if name.shape == "moment":
        return moment(text)
    if name.shape == "zone":
        return _one_of(name, text.upper(), ("WIB", "WITA", "WIT", "UTC"))
    if name.shape == "flag":
        return _one_of(name, text.casefold(), ("yes", "no"))
    return _imei(text) if name.shape == "imei" else text


def _one_of(name: Name, text: str, choices: Sequence[str]) -> str:
    if text not in choices:
        raise UserError(f"{name.key}: {text!r} is not one of {', '.join(choices)}")
    return text


def _imei(text: str) -> str:
    digits = re.sub(r"[\s./-]", "", text)
    if not re.fullmatch(r"\d{14,16}", digits, re.ASCII):
        raise UserError(f"imei: {text!r} is not a number of 14 to 16 digits")
    return digits
