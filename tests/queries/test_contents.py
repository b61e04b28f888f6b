"""The digests over tables and views notice every change, whatever was written where, and go on over any numbers of rows."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from triage.case import DATABASE, Case
from triage.queries import Queries
from triage.queries.digested import result_digests
from triage.queries.rows import rows_digest

if TYPE_CHECKING:
    from pathlib import Path

_MESSAGE = "INSERT INTO message (id, entry_id, where_, app, direction, kind, body, latitude, sent_at) VALUES (?, 1, ?, 'A', 'in', 'text', ?, ?, ?)"
_ROWS = [(number, f"m={number}", f"pesan {number}\nbaris\0dua", 1.1, 5) for number in range(1, 701)]

_CHANGES = (
    "body = substr(body, 1, length(body) - 1) || 'x'", "body = CAST(body AS BLOB)", "body = CAST(x'ff' AS TEXT)", "body = NULL",
    "body = ''", "latitude = 1.1000000000000003", "latitude = NULL", "sent_at = 6", "kind = 'text '", "attachment_sha256 = x'00'",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A case with 700 messages."""
    with Case.open_or_create(tmp_path / "case", actor="test"):
        pass
    _do(tmp_path / "case", _MESSAGE, *_ROWS)
    return tmp_path / "case"


def _do(folder: Path, sql: str, *rows: tuple[object, ...]) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as database, database:
        database.executemany(sql, rows or [()])


def _of_messages(folder: Path) -> tuple[list[str], dict[str, object]]:
    with closing(Queries(folder)) as queries:
        return queries.table_digests()["message"], rows_digest(queries)["v_messages"]


def test_every_changed_value_is_noticed(folder: Path) -> None:
    """Of any type, also one that the column is not for, and in the last of the digits a number has."""
    before, _ = _of_messages(folder)
    for change in _CHANGES:
        _do(folder, f"UPDATE message SET {change} WHERE id = 700")
        with closing(Queries(folder)) as queries:
            after = queries.table_digests()["message"]
        assert after != before, change
        assert len(after) == 1
        before = after


def test_rows_far_beyond_the_others_are_covered(folder: Path) -> None:
    """A row put in under the least or the greatest number is found, and the way to it is not counted step by step."""
    before = _of_messages(folder)
    for number in ((1 << 63) - 1, -(1 << 63)):
        _do(folder, _MESSAGE, (number, "m=0", "x", None, None))
        after = _of_messages(folder)
        assert after[0] != before[0]
        assert after[1] != before[1]
        before = after


def test_views_do_not_depend_on_numbers(folder: Path) -> None:
    """The same messages under other numbers are the same rows of the view, and other rows of the table."""
    before = _of_messages(folder)
    _do(folder, "UPDATE message SET id = id + 10000")
    after = _of_messages(folder)
    assert after[1] == before[1]
    assert after[0] != before[0]


def test_both_at_once_are_what_each_gives(folder: Path) -> None:
    """`run.end` states what `verify` computes."""
    with closing(Queries(folder)) as queries:
        assert result_digests(folder) == (rows_digest(queries), queries.table_digests())
