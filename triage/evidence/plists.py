"""Property lists of evidence sources that have to be dictionaries; and the plain fields of an object that NSKeyedArchiver put into one."""

from __future__ import annotations

import plistlib

from triage.errors import Malformed
from triage.formats.plist import MOST_BYTES, loaded

__all__ = ["MOST_BYTES", "archived", "dictionary"]


def dictionary(data: bytes) -> dict[str, object]:
    """The property list in `data`, which has to be a dictionary; keys that are no text are left out.

    Raises Malformed, LimitReached.
    """
    value = loaded(data)
    if not isinstance(value, dict):
        raise Malformed("the property list is no dictionary")
    return {key: each for key, each in value.items() if isinstance(key, str)}


def archived(data: bytes) -> dict[str, object]:
    """The fields of the object at the top of an NSKeyedArchiver archive; what they refer to is put in their place.

    Only data (NSData), text and numbers are followed, one step: nothing is made out of what the evidence names. Raises Malformed.
    """
    archive = dictionary(data)
    objects, top = archive.get("$objects"), archive.get("$top")
    if not isinstance(objects, list) or not isinstance(top, dict):
        raise Malformed("no archive of objects")
    fields = _at(objects, top.get("root"))
    if not isinstance(fields, dict):
        raise Malformed("the archive of objects has no object at its top")
    return {key: _plain(objects, value) for key, value in fields.items() if isinstance(key, str)}


def _plain(objects: list[object], value: object) -> object:
    found = _at(objects, value)
    return found.get("NS.data") if isinstance(found, dict) and "NS.data" in found else found


def _at(objects: list[object], value: object) -> object:
    """What a reference refers to; a value that is none stands for itself."""
    if not isinstance(value, plistlib.UID):
        return value
    return objects[value.data] if 0 < value.data < len(objects) else None
