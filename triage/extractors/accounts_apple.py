"""Accounts of an iPhone or Mac: `Accounts3.sqlite`, `Accounts4.sqlite` (Core Data).

Rows of ZACCOUNT with their kind in ZACCOUNTTYPE. Reference: columns and rows of two public samples (mark A).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Join, Tables, read
from triage.model import Account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = re.compile(r"Accounts\d\.sqlite\Z", re.IGNORECASE)
_ACCOUNT = ("Z_PK", "ZACTIVE", "ZACCOUNTDESCRIPTION", "ZIDENTIFIER", "ZUSERNAME")
_TYPE = Join("ZACCOUNTTYPE", "Z_PK", "ZACCOUNTTYPE", ("ZIDENTIFIER", "ZACCOUNTTYPEDESCRIPTION"))


class AppleAccounts:
    """One `Account` per row of ZACCOUNT."""

    name: ClassVar[str] = "apple-accounts"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Apple accounts"
    describes: ClassVar[str] = "Apple, mail, calendar and other accounts that the system keeps"
    limitations: ClassVar[tuple[str, ...]] = (
        "An account of the user appears once for each service that uses it, as in the database.",
        "identifier is the user name; where there is none, the number that the system gave the account.",
        "The further properties of an account (first name, family, dates) are not read.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Account,)

    def wants(self, item: Item) -> bool:
        """Accounts3.sqlite."""
        return is_database(item.mime) and _NAMES.match(item.entry.name) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The accounts in order of their row."""
        yield from read(item, self.name, _read)


def _read(tables: Tables) -> Iterator[Account | Problem]:
    if not tables.has("ZACCOUNT", "Z_PK"):
        yield unrecognised(AppleAccounts.title, AppleAccounts.name, tables.schema)
    yield from kept(AppleAccounts.name, _accounts(tables))


def _accounts(tables: Tables) -> Iterator[Account]:
    for row in tables.rows("ZACCOUNT", _ACCOUNT, (_TYPE,), order="Z_PK"):
        user = cells.text(row["ZUSERNAME"])
        kinds = ("ZACCOUNTTYPE.ZACCOUNTTYPEDESCRIPTION", "ZACCOUNTTYPE.ZIDENTIFIER")
        yield Account(
            where=stored_in("ZACCOUNT", row, "Z_PK"),
            app="Apple",
            identifier=user or cells.text(row["ZIDENTIFIER"]),
            name=cells.text(row["ZACCOUNTDESCRIPTION"]),
            service=next((found for kind in kinds if (found := cells.text(row[kind]))), None),
            email=user if user and "@" in user else None,
            phone=user if user and user.startswith("+") else None,
            deleted="not active" if cells.integer(row["ZACTIVE"]) == 0 else None,
        )
