"""With whom an iPhone or iPad was in touch, and through which app: `interactionC.db` (Core Duet, People).

A row of ZINTERACTIONS is one message or call: app, direction, times, sender; its recipients stand in a joining table whose name and columns
carry the numbers of the model. It stays where the app and its own database are gone. Reference: public parsers (mark B); no public
sample at hand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from triage.filetype import is_database
from triage.formats import cells, times
from triage.formats.sqlite import kept, stored_in, unrecognised
from triage.formats.tables import Join, Tables, read
from triage.model import Use

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from triage.content import Item
    from triage.model import Problem, Record

_COLUMNS = ("Z_PK", "ZBUNDLEID", "ZDIRECTION", "ZISRESPONSE", "ZMECHANISM", "ZSTARTDATE", "ZENDDATE", "ZSENDER")
_PERSON = ("ZDISPLAYNAME", "ZIDENTIFIER")
_SENDER = Join("ZCONTACTS", "Z_PK", "ZSENDER", _PERSON, "sender")
_DIRECTIONS = {0: "received from", 1: "sent to"}
_JOINING = re.compile(r"Z_\d+INTERACTIONRECIPIENT\Z")


class AppleInteractions:
    """One `Use` of kind contact per row of ZINTERACTIONS."""

    name: ClassVar[str] = "apple-interactions"
    version: ClassVar[str] = "1"
    title: ClassVar[str] = "Apple interactions"
    describes: ClassVar[str] = "App, person, direction and time of messages and calls, also of apps that are gone"
    limitations: ClassVar[tuple[str, ...]] = (
        "identifier is the app, name the other people, kind the direction; what was said is not in this database.",
        "Attachments and keywords are not read.",
        "Deleted rows are not recovered from free space.",
    )
    records: ClassVar[tuple[type[Record], ...]] = (Use,)

    def wants(self, item: Item) -> bool:
        """interactionC.db."""
        return is_database(item.mime) and item.entry.name.lower() == "interactionc.db"

    def extract(self, item: Item) -> Iterator[Record | Problem]:
        """The rows in their order."""
        yield from read(item, self.name, _read)


def _read(tables: Tables) -> Iterator[Record | Problem]:
    if not tables.has("ZINTERACTIONS", "Z_PK"):
        yield unrecognised(AppleInteractions.title, AppleInteractions.name, tables.schema)
    yield from kept(AppleInteractions.name, _uses(tables))


def _uses(tables: Tables) -> Iterator[Use]:
    recipients = _recipients(tables)
    for row in tables.rows("ZINTERACTIONS", _COLUMNS, (_SENDER,), order="Z_PK"):
        direction = cells.integer(row["ZDIRECTION"])
        sender = _person(row["sender.ZDISPLAYNAME"], row["sender.ZIDENTIFIER"])
        people = [sender] if direction == 0 and sender else recipients.get(row["Z_PK"], [])
        begun, ended = cells.apple_seconds(row["ZSTARTDATE"]), cells.apple_seconds(row["ZENDDATE"])
        yield Use(
            where=stored_in("ZINTERACTIONS", row, "Z_PK"),
            app="Apple",
            identifier=cells.text(row["ZBUNDLEID"]),
            name=", ".join(people) or None,
            kind=_DIRECTIONS.get(-1 if direction is None else direction, f"unknown ({direction})"),
            started_at=begun,
            ended_at=ended,
            duration_s=(ended.ns - begun.ns) / 1e9 if begun and ended and ended.ns >= begun.ns else None,
            raw_kind=cells.text(row["ZDIRECTION"]),
            raw_time=times.raw_time(row["ZSTARTDATE"], "s Cocoa"),
        )


def _recipients(tables: Tables) -> dict[object, list[str]]:
    """People by the row they were addressed in; the numbers in the names of table and columns change with each model."""
    joining = next((name for name in sorted(tables.schema) if _JOINING.match(name)), None)
    if joining is None:
        return {}
    columns = sorted(tables.schema[joining])
    of = next((each for each in columns if re.match(r"Z_\d+INTERACTIONS?\d*\Z|Z_\d+.*INTERACTIONS\Z", each)), None)
    whom = next((each for each in columns if each != of and re.match(r"Z_\d+RECIPIENTS?\d*\Z", each)), None)
    if of is None or whom is None:
        return {}
    people = tables.lookup("ZCONTACTS", "Z_PK", *_PERSON)
    found: dict[object, list[str]] = {}
    for row in tables.rows(joining, (of, whom)):
        if person := _named(people.get(row[whom])):
            found.setdefault(row[of], []).append(person)
    return found


def _named(row: sqlite3.Row | None) -> str | None:
    return None if row is None else _person(row["ZDISPLAYNAME"], row["ZIDENTIFIER"])


def _person(name: object, identifier: object) -> str | None:
    """The name with the number or address behind it."""
    parts = [text for each in (name, identifier) if (text := cells.text(each))]
    return " ".join(dict.fromkeys(parts)) or None
