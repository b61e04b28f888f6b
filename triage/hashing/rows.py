r"""What one line of a hash list says: digests, and a name or category.

Read: bare digests; the output of md5sum, sha1sum and sha256sum (`digest  name`, `digest *name`, and with a leading
backslash where the name is escaped); the tagged form of BSD and OpenSSL (`MD5 (name) = digest`); hashdeep; and tables
with a header line, separated by comma, semicolon or tab. One row per line: a quoted field does not span lines.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from hashlib import md5, sha1, sha256
from typing import NamedTuple, TypeAlias

from triage.hashing.lines import LINE_LIMIT
from triage.hashing.tables import ALGORITHMS, LABEL_BYTES, WIDTHS

EMPTY = frozenset(each(b"", usedforsecurity=False).digest() for each in (md5, sha1, sha256))

_BY_LENGTH = {2 * width: algorithm for algorithm, width in WIDTHS.items()}
_PLAIN = re.compile(rb"(?P<escaped>\\?)(?P<digest>[0-9A-Fa-f]+)(?:[ \t][ \t*]?(?P<name>.*))?\Z", re.DOTALL)
_TAGGED = re.compile(
    rb"(?P<escaped>\\?)(?P<tag>[A-Z0-9-]+) ?\((?P<name>.*)\) ?= ?(?P<digest>[0-9A-Fa-f]+)[ \t]*\Z", re.DOTALL
)
_TAGS = {
    b"MD5": "md5",
    b"SHA1": "sha1",
    b"SHA-1": "sha1",
    b"SHA256": "sha256",
    b"SHA-256": "sha256",
    b"SHA2-256": "sha256",
}
_HEX = re.compile(r"[0-9A-Fa-f]+\Z")
_ESCAPES = re.compile(rb"\\([\\nr])")
_UNESCAPED = {b"\\": b"\\", b"n": b"\n", b"r": b"\r"}
_NAMES = frozenset({"filename", "name", "path", "filepath"})
_NO_DIGEST = "no MD5, SHA-1 or SHA-256"

Reason: TypeAlias = str


class Row(NamedTuple):
    """Digests, strongest first, and the label as stored: category, NUL, name; empty where there is neither."""

    digests: tuple[tuple[str, bytes], ...]
    label: bytes = b""


@dataclass(frozen=True, slots=True)
class _Columns:
    """Positions of the columns that count. In hashdeep the name comes last and may hold the separator."""

    separator: str
    digests: tuple[tuple[str, int], ...]  # strongest first
    name: int | None
    category: int | None
    hashdeep_fields: int = 0


class RowParser:
    """Reads line after line; remembers the header. `plain` says that no header was met."""

    def __init__(self) -> None:
        self._columns: _Columns | None = None
        self._started = False

    @property
    def plain(self) -> bool:
        """Whether lines are read without columns."""
        return self._columns is None

    def started(self) -> None:
        """From here on no line is taken for a header."""
        self._started = True

    def parse(self, line: bytes) -> Row | Reason | None:
        """A row, the reason why it is none, or None for what is no row: blank, comment, header."""
        if len(line) > LINE_LIMIT:
            return f"longer than {LINE_LIMIT:,} bytes"
        line = line.rstrip(b"\r\n\x00\x1a \t") if line[-1:] in b"\r\n\x00\x1a \t" else line
        if not line or line[:1] in b"#%":
            self._read_hashdeep_header(line)
            return None
        if not self._started and self._columns is None and self._read_header(line):
            return None
        row = _plain_row(line) if self._columns is None else _column_row(line, self._columns)
        self._started = self._started or isinstance(row, Row)
        return row

    def _read_header(self, line: bytes) -> bool:
        text = line.decode("utf-8", "replace")
        found = (_columns(_fields(text, separator), separator) for separator in ",;\t")
        self._columns = next((columns for columns in found if columns), None)
        return self._columns is not None

    def _read_hashdeep_header(self, line: bytes) -> None:
        if line.startswith(b"%%%% size,"):
            names = line[5:].decode("ascii", "replace").split(",")
            columns = _columns(names, ",")
            if columns:
                self._columns = _Columns(",", columns.digests, len(names) - 1, None, len(names))


def _columns(names: list[str], separator: str) -> _Columns | None:
    """The columns a header names, or None where it names no digest."""
    plain = [re.sub(r"[\W_]|hash", "", name.strip().lower()) for name in names]
    digests = tuple((algorithm, plain.index(algorithm)) for algorithm in ALGORITHMS if algorithm in plain)
    if not digests:
        return None
    name = next((position for position, each in enumerate(plain) if each in _NAMES), None)
    category = plain.index("category") if "category" in plain else None
    return _Columns(separator, digests, name, category)


def _plain_row(line: bytes) -> Row | Reason:
    match = _PLAIN.match(line)
    if match is None:
        return _tagged_row(line)
    algorithm = _BY_LENGTH.get(len(match["digest"]))
    if algorithm is None:
        return f"{_NO_DIGEST}: {len(match['digest'])} hexadecimal digits"
    return Row(((algorithm, bytes.fromhex(match["digest"].decode("ascii"))),), _plain_label(match))


def _tagged_row(line: bytes) -> Row | Reason:
    match = _TAGGED.match(line)
    if match is None:
        return _NO_DIGEST
    algorithm = _TAGS.get(match["tag"])
    if algorithm is None:
        return f"{_NO_DIGEST}: {match['tag'][:20].decode('ascii')}"
    if len(match["digest"]) != 2 * WIDTHS[algorithm]:
        return f"a digest that is no {algorithm.upper()}"
    return Row(((algorithm, bytes.fromhex(match["digest"].decode("ascii"))),), _plain_label(match))


def _plain_label(match: re.Match[bytes]) -> bytes:
    name = (match["name"] or b"").strip()
    if match["escaped"]:
        name = _ESCAPES.sub(lambda escape: _UNESCAPED[escape[1]], name)
    return _label(b"", name)


def _column_row(line: bytes, columns: _Columns) -> Row | Reason:
    text = line.decode("utf-8", "backslashreplace")
    try:
        fields = _fields(text, columns.separator, columns.hashdeep_fields)
    except csv.Error as error:
        return f"not readable as separated values ({error})"
    digests = []
    for algorithm, position in columns.digests:
        value = fields[position].strip() if position < len(fields) else ""
        if value:
            if len(value) != 2 * WIDTHS[algorithm] or not _HEX.match(value):
                return f"the column of {algorithm.upper()} holds none"
            digests.append((algorithm, bytes.fromhex(value)))
    if not digests:
        return _NO_DIGEST
    return Row(tuple(digests), _label(_field(fields, columns.category), _field(fields, columns.name)))


def _fields(text: str, separator: str, hashdeep_fields: int = 0) -> list[str]:
    if hashdeep_fields:
        return text.split(separator, hashdeep_fields - 1)
    if '"' not in text:
        return text.split(separator)
    return next(csv.reader((text,), delimiter=separator), [])


def _field(fields: list[str], position: int | None) -> bytes:
    if position is None or position >= len(fields):
        return b""
    return fields[position].strip().encode("utf-8", "backslashreplace")


def _label(category: bytes, name: bytes) -> bytes:
    if not category and not name:
        return b""
    return b"\x00".join(part.replace(b"\x00", b"")[:LABEL_BYTES] for part in (category, name))
