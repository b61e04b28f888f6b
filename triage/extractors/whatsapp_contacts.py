"""People that WhatsApp knows: `wa.db` on Android (mark A columns), `ContactsV2.sqlite` on iOS (mark A columns), also of the business app."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, tables
from triage.formats.app_paths import owner
from triage.formats.sqlite import kept, unrecognised
from triage.model import Contact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.formats.tables import Tables
    from triage.model import Problem, Record

_ANDROID = re.compile(r"wa.*\.db\Z", re.IGNORECASE)
_APPLE = re.compile(r"contactsv2.*\.sqlite\Z", re.IGNORECASE)
_SIGNS = (b"wa_contacts", b"ZWAADDRESSBOOKCONTACT")
_WA_CONTACT = ("_id", "jid", "number", "display_name", "given_name", "family_name", "wa_name", "status", "company")
_APPLE_CONTACT = ("Z_PK", "ZWHATSAPPID", "ZFULLNAME", "ZPHONENUMBER", "ZABOUTTEXT", "ZLID", "ZBUSINESSNAME")


class WhatsAppContacts:
    """One `Contact` per row of the table of people; names of businesses from their own table."""

    name: ClassVar[str] = "whatsapp-contacts"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "WhatsApp contacts"
    describes: ClassVar[str] = (
        "People and groups WhatsApp knows: identity, name in the address book, own name, number, status text; who is blocked"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Profile pictures are files of their own; groups without a name are left out with the chat list, which names them.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Contact,)

    def wants(self, item: Item) -> bool:
        """A database of that name, or one whose head shows the table of people."""
        if not is_database(item.mime):
            return False
        android = _ANDROID.match(item.entry.name) and "com.whatsapp" in item.entry.path
        return bool(android or _APPLE.match(item.entry.name)) or any(sign in item.head for sign in _SIGNS)

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """People in order of their row."""
        path = item.entry.path
        business = "com.whatsapp.w4b" in path or "whatsappsmb" in path.casefold()
        app = "WhatsApp Business" if business else "WhatsApp"
        return tables.read(item, self.name, partial(_read, app=app, account=owner(path)))


def _read(found: Tables, app: str, account: str | None) -> Iterator[Record | Problem]:
    if found.has("wa_contacts", "jid"):
        yield from kept(WhatsAppContacts.name, _android(found, app, account))
    elif found.has("ZWAADDRESSBOOKCONTACT", "Z_PK"):
        yield from kept(WhatsAppContacts.name, _apple(found, app, account))
    else:
        yield unrecognised(f"{app} contacts", WhatsAppContacts.name, found.schema)


def _android(found: Tables, app: str, account: str | None) -> Iterator[Contact]:
    businesses = found.lookup("wa_vnames", "jid", "verified_name")
    blocked = found.lookup("wa_block_list", "jid")
    for row in found.rows("wa_contacts", _WA_CONTACT):
        jid = cells.text(row["jid"])
        business = businesses.get(row["jid"])
        given = " ".join(each for each in (cells.text(row["given_name"]), cells.text(row["family_name"])) if each)
        own = cells.text(row["wa_name"]) or (cells.text(business["verified_name"]) if business else None)
        yield Contact(
            where=f"wa_contacts._id={row['_id']}",
            app=app,
            account=account,
            identifier=jid,
            name=cells.text(row["display_name"]) or given or own,
            phone=cells.text(row["number"]) or _number(jid),
            note=_note(own, cells.text(row["status"]), cells.text(row["company"]), blocked=row["jid"] in blocked),
        )


def _apple(found: Tables, app: str, account: str | None) -> Iterator[Contact]:
    for row in found.rows("ZWAADDRESSBOOKCONTACT", _APPLE_CONTACT, order="Z_PK"):
        jid = cells.text(row["ZWHATSAPPID"]) or cells.text(row["ZLID"])
        yield Contact(
            where=f"ZWAADDRESSBOOKCONTACT.Z_PK={row['Z_PK']}",
            app=app,
            account=account,
            identifier=jid,
            name=cells.text(row["ZFULLNAME"]) or cells.text(row["ZBUSINESSNAME"]),
            phone=cells.text(row["ZPHONENUMBER"]) or _number(jid),
            note=_note(None, cells.text(row["ZABOUTTEXT"]), cells.text(row["ZBUSINESSNAME"]), blocked=False),
        )


def _number(jid: str | None) -> str | None:
    """The number inside the identity of a person; an `@lid` has none."""
    user, _, server = (jid or "").partition("@")
    return f"+{user}" if server == "s.whatsapp.net" and user.isdigit() else None


def _note(own: str | None, status: str | None, company: str | None, *, blocked: bool) -> str | None:
    said = {"own name": own, "status": status, "company": company, "blocked": "yes" if blocked else None}
    return "; ".join(f"{key}: {value}" for key, value in said.items() if value) or None
