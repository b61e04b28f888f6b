"""Builds of an app differ: without any one of its columns or tables a database is read as far as it goes, and nothing breaks."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from making.items import item_from_bytes
from test_damage import FIXTURES, fixture

from triage.errors import EvidenceError
from triage.extractors import EXTRACTORS
from triage.model import Problem

TRIED = 16  # of the columns and tables of each fixture
EXPECTED = {"unsupported", "encrypted"}  # a table that is not there is told; so is what has lost its key


def parts(path: Path) -> list[str]:
    """One statement for each table and each column that can be taken away."""
    with closing(sqlite3.connect(path)) as database:
        tables = [
            row[0]
            for row in database.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE TABLE%' ORDER BY name")
        ]
        columns = [(table, row[1]) for table in tables for row in database.execute(f'PRAGMA table_info("{table}")')]
    return [
        *(f'DROP TABLE "{table}"' for table in tables),
        *(f'ALTER TABLE "{table}" DROP COLUMN "{column}"' for table, column in columns),
    ]


def without(path: Path, data: bytes, statement: str) -> bytes | None:
    """The database after the statement; None where SQLite refuses it (a key, the last column)."""
    path.write_bytes(data)
    with closing(sqlite3.connect(path)) as database:
        try:
            database.execute(statement)
            database.commit()
        except sqlite3.Error:
            return None
    return path.read_bytes()


@pytest.mark.parametrize(
    "extractor", [each for each in EXTRACTORS if each.name in FIXTURES], ids=lambda each: each.name
)
def test_a_missing_column_or_table(extractor, tmp_path: Path) -> None:
    file, data = fixture(extractor.name, tmp_path)
    if not data.startswith(b"SQLite"):
        pytest.skip("this extractor reads no database")
    path = tmp_path / "changed.db"
    path.write_bytes(data)
    statements = parts(path)
    for statement in random.Random(extractor.name).sample(statements, min(TRIED, len(statements))):
        changed = without(path, data, statement)
        if changed is None:
            continue
        try:
            found = list(extractor.extract(item_from_bytes(file, changed)))
        except EvidenceError:
            continue
        kinds = {each.kind for each in found if isinstance(each, Problem)}
        assert kinds <= EXPECTED, f"{statement}: {[each for each in found if isinstance(each, Problem)]}"
