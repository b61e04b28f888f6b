"""Who stands behind the numbers and addresses of records: the same number in several apps is one line of inquiry.

People are joined only where the evidence says so. A number is brought into international form by `formats.numbers`, which needs to
know the country for a national number (`0811...`): that of the SIM cards of the same exhibit where they all name one country, and
for a call the country the device stored with it. The rule stands beside every number. Names never join anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from triage.formats import numbers

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_STATED = (("message", "sender", "sender_name"), ("message", "recipients", ""), ("call", "party", "party_name"),
    ("contact", "phone", "name"), ("contact", "email", "name"), ("contact", "identifier", "name"),
    ("account", "phone", "name"), ("account", "email", "name"), ("account", "identifier", "name"))  # fmt: skip
_FROM_DEVICE = {"call": "international", "contact": "international"}
_SHOWN = {
    "message": "shown_message",
    "call": "shown_call",
    "contact": "shown_contact",
}  # each once, however often it was read
_COUNTRY = {"call": "country", "account": "country"}
_DEVICE = "recorded in international form by the device"
_ADDRESS = "the same e-mail address"
_INSERT = """INSERT INTO person (entry_id, app, account, source, stated, name, mentions, number, rule)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""


class _Statement(NamedTuple):
    """A distinct statement of a number or address, and how often it was made."""

    entry: int
    app: str
    account: str | None
    stated: str
    name: str | None
    device: str | None
    country: str | None
    exhibit: int
    mentions: int


def link(database: sqlite3.Connection) -> None:
    """Fill table `person` anew."""
    database.execute("DELETE FROM person")
    countries = _countries(database)
    for table, column, name in _STATED:
        statements = map(_Statement._make, database.execute(_query(table, column, name)).fetchall())
        for statement in statements:
            rows = _identities(statement, countries.get(statement.exhibit))
            database.executemany(_INSERT, [(*statement[:3], f"{table}.{column}", *row) for row in rows])


def _query(table: str, column: str, name: str) -> str:
    """Every distinct statement, with how often it was made."""
    device = f"r.{_FROM_DEVICE[table]}" if column in {"party", "phone"} and table in _FROM_DEVICE else "NULL"
    country = f"r.{_COUNTRY[table]}" if table in _COUNTRY else "NULL"
    named = f"r.{name}" if name else "NULL"
    keys = ", ".join(
        (
            "r.entry_id",
            "r.app",
            "r.account",
            f"r.{column}",
            *(each for each in (named, device, country) if each != "NULL"),
        )
    )
    return f"""SELECT s.entry_id, s.app, s.account, s.stated, s.name, s.device, s.country, v.exhibit_id, s.mentions FROM (
        SELECT r.entry_id, r.app, r.account, r.{column} AS stated, {named} AS name, {device} AS device, {country} AS country,
        count(*) AS mentions FROM {_SHOWN.get(table, table)} r WHERE r.{column} IS NOT NULL GROUP BY {keys}) s
        JOIN entry e ON e.id = s.entry_id JOIN evidence v ON v.id = e.evidence_id ORDER BY 1, 2, 3, 4, 5, 6, 7"""


def _countries(database: sqlite3.Connection) -> dict[int, str]:
    """The country of an exhibit, where its SIM cards name exactly one."""
    found: dict[int, set[str]] = {}
    query = """SELECT v.exhibit_id, upper(a.country) FROM account a JOIN entry e ON e.id = a.entry_id
        JOIN evidence v ON v.id = e.evidence_id WHERE a.app = 'SIM' AND a.country IS NOT NULL"""
    for exhibit, country in database.execute(query):
        found.setdefault(exhibit, set()).add(country)
    return {exhibit: countries.pop() for exhibit, countries in found.items() if len(countries) == 1}


def _identities(said: _Statement, country: str | None) -> Iterator[tuple[str, str | None, int, str, str]]:
    """The numbers and addresses of one statement, with its name, how often it was made and the rule; ", " joins several."""
    found: dict[str, tuple[str, str]] = {}
    for stated in said.stated.split(", "):
        number = numbers.international(stated, said.country or country)
        if number is not None:
            found.setdefault(number[0], (stated, number[1]))
        elif mail := numbers.address(stated):
            found.setdefault(mail, (stated, _ADDRESS))
    for each in (said.device or "").split(", "):
        if number := numbers.international(each):
            found[number[0]] = (found.get(number[0], (said.stated, ""))[0], _DEVICE)
    for identity, (stated, rule) in found.items():
        yield stated, said.name, said.mentions, identity, rule
