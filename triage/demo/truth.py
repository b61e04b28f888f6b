"""The truth file as facts: what a case about the exhibits has to say, in a form that can be compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from triage.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NEAR = 4  # decimals of a degree that are compared, about 10 m


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is so. `shown` is for people; facts are equal where kind, exhibit and key are."""

    kind: str
    exhibit: str
    key: tuple[str, ...]
    shown: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Everything planted."""

    facts: tuple[Fact, ...]
    _set: frozenset[Fact] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_set", frozenset(self.facts))

    def named(self, kind: str, exhibit: str, path: str, key: tuple[str, ...]) -> Fact | None:
        """The planted fact about the file of this path, or about a file whose name is not asked for; None: neither."""
        for name in (path, ""):
            fact = Fact(kind, exhibit, (name, *key), path)
            if fact in self._set:
                return fact
        return None


def wanted(told: Mapping[str, Any]) -> Wanted:
    """The content of the truth file as facts. Raises UserError where it is not as it should be."""
    try:
        return Wanted(tuple(_facts(told)))
    except (KeyError, TypeError, AttributeError) as error:
        raise UserError(f"the demo's truth file cannot be used ({error!r}); install the program anew") from error


def position(latitude: float | None, longitude: float | None) -> str:
    """A place as text that is equal where two places are; nothing where there is none."""
    return "" if latitude is None or longitude is None else f"{latitude:.{NEAR}f} {longitude:.{NEAR}f}"


def call_key(
    party: str | None, direction: str, at: str | None, seconds: float | None, kind: str, outcome: str | None
) -> tuple[str, ...]:
    """A call as a key: of the party its digits, however an app writes them."""
    digits = "".join(each for each in (party or "").partition("@")[0] if each.isdigit())
    return digits, direction, at or "", "" if seconds is None else f"{seconds:g}", kind, outcome or ""


def _facts(told: Mapping[str, Any]) -> Iterator[Fact]:
    for each in told["exhibits"]:
        yield from 2 * [Fact("exhibit", each["label"], (each["sha256"],), each["source"])]  # before and after
    for each in told["files"]:
        yield from _about_file(each)
    for each in told["media"]:
        place = position(each["latitude"], each["longitude"])
        photo = (each["sha256"], each["taken_at"], each["make"], each["model"], each["serial"], place)
        yield Fact("photo", each["exhibit"], photo, each["path"])
    for each in told["messages"]:
        yield from _about_message(each)
    for each in told["calls"]:
        key = call_key(*(each[name] for name in ("party", "direction", "started_at", "duration_s", "kind", "outcome")))
        yield Fact("call", "", key, f"{each['started_at']} {each['direction']}: {each['party']}")


def _about_file(each: Mapping[str, Any]) -> Iterator[Fact]:
    """Deletion may cost a name its first letter, and a hostile name is shown in some other form: then the digest decides."""
    shown = each["path"]
    path = f"/{shown}" if each["plain_name"] and not each["deleted"] else ""
    key = (path, each["sha256"], "deleted" if each["deleted"] else "live")
    yield Fact("file", each["exhibit"], key, shown)
    if each["notable"]:
        yield Fact("notable", each["exhibit"], (*key, each["notable"]), shown)
    if each["known"]:
        yield Fact("known", each["exhibit"], (*key, ""), shown)
    if each["problem"]:
        yield Fact("problem", each["exhibit"], (path,), shown)


def _about_message(each: Mapping[str, Any]) -> Iterator[Fact]:
    """A message without words that names a place has the place's name for its text."""
    moment = (f"/{each['path']}", each["sent_at"], each["direction"])
    body = each["body"] or each["place"] or ""
    shown = f"{each['sent_at']} {each['direction']}: {body or each['kind']}"
    yield Fact("message", each["exhibit"], (*moment, each["sender"] or "", body), shown)
    if each["attachment_sha256"]:
        yield Fact("attachment", each["exhibit"], (*moment, each["attachment_sha256"]), each["attachment"])
