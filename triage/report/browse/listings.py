"""The documented views as listings: which columns a row shows, which come with its details, which one may choose by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.report.browse.chunks import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.queries import Queries
    from triage.report.browse.chunks import Chunks, DataSet

ROWS = 1000  # in a chunk
_LINES = {"body", "note", "message", "quoted_body", "explanation"}


@dataclass(frozen=True, slots=True)
class Listing:
    """`shown` are the columns of a row, in whose order the rows are sorted; `more` those of its details; `by` those to choose by."""

    view: str
    shown: tuple[str, ...]
    more: tuple[str, ...]
    by: tuple[str, ...] = ()


_RECORD = ("deleted", "where_", "entry_id")
LISTINGS: dict[str, Listing] = {
    "files": Listing(
        "v_files",
        ("exhibit", "path", "size", "mime", "modified", "status"),
        ("deleted", "kind", "volume", "born", "accessed", "changed", "sha256", "sha1", "md5", "entry_id"),
        ("exhibit", "mime", "status", "deleted", "kind"),
    ),
    "hits": Listing(
        "v_hits",
        ("list", "list_kind", "category", "path", "how", "value"),
        ("distance", "explanation", "list_version", "scheme", "code", "entry_id"),
        ("list", "list_kind", "how", "category"),
    ),
    "calls": Listing(
        "v_calls",
        ("started_at", "app", "party_name", "party", "direction", "kind", "outcome", "duration_s"),
        ("account", "international", "country", "service", "recipients", *_RECORD),
        ("app", "direction", "kind", "outcome"),
    ),
    "contacts": Listing(
        "v_contacts", ("name", "phone", "email", "app"), ("account", "identifier", "note", "international", *_RECORD), ("app",)
    ),
    "accounts": Listing("v_accounts", ("app", "identifier", "name", "service"), ("account", "phone", "email", "country", *_RECORD), ("app",)),
    "devices": Listing(
        "v_devices", ("make", "model", "serial", "imei", "system"), ("app", "account", "phone", "time_zone", *_RECORD)
    ),
    "people": Listing("v_people", ("number", "name", "app", "source", "mentions"), ("stated", "rule", "account", "entry_id"), ("app", "source")),
    "visits": Listing(
        "v_visits",
        ("visited_at", "app", "title", "url", "count"),
        ("kind", "referrer", "origin", "duration_s", "account", *_RECORD),
        ("app", "kind"),
    ),
    "searches": Listing("v_searches", ("searched_at", "app", "term", "url"), ("account", *_RECORD), ("app",)),
    "downloads": Listing(
        "v_downloads",
        ("started_at", "app", "path", "url", "state", "size"),
        ("ended_at", "received", "referrer", "mime", "zone", "note", "account", *_RECORD),
        ("app", "state"),
    ),
    "bookmarks": Listing("v_bookmarks", ("added_at", "app", "title", "url", "folder"), ("account", *_RECORD), ("app",)),
    "programs": Listing(
        "v_programs",
        ("category", "name", "identifier", "version", "installed_at"),
        ("updated_at", "installer", "path", "app", "account", *_RECORD),
        ("category", "app"),
    ),
    "networks": Listing(
        "v_networks", ("name", "identifier", "security", "joined_at", "added_at"), ("app", "account", *_RECORD), ("app", "security")
    ),
    "notifications": Listing(
        "v_notifications", ("posted_at", "app", "title", "body"), ("channel", "identifier", "account", *_RECORD), ("app",)
    ),
    "use": Listing(
        "v_use",
        ("started_at", "app", "identifier", "name", "kind", "duration_s"),
        ("ended_at", "count", "account", "raw_kind", *_RECORD),
        ("app", "kind"),
    ),
    "shared": Listing(
        "v_shared",
        ("last_at", "app", "name", "size", "hash", "state"),
        ("path", "added_at", "ended_at", "uploaded", "received", "count", "account", *_RECORD),
        ("app", "state"),
    ),
    "places": Listing(
        "v_places",
        ("at", "app", "kind", "latitude", "longitude", "name", "accuracy_m"),
        ("until_at", "speed_ms", "account", *_RECORD),
        ("app", "kind"),
    ),
    "problems": Listing("v_problems", ("kind", "path", "stage", "message"), ("entry_id",), ("kind", "stage")),
    "ran": Listing("v_ran", ("extractor", "version", "outcome", "count", "path"), ("entry_id",), ("extractor", "outcome")),
    "tables": Listing("v_tables", ("path", "name", "rows", "columns"), ("wal", "entry_id")),
}  # fmt: skip


def write_listings(queries: Queries, chunks: Chunks) -> dict[str, DataSet]:
    """Write every listing; those without rows are written too, so that the page can say so. Raises OSError, CaseError."""
    return {name: _write(queries, chunks, name, listing) for name, listing in LISTINGS.items()}


def _write(queries: Queries, chunks: Chunks, name: str, listing: Listing) -> DataSet:
    there = queries.view_columns(listing.view)
    columns = tuple(each for each in (*listing.shown, *listing.more) if each in there)
    lines = tuple(each in _LINES for each in columns)
    return chunks.write(name, columns, _rows(queries, listing.view, columns, lines), size=ROWS, by=listing.by)


def _rows(queries: Queries, view: str, columns: tuple[str, ...], lines: tuple[bool, ...]) -> Iterator[list[object]]:
    for row in queries.view_rows(view, columns):
        yield [plain(value, lines=kept) for value, kept in zip(row, lines, strict=True)]
