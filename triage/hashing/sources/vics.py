"""Project VIC and CAID media as JSON (VICS 1.x and 2.0), and other JSON whose objects hold digests.

The specification is not public: what is read here follows the open readers and writers (mark B). A set of hashes has its media in
`value`; a case has cases in `value` with media in `Media`; real files mix the two, so every object is taken for what it holds. Names are
compared without case. Flags have three states. A category of 0 is a category.

NIST's "CAID" set has the same form (model 1.2, category 8) and is a set of *known* files: it is never taken for the other,
nor the other for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from triage.errors import UserError
from triage.hashing.details import Detail, three_state
from triage.hashing.photodna import photodna
from triage.hashing.record import KNOWN
from triage.hashing.shapes import DIGESTS
from triage.hashing.sources.json_stream import Walk
from triage.hashing.sources.prints import pdq

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from triage.hashing.intake import Intake
    from triage.hashing.sources.origin import Origin

CONTEXT_KEYS = ("@odata.context", "odata.metadata")
NIST_CATEGORY = 8
REMEMBERED = 10_000  # sets of names, and of what is said, known by heart
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
_SAYING = ("category", "series", "tags", "comments", *_FLAGS)
_DIGEST_FIELDS = (
    *((name, name) for name in DIGESTS),
    *((f"{name}{end}", name) for name in DIGESTS for end in ("_hash", "hash")),
    *((name, name) for name in _PRINTS),
)
_HEX = {2 * width: name for name, width in DIGESTS.items()}
_NAMES = ("filename", "name", "displayname", "display_name", "relativefilepath")
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
    """Every object with the fields of a file; cases give theirs."""
    return (fields for fields, _ in _planned(walk))


def small(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The same with names in small letters."""
    return {name.lower(): value for name, value in fields.items()}


def read_json(origin: Origin, intake: Intake) -> None:
    """Every media record. Raises OSError, UserError where the text is broken off or a known list is asked of a VIC set."""
    with origin.stream() as stream:
        taking = _Taking(intake)
        for number, (fields, plan) in enumerate(_planned(Walk(stream)), start=1):
            if intake.kind == KNOWN and is_media(small(fields)) and not is_nist(small(fields)):
                raise UserError(f"record {number} is none of a set of known files: {REFUSED_AS_KNOWN}")
            taking.take(fields, plan, number)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where in records of these names is what: names as the file has them, found once for all records that have the same."""

    digests: tuple[tuple[str, str], ...]  # name, column
    said: Callable[[Mapping[str, Any]], tuple[object, ...]]
    saying: tuple[str, ...]  # what each of these is, in small letters
    media: str
    size: str
    files: str
    alternatives: str
    names: tuple[str, ...]


@lru_cache(REMEMBERED)
def _plan(names: tuple[str, ...]) -> _Plan:
    by_small = {name.lower(): name for name in names}
    saying = tuple(each for each in _SAYING if each in by_small)
    return _Plan(
        digests=tuple((by_small[name], column) for name, column in _DIGEST_FIELDS if name in by_small),
        said=_getter(tuple(by_small[each] for each in saying)),
        saying=saying,
        media=by_small.get("media", ""),
        size=by_small.get("mediasize", ""),
        files=by_small.get("mediafiles", ""),
        alternatives=by_small.get("alternativehashes", ""),
        names=tuple(by_small[each] for each in _NAMES if each in by_small),
    )


def _planned(walk: Walk) -> Iterator[tuple[dict[str, Any], _Plan]]:
    for each in walk.objects():
        plan = _plan(tuple(each))
        if plan.media and isinstance(inner := each[plan.media], list):
            yield from ((medium, _plan(tuple(medium))) for medium in inner if isinstance(medium, dict))
        else:
            yield each, plan


def _getter(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[object, ...]]:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda fields: tuple(fields[name] for name in names)


class _Taking:
    """Takes records one by one; what many of them say alike is packed once."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._details: dict[tuple[object, ...], tuple[bytes, str | None]] = {}

    def take(self, fields: Mapping[str, Any], plan: _Plan, number: int) -> None:
        """One record."""
        values, fault = _values(fields, plan)
        if fault or not values:
            self._intake.refuse(number, fault or "no MD5, SHA-1 or SHA-256")
            return
        detail, code = self._said(fields, plan)
        name, size = _name(fields, plan), _size(fields.get(plan.size))
        self._intake.add(number, values, name=name, detail=detail, size=size, category=code)

    def _said(self, fields: Mapping[str, Any], plan: _Plan) -> tuple[bytes, str | None]:
        said = plan.said(fields)
        key = (plan.saying, said, tuple(map(type, said)))  # 1, 1.0 and True are equal, and not the same
        try:
            known = self._details.get(key)
        except TypeError:  # a list or an object among them
            return _detail(dict(zip(plan.saying, said, strict=True)))
        if known is None:
            known = _detail(dict(zip(plan.saying, said, strict=True)))
            if len(self._details) < REMEMBERED:
                self._details[key] = known
        return known


def _values(fields: Mapping[str, Any], plan: _Plan) -> tuple[dict[str, bytes], str | None]:
    """Digests and fingerprints of a record; or why it cannot be taken."""
    values: dict[str, bytes] = {}
    for name, column in plan.digests:
        if (value := fields[name]) and (fault := _put(values, column, value)):
            return {}, fault
    others = fields.get(plan.alternatives)
    for column, value in _alternatives(others) if others and isinstance(others, list) else ():
        if fault := _put(values, column, value):
            return {}, fault
    return values, None


def _put(values: dict[str, bytes], column: str, value: object) -> str | None:
    """Add a value to those of a record; or why it cannot be."""
    if column in _PRINTS:
        if isinstance(value, str) and (print_ := _PRINTS[column](value)):
            values[column] = print_
        return None
    digest = _digest(value, column)
    if digest and column not in values:
        values[column] = digest
        return None
    if digest is None:
        return f"its {column.upper()} is none"
    if values.setdefault(column, digest) != digest:
        return f"it states two different {column.upper()}"
    return None


def _alternatives(others: list[object]) -> Iterator[tuple[str, object]]:
    for other in others:
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


def _detail(fields: Mapping[str, Any]) -> tuple[bytes, str | None]:
    """What a record says beside its digests, and its category."""
    category = fields.get("category")
    code = None if category is None or category == "" else str(category)
    flags = {name: state for key, name in _FLAGS.items() if (state := three_state(fields.get(key))) is not None}
    series, comments = _text(fields.get("series")), _text(fields.get("comments"))
    return Detail(code, series, _tags(fields.get("tags")), flags, comments).packed(), code


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


def _name(fields: Mapping[str, Any], plan: _Plan) -> bytes:
    files = fields.get(plan.files)
    first = files[0] if files and isinstance(files, list) and isinstance(files[0], dict) else None
    name = first.get("FileName") if first else None
    name = name or next((fields[each] for each in plan.names if fields[each]), None)
    return name.encode("utf-8", "backslashreplace") if isinstance(name, str) else b""


def _size(value: object) -> int | None:
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None
