r"""What one line of a hash list says: digests, a name, and what else its columns hold.

Read: bare digests; the output of md5sum, sha1sum and sha256sum (`digest  name`, `digest *name`, and with a leading backslash where the
name is escaped), also with a size before it (md5deep); the tagged form of BSD and OpenSSL (`MD5 (name) = digest`); an hfind index
(`digest|offset`); hashdeep; and tables separated by comma, semicolon or tab, with a header line or without one: NSRL RDS 2,
HashKeeper, ILook, ICSE exports and any other whose columns `columns` knows. One row per line: a quoted field does not span lines.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from triage.hashing.shapes import DIGESTS
from triage.hashing.sources.columns import Columns, headed, headless
from triage.hashing.sources.lines import LINE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Mapping

BY_LENGTH = {2 * width: algorithm for algorithm, width in DIGESTS.items()}
NO_DIGEST = "no MD5, SHA-1 or SHA-256"
MALICIOUS = "marked as malicious by its source, so not to be set aside as known"

_PLAIN = re.compile(
    rb"(?P<escaped>\\?)(?:[ ]{0,18}(?P<size>\d{1,18})[ ]{1,2}(?=[0-9A-Fa-f]{32}))?(?P<digest>[0-9A-Fa-f]+)"
    rb"(?:[ \t][ \t*]?(?P<name>.*)|\|\d{1,20})?\Z",
    re.DOTALL,
)
_INDEX_HEAD = re.compile(rb"0{40}[0-9A-Fa-f]+\|")
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

Reason: TypeAlias = str


class Row(NamedTuple):
    """Values by column, a name, and the rest as it is stored (see `details`)."""

    values: Mapping[str, bytes]
    name: bytes = b""
    detail: bytes = b""
    size: int | None = None
    category: str | None = None


class RowParser:
    """Reads line after line; remembers the header."""

    def __init__(self, *, known: bool = False) -> None:
        self.columns: Columns | None = None
        self._known = known
        self._started = False

    @property
    def plain(self) -> bool:
        """Whether lines are read without columns."""
        return self.columns is None

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
        if not self._started and self.columns is None and self._read_header(line):
            return None
        if self.columns is None:
            row = _plain_row(line)
            if isinstance(row, str) and not self._started and self._read_headless(line):
                return self._column_row(line)
        else:
            row = self._column_row(line)
        self._started = self._started or isinstance(row, Row)
        return row

    def _read_header(self, line: bytes) -> bool:
        text = line.decode("utf-8", "replace")
        found = (headed(fields(text, separator), separator) for separator in ",;\t")
        self.columns = next((columns for columns in found if columns), None)
        return self.columns is not None or bool(_INDEX_HEAD.match(line))

    def _read_headless(self, line: bytes) -> bool:
        text = line.decode("utf-8", "replace")
        found = (headless(fields(text, separator), separator, BY_LENGTH) for separator in ",;\t|")
        self.columns = next((columns for columns in found if columns), None)
        self._started = self.columns is not None
        return self._started

    def _read_hashdeep_header(self, line: bytes) -> None:
        if line.startswith(b"%%%% size,"):
            names = line[5:].decode("ascii", "replace").split(",")
            columns = headed(names, ",")
            if columns:
                self.columns = columns.ending_in_name(len(names))

    def _column_row(self, line: bytes) -> Row | Reason:
        assert self.columns is not None
        text = line.decode("utf-8", "backslashreplace")
        try:
            cells = fields(text, self.columns.separator, self.columns.fields)
        except csv.Error as error:
            return f"not readable as separated values ({error})"
        values = {}
        for column, position in self.columns.digests:
            value = cells[position].strip() if position < len(cells) else ""
            algorithm = BY_LENGTH.get(len(value), column) if column == "any" else column
            if value:
                if len(value) != 2 * DIGESTS.get(algorithm, 0) or not _HEX.match(value):
                    return f"the column of {'digests' if algorithm == 'any' else algorithm.upper()} holds none"
                values[algorithm] = bytes.fromhex(value)
        values |= self.columns.prints(cells)
        if not values:
            return NO_DIGEST
        if self._known and self.columns.cell(cells, "special").upper() == "M":
            return MALICIOUS
        return self._with_columns(values, cells)

    def _with_columns(self, values: dict[str, bytes], cells: list[str]) -> Row:
        assert self.columns is not None
        detail = self.columns.detail(cells)
        name = self.columns.cell(cells, "name").encode("utf-8", "backslashreplace")
        packed = detail.packed() if detail else b""
        return Row(values, name, packed, self.columns.size(cells), detail.category if detail else None)


def fields(text: str, separator: str, most: int = 0) -> list[str]:
    """The cells of a line; with `most`, the last holds the rest, and nothing is quoted."""
    if most:
        return text.split(separator, most - 1)
    if '"' not in text:
        return text.split(separator)
    return next(csv.reader((text,), delimiter=separator), [])


def _plain_row(line: bytes) -> Row | Reason:
    match = _PLAIN.match(line)
    if match is None:
        return _tagged_row(line)
    algorithm = BY_LENGTH.get(len(match["digest"]))
    if algorithm is None:
        return f"{NO_DIGEST}: {len(match['digest'])} hexadecimal digits"
    size = int(match["size"]) if match["size"] else None
    return Row({algorithm: bytes.fromhex(match["digest"].decode("ascii"))}, _plain_name(match), size=size)


def _tagged_row(line: bytes) -> Row | Reason:
    match = _TAGGED.match(line)
    if match is None:
        return NO_DIGEST
    algorithm = _TAGS.get(match["tag"])
    if algorithm is None:
        return f"{NO_DIGEST}: {match['tag'][:20].decode('ascii')}"
    if len(match["digest"]) != 2 * DIGESTS[algorithm]:
        return f"a digest that is no {algorithm.upper()}"
    return Row({algorithm: bytes.fromhex(match["digest"].decode("ascii"))}, _plain_name(match))


def _plain_name(match: re.Match[bytes]) -> bytes:
    name = (match["name"] or b"").strip()
    if match["escaped"]:
        name = _ESCAPES.sub(lambda escape: _UNESCAPED[escape[1]], name)
    return name
