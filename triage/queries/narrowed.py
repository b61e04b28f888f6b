"""One exhibit as if it were the whole case: on a reader's own connection, temporary views stand before the tables.

SQLite looks for a name among temporary things first, so every query of the program, and every documented view, sees the rows of
that exhibit alone. Nothing is written: temporary views live in the connection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage.errors import UserError

if TYPE_CHECKING:
    import sqlite3

_EVIDENCE = "(SELECT id FROM main.evidence WHERE exhibit_id = {exhibit})"
_ENTRIES = f"(SELECT id FROM main.entry WHERE evidence_id IN {_EVIDENCE})"
# By the first of these columns that a table has; what has none of them (facts of the case) stays whole.
_RULES = {
    "entry_id": f"entry_id IN {_ENTRIES}",
    "evidence_id": f"evidence_id IN {_EVIDENCE}",
    "exhibit_id": "exhibit_id = {exhibit}",
    "message_id": f"message_id IN (SELECT id FROM main.message WHERE entry_id IN {_ENTRIES})",
}
_OWN = {"exhibit": "id = {exhibit}", "stated": "(exhibit_id IS NULL OR exhibit_id = {exhibit})"}


def narrow(database: sqlite3.Connection, label: str) -> None:
    """Let the connection see this exhibit alone. Raises UserError where the case has none of that label."""
    found = database.execute("SELECT id FROM exhibit WHERE label = ?", (label,)).fetchone()
    if found is None:
        labels = ", ".join(name for (name,) in database.execute("SELECT label FROM exhibit ORDER BY label"))
        raise UserError(f"the case has no exhibit {label!r}; there are: {labels or 'none yet'}")
    tables = [
        name
        for (name,) in database.execute(
            "SELECT m.name FROM main.sqlite_master m JOIN pragma_table_list l ON l.name = m.name AND l.schema = 'main'"
            " WHERE m.type = 'table' AND l.type = 'table' ORDER BY m.name"
        )
    ]
    views = database.execute("SELECT name, sql FROM main.sqlite_master WHERE type = 'view' ORDER BY name").fetchall()
    for table in tables:
        if rule := _rule(database, table):
            condition = rule.format(exhibit=int(found[0]))
            database.execute(f'CREATE TEMP VIEW "{table}" AS SELECT * FROM main."{table}" WHERE {condition}')
    for _, sql in views:
        database.execute(sql.replace("CREATE VIEW", "CREATE TEMP VIEW", 1))


def _rule(database: sqlite3.Connection, table: str) -> str | None:
    columns = {name for (name,) in database.execute("SELECT name FROM pragma_table_info(?, 'main')", (table,))}
    return _OWN.get(table) or next((rule for name, rule in _RULES.items() if name in columns), None)
