"""Imported hash lists, opened read-only in place and asked about one item at a time.

    <home>/lists/<name>/list.json          what the list is, and which folder holds its tables
    <home>/lists/<name>/tables-xxxxxxxx/   the tables (see `tables`); replaced as a whole by the next import

Tables are mapped, not loaded: opening costs nothing, and a look-up reads the few pages it touches.

The digest of a list is SHA-256 over the canonical header and then the content of each file in order of name. The header is
JSON with sorted keys, without spaces, in UTF-8, of `ListInfo.header()`. When and by whom it was imported is left out, so that
two laboratories that imported the same source have the same digest.

What counts as a match:

- The strongest digest decides. Where SHA-256 or SHA-1 is on the list, weaker ones are not asked.
- A weaker digest whose rows all state a stronger one, which is *not* that of the item, is contradicted: a made
  collision or a faulty row. It never makes an item known, for that is how a file would be disguised. It still makes an
  item notable, and the explanation says so, for a faulty row must not hide a find.
- An item of zero bytes is never notable. All empty files have the same digests; they get into lists by failed copies, show
  nothing, and would bury real finds. An empty file may be known.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, cast

import numpy as np

from triage.errors import UserError
from triage.hashing.tables import (
    ALGORITHMS,
    ALSO_SHA1,
    ALSO_SHA256,
    OFFSET,
    OFFSETS_FILE,
    ROW,
    TEXT_FILE,
    WIDTHS,
    rows_file,
    table_file,
)
from triage.model import Hit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import numpy.typing as npt

    from triage.hashing.tables import Facts, Packed
    from triage.model import Digests

FORMAT = 1
KINDS = ("known", "notable")
HEADER_FILE = "list.json"

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9_-])?\Z")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?\Z", re.IGNORECASE)  # devices of Windows
_FOLDER = re.compile(r"tables-[0-9a-f]{8}\Z")
_SPOKEN = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256"}
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class ListInfo:
    """What a list is. `counts` are distinct digests per algorithm, `files` bytes per file of `folder`."""

    name: str
    kind: str
    version: str
    source: str
    source_sha256: str
    counts: dict[str, int]
    files: dict[str, int]
    imported_at: str
    imported_by: str
    folder: str
    digest: str = ""
    format: int = field(default=FORMAT)

    @property
    def short_digest(self) -> str:
        """The first 12 digits of the digest: the version of the list that a hit names."""
        return self.digest[:12]

    def header(self) -> bytes:
        """The canonical header, the first part of what the digest covers."""
        covered = ("counts", "files", "format", "kind", "name", "source", "source_sha256", "version")
        return canonical({key: value for key, value in asdict(self).items() if key in covered})


@dataclass(frozen=True, slots=True)
class Match:
    """What a list says of an item. `contradicted` names a stronger digest that the rows state and the item has not."""

    algorithm: str
    value: str
    name: str | None = None
    category: str | None = None
    contradicted: str | None = None


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
    path = list_folder(name, home) / HEADER_FILE
    try:
        values = json.loads(path.read_bytes())
        info = ListInfo(**values)
    except FileNotFoundError:
        raise UserError(f"there is no hash list {name!r}; import it first") from None
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise _damaged(name, f"its record cannot be read ({error})") from error
    if not _sound(info) or info.name.casefold() != name.casefold():
        raise _damaged(name, "its record is not that of such a list")
    return info


def content_digest(info: ListInfo, folder: Path) -> str:
    """The digest of a list as its files are now, in lower-case hexadecimal. Raises OSError."""
    digest = hashlib.sha256(info.header())
    for name in sorted(info.files):
        with (folder / name).open("rb") as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
    return digest.hexdigest()


class HashList:
    """One list, open for look-ups. Not changed by anything that is imported later."""

    def __init__(self, info: ListInfo, folder: Path) -> None:
        """Map the tables. Raises UserError where their sizes are not those on record."""
        self.info = info
        self._folder = folder
        self._check_sizes()
        self._tables: dict[str, Packed] = {}
        self._rows: dict[str, Facts] = {}
        for algorithm in ALGORITHMS:
            if info.counts.get(algorithm):
                self._tables[algorithm] = cast("Packed", self._mapped(table_file(algorithm), f"S{WIDTHS[algorithm]}"))
            if rows_file(algorithm) in info.files:
                self._rows[algorithm] = cast("Facts", self._mapped(rows_file(algorithm), ROW))
        self._labels = self._mapped_labels()

    @classmethod
    def open(cls, name: str, home: Path) -> HashList:
        """Open a list by name. Raises UserError where it is missing or damaged."""
        info = read_info(name, home)
        return cls(info, list_folder(name, home) / info.folder)

    def find(self, digests: Digests) -> tuple[str, str] | None:
        """The strongest algorithm by which the item is on the list and the digest in hexadecimal, or None."""
        match = self.match(digests)
        return (match.algorithm, match.value) if match else None

    def match(self, digests: Digests) -> Match | None:
        """What the list says of the item, by the rules at the head of this module."""
        if digests.length == 0 and self.info.kind == "notable":
            return None
        doubtful = None
        for algorithm, table in self._tables.items():
            digest: bytes = getattr(digests, algorithm)
            position = _position(table, digest)
            if position is not None:
                match = self._described(algorithm, digest, position)
                if match.contradicted is None:
                    return match
                doubtful = doubtful or match
        return doubtful if self.info.kind == "notable" else None

    def verify(self) -> bool:
        """Whether the list is still what was imported: reads all of it. Raises UserError where it cannot be read."""
        try:
            return content_digest(self.info, self._folder) == self.info.digest
        except OSError as error:
            raise _damaged(self.info.name, str(error)) from error

    def close(self) -> None:
        """Give back the mapped tables; the list finds nothing afterwards."""
        self._tables.clear()
        self._rows.clear()
        self._labels = None

    def _check_sizes(self) -> None:
        for name, size in self.info.files.items():
            try:
                found = (self._folder / name).stat().st_size
            except OSError as error:
                raise _damaged(self.info.name, f"{name} cannot be read ({error.strerror})") from error
            if found != size:
                raise _damaged(self.info.name, f"{name} has {found:,} bytes instead of {size:,}")

    def _mapped(self, name: str, dtype: npt.DTypeLike) -> npt.NDArray[np.generic]:
        try:
            return np.memmap(self._folder / name, dtype=dtype, mode="r").view(np.ndarray)
        except (OSError, ValueError) as error:
            raise _damaged(self.info.name, f"{name} cannot be opened ({error})") from error

    def _mapped_labels(self) -> tuple[npt.NDArray[np.generic], npt.NDArray[np.generic]] | None:
        if OFFSETS_FILE not in self.info.files:
            return None
        return self._mapped(OFFSETS_FILE, OFFSET), self._mapped(TEXT_FILE, np.uint8)

    def _described(self, algorithm: str, digest: bytes, position: int) -> Match:
        rows = self._rows.get(algorithm)
        if rows is None:
            return Match(algorithm, digest.hex())
        label, flags = rows[position].item()
        category, _, name = self._label(label).partition("\x00")
        contradicted = "sha256" if flags & ALSO_SHA256 else "sha1" if flags & ALSO_SHA1 else None
        return Match(algorithm, digest.hex(), name or None, category or None, contradicted)

    def _label(self, number: int) -> str:
        if not number or self._labels is None:
            return ""
        offsets, text = self._labels
        ends = offsets[number - 1 : number + 1].tolist()
        return text[slice(*ends)].tobytes().decode("utf-8", "backslashreplace") if len(ends) == 2 else ""


class Lists:
    """Several lists, asked together."""

    def __init__(self, lists: Iterable[HashList]) -> None:
        self._lists = tuple(sorted(lists, key=lambda each: each.info.name))

    @property
    def infos(self) -> tuple[ListInfo, ...]:
        """What was opened, by name."""
        return tuple(each.info for each in self._lists)

    def match(self, digests: Digests) -> tuple[Hit, ...]:
        """One hit for each list that the item is on, by name of the list."""
        found = ((each.info, each.match(digests)) for each in self._lists)
        return tuple(_hit(info, match) for info, match in found if match)

    def close(self) -> None:
        """Give back all tables."""
        for each in self._lists:
            each.close()


def open_lists(names: Iterable[str], home: Path) -> Lists:
    """Open lists by name. Raises UserError naming the first that is missing or damaged."""
    return Lists(HashList.open(name, home) for name in sorted(set(names)))


def _position(table: Packed, digest: bytes) -> int | None:
    wanted = np.frombuffer(digest, dtype=table.dtype)
    position = int(table.searchsorted(wanted)[0])
    return position if position < len(table) and table[position] == wanted[0] else None


def _hit(info: ListInfo, match: Match) -> Hit:
    return Hit(
        list=info.name,
        list_version=info.short_digest,
        list_kind=info.kind,
        how="exact",
        value=f"{match.algorithm}:{match.value}",
        category=match.category,
        explanation=_explained(info, match),
    )


def _explained(info: ListInfo, match: Match) -> str:
    row = f", as {_printable(match.name)!r}" if match.name else ""
    text = f"The {_SPOKEN[match.algorithm]} of the content is on the {info.kind} list {info.name!r}{row}."
    if match.contradicted:
        stronger = _SPOKEN[match.contradicted]
        text += f" The list states another {stronger} for it: either a different content made to have the same"
        text += f" {_SPOKEN[match.algorithm]}, or a fault in the list. Compare by hand."
    return text


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _sound(info: ListInfo) -> bool:
    texts = (info.name, info.version, info.source, info.source_sha256, info.imported_at, info.imported_by, info.digest)
    if not all(isinstance(text, str) for text in texts) or info.format != FORMAT or info.kind not in KINDS:
        return False
    if not isinstance(info.folder, str) or not _FOLDER.match(info.folder):
        return False
    return _whole_numbers(info.counts) and _whole_numbers(info.files) and _sizes_fit(info)


def _whole_numbers(values: object) -> bool:
    return isinstance(values, dict) and all(isinstance(each, int) and each >= 0 for each in values.values())


def _sizes_fit(info: ListInfo) -> bool:
    expected = {table_file(each): count * WIDTHS[each] for each, count in info.counts.items() if each in WIDTHS}
    facts = {rows_file(each): count * ROW.itemsize for each, count in info.counts.items()}
    labels = {OFFSETS_FILE, TEXT_FILE}
    for name, size in info.files.items():
        if name not in labels and {**expected, **facts}.get(name) != size:
            return False
    return len(expected) == len(info.counts) > 0 and expected.keys() <= info.files.keys()


def _damaged(name: str, what: str) -> UserError:
    return UserError(f"hash list {name!r} is damaged: {what}; import it again")
