"""SIM cards an iPhone has held: the property lists of CommCenter, and `CellularUsage.db`.

`com.apple.commcenter.plist` and `com.apple.commcenter.device_specific_nobackup.plist` below `wireless/Library/Preferences`;
table subscriber_info of `wireless/Library/Databases/CellularUsage.db`. Reference: keys of a public sample (mark A);
CellularUsage.db by two published parsers (mark B).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.errors import LimitReached
from triage.evidence.plists import dictionary
from triage.filetype import is_database
from triage.formats import cells
from triage.formats.numbers import country_of_network
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Tables, read
from triage.model import Account

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from triage.content import Item
    from triage.model import Problem, Record

MOST_BYTES = 16 << 20
_LISTS = re.compile(r"com\.apple\.commcenter(\.device_specific_nobackup)?\.plist\Z")  # the system's own has capitals
_USAGE = re.compile(r"CellularUsage\.db\Z", re.IGNORECASE)
_NUMBERS = ("CopiedSIMPhoneNumber", "PNRPhoneNumber")
_NETWORK = "kOperatorRoamingInfo_Subscriber_Mcc"


class AppleSims:
    """One `Account` per card."""

    name: ClassVar[str] = "apple-sims"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "SIM cards of an iPhone"
    describes: ClassVar[str] = "Cards the phone has held: ICCID and own number"
    limitations: ClassVar[tuple[str, ...]] = (
        "The own number is what card or carrier reported; it may be out of date.",
        "A number that a property list states for the phone as a whole is tied to the last card it names.",
        "The same card may stand in each of the three files: each is a record of its own.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Account,)

    def wants(self, item: Item) -> bool:
        """The two property lists of CommCenter; CellularUsage.db."""
        if is_database(item.mime):
            return _USAGE.match(item.entry.name) is not None
        return _LISTS.match(item.entry.name) is not None

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The cards, sorted by ICCID in a property list, by row in the database."""
        if is_database(item.mime):
            yield from read(item, self.name, _read)
        else:
            yield from _listed(_content(item))


def _read(tables: Tables) -> Iterator[Account | Problem]:
    if not tables.has("subscriber_info"):
        yield unrecognised(AppleSims.title, AppleSims.name, tables.schema)
    yield from kept(AppleSims.name, _usage(tables))


def _usage(tables: Tables) -> Iterator[Account]:
    for row in tables.rows("subscriber_info", ("ROWID", "subscriber_id", "subscriber_mdn", "tag"), order="ROWID"):
        yield Account(
            where=stored_in("subscriber_info", row, "ROWID"),
            app="SIM",
            identifier=cells.text(row["subscriber_id"]),
            phone=cells.text(row["subscriber_mdn"]),
        )


def _content(item: Item) -> dict[str, object]:
    with item.open() as stream:
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise LimitReached(f"a property list of more than {MOST_BYTES} bytes is not read")
    return dictionary(data)


def _listed(values: Mapping[str, object]) -> Iterator[Account]:
    """The cards of PersonalWallet, and the one whose number the list states by itself."""
    cards = _inner(values, "PersonalWallet")
    last = _text(values, "LastKnownICCID") or _text(values, "ReportedSubscriberIdentity")
    number = _text(values, "PhoneNumber") or _text(values, "ReportedPhoneNumber")
    country = country_of_network(_text(values, _NETWORK))
    known = {each for each in cards if isinstance(each, str)} | ({last} if last else set())
    for card in sorted(known):
        book = _inner(_inner(cards, card), "phonebook")
        stated = next((found for name in _NUMBERS if (found := _text(book, name))), None)
        yield Account(
            where=f"PersonalWallet/{card}" if card in cards else "LastKnownICCID",
            app="SIM",
            identifier=card,
            phone=stated or (number if card == last else None),
            country=country if card == last else None,
        )
    if not known and number:
        yield Account(where="PhoneNumber", app="SIM", phone=number, country=country)


def _inner(values: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = values.get(name)
    return found if isinstance(found, dict) else {}


def _text(values: Mapping[str, object], name: str) -> str | None:
    found = values.get(name)
    return found if isinstance(found, str) and found else None
