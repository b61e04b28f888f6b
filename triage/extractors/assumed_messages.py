"""Tables that look like messages, in app databases whose schema nobody has published: MiChat above all.

No schema is asserted (mark C throughout): name, type and values of the columns say what is taken for what, `assumed` of each record
repeats it, and where the evidence is weak nothing is shown. MiChat (`com.michatapp.im`): package names are certain (mark A), its tables
are not published. The inventory of tables runs beside this.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.errors import Encrypted
from triage.filetype import is_database
from triage.formats import cells, given_keys
from triage.formats.app_paths import owner, package
from triage.formats.assumed.reading import Assumed, recognised
from triage.formats.media_kinds import kind_of
from triage.formats.reading import read_database
from triage.formats.sqlite import kept
from triage.formats.times import sent
from triage.model import Message

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.formats.sqlite import View
    from triage.model import Problem, Record

NAMES = {"com.michatapp.im": "MiChat", "com.michatapp.im.lite": "MiChat Lite"}
_CONTAINER = re.compile(
    r"/Containers/(?:Data/Application|Shared/AppGroup)/[0-9A-Fa-f-]{36}/|/AppData/(?:Roaming|Local)/(?!Microsoft/)"
)
_SYSTEM_STORES = re.compile(
    r"(google_app_measurement|com\.google\.android|androidx\.work|webview|crashlytics|firebase|exoplayer|google_analytics|gtm_|"
    r"appsflyer|adjust|sentry|bugsnag|amplitude|mixpanel|facebook_ads|audience_network|applovin|unityads|ttopensdk|bytedance|"
    r"cookies|web data|login data|history|favicons|top sites|quotamanager|databases\.db|cache\.db|coredata_analytics|httpstorages)",
    re.IGNORECASE,
)
_SYSTEM_PACKAGES = re.compile(
    r"com\.android\.|com\.google\.android\.(gms|gsf|apps\.(maps|photos|docs|nbu))|android\b|com\.apple\."
)
_DATABASE_PLACE = re.compile(r"/(databases|db)/[^/]+\Z")
_OPEN = re.compile(r".+(-wal|-shm|-journal|\.lock|\.xml|\.json)\Z")


class AssumedMessages:
    """One `Message` per row of a table that is taken for messages."""

    name: ClassVar[str] = "assumed-messages"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Messages of apps without a published schema"
    describes: ClassVar[str] = (
        "Tables that look like messages in the databases of apps that Sigap does not know, MiChat among them"
    )
    limitations: ClassVar[tuple[str, ...]] = (
        "Nothing here is certain: assumed of each record says which column was taken for what, and why. Check it in the database.",
        "A table is left out where text, time and somebody's name are not plain, or it has fewer than three texts.",
        "Direction stays unknown unless a column says it in words, or one identity is sender or receiver of every sampled row.",
        "Encrypted databases of MiChat are opened where the key is given (--password); other encrypted stores of unknown apps are passed over.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Message,)

    def wants(self, item: Item) -> bool:
        """A database below the folder of an app; the browser's and the system's own stores are none."""
        path = item.entry.path
        if not is_database(item.mime):
            return item.entry.name.endswith(".db") and _hidden(item)
        app = package(path)
        below = app is not None or _CONTAINER.search(path) is not None
        system = _SYSTEM_STORES.search(item.entry.name) or (app is not None and _SYSTEM_PACKAGES.match(app))
        return below and not system

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The rows of each such table, table by table."""
        app = package(item.entry.path)
        key = None if is_database(item.mime) else given_keys.given_key(item)
        if key is None and not is_database(item.mime):
            raise Encrypted(
                f"a file among the databases of {NAMES.get(app or '', 'an app')} that is no SQLite database: encrypted, perhaps;"
                f" {given_keys.advice(item)}"
            )
        name, account = NAMES.get(app or "", app or "unknown app"), owner(item.entry.path)
        yield from read_database(item, self.name, lambda view: _read(view, name, account), key=key)


def _hidden(item: Item) -> bool:
    """Whether a file that is no database lies where one of these apps has its own."""
    place = package(item.entry.path) in NAMES and _DATABASE_PLACE.search(item.entry.path) is not None
    closed = _OPEN.match(item.entry.name) is None and not item.mime.startswith("text/")
    return place and closed and bool(item.entry.size)


def _read(view: View, app: str, account: str | None) -> Iterator[Record | Problem]:
    for table in view.tables():
        yield from kept(AssumedMessages.name, _messages(view, table.name, table.columns, app, account))


def _messages(view: View, table: str, columns: tuple[str, ...], app: str, account: str | None) -> Iterator[Message]:
    found = recognised(view, table, columns)
    if found is not None:
        for where, row in found.rows(view):
            yield _message(where, row, found, app, account)


def _message(where: str, row: sqlite3.Row, found: Assumed, app: str, account: str | None) -> Message:
    layout = found.layout
    sender, receiver = found.cell(row, layout.sender), found.cell(row, layout.receiver)
    direction = _direction(row, found)
    thread = found.cell(row, layout.thread) or (
        receiver if direction == "out" else sender if direction == "in" else None
    )
    path = found.cell(row, layout.file)
    body = cells.text(row[layout.text])
    return Message(
        where=where,
        app=app,
        account=account,
        thread=thread,
        thread_name=found.names.get(thread or ""),
        sender=sender or (thread if direction == "in" and layout.receiver is None else None),
        sender_name=found.names.get(sender or ""),
        recipients=receiver,
        direction=direction,
        **sent(row[layout.time], layout.unit),
        body=body,
        kind="text" if body else (kind_of(None, path) or "unknown"),
        raw_kind=found.cell(row, layout.kind),
        attachment=path,
        assumed=layout.said,
    )


def _direction(row: sqlite3.Row, found: Assumed) -> str:
    layout = found.layout
    if layout.direction is not None:
        return layout.words.get(row[layout.direction], "unknown")
    if layout.owner is None or layout.sender is None or layout.receiver is None:
        return "unknown"
    mine, theirs = row[layout.sender] == layout.owner, row[layout.receiver] == layout.owner
    return "unknown" if mine == theirs else "out" if mine else "in"
