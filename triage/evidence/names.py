"""Names from evidence: bytes that may not be text, kept exactly and shown harmlessly.

Three forms of one name: the bytes as stored; the text of a locator, where bytes that are no UTF-8 are PEP 383
surrogates (reversible); the display form, where they are written out as `\\xNN`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from triage.model import Locator

NAMELESS = "[no name]"


def exact(raw: bytes) -> str:
    """The reversible text of a name or path, for a locator."""
    return raw.decode("utf-8", "surrogateescape")


def forms(raw: bytes) -> tuple[str, str, bytes | None]:
    """Locator form and display form of one name, and the bytes where those say something else.

    No name can be empty or hold `/` or NUL. Where damage made one that is or does, it gets words or is written out, so that it stays
    one step of a path and a folder that leads to itself is found out.
    """
    if not raw:
        return NAMELESS, NAMELESS, raw
    if b"/" in raw or b"\0" in raw:
        shown = raw.decode("utf-8", "backslashreplace").replace("/", "\\x2f").replace("\0", "\\x00")
        return shown, shown, raw
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return exact(raw), raw.decode("utf-8", "backslashreplace"), raw
    return text, text, None


def display(text: str) -> str:
    """The form to show of a reversible text: `\\xNN` for each byte that is no text."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return text


def raw_of(text: str) -> bytes | None:
    """The bytes of a reversible text where they are no valid text, else None."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape")
    return None


def shown_path(locator: Locator) -> str:
    """Display path of a locator through all layers below the volume: `/DCIM/x.zip/in/y.jpg`."""
    parts = [part for step in locator.steps if step.scheme != "volume" for part in step.path.split("/") if part]
    return "".join(f"/{display(part)}" for part in parts)


def volume_of(locator: Locator) -> str | None:
    """The volumes a locator leads through, from the outside in: `p2/luks/root`. None where it leads through none."""
    names = [step.path for step in locator.steps if step.scheme == "volume"]
    return "/".join(map(display, names)) or None
