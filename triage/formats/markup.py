"""Text out of the markup that messengers store: tags go, entities become characters. No parser of XML is run over evidence."""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"<[^<>]{0,4096}>")


def plain(text: str | None) -> str | None:
    """The text without tags; None where nothing is left."""
    return html.unescape(_TAG.sub("", text)).strip() or None if text else None


def attribute(text: str | None, tag: str, name: str) -> str | None:
    """The value of an attribute of the first tag of that name, as people read it."""
    found = re.search(rf"<{tag}\b[^<>]{{0,4096}}?\b{name}\s*=\s*\"([^\"<>]*)\"", text or "")
    return html.unescape(found[1]) or None if found else None


def element(text: str | None, tag: str) -> str | None:
    """The text inside the first element of that name, without tags."""
    found = re.search(rf"<{tag}\b[^<>]{{0,4096}}>(.*?)</{tag}>", text or "", re.DOTALL)
    return plain(found[1].removeprefix("<![CDATA[").removesuffix("]]>")) if found else None
