"""Imported hash lists, opened read-only in place and asked about one item at a time.

Tables are mapped, not loaded: opening costs nothing, and a look-up reads the few pages it touches. Small lists are asked
together through one `Sieve`, so that fifty of them cost about what one does.

What counts as a match:

- A row that has one of the item's digests and none that is not the item's.
- A row that has one of them and states another digest that is *not* the item's is contradicted: a made collision or a
  faulty row. It never makes an item known, for that is how a file would be disguised. It still makes an item a hit of a notable
  or watch list where no row agrees in full, and the explanation says so, for a faulty row must not hide a find.
- Rows that agree and say different things are all told: one hit for each category.
- An item of zero bytes is never notable. All empty files have the same digests; they get into lists by failed copies, show
  nothing, and would bury real finds. An empty file may be known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.errors import UserError
from triage.hashing.details import Detail
from triage.hashing.explained import hits
from triage.hashing.likeness import PrintLists
from triage.hashing.record import KNOWN, ListInfo, content_digest, damaged, list_folder, list_lists, read_info
from triage.hashing.search import Table
from triage.hashing.shapes import DIGESTS
from triage.hashing.sieve import Sieve
from triage.hashing.storage import Storage
from triage.hashing.texts import DETAILS_FILE, NAMES_FILE, places_of, text_at
from triage.hashing.vault import list_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from triage.hashing.storage import Reader
    from triage.model import Digests, Hit

__all__ = ["HashList", "ListInfo", "Lists", "Match", "list_lists", "open_lists"]


@dataclass(frozen=True, slots=True)
class Match:
    """A row that has digests of the item. `agreeing` and `contradicted` name those it states, strongest first."""

    agreeing: tuple[str, ...]
    contradicted: tuple[str, ...]
    value: str
    detail: Detail
    name: str | None = None
    size: int | None = None


class HashList:
    """One list, open for look-ups. Not changed by anything that is imported later."""

    def __init__(self, info: ListInfo, folder: Path, key: bytes | None = None) -> None:
        """Open the tables. Raises UserError where their sizes are not those on record, or they are sealed and `key` is None."""
        self.info = info
        if info.sealed and key is None:
            raise UserError(f"hash list {info.name!r} is sealed; give the passphrase")
        self.storage = Storage(folder, key if info.sealed else None)
        self._check_sizes()
        try:
            self.tables = tuple(Table(each.shape, each.rows, self.storage) for each in info.tables)
            self._names, self._details = self._text(NAMES_FILE), self._text(DETAILS_FILE)
        except OSError as error:
            raise damaged(info.name, f"its files cannot be opened ({error})") from error
        self._digest_tables = tuple(table for table in self.tables if table.shape.columns[0] in DIGESTS)

    @classmethod
    def open(cls, name: str, home: Path, vault: bytes | None = None) -> HashList:
        """Open a list by name. Raises UserError where it is missing, damaged, or sealed and the vault is not open."""
        info = read_info(name, home)
        key = list_key(info.sealed, vault) if info.sealed and vault else None
        return cls(info, list_folder(name, home) / info.folder, key)

    def find(self, digests: Digests) -> tuple[str, str] | None:
        """The strongest algorithm by which the item is on the list and the digest in hexadecimal, or None."""
        found = self.matches(digests)
        return (found[0].agreeing[0], found[0].value) if found else None

    def matches(self, digests: Digests) -> tuple[Match, ...]:
        """The rows that the item is on, by the rules at the head of this module. Raises UserError where the list is damaged."""
        if digests.length == 0 and self.info.kind != KNOWN:
            return ()
        try:
            found = [
                self._match(table, row, digests)
                for table in self._digest_tables
                for row in _rows(table, digests, self.info.kind)
            ]
        except OSError as error:
            raise damaged(self.info.name, str(error)) from error
        agreed = [match for match in found if not match.contradicted]
        chosen = agreed or ([] if self.info.kind == KNOWN else found)
        return tuple(sorted(chosen, key=lambda match: [list(DIGESTS).index(each) for each in match.agreeing]))

    def verify(self) -> bool:
        """Whether the list is still what was imported: reads all of it. Raises UserError where it cannot be read."""
        try:
            return content_digest(self.info, self.storage) == self.info.digest
        except OSError as error:
            raise damaged(self.info.name, str(error)) from error

    def said(self, table: Table, row: int) -> tuple[Detail, str | None, int | None]:
        """Detail, name and size of a row. Raises OSError, UserError."""
        detail, name, size = table.facts(row)
        text = text_at(self._names, name).decode("utf-8", "backslashreplace")
        return Detail.unpacked(text_at(self._details, detail)), text or None, size

    def places_of(self, name: str) -> list[int]:
        """Where a name is stored, once for each row that has it. Raises OSError."""
        return places_of(self._names, name.encode("utf-8", "surrogateescape"))

    def close(self) -> None:
        """Give back all files; the list finds nothing afterwards."""
        for table in self.tables:
            table.close()
        self._digest_tables = self.tables = ()
        for reader in (self._names, self._details):
            if reader:
                reader.close()
        self._names = self._details = None

    def _match(self, table: Table, row: int, digests: Digests) -> Match:
        stated = {column: table.value(row, column) for column in table.looked_up}
        agreeing = tuple(column for column, value in stated.items() if value == getattr(digests, column))
        contradicted = tuple(column for column in stated if column not in agreeing)
        return Match(agreeing, contradicted, stated[agreeing[0]].hex(), *self.said(table, row))

    def _text(self, name: str) -> Reader | None:
        return self.storage.open(name) if name in self.info.files else None

    def _check_sizes(self) -> None:
        for name, size in self.info.files.items():
            try:
                found = self.storage.size(name)
            except OSError as error:
                raise damaged(self.info.name, f"{name} cannot be read ({error.strerror})") from error
            if found != size:
                raise damaged(self.info.name, f"{name} has {found:,} bytes instead of {size:,}")


class Lists:
    """Several lists, asked together."""

    def __init__(self, lists: Iterable[HashList]) -> None:
        self._lists = tuple(sorted(lists, key=lambda each: each.info.name))
        self._sieve = Sieve([each.tables for each in self._lists])
        self.prints = PrintLists(self._lists)

    @property
    def infos(self) -> tuple[ListInfo, ...]:
        """What was opened, by name."""
        return tuple(each.info for each in self._lists)

    def match(self, digests: Digests) -> tuple[Hit, ...]:
        """One hit for each list, and each category on it, that the item is on; by name of the list."""
        return tuple(self._hits(digests))

    def close(self) -> None:
        """Give back all tables."""
        self.prints.close()
        for each in self._lists:
            each.close()

    def _hits(self, digests: Digests) -> Iterator[Hit]:
        for number in self._sieve.worth_asking(digests):
            each = self._lists[number]
            if found := each.matches(digests):
                yield from hits(each.info, found)


def open_lists(names: Iterable[str], home: Path, vault: bytes | None = None) -> Lists:
    """Open lists by name. Raises UserError naming the first that is missing, damaged or sealed."""
    return Lists(HashList.open(name, home, vault) for name in sorted(set(names)))


def _rows(table: Table, digests: Digests, kind: str) -> Iterator[int]:
    """Rows that have any of the digests. A known file has its strongest: a row found by another would be contradicted."""
    seen: set[int] = set()
    for column in table.looked_up[:1] if kind == KNOWN else table.looked_up:
        for row in table.find(column, getattr(digests, column)):
            if row not in seen:
                seen.add(row)
                yield row
