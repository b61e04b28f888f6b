"""Which format a list has, judged by its content; and what it says of itself that the operator must know before it is imported."""

from __future__ import annotations

import re
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from triage.errors import UserError
from triage.hashing.record import KINDS, KNOWN, NOTABLE, WATCH
from triage.hashing.sources import binary, database, prints, sql_delta, vics
from triage.hashing.sources.json_stream import Walk
from triage.hashing.sources.lines import as_utf8
from triage.hashing.sources.origin import PACKING_ERRORS, Origin
from triage.hashing.sources.rows import RowParser
from triage.hashing.sources.text import read_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from triage.hashing.intake import Intake
    from triage.hashing.sources.binary import Look

LOOKED_AT = 1000  # records of a JSON file

_HEADERS = {
    "NSRL RDS 2": ({"productcode", "opsystemcode", "specialcode"}, True),
    "HashKeeper": ({"hashsetid", "hash"}, False),
    "ILook": ({"v3hash"}, False),
    "INTERPOL ICSE export": ({"baseline", "isdistributed"}, False),
}
_KNOWN_FILES = "it is a set of known files, not of what is looked for; use --kind known"


@dataclass(frozen=True, slots=True)
class Recognised:
    """A list as it was recognised.

    `read` takes its rows and returns the SHA-256 of the file. `context` is what a VICS file says of itself. `codes` are the
    category codes among the first records, with their counts; where there are any that need a scheme, `coded` is true.
    """

    path: Path
    format: str
    read: Callable[[Intake], str]
    kinds: tuple[str, ...] = KINDS
    why: str = ""
    context: str = ""
    coded: bool = False
    codes: tuple[tuple[str, int], ...] = ()


def recognise(path: Path, *, look: Look | None = None, as_pdq: bool = False) -> Recognised:
    """What a file or folder is. Raises UserError where it is no list that is known.

    `look` gives the fingerprints of a file in a folder. `as_pdq`: 64 hexadecimal digits in a text are a PDQ and no SHA-256.
    """
    try:
        if path.is_dir():
            return Recognised(path, "folder of files", lambda intake: binary.read_folder(path, intake, look))
        if not path.is_file():
            raise UserError(f"{path}: no such file")
        if as_pdq:
            return _made(Origin(path).unpacked(), "text of PDQ fingerprints", prints.read_prints)
        return _file(Origin(path))
    except PACKING_ERRORS as error:
        raise UserError(f"{path}: a packed file that is damaged or broken off ({error})") from error
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror or error})") from error


def _file(origin: Origin) -> Recognised:
    head = origin.head()
    if head.startswith(database.MAGIC):
        kind = database.recognised(origin.path)
        return _made(origin, kind.name, kind.read, known=kind.known, beside=True)
    if head.startswith(binary.ENCASE_MAGIC):
        name = binary.encase_name(head)
        return _made(origin, f"EnCase hash file{f', {name!r}' if name else ''}", binary.read_encase)
    inside = origin.unpacked()
    if inside is not origin:
        head = inside.head()
    text = as_utf8(head).lstrip()
    if text[:1] in (b"{", b"[") and _is_json(text):
        return _json(inside)
    if sql_delta.is_sql(text):
        return _made(inside, "NSRL RDS 3, delta", sql_delta.read_delta, known=True)
    if prints.is_frames(text):
        return _made(inside, "frames of a clip (vPDQ)", prints.read_prints)
    if text.count(0) > len(text) // 100:
        raise UserError(f"{origin.path}: no list that is known: no text, and no database or hash file of a known form")
    return _text(inside, text)


def _made(
    origin: Origin, name: str, read: Callable[[Origin, Intake], None], *, known: bool = False, beside: bool = False
) -> Recognised:
    """`beside`: the file is not read as a stream, so its digest is taken at the same time."""

    def taken(intake: Intake) -> str:
        try:
            with origin.hashed_beside() if beside else nullcontext():
                read(origin, intake)
        except UserError as error:
            raise error if str(origin.path) in str(error) else UserError(f"{origin.path}: {error}") from error
        except PACKING_ERRORS as error:
            raise UserError(f"{origin.path}: a packed file that is damaged or broken off ({error})") from error
        return origin.sha256()

    if known:
        return Recognised(origin.path, name, taken, (KNOWN, WATCH), _KNOWN_FILES)
    return Recognised(origin.path, name, taken)


def _is_json(text: bytes) -> bool:
    return bool(re.match(rb"\{\s*(?:\"|\Z)|\[\s*(?:\{|\Z)", text))


def _json(origin: Origin) -> Recognised:
    """Looks at the first records. A damaged file is recognised all the same; reading it says what is wrong."""
    with origin.stream() as stream:
        walk = Walk(stream)
        try:
            first = [vics.small(each) for each in islice(vics.media(walk), LOOKED_AT)]
        except UserError as error:
            first = []
            fault = str(error)
        else:
            fault = ""
    context = next((str(walk.scalars[key]) for key in vics.CONTEXT_KEYS if key in walk.scalars), "")
    made = partial(_made, origin.again(), read=vics.read_json)
    version = vics.model_version(context)
    if version is None and not (first and vics.is_media(first[0])):
        if not first:
            raise UserError(f"{origin.path}: JSON without a list in it{f': {fault}' if fault else ''}")
        return made("JSON")
    if version == "1.2" and first and vics.is_nist(first[0]):
        return replace(made("NIST non-RDS set (VICS 1.2 form)", known=True), context=context)
    form = f"VICS {version or 'of no stated version'}, {context.rpartition('#')[2].lower() or 'media'}"
    coded = any(each.get("category") is not None for each in first)
    kinds = (NOTABLE, WATCH)
    return replace(
        made(form), kinds=kinds, why=vics.REFUSED_AS_KNOWN, context=context, coded=coded, codes=_codes(first)
    )


def _codes(records: list[dict[str, object]]) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    for record in records:
        if (code := record.get("category")) is not None:
            counts[str(code)] = counts.get(str(code), 0) + 1
    return tuple(sorted(counts.items()))


def _text(origin: Origin, text: bytes) -> Recognised:
    if text.startswith(b'"hashset_id","name"'):
        raise UserError(
            f"{origin.path}: HashKeeper's description of a set; its digests are in the .hsh file that belongs to it"
        )
    parser = RowParser()
    lines = text.split(b"\n")[:-1] or [text]
    for line in lines[:LOOKED_AT]:
        if parser.parse(line) is not None or parser.columns:
            break
    name, known = _text_name(parser, text)
    return _made(origin, name, read_text, known=known)


def _text_name(parser: RowParser, text: bytes) -> tuple[str, bool]:
    """What the text is called, and whether it is a set of known files."""
    if parser.columns is None:
        return ("hfind index" if re.match(rb"0{40}[0-9A-Fa-f]+\|", text) else "text"), False
    if text.startswith(b"%%%% HASHDEEP"):
        return "hashdeep", False
    header = set(parser.columns.header)
    for name, (words, known) in _HEADERS.items():
        if words <= header:
            return name, known
    return ("table with header" if header else "table without header"), False
