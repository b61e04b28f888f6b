"""Android contacts: `contacts2.db` and `profile.db` of the contacts provider.

Written by com.android.providers.contacts (Samsung: com.samsung.android.providers.contacts). One person of one account is a row
of `raw_contacts`; its values are rows of `data`, whose meaning is in `mimetypes`. Reference: AOSP `ContactsContract` and its
provider (mark A for columns and MIME types); the note of an app (`vnd.com.whatsapp.profile`) is as that app writes it (mark B).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells
from triage.formats.app_paths import owner
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Join, Tables, beside, read
from triage.model import Account, Contact

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = re.compile(r"(contacts2|profile)\.db\Z", re.IGNORECASE)
_PROVIDER = re.compile(r"\.providers\.contacts/")
_PERSON = ("_id", "account_id", "account_name", "account_type", "display_name", "deleted", "sourceid")
_ACCOUNT = Join("accounts", "_id", "account_id", ("account_name", "account_type"))
_VALUE = ("_id", "raw_contact_id", "mimetype_id", "data1", "data4")
_MIME = Join("mimetypes", "_id", "mimetype_id", ("mimetype",))
_ITEM = "vnd.android.cursor.item/"
_PHONE, _MAIL, _NAME = f"{_ITEM}phone_v2", f"{_ITEM}email_v2", f"{_ITEM}name"
_NOTES = frozenset(
    _ITEM + kind
    for kind in ("note", "organization", "nickname", "im", "postal-address_v2", "website", "contact_event", "relation")
)
_SYSTEM = re.compile(r"vnd\.android\.cursor\.item/(?!vnd\.)|vnd\.com\.google\.cursor\.item/")


class AndroidContacts:
    """One `Contact` per row of `raw_contacts`, one `Account` per row of `accounts`."""

    name: ClassVar[str] = "android-contacts"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Android contacts"
    describes: ClassVar[str] = (
        "People with numbers and addresses, the account each comes from, and the owner's own card"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "A person that several accounts hold is several records, as in the database.",
        "identifier is the address an app stored for the person (WhatsApp), else the number of the row.",
        "Photographs, groups and how often a person was called are not read.",
        "The time at which a contact was deleted (table deleted_contacts) is not read; it holds no name.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Account, Contact)

    def wants(self, item: Item) -> bool:
        """contacts2.db; profile.db of the provider."""
        named = _NAMES.match(item.entry.name)
        if not is_database(item.mime) or named is None:
            return False
        return named[1].lower() == "contacts2" or _PROVIDER.search(item.entry.path) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """Accounts, then people in order of their row."""
        yield from read(item, self.name, lambda tables: _read(tables, item.entry.path))


def _read(tables: Tables, path: str) -> Iterator[Record | Problem]:
    """Before Android 7 the file may hold calls alone; that is the business of another extractor."""
    if not tables.has("raw_contacts", "_id") and not tables.has("calls"):
        yield unrecognised(AndroidContacts.title, AndroidContacts.name, tables.schema)
    yield from kept(AndroidContacts.name, _accounts(tables, path))
    yield from kept(AndroidContacts.name, _people(tables, path))


def _accounts(tables: Tables, path: str) -> Iterator[Account]:
    for row in tables.rows("accounts", ("_id", "account_name", "account_type"), order="_id"):
        name = cells.text(row["account_name"])
        if name is not None:
            yield Account(
                where=stored_in("accounts", row),
                app="Contacts",
                account=owner(path),
                identifier=name,
                service=cells.text(row["account_type"]),
                email=name if "@" in name else None,
            )


def _people(tables: Tables, path: str) -> Iterator[Contact]:
    people = tables.rows("raw_contacts", _PERSON, (_ACCOUNT,), order="_id")
    values = tables.rows("data", _VALUE, (_MIME,), order="raw_contact_id")
    own = path.endswith("profile.db")
    for row, rows in beside(people, "_id", values, "raw_contact_id"):
        stated = cells.text(row["accounts.account_name"]) or cells.text(row["account_name"])
        yield _contact(row, rows, owner(path, stated), "Contacts (own card)" if own else "Contacts")


def _contact(row: sqlite3.Row, rows: Sequence[sqlite3.Row], account: str | None, app: str) -> Contact:
    apps = [each for each in rows if not _SYSTEM.match(_kind(each))]
    jids = [found for each in apps if (found := cells.text(each["data1"])) and "@" in found]
    return Contact(
        where=stored_in("raw_contacts", row),
        app=app,
        account=account,
        identifier=jids[0] if jids else cells.text(row["_id"]),
        name=cells.text(row["display_name"]) or _joined(rows, {_NAME}),
        phone=_joined(rows, {_PHONE}),
        email=_joined(rows, {_MAIL}),
        note=_joined(rows, _NOTES),
        international=_joined(rows, {_PHONE}, "data4"),
        deleted="marked deleted" if cells.integer(row["deleted"]) == 1 else None,
    )


def _joined(rows: Sequence[sqlite3.Row], kinds: frozenset[str] | set[str], column: str = "data1") -> str | None:
    found = (cells.text(row[column]) for row in rows if _kind(row) in kinds)
    return ", ".join(dict.fromkeys(each for each in found if each)) or None


def _kind(row: sqlite3.Row) -> str:
    return cells.text(row["mimetypes.mimetype"]) or ""
