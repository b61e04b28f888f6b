"""An event as a line of the log: the one canonical form, its digest and signature, and the way back."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING

from triage.model import CustodyEvent

if TYPE_CHECKING:
    from triage.keys import SigningKey

KEY, TORN, CLOCK = "key", "custody.torn", "clock"  # actions that the log itself writes
START = "0" * 64  # `previous` of the first event
LINE_LIMIT = 4 << 20  # bytes of a line with its line feed

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\Z", re.ASCII)
_HEX = re.compile(r"[0-9a-f]+\Z")
_SECRET = re.compile(r"passw|passphrase|passcode|secret|kata_?sandi|(?<![a-z])pins?(?![a-z])", re.IGNORECASE)
_WITHHELD = "(withheld)"
_FIELDS = {
    field.name: int if field.name == "number" else dict if field.name == "data" else str
    for field in fields(CustodyEvent)
}


def parsed(line: bytes) -> CustodyEvent | str:
    """The event of a line that is one in itself, canonical and with its own digest; else the reason why not."""
    body = line.removesuffix(b"\n")
    if len(body) > LINE_LIMIT:
        return "longer than an event can be"
    try:
        event = _event(json.loads(body.decode("utf-8")))
        if event is None:
            return "not a custody event"
        if line_of(event) != body + b"\n":
            return "not written as the log writes"
        return event if event.digest == _digest(event).hex() else "its content does not match its digest"
    except (ValueError, RecursionError):
        return "not readable as JSON"


def signed(event: CustodyEvent, key: SigningKey) -> CustodyEvent:
    """The event with its digest and signature."""
    digest = _digest(event)
    return replace(event, digest=digest.hex(), signature=key.sign(digest).hex())


def line_of(event: CustodyEvent) -> bytes:
    """The event as the log holds it, with its line feed. Raises ValueError for what JSON or UTF-8 cannot say."""
    return _canonical(asdict(event)) + b"\n"


def writable(data: Mapping[str, object]) -> dict[str, object]:
    """Data as JSON will give it back: names that are no text in escapes, and no passwords."""
    return {writable_text(str(key)): _kept(str(key), value) for key, value in data.items()}


def writable_text(text: str) -> str:
    """Text that UTF-8 can say: bytes of names that are no text in escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _kept(key: str, value: object) -> object:
    return _WITHHELD if _SECRET.search(key) and not isinstance(value, bool | None) else _value(value)


def _value(value: object) -> object:
    if isinstance(value, str):
        return writable_text(value)
    if isinstance(value, Mapping):
        return writable(value)
    if isinstance(value, list | tuple):
        return [_value(each) for each in value]
    return value


def whole_json(body: bytes) -> bool:
    """Whether the bytes start with a whole JSON value: then they are not the first part of a line."""
    try:
        json.JSONDecoder().raw_decode(body.decode("utf-8", "replace"))
    except ValueError:
        return False
    except RecursionError:
        return True
    return True


def _event(values: object) -> CustodyEvent | None:
    if not isinstance(values, dict) or values.keys() != _FIELDS.keys():
        return None
    if any(type(values[name]) is not kind for name, kind in _FIELDS.items()):
        return None
    event = CustodyEvent(**values)
    lengths = tuple(len(each) for each in (event.previous, event.digest, event.signature))
    hexadecimal = all(_HEX.match(each) for each in (event.previous, event.digest, event.signature))
    return event if _TIME.match(event.at) and hexadecimal and lengths == (64, 64, 128) else None


def _digest(event: CustodyEvent) -> bytes:
    covered = {name: value for name, value in asdict(event).items() if name not in {"digest", "signature"}}
    return hashlib.sha256(_canonical(covered)).digest()


def _canonical(values: dict[str, object]) -> bytes:
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")
