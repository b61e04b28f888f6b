"""Types of WeChat's messages, the same on every system (mark B; large numbers mark C)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.formats import cells, markup

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS: Mapping[int, str] = {
    1: "text", 3: "image", 34: "voice", 37: "contact request", 40: "contact", 42: "contact", 43: "video", 47: "sticker", 48: "location",
    49: "link", 50: "call", 62: "video", 10000: "system", 10002: "revoked", 436207665: "red packet", 419430449: "transfer",
    822083633: "text", 1090519089: "document", -1879048186: "live location",
}  # fmt: skip
_APP_MESSAGES = frozenset({49, 822083633, 1090519089})
_ROOM = "@chatroom"
_AUTHOR = re.compile(r"([A-Za-z0-9_@.-]{3,64}):\n")
_PLACE, _CARD = 48, frozenset({40, 42})
_MARKUP = _APP_MESSAGES | _CARD | {_PLACE, 3, 34, 43, 47, 62, 10002}


def authored(content: str | None, talker: str | None, direction: str) -> tuple[str | None, str | None]:
    """Who wrote it, and the text: in a group a received text begins with its author; between two people the author is the other one."""
    if talker is None or not talker.endswith(_ROOM) or direction != "in":
        return talker, content
    found = _AUTHOR.match(content or "")
    return (found[1], (content or "")[found.end() :] or None) if found else (None, content)


def body(kind: int | None, content: str | None) -> str | None:
    """What a person would read of the content, which is markup for most types."""
    if content is None or kind not in _MARKUP:
        return content
    if kind in _APP_MESSAGES:
        said = (markup.element(content, "title"), markup.element(content, "des"), markup.element(content, "url"))
        return "\n".join(each for each in said if each) or None
    if kind == _PLACE:
        said = (markup.attribute(content, "location", "poiname"), markup.attribute(content, "location", "label"), None)
        return ", ".join(each for each in said if each) or None
    if kind in _CARD:
        return markup.attribute(content, "msg", "nickname") or markup.attribute(content, "msg", "username")
    return markup.plain(content) if kind == 10002 else None


def place(kind: int | None, content: str | None) -> tuple[float, float] | tuple[None, None]:
    """Degrees of a shared place: x is the latitude."""
    if kind != _PLACE:
        return None, None
    pair = (markup.attribute(content, "location", axis) for axis in ("x", "y"))
    return cells.coordinates(*map(_number, pair))


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
