"""Log-ins that browsers of the Chromium family keep: table `logins` of `Login Data` and `Login Data For Account`.

Site, user name and times. Passwords lie there encrypted with a key of the operating system; they are not read. Reference: Chromium's login
database (mark A for the columns); no public sample at hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells
from triage.formats.browsers import browser_of, profile_of
from triage.formats.sqlite import kept, unrecognised
from triage.formats.tables import Tables, read
from triage.model import Account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = frozenset({"Login Data", "Login Data For Account"})
_COLUMNS = ("rowid", "origin_url", "signon_realm", "username_value", "blacklisted_by_user")


class ChromiumLogins:
    """One `Account` per row of `logins`."""

    name: ClassVar[str] = "chromium-logins"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Chromium log-ins"
    describes: ClassVar[str] = "Sites and user names whose passwords the browser keeps; no passwords"
    limitations: ClassVar[tuple[str, ...]] = (
        "Passwords are not read.",
        "A site for which the user refused to keep a password is a record without a user name, marked 'never saved'.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Account,)

    def wants(self, item: Item) -> bool:
        """Login Data."""
        return is_database(item.mime) and item.entry.name in _NAMES

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The log-ins in order of their row."""
        app, account = browser_of(item.entry.path, "Chromium"), profile_of(item.entry.path)
        yield from read(item, self.name, lambda tables: _read(tables, app, account))


def _read(tables: Tables, app: str, account: str | None) -> Iterator[Record | Problem]:
    if not tables.has("logins", "origin_url"):
        yield unrecognised(ChromiumLogins.title, ChromiumLogins.name, tables.schema)
    yield from kept(ChromiumLogins.name, _logins(tables, app, account))


def _logins(tables: Tables, app: str, account: str | None) -> Iterator[Account]:
    for row in tables.rows("logins", _COLUMNS, order="rowid"):
        user = cells.text(row["username_value"])
        yield Account(
            where=f"logins.rowid={row['rowid']}",
            app=app,
            account=account,
            identifier=user,
            service=cells.text(row["origin_url"]) or cells.text(row["signon_realm"]),
            name="never saved" if cells.integer(row["blacklisted_by_user"]) == 1 else None,
            email=user if user and "@" in user else None,
        )
