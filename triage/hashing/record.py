"""The record of a list: what it is, which tables it has, and the digest that covers them.

    <home>/lists/<name>/list.json          this record, replaced in one step by the next import
    <home>/lists/<name>/tables-xxxxxxxx/   the files it names (see `shapes`, `tables`, `texts`)

The digest of a list is SHA-256 over the canonical header and then the content of each file in order of name. The header is JSON with
sorted keys, without spaces, in UTF-8, of `ListInfo.header()`. When and by whom it was imported, and whether it is sealed, are left
out, so that two laboratories that imported the same source the same way have the same digest.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from triage.errors import UserError
from triage.hashing.nearest import near_size
from triage.hashing.shapes import DIGESTS, WIDTHS, Shape
from triage.hashing.tables import INDEX_ROW, NUMBER
from triage.hashing.texts import DETAILS_FILE, NAMES_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from triage.hashing.storage import Storage

FORMAT = 2
KNOWN, NOTABLE, WATCH = KINDS = ("known", "notable", "watch")
RECORD_FILE = "list.json"

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9_-])?\Z")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?\Z", re.IGNORECASE)  # devices of Windows
_FOLDER = re.compile(r"tables-[0-9a-f]{8}\Z")


@dataclass(frozen=True, slots=True)
class Source:
    """A file that the list was imported from. `format` names what it was recognised as."""

    name: str
    sha256: str
    format: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A table: its columns (see `shapes.Shape`) and how many rows it has."""

    columns: tuple[str, ...]
    facts: bool
    rows: int

    @property
    def shape(self) -> Shape:
        """The shape of the rows."""
        return Shape(self.columns, self.facts)


@dataclass(frozen=True, slots=True)
class Meaning:
    """The scheme of the categories, with its labels as they were when the list was imported."""

    scheme: str
    title: str
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class ListInfo:
    """What a list is. `counts` are values per column that a table is looked up by, distinct in each table; `rows` are those of
    all tables; `files` are bytes per file of `folder`. `sealed` is the wrapped key of a sealed list.
    """

    name: str
    kind: str
    version: str
    sources: tuple[Source, ...]
    tables: tuple[Kept, ...]
    counts: dict[str, int]
    files: dict[str, int]
    imported_at: str
    imported_by: str
    folder: str
    meaning: Meaning | None = None
    sealed: str | None = None
    digest: str = ""
    format: int = field(default=FORMAT)

    @property
    def short_digest(self) -> str:
        """The first 12 digits of the digest: the version of the list that a hit names."""
        return self.digest[:12]

    @property
    def rows(self) -> int:
        """Rows that have digests."""
        return sum(table.rows for table in self.tables if table.columns[0] in DIGESTS)

    def header(self) -> bytes:
        """The canonical header, the first part of what the digest covers."""
        left_out = ("imported_at", "imported_by", "folder", "sealed", "digest")
        return canonical({key: value for key, value in asdict(self).items() if key not in left_out})


def canonical(value: object) -> bytes:
    """JSON with sorted keys and no spaces, in UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def list_folder(name: str, home: Path) -> Path:
    """Where a list lies. Raises UserError where the name is not one that every system can store."""
    if not _NAME.match(name) or _RESERVED.match(name):
        raise UserError(f"{name!r} is no name for a list: up to 64 letters, digits, dots, hyphens and underscores")
    return home / "lists" / name


def read_info(name: str, home: Path) -> ListInfo:
    """What is on record of a list. Raises UserError where it is missing or its record is damaged."""
    path = list_folder(name, home) / RECORD_FILE
    try:
        values = json.loads(path.read_bytes())
        if isinstance(values, dict) and values.get("format") != FORMAT:
            raise damaged(name, "it was made by another version of the program")
        info = _info(values)
    except FileNotFoundError:
        raise UserError(f"there is no hash list {name!r}; import it first") from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise damaged(name, f"its record cannot be read ({error})") from error
    if not _sound(info) or info.name.casefold() != name.casefold():
        raise damaged(name, "its record is not that of such a list")
    return info


def list_lists(home: Path) -> tuple[ListInfo, ...]:
    """Every imported list, by name. Raises UserError naming the first that is damaged."""
    records = sorted((home / "lists").glob(f"*/{RECORD_FILE}"))
    return tuple(read_info(record.parent.name, home) for record in records)


def content_digest(info: ListInfo, storage: Storage) -> str:
    """The digest of a list as its files are now, in lower-case hexadecimal. Raises OSError."""
    digest = hashlib.sha256(info.header())
    for name in sorted(info.files):
        for block in storage.blocks(name):
            digest.update(block)
    return digest.hexdigest()


def damaged(name: str, what: str) -> UserError:
    """The error of a list that is not as it was imported."""
    return UserError(f"hash list {name!r} is damaged: {what}; import it again")


def _info(values: dict[str, Any]) -> ListInfo:
    given = dict(values)
    given["sources"] = tuple(Source(**each) for each in values["sources"])
    given["tables"] = tuple(Kept(tuple(each["columns"]), each["facts"], each["rows"]) for each in values["tables"])
    given["meaning"] = None if values.get("meaning") is None else Meaning(**values["meaning"])
    return ListInfo(**given)


def _sound(info: ListInfo) -> bool:
    texts = (info.name, info.version, info.imported_at, info.imported_by, info.digest, info.folder, info.sealed or "")
    sources = [each for source in info.sources for each in (source.name, source.sha256, source.format)]
    if not all(isinstance(text, str) for text in (*texts, *sources)) or info.kind not in KINDS:
        return False
    if not _FOLDER.match(info.folder) or not (info.meaning is None or isinstance(info.meaning.labels, dict)):
        return False
    if not _whole_numbers(info.counts) or not _whole_numbers(info.files):
        return False
    return bool(info.tables) and _sizes_fit(info) and _counts_fit(info)


def _whole_numbers(values: object) -> bool:
    return isinstance(values, dict) and all(isinstance(each, int) and each >= 0 for each in values.values())


def _sizes_fit(info: ListInfo) -> bool:
    """Whether every table has its files, of the size that its rows need."""
    named = {NAMES_FILE, DETAILS_FILE}
    for table in info.tables:
        if not table.columns or not set(table.columns) <= WIDTHS.keys() or not _row_count(table.rows):
            return False
        shape = table.shape
        wanted = {shape.table_file: table.rows * shape.width}
        wanted.update({shape.index_file(each): table.rows * INDEX_ROW for each in shape.indexed})
        wanted.update({shape.near_file: near_size(table.rows)} if shape.near else {})
        if any(info.files.get(name) != size for name, size in wanted.items()):
            return False
        fans = [shape.fan_file(), *(shape.fan_file(each) for each in shape.indexed)]
        if not all(_is_fan(info.files.get(name, 0)) for name in fans):
            return False
        named |= set(shape.files())
    return info.files.keys() <= named


def _counts_fit(info: ListInfo) -> bool:
    """Whether every column that is looked up has a count, and none is more than there are rows."""
    rows: dict[str, int] = {}
    for table in info.tables:
        for column in (table.columns[0], *table.shape.indexed):
            rows[column] = rows.get(column, 0) + table.rows
    return rows.keys() == info.counts.keys() and all(0 < info.counts[each] <= rows[each] for each in rows)


def _row_count(rows: object) -> bool:
    return isinstance(rows, int) and 0 < rows < 1 << 32


def _is_fan(size: int) -> bool:
    entries = size // NUMBER.itemsize - 1
    return size % NUMBER.itemsize == 0 and entries > 0 and entries & (entries - 1) == 0
