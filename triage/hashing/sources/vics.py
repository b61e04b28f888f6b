"""Project VIC and CAID media as JSON (VICS 1.x and 2.0), and other JSON whose objects hold digests.

The specification is not public: what is read here follows the open readers and writers (mark B). A set of hashes has its media in
`value`; a case has cases in `value` with media in `Media`; real files mix the two, so every object is taken for what it holds. Names are
compared without case. Flags have three states. A category of 0 is a category.

NIST's "CAID" set has the same form (model 1.2, category 8) and is a set of *known* files: it is never taken for the other,
nor the other for it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from triage.errors import UserError
from triage.hashing.details import Detail, three_state
from triage.hashing.photodna import photodna
from triage.hashing.record import KNOWN
from triage.hashing.shapes import DIGESTS
from triage.hashing.sources.json_stream import Walk
from triage.hashing.sources.prints import pdq

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from triage.hashing.intake import Intake
    from triage.hashing.sources.origin import Origin

CONTEXT_KEYS = ("@odata.context", "odata.metadata")
NIST_CATEGORY = 8
REFUSED_AS_KNOWN = (
    "sets of Project VIC and CAID list what is looked for, and importing one as known would hide it; use --kind notable"
)

_FLAGS = {
    "victimidentified": "victim_identified",
    "offenderidentified": "offender_identified",
    "isdistributed": "distributed",
    "issuspected": "suspected",
    "selfgenerated": "self_generated",
    "isprecategorized": "precategorized",
}
_PRINTS = {"photodna": photodna, "pdq": pdq}
_HEX = {2 * width: name for name, width in DIGESTS.items()}
_NAMES = ("filename", "name", "displayname")
_VICS = re.compile(r"ProjectV(?:ic|IC)/DataModels/(\d\.\d)\.xml", re.IGNORECASE)


def model_version(context: str) -> str | None:
    """The version of the data model that a context string names: "1.3", "2.0"."""
    match = _VICS.search(context)
    return match[1] if match else None


def is_media(fields: Mapping[str, Any]) -> bool:
    """Whether a record, with lower-case names, has the form of a VICS medium, whatever its file says of itself."""
    return any(each in fields for each in ("mediaid", "mediafiles", "mediasize"))


def is_nist(fields: Mapping[str, Any]) -> bool:
    """Whether a medium can be one of NIST's set of known files: category 8 or none, and nothing that is said of finds."""
    plain = not any(fields.get(each) for each in ("photodna", "series", "tags"))
    return plain and fields.get("category") in (NIST_CATEGORY, None)


def media(walk: Walk) -> Iterator[dict[str, Any]]:
    """Every object with the fields of a file, with lower-case names; cases give theirs."""
    for each in walk.objects():
        yield from _inside(_lower(each))


def read_json(origin: Origin, intake: Intake) -> None:
    """Every media record. Raises OSError, UserError where the text is broken off or a known list is asked of a VIC set."""
    with origin.stream() as stream:
        walk = Walk(stream)
        for number, fields in enumerate(media(walk), start=1):
            if intake.kind == KNOWN and is_media(fields) and not is_nist(fields):
                raise UserError(f"record {number} is none of a set of known files: {REFUSED_AS_KNOWN}")
            _take(fields, number, intake)


def _inside(fields: dict[str, Any]) -> Iterator[dict[str, Any]]:
    inner = fields.get("media")
    if isinstance(inner, list):
        for each in inner:
            if isinstance(each, dict):
                yield _lower(each)
    else:
        yield fields


def _lower(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key.lower(): value for key, value in fields.items()}


def _take(fields: Mapping[str, Any], number: int, intake: Intake) -> None:
    values, fault = _values(fields)
    if fault or not values:
        intake.refuse(number, fault or "no MD5, SHA-1 or SHA-256")
        return
    category = fields.get("category")
    code = None if category is None or category == "" else str(category)
    detail = _detail(fields, code)
    intake.add(number, values, name=_name(fields), detail=detail.packed(), size=_size(fields), category=code)


def _values(fields: Mapping[str, Any]) -> tuple[dict[str, bytes], str | None]:
    """Digests and fingerprints of a record; or why it cannot be taken."""
    values: dict[str, bytes] = {}
    for name, value in _stated(fields):
        if name in _PRINTS:
            if isinstance(value, str) and (print_ := _PRINTS[name](value)):
                values.setdefault(name, print_)
            continue
        digest = _digest(value, name)
        if digest is None:
            return {}, f"its {name.upper()} is none"
        if values.setdefault(name, digest) != digest:
            return {}, f"it states two different {name.upper()}"
    return values, None


def _stated(fields: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for name in DIGESTS:
        value = fields.get(name) or fields.get(f"{name}_hash") or fields.get(f"{name}hash")
        if value:
            yield name, value
    for name in _PRINTS:
        if fields.get(name):
            yield name, fields[name]
    others = fields.get("alternativehashes")
    for other in others if isinstance(others, list) else ():
        if isinstance(other, dict) and isinstance(other.get("HashName"), str) and other.get("HashValue"):
            name = re.sub(r"\W", "", other["HashName"].lower())
            if name in DIGESTS or name in _PRINTS:
                yield name, other["HashValue"]


def _digest(value: object, name: str) -> bytes | None:
    if isinstance(value, str) and _HEX.get(len(value)) == name:
        try:
            return bytes.fromhex(value)
        except ValueError:
            return None
    return None


def _detail(fields: Mapping[str, Any], code: str | None) -> Detail:
    flags = {name: state for key, name in _FLAGS.items() if (state := three_state(fields.get(key))) is not None}
    return Detail(code, _text(fields.get("series")), _tags(fields.get("tags")), flags, _text(fields.get("comments")))


def _tags(value: object) -> tuple[str, ...]:
    """A text with commas, a list, or an object whose keys or values are the tags."""
    if isinstance(value, str):
        return tuple(tag.strip() for tag in re.split("[,;]", value) if tag.strip())
    if isinstance(value, list):
        return tuple(text for each in value if (text := _text(each)))
    if isinstance(value, dict):
        return tuple(f"{key}: {text}" for key, each in value.items() if (text := _text(each)))
    return ()


def _text(value: object) -> str | None:
    if isinstance(value, dict):
        return next((each for each in value.values() if isinstance(each, str) and each), None)
    return str(value) if value not in (None, "", [], {}) else None


def _name(fields: Mapping[str, Any]) -> bytes:
    files = fields.get("mediafiles")
    first = files[0] if isinstance(files, list) and files and isinstance(files[0], dict) else {}
    name = first.get("FileName") or next((fields[key] for key in _NAMES if fields.get(key)), None)
    name = name or fields.get("relativefilepath")
    return name.encode("utf-8", "backslashreplace") if isinstance(name, str) else b""


def _size(fields: Mapping[str, Any]) -> int | None:
    value = fields.get("mediasize")
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None
    return value if isinstance(value, int) else None
