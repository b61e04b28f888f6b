"""What was copied on a Samsung phone: `ClipItem.db` of the keyboard (com.samsung.android.honeyboard), table `clip_table`.

Time in milliseconds, type, text, HTML, address, and the app it was copied in: its package since 2021, its number before. Pictures that were copied
are files of their own below `clipboard/<time>/clip`. Reference: a public parser (mark C: one source); no public sample at hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, times
from triage.formats.app_paths import owner
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Tables, read
from triage.model import Use

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_COLUMNS = ("id", "time_stamp", "type", "text", "html", "uri", "caller_package_name", "caller_app_uid", "user_id")
_KINDS = {1: "copied text", 2: "copied intent", 3: "copied address", 4: "copied text with its form"}


class SamsungClipboard:
    """One `Use` per clip: `name` is what was copied, `identifier` the app."""

    name: ClassVar[str] = "samsung-clipboard"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Samsung clipboard"
    describes: ClassVar[str] = "Texts and addresses that were copied, with time and the app they were copied in"
    limitations: ClassVar[tuple[str, ...]] = (
        "Older builds have the number of the app in the place of its package: identifier is `uid <n>` then.",
        "Pictures that were copied are files of their own; their time is the name of their folder.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Use,)

    def wants(self, item: Item) -> bool:
        """ClipItem.db."""
        return is_database(item.mime) and item.entry.name.lower() == "clipitem.db"

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The clips in order of their row."""
        account = owner(item.entry.path)
        yield from read(item, self.name, lambda tables: _read(tables, account))


def _read(tables: Tables, account: str | None) -> Iterator[Record | Problem]:
    if not tables.has("clip_table", "id", "time_stamp"):
        yield unrecognised(SamsungClipboard.title, SamsungClipboard.name, tables.schema)
    yield from kept(SamsungClipboard.name, _clips(tables, account))


def _clips(tables: Tables, account: str | None) -> Iterator[Use]:
    for row in tables.rows("clip_table", _COLUMNS, order="id"):
        kind, user, number = (cells.integer(row[name]) for name in ("type", "user_id", "caller_app_uid"))
        copied = cells.written(row["text"]) or cells.written(row["uri"]) or cells.written(row["html"])
        yield Use(
            where=stored_in("clip_table", row, "id"),
            app="Samsung Keyboard",
            account=account or (f"user {user}" if user else None),
            identifier=cells.text(row["caller_package_name"]) or (None if not number else f"uid {number}"),
            name=copied,
            kind=_KINDS.get(-1 if kind is None else kind, f"unknown ({kind})"),
            started_at=cells.unix_milliseconds(row["time_stamp"]),
            raw_kind=cells.text(row["type"]),
            raw_time=times.raw_time(row["time_stamp"], "ms Unix"),
        )
