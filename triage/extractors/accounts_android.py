"""Accounts of an Android phone: `accounts.db`, since Android 7 `accounts_ce.db` and `accounts_de.db`.

Written by the account manager of the system, one file per user below `system_ce/<user>`, `system_de/<user>` or
`system/users/<user>`. Reference: AOSP `AccountsDb` (mark A for columns). Passwords and tokens are not read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells
from triage.formats.app_paths import owner
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Tables, read
from triage.model import Account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = re.compile(r"accounts(_ce|_de)\.db\Z")
_OLD = re.compile(r"/system/(users/\d+/)?accounts\.db\Z")


class AndroidAccounts:
    """One `Account` per row of `accounts`."""

    name: ClassVar[str] = "android-accounts"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Android accounts"
    describes: ClassVar[str] = "Accounts that apps registered with the system: name and kind"
    limitations: ClassVar[tuple[str, ...]] = (
        "accounts_ce.db and accounts_de.db of a user hold the same accounts: each is a record of its own.",
        "Passwords and tokens are not read.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Account,)

    def wants(self, item: Item) -> bool:
        """accounts_ce.db, accounts_de.db, accounts.db of the system."""
        named = _NAMES.match(item.entry.name) or _OLD.search(item.entry.path)
        return is_database(item.mime) and named is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The accounts in order of their row."""
        yield from read(item, self.name, lambda tables: _read(tables, item.entry.path))


def _read(tables: Tables, path: str) -> Iterator[Account | Problem]:
    if not tables.has("accounts", "_id", "name"):
        yield unrecognised(AndroidAccounts.title, AndroidAccounts.name, tables.schema)
    yield from kept(AndroidAccounts.name, _accounts(tables, path))


def _accounts(tables: Tables, path: str) -> Iterator[Account]:
    for row in tables.rows("accounts", ("_id", "name", "type", "previous_name"), order="_id"):
        name = cells.text(row["name"])
        yield Account(
            where=stored_in("accounts", row),
            app="Android",
            account=owner(path),
            identifier=name,
            name=cells.text(row["previous_name"]),
            service=cells.text(row["type"]),
            email=name if name and "@" in name else None,
            phone=name if name and name.startswith("+") else None,
        )
