"""NSRL RDS 3 deltas: a text of SQL statements that brings a database of an earlier quarter up to date.

Nothing of it is executed. `INSERT INTO FILE` gives rows (columns named, or in the order of the minimal edition); other tables are
passed over. `DELETE` and `UPDATE` of FILE are counted as refused: a list knows digests, not rows, and a digest that is deleted from one
package may stand in another; a file that was known stays known until the next whole edition (mark B for the form of the text).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from triage.hashing.shapes import DIGESTS
from triage.hashing.sources.lines import utf8_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from triage.hashing.intake import Intake
    from triage.hashing.sources.origin import Origin

FILE_COLUMNS = ("sha256", "sha1", "md5", "crc32", "file_name", "file_size", "package_id")
LONGEST = 1 << 20  # bytes of a statement that is taken

_WORDS = re.compile(rb"(?:\s|--[^\n]*\n|/\*.*?\*/)*(\w+)", re.DOTALL)
_INSERT = re.compile(
    rb"(?:\s|--[^\n]*\n|/\*.*?\*/)*INSERT\s+(?:OR\s+\w+\s+)?INTO\s+[\"'`\[]?(?P<table>\w+)[\"'`\]]?\s*(?:\((?P<columns>[^)]*)\))?\s*VALUES\s*",
    re.IGNORECASE | re.DOTALL,
)
_VALUE = re.compile(rb"\s*(?:'((?:[^']|'')*)'|([^\s,()']+))\s*(,|\))")
_CHANGE = re.compile(
    rb"(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:DELETE\s+FROM|UPDATE)\s+[\"'`\[]?FILE\b", re.IGNORECASE | re.DOTALL
)
_TOKEN = re.compile(rb"'[^']*(?:''[^']*)*'|--[^\n]*\n|/\*.*?\*/|;|'|--|/\*", re.DOTALL)
_OPEN = (b"'", b"--", b"/*")  # a text or remark that goes on in the next block

CHANGED = "a deletion or change, which is not carried out: import the next whole edition"


def read_delta(origin: Origin, intake: Intake) -> None:
    """Every row that the delta brings. Raises OSError."""
    with origin.stream() as stream:
        for number, statement in enumerate(_statements(stream), start=1):
            _take(statement, number, intake)


def is_sql(head: bytes) -> bool:
    """Whether a text begins as a delta does."""
    match = _WORDS.match(head)
    return bool(match and match[1].upper() in (b"BEGIN", b"INSERT", b"PRAGMA", b"CREATE", b"DELETE", b"UPDATE"))


def _take(statement: bytes, number: int, intake: Intake) -> None:
    match = _INSERT.match(statement)
    if match is None:
        if _CHANGE.match(statement):
            intake.refuse(number, CHANGED)
        return
    if match["table"].upper() not in (b"FILE", b"METADATA"):
        return
    columns: tuple[str, ...] = FILE_COLUMNS
    if match["columns"]:
        columns = tuple(
            re.sub(r"\W", "", each).lower() for each in match["columns"].decode("utf-8", "replace").split(",")
        )
    for row in _tuples(statement, match.end()):
        _take_row(dict(zip(columns, row, strict=False)), number, intake)


def _take_row(cells: dict[str, bytes], number: int, intake: Intake) -> None:
    values = {}
    for name, width in DIGESTS.items():
        cell = cells.get(name, b"")
        if re.fullmatch(rb"[0-9A-Fa-f]+", cell) and len(cell) == 2 * width:
            values[name] = bytes.fromhex(cell.decode("ascii"))
        elif cell:
            intake.refuse(number, f"its {name.upper()} is none")
            return
    if values:
        intake.add(number, values)
    else:
        intake.refuse(number, "no MD5, SHA-1 or SHA-256")


def _tuples(statement: bytes, place: int) -> Iterator[list[bytes]]:
    """The value lists of an INSERT."""
    while (start := statement.find(b"(", place)) >= 0 and not statement[place:start].strip(b" \t\r\n,"):
        row, place = [], start + 1
        while match := _VALUE.match(statement, place):
            row.append(match[1].replace(b"''", b"'") if match[1] is not None else match[2])
            place = match.end()
            if match[3] == b")":
                break
        else:
            return
        yield row


def _statements(stream: BinaryIO) -> Iterator[bytes]:
    """Each statement without its semicolon; one longer than `LONGEST` is cut short, and then gives what was whole of it."""
    rest = b""
    for block in utf8_blocks(stream):
        data, start, place = rest + block, 0, 0
        while (match := _TOKEN.search(data, place)) and match[0] not in _OPEN:
            place = match.end()
            if match[0] == b";":
                yield data[start : match.start()]
                start = place
        rest = data[start:]
        if len(rest) > LONGEST:
            yield rest[:LONGEST]
            rest = b""
    if rest.strip():
        yield rest
