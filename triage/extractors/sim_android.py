"""SIM cards an Android phone has held: table `siminfo` of `telephony.db`.

Written by com.android.providers.telephony. Reference: AOSP `SubscriptionManager` and its provider (mark A for columns). A card
that is not in the phone any more keeps its row (`sim_id` -1).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells
from triage.formats.app_paths import owner
from triage.formats.numbers import country_of_network
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Tables, read
from triage.model import Account

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_NAMES = re.compile(r"telephony\.db\Z", re.IGNORECASE)
_COLUMNS = (
    "_id", "icc_id", "sim_id", "display_name", "carrier_name", "number", "mcc", "mcc_string", "iso_country_code", "imsi",
    "phone_number_source_carrier", "phone_number_source_ims",
)  # fmt: skip


class AndroidSims:
    """One `Account` per row of `siminfo`."""

    name: ClassVar[str] = "android-sims"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "SIM cards of an Android phone"
    describes: ClassVar[str] = "Cards the phone has held: ICCID, own number, carrier, country"
    limitations: ClassVar[tuple[str, ...]] = (
        "The own number is what card or carrier reported; it may be empty or out of date.",
        "From Android 10 on the ICCID may be stored in part only; it is shown as it stands.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Account,)

    def wants(self, item: Item) -> bool:
        """telephony.db."""
        return is_database(item.mime) and _NAMES.match(item.entry.name) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The cards in order of their row."""
        yield from read(item, self.name, lambda tables: _read(tables, item.entry.path))


def _read(tables: Tables, path: str) -> Iterator[Account | Problem]:
    if not tables.has("siminfo", "_id"):
        yield unrecognised(AndroidSims.title, AndroidSims.name, tables.schema)
    yield from kept(AndroidSims.name, (_card(row, path) for row in tables.rows("siminfo", _COLUMNS, order="_id")))


def _card(row: sqlite3.Row, path: str) -> Account:
    numbers = ("number", "phone_number_source_carrier", "phone_number_source_ims")
    network = cells.text(row["mcc_string"]) or cells.text(row["mcc"])
    return Account(
        where=stored_in("siminfo", row),
        app="SIM",
        account=owner(path),
        identifier=cells.text(row["icc_id"]) or cells.text(row["imsi"]),
        name=cells.text(row["display_name"]),
        service=cells.text(row["carrier_name"]),
        phone=next((found for column in numbers if (found := cells.text(row[column]))), None),
        country=cells.text(row["iso_country_code"]) or country_of_network(network),
        deleted="not inserted" if cells.integer(row["sim_id"]) == -1 else None,
    )
