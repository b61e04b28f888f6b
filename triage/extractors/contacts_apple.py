"""Contacts of an iPhone: `AddressBook.sqlitedb`.

A person is a row of ABPerson, its numbers and addresses rows of ABMultiValue (property 3 phone, 4 e-mail, 5 postal address in
ABMultiValueEntry, 13 messenger, 22 page, 23 relation, 46 profile). Reference: published parsers agree (mark B); the columns are
those of a public sample (mark A), whose tables stood in the write-ahead log alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Join, Tables, beside, read
from triage.model import Contact

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = re.compile(r"AddressBook\.sqlitedb\Z", re.IGNORECASE)
_PERSON = ("ROWID", "First", "Middle", "Last", "Organization", "Nickname", "Note", "JobTitle", "DisplayName", "StoreID")
_STORE = Join("ABStore", "ROWID", "StoreID", ("Name",))
_VALUE = ("UID", "record_id", "property", "value")
_PHONE, _MAIL, _ADDRESS = 3, 4, 5
_NOTES = frozenset({12, 13, 22, 23, 46})


class AppleContacts:
    """One `Contact` per row of ABPerson."""

    name: ClassVar[str] = "apple-contacts"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "iPhone contacts"
    describes: ClassVar[str] = "People with numbers, addresses and notes, and the list each comes from"
    limitations: ClassVar[tuple[str, ...]] = (
        "account is the name of the list (Card, local ...), not the account behind it.",
        "Labels of numbers, groups, photographs and birthdays are not read.",
        "A person that several lists hold is several records, as in the database.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Contact,)

    def wants(self, item: Item) -> bool:
        """AddressBook.sqlitedb."""
        return is_database(item.mime) and _NAMES.search(item.entry.name) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The people in order of their row."""
        yield from read(item, self.name, _read)


def _read(tables: Tables) -> Iterator[Contact | Problem]:
    if not tables.has("ABPerson"):
        yield unrecognised(AppleContacts.title, AppleContacts.name, tables.schema)
    yield from kept(AppleContacts.name, _people(tables))


def _people(tables: Tables) -> Iterator[Contact]:
    addresses = tables.grouped("ABMultiValueEntry", "parent_id", "value")
    people = tables.rows("ABPerson", _PERSON, (_STORE,), order="ROWID")
    values = tables.rows("ABMultiValue", _VALUE, order="record_id")
    for row, rows in beside(people, "ROWID", values, "record_id"):
        yield _contact(row, rows, addresses)


def _contact(
    row: sqlite3.Row, rows: Sequence[sqlite3.Row], addresses: Mapping[object, Sequence[sqlite3.Row]]
) -> Contact:
    named = _listed(row, "First", "Middle", "Last", by=" ")
    notes = _listed(row, "Note", *(["Organization"] if named else []), "JobTitle", "Nickname", by=", ")
    homes = [_address(addresses.get(each["UID"], ())) for each in rows if cells.integer(each["property"]) == _ADDRESS]
    return Contact(
        where=stored_in("ABPerson", row, "ROWID"),
        app="Contacts",
        account=cells.text(row["ABStore.Name"]),
        identifier=cells.text(row["ROWID"]),
        name=named or cells.text(row["DisplayName"]) or cells.text(row["Organization"]),
        phone=_values(rows, {_PHONE}),
        email=_values(rows, {_MAIL}),
        note=", ".join(each for each in (notes, _values(rows, _NOTES), *homes) if each) or None,
    )


def _listed(row: sqlite3.Row, *columns: str, by: str) -> str | None:
    return by.join(found for column in columns if (found := cells.text(row[column]))) or None


def _values(rows: Sequence[sqlite3.Row], kinds: frozenset[int] | set[int]) -> str | None:
    found = (cells.text(row["value"]) for row in rows if cells.integer(row["property"]) in kinds)
    return ", ".join(dict.fromkeys(each for each in found if each)) or None


def _address(entries: Sequence[sqlite3.Row]) -> str | None:
    """Street, town, country: the parts as they are stored."""
    return " ".join(found for entry in entries if (found := cells.text(entry["value"]))) or None
